//! 销毁: what leaves the store, what stays, and every moment at which it may be cut short.

use std::fs;
use std::path::{Path, PathBuf};

use super::{clock, files, record, records, spec};
use crate::archive::{Approval, BundleSpec, Destruction, Doomed, FixityPlan, Holding, Store, pack};
use crate::clock::Clock;
use crate::diag::Failure;
use crate::fixity::digest_bytes;
use crate::record::Record;
use crate::vocab::retention::Retention;

const GONE: &str = "Z109-WS·2025-D10-DCB-0004";

fn late() -> Clock {
    Clock::fixed("2036-03-01T08:00:00Z").unwrap()
}

fn approval() -> Approval {
    Approval {
        approval: "市档鉴〔2036〕1号".into(),
        organ: "甲市档案局".into(),
        approved_by: "赵六".into(),
        approved_on: "2036-02-20".into(),
        reason: "期满".into(),
        appraisers: vec!["王五".into()],
        supervisors: vec!["张三".into(), "李四".into()],
        list: "清册".into(),
    }
}

fn doomed(accession: &str) -> Doomed {
    Doomed {
        record: GONE.into(),
        bundle: "AJ-CQ-1".into(),
        accession: accession.into(),
        retention: Retention::Years10,
        until: "2035-12-31".into(),
    }
}

fn short(words: &str) -> Record {
    let mut one = record(4, "短期.txt", words.as_bytes());
    one.metadata.archival_code = GONE.into();
    one.metadata.retention = Retention::Years10;
    one
}

/// An archive whose first bundle, once corrected, has a record of ten years.
fn archive(dir: &Path) -> PathBuf {
    let (root, zip) = (dir.join("库"), dir.join("a.zip"));
    let mut store = Store::open(&root, true).unwrap();
    let mut take = |spec: &BundleSpec, more: Option<&str>| {
        let mut all = records();
        all.extend(more.map(short));
        pack(spec, &all, &[], &zip).unwrap();
        store.receive(&zip, &clock()).unwrap().receipt.unwrap();
    };
    take(&spec(), Some("只留十年的内容"));
    take(&BundleSpec { id: "AJ-CQ-2".into(), ..spec() }, None);
    take(&spec(), Some("只留十年的内容，更正"));
    root
}

fn destroy(root: &Path) -> Result<Destruction, Failure> {
    Store::open(root, false).unwrap().destroy(&approval(), &[doomed("2026-0003")], &late())
}

fn codes(root: &Path) -> Vec<String> {
    let health = Store::open_for_reading(root).unwrap().doctor().unwrap();
    health.findings.iter().map(|f| f.code.to_string()).collect()
}

fn everything(root: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut out = std::collections::BTreeMap::new();
    let mut todo = vec![root.to_path_buf()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.file_name().unwrap() != "lock" {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                out.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    out
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in everything(from) {
        let place = to.join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
}

fn held(root: &Path) -> Vec<Holding> {
    let mut out = Vec::new();
    Store::open_for_reading(root).unwrap().holdings(&mut |h| out.push(h)).unwrap();
    out
}

fn sound(root: &Path) -> bool {
    let store = Store::open_for_reading(root).unwrap();
    let mut told = Vec::new();
    let summary =
        store.check_fixity(&FixityPlan::default(), &late(), &mut |c| told.push(c)).unwrap();
    assert_eq!(summary.checked, 2);
    summary.damaged == 0
}

#[test]
fn destroyed_content_is_nowhere_and_everything_else_stays_proved() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    assert_eq!(codes(&root), Vec::<String>::new());
    let done = destroy(&root).unwrap();
    assert_eq!(done.number, "D2036-0001");
    for (name, bytes) in everything(&root) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("只留十年的内容"), "{name}");
        assert!(!name.contains("短期.txt"), "{name}");
    }
    assert_eq!(codes(&root), Vec::<String>::new());
    assert!(sound(&root));
    // What is known of it stays: metadata, digests, who approved.
    let stub =
        fs::read_to_string(root.join("store/AJ-CQ-1/v2/content/disposal/D2036-0001.json")).unwrap();
    let digest = digest_bytes("只留十年的内容，更正".as_bytes());
    for words in [digest.sha256.to_string(), digest.sm3.to_string(), "市档鉴〔2036〕1号".into()]
    {
        assert!(stub.contains(&words), "{words}\n{stub}");
    }
    assert_eq!(fs::read_to_string(root.join("disposals/D2036-0001.json")).unwrap(), stub);
    let gone: Vec<Holding> = held(&root).into_iter().filter(|h| h.destroyed.is_some()).collect();
    assert_eq!((gone.len(), gone[0].files), (1, 0));
    let store = Store::open_for_reading(&root).unwrap();
    let refused = store.retrieve(GONE, &dir.path().join("出")).unwrap_err();
    let Failure::No(list) = refused else { panic!("{refused:?}") };
    assert_eq!(list[0].code, "B-20");
    assert!(list[0].message.contains("2036-03-01") && list[0].message.contains("李四"));
    store.retrieve("AJ-CQ-1/doc-1", &dir.path().join("出")).unwrap();
    let accessions = store.accessions().unwrap();
    let kept = store.records(accessions.last().unwrap()).unwrap();
    assert!(kept.iter().any(|r| r.metadata.archival_code == GONE && r.files.is_empty()));
    // Twice is refused, and the archive goes on.
    let Failure::No(list) = destroy(&root).unwrap_err() else { panic!() };
    assert_eq!(list[0].code, "B-20");
    let zip = dir.path().join("b.zip");
    pack(&BundleSpec { id: "AJ-CQ-3".into(), ..spec() }, &records(), &[], &zip).unwrap();
    Store::open(&root, false).unwrap().receive(&zip, &late()).unwrap().receipt.unwrap();
    assert_eq!(codes(&root), Vec::<String>::new());
}

