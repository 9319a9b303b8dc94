//! 文字规则 from the command line: findings at the character, and `check --fix`.

use std::fs;

use crate::support::desk::Desk;

const SLIP: &str = "title: \"渝岭建材集团(试行)日常督察\"   # 注释,不动";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.example("daily", "案");
    desk.edit("案/case.yaml", "title: 重庆渝岭建材集团有限公司生态环境保护日常督察", SLIP);
    desk
}

#[test]
fn a_slip_is_found_at_its_character() {
    let desk = desk();
    let answer = desk.run(&["check", "案", "--json"]).expect(0);
    let found = answer.of_type("finding");
    assert_eq!(found.len(), 2, "{}", answer.stdout);
    for (finding, column) in found.iter().zip([17, 20]) {
        assert_eq!(finding["code"], "W-11");
        assert_eq!(finding["severity"], "warning");
        assert_eq!(finding["column"], column);
        assert_eq!(finding["path"], "/case/title");
        assert_eq!(finding["clause"], "GB/T 15834-2011 5.1.1—5.1.3");
    }
}

#[test]
fn fix_shows_the_change_and_keeps_everything_else() {
    let desk = desk();
    let before = fs::read_to_string(desk.at("案/case.yaml")).unwrap();
    let shown = desk.run(&["check", "案", "--fix", "--dry-run"]).expect(0);
    assert!(
        shown.stdout.contains("+  title: \"渝岭建材集团（试行）日常督察\"   # 注释,不动"),
        "{}",
        shown.stdout
    );
    assert_eq!(fs::read_to_string(desk.at("案/case.yaml")).unwrap(), before);

    let fixed = desk.run(&["check", "案", "--fix", "--json"]).expect(0);
    assert_eq!(fixed.of_type("fix").len(), 2, "{}", fixed.stdout);
    let summary = &fixed.of_type("summary")[0];
    assert_eq!((&summary["fixed"], &summary["written"]), (&2.into(), &true.into()));
    let after = fs::read_to_string(desk.at("案/case.yaml")).unwrap();
    assert_eq!(after, before.replace("(试行)", "（试行）"));

    let again = desk.run(&["check", "案", "--fix"]).expect(0);
    assert!(again.stdout.contains("没有可以自动改正的文字问题"), "{}", again.stdout);
}

#[test]
fn a_case_with_a_state_secret_is_not_touched() {
    let desk = desk();
    desk.edit("案/case.yaml", "secrecy: 内部", "secrecy: 机密");
    let before = fs::read(desk.at("案/case.yaml")).unwrap();
    desk.run(&["check", "案", "--fix"]).expect(13);
    assert_eq!(fs::read(desk.at("案/case.yaml")).unwrap(), before);
}

#[test]
fn dry_run_needs_fix() {
    let desk = desk();
    desk.run(&["check", "案", "--dry-run"]).expect(2);
}

/// A code is compared letter by letter: what is not half-width in it is told, and mended.
#[test]
fn codes_are_half_width() {
    let desk = Desk::new();
    desk.example("daily", "案");
    desk.edit("案/case.yaml", "code: \"500197\"", "code: \"５００197\"");
    let found = desk.run(&["check", "案", "--json"]).expect(0).of_type("finding");
    assert_eq!((found.len(), &found[0]["code"]), (1, &"W-01".into()), "{found:?}");
    assert_eq!(found[0]["path"], "/districts/0/code");
    assert!(found[0]["hint"].as_str().unwrap().starts_with("整个写作 500197，"), "{found:?}");
    desk.run(&["check", "案", "--fix"]).expect(0);
    let text = fs::read_to_string(desk.at("案/case.yaml")).unwrap();
    let plain =
        fs::read_to_string(crate::support::desk::project().join("examples/daily/case.yaml"));
    assert_eq!(text, plain.unwrap());
    // Where the schema asks for a form, the half-width one is offered.
    desk.edit("案/case.yaml", "id: doc-351", "id: doc－３51");
    let told = desk.run(&["check", "案"]).expect(4).stderr;
    assert!(told.contains("用半角字符：doc-351。"), "{told}");
}
