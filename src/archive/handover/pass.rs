//! 移交: a bundle packed with its number in the book, signed, and entered before anybody can carry it away.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Act, Book, Entry};
use crate::archive::pack::{BundleSpec, BundleSummary, ExtraFile, pack};
use crate::archive::sign::sign;
use crate::archive::{bag, reader};
use crate::container::sync_folder;
use crate::diag::{Checked, Failure, Outcome, WorldError};
use crate::fixity::{Digest, digest_bytes};
use crate::keys::PrivateKey;
use crate::record::Record;

/// Packs, signs with `key` if given, and enters in `book` if given; `at` is the time of the entry. The same records handed over
/// again, as long as nobody has answered, are the same hand-over.
///
/// # Errors
/// As [`pack`]; the key's and the book's.
pub fn hand_over(
    spec: &BundleSpec,
    records: &[Record],
    extras: &[ExtraFile],
    out: &Path,
    book: Option<&mut Book>,
    key: Option<&PrivateKey>,
    at: &str,
) -> Outcome<BundleSummary> {
    if book.is_none() && key.is_none() {
        return pack(spec, records, extras, out);
    }
    // Under this name nobody takes it for a bundle; what a crash left of it is written over.
    let part = part(out);
    let Some(book) = book else {
        let done = finish(pack(spec, records, extras, &part)?, &part, key)?;
        return place(done, &part, out);
    };
    let last = book.handed(&spec.sender, &spec.receiver).last().cloned();
    if let Some(last) = last.filter(|l| l.bundle == spec.id && book.answer(l).is_none()) {
        let again = BundleSpec { handover: Some(last.mark), ..spec.clone() };
        let packed = pack(&again, records, extras, &part)?;
        if tagmanifest(&part)? == last.tagmanifest {
            let done = finish(packed, &part, key)?;
            return place(done, &part, out);
        }
    }
    let mark = book.next(&spec.sender, &spec.receiver);
    let numbered = BundleSpec { handover: Some(mark), ..spec.clone() };
    let packed = pack(&numbered, records, extras, &part)?;
    let done = finish(packed, &part, key)?;
    // In the book before it is where it can be taken from.
    book.enter(Entry {
        act: Act::Handed,
        at: at.into(),
        sender: spec.sender.clone(),
        receiver: spec.receiver.clone(),
        mark,
        bundle: spec.id.clone(),
        date: spec.date.clone(),
        tagmanifest: tagmanifest(&part)?,
        number: String::new(),
        register: None,
        paper: None,
        reason: String::new(),
    })?;
    place(done, &part, out)
}

fn part(out: &Path) -> PathBuf {
    let name = out.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    out.with_file_name(format!(".{name}.part"))
}

fn finish(
    packed: Checked<BundleSummary>,
    path: &Path,
    key: Option<&PrivateKey>,
) -> Outcome<BundleSummary> {
    let Some(key) = key else { return Ok(packed) };
    Ok(Checked { value: sign(path, path, key)?, findings: packed.findings })
}

fn place(mut done: Checked<BundleSummary>, part: &Path, out: &Path) -> Outcome<BundleSummary> {
    let folder = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::rename(part, out)
        .and_then(|()| sync_folder(folder))
        .map_err(WorldError::while_("写入归档包", out))?;
    done.value.path = out.to_path_buf();
    Ok(done)
}

/// SHA-256 of the tag manifest in the bundle at `zip`.
pub(super) fn tagmanifest(zip: &Path) -> Result<Digest, Failure> {
    let opened = reader::open(zip)?.ok();
    let bytes = opened.and_then(|r| r.small(bag::TAG_MANIFEST, u64::MAX));
    let bytes = bytes.ok_or_else(|| Failure::Bug("a bundle without a tag manifest".into()))?;
    Ok(digest_bytes(&bytes).sha256)
}
