//! 分词: a title as words. General words come from jieba's dictionary, terms of the field and names of the case on top.

use std::sync::OnceLock;

use jieba_rs::Jieba;

/// Terms of the field and of offices that the general dictionary does not hold, or holds only in pieces.
const TERMS: &str = "生态环境 生态环境保护 生态环境局 生态文明 生态文明建设 环境保护 环保 督察 例行督察 专项督察 日常督察 驻点督察 \
    派驻监察 督察组 督察员 督察报告 督察简报 边督边改 整改 整改方案 整改任务 整改措施 回头看 销号 限批 约谈 约见 函告 催办 立行立改 \
    反馈会 动员会 调度表 登记表 情况表 报告表 一览表 汇总表 承诺书 通知单 交接书 新闻通稿 警示片 责任追究 损害赔偿 公益诉讼 \
    危险废物 水污染物 污染物 污染防治 地下水 渗滤液 填埋场 消纳场 建筑垃圾 生活垃圾 砂石 岸线 水环境 水源地 排污口 建设项目 \
    领导小组 办公室 临时党支部 管委会 委员会 人民政府 高新区 经开区 经济技术开发区 高新技术产业开发区 有限公司 责任公司 职能部门 \
    自然资源局 发展和改革委员会 经济和信息化委员会 住房和城乡建设委员会 规划和自然资源局 规划自然资源局 农业农村委员会 城市管理局 \
    人力资源和社会保障局 文化和旅游发展委员会 应急管理局 市场监督管理局 市委办公室 市委办公厅 市政府办公厅 工作规定 \
    征求意见稿 公开版 公开稿 送审稿 跨区县 长效机制 高质量发展 十四五 十五五 现代化";

/// What follows a number and stays with it.
const UNITS: &[&str] = &[
    "个工作日",
    "季度",
    "年度",
    "年代",
    "万元",
    "亿元",
    "公里",
    "年",
    "月",
    "日",
    "批",
    "期",
    "号",
    "次",
    "起",
    "件",
    "项",
    "个",
    "条",
    "届",
    "轮",
    "级",
    "名",
    "家",
    "部",
    "座",
    "处",
    "人",
    "章",
    "时",
];

/// One word.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// First character.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a word is, as far as breaking goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name of the case.
    Name,
    /// A number with its unit, a Latin word.
    Figure,
    /// Punctuation, a space.
    Mark,
    /// 名词.
    Noun,
    /// 动词.
    Verb,
    /// 形容词、区别词: leans on what follows.
    Adjective,
    /// 副词: leans on the verb.
    Adverb,
    /// 数词.
    Numeral,
    /// 量词、方位词: lean on what precedes.
    Measure,
    /// Everything else.
    Other,
}

/// The words of a title; they cover it without gaps. `names` are held whole.
pub(super) fn words(chars: &[char], names: &[Vec<char>]) -> Vec<Word> {
    let mut out = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    let mut general: Option<Vec<bool>> = None;
    while at < chars.len() {
        let found = name_at(chars, at, names, &mut general)
            .map(|end| (end, Kind::Name))
            .or_else(|| figure(chars, at).map(|end| (end, Kind::Figure)))
            .or_else(|| {
                chars.get(at).filter(|c| !c.is_alphanumeric()).map(|_| (at + 1, Kind::Mark))
            });
        let Some((end, kind)) = found else {
            at += 1;
            continue;
        };
        general_words(chars, plain, at, &mut out);
        out.push(Word { start: at, end, kind });
        (plain, at) = (end, end);
    }
    general_words(chars, plain, chars.len(), &mut out);
    out
}

