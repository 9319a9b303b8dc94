//! 规则包 of a case: found by its name under the templates, read with those it stands on.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Event, Listener, Settings};
use crate::case::CaseFile;
use crate::diag::{Diagnostic, Failure, Outcome, SourceFile, WorldError};
use crate::progress;
use crate::rules::Pack;
use crate::template::Kinds;

/// Its rules.
const RULES: &str = "rules.toml";

/// The rules that `case` is held to, or what is wrong with the name that it gives.
///
/// # Errors
/// [`Failure::Faulty`] if the pack itself is faulty.
pub fn of(case: &CaseFile, settings: &Settings) -> Result<Result<Pack, Box<Diagnostic>>, Failure> {
    let named = Named::of(case, settings)?;
    if let Some(finding) = named.missing(case, &[RULES]) {
        return Ok(Err(Box::new(finding)));
    }
    named_pack(&named.name, settings).map(Ok)
}

/// The rules that `case` is held to and the kinds that it may use; what is noted about these is told.
///
/// # Errors
/// [`Failure::Rejected`] if there is no such pack, [`Failure::Faulty`] if it or a kind is faulty.
pub fn open(
    case: &CaseFile,
    settings: &Settings,
    listen: Listener<'_>,
) -> Result<(Pack, Kinds), Failure> {
    let pack = rules(case, settings)?;
    let kinds = kinds_of(&pack, settings)?;
    kinds.findings.into_iter().for_each(|f| listen(Event::Finding(f)));
    Ok((pack, kinds.value))
}

/// The rules that `case` is held to.
///
/// # Errors
/// [`Failure::Rejected`] if there is no such pack, [`Failure::Faulty`] if it is faulty.
pub fn rules(case: &CaseFile, settings: &Settings) -> Result<Pack, Failure> {
    of(case, settings)?.map_err(|finding| Failure::Rejected(vec![*finding]))
}

/// The rules of the pack `name`.
///
/// # Errors
/// [`Failure::Usage`] if there is none of that name, [`Failure::Faulty`] if it is faulty.
pub fn named_pack(name: &str, settings: &Settings) -> Result<Pack, Failure> {
    Pack::read(name, &mut |name| {
        let Some(folder) = folder(name, settings)? else {
            return Err(Failure::Usage(format!("没有规则包“{name}”；现有{}", list(settings))));
        };
        let path = folder.join(RULES);
        let text = fs::read_to_string(&path).map_err(WorldError::while_("读取规则包", &path))?;
        Ok(SourceFile::new(path.to_string_lossy(), text))
    })
}

/// Stages and deadlines of the pack that `case` names.
///
/// # Errors
/// [`Failure::Faulty`] if there are none or they are faulty.
pub fn progress_of(case: &CaseFile, settings: &Settings) -> Result<progress::Pack, Failure> {
    const FILES: [&str; 2] = ["stages.toml", "deadlines.toml"];
    let named = Named::of(case, settings)?;
    if let Some(finding) = named.missing(case, &FILES) {
        return Err(Failure::Faulty(vec![finding]));
    }
    let read = |file: &str| -> Result<Arc<SourceFile>, Failure> {
        let path = named.folder.clone().unwrap_or_default().join(file);
        let text = fs::read_to_string(&path).map_err(WorldError::while_("读取规则包", &path))?;
        Ok(SourceFile::new(path.to_string_lossy(), text))
    };
    let [stages, deadlines] = FILES;
    progress::Pack::read(&progress::Sources { stages: read(stages)?, deadlines: read(deadlines)? })
}

/// The kinds that a case under `pack` may use: those of the house and the pack's own.
///
/// # Errors
/// [`Failure::Faulty`] with every finding against manifests and templates.
pub fn kinds_of(pack: &Pack, settings: &Settings) -> Outcome<Kinds> {
    let own = root(settings)?.join(&pack.name).join("kinds");
    let own = own.is_dir().then_some(own);
    Kinds::scan_with(&settings.kind_folders()?, own.as_deref(), pack.shared_kinds.as_deref())
}

/// Whether the pack `name` has kinds of its own.
pub fn has_kinds(name: &str, settings: &Settings) -> bool {
    root(settings).is_ok_and(|root| root.join(name).join("kinds").is_dir())
}

/// Names of all packs, in order.
///
/// # Errors
/// What the system reports.
pub fn names(settings: &Settings) -> Result<Vec<String>, Failure> {
    let dir = root(settings)?;
    let mut out = Vec::new();
    for entry in fs::read_dir(&dir).map_err(WorldError::while_("读取规则包目录", &dir))? {
        let path = entry.map_err(WorldError::while_("读取规则包目录", &dir))?.path();
        if path.join(RULES).is_file()
            && let Some(name) = path.file_name()
        {
            out.push(name.to_string_lossy().into_owned());
        }
    }
    out.sort();
    Ok(out)
}

fn root(settings: &Settings) -> Result<PathBuf, Failure> {
    Ok(settings.templates()?.join("_rulepacks"))
}

fn list(settings: &Settings) -> String {
    names(settings).unwrap_or_default().join("、")
}

/// The folder of the pack `name`. A name is one folder and leads nowhere else.
fn folder(name: &str, settings: &Settings) -> Result<Option<PathBuf>, Failure> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let whole = !name.is_empty() && name.chars().all(plain);
    Ok(Some(root(settings)?.join(name)).filter(|path| whole && path.is_dir()))
}

/// The pack that a case names.
struct Named {
    name: String,
    folder: Option<PathBuf>,
    there: String,
}

impl Named {
    fn of(case: &CaseFile, settings: &Settings) -> Result<Self, Failure> {
        let name = case.json().get("rulepack").and_then(|name| name.as_str()).unwrap_or_default();
        let folder = folder(name, settings)?;
        Ok(Self { name: name.to_owned(), folder, there: list(settings) })
    }

    /// What keeps it from being used: no folder, or one of `files` is not there.
    fn missing(&self, case: &CaseFile, files: &[&str]) -> Option<Diagnostic> {
        let message = match &self.folder {
            None => format!("没有规则包“{}”", self.name),
            Some(folder) => {
                let gone = |file: &&&str| matches!(fs::metadata(folder.join(file)), Err(e) if e.kind() == io::ErrorKind::NotFound);
                format!("规则包“{}”没有 {}", self.name, files.iter().find(gone)?)
            }
        };
        let hint = format!("现有规则包：{}；核对 rulepack。", self.there);
        let finding = Diagnostic::error("K-12", message).path("/rulepack").hint(hint);
        Some(finding.at(case.span_near("/rulepack")))
    }
}
