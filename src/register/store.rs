//! 登记簿文件: the database, opened and read. WAL, with every commit on the disk before it is told.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Row, TransactionBehavior};

use super::entry::{Act, Entry, Kept};
use super::fault::{fault, spoiled};
use super::tables::{REFILL, TABLES, UPGRADE};
use crate::container::sync_folder;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::vocab::doc_number::DocNumber;

/// What marks a database as a register (`application_id`): "AJFW".
const MARK: i64 = 0x414A_4657;
/// The form of the tables (`user_version`).
const VERSION: i64 = 2;

/// The form before there were versions; it is brought up to date when it is opened.
const BEFORE: i64 = 1;

/// Columns of an entry, in the order of [`read_entry`].
const COLUMNS: &str = "n, act, code, year, seq, case_id, document, title, day, by, reason, data, template, at, \
                       prev, digest, kept";

/// 发文登记簿, open.
#[derive(Debug)]
pub struct Register {
    pub(super) db: Connection,
    pub(super) path: PathBuf,
}

impl Register {
    /// Makes an empty register at `path`, where nothing may be yet.
    ///
    /// # Errors
    /// [`Failure::Usage`] if something is there, the world's errors.
    pub fn create(path: &Path, wait: Duration) -> Result<Self, Failure> {
        let there = || Failure::Usage(format!("{} 已经有了，没有新建", path.display()));
        match std::fs::metadata(path) {
            // What a creation that was broken off leaves is nobody's.
            Ok(about) if about.is_file() && about.len() == 0 => {}
            Ok(_) => return Err(there()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(WorldError::while_("新建登记簿", path)(e).into()),
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            let missing = std::io::ErrorKind::NotFound.into();
            return Err(WorldError::while_("新建登记簿", folder)(missing).into());
        }
        let mut register = Self::connect(path, wait, OpenFlags::SQLITE_OPEN_CREATE)?;
        let mut make = || -> rusqlite::Result<bool> {
            let tx = register.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            // Of two who create at once, one is told.
            let tables: i64 =
                tx.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
            if tables > 0 {
                return Ok(false);
            }
            tx.execute_batch(TABLES)?;
            tx.pragma_update(None, "application_id", MARK)?;
            tx.pragma_update(None, "user_version", VERSION)?;
            tx.commit()?;
            Ok(true)
        };
        if !make().map_err(fault("新建登记簿", path))? {
            return Err(there());
        }
        register.harden()?;
        sync_folder(folder).map_err(WorldError::while_("新建登记簿", path))?;
        Ok(register)
    }

    /// Opens the register at `path`; a lock of another process is waited for as long as `wait`.
    ///
    /// # Errors
    /// [`Failure::Usage`] if nothing is there, [`Failure::Rejected`] with N-01 for what is no register, with N-02 for one
    /// of a newer version, [`Failure::Locked`], the world's errors.
    pub fn open(path: &Path, wait: Duration) -> Result<Self, Failure> {
        if !path.exists() {
            return Err(Failure::Usage(format!(
                "没有登记簿 {}；核对路径，第一次使用先新建：anjuan number create --register {}",
                path.display(),
                path.display()
            )));
        }
        let mut register = Self::connect(path, wait, OpenFlags::empty())?;
        if register.ask("application_id")? != MARK {
            return Err(spoiled(path, "不是发文登记簿"));
        }
        let mut version = register.ask("user_version")?;
        if version == BEFORE {
            register.upgrade()?;
            version = register.ask("user_version")?;
        }
        if version != VERSION {
            let words = format!("{} 的版本是{version}，这个程序只认版本{VERSION}", path.display());
            let finding =
                Diagnostic::error("N-02", words).hint("改用写它的那一版程序，或者更新的程序。");
            return Err(Failure::Rejected(vec![finding]));
        }
        register.harden()?;
        Ok(register)
    }

    fn ask(&self, name: &str) -> Result<i64, Failure> {
        let told = self.db.pragma_query_value(None, name, |row| row.get(0));
        told.map_err(fault("读取登记簿", &self.path))
    }

    /// From the form before to this one, in one transaction; entries and their digests stay as they are.
    fn upgrade(&mut self) -> Result<(), Failure> {
        let path = self.path.clone();
        let mut change = || -> rusqlite::Result<()> {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            // Of two who open it at once, one does it.
            let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if version == BEFORE {
                tx.execute_batch(UPGRADE)?;
                tx.execute_batch(TABLES)?;
                tx.execute_batch(REFILL)?;
                tx.pragma_update(None, "user_version", VERSION)?;
            }
            tx.commit()
        };
        change().map_err(fault("更新登记簿的格式", &path))
    }

    fn connect(path: &Path, wait: Duration, more: OpenFlags) -> Result<Self, Failure> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
        let db = Connection::open_with_flags(path, flags).map_err(fault("打开登记簿", path))?;
        db.busy_timeout(wait).map_err(fault("打开登记簿", path))?;
        Ok(Self { db, path: path.to_path_buf() })
    }

