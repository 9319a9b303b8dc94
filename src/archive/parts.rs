//! 分包: what does not fit one ZIP is handed over in numbered parts, each a whole bundle of its own.
//!
//! The parts are planned before any is written. A 案卷 (档号 without the 件号) stays whole where one part can hold it; one that is
//! larger than a part is cut between 件; a 件 is never cut. How large a part would be is not guessed: its bag is put together,
//! all but the writing, and measured.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::assemble::Bag;
use super::pack::{BundleSpec, ExtraFile};
use super::reader::is_bundle_id;
use crate::container::{MOST_BYTES, MOST_ENTRIES};
use crate::diag::{Diagnostic, Failure};
use crate::fixity::{Digest, digest_bytes};
use crate::record::{Metadata, Record};

/// Most bytes of one part: what a ZIP holds without ZIP64.
pub const MOST: u64 = MOST_BYTES;
/// Kept free in every part for signatures, which come after the plan, and for the hand-over's number.
const SPARE: u64 = 16 * 1024;
/// Entries kept free for signatures: a key and a signature each, and the page that says how to check.
const SPARE_ENTRIES: usize = 33;
/// Most parts of a group: three figures in the name.
const MOST_PARTS: usize = 999;
/// Longest group whose name a part's name can carry whole.
const LONGEST: usize = 64 - SUFFIX;
/// Length of `-P001`.
const SUFFIX: usize = 5;

/// 分包: which part of which group a bundle is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// 分包组: the id that the bundle would have had in one piece.
    pub group: String,
    /// 第几包, from 1.
    pub number: u32,
    /// 共几包.
    pub count: u32,
    /// SHA-256 of 全组清单: parts of one making agree in it.
    pub set: Digest,
}

impl Part {
    /// 归档包编号 of part `number` of `group`.
    #[must_use]
    pub fn id(group: &str, number: u32) -> String {
        if group.len() <= LONGEST {
            return format!("{group}-P{number:03}");
        }
        // Two long names must not become one.
        let digest = digest_bytes(group.as_bytes()).sha256.to_string().to_uppercase();
        let stem: String = group.chars().take(LONGEST - 9).collect();
        format!("{stem}-{}-P{number:03}", &digest[..8])
    }

    /// As `bag-info.txt` says it (RFC 8493 2.2.2).
    #[must_use]
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Bag-Group-Identifier", self.group.clone()),
            ("Bag-Count", format!("{} of {}", self.number, self.count)),
            ("Bag-Group-Digest", self.set.to_string()),
        ]
    }

    /// 第 2 包，共 3 包.
    #[must_use]
    pub fn words(&self) -> String {
        format!("第 {} 包，共 {} 包", self.number, self.count)
    }

    /// What of it cannot be, of a bundle called `id`: what should be, what is.
    pub(super) fn faults(&self, id: &str) -> Vec<(String, String)> {
        let mut out = Vec::new();
        if !is_bundle_id(&self.group) {
            out.push(("分包组的编号合乎归档包编号的写法".into(), self.group.clone()));
        }
        if self.number == 0 || self.number > self.count || self.count < 2 || self.count > 999 {
            out.push(("包号从 1 到总包数，总包数从 2 到 999".into(), self.words()));
        }
        if is_bundle_id(&self.group) && id != Self::id(&self.group, self.number) {
            out.push((format!("编号 {}", Self::id(&self.group, self.number)), id.to_owned()));
        }
        out
    }
}

/// 全组清单: who hands over what to whom, and every 件 with its files and the part it is in (docs/bundle-format.md §4.3).
pub(super) struct SetList(String);

impl SetList {
    /// Of a group of `count` parts; `about` is group, sender, receiver, day and case.
    pub(super) fn new(count: u32, about: [&str; 5]) -> Self {
        Self(format!("{count}\n{}\n", about.join("\n")))
    }

    /// Adds an item of part `number`, in the order of parts and within them of 档号.
    pub(super) fn item<'a>(
        &mut self,
        number: u32,
        metadata: &Metadata,
        files: impl Iterator<Item = (&'a str, Digest)>,
    ) {
        let code = &metadata.archival_code;
        // What was measured of pages is left out: figures with a point are not written alike by all programs.
        let bare = Metadata { layout: None, ..metadata.clone() };
        let json = serde_json::to_vec(&bare).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{number} {code} {}", digest_bytes(&json).sha256);
        for (name, digest) in files {
            let _ = writeln!(self.0, "{number} {code}/{name} {digest}");
        }
    }

