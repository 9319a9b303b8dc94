//! Power cuts and bad disks: the program is killed before every system call of a reception that changes the disk, and
//! every such call fails once with a full disk and once with an I/O error. Afterwards the old state stands or the new
//! one, a repair or another try leads to exactly the bytes of a reception that nothing disturbed.
//!
//! Links nothing of ours: it runs the built program under strace. `ANJUAN_FAULTS=all` tries every call (a step of CI);
//! else every few, so that all kinds of calls are met within seconds.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; files are spoiled on purpose"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

#[path = "faults/destroying.rs"]
mod destroying;
#[path = "faults/issuing.rs"]
mod issuing;
#[path = "faults/packing.rs"]
mod packing;

/// Calls that change the disk.
const CALLS: [&str; 16] = [
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "mkdir",
    "unlink",
    "unlinkat",
    "rmdir",
    "ftruncate",
    "fchmod",
    "copy_file_range",
    "sendfile",
];
/// Without `ANJUAN_FAULTS=all`, every so manieth call.
const STRIDE: usize = 9;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program as it was built for tests, or that of `ANJUAN_PROGRAM` (CI: the optimised one).
fn program() -> PathBuf {
    let given = std::env::var_os("ANJUAN_PROGRAM").map(PathBuf::from);
    given.unwrap_or_else(|| env!("CARGO_BIN_EXE_anjuan").into())
}

/// The day on which it all happens.
const NOW: &str = "2026-11-24T08:00:00Z";

fn run(dir: &Path, inject: Option<&str>, args: &[&str]) -> (Option<i32>, String) {
    run_at(NOW, dir, inject, args)
}

/// A run of the program, under strace with `inject` if there is one; exit code (none if killed) and stderr.
fn run_at(now: &str, dir: &Path, inject: Option<&str>, args: &[&str]) -> (Option<i32>, String) {
    let program = program();
    let mut command = match inject {
        None => Command::new(program),
        Some(inject) => {
            let mut strace = Command::new("strace");
            strace.args(["-qq", "-o", "/dev/null", "-e"]).arg(format!("inject={inject}"));
            strace.arg(program);
            strace
        }
    };
    command.args(args).current_dir(dir).env_clear();
    command.env("PATH", std::env::var("PATH").unwrap_or_default());
    command.env("ANJUAN_HOME", project()).env("ANJUAN_NOW", now);
    let output = command.stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn bundle(name: &str) -> String {
    project().join("tests/bundles").join(name).display().to_string()
}

fn receive(dir: &Path, inject: Option<&str>, zip: &str) -> (Option<i32>, String) {
    run(dir, inject, &["receive", &bundle(zip), "--archive", "库", "--quiet"])
}

/// Every file of the archive but locks and what is derived.
fn state(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let root = dir.join("库");
    let mut out = BTreeMap::new();
    let mut todo = vec![root.clone()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            if path.is_dir() {
                if name != "index" {
                    todo.push(path);
                }
            } else if !name.ends_with("lock") {
                out.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    out
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let place = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &place);
        } else {
            fs::copy(&path, &place).unwrap();
        }
    }
}

/// The calls of an undisturbed run that change the disk: name and which of its name. Only the first thread is counted:
/// it alone writes.
fn trace(now: &str, dir: &Path, args: &[String]) -> Vec<(&'static str, usize)> {
    let trace = dir.join("trace");
    let status = Command::new("strace")
        .args(["-qq", "-o"])
        .arg(&trace)
        .arg("-e")
        .arg(format!("trace={}", CALLS.join(",")))
        .arg(program())
        .args(args)
        .current_dir(dir)
        .env_clear()
        .env("ANJUAN_HOME", project())
        .env("ANJUAN_NOW", now)
        .output()
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut out = Vec::new();
    for line in fs::read_to_string(&trace).unwrap().lines() {
        let Some(name) = CALLS.into_iter().find(|c| line.starts_with(&format!("{c}("))) else {
            continue;
        };
        let count = counts.entry(name).or_default();
        *count += 1;
        // Opening for reading changes nothing, nor does what goes to the screen.
        if (name == "openat" && !line.contains("O_CREAT")) || line.starts_with("write(2,") {
            continue;
        }
        out.push((name, *count));
    }
    fs::remove_file(trace).unwrap();
    out
}

/// A desk whose archive is as it was before the reception of `zip`.
struct Before {
    dir: PathBuf,
    zip: &'static str,
    old: BTreeMap<String, Vec<u8>>,
    new: BTreeMap<String, Vec<u8>>,
}

