//! Evidence entered by one command: the file beside the data file, its digest in it, everything else as it was.

use std::fs;

use crate::support::desk::{Answer, Desk};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.example("routine", "案");
    // The later hand-over counts what the test adds.
    desk.edit("案/case.yaml", "item_count: 70", "item_count: 71");
    fs::write(desk.at("排口检查.txt"), "六号排口有水流出。\n").unwrap();
    desk
}

fn add(desk: &Desk, more: &[&str]) -> Answer {
    let args = ["--kind", "现场检查记录", "--on", "2025-03-20", "--by", "p-zhong,蒲望川", "--json"];
    desk.run(&[&["evidence", "add", "案"], more, &args[..]].concat())
}

#[test]
fn a_file_is_laid_in_its_place_and_entered_with_its_digest_and_only_once() {
    let desk = desk();
    let before = fs::read_to_string(desk.at("案/case.yaml")).unwrap();
    let file = ["排口检查.txt", "--title", "六号排口现场检查记录", "--problem", "P01"];
    add(&desk, &[&file[..], &["--dry-run"]].concat()).expect(0);
    assert_eq!(fs::read_to_string(desk.at("案/case.yaml")).unwrap(), before, "a trial");
    let made = add(&desk, &file).expect(0);
    let told = &made.of_type("evidence")[0];
    let path = told["path"].as_str().unwrap();
    assert!(path.starts_with("attachments/e-0") && path.ends_with("_排口检查.txt"), "{told}");
    assert_eq!(
        fs::read(desk.at("案").join(path)).unwrap(),
        fs::read(desk.at("排口检查.txt")).unwrap()
    );
    let after = fs::read_to_string(desk.at("案/case.yaml")).unwrap();
    let lines: Vec<&str> = after.lines().filter(|l| !before.contains(l.trim())).collect();
    for words in ["六号排口现场检查记录", "size: 28", told["sha256"].as_str().unwrap()] {
        assert!(lines.iter().any(|l| l.contains(words)), "{words} in {lines:#?}");
    }
    let rest: Vec<&str> = after.lines().collect();
    let gone: Vec<&str> = before.lines().filter(|l| !rest.contains(l)).collect();
    assert_eq!(gone, ["    evidence: [e-001, e-002]"], "what was there stays");
    assert!(after.contains("    evidence: [e-001, e-002, e-0"), "the problem names it too");
    // The digest is proved by the check that knows nothing of this command.
    desk.run(&["check", "案"]).expect(0);
    let again = add(&desk, &file).expect(0);
    assert_eq!(again.of_type("evidence")[0]["already"], true);
    assert_eq!(fs::read_to_string(desk.at("案/case.yaml")).unwrap(), after);
}

#[test]
fn what_is_there_is_never_written_over_and_what_is_wrong_changes_nothing() {
    let desk = desk();
    let before = fs::read_to_string(desk.at("案/case.yaml")).unwrap();
    let count = || fs::read_dir(desk.at("案/attachments")).unwrap().count();
    let files = count();
    let refused = |more: &[&str], code: &str, exit: i32| {
        let answer = add(&desk, &[&["排口检查.txt"], more].concat()).expect(exit);
        let said = format!("{}{}", answer.stdout, answer.stderr);
        assert!(said.contains(code), "{code}: {said}");
        assert_eq!(fs::read_to_string(desk.at("案/case.yaml")).unwrap(), before, "{code}");
        assert_eq!(count(), files, "{code}");
    };
    refused(&["--secrecy", "机密"], "P-08", 13);
    refused(&["--originality", "抄件"], "S-", 4);
    refused(&["--problem", "P999"], "S-03", 4);
    refused(&["--id", "e-001"], "S-02", 4);
    refused(&["--provider", "没有这个局"], "A-05", 4);
    fs::write(desk.at("案/attachments/e-900_排口检查.txt"), "另一份").unwrap();
    let refused_name = add(&desk, &["排口检查.txt", "--id", "e-900"]).expect(4);
    assert!(refused_name.stdout.contains("A-05"), "{}", refused_name.stdout);
    let kept = fs::read_to_string(desk.at("案/attachments/e-900_排口检查.txt")).unwrap();
    assert_eq!(kept, "另一份");
    fs::write(desk.at("录像.mp4"), b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom").unwrap();
    let video = add(&desk, &["录像.mp4"]).expect(4);
    assert!(video.stdout.contains("O-02"), "{}", video.stdout);
    assert_eq!(fs::read_to_string(desk.at("案/case.yaml")).unwrap(), before);
}
