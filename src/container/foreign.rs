//! 外来的压缩文件: a ZIP that some other program made (a workbook), taken in with bounds on all it may unfold to.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::diag::WorldError;

/// How much a foreign ZIP may hold.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of the file.
    pub file: u64,
    /// Entries.
    pub entries: usize,
    /// Bytes of all that is taken from it, unfolded.
    pub unfolded: u64,
}

/// What was taken in.
#[derive(Debug)]
pub struct Foreign {
    /// A ZIP of the entries that were wanted, nothing compressed.
    pub zip: Vec<u8>,
    /// Names of the entries that were left out.
    pub left: Vec<String>,
}

/// Why a file is not taken in.
#[derive(Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Larger than allowed.
    Large,
    /// Not a ZIP; the bytes of the file.
    NotZip(Vec<u8>),
    /// More entries than allowed.
    Many(usize),
    /// More bytes unfolded than allowed.
    Unfolds,
    /// An entry that cannot be read: locked, or damaged.
    Damaged(String),
}

/// Reads the ZIP at `path` and keeps the entries that `wanted` names. Sizes that the file states are not trusted:
/// what is unfolded is counted.
///
/// # Errors
/// [`WorldError`] when it cannot be read; the inner error says why it is not taken in.
pub fn take_in(
    path: &Path,
    bounds: Bounds,
    wanted: fn(&str) -> bool,
) -> Result<Result<Foreign, Unfit>, WorldError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(bounds.file + 1).read_to_end(&mut bytes))
        .map_err(WorldError::while_("读取文件", path))?;
    if bytes.len() as u64 > bounds.file {
        return Ok(Err(Unfit::Large));
    }
    let taken = unfold(&bytes, bounds, wanted);
    Ok(taken.map_err(|unfit| unfit.unwrap_or(Unfit::NotZip(bytes))))
}

/// Nothing where the bytes are no ZIP.
fn unfold(
    bytes: &[u8],
    bounds: Bounds,
    wanted: fn(&str) -> bool,
) -> Result<Foreign, Option<Unfit>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| None)?;
    if archive.len() > bounds.entries {
        return Err(Some(Unfit::Many(archive.len())));
    }
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    let mut kept = ZipWriter::new(Cursor::new(Vec::new()));
    let mut left = Vec::new();
    let mut room = bounds.unfolded;
    for index in 0..archive.len() {
        let Some(name) = archive.name_for_index(index).and_then(Result::ok).map(String::from)
        else {
            return Err(Some(Unfit::Damaged(String::new())));
        };
        if !wanted(&name) {
            left.push(name);
            continue;
        }
        let damaged = || Some(Unfit::Damaged(name.clone()));
        let mut part = Vec::new();
        let entry = archive.by_index(index).map_err(|_| damaged())?;
        entry.take(room + 1).read_to_end(&mut part).map_err(|_| damaged())?;
        room = room.checked_sub(part.len() as u64).ok_or(Some(Unfit::Unfolds))?;
        kept.start_file(name.as_str(), options).map_err(|_| damaged())?;
        kept.write_all(&part).map_err(|_| damaged())?;
    }
    let zip = kept.finish().map_err(|_| Some(Unfit::Damaged(String::new())))?.into_inner();
    Ok(Foreign { zip, left })
}

/// What a foreign ZIP holds, and the parts that were wanted.
#[derive(Debug, Default)]
pub struct Parts {
    /// The wanted parts by name; of two with one name the first.
    pub taken: BTreeMap<String, Vec<u8>>,
    /// Every entry in the order of the directory: its name as written (the encoding is not always told), the size
    /// that is stated.
    pub entries: Vec<(Vec<u8>, u64)>,
    /// Whether an entry is locked by a password.
    pub locked: bool,
}

