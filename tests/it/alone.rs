//! The program alone, without its resource folders, in an archive office: it inspects, receives, keeps and searches.

use std::fs;
use std::process::{Command, Stdio};

use crate::support::desk::{Answer, Desk, project};

/// A desk with nothing but the program and a bundle on it.
struct Office(Desk);

impl Office {
    fn new() -> Self {
        let desk = Desk::new();
        let (built, own) = (env!("CARGO_BIN_EXE_anjuan"), desk.at("anjuan"));
        // A link to it would lead the program back to where its resources are.
        if fs::hard_link(built, &own).is_err() {
            fs::copy(built, &own).unwrap();
        }
        fs::copy(project().join("tests/bundles/small.zip"), desk.at("包.zip")).unwrap();
        Self(desk)
    }

    fn run(&self, args: &[&str]) -> Answer {
        let mut command = Command::new(self.0.at("anjuan"));
        command.args(args).current_dir(self.0.path()).env_clear().stdin(Stdio::null());
        command.env("ANJUAN_NOW", "2026-11-24T08:00:00Z");
        self.0.answer(&mut command)
    }
}

#[test]
fn an_archive_office_needs_the_program_and_nothing_else() {
    let office = Office::new();
    fs::write(office.0.at("口令"), "一把好锁要一句长口令\n").unwrap();
    let new = "key new dangan --holder 甲市办公室 --keyring 钥 --password-file 口令";
    let receive = "receive 包.zip --archive 库 --sign dangan --keyring 钥 --password-file 口令";
    let old = "import 旧 --archive 旧库 --fonds Z109 --fonds-name 某市生态环境局";
    let text = "渝环发〔2019〕12号\n关于开展检查的通知\n各单位：\n请查收。\n某市生态环境局\n2019年4月15日\n";
    fs::create_dir(office.0.at("旧")).unwrap();
    fs::write(office.0.at("旧/一.txt"), text).unwrap();
    for line in [
        "verify 包.zip",
        new,
        "key list --keyring 钥",
        receive,
        "receipt verify 库/receipts/2026-0001.signed.json --bundle 包.zip --keyring 钥",
        "handover form 包.zip --receipt 库/receipts/2026-0001.signed.json --to 收.md",
        "browse --archive 库",
        "retrieve Z109-WS·2025-Y-DCB-0001 --archive 库 --out 调出",
        "fixity --archive 库",
        "doctor --archive 库",
        "rebuild --archive 库",
        "dispose list --archive 库 --as-of 2070-01-01 --out 清册.toml",
        "export 包.zip --bag --out 包",
        "export 包.zip --sip --out sip.zip",
        "handover form 包.zip --to 登记表.md",
        "handover print 包.zip --out 印件 --manuscript",
        "sign 包.zip --key dangan --keyring 钥 --password-file 口令 --out 签.zip",
        "return 签.zip --archive 库 --by 王某 --reason 试退 --out 退.json",
        "receipt print 退.json --to 退回单.md",
        "number create --register 簿.db",
        "number take 某办 --year 2026 --register 簿.db",
        "number list --register 簿.db",
        old,
        "search 通知 --archive 旧库",
        "index gaps --archive 旧库",
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let answer = office.run(&args);
        assert_eq!(answer.code, Some(0), "{line}: {}{}", answer.stdout, answer.stderr);
    }
}

#[test]
fn what_makes_documents_says_what_it_lacks() {
    let office = Office::new();
    let case = project().join("examples/lishui");
    let case = case.to_str().unwrap();
    let manuscript = project().join("examples/notice.md");
    for args in [
        &["check", case][..],
        &["run", case, "--out", "出"],
        &["pack", case, "--out", "出.zip"],
        &["handover", "print", "包.zip", "--out", "出"],
        &["set", manuscript.to_str().unwrap(), "--out", "出"],
        &["status", case],
        &["kinds"],
        &["kinds", "new", "reminder", "--name", "催办函"],
    ] {
        let answer = office.run(args).expect(2);
        assert!(answer.stderr.contains("找不到程序资源"), "{args:?}: {}", answer.stderr);
        assert!(!office.0.at("出").exists() && !office.0.at("出.zip").exists(), "{args:?}");
    }
    // A folder that was named and is none is told to everybody.
    let answer = office.run(&["verify", "包.zip", "--home", "没有"]).expect(2);
    assert!(answer.stderr.contains("没有 templates 文件夹"), "{}", answer.stderr);
}
