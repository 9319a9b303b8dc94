//! A hand-over in numbered parts: planned, written, cut short, told apart, received in any order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::signatures::key;
use super::{faults, record, spec};
use crate::archive::{
    Act, Book, BundleSpec, BundleSummary, Depth, MOST, Passing, Store, hand_over, pack, verify,
};
use crate::container::{Source, write_zip};
use crate::diag::Failure;
use crate::fixity::digest_bytes;
use crate::keys::Algorithm;
use crate::record::{Metadata, Record};
use crate::vocab::retention::Retention;

pub(super) const AT: &str = "2026-11-24T08:00:00Z";

/// `size` bytes of text that no other `n` has.
fn text(n: u32, size: usize) -> Vec<u8> {
    format!("第{n}件。").into_bytes().into_iter().cycle().take(size / 10 * 10).collect()
}

/// Two series: 永久 of four items, 30年 of three, each item of 100 kB.
pub(super) fn records() -> Vec<Record> {
    (1..=7)
        .map(|n| {
            let mut r = record(n, "现场记录.txt", &text(n, 100_000));
            if n > 4 {
                r.metadata.retention = Retention::Years30;
                r.metadata.archival_code = format!("Z109-WS·2025-D30-DCB-{:04}", n - 4);
            }
            r
        })
        .collect()
}

fn paper() -> Vec<Metadata> {
    let mut m = record(9, "x", b"x").metadata;
    m.retention = Retention::Years30;
    m.archival_code = "Z109-WS·2025-D30-DCB-0004".into();
    vec![m]
}

/// What every part costs before the items come.
fn overhead(dir: &Path) -> u64 {
    let zip = dir.join("overhead.zip");
    pack(&spec(), &[record(1, "现场记录.txt", &text(1, 100))], &[], &zip).unwrap();
    std::fs::metadata(zip).unwrap().len()
}

/// A part that holds `items` of them and no more.
pub(super) fn most(dir: &Path, items: u64) -> u64 {
    overhead(dir) + 16 * 1024 + items * 125_000
}

pub(super) fn share(dir: &Path, name: &str, most: u64) -> Vec<BundleSummary> {
    let spec = BundleSpec { absent: paper(), ..spec() };
    let terms = Passing { book: None, key: None, at: AT, most };
    hand_over(&spec, &records(), &[], &dir.join(name), terms).unwrap().value
}

fn python(zip: &Path) -> (bool, String) {
    let verifier =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("archive-schema/dat93-bagit/verify.py");
    let out =
        Command::new("python3").arg(verifier).arg("--json").arg(zip).output().expect("python3");
    (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned())
}

#[test]
fn parts_are_whole_bundles_and_together_hold_every_item_once() {
    let dir = tempfile::tempdir().unwrap();
    let most = most(dir.path(), 4);
    let parts = share(dir.path(), "移交.zip", most);
    let ids: Vec<&str> = parts.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids, ["AJ-CQ-1-P001", "AJ-CQ-1-P002"], "a part a series");
    assert_eq!(parts.iter().map(|p| p.items).collect::<Vec<_>>(), [3, 4]);
    for (part, name) in parts.iter().zip(["移交-P001.zip", "移交-P002.zip"]) {
        assert_eq!(part.path, dir.path().join(name));
        assert!(part.bytes <= most);
        let inspection = verify(&part.path, Depth::Full).unwrap();
        assert_eq!(faults(&inspection), vec![], "{name}");
        let (sound, told) = python(&part.path);
        assert!(sound, "{told}");
    }
    let info = files_of(&parts[1].path)["bag-info.txt"].clone();
    let info = String::from_utf8(info).unwrap();
    assert!(info.contains("Bag-Group-Identifier: AJ-CQ-1\nBag-Count: 2 of 2\n"), "{info}");
    // A part that is too small for a series cuts it between items; the paper item stays with its neighbours.
    let cut = share(dir.path(), "小.zip", self::most(dir.path(), 3));
    assert_eq!(cut.iter().map(|p| p.items).collect::<Vec<_>>(), [3, 3, 1]);
    let list = files_of(&cut[0].path)["metadata/bundle.json"].clone();
    assert!(String::from_utf8(list).unwrap().contains("D30-DCB-0004"));
    assert!(!dir.path().join(".小.zip.packing").exists());
}

