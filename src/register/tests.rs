//! The register by itself: order, voids, doubles, the chain, foreign files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::{About, Register, State, audit, lines};
use crate::clock::Clock;
use crate::diag::{Diagnostic, Failure};
use crate::vocab::doc_number::DocNumber;

const WAIT: Duration = Duration::from_millis(50);

fn now() -> DateTime<Utc> {
    Clock::fixed("2026-11-24T08:00:00Z").unwrap().now()
}

fn at(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("登记簿.db")
}

fn on(day: &str) -> About {
    About { day: day.into(), ..About::default() }
}

fn of(document: &str) -> About {
    About { case: "CQ-1".into(), document: document.into(), ..on("2026-03-04") }
}

fn number(text: &str) -> DocNumber {
    DocNumber::parse(text).unwrap()
}

fn codes(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().map(|f| f.code.as_ref()).collect()
}

fn found(result: Result<impl Sized, Failure>) -> Vec<Diagnostic> {
    match result {
        Err(Failure::Rejected(list) | Failure::No(list)) => list,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("no failure"),
    }
}

#[test]
fn each_code_and_year_counts_from_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut register = Register::create(&at(&dir), WAIT).unwrap();
    let mut take = |code: &str, year| {
        register.take(code, year, About::default(), now()).unwrap().entry.number.to_string()
    };
    assert_eq!(take("甲办", 2026), "甲办〔2026〕1号");
    assert_eq!(take("甲办", 2026), "甲办〔2026〕2号");
    assert_eq!(take("甲办函", 2026), "甲办函〔2026〕1号");
    assert_eq!(take("甲办", 2027), "甲办〔2027〕1号");
    assert!(audit(&register.entries().unwrap(), None).is_empty());
}

#[test]
fn a_void_number_is_kept_and_never_given_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut register = Register::create(&at(&dir), WAIT).unwrap();
    let first = register.take("甲办", 2026, of("doc-1"), now()).unwrap().entry.number;
    let again = register.take("甲办", 2026, of("doc-1"), now()).unwrap();
    assert!(again.already && again.entry.number == first);
    register.void(&first, "重复取号", "王", now()).unwrap();
    assert_eq!(codes(&found(register.void(&first, "又", "王", now()))), ["N-08"]);
    assert_eq!(
        codes(&found(register.void(&number("甲办〔2026〕9号"), "无", "王", now()))),
        ["N-08"]
    );
    // The same document gets a new one, not the void one.
    let next = register.take("甲办", 2026, of("doc-1"), now()).unwrap();
    assert_eq!((next.already, next.entry.number.seq), (false, 2));
    // A void number is not entered again either.
    assert_eq!(codes(&found(register.enter(first, of("doc-1"), now()))), ["N-06"]);
    let entries = register.entries().unwrap();
    let all = lines(&entries);
    assert_eq!((all[0].state(), all[1].state()), (State::Void, State::Used));
    assert_eq!(all[0].void.as_ref().unwrap().reason, "重复取号");
    assert!(audit(&entries, None).is_empty(), "a void number is no gap");
}

#[test]
fn gaps_dates_and_years_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut register = Register::create(&at(&dir), WAIT).unwrap();
    register.enter(number("甲办〔2026〕3号"), on("2026-05-06"), now()).unwrap();
    register.enter(number("甲办〔2026〕7号"), on("2026-05-05"), now()).unwrap();
    register.take("甲办", 2026, on("2025-12-31"), now()).unwrap();
    let findings = audit(&register.entries().unwrap(), None);
    assert_eq!(codes(&findings), ["N-05", "N-07", "N-07"]);
    assert_eq!(findings[0].message, "甲办〔2026〕缺 5 个号：1—2、4—6");
    assert!(findings[1].message.starts_with("甲办〔2026〕7号 的成文日期 2026-05-05 早于"));
    assert!(findings[2].message.starts_with("甲办〔2026〕8号 的成文日期是 2025-12-31"));
}

#[test]
fn what_is_entered_twice_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut register = Register::create(&at(&dir), WAIT).unwrap();
    let one = || number("甲办〔2026〕1号");
    register.enter(one(), of("doc-1"), now()).unwrap();
    assert!(register.enter(one(), of("doc-1"), now()).unwrap().already);
    assert_eq!(codes(&found(register.enter(one(), of("doc-2"), now()))), ["N-06"]);
    assert_eq!(
        codes(&found(register.enter(number("甲办〔2026〕2号"), of("doc-1"), now()))),
        ["N-06"]
    );
    assert_eq!(register.entries().unwrap().len(), 1, "nothing of the refused is left");
}

/// A register of five entries and a connection that may do anything to it.
fn tampered(dir: &tempfile::TempDir, sql: &str) -> Register {
    let path = at(dir);
    let mut register = Register::create(&path, WAIT).unwrap();
    for day in ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"] {
        register.take("甲办", 2026, on(day), now()).unwrap();
    }
    let db = Connection::open(&path).unwrap();
    assert!(db.execute(sql, []).is_err(), "the register itself refuses: {sql}");
    db.execute_batch(
        "DROP TRIGGER kept_as_written; DROP TRIGGER kept_for_ever; DROP INDEX one_number",
    )
    .unwrap();
    db.execute(sql, []).unwrap();
    register
}

