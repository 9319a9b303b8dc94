//! A bundle in the other form: whole, repeatable, and never of a bundle that is not acceptable.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chrono::DateTime;

use super::export_sip;
use crate::archive::tests::sample;
use crate::archive::xml::{Element, parse};
use crate::archive::{Depth, Store, export_bag, reader, verify};
use crate::clock::Clock;
use crate::diag::Failure;

/// The files of a canonical ZIP with one folder in it.
fn unpacked(zip: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(reader) = reader::open(zip).unwrap() else { panic!("{}", zip.display()) };
    let read =
        |(path, size)| (format!("{}/{path}", reader.name), reader.small(path, size).unwrap());
    reader.files().map(read).collect()
}

#[test]
fn every_file_of_the_bag_is_in_it_and_every_file_of_it_is_listed_with_its_digest() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = sample(dir.path());
    let out = dir.path().join("sip.zip");
    let (inspection, sip) = export_sip(&bundle, &out).unwrap();
    assert!(inspection.accepted);
    let files = unpacked(&out);
    assert_eq!(sip.unwrap().files, files.len());
    let bytes: BTreeSet<&[u8]> = files.iter().map(|(_, b)| b.as_slice()).collect();
    for (name, content) in unpacked(&bundle) {
        assert!(bytes.contains(content.as_slice()), "{name}");
    }
    let mut listed = BTreeSet::new();
    for (folder, mets) in [("AJ-CQ-1/", "METS.xml"), ("AJ-CQ-1/representations/rep1/", "METS.xml")]
    {
        let path = format!("{folder}{mets}");
        let root = parse(&files.iter().find(|(name, _)| *name == path).unwrap().1).unwrap();
        let mut of = |element: &Element, link: &Element| {
            let get = |e: &Element, key: &str| {
                e.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap()
            };
            let target = format!("{folder}{}", decoded(&get(link, "xlink:href")));
            let (_, content) = files.iter().find(|(name, _)| *name == target).expect(&target);
            let sum = crate::fixity::digest_bytes(content);
            assert_eq!(get(element, "CHECKSUM"), sum.sha256.to_string(), "{target}");
            assert_eq!(get(element, "SIZE"), sum.size.to_string(), "{target}");
            assert!(listed.insert(target));
        };
        let mut found = Vec::new();
        root.below("file", &mut found);
        found.into_iter().for_each(|f| of(f, &f.children[0]));
        let mut found = Vec::new();
        root.below("mdRef", &mut found);
        found.into_iter().for_each(|f| of(f, f));
    }
    let all: BTreeSet<String> = files.iter().map(|(n, _)| n.clone()).collect();
    let missing: Vec<_> = all.difference(&listed).collect();
    assert_eq!(missing, ["AJ-CQ-1/METS.xml"]);
}

fn decoded(href: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = href.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_same_bundle_gives_the_same_bytes_as_zip_and_as_folder() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = sample(dir.path());
    let folder = dir.path().join("收到的 包");
    let (_, files) = export_bag(&bundle, &folder).unwrap();
    assert_eq!(files, Some(unpacked(&bundle).len()));
    let [one, two] = ["1.zip", "2.zip"].map(|name| dir.path().join(name));
    export_sip(&bundle, &one).unwrap();
    export_sip(&folder, &two).unwrap();
    assert_eq!(fs::read(one).unwrap(), fs::read(two).unwrap());
    match export_bag(&bundle, &folder) {
        Err(Failure::Usage(words)) => assert!(words.contains("已经存在"), "{words}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sip_is_told_what_it_is_in_one_line_whoever_gets_it() {
    let dir = tempfile::tempdir().unwrap();
    let sip = dir.path().join("sip.zip");
    export_sip(&sample(dir.path()), &sip).unwrap();
    let seen = verify(&sip, Depth::Full).unwrap();
    let mut store = Store::open(&dir.path().join("库"), true).unwrap();
    let offered = store.receive(&sip, &Clock::Fixed(DateTime::UNIX_EPOCH)).unwrap();
    assert!(offered.receipt.is_none());
    for found in [seen, offered.inspection] {
        assert_eq!((found.accepted, found.form.as_deref()), (false, Some("sip")));
        assert_eq!(found.checks.len(), 1);
        assert!(found.checks[0].message.contains("anjuan verify"), "{found:?}");
    }
}

#[test]
fn a_bad_bundle_is_not_exported() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = sample(dir.path());
    let good = dir.path().join("AJ-CQ-1");
    export_bag(&bundle, &good).unwrap();
    fs::write(good.join("data/说明文件.TXT"), "改过").unwrap();
    fs::write(&bundle, "不是 ZIP").unwrap();
    let left = || fs::read_dir(dir.path()).unwrap().count();
    let before = left();
    for bad in [&good, &bundle] {
        let (inspection, sip) = export_sip(bad, &dir.path().join("sip.zip")).unwrap();
        assert!(!inspection.accepted && sip.is_none());
        let (inspection, bag) = export_bag(bad, &dir.path().join("bag")).unwrap();
        assert!(!inspection.accepted && bag.is_none());
    }
    assert_eq!(left(), before, "nothing was written");
}