#[test]
fn what_fits_one_part_is_the_bundle_it_always_was() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("a.zip"), dir.path().join("b.zip"));
    let spec = BundleSpec { absent: paper(), ..spec() };
    pack(&spec, &records(), &[], &one).unwrap();
    let terms = Passing { book: None, key: None, at: AT, most: MOST };
    let told = hand_over(&spec, &records(), &[], &two, terms).unwrap().value;
    assert_eq!((told.len(), told[0].part.clone()), (1, None));
    assert_eq!(std::fs::read(one).unwrap(), std::fs::read(two).unwrap());
}

#[test]
fn an_item_that_fits_no_part_is_told_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let most = most(dir.path(), 1);
    let mut records = records();
    records[1].files[0].digests.size = 5_000_000_000;
    records[5].files[0].digests.size = 6_000_000_000;
    let out = dir.path().join("移交.zip");
    let terms = Passing { book: None, key: None, at: AT, most };
    let Err(Failure::Rejected(found)) = hand_over(&spec(), &records, &[], &out, terms) else {
        panic!("they do not fit");
    };
    assert_eq!(found.iter().map(|f| f.code.to_string()).collect::<Vec<_>>(), ["P-09", "P-09"]);
    assert!(found[1].message.contains("5.00 GB"), "{}", found[1].message);
    let names: Vec<_> =
        std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["overhead.zip"]);
}

#[test]
fn packing_goes_on_where_it_was_cut_short() {
    let dir = tempfile::tempdir().unwrap();
    let most = most(dir.path(), 2);
    let whole = share(dir.path(), "a.zip", most);
    assert!(whole.len() >= 4 && whole.iter().all(|p| !p.already));
    let bytes: Vec<Vec<u8>> = whole.iter().map(|p| std::fs::read(&p.path).unwrap()).collect();
    // As a kill leaves it: one part missing, one spoiled under its own name, an unfinished file in staging.
    std::fs::remove_file(&whole[2].path).unwrap();
    let mut spoiled = bytes[1].clone();
    let middle = spoiled.len() / 2;
    spoiled[middle] ^= 1;
    std::fs::write(&whole[1].path, spoiled).unwrap();
    let staging = dir.path().join(".a.zip.packing");
    std::fs::create_dir(&staging).unwrap();
    std::fs::write(staging.join(".anjuan-x.tmp"), b"half").unwrap();
    let before = std::fs::metadata(&whole[0].path).unwrap().modified().unwrap();
    let again = share(dir.path(), "a.zip", most);
    let already: Vec<bool> = again.iter().map(|p| p.already).collect();
    assert_eq!(already[..3], [true, false, false], "known by its digests, not by its name");
    assert_eq!(before, std::fs::metadata(&whole[0].path).unwrap().modified().unwrap());
    for (part, bytes) in again.iter().zip(&bytes) {
        assert_eq!(std::fs::read(&part.path).unwrap(), *bytes);
    }
    assert!(!staging.exists(), "strays are gone");
}

#[test]
fn a_checksum_in_a_header_that_was_changed_is_another_file() {
    let dir = tempfile::tempdir().unwrap();
    let most = most(dir.path(), 4);
    let parts = share(dir.path(), "a.zip", most);
    let good = std::fs::read(&parts[0].path).unwrap();
    // The CRC of the first entry, in its local and its central header: only bytes that no digest covers.
    let mut bad = good.clone();
    let crc: [u8; 4] = good[14..18].try_into().unwrap();
    let places: Vec<usize> =
        good.windows(4).enumerate().filter(|(_, w)| *w == crc).map(|(i, _)| i).collect();
    assert_eq!(places.len(), 2);
    places.iter().for_each(|at| bad[*at] ^= 1);
    std::fs::write(&parts[0].path, &bad).unwrap();
    let again = share(dir.path(), "a.zip", most);
    assert!(!again[0].already && again[1].already);
    assert_eq!(std::fs::read(&parts[0].path).unwrap(), good);
}

#[test]
fn what_is_left_of_another_packing_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let small = most(dir.path(), 2);
    let count = share(dir.path(), "a.zip", small).len();
    let terms = Passing { book: None, key: None, at: AT, most: MOST };
    let told = hand_over(&spec(), &records(), &[], &dir.path().join("a.zip"), terms).unwrap();
    assert_eq!(told.findings.len(), 1);
    assert_eq!(told.findings[0].code.to_string(), "P-10");
    assert!(told.findings[0].message.contains(&format!("a-P{count:03}.zip")));
}

