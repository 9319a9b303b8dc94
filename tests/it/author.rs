//! The template author's way: the guide walked command by command, preview and its watch, fields.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value as Json;

use crate::support::desk::{Desk, project};

/// One fenced block of a page: what stands after its three marks, and its text.
struct Block {
    info: String,
    text: String,
}

/// The blocks of a section of the guide, in order.
fn blocks(section: &str) -> Vec<Block> {
    let page = std::fs::read_to_string(project().join("docs/template-guide.md")).unwrap();
    let (_, rest) = page.split_once(section).unwrap();
    let mut out: Vec<Block> = Vec::new();
    let mut inside = false;
    for line in rest.lines() {
        if line.starts_with("## ") && !inside {
            break;
        }
        if let Some(info) = line.strip_prefix("```") {
            inside = !inside;
            if inside {
                out.push(Block { info: info.into(), text: String::new() });
            }
        } else if inside {
            let text = &mut out.last_mut().unwrap().text;
            text.push_str(line);
            text.push('\n');
        }
    }
    out
}

/// Section one of docs/template-guide.md as a new user walks it: commands run, files are written as printed, what
/// is said to come out comes out.
#[test]
fn the_guide_leads_from_nothing_to_a_document() {
    let desk = Desk::new();
    desk.example("routine", "examples/routine");
    let body = "本单位种类/serious-problems/body.md.j2";
    let (mut commands, mut written, mut compared) = (0, 0, 0);
    for block in blocks("## 一、三十分钟写一种新公文") {
        let (language, rest) = block.info.split_once(' ').unwrap_or((&block.info, ""));
        match (language, rest) {
            ("sh", "") => {
                for line in block.text.lines() {
                    let args: Vec<&str> =
                        line.strip_prefix("anjuan ").unwrap().split(' ').collect();
                    let answer = desk.run(&args);
                    assert_eq!(
                        answer.code,
                        Some(0),
                        "{line}\n{}\n{}",
                        answer.stdout,
                        answer.stderr
                    );
                    commands += 1;
                    if args.contains(&"严重") {
                        assert!(answer.stdout.contains("severity"), "{}", answer.stdout);
                    }
                    if args.contains(&"check") {
                        assert!(answer.stdout.contains("0 处错误、0 处警告"), "{}", answer.stdout);
                    }
                }
            }
            ("toml" | "jinja", path) => {
                assert!(desk.at(path).is_file(), "{path} is not there to be changed");
                std::fs::write(desk.at(path), &block.text).unwrap();
                written += 1;
            }
            ("text", "写错字段的提示") => {
                desk.edit(body, "p.found_on", "p.fond_on");
                let args = ["kinds", "check", "D51", "--quick", "--kinds-dir", "本单位种类"];
                let answer = desk.run(&args).expect(5);
                assert!(answer.stderr.contains(block.text.trim_end()), "{}", answer.stderr);
                desk.edit(body, "p.fond_on", "p.found_on");
                compared += 1;
            }
            ("text", path) => {
                assert_eq!(
                    std::fs::read_to_string(desk.at(path)).unwrap().trim_end(),
                    block.text.trim_end()
                );
                compared += 1;
            }
            ("yaml", "加到 documents") => {
                desk.edit(
                    "examples/routine/case.yaml",
                    "\ndocuments:\n",
                    &format!("\ndocuments:\n{}", block.text),
                );
                desk.edit("examples/routine/case.yaml", "item_count: 23", "item_count: 24");
                written += 1;
            }
            other => panic!("nobody runs the block {other:?}"),
        }
    }
    assert!(commands >= 8 && written == 3 && compared == 2, "{commands} {written} {compared}");
    for name in [
        "看样/sample-D51.pdf",
        "看样/sample-D51-1.png",
        "公文/渝环督办函〔2025〕60号 关于抓紧整改严重问题的函.pdf",
    ] {
        assert!(desk.at(name).metadata().unwrap().len() > 10_000, "{name}");
    }
}

/// A preview that watches; it ends with the test.
struct Watching {
    child: Child,
    lines: Receiver<Json>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watching {
    fn open(desk: &Desk, home: &Path, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_anjuan"))
            .arg("preview")
            .args(args)
            .args(["--watch", "--json"])
            .current_dir(desk.path())
            .env_clear()
            .env("ANJUAN_HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = channel();
        thread::spawn(move || {
            for line in out.lines() {
                let Ok(line) = line else { return };
                let _ = send.send(serde_json::from_str(&line).unwrap());
            }
        });
        Self { child, lines }
    }

    /// What is said up to the end of the next rendering; the last line is its own.
    fn round(&self) -> Vec<Json> {
        let mut out: Vec<Json> = Vec::new();
        while out.last().is_none_or(|l| l["type"] != "preview") {
            out.push(self.lines.recv_timeout(Duration::from_secs(120)).unwrap());
        }
        out
    }
}

#[test]
fn a_watching_preview_follows_template_and_data_and_keeps_the_last_good_pages() {
    let mut desk = Desk::new();
    desk.own_templates();
    let home = desk.at("home");
    desk.example("daily", "案");
    let folder = home.join("templates/trial");
    desk.run(&["kinds", "new", "trial", "--name", "试写的通知", "--code", "D77"]).expect(0);
    let body = folder.join("body.md.j2");
    let long = "甲、乙、丙、丁。\n\n".repeat(60);
    std::fs::write(&body, format!("第一稿\n\n{long}")).unwrap();
    let watching = Watching::open(
        &desk,
        &home,
        &["案", "--kind", "D77", "--out", "看样", "--format", "png,txt"],
    );
    let text = || std::fs::read_to_string(desk.at("看样/sample-D77.txt")).unwrap();
    let pictures = || {
        let all = std::fs::read_dir(desk.at("看样")).unwrap();
        all.filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|x| x == "png")).count()
    };
    let done = watching.round().pop().unwrap();
    assert_eq!(
        (&done["ok"], &done["made_up"], &done["round"]),
        (&true.into(), &true.into(), &1.into())
    );
    assert!(text().contains("第一稿") && pictures() > 2, "{done}");

