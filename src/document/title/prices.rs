//! What a break costs at each place of a title: the bans of 7.3.1 and the measure of how much sense it tears.

use super::words::{Kind, Word};
use super::{FULL, LINE_MAX, width};

/// A ban: dearer than all that is merely ugly. Two broken bans cost more than one.
pub(super) const BAN: i32 = 100_000;
/// A mark where no typesetter puts it.
const MARK: i32 = 3 * BAN;

/// Price of breaking into a phrase.
const PHRASE: i32 = 20;

/// Phrases that a break should rather not enter, though it may.
const PHRASES: &[&str] = &[
    "生态环境保护例行督察",
    "生态环境保护专项督察",
    "生态环境保护日常督察",
    "生态环境保护督察",
    "生态环境损害责任追究",
    "生态环境损害赔偿",
    "领导小组办公室",
    "整改验收销号公示",
    "验收销号",
    "整改任务销号材料",
    "任务销号",
    "销号材料",
    "销号备案",
    "责任追究问题",
    "群众信访举报",
    "信访举报",
    "信访举报件",
    "边督边改公开情况",
    "公开情况",
    "整改落实情况",
    "整改进展情况",
    "落实情况",
    "进展情况",
    "办理情况",
    "情况报告",
    "督察报告",
    "反馈意见",
    "工作方案",
    "实施方案",
    "实施办法",
    "工作计划",
    "工作要点",
    "工作安排",
    "督察工作",
    "典型案例",
    "公益诉讼线索",
    "问题线索",
    "问题清单",
    "移交清单",
    "建筑垃圾消纳场",
    "回避申报",
    "污染物排放",
    "人民政府办公室",
    "人民政府办公厅",
    "突出生态环境问题",
    "调度情况",
    "长效机制",
    "水环境问题",
    "生态环境问题",
    "五年工作计划",
    "入河入海排污口",
    "进一步加强",
    "进一步做好",
    "生活垃圾填埋场",
    "矿山生态修复",
    "生态修复",
    "矿山修复",
    "违法排放",
    "违规倾倒",
    "监督管理",
    "销号公示",
    "督察整改",
    "先进集体",
    "先进个人",
];

/// Nouns that say of what kind the words before them are; they lean on those.
const HEADS: &[&str] = &[
    "问题", "情况", "工作", "方案", "报告", "意见", "线索", "清单", "办法", "规定", "制度", "计划",
    "要点", "材料", "措施",
];

/// How the name of an organ ends.
const ORGAN_ENDS: &[&str] = &[
    "局",
    "厅",
    "委员会",
    "办公室",
    "办公厅",
    "政府",
    "督察组",
    "领导小组",
    "管委会",
    "法院",
    "检察院",
    "集团",
    "公司",
];

/// Marks that never begin a line, besides closing brackets; a space ends the line before.
const NO_START: &str = "的了、，。；：！？…—～·）》〉」』】〕”’％%,.;:!?)]} \u{3000}";
/// Marks that never end a line.
const NO_END: &str = "（《〈「『【〔“‘([{第";
/// Particles that never begin a line when they stand as words.
const NO_START_WORD: &[&str] =
    &["和", "与", "及", "以及", "或", "等", "并", "暨", "之", "地", "得", "中", "同志"];
/// Words that never end a line.
const NO_END_WORD: &[&str] = &[
    "关于", "涉", "涉嫌", "对", "对于", "向", "将", "由", "在", "为", "以", "从", "就", "给", "把",
    "被", "各", "该", "本",
];
/// Brackets of no more than so many characters (`（试行）`, `（第1批）`) stay with their word.
const SHORT_BRACKETS: usize = 4;

/// Price of a break before each character of a text in which names of organs stay whole.
pub(super) fn in_title(chars: &[char], words: &[Word]) -> Vec<i32> {
    let mut prices = in_name(chars, words);
    organs(chars, words, &mut prices);
    prices
}

/// Price of a break before each character of a name.
pub(super) fn in_name(chars: &[char], words: &[Word]) -> Vec<i32> {
    let mut prices = vec![BAN; chars.len()];
    for pair in words.windows(2) {
        let [a, b] = pair else { continue };
        if let Some(slot) = prices.get_mut(b.start) {
            *slot = between(chars, a, b);
        }
    }
    for phrase in PHRASES {
        let length = phrase.chars().count();
        for start in 0..chars.len() {
            if phrase.chars().eq(chars.iter().copied().skip(start).take(length)) {
                raise(&mut prices, start + 1..start + length, PHRASE);
            }
        }
    }
    brackets(chars, &mut prices);
    for (at, price) in prices.iter_mut().enumerate().skip(1) {
        let after = chars.get(at).copied().unwrap_or_default();
        let before = chars.get(at - 1).copied().unwrap_or_default();
        let particle = matches!(after, '的' | '了');
        if NO_START.contains(after) && !particle || NO_END.contains(before) && before != '第' {
            *price = MARK;
        }
    }
    prices
}

