//! The chain in figures: documents per second, PDF share, wall time by step, peak memory.
//!
//! `cargo bench --bench chain` prints one table; docs/performance.md holds the figures of record. Measured on
//! whole commands in processes of their own, so that cold starts count and nothing of one run helps the next.

#![allow(clippy::print_stdout, reason = "its table is what it is for")]

fn main() {
    measure::all();
}

mod measure {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::time::Instant;

    const ROUNDS: usize = 5;

    /// What one process cost.
    struct Cost {
        wall: f64,
        cpu: f64,
        peak_mb: f64,
    }

    fn project() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    fn program() -> PathBuf {
        PathBuf::from(env!("CARGO_BIN_EXE_anjuan"))
    }

    /// Runs `command` under `/usr/bin/time` (GNU) to learn CPU time and peak memory.
    fn cost(args: &[&str]) -> Cost {
        let begin = Instant::now();
        let output = Command::new("/usr/bin/time")
            .args(["-f", "%U %S %M"])
            .arg(program())
            .args(args)
            .env("ANJUAN_HOME", project())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output()
            .expect("GNU time is needed: /usr/bin/time");
        let wall = begin.elapsed().as_secs_f64();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stderr);
        let last = text.lines().last().unwrap_or_default();
        let mut figures = last.split(' ').map(|f| f.parse::<f64>().unwrap_or_default());
        let mut next = || figures.next().unwrap_or_default();
        let cpu = next() + next();
        Cost { wall, cpu, peak_mb: next() / 1024.0 }
    }

    /// Minimum, median and maximum of several rounds by `what`.
    fn row(name: &str, args: &[&str]) {
        let mut costs: Vec<Cost> = (0..ROUNDS).map(|_| cost(args)).collect();
        costs.sort_by(|a, b| a.wall.total_cmp(&b.wall));
        let (low, middle, high) = (&costs[0], &costs[ROUNDS / 2], &costs[ROUNDS - 1]);
        println!(
            "| {name} | {:.0} / {:.0} / {:.0} | {:.0} | {:.0} |",
            low.wall * 1e3,
            middle.wall * 1e3,
            high.wall * 1e3,
            middle.cpu * 1e3,
            middle.peak_mb
        );
    }

    /// All rows.
    pub(super) fn all() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let out = dir.path().join("out");
        let out = out.to_str().expect("UTF-8");
        let zip = dir.path().join("b.zip");
        let zip = zip.to_str().expect("UTF-8");
        let case = project().join("examples/routine");
        let case = case.to_str().expect("UTF-8");
        println!(
            "| what | wall ms (min / median / max of {ROUNDS}) | CPU ms | peak MB |\n|---|---|---|---|"
        );
        row("check", &["check", case]);
        row(
            "generate, 1 document, txt",
            &["generate", case, "--out", out, "--document", "doc-09", "--format", "txt"],
        );
        row("generate, 1 document", &["generate", case, "--out", out, "--document", "doc-09"]);
        row("generate, all, 1 job", &["generate", case, "--out", out, "--jobs", "1"]);
        row("generate, all, 2 jobs", &["generate", case, "--out", out, "--jobs", "2"]);
        row(
            "generate, all, txt, 1 job",
            &["generate", case, "--out", out, "--jobs", "1", "--format", "txt"],
        );
        row("pack", &["pack", case, "--out", zip]);
        row("verify", &["verify", zip]);
        let archive = dir.path().join("archive");
        let archive = archive.to_str().expect("UTF-8");
        row("receive (first, then again)", &["receive", zip, "--archive", archive]);
        row("search", &["search", "督察", "--archive", archive]);
        row("run", &["run", case, "--out", out]);
        checker(case, out);
    }

    /// What measuring the pages costs: pages a second with and without, alternating, one job, CPU time (the wall of
    /// a shared machine would say more about its neighbours).
    fn checker(case: &str, out: &str) {
        let with = ["generate", case, "--out", out, "--jobs", "1"];
        let mut without = with.to_vec();
        without.push("--unmeasured");
        let pages = pages(case, out);
        let (mut on, mut off) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            on.push(cost(&with).cpu);
            off.push(cost(&without).cpu);
        }
        let median = |mut all: Vec<f64>| {
            all.sort_by(f64::total_cmp);
            all[ROUNDS / 2]
        };
        let (on, off) = (median(on), median(off));
        println!(
            "\n{pages} pages to PDF, 1 job: {:.0} pages a CPU second measured, {:.0} unmeasured; measuring costs {:.1} %",
            pages / on,
            pages / off,
            (on / off - 1.0) * 100.0
        );
    }

    /// Pages of all documents, as the program says.
    fn pages(case: &str, out: &str) -> f64 {
        let output = Command::new(program())
            .args(["generate", case, "--out", out, "--json"])
            .env("ANJUAN_HOME", project())
            .output()
            .expect("the program runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let of_line = |line: &str| {
            let value: serde_json::Value = serde_json::from_str(line).ok()?;
            (value["type"] == "document").then(|| value["pages"].as_f64())?
        };
        text.lines().filter_map(of_line).sum()
    }
}
