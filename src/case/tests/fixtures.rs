//! `tests/findings/<CODE>-<name>/`: a faulty case (a patch to `base/case.yaml`, or a whole file) and all that is
//! said about it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::package;
use crate::case::{check, from_source, source, state_secrets};
use crate::diag::{Checked, Diagnostic, Failure, Span};

/// Code, line and column, words, second places and hints of every finding, as a person would note them down.
pub fn said(bytes: &[u8], dir: &Path, name: &str) -> String {
    let outcome = match source::decode(name, bytes) {
        Ok(source) => from_source(source, dir.to_path_buf()),
        Err(finding) => Err(Failure::Rejected(vec![*finding])),
    };
    let (head, findings) = match outcome {
        Ok(Checked { value, mut findings }) => {
            findings.extend(check(&value));
            findings.extend(state_secrets(&value));
            ("可用", findings)
        }
        Err(Failure::Rejected(findings)) => ("不可用", findings),
        Err(Failure::Refused(findings)) => ("拒收", findings),
        Err(other) => panic!("{other:?}"),
    };
    let mut out = format!("# {head}\n");
    for finding in &findings {
        note(&mut out, finding);
    }
    out
}

fn note(out: &mut String, finding: &Diagnostic) {
    assert!(finding.clause().is_some() || crate::diag::code::lookup(&finding.code).is_some());
    let (line, column) = finding.at.as_ref().map_or((0, 0), Span::line_column);
    writeln!(out, "{} {line}:{column} {}", finding.code, finding.message).unwrap();
    for (span, words) in &finding.related {
        let (line, column) = span.line_column();
        writeln!(out, "  又 {line}:{column} {words}").unwrap();
    }
    for hint in &finding.hints {
        writeln!(out, "  提示 {hint}").unwrap();
    }
}

fn patched(base: &str, patch: &str) -> String {
    let mut text = base.to_owned();
    for hunk in patch.split("<<<<\n").skip(1) {
        let (find, rest) = hunk.split_once("\n====\n").unwrap();
        let replace = rest.split_once("\n>>>>").map_or("", |(r, _)| r);
        assert_eq!(text.matches(find).count(), 1, "{find} stands once in the base");
        text = text.replacen(find, replace, 1);
    }
    text
}

#[test]
fn the_base_has_no_findings() {
    let dir = package("tests/findings/base");
    assert_eq!(said(&fs::read(dir.join("case.yaml")).unwrap(), &dir, "case.yaml"), "# 可用\n");
}

#[test]
fn every_fixture_says_what_is_expected() {
    let root = package("tests/findings");
    let base = fs::read_to_string(root.join("base/case.yaml")).unwrap();
    let mut names: Vec<String> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "base")
        .collect();
    names.sort();
    assert!(names.len() > 20, "the fixtures are there");
    let mut wrong = String::new();
    for name in &names {
        let folder = root.join(name);
        let whole = ["case.yaml", "case.json"].iter().find_map(|f| fs::read(folder.join(f)).ok());
        let bytes = whole.unwrap_or_else(|| {
            patched(&base, &fs::read_to_string(folder.join("patch.txt")).unwrap()).into_bytes()
        });
        let actual = said(&bytes, &root.join("base"), "case.yaml");
        let code = name.get(..4).unwrap();
        assert!(actual.contains(code), "{name} shows its code:\n{actual}");
        let expected = fs::read_to_string(folder.join("expected.txt")).unwrap_or_default();
        if actual != expected {
            write!(wrong, "\n=== {name}/expected.txt should read\n{actual}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
