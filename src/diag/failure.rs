//! Why a step could not give a value: data to mend, a policy, or the world.

use std::io;
use std::path::{Path, PathBuf};

use super::{Checked, Diagnostic};

/// What a step over data returns: a usable value with findings, or the reason why there is none.
pub type Outcome<T> = Result<Checked<T>, Failure>;

/// The reason why a step gave no value. Each kind has one exit code (`cli::exit`).
#[derive(Debug)]
pub enum Failure {
    /// Case data or a ledger must be mended (exit 4).
    Rejected(Vec<Diagnostic>),
    /// A kind, template, style or profile is faulty (exit 5).
    Faulty(Vec<Diagnostic>),
    /// 按保密等规定不予处理 (exit 13).
    Refused(Vec<Diagnostic>),
    /// The answer is no: a bundle is not acceptable, nothing was found (exit 1).
    No(Vec<Diagnostic>),
    /// Wrong use of the program: arguments or settings (exit 2).
    Usage(String),
    /// There is no archive at the place named (exit 10).
    NoArchive(PathBuf),
    /// Another process holds the lock (exit 11).
    Locked(PathBuf),
    /// Disk or other I/O (exit 6).
    World(WorldError),
    /// Our own mistake (exit 70).
    Bug(String),
}

impl Failure {
    /// The failure with every finding changed by `f`.
    #[must_use]
    pub fn map_findings(self, f: impl FnMut(Diagnostic) -> Diagnostic) -> Self {
        match self {
            Self::Rejected(list) => Self::Rejected(list.into_iter().map(f).collect()),
            Self::Faulty(list) => Self::Faulty(list.into_iter().map(f).collect()),
            Self::Refused(list) => Self::Refused(list.into_iter().map(f).collect()),
            Self::No(list) => Self::No(list.into_iter().map(f).collect()),
            other => other,
        }
    }
}

/// An error of the world: what was being done, where, and what the system said.
#[derive(Debug, thiserror::Error)]
#[error("{doing} {}：{source}", path.display())]
pub struct WorldError {
    /// What was being done, in Chinese: 「写入文件」.
    pub doing: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl WorldError {
    /// For `map_err`: an I/O error while `doing` something with `path`.
    pub fn while_(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self { doing, path, source }
    }
}

impl From<WorldError> for Failure {
    fn from(error: WorldError) -> Self {
        Self::World(error)
    }
}
