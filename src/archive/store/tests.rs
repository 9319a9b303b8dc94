//! The store looked over, spoiled, mended, made again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::recheck::FixitySummary;
use super::{FixityPlan, ObjectCheck, Sample, Store};
use crate::archive::tests::{record, records, spec};
use crate::archive::{BundleSpec, pack};
use crate::clock::Clock;
use crate::diag::Failure;

pub(super) fn at(time: &str) -> Clock {
    Clock::fixed(time).unwrap()
}

/// An archive with three accessions: two bundles, the first of them corrected later.
pub(super) fn archive(dir: &Path) -> PathBuf {
    let root = dir.join("库");
    let zip = dir.join("a.zip");
    let mut store = Store::open(&root, true).unwrap();
    let mut take = |spec: &BundleSpec, more: bool, time: &str| {
        let mut all = records();
        if more {
            all.push(record(4, "补充.txt", "补充材料".as_bytes()));
        }
        pack(spec, &all, &[], &zip).unwrap();
        store.receive(&zip, &at(time)).unwrap().receipt.unwrap()
    };
    take(&spec(), false, "2025-12-30T08:00:00Z");
    take(&BundleSpec { id: "AJ-CQ-2".into(), ..spec() }, false, "2025-12-31T08:00:00Z");
    take(&spec(), true, "2026-01-01T08:00:00Z");
    root
}

/// Every file under `root` but locks, by path.
pub(super) fn everything(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
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

fn codes(root: &Path) -> Vec<String> {
    let health = Store::open_for_reading(root).unwrap().doctor().unwrap();
    health.findings.iter().map(|f| f.code.to_string()).collect()
}

fn fixity(root: &Path, plan: &FixityPlan, time: &str) -> (FixitySummary, Vec<ObjectCheck>) {
    let mut checks = Vec::new();
    let store = Store::open_for_reading(root).unwrap();
    let summary = store.check_fixity(plan, &at(time), &mut |c| checks.push(c)).unwrap();
    (summary, checks)
}

#[test]
fn numbers_run_within_a_year_and_a_healthy_archive_has_no_findings() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let store = Store::open_for_reading(&root).unwrap();
    let accessions = store.accessions().unwrap();
    let numbers: Vec<&str> = accessions.iter().map(|a| a.number.as_str()).collect();
    assert_eq!(numbers, ["2025-0001", "2025-0002", "2026-0001"]);
    assert_eq!(accessions[2].version, 2);
    let health = store.doctor().unwrap();
    assert!(health.findings.is_empty(), "{:#?}", health.findings);
    assert_eq!((health.objects, health.accessions), (2, 3));
    // Only the register's end is read for what is new.
    assert_eq!(store.reached().unwrap(), (3, "2026-0001".to_owned()));
    for (n, last, new) in
        [(0, "", 3), (1, "2025-0001", 2), (2, "2025-0002", 1), (3, "2026-0001", 0)]
    {
        assert_eq!(store.since(n, last).unwrap().unwrap(), accessions[3 - new..], "{n}");
    }
    assert_eq!(store.since(2, "2025-0009").unwrap(), None);
    assert_eq!(store.since(4, "2026-0002").unwrap(), None);
}

#[test]
fn a_clock_that_goes_back_gives_no_number_twice() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let zip = dir.path().join("a.zip");
    pack(&BundleSpec { id: "AJ-3".into(), ..spec() }, &records(), &[], &zip).unwrap();
    let mut store = Store::open(&root, false).unwrap();
    let receipt = store.receive(&zip, &at("2025-12-31T09:00:00Z")).unwrap().receipt.unwrap();
    assert_eq!(receipt.accession, "2025-0003");
}

/// What is derived goes; what the objects carry brings it back, byte for byte.
#[test]
fn register_and_receipts_come_back_from_the_store_alone() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let before = everything(&root);
    fs::remove_dir_all(root.join("register")).unwrap();
    fs::remove_dir_all(root.join("receipts")).unwrap();
    fs::remove_file(root.join("archive.json")).unwrap();
    let (_, rebuilt) = Store::rebuild(&root).unwrap();
    assert_eq!((rebuilt.accessions, rebuilt.receipts, rebuilt.register), (3, 3, true));
    assert_eq!(everything(&root), before);
    // Again: nothing to do.
    let (_, rebuilt) = Store::rebuild(&root).unwrap();
    assert_eq!((rebuilt.receipts, rebuilt.register), (0, false));
    assert_eq!(everything(&root), before);
}

