//! 固定性巡检: every stored file digested again and held against the inventory, and the bag held as a whole against the
//! digests of the ZIP that was received.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

use chrono::NaiveDateTime;
use rayon::prelude::*;
use serde::Serialize;

use super::inventory::Inventory;
use super::journal::{Entry, Journal};
use super::papers::Papers;
use super::structure::{self, about};
use super::{Store, disposal, object};
use crate::archive::bag as lists;
use crate::clock::Clock;
use crate::container::{CrcReader, Stated, replay_zip};
use crate::diag::{Diagnostic, Failure};
use crate::fixity::{Digest, DigestSet, HashingSink, digest_bytes, digest_reader};

/// How many objects a run checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// So many.
    Count(usize),
    /// So many in a hundred, rounded up.
    Percent(u8),
}

/// 巡检范围.
#[derive(Clone, Debug, Default)]
pub struct FixityPlan {
    /// Only so many; without a seed those that were checked longest ago, so that runs cover everything in turn.
    pub sample: Option<Sample>,
    /// Drawn by lot, the same for the same seed.
    pub seed: Option<String>,
    /// Only what was not checked within so many days.
    pub older_than: Option<u32>,
}

/// What a check of one object found.
#[derive(Debug, Serialize)]
pub struct ObjectCheck {
    /// 归档包编号.
    pub object: String,
    /// Its newest version.
    pub version: u32,
    /// Files digested.
    pub files: usize,
    /// Bytes digested.
    pub bytes: u64,
    /// Whether everything is as it was.
    pub sound: bool,
    /// What is not.
    #[serde(skip)]
    pub findings: Vec<Diagnostic>,
}

/// 巡检结果.
#[derive(Debug, Default, Serialize)]
pub struct FixitySummary {
    /// Objects in the store.
    pub objects: usize,
    /// Objects checked by this run.
    pub checked: usize,
    /// Files digested.
    pub files: usize,
    /// Bytes digested.
    pub bytes: u64,
    /// Objects with findings.
    pub damaged: usize,
    /// Objects that no run has checked yet.
    pub never: usize,
    /// The oldest last check among all objects, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<String>,
}

/// Objects between two entries in the journal: what an interruption may make a later run do again.
const BATCH: usize = 16;
const FORM: &str = "%Y-%m-%dT%H:%M:%SZ";

impl Store {
    /// Checks objects as `plan` says; every one is told to `tell` and noted in the journal when it is done, so that a
    /// run that was interrupted goes on where it was.
    ///
    /// # Errors
    /// [`Failure::Locked`] while another run is under way; what the system reports of the journal. A stored file that
    /// cannot be read is a finding.
    pub fn check_fixity(
        &self,
        plan: &FixityPlan,
        clock: &Clock,
        tell: &mut dyn FnMut(ObjectCheck),
    ) -> Result<FixitySummary, Failure> {
        let mut journal = Journal::open(self)?;
        let (ids, _) = structure::objects(self)?;
        let chosen = choose(&ids, &journal.last, plan, clock);
        let mut summary = FixitySummary { objects: ids.len(), ..FixitySummary::default() };
        for batch in chosen.chunks(BATCH) {
            let checks: Result<Vec<_>, Failure> =
                batch.par_iter().map(|id| check(journal.store(), id)).collect();
            let checks = checks?;
            let time = clock.now().format(FORM).to_string();
            let entries: Vec<Entry> = checks
                .iter()
                .map(|c| Entry {
                    object: c.object.clone(),
                    version: c.version,
                    time: time.clone(),
                    files: c.files,
                    bytes: c.bytes,
                    damaged: c.findings.len(),
                })
                .collect();
            journal.add(&entries)?;
            for check in checks {
                summary.checked += 1;
                summary.files += check.files;
                summary.bytes += check.bytes;
                summary.damaged += usize::from(!check.sound);
                tell(check);
            }
        }
        let times = || ids.iter().map(|id| journal.last.get(id).map(|e| e.time.clone()));
        summary.never = times().filter(Option::is_none).count();
        summary.oldest = times().flatten().min();
        Ok(summary)
    }
}

/// The objects of one run, in the order in which they are checked.
fn choose(
    ids: &[String],
    last: &BTreeMap<String, Entry>,
    plan: &FixityPlan,
    clock: &Clock,
) -> Vec<String> {
    let when = |id: &str| last.get(id).map(|e| e.time.clone());
    let due = |id: &&String| {
        let Some(days) = plan.older_than else { return true };
        let Some(then) = when(id) else { return true };
        let then = NaiveDateTime::parse_from_str(&then, FORM).unwrap_or_default();
        clock.now().naive_utc() - then > chrono::TimeDelta::days(days.into())
    };
    let mut chosen: Vec<&String> = ids.iter().filter(due).collect();
    match &plan.seed {
        Some(seed) => {
            chosen.sort_by_key(|id| digest_bytes(format!("{seed}|{id}").as_bytes()).sha256);
        }
        // None (never checked) comes first.
        None => chosen.sort_by_key(|id| (when(id), (*id).clone())),
    }
    let most = match plan.sample {
        None => chosen.len(),
        Some(Sample::Count(n)) => n,
        Some(Sample::Percent(p)) => (ids.len() * usize::from(p)).div_ceil(100),
    };
    chosen.into_iter().take(most).cloned().collect()
}

