//! 检索请求: what is asked of the index.

use super::reading::{self, Reading};
use crate::diag::Diagnostic;
use crate::vocab::secrecy::Secrecy;

/// 排序.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// 相关度: exact form before related form, then score, then the later date.
    #[default]
    Relevance,
    /// 日期, the latest first.
    Date,
}

/// A question to the index. Made by [`Query::parse_on`]; the rest is set afterwards.
#[derive(Clone, Debug)]
pub struct Query {
    /// Further conditions, 检索项 and value, that all must hold.
    pub fields: Vec<(String, String)>,
    /// 起始日期: `2025`, `2025-03`, `2025-03-04` or 2025年3月4日.
    pub from: Option<String>,
    /// 截止日期, inclusive; `2025-03` means its last day.
    pub to: Option<String>,
    /// 排序.
    pub sort: Sort,
    /// How many hits to return.
    pub limit: usize,
    /// How many hits to pass over before.
    pub offset: usize,
    /// Newer records count more; the day it is, as eight figures.
    pub recent: Option<u64>,
    /// 密级 up to which records may be seen; the others are not there, nor counted.
    pub max_secrecy: Option<Secrecy>,
    /// Whether to count the values of the records found.
    pub facets: bool,
    /// Whether each case is given once, by its best record.
    pub by_case: bool,
    /// How many records that only come near to offer, where few or none satisfy.
    pub near: usize,
    pub(crate) reading: Reading,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            fields: Vec::new(),
            from: None,
            to: None,
            sort: Sort::default(),
            limit: 20,
            offset: 0,
            recent: None,
            max_secrecy: None,
            facets: false,
            by_case: false,
            near: 0,
            reading: Reading::default(),
        }
    }
}

impl Query {
    /// [`Self::parse_on`] no particular day.
    #[cfg(any(test, fuzzing))]
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Diagnostic>) {
        Self::parse_on(text, None)
    }

    /// Reads what a clerk typed. Never fails: what has no special meaning is searched as it stands; the
    /// notes say how it was read where that may surprise. On a day (as eight figures), words like 去年 and
    /// 上月 are stretches of days as well.
    #[must_use]
    pub fn parse_on(text: &str, today: Option<u64>) -> (Self, Vec<Diagnostic>) {
        let (reading, notes) = reading::read(text, today);
        (Self { reading, ..Self::default() }, notes)
    }

    /// Asks for `text` exactly as it stands, nothing in it having a special meaning.
    #[cfg(test)]
    #[must_use]
    pub fn phrase(text: &str) -> Self {
        Self { reading: Reading::phrase(text), ..Self::default() }
    }
}
