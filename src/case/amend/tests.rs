//! What is added reads back, and everything else keeps its bytes.

use serde_json::{Value as Json, json};

use super::{Amendment, amend};
use crate::case::{CaseFile, from_source};
use crate::diag::SourceFile;

const HEAD: &str = "# 头\nschema_version: \"1.0\"\nillustrative: true\nrulepack: chongqing-2021\nas_of: 2026-01-01 # 时点\n\
case:\n  id: C-1\n  case_type: 日常督察\n  title: 甲\n  important: false\n  stage: 准备\n  basis: [乙]\n  \
inspected_organs: [o-a]\n  leading_group: o-a\n  office: o-a\n  deadlines: {}\norgans:\n- {id: o-a, name: 甲, \
short_name: 甲, level: 市级, kind: 政府}\n";

fn case(rest: &str) -> CaseFile {
    let text = format!("{HEAD}{rest}");
    from_source(SourceFile::new("case.yaml", text), "tests".into()).unwrap().value
}

/// What stands after the head once the amendments are made.
#[track_caller]
fn after(rest: &str, amendments: &[Amendment]) -> String {
    let made = amend(&case(rest), amendments).unwrap();
    made.text().strip_prefix(HEAD).unwrap().to_owned()
}

fn add(list: &str, item: Json) -> Amendment {
    Amendment::Add { list: list.into(), item }
}

fn set(pointer: &str, fields: Json) -> Amendment {
    let Json::Object(fields) = fields else { panic!("not fields") };
    Amendment::Set { pointer: pointer.into(), fields }
}

fn problem(id: &str) -> Json {
    json!({"id": id, "seq": 2, "title": "题", "facts": ["甲, 乙", "丙"], "district": null})
}

const P1: &str = "  - id: P01\n    seq: 1 # 一\n    title: 旧\n    category: 其他\n    description: 丁\n    \
responsible_organs: [o-a]\n    source: 督察发现\n    tier: 市字头\n    found_on: 2025-01-01\n    severity: 一般\n    \
in_report: true\n    in_feedback: true\n    status: 待整改 # 尾\n";
const P2: &str = "  - id: P02\n    seq: 2\n    title: 题\n    facts: [\"甲, 乙\", 丙]\n";

#[test]
fn an_item_goes_to_the_end_of_its_list() {
    let new = [add("/problems", problem("P02"))];
    for (before, then) in [
        ("", "tasks: []\n"),
        ("# 说明\n", "\n# 任务\ntasks: []\n"),
        ("", "    # 还有一条未核实\n  # - id: P03\ntasks: []\n"),
        ("", ""),
    ] {
        let list = format!("{before}problems:\n{P1}");
        let own =
            then.split_inclusive('\n').take_while(|l| l.starts_with("  ")).map(str::len).sum();
        let (own, rest) = then.split_at(own);
        assert_eq!(after(&format!("{list}{then}"), &new), format!("{list}{own}{P2}{rest}"));
    }
    // No line end at the end of the file; items set apart; windows line ends.
    let open = format!("problems:\n{}", P1.trim_end());
    assert_eq!(after(&open, &new), format!("{open}\n{}", P2.trim_end()));
    let apart = format!("problems:\n{P1}\n{P1}").replacen("P01", "P00", 1);
    assert_eq!(after(&apart, &new), format!("{apart}\n{P2}"));
    let text = format!("{HEAD}problems:\n{P1}tasks: []\n").replace('\n', "\r\n");
    let windows = from_source(SourceFile::new("case.yaml", text), "tests".into()).unwrap().value;
    let made = amend(&windows, &new).unwrap();
    assert!(!made.text().replace("\r\n", "").contains('\n'));
    assert_eq!(made.text().replace("\r\n", "\n"), format!("{HEAD}problems:\n{P1}{P2}tasks: []\n"));
}

#[test]
fn lists_that_are_empty_or_absent_or_in_brackets() {
    let base = format!("problems:\n{P1}");
    let two = [
        add("/dispatches", json!({"period": "2025Q3"})),
        add("/dispatches", json!({"period": "2025Q4"})),
    ];
    let block = "dispatches:\n  - period: 2025Q3\n  - period: 2025Q4\n";
    assert_eq!(after(&base, &two), format!("{base}{block}"));
    for (was, is) in [
        ("dispatches: []\ntalks: []\n", format!("{block}talks: []\n")),
        ("dispatches:\ntalks: []\n", format!("{block}talks: []\n")),
        ("dispatches: [] # 无\n", format!("{} # 无{}", &block[..11], &block[11..])),
        ("dispatches: null\n", block.to_owned()),
    ] {
        assert_eq!(after(&format!("{base}{was}"), &two), format!("{base}{is}"), "{was}");
    }
    let flow = "dispatches: [{period: 2025Q1}, {period: 2025Q2}] # 表\n";
    let made = after(&format!("{base}{flow}"), &two);
    assert!(
        made.ends_with(
            "[{period: 2025Q1}, {period: 2025Q2}, {period: 2025Q3}, {period: 2025Q4}] # 表\n"
        ),
        "{made}"
    );
    let spread = "dispatches: [\n  {period: 2025Q1}, # 一\n  {period: 2025Q2} # 二\n]\n";
    let made = after(&format!("{base}{spread}"), &two);
    assert!(
        made.contains("{period: 2025Q2},\n  {period: 2025Q3},\n  {period: 2025Q4} # 二\n]"),
        "{made}"
    );
    // Before lists that follow in the model, the first place there is.
    let base = format!("organs_end: 1\n{base}").replace("organs_end: 1\n", "");
    let made = after(&format!("{base}documents: []\n"), &two);
    assert_eq!(made, format!("{base}{block}documents: []\n"));
}