/// The parts of the ZIP in `bytes` that `wanted` names, unfolded. Stated sizes are not trusted; locked entries are
/// passed over.
///
/// # Errors
/// [`Unfit`].
pub fn parts(bytes: &[u8], bounds: Bounds, wanted: impl Fn(&str) -> bool) -> Result<Parts, Unfit> {
    if bytes.len() as u64 > bounds.file {
        return Err(Unfit::Large);
    }
    let not_zip = |_| Unfit::NotZip(Vec::new());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(not_zip)?;
    if archive.len() > bounds.entries {
        return Err(Unfit::Many(archive.len()));
    }
    let mut out = Parts::default();
    let mut room = bounds.unfolded;
    for index in 0..archive.len() {
        let (raw, name) = {
            let entry = archive.by_index_raw(index).map_err(|_| Unfit::Damaged(String::new()))?;
            let raw = entry.name_raw().to_vec();
            let name = String::from_utf8_lossy(&raw).replace('\\', "/");
            out.locked |= entry.encrypted();
            out.entries.push((raw.clone(), entry.size()));
            if entry.encrypted() || !wanted(&name) {
                continue;
            }
            (raw, name)
        };
        let damaged = || Unfit::Damaged(String::from_utf8_lossy(&raw).into_owned());
        let mut part = Vec::new();
        let entry = archive.by_index(index).map_err(|_| damaged())?;
        entry.take(room + 1).read_to_end(&mut part).map_err(|_| damaged())?;
        room = room.checked_sub(part.len() as u64).ok_or(Unfit::Unfolds)?;
        out.taken.entry(name).or_insert(part);
    }
    Ok(out)
}

/// A ZIP of the wanted parts, nothing compressed, for readers that unfold without bounds themselves.
///
/// # Errors
/// [`Unfit`].
pub fn take_in_bytes(
    bytes: &[u8],
    bounds: Bounds,
    wanted: fn(&str) -> bool,
) -> Result<Foreign, Unfit> {
    if bytes.len() as u64 > bounds.file {
        return Err(Unfit::Large);
    }
    unfold(bytes, bounds, wanted).map_err(|unfit| unfit.unwrap_or(Unfit::NotZip(Vec::new())))
}

/// A ZIP made anew from another with its parts changed, for tests: `change` gives the new bytes of a part, or none
/// to leave it out; `more` parts are added.
#[cfg(test)]
#[must_use]
pub fn remade(
    zip: &[u8],
    change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>,
    more: &[(&str, &[u8])],
) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..from.len() {
        let mut entry = from.by_index(index).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("bytes");
        if let Some(bytes) = change(&name, bytes) {
            to.start_file(name.as_str(), options).expect("a part");
            to.write_all(&bytes).expect("written");
        }
    }
    for (name, bytes) in more {
        to.start_file(*name, options).expect("a part");
        to.write_all(bytes).expect("written");
    }
    to.finish().expect("finished").into_inner()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::{Bounds, Foreign, Unfit, unfold};

    const BOUNDS: Bounds = Bounds { file: 1 << 20, entries: 3, unfolded: 1 << 20 };

    fn packed(parts: &[(&str, usize)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, size) in parts {
            let options =
                SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            zip.start_file(*name, options).unwrap();
            zip.write_all(&vec![b' '; *size]).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn xml(name: &str) -> bool {
        name.ends_with(".xml")
    }

    #[test]
    fn only_what_is_wanted_is_unfolded() {
        let bytes = packed(&[("a.xml", 10), ("vba.bin", 5 << 20)]);
        let Foreign { zip, left } = unfold(&bytes, BOUNDS, xml).unwrap();
        assert_eq!(left, ["vba.bin"]);
        assert_eq!(zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap().len(), 1);
    }

    #[test]
    fn what_unfolds_too_far_is_refused_whatever_it_states() {
        let mut bytes = packed(&[("a.xml", 900_000), ("b.xml", 900_000)]);
        assert_eq!(unfold(&bytes, BOUNDS, xml).unwrap_err(), Some(Unfit::Unfolds));
        // Stated sizes of 1 in the directory and in the local headers.
        let size = 900_000_u32.to_le_bytes();
        while let Some(at) = bytes.windows(4).position(|w| w == size) {
            bytes[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
        }
        let refused = unfold(&bytes, BOUNDS, xml).unwrap_err();
        assert!(matches!(refused, Some(Unfit::Unfolds | Unfit::Damaged(_))), "{refused:?}");
        let many = packed(&[("a", 0), ("b", 0), ("c", 0), ("d", 0)]);
        assert_eq!(unfold(&many, BOUNDS, xml).unwrap_err(), Some(Unfit::Many(4)));
        assert!(matches!(unfold(b"PK-", BOUNDS, xml), Err(None)));
        let mut cut = packed(&[("a.xml", 5000)]);
        let at = cut.windows(5).position(|w| w == b"a.xml").unwrap() + 8;
        cut[at] ^= 0xff;
        assert!(matches!(unfold(&cut, BOUNDS, xml), Err(Some(Unfit::Damaged(_)))));
    }
}
