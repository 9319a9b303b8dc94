//! 进度: a case, the day it is looked at and the rule pack it names, for `status`, `due` and `stats`.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;

use super::Settings;
use crate::case::{self, CaseFile};
use crate::container;
use crate::diag::{Diagnostic, Failure, Severity, SourceFile, WorldError};
use crate::progress::{Pack, Sources};

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
    let pack = pack(&case, settings)?;
    let day = day.unwrap_or(case.model().as_of);
    Ok(Looked { case, day, pack, errors })
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

fn pack(case: &CaseFile, settings: &Settings) -> Result<Pack, Failure> {
    let name = case.json().get("rulepack").and_then(|name| name.as_str()).unwrap_or_default();
    let told = |message: String, hint: &str| {
        let finding = Diagnostic::error("K-12", message);
        let finding = finding.at(case.span_near("/rulepack")).path("/rulepack").hint(hint);
        Failure::Faulty(vec![finding])
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(told(
            format!("规则包的名称“{name}”不成立"),
            "写成规则包文件夹的名称，如 chongqing-2021。",
        ));
    }
    let folder = settings.templates().join("_rulepacks").join(name);
    let read = |file: &str| -> Result<Arc<SourceFile>, Failure> {
        let path = folder.join(file);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(SourceFile::new(path.to_string_lossy(), text)),
            Err(error)
                if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) =>
            {
                Err(told(
                    format!("规则包“{name}”没有可用的 {file}"),
                    "核对 rulepack；阶段和时限写在 templates/_rulepacks/ 下规则包的文件夹里。",
                ))
            }
            Err(error) => Err(WorldError::while_("读取规则包", &path)(error).into()),
        }
    };
    Pack::read(&Sources { stages: read("stages.toml")?, deadlines: read("deadlines.toml")? })
}
