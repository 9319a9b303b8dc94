//! The whole chain: case in, documents and bundle out, verified, received, found.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::desk::{Desk, project};
use crate::support::shared::{daily, routine, special};

/// Every file under `dir` with its bytes.
fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut todo = vec![dir.to_path_buf()];
    while let Some(next) = todo.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_string_lossy().into_owned();
                out.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    out
}

#[test]
fn every_example_walks_the_chain() {
    for (run, documents) in [(routine(), 69), (special(), 54), (daily(), 28)] {
        assert_eq!(run.answer.code, Some(0), "{}\n{}", run.answer.stdout, run.answer.stderr);
        let mut made = run.answer.of_type("document");
        made.retain(|line| line["format"] == "pdf");
        assert_eq!(made.len(), documents, "{}", run.answer.stdout);
        for line in &made {
            assert_eq!(line["ok"], true);
            let path = run.desk.at(line["path"].as_str().unwrap());
            let bytes = std::fs::read(path).unwrap();
            assert!(bytes.starts_with(b"%PDF-"));
            assert_eq!(line["bytes"].as_u64(), Some(bytes.len() as u64));
        }
        // 自动调整的版面和代用字作为提示报告；此外无话可说。
        let said: Vec<_> =
            run.answer.of_type("finding").into_iter().filter(|f| f["severity"] != "note").collect();
        assert_eq!(said, Vec::<Value>::new());
        assert_eq!(run.answer.of_type("bundle").len(), 1);
        let failed: Vec<_> = run
            .answer
            .of_type("check")
            .into_iter()
            .filter(|c| c["outcome"] == "FAIL" || c["outcome"] == "WARN")
            .collect();
        assert_eq!(failed, Vec::<Value>::new());
        assert_eq!(run.answer.of_type("receipt").len(), 1);
    }
}

#[test]
fn two_runs_give_the_same_bytes_whatever_folder_time_zone_and_number_of_jobs() {
    let first = daily();
    let desk = Desk::new();
    let copy = desk.example("daily", "another place");
    desk.run_with(
        &["run", copy.to_str().unwrap(), "--out", "elsewhere", "--format", "txt", "--jobs", "1"],
        &[("TZ", "Asia/Shanghai"), ("LANG", "C")],
    )
    .expect(0);
    for part in ["documents", "bundles"] {
        let a = tree(&first.desk.at("out").join(part));
        let b = tree(&desk.at("elsewhere").join(part));
        assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
        for (name, bytes) in &a {
            assert!(bytes == &b[name], "{name} differs");
        }
    }
}

#[test]
fn a_hand_over_list_made_alone_says_the_same() {
    let run = daily();
    let desk = Desk::new();
    let case = desk.example("daily", "案");
    let alone = ["--document", "doc-45a", "--format", "txt"];
    desk.run(&[&["generate", case.to_str().unwrap(), "--out", "out"], &alone[..]].concat())
        .expect(0);
    let made = tree(&desk.at("out"));
    let whole = tree(&run.desk.at("out/documents"));
    assert_eq!(made.len(), 1, "only what was asked for is written: {:?}", made.keys());
    let (name, text) = made.first_key_value().unwrap();
    assert!(text == &whole[name], "{name} differs");
}

#[test]
fn verify_needs_nothing_but_the_bundle() {
    let run = routine();
    let desk = Desk::new();
    let zip = desk.at("bundle.zip");
    std::fs::copy(run.bundle(), &zip).unwrap();
    // No resource folder in sight.
    let answer = desk.run_with(&["verify", "bundle.zip", "--json"], &[]).expect(0);
    let summary = answer.of_type("summary");
    assert_eq!(summary[0]["accepted"], true, "{}", answer.stdout);
}

#[test]
fn a_bundle_is_a_bag_for_tools_that_know_nothing_of_us() {
    let run = routine();
    let desk = Desk::new();
    let status = Command::new("python3")
        .args(["-m", "zipfile", "-e"])
        .arg(run.bundle())
        .arg(desk.path())
        .status()
        .unwrap();
    assert!(status.success());
    let bag = std::fs::read_dir(desk.path()).unwrap().next().unwrap().unwrap().path();
    for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
        let mut command = Command::new("sha256sum");
        command.args(["--strict", "--quiet", "-c", manifest]).current_dir(&bag);
        desk.answer(&mut command).expect(0);
    }
    desk.run(&["verify", bag.to_str().unwrap()]).expect(0);
}

