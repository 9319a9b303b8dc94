//! The register under many hands at once, under kill -9, and what comes out of it.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::support::desk::{Desk, project};

/// Processes that take numbers at the same time.
const HANDS: usize = 8;

/// How many numbers each takes: 1000, or as `ANJUAN_TEST_NUMBERS` says (each number is an fsync).
fn each() -> usize {
    let asked = std::env::var("ANJUAN_TEST_NUMBERS").ok().and_then(|n| n.parse().ok());
    asked.unwrap_or(1000)
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.run(&["number", "create", "--register", "簿.db"]).expect(0);
    desk
}

fn program(desk: &Desk, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anjuan"));
    command.args(args).current_dir(desk.path()).env_clear().env("ANJUAN_HOME", project());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn eight_processes_at_once_get_every_number_once() {
    let desk = desk();
    let (one, each) = (each().to_string(), each());
    let args =
        ["number", "take", "渝环督办", "--year", "2026", "--count", &one, "--register", "簿.db"];
    let hands: Vec<_> = (0..HANDS).map(|_| program(&desk, &args).spawn().unwrap()).collect();
    let mut all = BTreeSet::new();
    for hand in hands {
        let output = hand.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.lines().count(), each);
        all.extend(text.lines().map(str::to_owned));
    }
    let wanted: BTreeSet<String> =
        (1..=HANDS * each).map(|n| format!("渝环督办〔2026〕{n}号")).collect();
    assert_eq!(all, wanted, "all different, none left out");
    let answer = desk.run(&["number", "check", "--register", "簿.db", "--json"]).expect(0);
    assert_eq!(answer.of_type("summary")[0]["entries"], HANDS * each);
}

#[test]
fn what_was_told_before_a_kill_is_there_after_it() {
    let desk = desk();
    let mut told = Vec::new();
    for round in 0..4 {
        let args =
            ["number", "take", "甲办", "--year", "2026", "--count", "10000", "--register", "簿.db"];
        let mut child = program(&desk, &args).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Killed in the midst of it, each time at another place.
        for _ in 0..17 + 13 * round {
            told.push(lines.next().unwrap().unwrap());
        }
        child.kill().unwrap();
        // What it had told before it died counts as well.
        told.extend(lines.map_while(Result::ok).filter(|l| l.ends_with('号')));
        child.wait().unwrap();
    }
    let unique: BTreeSet<&String> = told.iter().collect();
    assert_eq!(unique.len(), told.len(), "no number was given twice");
    desk.run(&["number", "check", "--register", "簿.db"]).expect(0);
    let answer = desk.run(&["number", "list", "--register", "簿.db", "--json"]).expect(0);
    let there: BTreeSet<String> =
        answer.of_type("number").iter().map(|n| n["number"].as_str().unwrap().to_owned()).collect();
    assert!(told.iter().all(|n| there.contains(n)), "nothing that was told is lost");
    // At most the one number of each round that was on the disk but not yet told.
    assert!(there.len() <= told.len() + 4);
}

#[test]
fn a_register_that_is_held_is_told_and_left_alone() {
    let desk = desk();
    let db = rusqlite_lock(&desk);
    let answer =
        desk.run(&["number", "take", "甲办", "--register", "簿.db", "--wait", "0"]).expect(11);
    assert!(answer.stderr.contains("正被另一进程使用"), "{}", answer.stderr);
    drop(db);
    let answer = desk.run(&["number", "take", "甲办", "--register", "簿.db"]).expect(0);
    assert_eq!(answer.stdout, "甲办〔2026〕1号\n");
}

/// Another program that holds the register, as a backup or a forgotten editor would.
fn rusqlite_lock(desk: &Desk) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(desk.at("簿.db")).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    db
}

