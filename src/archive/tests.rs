//! A bundle packed, inspected, spoiled in every way, received.

mod disposal;
mod handover;
mod parts;
mod signatures;
mod signed_store;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{
    BundleSpec, Depth, ExtraFile, Inspection, Outcome, ReturnTerms, Store, Trust, pack, verify,
};
use crate::clock::Clock;
use crate::container::{Source, write_zip};
use crate::diag::Failure;
use crate::fixity::digest_bytes;
use crate::record::{Content, FileRole, Metadata, Record, RecordFile};
use crate::vocab::{retention::Retention, secrecy::Secrecy};

pub(super) fn record(n: u32, name: &str, bytes: &[u8]) -> Record {
    Record {
        metadata: Metadata {
            id: format!("doc-{n}"),
            archival_code: format!("Z109-WS·2025-Y-DCB-{n:04}"),
            title: format!("关于第{n}件<试验>&“引号”的通知"),
            responsible: "甲市办公室".into(),
            document_number: Some(format!("甲办〔2025〕{n}号")),
            date: "2025-03-04".into(),
            secrecy: Secrecy::Internal,
            retention: Retention::Permanent,
            kind: "试".into(),
            genre: "通知".into(),
            pages: 2,
            recipients: vec!["乙区政府".into()],
            copies: Vec::new(),
            signer: None,
            openness: None,
            case_id: "CQ-1".into(),
            case_title: "某区督察".into(),
            stage: None,
            districts: Vec::new(),
            note: None,
            layout: None,
            provenance: None,
        },
        files: vec![RecordFile {
            role: FileRole::Main,
            name: name.into(),
            media_type: if Path::new(name).extension().is_some_and(|e| e == "pdf") {
                "application/pdf"
            } else {
                "text/plain; charset=utf-8"
            }
            .into(),
            pages: Some(2),
            digests: digest_bytes(bytes),
            content: Content::Memory(bytes.into()),
        }],
    }
}

pub(super) fn spec() -> BundleSpec {
    BundleSpec {
        id: "AJ-CQ-1".into(),
        case_id: "CQ-1".into(),
        case_title: "某区督察".into(),
        sender: "甲市第一督察组".into(),
        receiver: "甲市办公室".into(),
        date: "2025-07-10".into(),
        illustrative: false,
        fonds_number: "Z109".into(),
        fonds_name: "甲市局".into(),
        category: "WS".into(),
        unit: "DCB".into(),
        year: 2025,
        software: "anjuan 试".into(),
        absent: Vec::new(),
        handover: None,
        part: None,
    }
}

pub(super) fn records() -> Vec<Record> {
    vec![
        record(1, "正文.pdf", b"%PDF-1.7 one %%EOF\n"),
        record(2, "正文.pdf", b"%PDF-1.7 two %%EOF\n"),
        record(3, "现场记录.txt", "现场发现管网缺陷。".as_bytes()),
    ]
}

pub(super) fn sample(dir: &Path) -> PathBuf {
    let out = dir.join("a.zip");
    let extra =
        ExtraFile { path: "目录/归档文件目录.json".into(), bytes: b"{}".as_slice().into() };
    pack(&spec(), &records(), &[extra], &out).unwrap();
    out
}

pub(super) fn faults(inspection: &Inspection) -> Vec<(String, Vec<String>)> {
    inspection
        .checks
        .iter()
        .filter(|c| matches!(c.outcome, Outcome::Fail | Outcome::Warn))
        .map(|c| (c.id.to_owned(), c.evidence.iter().map(|e| e.path.clone()).collect()))
        .collect()
}

#[test]
fn a_good_bundle_passes_every_check() {
    let dir = tempfile::tempdir().unwrap();
    let inspection = verify(&sample(dir.path()), Depth::Full).unwrap();
    assert_eq!(faults(&inspection), vec![]);
    assert!(inspection.accepted);
    assert!(inspection.checks.len() >= 30, "{}", inspection.checks.len());
}

#[test]
fn the_order_of_records_makes_no_difference() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a.zip"), dir.path().join("b.zip"));
    let mut turned = records();
    turned.reverse();
    pack(&spec(), &records(), &[], &a).unwrap();
    pack(&spec(), &turned, &[], &b).unwrap();
    assert_eq!(std::fs::read(a).unwrap(), std::fs::read(b).unwrap());
}

