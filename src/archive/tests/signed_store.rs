//! What is signed, numbered and given back, in the archive: looked over, lost, made again, judged by the other program.

use std::fs;
use std::path::Path;

use super::handover::Desk;
use super::signatures::{day, key};
use super::{clock, files, rewrite, sample};
use crate::archive::oracle::{plain_bag, python, theirs};
use crate::archive::{Depth, How, Outcome, ReturnTerms, Role, Store, Trust, sign, verify};
use crate::diag::Failure;
use crate::keys::Algorithm;

const EVENTS: &str = "register/events.ndjson";
const RETURNS: &str = "register/returns.ndjson";

fn codes(root: &Path) -> Vec<String> {
    let health = Store::open_for_reading(root).unwrap().doctor().unwrap();
    let codes = health.findings.iter().map(|f| f.code.to_string());
    // That the desk has the archive open.
    codes.filter(|c| c != "B-16").collect()
}

/// Two bundles received, the first receipt countersigned and kept, one bundle given back.
fn desk() -> Desk {
    let mut desk = Desk::new();
    let one = desk.hand("AJ-CQ-1", 3);
    let (_, _, mut receipt) = desk.take(&one);
    receipt.sign(Role::Sender, &desk.sender).unwrap();
    desk.store.keep_receipt(&receipt, "2026-0001").unwrap();
    let two = desk.hand("AJ-CQ-2", 2);
    desk.take(&two);
    let bad = desk.path("bad.zip");
    let mut spoiled = files(&two);
    spoiled.retain(|path, _| !path.ends_with("premis.xml"));
    rewrite(&bad, &spoiled);
    let terms = ReturnTerms { reason: "", by: "王五", key: None, trust: Trust::nobody() };
    desk.store.give_back(&bad, &terms, &clock()).unwrap();
    desk
}

#[test]
fn signed_receipts_and_numbers_come_back_from_the_store_alone() {
    let desk = desk();
    let root = desk.path("archive");
    assert_eq!(codes(&root), Vec::<String>::new());
    drop(desk.store);
    let names = [
        EVENTS,
        "receipts/2026-0001.json",
        "receipts/2026-0001.signed.json",
        "receipts/2026-0002.signed.json",
    ];
    let before = names.map(|name| fs::read(root.join(name)).unwrap());
    names.iter().for_each(|name| fs::remove_file(root.join(name)).unwrap());
    let found = codes(&root);
    assert!(found.contains(&"B-04".to_owned()) && found.contains(&"B-07".to_owned()), "{found:?}");
    let (store, rebuilt) = Store::rebuild(&root).unwrap();
    assert_eq!((rebuilt.accessions, rebuilt.receipts), (2, 3));
    assert_eq!(before, names.map(|name| fs::read(root.join(name)).unwrap()));
    let accessions = store.accessions().unwrap();
    let marks: Vec<_> = accessions.iter().map(|a| a.handover.unwrap()).collect();
    assert_eq!((marks[0].sequence, marks[1].sequence), (1, 2));
    assert_eq!(marks[1].previous, accessions[0].tagmanifest);
    assert_eq!(codes(&root), Vec::<String>::new());
}

