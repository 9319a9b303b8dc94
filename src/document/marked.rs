//! 花脸稿: marks on the words of a document, beside its tree: what was struck out and what was put in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// 修改标记 of a run of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marking {
    /// 未改.
    Kept,
    /// 删去.
    Deleted,
    /// 增加.
    Inserted,
}

/// 一段连续文字 with one mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkedRun {
    /// 修改标记.
    pub mark: Marking,
    /// Its words.
    pub text: String,
}

/// 花脸稿 of a document whose texts hold both what was struck out and what was put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// What is compared with what; it stands above every page.
    pub note: String,
    /// Runs of the marked texts, by the JSON Pointer of the text in the document's tree; joined they give the text.
    pub runs: BTreeMap<String, Vec<MarkedRun>>,
}

impl Marked {
    /// Puts the marks into `tree`, a document as JSON: the text of each pointer becomes a list of runs.
    pub fn put_into(&self, tree: &mut serde_json::Value) {
        for (pointer, runs) in &self.runs {
            if let Some(text) = tree.pointer_mut(pointer) {
                *text = serde_json::json!(runs);
            }
        }
        if let Some(map) = tree.as_object_mut() {
            map.insert("marked".to_owned(), self.note.as_str().into());
        }
    }
}