/// The files of the sample by path within the bag.
pub(super) fn files(zip: &Path) -> BTreeMap<String, Vec<u8>> {
    let reader = super::reader::open(zip).unwrap().ok().unwrap();
    reader.files().map(|(p, _)| (p.to_owned(), reader.small(p, u64::MAX).unwrap())).collect()
}

pub(super) fn rewrite(zip: &Path, files: &BTreeMap<String, Vec<u8>>) {
    let entries = files
        .iter()
        .map(|(p, b)| (format!("AJ-CQ-1/{p}"), Source::Memory(b.as_slice().into())))
        .collect();
    write_zip(zip, &entries).unwrap();
}

/// Recomputes all digests, so that only meaning can betray a change.
pub(super) fn redo(files: &mut BTreeMap<String, Vec<u8>>) {
    use super::bag;
    let sums = |files: &BTreeMap<String, Vec<u8>>, want: &dyn Fn(&str) -> bool, sm3: bool| {
        let lines = files
            .iter()
            .filter(|(p, _)| want(p))
            .map(|(p, b)| {
                let d = digest_bytes(b);
                (p.clone(), if sm3 { d.sm3 } else { d.sha256 })
            })
            .collect();
        bag::sums(&lines).into_bytes()
    };
    let manifest = sums(files, &|p| p.starts_with("data/"), false);
    files.insert(bag::MANIFEST.into(), manifest);
    files.remove(bag::TAG_MANIFEST);
    files.remove(bag::SM3_SUMS);
    let sm3 = sums(files, &|_| true, true);
    files.insert(bag::SM3_SUMS.into(), sm3);
    let tags = sums(files, &|p| !p.starts_with("data/"), false);
    files.insert(bag::TAG_MANIFEST.into(), tags);
}

const FIRST: &str = "data/Z109/WS/2025/Z109-WS·2025-Y-DCB-0001/正文.pdf";
const SECOND: &str = "data/Z109/WS/2025/Z109-WS·2025-Y-DCB-0002/正文.pdf";
const META: &str = "data/Z109/WS/2025/Z109-WS·2025-Y-DCB-0001/电子档案元数据.XML";

type Mutation =
    (&'static str, fn(&mut BTreeMap<String, Vec<u8>>), &'static [&'static str], &'static str);

#[test]
fn every_change_is_found_and_its_file_named() {
    let dir = tempfile::tempdir().unwrap();
    let zip = sample(dir.path());
    let good = files(&zip);
    let mutations: [Mutation; 13] = [
        ("flip", |f| f.get_mut(FIRST).unwrap()[9] ^= 1, &["Z1", "Z10"], FIRST),
        ("flip tag", |f| f.get_mut("bag-info.txt").unwrap()[3] ^= 1, &["Z1"], "bag-info.txt"),
        ("remove", |f| drop(f.remove(FIRST)), &["Z1", "W12"], FIRST),
        (
            "add",
            |f| drop(f.insert("data/其他/多.txt".into(), b"x".to_vec())),
            &["W12"],
            "data/其他/多.txt",
        ),
        (
            "rename",
            |f| {
                let b = f.remove(FIRST).unwrap();
                f.insert(FIRST.replace("正文", "副本"), b);
            },
            &["Z1", "W12"],
            FIRST,
        ),
        (
            "swap",
            |f| {
                let (a, b) = (f[FIRST].clone(), f[SECOND].clone());
                f.insert(FIRST.into(), b);
                f.insert(SECOND.into(), a);
            },
            &["Z1"],
            SECOND,
        ),
        (
            "edit manifest",
            |f| {
                let m = String::from_utf8(f["manifest-sha256.txt"].clone()).unwrap();
                f.insert("manifest-sha256.txt".into(), m.replacen('a', "b", 1).into_bytes());
            },
            &["Z1"],
            "manifest-sha256.txt",
        ),
        (
            "edit sm3 list",
            |f| {
                let m = String::from_utf8(f["metadata/sm3sums.txt"].clone()).unwrap();
                f.insert(
                    "metadata/sm3sums.txt".into(),
                    m.lines().skip(1).collect::<Vec<_>>().join("\n").into_bytes(),
                );
            },
            &["Z1"],
            "metadata/sm3sums.txt",
        ),
        (
            "other content, digests redone",
            |f| {
                f.insert(FIRST.into(), b"%PDF-1.7 forged %%EOF\n".to_vec());
                redo(f);
            },
            &["Z10"],
            FIRST,
        ),
        (
            "metadata without 密级, digests redone",
            |f| {
                let m = String::from_utf8(f[META].clone()).unwrap();
                f.insert(META.into(), m.replace("<密级>内部</密级>", "").into_bytes());
                redo(f);
            },
            &["Z11", "W3"],
            META,
        ),
        (
            "title changed in the catalogue, digests redone",
            |f| {
                let m = String::from_utf8(f["data/目录文件.XML"].clone()).unwrap();
                f.insert(
                    "data/目录文件.XML".into(),
                    m.replacen("关于第1件", "关于第9件", 1).into_bytes(),
                );
                redo(f);
            },
            &["Z5"],
            "data/目录文件.XML",
        ),
        (
            "DTD, digests redone",
            |f| {
                let m = String::from_utf8(f[META].clone()).unwrap();
                let m = m.replacen("?>", "?><!DOCTYPE a [<!ENTITY x \"y\">]>", 1);
                f.insert(META.into(), m.into_bytes());
                redo(f);
            },
            &["K1"],
            META,
        ),
        (
            "a program beside the files, digests redone",
            |f| {
                f.insert("data/其他/setup.exe".into(), b"MZ".to_vec());
                redo(f);
            },
            &["S3"],
            "data/其他/setup.exe",
        ),
    ];
    for (name, change, checks, file) in mutations {
        let mut spoiled = good.clone();
        change(&mut spoiled);
        rewrite(&zip, &spoiled);
        let inspection = verify(&zip, Depth::Full).unwrap();
        assert!(!inspection.accepted, "{name}");
        let found = faults(&inspection);
        for check in checks {
            assert!(found.iter().any(|(id, _)| id == check), "{name}: {check} in {found:#?}");
        }
        assert!(
            found.iter().any(|(_, paths)| paths.iter().any(|p| p.contains(file))),
            "{name}: {found:#?}"
        );
    }
}

#[test]
fn all_bad_files_are_named_never_only_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let zip = sample(dir.path());
    let mut spoiled = files(&zip);
    spoiled.get_mut(FIRST).unwrap()[9] ^= 1;
    spoiled.get_mut(SECOND).unwrap()[9] ^= 1;
    rewrite(&zip, &spoiled);
    let found = faults(&verify(&zip, Depth::Full).unwrap());
    let (_, paths) = found.iter().find(|(id, _)| id == "Z1").unwrap();
    assert!(paths.contains(&FIRST.to_owned()) && paths.contains(&SECOND.to_owned()), "{paths:?}");
}

