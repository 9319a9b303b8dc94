//! Odd but lawful workbooks: days counted from 1904, numbers that should be days, long numbers, several sheets.

use rust_xlsxwriter::{Format, Workbook};
use serde_json::json;

use super::{Desk, asked, deeds, example, fill, rows_told, take, tiny};
use crate::container::remade;
use crate::ledger::Options;

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
const REST: &[&str] = &["", "", "16", "14", "0", "0", "0", "0", "2"];

/// Days as serial numbers, with their format and without, in both systems.
#[test]
fn days_in_both_systems() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 0, &[HEADS, REST, REST, REST]);
    let dated = Format::new().set_num_format("yyyy/m/d");
    for (row, period) in [(1, "2024Q1"), (2, "2024Q2"), (3, "2024Q3")] {
        sheet.write_string(row, 0, period).unwrap();
    }
    sheet.write_number_with_format(1, 1, 45_717.25, &dated).unwrap();
    sheet.write_number(2, 1, 45_717).unwrap();
    sheet.write_number(3, 1, 20_250_304).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let days = |bytes: &[u8]| {
        let imported = take(tiny(), &Desk::new().open(bytes).unwrap(), &asked("dispatches"));
        assert_eq!(rows_told(&imported), "");
        let all = imported.case.json()["dispatches"].as_array().unwrap();
        all.iter().map(|d| d["cutoff_on"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(days(&bytes), ["2025-03-01", "2025-03-01", "2025-03-04"]);
    let from_1904 = remade(
        &bytes,
        |name, part| {
            Some(if name == "xl/workbook.xml" {
                let text = String::from_utf8(part).unwrap();
                assert!(text.contains("<workbookPr "));
                // Four years and a day earlier by number.
                text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").into_bytes()
            } else if name.ends_with("sheet1.xml") {
                String::from_utf8(part).unwrap().replace("<v>45717", "<v>44255").into_bytes()
            } else {
                part
            })
        },
        &[],
    );
    assert_eq!(days(&from_1904), ["2025-03-01", "2025-03-01", "2025-03-04"]);
}

/// A number of twenty figures that Excel has cut is no number of a document.
#[test]
fn long_numbers_are_told() {
    let book = Desk::new().book(|sheet| {
        fill(sheet, 0, &[&["受理编号", "批次", "举报内容", "渠道"], &["", "1", "内容", "来电"]]);
        sheet.write_number(1, 0, 2.025_091_600_010_001e18).unwrap();
    });
    let imported = take(example("special"), &book, &asked("complaints"));
    assert!(
        rows_told(&imported).contains("台账!A2 [T-04] “受理编号”是数 2025091600010001"),
        "{}",
        rows_told(&imported)
    );
}

/// Several sheets at once: a task may name a problem that another sheet brings.
#[test]
fn sheets_lean_on_one_another() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("任务").unwrap();
    fill(
        sheet,
        0,
        &[
            &[
                "任务编号",
                "所属方案",
                "对应问题",
                "任务名称",
                "整改目标",
                "整改措施",
                "牵头责任单位",
                "责任人",
                "督导单位",
                "验收单位",
                "时限类型",
            ],
            &[
                "T90",
                "plan-l",
                "P90",
                "任务",
                "目标",
                "措施",
                "l-zj",
                "主任",
                "o-zjw",
                "o-zjw",
                "长期坚持",
            ],
        ],
    );
    let sheet = book.add_worksheet().set_name("问题").unwrap();
    fill(
        sheet,
        0,
        &[
            &[
                "问题编号",
                "问题标题",
                "类别",
                "问题描述",
                "责任单位",
                "来源",
                "来源层级",
                "发现日期",
                "程度",
            ],
            &["90", "题", "其他", "述", "龙滩区水利局", "督察发现", "市字头", "2025-09-20", "一般"],
        ],
    );
    book.add_worksheet().set_name("封面").unwrap().write_string(0, 0, "台账汇编").unwrap();
    let book = Desk::new().open(&book.save_to_buffer().unwrap()).unwrap();
    let imported = take(example("special"), &book, &Options::default());
    assert_eq!(deeds(&imported), ["added", "added"], "{}", rows_told(&imported));
    let task = imported.case.json()["tasks"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(task["problems"], json!(["P90"]));
    assert!(super::told(&imported.findings).contains("台账.xlsx 封面 [T-02] 工作表“封面”认不出"));
}
