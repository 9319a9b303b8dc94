//! The README keeps its word: every command block runs.

use std::process::Command;

use crate::support::desk::{Desk, copy_folder, project};

/// The commands of all `sh` blocks of a page, comments and continuations resolved.
fn commands(page: &str) -> Vec<String> {
    let text = std::fs::read_to_string(project().join(page)).unwrap();
    let mut out = Vec::new();
    let mut inside = false;
    let mut pending = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside && line.trim() == "```sh";
            continue;
        }
        let line = line.split(" # ").next().unwrap_or_default().trim();
        if !inside || line.is_empty() || line.starts_with('#') {
            continue;
        }
        pending.push_str(line.trim_end_matches('\\'));
        if !line.ends_with('\\') {
            out.push(std::mem::take(&mut pending));
        }
    }
    out
}

/// Runs a page's commands in order on one desk, the program as built for the tests.
fn run_page(page: &str) {
    let desk = Desk::new();
    for part in ["examples", "templates", "fonts", "archive-schema"] {
        copy_folder(&project().join(part), &desk.at(part));
    }
    let bin = desk.at("bin");
    std::fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_anjuan"), bin.join("anjuan")).unwrap();
    let commands = commands(page);
    assert!(!commands.is_empty(), "{page} has no commands");
    for command in commands {
        if command == "cargo test" {
            continue; // this very run
        }
        let line = command.replace("cargo run --release --", "anjuan");
        let known = ["anjuan ", "ls ", "printf ", "cp ", "fingerprint() "];
        assert!(known.iter().any(|k| line.starts_with(k)), "{page}: {command:?}");
        let mut shell = Command::new("bash");
        let path = format!("{}:/usr/bin:/bin", bin.display());
        shell.args(["-c", &line]).current_dir(desk.path()).env_clear().env("PATH", path);
        let answer = desk.answer(&mut shell);
        assert_eq!(answer.code, Some(0), "{page}: {command}\n{}\n{}", answer.stdout, answer.stderr);
    }
}

#[test]
fn every_command_of_the_page_on_rule_packs_runs() {
    run_page("docs/rulepacks.md");
}

#[test]
fn every_command_of_the_page_on_hand_over_runs() {
    run_page("docs/handover-guide.md");
}

#[test]
fn every_command_of_the_readme_runs() {
    assert!(commands("README.md").iter().any(|c| c == "cargo test"));
    run_page("README.md");
}

/// Every link of README and docs that stays within the project leads to something.
#[test]
fn links_between_pages_lead_somewhere() {
    let mut pages = vec![project().join("README.md"), project().join("fonts/README.md")];
    for folder in ["docs", "docs/decisions"] {
        let entries = std::fs::read_dir(project().join(folder)).unwrap();
        pages.extend(
            entries.map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "md")),
        );
    }
    let mut dead = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap();
            if !file.is_empty() && !file.contains("://") && !page.with_file_name(file).exists() {
                dead.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}
