//! 档案库: what was received, kept as OCFL objects, with a hash-chained register and receipts beside it.
//!
//! ```text
//! <archive>/archive.json     format, formal or test
//!           store/           OCFL 1.1 root: one object a bundle, a corrected hand-over is a new version
//!           register/events.ndjson   accessions, each line carrying the digest of the line before
//!           receipts/        one JSON a accession
//!           fixity/          journal of the regular checks
//!           disposals/       what was destroyed under which approval
//!           index/           derived; may be deleted
//!           .staging/        what is being written; empty between receptions
//! ```
//!
//! Order of a reception: content and papers fsynced and renamed into the store, register line fsynced, receipt. What
//! lies in staging says how far it came, and the next to open the store for writing ends what was begun. Every object
//! carries its register line and its receipt, so that register, receipts and index can be made again from the store.

mod browse;
mod disposal;
mod doctor;
mod groups;
mod inventory;
mod journal;
mod object;
mod papers;
mod rebuild;
mod receipts;
mod receive;
mod recheck;
mod recover;
mod register;
mod retrieve;
mod returns;
mod structure;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::bag;
use super::description::Description;
use super::handover::{Mark, give_back};
use super::inspect::Inspection;
use super::profile::profile;
use crate::container::{create_folder, write_through};
use crate::diag::{Failure, WorldError};
use crate::fixity::Digest;
use crate::record::{FileRole, Metadata};

pub use browse::Holding;
pub use disposal::{Approval, Destroyed, Destruction, Doomed};
pub use doctor::Health;
pub use rebuild::Rebuilt;
pub use recheck::{FixityPlan, FixitySummary, ObjectCheck, Sample};

/// 档案库.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    /// Held while writing; the system frees it when the process ends, however it ends.
    _lock: Option<File>,
}

/// 接收登记: one bundle received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accession {
    /// 接收号, e.g. `2026-0001`.
    pub number: String,
    /// 归档包编号.
    pub bundle: String,
    /// Version of the object in the store, from 1.
    pub version: u32,
    /// When, RFC 3339.
    pub time: String,
    /// SHA-256 of the ZIP received.
    pub sha256: Digest,
    /// SM3 of the ZIP received.
    pub sm3: Digest,
    /// 件数.
    pub items: usize,
    /// 移交单位.
    pub sender: String,
    /// 接收单位.
    pub receiver: String,
    /// 项目名称.
    pub case_title: String,
    /// SHA-256 of the bag's tag manifest, through which every file of the bag hangs on this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagmanifest: Option<Digest>,
    /// 移交序号, if the sender counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<Mark>,
}

/// 回执.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// 接收号.
    pub accession: String,
    /// Where the receipt lies.
    pub path: PathBuf,
    /// Where the signed one lies, if it was to be signed.
    pub signed: Option<PathBuf>,
    /// Whether the same ZIP had been received before.
    pub already: bool,
}

/// What came of a reception.
#[derive(Debug)]
pub struct Reception {
    /// The inspection.
    pub inspection: Inspection,
    /// The receipt, if the bundle was acceptable.
    pub receipt: Option<Receipt>,
}

/// A record as the store holds it.
#[derive(Clone, Debug)]
pub struct StoredRecord {
    /// Its metadata.
    pub metadata: Metadata,
    /// Its files.
    pub files: Vec<StoredFile>,
}

/// A file of a stored record.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// What it is to the record.
    pub role: FileRole,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Where it is.
    pub path: PathBuf,
    /// SHA-256 as the bundle's own list says.
    pub sha256: Digest,
}

#[derive(Debug, Serialize, Deserialize)]
struct About {
    format: String,
    /// 测试库: holds illustrative data and nothing else (P-07).
    test: bool,
}

const ABOUT: &str = "archive.json";
/// The form of an archive whose objects carry their papers.
const FORMAT: &str = "anjuan-archive/2";
/// Forms that can be read; objects of the first have no papers.
const KNOWN: [&str; 2] = ["anjuan-archive/1", FORMAT];

/// Folders and files of an archive.
const OBJECTS: &str = "store";
const REGISTER: &str = "register";
const EVENTS: &str = "events.ndjson";
const RECEIPTS: &str = "receipts";

/// Whether there is an archive at `root`: something was received there, or given back before anything was received.
fn there(root: &Path) -> bool {
    root.join(ABOUT).is_file() || give_back::path(root).is_file()
}

impl Store {
    /// Opens the archive at `root` for writing; makes it if `create`. A reception that was cut short is brought to
    /// its end, or taken back if nothing of it is in the store.
    ///
    /// # Errors
    /// [`Failure::NoArchive`], [`Failure::Locked`], or what the system reports.
    pub fn open(root: &Path, create: bool) -> Result<Self, Failure> {
        if !create && !there(root) {
            return Err(Failure::NoArchive(root.to_path_buf()));
        }
        for part in [OBJECTS, REGISTER, RECEIPTS] {
            create_folder(&root.join(part))?;
        }
        let store = Self { root: root.to_path_buf(), _lock: Some(lock(root)?) };
        object::prepare(&store.staging(), &store.objects())?;
        register::repair(&store.events())?;
        recover::roll_forward(&store)?;
        Ok(store)
    }

