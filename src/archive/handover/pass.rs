//! 移交: bundles packed with their numbers in the book, signed, and entered before anybody can carry them away.
//!
//! What is not finished lies in a folder beside the place (`.名.packing`), held by one process at a time; what a killed one left
//! there is cleared by the next. A bundle appears under its name whole, and a part that lies there already, byte for byte, is
//! not written again: so packing goes on where it was cut short.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::{Act, Book, Entry};
use crate::archive::assemble::Bag;
use crate::archive::pack::{BundleSpec, BundleSummary, ExtraFile, object};
use crate::archive::parts::{self, Share};
use crate::archive::sign::sound;
use crate::archive::{bag, reader};
use crate::container::{create_folder, sync_folder};
use crate::diag::{Checked, Diagnostic, Failure, Outcome, WorldError};
use crate::fixity::{Digest, digest_bytes};
use crate::keys::PrivateKey;
use crate::record::Record;

/// On which terms records are passed on.
#[derive(Debug)]
pub struct Passing<'a> {
    /// 移交登记簿, if the hand-over is numbered.
    pub book: Option<&'a mut Book>,
    /// The key that signs, if one does.
    pub key: Option<&'a PrivateKey>,
    /// The time of the entry, RFC 3339.
    pub at: &'a str,
    /// Most bytes of one bundle; [`parts::MOST`] if nothing else asks for less.
    pub most: u64,
}

/// Packs, signs and enters the hand-over of `records` in the book: one bundle `out`, or numbered parts beside it when one would be
/// larger than it may. Each part is signed and is a hand-over with a number of its own. The same records handed over again,
/// as long as nobody has answered, are the same hand-over.
///
/// # Errors
/// P-06, P-08 and P-09 findings against records; the key's and the book's; [`Failure::Locked`]; failures of the world.
pub fn hand_over(
    spec: &BundleSpec,
    records: &[Record],
    extras: &[ExtraFile],
    out: &Path,
    terms: Passing<'_>,
) -> Outcome<Vec<BundleSummary>> {
    object(spec, records)?;
    let shares = parts::share(spec, records, extras, terms.most)?;
    let staging = Staging::open(out)?;
    let Passing { mut book, key, at, .. } = terms;
    let mut done = Vec::with_capacity(shares.len());
    for share in &shares {
        let out = match &share.spec.part {
            Some(part) => parts::path(out, part.number),
            None => out.to_path_buf(),
        };
        done.push(one(share, extras, &out, &staging, (book.as_deref_mut(), key, at))?);
    }
    let findings = left_over(out, shares.len())?;
    Ok(Checked { value: done, findings })
}

fn one(
    share: &Share<'_>,
    extras: &[ExtraFile],
    out: &Path,
    staging: &Staging,
    (book, key, at): (Option<&mut Book>, Option<&PrivateKey>, &str),
) -> Result<BundleSummary, Failure> {
    let (mut bag, entry) = match &book {
        Some(book) => numbered(share, extras, book, at)?,
        None => (Bag::of(&share.spec, &share.records, extras)?, None),
    };
    if let Some(key) = key {
        bag.sign(key)?;
    }
    let there = bag.lies_at(out)?;
    let unfinished = staging.0.join("bundle.zip");
    if !there {
        bag.write(&unfinished)?;
        // Nobody puts his name to what is broken.
        if key.is_some() {
            sound(&unfinished).map_err(|e| e.map_findings(|d| named(d, &unfinished, out)))?;
        }
    }
    // In the book before it is where it can be taken from.
    if let (Some(book), Some(entry)) = (book, entry) {
        book.enter(entry)?;
    }
    if !there {
        fs::rename(&unfinished, out)
            .and_then(|()| sync_folder(folder_of(out)))
            .map_err(WorldError::while_("写入归档包", out))?;
    }
    bag.summary(out, there)
}

/// The finding, naming the file as it would have been called.
fn named(mut d: Diagnostic, unfinished: &Path, out: &Path) -> Diagnostic {
    d.message = d.message.replace(&unfinished.display().to_string(), &out.display().to_string());
    d
}

