//! 外来的归档 ZIP: one that another program made, compressed or not, looked into entry by entry within bounds.
//!
//! It is only for looking: what is received into the archive has passed the gate.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use zip::{CompressionMethod, ZipArchive};

use super::gate::Refusal;
use crate::diag::WorldError;

/// Most entries.
const ENTRIES: usize = 200_000;
/// Most bytes of one entry, unfolded.
const ENTRY: u64 = 1 << 30;
/// Most bytes of all entries, unfolded.
const WHOLE: u64 = 16 << 30;
/// How many times its packed size an entry may unfold to, beyond the first megabyte.
const RATIO: u64 = 1000;

/// A ZIP that is not in canonical form.
#[derive(Debug)]
pub struct LooseZip {
    archive: Mutex<ZipArchive<File>>,
    entries: Vec<LooseEntry>,
}

/// One of its files.
#[derive(Clone, Debug)]
pub struct LooseEntry {
    /// Its path as stated.
    pub name: String,
    /// Its size as stated; reading checks it.
    pub size: u64,
    index: usize,
}

impl LooseZip {
    /// Its files in the order they are listed.
    #[must_use]
    pub fn entries(&self) -> &[LooseEntry] {
        &self.entries
    }

    /// The bytes of a file; never more than it states.
    ///
    /// # Errors
    /// What the system reports; damage, or a size other than stated, as [`io::ErrorKind::InvalidData`].
    pub fn read(&self, entry: &LooseEntry) -> io::Result<Vec<u8>> {
        let damaged = |_| io::Error::from(io::ErrorKind::InvalidData);
        let mut archive = self.archive.lock().unwrap_or_else(PoisonError::into_inner);
        let file = archive.by_index(entry.index).map_err(damaged)?;
        let mut out = Vec::new();
        file.take(entry.size + 1).read_to_end(&mut out)?;
        if out.len() as u64 == entry.size {
            Ok(out)
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    }
}

/// Opens the ZIP at `path` whoever made it.
///
/// # Errors
/// [`WorldError`] when it cannot be read. The inner error is the reason for not looking into it.
pub fn open_loose(path: &Path) -> Result<Result<LooseZip, Refusal>, WorldError> {
    let world = || WorldError::while_("读取归档包", path);
    let mut file = File::open(path).map_err(world())?;
    let count = stated_count(&mut file).map_err(world())?;
    Ok(examine(file, count))
}

fn refuse<T>(name: &str, reason: &str) -> Result<T, Refusal> {
    Err(Refusal { name: name.into(), reason: reason.into() })
}

fn examine(file: File, count: Option<u16>) -> Result<LooseZip, Refusal> {
    let Ok(mut archive) = ZipArchive::new(file) else {
        return refuse("", "不是 ZIP 文件，或已损坏");
    };
    if archive.len() > ENTRIES {
        return refuse("", "ZIP 的条目过多");
    }
    // Two entries of one name would be one to this reader and another to the next.
    if count.is_some_and(|n| n != u16::MAX && usize::from(n) != archive.len()) {
        return refuse("", "ZIP 里有同名的条目，或目录的条数不对");
    }
    let mut entries = Vec::new();
    let mut whole = 0_u64;
    for index in 0..archive.len() {
        let name = archive.name_for_index(index).and_then(Result::ok).map(String::from);
        let Some(name) = name else { return refuse("", "ZIP 里有读不出的文件名") };
        let Ok(entry) = archive.by_index_raw(index) else {
            return refuse(&name, "ZIP 的条目已损坏");
        };
        if entry.encrypted() {
            return refuse(&name, "ZIP 的条目已加密");
        }
        if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return refuse(&name, "ZIP 的压缩方法不认识");
        }
        let size = entry.size();
        whole = whole.saturating_add(size);
        let fair = entry.compressed_size().saturating_mul(RATIO).saturating_add(1 << 20);
        if size > ENTRY || whole > WHOLE || size > fair {
            return refuse(&name, "ZIP 展开后过大；确信无误的，请解开后检测文件夹");
        }
        if !entry.is_dir() {
            entries.push(LooseEntry { name, size, index });
        }
    }
    Ok(LooseZip { archive: Mutex::new(archive), entries })
}

/// How many entries the end record states.
fn stated_count(file: &mut File) -> io::Result<Option<u16>> {
    const TAIL: u64 = 65_536 + 22;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.by_ref().take(TAIL).read_to_end(&mut tail)?;
    file.seek(SeekFrom::Start(0))?;
    // Where there is no comment, as nearly always, it stands at the very end.
    let mark = |at: &usize| tail.get(*at..).is_some_and(|rest| rest.starts_with(b"PK\x05\x06"));
    let at = (0..tail.len()).rev().filter(|at| tail[*at] == b'P').find(mark);
    Ok(at.and_then(|at| Some(u16::from_le_bytes([*tail.get(at + 10)?, *tail.get(at + 11)?]))))
}
