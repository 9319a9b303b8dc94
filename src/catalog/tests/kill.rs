//! A writer that is killed at any moment loses nothing that it has said was done, and leaves nothing half done.
//! `ANJUAN_KILLS` says how often (20 if it does not).

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::corpus::Chance;
use super::{Catalog, Entry, Query, entry};

const FOLDER: &str = "ANJUAN_KILL_FOLDER";
const BATCH: usize = 5;
/// From so many batches on the next writer begins anew.
const MOST: usize = 30;

fn batch(n: usize) -> Vec<Entry> {
    let one = |i| {
        let body = format!("第{n}批之{i}，整改落实。{}", "情况".repeat(50));
        entry(&format!("r{n:03}-{i}"), None, &format!("第{n}批"), "2025-01-01", &body)
    };
    (0..BATCH).map(one).collect()
}

fn reached(c: &Catalog) -> usize {
    c.watermark().unwrap().and_then(|w| w.parse().ok()).unwrap_or(0)
}

/// The writer: run by the test below in a process of its own.
#[test]
fn writer() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut c = Catalog::open(Path::new(&folder)).unwrap();
    if c.needs_rebuild() || reached(&c) >= MOST {
        c.rebuild(std::iter::empty(), "0").unwrap();
        println!("\ndone 0");
    }
    loop {
        let n = reached(&c) + 1;
        c.add(&batch(n), &n.to_string()).unwrap();
        println!("\ndone {n}");
    }
}

#[test]
fn killed_writers_lose_nothing_and_leave_nothing_half_done() {
    let rounds: usize =
        std::env::var("ANJUAN_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let dir = tempfile::tempdir().unwrap();
    let mut chance = Chance(20_261_126);
    let mut most = 0;
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "catalog::tests::kill::writer", "--nocapture"])
            .env(FOLDER, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        // Not before it has done something, then at any moment of the next steps.
        let mut line = String::new();
        while !line.starts_with("done") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "round {round}: the writer gave up");
        }
        std::thread::sleep(Duration::from_micros(chance.below(400_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut rest = line;
        said.read_to_string(&mut rest).unwrap();
        let acknowledged = rest
            .lines()
            .filter_map(|l| l.strip_prefix("done ")?.trim().parse::<usize>().ok())
            .next_back()
            .unwrap();
        let c = Catalog::open(dir.path()).unwrap();
        assert!(!c.needs_rebuild(), "round {round}");
        let now = reached(&c);
        assert!(
            now == acknowledged || now == acknowledged + 1,
            "round {round}: {now} {acknowledged}"
        );
        let all = c.search(&Query { limit: 0, ..Query::parse("整改落实").0 }).unwrap();
        assert_eq!(all.total, now * BATCH, "round {round}");
        let proof = c.check((1..=now).flat_map(batch).map(Ok)).unwrap();
        assert!(proof.holds(), "round {round}: {proof:?}");
        most = most.max(now);
    }
    eprintln!("{rounds} kills, at most {most} batches");
}
