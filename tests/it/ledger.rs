//! Ledgers from the command line: out, in again, in part, not at all.

use std::fs;

use insta::assert_snapshot;

use crate::support::desk::Desk;

/// The special example with its problems as a workbook, and without the last of them.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.example("special", "案");
    desk.run(&["export", "案", "--ledger", "problems", "--out", "表/问题.xlsx"]).expect(0);
    let path = desk.at("案/case.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let from = text.find("  - id: P08\n").unwrap();
    let to = from + text[from..].find("\n\n").unwrap() + 1;
    fs::write(path, format!("{}{}", &text[..from], &text[to..])).unwrap();
    desk
}

#[test]
fn a_ledger_goes_in_and_is_told() {
    let desk = desk();
    let import = ["import", "表/问题.xlsx", "--into", "案"];
    let before = fs::read_to_string(desk.at("案/case.yaml")).unwrap();
    let dry = desk.run(&[&import[..], &["--dry-run"]].concat()).expect(0);
    assert_eq!(fs::read_to_string(desk.at("案/case.yaml")).unwrap(), before);
    assert_snapshot!(format!("{}--- stderr\n{}", dry.stdout, dry.stderr));
    let json = desk.run(&[&import[..], &["--json"]].concat()).expect(0);
    let summary = &json.of_type("summary")[0];
    assert_eq!((&summary["added"], &summary["same"]), (&1.into(), &7.into()));
    assert_eq!(summary["written"], true);
    assert_eq!(json.of_type("mapping")[0]["ledger"], "problems");
    assert_eq!(json.of_type("row").len(), 8);
    assert_ne!(fs::read_to_string(desk.at("案/case.yaml")).unwrap(), before);
}

#[test]
fn exit_codes_tell_how_much_went_in() {
    let desk = desk();
    let import =
        |more: &[&str]| desk.run(&[&["import", "表/问题.xlsx", "--into", "案"], more].concat());
    import(&["--as", "tasks"]).expect(4);
    import(&["--sheet", "别的"]).expect(4);
    import(&["--as", "problem"]).expect(2);
    import(&["--map", "程度=何处"]).expect(2);
    import(&["--set", "程度=很重"]).expect(2);
    let answer = import(&["--map", "程度=类别", "--map", "类别="]).expect(4);
    assert!(answer.stdout.contains("退回的行在 表/问题.待改.xlsx"), "{}", answer.stdout);
    assert!(
        answer.stderr.contains("表/问题.xlsx 问题台账!N4\n错误[T-04]: “类别”不能是“严重”"),
        "{}",
        answer.stderr
    );
    desk.run(&["export", "案", "--ledger", "all", "--out", "表/全部.xlsx"]).expect(0);
    desk.run(&["export", "案", "--ledger", "图表", "--out", "x.xlsx"]).expect(2);
    fs::write(desk.at("表/假.xlsx"), "不是工作簿").unwrap();
    desk.run(&["import", "表/假.xlsx", "--into", "案"]).expect(4);
    desk.run(&["import", "表/没有.xlsx", "--into", "案"]).expect(6);
    desk.edit("案/case.yaml", "secrecy: 内部", "secrecy: 机密");
    desk.run(&["import", "表/问题.xlsx", "--into", "案"]).expect(13);
}