/// Price of the break between two words.
fn between(chars: &[char], a: &Word, b: &Word) -> i32 {
    let text = |w: &Word| chars.iter().take(w.end).skip(w.start).collect::<String>();
    let (left, right) = (text(a), text(b));
    let before = left.chars().next_back().unwrap_or_default();
    let after = right.chars().next().unwrap_or_default();
    if NO_START.contains(after) && b.end - b.start == 1
        || NO_END.contains(before) && a.end - a.start == 1
        || NO_START_WORD.contains(&right.as_str())
        || (NO_END_WORD.contains(&left.as_str()) && a.kind != Kind::Name)
        || b.kind == Kind::Measure && a.kind == Kind::Numeral
    {
        return BAN;
    }
    let single = |w: &Word| {
        w.end - w.start == 1 && !matches!(w.kind, Kind::Name | Kind::Mark | Kind::Figure)
    };
    match (before, after) {
        _ if right == "关于" => 0,
        (' ' | '\u{3000}', _) => 2,
        _ if NO_START_WORD.contains(&left.as_str()) => 35,
        ('》' | '〉' | '）', _) | (_, '《' | '〈' | '（') => 4,
        _ if single(a) && single(b) => 60,
        ('的', _) => 24,
        ('、' | '，', _) => 8,
        _ if single(a) || single(b) => 20,
        _ if a.kind == Kind::Name => 6,
        _ => match (a.kind, b.kind) {
            (Kind::Adverb, _) => 40,
            (Kind::Adjective | Kind::Numeral, _) | (_, Kind::Measure) => 20,
            (_, Kind::Noun)
                if HEADS.contains(&right.as_str()) || ORGAN_ENDS.contains(&right.as_str()) =>
            {
                18
            }
            // A verb that ends a line is torn from its object; one that begins a line opens a clause.
            (Kind::Verb, Kind::Noun | Kind::Name) => 26,
            (Kind::Noun | Kind::Figure, Kind::Verb) => 7,
            _ => 10,
        },
    }
}

/// Names of organs that the case does not hold: a place and nouns up to the word that such names end in.
fn organs(chars: &[char], words: &[Word], prices: &mut [i32]) {
    let text = |w: &Word| chars.iter().take(w.end).skip(w.start).collect::<String>();
    for (i, place) in words.iter().enumerate() {
        let last = chars.get(place.end.saturating_sub(1)).copied().unwrap_or_default();
        let named = place.end - place.start > 1 && matches!(place.kind, Kind::Noun | Kind::Name);
        if !named || !"省市区县州旗镇乡".contains(last) {
            continue;
        }
        let nouns = words.iter().skip(i + 1).take(6).take_while(|w| w.kind == Kind::Noun);
        let end = nouns.filter(|w| ORGAN_ENDS.iter().any(|e| text(w).ends_with(e))).last();
        if let Some(end) = end.map(|w| w.end) {
            let breadth: i32 = chars.iter().take(end).skip(place.start).copied().map(width).sum();
            raise(prices, place.start + 1..end, if breadth <= LINE_MAX { 60 } else { 0 });
        }
    }
}

/// Breaks within brackets cost more, most of all within short ones and near either end.
fn brackets(chars: &[char], prices: &mut [i32]) {
    let mut open: Vec<(char, usize)> = Vec::new();
    for (i, c) in chars.iter().enumerate() {
        match c {
            '《' | '〈' | '（' | '(' | '“' => open.push((*c, i)),
            '》' | '〉' | '）' | ')' | '”' => {
                let Some((mark, start)) = open.pop() else { continue };
                let book = matches!(mark, '《' | '〈');
                let breadth: i32 = chars.iter().take(i + 1).skip(start).copied().map(width).sum();
                let rise = match breadth {
                    _ if !book => 40,
                    ..=LINE_MAX => 25,
                    _ => 2,
                };
                raise(prices, start + 1..i + 1, rise);
                // A few words left alone with their opening mark, or with their closing one.
                raise(prices, start + 1..(start + 6).min(i + 1), 15);
                raise(prices, i.saturating_sub(3).max(start + 1)..i + 1, 15);
                if !book && breadth <= (i32::try_from(SHORT_BRACKETS).unwrap_or(4) + 2) * FULL {
                    raise(prices, start..i + 1, BAN);
                }
            }
            _ => {}
        }
    }
}

fn raise(prices: &mut [i32], range: std::ops::Range<usize>, by: i32) {
    for price in prices.iter_mut().take(range.end).skip(range.start.max(1)) {
        *price += by;
    }
}
