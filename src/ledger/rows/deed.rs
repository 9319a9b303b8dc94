//! What is to be done with a row.

use serde_json::{Map, Value as Json};

use crate::case::Amendment;
use crate::diag::Diagnostic;

/// 一行: what is to be done with it.
#[derive(Debug)]
pub struct Row {
    /// Row of the sheet, from nought.
    pub at: u32,
    /// What it is called: its id or its other key.
    pub label: String,
    /// What is to be done.
    pub deed: Deed,
    /// What was found, with the column if it is about one.
    pub findings: Vec<(Option<u32>, Diagnostic)>,
}

/// What is to be done with a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// 新增.
    Add {
        /// JSON Pointer of the list.
        list: String,
        /// The item.
        item: Json,
    },
    /// 更新.
    Change {
        /// JSON Pointer of the item.
        pointer: String,
        /// The changes.
        changes: Vec<Change>,
        /// Labels of the columns that differ.
        labels: Vec<String>,
        /// Whether it may be done.
        allowed: bool,
    },
    /// 没有变化.
    Same,
    /// 不能导入.
    Bad,
}

/// One change of an item that is there.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Fields of a group.
    Set(String, Map<String, Json>),
    /// One more item of a list.
    Add(String, Json),
}

impl Change {
    /// As an amendment of the data file.
    #[must_use]
    pub fn amendment(&self) -> Amendment {
        match self.clone() {
            Self::Set(pointer, fields) => Amendment::Set { pointer, fields },
            Self::Add(list, item) => Amendment::Add { list, item },
        }
    }
}
