//! 旁证: every sample of archive-schema/dat93-bagit/samples, judged by us and by the verifier in Python, which
//! shares no code with us. Both must say the same, and name the same files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use super::description::Description;
use super::handover::{Head, Mark};
use super::inspect::{Inspection, Outcome};
use super::profile::profile;
use super::tests::{files, record, records, spec};
use super::{BundleSpec, Depth, bag, export_bag, forms, pack, premis, verify};
use crate::container::{Source, write_zip};
use crate::fixity::{Digest, DigestSet, digest_bytes};
use crate::record::Record;

type Files = BTreeMap<String, Vec<u8>>;

/// A sample: what is done to a bundle, and what must be found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    /// In words.
    what: String,
    /// Which bundle is spoiled.
    #[serde(default)]
    base: Base,
    /// Which digests are made to agree again afterwards.
    #[serde(default)]
    redo: Redo,
    /// Checks that must not pass.
    #[serde(default)]
    finds: Vec<String>,
    /// Files that must be named by both.
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    edit: Vec<Edit>,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Base {
    #[default]
    Plain,
    /// 件号 0002 is missing.
    Gap,
    /// One item on paper, one signed.
    Paper,
    /// Format 1.
    Old,
    /// The sender keeps a book.
    Handed,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Redo {
    #[default]
    Nothing,
    /// Manifests.
    Manifests,
    /// Manifests, PREMIS, 登记表, 摘要表.
    All,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    /// Flips a bit of this byte.
    flip: Option<usize>,
    #[serde(default)]
    remove: bool,
    /// New text.
    text: Option<String>,
    /// Takes the place of `from`, everywhere.
    from: Option<String>,
    #[serde(default)]
    to: String,
    rename: Option<String>,
    swap: Option<String>,
}

fn samples(kind: &str) -> Vec<(String, Sample)> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("archive-schema/dat93-bagit/samples").join(kind);
    let mut out: Vec<(String, Sample)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            (name.clone(), toml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}")))
        })
        .collect();
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn base(kind: Base, dir: &Path) -> PathBuf {
    let out = dir.join(format!("base-{}.zip", kind as u8));
    if out.is_file() {
        return out;
    }
    if kind == Base::Old {
        return Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bundles/v1.zip");
    }
    let mut all: Vec<Record> = records();
    let mut about: BundleSpec = spec();
    match kind {
        Base::Gap => drop(all.remove(1)),
        Base::Paper => {
            all[0].metadata.signer = Some("张三".into());
            about.absent.push(record(4, "无.txt", b"").metadata);
        }
        Base::Handed => {
            let book = Some(Head { entries: 2, head: Digest([7; 32]) });
            about.handover = Some(Mark { sequence: 2, previous: Some(Digest([5; 32])), book });
        }
        Base::Plain | Base::Old => {}
    }
    pack(&about, &all, &[], &out).unwrap();
    out
}

fn apply(edit: &Edit, files: &mut Files) {
    let file = &edit.file;
    if let Some(text) = &edit.text {
        files.insert(file.clone(), text.clone().into_bytes());
    }
    let bytes = files.get_mut(file).unwrap_or_else(|| panic!("no {file} to edit"));
    if let Some(at) = edit.flip {
        bytes[at] ^= 1;
    }
    if let Some(from) = &edit.from {
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        *bytes = text.replace(from, &edit.to).into_bytes();
    }
    if let Some(other) = &edit.swap {
        let (a, b) = (files[file].clone(), files[other].clone());
        files.insert(file.clone(), b);
        files.insert(other.clone(), a);
    }
    if edit.remove || edit.rename.is_some() {
        let bytes = files.remove(file).unwrap();
        if let Some(to) = &edit.rename {
            files.insert(to.clone(), bytes);
        }
    }
}

