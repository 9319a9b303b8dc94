//! 取号、补登、作废、印发: each one transaction that locks the register from its first statement on.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, TransactionBehavior};

use super::entry::{Act, Entry, Kept};
use super::fault::fault;
use super::kept::Made;
use super::store::{Register, append, select};
use crate::diag::{Diagnostic, Failure};
use crate::vocab::doc_number::DocNumber;

/// What a number is for. Absent words are empty.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// 项目编号 of the case.
    pub case: String,
    /// 标识 of the document in its case.
    pub document: String,
    /// 标题.
    pub title: String,
    /// 成文日期, ISO 8601.
    pub day: String,
    /// 经办人.
    pub by: String,
    /// 事由.
    pub reason: String,
}

/// 取号的结果.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The entry with which the number began.
    pub entry: Entry,
    /// Whether it had been taken before, for the same document.
    pub already: bool,
}

impl Register {
    /// Takes the next number of `code` and `year`. For a document that has a number that is not void, gives that one.
    ///
    /// # Errors
    /// [`Failure::Locked`], the world's errors; nothing is taken then.
    pub fn take(
        &mut self,
        code: &str,
        year: u64,
        about: About,
        now: DateTime<Utc>,
    ) -> Result<Taken, Failure> {
        self.within("取号", |db| {
            if let Some(entry) = of_document(db, &about.case, &about.document)? {
                return Ok(Ok(Taken { entry, already: true }));
            }
            let number = DocNumber { code: code.to_owned(), year, seq: last(db, code, year)? + 1 };
            let entry = append(db, fresh(Act::Take, number, about, now))?;
            Ok(Ok(Taken { entry, already: false }))
        })
    }

    /// Enters a number that was given elsewhere. What is there already for the same document is left alone.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with N-06 if the number stands for something else, or the document has another one;
    /// [`Failure::Locked`], the world's errors.
    pub fn enter(
        &mut self,
        number: DocNumber,
        about: About,
        now: DateTime<Utc>,
    ) -> Result<Taken, Failure> {
        self.within("补登", |db| {
            let same = |e: &Entry| {
                !about.document.is_empty() && e.case == about.case && e.document == about.document
            };
            if let Some(there) = begun(db, &number)? {
                if same(&there) && voided(db, &number)?.is_none() {
                    return Ok(Ok(Taken { entry: there, already: true }));
                }
                return Ok(Err(Failure::Rejected(vec![taken_already(&there)])));
            }
            if let Some(other) = of_document(db, &about.case, &about.document)? {
                let finding = Diagnostic::error(
                    "N-06",
                    format!(
                        "{} {} 已登记为 {}，不能再登记为 {number}",
                        about.case, about.document, other.number
                    ),
                );
                let hint = format!(
                    "核对哪一个是对的；登记错了的先作废：anjuan number void {}",
                    other.number
                );
                return Ok(Err(Failure::Rejected(vec![finding.hint(hint)])));
            }
            let entry = append(db, fresh(Act::Enter, number, about, now))?;
            Ok(Ok(Taken { entry, already: false }))
        })
    }

