//! The chain's outputs, made once for all tests (typesetting is slow in a dev build).

use std::path::PathBuf;
use std::sync::OnceLock;

use super::desk::{Answer, Desk, project};

/// One finished `anjuan run` on an example.
pub(crate) struct Run {
    pub(crate) desk: Desk,
    pub(crate) answer: Answer,
}

impl Run {
    /// The one bundle it made.
    pub(crate) fn bundle(&self) -> PathBuf {
        let dir = self.desk.at("out/bundles");
        let mut found: Vec<_> =
            std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }
}

fn run(example: &str) -> Run {
    let desk = Desk::new();
    let case = project().join("examples").join(example);
    let answer =
        desk.run(&["run", case.to_str().unwrap(), "--out", "out", "--format", "pdf,txt", "--json"]);
    Run { desk, answer }
}

/// `anjuan run` on 例行督察.
pub(crate) fn routine() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| run("routine"))
}

/// `anjuan run` on 专项督察.
pub(crate) fn special() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| run("special"))
}

/// `anjuan run` on 综合督查, under another rule pack.
pub(crate) fn lishui() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| run("lishui"))
}

/// `anjuan run` on 日常督察.
pub(crate) fn daily() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| run("daily"))
}
