//! Golden texts: every document of every example, word for word.

use crate::support::desk::project;
use crate::support::shared::{daily, lishui, routine, special};

/// The digest of the papers changes with every stroke of the pages; whether it is right is another test's matter.
fn without_digests(text: &str) -> String {
    let hex = |word: &str| word.len() == 16 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let mut out = String::new();
    for word in text.split_inclusive([' ', '\t', '\n']) {
        let bare = word.trim_end();
        out.push_str(if hex(bare) { "〔校验值〕" } else { bare });
        out.push_str(&word[bare.len()..]);
    }
    out
}

#[test]
fn golden_texts() {
    let runs =
        [("routine", routine()), ("special", special()), ("daily", daily()), ("lishui", lishui())];
    for (example, run) in runs {
        let folder = std::fs::read_dir(run.desk.at("out/documents")).unwrap();
        let mut files: Vec<_> = folder.map(|e| e.unwrap().path()).collect();
        files.retain(|f| f.extension().is_some_and(|e| e == "txt"));
        files.sort();
        for file in files {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let text = without_digests(&std::fs::read_to_string(&file).unwrap());
            insta::with_settings!({snapshot_path => "../golden", prepend_module_to_snapshot => false, omit_expression => true}, {
                insta::assert_snapshot!(format!("{example}-{name}"), text);
            });
        }
    }
}

/// Signs of wording gone wrong that no golden text should ever be accepted with.
#[test]
fn no_text_has_the_marks_of_a_slip() {
    let dir = project().join("tests/golden");
    let mut seen = 0;
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "snap") {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let body = text.splitn(3, "---\n").nth(2).unwrap();
        for bad in [
            "。。",
            "、、",
            "，，",
            "；；",
            "：：",
            "、。",
            "，。",
            "；。",
            "（）",
            "《》",
            "none",
            "null",
            "undefined",
            "{{",
            "{%",
            " ，",
            " 。",
            "(",
            ")",
        ] {
            assert!(!body.contains(bad), "{}: {bad:?}", path.display());
        }
    }
    assert!(seen >= 25, "{seen} golden texts");
}