    /// Its SHA-256.
    pub(super) fn digest(&self) -> Digest {
        digest_bytes(self.0.as_bytes()).sha256
    }
}

/// What a ZIP comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Bytes of the file.
    pub(super) bytes: u64,
    /// Its entries.
    pub(super) entries: usize,
}

impl Size {
    /// Whether a part of at most `most` bytes can hold it, signatures to come included.
    pub(super) fn fits(self, most: u64) -> bool {
        self.bytes <= most.min(MOST).saturating_sub(SPARE)
            && self.entries + SPARE_ENTRIES <= MOST_ENTRIES
    }
}

/// Bytes for people: GB of 10⁹ bytes, MB below.
fn gigabytes(bytes: u64) -> String {
    let unit = |by: u64, name: &str| {
        let hundredths = bytes.div_ceil(by / 100);
        format!("{}.{:02} {name}", hundredths / 100, hundredths % 100)
    };
    if bytes >= 1_000_000_000 { unit(1_000_000_000, "GB") } else { unit(1_000_000, "MB") }
}

/// One bundle of a plan.
pub(super) struct Share<'a> {
    /// What it is about.
    pub(super) spec: BundleSpec,
    /// What it holds.
    pub(super) records: Vec<&'a Record>,
}

/// What is never cut: a 件, and the 件 on paper that stand after it in the 案卷.
struct Unit<'a> {
    record: &'a Record,
    paper: Vec<&'a Metadata>,
}

/// The bundles that `records` make, none larger than `most`: one if they fit, else numbered parts.
///
/// # Errors
/// [`Failure::Rejected`] with P-09 for every 件 that fits no part.
pub(super) fn share<'a>(
    spec: &'a BundleSpec,
    records: &'a [Record],
    extras: &[ExtraFile],
    most: u64,
) -> Result<Vec<Share<'a>>, Failure> {
    let all: Vec<&Record> = records.iter().collect();
    if Bag::of(spec, &all, extras)?.size().fits(most) {
        return Ok(vec![Share { spec: spec.clone(), records: all }]);
    }
    let (units, starts) = units(records, &spec.absent);
    let part = |range: Range<usize>, part: Part| Share {
        spec: BundleSpec {
            id: Part::id(&part.group, part.number),
            part: Some(part),
            absent: units[range.clone()]
                .iter()
                .flat_map(|u| &u.paper)
                .map(|m| (*m).clone())
                .collect(),
            ..spec.clone()
        },
        records: units[range].iter().map(|u| u.record).collect(),
    };
    // Measured with the longest numbers that there can be.
    let longest = Part { group: spec.id.clone(), number: 999, count: 999, set: Digest([0; 32]) };
    let mut fits = |range: Range<usize>| -> Result<bool, Failure> {
        let content: u64 = units[range.clone()].iter().map(|u| content(u.record)).sum();
        if content > most {
            return Ok(false);
        }
        let share = part(range, longest.clone());
        Ok(Bag::of(&share.spec, &share.records, extras)?.size().fits(most))
    };
    let (parts, large) = plan(&starts, &mut fits)?;
    if !large.is_empty() {
        let findings = large.into_iter().map(|at| too_large(units[at].record, most));
        return Err(Failure::Rejected(findings.collect()));
    }
    if parts.len() > MOST_PARTS {
        let message = format!("要分成 {} 个包，最多 {MOST_PARTS} 个", parts.len());
        let hint = "请用 --part-size 放大每个包的限度。";
        return Err(Failure::Rejected(vec![Diagnostic::error("P-09", message).hint(hint)]));
    }
    let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
    let about = [&spec.id, &spec.sender, &spec.receiver, &spec.date, &spec.case_title];
    let mut list = SetList::new(count, about.map(String::as_str));
    for (number, range) in (1..).zip(&parts) {
        let mut items: Vec<(&Metadata, Option<&Record>)> = Vec::new();
        for unit in &units[range.clone()] {
            items.push((&unit.record.metadata, Some(unit.record)));
            items.extend(unit.paper.iter().map(|m| (*m, None)));
        }
        items.sort_by(|a, b| a.0.archival_code.cmp(&b.0.archival_code));
        for (metadata, record) in items {
            let files = record.map_or(&[][..], |r| &r.files);
            list.item(number, metadata, files.iter().map(|f| (f.name.as_str(), f.digests.sha256)));
        }
    }
    let set = list.digest();
    let of = |(number, range)| part(range, Part { group: spec.id.clone(), number, count, set });
    Ok((1..).zip(parts).map(of).collect())
}

