//! Rows about what is there already, heads said and remembered, values given for all rows.

use serde_json::json;

use super::{Desk, asked, deeds, example, fill, rejected, rows_told, take, told};
use crate::diag::Failure;
use crate::ledger::{Memory, Options, import};

/// What is there already: the same is left alone; what differs is told, or changed if that is asked for.
#[test]
fn rows_that_are_there_already() {
    let desk = Desk::new();
    let book = desk.book(|sheet| {
        fill(
            sheet,
            0,
            &[
                &["任务编号", "措施序号", "整改措施", "实施单位", "完成时限", "实际完成", "状态"],
                &[
                    "T01",
                    "1",
                    "新建污水管网18.6公里",
                    "龙滩区住房城乡建委",
                    "2026-07-31",
                    "2026-07-31",
                    "已完成",
                ],
                &["T01", "2", "7个直排口接管到位", "", "", "2026-08-23", ""],
                &["T01", "", "补一条措施", "l-zj", "2026-09-30", "", ""],
                &["T77", "1", "无主的措施", "l-zj", "2026-09-30", "", ""],
            ],
        );
    });
    let case = example("special");
    let old = case.source.text().to_owned();
    let imported = take(case, &book, &asked("measures"));
    assert_eq!(deeds(&imported), ["same", "differs", "added", "bad"]);
    assert!(rows_told(&imported).contains("T01 2 在案件里已有，内容不同：整改措施、实际完成"));
    assert_eq!(imported.case.source.text().lines().count(), old.lines().count() + 1);

    let options = Options { update: true, ..asked("measures") };
    let imported = take(example("special"), &book, &options);
    assert_eq!(deeds(&imported), ["same", "changed", "added", "bad"]);
    let new = imported.case.source.text();
    let gone: Vec<&str> = old.lines().filter(|l| !new.lines().any(|n| n == *l)).collect();
    assert_eq!(
        gone,
        [
            "      - {seq: 2, content: 7个直排口接管, organ: t-longmen, due_on: 2026-08-31, done_on: 2026-08-22, status: 已完成}"
        ]
    );
    let task = &imported.case.json()["tasks"][0];
    assert_eq!(task["measures"][1]["content"], "7个直排口接管到位");
    assert_eq!(
        task["measures"][2],
        json!({"seq": 3, "content": "补一条措施", "organ": "l-zj", "due_on": "2026-09-30", "done_on": null, "status": "未完成"})
    );
}

/// A whole task from one row: its measures one a line.
#[test]
fn a_task_with_its_measures_in_one_cell() {
    let desk = Desk::new();
    let book = desk.book(|sheet| {
        fill(
            sheet,
            0,
            &[
                &[
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
                    "完成时限",
                ],
                &[
                    "plan-l",
                    "P02；3",
                    "完成雨污分流",
                    "分流率100%",
                    "1.改造管网1.5公里\n2.封堵直排口",
                    "龙滩区住房城乡建委",
                    "主任",
                    "o-zjw",
                    "o-zjw",
                    "限期",
                    "2026-12-31",
                ],
            ],
        );
    });
    let imported = take(example("special"), &book, &asked("tasks"));
    assert_eq!(rows_told(&imported), "");
    let task = imported.case.json()["tasks"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&task["id"], &task["seq"], &task["status"]),
        (&json!("T17"), &json!(17), &json!("未启动"))
    );
    assert_eq!(task["problems"], json!(["P02", "P03"]));
    assert_eq!(task["measures"][0]["content"], "改造管网1.5公里");
    assert_eq!(task["measures"][1]["due_on"], "2026-12-31");
}

#[test]
fn heads_are_told_remembered_and_said() {
    let desk = Desk::new();
    let book = desk.book(|sheet| {
        fill(
            sheet,
            0,
            &[
                &[
                    "季度",
                    "截止日",
                    "任务总数",
                    "已销号",
                    "已完成",
                    "推进",
                    "落后",
                    "未启动",
                    "长期坚持",
                    "责任单位",
                    "任务数",
                ],
                &["2026Q4", "2026-10-31", "16", "14", "0", "0", "0", "0", "2", "x", "17"],
            ],
        );
    });
    let bare = take(example("special"), &book, &asked("dispatches"));
    assert_eq!(deeds(&bare), ["bad"]);
    assert!(rows_told(&bare).contains("新增一条要有“达到序时进度”"), "{}", rows_told(&bare));
    let heads = told(&bare.sheets[0].findings);
    assert!(heads.contains("F1 [T-03] “推进”一列没有导入"), "{heads}");
    let mut options = asked("dispatches");
    let say = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    options.map = vec![say("推进", "on_schedule"), say("G列", "滞后"), say("责任单位", "")];
    let imported = take(example("special"), &book, &options);
    assert_eq!(deeds(&imported), ["added"], "{}", rows_told(&imported));
    // 任务数 means the total as well, but the other column says so in the very words.
    assert_eq!(imported.case.json()["dispatches"][3]["total"], 16);
    let mut memory = Memory::default();
    memory.keep(imported.sheets[0].form, &imported.sheets[0].heading);
    let memory = Memory::read(&memory.text()).unwrap();
    let again = import(example("special"), &book, &Options::default(), &memory).unwrap();
    assert_eq!(deeds(&again), ["added"]);
    let how: Vec<&str> = again.sheets[0].heading.bound.iter().map(|b| b.how.word()).collect();
    assert!(
        how.iter().all(|h| ["相同", "记住的"].contains(h)) && how.contains(&"记住的"),
        "{how:?}"
    );

    options.map = vec![say("推进", "on_shedule")];
    match import(example("special"), &book, &options, &Memory::default()) {
        Err(Failure::Usage(words)) => assert!(words.contains("是否应为“on_schedule”"), "{words}"),
        other => panic!("{:?}", other.map(|_| ())),
    }
    // Two columns for one field.
    options.map = vec![say("推进", "on_schedule"), say("落后", "on_schedule")];
    let found = rejected(import(example("special"), &book, &options, &Memory::default()));
    assert!(told(&found).contains("“推进”和“落后”两列都像“达到序时进度”"), "{}", told(&found));
}