#[test]
fn a_signed_copy_is_kept_beside_what_was_made_from_the_data() {
    let desk = Desk::new();
    desk.example("daily", "案");
    let scan = "签章扫描件";
    std::fs::write(desk.at("案/attachments/scan.txt"), scan).unwrap();
    let mut sum = Command::new("sha256sum");
    let said = desk.answer(sum.arg(desk.at("案/attachments/scan.txt"))).expect(0).stdout;
    let (digest, size) = (said.split(' ').next().unwrap(), scan.len());
    let entry = "  - id: doc-351\n";
    let file = format!(
        "    file: {{path: attachments/scan.txt, media_type: text/plain, size: {size}, sha256: {digest}}}\n"
    );
    desk.edit("案/case.yaml", entry, &format!("{entry}{file}"));
    desk.run(&["pack", "案", "--out", "包.zip"]).expect(0);
    desk.run(&["verify", "包.zip"]).expect(0);
    let status = Command::new("python3")
        .args(["-m", "zipfile", "-e", "包.zip", "解开"])
        .current_dir(desk.path())
        .status()
        .unwrap();
    assert!(status.success());
    let folder = tree(&desk.at("解开"));
    let of = |name: &str| folder.keys().find(|p| p.ends_with(name)).cloned();
    let kept = of("/scan.txt").unwrap();
    assert_eq!(folder[&kept], scan.as_bytes());
    let beside = kept.replace("scan.txt", "正文.pdf");
    assert!(folder[&beside].starts_with(b"%PDF-"), "{beside}");
}

#[test]
fn receiving_twice_is_receiving_once() {
    let run = daily();
    let desk = Desk::new();
    let zip = run.bundle();
    let zip = zip.to_str().unwrap();
    let first = desk.run(&["receive", zip, "--archive", "库", "--json"]).expect(0);
    let again = desk.run(&["receive", zip, "--archive", "库", "--json"]).expect(0);
    let number = |a: &crate::support::desk::Answer| a.of_type("receipt")[0]["accession"].clone();
    assert_eq!(number(&first), number(&again));
    assert_eq!(again.of_type("receipt")[0]["already"], true);
}

#[test]
fn what_was_received_is_found_and_survives_a_rebuild() {
    let run = routine();
    let desk = Desk::new();
    crate::support::desk::copy_folder(&run.desk.at("out/archive"), &desk.at("库"));
    let search = |query: &str, more: &[&str]| {
        let mut args = vec!["search", query, "--archive", "库", "--json"];
        args.extend(more);
        desk.run(&args)
    };
    let titles = |query: &str, more: &[&str]| -> Vec<String> {
        let hits = search(query, more).of_type("hit");
        hits.iter().map(|h| h["title"].as_str().unwrap().to_owned()).collect()
    };
    let before = titles("督察", &[]);
    assert!(!before.is_empty());
    // 繁体、全角、各种括号，都找得到。
    assert_eq!(titles("督察 環境保護", &[]), titles("督察 环境保护", &[]));
    for number in ["渝环督办〔2025〕16号", "渝环督办[2025]16号", "渝环督办２０２５ 16"]
    {
        let found = titles(number, &[]);
        assert!(
            found.iter().any(|t| t == "关于印发《澄溪区生态环境保护例行督察报告》的通知"),
            "{number}: {found:?}"
        );
    }
    // 短语、字段、附件正文。
    assert!(!titles("“一岗双责”", &[]).is_empty());
    let notices = search("督察", &["--field", "文种=通知"]).of_type("hit");
    assert!(!notices.is_empty() && notices.iter().all(|h| h["genre"] == "通知"), "{notices:?}");
    // 片段中的高亮就是所查的词。
    for hit in search("污水管网", &[]).of_type("hit") {
        let snippet: Vec<char> = hit["snippet"].as_str().unwrap().chars().collect();
        let mark = &hit["highlights"][0];
        let (start, end) = (mark[0].as_u64().unwrap(), mark[1].as_u64().unwrap());
        let word: String = snippet[start as usize..end as usize].iter().collect();
        assert_eq!(word, "污水管网");
    }
    search("绝无此语之词", &[]).expect(1);
    // 删掉索引，检索时从库中重建，答案不变。
    std::fs::remove_dir_all(desk.at("库/index")).unwrap();
    assert_eq!(titles("督察", &[]), before);
}

#[test]
fn searching_where_there_is_no_archive_says_so() {
    let desk = Desk::new();
    let answer = desk.run(&["search", "督察", "--archive", "没有"]).expect(10);
    assert!(answer.stderr.contains("不是档案库"), "{}", answer.stderr);
    assert!(!desk.at("没有").exists());
}

