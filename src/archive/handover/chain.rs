//! 校验链: lines of JSON, each with the SHA-256 of the line before; added to, never changed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::container::sync_folder;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::{Digest, digest_bytes};

/// 链头: how many lines there are, and the digest of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// 条数.
    pub entries: u64,
    /// SHA-256 of the last line without its line feed; zeros when there is none.
    pub head: Digest,
}

#[derive(Serialize, Deserialize)]
struct Line<T> {
    /// Counts from 1.
    n: u64,
    /// SHA-256 of the line before, without its line feed; zeros for the first.
    prev: Digest,
    #[serde(flatten)]
    entry: T,
}

/// A chain in a file.
#[derive(Debug)]
pub(in crate::archive) struct Chain<T> {
    path: PathBuf,
    pub(in crate::archive) entries: Vec<T>,
    /// SHA-256 of each line.
    digests: Vec<Digest>,
    head: Head,
}

impl<T: Serialize + DeserializeOwned> Chain<T> {
    /// Reads the chain at `path`; a last line without its end was never told and is cut off.
    pub(in crate::archive) fn open(path: &Path) -> Result<Self, Failure> {
        let (chain, whole) = Self::read(path)?;
        if let Some(whole) = whole {
            let cut = || -> std::io::Result<()> {
                let file = File::options().write(true).open(path)?;
                file.set_len(whole)?;
                file.sync_all()
            };
            cut().map_err(WorldError::while_("修复登记簿", path))?;
        }
        Ok(chain)
    }

    /// Reads the chain at `path` and changes nothing; how long it is without a last line that has no end, if it has one.
    pub(in crate::archive) fn read(path: &Path) -> Result<(Self, Option<u64>), Failure> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(e) => return Err(WorldError::while_("读取登记簿", path)(e).into()),
        };
        let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        let mut out = Self {
            path: path.to_path_buf(),
            entries: Vec::new(),
            digests: Vec::new(),
            head: Head { entries: 0, head: Digest([0; 32]) },
        };
        for body in bytes[..whole].split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            let parsed: Option<Line<T>> = serde_json::from_slice(body).ok();
            let next = out.head.entries + 1;
            let Some(line) = parsed.filter(|l| l.prev == out.head.head && l.n == next) else {
                let words =
                    format!("{} 第 {next} 行与前一行的摘要对不上，可能被改动", path.display());
                let hint = "停止使用，另存一份，与印出的登记表和对方的回执核对后恢复最近的备份。";
                return Err(Failure::No(vec![Diagnostic::error("H-07", words).hint(hint)]));
            };
            out.head = Head { entries: next, head: digest_bytes(body).sha256 };
            out.digests.push(out.head.head);
            out.entries.push(line.entry);
        }
        Ok((out, (whole < bytes.len()).then_some(whole as u64)))
    }

    /// Adds `entry`; it is on the disk when this returns.
    pub(in crate::archive) fn append(&mut self, entry: T) -> Result<(), Failure> {
        let line = Line { n: self.head.entries + 1, prev: self.head.head, entry };
        let text = serde_json::to_string(&line).map_err(|e| Failure::Bug(format!("chain: {e}")))?;
        let write = || -> std::io::Result<()> {
            let mut file = File::options().create(true).append(true).open(&self.path)?;
            file.write_all(format!("{text}\n").as_bytes())?;
            file.sync_all()?;
            self.path.parent().map_or(Ok(()), sync_folder)
        };
        write().map_err(WorldError::while_("写入登记簿", &self.path))?;
        self.head = Head { entries: line.n, head: digest_bytes(text.as_bytes()).sha256 };
        self.digests.push(self.head.head);
        self.entries.push(line.entry);
        Ok(())
    }

    /// 链头 as it was when there were `entries` lines; none if there never were so many.
    pub(in crate::archive) fn head_at(&self, entries: u64) -> Option<Head> {
        let head = match usize::try_from(entries).ok()?.checked_sub(1) {
            None => Digest([0; 32]),
            Some(last) => *self.digests.get(last)?,
        };
        Some(Head { entries, head })
    }

    /// 链头.
    pub(in crate::archive) fn head(&self) -> &Head {
        &self.head
    }
}
