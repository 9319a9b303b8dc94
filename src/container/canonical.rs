//! Writing the canonical ZIP.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::names::name_fault;
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
            Self::File(from) => io::copy(&mut open(from)?, to).map(drop),
            Self::Part { path, offset, size } => {
                let mut from = open(path)?;
                from.seek(SeekFrom::Start(*offset))?;
                match io::copy(&mut from.take(*size), to)? {
                    copied if copied == *size => Ok(()),
                    _ => Err(io::ErrorKind::UnexpectedEof.into()),
                }
            }
        }
    }
}

/// Most entries and bytes without ZIP64 (the receivers' common ground).
const MAX_ENTRIES: usize = 65_534;

/// Writes `entries` (path → bytes) as the canonical ZIP `path`, in constant memory.
///
/// # Errors
/// [`Failure::Bug`] for a name that must not be, [`Failure::World`] for what the system reports.
pub fn write_zip(path: &Path, entries: &BTreeMap<String, Source>) -> Result<(), Failure> {
    if let Some((name, fault)) = entries.keys().find_map(|n| Some((n, name_fault(n)?))) {
        return Err(Failure::Bug(format!("bundle entry {name}: {fault}")));
    }
    if entries.len() > MAX_ENTRIES {
        return Err(Failure::Bug(format!("{} entries need ZIP64", entries.len())));
    }
    write_atomically(path, |file| fill(file, entries))?;
    Ok(())
}

fn fill(file: &mut File, entries: &BTreeMap<String, Source>) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(BufWriter::new(file));
    // BTreeMap gives the names in the order of their bytes.
    for (name, source) in entries {
        zip.start_file(name, options)?;
        source.copy_to(&mut zip)?;
    }
    zip.finish()?.flush()
}

fn open(path: &Path) -> io::Result<File> {
    File::open(path).map_err(|e| {
        let kind = e.kind();
        io::Error::new(kind, WorldError { doing: "读取", path: path.to_path_buf(), source: e })
    })
}