/// Checks one object.
fn check(store: &Store, id: &str) -> Result<ObjectCheck, Failure> {
    let seen = structure::examine(store, id)?;
    let folder = store.objects().join(id);
    let mut out = ObjectCheck {
        object: id.to_owned(),
        version: 0,
        files: 0,
        bytes: 0,
        sound: false,
        findings: seen.findings,
    };
    if let Some(inventory) = seen.inventory {
        out.version = inventory.newest();
        let wanted = places(&inventory);
        let digests: Vec<(&String, io::Result<(DigestSet, u32)>)> = wanted
            .par_iter()
            .filter(|(path, _)| seen.files.contains_key(**path))
            .map(|(path, _)| (*path, digest(&folder.join(path))))
            .collect();
        let mut read: BTreeMap<&str, (DigestSet, u32)> = BTreeMap::new();
        for (path, result) in digests {
            let place = folder.join(path);
            match result {
                Ok(found) => {
                    out.files += 1;
                    out.bytes += found.0.size;
                    let expected = wanted[path];
                    if found.0.sha256.to_string() != expected.to_lowercase() {
                        let words =
                            format!("文件损坏：SHA-256 应为 {expected}，实为 {}", found.0.sha256);
                        out.findings.push(about(Diagnostic::error("B-10", words), &place).hint(
                            "从备份恢复这个文件（摘要须与应有的相同），再运行 anjuan fixity 复核。",
                        ));
                    }
                    read.insert(path, found);
                }
                Err(error) => {
                    let words = format!("文件读不出来：{error}");
                    out.findings.push(
                        about(Diagnostic::error("B-10", words), &place)
                            .hint("检查磁盘；从备份恢复这个文件。"),
                    );
                }
            }
        }
        for version in 1..=out.version {
            whole(store, (id, version), &read, &mut out.findings);
        }
    }
    out.sound = out.findings.is_empty();
    Ok(out)
}

/// Path → digest.
fn places(inventory: &Inventory) -> BTreeMap<&String, &String> {
    inventory
        .manifest
        .iter()
        .flat_map(|(digest, paths)| paths.iter().map(move |path| (path, digest)))
        .collect()
}

fn digest(path: &Path) -> io::Result<(DigestSet, u32)> {
    let mut reader = CrcReader::new(File::open(path)?);
    let digests = digest_reader(&mut reader)?;
    Ok((digests, reader.finish()))
}

/// The ZIP that a version's bag makes, against the digests that its accession states: SHA-256 and SM3.
fn whole(
    store: &Store,
    (id, version): (&str, u32),
    read: &BTreeMap<&str, (DigestSet, u32)>,
    findings: &mut Vec<Diagnostic>,
) {
    let content = object::content(&store.objects(), id, version);
    // Archives of the first form: the files alone are checked.
    let Ok(Some(papers)) = Papers::read(&content) else { return };
    let Some(line) = papers.line() else { return };
    let prefix = format!("v{version}/content/");
    let bag = format!("{prefix}{id}/");
    let stubs = disposal::stubs(&content).unwrap_or_default();
    if !stubs.is_empty() {
        remains((&content, id), (&bag, read), &stubs, line.accession.tagmanifest, findings);
        return;
    }
    let entries: BTreeMap<String, Stated> = read
        .iter()
        .filter(|(path, _)| path.starts_with(&bag))
        .filter_map(|(path, (digests, crc))| {
            let name = path.strip_prefix(&prefix)?.to_owned();
            Some((name, Stated { size: u32::try_from(digests.size).ok()?, crc: *crc }))
        })
        .collect();
    let mut sink = HashingSink::default();
    let replayed = replay_zip(&entries, |name| File::open(content.join(name)), &mut sink);
    let digests = sink.finish();
    let a = line.accession;
    let what = match replayed {
        Err(error) => format!("还原不出移交时的归档包：{error}"),
        Ok(()) if digests.sha256 != a.sha256 => {
            format!("还原的归档包与接收 {} 登记的 SHA-256 不符", a.number)
        }
        Ok(()) if digests.sm3 != a.sm3 => {
            format!("还原的归档包与接收 {} 登记的 SM3 不符", a.number)
        }
        Ok(()) => return,
    };
    findings.push(
        about(Diagnostic::error("B-13", what), &content.join(id))
            .hint("以移交方留存的归档包或备份为准恢复；同时列出的损坏文件就是原因。"),
    );
}

/// A bag of which something was destroyed makes no whole ZIP any more: every file is held against its lists, these against the
/// register, and what is missing must be what a 存根 tells.
fn remains(
    (content, id): (&Path, &str),
    (bag, read): (&str, &BTreeMap<&str, (DigestSet, u32)>),
    stubs: &[disposal::Destruction],
    tagmanifest: Option<Digest>,
    findings: &mut Vec<Diagnostic>,
) {
    let mut bad = |path: &str, words: String| {
        let hint = "以移交方留存的归档包或备份为准恢复。";
        let place = content.join(id).join(path);
        findings.push(about(Diagnostic::error("B-13", words), &place).hint(hint));
    };
    let there = |path: &str| read.get(format!("{bag}{path}").as_str()).map(|(d, _)| d.sha256);
    if tagmanifest.is_some() && there(lists::TAG_MANIFEST) != tagmanifest {
        bad(lists::TAG_MANIFEST, "总清单与接收时登记的摘要不符".into());
    }
    for list in [lists::TAG_MANIFEST, lists::MANIFEST] {
        let text = std::fs::read_to_string(content.join(id).join(list)).unwrap_or_default();
        for (path, wanted) in lists::read_sums(&text).0 {
            match there(&path) {
                Some(found) if found == wanted => {}
                None if disposal::is_gone(stubs, id, &path) => {}
                Some(_) => bad(&path, format!("与清单 {list} 的摘要不符")),
                None => bad(&path, format!("清单 {list} 上有，库里没有，也没有销毁的存根")),
            }
        }
    }
}