fn content(record: &Record) -> u64 {
    record.files.iter().map(|f| f.digests.size).sum()
}

/// What is never cut, in order of 档号, and for each where its 案卷 begins. What is on paper alone goes with its neighbour.
fn units<'a>(records: &'a [Record], absent: &'a [Metadata]) -> (Vec<Unit<'a>>, Vec<usize>) {
    let with_files = records.iter().map(|r| (&r.metadata, Some(r)));
    let mut all: Vec<(&Metadata, Option<&Record>)> =
        with_files.chain(absent.iter().map(|m| (m, None))).collect();
    all.sort_by(|a, b| a.0.archival_code.cmp(&b.0.archival_code));
    let series = |m: &'a Metadata| m.archival_code.rsplit_once('-').map_or("", |(s, _)| s);
    let (mut units, mut starts): (Vec<Unit<'_>>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut before = Vec::new();
    for (m, record) in all {
        match record {
            Some(record) => {
                let same = units.last().is_some_and(|u| series(&u.record.metadata) == series(m));
                let start = if same { starts.last().copied() } else { None };
                starts.push(start.unwrap_or(units.len()));
                units.push(Unit { record, paper: std::mem::take(&mut before) });
            }
            None => match units.last_mut() {
                Some(unit) if series(&unit.record.metadata) == series(m) => unit.paper.push(m),
                _ => before.push(m),
            },
        }
    }
    if let Some(last) = units.last_mut() {
        last.paper.extend(before);
    }
    (units, starts)
}

/// Ranges of units, one a part, and the units that fit none (each in a part of its own). `starts` says for every unit where its
/// 案卷 begins; `fits` whether a range fits one part, and more never fits where less does not.
fn plan<E>(
    starts: &[usize],
    fits: &mut impl FnMut(Range<usize>) -> Result<bool, E>,
) -> Result<(Vec<Range<usize>>, Vec<usize>), E> {
    let (mut parts, mut large) = (Vec::new(), Vec::new());
    let mut from = 0;
    while from < starts.len() {
        // The most that fits: `good` units do, `bad` do not.
        let (mut good, mut bad) = (from, starts.len() + 1);
        while good + 1 < bad {
            let middle = good + (bad - good) / 2;
            if fits(from..middle)? { good = middle } else { bad = middle }
        }
        let mut to = good;
        if to == from {
            large.push(from);
            to = from + 1;
        } else if let Some(start) = starts.get(to).filter(|start| **start > from) {
            // Whole 案卷 only, if there is one; the next begins a part.
            to = (*start).min(to);
        }
        parts.push(from..to);
        from = to;
    }
    Ok((parts, large))
}

fn too_large(record: &Record, most: u64) -> Diagnostic {
    let m = &record.metadata;
    let message = format!(
        "“{}”（{}）有 {}，一个包最多 {}，放不进任何一个包；件不能拆开",
        m.title,
        m.archival_code,
        gigabytes(content(record)),
        gigabytes(most.min(MOST)),
    );
    let largest = record.files.iter().max_by_key(|f| f.digests.size);
    let what = largest.map_or_else(String::new, |f| {
        format!("最大的文件是“{}”，{}；", f.name, gigabytes(f.digests.size))
    });
    let hint =
        if most < MOST { "或放大 --part-size 的限度" } else { "或分成几件登记" };
    Diagnostic::error("P-09", message)
        .hint(format!("{what}请转成较小的长期保存格式（如压缩音视频、图片），{hint}。"))
        .path(m.id.clone())
}

/// Where part `number` lies, when the bundle in one piece would lie at `out`.
pub(super) fn path(out: &Path, number: u32) -> PathBuf {
    let text = |s: Option<&std::ffi::OsStr>| s.map(|s| s.to_string_lossy().into_owned());
    let stem = text(out.file_stem()).unwrap_or_default();
    let ending = text(out.extension()).map(|e| format!(".{e}")).unwrap_or_default();
    out.with_file_name(format!("{stem}-P{number:03}{ending}"))
}

#[cfg(test)]
mod tests {
    use super::{Part, path, plan};
    use crate::fixity::Digest;

    /// Plans units of these sizes; `starts` as in [`plan`].
    fn of(sizes: &[u64], starts: &[usize], most: u64) -> (Vec<std::ops::Range<usize>>, Vec<usize>) {
        let mut fits =
            |r: std::ops::Range<usize>| Ok::<_, ()>(sizes[r].iter().sum::<u64>() <= most);
        plan(starts, &mut fits).unwrap()
    }

    #[test]
    fn a_series_stays_whole_where_it_fits_and_is_cut_between_items_where_not() {
        // Series 0..2 and 2..4: both together do not fit, each alone does.
        assert_eq!(of(&[3, 3, 3, 3], &[0, 0, 2, 2], 9), (vec![0..2, 2..4], vec![]));
        // A series larger than a part begins a part and is cut; the rest of it shares with the next.
        let (parts, large) = of(&[1, 4, 4, 4, 1], &[0, 1, 1, 1, 4], 9);
        assert_eq!((parts, large), (vec![0..1, 1..3, 3..5], vec![]));
        assert_eq!(of(&[20, 1, 20], &[0, 0, 0], 9), (vec![0..1, 1..2, 2..3], vec![0, 2]));
    }

    #[test]
    fn whatever_is_planned_every_item_is_in_one_part_and_parts_are_as_they_must_be() {
        // A small generator, so that a failure can be had again.
        let mut seed = 1_u64;
        let mut next = |most: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        for _ in 0..2000 {
            let n = 1 + usize::try_from(next(30)).unwrap();
            let most = 5 + next(40);
            let sizes: Vec<u64> = (0..n).map(|_| 1 + next(most + most / 8)).collect();
            let mut starts = Vec::new();
            for i in 0..n {
                let new = i == 0 || next(4) == 0;
                starts.push(if new { i } else { starts[i - 1] });
            }
            let (parts, large) = of(&sizes, &starts, most);
            let all: Vec<usize> = parts.iter().cloned().flatten().collect();
            assert_eq!(all, (0..n).collect::<Vec<_>>(), "every item once, in order");
            for part in &parts {
                let size: u64 = sizes[part.clone()].iter().sum();
                assert!(size <= most || large == [part.start] || large.contains(&part.start));
                // A cut within a series: it is larger than a part, or it began where the part began.
                if part.end < n && starts[part.end] < part.end {
                    let start = starts[part.end];
                    let end = (part.end..n).find(|i| starts[*i] != start).unwrap_or(n);
                    assert!(sizes[start..end].iter().sum::<u64>() > most, "{sizes:?} {starts:?}");
                }
            }
            assert!(large.iter().all(|i| sizes[*i] > most));
        }
    }

    #[test]
    fn names_of_parts_are_bundle_ids_and_long_ones_stay_apart() {
        assert_eq!(Part::id("AJ-CQ-1", 2), "AJ-CQ-1-P002");
        let (a, b) = ("A".repeat(64), format!("{}B", "A".repeat(63)));
        assert_eq!(Part::id(&a, 7).len(), 64);
        assert_ne!(Part::id(&a, 7), Part::id(&b, 7));
        assert_eq!(path("out/移交.zip".as_ref(), 3), std::path::Path::new("out/移交-P003.zip"));
    }

    #[test]
    fn what_cannot_be_is_told() {
        let part =
            |number, count| Part { group: "AJ-1".into(), number, count, set: Digest([1; 32]) };
        assert_eq!(part(2, 3).faults("AJ-1-P002"), vec![]);
        for (bad, id) in
            [(part(4, 3), "AJ-1-P004"), (part(1, 1), "AJ-1-P001"), (part(1, 2), "AJ-1-P002")]
        {
            assert_eq!(bad.faults(id).len(), 1, "{bad:?}");
        }
        let bad = Part { group: "../x".into(), ..part(1, 2) };
        assert_eq!(bad.faults("AJ-1-P001").len(), 1);
    }
}
