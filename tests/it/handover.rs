//! Two offices at two desks: keys, a signed bundle, the receipt there and back, a bundle given back.

use std::path::Path;
use std::process::Command;

use crate::support::desk::{Answer, Desk};

/// Keys of both offices, each trusting the other's; a bundle packed with its number.
struct Offices {
    desk: Desk,
    sender: String,
    receiver: String,
}

impl Offices {
    fn new() -> Self {
        let desk = Desk::new();
        desk.example("daily", "daily");
        std::fs::write(desk.at("s.pw"), "移交方的口令 1\n").unwrap();
        std::fs::write(desk.at("r.pw"), "接收方的口令 2\n").unwrap();
        desk.run(&["pack", "daily", "--out", "a.zip", "--book", "簿", "--json"]).expect(0);
        let told = desk.run(&["handover", "list", "--book", "簿", "--json"]).expect(0);
        let line = told.of_type("handover").remove(0);
        assert_eq!(line["sequence"], 1);
        let name = |key: &str| line[key].as_str().unwrap().split('、').next().unwrap().to_owned();
        let (sender, receiver) = (name("sender"), name("receiver"));
        let out = Self { desk, sender, receiver };
        for (name, holder, algorithm) in
            [("s", &out.sender, "sm2"), ("r", &out.receiver, "ed25519")]
        {
            let (ring, password) = (format!("{name}.keys"), format!("{name}.pw"));
            out.run(&format!(
                "key new {name} --holder {holder} --algorithm {algorithm} --keyring {ring} --password-file {password}"
            ))
            .expect(0);
            out.run(&format!("key export {name} --to {name}.pub.pem --keyring {ring}")).expect(0);
        }
        for (mine, other, holder, purpose) in
            [("s", "r", &out.receiver, "接收"), ("r", "s", &out.sender, "移交")]
        {
            let shown = out.run(&format!("key show {other}.pub.pem --json")).expect(0);
            let print = shown.of_type("key")[0]["fingerprint"].as_str().unwrap().to_owned();
            let trust = |print: &str| {
                out.run(&format!(
                    "key trust {other}.pub.pem --holder {holder} --fingerprint {print} --purpose {purpose} --by 李四 --keyring {mine}.keys"
                ))
            };
            trust(&"0".repeat(64)).expect(12);
            trust(&print).expect(0);
        }
        out
    }

    fn run(&self, line: &str) -> Answer {
        let args: Vec<&str> = line.split(' ').collect();
        self.desk.run(&args)
    }

    fn z2(&self, options: &str) -> String {
        let told = self.run(&format!("verify a.zip --json{options}"));
        let checks = told.of_type("check");
        let z2 = checks.iter().find(|c| c["id"] == "Z2").unwrap();
        z2["outcome"].as_str().unwrap().to_owned()
    }
}

fn set(offices: &Offices, page: &str) {
    offices.run(&format!("set {page} --out 印 --format pdf")).expect(0);
}

