//! Workbooks as offices have them, come in; what cannot come in says why; what goes out comes back the same.

mod hostile;
mod known;
mod odd;
mod out;

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use serde_json::{Value as Json, json};

use super::import::Imported;
use super::{Book, Deed, Memory, Options, import};
use crate::case::{self, CaseFile};
use crate::diag::{Diagnostic, Failure};

/// An example of the package.
fn example(name: &str) -> CaseFile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    case::load(&path).unwrap().value
}

/// A case as small as can be.
fn tiny() -> CaseFile {
    const TEXT: &str = include_str!("tests/tiny.yaml");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("case.yaml");
    std::fs::write(&path, TEXT).unwrap();
    case::load(&path).unwrap().value
}

/// A folder with workbooks, for one test.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A workbook of one sheet.
    fn book(&self, fill: impl FnOnce(&mut Worksheet)) -> Book {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name("台账").unwrap();
        fill(sheet);
        self.open(&book.save_to_buffer().unwrap()).unwrap()
    }

    fn open(&self, bytes: &[u8]) -> Result<Book, Failure> {
        let path = self.at("台账.xlsx");
        std::fs::write(&path, bytes).unwrap();
        Book::open(&path).map(|mut book| {
            book.name = "台账.xlsx".into();
            book
        })
    }
}

/// Texts into rows from `row` on; an empty text leaves the cell empty.
fn fill(sheet: &mut Worksheet, row: u32, rows: &[&[&str]]) {
    for (row, cells) in (row..).zip(rows) {
        for (column, text) in (0..).zip(*cells) {
            if !text.is_empty() {
                sheet.write_string(row, column, *text).unwrap();
            }
        }
    }
}

fn asked(ledger: &str) -> Options {
    Options { ledger: Some(ledger.into()), ..Options::default() }
}

fn take(case: CaseFile, book: &Book, options: &Options) -> Imported {
    import(case, book, options, &Memory::default()).unwrap()
}

fn rejected(result: Result<Imported, Failure>) -> Vec<Diagnostic> {
    match result {
        Err(Failure::Rejected(list) | Failure::Refused(list)) => list,
        other => panic!("{:?}", other.map(|_| ())),
    }
}

/// Cell, code, words and hints of every finding.
fn told<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let line = |f: &Diagnostic| {
        let place = f.cell.as_ref().map_or(String::new(), |c| format!("{} {}", c.file, c.cell));
        format!("{place} [{}] {}｜{}\n", f.code, f.message, f.hints.join(" "))
    };
    findings.into_iter().map(line).collect()
}

fn rows_told(imported: &Imported) -> String {
    let rows = imported.sheets.iter().flat_map(|s| &s.rows);
    told(rows.flat_map(|r| &r.findings).map(|(_, f)| f))
}

/// What became of the rows, in a word each.
fn deeds(imported: &Imported) -> Vec<&'static str> {
    let word = |deed: &Deed| match deed {
        Deed::Add { .. } => "added",
        Deed::Change { allowed: true, .. } => "changed",
        Deed::Change { .. } => "differs",
        Deed::Same => "same",
        Deed::Bad => "bad",
    };
    imported.sheets.iter().flat_map(|s| &s.rows).map(|r| word(&r.deed)).collect()
}

fn day(text: &str) -> ExcelDateTime {
    ExcelDateTime::parse_from_str(text).unwrap()
}

const HEADS: [&str; 12] = [
    "序号",
    "问题\n名称",
    "类别（要素）",
    "问题描述",
    "整改责任\n单位",
    "发现时间",
    "问题来源",
    "来源层级",
    "严重程度",
    "备注",
    "举报人",
    "是否列入反馈",
];

