//! The gate: opens only what is byte for byte in canonical form.
//!
//! Every field of every header is checked against the one value it may have; what remains free (names, sizes,
//! checksums, data) is bounded and cross-checked. Nothing is taken from the file on trust.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use super::canonical::Source;
use super::names::name_fault;
use super::replay::CrcReader;
use crate::diag::WorldError;

/// Length of the end record.
const END: u64 = 22;
/// Length of a local header without its name.
const LOCAL: u64 = 30;
/// Length of a central record without its name.
const CENTRAL: u64 = 46;
/// DOS date of 1980-01-01.
const DATE: u16 = 0x0021;
/// Made by: Unix (3), ZIP specification 1.0.
const MADE_BY: u16 = 3 << 8 | 10;
/// Version needed to extract: 1.0.
const VERSION: u16 = 10;
/// Flag: the name is UTF-8.
const UTF8: u16 = 1 << 11;

/// Why a file is not let in: entry (if one is to blame) and reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The entry's name, or empty.
    pub name: String,
    /// What is wrong.
    pub reason: String,
}

/// A ZIP in canonical form; its entries' data lie where `offset` says.
#[derive(Debug)]
pub struct CanonicalZip {
    path: std::path::PathBuf,
    entries: Vec<Entry>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// CRC-32 as stated.
    pub crc: u32,
    offset: u64,
}

impl Entry {
    /// Where its data begin.
    #[cfg(test)]
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }
}

impl CanonicalZip {
    /// The entries in order of name.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// A reader over an entry's bytes.
    ///
    /// # Errors
    /// What the system reports.
    pub fn read(&self, entry: &Entry) -> io::Result<impl Read + use<>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(entry.offset))?;
        Ok(BufReader::with_capacity(64 * 1024, file).take(entry.size))
    }

    /// As [`CanonicalZip::read`]; at its end the bytes are held against the entry's checksum, and
    /// [`io::ErrorKind::InvalidData`] says that they do not have it.
    ///
    /// # Errors
    /// What the system reports.
    pub fn read_checked(&self, entry: &Entry) -> io::Result<impl Read + use<>> {
        Ok(Checked { inner: Some(CrcReader::new(self.read(entry)?)), crc: entry.crc })
    }

    /// The last `most` bytes of an entry.
    ///
    /// # Errors
    /// What the system reports.
    pub fn tail(&self, entry: &Entry, most: u64) -> io::Result<Vec<u8>> {
        let size = entry.size.min(most);
        let offset = entry.offset + (entry.size - size);
        let mut out = Vec::new();
        self.read(&Entry { offset, size, ..entry.clone() })?.read_to_end(&mut out)?;
        Ok(out)
    }

    /// An entry's bytes as the source of an entry of another ZIP.
    #[must_use]
    pub fn source(&self, entry: &Entry) -> Source {
        Source::Part { path: self.path.clone(), offset: entry.offset, size: entry.size }
    }
}

/// Holds what was read against a checksum.
struct Checked<R> {
    inner: Option<CrcReader<R>>,
    crc: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let Some(inner) = &mut self.inner else { return Ok(0) };
        let n = inner.read(buf)?;
        if n == 0
            && !buf.is_empty()
            && self.inner.take().is_some_and(|inner| inner.finish() != self.crc)
        {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(n)
    }
}

/// Opens `path` if it is a canonical ZIP.
///
/// # Errors
/// [`WorldError`] when it cannot be read. The inner error is the reason for refusing it.
pub fn open_zip(path: &Path) -> Result<Result<CanonicalZip, Refusal>, WorldError> {
    let world = || WorldError::while_("读取归档包", path);
    let mut file = File::open(path).map_err(world())?;
    let length = file.metadata().map_err(world())?.len();
    match examine(&mut file, length) {
        Ok(entries) => Ok(Ok(CanonicalZip { path: path.to_path_buf(), entries })),
        Err(Fault::Refused(refusal)) => Ok(Err(refusal)),
        Err(Fault::Io(error)) => Err(world()(error)),
    }
}

enum Fault {
    Refused(Refusal),
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn refuse<T>(name: &str, reason: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Refused(Refusal { name: name.into(), reason: reason.into() }))
}

/// Little-endian fields of a record.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u16(&self, at: usize) -> u16 {
        self.0.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
    }

    fn u32(&self, at: usize) -> u32 {
        self.0.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
}