#[test]
fn what_may_not_be_packed_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("a.zip");
    let mut secret = records();
    secret[0].metadata.secrecy = Secrecy::Secret;
    assert!(matches!(pack(&spec(), &secret, &[], &out), Err(Failure::Refused(_))));
    let mut bad = records();
    bad[0].metadata.archival_code = "X".into();
    bad[1].files[0].name = "a/../b.pdf".into();
    let Err(Failure::Rejected(list)) = pack(&spec(), &bad, &[], &out) else { panic!() };
    assert_eq!(list.len(), 2);
    // Two files of one name, and one named as the metadata: neither may take the other's place.
    let mut twice = records();
    let mut again = twice[0].files[0].clone();
    again.name = again.name.to_uppercase();
    twice[0].files.push(again);
    twice[1].files[0].name = "电子档案元数据.xml".into();
    let Err(Failure::Rejected(list)) = pack(&spec(), &twice, &[], &out) else { panic!() };
    assert_eq!(list.len(), 2, "{list:?}");
    assert!(!out.exists());
}

pub(super) fn clock() -> Clock {
    Clock::fixed("2026-11-24T08:00:00Z").unwrap()
}

#[test]
fn receiving_is_idempotent_and_a_correction_is_a_new_version() {
    let dir = tempfile::tempdir().unwrap();
    let zip = sample(dir.path());
    let archive = dir.path().join("库");
    assert!(matches!(Store::open(&archive, false), Err(Failure::NoArchive(_))));
    let mut store = Store::open(&archive, true).unwrap();
    let first = store.receive(&zip, &clock()).unwrap().receipt.unwrap();
    let again = store.receive(&zip, &clock()).unwrap().receipt.unwrap();
    assert_eq!((first.accession.as_str(), first.already), ("2026-0001", false));
    assert_eq!((again.accession.as_str(), again.already), ("2026-0001", true));
    let mut more = records();
    more.push(record(4, "补充.txt", "补充材料".as_bytes()));
    pack(&spec(), &more, &[], &zip).unwrap();
    let corrected = store.receive(&zip, &clock()).unwrap().receipt.unwrap();
    let page = std::fs::read_to_string(&corrected.path).unwrap();
    let schema = include_str!("../../archive-schema/dat93-bagit/receipt.schema.json");
    let judge = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let page: serde_json::Value = serde_json::from_str(&page).unwrap();
    let faults: Vec<String> = judge.iter_errors(&page).map(|e| e.to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(corrected.accession, "2026-0002");
    let accessions = store.accessions().unwrap();
    assert_eq!(accessions.iter().map(|a| a.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(store.records(&accessions[0]).unwrap().len(), 3);
    let stored = store.records(&accessions[1]).unwrap();
    assert_eq!(stored.len(), 4);
    assert_eq!(std::fs::read_to_string(&stored[3].files[0].path).unwrap(), "补充材料");
    assert!(archive.join("store/0=ocfl_1.1").is_file());
    assert!(archive.join("store/AJ-CQ-1/0=ocfl_object_1.1").is_file());
    assert!(!archive.join(".staging").exists());
}

#[test]
fn two_writers_do_not_meet() {
    let dir = tempfile::tempdir().unwrap();
    let archive = dir.path().join("库");
    let _first = Store::open(&archive, true).unwrap();
    assert!(matches!(Store::open(&archive, true), Err(Failure::Locked(_))));
}

#[test]
fn illustrative_and_real_data_do_not_mix() {
    let dir = tempfile::tempdir().unwrap();
    let archive = dir.path().join("库");
    let mut store = Store::open(&archive, true).unwrap();
    store.receive(&sample(dir.path()), &clock()).unwrap();
    let zip = dir.path().join("b.zip");
    let illustrative = BundleSpec { illustrative: true, id: "AJ-2".into(), ..spec() };
    pack(&illustrative, &records(), &[], &zip).unwrap();
    assert!(matches!(store.receive(&zip, &clock()), Err(Failure::Refused(_))));
}

#[test]
fn a_register_that_was_edited_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let archive = dir.path().join("库");
    let zip = sample(dir.path());
    let mut store = Store::open(&archive, true).unwrap();
    store.receive(&zip, &clock()).unwrap();
    pack(&spec(), &records()[..2], &[], &zip).unwrap();
    store.receive(&zip, &clock()).unwrap();
    let path = archive.join("register/events.ndjson");
    let text = std::fs::read_to_string(&path).unwrap();
    // A line cut short by a crash was never acknowledged: it goes.
    std::fs::write(&path, format!("{text}{{\"seq\":3")).unwrap();
    drop(store);
    let store = Store::open(&archive, false).unwrap();
    assert_eq!(store.accessions().unwrap().len(), 2);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    // A line changed later is a broken chain.
    std::fs::write(&path, text.replacen("甲市第一督察组", "甲市第二督察组", 1)).unwrap();
    let Err(Failure::World(error)) = store.accessions() else { panic!() };
    assert!(error.to_string().contains("第 2 行"), "{error}");
}

#[test]
fn a_bundle_of_another_program_is_not_received() {
    let dir = tempfile::tempdir().unwrap();
    let bag = dir.path().join("bag");
    std::fs::create_dir_all(bag.join("data")).unwrap();
    let line = format!("{}  data/a.txt\n", digest_bytes(b"abc").sha256);
    for (name, text) in [
        ("bagit.txt", super::bag::DECLARATION_TEXT),
        ("manifest-sha256.txt", line.as_str()),
        ("data/a.txt", "abc"),
    ] {
        std::fs::write(bag.join(name), text).unwrap();
    }
    let zip = dir.path().join("bag.zip");
    let entries = ["bagit.txt", "manifest-sha256.txt", "data/a.txt"]
        .map(|n| (format!("bag/{n}"), Source::File(bag.join(n))));
    write_zip(&zip, &entries.into_iter().collect()).unwrap();
    assert!(verify(&zip, Depth::Full).unwrap().accepted);
    let mut store = Store::open(&dir.path().join("库"), true).unwrap();
    let reception = store.receive(&zip, &clock()).unwrap();
    assert!(reception.receipt.is_none() && !reception.inspection.accepted);
    // It can be given back without a reason of one's own.
    let terms = ReturnTerms { reason: "", by: "王五", key: None, trust: Trust::nobody() };
    let back = store.give_back(&zip, &terms, &clock()).unwrap();
    assert!(back.body.slip().contains("S7"));
}