/// A ledger as an office sends it: title over all columns, merged cells, dates and words in every form.
#[test]
fn a_ledger_as_an_office_sends_it() {
    let case = example("special");
    let before = case.source.text().to_owned();
    let desk = Desk::new();
    let book = desk.book(|sheet| {
        let plain = Format::new();
        let dated = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
        sheet.merge_range(0, 0, 0, 11, "濛水河专项督察问题清单", &plain).unwrap();
        sheet.write_string(1, 0, "填报单位：市督察办").unwrap();
        fill(sheet, 2, &[&HEADS]);
        fill(
            sheet,
            3,
            &[
                &[
                    "９",
                    " 河道采砂点未按期关闭\n",
                    "自然生态",
                    "白鹤县2处采砂点\n未按期关闭 ",
                    "",
                    "",
                    "督察组发现",
                    "市级",
                    "一般",
                    "无",
                    "某某",
                    "是",
                ],
                &[
                    "10",
                    "沿河垃圾清运不及时",
                    "固废",
                    "沿河垃圾堆放点3处",
                    "",
                    "2025-09-20",
                    "群众举报",
                    "市字头",
                    "一般问题",
                    "",
                    "",
                    "×",
                ],
                &[
                    "",
                    "应急物资储备不足",
                    "环境风险",
                    "=库房仅有围油栏200米",
                    "龙滩区住房城乡建委、市水利局\n龙滩区水利局",
                    "2025年9月21日",
                    "督察发现",
                    "区县",
                    "较重",
                    "",
                    "",
                    "",
                ],
                &[
                    "",
                    "监测台账不全",
                    "监测数据",
                    "5个月台账缺失",
                    "龙滩经开区管委会",
                    "2025.9.22",
                    "督察发现",
                    "区县自查",
                    "严重",
                    "",
                    "",
                    "",
                ],
                &HEADS,
                &[
                    "",
                    "隔页的问题",
                    "水",
                    "隔页",
                    "白鹤县水利局",
                    "２０２５／９／２３",
                    "督察发现",
                    "市字头",
                    "一般",
                    "",
                    "",
                    "",
                ],
                &["合计", "5"],
                &["填表人：张某", "", "", "审核：李某"],
            ],
        );
        sheet.merge_range(3, 4, 4, 4, "h-sl", &plain).unwrap();
        sheet.write_datetime_with_format(3, 5, day("2025-09-19"), &dated).unwrap();
        sheet.write_number(10, 12, 3).unwrap();
    });
    let imported = take(case, &book, &asked("problems"));
    assert_eq!(rows_told(&imported), "");
    assert_eq!(deeds(&imported), ["added"; 5]);
    let heads = told(&imported.sheets[0].findings);
    assert!(heads.contains("台账!J3 [T-03] “备注”一列没有导入：不知道是哪一栏"), "{heads}");
    assert!(heads.contains("K3 [T-03] “举报人”一列没有导入：数据文件不存举报人"), "{heads}");

    let items: Vec<&Json> =
        imported.case.json()["problems"].as_array().unwrap().iter().skip(8).collect();
    let get = |n: usize, field: &str| items[n][field].clone();
    assert_eq!(get(0, "id"), "P09");
    assert_eq!(get(0, "title"), "河道采砂点未按期关闭");
    assert_eq!(get(0, "description"), "白鹤县2处采砂点\n未按期关闭");
    assert_eq!(get(0, "responsible_organs"), json!(["h-sl"]));
    assert_eq!(get(1, "responsible_organs"), json!(["h-sl"]));
    assert_eq!(get(0, "in_feedback"), true);
    assert_eq!(get(1, "in_feedback"), false);
    assert_eq!(get(2, "seq"), 11);
    assert_eq!(get(2, "description"), "=库房仅有围油栏200米");
    assert_eq!(get(2, "responsible_organs"), json!(["l-zj", "o-slj", "l-sl"]));
    assert_eq!(get(4, "id"), "P13");
    let days: Vec<&str> = items.iter().map(|i| i["found_on"].as_str().unwrap()).collect();
    assert_eq!(days, ["2025-09-19", "2025-09-20", "2025-09-21", "2025-09-22", "2025-09-23"]);
    let tiers: Vec<&str> = items.iter().map(|i| i["tier"].as_str().unwrap()).collect();
    assert_eq!(tiers, ["市字头", "市字头", "区县自查", "区县自查", "市字头"]);
    assert_eq!(get(1, "category"), "固体废物");
    assert_eq!(get(1, "source"), "信访举报");

    // Nothing else in the file has moved.
    let after = imported.case.source.text();
    let (head, tail) = before.split_at(before.find("\nreport:").unwrap());
    assert!(after.starts_with(head.trim_end()) && after.ends_with(tail));
    assert!(after.contains("    description: \"白鹤县2处采砂点\\n未按期关闭\"\n"));
}