    /// WAL, and every commit on the disk before it is told.
    fn harden(&self) -> Result<(), Failure> {
        let set = || -> rusqlite::Result<String> {
            self.db.pragma_update(None, "synchronous", "FULL")?;
            // Where fsync alone leaves data in the disk's own memory (macOS).
            self.db.pragma_update(None, "fullfsync", true)?;
            self.db.pragma_update(None, "checkpoint_fullfsync", true)?;
            self.db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        };
        let mode = set().map_err(fault("打开登记簿", &self.path))?;
        if mode != "wal" {
            return Err(Failure::Usage(format!(
                "{} 所在的磁盘不能用预写日志（WAL）；把登记簿放到本机的磁盘上",
                self.path.display()
            )));
        }
        Ok(())
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every entry, in order.
    ///
    /// # Errors
    /// N-01 for a damaged file, the world's errors.
    pub fn entries(&self) -> Result<Vec<Entry>, Failure> {
        let read = || -> rusqlite::Result<Vec<Entry>> {
            let mut all = self.db.prepare(&format!("SELECT {COLUMNS} FROM entry ORDER BY n"))?;
            let rows = all.query_map([], read_entry)?;
            rows.collect()
        };
        read().map_err(fault("读取登记簿", &self.path))
    }

    /// The failure for a register that [`Self::damage`] found wrong.
    #[must_use]
    pub fn spoiled(&self) -> Failure {
        spoiled(&self.path, "已经损坏")
    }

    /// What the database finds wrong with the file itself.
    ///
    /// # Errors
    /// The world's errors.
    pub fn damage(&self) -> Result<Option<String>, Failure> {
        let told: rusqlite::Result<String> =
            self.db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
        match told {
            Ok(words) if words == "ok" => Ok(None),
            Ok(words) => Ok(Some(words)),
            Err(error) => Err(fault("检查登记簿", &self.path)(error)),
        }
    }
}

/// Entries of which `condition` holds.
pub(super) fn select(
    db: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Entry>> {
    let mut found =
        db.prepare(&format!("SELECT {COLUMNS} FROM entry WHERE {condition} ORDER BY n"))?;
    let rows = found.query_map(values, read_entry)?;
    rows.collect()
}

/// Writes `entry` as the next one: its place, the digest of the one before and its own are filled in.
pub(super) fn append(db: &Connection, mut entry: Entry) -> rusqlite::Result<Entry> {
    let last = db.query_row("SELECT n, digest FROM entry ORDER BY n DESC LIMIT 1", [], |row| {
        Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?))
    });
    let (n, prev) = match last {
        Ok(last) => last,
        Err(rusqlite::Error::QueryReturnedNoRows) => (0, Entry::root()),
        Err(error) => return Err(error),
    };
    entry.n = n + 1;
    entry.prev = prev;
    entry.digest = entry.seal();
    db.prepare(&format!(
        "INSERT INTO entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ))?
    .execute(rusqlite::params![
        entry.n,
        entry.act.word(),
        entry.number.code,
        entry.number.year,
        entry.number.seq,
        entry.case,
        entry.document,
        entry.title,
        entry.day,
        entry.by,
        entry.reason,
        entry.data,
        entry.template,
        entry.at,
        entry.prev,
        entry.digest,
        written(&entry.kept),
    ])?;
    Ok(entry)
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let word: String = row.get(1)?;
    let act = Act::of(&word)
        .ok_or_else(|| rusqlite::Error::InvalidColumnType(1, word, rusqlite::types::Type::Text))?;
    Ok(Entry {
        n: row.get(0)?,
        act,
        number: DocNumber { code: row.get(2)?, year: row.get(3)?, seq: row.get(4)? },
        case: row.get(5)?,
        document: row.get(6)?,
        title: row.get(7)?,
        day: row.get(8)?,
        by: row.get(9)?,
        reason: row.get(10)?,
        data: row.get(11)?,
        template: row.get(12)?,
        at: row.get(13)?,
        prev: row.get(14)?,
        digest: row.get(15)?,
        kept: read_kept(row)?,
    })
}

/// As a JSON object in order of name; nothing for none.
fn written(kept: &Kept) -> String {
    if kept.is_empty() { String::new() } else { serde_json::json!(kept).to_string() }
}

fn read_kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let text: String = row.get(16)?;
    if text.is_empty() {
        return Ok(Kept::new());
    }
    serde_json::from_str(&text).map_err(|e| {
        rusqlite::Error::FromSqlConversionFailure(16, rusqlite::types::Type::Text, Box::new(e))
    })
}