#[test]
fn a_file_that_changes_while_it_is_packed_is_not_packed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("现场记录.txt");
    std::fs::write(&path, b"then").unwrap();
    let mut r = record(1, "现场记录.txt", b"then");
    r.files[0].content = crate::record::Content::File(path.clone());
    std::fs::write(&path, b"now!").unwrap();
    let out = dir.path().join("a.zip");
    assert!(matches!(pack(&spec(), &[r], &[], &out), Err(Failure::World(_))));
    assert!(!out.exists());
}

#[test]
fn each_part_is_signed_and_is_a_hand_over_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let most = most(dir.path(), 2);
    let mut book = Book::open(&dir.path().join("book"), true).unwrap();
    let key = key(Algorithm::Ed25519, 5);
    let out = dir.path().join("a.zip");
    let hand = |book: &mut Book, records: &[Record]| {
        let terms = Passing { book: Some(book), key: Some(&key), at: AT, most };
        hand_over(&spec(), records, &[], &out, terms).unwrap().value
    };
    let parts = hand(&mut book, &records());
    let count = parts.len();
    let entries = book.entries().to_vec();
    assert_eq!(entries.len(), count);
    for (n, (entry, part)) in entries.iter().zip(&parts).enumerate() {
        assert_eq!((entry.act, entry.mark.sequence), (Act::Handed, n as u64 + 1));
        assert_eq!(entry.bundle, part.id);
        assert_eq!(entry.mark.previous, n.checked_sub(1).map(|b| entries[b].tagmanifest));
        let inside = files_of(&part.path);
        assert!(inside.keys().any(|p| p.starts_with("signature/")));
        let inspection = verify(&part.path, Depth::Full).unwrap();
        assert!(inspection.accepted, "{:?}", faults(&inspection));
    }
    // Cut short after the book knew of it: the same numbers, the same bytes.
    let bytes = std::fs::read(&parts[1].path).unwrap();
    std::fs::remove_file(&parts[1].path).unwrap();
    let again = hand(&mut book, &records());
    assert_eq!(book.entries().len(), count, "no other hand-over");
    assert_eq!(again.iter().map(|p| p.already).collect::<Vec<_>>()[..3], [true, false, true]);
    assert_eq!(std::fs::read(&parts[1].path).unwrap(), bytes);
    // Other records are other hand-overs, all of them: the parts name the whole group.
    let mut other = records();
    other[6].metadata.title.push('改');
    hand(&mut book, &other);
    assert_eq!(book.entries().len(), 2 * count);
}

/// The files of a bundle by path within the bag.
pub(super) fn files_of(zip: &Path) -> BTreeMap<String, Vec<u8>> {
    super::files(zip)
}

/// Writes a spoiled copy of `zip` whose lists agree again.
pub(super) fn spoiled(
    zip: &Path,
    id: &str,
    edit: impl FnOnce(&mut BTreeMap<String, Vec<u8>>),
) -> PathBuf {
    let mut files = files_of(zip);
    edit(&mut files);
    let sums = |files: &BTreeMap<String, Vec<u8>>, sm3: bool, want: &dyn Fn(&str) -> bool| {
        let lines = files.iter().filter(|(p, _)| want(p)).map(|(p, b)| {
            let d = digest_bytes(b);
            format!("{}  {p}\n", if sm3 { d.sm3 } else { d.sha256 })
        });
        lines.collect::<String>().into_bytes()
    };
    let (sm3, tags) = ("metadata/sm3sums.txt", "tagmanifest-sha256.txt");
    let list = sums(&files, true, &|p| p != sm3 && p != tags);
    files.insert(sm3.into(), list);
    let list = sums(&files, false, &|p| p != tags && !p.starts_with("data/"));
    files.insert(tags.into(), list);
    let out = zip.with_extension("spoiled.zip");
    let entries =
        files.into_iter().map(|(p, b)| (format!("{id}/{p}"), Source::Memory(b.into()))).collect();
    write_zip(&out, &entries).unwrap();
    out
}

