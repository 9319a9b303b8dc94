//! Packing: records and extras become one canonical bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::handover::Mark;
use super::parts::Part;
use super::profile::profile;
use crate::container::name_fault;
use crate::diag::{Diagnostic, Failure};
use crate::fixity::Digest;
use crate::record::{Metadata, Record};

/// What a bundle is about.
#[derive(Clone, Debug)]
pub struct BundleSpec {
    /// 归档包编号: `[A-Z0-9-]{1,64}`; name of the bag's folder.
    pub id: String,
    /// 项目编号.
    pub case_id: String,
    /// 项目名称.
    pub case_title: String,
    /// 移交单位.
    pub sender: String,
    /// 接收单位.
    pub receiver: String,
    /// 移交日期, ISO 8601, from case data.
    pub date: String,
    /// 示例数据 (P-07).
    pub illustrative: bool,
    /// 全宗号.
    pub fonds_number: String,
    /// 全宗名称.
    pub fonds_name: String,
    /// 档案门类代码.
    pub category: String,
    /// 机构（问题）代码.
    pub unit: String,
    /// 归档年度.
    pub year: u16,
    /// Program and version.
    pub software: String,
    /// Items kept on paper.
    pub absent: Vec<Metadata>,
    /// 移交序号, when the sender keeps a book of hand-overs.
    pub handover: Option<Mark>,
    /// 分包: which part of a group it is, if it is one.
    pub part: Option<Part>,
}

/// A file that belongs to the bundle as a whole; it goes under 其他/.
#[derive(Clone, Debug)]
pub struct ExtraFile {
    /// Path under 其他/.
    pub path: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// A bundle written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleSummary {
    /// 归档包编号.
    pub id: String,
    /// Where it is.
    pub path: PathBuf,
    /// 件数.
    pub items: usize,
    /// Files in the bag, tag files included.
    pub files: usize,
    /// Size of the ZIP in bytes.
    pub bytes: u64,
    /// SHA-256 of the ZIP.
    pub sha256: Digest,
    /// SM3 of the ZIP.
    pub sm3: Digest,
    /// 分包: which part of a group it is, if it is one.
    pub part: Option<Part>,
    /// Whether it lay there already, whole and the same, and was not written again.
    pub already: bool,
}

/// Packs `records` (in any order) and `extras` into the one bundle `out`, whatever its size.
///
/// # Errors
/// P-06 and P-08 findings against records; failures of the world.
#[cfg(test)]
pub fn pack(
    spec: &BundleSpec,
    records: &[Record],
    extras: &[ExtraFile],
    out: &std::path::Path,
) -> crate::diag::Outcome<BundleSummary> {
    object(spec, records)?;
    let records: Vec<&Record> = records.iter().collect();
    let bag = super::assemble::Bag::of(spec, &records, extras)?;
    if let Some(folder) = out.parent().filter(|p| !p.as_os_str().is_empty()) {
        crate::container::create_folder(folder)?;
    }
    bag.write(out)?;
    Ok(crate::diag::Checked::clean(bag.summary(out, false)?))
}

/// Everything against packing these records.
pub(super) fn object(spec: &BundleSpec, records: &[Record]) -> Result<(), Failure> {
    let sound = !spec.id.is_empty()
        && spec.id.len() <= 64
        && spec.id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    if !sound {
        return Err(Failure::Bug(format!("bundle id {:?}", spec.id)));
    }
    let mut secrets = Vec::new();
    let mut findings = Vec::new();
    if records.is_empty() {
        findings.push(
            Diagnostic::error("P-06", "没有可归档的电子文件").hint("请先生成公文或登记证据文件。"),
        );
    }
    let mut codes = BTreeMap::new();
    for record in records {
        let m = &record.metadata;
        if m.secrecy.is_state_secret() {
            let message = format!("“{}”为{}，不能装入非密归档包", m.title, m.secrecy.name());
            secrets
                .push(Diagnostic::error("P-08", message).hint("涉密件请在涉密计算机上另行归档。"));
        }
        if m.code().is_none() {
            let message = format!("“{}”的档号“{}”不合规则", m.title, m.archival_code);
            findings.push(
                Diagnostic::error("P-06", message)
                    .hint("档号由全宗号（4 位大写字母或数字）、门类（2 位）、年度、机构代码组成，请检查 archive 各项。"),
            );
        }
        if let Some(other) = codes.insert(&m.archival_code, &m.title) {
            let message = format!("档号 {} 重复：“{other}”与“{}”", m.archival_code, m.title);
            findings.push(Diagnostic::error("P-06", message));
        }
        // Systems that do not tell capitals from small letters keep only one of two such names.
        let mut names = BTreeSet::from([profile().names.metadata.to_lowercase()]);
        for file in &record.files {
            if !names.insert(file.name.to_lowercase()) {
                let message = format!("“{}”已有名为“{}”的文件", m.title, file.name);
                let hint = "同一件里的文件不能重名（不分大小写），请改文件名后重新登记。";
                findings.push(Diagnostic::error("P-06", message).hint(hint));
            }
            if let Some(fault) = name_fault(&file.name) {
                let message = format!("“{}”的文件“{}”：{fault}", m.title, file.name);
                findings.push(Diagnostic::error("P-06", message).hint("请改文件名后重新登记。"));
            }
        }
    }
    if !findings.is_empty() {
        findings.append(&mut secrets);
        return Err(Failure::Rejected(findings));
    }
    if secrets.is_empty() { Ok(()) } else { Err(Failure::Refused(secrets)) }
}
