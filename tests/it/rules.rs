//! The rules as a clerk, a script and the page in the documentation see them.

use std::fs;

use crate::support::desk::{Desk, project};

/// Everything before the tables of the page.
const HEAD: &str = "# 规则\n\n程序检查的规则，按规则包列出；怎样改写或另立规则包，见 [rulepacks.md](rulepacks.md)。\
本页由 `anjuan rules --pack 名称 --markdown` 生成，测试保证它与程序一致。\n\
“校验时”由 `anjuan check` 检查，“成文时”在生成公文时检查，“归档、登记时”由打包、检测和登记的命令检查。\n";

#[test]
fn the_page_says_what_the_packs_say() {
    let desk = Desk::new();
    let packs = desk.run(&["rules", "--packs", "--json"]).expect(0).stdout;
    let mut page = HEAD.to_owned();
    for line in packs.lines() {
        let pack: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = pack["pack"].as_str().unwrap();
        page.push('\n');
        page.push_str(&desk.run(&["rules", "--pack", name, "--markdown"]).expect(0).stdout);
    }
    let path = project().join("docs/rules.md");
    let there = fs::read_to_string(&path).unwrap_or_default();
    if there != page {
        let made = desk.path().join("rules.md");
        fs::write(&made, &page).unwrap();
        panic!("docs/rules.md should read:\n{page}");
    }
}

#[test]
fn a_case_sees_which_rules_it_keeps_and_breaks() {
    let desk = Desk::new();
    let example = project().join("examples/daily");
    let lines = |args: &[&str]| -> Vec<serde_json::Value> {
        let out = desk.run(args).expect(0).stdout;
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let all = lines(&["rules", example.to_str().unwrap(), "--json"]);
    let status = |id: &str| all.iter().find(|l| l["rule"] == id).unwrap()["status"].clone();
    assert_eq!(status("R-73"), "符合");
    assert_eq!(status("R-01"), "不适用", "例行督察 only");
    assert_eq!(status("P-02"), "成文时");
    assert_eq!(all.last().unwrap()["broken"], 0);

    let text = fs::read_to_string(example.join("case.yaml")).unwrap();
    let spoilt =
        text.replacen("seq: 33", "seq: 0", 1).replacen("retention: 永久", "retention: 10年", 1);
    let folder = desk.path().join("spoilt");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("case.yaml"), spoilt).unwrap();
    let broken = lines(&["rules", folder.to_str().unwrap(), "--broken", "--json"]);
    let ids: Vec<&str> = broken.iter().filter_map(|l| l["rule"].as_str()).collect();
    assert!(ids.contains(&"R-73") && ids.contains(&"R-82"), "{ids:?}");
    assert!(broken.iter().filter(|l| l["type"] == "rule").all(|l| l["status"] == "不符合"));

    let wrong = desk.run(&["rules", "--pack", "chongqing"]).expect(2);
    assert!(wrong.stderr.contains("现有chongqing-2021"), "{}", wrong.stderr);
    fs::write(
        folder.join("case.yaml"),
        text.replace("rulepack: chongqing-2021", "rulepack: chengdu"),
    )
    .unwrap();
    let wrong = desk.run(&["check", folder.to_str().unwrap()]).expect(4);
    assert!(wrong.stderr.contains("没有规则包“chengdu”"), "{}", wrong.stderr);
}

/// A rule that was left out because of an error in the data is not listed as kept.
#[test]
fn what_was_not_checked_is_not_kept() {
    let desk = Desk::new();
    desk.example("daily", "案");
    let status = |rule: &str| {
        let listed = desk.run(&["rules", "案", "--json"]).expect(0).of_type("rule");
        listed.iter().find(|l| l["rule"] == rule).unwrap()["status"].clone()
    };
    desk.edit("案/case.yaml", "exchanged_on: ", "exchanged_on: 约");
    assert_eq!((status("R-30"), status("R-85")), ("没有查".into(), "符合".into()));
    desk.edit("案/case.yaml", "office: o-office", "office: o-offise");
    assert_eq!((status("S-03"), status("R-85")), ("不符合".into(), "没有查".into()));
    assert_eq!(status("R-73"), "符合", "no business rule");
}
