//! Golden texts: every document of every example, word for word.

use crate::support::desk::{Desk, project};

#[test]
fn golden_texts() {
    for example in ["routine", "special", "daily"] {
        let desk = Desk::new();
        let case = project().join("examples").join(example);
        desk.run(&["generate", case.to_str().unwrap(), "--out", "out", "--format", "txt"]).expect(0);
        let mut files: Vec<_> =
            std::fs::read_dir(desk.at("out")).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        for file in files {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&file).unwrap();
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
        for bad in ["。。", "、、", "，，", "；；", "：：", "、。", "，。", "；。", "（）", "《》", "none", "null", "undefined", "{{", "{%", " ，", " 。", "(", ")"] {
            assert!(!body.contains(bad), "{}: {bad:?}", path.display());
        }
    }
    assert!(seen >= 25, "{seen} golden texts");
}
