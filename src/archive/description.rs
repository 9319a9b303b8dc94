//! metadata/bundle.json: the bundle described for machines.

use serde::{Deserialize, Serialize};

use super::handover::Mark;
use super::parts::Part;
use crate::fixity::Digest;
use crate::record::{FileRole, Metadata};

/// 归档包 as its own list says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Description {
    /// Format and version.
    pub(super) format: String,
    pub(super) id: String,
    pub(super) case_id: String,
    pub(super) case_title: String,
    /// 移交单位.
    pub(super) sender: String,
    /// 接收单位.
    pub(super) receiver: String,
    /// 移交日期, ISO 8601.
    pub(super) date: String,
    /// 示例数据 (P-07).
    pub(super) illustrative: bool,
    pub(super) software: String,
    pub(super) fonds: Fonds,
    /// 件 with electronic files.
    pub(super) items: Vec<Item>,
    /// 件 kept on paper: listed in the catalogue, without files here.
    #[serde(default)]
    pub(super) absent: Vec<Metadata>,
    /// 移交序号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) handover: Option<Mark>,
    /// 分包.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) part: Option<Part>,
}

/// 全宗.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Fonds {
    pub(super) number: String,
    pub(super) name: String,
    pub(super) category: String,
    pub(super) unit: String,
    pub(super) year: u16,
}

/// 件.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) metadata: Metadata,
    /// Its folder, from the bag's root.
    pub(super) folder: String,
    pub(super) files: Vec<FileLine>,
}

/// A file of an item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FileLine {
    pub(super) role: FileRole,
    pub(super) name: String,
    pub(super) media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pages: Option<u32>,
    pub(super) size: u64,
    pub(super) sha256: Digest,
    pub(super) sm3: Digest,
}