#[test]
fn a_register_that_was_changed_is_kept_aside_and_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let before = everything(&root);
    let path = root.join("register/events.ndjson");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("甲市第一督察组", "甲市第二督察组", 1)).unwrap();
    assert_eq!(codes(&root), ["B-06", "B-06"]);
    let (_, rebuilt) = Store::rebuild(&root).unwrap();
    let kept = rebuilt.kept.unwrap();
    assert!(fs::read_to_string(root.join("register").join(&kept)).unwrap().contains("第二督察组"));
    let mut after = everything(&root);
    after.remove(&format!("register/{kept}")).unwrap();
    assert_eq!(after, before);
    assert_eq!(codes(&root), Vec::<String>::new());
}

#[test]
fn what_the_store_cannot_say_is_not_thrown_away() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    fs::rename(root.join("store/AJ-CQ-2"), dir.path().join("away")).unwrap();
    let before = everything(&root);
    // The register knows of an object that is gone: it is whole, nothing changes.
    assert_eq!(codes(&root), ["B-05"]);
    Store::rebuild(&root).unwrap();
    assert_eq!(everything(&root), before);
    // Without the register the chain has a gap.
    fs::remove_file(root.join("register/events.ndjson")).unwrap();
    let Err(Failure::No(list)) = Store::rebuild(&root) else { panic!() };
    assert_eq!(list[0].code, "B-05");
    assert!(!root.join("register/events.ndjson").exists());
}

