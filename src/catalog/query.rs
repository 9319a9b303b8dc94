//! 检索请求: what is asked of the index.

use super::reading::{self, Reading};
use crate::diag::Diagnostic;

/// 排序.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// 相关度: exact form before related form, then score, then the later date.
    #[default]
    Relevance,
    /// 日期, the latest first.
    Date,
}

/// A question to the index. Made by [`Query::parse`]; the rest is set afterwards.
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
            reading: Reading::default(),
        }
    }
}

impl Query {
    /// Reads what a clerk typed. Never fails: what has no special meaning is searched as it stands; the
    /// notes say how it was read where that may surprise.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Diagnostic>) {
        let (reading, notes) = reading::read(text);
        (Self { reading, ..Self::default() }, notes)
    }

    /// Asks for `text` exactly as it stands, nothing in it having a special meaning.
    #[cfg(test)]
    #[must_use]
    pub fn phrase(text: &str) -> Self {
        Self { reading: Reading::phrase(text), ..Self::default() }
    }
}