#[test]
fn a_case_without_errors_says_so_in_a_line() {
    let desk = Desk::new();
    for example in ["routine", "special", "daily", "lishui"] {
        let case = project().join("examples").join(example);
        let answer = desk.run(&["check", case.to_str().unwrap(), "--json"]).expect(0);
        assert_eq!(answer.stdout.trim(), r#"{"type":"summary","errors":0,"warnings":0}"#);
    }
}

#[test]
fn the_report_of_an_inspection_can_be_printed() {
    let run = daily();
    let desk = Desk::new();
    let zip = run.bundle();
    let reports = ["--report", "报告/检测.md", "--report", "报告/检测.json"];
    desk.run(&[&["verify", zip.to_str().unwrap()], &reports[..]].concat()).expect(0);
    desk.run(&["set", "报告/检测.md", "--out", "排印", "--format", "pdf,txt"]).expect(0);
    let text = std::fs::read_to_string(desk.at("排印/检测.txt")).unwrap();
    for words in [
        "四性检测报告",
        "结论为：合格",
        "真实性",
        "S9",
        "检测人（签名）",
        "检测单位（盖章）",
        "检测日期",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let json = std::fs::read_to_string(desk.at("报告/检测.json")).unwrap();
    let page: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&page["accepted"], &page["profile"]), (&true.into(), &"anjuan-bundle/2".into()));
    // A report of a form that is not known is refused before anything is done.
    desk.run(&["verify", zip.to_str().unwrap(), "--report", "报告.doc"]).expect(2);
}

#[test]
fn the_verifier_within_a_bundle_judges_it_as_we_do() {
    for run in [routine(), special(), daily()] {
        let desk = Desk::new();
        let status = Command::new("python3")
            .args(["-m", "zipfile", "-e"])
            .arg(run.bundle())
            .arg(desk.path())
            .status()
            .unwrap();
        assert!(status.success());
        let bag = std::fs::read_dir(desk.path()).unwrap().next().unwrap().unwrap().path();
        let script = bag.join("data/其他/核验/verify.py");
        for target in [Path::new(&run.bundle()), bag.as_path()] {
            let mut command = Command::new("python3");
            command.arg("-B").arg(&script).arg(target);
            let said = desk.answer(&mut command).expect(0).stdout;
            assert!(said.contains("核验结论：合格"), "{said}");
        }
        let main = tree(&bag).into_keys().find(|p| p.ends_with("正文.pdf")).unwrap();
        let mut bytes = std::fs::read(bag.join(&main)).unwrap();
        bytes[100] ^= 1;
        std::fs::write(bag.join(&main), bytes).unwrap();
        let mut command = Command::new("python3");
        let said = desk.answer(command.arg("-B").arg(&script).arg(&bag)).expect(1).stdout;
        assert!(said.contains(&main), "{said}");
    }
}

/// What a document's change leaves behind is told, and stays.
#[test]
fn files_of_earlier_runs_are_told() {
    let desk = Desk::new();
    desk.example("daily", "案");
    let generate = ["generate", "案", "--out", "出", "--document", "doc-351"];
    let whole = desk.run(&generate).expect(0);
    assert!(whole.stdout.ends_with("生成 1 份。\n"), "{}", whole.stdout);
    assert!(!whole.stderr.contains("P-11"), "{}", whole.stderr);
    let names = || tree(&desk.at("出")).into_keys().collect::<Vec<_>>();
    let all = names();
    let [old] = &all[..] else { panic!("one file") };
    std::fs::write(desk.at("出/领导 讲话.pdf"), "别的").unwrap();

    desk.edit(
        "案/case.yaml",
        "title: 关于报送渝岭建材集团日常督察整改方案的报告",
        "title: 关于报送渝岭建材集团整改方案的报告",
    );
    let told = desk.run(&generate).expect(0).stderr;
    let words = format!("先前生成的文件，不是这个案件现在的任何一份公文：“{old}”");
    assert!(told.contains(&words), "{told}");
    assert!(names().len() == 3 && names().contains(old) && !told.contains("讲话"), "{told}");

    // A document that is not made this time leaves the file of the last time under its own name.
    desk.edit(
        "案/case.yaml",
        "title: 关于报送渝岭建材集团整改方案的报告",
        "title: 关于报送渝岭\u{1869F}材集团整改方案的报告",
    );
    let last = names().into_iter().find(|n| n.contains("建材集团整改")).unwrap();
    let now = last.replace("渝岭建材集团", "渝岭\u{1869F}材集团");
    std::fs::rename(desk.at(&format!("出/{last}")), desk.at(&format!("出/{now}"))).unwrap();
    let answer = desk.run(&generate).expect(4);
    let words = format!("这一次它们的公文没有做成：“{now}”");
    assert!(answer.stderr.contains(&words), "{}", answer.stderr);
    assert!(answer.stdout.ends_with("生成 0 份；没有做成 1 份，原因见上。\n"), "{}", answer.stdout);
}
