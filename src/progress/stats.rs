//! 统计: problems, tasks and complaints counted by unit, district, category and state, over one case or several.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::count::{Count, Entry, LONG_TERM, State};
use crate::case::CaseFile;

/// Order of states in tables; others follow.
const STATES: [&str; 11] = [
    "已销号",
    "已完成",
    LONG_TERM,
    "已办结",
    "阶段性办结",
    "整改中",
    "正在推进",
    "待整改",
    "未启动",
    "滞后",
    "未办结",
];

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// 问题.
    Problems,
    /// 整改任务.
    Tasks,
    /// 信访举报件.
    Complaints,
}

/// By what it is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// 责任单位.
    Unit,
    /// 区县.
    District,
    /// 类别.
    Category,
    /// 状态.
    Status,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Problems, Self::Tasks, Self::Complaints];

    /// 名称.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Problems => "问题",
            Self::Tasks => "整改任务",
            Self::Complaints => "信访举报件",
        }
    }

    /// What finishing one is called.
    #[must_use]
    pub fn finished(self) -> &'static str {
        match self {
            Self::Complaints => "办结",
            _ => "完成",
        }
    }

    /// Names of the figures: closed, done, long-term, open, overdue.
    #[must_use]
    pub fn states(self) -> [&'static str; 5] {
        match self {
            Self::Complaints => ["已办结", "阶段性办结", "", "在办", "逾期未办结"],
            _ => ["已销号", "已完成待销号", LONG_TERM, "推进中", "逾期未完成"],
        }
    }
}

impl By {
    /// 名称.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unit => "责任单位",
            Self::District => "区县",
            Self::Category => "类别",
            Self::Status => "状态",
        }
    }
}

/// Counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// 总数.
    pub total: usize,
    /// 已销号, 已办结.
    pub closed: usize,
    /// 已完成待销号, 阶段性办结.
    pub done: usize,
    /// 长期坚持.
    pub long_term: usize,
    /// 推进中, within its time.
    pub open: usize,
    /// 逾期未完成.
    pub overdue: usize,
}

impl Figures {
    /// The counts of the five states in their order.
    #[must_use]
    pub fn parts(&self) -> [usize; 5] {
        [self.closed, self.done, self.long_term, self.open, self.overdue]
    }

    /// 完成率: closed and done of the total, in thousandths, rounded.
    #[must_use]
    pub fn finished(&self) -> usize {
        share(self.closed + self.done, self.total)
    }

    fn add(&mut self, state: State) {
        self.total += 1;
        *match state {
            State::Closed => &mut self.closed,
            State::Done => &mut self.done,
            State::LongTerm => &mut self.long_term,
            State::Open => &mut self.open,
            State::Overdue => &mut self.overdue,
        } += 1;
    }
}

/// `part` of `whole` in thousandths, rounded; nothing of nothing is nothing.
#[must_use]
pub fn share(part: usize, whole: usize) -> usize {
    if whole == 0 { 0 } else { (part * 2000 + whole) / (whole * 2) }
}

/// Thousandths as `93.8%`.
#[must_use]
pub fn percent(thousandths: usize) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is about.
    pub name: String,
    /// Its counts.
    pub figures: Figures,
}

/// One table.
#[derive(Clone, Debug, Serialize)]
pub struct Statistics {
    /// What is counted.
    pub subject: Subject,
    /// By what it is told apart.
    pub by: By,
    /// The rows, the largest first (states in their own order).
    pub rows: Vec<Row>,
    /// 合计: each counted once, in however many rows it stands.
    pub total: Figures,
}

/// The tables over `cases`, each looked at on its day.
#[must_use]
pub fn statistics(cases: &[(&CaseFile, NaiveDate)], by: By) -> Vec<Statistics> {
    let entries: Vec<Entry> =
        cases.iter().flat_map(|(case, day)| Count::new(case, *day).all()).collect();
    let table = |subject| {
        let mut rows: BTreeMap<&str, Figures> = BTreeMap::new();
        let mut total = Figures::default();
        for entry in entries.iter().filter(|entry| entry.subject == subject) {
            total.add(entry.state);
            let mut names: Vec<&str> =
                entry.names.get(&by).into_iter().flatten().map(String::as_str).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                rows.entry(name).or_default().add(entry.state);
            }
        }
        let mut rows: Vec<Row> = rows
            .into_iter()
            .map(|(name, figures)| Row { name: name.to_owned(), figures })
            .collect();
        let rank = |name: &str| STATES.iter().position(|s| *s == name).unwrap_or(STATES.len());
        match by {
            By::Status => rows.sort_by_key(|row| rank(&row.name)),
            _ => rows.sort_by_key(|row| std::cmp::Reverse(row.figures.total)),
        }
        Statistics { subject, by, rows, total }
    };
    Subject::ALL.into_iter().map(table).collect()
}
