//! Writing whole files: temporary file in the same folder, fsync, rename, fsync of the folder.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::diag::{Failure, WorldError};

const TEMP_PREFIX: &str = ".anjuan-";
const TEMP_SUFFIX: &str = ".tmp";

/// Whether `name` is that of a file which was not written to its end before its process ended.
#[must_use]
pub fn is_unfinished(name: &str) -> bool {
    name.starts_with(TEMP_PREFIX) && name.ends_with(TEMP_SUFFIX)
}

/// Refuses a `path` that is taken: what somebody filled in there would be gone.
///
/// # Errors
/// [`Failure::Usage`].
pub fn vacant(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        let words = format!("{} 已经有了，没有改动它；请另写一个名称", path.display());
        return Err(Failure::Usage(words));
    }
    Ok(())
}

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

/// Like [`write_atomically`], the unfinished file lying in `staging` (made if need be, on the same disk) and not
/// beside `path`: whatever ends the process, nothing unfinished is left among what is kept.
///
/// # Errors
/// What `fill` or the system reports.
pub fn write_through(
    staging: &Path,
    path: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), WorldError> {
    create_folder(staging)?;
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    write_by_way_of(staging, path, mode, fill)
}

fn write(
    path: &Path,
    permissions: fs::Permissions,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), WorldError> {
    write_by_way_of(folder_of(path), path, permissions, fill)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn write_by_way_of(
    staging: &Path,
    path: &Path,
    permissions: fs::Permissions,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), WorldError> {
    let whole = || -> io::Result<()> {
        // The temporary file removes itself unless it is renamed.
        let mut file = tempfile::Builder::new()
            .prefix(TEMP_PREFIX)
            .suffix(TEMP_SUFFIX)
            .tempfile_in(staging)?;
        fill(file.as_file_mut())?;
        file.as_file().set_permissions(permissions)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|e| e.error)?;
        sync_folder(folder_of(path))
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
