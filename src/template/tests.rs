//! A kind on a desk of its own, and the wall between data and markup.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Map, json};

use super::{Facts, Kinds, compose};
use crate::diag::{Failure, Outcome};
use crate::document::{Block, Document, PartRole};
use crate::engine::{is_reserved, one_line};

const MANIFEST: &str = r#"
code = "D99"
name = "试验"
genres = ["通知"]
forms = ["文件式"]
case_types = ["例行督察"]
articles = ["无"]
retention = "永久"
secrecy = "内部"
openness = "不予公开"
seal = true

[[body]]
file = "body.md.j2"

[[table]]
id = "t"
rows = "problems"
[[table.column]]
header = "序号"
width = 2
cell = "{{ loop_index }}"
[[table.column]]
header = "问题"
width = 8
cell = "{{ row.title }}"
"#;

fn kind(manifest: &str, body: &str) -> (tempfile::TempDir, Outcome<Kinds>) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("trial");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("kind.toml"), manifest).unwrap();
    std::fs::write(folder.join("body.md.j2"), body).unwrap();
    let kinds = Kinds::scan(dir.path());
    (dir, kinds)
}

fn facts(value: &str) -> serde_json::Value {
    json!({
        "illustrative": true,
        "case": {"title": "某案"},
        "organs": [{"id": "o-a", "name": "甲市办公室", "short_name": "甲办"}, {"id": "o-b", "name": "乙区政府", "short_name": null}],
        "problems": [{"id": "P01", "title": value}],
        "documents": [{"id": "doc-1", "kind": "D99", "genre": "通知", "format": "文件式", "title": "关于试验的通知",
            "issuers": ["o-a"], "recipients": ["o-b"], "copies": ["o-b"], "secrecy": "内部", "issued_on": "2025-03-04",
            "doc_number": {"code": "甲办", "year": 2025, "seq": 8}, "signer": null, "note": null}],
    })
}

fn document(body: &str, value: &str) -> Result<Document, Failure> {
    let (_dir, kinds) = kind(MANIFEST, body);
    let json = facts(value);
    compose(&kinds?.value, &Facts::new(&json), "doc-1", &Map::new()).map(|c| c.value)
}

#[test]
fn head_body_and_imprint_come_from_the_entry() {
    let doc =
        document("请办理。\n\n::: 附件 名单\n\n{{ table('t') }}\n\n::: 附注 此件公开", "管网缺陷")
            .unwrap();
    let header = doc.header.unwrap();
    assert_eq!(header.number.as_deref(), Some("甲办〔2025〕8号"));
    assert_eq!(
        (header.mark.names.join(""), header.mark.suffix),
        ("甲市办公室".into(), "文件".into())
    );
    assert_eq!(doc.body.recipients.as_deref(), Some("乙区政府："));
    assert_eq!(doc.body.annex_note, ["名单"]);
    assert_eq!(doc.body.note.as_deref(), Some("此件公开"));
    assert_eq!(doc.body.signature.unwrap().date, "2025年3月4日");
    assert_eq!(doc.watermark.as_deref(), Some("示例"));
    let imprint = doc.imprint.unwrap();
    assert_eq!(
        (imprint.copies.as_deref(), imprint.date.as_str()),
        (Some("乙区政府。"), "2025年3月4日印发")
    );
    assert_eq!((doc.parts[0].role, doc.parts[0].label.as_deref()), (PartRole::Annex, Some("附件")));
    let Block::Table(table) = &doc.parts[0].blocks[0] else { panic!() };
    assert_eq!(table.rows[0][1].0, ["管网缺陷"]);
}

#[test]
fn headings_are_numbered_and_run_in() {
    let doc = document("# 甲\n\n## 乙。\n\n接着写。\n\n## 丙\n\n### 丁\n\n# 戊\n\n### 己\n", "x")
        .unwrap();
    let shown: Vec<String> = doc
        .body
        .blocks
        .iter()
        .map(|b| match b {
            Block::Heading { number, text, run_in, .. } => {
                format!("{number}{text}{}", run_in.as_deref().unwrap_or_default())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, ["一、甲", "（一）乙。接着写。", "（二）丙", "1.丁", "二、戊", "1.己"]);
}

/// The findings against a body.
fn faults(body: &str) -> Vec<(String, usize, String)> {
    let list = match document(body, "x") {
        Err(Failure::Faulty(list) | Failure::Rejected(list)) => list,
        other => panic!("{other:?}"),
    };
    list.into_iter()
        .map(|f| (f.code.to_string(), f.at.map_or(0, |s| s.line_column().0), f.message))
        .collect()
}

#[test]
fn slips_are_told_by_name_and_line() {
    for (body, code, line, words) in [
        ("甲\n\n{{ doc.titel }}", "K-04", 3, "titel"),
        ("{{ nobody }}", "K-04", 1, "nobody"),
        ("{% for x in problems %}", "K-03", 1, "语法"),
        ("{{ 1 | nofilter }}", "K-03", 1, "nofilter"),
        ("{{ get('q-x') }}", "K-05", 1, "q-x"),
        ("1. 手写序号", "K-06", 1, "序号"),
        ("**加粗**", "K-06", 1, "强调"),
        ("## 越级", "K-06", 1, "越级"),
        ("::: 附录 甲", "K-06", 1, "附录"),
        ("::: 表 nowhere", "K-06", 0, "nowhere"),
        ("{% include '../secret.j2' %}", "K-03", 1, "引用"),
    ] {
        let found = faults(body);
        assert!(
            found
                .iter()
                .any(|(c, l, m)| c == code && (*l == line || line == 0) && m.contains(words)),
            "{body}: {found:?}"
        );
    }
}

#[test]
fn a_manifest_is_checked_before_anything_is_rendered() {
    for (from, to, words) in [
        ("seal = true", "seel = true", "seal"),
        ("seal = true", "", "seal"),
        ("file = \"body.md.j2\"", "file = \"nobody.md.j2\"", "nobody"),
        ("width = 2", "width = 0", "列宽"),
        ("rows = \"problems\"", "rows = 3", "类型"),
    ] {
        let (_dir, kinds) = kind(&MANIFEST.replacen(from, to, 1), "甲");
        let Err(Failure::Faulty(list)) = kinds else { panic!("{from} → {to}") };
        let said = list.iter().map(|f| format!("{} {:?}", f.message, f.hints)).collect::<String>();
        assert!(list[0].code == "K-01" && said.contains(words), "{said}");
        assert!(Path::new(list[0].at.as_ref().unwrap().source.name()).ends_with("trial/kind.toml"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn data_never_becomes_markup(value in prop_oneof![
        any::<String>(),
        r"[甲#*_`:>\[\]()!&<|~\\.\-+=0-9 \n\t]{0,40}",
        r"(#{1,6} |::: 附件 |::: 表 t|1\. |- |> |```|---|<b>|\{\{ v \}\}|\n|甲){0,6}",
    ]) {
        let doc = document("甲{{ problems[0].title }}乙\n\n{{ problems[0].title }}\n\n尾", &value).unwrap();
        let texts: Vec<&str> = doc.body.blocks.iter().map(|b| match b {
            Block::Paragraph { text, .. } => text.as_str(),
            other => panic!("{other:?}"),
        }).collect();
        let value: String = value.chars().filter(|c| !is_reserved(*c)).collect();
        let plain = one_line(&value);
        let first = format!("甲{plain}乙");
        let want: Vec<&str> = [first.as_str(), plain.trim(), "尾"].into_iter().filter(|t| !t.is_empty()).collect();
        prop_assert_eq!(texts, want);
        prop_assert!(doc.parts.is_empty());
    }
}