    /// Makes a number void, with the reason. It is never given again.
    ///
    /// # Errors
    /// [`Failure::No`] with N-08 if the number is not in the register, or void already; [`Failure::Locked`], the world's
    /// errors.
    pub fn void(
        &mut self,
        number: &DocNumber,
        reason: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Entry, Failure> {
        self.within("作废", |db| {
            let Some(first) = begun(db, number)? else {
                let finding = Diagnostic::error("N-08", format!("登记簿里没有 {number}"));
                let hint = "核对号码；用过而没有登记的，先补登（anjuan number enter），再作废。";
                return Ok(Err(Failure::No(vec![finding.hint(hint)])));
            };
            if let Some(there) = voided(db, number)? {
                let finding = Diagnostic::error(
                    "N-08",
                    format!("{number} 已经作废（{}，{}）", day_of(&there.at), there.reason),
                );
                return Ok(Err(Failure::No(vec![
                    finding.hint("作废的号不再使用，也不必再作废。"),
                ])));
            }
            let about = About {
                case: first.case,
                document: first.document,
                title: first.title,
                day: first.day,
                by: by.to_owned(),
                reason: reason.to_owned(),
            };
            Ok(Ok(append(db, fresh(Act::Void, number.clone(), about, now))?))
        })
    }

    /// Fixes what an issued document was made of, and keeps its files. Once: what is there is left alone.
    ///
    /// # Errors
    /// [`Failure::Locked`], the world's errors; nothing is kept then.
    pub fn issue(
        &mut self,
        number: &DocNumber,
        about: About,
        made: &Made,
        now: DateTime<Utc>,
    ) -> Result<Taken, Failure> {
        self.within("登记印发", |db| {
            let there = named(db, number, Act::Issue)?;
            if let Some(entry) = there {
                return Ok(Ok(Taken { entry, already: true }));
            }
            let entry = made.entered(db, fresh(Act::Issue, number.clone(), about, now))?;
            Ok(Ok(Taken { entry, already: false }))
        })
    }

    /// 更正: a new version under the same number. `last` is the digest of the version that it was made against.
    ///
    /// # Errors
    /// [`Failure::No`] with N-15 if another version was entered meanwhile, [`Failure::Locked`], the world's errors.
    pub fn revise(
        &mut self,
        number: &DocNumber,
        about: About,
        made: &Made,
        last: &str,
        now: DateTime<Utc>,
    ) -> Result<Entry, Failure> {
        self.within("登记更正", |db| {
            let sql = "code = ? AND year = ? AND seq = ? AND act <> '取号'";
            let there = select(db, sql, rusqlite::params![number.code, number.year, number.seq])?;
            match there.last() {
                Some(entry) if entry.digest == last && entry.act != Act::Void => {}
                _ => {
                    let words = format!("{number} 在此期间另有登记");
                    let finding = Diagnostic::error("N-15", words);
                    let hint = "看它现在有哪几版（anjuan number show），再决定是否更正。";
                    return Ok(Err(Failure::No(vec![finding.hint(hint)])));
                }
            }
            Ok(Ok(made.entered(db, fresh(Act::Revise, number.clone(), about, now))?))
        })
    }

    /// The entry with which the number of a document began, if it has one that is not void.
    ///
    /// # Errors
    /// [`Failure::Locked`], the world's errors.
    pub fn number_of(&self, case: &str, document: &str) -> Result<Option<Entry>, Failure> {
        of_document(&self.db, case, document).map_err(fault("读取登记簿", &self.path))
    }

    /// The number that would be taken next.
    ///
    /// # Errors
    /// [`Failure::Locked`], the world's errors.
    pub fn next(&self, code: &str, year: u64) -> Result<DocNumber, Failure> {
        let seq = last(&self.db, code, year).map_err(fault("读取登记簿", &self.path))? + 1;
        Ok(DocNumber { code: code.to_owned(), year, seq })
    }

    /// Does something while no other process can take or enter.
    ///
    /// # Errors
    /// What `deed` reports; [`Failure::Locked`], the world's errors.
    pub fn alone<T>(&mut self, deed: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        self.within("锁定登记簿", |_| Ok(deed()))
    }

    /// One transaction; the register is locked before anything is read, so that what was read still holds when it is
    /// written.
    fn within<T>(
        &mut self,
        doing: &'static str,
        deed: impl FnOnce(&Connection) -> rusqlite::Result<Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let path = self.path.clone();
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate);
        let tx = tx.map_err(fault(doing, &path))?;
        let out = deed(&tx).map_err(fault(doing, &path))??;
        tx.commit().map_err(fault(doing, &path))?;
        Ok(out)
    }
}

fn fresh(act: Act, number: DocNumber, about: About, now: DateTime<Utc>) -> Entry {
    let About { case, document, title, day, by, reason } = about;
    Entry {
        n: 0,
        act,
        number,
        case,
        document,
        title,
        day,
        by,
        reason,
        data: String::new(),
        template: String::new(),
        at: now.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        prev: String::new(),
        kept: Kept::new(),
        digest: String::new(),
    }
}

fn last(db: &Connection, code: &str, year: u64) -> rusqlite::Result<u64> {
    let mut found = db.prepare(
        "SELECT coalesce(max(seq), 0) FROM entry WHERE code = ? AND year = ? AND act IN ('取号', '补登')",
    )?;
    found.query_row(rusqlite::params![code, year], |row| row.get(0))
}

fn named(db: &Connection, number: &DocNumber, act: Act) -> rusqlite::Result<Option<Entry>> {
    let found = select(
        db,
        "code = ? AND year = ? AND seq = ? AND act = ?",
        rusqlite::params![number.code, number.year, number.seq, act.word()],
    )?;
    Ok(found.into_iter().next())
}

fn begun(db: &Connection, number: &DocNumber) -> rusqlite::Result<Option<Entry>> {
    Ok(named(db, number, Act::Take)?.or(named(db, number, Act::Enter)?))
}

fn voided(db: &Connection, number: &DocNumber) -> rusqlite::Result<Option<Entry>> {
    named(db, number, Act::Void)
}

fn of_document(db: &Connection, case: &str, document: &str) -> rusqlite::Result<Option<Entry>> {
    if document.is_empty() {
        return Ok(None);
    }
    let found = select(
        db,
        "case_id = ? AND document = ? AND act IN ('取号', '补登')",
        rusqlite::params![case, document],
    )?;
    for entry in found {
        if voided(db, &entry.number)?.is_none() {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

fn taken_already(there: &Entry) -> Diagnostic {
    let whose = match (there.title.as_str(), there.document.as_str()) {
        ("", "") => "另一份公文".to_owned(),
        ("", document) => format!("{} {document}", there.case),
        (title, _) => format!("“{title}”"),
    };
    let message = format!("{} 已由{whose}使用（{}登记）", there.number, day_of(&there.at));
    Diagnostic::error("N-06", message).hint("一份公文一个文号：核对两份公文，改正其中一份的文号。")
}

/// 2026-11-24 of 2026-11-24T08:00:00Z.
fn day_of(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}
