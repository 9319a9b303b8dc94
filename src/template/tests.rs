//! A kind on a desk of its own, and the wall between data and markup.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Map, json};

use super::{Facts, Kind, Kinds, compose, inspect_kind, stands_alone};
use crate::diag::{Diagnostic, Failure, Outcome};
use crate::document::{Block, Document, Form, PartRole, SignatureForm};
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

/// What [`inspect_kind`] says, and what comes of every document of this kind in the samples, each once.
pub(super) fn check_kind(kinds: &Kinds, kind: &Kind, samples: &[&Facts<'_>]) -> Vec<Diagnostic> {
    let mut findings = inspect_kind(kinds, kind);
    for facts in samples.iter().filter(|_| stands_alone(kind)) {
        for entry in facts.documents().filter(|d| d["kind"] == kind.code.as_str()) {
            let id = entry["id"].as_str().unwrap_or_default();
            match compose(kinds, facts, id, &Map::new()) {
                Ok(checked) => findings.extend(checked.findings),
                Err(Failure::Rejected(list) | Failure::Faulty(list)) => findings.extend(list),
                Err(_) => {}
            }
        }
    }
    let mut told = BTreeSet::new();
    findings.retain(|f| told.insert(f.key()));
    findings
}

fn kind(manifest: &str, body: &str) -> (tempfile::TempDir, Outcome<Kinds>) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("trial");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("kind.toml"), manifest).unwrap();
    std::fs::write(folder.join("body.md.j2"), body).unwrap();
    let kinds = Kinds::scan(&[dir.path()]);
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

/// The findings of an outcome.
fn findings<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> Vec<Diagnostic> {
    match outcome {
        Err(Failure::Faulty(list) | Failure::Rejected(list)) => list,
        other => panic!("{other:?}"),
    }
}

/// Code, line, message and first hint of each finding against a body.
fn faults(body: &str) -> Vec<(String, usize, String)> {
    let words = |f: &Diagnostic| format!("{} {}", f.message, f.hints.join(""));
    findings(document(body, "x"))
        .iter()
        .map(|f| (f.code.to_string(), f.at.as_ref().map_or(0, |s| s.line_column().0), words(f)))
        .collect()
}

#[test]
fn slips_are_told_by_name_and_line() {
    for (body, code, line, words) in [
        ("甲\n\n{{ doc.titel }}", "K-04", 3, "“title”"),
        ("{{ nobody }}", "K-04", 1, "nobody"),
        ("甲\n{{ doc.isuers | name }}", "K-04", 2, "issuers"),
        ("甲\n{{ doc.issued | cdate }}", "K-04", 2, "issued_on"),
        ("{% for p in problems %}\n{{ p.titl | stop }}{% endfor %}", "K-04", 2, "title"),
        ("{{ doc.signer | cdate }}", "K-05", 1, "空值"),
        ("{{ doc.title | cdate }}", "K-05", 1, "不是日期"),
        ("{{ doc.issuers }}", "K-05", 1, "不是文字"),
        ("甲\n{% for x in problems %}", "K-03", 2, "语法"),
        ("{{ 1 | nofilter }}", "K-03", 1, "nofilter"),
        ("{{ get('q-x') }}", "K-05", 1, "q-x"),
        ("{% include '../secret.j2' %}", "K-03", 1, "引用"),
        ("{% include '/etc/passwd' %}", "K-03", 1, "引用"),
        ("甲\n\n1. 手写序号", "K-06", 3, "序号"),
        ("甲\n\n{{ doc.title }}**加粗**", "K-06", 3, "强调"),
        ("甲\n\n## 越级", "K-06", 3, "越级"),
        ("# 甲\n\n#### 越级", "K-06", 3, "越级"),
        ("甲\n\n##### 五级", "K-06", 3, "四级"),
        ("#甲", "K-06", 1, "空格"),
        ("甲\n===", "K-06", 1, "==="),
        ("甲\n\n# {{ doc.note }}", "K-06", 3, "空的标题"),
        ("甲\n\n[注]: 见附件\n", "K-06", 3, "消失"),
        ("甲\n\n> 引用", "K-06", 3, "引用"),
        ("甲<br>乙", "K-06", 1, "网页"),
        ("甲`x`", "K-06", 1, "代码"),
        ("甲\n\n[x](y)", "K-06", 3, "链接"),
        ("甲\n\n::: 附录 甲", "K-06", 3, "附录"),
        ("甲\n\n::: 附件 {{ doc.note }}", "K-06", 3, "缺少"),
        ("甲\n\n::: 附件 **重要**", "K-06", 3, "强调"),
        ("甲\n\n{{ table('tt') }}", "K-06", 3, "“t”"),
        ("甲\n\n见{{ table('t') }}", "K-06", 3, "单独成行"),
        ("{{ table('t') }}{{ table('t') }}", "K-06", 1, "两个指令"),
        ("::: 附注 甲\n\n::: 附注 乙", "K-06", 3, "两处附注"),
    ] {
        let found = faults(body);
        assert!(
            found.iter().any(|(c, l, m)| c == code && *l == line && m.contains(words)),
            "{body}: {found:#?}"
        );
    }
}

