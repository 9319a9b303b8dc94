//! 检测: 四性检测 of a bundle, without any workspace.

use std::path::Path;

use crate::archive::{self, Inspection, Trust};
use crate::diag::Failure;

/// Inspects the bundle (a ZIP, or an unpacked folder) at `path`.
///
/// # Errors
/// Only when the world fails; a bad bundle is an [`Inspection`] that does not accept it.
pub fn verify(path: &Path, trust: &Trust<'_>) -> Result<Inspection, Failure> {
    archive::verify_by(path, trust)
}
