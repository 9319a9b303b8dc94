//! 档案库: what was received, kept as OCFL objects, with a hash-chained register and receipts beside it.
//!
//! ```text
//! <archive>/archive.json     format, formal or test
//!           store/           OCFL 1.1 root: one object a bundle, a corrected hand-over is a new version
//!           register/events.ndjson   accessions, each line carrying the digest of the line before
//!           receipts/        one JSON a accession
//!           index/           derived; may be deleted
//! ```
//!
//! Order of a reception: content fsynced and renamed, register line fsynced, receipt. What has a register line
//! is received; what has none is taken up again by the next reception of the same bundle.

mod object;
mod receipts;
mod register;
mod returns;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::bag;
use super::description::Description;
use super::handover::Mark;
use super::inspect::{self, Inspection};
use super::profile::profile;
use super::reader;
use super::sign::Trust;
use crate::clock::Clock;
use crate::container::{create_folder, write_atomically};
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::{Digest, digest_reader};
use crate::record::{FileRole, Metadata};

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
    /// SHA-256 of the bundle's tag manifest; older entries lack it.
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
}

#[derive(Serialize, Deserialize)]
struct About {
    format: String,
    /// 测试库: holds illustrative data and nothing else (P-07).
    test: bool,
}

const ABOUT: &str = "archive.json";
const FORMAT: &str = "anjuan-archive/1";

impl Store {
    /// Opens the archive at `root` for writing; makes it if `create`.
    ///
    /// # Errors
    /// [`Failure::NoArchive`], [`Failure::Locked`], or what the system reports.
    pub fn open(root: &Path, create: bool) -> Result<Self, Failure> {
        if !create && !root.join(ABOUT).is_file() {
            return Err(Failure::NoArchive(root.to_path_buf()));
        }
        for part in ["store", "register", "receipts"] {
            create_folder(&root.join(part))?;
        }
        let path = root.join("register").join("lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(WorldError::while_("打开锁文件", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(Failure::Locked(root.to_path_buf())),
            Err(fs::TryLockError::Error(e)) => {
                return Err(WorldError::while_("锁定档案库", &path)(e).into());
            }
        }
        let store = Self { root: root.to_path_buf(), _lock: Some(lock) };
        object::prepare(&store.objects())?;
        register::repair(&store.events())?;
        Ok(store)
    }

    /// Opens an archive for reading.
    ///
    /// # Errors
    /// [`Failure::NoArchive`].
    pub fn open_for_reading(root: &Path) -> Result<Self, Failure> {
        if root.join(ABOUT).is_file() {
            Ok(Self { root: root.to_path_buf(), _lock: None })
        } else {
            Err(Failure::NoArchive(root.to_path_buf()))
        }
    }

    fn objects(&self) -> PathBuf {
        self.root.join("store")
    }

    fn events(&self) -> PathBuf {
        self.root.join("register").join("events.ndjson")
    }

    /// All accessions, in order of reception.
    ///
    /// # Errors
    /// A register whose chain is broken, or what the system reports.
    pub fn accessions(&self) -> Result<Vec<Accession>, Failure> {
        register::read(&self.events())
    }

    /// Inspects the bundle `zip` and, if it is acceptable, takes it in. The same ZIP twice is one accession.
    ///
    /// # Errors
    /// [`Failure::Refused`] when illustrative and real data would mix (P-07); failures of the world.
    #[cfg(test)]
    pub fn receive(&mut self, zip: &Path, clock: &Clock) -> Result<Reception, Failure> {
        self.receive_by(zip, clock, &Trust::nobody())
    }