/// The bag with its number, and the entry that the book is still to get.
fn numbered(
    share: &Share<'_>,
    extras: &[ExtraFile],
    book: &Book,
    at: &str,
) -> Result<(Bag, Option<Entry>), Failure> {
    let spec = &share.spec;
    let with = |mark| {
        let spec = BundleSpec { handover: Some(mark), ..spec.clone() };
        Bag::of(&spec, &share.records, extras)
    };
    // The last hand-over, or one of those of the same group that are the last.
    let own = |e: &&Entry| match &spec.part {
        Some(part) => (1..=999).any(|n| parts::Part::id(&part.group, n) == e.bundle),
        None => e.bundle == spec.id,
    };
    let handed: Vec<&Entry> = book.handed(&spec.sender, &spec.receiver).collect();
    let last = handed.iter().rev().copied().take_while(own).find(|e| e.bundle == spec.id);
    if let Some(last) = last.filter(|l| book.answer(l).is_none()) {
        let again = with(last.mark)?;
        if again.tagmanifest() == Some(last.tagmanifest) {
            return Ok((again, None));
        }
    }
    let mark = book.next(&spec.sender, &spec.receiver);
    let bag = with(mark)?;
    let lost = || Failure::Bug("a bundle without a tag manifest".into());
    let entry = Entry {
        act: Act::Handed,
        at: at.into(),
        sender: spec.sender.clone(),
        receiver: spec.receiver.clone(),
        mark,
        bundle: spec.id.clone(),
        date: spec.date.clone(),
        tagmanifest: bag.tagmanifest().ok_or_else(lost)?,
        number: String::new(),
        register: None,
        paper: None,
        reason: String::new(),
    };
    Ok((bag, Some(entry)))
}

/// Where what is not finished lies. Gone when it is dropped.
struct Staging(PathBuf, #[expect(dead_code, reason = "held, never read")] File);

impl Staging {
    fn open(out: &Path) -> Result<Self, Failure> {
        create_folder(folder_of(out))?;
        let name = out.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let root = out.with_file_name(format!(".{name}.packing"));
        create_folder(&root)?;
        let path = root.join("lock");
        let world = || WorldError::while_("打开锁文件", &path);
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(world())?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(Failure::Locked(out.to_path_buf())),
            Err(fs::TryLockError::Error(e)) => return Err(world()(e).into()),
        }
        let world = || WorldError::while_("清除中断留下的文件", &root);
        for entry in fs::read_dir(&root).map_err(world())? {
            let entry = entry.map_err(world())?;
            if entry.file_name() != "lock" {
                fs::remove_file(entry.path()).map_err(world())?;
            }
        }
        Ok(Self(root, lock))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed now is cleared the next time.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn folder_of(out: &Path) -> &Path {
    match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// P-10: bundles of an earlier packing into the same place that do not belong to this one of `count` bundles.
fn left_over(out: &Path, count: usize) -> Result<Vec<Diagnostic>, Failure> {
    let mut names = Vec::new();
    if count > 1 && out.is_file() {
        names.push(out.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default());
    }
    let from = if count > 1 { count + 1 } else { 1 };
    let beyond = (from..=999).filter_map(|n| u32::try_from(n).ok()).map(|n| parts::path(out, n));
    let there = beyond.filter(|path| path.is_file());
    names.extend(there.filter_map(|p| Some(p.file_name()?.to_string_lossy().into_owned())));
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let message = format!("{} 是先前打的包，不属于这一次", names.join("、"));
    let hint = "还没有移交的请删去，以免误交；已经移交的请移到别处。";
    Ok(vec![Diagnostic::warning("P-10", message).hint(hint)])
}

/// SHA-256 of the tag manifest in the bundle at `zip`.
pub(super) fn tagmanifest(zip: &Path) -> Result<Digest, Failure> {
    let opened = reader::open(zip)?.ok();
    let bytes = opened.and_then(|r| r.small(bag::TAG_MANIFEST, u64::MAX));
    let bytes = bytes.ok_or_else(|| Failure::Bug("a bundle without a tag manifest".into()))?;
    Ok(digest_bytes(&bytes).sha256)
}
