//! The parts of a case that Rust itself must know: identity, organs, persons, documents, evidence, archive.
//! Templates see the whole case as JSON; everything not named here is theirs.

use serde::Deserialize;

use crate::vocab::doc_number::DocNumber;
use crate::vocab::retention::Retention;
use crate::vocab::secrecy::Secrecy;

/// 督察项目数据文件.
#[derive(Clone, Debug, Deserialize)]
pub struct Model {
    /// 是否示例 (P-07).
    pub illustrative: bool,
    /// 数据时点, ISO 8601.
    pub as_of: String,
    /// 督察项目.
    pub case: CaseInfo,
    /// 涉及区县.
    pub districts: Vec<Named>,
    /// 机关单位.
    pub organs: Vec<Named>,
    /// 人员.
    pub persons: Vec<Named>,
    /// 公文与材料.
    pub documents: Vec<DocumentEntry>,
    /// 证据材料.
    pub evidence: Vec<EvidenceEntry>,
    /// 归档.
    pub archive: Option<Archive>,
}

/// 督察项目.
#[derive(Clone, Debug, Deserialize)]
pub struct CaseInfo {
    /// 项目编号.
    pub id: String,
    /// 督察类型.
    pub case_type: String,
    /// 项目名称.
    pub title: String,
    /// 涉及区县, ids.
    pub districts: Vec<String>,
}

/// Anything with an id and a name: 机关, 人员, 区县.
#[derive(Clone, Debug, Deserialize)]
pub struct Named {
    /// 标识.
    pub id: String,
    /// 名称, 姓名.
    pub name: String,
    /// 简称.
    #[serde(default)]
    pub short_name: Option<String>,
}

/// 公文与材料: one entry of `documents`.
#[derive(Clone, Debug, Deserialize)]
pub struct DocumentEntry {
    /// 标识.
    pub id: String,
    /// 文件种类, catalogue code.
    pub kind: String,
    /// 文种.
    pub genre: String,
    /// 标题.
    pub title: String,
    /// 发文机关, ids, host first.
    pub issuers: Vec<String>,
    /// 发文字号.
    pub doc_number: Option<DocNumber>,
    /// 主送, ids.
    pub recipients: Vec<String>,
    /// 主送统称.
    pub recipients_text: Option<String>,
    /// 抄送, ids.
    pub copies: Vec<String>,
    /// 密级.
    pub secrecy: Secrecy,
    /// 签发人, id.
    pub signer: Option<String>,
    /// 成文日期, ISO 8601.
    pub issued_on: String,
    /// 页数 as the office counted them.
    pub pages: Option<u32>,
    /// 保管期限.
    pub retention: Retention,
    /// 公开属性.
    pub openness: String,
}

/// 证据材料: one entry of `evidence`.
#[derive(Clone, Debug, Deserialize)]
pub struct EvidenceEntry {
    /// 标识.
    pub id: String,
    /// 类别.
    pub kind: String,
    /// 名称.
    pub title: String,
    /// 取得日期, ISO 8601.
    pub collected_on: String,
    /// 取证人, ids.
    pub collected_by: Vec<String>,
    /// 提供单位, id.
    pub provider: Option<String>,
    /// 原件、复印件、电子件.
    pub originality: String,
    /// 页数.
    pub pages: Option<u32>,
    /// 文件.
    pub file: Option<FileRef>,
    /// 密级.
    pub secrecy: Secrecy,
}

/// 文件: an attachment beside the case file.
#[derive(Clone, Debug, Deserialize)]
pub struct FileRef {
    /// Path from the case's folder.
    pub path: String,
    /// Media type.
    pub media_type: String,
}

/// 归档.
#[derive(Clone, Debug, Deserialize)]
pub struct Archive {
    /// 全宗号.
    pub fonds_no: String,
    /// 全宗名称.
    pub fonds_name: String,
    /// 档案门类代码.
    pub category: String,
    /// 机构（问题）代码.
    pub unit_code: String,
    /// 归档年度.
    pub year: u16,
    /// 移交.
    pub handovers: Vec<Handover>,
}

/// 移交.
#[derive(Clone, Debug, Deserialize)]
pub struct Handover {
    /// 范围, e.g. 督察阶段.
    pub scope: String,
    /// 移交单位, id.
    pub from: String,
    /// 接收单位, id.
    pub to: String,
    /// 日期, ISO 8601.
    pub date: String,
    /// 移交清单, document id.
    pub document: String,
}
