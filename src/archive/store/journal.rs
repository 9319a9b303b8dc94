//! 巡检日志: when each object was last checked, one line a check, beside the store; derived from nothing, needed by nothing
//! but the order of the next checks.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Store;
use crate::container::create_folder;
use crate::diag::{Failure, WorldError};

/// Its folder within the archive.
pub(super) const FOLDER: &str = "fixity";
const FILE: &str = "checks.ndjson";
/// The journal is written anew when it has this many lines for every object.
const ROOMY: usize = 4;

/// One check of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) object: String,
    /// Its newest version at the time.
    pub(super) version: u32,
    /// RFC 3339.
    pub(super) time: String,
    pub(super) files: usize,
    pub(super) bytes: u64,
    /// How many findings there were.
    pub(super) damaged: usize,
}

/// The journal, held by one run at a time.
pub(super) struct Journal<'a> {
    store: &'a Store,
    path: PathBuf,
    lines: usize,
    pub(super) last: BTreeMap<String, Entry>,
    _lock: File,
}

/// The last check of each object, as far as the journal can be read; nothing is held or mended.
pub(super) fn last(store: &Store) -> Result<BTreeMap<String, Entry>, Failure> {
    Ok(read(&store.root.join(FOLDER).join(FILE))?.1)
}

/// The journal's text, the last entry of each object, and how many lines it has; a line that cannot be read is as if it were
/// not there.
fn read(path: &Path) -> Result<(String, BTreeMap<String, Entry>, usize), Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(WorldError::while_("读取巡检日志", path)(e).into()),
    };
    let entries = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
    let last = entries.map(|entry| (entry.object.clone(), entry)).collect();
    let lines = text.lines().count();
    Ok((text, last, lines))
}

impl<'a> Journal<'a> {
    /// Opens the journal; a line that a crash left unfinished is taken off.
    pub(super) fn open(store: &'a Store) -> Result<Self, Failure> {
        let folder = store.root.join(FOLDER);
        create_folder(&folder)?;
        let lock = lock(&folder, &store.root)?;
        let path = folder.join(FILE);
        let (text, last, lines) = read(&path)?;
        let journal = Self { store, path, lines, last, _lock: lock };
        if !text.is_empty() && !text.ends_with('\n') {
            journal.rewrite()?;
        }
        Ok(journal)
    }

    /// Adds entries; they are on disk when this returns.
    pub(super) fn add(&mut self, entries: &[Entry]) -> Result<(), Failure> {
        let mut text = String::new();
        for entry in entries {
            let line = serde_json::to_string(entry).map_err(|e| Failure::Bug(e.to_string()))?;
            text.push_str(&line);
            text.push('\n');
            self.last.insert(entry.object.clone(), entry.clone());
        }
        self.lines += entries.len();
        if self.lines > ROOMY * self.last.len().max(16) {
            return self.rewrite();
        }
        let write = || -> io::Result<()> {
            let mut file = File::options().create(true).append(true).open(&self.path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        Ok(write().map_err(WorldError::while_("写入巡检日志", &self.path))?)
    }

    /// Only the newest line of every object is kept.
    fn rewrite(&self) -> Result<(), Failure> {
        let mut text = String::new();
        for entry in self.last.values() {
            text += &serde_json::to_string(entry).map_err(|e| Failure::Bug(e.to_string()))?;
            text.push('\n');
        }
        Ok(crate::container::write_atomically(&self.path, |f| f.write_all(text.as_bytes()))?)
    }

    /// Archive that it belongs to.
    pub(super) fn store(&self) -> &Store {
        self.store
    }
}

fn lock(folder: &Path, root: &Path) -> Result<File, Failure> {
    let path = folder.join("lock");
    let world = || WorldError::while_("锁定巡检日志", &path);
    let lock =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(world())?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => Err(Failure::Locked(root.to_path_buf())),
        Err(fs::TryLockError::Error(e)) => Err(world()(e).into()),
    }
}
