//! The register as a workbook and as a manuscript.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use super::{Choice, export_register, plain};
use crate::case::load_manuscript;
use crate::clock::Clock;
use crate::diag::Failure;
use crate::ledger::Book;
use crate::register::{About, Register};

const WAIT: Duration = Duration::from_millis(50);

fn filled(dir: &tempfile::TempDir) -> Register {
    let now = Clock::fixed("2026-11-24T08:00:00Z").unwrap().now();
    let mut register = Register::create(&dir.path().join("簿.db"), WAIT).unwrap();
    for title in ["=1+1 | *甲* 的\n通知", "关于乙的函", ""] {
        let about = About {
            title: title.into(),
            day: "2026-03-04".into(),
            by: "王".into(),
            ..About::default()
        };
        register.take("甲办", 2026, about, now).unwrap();
    }
    register.take("甲办函", 2025, About::default(), now).unwrap();
    let third = register.next("甲办", 2026).unwrap();
    let second = crate::vocab::doc_number::DocNumber { seq: 2, ..third };
    register.void(&second, "重复_取号", "李", now).unwrap();
    register
}

#[test]
fn the_workbook_says_what_the_register_says() {
    let dir = tempfile::tempdir().unwrap();
    let register = filled(&dir);
    let out = dir.path().join("簿.xlsx");
    let choice = Choice { codes: vec!["甲办".into()], year: None };
    assert_eq!(export_register(&register, &choice, None, &out).unwrap(), 3);
    let once = std::fs::read(&out).unwrap();
    export_register(&register, &choice, None, &out).unwrap();
    assert_eq!(once, std::fs::read(&out).unwrap(), "same register, same bytes");
    let book = Book::open(&out).unwrap();
    let sheet = &book.sheets[0];
    let cell = |row: u32, column: u32| {
        sheet
            .rows
            .get(&row)
            .and_then(|r| r.get(&column))
            .map(crate::ledger::Cell::shown)
            .unwrap_or_default()
    };
    assert_eq!(cell(2, 0), "发文字号");
    assert_eq!(cell(3, 0), "甲办〔2026〕1号");
    assert_eq!(cell(3, 4), "=1+1 | *甲* 的\n通知");
    assert_eq!(
        (cell(4, 3), cell(4, 6), cell(4, 12)),
        ("2".into(), "作废".into(), "重复_取号".into())
    );
    assert_eq!(cell(5, 6), "已用");
    assert_eq!(cell(6, 0), "");
}

#[test]
fn the_manuscript_is_one_that_can_be_set() {
    let dir = tempfile::tempdir().unwrap();
    let register = filled(&dir);
    let out = dir.path().join("簿.md");
    let choice = Choice::default();
    assert!(matches!(export_register(&register, &choice, None, &out), Err(Failure::Usage(_))));
    assert_eq!(export_register(&register, &choice, Some("市督察办: \"甲\""), &out).unwrap(), 4);
    let read = load_manuscript(&out).unwrap();
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    assert_eq!(read.value.head.issuers, ["市督察办: \"甲\""]);
    let words = read.value.words();
    assert!(words.contains("::: 表 甲办〔2026〕"), "{words}");
    assert!(words.contains("| 1 | \\=1\\+1 / \\*甲\\* 的 通知 | 2026-03-04 | 王 |  |"), "{words}");
    assert!(words.contains("| 作废：重复\\_取号 |"), "{words}");
    let composed = crate::template::compose_manuscript(&read.value);
    assert!(composed.is_ok_and(|c| c.findings.is_empty()));
    let other = export_register(&register, &choice, None, &dir.path().join("簿.doc"));
    assert!(matches!(other, Err(Failure::Usage(_))));
}

#[test]
fn marks_lose_their_meaning() {
    assert_eq!(plain("a|b<c>`d`\\"), "a/b\\<c\\>\\`d\\`\\\\");
}
