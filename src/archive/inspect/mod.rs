//! 四性检测 (DA/T 70-2018): numbered checks of a bundle; everything found is listed, never only the first.
//!
//! The numbers and their meaning stand in docs/bundle-format.md §8. No check trusts what the bundle says of
//! itself; what the bundle says is compared with what is there.

mod authenticity;
mod completeness;
mod digests;
mod forms;
mod package;
mod plain;
mod safety;
mod signatures;
mod sip;
mod trees;
mod usability;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Serialize;

use super::description::Description;
use super::handover::Mark;
use super::parts::Part;
use super::reader::{self, BundleReader, is_bundle_id};
use super::sign::Trust;
use super::{bag, profile};
use crate::diag::{Failure, WorldError};
use digests::Digests;
use trees::Trees;

/// 检测结果 of a bundle.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Every check, in order.
    pub checks: Vec<Check>,
    /// 合格: no check failed.
    pub accepted: bool,
    /// 快速检测: content was not digested, so that nothing is proved of it.
    pub quick: bool,
    /// What kind of package it is: `anjuan-bundle/2`, `bagit`, `dat93`, `sip`; none if it cannot be told.
    pub form: Option<String>,
    /// 归档包编号, of another's package the name of its folder; empty if it could not be opened.
    pub name: String,
    pub(super) description: Option<Description>,
}

impl Inspection {
    /// 分包: which part of a group the bundle says that it is.
    #[must_use]
    pub fn part(&self) -> Option<&Part> {
        self.description.as_ref()?.part.as_ref()
    }

    /// 档号 of the 件 whose files the bundle holds, as its list says.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let items = self.description.iter().flat_map(|d| &d.items);
        items.map(|i| i.metadata.archival_code.as_str())
    }

    /// S8, with the order of hand-overs as the receiver's register shows it (place, what should be, what is).
    pub(super) fn order(&mut self, against: Vec<(String, String, String)>, mark: Option<Mark>) {
        if let Some(log) = self.checks.iter_mut().find(|c| c.id == "S8") {
            safety::order(log, against, mark);
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
    /// What it looks at.
    pub name: &'static str,
    /// Its place in DA/T 70-2018, where one is known.
    pub dat70: Option<&'static str>,
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
    trees: Trees,
    /// Format 2 or later: forms, PREMIS, log and BagIt profile are there.
    full: bool,
    /// `bag-info.txt`.
    info: BTreeMap<String, String>,
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
        if self.evidence.is_empty() {
            return self.plain(Outcome::Pass, good);
        }
        let message = format!("{bad}（{} 处）", self.evidence.len());
        self.plain(outcome, message)
    }

    fn plain(self, outcome: Outcome, message: impl Into<String>) -> Check {
        let row = profile::profile().check(self.id);
        Check {
            id: self.id,
            property: self.property,
            outcome,
            evidence: self.evidence,
            message: message.into(),
            name: row.map_or("", |r| r.name.as_str()),
            dat70: row.and_then(|r| r.dat70.as_deref()),
        }
    }
}

/// How much of a bundle is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Structure, counts, sizes, names and the form of manifests.
    Quick,
    /// Every byte.
    Full,
}

/// How a bundle is inspected.
#[derive(Clone, Copy, Debug)]
pub struct How<'a> {
    /// How much of it is read.
    pub depth: Depth,
    /// By what its signatures are judged.
    pub trust: Trust<'a>,
}

impl From<Depth> for How<'_> {
    /// Without a key ring.
    fn from(depth: Depth) -> Self {
        Self { depth, trust: Trust::nobody() }
    }
}

impl<'a> From<Trust<'a>> for How<'a> {
    /// Every byte.
    fn from(trust: Trust<'a>) -> Self {
        Self { depth: Depth::Full, trust }
    }
}

/// Inspects the bundle (ZIP or unpacked folder) at `path`. A BagIt bag or a DA/T 93 package that another program
/// made is inspected as far as it goes.
///
/// # Errors
/// Only when the world fails; a bad bundle is an inspection that does not accept it.
pub fn verify<'a>(path: &Path, how: impl Into<How<'a>>) -> Result<Inspection, Failure> {
    let how = how.into();
    let reader = match reader::open(path)? {
        Ok(reader) => reader,
        Err(refusal) => match foreign(path)? {
            Some(reader) => reader,
            None => return Ok(refused(refusal)),
        },
    };
    let world = WorldError::while_("读取归档包", path);
    match kind(&reader) {
        Kind::Bundle => examine(&reader, &how).map_err(world).map_err(Failure::World),
        Kind::Bag => {
            let made = plain::inspect(&reader, how.depth).map_err(world)?;
            Ok(signatures::foreign(made, &how.trust))
        }
        Kind::Sip => Ok(sip::inspect(&reader)),
        Kind::Package => Ok(signatures::foreign(package::inspect(&reader, how.depth), &how.trust)),
    }
}

