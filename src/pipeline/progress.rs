//! 进度: a case, the day it is looked at and the rule pack it names, for `status`, `due` and `stats`.

use std::io::Write as _;
use std::path::Path;

use chrono::NaiveDate;

use super::{Settings, rulepack};
use crate::case::{self, CaseFile};
use crate::container;
use crate::diag::{Failure, Severity, WorldError};
use crate::progress::Pack;

/// A case as it is looked at.
pub struct Looked {
    /// The case.
    pub case: CaseFile,
    /// 所问日期: as asked, else the case's own `as_of`; never the clock's.
    pub day: NaiveDate,
    /// Its rule pack.
    pub pack: Pack,
    /// How many errors its data has; they do not stop the look, but its figures may be wrong.
    pub errors: usize,
}

/// Reads the case at `path`. Errors in its data do not stop it: an unfinished case has a state as well.
///
/// # Errors
/// [`Failure::Refused`] for state secrets (P-08), [`Failure::Rejected`] if there is no readable case,
/// [`Failure::Faulty`] if its rule pack is missing or faulty.
pub fn look(path: &Path, settings: &Settings, day: Option<NaiveDate>) -> Result<Looked, Failure> {
    let case = case::load(path)?.value;
    let secrets = case::state_secrets(&case);
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    let errors = case::check(&case).iter().filter(|f| f.severity == Severity::Error).count();
    let pack = rulepack::progress_of(&case, settings)?;
    let day = day.unwrap_or(case.model().as_of);
    Ok(Looked { case, day, pack, errors })
}

/// Writes `bytes` to `path`, which must not be there yet: what somebody filled in there stays.
///
/// # Errors
/// [`Failure::Usage`] if it is there; what the system reports.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    container::vacant(path)?;
    Ok(write(path, bytes)?)
}

/// Writes `bytes` to `path`, whole or not at all.
///
/// # Errors
/// What the system reports.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), WorldError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        container::create_folder(folder)?;
    }
    container::write_atomically(path, |file| file.write_all(bytes))
}
