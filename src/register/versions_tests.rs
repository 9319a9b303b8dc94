//! Versions in the register: their files, the proof that they are there, and registers from before there were any.

#![cfg(test)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::{About, Act, Line, Made, Register, audit, lines};
use crate::clock::Clock;
use crate::diag::Failure;
use crate::vocab::doc_number::DocNumber;

const WAIT: Duration = Duration::from_millis(50);

/// The tables as the program wrote them before there were versions.
const BEFORE: &str = "
CREATE TABLE entry (
  n INTEGER PRIMARY KEY CHECK (n > 0),
  act TEXT NOT NULL CHECK (act IN ('取号', '补登', '作废', '印发')),
  code TEXT NOT NULL CHECK (code <> ''),
  year INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  case_id TEXT NOT NULL,
  document TEXT NOT NULL,
  title TEXT NOT NULL,
  day TEXT NOT NULL,
  by TEXT NOT NULL,
  reason TEXT NOT NULL,
  data TEXT NOT NULL,
  template TEXT NOT NULL,
  at TEXT NOT NULL,
  prev TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_number ON entry (code, year, seq) WHERE act IN ('取号', '补登');
CREATE UNIQUE INDEX one_void ON entry (code, year, seq) WHERE act = '作废';
CREATE UNIQUE INDEX one_issue ON entry (code, year, seq) WHERE act = '印发';
CREATE INDEX of_document ON entry (case_id, document);
CREATE TRIGGER kept_as_written BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, '登记的条目不得改动'); END;
CREATE TRIGGER kept_for_ever BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, '登记的条目不得删除'); END;
";

fn now() -> DateTime<Utc> {
    Clock::fixed("2026-11-24T08:00:00Z").unwrap().now()
}

fn at(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("登记簿.db")
}

fn about(reason: &str) -> About {
    About {
        case: "CQ-1".into(),
        document: "doc-1".into(),
        day: "2026-03-04".into(),
        by: "王".into(),
        reason: reason.into(),
        ..About::default()
    }
}

fn made(pdf: &[u8]) -> Made {
    let files = [("pdf", pdf), ("txt", b"text".as_slice())];
    let files = files.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).into();
    Made { data: "d".into(), template: "t".into(), files }
}

fn line(register: &Register) -> Line {
    lines(&register.entries().unwrap()).remove(0)
}

/// A register with one document in two versions, and its number.
fn two(path: &Path) -> (Register, DocNumber) {
    let mut register = Register::create(path, WAIT).unwrap();
    let number = register.take("甲办", 2026, about(""), now()).unwrap().entry.number;
    let first = register.issue(&number, about(""), &made(b"one"), now()).unwrap();
    assert!(!first.already);
    let last = first.entry.digest;
    register.revise(&number, about("日期写错"), &made(b"two"), &last, now()).unwrap();
    (register, number)
}

#[test]
fn every_version_comes_out_as_it_went_in() {
    let dir = tempfile::tempdir().unwrap();
    let (mut register, number) = two(&at(&dir));
    // Issued again: what is there stays.
    assert!(register.issue(&number, about(""), &made(b"three"), now()).unwrap().already);
    drop(register);
    let register = Register::open(&at(&dir), WAIT).unwrap();
    let line = line(&register);
    let all = line.versions();
    let told: Vec<_> =
        all.iter().map(|v| (v.number, v.entry.act, v.entry.reason.as_str())).collect();
    assert_eq!(told, [(1, Act::Issue, ""), (2, Act::Revise, "日期写错")]);
    let file = |n: usize, name| register.file(all[n].entry, name).unwrap();
    assert_eq!(file(0, "pdf").unwrap(), b"one");
    assert_eq!(file(1, "pdf").unwrap(), b"two");
    assert_eq!(file(1, "txt").unwrap(), b"text");
    assert_eq!(file(1, "json"), None);
    let entries = register.entries().unwrap();
    assert!(audit(&entries, None).is_empty());
    assert!(register.audit_kept(&entries).unwrap().is_empty());
    let blobs: i64 =
        register.db.query_row("SELECT count(*) FROM blob", [], |row| row.get(0)).unwrap();
    assert_eq!(blobs, 3, "the same text is kept once");
}