fn redo(how: Redo, files: &mut Files) {
    if matches!(how, Redo::Nothing) {
        return;
    }
    if matches!(how, Redo::All)
        && let Ok(d) = serde_json::from_slice::<Description>(&files[bag::DESCRIPTION])
    {
        let names = &profile().names;
        let content = forms::content(&d, digests(files).iter().map(|(p, s)| (p.as_str(), s)));
        for (name, value) in [
            (&names.handover, forms::handover(&d, &content)),
            (&names.sums, forms::sums(&d, &content)),
        ] {
            files.insert(names.form(name), value.to_string().into_bytes());
        }
        let all = digests(files);
        let payload = all.iter().filter(|(p, _)| p.starts_with("data/"));
        let premis = premis::premis(&d, &payload.map(|(p, s)| (p.as_str(), s)).collect());
        files.insert(premis::PATH.into(), premis.document().unwrap());
        let (mut octets, mut streams) = (0, 0);
        for (_, bytes) in files.iter().filter(|(p, _)| p.starts_with("data/")) {
            octets += bytes.len();
            streams += 1;
        }
        let info = String::from_utf8(files[bag::INFO].clone()).unwrap();
        let fresh = |line: &str| match line.split_once(": ") {
            Some(("Payload-Oxum", _)) => format!("Payload-Oxum: {octets}.{streams}\n"),
            _ => format!("{line}\n"),
        };
        files.insert(bag::INFO.into(), info.lines().map(fresh).collect::<String>().into_bytes());
    }
    let lines = |files: &Files, want: &dyn Fn(&str) -> bool, sm3: bool| {
        let all = digests(files);
        let wanted = all.iter().filter(|(p, _)| want(p));
        let sums = wanted.map(|(p, d)| (p.clone(), if sm3 { d.sm3 } else { d.sha256 }));
        bag::sums(&sums.collect()).into_bytes()
    };
    let manifest = lines(files, &|p| p.starts_with("data/"), false);
    files.insert(bag::MANIFEST.into(), manifest);
    files.remove(bag::TAG_MANIFEST);
    files.remove(bag::SM3_SUMS);
    let sm3 = lines(files, &|_| true, true);
    files.insert(bag::SM3_SUMS.into(), sm3);
    let tags = lines(files, &|p| !p.starts_with("data/"), false);
    files.insert(bag::TAG_MANIFEST.into(), tags);
}

fn digests(files: &Files) -> BTreeMap<String, DigestSet> {
    files.iter().map(|(p, b)| (p.clone(), digest_bytes(b))).collect()
}

fn made(sample: &Sample, dir: &Path, name: &str) -> PathBuf {
    let zip = base(sample.base, dir);
    let mut content = files(&zip);
    for edit in &sample.edit {
        apply(edit, &mut content);
    }
    redo(sample.redo, &mut content);
    let out = dir.join(format!("{name}.zip"));
    let entries = content
        .iter()
        .map(|(p, b)| (format!("AJ-CQ-1/{p}"), Source::Memory(b.as_slice().into())))
        .collect();
    write_zip(&out, &entries).unwrap();
    out
}

/// What the verifier in Python says of each of the bundles.
pub(super) fn python(paths: &[PathBuf]) -> Vec<Value> {
    const DRIVER: &str = "import sys, json, importlib.util as u\n\
        s = u.spec_from_file_location('verify', sys.argv[1]); v = u.module_from_spec(s); s.loader.exec_module(v)\n\
        for p in sys.argv[2:]: sys.stdout.buffer.write((json.dumps(v.verify(p)) + '\\n').encode())";
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("archive-schema/dat93-bagit/verify.py");
    let out = Command::new("python3")
        .args(["-B", "-c", DRIVER])
        .arg(script)
        .args(paths)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let lines = String::from_utf8(out.stdout).unwrap();
    let all: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(all.len(), paths.len());
    all
}

fn ours(inspection: &Inspection) -> Vec<(String, String)> {
    let bad = |o| matches!(o, Outcome::Fail | Outcome::Warn);
    let checks = inspection.checks.iter().filter(|c| bad(c.outcome));
    checks.flat_map(|c| c.evidence.iter().map(move |e| (c.id.to_owned(), e.path.clone()))).collect()
}

pub(super) fn theirs(said: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let found = said["findings"].as_array().unwrap().iter();
    found.map(|f| (text(&f["check"]), text(&f["path"]))).collect()
}

/// Files that digests, manifests and the container find fault with.
fn damaged(found: &[(String, String)]) -> BTreeSet<&str> {
    let plain = ["Z1", "W12"];
    found.iter().filter(|(c, _)| plain.contains(&c.as_str())).map(|(_, p)| p.as_str()).collect()
}

