//! 索引故障: tells damage from the world, and keeps the engine's panics in.

use std::io;
use std::path::Path;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenReadError, OpenWriteError};

use crate::diag::{Failure, WorldError};

/// Runs the engine; a panic in it, which damaged files can cause, becomes an error.
pub(crate) fn guarded<T>(run: impl FnOnce() -> tantivy::Result<T>) -> tantivy::Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err(TantivyError::InternalError("panic".to_owned())))
}

/// Whether the index itself is at fault, not the disk, a lock or our way of asking.
pub(crate) fn is_damage(error: &TantivyError) -> bool {
    let broken = |e: &io::Error| {
        matches!(
            e.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput
        )
    };
    match error {
        TantivyError::LockFailure(..)
        | TantivyError::OpenDirectoryError(_)
        | TantivyError::OpenWriteError(_)
        | TantivyError::SystemError(_)
        | TantivyError::ErrorInThread(_)
        | TantivyError::Poisoned
        | TantivyError::InvalidArgument(_) => false,
        TantivyError::IoError(e)
        | TantivyError::OpenReadError(OpenReadError::IoError { io_error: e, .. }) => broken(e),
        _ => true,
    }
}

/// Our failure for an error of the engine.
pub(crate) fn failure(error: &TantivyError, doing: &'static str, dir: &Path) -> Failure {
    let copy = |e: &io::Error| io::Error::new(e.kind(), e.to_string());
    let source = match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => {
            return Failure::Locked(dir.to_path_buf());
        }
        TantivyError::LockFailure(LockError::IoError(e), _)
        | TantivyError::IoError(e)
        | TantivyError::OpenReadError(OpenReadError::IoError { io_error: e, .. })
        | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: e, .. }) => copy(e),
        _ if is_damage(error) => io::Error::new(
            io::ErrorKind::InvalidData,
            format!("索引已损坏，下次打开时清空，须从档案库重建（{error}）"),
        ),
        _ => io::Error::other(error.to_string()),
    };
    Failure::World(WorldError { doing, path: dir.to_path_buf(), source })
}
