//! 敌意输入: bundles made by someone who means harm, and bundles spoiled on the way. Each threat has a row with the check
//! that must refuse it; nothing of it is stored, nothing is written beside the archive, nothing takes long.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::profile::{SCHEMAS, profile};
use super::tests::{clock, files, records, redo, rewrite, sample, spec};
use super::{Depth, ExtraFile, Inspection, Outcome, Store, pack, verify};

/// One entry of a ZIP, every field of which may lie.
#[derive(Clone)]
struct Raw {
    name: Vec<u8>,
    local: Option<Vec<u8>>,
    data: Vec<u8>,
    flags: Option<u16>,
    method: u16,
    size: Option<u32>,
    local_size: Option<u32>,
    offset: Option<u32>,
    mode: u32,
    extra: Vec<u8>,
    time: u16,
}

/// A ZIP, with bytes before, between and behind.
struct Zip {
    entries: Vec<Raw>,
    before: Vec<u8>,
    between: Vec<u8>,
    after: Vec<u8>,
    comment: Vec<u8>,
    count: Option<u16>,
}

fn entry(name: &str, data: &[u8]) -> Raw {
    Raw {
        name: name.as_bytes().to_vec(),
        local: None,
        data: data.to_vec(),
        flags: None,
        method: 0,
        size: None,
        local_size: None,
        offset: None,
        mode: 0o100_644,
        extra: Vec::new(),
        time: 0,
    }
}

impl Zip {
    /// The good bundle at `zip`, taken apart.
    fn good(zip: &Path) -> Self {
        let entries = files(zip);
        let entries = entries.iter().map(|(p, b)| entry(&format!("AJ-CQ-1/{p}"), b)).collect();
        Self {
            entries,
            before: Vec::new(),
            between: Vec::new(),
            after: Vec::new(),
            comment: Vec::new(),
            count: None,
        }
    }

    /// Adds an entry in its place by name.
    fn add(&mut self, raw: Raw) {
        let at = self.entries.partition_point(|e| e.name <= raw.name);
        self.entries.insert(at, raw);
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = self.before.clone();
        let mut central = Vec::new();
        for e in &self.entries {
            let crc = crc(&e.data);
            let size = u32::try_from(e.data.len()).unwrap();
            let flags = e.flags.unwrap_or(if e.name.is_ascii() { 0 } else { 0x800 });
            let at = e.offset.unwrap_or(u32::try_from(out.len()).unwrap());
            let local = e.local.as_ref().unwrap_or(&e.name);
            let fields = |size: u32, name: &[u8], extra: &[u8]| {
                let mut f = Vec::new();
                for field in [10, flags, e.method, e.time, 0x0021] {
                    f.extend(field.to_le_bytes());
                }
                f.extend(crc.to_le_bytes());
                f.extend(size.to_le_bytes());
                f.extend(size.to_le_bytes());
                f.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
                f.extend(u16::try_from(extra.len()).unwrap().to_le_bytes());
                f
            };
            out.extend(0x0403_4b50_u32.to_le_bytes());
            out.extend(fields(e.local_size.or(e.size).unwrap_or(size), local, &e.extra));
            out.extend(local);
            out.extend(&e.extra);
            out.extend(&e.data);
            central.extend(0x0201_4b50_u32.to_le_bytes());
            central.extend((3_u16 << 8 | 10).to_le_bytes());
            central.extend(fields(e.size.unwrap_or(size), &e.name, &e.extra));
            central.extend([0; 6]);
            central.extend((e.mode << 16).to_le_bytes());
            central.extend(at.to_le_bytes());
            central.extend(&e.name);
            central.extend(&e.extra);
        }
        out.extend(&self.between);
        let start = u32::try_from(out.len()).unwrap();
        #[expect(clippy::cast_possible_truncation, reason = "that is the lie")]
        let count = self.count.unwrap_or(self.entries.len() as u16);
        out.extend(&central);
        out.extend(0x0605_4b50_u32.to_le_bytes());
        out.extend([0; 4]);
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(u32::try_from(central.len()).unwrap().to_le_bytes());
        out.extend(start.to_le_bytes());
        out.extend(u16::try_from(self.comment.len()).unwrap().to_le_bytes());
        out.extend(&self.comment);
        out.extend(&self.after);
        out
    }
}