type Spoil = (&'static str, fn(&Path), &'static [&'static str], bool);

/// Each kind of damage has its code; what can be mended without loss is mended to the very bytes.
#[test]
fn every_kind_of_damage_is_told_and_what_loses_nothing_is_mended() {
    const EVENTS: &str = "register/events.ndjson";
    const FILE: &str = "store/AJ-CQ-2/v1/content/AJ-CQ-2/bag-info.txt";
    let spoils: [Spoil; 16] = [
        (
            "unfinished",
            |r| fs::write(r.join("receipts/.anjuan-x.tmp"), "x").unwrap(),
            &["B-02"],
            true,
        ),
        (
            "unfinished in an object",
            |r| fs::write(r.join("store/AJ-CQ-2/.anjuan-x.tmp"), "x").unwrap(),
            &["B-02"],
            true,
        ),
        (
            "staging",
            |r| {
                fs::create_dir_all(r.join(".staging/v9")).unwrap();
            },
            &["B-02"],
            true,
        ),
        ("torn line", |r| append(&r.join(EVENTS), "{\"seq\":"), &["B-02"], true),
        (
            "receipt gone",
            |r| fs::remove_file(r.join("receipts/2025-0002.json")).unwrap(),
            &["B-07"],
            true,
        ),
        ("register gone", |r| fs::remove_file(r.join(EVENTS)).unwrap(), &["B-04"], true),
        (
            "register's end gone",
            |r| {
                let text = fs::read_to_string(r.join(EVENTS)).unwrap();
                let keep: String = text.lines().take(2).map(|l| format!("{l}\n")).collect();
                fs::write(r.join(EVENTS), keep).unwrap();
            },
            &["B-04"],
            true,
        ),
        (
            "sidecar",
            |r| fs::write(r.join("store/AJ-CQ-2/inventory.json.sha256"), "x").unwrap(),
            &["B-09"],
            true,
        ),
        (
            "inventory gone",
            |r| fs::remove_file(r.join("store/AJ-CQ-1/inventory.json")).unwrap(),
            &["B-09"],
            true,
        ),
        ("stray", |r| fs::write(r.join("store/说明.txt"), "x").unwrap(), &["B-03"], false),
        (
            "stray in the archive",
            |r| fs::write(r.join("Thumbs.db"), "x").unwrap(),
            &["B-03"],
            false,
        ),
        ("receipt changed", |r| append(&r.join("receipts/2025-0002.json"), " "), &["B-08"], false),
        ("file gone", |r| fs::remove_file(r.join(FILE)).unwrap(), &["B-11"], false),
        (
            "file more",
            |r| fs::write(r.join("store/AJ-CQ-2/v1/content/x"), "x").unwrap(),
            &["B-12"],
            false,
        ),
        (
            "link",
            |r| {
                fs::remove_file(r.join(FILE)).unwrap();
                std::os::unix::fs::symlink("/etc/passwd", r.join(FILE)).unwrap();
            },
            &["B-11", "B-12"],
            false,
        ),
        (
            "description",
            |r| {
                fs::write(
                    r.join("archive.json"),
                    "{\"format\":\"anjuan-archive/9\",\"test\":false}",
                )
                .unwrap();
            },
            &["B-17"],
            false,
        ),
    ];
    let dir = tempfile::tempdir().unwrap();
    let good = archive(dir.path());
    let before = everything(&good);
    for (name, spoil, expected, mends) in spoils {
        let root = dir.path().join("坏");
        let _ = fs::remove_dir_all(&root);
        copy(&good, &root);
        spoil(&root);
        let found = codes(&root);
        for code in expected {
            assert!(found.iter().any(|c| c == code), "{name}: {found:?}");
        }
        let spoiled = everything(&root);
        assert_eq!(codes(&root), found, "{name}: looking changed something");
        assert_eq!(everything(&root), spoiled, "{name}: looking changed something");
        if let Ok(mut store) = Store::open(&root, false) {
            store.mend().unwrap();
        }
        if mends {
            assert_eq!(everything(&root), before, "{name}");
            assert_eq!(codes(&root), Vec::<String>::new(), "{name}");
        } else {
            assert_eq!(codes(&root), found, "{name}: mended what people must decide");
        }
    }
}

fn append(path: &Path, text: &str) {
    let old = fs::read_to_string(path).unwrap();
    fs::write(path, old + text).unwrap();
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in everything(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_flipped_bit_anywhere_in_the_store_is_found_with_its_path() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let (summary, checks) = fixity(&root, &FixityPlan::default(), "2026-02-01T00:00:00Z");
    assert!(checks.iter().all(|c| c.sound), "{checks:#?}");
    assert_eq!((summary.objects, summary.checked, summary.damaged, summary.never), (2, 2, 0, 0));
    let files: Vec<PathBuf> = everything(&root.join("store"))
        .into_keys()
        .filter(|name| name.starts_with("AJ-") && !name.ends_with(".sha256"))
        .map(|name| root.join("store").join(name))
        .collect();
    assert!(files.len() > 40);
    for path in files.into_iter().step_by(4) {
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 0x10;
        fs::write(&path, &bad).unwrap();
        let (summary, checks) = fixity(&root, &FixityPlan::default(), "2026-02-01T00:00:00Z");
        assert_eq!(summary.damaged, 1, "{}", path.display());
        let findings = checks.iter().flat_map(|c| &c.findings);
        let name = path.display().to_string();
        // A damaged inventory is told by its object's folder or by itself.
        let named = findings.clone().any(|f| {
            f.cell.as_ref().is_some_and(|c| name.starts_with(&c.file) || c.file.starts_with(&name))
        });
        assert!(named, "{name}: {:#?}", findings.collect::<Vec<_>>());
        fs::write(&path, &good).unwrap();
    }
}

/// Someone who changes a file and redoes every list of the store is betrayed by the digests of the ZIP received.
#[test]
fn forged_lists_do_not_hide_a_changed_file() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let object = root.join("store/AJ-CQ-2");
    let name = "v1/content/AJ-CQ-2/data/Z109/WS/2025/Z109-WS·2025-Y-DCB-0003/现场记录.txt";
    let old = crate::fixity::digest_bytes(&fs::read(object.join(name)).unwrap()).sha256.to_string();
    fs::write(object.join(name), "现场没有发现缺陷。").unwrap();
    let new = crate::fixity::digest_bytes(&fs::read(object.join(name)).unwrap()).sha256.to_string();
    let list = fs::read_to_string(object.join("inventory.json")).unwrap().replace(&old, &new);
    for folder in [object.clone(), object.join("v1")] {
        fs::write(folder.join("inventory.json"), &list).unwrap();
        let sidecar = super::inventory::sidecar(list.as_bytes());
        fs::write(folder.join("inventory.json.sha256"), sidecar).unwrap();
    }
    assert_eq!(codes(&root), Vec::<String>::new());
    let (_, checks) = fixity(&root, &FixityPlan::default(), "2026-02-01T00:00:00Z");
    let found: Vec<_> = checks.iter().flat_map(|c| &c.findings).map(|f| &*f.code).collect();
    assert_eq!(found, ["B-13"]);
}

#[test]
fn partial_runs_cover_everything_in_turn() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let zip = dir.path().join("a.zip");
    let mut store = Store::open(&root, false).unwrap();
    for n in 3..8 {
        pack(&BundleSpec { id: format!("AJ-CQ-{n}"), ..spec() }, &records(), &[], &zip).unwrap();
        store.receive(&zip, &at("2026-01-02T00:00:00Z")).unwrap();
    }
    let plan = FixityPlan { sample: Some(Sample::Count(3)), ..FixityPlan::default() };
    let mut seen = Vec::new();
    for day in 1..=3 {
        let (summary, checks) = fixity(&root, &plan, &format!("2026-02-0{day}T00:00:00Z"));
        assert_eq!(summary.checked, 3);
        seen.extend(checks.into_iter().map(|c| c.object));
    }
    // Seven objects: two runs and a bit, then from the beginning.
    let mut first: Vec<_> = seen[..7].to_vec();
    first.sort();
    first.dedup();
    assert_eq!(first.len(), 7);
    assert_eq!(seen[7..], seen[..2]);
    let older = FixityPlan { older_than: Some(1), ..FixityPlan::default() };
    let (summary, _) = fixity(&root, &older, "2026-02-03T12:00:00Z");
    assert_eq!(summary.checked, 4);
    let lot = |seed: &str| {
        let sample = Some(Sample::Percent(30));
        let plan = FixityPlan { sample, seed: Some(seed.into()), older_than: None };
        let (_, checks) = fixity(&root, &plan, "2026-02-04T00:00:00Z");
        checks.into_iter().map(|c| c.object).collect::<Vec<_>>()
    };
    assert_eq!(lot("一"), lot("一"));
    assert_eq!(lot("一").len(), 3);
    assert!(["二", "三", "四"].iter().any(|s| lot(s) != lot("一")));
    // The journal does not grow without end, and a line cut short by a crash does no harm.
    let journal = root.join("fixity/checks.ndjson");
    for _ in 0..20 {
        fixity(&root, &FixityPlan::default(), "2026-02-05T00:00:00Z");
    }
    let text = fs::read_to_string(&journal).unwrap();
    assert!(text.lines().count() <= 64, "{}", text.lines().count());
    fs::write(&journal, &text[..text.len() - 20]).unwrap();
    let (summary, _) = fixity(&root, &FixityPlan::default(), "2026-02-06T00:00:00Z");
    assert_eq!((summary.checked, summary.never), (7, 0));
}

#[test]
fn two_checks_do_not_meet() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let store = Store::open_for_reading(&root).unwrap();
    let _journal = super::journal::Journal::open(&store).unwrap();
    let second =
        store.check_fixity(&FixityPlan::default(), &at("2026-02-01T00:00:00Z"), &mut |_| {});
    assert!(matches!(second, Err(Failure::Locked(_))));
}

