//! Writing whole files: temporary file in the same folder, fsync, rename, fsync of the folder.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::diag::WorldError;

/// Writes `path` through `fill`. Either the whole new file is there afterwards, or the old state is untouched
/// and no temporary file is left.
///
/// # Errors
/// What `fill` or the system reports.
pub fn write_atomically(
    path: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), WorldError> {
    write(path, std::os::unix::fs::PermissionsExt::from_mode(0o644), fill)
}

/// Like [`write_atomically`], for its owner's eyes alone (a private key).
///
/// # Errors
/// What the system reports.
pub fn write_secretly(path: &Path, bytes: &[u8]) -> Result<(), WorldError> {
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    write(path, permissions, |file| io::Write::write_all(file, bytes))
}

/// Like [`write_atomically`] for a file that is there: its permissions stay, and a link to it stays a link.
///
/// # Errors
/// What `fill` or the system reports.
pub fn replace_atomically(
    path: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), WorldError> {
    let real = fs::canonicalize(path).map_err(WorldError::while_("写入文件", path))?;
    let there = fs::metadata(&real).map_err(WorldError::while_("写入文件", path))?;
    write(&real, there.permissions(), fill)
}

fn write(
    path: &Path,
    permissions: fs::Permissions,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), WorldError> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let whole = || -> io::Result<()> {
        // The temporary file removes itself unless it is renamed.
        let mut file =
            tempfile::Builder::new().prefix(".anjuan-").suffix(".tmp").tempfile_in(folder)?;
        fill(file.as_file_mut())?;
        file.as_file().set_permissions(permissions)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|e| e.error)?;
        sync_folder(folder)
    };
    whole().map_err(WorldError::while_("写入文件", path))
}

/// Creates a folder and those above it.
///
/// # Errors
/// What the system reports.
pub fn create_folder(path: &Path) -> Result<(), WorldError> {
    fs::create_dir_all(path).map_err(WorldError::while_("建立文件夹", path))
}

/// Makes a rename within `folder` last.
///
/// # Errors
/// What the system reports.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
