//! 移交登记簿: the sender's book. What was handed over, what came back for it; entries are added, never changed.

use std::fs::File;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Mark;
use super::chain::{Chain, Head};
use crate::container::create_folder;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::Digest;

/// 事项.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// A bundle was made to be handed over.
    #[serde(rename = "移交")]
    Handed,
    /// The receiver's receipt was checked and countersigned.
    #[serde(rename = "回执")]
    Receipt,
    /// The receiver gave the bundle back.
    #[serde(rename = "退回")]
    Returned,
    /// A bundle that never left the house.
    #[serde(rename = "作废")]
    Void,
}

impl Act {
    /// For people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Handed => "移交",
            Self::Receipt => "回执",
            Self::Returned => "退回",
            Self::Void => "作废",
        }
    }
}

/// 移交登记: one entry of the sender's book. Absent words are empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// 事项.
    pub act: Act,
    /// When it was entered, RFC 3339.
    pub at: String,
    /// 移交单位.
    pub sender: String,
    /// 接收单位.
    pub receiver: String,
    /// 第几次 and what came before.
    #[serde(flatten)]
    pub mark: Mark,
    /// 归档包编号.
    pub bundle: String,
    /// 移交日期.
    pub date: String,
    /// SHA-256 of the bundle's tag manifest.
    pub tagmanifest: Digest,
    /// 接收号 or 退回号.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// The receiver's register, as its receipt tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<Head>,
    /// SHA-256 of the receipt's or return's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Digest>,
    /// 事由.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// 移交登记簿, held by one process at a time.
#[derive(Debug)]
pub struct Book {
    chain: Chain<Entry>,
    /// The system frees it when the process ends, however it ends.
    _lock: File,
}

impl Book {
    /// Opens the book in the folder `root`; makes it if `create`.
    ///
    /// # Errors
    /// [`Failure::Usage`] if there is none, [`Failure::Locked`], H-07 for a broken chain, the world's errors.
    pub fn open(root: &Path, create: bool) -> Result<Self, Failure> {
        let path = root.join("book.ndjson");
        if !create && !path.is_file() {
            return Err(Failure::Usage(format!(
                "{} 里没有移交登记簿；核对 --book",
                root.display()
            )));
        }
        create_folder(root)?;
        let lock_path = root.join("lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(WorldError::while_("打开锁文件", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(Failure::Locked(path)),
            Err(std::fs::TryLockError::Error(e)) => {
                return Err(WorldError::while_("锁定移交登记簿", &lock_path)(e).into());
            }
        }
        Ok(Self { chain: Chain::open(&path)?, _lock: lock })
    }

