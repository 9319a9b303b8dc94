//! Workbooks that should not come in, and what they are told.

use rust_xlsxwriter::{Formula, Workbook};

use super::{Desk, asked, deeds, fill, rejected, rows_told, take, tiny, told};
use crate::container::remade;
use crate::diag::Failure;
use crate::ledger::{Memory, Options, import};

const HEADS: &[&str] = &[
    "季度",
    "截止日",
    "任务总数",
    "已销号",
    "已完成待销号",
    "达到序时进度",
    "滞后",
    "未启动",
    "长期坚持",
];

fn small() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("调度").unwrap();
    fill(sheet, 0, &[HEADS, &["2026Q4", "2025-10-31", "16", "14", "0", "0", "0", "0", "2"]]);
    book.add_worksheet().set_name("别的").unwrap().write_string(0, 0, "说明").unwrap();
    book.save_to_buffer().unwrap()
}

#[track_caller]
fn refused(bytes: &[u8]) -> String {
    match Desk::new().open(bytes) {
        Err(Failure::Rejected(found)) => {
            assert!(found.iter().all(|f| f.code == "T-01" && !f.hints.is_empty()));
            told(&found)
        }
        other => panic!("{:?}", other.map(|_| ())),
    }
}

#[test]
fn files_that_are_no_workbooks() {
    assert!(refused(b"").contains("这个文件是空的"));
    assert!(refused("序号,问题\n1,甲\n".as_bytes()).contains("这不是 Excel 工作簿"));
    assert!(refused(b"<html><table>").contains("这不是 Excel 工作簿"));
    let compound = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    assert!(refused(&compound).contains("旧版的 .xls"));
    let marker: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(refused(&[compound, vec![0; 600], marker].concat()).contains("工作簿有密码"));
    // A ZIP of something else, and workbooks with parts missing or spoilt.
    let good = small();
    assert!(
        refused(&remade(&good, |name, b| name.ends_with(".txt").then_some(b), &[]))
            .contains("读不了")
    );
    for part in ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"] {
        let spoilt = remade(
            &good,
            |name, b| Some(if name == part { b"<a><b></a>".to_vec() } else { b }),
            &[],
        );
        match Desk::new().open(&spoilt) {
            Err(Failure::Rejected(found)) => assert_eq!(found[0].code, "T-01"),
            // A workbook without one of its sheets may be left with nothing to read.
            Ok(book) => assert!(book.sheets.iter().all(|s| s.rows.len() < 2), "{part}"),
            other => panic!("{:?}", other.map(|_| ())),
        }
    }
    let cut = &good[..good.len() / 2];
    assert!(!refused(cut).is_empty());
}

/// Bytes flipped anywhere: a finding or a reading, never a panic.
#[test]
fn flipped_bytes_are_survived() {
    let good = small();
    let desk = Desk::new();
    for at in (0..good.len()).step_by(31) {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        if let Ok(book) = desk.open(&bad) {
            let _ = import(tiny(), &book, &Options::default(), &Memory::default());
        }
    }
}

#[test]
fn macros_are_never_read() {
    let with = remade(&small(), |_, b| Some(b), &[("xl/vbaProject.bin", b"\xD0\xCF macro")]);
    let book = Desk::new().open(&with).unwrap();
    assert!(told(&book.notes).contains("[T-08] 工作簿里有宏；只读了单元格的值"));
    let imported = take(tiny(), &book, &Options::default());
    assert_eq!(deeds(&imported), ["added"]);
}

#[test]
fn the_wrong_sheet_is_told_with_those_there_are() {
    let book = Desk::new().open(&small()).unwrap();
    let options = Options { sheet: Some("台帐".into()), ..asked("dispatches") };
    let found = rejected(import(tiny(), &book, &options, &Memory::default()));
    assert!(told(&found).contains("[T-02] 工作簿里没有工作表“台帐”｜有这些工作表：调度、别的。"));
    let options = Options { sheet: Some("别的".into()), ..asked("dispatches") };
    let found = rejected(import(tiny(), &book, &options, &Memory::default()));
    assert!(told(&found).contains("找不到季度调度台账的表头"), "{}", told(&found));
    let found = rejected(import(tiny(), &book, &asked("complaints"), &Memory::default()));
    assert_eq!(found[0].code, "T-02");
    let wrong = import(tiny(), &book, &asked("problem"), &Memory::default());
    assert!(matches!(wrong, Err(Failure::Usage(_))));
}

