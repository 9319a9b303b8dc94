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
    /// A stretch of a file (an entry of another ZIP): where it begins, how long it is.
    Part(PathBuf, u64, u64),
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
        match source {
            Source::Memory(bytes) => zip.write_all(bytes)?,
            Source::File(from) => {
                let mut from = File::open(from).map_err(|e| {
                    io::Error::new(
                        e.kind(),
                        WorldError { doing: "读取", path: from.clone(), source: e },
                    )
                })?;
                io::copy(&mut from, &mut zip)?;
            }
            Source::Part(from, offset, size) => {
                let mut from = File::open(from)?;
                from.seek(SeekFrom::Start(*offset))?;
                if io::copy(&mut from.take(*size), &mut zip)? != *size {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
    }
    zip.finish()?.flush()
}