/// Two rows of heads, one head over several columns; numbers as text, with units; percent.
#[test]
fn two_rows_of_heads_and_numbers_in_every_form() {
    let desk = Desk::new();
    let book = desk.book(|sheet| {
        let plain = Format::new();
        fill(sheet, 0, &[&["整改任务调度表"]]);
        for (column, head) in [(0, "任务编号"), (1, "状态"), (6, "整改成效")] {
            sheet.merge_range(1, column, 2, column, head, &plain).unwrap();
        }
        sheet.merge_range(1, 2, 1, 5, "本季进展", &plain).unwrap();
        fill(sheet, 2, &[&["", "", "季度", "进度", "季度状态", "进展情况"]]);
        fill(
            sheet,
            3,
            &[
                &["T01", "已销号", "2026年第四季度", "", "已销号", "已备案"],
                &["t02", "", "2026年四季度", "百分之百", "已销号", "x"],
                &["4", "", "2026Q3", "100％", "", ""],
                &["T03", "", "", "50", "", ""],
            ],
        );
        let percent = Format::new().set_num_format("0%");
        sheet.write_number_with_format(3, 3, 0.57, &percent).unwrap();
    });
    let mut options = asked("tasks");
    options.update = true;
    let imported = take(example("special"), &book, &options);
    assert_eq!(deeds(&imported), ["changed", "bad", "same", "bad"]);
    let progress = imported.case.json()["tasks"][0]["progress"].as_array().unwrap();
    assert_eq!(
        progress.last().unwrap(),
        &json!({"period": "2026Q4", "percent": 57, "status": "已销号", "note": "已备案"})
    );
    let told = rows_told(&imported);
    assert!(told.contains("台账!D5 [T-04] “进度（％）”的“百分之百”不是整数"), "{told}");
    assert!(told.contains("[T-05] 填了进展，没有填“调度季度”"), "{told}");
}

/// What cannot come in says where, why, and what to do, all at once; what can, comes in.
#[test]
fn bad_rows_say_why_and_good_rows_enter() {
    let desk = Desk::new();
    let book = desk.book(|sheet| {
        fill(
            sheet,
            0,
            &[
                &[
                    "受理编号",
                    "批次",
                    "渠道",
                    "受理日期",
                    "举报内容",
                    "行政区域",
                    "污染类型",
                    "承办单位",
                    "交办日期",
                    "办理期限",
                    "是否属实",
                    "罚款（万元）",
                    "办理状态",
                    "转为督察问题",
                ],
                &[
                    "Q3CQ202509300001",
                    "1",
                    "网络",
                    "2025-09-30",
                    "养猪场夜间排污",
                    "龙滩区",
                    "水、大气",
                    "龙滩区水利局",
                    "2025-10-08",
                    "2025-10-20",
                    "属实",
                    "1,2.5万元",
                    "办结",
                    "P01",
                ],
                &[
                    "Q3CQ202509300002",
                    "一",
                    "网路",
                    "2025年9月",
                    "内容",
                    "龙潭区",
                    "水、臭",
                    "龙滩水利局",
                    "2025-02-30",
                    "10月20日",
                    "基本实",
                    "两万",
                    "办了",
                    "P99",
                ],
                &[
                    "Q3CQ202509300003",
                    "",
                    "来电",
                    "2025-09-30",
                    "",
                    "白鹤县",
                    "噪声",
                    "",
                    "2025-10-08",
                    "2025-10-20",
                    "",
                    "-3",
                    "",
                    "",
                ],
                &[
                    "Q3CQ202509300001",
                    "1",
                    "来电",
                    "2025-09-30",
                    "重复",
                    "白鹤县",
                    "噪声",
                    "白鹤县水利局",
                    "2025-10-08",
                    "2025-10-20",
                    "",
                    "",
                    "",
                    "",
                ],
                &[
                    "Q3CQ202609300009",
                    "1",
                    "来电",
                    "2026-12-30",
                    "在时点之后",
                    "白鹤县",
                    "噪声",
                    "白鹤县水利局",
                    "2026-12-31",
                    "2027-01-20",
                    "",
                    "",
                    "",
                    "",
                ],
            ],
        );
    });
    let imported = take(example("special"), &book, &asked("complaints"));
    assert_eq!(deeds(&imported), ["added", "bad", "bad", "bad", "bad"]);
    let added = imported.case.json()["complaints"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(added["id"], "c-007");
    assert_eq!(added["penalty"]["fine_wan"], 12.5);
    assert_eq!(added["status"], "已办结");
    assert_eq!(added["key"], false);
    assert_eq!(added["types"], json!(["水", "大气"]));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ledger/tests/findings.txt");
    let told = rows_told(&imported);
    let wanted = std::fs::read_to_string(golden).unwrap_or_default();
    assert!(told == wanted, "src/ledger/tests/findings.txt should read:\n{told}");

    // The rows come back with their reasons, and the copy can be imported once it is mended.
    let back = super::give_back(&imported.case, &book, &imported.sheets).unwrap().unwrap();
    let copy = desk.open(&back).unwrap();
    let sheet = &copy.sheets[0];
    assert_eq!(sheet.rows.len(), 3 + 4);
    let reason = sheet.rows[&3].values().map(super::cell::Cell::shown).find(|t| t.contains('\n'));
    assert!(reason.unwrap().contains("是否应为“龙滩区”"));
    let again = take(imported.case, &copy, &asked("complaints"));
    assert_eq!(deeds(&again), ["bad", "bad", "differs", "bad"]);
}