/// `ANJUAN_BUNDLES=1` makes them anew, after a change of the format and never else.
#[test]
fn bundles_that_were_handed_over_once_are_received_for_ever() {
    let from = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bundles"));
    if std::env::var_os("ANJUAN_BUNDLES").is_some() {
        let mut more = records();
        more.push(record(4, "补充.txt", "补充材料".as_bytes()));
        pack(&spec(), &records(), &[], &from.join("small.zip")).unwrap();
        pack(&spec(), &more, &[], &from.join("small-corrected.zip")).unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("库"), true).unwrap();
    for (zip, number) in [("small.zip", "2026-0001"), ("small-corrected.zip", "2026-0002")] {
        let reception = store.receive(&from.join(zip), &at("2026-01-01T00:00:00Z")).unwrap();
        assert_eq!(reception.receipt.unwrap().accession, number);
    }
}

/// From the file in hand to the receipt, with nothing but what was written out.
#[test]
fn what_is_taken_out_leads_back_to_the_receipt() {
    use crate::archive::bag;
    use crate::fixity::digest_bytes;
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let store = Store::open_for_reading(&root).unwrap();
    let out = dir.path().join("调档");
    let got = store.retrieve("AJ-CQ-2/doc-3", &out).unwrap();
    assert_eq!((got.record.as_str(), got.files), ("Z109-WS·2025-Y-DCB-0003", 2));
    let all = everything(&out);
    let (sums, faults) = bag::read_sums(std::str::from_utf8(&all["sha256.txt"]).unwrap());
    assert!(faults.is_empty() && sums.len() == all.len() - 1);
    assert!(sums.iter().all(|(name, digest)| digest_bytes(&all[name]).sha256 == *digest));
    let list = |name: &str| bag::read_sums(std::str::from_utf8(&all[name]).unwrap()).0;
    let manifest = list("证明/manifest-sha256.txt");
    let folder = "data/Z109/WS/2025/Z109-WS·2025-Y-DCB-0003";
    for (name, bytes) in all.iter().filter_map(|(n, b)| Some((n.strip_prefix("件/")?, b))) {
        assert_eq!(manifest[&format!("{folder}/{name}")], digest_bytes(bytes).sha256, "{name}");
    }
    assert_eq!(list("证明/本件-sha256.txt").len(), 2);
    assert_eq!(list("证明/本件-sm3.txt").len(), 2);
    let tags = list("证明/tagmanifest-sha256.txt");
    let digest = |name: &str| digest_bytes(&all[name]).sha256;
    assert_eq!(tags["manifest-sha256.txt"], digest("证明/manifest-sha256.txt"));
    let receipt: serde_json::Value =
        serde_json::from_slice(&all["证明/receipt-2025-0002.json"]).unwrap();
    assert_eq!(receipt["tagmanifest"], digest("证明/tagmanifest-sha256.txt").to_string());
    let line = all["证明/register-line.ndjson"].strip_suffix(b"\n").unwrap();
    let event: serde_json::Value = serde_json::from_slice(line).unwrap();
    assert_eq!(
        (&event["tagmanifest"], &event["sha256"]),
        (&receipt["tagmanifest"], &receipt["sha256"])
    );
    let register = fs::read_to_string(root.join("register/events.ndjson")).unwrap();
    let wanted: String = (2..)
        .zip(register.lines().skip(1))
        .map(|(n, l)| format!("{n} {}\n", digest_bytes(l.as_bytes()).sha256))
        .collect();
    assert_eq!(std::str::from_utf8(&all["证明/register-chain.txt"]).unwrap(), wanted);
    assert_eq!(register.lines().nth(1).unwrap().as_bytes(), line);
    // The words name the very digest.
    let words = std::str::from_utf8(&all["说明.txt"]).unwrap();
    assert!(words.contains(&digest("证明/tagmanifest-sha256.txt").to_string()));
    // As a ZIP: one folder, the same files, the same bytes every time.
    let zips = ["一.zip", "二.zip"].map(|name| {
        store.retrieve("AJ-CQ-2/doc-3", &dir.path().join(name)).unwrap();
        fs::read(dir.path().join(name)).unwrap()
    });
    assert_eq!(zips[0], zips[1]);
    let zip = crate::container::open_zip(&dir.path().join("一.zip")).unwrap().unwrap();
    assert_eq!(zip.entries().len(), all.len());
}

