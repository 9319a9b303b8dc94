//! What was handed over or filled in by hand is not written over; what was found damaged is not called sound.

use std::fs;

use crate::support::desk::{Desk, project};

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

#[test]
fn a_bundle_of_another_case_stays_where_it_lies() {
    let desk = Desk::new();
    desk.example("lishui", "案");
    let small = fs::read(project().join("tests/bundles/small.zip")).unwrap();
    for (bytes, said) in [(&small[..], "是另一个归档包 AJ-CQ-1"), (b"x", "不是完好的归档包")]
    {
        fs::write(desk.at("归档包.zip"), bytes).unwrap();
        let answer = desk.run(&["pack", "案", "--out", "归档包.zip"]).expect(2);
        assert!(answer.stderr.contains(said), "{}", answer.stderr);
        assert!(answer.stderr.contains("请另写一个名称"), "{}", answer.stderr);
        assert_eq!(fs::read(desk.at("归档包.zip")).unwrap(), bytes);
    }
}

#[test]
fn what_may_have_been_filled_in_is_not_written_over() {
    let desk = Desk::new();
    desk.example("lishui", "案");
    fs::copy(project().join("tests/bundles/small.zip"), desk.at("包.zip")).unwrap();
    desk.run(&["receive", "包.zip", "--archive", "库"]).expect(0);
    for (line, file) in [
        ("dispose list --archive 库 --as-of 2070-01-01 --out 清册.toml", "清册.toml"),
        ("export 案 --ledger all --out 台账.xlsx", "台账.xlsx"),
        ("handover form 包.zip --to 登记表.md", "登记表.md"),
    ] {
        desk.run(&words(line)).expect(0);
        fs::write(desk.at(file), "填好的").unwrap();
        let answer = desk.run(&words(line)).expect(2);
        assert!(answer.stderr.contains("已经有了，没有改动它"), "{line}: {}", answer.stderr);
        assert_eq!(fs::read(desk.at(file)).unwrap(), "填好的".as_bytes(), "{line}");
    }
}

#[test]
fn damage_that_was_found_is_told_until_it_is_mended() {
    let desk = Desk::new();
    fs::copy(project().join("tests/bundles/small.zip"), desk.at("包.zip")).unwrap();
    desk.run(&["receive", "包.zip", "--archive", "库"]).expect(0);
    desk.run(&words("fixity --archive 库")).expect(0);
    desk.run(&words("doctor --archive 库")).expect(0);
    let mut todo = vec![desk.at("库/store")];
    let mut note = None;
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
        } else if path.ends_with("现场记录.txt") {
            note = Some(path);
        }
    }
    let note = note.unwrap();
    let whole = fs::read(&note).unwrap();
    let mut spoiled = whole.clone();
    spoiled[0] ^= 1;
    // What is kept is write-protected.
    fs::remove_file(&note).unwrap();
    fs::write(&note, spoiled).unwrap();
    let report = |name: &str| {
        desk.run(&words(&format!("fixity --archive 库 --report {name}"))).expect(1);
        fs::read_to_string(desk.at(name)).unwrap()
    };
    let [page, text, data] = ["巡检.md", "巡检.txt", "巡检.json"].map(report);
    for form in [&page, &text] {
        for said in ["损坏", "现场记录.txt", "检查人（签名）", "单位（盖章）"] {
            assert!(form.contains(said), "{said}: {form}");
        }
    }
    assert!(page.starts_with("---\nform: 无版头\n"), "{page}");
    assert!(data.contains("\"format\": \"anjuan-fixity/1\""), "{data}");
    desk.run(&words("fixity --archive 库 --report 巡检.doc")).expect(2);
    desk.run(&["set", "巡检.md", "--out", "排印"]).expect(0);
    let answer = desk.run(&words("doctor --archive 库")).expect(1);
    let said = format!("{}{}", answer.stdout, answer.stderr);
    assert!(said.contains("B-10") && said.contains("上次巡检"), "{said}");
    fs::remove_file(&note).unwrap();
    fs::write(&note, whole).unwrap();
    desk.run(&words("fixity --archive 库")).expect(0);
    let answer = desk.run(&words("doctor --archive 库"));
    let said = format!("{}{}", answer.stdout, answer.stderr);
    assert!(!said.contains("B-10"), "{said}");
}

#[test]
fn a_record_is_taken_out_by_whatever_names_it() {
    let desk = Desk::new();
    fs::copy(project().join("tests/bundles/small.zip"), desk.at("包.zip")).unwrap();
    desk.run(&["receive", "包.zip", "--archive", "库"]).expect(0);
    for (at, name) in [
        "Z109-WS·2025-Y-DCB-0002",
        "Z109-WS.2025-Y-DCB-0002",
        "甲办〔2025〕2号",
        "甲办[2025]2号",
        "doc-2",
        "2026-0001/doc-2",
        "2026-0001 / doc-2",
        "AJ-CQ-1/doc-2",
    ]
    .into_iter()
    .enumerate()
    {
        let out = format!("调出{at}");
        desk.run(&["retrieve", name, "--archive", "库", "--out", &out]).expect(0);
        assert!(desk.at(&out).join("件").is_dir(), "{name}");
    }
    let answer = desk.run(&["search", "甲办", "--archive", "库"]).expect(0);
    assert!(answer.stdout.contains("Z109-WS·2025-Y-DCB-0001"), "{}", answer.stdout);
    let answer = desk.run(&["search", "-甲办", "--archive", "库"]).expect(2);
    assert!(answer.stderr.contains("search -- -甲"), "{}", answer.stderr);
}

#[test]
fn the_first_bundle_of_all_may_be_returned() {
    let desk = Desk::new();
    fs::copy(project().join("tests/bundles/small.zip"), desk.at("包.zip")).unwrap();
    let line = "return 包.zip --archive 新库 --by 王某 --reason 范围不符 --out 退.json";
    desk.run_with(&words(line), &[("ANJUAN_NOW", "2026-11-24T20:00:00Z")]).expect(0);
    // In the office it is the next day already.
    let slip = fs::read_to_string(desk.at("退.md")).unwrap();
    assert!(slip.contains("2026-11-25") || slip.contains("2026年11月25日"), "{slip}");
    desk.run(&words("receive 包.zip --archive 新库")).expect(0);
}
