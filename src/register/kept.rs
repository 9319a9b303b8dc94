//! 定稿: the files of an issued version, kept under their digests in the register itself, and proved to be there.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use super::entry::Entry;
use super::fault::fault;
use super::store::{Register, append};
use crate::diag::{Diagnostic, Failure};
use crate::fixity::digest_bytes;

/// What a version was made of, and what is kept of it.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// 数据: SHA-256 over what its pages show.
    pub data: String,
    /// 模板: SHA-256 over its kind's templates.
    pub template: String,
    /// 定稿的文件: bytes by name.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Made {
    /// The digest of each file.
    #[must_use]
    pub fn kept(&self) -> BTreeMap<String, String> {
        let digest = |bytes: &[u8]| digest_bytes(bytes).sha256.to_string();
        self.files.iter().map(|(name, bytes)| (name.clone(), digest(bytes))).collect()
    }

    /// Puts the files into the database, and `entry` with their digests after the last one.
    pub(super) fn entered(&self, db: &Connection, entry: Entry) -> rusqlite::Result<Entry> {
        let kept = self.kept();
        // What another version has already is kept once.
        let mut put = db.prepare("INSERT OR IGNORE INTO blob (sha256, bytes) VALUES (?, ?)")?;
        for (name, digest) in &kept {
            put.execute(rusqlite::params![digest, self.files.get(name)])?;
        }
        let (data, template) = (self.data.clone(), self.template.clone());
        append(db, Entry { data, template, kept, ..entry })
    }
}

/// What is wrong with a kept file.
enum Wrong {
    Missing,
    Changed,
}

impl Register {
    /// The file `name` of a version, byte for byte as it was issued; none if the version keeps no such file.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with N-14 if it is gone or is not what was kept, the world's errors.
    pub fn file(&self, entry: &Entry, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(digest) = entry.kept.get(name) else { return Ok(None) };
        match self.blob(digest)? {
            Ok(bytes) => Ok(Some(bytes)),
            Err(wrong) => Err(Failure::Rejected(vec![told(entry, name, &wrong)])),
        }
    }

    /// N-14 for every file of `entries` that is gone or is not what was kept.
    ///
    /// # Errors
    /// The world's errors.
    pub fn audit_kept(&self, entries: &[Entry]) -> Result<Vec<Diagnostic>, Failure> {
        let mut out = Vec::new();
        let mut good: BTreeSet<&str> = BTreeSet::new();
        for entry in entries {
            for (name, digest) in &entry.kept {
                if good.contains(digest.as_str()) {
                    continue;
                }
                match self.blob(digest)? {
                    Ok(_) => drop(good.insert(digest)),
                    Err(wrong) => out.push(told(entry, name, &wrong)),
                }
            }
        }
        Ok(out)
    }

    fn blob(&self, digest: &str) -> Result<Result<Vec<u8>, Wrong>, Failure> {
        let sql = "SELECT bytes FROM blob WHERE sha256 = ?";
        let found: Option<Vec<u8>> = self
            .db
            .query_row(sql, [digest], |row| row.get(0))
            .optional()
            .map_err(fault("读取定稿", &self.path))?;
        Ok(match found {
            None => Err(Wrong::Missing),
            Some(bytes) if digest_bytes(&bytes).sha256.to_string() == digest => Ok(bytes),
            Some(_) => Err(Wrong::Changed),
        })
    }
}

fn told(entry: &Entry, name: &str, wrong: &Wrong) -> Diagnostic {
    let what = match wrong {
        Wrong::Missing => "不见了",
        Wrong::Changed => "与登记的校验值不符",
    };
    let words =
        format!("{} 的定稿（第{}条{}，{name}）{what}", entry.number, entry.n, entry.act.word());
    Diagnostic::error("N-14", words)
        .hint("登记簿被改动过或已损坏：与保存的备份核对，从备份里取这份定稿。")
}
