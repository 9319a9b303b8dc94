//! 四性检测 (DA/T 70-2018): numbered checks of a bundle; everything found is listed, never only the first.
//!
//! The numbers and their meaning stand in docs/bundle-format.md §5. No check trusts what the bundle says of
//! itself; what the bundle says is compared with what is there.

mod authenticity;
mod completeness;
mod digests;
mod safety;
mod signatures;
mod usability;

use std::path::Path;

use serde::Serialize;

use super::description::Description;
use super::reader::{self, BundleReader};
use super::sign::Trust;
use super::{bag, profile};
use crate::diag::{Failure, WorldError};
use digests::Digests;
pub(super) use safety::process_log;

/// 检测结果 of a bundle.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Every check, in order.
    pub checks: Vec<Check>,
    /// 合格: no check failed.
    pub accepted: bool,
    pub(super) description: Option<Description>,
}

impl Inspection {
    /// Puts `check` in the place of the one with its number.
    pub(super) fn place(&mut self, check: Check) {
        match self.checks.iter_mut().find(|c| c.id == check.id) {
            Some(there) => *there = check,
            None => self.checks.push(check),
        }
    }
}

/// One numbered check.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// Its number: Z1 … S9.
    pub id: &'static str,
    /// 真实性、完整性、可用性、安全性.
    pub property: &'static str,
    /// How it came out.
    pub outcome: Outcome,
    /// What spoke for that, all of it.
    pub evidence: Vec<Evidence>,
    /// In words.
    pub message: String,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Outcome {
    /// 通过.
    Pass,
    /// 不通过: the bundle is not acceptable.
    Fail,
    /// 警告: to be looked at.
    Warn,
    /// 须人工: a machine cannot decide.
    Manual,
    /// 不适用.
    Na,
}

/// One fact behind an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// File or field.
    pub path: String,
    /// What should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// What the checks look at.
struct Subject<'a> {
    reader: &'a BundleReader,
    description: &'a Description,
    digests: &'a Digests,
    trust: &'a Trust<'a>,
    /// `bag-info.txt`.
    info: std::collections::BTreeMap<String, String>,
}

/// Collects the facts of one check.
struct Report {
    id: &'static str,
    property: &'static str,
    evidence: Vec<Evidence>,
}

const AUTHENTICITY: &str = "真实性";
const COMPLETENESS: &str = "完整性";
const USABILITY: &str = "可用性";
const SAFETY: &str = "安全性";

impl Report {
    fn new(id: &'static str, property: &'static str) -> Self {
        Self { id, property, evidence: Vec::new() }
    }

    fn add(
        &mut self,
        path: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) {
        let some = |s: String| (!s.is_empty()).then_some(s);
        self.evidence.push(Evidence {
            path: path.into(),
            expected: some(expected.into()),
            found: some(found.into()),
        });
    }

    /// FAIL with the facts, or PASS if there are none.
    fn verdict(self, good: impl Into<String>, bad: &str) -> Check {
        self.or(Outcome::Fail, good, bad)
    }

    /// `outcome` with the facts, or PASS if there are none.
    fn or(self, outcome: Outcome, good: impl Into<String>, bad: &str) -> Check {
        let fine = self.evidence.is_empty();
        Check {
            id: self.id,
            property: self.property,
            outcome: if fine { Outcome::Pass } else { outcome },
            message: if fine {
                good.into()
            } else {
                format!("{bad}（{} 处）", self.evidence.len())
            },
            evidence: self.evidence,
        }
    }

    fn plain(self, outcome: Outcome, message: impl Into<String>) -> Check {
        Check {
            id: self.id,
            property: self.property,
            outcome,
            message: message.into(),
            evidence: self.evidence,
        }
    }
}

/// Inspects the bundle (ZIP or unpacked folder) at `path`.
///
/// # Errors
/// Only when the world fails; a bad bundle is an inspection that does not accept it.
pub fn verify(path: &Path) -> Result<Inspection, Failure> {
    verify_by(path, &Trust::nobody())
}

/// Inspects the bundle at `path` with a key ring at hand.
///
/// # Errors
/// As [`verify`].
pub fn verify_by(path: &Path, trust: &Trust<'_>) -> Result<Inspection, Failure> {
    let reader = match reader::open(path)? {
        Ok(reader) => reader,
        Err(refusal) => {
            let mut report = Report::new("S7", SAFETY);
            report.add(refusal.name, "", refusal.reason);
            return Ok(refused(report.verdict("", "不是规范的归档包，未再检测其他项目")));
        }
    };
    inspect(&reader, path, trust).map_err(Failure::World)
}

/// Inspects an opened bundle.
pub(super) fn inspect(
    reader: &BundleReader,
    path: &Path,
    trust: &Trust<'_>,
) -> Result<Inspection, WorldError> {
    let digests = Digests::of(reader).map_err(WorldError::while_("读取归档包", path))?;
    let mut checks = vec![digests::check(reader, &digests)];
    let described = reader
        .text(bag::DESCRIPTION)
        .ok_or_else(|| "缺少，或不是 UTF-8 文本".to_owned())
        .and_then(|text| {
            serde_json::from_str::<Description>(&text).map_err(|e| format!("读不懂：{e}"))
        })
        .and_then(|d| {
            let known = &profile::profile().format;
            if d.format == *known {
                Ok(d)
            } else {
                Err(format!("格式为 {}，本程序只认 {known}", d.format))
            }
        });
    let description = match described {
        Ok(description) => description,
        Err(reason) => {
            let mut report = Report::new("K1", USABILITY);
            report.add(bag::DESCRIPTION, "", reason);
            checks.push(report.verdict("", "归档包的机读清单不可用，未再检测其他项目"));
            checks.push(completeness::surplus(reader));
            checks.push(safety::paths(reader));
            return Ok(Inspection { checks, accepted: false, description: None });
        }
    };
    let info = bag::read_info(&reader.text(bag::INFO).unwrap_or_default());
    let subject = Subject { reader, description: &description, digests: &digests, trust, info };
    checks.extend(authenticity::checks(&subject));
    checks.extend(completeness::checks(&subject));
    checks.extend(usability::checks(&subject));
    checks.extend(safety::checks(&subject));
    let accepted = checks.iter().all(|c| c.outcome != Outcome::Fail);
    Ok(Inspection { checks, accepted, description: Some(description) })
}

fn refused(check: Check) -> Inspection {
    Inspection { checks: vec![check], accepted: false, description: None }
}
