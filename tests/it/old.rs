//! Old documents end to end: imported, found, listed where they have no text; a hostile file costs its own text.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::support::desk::{Desk, project};

const FONDS: [&str; 4] = ["--fonds", "Z109", "--fonds-name", "重庆市生态环境局"];

fn old(name: &str) -> Vec<u8> {
    std::fs::read(project().join("tests/old/files").join(name)).unwrap()
}

fn import<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["import"];
    all.extend(more);
    all.extend(["--archive", "库"]);
    all.extend(FONDS);
    all
}

#[test]
fn the_seeds_are_imported_and_found_with_their_noise() {
    let desk = Desk::new();
    let files = project().join("examples/old/files");
    let meta = project().join("examples/old/著录表.csv");
    let (files, meta) = (files.to_str().unwrap(), meta.to_str().unwrap());
    let answer = desk.run(&import(&[files, "--meta", meta, "--json"]));
    assert_eq!(answer.code, Some(0), "{}\n{}", answer.stdout, answer.stderr);
    assert_eq!(answer.stdout.matches("\"type\":\"record\"").count(), 5);
    for (query, found) in [
        ("人保寿险", "000.txt"),
        ("members", "000.txt"),
        ("虞伟鈜", "003.txt"),
        ("丽委办发[2017]74号", "丽委办发〔2017〕74号"),
        ("五年工作计划", "重慶市生態環境保護督察五年工作計劃"),
    ] {
        let answer = desk.run(&["search", query, "--archive", "库", "--json"]);
        assert_eq!(answer.code, Some(0), "{query}: {}", answer.stderr);
        assert!(answer.stdout.contains(found), "{query}: {}", answer.stdout);
    }
    let again = desk.run(&import(&[files, "--meta", meta, "--json"]));
    assert_eq!(again.code, Some(0));
    assert_eq!(again.stdout.matches("\"state\":\"already\"").count(), 5, "{}", again.stdout);
}

/// A Word document whose text unfolds beyond all bounds, and one that fills memory as it is read.
fn bombs(desk: &Desk) {
    let bomb = |name: &str, unit: &[u8], times: usize| {
        let raw = desk.at("raw");
        std::fs::create_dir_all(raw.join("word")).unwrap();
        let mut file =
            std::io::BufWriter::new(std::fs::File::create(raw.join("word/document.xml")).unwrap());
        file.write_all(b"<w:document>").unwrap();
        for _ in 0..times {
            file.write_all(unit).unwrap();
        }
        file.flush().unwrap();
        let status =
            Command::new("zip").args(["-q", "-r", name, "word"]).current_dir(&raw).status();
        assert!(status.unwrap().success(), "zip is needed for this test");
        std::fs::create_dir_all(desk.at("旧")).unwrap();
        std::fs::rename(raw.join(name), desk.at("旧").join(name)).unwrap();
    };
    bomb("展开.docx", &[b' '; 1 << 20], 300);
    bomb("元素.docx", "<w:p><w:r><w:t>字</w:t></w:r></w:p>".repeat(1000).as_bytes(), 5000);
}

#[test]
fn a_hostile_file_costs_its_own_text_and_nothing_else() {
    let desk = Desk::new();
    bombs(&desk);
    std::fs::write(desk.at("旧/好.pdf"), old("notice-fpdf.pdf")).unwrap();
    let answer = desk.run(&import(&["旧", "--json"]));
    assert_eq!(answer.code, Some(3), "{}\n{}", answer.stdout, answer.stderr);
    assert_eq!(answer.stdout.matches("\"state\":\"returned\"").count(), 2, "{}", answer.stdout);
    assert_eq!(answer.stdout.matches("\"state\":\"imported\"").count(), 1);
    assert_eq!(answer.stdout.matches("\"code\":\"O-02\"").count(), 2);
}

