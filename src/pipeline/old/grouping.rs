//! 编号分组: every item gets its 档号 and its bundle.

use std::collections::BTreeMap;
use std::path::Path;

use super::archive_at;
use super::describe::Candidate;
use super::resume::{self, Resumed};
use super::settled::Settled;
use crate::diag::{Diagnostic, Failure};
use crate::vocab::archival_code::ArchivalCode;

/// What one bundle holds: 全宗, 门类, 年度, 机构, and its turn where 件号 have gaps.
pub(super) type Group = (String, String, u16, String, usize);

/// What comes back, and why.
pub(super) type Objected = (Candidate, Diagnostic);

/// Gives out 档号 and sorts into bundles; what cannot have its 档号 comes back.
pub(super) fn group(
    settled: &Settled,
    fresh: Vec<Candidate>,
    taken: &BTreeMap<String, u32>,
) -> (BTreeMap<Group, Vec<Candidate>>, Vec<Objected>) {
    let mut coded: BTreeMap<ArchivalCode, Candidate> = BTreeMap::new();
    let (fresh, mut bad) = apart(fresh);
    let (given, open): (Vec<_>, Vec<_>) = fresh.into_iter().partition(|c| c.code.is_some());
    let mut next = taken.clone();
    for candidate in given {
        let Some(code) = candidate.code.clone() else { continue };
        let used = taken.contains_key(&code.to_string()) || coded.contains_key(&code);
        if used {
            let message = format!("档号 {code} 已经用在另一件上");
            bad.push((
                candidate,
                Diagnostic::error("O-04", message).hint("核对档号；空着的由程序续编。"),
            ));
            continue;
        }
        let last = next.entry(code.series()).or_default();
        *last = (*last).max(code.item);
        coded.insert(code, candidate);
    }
    for candidate in open {
        let Some(series) = settled.code(&candidate, 1).map(|c| c.series()) else { continue };
        let last = next.entry(series).or_default();
        *last += 1;
        if let Some(code) = settled.code(&candidate, *last) {
            coded.insert(code, candidate);
        }
    }
    // 件号 within a bundle run without gaps (W6): after a gap another bundle begins.
    let mut groups: BTreeMap<Group, Vec<Candidate>> = BTreeMap::new();
    let mut before: Option<(String, u32, usize)> = None;
    for (code, mut candidate) in coded {
        let series = code.series();
        let turn = match &before {
            Some((s, item, turn)) if *s == series => turn + usize::from(item + 1 != code.item),
            _ => 0,
        };
        before = Some((series, code.item, turn));
        if let Some(m) = &mut candidate.metadata {
            m.archival_code = code.to_string();
        }
        groups
            .entry((code.fonds, code.category, code.year, code.unit, turn))
            .or_default()
            .push(candidate);
    }
    (groups, bad)
}

/// Two items of one 文号 and one 题名 are one document (Z9): the second comes back.
fn apart(fresh: Vec<Candidate>) -> (Vec<Candidate>, Vec<Objected>) {
    let mut seen: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for candidate in fresh {
        let m = candidate.metadata.as_ref();
        let key = m.and_then(|m| Some((m.document_number.clone()?, m.title.clone())));
        let other = key.as_ref().and_then(|k| seen.get(k).cloned());
        match (key, other) {
            (_, Some(other)) => {
                let message = format!("与“{other}”的文号、题名相同，应是同一份文件");
                let hint = "另一种格式的，在著录表里写进那一件的“附件”；确是两件的，题名要能区分。";
                bad.push((candidate, Diagnostic::error("O-06", message).hint(hint)));
            }
            (key, None) => {
                if let Some(key) = key {
                    seen.insert(key, candidate.file.name.clone());
                }
                good.push(candidate);
            }
        }
    }
    (good, bad)
}

/// The highest 件号 of every series in the archive, and every 档号 itself (as 0), but for groups that are to be completed.
pub(super) fn taken(root: &Path, resumed: &[Resumed]) -> Result<BTreeMap<String, u32>, Failure> {
    let Some(store) = archive_at(root)? else { return Ok(BTreeMap::new()) };
    let mut out = BTreeMap::new();
    for accession in store.accessions()? {
        if resume::any(resumed, &accession.bundle) {
            continue;
        }
        for record in store.records(&accession)? {
            if let Some(code) = record.metadata.code() {
                let last = out.entry(code.series()).or_default();
                *last = code.item.max(*last);
                out.insert(code.to_string(), 0);
            }
        }
    }
    Ok(out)
}