    /// Inspects the bundle `zip`, its signatures by `trust`, and, if it is acceptable, takes it in. The same ZIP twice is one
    /// accession.
    ///
    /// # Errors
    /// [`Failure::Refused`] when illustrative and real data would mix (P-07); failures of the world.
    pub fn receive_by(
        &mut self,
        zip: &Path,
        clock: &Clock,
        trust: &Trust<'_>,
    ) -> Result<Reception, Failure> {
        let opened = match reader::open(zip)? {
            Ok(opened) if zip.is_file() => opened,
            Ok(_) => return Err(Failure::Usage("接收的须是 ZIP 文件，不是文件夹".into())),
            // The inspection says why it cannot be looked into.
            Err(_) => {
                return Ok(Reception {
                    inspection: inspect::verify_by(zip, trust)?,
                    receipt: None,
                });
            }
        };
        let mut inspection = inspect::inspect(&opened, zip, trust)?;
        let Some(description) = inspection.description.clone().filter(|_| inspection.accepted)
        else {
            return Ok(Reception { inspection, receipt: None });
        };
        self.admit(&description)?;
        let digests = File::open(zip)
            .and_then(digest_reader)
            .map_err(WorldError::while_("读取归档包", zip))?;
        let known = self.accessions()?;
        let tagmanifest = receipts::tagmanifest(&opened);
        inspection.place(self.order(&known, &description, tagmanifest)?);
        let same = known.iter().find(|a| a.bundle == description.id && a.sha256 == digests.sha256);
        if let Some(accession) = same {
            let path = self.receipt(accession, &inspection, false)?;
            let receipt = Receipt { accession: accession.number.clone(), path, already: true };
            return Ok(Reception { inspection, receipt: Some(receipt) });
        }
        let time = clock.now();
        let stamp = time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let version = object::add(&self.objects(), &description.id, &opened, &stamp)?;
        let year = time.format("%Y").to_string();
        let n = known.iter().filter(|a| a.number.starts_with(&year)).count() + 1;
        let accession = Accession {
            number: format!("{year}-{n:04}"),
            bundle: description.id.clone(),
            version,
            time: stamp,
            sha256: digests.sha256,
            sm3: digests.sm3,
            items: description.items.len(),
            sender: description.sender.clone(),
            receiver: description.receiver.clone(),
            case_title: description.case_title.clone(),
            tagmanifest,
            handover: description.handover,
        };
        register::append(&self.events(), &accession)?;
        let path = self.receipt(&accession, &inspection, true)?;
        let receipt = Receipt { accession: accession.number, path, already: false };
        Ok(Reception { inspection, receipt: Some(receipt) })
    }

    /// P-07: illustrative data only into test archives, and nothing else into them.
    fn admit(&self, description: &Description) -> Result<(), Failure> {
        let path = self.root.join(ABOUT);
        if let Ok(text) = fs::read_to_string(&path) {
            let about: About = serde_json::from_str(&text).map_err(|_| {
                let bad = std::io::Error::from(std::io::ErrorKind::InvalidData);
                WorldError::while_("读懂档案库说明", &path)(bad)
            })?;
            if about.test == description.illustrative {
                return Ok(());
            }
            let message = if about.test {
                "这是测试库，只存示例数据，不接收正式归档包"
            } else {
                "这是正式档案库，不接收示例数据的归档包"
            };
            return Err(Failure::Refused(vec![
                Diagnostic::error("P-07", message).hint("请另选一个档案库目录（没有时会新建）。"),
            ]));
        }
        let about = About { format: FORMAT.into(), test: description.illustrative };
        self.write_json(&path, &about)
    }

    /// Writes the receipt of an accession, unless it is there and `anew` is not asked for.
    fn receipt(
        &self,
        accession: &Accession,
        inspection: &Inspection,
        anew: bool,
    ) -> Result<PathBuf, Failure> {
        let path = self.root.join("receipts").join(format!("{}.json", accession.number));
        if anew || !path.is_file() {
            self.write_json(&path, &self.receipt_body(accession, inspection)?)?;
        }
        Ok(path)
    }

    #[expect(clippy::unused_self, reason = "writes belong to an open store")]
    fn write_json(&self, path: &Path, value: &impl Serialize) -> Result<(), Failure> {
        let text =
            serde_json::to_string_pretty(value).map_err(|e| Failure::Bug(format!("JSON: {e}")))?;
        write_atomically(path, |file| {
            use std::io::Write as _;
            writeln!(file, "{text}")
        })?;
        Ok(())
    }

    /// The records of an accession, from the store alone.
    ///
    /// # Errors
    /// What the system reports, or a stored list that cannot be read.
    pub fn records(&self, accession: &Accession) -> Result<Vec<StoredRecord>, Failure> {
        let content = object::content(&self.objects(), &accession.bundle, accession.version);
        let list = content.join(bag::DESCRIPTION);
        let text = fs::read_to_string(&list).map_err(WorldError::while_("读取库中清单", &list))?;
        let description: Description = serde_json::from_str(&text).map_err(|_| {
            let bad = std::io::Error::from(std::io::ErrorKind::InvalidData);
            WorldError::while_("读懂库中清单", &list)(bad)
        })?;
        debug_assert_eq!(description.format, profile().format);
        let stored = |item: super::description::Item| {
            let folder = content.join(&item.folder);
            let files = item
                .files
                .into_iter()
                .map(|f| StoredFile {
                    role: f.role,
                    path: folder.join(&f.name),
                    name: f.name,
                    media_type: f.media_type,
                })
                .collect();
            StoredRecord { metadata: item.metadata, files }
        };
        Ok(description.items.into_iter().map(stored).collect())
    }
}