#[test]
fn findings_come_together_and_point_into_the_manifest() {
    let manifest =
        MANIFEST.replace("row.title", "row.titel").replace("{{ loop_index }}", "甲{{ loop_idx }}");
    let (_dir, kinds) = kind(&manifest, "{{ doc.titel }}");
    let json = facts("x");
    let list = findings(compose(&kinds.unwrap().value, &Facts::new(&json), "doc-1", &Map::new()));
    let seen: Vec<_> = list.iter().map(|f| (f.code.as_ref(), at(f), f.hints[0].as_str())).collect();
    let line = |words: &str| manifest.lines().position(|l| l.contains(words)).unwrap() + 1;
    assert_eq!(
        seen,
        [
            ("K-04", ("body.md.j2".into(), 1, 4), "是否应为“title”？"),
            ("K-04", ("kind.toml".into(), line("loop_idx"), 13), "是否应为“loop_index”？"),
            ("K-04", ("kind.toml".into(), line("row.titel"), 12), "是否应为“title”？"),
        ]
    );
}

fn at(finding: &Diagnostic) -> (String, usize, usize) {
    let span = finding.at.as_ref().unwrap();
    let name = Path::new(span.source.name()).file_name().unwrap().to_string_lossy().into_owned();
    let (line, column) = span.line_column();
    (name, line, column)
}