#[test]
fn samples_are_judged_alike_by_two_programs() {
    let mut wrong = Vec::new();
    for kind in ["valid", "warning", "invalid"] {
        let dir = tempfile::tempdir().unwrap();
        let all = samples(kind);
        let zips: Vec<PathBuf> = all.iter().map(|(n, s)| made(s, dir.path(), n)).collect();
        for ((name, sample), (zip, said)) in all.iter().zip(zips.iter().zip(python(&zips))) {
            let inspection = verify(zip, Depth::Full).unwrap();
            let (a, b) = (ours(&inspection), theirs(&said));
            let mut faults = Vec::new();
            let mut must = |holds: bool, what: String| {
                if !holds {
                    faults.push(what);
                }
            };
            let good = kind != "invalid";
            must(
                inspection.accepted == good && said["accepted"] == good,
                "judged otherwise".into(),
            );
            must(kind != "valid" || (a.is_empty() && b.is_empty()), "found something".into());
            for check in &sample.finds {
                must(a.iter().any(|(id, _)| id == check), format!("{check} not found by us"));
            }
            for file in &sample.names {
                must(a.iter().any(|(_, p)| p.contains(file)), format!("{file} not told by us"));
                must(b.iter().any(|(_, p)| p.contains(file)), format!("{file} not told by it"));
            }
            must(damaged(&a) == damaged(&b), "other files named".into());
            let first = name.split('-').next().unwrap_or_default();
            let named = kind == "valid" || sample.finds.iter().any(|f| f == first);
            must(named, "a sample is named by the check that finds it".into());
            if !faults.is_empty() {
                wrong.push(format!("{name}（{}）: {faults:#?}\n{a:#?}\n{b:#?}", sample.what));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_that_can_fail_has_a_sample() {
    let found: BTreeSet<String> = ["warning", "invalid"]
        .iter()
        .flat_map(|kind| samples(kind))
        .flat_map(|(_, sample)| sample.finds)
        .collect();
    let wanted = [
        "Z1", "Z4", "Z5", "Z6", "Z7", "Z8", "Z9", "Z10", "Z11", "Z12", "Z13", "Z14", "W1", "W2",
        "W3", "W4", "W5", "W6", "W7", "W10", "W11", "W12", "K1", "K3", "K4", "K6", "K7", "S3",
        "S8",
    ];
    let missing: Vec<&str> = wanted.into_iter().filter(|w| !found.contains(*w)).collect();
    assert!(missing.is_empty(), "no sample for {missing:?}");
}

#[test]
fn any_flipped_bit_is_found_by_both() {
    let dir = tempfile::tempdir().unwrap();
    let whole = std::fs::read(base(Base::Plain, dir.path())).unwrap();
    let mut zips = Vec::new();
    // Spread over headers, names, data, directory and end record alike.
    for n in 0..90 {
        let at = if n < 30 { n } else { whole.len() * (n - 30) / 60 + n % 7 };
        let at = at.min(whole.len() - 1);
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (n % 8);
        let out = dir.path().join(format!("{n}.zip"));
        std::fs::write(&out, bytes).unwrap();
        zips.push(out);
    }
    for (zip, said) in zips.iter().zip(python(&zips)) {
        let inspection = verify(zip, Depth::Full).unwrap();
        assert!(!inspection.accepted, "{}", zip.display());
        assert_eq!(said["accepted"], false, "{}", zip.display());
    }
}

#[test]
fn a_container_of_another_form_is_refused_by_both() {
    type Change = fn(&mut Vec<u8>);
    let changes: [(&str, Change); 6] = [
        ("cut", |b| b.truncate(b.len() - 1)),
        ("more", |b| b.push(0)),
        ("before", |b| b.insert(0, 0)),
        ("empty", Vec::clear),
        ("comment", |b| {
            let end = b.len();
            b[end - 2] = 1;
            b.push(b'x');
        }),
        ("count", |b| {
            let end = b.len();
            b[end - 14] = 200;
            b[end - 12] = 200;
        }),
    ];
    let dir = tempfile::tempdir().unwrap();
    let whole = std::fs::read(base(Base::Plain, dir.path())).unwrap();
    let mut zips = Vec::new();
    for (name, change) in changes {
        let mut bytes = whole.clone();
        change(&mut bytes);
        zips.push(dir.path().join(format!("{name}.zip")));
        std::fs::write(zips.last().unwrap(), bytes).unwrap();
    }
    for (zip, said) in zips.iter().zip(python(&zips)) {
        let inspection = verify(zip, Depth::Full).unwrap();
        assert!(ours(&inspection).iter().any(|(id, _)| id == "S7"), "{}", zip.display());
        assert_eq!(said["checks"]["S7"], "FAIL", "{}: {said}", zip.display());
    }
}

#[test]
fn every_json_keeps_its_schema() {
    let dir = tempfile::tempdir().unwrap();
    let content = files(&base(Base::Paper, dir.path()));
    let names = &profile().names;
    let schema = |name: &str| -> Value {
        serde_json::from_slice(&content[&names.form(&format!("XML模式/{name}"))]).unwrap()
    };
    for (path, name) in [
        (bag::DESCRIPTION.to_owned(), "bundle.schema.json"),
        (names.form(&names.handover), "handover.schema.json"),
        (names.form(&names.sums), "sums.schema.json"),
        (names.form(&names.filing_note), "volume.schema.json"),
        (names.form(&names.cover), "volume.schema.json"),
        (names.form(&names.volume_note), "volume.schema.json"),
    ] {
        let value: Value = serde_json::from_slice(&content[&path]).unwrap();
        let judge = jsonschema::validator_for(&schema(name)).unwrap();
        let faults: Vec<String> = judge.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{path}: {faults:#?}");
        // A schema that lets everything through proves nothing.
        let Value::Object(mut less) = value else { panic!("{path}") };
        let first = less.keys().next().unwrap().clone();
        less.remove(&first);
        assert!(!judge.is_valid(&Value::Object(less)), "{path} without {first}");
    }
}

/// A package of the layout of DA/T 93-2022, without a bag.
fn package(dir: &Path) -> PathBuf {
    let root = dir.join("移交");
    let item = root.join("A001/WS/2024/A001-WS·2024-Y-BGS-0001");
    std::fs::create_dir_all(&item).unwrap();
    let entry = "<文件><顺序号>1</顺序号><档号>A001-WS·2024-Y-BGS-0001</档号><责任者>甲</责任者>\
        <题名>通知</题名><日期>20240304</日期><保管期限>永久</保管期限><密级>公开</密级><页数>1</页数><备注/></文件>";
    for (name, text) in [
        (
            "说明文件.TXT",
            "移交单位：甲\n内容描述：乙\n起止档号：丙\n档案数量：1 件\n软硬件环境：丁\n",
        ),
        ("目录文件.XML", &format!("<文件目录>{entry}</文件目录>")),
    ] {
        std::fs::write(root.join(name), text).unwrap();
    }
    std::fs::write(item.join("电子档案元数据.XML"), "<a/>").unwrap();
    std::fs::write(item.join("正文.txt"), "正文").unwrap();
    root
}

/// The same in GB18030, as other programs often write it; its XML declares `name`.
fn in_chinese(root: &Path, name: &str) {
    for file in ["说明文件.TXT", "目录文件.XML"] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let head = format!("<?xml version=\"1.0\" encoding=\"{name}\"?>");
        let text = if file.ends_with(".XML") { head + &text } else { text };
        std::fs::write(root.join(file), encoding_rs::GB18030.encode(&text).0).unwrap();
    }
}

#[test]
fn a_package_in_gb18030_is_read_as_one_in_utf_8() {
    let dir = tempfile::tempdir().unwrap();
    let root = package(dir.path());
    let told = |inspection: &Inspection| {
        let checks = inspection.checks.iter();
        checks.map(|c| (c.id, c.outcome, c.message.clone())).collect::<Vec<_>>()
    };
    let wanted = verify(&root, Depth::Full).unwrap();
    in_chinese(&root, "GB18030");
    let found = verify(&root, Depth::Full).unwrap();
    assert!(found.accepted, "{found:#?}");
    assert_eq!(told(&found), told(&wanted));
    // Read, and not only let through: a secret is seen in it.
    let catalogue = root.join("目录文件.XML");
    let bytes = std::fs::read(&catalogue).unwrap();
    let text = encoding_rs::GB18030.decode(&bytes).0.replace("公开", "机密");
    std::fs::write(&catalogue, encoding_rs::GB18030.encode(&text).0).unwrap();
    assert!(bad(&verify(&root, Depth::Full).unwrap(), "S9"));
    // What does not keep to its declaration is not guessed at.
    std::fs::write(&catalogue, encoding_rs::GB18030.encode(&text.replace("GB18030", "UTF-8")).0)
        .unwrap();
    assert!(bad(&verify(&root, Depth::Full).unwrap(), "K1"));
}

#[test]
fn an_unpacked_bundle_may_lie_in_a_folder_of_any_name_but_not_bear_any_number() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("收到的 包");
    export_bag(&base(Base::Plain, dir.path()), &root).unwrap();
    let found = verify(&root, Depth::Full).unwrap();
    assert!(found.accepted && found.name == "AJ-CQ-1", "{found:#?}");
    let other = &python(std::slice::from_ref(&root))[0];
    assert_eq!(other["accepted"], true, "{other:#?}");
    // The number becomes the name of a folder elsewhere.
    let list = root.join(bag::DESCRIPTION);
    let text = std::fs::read_to_string(&list).unwrap();
    std::fs::write(&list, text.replacen("\"AJ-CQ-1\"", "\"../1\"", 1)).unwrap();
    let found = verify(&root, Depth::Full).unwrap();
    assert!(bad(&found, "Z13") && found.name == "收到的 包", "{found:#?}");
    let other = &python(&[root])[0];
    assert!(other.to_string().contains("\"Z13\""), "{other:#?}");
}

#[test]
fn a_size_that_premis_does_not_state_is_told_as_not_stated() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("包");
    export_bag(&base(Base::Plain, dir.path()), &root).unwrap();
    let path = root.join(premis::PATH);
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<size>").unwrap();
    let (_, after) = rest.split_once("</size>").unwrap();
    std::fs::write(&path, format!("{before}{after}")).unwrap();
    let found = verify(&root, Depth::Full).unwrap();
    let all = found.checks.iter().flat_map(|c| &c.evidence);
    let told: Vec<&str> = all.filter_map(|e| e.expected.as_deref()).collect();
    assert!(told.contains(&"未记载") && !told.contains(&" 字节"), "{told:?}");
}

fn bad(inspection: &Inspection, id: &str) -> bool {
    inspection.checks.iter().any(|c| c.id == id && c.outcome == Outcome::Fail)
}

#[test]
fn a_package_of_another_program_is_inspected_as_far_as_it_goes() {
    let dir = tempfile::tempdir().unwrap();
    let root = package(dir.path());
    let found = verify(&root, Depth::Full).unwrap();
    assert_eq!((found.accepted, found.form.as_deref()), (true, Some("dat93")), "{found:#?}");
    // Nothing that could not be checked is said to have passed.
    let of = |id: &str| found.checks.iter().find(|c| c.id == id).unwrap().outcome;
    assert_eq!(
        (of("Z1"), of("Z10"), of("S8"), of("W1")),
        (Outcome::Na, Outcome::Na, Outcome::Na, Outcome::Pass)
    );
    assert_eq!(found.checks.len(), profile().checks().len());
    let item = root.join("A001/WS/2024/A001-WS·2024-Y-BGS-0001");
    std::fs::rename(&item, item.with_file_name("A001-WS·2024-Y-BGS-0002")).unwrap();
    std::fs::write(root.join("多.txt"), "x").unwrap();
    let found = verify(&root, Depth::Full).unwrap();
    assert!(bad(&found, "W11") && bad(&found, "Z13") && !bad(&found, "W1"), "{found:#?}");
}

/// A bag as other programs make it, with manifests of `algorithms`.
pub(super) fn plain_bag(dir: &Path, algorithms: &[&str]) -> PathBuf {
    let root = dir.join("bag");
    std::fs::create_dir_all(root.join("data/卷")).unwrap();
    std::fs::write(root.join("bagit.txt"), bag::DECLARATION_TEXT).unwrap();
    std::fs::write(root.join("bag-info.txt"), "Payload-Oxum: 3.1\n").unwrap();
    std::fs::write(root.join("data/卷/a.txt"), "abc").unwrap();
    for name in algorithms {
        let digest = match *name {
            "md5" => "900150983cd24fb0d6963f7d28e17f72".to_owned(),
            "sha256" => digest_bytes(b"abc").sha256.to_string(),
            other => {
                let algorithm = crate::fixity::Algorithm::named(other);
                algorithm
                    .map_or("00".into(), |a| crate::fixity::digest_by(a, &mut &b"abc"[..]).unwrap())
            }
        };
        let path = root.join(format!("manifest-{name}.txt"));
        std::fs::write(path, format!("{digest} *./data/卷/a.txt\n")).unwrap();
    }
    root
}

#[test]
fn a_bag_of_another_program_is_inspected_by_its_manifests() {
    for (algorithms, z1) in [
        (&["sha256"][..], Outcome::Pass),
        (&["sha512", "md5"], Outcome::Pass),
        (&["md5"], Outcome::Warn),
        (&["blake9"], Outcome::Manual),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let root = plain_bag(dir.path(), algorithms);
        let found = verify(&root, Depth::Full).unwrap();
        assert_eq!((found.accepted, found.form.as_deref()), (true, Some("bagit")), "{found:#?}");
        assert_eq!(found.checks[0].outcome, z1, "{:?}", found.checks[0]);
        std::fs::write(root.join("data/卷/a.txt"), "abd").unwrap();
        let flipped = verify(&root, Depth::Full).unwrap();
        assert_eq!(flipped.accepted, z1 == Outcome::Manual, "{algorithms:?}");
        assert!(verify(&root, Depth::Quick).unwrap().accepted, "quick reads no content");
        std::fs::write(root.join("data/卷/b.txt"), "x").unwrap();
        let more = verify(&root, Depth::Quick).unwrap();
        assert!(bad(&more, "W12") && bad(&more, "W2"), "{more:#?}");
    }
}

#[test]
fn a_zip_of_another_program_is_looked_into_but_ours_must_pass_the_gate() {
    const MAKE: &str = "import sys, zipfile, os\n\
        z = zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED)\n\
        for r, _, fs in os.walk(sys.argv[1]):\n  [z.write(os.path.join(r, f), os.path.relpath(os.path.join(r, f), os.path.dirname(sys.argv[1]))) for f in fs]\n\
        z.close()";
    let dir = tempfile::tempdir().unwrap();
    let zip = dir.path().join("a.zip");
    let make = |folder: &Path| {
        let status =
            Command::new("python3").args(["-c", MAKE]).arg(folder).arg(&zip).status().unwrap();
        assert!(status.success());
        verify(&zip, Depth::Full).unwrap()
    };
    let found = make(&plain_bag(dir.path(), &["sha256"]));
    assert_eq!((found.accepted, found.form.as_deref()), (true, Some("bagit")), "{found:#?}");
    let found = make(&package(dir.path()));
    assert_eq!((found.accepted, found.form.as_deref()), (true, Some("dat93")), "{found:#?}");
    // A bundle of ours packed by another program is not the bundle that was sent.
    let ours = dir.path().join("AJ-CQ-1");
    for (path, bytes) in files(&base(Base::Plain, dir.path())) {
        std::fs::create_dir_all(ours.join(&path).parent().unwrap()).unwrap();
        std::fs::write(ours.join(&path), bytes).unwrap();
    }
    assert!(verify(&ours, Depth::Full).unwrap().accepted);
    let found = make(&ours);
    assert!(!found.accepted && bad(&found, "S7"), "{found:#?}");
    // Nor is it a mere bag once its list is gone.
    std::fs::remove_file(ours.join(bag::DESCRIPTION)).unwrap();
    assert!(bad(&verify(&ours, Depth::Full).unwrap(), "K1"));
}

#[test]
fn a_quick_look_finds_what_needs_no_digests_and_claims_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let zip = base(Base::Plain, dir.path());
    let quick = verify(&zip, Depth::Quick).unwrap();
    assert!(quick.accepted && quick.quick);
    assert_eq!(quick.checks[0].outcome, Outcome::Manual, "{:?}", quick.checks[0]);
    for (name, seen) in
        [("Z1-flip", false), ("W12-remove", true), ("Z5-title", true), ("S8-log", true)]
    {
        let all = samples("invalid");
        let (_, sample) = all.iter().find(|(n, _)| n == name).unwrap();
        let found = verify(&made(sample, dir.path(), name), Depth::Quick).unwrap();
        assert_eq!(!found.accepted, seen, "{name}");
    }
}