#[test]
fn damage_to_what_was_signed_or_given_back_is_told() {
    let desk = desk();
    let root = desk.path("archive");
    let with = |path: &str, change: &dyn Fn(&Path)| {
        let at = root.join(path);
        let before = fs::read(&at).ok();
        change(&at);
        let found = codes(&root);
        before.map_or_else(|| fs::remove_file(&at), |b| fs::write(&at, b)).unwrap();
        found
    };
    let gone = |at: &Path| fs::remove_file(at).unwrap();
    let touched = |at: &Path| {
        let mut bytes = fs::read(at).unwrap();
        bytes[10] ^= 1;
        fs::write(at, bytes).unwrap();
    };
    assert_eq!(with("receipts/2026-0001.signed.json", &gone), ["B-07"]);
    assert_eq!(with("receipts/2026-0001.signed.json", &touched), ["B-08"]);
    assert_eq!(with("receipts/T2026-0001.json", &gone), ["B-07"]);
    assert_eq!(with("receipts/T2026-0007.json", &|at| fs::write(at, "{}").unwrap()), ["B-03"]);
    assert_eq!(with(RETURNS, &touched), ["H-07"]);
    // An end that a crash cut is told and left alone by who only looks.
    let torn = |at: &Path| {
        let text = fs::read_to_string(at).unwrap() + "{\"n\":2,";
        fs::write(at, text).unwrap();
    };
    let before = fs::read(root.join(RETURNS)).unwrap();
    torn(&root.join(RETURNS));
    assert_eq!(codes(&root), ["B-02"]);
    assert!(fs::read(root.join(RETURNS)).unwrap().len() > before.len());
    drop(desk.store);
    Store::open(&root, false).unwrap().mend().unwrap();
    assert_eq!(fs::read(root.join(RETURNS)).unwrap(), before);
    assert_eq!(codes(&root), Vec::<String>::new());
}

#[test]
fn an_archive_that_has_only_given_back_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let (root, rubbish, zip) =
        (dir.path().join("库"), dir.path().join("c.zip"), sample(dir.path()));
    fs::write(&rubbish, b"PK").unwrap();
    assert!(matches!(Store::open(&root, false), Err(Failure::NoArchive(_))));
    let terms = ReturnTerms { reason: "", by: "王五", key: None, trust: Trust::nobody() };
    let mut store = Store::open(&root, true).unwrap();
    store.give_back(&rubbish, &terms, &clock()).unwrap();
    drop(store);
    assert_eq!(codes(&root), Vec::<String>::new());
    let mut store = Store::open(&root, false).unwrap();
    let terms = ReturnTerms { reason: "移交范围与通知不符", ..terms };
    assert_eq!(store.give_back(&zip, &terms, &clock()).unwrap().body.number, "T2026-0002");
    assert!(store.receive(&rubbish, &clock()).unwrap().receipt.is_none());
}

#[test]
fn a_signature_that_is_required_is_not_found_in_packages_of_others() {
    let dir = tempfile::tempdir().unwrap();
    let bag = plain_bag(dir.path(), &["sha256"]);
    assert!(verify(&bag, Depth::Full).unwrap().accepted);
    let trust = Trust { ring: None, today: day("2026-11-24"), required: true };
    for depth in [Depth::Full, Depth::Quick] {
        let told = verify(&bag, How { depth, trust }).unwrap();
        let z2 = told.checks.iter().find(|c| c.id == "Z2").unwrap();
        assert!(!told.accepted && z2.outcome == Outcome::Fail, "{told:?}");
    }
}

#[test]
fn the_verifier_in_python_takes_signed_and_numbered_bundles_as_they_are() {
    let mut desk = Desk::new();
    let plain = sample(desk.dir());
    let signed = desk.path("signed.zip");
    sign(&plain, &signed, &key(Algorithm::Ed25519, 5)).unwrap();
    let numbered = desk.hand("AJ-CQ-1", 3);
    let said = python(&[plain, signed, numbered]);
    let found: Vec<_> = said.iter().map(theirs).collect();
    assert_eq!(found[0], found[1]);
    assert!(
        !found[2].iter().any(|(c, _)| ["Z1", "W10", "W12"].contains(&c.as_str())),
        "{:?}",
        found[2]
    );
}

#[test]
fn without_a_signature_that_is_required_nothing_is_taken_in() {
    let dir = tempfile::tempdir().unwrap();
    let zip = sample(dir.path());
    let mut store = Store::open(&dir.path().join("库"), true).unwrap();
    let trust = Trust { ring: None, today: day("2026-11-24"), required: true };
    let told = store.receive_by(&zip, &clock(), &trust, Some(&key(Algorithm::Sm2, 6))).unwrap();
    assert!(told.receipt.is_none() && store.accessions().unwrap().is_empty());
    let slip = ReturnTerms { reason: "", by: "王五", key: None, trust: Trust::nobody() };
    assert!(matches!(store.give_back(&zip, &slip, &clock()), Err(Failure::Usage(_))));
}
