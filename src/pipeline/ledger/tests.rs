//! What stands on the disk after an import: the data file, the copy that goes back, what is remembered.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Import, back_name, export_ledger, import};
use crate::clock::Clock;
use crate::diag::Failure;
use crate::ledger::{FORMS, Options, form};
use crate::pipeline::Settings;

/// A folder with an example case in it.
fn desk(example: &str, change: impl Fn(String) -> String) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let case =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example).join("case.yaml");
    let file = dir.path().join("case.yaml");
    fs::write(&file, change(fs::read_to_string(case).unwrap())).unwrap();
    (dir, file)
}

fn all_names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// A ledger of the special example, imported into the example without its last problems.
fn shortened(change: impl Fn(String) -> String) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let (dir, file) = desk("special", |text| text);
    let book = dir.path().join("问题.xlsx");
    export_ledger(&file, &[form("problems").unwrap()], &book).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let from = text.find("  - id: P08\n").unwrap();
    let to = from + text[from..].find("\n\n").unwrap() + 1;
    fs::write(&file, change(format!("{}{}", &text[..from], &text[to..]))).unwrap();
    (dir, file, book)
}

fn settings() -> Settings {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf();
    Settings {
        home: Some(home),
        clock: Clock::System,
        no_color: true,
        jobs: 1,
        own_kinds: Vec::new(),
    }
}

fn options() -> Options {
    Options::default()
}

#[test]
fn what_is_missing_comes_back_and_nothing_else_moves() {
    let (dir, file, book) = shortened(|text| text);
    let before = fs::read_to_string(&file).unwrap();
    let mut done = import(dir.path(), &book, &options(), &settings()).unwrap();
    assert_eq!(done.counts(), [1, 0, 0, 7, 0]);
    assert_eq!(fs::read_to_string(&file).unwrap(), before, "nothing before it is asked for");
    assert!(done.diff().contains("\n+  - id: P08\n"), "{}", done.diff());
    done.write().unwrap();
    assert!(done.written && done.returned.is_none());
    let original = desk("special", |text| text);
    let (new, old) = (fs::read_to_string(&file).unwrap(), fs::read_to_string(&original.1).unwrap());
    let data = |text: &str| {
        crate::case::load(&{
            let path = dir.path().join("x.yaml");
            fs::write(&path, text).unwrap();
            path
        })
        .unwrap()
        .value
        .json()
        .clone()
    };
    assert_eq!(data(&new), data(&old));
    // Once more: nothing to do, nothing written.
    let mut again = import(&file, &book, &options(), &settings()).unwrap();
    again.write().unwrap();
    assert!(!again.written);
    assert_eq!(fs::read_to_string(&file).unwrap(), new);
}

#[test]
fn line_ends_and_the_byte_order_mark_stay() {
    let (dir, file, book) = shortened(|text| format!("\u{feff}{}", text.replace('\n', "\r\n")));
    let mut done = import(dir.path(), &book, &options(), &settings()).unwrap();
    done.write().unwrap();
    assert!(done.written);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with('\u{feff}') && !text.replace("\r\n", "").contains('\n'));
}

fn spoilt(book: &Path) -> Import {
    let dir = book.parent().unwrap();
    let mut asked = options();
    // 程度 taken for 类别: no row of it is sound.
    asked.map = vec![("程度".into(), "category".into()), ("类别".into(), String::new())];
    asked.update = true;
    import(dir, book, &asked, &settings()).unwrap()
}

#[test]
fn rows_that_are_bad_come_back_beside_the_workbook() {
    let (dir, file, book) = shortened(|text| text);
    let before = fs::read_to_string(&file).unwrap();
    let mut done = spoilt(&book);
    assert_eq!(done.counts(), [0, 0, 0, 0, 8]);
    done.write().unwrap();
    assert_eq!(done.returned.as_deref(), Some(dir.path().join("问题.待改.xlsx").as_path()));
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    let copy = crate::ledger::Book::open(&dir.path().join("问题.待改.xlsx")).unwrap();
    assert_eq!(copy.sheets[0].rows.len(), 3 + 8);
    // What was said is remembered, and holds until it is said otherwise.
    assert_eq!(
        all_names(dir.path()),
        ["case.import.toml", "case.yaml", "问题.xlsx", "问题.待改.xlsx"]
    );
    let again = import(dir.path(), &book, &options(), &settings()).unwrap();
    assert_eq!(again.counts(), [0, 0, 0, 0, 8]);
    fs::write(dir.path().join("case.import.toml"), "[problems]\n\"甲\" = 3\n").unwrap();
    let refused = import(dir.path(), &book, &options(), &settings());
    assert!(matches!(refused, Err(Failure::Rejected(found)) if found[0].code == "T-03"));
}

#[test]
fn a_data_file_that_changed_meanwhile_is_left_alone() {
    let (dir, file, book) = shortened(|text| text);
    let mut done = import(dir.path(), &book, &options(), &settings()).unwrap();
    fs::write(&file, "# 别人写的\n").unwrap();
    assert!(matches!(done.write(), Err(Failure::Usage(words)) if words.contains("在此期间被改动")));
    assert_eq!(fs::read_to_string(&file).unwrap(), "# 别人写的\n");
}

/// What the new rows break is told; what was there before is not told again.
#[test]
fn the_whole_case_is_checked_after_an_import() {
    let slip = |text: String| {
        text.replace("污水管网空白和", "污水管网空白,")
            .replace("水产养殖尾水直排\n", "水产养殖,直排\n")
    };
    let (dir, file) = desk("special", slip);
    let book = dir.path().join("问题.xlsx");
    export_ledger(&file, &[form("problems").unwrap()], &book).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let (from, to) = (text.find("  - id: P02\n").unwrap(), text.find("  - id: P03\n").unwrap());
    fs::write(&file, format!("{}{}", &text[..from], &text[to..])).unwrap();
    let done = import(dir.path(), &book, &options(), &settings()).unwrap();
    assert_eq!(done.counts(), [1, 0, 0, 7, 0]);
    let told: Vec<_> = done.new.iter().map(|f| (f.code.as_ref(), f.path.as_deref())).collect();
    assert!(told.contains(&("W-11", Some("/problems/7/title"))), "{told:?}");
    assert!(!told.contains(&("W-11", Some("/problems/2/title"))), "{told:?}");
}

#[test]
fn ledgers_of_a_secret_case_do_not_go_out() {
    let (dir, file) = desk("special", |text| text.replacen("secrecy: 内部", "secrecy: 机密", 1));
    let out = dir.path().join("a").join("台账.xlsx");
    let forms: Vec<_> = FORMS.iter().collect();
    assert!(matches!(export_ledger(&file, &forms, &out), Err(Failure::Refused(_))));
    assert!(!out.exists());
}

#[test]
fn a_copy_never_takes_the_place_of_what_is_imported() {
    let name = |from: &str| back_name(Path::new(from)).display().to_string();
    assert_eq!(name("a/台账.xlsx"), "a/台账.待改.xlsx");
    assert_eq!(name("台账.待改.xlsx"), "台账.待改2.xlsx");
    assert_eq!(name("台账.待改2.xlsx"), "台账.待改3.xlsx");
    assert_eq!(name("台账.xlsm"), "台账.待改.xlsx");
}