#[test]
fn what_cannot_be_taken_out_is_told_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let root = archive(dir.path());
    let store = Store::open_for_reading(&root).unwrap();
    let out = dir.path().join("调档");
    let no = |which: &str| {
        let Err(Failure::No(list)) = store.retrieve(which, &out) else { panic!("{which}") };
        assert!(!out.exists(), "{which}");
        (list[0].code.to_string(), list[0].message.clone())
    };
    assert_eq!(no("Z109-WS·2025-Y-DCB-0099").0, "B-19");
    // The id, or the 档号, of two bundles.
    for which in ["doc-3", "Z109-WS·2025-Y-DCB-0003"] {
        let (code, words) = no(which);
        assert!(
            code == "B-19" && words.contains("AJ-CQ-1") && words.contains("AJ-CQ-2"),
            "{words}"
        );
    }
    let file =
        "store/AJ-CQ-1/v2/content/AJ-CQ-1/data/Z109/WS/2025/Z109-WS·2025-Y-DCB-0004/补充.txt";
    fs::write(root.join(file), "改").unwrap();
    assert_eq!(no("Z109-WS·2025-Y-DCB-0004").0, "B-10");
    fs::create_dir(&out).unwrap();
    assert!(matches!(store.retrieve("AJ-CQ-2/doc-3", &out), Err(Failure::Usage(_))));
}

#[test]
fn only_the_newest_version_of_a_bundle_is_held() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_for_reading(&archive(dir.path())).unwrap();
    let mut held = Vec::new();
    store.holdings(&mut |h| held.push((h.bundle, h.metadata.id, h.accession, h.year))).unwrap();
    assert_eq!(held.len(), 7);
    assert!(held[..4].iter().all(|h| h.0 == "AJ-CQ-1" && h.2 == "2026-0001" && h.3 == 2025));
    assert!(held[4..].iter().all(|h| h.0 == "AJ-CQ-2" && h.2 == "2025-0002"));
}