#[test]
fn a_bundle_is_handed_over_with_signatures_on_both_sides() {
    let offices = Offices::new();
    assert_eq!(offices.z2(" --keyring r.keys --require-signature"), "FAIL");
    // No password, a wrong password, no such key: exit 12, and nothing is written.
    let before = std::fs::read(offices.desk.at("a.zip")).unwrap();
    let none = offices.run("sign a.zip --key s --keyring s.keys").expect(12);
    assert!(none.stderr.contains("M-04"), "{}", none.stderr);
    let wrong = offices.run("sign a.zip --key s --keyring s.keys --password-file r.pw").expect(12);
    assert!(wrong.stderr.contains("M-02"), "{}", wrong.stderr);
    offices.run("sign a.zip --key x --keyring s.keys --password-file s.pw").expect(12);
    assert_eq!(before, std::fs::read(offices.desk.at("a.zip")).unwrap());

    offices.run("sign a.zip --key s --keyring s.keys --password-file s.pw").expect(0);
    assert_eq!(offices.z2(" --keyring r.keys --require-signature"), "PASS");
    assert_eq!(offices.z2(""), "MANUAL");
    offices
        .desk
        .run_with(
            &[
                "pack",
                "daily",
                "--out",
                "b.zip",
                "--book",
                "簿",
                "--sign",
                "s",
                "--keyring",
                "s.keys",
            ],
            &[("ANJUAN_PASSWORD_FILE", "s.pw")],
        )
        .expect(0);
    let (a, b) = (offices.desk.at("a.zip"), offices.desk.at("b.zip"));
    assert_eq!(
        std::fs::read(a).unwrap(),
        std::fs::read(b).unwrap(),
        "the same hand-over, signed at once"
    );

    let told = offices
        .run("receive a.zip --archive 库 --keyring r.keys --require-signature --sign r --password-file r.pw --json")
        .expect(0);
    let receipt = told.of_type("receipt").remove(0)["signed"].as_str().unwrap().to_owned();
    std::fs::copy(offices.desk.at(&receipt), offices.desk.at("回执.json")).unwrap();
    offices.run("receipt verify 回执.json --bundle a.zip --book 簿 --keyring s.keys").expect(0);
    let told = offices
        .run("receipt countersign 回执.json --key s --book 簿 --keyring s.keys --password-file s.pw --json")
        .expect(0);
    assert_eq!(told.of_type("countersigned")[0]["entered"], true);
    let told = offices.run("receipt keep 回执.json --archive 库 --keyring r.keys --json").expect(0);
    let kept = told.of_type("kept").remove(0)["path"].as_str().unwrap().to_owned();
    let kept = std::fs::read(offices.desk.at(&kept)).unwrap();
    assert_eq!(kept, std::fs::read(offices.desk.at("回执.json")).unwrap());
    let told = offices.run("handover list --book 簿 --json").expect(0);
    assert_eq!(told.of_type("handover")[0]["answer"], "回执");
    offices
        .run("handover form a.zip --receipt 回执.json --carrier U盘，32GB --to 登记表.md")
        .expect(0);
    set(&offices, "登记表.md");
    offices.run("handover form a.zip --to 登记表.json").expect(0);

    // A letter of the receipt changed.
    let text = std::fs::read_to_string(offices.desk.at("回执.json")).unwrap();
    std::fs::write(offices.desk.at("假.json"), text.replacen("2026-0001", "2026-0002", 1)).unwrap();
    let told = offices.run("receipt verify 假.json --keyring s.keys").expect(1);
    assert!(told.stderr.contains("M-07"), "{}", told.stderr);

    // The sender's key is lost: what it signs from then on counts for nothing.
    offices
        .run("key revoke s.pub.pem --on 2026-01-01 --reason 遗失 --by 李四 --keyring r.keys")
        .expect(0);
    assert_eq!(offices.z2(" --keyring r.keys"), "FAIL");
    let listed = offices.run("key list --keyring r.keys").expect(0);
    assert!(listed.stdout.contains("撤销"), "{}", listed.stdout);
}

#[test]
fn a_bad_bundle_goes_back_with_a_slip() {
    let offices = Offices::new();
    offices.run("sign a.zip --key s --keyring s.keys --password-file s.pw").expect(0);
    // Another signature in the place of the right one: the last byte of what the ZIP holds of it.
    let bag = offices.desk.at("bag");
    let mut unzip = Command::new("unzip");
    unzip.args(["-q", "a.zip", "-d"]).arg(&bag).current_dir(offices.desk.path());
    assert_eq!(offices.desk.answer(&mut unzip).code, Some(0));
    let top = std::fs::read_dir(&bag).unwrap().next().unwrap().unwrap().path();
    bagit(&top);
    std::fs::write(offices.desk.at("c.zip"), b"PK\x05\x06 no bundle").unwrap();
    offices
        .run("receive c.zip --archive 库 --keyring r.keys --sign r --password-file r.pw --return-to 退回单.json --by 王五")
        .expect(1);
    offices.run("receipt verify 退回单.json --keyring s.keys").expect(0);
    set(&offices, "退回单.md");
    let told = offices
        .run("return a.zip --archive 库 --reason 移交范围与通知不符 --by 王五 --out 二.json --keyring r.keys --sign r --password-file r.pw --json")
        .expect(0);
    assert_eq!(told.of_type("return")[0]["number"], "T2026-0002");
    let told = offices
        .run("receipt countersign 二.json --key s --book 簿 --keyring s.keys --password-file s.pw --json")
        .expect(0);
    assert_eq!(told.of_type("receipt_check")[0]["kind"], "退回单");
    let told = offices.run("handover list --book 簿 --json").expect(0);
    assert_eq!(told.of_type("handover")[0]["answer"], "退回");
}

