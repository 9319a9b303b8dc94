//! The three examples load clean; what is broken is told.

use std::path::Path;

use super::{check, load};
use crate::diag::Failure;

fn example(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

#[test]
fn the_examples_load_without_a_finding() {
    for name in ["routine", "special", "daily"] {
        let case = load(&example(name)).unwrap();
        assert!(case.findings.is_empty(), "{:?}", case.findings);
        let findings = check(&case.value);
        assert!(findings.is_empty(), "{name}: {:#?}", findings.iter().take(5).collect::<Vec<_>>());
        assert!(case.value.span_of("/case/id").is_some());
        assert!(case.value.json()["restrictions"].is_array());
    }
}

/// The findings of a case text, as `code line:column message`.
fn findings(text: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("case.yaml");
    std::fs::write(&file, text).unwrap();
    let found = match load(&file) {
        Ok(case) => {
            let mut all = case.findings.clone();
            all.extend(check(&case.value));
            all
        }
        Err(Failure::Rejected(list)) => list,
        Err(other) => panic!("{other:?}"),
    };
    found
        .iter()
        .map(|f| {
            let at = f.at.as_ref().map(crate::diag::Span::line_column).unwrap_or_default();
            format!("{} {}:{} {}", f.code, at.0, at.1, f.message)
        })
        .collect()
}

#[test]
fn broken_texts_are_told_with_their_place() {
    for (text, code, place) in [
        ("a: 1\n\tb: 2\n", "Y-03", "2:1"),
        ("case：\n  id: x\n", "Y-04", "1:5"),
        ("a: 1\na: 2\n", "Y-05", "2:1"),
        ("a: &x 1\nb: *x\n", "Y-06", "1:7"),
        ("a: [1, 2\nb: 3\n", "Y-01", ""),
        ("", "Y-01", "1:1"),
        ("a: 1\n---\nb: 2\n", "Y-01", "2:1"),
    ] {
        let found = findings(text);
        assert!(
            found.iter().any(|f| f.starts_with(&format!("{code} {place}"))),
            "{text:?}: {found:#?}"
        );
    }
}

#[test]
fn depth_is_bounded_and_fast() {
    for text in ["[".repeat(200_000), "{a: ".repeat(100_000), "- ".repeat(100_000)] {
        let found = findings(&text);
        assert!(found.iter().any(|f| f.starts_with("Y-07")), "{found:?}");
    }
}
