//! Proof that every rule can fail: for each, a text that breaks it and one that does not.

use serde_json::json;

use crate::lex::{Kind, lex};
use crate::tree::{Source, mark_test_files};
use crate::{floors, habits, licences, pages};

/// What `rule` finds in `text` at `path`.
fn found(rule: fn(&Source) -> Vec<String>, path: &str, text: &str) -> Vec<String> {
    let mut files = [Source::new(path, text)];
    mark_test_files(&mut files);
    rule(&files[0])
}

/// Asserts that `rule` finds as many things as `lines` says, at these lines.
#[track_caller]
fn at_lines(rule: fn(&Source) -> Vec<String>, path: &str, text: &str, lines: &[usize]) {
    let found = found(rule, path, text);
    let expected: Vec<String> = lines.iter().map(|line| format!("{path}:{line}:")).collect();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (words, place) in found.iter().zip(&expected) {
        assert!(words.starts_with(place.as_str()), "{words} does not begin with {place}");
    }
}

#[test]
fn the_lexer_tells_code_from_words() {
    let text = "// crate::cli\n/* a /* b */ todo!() */ let s = r#\"crate::\"x\"\"#; 'a' '\\'' b'\"' \
                fn f<'a>() { \"\\\"dbg!\" } r#type x::y";
    let tokens = lex(text);
    let words: Vec<&str> =
        tokens.iter().filter(|t| t.kind == Kind::Word).map(|t| t.text.as_str()).collect();
    assert_eq!(words, ["let", "s", "fn", "f", "type", "x", "y"]);
    let strings: Vec<&str> =
        tokens.iter().filter(|t| t.kind == Kind::Str).map(|t| t.text.as_str()).collect();
    assert_eq!(strings, ["crate::\"x\"", "\\\"dbg!"]);
    assert_eq!(tokens[0].line, 2);
}

#[test]
fn the_lexer_knows_test_code() {
    let text = "fn a() {}\n#[cfg(test)]\n#[allow(x)]\nmod tests { fn b(c: [u8; 2]) { d } }\nfn e() {}\n\
                #[cfg(all(test, feature = \"f\"))]\nuse g;\n#[cfg(not(test))]\nfn h() {}";
    let tests: Vec<String> =
        lex(text).into_iter().filter(|t| t.test && t.kind == Kind::Word).map(|t| t.text).collect();
    for inside in ["b", "c", "d", "g"] {
        assert!(tests.iter().any(|t| t == inside), "{inside}");
    }
    for outside in ["a", "e", "h"] {
        assert!(tests.iter().all(|t| t != outside), "{outside}");
    }
}

#[test]
fn files_of_test_modules_are_test_code() {
    let mut files = [
        Source::new("src/case/mod.rs", "//! x\n#[cfg(test)]\nmod proofs;\nmod load;"),
        Source::new("src/case/proofs.rs", "//! x\nuse super::*;"),
        Source::new("src/case/proofs/deep.rs", "//! x\nfn f() {}"),
        Source::new("src/case/load.rs", "//! x\nuse super::*;"),
    ];
    mark_test_files(&mut files);
    let breaks: Vec<usize> = files.iter().map(|f| habits::paths(f).len()).collect();
    assert_eq!(breaks, [0, 0, 0, 1]);
    assert!(files[2].tokens.iter().all(|t| t.test));
}

#[test]
fn upward_and_sideways_paths_are_found() {
    at_lines(
        floors::floors,
        "src/archive/pack.rs",
        "//! x\nuse crate::typeset::Pages;\nuse crate::{diag::Code, pipeline, fixity::{Digest, Set}};\n\
         fn f() { crate::cli::run(); crate::archive::g(); crate::record::h(); super::k(); }\n\
         use crate::\n    catalog::Hit;\nuse crate::Document;",
        &[2, 3, 4, 6, 7],
    );
    let words = found(floors::floors, "src/fixity/mod.rs", "//! x\nuse crate::vocab::date;");
    assert!(words[0].contains("`fixity` (floor 2) names `vocab` (floor 2)"), "{words:?}");
    assert!(words[0].contains("pass the value in from above"), "{words:?}");
}

#[test]
fn super_of_a_room_is_the_whole_house() {
    let text = "//! x\nuse super::cli;\nmod inner { use super::thing; }\n#[cfg(test)]\nmod tests { use super::f; }";
    at_lines(floors::floors, "src/vocab/mod.rs", text, &[2]);
    at_lines(floors::floors, "src/clock.rs", text, &[2]);
    at_lines(floors::floors, "src/vocab/date.rs", text, &[]);
}

