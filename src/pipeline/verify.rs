//! 检测: 四性检测 of a bundle, without any workspace; an acceptable one in other forms.

use std::path::Path;

use crate::archive::{self, Inspection, Sip};
use crate::diag::Failure;

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

/// Inspects the bundle (a ZIP, or an unpacked folder) at `path`.
///
/// # Errors
/// Only when the world fails; a bad bundle is an [`Inspection`] that does not accept it.
pub fn verify(path: &Path) -> Result<Inspection, Failure> {
    archive::verify(path)
}
