//! Where a title may break: words of the field, names of the case, marks, and what each break costs.

use super::{LINE_MAX, width};

/// Words that stay whole. Longer ones win; the case's own names are added to them.
const WORDS: &str = "关于 印发 转发 批转 报送 报审 呈报 上报 移交 移送 交办 转办 督办 交换 约谈 商请 征集 责成 开展 成立 审核 审定 \
    同意 任命 任职 授权 调整 召开 举办 举行 公开 公布 发布 公示 通报 反馈 贯彻落实 贯彻 落实 实施 执行 推进 加强 进一步 做好 规范 完善 \
    健全 建立 修订 制定 开展 回避 申报 保密 承诺书 调阅 资料 材料 通知单 清单 目录 记录 登记表 调度表 情况表 报告表 一览表 台账 汇编 \
    信访 举报 举报件 群众 来信来电 办理 受理 抽查 自查 核查 复查 检查 暗访 取证 谈话 询问 走访 现场 个别 书面 说明 情况 意见 建议 \
    方案 报告 通知 通告 公告 公报 决定 决议 命令 请示 批复 议案 函 纪要 简报 专报 办法 规定 细则 规则 条例 制度 规划 计划 要点 总结 \
    工作 会议 动员会 反馈会 专题会 领导小组 办公室 组长 副组长 人选 成员 同志 临时党支部 支部 第一 第二 第三 第四 第五 全市 全区 全县 \
    生态环境保护 生态环境 环境保护 生态文明建设 生态文明 生态 环境 保护 督察 督察组 督察员 例行督察 专项督察 日常督察 派驻 监察 派驻监察 \
    督察报告 整改 整改方案 整改任务 验收 销号 备案 归档 文件 移交清单 阶段 进驻 边督边改 进展 调度 滞后 问题 线索 典型案例 突出 \
    责任 责任追究 追究 问责 损害 赔偿 公益诉讼 违法 犯罪 涉嫌 违规 倾倒 排放 造假 废水 废气 危险废物 污染物 污染 污染防治 水污染物 \
    水环境 流域 地下水 填埋场 消纳场 建筑垃圾 生活垃圾 矿山 修复 影像 建设项目 新增 区域 限批 跨区县 公开版 征求意见稿 试行 暂行 \
    人民政府 委员会 管委会 有限公司 集团 高新区 经开区 经济技术开发区 新材料 建设 管理 监管 治理 监督 行政 政府 党委 党组 机关 部门 单位 企业 \
    重大 重点 重要 主要 负责人 党政 领导 干部 年度 上半年 下半年 第一季度 第二季度 第三季度 第四季度 返工 结果 程序 标准 示例 样稿 \
    涉 的 和 与 及 或 等 并 暨 对 向 将 由 在 为 以 从 就 给 把 被";

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
    "边督边改",
    "公开情况",
    "整改落实情况",
    "整改进展情况",
    "落实情况",
    "进展情况",
    "整改方案",
    "情况报告",
    "督察报告",
    "反馈意见",
    "工作方案",
    "工作安排",
    "典型案例",
    "公益诉讼线索",
    "建设项目",
    "建筑垃圾消纳场",
    "回避申报",
    "污染物排放",
];

/// Marks that never begin a line, besides closing brackets.
const NO_START: &str = "的了、，。；：！？…—～·）》〉」』】〕”’％%,.;:!?)]}";
/// Marks that never end a line.
const NO_END: &str = "（《〈「『【〔“‘([{第";
/// Particles that never begin a line when they stand as words.
const NO_START_WORD: &[&str] = &["和", "与", "及", "或", "等", "并", "暨"];
/// Words that never end a line.
const NO_END_WORD: &[&str] =
    &["关于", "涉", "涉嫌", "对", "向", "将", "由", "在", "为", "以", "从", "就", "给", "把", "被"];

/// One word of the segmentation.
struct Token {
    start: usize,
    end: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A name given by the caller.
    Name,
    /// A word of the list, a number with its unit, a Latin word.
    Known,
    /// A character that no list knows.
    Unknown,
}

/// Price of a break before each character; none where it is forbidden.
pub(super) fn break_costs(chars: &[char], names: &[String]) -> Vec<Option<i32>> {
    // A name that fills more than a line must break somewhere, and then best where its own words end.
    let fits = |w: &Vec<char>| w.len() > 1 && w.iter().copied().map(width).sum::<i32>() <= LINE_MAX;
    let names: Vec<Vec<char>> =
        names.iter().map(|w| w.chars().collect::<Vec<_>>()).filter(fits).collect();
    let tokens = segment(chars, &names);
    let mut costs = vec![None; chars.len()];
    for pair in tokens.windows(2) {
        let [a, b] = pair else { continue };
        if let Some(slot) = costs.get_mut(b.start) {
            *slot = between(chars, a, b);
        }
    }
    for phrase in PHRASES {
        let phrase: Vec<char> = phrase.chars().collect();
        for start in 0..chars.len() {
            if starts_with(chars, start, &phrase) {
                raise(&mut costs, start + 1..start + phrase.len(), 14);
            }
        }
    }
    brackets(chars, &mut costs);
    costs
}