/// What must hold after a reception that came to grief.
fn judge(before: &Before, desk: &Path, what: &str) {
    // What a repair makes of it: the old state or the new one.
    let repaired = desk.join("修");
    copy(&desk.join("库"), &repaired.join("库"));
    let (doctor, words) = run(&repaired, None, &["doctor", "--archive", "库", "--repair"]);
    if doctor == Some(10) {
        assert!(before.old.is_empty(), "{what}: the archive is gone");
    } else {
        assert_eq!(doctor, Some(0), "{what}: {words}");
        let state = state(&repaired);
        let begun = before.old.is_empty() && !state.keys().any(|k| k.starts_with("store/AJ"));
        assert!(begun || state == before.old || state == before.new, "{what}: between the states");
        let (checked, words) = run(&repaired, None, &["fixity", "--archive", "库"]);
        assert_eq!(checked, Some(0), "{what}: {words}");
    }
    // What another try makes of it: the new state, byte for byte.
    let (code, words) = receive(desk, None, before.zip);
    assert_eq!(code, Some(0), "{what}: {words}");
    let state = state(desk);
    let differ: Vec<&String> = state
        .keys()
        .chain(before.new.keys())
        .filter(|k| state.get(*k) != before.new.get(*k))
        .collect();
    assert!(differ.is_empty(), "{what}: another try gives other bytes: {differ:?}");
    let (doctor, words) = run(desk, None, &["doctor", "--archive", "库"]);
    assert_eq!(doctor, Some(0), "{what}: {words}");
}

/// `trial` with each of `points` disturbed, two at a time; it says whether the disturbance was met. Threads share the reading,
/// so a call may not come again in another run; but most must.
fn each(how: &str, points: &[(&str, usize)], trial: impl Fn(&str, &str) -> bool + Sync) {
    let (next, met) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((name, n)) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let inject = format!("{name}:{how}:when={n}");
                    let met_it = trial(&inject, &format!("{how} at {name} {n}"));
                    met.fetch_add(usize::from(met_it), Ordering::Relaxed);
                }
            });
        }
    });
    let met = met.into_inner();
    assert!(met * 10 >= points.len() * 7, "{how}: only {met} of {} were met", points.len());
}

/// Every call (or every few) disturbed by `how`; gives how many were.
fn disturb(before: &Before, how: &str, code: Option<i32>) -> usize {
    let trial = before.dir.join("试");
    copy(&before.dir.join("库"), &trial.join("库"));
    let args = ["receive", &bundle(before.zip), "--archive", "库", "--quiet"].map(str::to_owned);
    let mut points = trace(NOW, &trial, &args);
    assert!(points.len() > 100, "{} calls are too few to be all", points.len());
    fs::remove_dir_all(&trial).unwrap();
    if std::env::var("ANJUAN_FAULTS").as_deref() != Ok("all") {
        let offset = how.len() % STRIDE;
        points = points.into_iter().skip(offset).step_by(STRIDE).collect();
    }
    each(how, &points, |inject, what| {
        let desk = tempfile::tempdir().unwrap();
        copy(&before.dir.join("库"), &desk.path().join("库"));
        let (ended, words) = receive(desk.path(), Some(inject), before.zip);
        // A call whose failure is allowed to pass (the screen, tidying up) leaves the new state.
        let passed = ended == Some(0) && state(desk.path()) == before.new;
        assert!(ended == code || passed, "{what}: {ended:?} {words}");
        if ended == Some(6) {
            let path = words.contains("库") || words.contains("tests/bundles");
            assert!(path, "{what}: no path in {words}");
        }
        judge(before, desk.path(), what);
        ended == code
    });
    points.len()
}

fn prepared(dir: &Path, earlier: &[&str], zip: &'static str) -> Before {
    let before = dir.join("前");
    fs::create_dir_all(before.join("库")).unwrap();
    for zip in earlier {
        assert_eq!(receive(&before, None, zip).0, Some(0));
    }
    let after = dir.join("后");
    copy(&before.join("库"), &after.join("库"));
    assert_eq!(receive(&after, None, zip).0, Some(0));
    Before { old: state(&before), new: state(&after), dir: before, zip }
}

/// Fails loudly in CI, where strace is installed by `.ci/tools`; elsewhere there may be none.
fn no_strace() -> bool {
    let there = Command::new("strace").arg("-V").output().is_ok_and(|o| o.status.success());
    assert!(there || std::env::var("CI").is_err(), "strace is missing (.ci/tools installs it)");
    !there
}

fn all(how: &str, code: Option<i32>) {
    if no_strace() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let first = disturb(&prepared(&dir.path().join("一"), &[], "small.zip"), how, code);
    let corrected = prepared(&dir.path().join("二"), &["small.zip"], "small-corrected.zip");
    let second = disturb(&corrected, how, code);
    assert!(first > 10 && second > 10, "{how}: {first} + {second} calls disturbed");
}

#[test]
fn killed_before_any_call() {
    all("signal=KILL", None);
}

#[test]
fn a_full_disk_at_any_call() {
    all("error=ENOSPC", Some(6));
}

#[test]
fn a_bad_disk_at_any_call() {
    all("error=EIO", Some(6));
}

/// Another process that writes keeps us out, and nothing is changed.
#[test]
fn a_locked_archive_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let before = prepared(dir.path(), &["small.zip"], "small-corrected.zip");
    let lock = fs::File::options().write(true).open(before.dir.join("库/register/lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(receive(&before.dir, None, before.zip).0, Some(11));
    for command in [&["doctor", "--repair"][..], &["rebuild"]] {
        fs::write(before.dir.join("库/receipts/.anjuan-x.tmp"), "x").unwrap();
        let args = [command, &["--archive", "库"]].concat();
        assert_eq!(run(&before.dir, None, &args).0, Some(11), "{command:?}");
        fs::remove_file(before.dir.join("库/receipts/.anjuan-x.tmp")).unwrap();
    }
    assert_eq!(state(&before.dir), before.old);
}