    /// Opens an archive for reading.
    ///
    /// # Errors
    /// [`Failure::NoArchive`].
    pub fn open_for_reading(root: &Path) -> Result<Self, Failure> {
        if there(root) {
            Ok(Self { root: root.to_path_buf(), _lock: None })
        } else {
            Err(Failure::NoArchive(root.to_path_buf()))
        }
    }

    fn objects(&self) -> PathBuf {
        self.root.join(OBJECTS)
    }

    fn staging(&self) -> PathBuf {
        self.root.join(object::STAGING)
    }

    fn events(&self) -> PathBuf {
        self.root.join(REGISTER).join(EVENTS)
    }

    fn receipts(&self) -> PathBuf {
        self.root.join(RECEIPTS)
    }

    /// All accessions, in order of reception.
    ///
    /// # Errors
    /// A register whose chain is broken, or what the system reports.
    pub fn accessions(&self) -> Result<Vec<Accession>, Failure> {
        register::read(&self.events())
    }

    /// How many accessions there are, and the number of the last one; read from the register's end.
    ///
    /// # Errors
    /// A last line that cannot be read, or what the system reports.
    pub fn reached(&self) -> Result<(u64, String), Failure> {
        let tail = register::tail(&self.events())?;
        Ok(tail.map_or((0, String::new()), |t| (t.line.seq, t.line.accession.number)))
    }

    /// The accessions after the first `count`, the last of which has number `last`; none if that is not so. Read from
    /// the register's end.
    ///
    /// # Errors
    /// A chain that is broken among them, or what the system reports.
    pub fn since(&self, count: u64, last: &str) -> Result<Option<Vec<Accession>>, Failure> {
        register::since(&self.events(), (count, last))
    }

    fn about(&self) -> Result<Option<About>, WorldError> {
        let path = self.root.join(ABOUT);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(WorldError::while_("读取档案库说明", &path)(e)),
        };
        let about: Option<About> = serde_json::from_str(&text).ok();
        about.filter(|a| KNOWN.contains(&a.format.as_str())).map(Some).ok_or_else(|| {
            let bad = std::io::Error::from(std::io::ErrorKind::InvalidData);
            WorldError::while_("读懂档案库说明", &path)(bad)
        })
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), WorldError> {
        use std::io::Write as _;
        write_through(&self.staging(), path, |file| file.write_all(bytes))
    }

    /// The folder with the bag of an accession.
    fn bag(&self, accession: &Accession) -> PathBuf {
        let bag = object::bag(&self.objects(), &accession.bundle, accession.version);
        if bag.is_dir() {
            return bag;
        }
        // Archives of the first form have the bag's files there at once.
        object::content(&self.objects(), &accession.bundle, accession.version)
    }

    /// The list of a stored bundle.
    fn description(&self, accession: &Accession) -> Result<Description, Failure> {
        let list = self.bag(accession).join(bag::DESCRIPTION);
        let text = fs::read_to_string(&list).map_err(WorldError::while_("读取库中清单", &list))?;
        let description: Description = serde_json::from_str(&text).map_err(|_| {
            let bad = std::io::Error::from(std::io::ErrorKind::InvalidData);
            WorldError::while_("读懂库中清单", &list)(bad)
        })?;
        debug_assert!(profile().reads(&description.format));
        Ok(description)
    }

    /// The records of an accession, from the store alone.
    ///
    /// # Errors
    /// What the system reports, or a stored list that cannot be read.
    pub fn records(&self, accession: &Accession) -> Result<Vec<StoredRecord>, Failure> {
        let bag = self.bag(accession);
        let gone = self.destroyed(accession)?;
        let stored = |mut item: super::description::Item| {
            let folder = bag.join(&item.folder);
            if gone.contains_key(&item.metadata.archival_code) {
                item.files.clear();
            }
            let files = item
                .files
                .into_iter()
                .map(|f| StoredFile {
                    role: f.role,
                    path: folder.join(&f.name),
                    name: f.name,
                    media_type: f.media_type,
                    sha256: f.sha256,
                })
                .collect();
            StoredRecord { metadata: item.metadata, files }
        };
        Ok(self.description(accession)?.items.into_iter().map(stored).collect())
    }
}

/// Keeps other writers out while it lives.
fn lock(root: &Path) -> Result<File, Failure> {
    let path = root.join(REGISTER).join("lock");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(WorldError::while_("打开锁文件", &path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => Err(Failure::Locked(root.to_path_buf())),
        Err(fs::TryLockError::Error(e)) => Err(WorldError::while_("锁定档案库", &path)(e).into()),
    }
}
