//! `anjuan set`: a clerk's manuscript becomes files; slips, refusals and the streams.

use crate::support::desk::{Desk, project};

const GOOD: &str = "---\nform: 信函式\ntitle: 关于商请提供材料的函\nissuers: [甲市生态环境局]\nnumber: 甲环函〔2025〕5号\nrecipients: 乙区人民政府\ndate: 2025-03-04\n---\n请提供有关材料。\n";

#[test]
fn manuscripts_become_files_and_one_bad_one_stops_no_other() {
    let desk = Desk::new();
    std::fs::create_dir(desk.at("又")).unwrap();
    for name in ["函.md", "又/函.md"] {
        std::fs::write(desk.at(name), GOOD).unwrap();
    }
    let bad = GOOD.replace("title", "titel").replace("2025-03-04", "2025年3月4日");
    std::fs::write(desk.at("坏.md"), bad).unwrap();
    let answer = desk
        .run(&[
            "set",
            "函.md",
            "又/函.md",
            "坏.md",
            "--out",
            "out",
            "--format",
            "pdf,txt",
            "--json",
        ])
        .expect(3);
    let lines = answer.of_type("document");
    let made: Vec<_> = lines.iter().filter(|l| l["ok"] == true).collect();
    assert_eq!(made.len(), 4);
    assert!(made.iter().all(|l| l["pages"] == 1
        && l["title"] == "关于商请提供材料的函"
        && l.get("kind").is_none()));
    let found = answer.of_type("finding");
    let place = |l: &serde_json::Value| (l["line"].clone(), l["column"].clone());
    let places: Vec<_> = found.iter().filter(|l| l["severity"] == "error").map(place).collect();
    assert_eq!(places, [(3.into(), 1.into()), (7.into(), 7.into())]);
    let read = |name: &str| std::fs::read(desk.at("out").join(name)).unwrap();
    assert_eq!(read("函.pdf"), read("函（2）.pdf"));
    let text = String::from_utf8(read("函.txt")).unwrap();
    assert!(
        text.contains("乙区人民政府：\n请提供有关材料。\n甲市生态环境局\n2025年3月4日"),
        "{text}"
    );
    assert!(!desk.at("out/坏.pdf").exists());
}

#[test]
fn state_secrets_are_refused_before_anything_is_made() {
    let desk = Desk::new();
    let file = project().join("tests/golden/pages/secrecy/paper.md");
    let answer = desk.run(&["set", file.to_str().unwrap(), "--out", "out"]).expect(13);
    assert!(answer.stderr.contains("P-08") && answer.stdout.contains("不予处理 1 份"));
    assert_eq!(std::fs::read_dir(desk.at("out")).unwrap().count(), 0);
}