fn examine<F: Read + Seek>(file: &mut F, length: u64) -> Result<Vec<Entry>, Fault> {
    if length < END {
        return refuse("", "不是 ZIP 文件（太短）");
    }
    let end = read_at(file, length - END, END)?;
    let f = Fields(&end);
    if f.u32(0) != 0x0605_4b50 {
        return refuse("", "不是 ZIP 文件，或文件末尾有多余、缺少的字节");
    }
    let (count, size, start) = (f.u16(10), u64::from(f.u32(12)), u64::from(f.u32(16)));
    let plain = f.u16(4) == 0 && f.u16(6) == 0 && f.u16(8) == count && f.u16(20) == 0;
    if !plain || count == u16::MAX {
        return refuse("", "ZIP 结尾记录不规范（分卷、注释或 ZIP64）");
    }
    if start + size + END != length {
        return refuse("", "ZIP 目录的位置或大小与文件不符");
    }
    let central = read_at(file, start, size)?;
    let entries = directory(&central, usize::from(count))?;
    let mut at = 0;
    let mut out = Vec::with_capacity(entries.len());
    for (entry, flags, version) in entries {
        at = local(file, entry, (flags, version), at, start, &mut out)?;
    }
    if at != start {
        return refuse("", "文件与目录之间有多余的字节");
    }
    Ok(out)
}

fn read_at<F: Read + Seek>(file: &mut F, at: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut out = Vec::new();
    file.take(length).read_to_end(&mut out)?;
    if out.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(out)
}

type Listed = (Entry, u16, u16);

fn directory(central: &[u8], count: usize) -> Result<Vec<Listed>, Fault> {
    let mut rest = central;
    let mut out: Vec<Listed> = Vec::with_capacity(count);
    let mut folded = BTreeSet::new();
    for _ in 0..count {
        let f = Fields(rest);
        let name_length = usize::from(f.u16(28));
        let record = CENTRAL as usize + name_length;
        if rest.len() < record || f.u32(0) != 0x0201_4b50 {
            return refuse("", "ZIP 目录记录损坏");
        }
        let name = match std::str::from_utf8(&rest[CENTRAL as usize..record]) {
            Ok(name) => name.to_owned(),
            Err(_) => return refuse("", "ZIP 目录中有不是 UTF-8 的文件名"),
        };
        if let Some(fault) = name_fault(&name) {
            return refuse(&name, fault);
        }
        let (flags, version) = (f.u16(8), f.u16(6));
        let sound = f.u16(4) == MADE_BY
            && version == VERSION
            && flags == if name.is_ascii() { 0 } else { UTF8 }
            && f.u16(10) == 0
            && f.u16(12) == 0
            && f.u16(14) == DATE
            && f.u32(20) == f.u32(24)
            && f.u32(20) != u32::MAX
            && f.u16(30) == 0
            && f.u16(32) == 0
            && f.u16(34) == 0
            && f.u16(36) == 0
            && f.u32(38) == 0o100_644 << 16;
        if !sound {
            return refuse(&name, "ZIP 目录记录不是规范形式（压缩、加密、时间、属性或附加字段）");
        }
        if let Some((last, ..)) = out.last()
            && last.name >= name
        {
            return refuse(&name, "文件名重复或次序不对");
        }
        // Names that differ only in case or normal form are one file on many systems.
        if !folded.insert(name.nfkc().collect::<String>().to_lowercase()) {
            return refuse(&name, "文件名只有大小写之别，会互相覆盖");
        }
        let entry = Entry {
            name,
            size: u64::from(f.u32(24)),
            crc: f.u32(16),
            offset: u64::from(f.u32(42)),
        };
        out.push((entry, flags, version));
        rest = &rest[record..];
    }
    if rest.is_empty() { Ok(out) } else { refuse("", "ZIP 目录中有多余的字节") }
}

/// Checks an entry's local header, which must begin at `at`; gives where the next must begin.
fn local<F: Read + Seek>(
    file: &mut F,
    entry: Entry,
    (flags, version): (u16, u16),
    at: u64,
    limit: u64,
    out: &mut Vec<Entry>,
) -> Result<u64, Fault> {
    let name = entry.name.as_bytes();
    let data = at + LOCAL + name.len() as u64;
    let next = data + entry.size;
    if entry.offset != at || next > limit {
        return refuse(&entry.name, "文件的位置或大小与目录不符");
    }
    let header = read_at(file, at, LOCAL + name.len() as u64)?;
    let f = Fields(&header);
    let sound = f.u32(0) == 0x0403_4b50
        && f.u16(4) == version
        && f.u16(6) == flags
        && f.u16(8) == 0
        && f.u16(10) == 0
        && f.u16(12) == DATE
        && f.u32(14) == entry.crc
        && u64::from(f.u32(18)) == entry.size
        && u64::from(f.u32(22)) == entry.size
        && usize::from(f.u16(26)) == name.len()
        && f.u16(28) == 0
        && header.get(LOCAL as usize..) == Some(name);
    if !sound {
        return refuse(&entry.name, "文件头与目录不一致");
    }
    out.push(Entry { offset: data, ..entry });
    Ok(next)
}
