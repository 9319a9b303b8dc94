//! Destroying by an approved list: killed at, or failed by, every call that changes the disk. What was decided is carried to its
//! end by whoever comes next, what was not has not begun; there is nothing between.
//!
//! Only with `ANJUAN_FAULTS=all` (a step of CI, with the optimised program): what is destroyed is packed from a case first.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{copy, each, no_strace, project, run, run_at, state, trace};

/// When every period but 永久 has run out.
const LATER: &str = "2070-01-02T08:00:00Z";
const APPROVAL: &str = "某档〔2070〕1号";

fn arguments() -> [&'static str; 8] {
    ["dispose", "carry-out", "清册.toml", "--archive", "库", "--approval", APPROVAL, "--quiet"]
}

fn carry_out(desk: &Path, inject: Option<&str>) -> (Option<i32>, String) {
    run_at(LATER, desk, inject, &arguments())
}

/// A desk with an archive and a list that is filled in.
fn prepared(dir: &Path) -> PathBuf {
    let desk = dir.join("前");
    fs::create_dir_all(&desk).unwrap();
    let case = project().join("examples/lishui").display().to_string();
    let did = |(code, words): (Option<i32>, String)| assert_eq!(code, Some(0), "{words}");
    did(run(&desk, None, &["pack", &case, "--out", "包.zip", "--quiet"]));
    did(run(&desk, None, &["receive", "包.zip", "--archive", "库", "--quiet"]));
    let list =
        ["dispose", "list", "--archive", "库", "--as-of", "2070-01-01", "--out", "清册.toml"];
    did(run_at(LATER, &desk, None, &list));
    fs::remove_file(desk.join("包.zip")).unwrap();
    let mut text = fs::read_to_string(desk.join("清册.toml")).unwrap();
    for (field, value) in [
        ("approval = \"\"", format!("approval = \"{APPROVAL}\"")),
        ("organ = \"\"", "organ = \"某局\"".into()),
        ("approved_by = \"\"", "approved_by = \"赵某\"".into()),
        ("approved_on = \"\"", "approved_on = \"2070-01-02\"".into()),
        ("appraisers = []", "appraisers = [\"钱某\"]".into()),
        ("supervisors = []", "supervisors = [\"孙某\", \"李某\"]".into()),
        ("opinion = \"\"", "opinion = \"销毁\"".into()),
    ] {
        assert!(text.contains(field), "{field} in {text}");
        text = text.replace(field, &value);
    }
    fs::write(desk.join("清册.toml"), text).unwrap();
    desk
}

fn disturb(how: &str, code: Option<i32>) {
    if std::env::var("ANJUAN_FAULTS").as_deref() != Ok("all") || no_strace() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let before = prepared(dir.path());
    let whole = dir.path().join("后");
    copy(&before, &whole);
    let points = trace(LATER, &whole, &arguments().map(str::to_owned));
    let (old, new) = (state(&before), state(&whole));
    assert!(new.len() < old.len() && points.len() > 40, "{} {}", new.len(), points.len());
    each(how, &points, |inject, what| {
        let desk = tempfile::tempdir().unwrap();
        copy(&before, desk.path());
        let (ended, words) = carry_out(desk.path(), Some(inject));
        let passed = ended == Some(0) && state(desk.path()) == new;
        assert!(ended == code || passed, "{what}: {ended:?} {words}");
        let repaired = desk.path().join("修");
        copy(&desk.path().join("库"), &repaired.join("库"));
        let doctor = ["doctor", "--archive", "库", "--repair"];
        let (mended, words) = run_at(LATER, &repaired, None, &doctor);
        assert_eq!(mended, Some(0), "{what}: {words}");
        let there = state(&repaired);
        assert!(there == old || there == new, "{what}: between the states");
        let (checked, words) = run(&repaired, None, &["fixity", "--archive", "库"]);
        assert_eq!(checked, Some(0), "{what}: {words}");
        // Another try does it, or says that it is done.
        let (again, words) = carry_out(desk.path(), None);
        let done = again == Some(0) || again == Some(1) && words.contains("B-20");
        assert!(done, "{what}: {again:?} {words}");
        let state = state(desk.path());
        let all = state.keys().chain(new.keys());
        let differ: Vec<_> = all.filter(|k| state.get(*k) != new.get(*k)).collect();
        assert!(differ.is_empty(), "{what}: another try leaves {differ:?}");
        ended == code
    });
}

#[test]
fn killed_while_destroying() {
    disturb("signal=KILL", None);
}

#[test]
fn a_full_disk_while_destroying() {
    disturb("error=ENOSPC", Some(6));
}

#[test]
fn a_bad_disk_while_destroying() {
    disturb("error=EIO", Some(6));
}
