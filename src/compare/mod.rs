//! 比对: two states of one document set against each other, block by block and word by word. It sees trees alone; what
//! they are versions of is said above it.
//!
//! `words` compares two texts, `align` says which block stands for which, `walk` goes through both trees and makes one
//! tree that holds both with marks on its words; `page` draws that one as HTML.

mod align;
mod list;
mod page;
#[cfg(test)]
mod tests;
mod walk;
mod words;

use std::collections::BTreeMap;

use crate::document::{Document, Marked, MarkedRun, Marking};

pub use page::page;

/// 修改的种类.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 改动.
    Changed,
    /// 增加.
    Added,
    /// 删去.
    Removed,
}

impl Kind {
    /// For scripts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// 一处修改.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where: 「正文第3段」, 「正文第1表第2行第3列（时限）」; 「原正文第3段」 for what was there before.
    pub place: String,
    /// 种类.
    pub kind: Kind,
    /// The words with their marks.
    pub runs: Vec<MarkedRun>,
}

impl Change {
    /// The words before, or after.
    #[must_use]
    pub fn side(&self, after: bool) -> String {
        let gone = if after { Marking::Deleted } else { Marking::Inserted };
        self.runs.iter().filter(|r| r.mark != gone).map(|r| r.text.as_str()).collect()
    }

    /// What a person would say of it: 将“30日”改为“60日”.
    #[must_use]
    pub fn words(&self) -> String {
        words::told(self.kind, &self.runs)
    }

    /// The words with 〔-…-〕 and 〔+…+〕 around what was struck out and put in; long stretches that stay are cut short.
    /// `paint` may colour what is marked.
    #[must_use]
    pub fn line(&self, paint: &dyn Fn(Marking, String) -> String) -> String {
        words::line(&self.runs, paint)
    }
}

/// 比对的结果.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// 各处修改, in reading order.
    pub changes: Vec<Change>,
    /// How many texts are the same in both.
    pub same: usize,
    /// One document that holds the words of both.
    pub merged: Document,
    /// The marks on its words.
    pub marked: Marked,
    /// The change to which a marked text belongs (index into `changes`), by JSON Pointer.
    pub of: BTreeMap<String, usize>,
}

/// Compares two states of a document; `note` says what is compared with what.
#[must_use]
pub fn compare(old: &Document, new: &Document, note: &str) -> Comparison {
    walk::compare(old, new, note)
}