#[test]
fn wings_stay_apart() {
    let below =
        "//! x\nuse crate::document::Document;\nuse crate::case::Case;\nuse crate::record::Record;";
    at_lines(floors::floors, "src/archive/mod.rs", below, &[2, 3]);
    at_lines(floors::floors, "src/catalog/mod.rs", below, &[2, 3]);
    at_lines(floors::floors, "src/typeset/mod.rs", below, &[3]);
    at_lines(floors::floors, "src/export/mod.rs", "//! x\nuse crate::archive::Bundle;", &[2]);
    at_lines(floors::floors, "src/pipeline/mod.rs", below, &[]);
}

#[test]
fn unknown_rooms_and_their_order_are_found() {
    assert_eq!(found(floors::plan, "src/utils/mod.rs", "//! x").len(), 1);
    assert_eq!(found(floors::plan, "src/utils.rs", "//! x").len(), 1);
    let lib = "//! x\nmod diag;\nmod case;\nmod vocab;\npub mod cli;";
    at_lines(floors::plan, "src/lib.rs", lib, &[4]);
}

#[test]
fn crates_outside_their_room_are_found() {
    let text = "//! x\nuse zip::write::X;\nuse ::zip::Y;\nuse typst_pdf::Z;\nuse {tantivy::A, sha2};\n\
                #[derive(clap::Parser)]\nuse minijinja;\nuse comemo as c;\n\
                fn f() { a.iter().zip(b); std::iter::zip(a, b); typst_like(); self::zip::g(); let zip = 1; }";
    at_lines(floors::monopolies, "src/record/mod.rs", text, &[2, 3, 4, 5, 6, 7, 8]);
    at_lines(floors::monopolies, "src/typeset/mod.rs", text, &[2, 3, 5, 6, 7]);
    at_lines(
        floors::monopolies,
        "src/template/mod.rs",
        "//! x\nuse minijinja::V;\nuse pulldown_cmark::P;",
        &[],
    );
    at_lines(floors::monopolies, "tests/it/zip.rs", text, &[]);
}

#[test]
fn questions_to_the_world_are_found() {
    let text = "//! x\nfn f() { std::env::var(\"A\"); chrono::Utc::now(); Instant::now(); }\n\
                use std::net::TcpStream;\nconst V: &str = env!(\"X\");\n\
                #[cfg(test)]\nmod tests { fn g() { std::env::temp_dir(); } }";
    at_lines(floors::world, "src/archive/mod.rs", text, &[2, 2, 2, 3]);
    at_lines(floors::world, "src/pipeline/mod.rs", text, &[2, 3]);
}

#[test]
fn missing_heads_and_long_files_are_found() {
    assert_eq!(found(habits::shape, "src/a.rs", "use std::fs;\n").len(), 1);
    assert_eq!(found(habits::shape, "src/a.rs", &format!("//! x{}", "\n//".repeat(800))).len(), 1);
    assert_eq!(found(habits::shape, "src/a.rs", &format!("//! x{}", "\n//".repeat(799))).len(), 0);
}

#[test]
fn lazy_paths_are_found() {
    let text = "//! x\nuse super::*;\nuse super::super::a;\nuse crate::vocab::date::*;\n\
                #[cfg(test)]\nmod tests {\n    use super::*;\n    use super::super::b;\n}";
    at_lines(habits::paths, "src/case/load.rs", text, &[2, 3, 8]);
}

#[test]
fn loose_ends_are_found() {
    let text = "//! todo!()\nfn f() { todo!() }\nfn g() { unimplemented!(\"x\") }\nfn h() { dbg!(1); }\n\
                #[test]\n#[ignore = \"slow\"]\nfn i() {}\nfn todo() {}";
    at_lines(habits::loose_ends, "tests/it/a.rs", text, &[2, 3, 4, 6]);
}

#[test]
fn printing_is_found() {
    let text = "//! x\nfn f() { println!(); eprint!(\"a\"); }\nuse std::io::stdout as s;\n\
                fn g() { std::io::stdout(); cmd.stdout(x); \"println!\"; }\n\
                #[cfg(test)]\nmod tests { fn h() { println!(); } }";
    at_lines(habits::printing, "src/pipeline/mod.rs", text, &[2, 2, 4]);
    at_lines(habits::printing, "src/cli/run.rs", text, &[]);
    at_lines(habits::printing, "src/main.rs", text, &[]);
}

#[test]
fn names_outside_ascii_are_found() {
    let text = "//! 案卷\nconst A: &str = \"案卷\"; // 案卷\nfn 案卷() {}\nlet c = '案';";
    at_lines(habits::ascii_names, "src/case/mod.rs", text, &[3]);
}

#[test]
fn kind_codes_are_found() {
    let text = "//! x\nfn f(k: &str) -> bool { k == \"D28\" } // \"D28\"\nconst P: &str = \"D30\";\n\
                const Q: &str = \"D301\";\n#[cfg(test)]\nmod tests { const R: &str = \"D01\"; }";
    at_lines(habits::kind_codes, "src/template/mod.rs", text, &[2, 3]);
    at_lines(habits::kind_codes, "src/vocab/retention.rs", text, &[2]);
}