#[test]
fn inventories_hold_what_is_there_and_each_version_agrees_with_the_newest() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    destroy(&root).unwrap();
    let object = root.join("store/AJ-CQ-1");
    let read = |at: &str| -> serde_json::Value {
        serde_json::from_slice(&fs::read(object.join(at)).unwrap()).unwrap()
    };
    let (whole, first) = (read("inventory.json"), read("v1/inventory.json"));
    assert_eq!(whole, read("v2/inventory.json"));
    assert_eq!(
        (&first["head"], &first["versions"]["v1"]),
        (&"v1".into(), &whole["versions"]["v1"])
    );
    for inventory in [&whole, &first] {
        for version in inventory["versions"].as_object().unwrap().values() {
            for digest in version["state"].as_object().unwrap().keys() {
                assert!(inventory["manifest"].get(digest).is_some(), "{digest}");
            }
        }
        for (digest, paths) in inventory["manifest"].as_object().unwrap() {
            for path in paths.as_array().unwrap() {
                let bytes = fs::read(object.join(path.as_str().unwrap())).unwrap();
                assert_eq!(digest_bytes(&bytes).sha256.to_string(), *digest);
            }
        }
    }
}

#[test]
fn what_may_not_be_destroyed_is_refused_and_nothing_is_touched() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let before = everything(&root);
    let mut store = Store::open(&root, false).unwrap();
    let permanent = records()[0].metadata.archival_code.clone();
    for (wanted, why) in [
        (Doomed { record: permanent, ..doomed("2026-0003") }, "永久"),
        (Doomed { retention: Retention::Years30, ..doomed("2026-0003") }, "保管期限"),
        (doomed("2026-0001"), "取代"),
        (Doomed { record: "没有".into(), ..doomed("2026-0003") }, "没有电子文件"),
    ] {
        let refused = store.destroy(&approval(), &[doomed("2026-0003"), wanted], &late());
        let Failure::No(list) = refused.unwrap_err() else { panic!("{why}") };
        assert_eq!(list[0].code, "B-21");
        assert!(list[0].message.contains(why), "{}", list[0].message);
    }
    drop(store);
    assert_eq!(everything(&root), before);
}

#[test]
fn a_destruction_cut_short_at_any_step_is_carried_to_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let whole = dir.path().join("全");
    copy(&root, &whole);
    destroy(&whole).unwrap();
    let wanted = everything(&whole);
    let plan = fs::read(whole.join("disposals/D2036-0001.json")).unwrap();
    for step in 0..5 {
        let at = dir.path().join(format!("断{step}"));
        copy(&root, &at);
        let staging = at.join(".staging");
        fs::create_dir_all(staging.join("old")).unwrap();
        fs::write(staging.join("disposal.json"), &plan).unwrap();
        let (object, fresh) = (at.join("store/AJ-CQ-1"), staging.join("disposed/AJ-CQ-1"));
        match step {
            // Decided, nothing done.
            0 => {}
            // Half of the object made.
            1 => copy(&whole.join("store/AJ-CQ-1/v1"), &fresh.join("v1")),
            // The old one away, the new one not yet in its place.
            2 => {
                copy(&whole.join("store/AJ-CQ-1"), &fresh);
                fs::rename(&object, staging.join("old/AJ-CQ-1")).unwrap();
            }
            // Exchanged, the old one half removed.
            3 => {
                fs::rename(&object, staging.join("old/AJ-CQ-1")).unwrap();
                copy(&whole.join("store/AJ-CQ-1"), &object);
                fs::remove_dir_all(staging.join("old/AJ-CQ-1/v1")).unwrap();
            }
            // All but the chain's line.
            _ => {
                fs::remove_dir_all(&object).unwrap();
                copy(&whole.join("store/AJ-CQ-1"), &object);
                fs::create_dir_all(at.join("disposals")).unwrap();
                fs::write(at.join("disposals/D2036-0001.json"), &plan).unwrap();
            }
        }
        assert!(codes(&at).contains(&"B-22".to_owned()), "{step}");
        Store::open(&at, false).unwrap().mend().unwrap();
        assert_eq!(codes(&at), Vec::<String>::new(), "{step}");
        let found = everything(&at);
        assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{step}");
        assert_eq!(found, wanted, "{step}");
    }
}

#[test]
fn lists_and_chain_come_back_from_the_objects_and_changes_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    destroy(&root).unwrap();
    let before = everything(&root);
    fs::remove_dir_all(root.join("disposals")).unwrap();
    fs::remove_dir_all(root.join("register")).unwrap();
    drop(Store::rebuild(&root).unwrap());
    assert_eq!(everything(&root), before);
    let list = root.join("disposals/D2036-0001.json");
    let text = fs::read_to_string(&list).unwrap();
    fs::write(&list, text.replace("赵六", "赵七")).unwrap();
    assert_eq!(codes(&root), ["B-23"]);
    fs::write(&list, text).unwrap();
    // A file that nobody destroyed is missing all the same.
    let zip = dir.path().join("a.zip");
    let kept = files(&zip).into_keys().find(|p| p.ends_with("0001/正文.pdf")).unwrap();
    fs::remove_file(root.join("store/AJ-CQ-1/v2/content/AJ-CQ-1").join(kept)).unwrap();
    assert!(!sound(&root));
}
