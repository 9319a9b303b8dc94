//! 件: one record of the archive, where making and keeping meet.
//!
//! A record is the unit of filing (DA/T 22-2015: 正文与附件为一件); it knows its metadata and its files and
//! nothing of cases, templates or pages.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fixity::{Digest, DigestSet};
use crate::vocab::{archival_code::ArchivalCode, retention::Retention, secrecy::Secrecy};

/// 件.
#[derive(Clone, Debug)]
pub struct Record {
    /// What is known of it.
    pub metadata: Metadata,
    /// Its files, the main one first.
    pub files: Vec<RecordFile>,
}

/// 元数据 of a record (DA/T 46-2009, GB/T 33480-2016 names in the comments).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// 标识 within its case: `doc-28`, `e-003`.
    pub id: String,
    /// 档号.
    pub archival_code: String,
    /// 题名.
    pub title: String,
    /// 责任者: names joined by 、.
    pub responsible: String,
    /// 文号 (发文字号), if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// 日期: 成文日期 or the day the evidence was taken, ISO 8601.
    pub date: String,
    /// 密级.
    pub secrecy: Secrecy,
    /// 保管期限.
    pub retention: Retention,
    /// 文件种类: catalogue code (`D28`) or 证据.
    pub kind: String,
    /// 文种: 通知, 报告 …, or the kind of evidence.
    pub genre: String,
    /// 页数.
    pub pages: u32,
    /// 主送, names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
    /// 抄送, names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<String>,
    /// 签发人.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// 公开属性.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openness: Option<String>,
    /// 案件: the case's id.
    pub case_id: String,
    /// 案件题名.
    pub case_title: String,
    /// 阶段 in which it arose, e.g. the hand-over's scope 督察阶段.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// 区县 it concerns, names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub districts: Vec<String>,
    /// 备注.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// 版面检测声明 of a document that was set here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<LayoutNote>,
    /// 来历 of what was imported from the time before (旧档).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
}

/// 来历: where the description of an imported document comes from, and how its text was won.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// 原文件名.
    pub file: String,
    /// Of each element of the description (题名, 日期 …) how it is known.
    pub elements: BTreeMap<String, Known>,
    /// How the text for the index was won; none if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextNote>,
}

/// How an element of a description is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// 著录: a person wrote it.
    Given,
    /// 读出: read from the document itself.
    Read,
    /// 默认: neither; the rule for all.
    Default,
}

/// How a text was won from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextNote {
    /// The format it was read from: PDF, Word 文档 …
    pub format: String,
    /// Character encoding of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// 识别: guessed from a picture by an OCR program, not read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ocr: bool,
    /// What a reader should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// 版面检测声明: what measuring the pages against GB/T 9704-2012 came to, and what was squeezed so that they fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayoutNote {
    /// Measured items that conform.
    pub pass: usize,
    /// Measured items that do not.
    pub fail: usize,
    /// Measured items that someone should look at.
    pub warn: usize,
    /// Numbers (`G-07`) of what does not conform.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// Numbers of what should be looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warned: Vec<String>,
    /// Greatest distance in mm from the standard's figures among what conforms.
    pub max_deviation_mm: f64,
    /// 版面调整, in the order they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<LayoutAdjustment>,
    /// 本机字体: faces of the making machine, not of the house's set; other machines would make other bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub machine_faces: Vec<MachineFace>,
    /// 代用字, in order of code point.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub substitutes: Vec<LentCharacter>,
}

/// One 本机字体 that a document is set in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineFace {
    /// 仿宋, 楷体 …
    pub role: String,
    /// Family.
    pub family: String,
    /// File name.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: Digest,
}

/// One 代用字: a character that the face asked for lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LentCharacter {
    /// The character.
    pub character: char,
    /// The face asked for, 「仿宋 `FandolFang R`」.
    pub wanted: String,
    /// Family of the face that draws it.
    pub used: String,
}

/// One 版面调整: a departure from the grid that a clause allows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayoutAdjustment {
    /// The clause that allows it.
    pub clause: String,
    /// What was done, in words.
    pub what: String,
    /// The measure by the grid.
    pub before: f64,
    /// The measure on these pages.
    pub after: f64,
    /// Unit of both.
    pub unit: String,
}

impl Metadata {
    /// The 档号 as its parts; none if it does not follow the grammar.
    #[must_use]
    pub fn code(&self) -> Option<ArchivalCode> {
        ArchivalCode::parse(&self.archival_code)
    }
}

/// One file of a record.
#[derive(Clone, Debug)]
pub struct RecordFile {
    /// What the file is to the record.
    pub role: FileRole,
    /// File name within the record's folder, e.g. `正文.pdf`.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Its pages, if it has any.
    pub pages: Option<u32>,
    /// Size and digests.
    pub digests: DigestSet,
    /// Where its bytes are.
    pub content: Content,
}

/// What a file is to its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRole {
    /// 正文: the document itself in its long-term form, or the evidence.
    Main,
    /// 检索文本: the plain text of the main file, for the index.
    Text,
    /// 附件.
    Attachment,
}

/// Where a file's bytes are.
#[derive(Clone, Debug)]
pub enum Content {
    /// In memory.
    Memory(Arc<[u8]>),
    /// On disk, to be read as a stream.
    File(PathBuf),
}
