//! Input made to hurt: refused fast, without a panic.

use std::time::Instant;

use proptest::prelude::*;

use super::package;
use crate::case::{check, from_source, source};
use crate::diag::{Diagnostic, Failure};

fn rejected(bytes: &[u8]) -> Vec<Diagnostic> {
    let start = Instant::now();
    let source = match source::decode("case.yaml", bytes) {
        Ok(source) => source,
        Err(finding) => return vec![*finding],
    };
    let Err(Failure::Rejected(findings)) = from_source(source, package("tests/findings/base"))
    else {
        panic!("not rejected");
    };
    assert!(start.elapsed().as_secs() < 20, "fast even when built for debugging");
    findings
}

#[test]
fn nested_brackets_are_refused() {
    for unit in ["[", "{", "- ", "{a: ", "? "] {
        let found = rejected(unit.repeat(200_000).as_bytes());
        // A collection as a key is refused at once, before it can nest.
        let wanted = if unit == "? " { "Y-01" } else { "Y-07" };
        assert!(found.iter().any(|f| f.code == wanted), "{unit}: {}", found[0].message);
    }
}

#[test]
fn nested_blocks_are_refused() {
    let text: String = (0..2000).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    let found = rejected(text.as_bytes());
    assert!(found.iter().any(|f| f.code == "Y-07"), "{}", found[0].message);
}

#[test]
fn an_alias_bomb_is_not_expanded() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for i in 1..500 {
        let previous = format!("*a{}", i - 1);
        text += &format!("a{i}: &a{i} [{previous}, {previous}, {previous}, {previous}]\n");
    }
    let found = rejected(text.as_bytes());
    assert!(found.iter().any(|f| f.code == "Y-06"));
    assert!(found.len() < 2000, "{}", found.len());
}

#[test]
fn a_huge_file_is_refused_unread() {
    let found = rejected(&vec![b' '; source::MAX_BYTES + 1]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, "Y-07");
}

#[test]
fn very_many_faults_are_listed_up_to_a_limit() {
    let mut text = String::from("documents:\n");
    for i in 0..5000 {
        text += &format!("  - {{id: d-{i}, issuers: [o-{i}]}}\n");
    }
    let found = rejected(text.as_bytes());
    assert!((1000..1100).contains(&found.len()), "{}", found.len());
    assert!(found.iter().any(|f| f.message.contains("没有列出")));
}

#[test]
fn long_lines_of_slips_take_no_longer_than_short_ones() {
    for text in ["- - - -a：a：".repeat(100_000), "x：[".repeat(100_000), "\ta：\n".repeat(100_000)]
    {
        let found = rejected(text.as_bytes());
        assert!(!found.is_empty() && found.len() < 500, "{}", found.len());
    }
}

fn harmless(bytes: &[u8]) {
    if let Ok(source) = source::decode("case.yaml", bytes) {
        match from_source(source, package("tests/findings/base")) {
            Ok(checked) => drop(check(&checked.value)),
            Err(Failure::Rejected(findings)) => assert!(!findings.is_empty()),
            Err(other) => panic!("{other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        harmless(&bytes);
    }

    #[test]
    fn yaml_like_text_never_panics(
        text in "([a-z_]{1,8}(: |：|:\n)|[ \t\n]{1,4}|[-?] |[\\[\\]{},&*!|>'\"#%@~<]|[0-9.e+-]{1,6}|[一-龥]{1,3}|\\PC){0,80}"
    ) {
        harmless(text.as_bytes());
    }

    #[test]
    fn a_case_cut_and_pasted_never_panics(cut in 0usize..3000, len in 0usize..40, put in "\\PC{0,12}") {
        let base = std::fs::read_to_string(package("tests/findings/base/case.yaml")).unwrap();
        let start = base.floor_char_boundary(cut.min(base.len()));
        let end = base.floor_char_boundary((start + len).min(base.len())).max(start);
        harmless(format!("{}{put}{}", &base[..start], &base[end..]).as_bytes());
    }
}