#[test]
fn every_tampering_breaks_the_chain() {
    for (sql, words) in [
        ("UPDATE entry SET title = '另一份' WHERE n = 2", "第2条（取号 甲办〔2026〕2号）的内容"),
        ("UPDATE entry SET day = '2026-03-09' WHERE n = 5", "第5条"),
        ("DELETE FROM entry WHERE n = 3", "第3条不见了"),
        ("UPDATE entry SET seq = 1 WHERE n = 4", "第4条"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let findings = audit(&tampered(&dir, sql).entries().unwrap(), None);
        assert_eq!(findings[0].code, "N-04", "{sql}");
        assert!(findings[0].message.contains(words), "{sql}: {}", findings[0].message);
        let doubled = findings.iter().any(|f| f.code == "N-06");
        assert_eq!(doubled, sql.contains("seq = 1"), "{sql}");
    }
}

#[test]
fn a_cut_off_end_is_seen_by_a_digest_that_was_kept() {
    let dir = tempfile::tempdir().unwrap();
    let register = tampered(&dir, "DELETE FROM entry WHERE n = 5");
    let entries = register.entries().unwrap();
    assert!(audit(&entries, None).is_empty(), "the chain alone cannot see it");
    assert!(audit(&entries, Some(&entries[3].digest)).is_empty());
    let kept = "0".repeat(64);
    assert_eq!(codes(&audit(&entries, Some(&kept))), ["N-04"]);
}

#[test]
fn the_digest_can_be_made_by_others() {
    let dir = tempfile::tempdir().unwrap();
    let mut register = Register::create(&at(&dir), WAIT).unwrap();
    let about = About { title: "关于“试”的通知".into(), by: "王".into(), ..of("doc-1") };
    let entry = register.take("甲办", 2026, about, now()).unwrap().entry;
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let text = format!(
        "[1,\"取号\",\"甲办\",2026,1,\"CQ-1\",\"doc-1\",\"关于“试”的通知\",\"2026-03-04\",\"王\",\"\",\"\",\"\",\
         \"2026-11-24T08:00:00Z\",\"{empty}\"]"
    );
    let digest = crate::fixity::digest_bytes(text.as_bytes()).sha256.to_string();
    assert_eq!(entry.digest, digest);
}

#[test]
fn what_is_no_register_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let code = |path: &Path| codes(&found(Register::open(path, WAIT))).join(",");
    let text = dir.path().join("text");
    std::fs::write(&text, "序号 文号\n".repeat(400)).unwrap();
    assert_eq!(code(&text), "N-01");
    let empty = dir.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    assert_eq!(code(&empty), "N-01");
    let other = dir.path().join("other");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE entry (n)").unwrap();
    assert_eq!(code(&other), "N-01");
    let path = at(&dir);
    drop(Register::create(&path, WAIT).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 3).unwrap();
    assert_eq!(code(&path), "N-02");
    assert!(matches!(Register::open(&dir.path().join("none"), WAIT), Err(Failure::Usage(_))));
    assert!(!dir.path().join("none").exists(), "a slip of the pen makes no second register");
    assert!(matches!(Register::create(&path, WAIT), Err(Failure::Usage(_))));
    assert!(matches!(
        Register::create(&dir.path().join("none/register"), WAIT),
        Err(Failure::World(_))
    ));
}

#[test]
fn a_damaged_page_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = at(&dir);
    let mut register = Register::create(&path, WAIT).unwrap();
    for _ in 0..200 {
        register.take("甲办", 2026, About::default(), now()).unwrap();
    }
    drop(register);
    let mut bytes = std::fs::read(&path).unwrap();
    let from = bytes.len() / 2;
    bytes[from..from + 4096].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let register = Register::open(&path, WAIT).unwrap();
    let told = match register.damage() {
        Ok(words) => words.is_some(),
        Err(Failure::Rejected(list)) => codes(&list) == ["N-01"],
        Err(other) => panic!("{other:?}"),
    };
    assert!(told);
}

#[test]
fn one_who_waits_too_long_is_told_and_takes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = at(&dir);
    let mut register = Register::create(&path, WAIT).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = register.take("甲办", 2026, About::default(), now());
    assert!(matches!(refused, Err(Failure::Locked(_))), "{refused:?}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(register.take("甲办", 2026, About::default(), now()).unwrap().entry.number.seq, 1);
}

#[test]
fn of_many_who_create_at_once_one_does() {
    let dir = tempfile::tempdir().unwrap();
    let path = at(&dir);
    // What a broken-off creation leaves is in nobody's way.
    std::fs::write(&path, "").unwrap();
    let wait = Duration::from_secs(20);
    let made = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| Register::create(&path, wait))).collect();
        all.into_iter().map(|t| t.join().unwrap()).filter(Result::is_ok).count()
    });
    assert_eq!(made, 1);
    let mut register = Register::open(&path, WAIT).unwrap();
    assert_eq!(register.take("甲办", 2026, About::default(), now()).unwrap().entry.number.seq, 1);
    assert!(matches!(Register::open(dir.path(), WAIT), Err(Failure::World(_))));
    assert!(matches!(Register::create(dir.path(), WAIT), Err(Failure::Usage(_))));
}