/// A value for all new rows, and what a new row lacks.
#[test]
fn values_given_for_all_rows() {
    let desk = Desk::new();
    let book = desk.book(|sheet| {
        fill(
            sheet,
            0,
            &[
                &["问题编号", "问题标题", "问题描述", "类别", "责任单位"],
                &["P20", "题", "述", "其他", "白鹤县水利局"],
            ],
        );
    });
    let bare = take(example("special"), &book, &asked("problems"));
    assert_eq!(deeds(&bare), ["bad"]);
    assert!(rows_told(&bare).contains("用 --set 来源=值"), "{}", rows_told(&bare));
    let mut options = asked("problems");
    let say = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    options.set = vec![
        say("来源", "督察发现"),
        say("tier", "市字头"),
        say("发现日期", "2025年9月20日"),
        say("程度", "一般"),
    ];
    let imported = take(example("special"), &book, &options);
    assert_eq!(deeds(&imported), ["added"], "{}", rows_told(&imported));
    assert_eq!(imported.case.json()["problems"][8]["found_on"], "2025-09-20");
    options.set = vec![say("程度", "很重")];
    assert!(matches!(
        import(example("special"), &book, &options, &Memory::default()),
        Err(Failure::Usage(_))
    ));
}

/// In many ledgers the number is that of the line, not of the problem.
#[test]
fn a_mere_number_does_not_make_two_things_one() {
    let desk = Desk::new();
    let rows: &[&[&str]] = &[
        &[
            "序号",
            "问题标题",
            "问题描述",
            "类别",
            "责任单位",
            "来源",
            "来源层级",
            "发现日期",
            "程度",
        ],
        &["1", "另一个问题", "述", "其他", "h-sl", "督察发现", "市字头", "2025-09-20", "一般"],
        &["3", "龙滩经开区表面处理企业废水违法排放", "", "", "", "", "", "", "较重"],
    ];
    let book = desk.book(|sheet| fill(sheet, 0, rows));
    let options = Options { update: true, ..asked("problems") };
    let imported = take(example("special"), &book, &options);
    assert_eq!(deeds(&imported), ["bad", "changed"]);
    let said = rows_told(&imported);
    assert!(
        said.contains("台账!A2 [T-07] 案件里 1 号是“白鹤出境断面水质连续超标”，标题不同"),
        "{said}"
    );
    assert!(said.contains("序号从 9 起续编"), "{said}");
    let mut options = asked("problems");
    options.map = vec![("序号".into(), String::new())];
    let imported = take(example("special"), &book, &options);
    assert_eq!(deeds(&imported), ["added", "bad"]);
    assert_eq!(imported.case.json()["problems"][8]["id"], "P09");
    let notes = told(&imported.sheets[0].findings);
    assert!(notes.contains("[T-05] 新增的行没有填的，按这样取值：写入报告“否”（2 行）、列入反馈“否”（2 行）、状态“待整改”（2 行）"), "{notes}");
}

/// The quarter given for all rows.
#[test]
fn progress_of_one_quarter_for_all_rows() {
    let desk = Desk::new();
    let book = desk.book(|sheet| {
        fill(
            sheet,
            0,
            &[
                &["任务编号", "进度", "季度状态", "进展情况", "整改成效"],
                &["T03", "100%", "已销号", "完成备案", "/"],
            ],
        );
    });
    let mut options = Options { update: true, ..asked("tasks") };
    options.set = vec![("季度".into(), "2026年四季度".into())];
    let imported = take(example("special"), &book, &options);
    assert_eq!(deeds(&imported), ["changed"], "{}", rows_told(&imported));
    let last =
        imported.case.json()["tasks"][2]["progress"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        last,
        json!({"period": "2026Q4", "percent": 100, "status": "已销号", "note": "完成备案"})
    );
}