/// BagIt's own tool accepts a bag with signatures, if it is at hand.
fn bagit(bag: &Path) {
    let mut python = Command::new("python3");
    python.args(["-m", "bagit", "--validate"]).arg(bag);
    let there = Command::new("python3").args(["-c", "import bagit"]).output();
    if there.is_ok_and(|o| o.status.success()) {
        assert!(python.output().unwrap().status.success());
    }
}

#[test]
fn the_forms_of_boxes_and_volumes_are_printed() {
    let desk = Desk::new();
    desk.example("daily", "daily");
    desk.run(&["pack", "daily", "--out", "a.zip", "--json"]).expect(0);
    let printed =
        desk.run(&["handover", "print", "a.zip", "--out", "印件", "--json"]).expect(0).lines();
    let (summary, forms) = printed.split_last().unwrap();
    assert_eq!(summary["files"], forms.len());
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    for form in forms {
        let path = form["path"].as_str().unwrap();
        assert!(std::fs::read(desk.at(path)).unwrap().starts_with(b"%PDF-"), "{path}");
        assert!(form["pages"].as_u64().unwrap() >= 1);
        let name = path.trim_end_matches(".pdf").rsplit(' ').next().unwrap();
        *kinds.entry(name.to_owned()).or_default() += 1;
    }
    // Eight forms for each series, none for another.
    let names: Vec<&str> = kinds.keys().map(String::as_str).collect();
    let wanted = [
        "卷内备考表",
        "卷内文件目录",
        "备考表",
        "归档文件目录",
        "案卷封面",
        "案卷脊背",
        "档案盒封面",
        "档案盒脊背",
    ];
    assert_eq!(names, wanted);
    let series = kinds["备考表"];
    assert!(series >= 1 && kinds.values().all(|n| *n == series), "{kinds:?}");
    // Printed again over what is there: the same bytes.
    let first = std::fs::read(desk.at(forms[0]["path"].as_str().unwrap())).unwrap();
    desk.run(&["handover", "print", "a.zip", "--out", "印件"]).expect(0);
    let again = std::fs::read(desk.at(forms[0]["path"].as_str().unwrap())).unwrap();
    assert!(first == again, "the same bundle, the same bytes");
    // A breadth that no box has, two ways at once, a bundle that is none: nothing is written.
    let wrong =
        desk.run(&["handover", "print", "a.zip", "--out", "无", "--box-spine", "25"]).expect(2);
    assert!(wrong.stderr.contains("20、30、40、50"), "{}", wrong.stderr);
    desk.run(&["handover", "print", "a.zip", "--out", "无", "--box-spine", "20", "--manuscript"])
        .expect(2);
    std::fs::write(desk.at("b.zip"), b"PK").unwrap();
    desk.run(&["handover", "print", "b.zip", "--out", "无"]).expect(1);
    assert!(!desk.at("无").exists());
    // As manuscripts, to be changed and set.
    let texts = desk
        .run(&["handover", "print", "a.zip", "--out", "文稿", "--manuscript", "--json"])
        .expect(0)
        .of_type("print");
    assert_eq!(texts.len(), series * 6);
    let cover = texts.iter().find(|t| t["path"].as_str().unwrap().contains("封面")).unwrap();
    desk.run(&["set", cover["path"].as_str().unwrap(), "--out", "排"]).expect(0);
}

#[test]
fn sizes_of_the_stationery_are_a_table_that_offices_change() {
    let mut desk = Desk::new();
    desk.own_templates();
    desk.example("lishui", "lishui");
    desk.run(&["pack", "lishui", "--out", "a.zip"]).expect(0);
    let table = "home/templates/_styles/archive-forms/sizes.toml";
    desk.edit(table, "spines = [20, 30, 40, 50]", "spines = [25]");
    let args = ["handover", "print", "a.zip", "--out", "印件", "--box-spine", "25"];
    desk.run(&args).expect(0);
    desk.edit(table, "spines = [25]", "spines = [30, 25]");
    desk.edit(table, "width = 210", "width = 21");
    let wrong = desk.run(&args).expect(5);
    assert!(wrong.stderr.contains("[box]") && wrong.stderr.contains("21 毫米"), "{}", wrong.stderr);
}