/// Price of the break between two words.
fn between(chars: &[char], a: &Token, b: &Token) -> Option<i32> {
    let (before, after) = (*chars.get(b.start.checked_sub(1)?)?, *chars.get(b.start)?);
    let word = |t: &Token| chars.iter().take(t.end).skip(t.start).collect::<String>();
    let (left, right) = (word(a), word(b));
    if NO_START.contains(after)
        || NO_END.contains(before)
        || NO_START_WORD.contains(&right.as_str())
        || (NO_END_WORD.contains(&left.as_str()) && a.kind == Kind::Known)
    {
        return None;
    }
    let unknown = a.kind == Kind::Unknown && b.kind == Kind::Unknown;
    Some(match (before, after) {
        _ if right == "关于" => 0,
        ('》' | '〉' | '）', _) | (_, '《' | '〈' | '（') => 4,
        _ if unknown => 60,
        _ if NO_START_WORD.contains(&left.as_str()) => 25,
        ('的', _) => 24,
        ('、', _) => 12,
        // A single unknown character beside a known word is likely its other half.
        _ if a.kind == Kind::Unknown || b.kind == Kind::Unknown => 16,
        _ if a.kind == Kind::Name => 6,
        _ => 10,
    })
}

/// Breaks within brackets cost more, most of all within short ones.
fn brackets(chars: &[char], costs: &mut [Option<i32>]) {
    let mut open: Vec<(char, usize)> = Vec::new();
    for (i, c) in chars.iter().enumerate() {
        match c {
            '《' | '〈' | '（' | '(' | '“' => open.push((*c, i)),
            '》' | '〉' | '）' | ')' | '”' => {
                if let Some((mark, start)) = open.pop() {
                    let rise = match (mark, i - start) {
                        ('《' | '〈', 0..=10) => 25,
                        ('《' | '〈', 11..=19) => 10,
                        ('《' | '〈', _) => 2,
                        _ => 40,
                    };
                    raise(costs, start + 1..i + 1, rise);
                    // A few words left alone with their opening mark, or with their closing one.
                    raise(costs, start + 1..(start + 6).min(i + 1), 15);
                    raise(costs, i.saturating_sub(3).max(start + 1)..i + 1, 15);
                }
            }
            _ => {}
        }
    }
}

fn raise(costs: &mut [Option<i32>], range: std::ops::Range<usize>, by: i32) {
    for cost in costs.iter_mut().take(range.end).skip(range.start) {
        *cost = cost.map(|c| c + by);
    }
}

/// The segmentation with the fewest unknown characters, then the fewest words, then long words first.
fn segment(chars: &[char], names: &[Vec<char>]) -> Vec<Token> {
    let words: Vec<Vec<char>> = WORDS.split_whitespace().map(|w| w.chars().collect()).collect();
    let n = chars.len();
    // best[i]: price of the text from i on, and the word that begins there.
    let mut best: Vec<(usize, usize, Kind)> = vec![(0, n, Kind::Unknown); n + 1];
    for i in (0..n).rev() {
        let mut options: Vec<(usize, usize, Kind)> = vec![(25, i + 1, Kind::Unknown)];
        for name in names {
            if starts_with(chars, i, name) {
                options.push((6, i + name.len(), Kind::Name));
            }
        }
        for word in &words {
            if starts_with(chars, i, word) {
                options.push((10, i + word.len(), Kind::Known));
            }
        }
        if let Some(end) = figure(chars, i) {
            options.push((8, end, Kind::Known));
        }
        if chars.get(i).is_some_and(|c| !c.is_alphanumeric()) {
            options.push((10, i + 1, Kind::Known));
        }
        let rest = |end: usize| best.get(end).map_or(0, |b| b.0);
        if let Some(choice) = options
            .into_iter()
            .map(|(price, end, kind)| (price + rest(end), end, kind))
            .min_by_key(|&(price, end, _)| (price, n - end))
        {
            best[i] = choice;
        }
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&(_, end, kind)) = best.get(at).filter(|_| at < n) {
        tokens.push(Token { start: at, end, kind });
        at = end;
    }
    tokens
}

/// A Latin word or a number with the 第 before it and the unit after it: `第1批`, `2026年`, `PM2.5`.
fn figure(chars: &[char], start: usize) -> Option<usize> {
    const UNITS: &[&str] = &[
        "季度", "年度", "年", "月", "日", "批", "期", "号", "次", "起", "件", "项", "个", "条",
        "届", "轮", "级", "万元",
    ];
    let mut i = start;
    let ordinal = chars.get(i) == Some(&'第');
    if ordinal {
        i += 1;
    }
    let digits = i;
    while chars.get(i).is_some_and(|&c| {
        c.is_ascii_alphanumeric() || (i > digits && (c == '—' || c == '.' || c == '-'))
    }) {
        i += 1;
    }
    if i == digits {
        return None;
    }
    for unit in UNITS {
        let unit: Vec<char> = unit.chars().collect();
        if starts_with(chars, i, &unit) {
            return Some(i + unit.len());
        }
    }
    Some(i)
}

fn starts_with(chars: &[char], at: usize, word: &[char]) -> bool {
    chars.get(at..).is_some_and(|rest| rest.starts_with(word))
}
