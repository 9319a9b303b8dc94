//! 接着导入: an import whose parts went in only half is carried to its end by importing the same files again.
//!
//! What is in the archive already is known by its digest and not taken twice; but parts of one group belong together, so the files
//! of parts that are there are packed once more with the others, and the group comes out as it was. Where it does not (other
//! files, another list), what is in stays as it is and the rest goes its own way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::describe::Candidate;
use super::{Found, archive_at};
use crate::diag::Failure;
use crate::fixity::Digest;
use crate::record::Metadata;

/// What the archive holds of files by the digest of their main file: the record and its 接收号.
pub(super) type Known = BTreeMap<Digest, (Metadata, String)>;

/// A group of parts that is not complete and of which every main file is at hand.
#[derive(Clone, Debug)]
pub(super) struct Resumed {
    /// 分包组.
    pub(super) group: String,
    /// 移交日期 of its parts: it stays one hand-over.
    pub(super) date: String,
    /// Objects of its parts.
    parts: BTreeSet<String>,
    /// What they hold.
    pub(super) held: Known,
}

impl Resumed {
    /// Whether the bundle `id` of `members` is this group as it was begun.
    pub(super) fn is(&self, id: &str, members: &[Candidate]) -> bool {
        let same = |c: &Candidate| {
            let held = self.held.get(&c.file.digests.sha256).map(|(m, _)| &m.archival_code);
            held.is_none_or(|code| c.metadata.as_ref().is_some_and(|m| m.archival_code == *code))
        };
        self.group == id && members.iter().all(same)
    }

    /// Whether a part of it holds this file.
    pub(super) fn holds(&self, c: &Candidate) -> bool {
        self.held.contains_key(&c.file.digests.sha256)
    }
}

/// Groups that importing `files` can complete.
pub(super) fn of(root: &Path, files: &[Found]) -> Result<Vec<Resumed>, Failure> {
    let Some(store) = archive_at(root)? else { return Ok(Vec::new()) };
    let here: BTreeSet<Digest> = files.iter().map(|f| f.digests.sha256).collect();
    let mut out = Vec::new();
    for open in store.open_groups()? {
        let mut held = Known::new();
        for accession in store.accessions()?.iter().filter(|a| open.parts.contains(&a.bundle)) {
            for record in store.records(accession)? {
                if let Some(file) = record.files.first() {
                    held.insert(file.sha256, (record.metadata.clone(), accession.number.clone()));
                }
            }
        }
        if !held.is_empty() && held.keys().all(|digest| here.contains(digest)) {
            let (group, date, parts) = (open.group, open.date, open.parts);
            out.push(Resumed { group, date, parts, held });
        }
    }
    Ok(out)
}

/// Whether the object called `bundle` is a part of one of them.
pub(super) fn any(resumed: &[Resumed], bundle: &str) -> bool {
    resumed.iter().any(|r| r.parts.contains(bundle))
}