#[test]
fn a_version_is_made_against_the_last_one() {
    let dir = tempfile::tempdir().unwrap();
    let (mut register, number) = two(&at(&dir));
    let first = line(&register).issue.unwrap().digest;
    let late = register.revise(&number, about("又"), &made(b"x"), &first, now());
    assert!(matches!(&late, Err(Failure::No(list)) if list[0].code == "N-15"), "{late:?}");
    let last = line(&register).revisions[0].digest.clone();
    register.void(&number, "不发了", "王", now()).unwrap();
    let void = register.revise(&number, about("又"), &made(b"x"), &last, now());
    assert!(matches!(&void, Err(Failure::No(_))), "{void:?}");
    assert_eq!(register.entries().unwrap().len(), 4);
}

#[test]
fn files_that_are_gone_or_changed_are_told() {
    for (sql, words) in [
        ("DELETE FROM blob WHERE bytes = CAST('one' AS BLOB)", "pdf）不见了"),
        (
            "UPDATE blob SET bytes = CAST('own' AS BLOB) WHERE bytes = CAST('one' AS BLOB)",
            "pdf）与登记的校验值不符",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (register, number) = two(&at(&dir));
        let db = Connection::open(at(&dir)).unwrap();
        assert!(db.execute(sql, []).is_err(), "the register itself refuses: {sql}");
        db.execute_batch("DROP TRIGGER blob_kept_as_written; DROP TRIGGER blob_kept_for_ever")
            .unwrap();
        assert_eq!(db.execute(sql, []).unwrap(), 1);
        let entries = register.entries().unwrap();
        assert!(audit(&entries, None).is_empty(), "the entries are as they were");
        let found = register.audit_kept(&entries).unwrap();
        assert_eq!((found.len(), found[0].code.as_ref()), (1, "N-14"));
        assert!(found[0].message.contains(words) && found[0].message.contains(&number.to_string()));
        let line = line(&register);
        let bytes = register.file(line.versions()[0].entry, "pdf");
        assert!(matches!(&bytes, Err(Failure::Rejected(list)) if list[0].code == "N-14"));
    }
}

#[test]
fn what_an_entry_keeps_is_bound_into_the_chain() {
    let dir = tempfile::tempdir().unwrap();
    let (register, _) = two(&at(&dir));
    let db = Connection::open(at(&dir)).unwrap();
    db.execute_batch("DROP TRIGGER kept_as_written; UPDATE entry SET kept = '' WHERE n = 2")
        .unwrap();
    assert_eq!(audit(&register.entries().unwrap(), None)[0].code, "N-04");
}

#[test]
fn a_register_from_before_opens_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = at(&dir);
    // Entries as that program wrote them: their digests have no field for files.
    let (register, number) = two(&dir.path().join("other"));
    let entries = register.entries().unwrap();
    let db = Connection::open(&path).unwrap();
    db.execute_batch(BEFORE).unwrap();
    db.pragma_update(None, "application_id", 0x414A_4657).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    let mut old = entries[1].clone();
    old.kept.clear();
    old.digest = old.seal();
    for e in [&entries[0], &old] {
        db.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rusqlite::params![
                e.n,
                e.act.word(),
                e.number.code,
                e.number.year,
                e.number.seq,
                e.case,
                e.document,
                e.title,
                e.day,
                e.by,
                e.reason,
                e.data,
                e.template,
                e.at,
                e.prev,
                e.digest
            ],
        )
        .unwrap();
    }
    drop(db);
    // Several at once: one brings it up to date.
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| Register::open(&path, Duration::from_secs(20)).unwrap());
        }
    });
    let mut register = Register::open(&path, WAIT).unwrap();
    let all = register.entries().unwrap();
    assert_eq!(all, [entries[0].clone(), old.clone()]);
    assert!(audit(&all, Some(&old.digest)).is_empty(), "no digest has changed");
    assert!(register.audit_kept(&all).unwrap().is_empty());
    assert_eq!(register.file(&all[1], "pdf").unwrap(), None);
    register.revise(&number, about("改"), &made(b"two"), &old.digest, now()).unwrap();
    assert_eq!(register.take("甲办", 2026, About::default(), now()).unwrap().entry.number.seq, 2);
    assert_eq!(line(&register).versions().len(), 2);
    assert!(audit(&register.entries().unwrap(), None).is_empty());
    let db = Connection::open(&path).unwrap();
    assert!(db.execute("DELETE FROM entry", []).is_err(), "the guards are there again");
    assert!(db.execute("UPDATE entry SET title = 'x'", []).is_err());
}