fn crc(data: &[u8]) -> u32 {
    let mut reader = crate::container::CrcReader::new(data);
    std::io::copy(&mut reader, &mut std::io::sink()).unwrap();
    reader.finish()
}

/// The file is not even looked into.
type Form = (&'static str, fn(&mut Zip));

const FORMS: &[Form] = &[
    ("climbing path", |z| z.add(entry("AJ-CQ-1/../../etc/cron.d/x", b"x"))),
    ("climbing out of the folder", |z| z.add(entry("../x", b"x"))),
    ("absolute path", |z| z.add(entry("/etc/passwd", b"x"))),
    ("backslashes", |z| z.add(entry("AJ-CQ-1\\..\\..\\x", b"x"))),
    ("a drive", |z| z.add(entry("C:/x", b"x"))),
    ("a stream of NTFS", |z| z.add(entry("AJ-CQ-1/data/a.txt:x", b"x"))),
    ("a dot as a segment", |z| z.add(entry("AJ-CQ-1/./bagit.txt", b"x"))),
    ("an empty segment", |z| z.add(entry("AJ-CQ-1//bagit.txt", b"x"))),
    ("NUL in a name", |z| z.add(entry("AJ-CQ-1/data/a\0.pdf", b"x"))),
    ("a line feed in a name", |z| z.add(entry("AJ-CQ-1/data/a\nb", b"x"))),
    ("a name that is too long", |z| z.add(entry(&format!("AJ-CQ-1/{}", "长".repeat(90)), b"x"))),
    ("an empty name", |z| z.add(entry("", b"x"))),
    ("a second folder", |z| z.add(entry("AJ-CQ-2/bagit.txt", b"x"))),
    ("a file beside the folder", |z| z.add(entry("readme.txt", b"x"))),
    ("a folder named as the store's own", |z| rename(z, "extensions")),
    ("a folder of lower-case letters", |z| rename(z, "aj-cq-1")),
    ("a symbolic link", |z| z.entries[3].mode = 0o120_777),
    ("a character device", |z| z.entries[3].mode = 0o020_666),
    ("a pipe", |z| z.entries[3].mode = 0o010_644),
    ("a folder as an entry", |z| {
        z.add(Raw { mode: 0o040_755, ..entry("AJ-CQ-1/data/", b"") });
    }),
    ("a setuid bit", |z| z.entries[3].mode = 0o104_755),
    ("the same name twice", |z| z.add(z.entries[3].clone())),
    ("names that differ in case", |z| z.add(entry("AJ-CQ-1/BAGIT.txt", b"x"))),
    ("names that differ in normal form", |z| {
        z.add(entry("AJ-CQ-1/data/e\u{301}.txt", b"x"));
    }),
    ("names that differ in width", |z| z.add(entry("AJ-CQ-1/ｂagit.txt", b"x"))),
    ("a ligature beside its letters", |z| {
        z.add(entry("AJ-CQ-1/data/fi.txt", b"x"));
        z.add(entry("AJ-CQ-1/data/ﬁ.txt", b"x"));
    }),
    ("a private-use character", |z| z.add(entry("AJ-CQ-1/data/\u{e5e5}.txt", b"x"))),
    ("a private-use character of plane 15", |z| z.add(entry("AJ-CQ-1/data/\u{f0000}.txt", b"x"))),
    ("a name that reads backwards", |z| z.add(entry("AJ-CQ-1/data/a\u{202e}fdp.exe", b"x"))),
    ("a character that cannot be seen", |z| z.add(entry("AJ-CQ-1/data/a\u{200b}.txt", b"x"))),
    ("a GBK name", |z| {
        let name = b"AJ-CQ-1/data/\xd5\xfd\xce\xc4.txt".to_vec();
        z.add(Raw { name, flags: Some(0), ..entry("", b"x") });
    }),
    ("a GBK name that claims to be UTF-8", |z| {
        let name = b"AJ-CQ-1/data/\xd5\xfd\xce\xc4.txt".to_vec();
        z.add(Raw { name, flags: Some(0x800), ..entry("", b"x") });
    }),
    ("a UTF-8 name that does not say so", |z| named(z, "正文.pdf").flags = Some(0)),
    ("deflate (bombs)", |z| z.entries[3].method = 8),
    ("an unknown method", |z| z.entries[3].method = 99),
    ("an encrypted entry", |z| z.entries[3].flags = Some(1)),
    ("strong encryption", |z| z.entries[3].flags = Some(0x41)),
    ("a data descriptor", |z| z.entries[3].flags = Some(8)),
    ("an extra field", |z| z.entries[3].extra = vec![1, 0, 0, 0]),
    ("a time", |z| z.entries[3].time = 0x6000),
    ("a stated size of 4 GiB", |z| z.entries[3].size = Some(u32::MAX)),
    ("a stated size of nearly 4 GiB", |z| z.entries[3].size = Some(u32::MAX - 1)),
    ("a size that is too small", |z| z.entries[3].size = Some(1)),
    ("a size of nothing", |z| z.entries[3].size = Some(0)),
    ("a local size of its own", |z| z.entries[3].local_size = Some(1)),
    ("a local name of its own", |z| z.entries[3].local = Some(b"AJ-CQ-1/xxxxx".to_vec())),
    ("two entries over the same data", |z| {
        z.entries[4].offset = Some(0);
        z.entries[3].offset = Some(0);
    }),
    ("an offset behind the end", |z| z.entries[3].offset = Some(u32::MAX - 9)),
    ("entries out of order", |z| z.entries.swap(2, 3)),
    ("data before", |z| z.before = b"#!/bin/sh\n".to_vec()),
    ("an archive before", |z| {
        let inner = Zip { entries: vec![entry("x", b"x")], ..Zip::empty() };
        z.before = inner.bytes();
    }),
    ("data between", |z| z.between = b"hidden".to_vec()),
    ("data after", |z| z.after = b"x".to_vec()),
    ("a comment", |z| z.comment = b"hello".to_vec()),
    ("an archive in the comment", |z| {
        let inner = Zip { entries: vec![entry("x", b"x")], ..Zip::empty() };
        z.comment = inner.bytes();
    }),
    ("fewer entries than there are", |z| z.count = Some(2)),
    ("more entries than there are", |z| z.count = Some(60_000)),
    ("the mark of ZIP64", |z| z.count = Some(u16::MAX)),
    ("no entry", |z| z.entries.clear()),
    ("100,001 files", |z| {
        z.entries = (0..100_001).map(|n| entry(&format!("AJ-CQ-1/{n:06}"), b"")).collect();
    }),
];

impl Zip {
    fn empty() -> Self {
        Self {
            entries: Vec::new(),
            before: Vec::new(),
            between: Vec::new(),
            after: Vec::new(),
            comment: Vec::new(),
            count: None,
        }
    }
}

fn rename(zip: &mut Zip, folder: &str) {
    for e in &mut zip.entries {
        let name = String::from_utf8(e.name.clone()).unwrap();
        e.name = name.replacen("AJ-CQ-1", folder, 1).into_bytes();
    }
}

fn named<'a>(zip: &'a mut Zip, end: &str) -> &'a mut Raw {
    zip.entries.iter_mut().find(|e| e.name.ends_with(end.as_bytes())).unwrap()
}