/// A ZIP that is not in our form, if it claims to be another's package and not ours.
fn foreign(path: &Path) -> Result<Option<BundleReader>, WorldError> {
    let Ok(reader) = reader::open_foreign(path)? else { return Ok(None) };
    Ok((!matches!(kind(&reader), Kind::Bundle)).then_some(reader))
}

enum Kind {
    Bundle,
    Bag,
    Package,
    Sip,
}

/// What the package is, by what it holds; what says it is ours, or says nothing, is judged as ours.
fn kind(reader: &BundleReader) -> Kind {
    let info = reader.text(bag::INFO).unwrap_or_default();
    if reader.has(bag::DESCRIPTION) || bag::read_info(&info).contains_key("Bundle-Format") {
        Kind::Bundle
    } else if reader.has(bag::DECLARATION) {
        Kind::Bag
    } else if sip::is(reader) {
        Kind::Sip
    } else if package::catalogue(reader).is_some() {
        Kind::Package
    } else {
        Kind::Bundle
    }
}

/// Inspects an opened bundle, every byte of it.
pub(super) fn inspect(
    reader: &BundleReader,
    path: &Path,
    trust: &Trust<'_>,
) -> Result<Inspection, WorldError> {
    if matches!(kind(reader), Kind::Sip) {
        return Ok(sip::inspect(reader));
    }
    examine(reader, &How::from(*trust)).map_err(WorldError::while_("读取归档包", path))
}

fn examine(reader: &BundleReader, how: &How<'_>) -> io::Result<Inspection> {
    let depth = how.depth;
    let digests = Digests::of(reader, depth)?;
    let mut checks = vec![digests::check(reader, &digests)];
    let described = reader
        .text(bag::DESCRIPTION)
        .ok_or_else(|| "缺少，或不是 UTF-8 文本".to_owned())
        .and_then(|text| {
            serde_json::from_str::<Description>(&text).map_err(|e| format!("读不懂：{e}"))
        })
        .and_then(|d| {
            let profile = profile::profile();
            if profile.reads(&d.format) {
                Ok(d)
            } else {
                Err(format!("格式为 {}，本程序只认 {} 及以前的格式", d.format, profile.format))
            }
        });
    let quick = depth == Depth::Quick;
    let name = reader.name.clone();
    let description = match described {
        Ok(description) => description,
        Err(reason) => {
            let mut report = Report::new("K1", USABILITY);
            report.add(bag::DESCRIPTION, "", reason);
            checks.push(report.verdict("", "归档包的机读清单不可用，未再检测其他项目"));
            checks.push(completeness::surplus(reader));
            checks.push(safety::paths(reader));
            let accepted = false;
            reader.trouble()?;
            return Ok(Inspection { checks, accepted, quick, form: None, name, description: None });
        }
    };
    let info = bag::read_info(&reader.text(bag::INFO).unwrap_or_default());
    let full = description.format == profile::profile().format;
    let (digests, trust) = (&digests, &how.trust);
    let trees = Trees::default();
    let subject = Subject { reader, description: &description, digests, trust, trees, full, info };
    checks.extend(authenticity::checks(&subject));
    checks.extend(completeness::checks(&subject));
    checks.extend(usability::checks(&subject));
    checks.extend(safety::checks(&subject));
    let accepted = accepted(&checks);
    reader.trouble()?;
    let form = Some(description.format.clone());
    let name = match reader.packed_name() {
        None if is_bundle_id(&description.id) => description.id.clone(),
        _ => name,
    };
    Ok(Inspection { checks, accepted, quick, form, name, description: Some(description) })
}

fn accepted(checks: &[Check]) -> bool {
    checks.iter().all(|c| c.outcome != Outcome::Fail)
}

/// All checks of the table: those that were made, and 不适用 for the others.
fn all(made: Vec<Check>, why: &str) -> Vec<Check> {
    let mut made: BTreeMap<&'static str, Check> = made.into_iter().map(|c| (c.id, c)).collect();
    let rows = profile::profile().checks().iter();
    rows.map(|row| {
        made.remove(row.id.as_str())
            .unwrap_or_else(|| Report::new(&row.id, &row.property).plain(Outcome::Na, why))
    })
    .collect()
}

/// What cannot be looked into as a bundle.
pub(super) fn refused(refusal: crate::container::Refusal) -> Inspection {
    let mut report = Report::new("S7", SAFETY);
    report.add(refusal.name, "", refusal.reason);
    let checks = vec![report.verdict("", "不是规范的归档包，未再检测其他项目")];
    let name = String::new();
    Inspection { checks, accepted: false, quick: false, form: None, name, description: None }
}