#[test]
fn a_day_at_the_registry() {
    let desk = desk();
    let on = |args: &[&str]| {
        let mut all = vec!["number"];
        all.extend(args);
        all.extend(["--register", "簿.db"]);
        desk.run(&all)
    };
    on(&["create"]).expect(2);
    on(&["take", "甲办", "--title", "关于甲的通知", "--by", "王"]).expect(0);
    on(&["take", "甲办〔2026〕"]).expect(2);
    on(&["take", "甲办", "--year", "2025", "--on", "2026-03-04"]).expect(2);
    // Another year's number, whose day is not known.
    let answer = on(&["take", "甲办", "--year", "2025", "--json"]).expect(0);
    assert_eq!(answer.lines()[0]["date"], "");
    on(&["enter", "甲办[2026]第004号", "--title", "纸质登记", "--on", "2026-03-04"]).expect(0);
    let answer = on(&["check", "--json"]).expect(1);
    let codes: Vec<_> = answer.of_type("finding").iter().map(|f| f["code"].clone()).collect();
    assert_eq!(codes, ["N-05", "N-07"], "2 and 3 are missing, 4 is older than 1");
    on(&["void", "甲办〔2026〕4号", "--reason", "重复", "--by", "李"]).expect(0);
    on(&["void", "甲办〔2026〕4号", "--reason", "重复", "--by", "李"]).expect(1);
    on(&["void", "甲办〔2026〕9号", "--reason", "重复", "--by", "李"]).expect(1);
    let answer = on(&["list", "--year", "2026", "--json"]).expect(0);
    let lines = answer.of_type("number");
    assert_eq!((lines.len(), &lines[1]["state"]), (2, &"作废".into()));
    assert_eq!(lines[1]["void"]["reason"], "重复");
    // The printed register is a document that can be set.
    on(&["export", "--to", "登记簿.xlsx"]).expect(0);
    on(&["export", "--to", "登记簿.md", "--organ", "甲市督察办"]).expect(0);
    let answer = desk.run(&["set", "登记簿.md", "--out", "印", "--format", "pdf,txt"]).expect(0);
    assert!(!answer.stderr.contains("错误"), "{}", answer.stderr);
    let text = std::fs::read_to_string(desk.at("印/登记簿.txt")).unwrap();
    assert!(text.contains("关于甲的通知") && text.contains("作废：重复"), "{text}");
}

#[test]
fn a_document_is_issued_once() {
    let desk = desk();
    desk.example("routine", "case");
    desk.edit("case/case.yaml", "    doc_number: {code: 渝环督办, year: 2025, seq: 16}\n", "");
    let register = ["--register", "簿.db"];
    let run = |args: &[&str]| desk.run(&[args, &register[..]].concat());
    run(&["number", "adopt", "case", "--code", "渝环督办", "--year", "2025", "--json"]).expect(0);
    let again = run(&["number", "adopt", "case", "--code", "渝环督办", "--year", "2025", "--json"])
        .expect(0);
    assert_eq!(
        (&again.of_type("summary")[0]["added"], &again.of_type("summary")[0]["already"]),
        (&0.into(), &5.into())
    );
    let answer = run(&["issue", "case", "doc-28", "--by", "王", "--json"]).expect(0);
    assert_eq!(answer.of_type("issued")[0]["number"], "渝环督办〔2025〕19号");
    let answer = run(&["issue", "case", "doc-28"]).expect(1);
    assert!(answer.stderr.contains("N-09"), "{}", answer.stderr);
    desk.run(&["check", "case"]).expect(0);
    let answer = run(&["number", "list", "--code", "渝环督办", "--json"]).expect(0);
    assert!(answer.of_type("number").iter().any(|n| n["issue"]["template"].is_string()));
}

#[test]
fn letters_of_one_case_issued_at_once_all_get_through() {
    let desk = desk();
    desk.example("routine", "case");
    let letters = [
        ("doc-14", 8),
        ("doc-161", 2),
        ("doc-162", 3),
        ("doc-163", 5),
        ("doc-164", 9),
        ("doc-165", 11),
    ];
    for (_, seq) in letters {
        let line = format!("    doc_number: {{code: 渝环督三组函, year: 2025, seq: {seq}}}\n");
        desk.edit("case/case.yaml", &line, "");
    }
    let none = desk.run(&["number", "adopt", "case", "--code", "渝环督", "--register", "簿.db"]);
    assert!(none.expect(0).stderr.contains("渝环督三组函"), "which there are is told");
    desk.run(&["number", "adopt", "case", "--code", "渝环督三组函", "--register", "簿.db"])
        .expect(0);
    let issue = |id: &str| {
        program(&desk, &["issue", "case", id, "--register", "簿.db", "--json"]).spawn().unwrap()
    };
    let hands: Vec<_> = letters.iter().map(|(id, _)| issue(id)).collect();
    for ((id, _), hand) in letters.iter().zip(hands) {
        let output = hand.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        // One who found the file changed three times runs it again, as it was told.
        match output.status.code() {
            Some(0) => {}
            Some(2) if told.contains("再运行一次") => {
                desk.run(&["issue", "case", id, "--register", "簿.db"]).expect(0);
            }
            other => panic!("{id}: {other:?} {told}"),
        }
    }
    let answer = desk.run(&["number", "check", "--case", "case", "--register", "簿.db", "--json"]);
    let answer = answer.expect(1);
    let codes: BTreeSet<String> =
        answer.of_type("finding").iter().map(|f| f["code"].as_str().unwrap().to_owned()).collect();
    assert!(codes.iter().all(|c| c == "N-05" || c == "N-07"), "{codes:?}");
    let answer = desk.run(&["number", "list", "--register", "簿.db", "--json"]).expect(0);
    let issued = answer.of_type("number").into_iter().filter(|n| n["issue"].is_object());
    let seqs: BTreeSet<u64> = issued.map(|n| n["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (15..=20).collect());
}