#[test]
fn a_slip_in_a_loop_is_told_once() {
    let body = "{% for i in range(9) %}\n## 第{{ i }}项\n\n*x*\n{% endfor %}";
    let lines: Vec<usize> = faults(body).into_iter().map(|(_, line, _)| line).collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn shared_wording_is_included_and_its_slips_are_told_where_they_stand() {
    let (dir, _) = kind(MANIFEST, "甲\n\n{% include '_partials/end.md.j2' %}\n");
    let partials = dir.path().join("_partials");
    std::fs::create_dir(&partials).unwrap();
    for (text, want) in [("说明\n\n*特此通知*。\n", Some(3)), ("特此通知。\n", None)] {
        std::fs::write(partials.join("end.md.j2"), text).unwrap();
        let kinds = Kinds::scan(&[dir.path()]).unwrap().value;
        let json = facts("x");
        let done = compose(&kinds, &Facts::new(&json), "doc-1", &Map::new());
        match want {
            Some(line) => assert_eq!(at(&findings(done)[0]), ("end.md.j2".into(), line, 1)),
            None => assert!(done.unwrap().value.plain_text().contains("甲\n特此通知。\n")),
        }
    }
}

#[test]
fn an_entry_that_the_kind_does_not_admit_is_told_with_its_pointer() {
    let (_dir, kinds) = kind(MANIFEST, "甲");
    let kinds = kinds.unwrap().value;
    let told = |field: &str, value: &str, id: &str| {
        let mut json = facts("x");
        json["documents"][0][field] = json!(value);
        let f = findings(compose(&kinds, &Facts::new(&json), id, &Map::new())).remove(0);
        (
            f.code.to_string(),
            f.path.unwrap_or_default(),
            format!("{} {}", f.message, f.hints.join("")),
        )
    };
    let (code, path, words) = told("genre", "函", "doc-1");
    assert!(
        code == "R-78" && path == "/documents/0/genre" && words.contains("应为通知"),
        "{words}"
    );
    let (code, path, _) = told("format", "信函式", "doc-1");
    assert_eq!((code.as_str(), path.as_str()), ("R-78", "/documents/0/format"));
    let (code, path, words) = told("kind", "D98", "doc-1");
    assert!(
        code == "K-02" && path == "/documents/0/kind" && words.contains("D99（试验）"),
        "{words}"
    );
    let (code, _, words) = told("note", "x", "doc-2");
    assert!(code == "S-03" && words.contains("doc-1"), "{words}");
    let (code, path, _) = told("note", "甲\u{fdd3}", "doc-1");
    assert_eq!((code.as_str(), path.as_str()), ("R-91", "/documents/0/note"));
}

#[test]
fn an_annex_of_one_landscape_table_lies_on_its_side() {
    let manifest = MANIFEST
        .replace("rows = \"problems\"", "rows = \"problems\"\nlandscape = true\nblank_rows = 2");
    let body = "甲\n\n::: 印发 办法\n\n# 总则\n\n::: 附件 表一\n\n{{ table('t') }}\n\n::: 附件 表二\n\n说明\n\n{{ table('t') }}\n\n::: 附件 空";
    let (_dir, kinds) = kind(&manifest, body);
    let json = facts("x");
    let done = compose(&kinds.unwrap().value, &Facts::new(&json), "doc-1", &Map::new()).unwrap();
    let parts: Vec<_> = done
        .value
        .parts
        .iter()
        .map(|p| (p.label.as_deref(), p.title.text.as_str(), p.landscape))
        .collect();
    assert_eq!(
        parts,
        [
            (None, "办法", false),
            (Some("附件1"), "表一", true),
            (Some("附件2"), "表二", false),
            (Some("附件3"), "空", false)
        ]
    );
    assert_eq!(done.value.body.annex_note, ["表一", "表二", "空"]);
    let Block::Table(table) = &done.value.parts[1].blocks[0] else { panic!() };
    assert_eq!((table.rows.len(), table.rows[2].len()), (3, 2));
    let warned: Vec<_> = done.findings.iter().map(|f| (f.code.as_ref(), at(f).1)).collect();
    assert_eq!(warned, [("K-06", 17)]);
}

#[test]
fn upward_documents_show_their_signer_and_letters_their_head() {
    let manifest = MANIFEST
        .replace("[\"通知\"]", "[\"请示\", \"函\"]")
        .replace("[\"文件式\"]", "[\"文件式\", \"信函式\", \"无版头\"]");
    let (_dir, kinds) = kind(&manifest, "甲\n乙 Latin\nwords");
    let kinds = kinds.unwrap().value;
    let make = |genre: &str, format: &str| {
        let mut json = facts("x");
        let doc = &mut json["documents"][0];
        doc["genre"] = json!(genre);
        doc["format"] = json!(format);
        doc["signer"] = json!("p-1");
        doc["recipients_text"] = json!("各区县\n人民政府：");
        json["persons"] = json!([{"id": "p-1", "name": "张三"}]);
        compose(&kinds, &Facts::new(&json), "doc-1", &Map::new()).unwrap().value
    };
    let up = make("请示", "文件式");
    let header = up.header.unwrap();
    assert!(header.upward && header.signers == ["张三"]);
    assert_eq!(up.body.recipients.as_deref(), Some("各区县人民政府："));
    assert_eq!(
        up.body.blocks,
        [Block::Paragraph { text: "甲乙 Latin words".into(), indent: true }]
    );
    let letter = make("函", "信函式");
    assert!(
        letter.imprint.is_none()
            && letter.header.is_some_and(|h| !h.upward && h.signers.is_empty())
    );
    let plain = make("函", "无版头");
    assert!(plain.header.is_none() && plain.imprint.is_none() && plain.body.recipients.is_none());
}

#[test]
fn a_kind_is_checked_against_samples_in_branches_not_taken_too() {
    let manifest =
        MANIFEST.replace("seal = true", "seal = true\nreads = [\"problems\", \"plan.goals\"]");
    let body = "甲{{ doc.number }}{% if doc.note %}{{ doc.tilte }}{{ cse.title }}{{ case.titel }}{% endif %}";
    let (_dir, kinds) = kind(&manifest, body);
    let kinds = kinds.unwrap().value;
    let json = facts("x");
    let list = check_kind(&kinds, kinds.get("D99").unwrap(), &[&Facts::new(&json)]);
    let mut seen: Vec<_> =
        list.iter().map(|f| (f.code.as_ref(), f.message.split('“').nth(1).unwrap())).collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            ("K-01", "plan.goals”，模板没有用到"),
            ("K-01", "t”没有用到"),
            ("K-04", "case.titel”"),
            ("K-04", "cse.title”"),
            ("K-04", "doc.tilte”")
        ]
    );
    assert!(list.iter().all(|f| at(f).1 > 0 && !f.hints.is_empty()));
    let (_dir, kinds) = kind(MANIFEST, "甲\n\n{{ table('t') }}");
    let kinds = kinds.unwrap().value;
    assert!(check_kind(&kinds, kinds.get("D99").unwrap(), &[&Facts::new(&json)]).is_empty());
}

