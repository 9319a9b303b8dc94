//! docs/template-guide.md is run: its example, its table of functions, its slips.

use std::path::Path;

use serde_json::{Map, Value as Json};

use super::tests::check_kind;
use super::{Facts, Kinds, compose};
use crate::diag::{Diagnostic, Failure, Outcome};
use crate::document::{Block, Document};

const GUIDE: &str = include_str!("../../docs/template-guide.md");

/// The last code block in this language.
fn block(language: &str) -> &'static str {
    let (_, rest) = GUIDE.rsplit_once(&format!("\n```{language}\n")).unwrap();
    rest.split_once("\n```\n").unwrap().0
}

/// The rows of the table below `head`, cell by cell, without marks of code.
fn rows(head: &str) -> Vec<Vec<String>> {
    let (_, rest) = GUIDE.split_once(head).unwrap();
    let lines = rest.lines().skip(2).take_while(|l| l.starts_with('|'));
    let cells = |l: &str| {
        let l = l.replace("\\|", "\u{1}");
        let cells = l
            .trim_matches('|')
            .split('|')
            .map(|c| c.trim().trim_matches('`').replace('\u{1}', "|"));
        cells.collect()
    };
    lines.map(cells).collect()
}

fn kinds(dir: &Path, body: &str) -> Outcome<Kinds> {
    let folder = dir.join("material-reminder");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("kind.toml"), block("toml")).unwrap();
    std::fs::write(folder.join("body.md.j2"), body).unwrap();
    Kinds::scan(&[dir])
}

fn document(body: &str) -> Outcome<Document> {
    let dir = tempfile::tempdir().unwrap();
    let kinds = kinds(dir.path(), body)?.value;
    let json: Json = serde_json::from_str(block("json")).unwrap();
    compose(&kinds, &Facts::new(&json), "doc-60", &Map::new())
}

#[test]
fn the_example_gives_what_the_guide_says() {
    let done = document(block("jinja")).unwrap();
    assert_eq!(done.value.plain_text().trim_end(), block("text"));
    assert!(done.findings.is_empty());
    let dir = tempfile::tempdir().unwrap();
    let kinds = kinds(dir.path(), block("jinja")).unwrap().value;
    let json: Json = serde_json::from_str(block("json")).unwrap();
    assert!(check_kind(&kinds, kinds.get("D60").unwrap(), &[&Facts::new(&json)]).is_empty());
}

/// The part of the guide's text that the blocks of `document` make, without head and signature.
#[test]
fn the_blocks_give_what_the_guide_says() {
    let done = document(block("jinja-blocks")).unwrap();
    let text = done.value.plain_text();
    let text = text.replace("甲市生态环境保护督察工作领导小组办公室\n2025年3月20日\n", "");
    let (_, text) = text.split_once("生态环境局：\n").unwrap();
    assert_eq!(text.trim_end(), block("text-blocks"));
    assert!(done.findings.is_empty(), "{:?}", done.findings);
}

#[test]
fn every_function_gives_what_its_row_says() {
    let rows = rows("| 写法 | 得到 | 说明 |\n");
    assert!(rows.len() > 15);
    for row in rows {
        let done =
            document(&format!("{{{{ {} }}}}", row[0])).unwrap_or_else(|e| panic!("{row:?}: {e:?}"));
        let want = Block::Paragraph { text: row[1].clone(), indent: true };
        assert_eq!(done.value.body.blocks, [want], "{}", row[0]);
    }
}

#[test]
fn every_slip_is_told_as_its_row_says() {
    let rows = rows("| 写法 | 提示 |\n");
    assert!(rows.len() > 10);
    for row in rows {
        let Err(Failure::Faulty(list)) = document(&row[0]) else { panic!("{row:?}") };
        let words = |f: &Diagnostic| format!("{} {}", f.message, f.hints.join(""));
        let (code, want) = row[1].split_once(' ').unwrap();
        assert!(
            list.iter().any(|f| f.code == code && words(f).contains(want)),
            "{row:?}: {list:#?}"
        );
    }
}

#[test]
fn the_manifest_table_names_every_key() {
    for key in [
        "code",
        "name",
        "genres",
        "forms",
        "case_types",
        "issuer",
        "recipients",
        "copies",
        "approvals",
        "articles",
        "retention",
        "secrecy",
        "openness",
        "seal",
        "mark",
        "sign",
        "imprint",
        "recipients_line",
        "reads",
        "when",
        "caption",
        "landscape",
        "blank_rows",
        "header",
        "width",
        "align",
        "cell",
        "rows",
    ] {
        assert!(GUIDE.contains(&format!("`{key}`")), "{key}");
    }
}

/// docs/manuscript-guide.md: its example is a manuscript, its table names every element.
#[test]
fn the_manuscript_gives_what_its_guide_says() {
    const PAGE: &str = include_str!("../../docs/manuscript-guide.md");
    let fenced = |language: &str| {
        let (_, rest) = PAGE.split_once(&format!("\n```{language}\n")).unwrap();
        rest.split_once("\n```\n").unwrap().0
    };
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("通知.md");
    assert_eq!(include_str!("../../examples/notice.md").trim_end(), fenced("md"));
    std::fs::write(&file, fenced("md")).unwrap();
    let read = crate::case::load_manuscript(&file).unwrap();
    let done = super::compose_manuscript(&read.value).unwrap();
    assert_eq!(done.value.plain_text().trim_end(), fenced("text"));
    assert!(done.findings.is_empty() && read.findings.is_empty());
    let schema = include_str!("../../archive-schema/paper.schema.json");
    let schema: Json = serde_json::from_str(schema).unwrap();
    for name in schema["$defs"]["Head"]["properties"].as_object().unwrap().keys() {
        assert!(PAGE.contains(&format!("`{name}`")), "{name}");
    }
}