#[test]
fn values_change_in_their_place() {
    let base = format!("problems:\n{P1}tasks: []\n");
    let one = |fields| after(&base, &[set("/problems/0", fields)]);
    assert_eq!(one(json!({"title": "新: 的"})), base.replace("旧", "\"新: 的\""));
    assert_eq!(one(json!({"status": "整改中"})), base.replace("待整改", "整改中"));
    assert_eq!(
        one(json!({"place": "某处", "typical": true})),
        base.replace("    responsible", "    place: 某处\n    responsible")
            .replace("    status", "    typical: true\n    status")
    );
    assert_eq!(
        one(json!({"responsible_organs": ["o-a", "o-b"]})),
        base.replace("[o-a]", "[o-a, o-b]")
    );
}

#[test]
fn lists_and_groups_within_items() {
    let complaint = "complaints:\n  - {id: c-1, types: [水], penalty: {ordered: 1}}\n  - id: c-2\n    findings: >-\n      \
甲\n      乙\n    co_handlers:\n      - o-x # 主办\n      - o-a\n    penalty:\n      ordered: 1\n    key: \"否\"\nproblems: []\n";
    let read = |text: &str| {
        let root = super::parse::read(&SourceFile::new("a", text), &|_| false).root.unwrap();
        (root, SourceFile::new("case.yaml", text))
    };
    let base = case(&format!("problems:\n{P1}"));
    let (root, source) = read(complaint);
    let case = CaseFile { root, source, ..base };
    let change =
        |pointer: &str, fields| amend(&case, &[set(pointer, fields)]).map(|s| s.text().to_owned());
    assert_eq!(
        change("/complaints/0", json!({"penalty": {"ordered": 2, "punished": 3}, "key": true}))
            .unwrap(),
        complaint.replace(
            "types: [水], penalty: {ordered: 1}",
            "types: [水], key: true, penalty: {ordered: 2, punished: 3}"
        )
    );
    assert_eq!(
        change("/complaints/1", json!({"penalty": {"fine_wan": 1.5}, "findings": "丙"})).unwrap(),
        complaint
            .replace(">-\n      甲\n      乙", "丙")
            .replace("      ordered: 1\n    key", "      ordered: 1\n      fine_wan: 1.5\n    key")
    );
    assert_eq!(
        change("/complaints/1", json!({"co_handlers": ["o-x", "o-a", "o-b"]})).unwrap(),
        complaint.replace("- o-a\n", "- o-a\n      - o-b\n")
    );
    // A comment would be lost: refused, and named.
    assert_eq!(
        change("/complaints/1", json!({"co_handlers": ["o-c"]})),
        Err("/complaints/1".into())
    );
    // Deeper things first: both end at the same place.
    let two = [
        add("/complaints", json!({"id": "c-3"})),
        set("/complaints/1", json!({"spot_check": {"result": "好"}})),
    ];
    let made = amend(&case, &two).unwrap();
    assert!(made.text().contains("    spot_check: {result: 好}\n"), "{}", made.text());
    assert!(made.text().contains("\n  - id: c-3\nproblems"), "{}", made.text());
}

#[test]
fn a_case_in_json_stays_json() {
    let base = case(&format!("problems:\n{P1}"));
    let text = "{\n  \"problems\": [\n    {\"id\": \"P01\"}\n  ],\n  \"tasks\": []\n}\n";
    let root = super::parse::read(&SourceFile::new("a", text), &|_| false).root.unwrap();
    let case = CaseFile { root, source: SourceFile::new("case.json", text), ..base };
    let made =
        amend(&case, &[add("/problems", problem("P02")), add("/tasks", json!({"id": "T01"}))])
            .unwrap();
    let read: Json = serde_json::from_str(made.text()).unwrap();
    assert_eq!(read["problems"][1]["facts"], json!(["甲, 乙", "丙"]));
    assert_eq!(read["tasks"][0]["id"], "T01");
}
