//! Writing the canonical ZIP.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::names::name_fault;
use super::window::Window;
use super::write_atomically;
use crate::diag::{Failure, WorldError};

/// Where an entry's bytes come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Memory.
    Memory(Arc<[u8]>),
    /// A file, copied as a stream.
    File(PathBuf),
    /// Part of a file: `size` bytes from `offset` on.
    Part {
        /// The file.
        path: PathBuf,
        /// First byte.
        offset: u64,
        /// How many.
        size: u64,
    },
}

impl Source {
    /// Writes the bytes to `to`, in constant memory.
    ///
    /// # Errors
    /// What the system reports, with the file's path.
    pub fn copy_to(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Memory(bytes) => to.write_all(bytes),
            Self::File(from) => copy(&mut open(from)?, to).map(drop),
            Self::Part { path, offset, size } => {
                let mut from = open(path)?;
                from.seek(SeekFrom::Start(*offset))?;
                match copy(&mut from.take(*size), to)? {
                    copied if copied == *size => Ok(()),
                    _ => Err(io::ErrorKind::UnexpectedEof.into()),
                }
            }
        }
    }
}

/// Most entries without ZIP64 (the receivers' common ground).
pub const MOST_ENTRIES: usize = 65_534;
/// Most bytes of the whole file without ZIP64.
pub const MOST_BYTES: u64 = 0xffff_fffe;

/// Bytes of the canonical ZIP whose entries have names and contents of these lengths.
#[must_use]
pub fn zip_size(entries: impl Iterator<Item = (usize, u64)>) -> u64 {
    const END: u64 = 22;
    // A local and a central header each, the name in both.
    entries.map(|(name, size)| 30 + 46 + 2 * name as u64 + size).sum::<u64>() + END
}

/// Sees what is copied into a ZIP, and may object.
pub trait Witness {
    /// Bytes of the entry that is being written.
    fn bytes(&mut self, bytes: &[u8]);
    /// The entry `name` is at its end.
    ///
    /// # Errors
    /// What speaks against it: then no file is made.
    fn end(&mut self, name: &str) -> io::Result<()>;
}

/// Sees nothing.
struct Nobody;

impl Witness for Nobody {
    fn bytes(&mut self, _: &[u8]) {}

    fn end(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }
}

/// Copies to a writer before a witness.
struct Seen<'a, W>(W, &'a mut dyn Witness);

impl<W: Write> Write for Seen<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.0.write(bytes)?;
        self.1.bytes(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes `entries` (path → bytes) as the canonical ZIP `path`, in constant memory.
///
/// # Errors
/// [`Failure::Bug`] for a name that must not be, [`Failure::World`] for what the system reports.
pub fn write_zip(path: &Path, entries: &BTreeMap<String, Source>) -> Result<(), Failure> {
    write_zip_before(path, entries, &mut Nobody)
}

/// Like [`write_zip`], before a witness.
///
/// # Errors
/// As [`write_zip`], and what the witness says.
pub fn write_zip_before(
    path: &Path,
    entries: &BTreeMap<String, Source>,
    witness: &mut dyn Witness,
) -> Result<(), Failure> {
    if let Some((name, fault)) = entries.keys().find_map(|n| Some((n, name_fault(n)?))) {
        return Err(Failure::Bug(format!("bundle entry {name}: {fault}")));
    }
    if entries.len() > MOST_ENTRIES {
        return Err(Failure::Bug(format!("{} entries need ZIP64", entries.len())));
    }
    write_atomically(path, |file| fill(file, entries, witness))?;
    Ok(())
}

fn fill(
    file: &mut File,
    entries: &BTreeMap<String, Source>,
    witness: &mut dyn Witness,
) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Window::new(file, BUFFER));
    // BTreeMap gives the names in the order of their bytes.
    for (name, source) in entries {
        zip.start_file(name, options)?;
        source.copy_to(&mut Seen(&mut zip, &mut *witness))?;
        witness.end(name)?;
    }
    zip.finish()?.flush()
}

/// Bytes that are held at once while copying.
const BUFFER: usize = 256 * 1024;

fn copy(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<u64> {
    let mut buffer = vec![0; BUFFER];
    let mut copied = 0;
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(copied),
            Ok(n) => {
                to.write_all(&buffer[..n])?;
                copied += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    File::open(path).map_err(|e| {
        let kind = e.kind();
        io::Error::new(kind, WorldError { doing: "读取", path: path.to_path_buf(), source: e })
    })
}
