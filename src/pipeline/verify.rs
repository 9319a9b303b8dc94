//! 检测: 四性检测 of a bundle, without any workspace; an acceptable one in other forms.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use crate::archive::{self, Depth, How, Inspection, Sip, Trust};
use crate::container::{create_folder, write_atomically};
use crate::diag::{Failure, WorldError};
use crate::fixity::{DigestSet, digest_reader};

/// Inspects the bundle at `path` and, if it is acceptable, writes it as an E-ARK SIP 2.2 (ZIP) to `out`.
///
/// # Errors
/// As [`verify`].
pub fn export_sip(path: &Path, out: &Path) -> Result<(Inspection, Option<Sip>), Failure> {
    archive::export_sip(path, out)
}

/// Inspects the bundle at `path` and, if it is acceptable, unpacks its bag into the new folder `out`; gives the number
/// of files.
///
/// # Errors
/// [`Failure::Usage`] if `out` is there; else as [`verify`].
pub fn export_bag(path: &Path, out: &Path) -> Result<(Inspection, Option<usize>), Failure> {
    archive::export_bag(path, out)
}

/// Inspects the bundle (a ZIP, or an unpacked folder) at `path`; `quick` leaves its content unread,
/// `trust` says by what its signers are judged.
///
/// # Errors
/// Only when the world fails; a bad bundle is an [`Inspection`] that does not accept it.
pub fn verify(path: &Path, quick: bool, trust: &Trust<'_>) -> Result<Inspection, Failure> {
    let depth = if quick { Depth::Quick } else { Depth::Full };
    archive::verify(path, How { depth, trust: *trust })
}

/// SHA-256 and SM3 of a bundle's file, for a report on it; nothing for a folder.
///
/// # Errors
/// When it cannot be read.
pub fn whole(path: &Path) -> Result<Option<DigestSet>, Failure> {
    if path.is_dir() {
        return Ok(None);
    }
    let digests =
        File::open(path).and_then(digest_reader).map_err(WorldError::while_("读取归档包", path))?;
    Ok(Some(digests))
}

/// Writes a report beside its place and moves it there, whole.
///
/// # Errors
/// When it cannot be written.
pub fn write_report(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        create_folder(folder)?;
    }
    write_atomically(path, |file| file.write_all(text.as_bytes()))?;
    Ok(())
}
