//! Words and their places in the file, in every way of writing them; mending changes nothing else.

use std::fs;

use super::package;
use crate::case::{CaseFile, Change, from_source, mend, texts};
use crate::diag::SourceFile;

/// The base case with `title` as the written value of the first problem's title.
fn case(title: &str) -> CaseFile {
    let dir = package("tests/findings/base");
    let base = fs::read_to_string(dir.join("case.yaml")).unwrap();
    let text = base.replacen("    title: 堆场扬尘污染\n", &format!("    title: {title}\n"), 1);
    assert_ne!(text, base);
    from_source(SourceFile::new("case.yaml", text), dir).unwrap().value
}

/// The ways to write 「甲,"乙" 丙,丁」 or what folds to it.
const WRITTEN: &[&str] = &[
    "甲,\"乙\" 丙,丁",
    "'甲,\"乙\" 丙,丁'",
    r#""甲,\"乙\" 丙,丁""#,
    r#""\u7532,\x22乙\" 丙,丁""#,
    "甲,\"乙\"\n      丙,丁",
    "\"甲,\\\"乙\\\"\n      丙,丁\"",
    "|-\n      甲,\"乙\" 丙,丁",
    ">-\n      甲,\"乙\"\n      丙,丁",
    "甲,\"乙\"\r\n      丙,丁",
];

#[test]
fn every_character_is_found_where_it_was_written() {
    for written in WRITTEN {
        let case = case(written);
        let all = texts(&case);
        let text = all.iter().find(|t| t.pointer == "/problems/0/title").unwrap();
        assert_eq!(text.words, "甲,\"乙\" 丙,丁", "{written}");
        for wanted in ["乙", "丙", "丁"] {
            let at = text.words.find(wanted).unwrap();
            let span = text.span(&case, &(at..at + wanted.len()));
            assert_eq!(&case.source.text()[span.range], wanted, "{written}");
        }
    }
}

#[test]
fn mending_keeps_every_other_byte() {
    for written in WRITTEN {
        let case = case(written);
        let all = texts(&case);
        let words = "甲,\"乙\" 丙,丁";
        let change = |find: usize, len: usize, by: &str| Change {
            pointer: "/problems/0/title".into(),
            range: find..find + len,
            by: by.into(),
        };
        let comma = words.rfind(',').unwrap();
        let quote = words.find('"').unwrap();
        let changes = [change(quote, 1, "“"), change(comma, 1, "，")];
        let mended = mend(&case, &all, &changes).expect(written);
        assert_eq!(mended.made, [0, 1], "{written}");
        let (old, new) = (case.source.text(), mended.source.text());
        let expected: String = {
            let at = old.rfind(",丁").unwrap();
            let mut s = old.to_owned();
            s.replace_range(at..=at, "，");
            s
        };
        // The quote may be written three ways; all else is as it was.
        for quote in ["\\\"乙", "\\x22乙", "\"乙"] {
            if expected.contains(quote) {
                assert_eq!(new, expected.replacen(quote, "“乙", 1), "{written}");
                break;
            }
        }
    }
}

#[test]
fn what_would_no_longer_be_text_is_left() {
    let case = case("３５");
    let all = texts(&case);
    let change = Change { pointer: "/problems/0/title".into(), range: 0..6, by: "35".into() };
    let mended = mend(&case, &all, &[change]).unwrap();
    assert!(mended.made.is_empty());
    assert_eq!(mended.source.text(), case.source.text());
}

#[test]
fn texts_are_no_codes() {
    let case = case("甲");
    for text in texts(&case) {
        for neither in ["/id", "/path", "/sha256", "/date", "/kind"] {
            assert!(!text.pointer.ends_with(neither), "{}", text.pointer);
        }
        let coded = ["/media_type", "/doc_code", "/rulepack"].iter();
        let code = coded.clone().any(|field| text.pointer.ends_with(field));
        assert!(text.coded || !code, "{}", text.pointer);
    }
    assert!(texts(&case).iter().any(|t| t.pointer == "/rulepack"));
    assert!(texts(&case).iter().any(|t| t.pointer == "/case/title"));
}
