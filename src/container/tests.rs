//! Whole or nothing; canonical or refused.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;

use proptest::prelude::*;

use super::{Source, create_folder, name_fault, open_zip, write_atomically, write_zip};
use crate::diag::Failure;

fn sample(path: &Path) {
    let mut entries = BTreeMap::new();
    for (name, text) in [("a/甲.txt", "内容"), ("a/b.txt", ""), ("z", "zzz")] {
        entries.insert(name.to_owned(), Source::Memory(text.as_bytes().into()));
    }
    write_zip(path, &entries).unwrap();
}

fn accepted(path: &Path) -> bool {
    let Ok(Ok(zip)) = open_zip(path) else { return false };
    zip.entries().iter().all(|entry| {
        let mut bytes = Vec::new();
        zip.read(entry).unwrap().read_to_end(&mut bytes).unwrap();
        bytes.len() as u64 == entry.size
    })
}

#[test]
fn what_is_written_is_let_in_and_others_can_read_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.zip");
    sample(&path);
    let zip = open_zip(&path).unwrap().unwrap();
    let names: Vec<&str> = zip.entries().iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["a/b.txt", "a/甲.txt", "z"]);
    let mut text = String::new();
    zip.read(&zip.entries()[1]).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "内容");
    let mut other = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    assert_eq!(other.len(), 3);
    let mut text = String::new();
    other.by_name("a/甲.txt").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "内容");
}

#[test]
fn writing_twice_gives_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a.zip"), dir.path().join("b.zip"));
    sample(&a);
    sample(&b);
    assert_eq!(std::fs::read(a).unwrap(), std::fs::read(b).unwrap());
}

/// Any flipped bit outside the data (which the manifest guards, and the CRC) is refused at the gate.
#[test]
fn no_flipped_byte_of_a_header_passes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.zip");
    sample(&path);
    let good = std::fs::read(&path).unwrap();
    let zip = open_zip(&path).unwrap().unwrap();
    let in_data = |i: u64| zip.entries().iter().any(|e| (e.offset()..e.offset() + e.size).contains(&i));
    // What a CRC says is checked when the data are read.
    for (i, byte) in good.iter().enumerate() {
        if in_data(i as u64) {
            continue;
        }
        for flip in [1_u8, 0x80] {
            let mut bad = good.clone();
            bad[i] = byte ^ flip;
            std::fs::write(&path, &bad).unwrap();
            assert!(!accepted(&path), "byte {i} flipped by {flip:#x}");
        }
    }
}

#[test]
fn more_or_less_than_the_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.zip");
    sample(&path);
    let good = std::fs::read(&path).unwrap();
    for bad in [
        [&b"x"[..], &good].concat(),
        [&good, &b"x"[..]].concat(),
        good[..good.len() - 1].to_vec(),
        good[1..].to_vec(),
        good[..good.len() / 2].to_vec(),
        Vec::new(),
        "这不是压缩包".as_bytes().to_vec(),
    ] {
        std::fs::write(&path, &bad).unwrap();
        assert!(!accepted(&path));
    }
}

#[test]
fn dangerous_names_are_neither_written_nor_let_in() {
    for bad in ["../a", "/a", "a/../b", "a\\b", "a//b", "", "a\u{0}", "C:a", "e\u{301}", "a.", "a%b"] {
        assert!(name_fault(bad).is_some(), "{bad:?}");
        let dir = tempfile::tempdir().unwrap();
        let entries = BTreeMap::from([(bad.to_owned(), Source::Memory([].as_slice().into()))]);
        assert!(matches!(write_zip(&dir.path().join("a.zip"), &entries), Err(Failure::Bug(_))));
    }
    // A zip by another hand with a climbing name.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .unix_permissions(0o644);
    zip.start_file("../../etc/passwd", options).unwrap();
    zip.finish().unwrap();
    let refusal = open_zip(&path).unwrap().unwrap_err();
    assert_eq!(refusal.name, "../../etc/passwd");
}

#[test]
fn a_write_that_fails_leaves_the_old_file_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.txt");
    std::fs::write(&path, "旧").unwrap();
    let result = write_atomically(&path, |file| {
        file.write_all(b"half")?;
        Err(std::io::ErrorKind::StorageFull.into())
    });
    assert_eq!(result.unwrap_err().source.kind(), std::io::ErrorKind::StorageFull);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "旧");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    // A folder that is a file.
    assert!(write_atomically(&path.join("b"), |_| Ok(())).is_err());
    assert!(create_folder(&path.join("b")).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zip");
        std::fs::write(&path, &bytes).unwrap();
        prop_assert!(!accepted(&path) || bytes.len() == 22);
    }
}