/// The container is sound, its content is not; digests are redone.
type Content =
    (&'static str, fn(&mut std::collections::BTreeMap<String, Vec<u8>>), &'static [&'static str]);

const META: &str = "data/Z109/WS/2025/Z109-WS·2025-Y-DCB-0001/电子档案元数据.XML";
const LAUGHS: &str = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">\
    <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\">]><l>&d;</l>";

const CONTENTS: &[Content] = &[
    ("billion laughs", |f| drop(f.insert(META.into(), LAUGHS.into())), &["K1"]),
    (
        "an external entity",
        |f| {
            let text = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
            f.insert("data/目录文件.XML".into(), text.into());
        },
        &["K1"],
    ),
    (
        "an external DTD",
        |f| {
            let text = "<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"http://127.0.0.1/a.dtd\"><a/>";
            f.insert("data/目录文件.XML".into(), text.into());
        },
        &["K1"],
    ),
    (
        "XML nested 200,000 deep",
        |f| {
            let text = "<a>".repeat(200_000) + &"</a>".repeat(200_000);
            f.insert(META.into(), text.into_bytes());
        },
        &["K1"],
    ),
    ("XML that ends in the middle", |f| f.get_mut(META).unwrap().truncate(300), &["K1"]),
    (
        "a list nested 200,000 deep",
        |f| drop(f.insert("metadata/bundle.json".into(), "[".repeat(200_000).into_bytes())),
        &["K1"],
    ),
    (
        "a list of another format",
        |f| replace(f, "metadata/bundle.json", "anjuan-bundle/2", "anjuan-bundle/999"),
        &["K1"],
    ),
    (
        "a list whose folders climb",
        |f| {
            let code = "\"folder\": \"data/Z109/WS/2025/Z109-WS·2025-Y-DCB-0001\"";
            let there = String::from_utf8_lossy(&f["metadata/bundle.json"]).contains(code);
            let find = if there { code } else { &code.replace(": ", ":") };
            replace(f, "metadata/bundle.json", find, "\"folder\":\"../../../etc\"");
        },
        &["W11"],
    ),
    (
        "another number inside than outside",
        |f| replace(f, "metadata/bundle.json", "\"AJ-CQ-1\"", "\"AJ-CQ-9\""),
        &["Z13"],
    ),
    (
        "a manifest of more lines than there can be files",
        |f| {
            let line = format!("{}  data/其他/没有.txt\n", "0".repeat(64));
            f.insert("manifest-sha256.txt".into(), line.repeat(70_000).into_bytes());
        },
        &["Z1"],
    ),
    (
        "a manifest that names files outside",
        |f| {
            let line = format!("{}  ../../etc/passwd\n", "0".repeat(64));
            f.get_mut("manifest-sha256.txt").unwrap().extend(line.into_bytes());
        },
        &["Z1"],
    ),
    (
        "an archive within",
        |f| drop(f.insert("data/其他/附.zip".into(), b"PK\x03\x04\x0a\0\0\0".to_vec())),
        &["K7"],
    ),
    (
        "a gzip within",
        |f| drop(f.insert("data/其他/附.gz".into(), b"\x1f\x8b\x08\0".to_vec())),
        &["K7"],
    ),
    ("a program", |f| drop(f.insert("data/其他/setup.exe".into(), b"MZ".to_vec())), &["S3"]),
    (
        "a file that is not listed",
        |f| drop(f.insert("data/隐藏.txt".into(), b"x".to_vec())),
        &["Z13"],
    ),
    (
        "text that is not UTF-8",
        |f| drop(f.insert("metadata/bundle.json".into(), b"\xff\xfe".to_vec())),
        &["K1"],
    ),
];

fn replace(f: &mut std::collections::BTreeMap<String, Vec<u8>>, file: &str, find: &str, by: &str) {
    let text = String::from_utf8(f[file].clone()).unwrap();
    assert!(text.contains(find), "{file} has no {find}");
    f.insert(file.into(), text.replacen(find, by, 1).into_bytes());
}

/// What fails when the file is inspected and received; it is not stored and leaves nothing.
fn refused(name: &str, dir: &Path, zip: &Path) -> Vec<String> {
    // For `.ci/check-hostile`, which bounds the memory of the whole program on each.
    if let Some(folder) = std::env::var_os("ANJUAN_HOSTILE_TO") {
        fs::copy(zip, Path::new(&folder).join(format!("{name}.zip"))).unwrap();
    }
    let begin = Instant::now();
    let inspection = verify(zip, Depth::Full).unwrap();
    let archive = dir.join("库");
    let received = Store::open(&archive, true).unwrap().receive(zip, &clock()).unwrap();
    // Twice the work of one command, unoptimized code, other tests beside it.
    let most = Duration::from_secs(if cfg!(debug_assertions) { 40 } else { 4 });
    assert!(begin.elapsed() < most, "{name}: {:?}", begin.elapsed());
    assert!(!inspection.accepted && received.receipt.is_none(), "{name} was let in");
    let mut left: Vec<String> = Vec::new();
    for folder in [dir.to_path_buf(), archive.join("store"), archive.join("receipts")] {
        let names = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name());
        left.extend(names.map(|n| n.to_string_lossy().into_owned()));
    }
    left.sort();
    assert_eq!(left, ["0=ocfl_1.1", "a.zip", "库"], "{name} left something");
    assert!(!archive.join(".staging").exists(), "{name} left something");
    let failed = inspection.checks.into_iter().filter(|c| c.outcome == Outcome::Fail);
    failed.map(|c| c.id.to_owned()).collect()
}

#[test]
fn every_hostile_form_is_refused_at_the_gate() {
    FORMS.par_iter().for_each(|(name, change)| {
        let dir = tempfile::tempdir().unwrap();
        let path = sample(dir.path());
        let mut zip = Zip::good(&path);
        assert_eq!(zip.bytes(), fs::read(&path).unwrap(), "the builder makes the good bundle");
        change(&mut zip);
        fs::write(&path, zip.bytes()).unwrap();
        assert_eq!(refused(name, dir.path(), &path), ["S7"], "{name}");
    });
}

#[test]
fn every_hostile_content_is_refused_by_its_check() {
    let wrong = CONTENTS.par_iter().flat_map_iter(|(name, change, checks)| {
        let dir = tempfile::tempdir().unwrap();
        let path = sample(dir.path());
        let mut content = files(&path);
        // What is aimed at the manifest must not be redone.
        let manifest = content["manifest-sha256.txt"].clone();
        change(&mut content);
        if content["manifest-sha256.txt"] == manifest {
            redo(&mut content);
        }
        rewrite(&path, &content);
        let failed = refused(name, dir.path(), &path);
        let missing = checks.iter().filter(|check| !failed.iter().any(|id| id == *check));
        missing.map(|check| format!("{name}: {check} in {failed:?}")).collect::<Vec<_>>()
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A bundle with everything that a bundle has, each file as small as it can be: one 件, and of the schemas and the verifier, which
/// are mere content to the reader, a few bytes each.
fn lean(dir: &Path) -> PathBuf {
    let names = &profile().names;
    let stub = |path: String| {
        let text = if path.ends_with(".xsd") { "<x/>" } else { "x" };
        ExtraFile { path, bytes: text.as_bytes().into() }
    };
    let under = names.schemas.strip_prefix(&format!("{}/", names.other)).unwrap();
    let schemas = SCHEMAS.iter().map(|(name, _)| stub(format!("{under}/{name}")));
    let others = [&names.verifier, &names.howto].map(|path| stub(path.clone()));
    let out = dir.join("b.zip");
    let extras: Vec<ExtraFile> = schemas.chain(others).collect();
    pack(&spec(), &records()[..1], &extras, &out).unwrap();
    out
}

/// What was let in of the bundle at `zip`, spoiled at each of `places`: one bit flipped (all eight, if `every`), cut, a byte lost,
/// a byte added.
fn let_in(zip: &Path, places: Vec<usize>, every: bool) -> Vec<String> {
    let good = fs::read(zip).unwrap();
    assert!(verify(zip, Depth::Full).unwrap().accepted, "what is spoiled is good");
    let spoil = |at: usize| {
        let zip = tempfile::NamedTempFile::new().unwrap();
        fs::write(zip.path(), &good).unwrap();
        let accepted = || verify(zip.path(), Depth::Full).unwrap().accepted;
        let mut told = Vec::new();
        // Where not every bit is tried, another one at every place. In place: most of the work is not the writing.
        for bit in (0..8).filter(|bit| every || *bit == at % 8) {
            zip.as_file().write_all_at(&[good[at] ^ 1 << bit], at as u64).unwrap();
            if accepted() {
                told.push(format!("bit {bit} of byte {at}"));
            }
        }
        zip.as_file().set_len(at as u64).unwrap();
        if accepted() {
            told.push(format!("cut at {at}"));
        }
        for (what, bytes) in [
            ("lost", [&good[..at], &good[at + 1..]].concat()),
            ("zero added", [&good[..at], &[0], &good[at..]].concat()),
            ("doubled", [&good[..=at], &good[at..]].concat()),
        ] {
            fs::write(zip.path(), bytes).unwrap();
            if accepted() {
                told.push(format!("byte {at} {what}"));
            }
        }
        told
    };
    places.into_par_iter().flat_map_iter(spoil).collect()
}

/// Every flipped bit, every byte lost or added, every cut: not one is let in. Of the sample each 211th byte is tried, always;
/// `ANJUAN_DAMAGE=1` tries every byte of a bundle that is as small as one can be, with all its bits; 11 each 11th (a step of CI).
#[test]
fn no_spoiled_bundle_is_let_in() {
    const SELDOM: usize = 211;
    let dir = tempfile::tempdir().unwrap();
    let sample = sample(dir.path());
    let length = |zip: &Path| usize::try_from(fs::metadata(zip).unwrap().len()).unwrap();
    let mut told = let_in(&sample, (0..length(&sample)).step_by(SELDOM).collect(), false);
    let step = std::env::var("ANJUAN_DAMAGE").ok().and_then(|n| n.parse::<usize>().ok());
    let lean = lean(dir.path());
    // The same files at the same places: what holds of the one holds of the other.
    let paths = |zip: &Path| {
        let all = files(zip).into_keys();
        all.filter(|p| !p.contains("-000") && !p.contains("归档文件目录.json")).collect::<Vec<_>>()
    };
    assert_eq!(paths(&lean), paths(&sample));
    assert!(length(&lean) * 5 < length(&sample) * 2, "{} {}", length(&lean), length(&sample));
    if let Some(step) = step.filter(|step| *step > 0) {
        told.extend(let_in(&lean, (0..length(&lean)).step_by(step).collect(), true));
    }
    assert!(told.is_empty(), "{} let in: {told:?}", told.len());
}

/// A bundle to which nothing has happened passes every time: `ANJUAN_CLEAN` times, 10,000 in CI.
#[test]
fn a_clean_bundle_always_passes() {
    let times = std::env::var("ANJUAN_CLEAN").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let dir = tempfile::tempdir().unwrap();
    let zip = sample(dir.path());
    let first = verify(&zip, Depth::Full).unwrap();
    assert!(first.accepted);
    (0..times).into_par_iter().for_each(|turn: u32| {
        let again = verify(&zip, Depth::Full).unwrap();
        assert!(again.accepted, "turn {turn}");
        let told = |of: &Inspection| serde_json::to_string(&of.checks).unwrap();
        assert_eq!(told(&again), told(&first), "turn {turn}");
    });
}