#[test]
fn what_a_part_says_of_itself_must_agree_and_both_verifiers_see_it() {
    let dir = tempfile::tempdir().unwrap();
    let zip = share(dir.path(), "a.zip", most(dir.path(), 4)).remove(0).path;
    let swap = |files: &mut BTreeMap<String, Vec<u8>>, path: &str, from: &str, to: &str| {
        let text = String::from_utf8(files[path].clone()).unwrap();
        assert!(text.contains(from), "{path} {from}");
        files.insert(path.into(), text.replace(from, to).into_bytes());
    };
    let (info, list) = ("bag-info.txt", "metadata/bundle.json");
    let same = spoiled(&zip, "AJ-CQ-1-P001", |_| {});
    assert_eq!(
        std::fs::read(&same).unwrap(),
        std::fs::read(&zip).unwrap(),
        "the spoiler spoils nothing"
    );
    for edits in [
        vec![(info, "1 of 2", "1 of 3")],
        vec![(info, "Bag-Group-Identifier: AJ-CQ-1\n", "")],
        vec![(list, "\"count\": 2", "\"count\": 5")],
        // All agree, and it cannot be.
        vec![(info, "1 of 2", "1 of 1"), (list, "\"count\": 2", "\"count\": 1")],
        vec![(info, "1 of 2", "2 of 2"), (list, "\"number\": 1", "\"number\": 2")],
        vec![
            (info, "Identifier: AJ-CQ-1\n", "Identifier: AJ-CQ-7\n"),
            (list, "\"group\": \"AJ-CQ-1\"", "\"group\": \"AJ-CQ-7\""),
        ],
    ] {
        let bad = spoiled(&zip, "AJ-CQ-1-P001", |files| {
            for (path, from, to) in &edits {
                swap(files, path, from, to);
            }
        });
        let inspection = verify(&bad, Depth::Full).unwrap();
        assert!(faults(&inspection).iter().any(|(id, _)| id == "W10"), "{edits:?}");
        assert!(!inspection.accepted, "{edits:?}");
        let (sound, told) = python(&bad);
        assert!(!sound && told.contains("\"W10\": \"FAIL\""), "{edits:?} {told}");
    }
}

fn codes(findings: &[crate::diag::Diagnostic]) -> Vec<String> {
    findings.iter().map(|f| f.code.to_string()).collect()
}

#[test]
fn parts_received_in_any_order_are_complete_when_all_are_there() {
    let dir = tempfile::tempdir().unwrap();
    let parts = share(dir.path(), "a.zip", most(dir.path(), 3));
    assert_eq!(parts.len(), 3);
    let mut store = Store::open(&dir.path().join("archive"), true).unwrap();
    for (part, missing) in [(2, "缺第 1、2 包"), (0, "缺第 2 包"), (1, "")] {
        let told = store.receive(&parts[part].path, &super::clock()).unwrap();
        assert!(told.receipt.is_some(), "each has its receipt");
        let found = store.groups(None).unwrap();
        if missing.is_empty() {
            assert_eq!(codes(&found), Vec::<String>::new());
        } else {
            assert_eq!(codes(&found), ["B-24"]);
            assert!(found[0].message.contains(missing), "{}", found[0].message);
            assert_eq!(store.groups(Some("AJ-CQ-1")).unwrap().len(), 1);
            let health = store.doctor().unwrap();
            assert!(codes(&health.findings).contains(&"B-24".to_owned()));
        }
    }
    assert_eq!(codes(&store.doctor().unwrap().findings), ["B-16"], "but for its own lock");
    // The same part again is the same accession.
    assert!(store.receive(&parts[1].path, &super::clock()).unwrap().receipt.unwrap().already);
}

#[test]
fn parts_that_contradict_each_other_are_refused_or_told() {
    let dir = tempfile::tempdir().unwrap();
    let parts = share(dir.path(), "a.zip", most(dir.path(), 3));
    let mut store = Store::open(&dir.path().join("archive"), true).unwrap();
    store.receive(&parts[0].path, &super::clock()).unwrap();
    let info = "bag-info.txt";
    let list = "metadata/bundle.json";
    let swap = |files: &mut BTreeMap<String, Vec<u8>>, path: &str, from: &str, to: &str| {
        let text = String::from_utf8(files[path].clone()).unwrap();
        assert!(text.contains(from), "{path} {from}");
        files.insert(path.into(), text.replace(from, to).into_bytes());
    };
    // Another count in the same making.
    let count = spoiled(&parts[1].path, "AJ-CQ-1-P002", |files| {
        swap(files, info, "2 of 3", "2 of 4");
        swap(files, list, "\"count\": 3", "\"count\": 4");
    });
    let Err(Failure::No(found)) = store.receive(&count, &super::clock()) else {
        panic!("a count that contradicts");
    };
    assert_eq!(codes(&found), ["B-25"]);
    // Another making altogether: a correction, told until all of it is there.
    let other = tempfile::tempdir().unwrap();
    let corrected = share(other.path(), "a.zip", most(dir.path(), 4));
    assert_eq!(corrected.len(), 2);
    store.receive(&parts[1].path, &super::clock()).unwrap();
    store.receive(&parts[2].path, &super::clock()).unwrap();
    assert_eq!(store.groups(None).unwrap().len(), 0);
    store.receive(&corrected[1].path, &super::clock()).unwrap();
    let found = store.groups(None).unwrap();
    assert_eq!(
        codes(&found),
        ["B-24", "B-25", "B-25"],
        "part 1 is missing; two parts are of before"
    );
    store.receive(&corrected[0].path, &super::clock()).unwrap();
    let found = store.groups(None).unwrap();
    assert_eq!(codes(&found), ["B-25"], "what is left of before");
    assert!(found[0].message.contains("AJ-CQ-1-P003"));
}