#[test]
fn the_child_is_held_by_the_system() {
    let desk = Desk::new();
    std::fs::write(desk.at("大.txt"), vec![b'a'; 200 << 20]).unwrap();
    let child = |memory: &str, seconds: &str| {
        desk.run(&[
            "extract-child",
            "大.txt",
            "--ending",
            "txt",
            "--memory",
            memory,
            "--seconds",
            seconds,
        ])
    };
    // 100 MiB is less than the file: whatever the reader does, the system does not give it more.
    let held = child("104857600", "20");
    assert!(
        held.code != Some(0) || held.stdout.contains("\"outcome\":\"damaged\""),
        "{:?}",
        held.code
    );
    assert!(!held.stdout.contains("\"outcome\":\"text\""));
    // And one second of processor time is no more than that.
    let late = child("8589934592", "0");
    assert!(late.code != Some(0) || late.stdout.contains("\"outcome\""), "{:?}", late.code);
    std::fs::write(desk.at("小.txt"), "督察").unwrap();
    let well = desk.run(&["extract-child", "小.txt", "--memory", "2147483648", "--seconds", "30"]);
    assert!(well.stdout.contains("督察"), "{}", well.stderr);
}

#[test]
fn pictures_are_listed_or_read_by_the_program_that_is_named() {
    let desk = Desk::new();
    std::fs::create_dir(desk.at("旧")).unwrap();
    std::fs::write(desk.at("旧/照片.png"), old("scan.png")).unwrap();
    std::fs::write(
        desk.at("著录.csv"),
        "文件,题名,日期,责任者\n照片.png,现场照片,2019-04-15,李明\n",
    )
    .unwrap();
    let plain = desk.run(&import(&["旧", "--meta", "著录.csv"]));
    assert_eq!(plain.code, Some(0), "{}", plain.stderr);
    let gaps = desk.run(&["index", "gaps", "--archive", "库", "--json"]);
    assert!(
        gaps.stdout.contains("\"type\":\"gap\"") && gaps.stdout.contains("图像，没有文字层"),
        "{}",
        gaps.stdout
    );

    // Any program that takes `FILE stdout -l chi_sim`.
    let script = desk.at("ocr.sh");
    std::fs::write(
        &script,
        "#!/bin/sh\n[ \"$2 $3 $4\" = 'stdout -l chi_sim' ] && echo 排污口编号八十八\n",
    )
    .unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut args =
        import(&["旧", "--meta", "著录.csv", "--json", "--ocr", script.to_str().unwrap()]);
    let at = args.iter().position(|a| *a == "库").unwrap();
    args[at] = "库二";
    let read = desk.run(&args);
    assert!(read.stdout.contains("\"ocr\":true"), "{}\n{}", read.stdout, read.stderr);
    let found = desk.run(&["search", "排污口编号", "--archive", "库二"]);
    assert_eq!(found.code, Some(0));
}

#[test]
fn original_formats_are_kept_with_a_warning_and_the_verifier_within_agrees() {
    let desk = Desk::new();
    std::fs::create_dir(desk.at("旧")).unwrap();
    let mut table = "文件,题名,日期,责任者\n".to_owned();
    for (name, as_named) in [
        ("notice.docx", "通知.docx"),
        ("notice-easyofd.ofd", "版式.ofd"),
        ("ledger.xls", "台账.xls"),
    ] {
        std::fs::write(desk.at("旧").join(as_named), old(name)).unwrap();
        table.push_str(&format!("{as_named},{as_named}的题名,2019-04-15,李明\n"));
    }
    std::fs::write(desk.at("著录.csv"), table).unwrap();
    let answer = desk.run(&import(&["旧", "--meta", "著录.csv"]));
    assert_eq!(answer.code, Some(0), "{}\n{}", answer.stdout, answer.stderr);
    let mut objects = std::fs::read_dir(desk.at("库/store")).unwrap().map(|e| e.unwrap().path());
    let object = objects.find(|p| p.is_dir()).unwrap();
    let bag = object.join("v1/content").join(object.file_name().unwrap());
    let judged = desk.run(&["verify", bag.to_str().unwrap(), "--json"]).expect(0);
    let outcome = |id: &str| {
        let checks = judged.of_type("check");
        checks.iter().find(|c| c["id"] == id).unwrap()["outcome"].clone()
    };
    assert_eq!(["K3", "K5", "K7"].map(outcome), ["WARN", "WARN", "PASS"]);
    let mut python = Command::new("python3");
    python.arg(bag.join("data/其他/核验/verify.py")).arg(&bag);
    desk.answer(&mut python).expect(0);
}