#[test]
fn undocumented_items_are_found() {
    let text = "//! x\n/// a\n#[derive(Debug)]\n#[must_use = \"x\"]\npub struct A {\n    /// b\n    pub b: u8,\n    pub c: u8,\n}\n\
                pub fn d() {}\npub(crate) fn e() {}\npub use x::y;\npub mod z;\n#[inline]\npub const fn f() {}\n\
                #[cfg(test)]\nmod tests { pub fn g() {} }";
    at_lines(habits::documented, "src/case/mod.rs", text, &[8, 10, 15]);
    at_lines(habits::documented, "src/case/mod.rs", "//! x\npub fn first() {}", &[2]);
}

#[test]
fn forgotten_files_are_found() {
    let files = [
        Source::new("src/lib.rs", "//! x\nmod case;\nmod clock;"),
        Source::new("src/clock.rs", "//! x"),
        Source::new("src/case/mod.rs", "//! x\nmod load;\n// mod lost;"),
        Source::new("src/case/load.rs", "//! x\nmod deep;"),
        Source::new("src/case/load/deep.rs", "//! x"),
        Source::new("src/case/lost.rs", "//! x"),
        Source::new("tests/it/main.rs", "//! x\nmod kinds;\nmod support;"),
        Source::new("tests/it/kinds.rs", "//! x"),
        Source::new("tests/it/unlisted.rs", "//! x"),
        Source::new("tests/it/support/mod.rs", "//! x"),
        Source::new("tests/stray.rs", "//! x"),
        Source::new("benches/chain.rs", "//! x"),
        Source::new("benches/lost.rs", "//! x"),
    ];
    let found =
        habits::forgotten(&files, "path = \"tests/it/main.rs\"\n[[bench]]\nname = \"chain\"");
    let paths: Vec<&str> = found.iter().filter_map(|f| f.split(':').next()).collect();
    assert_eq!(
        paths,
        ["src/case/lost.rs", "tests/it/unlisted.rs", "tests/stray.rs", "benches/lost.rs"]
    );
}

#[test]
fn types_without_a_glossary_row_are_found() {
    let files = [
        Source::new(
            "src/vocab/date.rs",
            "//! x\npub struct Day;\npub enum Hour {}\npub(crate) struct Inner;\nstruct Own;\npub fn f() {}",
        ),
        Source::new("src/cli/mod.rs", "//! x\npub struct Args;"),
    ];
    let found = pages::glossary(&files, "| 日 | `Day` | – | a day |\nIn prose, `Hour` is no row.");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("src/vocab/date.rs:3: `Hour`"), "{found:?}");
}

#[test]
fn codes_without_a_row_are_found() {
    let text = "//! x\nfn f() {\n    Diagnostic::error(\"S-01\", m);\n    Diagnostic::warning(\n\"X-99\", m);\n}";
    let found = pages::codes(&[Source::new("src/case/x.rs", text)], "| S-01 | 结构 | – |");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("src/case/x.rs:4: X-99"), "{found:?}");
}

#[test]
fn a_page_that_draws_other_floors_is_found() {
    let page = "4  archive   diag\n| `archive` | bundles |\n12 pages";
    let found = pages::architecture(page);
    assert!(found.iter().any(|f| f.contains("`diag` does not stand on floor 4")), "{found:?}");
    assert!(found.iter().any(|f| f.contains("draw `diag` on floor 1")), "{found:?}");
    assert!(found.iter().any(|f| f.contains("say in a row what `case` holds")), "{found:?}");
    assert!(found.iter().all(|f| !f.contains("`archive`")), "{found:?}");
}

#[test]
fn paths_of_one_machine_are_found() {
    let text = "see `/home/x/y`\nin /root/z\n\"C:\\Users\"\n$HOME/work/a\ndocs/work/b\nhttps://example.org/home/";
    let found = pages::machine_paths("README.md", text);
    let places: Vec<&str> = found.iter().filter_map(|f| f.split(": ").next()).collect();
    assert_eq!(places, ["README.md:1", "README.md:2", "README.md:3"]);
}

#[test]
fn licences_are_weighed() {
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "Apache-2.0 / MIT / MPL-2.0",
        "MIT OR Apache-2.0 OR LGPL-2.1-or-later",
        "(MIT OR GPL-3.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(licences::allowed(good), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "MPL-2.0", "(MIT OR Apache-2.0", "MIT Apache-2.0", ""]
    {
        assert!(!licences::allowed(bad), "{bad}");
    }
    let found = licences::check(&json!({ "packages": [
        { "name": "a", "version": "1", "license": "MIT" },
        { "name": "b", "version": "2", "license": "AGPL-3.0" },
        { "name": "c", "version": "3", "license": null },
    ]}));
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(licences::check(&json!({})).len(), 1);
}
