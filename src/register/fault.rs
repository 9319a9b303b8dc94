//! What the database says, as a failure of the house.

use std::io;
use std::path::Path;

use rusqlite::{Error, ErrorCode};

use crate::diag::{Diagnostic, Failure, WorldError};

/// N-01: the file is no register, or a damaged one.
pub fn spoiled(path: &Path, words: &str) -> Failure {
    let message = format!("{} {words}", path.display());
    let finding = Diagnostic::error("N-01", message);
    Failure::Rejected(vec![
        finding.hint(
            "核对路径；文件坏了的，先另存一份，再用最近的备份，并按印出的登记簿补登此后的号。",
        ),
    ])
}

/// The failure behind an error of the database while `doing` something with the register at `path`.
pub fn fault(doing: &'static str, path: &Path) -> impl FnOnce(Error) -> Failure {
    move |error| {
        let world = |kind: io::ErrorKind| WorldError::while_(doing, path)(kind.into()).into();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Failure::Locked(path.to_path_buf())
            }
            Some(ErrorCode::NotADatabase) => spoiled(path, "不是发文登记簿"),
            Some(ErrorCode::DatabaseCorrupt) => spoiled(path, "已经损坏"),
            Some(ErrorCode::DiskFull) => world(io::ErrorKind::StorageFull),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                world(io::ErrorKind::PermissionDenied)
            }
            Some(ErrorCode::CannotOpen) if path.is_dir() => world(io::ErrorKind::IsADirectory),
            Some(ErrorCode::CannotOpen) => world(io::ErrorKind::PermissionDenied),
            _ => WorldError::while_(doing, path)(io::Error::other(error.to_string())).into(),
        }
    }
}
