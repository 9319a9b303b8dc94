//! The part of a case that Rust code works with, typed. Wording reads the whole as data instead.

use chrono::NaiveDate;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::vocab::date;
use crate::vocab::doc_number::DocNumber;
use crate::vocab::retention::Retention;
use crate::vocab::secrecy::Secrecy;

/// 督察项目数据文件.
#[derive(Clone, Debug, Deserialize)]
pub struct Model {
    /// 是否示例: shown with a watermark, barred from formal archives.
    pub illustrative: bool,
    /// 数据时点: the day that counts as today.
    #[serde(deserialize_with = "day")]
    pub as_of: NaiveDate,
    /// 督察项目.
    pub case: CaseInfo,
    /// 涉及区县.
    #[serde(default)]
    pub districts: Vec<District>,
    /// 机关单位.
    pub organs: Vec<Organ>,
    /// 人员.
    #[serde(default)]
    pub persons: Vec<Person>,
    /// 公文与材料.
    #[serde(default)]
    pub documents: Vec<DocumentEntry>,
    /// 证据材料.
    #[serde(default)]
    pub evidence: Vec<EvidenceEntry>,
    /// 归档.
    pub archive: Option<Archive>,
}

/// 督察项目.
#[derive(Clone, Debug, Deserialize)]
pub struct CaseInfo {
    /// 项目编号.
    pub id: String,
    /// 项目名称.
    pub title: String,
    /// 督察类型.
    pub case_type: String,
    /// 涉及区县.
    #[serde(default)]
    pub districts: Vec<String>,
}

/// 区县.
#[derive(Clone, Debug, Deserialize)]
pub struct District {
    /// 标识.
    pub id: String,
    /// 全称.
    pub name: String,
}

/// 机关单位.
#[derive(Clone, Debug, Deserialize)]
pub struct Organ {
    /// 标识.
    pub id: String,
    /// 全称.
    pub name: String,
    /// 层级.
    #[serde(default)]
    pub level: String,
    /// 性质.
    #[serde(default)]
    pub kind: String,
    /// 上级机关.
    pub parent: Option<String>,
    /// 发文机关代字.
    pub doc_code: Option<String>,
}

/// 人员.
#[derive(Clone, Debug, Deserialize)]
pub struct Person {
    /// 标识.
    pub id: String,
    /// 姓名.
    pub name: String,
}

/// 公文与材料: metadata of one document; its words come from a kind's templates.
#[derive(Clone, Debug, Deserialize)]
pub struct DocumentEntry {
    /// 标识.
    pub id: String,
    /// 文件种类: 目录代码 D01—D50.
    pub kind: String,
    /// 文种.
    pub genre: String,
    /// 标题, without 文号.
    pub title: String,
    /// 版式.
    #[serde(default)]
    pub format: String,
    /// 发文机关, the first leads.
    pub issuers: Vec<String>,
    /// 发文字号.
    pub doc_number: Option<DocNumber>,
    /// 主送.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// 主送统称.
    pub recipients_text: Option<String>,
    /// 抄送.
    #[serde(default)]
    pub copies: Vec<String>,
    /// 密级.
    pub secrecy: Secrecy,
    /// 签发人.
    pub signer: Option<String>,
    /// 成文日期.
    #[serde(deserialize_with = "day")]
    pub issued_on: NaiveDate,
    /// 签发日期.
    #[serde(default, deserialize_with = "some_day")]
    pub signed_on: Option<NaiveDate>,
    /// 印发日期.
    #[serde(default, deserialize_with = "some_day")]
    pub printed_on: Option<NaiveDate>,
    /// 依据文件.
    #[serde(default)]
    pub basis: Vec<String>,
    /// 授权表述.
    pub authority_note: Option<String>,
    /// 页数.
    pub pages: Option<u64>,
    /// 保管期限.
    pub retention: Retention,
    /// 公开属性.
    pub openness: String,
    /// 正式件, e.g. the signed and sealed copy as scanned.
    pub file: Option<FileRef>,
}

/// 证据材料.
#[derive(Clone, Debug, Deserialize)]
pub struct EvidenceEntry {
    /// 标识.
    pub id: String,
    /// 类别.
    pub kind: String,
    /// 名称.
    pub title: String,
    /// 取得日期.
    #[serde(deserialize_with = "day")]
    pub collected_on: NaiveDate,
    /// 取证人员.
    pub collected_by: Vec<String>,
    /// 提供单位.
    pub provider: Option<String>,
    /// 原件/复印件.
    pub originality: String,
    /// 页数.
    pub pages: Option<u64>,
    /// 文件.
    pub file: Option<FileRef>,
    /// 密级.
    pub secrecy: Secrecy,
}

/// A file beside the data file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FileRef {
    /// 相对路径, from the folder of the data file.
    pub path: String,
    /// 媒体类型.
    pub media_type: String,
    /// 字节数.
    pub size: u64,
    /// SHA-256, 64 lower-case hexadecimal figures.
    pub sha256: String,
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
    pub year: u64,
    /// 移交.
    #[serde(default)]
    pub handovers: Vec<Handover>,
}

/// 移交.
#[derive(Clone, Debug, Deserialize)]
pub struct Handover {
    /// 范围: 督察阶段, 整改阶段.
    pub scope: String,
    /// 移交单位.
    pub from: String,
    /// 接收单位.
    pub to: String,
    /// 日期.
    #[serde(deserialize_with = "day")]
    pub date: NaiveDate,
    /// 移交清单.
    pub document: String,
}

/// A date that may be absent. One that is none is a finding of the structure, not a reason to read no further.
fn some_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.as_deref().and_then(date::parse))
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    date::parse(&text).ok_or_else(|| D::Error::custom(format!("{text} is not a date")))
}
