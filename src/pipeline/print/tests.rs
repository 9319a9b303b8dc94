//! Every form has the size of the thing, says what it should, and keeps whatever is written in its cell.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{FormPress, FormSheet, Settings, print_forms};
use crate::archive::{self, BundleSpec, Depth, Stationery};
use crate::clock::Clock;
use crate::diag::{Diagnostic, Failure, has_errors};
use crate::document::Info;
use crate::fixity::digest_bytes;
use crate::record::{Content, FileRole, Metadata, Record, RecordFile};
use crate::sheet::Sheet;
use crate::vocab::{retention::Retention, secrecy::Secrecy};

const TITLE: &str = "关于印发《甲市生态环境突出问题整改销号验收实施细则（试行）》的通知";

fn settings() -> Settings {
    Settings {
        home: Some(PathBuf::from(env!("CARGO_MANIFEST_DIR"))),
        clock: Clock::System,
        no_color: true,
        jobs: 2,
        own_kinds: Vec::new(),
    }
}

/// A 件 of so many pages.
fn record(number: usize, retention: Retention, pages: u32) -> Record {
    let bytes = format!("第{number}件").into_bytes();
    let period = if retention == Retention::Permanent { "Y" } else { "D10" };
    Record {
        metadata: Metadata {
            id: format!("doc-{number}"),
            archival_code: format!("Z109-WS·2025-{period}-DCB-{number:04}"),
            title: format!("{TITLE}之{number}"),
            responsible: "甲市生态环境保护督察工作领导小组办公室".into(),
            document_number: Some(format!("甲环督〔2025〕{number}号")),
            date: "2025-03-04".into(),
            secrecy: Secrecy::Internal,
            retention,
            kind: "试".into(),
            genre: "通知".into(),
            pages,
            recipients: Vec::new(),
            copies: Vec::new(),
            signer: None,
            openness: None,
            case_id: "CQ-1".into(),
            case_title: "甲区督察".into(),
            stage: None,
            districts: Vec::new(),
            note: None,
            layout: None,
            provenance: None,
        },
        files: vec![RecordFile {
            role: FileRole::Main,
            name: "正文.txt".into(),
            media_type: "text/plain; charset=utf-8".into(),
            pages: Some(pages),
            digests: digest_bytes(&bytes),
            content: Content::Memory(bytes.into()),
        }],
    }
}

fn bundle(dir: &Path, illustrative: bool, records: &[Record]) -> PathBuf {
    let spec = BundleSpec {
        id: "AJ-CQ-1".into(),
        case_id: "CQ-1".into(),
        case_title: "甲区督察".into(),
        sender: "甲市第一督察组".into(),
        receiver: "甲市办公室".into(),
        date: "2025-07-10".into(),
        illustrative,
        fonds_number: "Z109".into(),
        fonds_name: "甲市生态环境局".into(),
        category: "WS".into(),
        unit: "DCB".into(),
        year: 2025,
        software: "anjuan 试".into(),
        absent: Vec::new(),
        handover: None,
        part: None,
    };
    let out = dir.join("a.zip");
    archive::pack(&spec, records, &[], &out).unwrap();
    out
}

/// Two series; the permanent one is thicker than two boxes.
fn two_series() -> Vec<Record> {
    let mut all: Vec<Record> = (1..=3).map(|n| record(n, Retention::Permanent, 300)).collect();
    all.push(record(4, Retention::Years10, 12));
    all
}

fn sheets(dir: &Path, name: &str) -> Vec<Sheet> {
    crate::pdf::read(std::fs::read(dir.join(format!("{name}.pdf"))).unwrap()).unwrap()
}

/// Millimetres of each page, to tenths.
fn sizes(sheets: &[Sheet]) -> Vec<(f64, f64)> {
    let tenths = |mm: f64| (mm * 10.0).round() / 10.0;
    sheets.iter().map(|s| (tenths(s.width), tenths(s.height))).collect()
}

fn text(sheets: &[Sheet]) -> String {
    let runs = sheets.iter().flat_map(|s| &s.runs).map(crate::sheet::Run::text);
    runs.flat_map(|t| t.chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>()).collect()
}

#[test]
fn every_form_of_every_box_and_volume_is_printed_in_its_real_size() {
    let dir = tempfile::tempdir().unwrap();
    let zip = bundle(dir.path(), false, &two_series());
    let out = dir.path().join("印件");
    let (printed, findings) = print_forms(&settings(), &zip, None, &out).unwrap();
    assert_eq!(printed.len(), 16, "{printed:?}");
    assert!(findings.is_empty(), "{findings:?}");
    let (a4, front) = ((210.0, 297.0), (220.0, 310.0));
    for (code, boxes, volume) in [
        ("Z109-WS·2025-Y-DCB", vec![(40.0, 310.0), (40.0, 310.0), (40.0, 310.0)], 20.0),
        ("Z109-WS·2025-D10-DCB", vec![(20.0, 310.0)], 10.0),
    ] {
        let of = |name: &str| sizes(&sheets(&out, &format!("{code} {name}")));
        assert_eq!(of("归档文件目录"), [(297.0, 210.0), (297.0, 210.0)], "{code}");
        assert_eq!(of("备考表"), vec![a4; boxes.len()], "{code}");
        assert_eq!(of("档案盒封面"), [front], "{code}");
        assert_eq!(of("档案盒脊背"), boxes, "{code}");
        assert_eq!(of("案卷封面"), [front], "{code}");
        assert_eq!(of("案卷脊背"), [(volume, 310.0)], "{code}");
        assert_eq!(of("卷内文件目录"), [a4], "{code}");
        assert_eq!(of("卷内备考表"), [a4], "{code}");
    }
    let of = |name: &str| text(&sheets(&out, &format!("Z109-WS·2025-Y-DCB {name}")));
    let list = of("归档文件目录");
    for words in [
        "机构（问题）",
        "序号档号文号责任者题名日期密级页数备注",
        "Z109-WS·2025-Y-DCB-0003",
        "甲环督〔2025〕3号",
        "20250304",
        "第1页　共1页".trim(),
    ] {
        let words: String = words.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(list.contains(&words), "{words}: {list}");
    }
    assert_eq!(list.matches("归档文件目录").count(), 2, "cover and list: {list}");
    assert!(!list.contains("0004"), "one list for each series: {list}");
    let notes = of("备考表");
    assert!(notes.contains("3盒之2，0002至0002") && notes.contains("共1件300页。"), "{notes}");
    let spines = sheets(&out, "Z109-WS·2025-Y-DCB 档案盒脊背");
    for (at, number) in [(0, "0001"), (1, "0002"), (2, "0003")] {
        let one = text(&spines[at..=at]);
        assert_eq!(one.matches(number).count(), 2, "起件号 and 止件号: {one}");
        assert!(one.contains("永久") && one.contains("盒号"), "{one}");
    }
    let cover = of("案卷封面");
    for words in
        ["文书档案", "甲区督察文件材料（永久）", "自2025年3月至2025年3月", "本卷共3件900页"]
    {
        assert!(cover.contains(words), "{words}: {cover}");
    }
    assert!(of("卷内备考表").contains("立卷时间：2025年7月10日"));
}