    // A fault: told with its place, the old pages stay.
    std::fs::write(&body, "第二稿{{ doc.titel }}").unwrap();
    let mut said = watching.round();
    let done = said.pop().unwrap();
    assert_eq!((&done["ok"], &done["errors"]), (&false.into(), &1.into()));
    assert_eq!(said[0]["code"], "K-04");
    assert_eq!((&said[0]["line"], &said[0]["column"]), (&1.into(), &7.into()));
    assert!(text().contains("第一稿") && pictures() > 2);

    // Mended and shorter: pages that are no more go.
    std::fs::write(&body, "第三稿：{{ case.title }}。").unwrap();
    let done = watching.round().pop().unwrap();
    assert_eq!((&done["ok"], &done["pages"]), (&true.into(), &2.into()));
    assert!(done["millis"].as_u64().is_some());
    assert!(text().contains("第三稿") && pictures() == 2);

    // The data change, and are broken and mended.
    let title = "  title: ";
    let yaml = std::fs::read_to_string(desk.at("案/case.yaml")).unwrap();
    let line = yaml.lines().find(|l| l.starts_with(title)).unwrap().to_owned();
    desk.edit("案/case.yaml", &line, "  title: 甲市乙区日常督察");
    watching.round();
    assert!(text().contains("甲市乙区日常督察"));
    desk.edit("案/case.yaml", "  title: 甲市乙区日常督察", "  title: [");
    let done = watching.round().pop().unwrap();
    assert_eq!(done["ok"], false);
    assert!(text().contains("甲市乙区日常督察"));
    desk.edit("案/case.yaml", "  title: [", "  title: 甲市丙区日常督察");
    watching.round();
    assert!(text().contains("甲市丙区日常督察"));
}

#[test]
fn a_preview_shows_a_document_of_the_case_a_manuscript_and_nothing_without_a_choice() {
    let desk = Desk::new();
    desk.example("daily", "案");
    let yaml = std::fs::read_to_string(desk.at("案/case.yaml")).unwrap();
    let (_, documents) = yaml.split_once("\ndocuments:").unwrap();
    let id = documents.split("id: ").nth(1).unwrap().split(['\n', ',', '}']).next().unwrap().trim();
    let args = ["preview", "案", "--document", id, "--format", "txt", "--json"];
    let done = desk.run(&args).expect(0).of_type("preview").pop().unwrap();
    assert_eq!((&done["document"], &done["made_up"]), (&id.into(), &false.into()));
    assert!(desk.at("preview").join(format!("{id}.txt")).is_file());

    let notice = project().join("examples/notice.md");
    std::fs::copy(notice, desk.at("通知.md")).unwrap();
    desk.run(&["preview", "通知.md", "--format", "pdf"]).expect(0);
    assert!(desk.at("preview/通知.pdf").is_file());

    let answer = desk.run(&["preview", "案"]).expect(2);
    assert!(
        answer.stderr.contains("--document") && answer.stderr.contains("--kind"),
        "{}",
        answer.stderr
    );
    desk.run(&["preview", "通知.md", "--kind", "D77"]).expect(2);
    let answer = desk.run(&["preview", "案", "--document", "doc-999"]).expect(4);
    assert!(answer.stderr.contains("doc-999") && answer.stderr.contains(id), "{}", answer.stderr);
    let answer = desk.run(&["preview", "案", "--kind", "督办涵"]).expect(5);
    assert!(answer.stderr.contains("没有文件种类"), "{}", answer.stderr);
}

/// A character that no bundled font has: said of the template that has it, at its place.
#[test]
fn kinds_check_finds_characters_without_glyphs_and_pages_that_break_the_standard() {
    let desk = Desk::new();
    desk.run(&["kinds", "new", "trial", "--name", "试写的通知", "--into", "种类"]).expect(0);
    std::fs::write(desk.at("种类/trial/body.md.j2"), "请核对𓀀字。").unwrap();
    let answer = desk.run(&["kinds", "check", "D51", "--kinds-dir", "种类", "--json"]).expect(5);
    let found = answer.of_type("finding");
    let glyph = found.iter().find(|f| f["code"] == "P-01").unwrap_or_else(|| panic!("{found:#?}"));
    assert!(glyph["file"].as_str().unwrap().ends_with("trial/body.md.j2"), "{glyph}");
    assert_eq!((&glyph["line"], &glyph["column"]), (&1.into(), &4.into()));
}

#[test]
fn fields_are_listed_with_everything_a_reader_wants() {
    let desk = Desk::new();
    let all = desk.run(&["kinds", "fields", "--json"]).expect(0);
    let fields = all.of_type("field");
    assert!(fields.len() > 500, "{}", fields.len());
    for field in &fields {
        for key in ["name", "label", "sort", "meaning", "entity_title"] {
            assert!(field[key].as_str().is_some_and(|t| !t.is_empty()), "{key}: {field}");
        }
    }
    let answer = desk.run(&["kinds", "fields", "--find", "整改时限"]).expect(0);
    assert!(answer.stdout.contains("整改任务") && answer.stderr.contains("相近的"), "{answer:?}");
    desk.run(&["kinds", "fields", "--find", "鑫淼"]).expect(1);
    let answer = desk.run(&["kinds", "fields", "--kind", "D11"]).expect(0);
    assert!(answer.stdout.contains("received_on") && !answer.stdout.contains("fine_wan"));
}