#[test]
fn a_swapped_part_is_told_and_one_number_with_two_contents_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let size = most(dir.path(), 4);
    let parts = share(dir.path(), "a.zip", size);
    // Another group of the same shape, whose second part is made to say that it is of the first group.
    let out = dir.path().join("b.zip");
    let mut others = records();
    others[0].metadata.title.push('改');
    let mut set = String::new();
    let terms = Passing { book: None, key: None, at: AT, most: size };
    let told = hand_over(&spec(), &others, &[], &out, terms).unwrap().value;
    if let Some(part) = &told[1].part {
        set = part.set.to_string();
    }
    let own = parts[0].part.as_ref().unwrap().set.to_string();
    let swapped = spoiled(&told[1].path, "AJ-CQ-1-P002", |files| {
        for path in ["bag-info.txt", "metadata/bundle.json"] {
            let text = String::from_utf8(files[path].clone()).unwrap();
            files.insert(path.into(), text.replace(&set, &own).into_bytes());
        }
    });
    let mut store = Store::open(&dir.path().join("archive"), true).unwrap();
    store.receive(&parts[0].path, &super::clock()).unwrap();
    store.receive(&swapped, &super::clock()).unwrap();
    assert_eq!(codes(&store.groups(None).unwrap()), ["B-25"], "all there, and not what was packed");
    let Err(Failure::No(found)) = store.receive(&parts[1].path, &super::clock()) else {
        panic!("the same number with other content");
    };
    assert_eq!(codes(&found), ["B-25"]);
}

#[test]
fn an_item_that_stands_in_two_parts_of_a_group_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let parts = share(dir.path(), "a.zip", most(dir.path(), 4));
    assert_eq!(parts.len(), 2, "30年 and its paper item, then 永久");
    let mut store = Store::open(&dir.path().join("archive"), true).unwrap();
    store.receive(&parts[0].path, &super::clock()).unwrap();
    // The second part made anew by someone who knows the group's digest: all its own lists and digests are right, but
    // it repeats a 件 of the first part and the one that is on paper there.
    let of_first =
        records().into_iter().filter(|r| r.metadata.archival_code.ends_with("D30-DCB-0002"));
    let again: Vec<Record> = records().into_iter().take(4).chain(of_first).collect();
    let spec = BundleSpec {
        id: "AJ-CQ-1-P002".into(),
        part: parts[1].part.clone(),
        absent: paper(),
        ..spec()
    };
    let forged = dir.path().join("forged.zip");
    pack(&spec, &again, &[], &forged).unwrap();
    let inspection = verify(&forged, Depth::Full).unwrap();
    assert!(inspection.accepted, "alone nothing is wrong with it: {:?}", faults(&inspection));
    let Err(Failure::No(found)) = store.receive(&forged, &super::clock()) else {
        panic!("an item twice");
    };
    assert_eq!(codes(&found), ["B-25", "B-25"], "both, at once");
    let told: Vec<&str> = found.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "“关于第6件<试验>&“引号”的通知”（档号 Z109-WS·2025-D30-DCB-0002）在 AJ-CQ-1-P001 里已有，AJ-CQ-1-P002 里又有",
            "“关于第9件<试验>&“引号”的通知”（档号 Z109-WS·2025-D30-DCB-0004）在 AJ-CQ-1-P001 里已有，AJ-CQ-1-P002 里又有",
        ]
    );
    // Nothing of it is there; the true part still completes the group.
    assert_eq!(store.accessions().unwrap().len(), 1);
    store.receive(&parts[1].path, &super::clock()).unwrap();
    assert_eq!(codes(&store.groups(None).unwrap()), Vec::<String>::new());
}