#[test]
fn what_unfolds_without_end_is_refused() {
    let huge = " ".repeat(130 << 20).into_bytes();
    let bomb = remade(
        &small(),
        |name, b| Some(if name.ends_with("sheet1.xml") { huge.clone() } else { b }),
        &[],
    );
    assert!(bomb.len() < 1 << 20);
    assert!(refused(&bomb).contains("工作簿展开后超过 128 MiB"));
}

/// A sheet filled down to Excel's last row.
#[test]
fn a_million_rows_are_refused_by_name() {
    let mut xml = String::from(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    );
    for (row, cells) in [HEADS].iter().enumerate() {
        xml.push_str(&format!("<row r=\"{}\">", row + 1));
        for (n, head) in cells.iter().enumerate() {
            let column = crate::ledger::letters(u32::try_from(n).unwrap());
            xml.push_str(&format!(
                "<c r=\"{column}{}\" t=\"inlineStr\"><is><t>{head}</t></is></c>",
                row + 1
            ));
        }
        xml.push_str("</row>");
    }
    for row in (2..=51_000).chain([1_048_576]) {
        xml.push_str(&format!("<row r=\"{row}\"><c r=\"A{row}\"><v>1</v></c></row>"));
    }
    xml.push_str("</sheetData></worksheet>");
    let xml = xml.into_bytes();
    let full = remade(
        &small(),
        |name, b| Some(if name.ends_with("sheet1.xml") { xml.clone() } else { b }),
        &[],
    );
    let book = Desk::new().open(&full).unwrap();
    let found = rejected(import(tiny(), &book, &Options::default(), &Memory::default()));
    assert!(
        told(&found).contains("台账.xlsx 调度 [T-01] 工作表“调度”有字的行超过 50000 行，不予读取"),
        "{}",
        told(&found)
    );
}

#[test]
fn formulas_give_their_values_and_errors_are_told() {
    let book = Desk::new().book(|sheet| {
        fill(
            sheet,
            0,
            &[
                HEADS,
                &["2026Q4", "2025-10-31", "", "14", "0", "0", "0", "0", "2"],
                &["2027Q1", "2025-11-01", "16", "", "0", "0", "0", "0", "2"],
            ],
        );
        sheet.write_formula(1, 2, Formula::new("=SUM(D2:I2)").set_result("16")).unwrap();
        sheet.write_formula(2, 3, Formula::new("=#REF!").set_result("#REF!")).unwrap();
    });
    let imported = take(tiny(), &book, &asked("dispatches"));
    assert_eq!(deeds(&imported), ["added", "bad"], "{}", rows_told(&imported));
    assert_eq!(imported.case.json()["dispatches"][0]["total"], 16);
    let notes = told(&imported.sheets[0].findings);
    assert!(notes.contains("台账!C2 [T-08] 有 2 格是公式，取了公式的值"), "{notes}");
    assert!(rows_told(&imported).contains("台账!D3 [T-08] “已销号”这一格是错误值 #REF!"));
}

/// Merged over the whole sheet, whole columns, and one over another.
#[test]
fn merged_cells_out_of_all_bounds() {
    let with = remade(
        &small(),
        |name, b| {
            Some(if name.ends_with("sheet1.xml") {
                let text = String::from_utf8(b).unwrap();
                let merged = "</sheetData><mergeCells count=\"3\"><mergeCell ref=\"A1:XFD1048576\"/>\
                          <mergeCell ref=\"A2:A1048576\"/><mergeCell ref=\"B2:C9\"/></mergeCells>";
                text.replace("</sheetData>", merged).into_bytes()
            } else {
                b
            })
        },
        &[],
    );
    let book = Desk::new().open(&with).unwrap();
    assert_eq!(book.sheets[0].rows.len(), 2);
}

#[test]
fn a_mark_of_secrecy_is_refused() {
    for (row, column, mark) in [(0, 4, "机密★10年"), (1, 9, "秘密")] {
        let book = Desk::new().book(|sheet| {
            fill(
                sheet,
                1,
                &[HEADS, &["2026Q4", "2025-10-31", "16", "14", "0", "0", "0", "0", "2"]],
            );
            sheet.write_string(row, column, mark).unwrap();
        });
        let result = import(tiny(), &book, &asked("dispatches"), &Memory::default());
        assert!(
            matches!(&result, Err(Failure::Refused(found)) if found[0].code == "P-08"),
            "{mark}"
        );
    }
}
