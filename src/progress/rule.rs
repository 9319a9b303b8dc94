//! 时限规则: one kind of deadline, as a rule pack writes it.

use serde::Deserialize;

use super::facts::Wanted;
use super::need::Need;

/// One kind of deadline, as the rule pack writes it (`deadlines.toml` says how).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// 标识.
    pub id: String,
    /// 名称.
    pub name: String,
    /// 依据.
    pub article: String,
    /// 督察类型; empty for all.
    #[serde(default)]
    pub case_types: Vec<String>,
    /// Path to what it holds for, one by one; none for the case as a whole.
    pub over: Option<String>,
    /// Values that items must have.
    #[serde(default, rename = "where")]
    pub only: Wanted,
    /// Values that items must not have.
    #[serde(default)]
    pub unless: Wanted,
    /// Words with `{path}`.
    pub title: String,
    /// Path to the organs that must act.
    pub who: Option<String>,
    /// Path to the date on which it is due.
    pub due: Option<String>,
    /// Path to the date from which it is counted.
    pub from: Option<String>,
    /// Path to the date since which it holds.
    pub since: Option<String>,
    /// 月.
    pub months: Option<u32>,
    /// Path to the number of 月.
    pub months_at: Option<String>,
    /// 日历日.
    pub days: Option<u32>,
    /// Path to the number of 日历日.
    pub days_at: Option<String>,
    /// 工作日.
    pub workdays: Option<u32>,
    /// Dates of the item that show it done.
    #[serde(default)]
    pub done: Vec<String>,
    /// A status that shows it done.
    pub done_status: Option<DoneStatus>,
    /// A record elsewhere that shows it done.
    pub done_by: Option<DoneBy>,
    /// Whether it is a reminder, never overdue.
    #[serde(default)]
    pub milestone: bool,
    /// Whether items due on the same day from the same organ are told as one.
    #[serde(default)]
    pub group: bool,
    /// How the date was inferred, where no clause gives it.
    pub inferred: Option<String>,
    /// One for every quarter.
    pub series: Option<Series>,
}

/// A status that shows an item done, for want of a date.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoneStatus {
    /// The field.
    pub field: String,
    /// Its values.
    pub values: Vec<String>,
    /// The date that would tell better.
    pub without: String,
}

/// A record elsewhere that shows an item done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoneBy {
    /// Path to the list.
    pub list: String,
    /// Values that the record must have.
    #[serde(default, rename = "where")]
    pub only: Wanted,
    /// The record's field that points to the item.
    pub key: Option<String>,
    /// Path to what it points to.
    pub of: Option<String>,
    /// The record's date.
    pub date: String,
}

/// 季度: one deadline at the end of each.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Path to the date from which quarters count.
    pub start: String,
    /// What ends them.
    pub stop: Need,
    /// Path to the records.
    pub list: String,
    /// The record's field that names the quarter.
    pub key: String,
    /// The record's date.
    pub date: String,
}

impl Rule {
    /// What is wrong with the rule itself.
    pub(super) fn fault(&self) -> Option<String> {
        let counted = [
            self.months.is_some() || self.months_at.is_some(),
            self.days.is_some() || self.days_at.is_some(),
            self.workdays.is_some(),
        ];
        let count = counted.iter().filter(|is| **is).count();
        let fault = if self.series.is_some() {
            if self.due.is_some() || count > 0 {
                "series 不与 due、months、days、workdays 同用"
            } else {
                ""
            }
        } else if count > 1 {
            "months、days、workdays 只写一种"
        } else if count == 1 && self.from.is_none() {
            "加月、加日要写 from"
        } else if count == 0 && self.due.is_none() {
            "写 due，或者 from 和 months、days、workdays 之一"
        } else {
            ""
        };
        (!fault.is_empty()).then(|| fault.to_owned())
    }
}
