//! Packing a hand-over: killed at, or failed by, every call that changes the disk. The bundle stands whole under its name or
//! not at all, the book knows it or does not, and another try gives the bytes of a packing that nothing disturbed.
//!
//! Only with `ANJUAN_FAULTS=all` (a step of CI, with the optimised program): each try sets every document of a case.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{NOW, copy, each, no_strace, project, run, trace};

const CASE: &str = "examples/lishui";

fn arguments() -> Vec<String> {
    let case = project().join(CASE).display().to_string();
    let words = ["pack", &case, "--out", "移交.zip", "--book", "簿", "--quiet"];
    let signed = ["--sign", "yijiao", "--keyring", "钥", "--password-file", "口令"];
    words.into_iter().chain(signed).map(str::to_owned).collect()
}

fn pack(desk: &Path, inject: Option<&str>) -> (Option<i32>, String) {
    let args = arguments();
    run(desk, inject, &args.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Every file on the desk but locks, hidden ones too.
fn state(desk: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut todo = vec![desk.to_path_buf()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if !path.ends_with("lock") {
                out.insert(
                    path.strip_prefix(desk).unwrap().to_path_buf(),
                    fs::read(&path).unwrap(),
                );
            }
        }
    }
    out
}

fn prepared(dir: &Path) -> PathBuf {
    let desk = dir.join("前");
    fs::create_dir_all(&desk).unwrap();
    fs::write(desk.join("口令"), "一把好锁要一句长口令\n").unwrap();
    let new =
        ["key", "new", "yijiao", "--holder", "甲", "--keyring", "钥", "--password-file", "口令"];
    let (code, words) = run(&desk, None, &new);
    assert_eq!(code, Some(0), "{words}");
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
    let points = trace(NOW, &whole, &arguments());
    let (old, new) = (state(&before), state(&whole));
    assert!(new.len() > old.len());
    assert!(points.len() > 12 && points.iter().any(|(name, _)| *name == "write"), "{points:?}");
    each(how, &points, |inject, what| {
        let desk = tempfile::tempdir().unwrap();
        copy(&before, desk.path());
        let (ended, words) = pack(desk.path(), Some(inject));
        let left = state(desk.path());
        // Threads share the reading, so a call may not come again in this run; and some may fail.
        let passed = ended == Some(0) && left == new;
        assert!(ended == code || passed, "{what}: {ended:?} {words}");
        let bundle = Path::new("移交.zip");
        let there = left.get(bundle);
        assert!(there.is_none() || there == new.get(bundle), "{what}: half a bundle");
        for (path, bytes) in &old {
            let kept = path.starts_with("簿") || left.get(path) == Some(bytes);
            assert!(kept, "{what}: {path:?} is not what it was");
        }
        let (again, words) = pack(desk.path(), None);
        assert_eq!(again, Some(0), "{what}: {words}");
        let state = state(desk.path());
        let all = state.keys().chain(new.keys());
        let differ: Vec<_> = all.filter(|k| state.get(*k) != new.get(*k)).collect();
        assert!(differ.is_empty(), "{what}: another try leaves {differ:?}");
        ended == code
    });
}

#[test]
fn killed_while_packing() {
    disturb("signal=KILL", None);
}

#[test]
fn a_full_disk_while_packing() {
    disturb("error=ENOSPC", Some(6));
}

#[test]
fn a_bad_disk_while_packing() {
    disturb("error=EIO", Some(6));
}