    /// Every entry, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.chain.entries
    }

    /// 链头.
    #[must_use]
    pub fn head(&self) -> &Head {
        self.chain.head()
    }

    /// Hand-overs of `sender` to `receiver` that were not made void, in order.
    pub(super) fn handed<'a>(
        &'a self,
        sender: &'a str,
        receiver: &'a str,
    ) -> impl Iterator<Item = &'a Entry> {
        let all = self.entries().iter().enumerate().filter(move |(at, e)| {
            e.act == Act::Handed
                && e.sender == sender
                && e.receiver == receiver
                && self.answer_after(*at, e).is_none_or(|a| a.act != Act::Void)
        });
        all.map(|(_, e)| e)
    }

    /// What came of the hand-over `of`, if anything did.
    #[must_use]
    pub fn answer(&self, of: &Entry) -> Option<&Entry> {
        let at = self.entries().iter().rposition(|e| e == of)?;
        self.answer_after(at, of)
    }

    /// The last word on the hand-over at `at`. One made void and then made again is another hand-over.
    fn answer_after(&self, at: usize, of: &Entry) -> Option<&Entry> {
        let same = |e: &&Entry| e.tagmanifest == of.tagmanifest && e.mark == of.mark;
        let after = self.entries().get(at + 1..).unwrap_or_default();
        let until = after.iter().filter(same).take_while(|e| e.act != Act::Handed);
        until.last()
    }

    /// The hand-over of the bundle with this tag manifest.
    #[must_use]
    pub fn find(&self, tagmanifest: &Digest) -> Option<&Entry> {
        self.entries().iter().rev().find(|e| e.act == Act::Handed && e.tagmanifest == *tagmanifest)
    }

    /// The hand-over that the next bundle of `sender` to `receiver` is.
    pub(super) fn next(&self, sender: &str, receiver: &str) -> Mark {
        let book = Some(*self.head());
        match self.handed(sender, receiver).last() {
            Some(last) => {
                let previous = Some(last.tagmanifest);
                Mark { sequence: last.mark.sequence + 1, previous, book }
            }
            None => Mark { sequence: 1, previous: None, book },
        }
    }

    /// Enters `entry`; it is on the disk when this returns.
    pub(super) fn enter(&mut self, entry: Entry) -> Result<(), Failure> {
        self.chain.append(entry)
    }

    /// 作废 of the last hand-over of `sender` to `receiver`, which never left the house.
    ///
    /// # Errors
    /// [`Failure::No`] with H-08 if there is none, or if the receiver has answered it.
    pub fn void(
        &mut self,
        sender: &str,
        receiver: &str,
        reason: &str,
        at: &str,
    ) -> Result<Entry, Failure> {
        let none = |words: String| Failure::No(vec![Diagnostic::error("H-08", words)]);
        let last = self.handed(sender, receiver).last().cloned();
        let last = last.ok_or_else(|| none(format!("没有{sender}向{receiver}的移交可以作废")))?;
        if let Some(answer) = self.answer(&last) {
            let words = format!(
                "第 {} 次移交已有{}（{}），不能作废",
                last.mark.sequence,
                answer.act.word(),
                answer.number
            );
            return Err(none(words));
        }
        let entry = Entry { act: Act::Void, at: at.into(), reason: reason.into(), ..last };
        self.enter(entry.clone())?;
        Ok(entry)
    }

    /// Whether the book once stood at `told`, and still holds all that it held then.
    #[must_use]
    pub fn stood_at(&self, told: &Head) -> bool {
        self.chain.head_at(told.entries).as_ref() == Some(told)
    }

    /// Hand-overs whose bundles tell another past than the book now has: it was rewritten since.
    fn rewritten(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        let handed = self.entries().iter().filter(|e| e.act == Act::Handed);
        handed.filter(|e| e.mark.book.is_some_and(|told| !self.stood_at(&told))).map(|e| {
            let words = format!(
                "第 {} 次移交（{}）打包时移交登记簿的校验值与现在的不同，此前的登记被改写过",
                e.mark.sequence, e.bundle
            );
            Diagnostic::error("H-07", words)
                .hint("停止使用，用备份和接收方的回执（回执上有打包时的校验值）核对恢复。")
        })
    }

    /// What the book itself shows to be wrong: a past that was rewritten, and hand-overs that nobody answered since a later one was.
    #[must_use]
    pub fn open_ends(&self) -> Vec<Diagnostic> {
        let mut out: Vec<Diagnostic> = self.rewritten().collect();
        for entry in self.entries().iter().filter(|e| e.act == Act::Handed) {
            if self.answer(entry).is_some() {
                continue;
            }
            let later = self
                .handed(&entry.sender, &entry.receiver)
                .any(|e| e.mark.sequence > entry.mark.sequence && self.answer(e).is_some());
            if later {
                let words = format!(
                    "第 {} 次移交（{}，{} → {}）没有回执，后面的已有",
                    entry.mark.sequence, entry.bundle, entry.sender, entry.receiver
                );
                out.push(
                    Diagnostic::warning("H-01", words)
                        .hint("请向接收方查询；没有交出的用 anjuan handover void 登记作废。"),
                );
            }
        }
        out
    }
}
