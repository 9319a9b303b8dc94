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
    /// A key or password is wrong, or not to be had (exit 12).
    Key(Vec<Diagnostic>),
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
            Self::Key(list) => Self::Key(list.into_iter().map(f).collect()),
            other => other,
        }
    }
}

/// An error of the world: what was being done, where, and what the system said.
#[derive(Debug, thiserror::Error)]
#[error("{doing} {}：{}", path.display(), reason(source))]
pub struct WorldError {
    /// What was being done, in Chinese: 「写入文件」.
    pub doing: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// What the system said, in Chinese where it is one of the common things.
fn reason(source: &io::Error) -> String {
    use io::ErrorKind as Kind;
    let words = match source.kind() {
        Kind::NotFound => "没有这个文件或文件夹",
        Kind::PermissionDenied => "没有权限",
        Kind::StorageFull => "磁盘已满",
        Kind::QuotaExceeded => "超出磁盘配额",
        Kind::ReadOnlyFilesystem => "磁盘只读",
        Kind::NotADirectory => "路径中有一段是文件，不是文件夹",
        Kind::IsADirectory => "这是文件夹，不是文件",
        Kind::AlreadyExists => "已有同名的文件",
        Kind::DirectoryNotEmpty => "文件夹不是空的",
        Kind::FileTooLarge => "文件太大",
        Kind::UnexpectedEof => "文件不完整",
        _ => return source.to_string(),
    };
    words.to_owned()
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
