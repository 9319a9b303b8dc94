//! 索引的文件: locking, emptying and proving the files of the index.

use std::fs;
use std::io;
use std::path::Path;

use tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::index::{IndexSettings, SegmentId};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{Index, TantivyError};

use super::fault::failure;
use super::schema::schema;
use super::store::{DAMAGED_FILE, INDEX_FOLDER, VERSION, VERSION_FILE};
use crate::diag::{Failure, WorldError};

/// Keeps other writers out while it lives.
pub(super) fn lock(dir: &Path) -> Result<DirectoryLock, Failure> {
    let doing = "锁定检索索引";
    let directory =
        MmapDirectory::open(dir.join(INDEX_FOLDER)).map_err(|e| failure(&e.into(), doing, dir))?;
    directory
        .acquire_lock(&INDEX_WRITER_LOCK)
        .map_err(|e| failure(&TantivyError::LockFailure(e, None), doing, dir))
}

/// Empties the index and makes it anew. The version is written last: if this is interrupted, it is done
/// again.
pub(super) fn reset(dir: &Path, _lock: &DirectoryLock) -> Result<(), Failure> {
    let folder = dir.join(INDEX_FOLDER);
    let version = dir.join(VERSION_FILE);
    empty(&folder).map_err(WorldError::while_("清空检索索引", &folder))?;
    MmapDirectory::open(&folder)
        .map_err(TantivyError::from)
        .and_then(|d| Index::create(d, schema().0, settings()))
        .map_err(|e| failure(&e, "重建检索索引", dir))?;
    let marker = dir.join(DAMAGED_FILE);
    if marker.exists() {
        fs::remove_file(&marker).map_err(WorldError::while_("清除损坏标记", &marker))?;
    }
    put(dir, VERSION_FILE, VERSION).map_err(WorldError::while_("写入检索索引版本", &version))?;
    Ok(())
}

/// Texts compress to a third, which is most of what the index weighs beside its terms.
fn settings() -> IndexSettings {
    let zstd = ZstdCompressor { compression_level: None };
    IndexSettings {
        docstore_compression: Compressor::Zstd(zstd),
        docstore_blocksize: 1 << 16,
        ..IndexSettings::default()
    }
}

/// Whether the files of the last commit are as they were written.
pub(super) fn is_sound(index: &Index, folder: &Path) -> tantivy::Result<bool> {
    let live: Vec<String> =
        index.searchable_segment_ids()?.iter().map(SegmentId::uuid_string).collect();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let part = live.iter().any(|id| name.to_string_lossy().starts_with(id.as_str()));
        if part && !index.directory().validate_checksum(Path::new(&name))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes a small file whole.
pub(super) fn put(dir: &Path, name: &str, text: &str) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    file.persist(dir.join(name)).map(drop).map_err(|e| e.error)
}

fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // The lock we hold lives in a file, too.
        if path.file_name() == INDEX_WRITER_LOCK.filepath.file_name() {
            continue;
        }
        if path.is_dir() { fs::remove_dir_all(&path)? } else { fs::remove_file(&path)? }
    }
    Ok(())
}

/// Bytes of the files in `folder`.
pub(super) fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.flatten().filter_map(|e| e.metadata().ok()).map(|m| m.len()).sum()
}