#[test]
fn templates_that_nothing_names_are_told() {
    let (dir, kinds) = kind(MANIFEST, "甲\n\n{{ table('t') }}\n\n{% include 'trial/part.md.j2' %}");
    kinds.unwrap();
    for name in ["part.md.j2", "old.md.j2"] {
        std::fs::write(dir.path().join("trial").join(name), "乙").unwrap();
    }
    let kinds = Kinds::scan(&[dir.path()]).unwrap().value;
    let list = check_kind(&kinds, kinds.get("D99").unwrap(), &[]);
    assert_eq!(list.len(), 1, "{list:#?}");
    assert!(list[0].at.as_ref().unwrap().source.name().ends_with("old.md.j2"));
}

#[test]
fn endless_and_huge_templates_are_stopped_with_a_place() {
    for (body, words) in [
        (
            "甲\n{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
            "无尽的循环",
        ),
        ("甲\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "层数"),
        (
            "甲\n{% for a in range(90000) %}生态环境保护督察工作领导小组办公室{% endfor %}",
            "文字过多",
        ),
        ("甲\n{{ 'x' * 900000000 }}", "文字过多"),
        ("甲\n{% for a in range(900000) %}x{% endfor %}", "过长"),
        (
            "甲{% set ns = namespace(s='长') %}\n{% for a in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
            "过多",
        ),
    ] {
        let (_dir, kinds) = kind(MANIFEST, body);
        let kinds = kinds.unwrap().value;
        let json = facts("x");
        let Err(Failure::Faulty(list)) = compose(&kinds, &Facts::new(&json), "doc-1", &Map::new())
        else {
            panic!("{body}")
        };
        assert!(list[0].code == "K-05" && list[0].message.contains(words), "{body}: {list:#?}");
        assert!(!list[0].hints.is_empty() && list[0].at.is_some(), "{body}");
    }
}

#[test]
fn a_manifest_is_checked_before_anything_is_rendered() {
    for (from, to, words) in [
        ("seal = true", "seel = true", "seal"),
        ("seal = true", "", "seal"),
        ("file = \"body.md.j2\"", "file = \"nobody.md.j2\"", "nobody"),
        ("width = 2", "width = 0", "列宽"),
        ("width = 2", "width = inf", "列宽"),
        ("forms = [\"文件式\"]", "forms = [\"文件试\"]", "文件式"),
        ("retention = \"永久\"", "retention = \"40年\"", "40年"),
        ("[[body]]", "code = \"D1\"\n[[body]]", "重复"),
        ("rows = \"problems\"", "rows = 3", "类型"),
        ("cell = \"{{ loop_index }}\"", "align = \"middle\"\ncell = \"x\"", "middle"),
    ] {
        let (_dir, kinds) = kind(&MANIFEST.replacen(from, to, 1), "甲");
        let Err(Failure::Faulty(list)) = kinds else { panic!("{from} → {to}") };
        let said = list.iter().map(|f| format!("{} {:?}", f.message, f.hints)).collect::<String>();
        assert!(list[0].code == "K-01" && said.contains(words), "{said}");
        assert!(Path::new(list[0].at.as_ref().unwrap().source.name()).ends_with("trial/kind.toml"));
    }
}

#[test]
fn syntax_is_checked_everywhere_at_once_when_kinds_are_read() {
    let manifest = MANIFEST
        .replace("{{ loop_index }}", "{{ loop_index")
        .replace("rows = \"problems\"", "rows = \"problems |\"");
    let manifest = manifest.replace("file = ", "when = \"doc. ==\"\nfile = ");
    let (dir, kinds) = kind(&manifest, "甲\n{% if %}");
    let list = findings(kinds);
    assert!(list.iter().all(|f| f.code == "K-03"), "{list:#?}");
    let line = |words: &str| manifest.lines().position(|l| l.contains(words)).unwrap() + 1;
    let mut seen: Vec<_> = list.iter().map(|f| (at(f).0, at(f).1)).collect();
    seen.sort();
    let toml = |words: &str| ("kind.toml".to_owned(), line(words));
    assert_eq!(
        seen,
        [("body.md.j2".to_owned(), 2), toml("when ="), toml("rows ="), toml("{{ loop_index")]
    );

    // Two folders with one code, one without a manifest, one that is no text.
    for (slug, bytes) in
        [("trial", MANIFEST.as_bytes()), ("other", MANIFEST.as_bytes()), ("bytes", b"\xff\xfe")]
    {
        std::fs::create_dir_all(dir.path().join(slug)).unwrap();
        std::fs::write(dir.path().join(slug).join("kind.toml"), bytes).unwrap();
        std::fs::write(dir.path().join(slug).join("body.md.j2"), "甲").unwrap();
    }
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    let list = findings(Kinds::scan(&[dir.path()]));
    let said: Vec<_> = list.iter().map(|f| (f.code.as_ref(), f.message.as_str())).collect();
    assert_eq!(
        said,
        [
            ("K-01", "不是 UTF-8 编码的文本"),
            ("K-01", "种类文件夹里没有 kind.toml"),
            ("K-01", "目录代码 D99 已用于 other")
        ]
    );
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

/// The words of a body's blocks, one a line.
fn shown(body: &str, value: &str) -> Vec<String> {
    let mut doc = document(body, value).unwrap();
    doc.header = None;
    doc.body.recipients = None;
    doc.body.signature = None;
    doc.imprint = None;
    doc.plain_text().lines().skip(1).map(ToOwned::to_owned).collect()
}

#[test]
fn lists_are_numbered_by_level_and_begin_anew() {
    let body = "- 甲\n  接着写\n  - 乙\n  - 丙\n- 丁\n\n- 戊\n\n一段。\n\n  - 己\n    - 庚\n";
    assert_eq!(
        shown(body, "x"),
        ["（一）甲接着写", "1.乙", "2.丙", "（二）丁", "（三）戊", "一段。", "（一）己", "1.庚"]
    );
}

#[test]
fn articles_count_through_chapters_and_sections_within() {
    let body = "::: 章 总则\n::: 条 甲\n乙\n\n丙\n::: 章 分则\n::: 节 一般规定\n::: 条\n\n丁\n- 戊\n::: 节 其他\n::: 条 己\n\n::: 附件 庚\n::: 条 辛";
    assert_eq!(
        shown(body, "x"),
        [
            "第一章　总则",
            "第一条　甲乙",
            "丙",
            "第二章　分则",
            "第一节　一般规定",
            "第二条　丁",
            "（一）戊",
            "第二节　其他",
            "第三条　己",
            "附件：庚",
            "附件",
            "庚",
            "第一条　辛"
        ]
    );
}

#[test]
fn rosters_take_names_and_running_text() {
    let body = "::: 名单 组　长\n\n{% for p in problems %}\n{{ p.title }}|{{ p.title }}\n\n{% endfor %}\n::: 名单 成员\n各部门\n主要负责人。\n\n后一段。\n\n::: 出席\n\n甲|乙\n\n::: 列席 丙";
    // A bar and a directive of the data are its words.
    assert_eq!(
        shown(body, "::: 章 子|丑"),
        [
            "组　长：::: 章 子|丑　::: 章 子|丑",
            "成员：各部门主要负责人。",
            "后一段。",
            "出席：甲　乙",
            "列席：丙"
        ]
    );
}

#[test]
fn slips_in_the_new_blocks_are_told() {
    for (body, line, words) in [
        ("- 甲\n  - 乙\n    - 丙", 3, "两级"),
        ("- 甲\n- \n- 乙", 2, "空的列举"),
        ("* 甲", 1, "“- ”"),
        ("- **甲**", 1, "强调"),
        ("::: 节 甲", 1, "没有章"),
        ("::: 条\n\n# 甲", 1, "没有条文"),
        ("::: 名单 组长\n\n::: 名单 成员\n甲|乙", 1, "是空的"),
        ("::: 名单 组长\n甲|乙|丙", 2, "两个 |"),
        ("::: 附件 甲\n乙\n::: 出席\n丙|丁", 3, "主体"),
        ("::: 署名 甲|2025-03-04", 1, "主体"),
        ("甲\n::: 印发 乙\n丙\n::: 署名 丁|2025-02-30", 4, "写法不对"),
        ("::: 印发件附件 甲", 1, "没有被印发"),
        ("::: 图 a.png", 1, "替代文本"),
        ("::: 图 ../a.png|甲", 1, "不能用"),
        ("::: 图 a.png|甲", 1, "不存在"),
        ("::: 横表 甲", 1, "没有“::: 横表”"),
        ("::: 名的 甲", 1, "指令"),
    ] {
        let found = faults(body);
        assert!(
            found.iter().any(|(_, l, m)| *l == line && m.contains(words)),
            "{body}: {found:#?}"
        );
    }
}

#[test]
fn an_order_is_stamped_and_a_joint_report_names_all_signers() {
    let made = |change: &dyn Fn(&mut serde_json::Value)| {
        let manifest = MANIFEST
            .replace("[\"文件式\"]", "[\"文件式\", \"命令式\"]")
            .replace("\"通知\"", "\"通知\", \"报告\"");
        let (_dir, kinds) = kind(&manifest, "现予公布。");
        let mut json = facts("x");
        json["persons"] = json!([{"id": "p-a", "name": "王小红", "position": "市长"}, {"id": "p-b", "name": "李明", "position": "区长"}]);
        json["documents"][0]["signer"] = json!("p-a");
        json["documents"][0]["co_signers"] = json!(["p-b"]);
        change(&mut json["documents"][0]);
        compose(&kinds.unwrap().value, &Facts::new(&json), "doc-1", &Map::new()).unwrap().value
    };
    let order = made(&|d| d["format"] = json!("命令式"));
    let signature = order.body.signature.unwrap();
    assert_eq!((order.form, signature.form), (Form::Order, SignatureForm::Stamped));
    assert_eq!(
        (signature.names, signature.posts),
        (vec!["王小红".into(), "李明".into()], vec!["市长".into(), "区长".into()])
    );
    assert_eq!(order.header.unwrap().mark.suffix, "令");
    let report = made(&|d| d["genre"] = json!("报告"));
    assert_eq!(report.header.unwrap().signers, ["王小红", "李明"]);
    assert_eq!(report.body.signature.unwrap().form, SignatureForm::Sealed);
}
