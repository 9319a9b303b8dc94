//! 条目: what the index holds of one record.

use serde::{Deserialize, Serialize};

use crate::record::Metadata;

/// One record (件) as the index sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// 元数据.
    pub metadata: Metadata,
    /// 归档包 the record came in.
    pub bundle: String,
    /// 接收号 under which the archive took the bundle in.
    pub accession: String,
    /// The texts of its files.
    pub texts: Vec<TextPart>,
}

impl Entry {
    /// The record's key, unique in the archive: bundle and 标识.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.bundle, self.metadata.id)
    }
}

/// The text of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextPart {
    /// Whether it is the document itself or an attachment.
    pub role: Role,
    /// File name.
    pub name: String,
    /// The text.
    pub text: String,
    /// Where its pages, sheets or members begin, in order; empty if it has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
}

/// 位置: a page (第3页), sheet (工作表“台账”) or member (附件“名单.docx”) of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its first character, counted in characters of the text.
    pub at: usize,
    /// What it is called.
    pub name: String,
}

/// What a text is to its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// 正文.
    #[serde(rename = "正文")]
    Main,
    /// 附件.
    #[serde(rename = "附件")]
    Attachment,
}