#[test]
fn the_same_bundle_gives_the_same_bytes_and_an_example_says_so_on_every_page() {
    let dir = tempfile::tempdir().unwrap();
    let zip = bundle(dir.path(), true, &[record(1, Retention::Permanent, 2)]);
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    let (printed, _) = print_forms(&settings(), &zip, Some(30), &a).unwrap();
    print_forms(&settings(), &zip, Some(30), &b).unwrap();
    for form in &printed {
        let name = form.path.file_name().unwrap();
        let bytes = std::fs::read(&form.path).unwrap();
        assert_eq!(bytes, std::fs::read(b.join(name)).unwrap(), "{name:?}");
        // PDF/A's own metadata, in the clear: what it is, its title, its language.
        let plain = String::from_utf8_lossy(&bytes);
        for words in ["<pdfaid:part>2<", &form.title, "/Lang(zh-CN)"] {
            let packed: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
            let words: String = words.chars().filter(|c| !c.is_whitespace()).collect();
            assert!(packed.contains(&words), "{name:?} does not say {words}");
        }
        let pages = crate::pdf::read(bytes).unwrap();
        assert_eq!(pages.len(), form.pages);
        for page in &pages {
            assert!(text(std::slice::from_ref(page)).contains("示例"), "{name:?}");
        }
    }
    assert_eq!(sizes(&sheets(&a, "Z109-WS·2025-Y-DCB 档案盒脊背")), [(30.0, 310.0)]);
    let other = print_forms(&settings(), &zip, Some(25), &dir.path().join("c"));
    assert!(matches!(&other, Err(Failure::Usage(words)) if words.contains("20、30、40、50")));
    assert!(!dir.path().join("c").exists());
}

/// `value` with every text replaced by what `by` makes of it.
fn with(value: &Value, by: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::from(by(text)),
        Value::Array(all) => all.iter().map(|v| with(v, by)).collect(),
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), with(v, by))).collect(),
        other => other.clone(),
    }
}

#[test]
fn whatever_is_written_stays_in_its_cell() {
    let dir = tempfile::tempdir().unwrap();
    let zip = bundle(dir.path(), false, &two_series());
    let settings = settings();
    let press = FormPress::load(&settings.fonts().unwrap(), &settings.styles().unwrap()).unwrap();
    let table = std::fs::read_to_string(press.sizes()).unwrap();
    let stationery = Stationery::parse("sizes.toml", &table).unwrap();
    let sizes = serde_json::to_value(&stationery).unwrap();
    let inspection = archive::verify(&zip, Depth::Full).unwrap();
    // What is written in every field: nothing, for the hand to fill; names of all lengths and scripts.
    let long = TITLE.repeat(3);
    let url = format!("https://example.org/{}", "a1".repeat(60));
    let texts = ["", "综合协调处", "生态环境保护督察办公室（2025年第一轮）", &long, &url];
    let mut warned: BTreeMap<&str, Vec<Diagnostic>> = BTreeMap::new();
    for spine in [20, 50] {
        let set = archive::prints(&inspection, &stationery, Some(spine)).unwrap();
        for print in set.prints.iter().take(8) {
            for words in texts {
                let data = with(&print.data, &|_| words.to_owned());
                let info = Info {
                    id: print.name.clone(),
                    title: print.title.clone(),
                    author: String::new(),
                    date: set.date.clone(),
                    keywords: Vec::new(),
                };
                let form = print.form;
                let sheet = FormSheet { form, info, watermark: None, data: &data, sizes: &sizes };
                let made = press.set(&sheet).unwrap();
                assert!(!has_errors(&made.findings), "{form} {words}: {:?}", made.findings);
                made.value.to_pdf().unwrap();
                warned.entry(words).or_default().extend(made.findings);
            }
        }
    }
    // A name of usual length is readable wherever names stand (a month of five characters is none); what no spine can
    // hold is told.
    for words in ["", "综合协调处"] {
        let told = warned[words].iter().filter(|f| f.code == "L-12");
        let small: Vec<&str> = told.map(|f| f.message.as_str()).collect();
        assert!(small.iter().all(|words| words.starts_with("案卷封面")), "{words}: {small:?}");
        assert!(small.is_empty() || !words.is_empty(), "{small:?}");
    }
    assert!(warned[long.as_str()].iter().any(|f| f.code == "L-12"));
}
