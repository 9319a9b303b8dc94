//! The face: help, lists, exit codes, streams.

use insta::assert_snapshot;

use crate::support::desk::{Desk, project};

#[test]
fn help_is_chinese_and_whole() {
    let desk = Desk::new();
    let mut all = String::new();
    for command in [
        "",
        "run",
        "check",
        "import",
        "export",
        "generate",
        "disclose",
        "set",
        "pack",
        "verify",
        "receive",
        "search",
        "status",
        "due",
        "stats",
        "kinds",
        "kinds check",
        "kinds fields",
        "kinds new",
        "preview",
    ] {
        let words = command.split(' ').chain(["--help"]);
        let args: Vec<&str> = words.filter(|a| !a.is_empty()).collect();
        let answer = desk.run(&args).expect(0);
        assert!(answer.stderr.is_empty());
        all.push_str(&format!("$ anjuan {}\n{}\n", args.join(" "), answer.stdout));
    }
    for english in ["Usage:", "Options:", "Commands:", "Arguments:", "Print help", "[default"] {
        assert!(!all.contains(english), "{english} in\n{all}");
    }
    assert_snapshot!(all);
}

#[test]
fn wrong_usage_is_told_in_chinese_with_a_suggestion() {
    let desk = Desk::new();
    let mut all = String::new();
    for args in [
        &["generat"][..],
        &["generate", "案", "--ot", "x"],
        &["generate", "案"],
        &["search", "督察", "--archive", "x", "--from", "昨天"],
        &["generate", "案", "--out", "x", "--format", "docx"],
        &["run", "没有这个案件", "--out", "x"],
    ] {
        let answer = desk.run(args);
        assert!(matches!(answer.code, Some(2 | 6 | 4)), "{answer:?}");
        assert!(answer.stdout.is_empty());
        all.push_str(&format!(
            "$ anjuan {}\n{}退出码 {}\n\n",
            args.join(" "),
            answer.stderr,
            answer.code.unwrap()
        ));
    }
    assert_snapshot!(all);
}

#[test]
fn kinds_are_listed_from_their_folders() {
    let desk = Desk::new();
    let answer = desk.run(&["kinds", "--json"]).expect(0);
    let codes: Vec<_> =
        answer.of_type("kind").iter().map(|k| k["code"].as_str().unwrap().to_owned()).collect();
    let all: Vec<String> = (1..=50).map(|n| format!("D{n:02}")).collect();
    assert_eq!(codes, all);
}

#[test]
fn kinds_check_tries_them_on_cases() {
    let desk = Desk::new();
    let cases = ["routine", "special", "daily"].map(|e| project().join("examples").join(e));
    let mut args = vec!["kinds", "check", "--quick"];
    for case in &cases {
        args.extend(["--case", case.to_str().unwrap()]);
    }
    desk.run(&args).expect(0);
}

#[test]
fn a_new_kind_is_a_folder_and_no_rust() {
    let mut desk = Desk::new();
    desk.own_templates();
    // The catalogue's own 日常督察意见 makes room for another wording.
    std::fs::remove_dir_all(desk.at("home/templates/daily-opinion")).unwrap();
    let dir = desk.at("home/templates/supervision-opinion");
    std::fs::create_dir(&dir).unwrap();
    let kind = r#"code = "D32"
name = "日常督察意见书"
genres = ["意见"]
forms = ["文件式"]
case_types = ["日常督察"]
issuer = "领导小组办公室"
recipients = "被督察对象"
approvals = []
articles = ["《重庆市生态环境保护督察工作实施办法》第三十一条"]
retention = "永久"
secrecy = "内部"
openness = "不予公开"
seal = true
mark = "文件"
sign = true
imprint = true
reads = ["report"]

[[body]]
file = "body.md.j2"
"#;
    std::fs::write(dir.join("kind.toml"), kind).unwrap();
    std::fs::write(dir.join("body.md.j2"), "{{ report.overall }}\n\n# 督察意见\n\n请认真研究。\n")
        .unwrap();
    desk.example("daily", "案");
    desk.run(&["generate", "案", "--out", "out", "--kind", "D32", "--format", "txt"]).expect(0);
    let file = std::fs::read_dir(desk.at("out")).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains("日常督察认为") && text.contains("一、督察意见"), "{text}");
}

#[test]
fn results_on_stdout_everything_else_on_stderr() {
    let desk = Desk::new();
    desk.example("daily", "案");
    let answer = desk
        .run(&[
            "generate",
            "案",
            "--out",
            "out",
            "--document",
            "doc-351",
            "--format",
            "txt",
            "--json",
            "--progress",
            "json",
        ])
        .expect(0);
    for line in answer.lines() {
        assert!(line["type"].is_string());
    }
    assert!(answer.stderr.lines().all(|l| l.contains(r#""type":"progress""#)), "{}", answer.stderr);
    assert!(!answer.stderr.is_empty());
}
