//! Z1 固化信息: every file digested once (SHA-256 and SM3 in one read), large ones first over all cores.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{AUTHENTICITY, Check, Depth, Outcome, Report};
use crate::archive::bag;
use crate::archive::reader::BundleReader;
use crate::fixity::{Digest, DigestSet, digest_each};

/// Digests of all files of a bundle by path.
pub(super) struct Digests {
    known: BTreeMap<String, DigestSet>,
    quick: bool,
}

impl Digests {
    /// Reads every file once; none of them if it has to be quick.
    pub(super) fn of(reader: &BundleReader, depth: Depth) -> io::Result<Self> {
        if depth == Depth::Quick {
            return Ok(Self { known: BTreeMap::new(), quick: true });
        }
        let files = reader.files().map(|(path, size)| (path.to_owned(), size)).collect();
        let all = digest_each(files, |path| reader.open(path)).map_err(|(_, e)| e);
        all.map(|known| Self { known, quick: false })
    }

    /// Whether content was not digested.
    pub(super) fn quick(&self) -> bool {
        self.quick
    }

    /// All of them, in order of path.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &DigestSet)> {
        self.known.iter().map(|(path, digests)| (path.as_str(), digests))
    }

    /// The digests of one file.
    pub(super) fn get(&self, path: &str) -> Option<&DigestSet> {
        self.known.get(path)
    }
}

/// Z1: manifest, tag manifest and SM3 list against the bytes.
pub(super) fn check(reader: &BundleReader, digests: &Digests) -> Check {
    let mut report = Report::new("Z1", AUTHENTICITY);
    type Pick = fn(&DigestSet) -> Digest;
    let lists: [(&str, Pick, &str); 3] = [
        (bag::MANIFEST, |d| d.sha256, "SHA-256"),
        (bag::TAG_MANIFEST, |d| d.sha256, "SHA-256"),
        (bag::SM3_SUMS, |d| d.sm3, "SM3"),
    ];
    let mut bad = BTreeSet::new();
    for (list, digest, algorithm) in lists {
        let Some(text) = reader.text(list) else {
            report.add(list, "", "缺少，或不是 UTF-8 文本");
            continue;
        };
        let (lines, faults) = bag::read_sums(&text);
        for fault in faults {
            report.add(list, "", fault);
        }
        for (path, wanted) in &lines {
            if digests.quick && reader.has(path) {
                continue;
            }
            match digests.get(path) {
                Some(found) if digest(found) == *wanted => {}
                // One bad file is told once, by the first list that shows it.
                Some(found) if bad.insert(path.clone()) => {
                    report.add(path, format!("{algorithm} {wanted}"), digest(found).to_string());
                }
                None if bad.insert(path.clone()) => {
                    report.add(path, format!("{algorithm} {wanted}"), "文件不在包内");
                }
                _ => {}
            }
        }
    }
    // The SM3 list speaks of every file but itself and the tag manifest, which covers it.
    if let Some(text) = reader.text(bag::SM3_SUMS) {
        let (lines, _) = bag::read_sums(&text);
        for (path, _) in reader.files() {
            let own = [bag::SM3_SUMS, bag::TAG_MANIFEST].contains(&path);
            if !own && !path.starts_with("signature/") && !lines.contains_key(path) {
                report.add(path, format!("列入 {}", bag::SM3_SUMS), "没有");
            }
        }
    }
    for (list, payload) in [(bag::MANIFEST, true), (bag::TAG_MANIFEST, false)] {
        let (lines, _) = bag::read_sums(&reader.text(list).unwrap_or_default());
        for path in lines.keys().filter(|p| p.starts_with("data/") != payload) {
            report.add(path, "", format!("不该列在 {list} 里"));
        }
    }
    if digests.quick && report.evidence.is_empty() {
        return report.plain(
            Outcome::Manual,
            "清单的写法和所列文件无误；快速检测没有重算摘要，接收前须做全面检测",
        );
    }
    report.verdict(
        format!("{} 个文件的 SHA-256、SM3 摘要全部相符", digests.known.len()),
        "摘要不符，文件被改动、缺失或清单有误",
    )
}