/// Words of the stretch `from..to` by the dictionary.
fn general_words(chars: &[char], from: usize, to: usize, out: &mut Vec<Word>) {
    if from >= to {
        return;
    }
    let text: String = chars.iter().take(to).skip(from).collect();
    let mut start = from;
    for tag in dictionary().tag(&text, true) {
        let end = start + tag.word.chars().count();
        let kind = match tag.tag.as_bytes() {
            // 督察、整改: verbs in the dictionary, nouns in these titles.
            _ if TERMS.split_whitespace().any(|term| term == tag.word) => Kind::Noun,
            // 动名词 (工作、保护) stand like nouns.
            [b'n' | b'j' | b's' | b't' | b'l' | b'i', ..] | [b'v', b'n', ..] => Kind::Noun,
            [b'v', ..] => Kind::Verb,
            [b'a' | b'b' | b'z', ..] => Kind::Adjective,
            [b'd', ..] => Kind::Adverb,
            [b'm', ..] => Kind::Numeral,
            [b'q' | b'f', ..] => Kind::Measure,
            _ => Kind::Other,
        };
        out.push(Word { start, end, kind });
        start = end;
    }
}

/// The dictionary: read once, when the first title needs it.
fn dictionary() -> &'static Jieba {
    static DICTIONARY: OnceLock<Jieba> = OnceLock::new();
    DICTIONARY.get_or_init(|| {
        let mut jieba = Jieba::new();
        for term in TERMS.split_whitespace() {
            // Common enough to win against any way of cutting it in pieces.
            jieba.add_word(term, Some(100_000), Some("n"));
        }
        jieba
    })
}

/// The end of the longest name that begins at `at`. A name of two characters can be the end of one word and the
/// beginning of the next (提高明显 and 高明); it counts only where the dictionary sees no such words.
fn name_at(
    chars: &[char],
    at: usize,
    names: &[Vec<char>],
    general: &mut Option<Vec<bool>>,
) -> Option<usize> {
    let name = names.iter().filter(|n| starts_with(chars, at, n)).max_by_key(|n| n.len())?;
    let end = at + name.len();
    if name.len() > 2 {
        return Some(end);
    }
    let bounds = general.get_or_insert_with(|| {
        let mut all = Vec::new();
        general_words(chars, 0, chars.len(), &mut all);
        let mut bounds = vec![false; chars.len() + 1];
        for word in all {
            for i in [word.start, word.end] {
                if let Some(slot) = bounds.get_mut(i) {
                    *slot = true;
                }
            }
        }
        bounds
    });
    (bounds.get(at) == Some(&true) && bounds.get(end) == Some(&true)).then_some(end)
}

/// A Latin word or a number with the 第 before it and the unit after it: `第1批`, `2021—2025年`, `PM2.5`.
fn figure(chars: &[char], start: usize) -> Option<usize> {
    let digits = start + usize::from(chars.get(start) == Some(&'第'));
    let mut at = digits;
    while let Some(&c) = chars.get(at) {
        let joins = at > digits
            && matches!(c, '—' | '–' | '-' | '～' | '~' | '.' | '·' | '/' | '+' | '%' | '％')
            && chars.get(at + 1).is_none_or(char::is_ascii_alphanumeric);
        if !(c.is_ascii_alphanumeric() || joins) {
            break;
        }
        at += 1;
        // 「2021年—2025年」 is one figure too.
        if let Some(end) = unit(chars, at)
            && chars.get(end).is_some_and(|c| matches!(c, '—' | '–' | '-' | '～' | '~' | '至'))
            && chars.get(end + 1).is_some_and(char::is_ascii_digit)
        {
            at = end + 1;
        }
    }
    if at == digits {
        return None;
    }
    while let Some(end) = unit(chars, at) {
        at = end;
        // 「2025年3月4日」.
        if !chars.get(at).is_some_and(char::is_ascii_digit) {
            return Some(at);
        }
        while chars.get(at).is_some_and(char::is_ascii_digit) {
            at += 1;
        }
    }
    Some(at)
}

fn unit(chars: &[char], at: usize) -> Option<usize> {
    UNITS.iter().find_map(|unit| {
        let length = unit.chars().count();
        let same = unit.chars().eq(chars.iter().copied().skip(at).take(length));
        same.then_some(at + length)
    })
}

fn starts_with(chars: &[char], at: usize, word: &[char]) -> bool {
    chars.get(at..).is_some_and(|rest| rest.starts_with(word))
}
