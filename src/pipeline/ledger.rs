//! 台账: a workbook's rows enter the data file, which is otherwise kept byte for byte; facts leave it as workbooks.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::Settings;
use super::mend::replace;
use crate::case::{self, CaseFile};
use crate::container::{create_folder, vacant, write_atomically};
use crate::diag::{CellPlace, Checked, Diagnostic, Failure, WorldError};
use crate::ledger::{self, Book, Deed, Form, Memory, Options, Taken};

/// What stands between a workbook's name and its ending when its rows come back.
const BACK: &str = "待改";

/// What an import comes to; [`Import::write`] puts it on the disk.
#[derive(Debug)]
pub struct Import {
    /// The workbook.
    pub book: Book,
    /// The sheets that were read, with their rows.
    pub sheets: Vec<Taken>,
    /// Findings about the workbook and its rows.
    pub findings: Vec<Diagnostic>,
    /// What is found in the case only now.
    pub new: Vec<Diagnostic>,
    /// Errors of the case, old and new.
    pub errors: usize,
    /// The data file.
    pub file: PathBuf,
    /// Whether the data file was written.
    pub written: bool,
    /// Where the rows that did not go in were written.
    pub returned: Option<PathBuf>,
    case: CaseFile,
    old: String,
    back: Option<Vec<u8>>,
    memory: Memory,
    remembered: Memory,
}

/// Reads `workbook` into the case at `path`, in memory.
///
/// # Errors
/// [`Failure::Refused`] for state secrets (P-08), [`Failure::Rejected`] if there is no readable case or no ledger in
/// the workbook, [`Failure::Usage`] for options that do not fit.
pub fn import(
    path: &Path,
    workbook: &Path,
    options: &Options,
    settings: &Settings,
) -> Result<Import, Failure> {
    let before = super::check::judge_facts(case::load(path)?, settings)?;
    let secrets = case::state_secrets(&before.value);
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    let file = case::file(path);
    let remembered = recall(&file)?;
    let old = before.value.source.text().to_owned();
    let key = |f: &Diagnostic| (f.code.clone(), f.message.clone(), f.path.clone());
    let known: BTreeSet<_> = before.findings.iter().map(key).collect();
    let book = Book::open(workbook)?;
    let imported = ledger::import(before.value, &book, options, &remembered)?;
    let mut findings = imported.findings;
    for taken in &imported.sheets {
        findings.extend(taken.findings.iter().cloned());
        findings.extend(taken.rows.iter().flat_map(|r| &r.findings).map(|(_, f)| f.clone()));
    }
    let mut memory = remembered.clone();
    for taken in &imported.sheets {
        memory.keep(taken.form, &taken.heading);
    }
    let back = ledger::give_back(&imported.case, &book, &imported.sheets)?;
    let after = super::check::judge_facts(Checked::clean(imported.case), settings)?;
    let errors =
        after.findings.iter().filter(|f| f.severity == crate::diag::Severity::Error).count();
    let new = after.findings.into_iter().filter(|f| !known.contains(&key(f))).collect();
    Ok(Import {
        sheets: imported.sheets,
        findings,
        new,
        errors,
        written: false,
        returned: None,
        case: after.value,
        old,
        back,
        memory,
        remembered,
        file,
        book,
    })
}

/// Where heads are remembered, beside the data file.
fn memory_file(file: &Path) -> PathBuf {
    file.with_extension("import.toml")
}

fn recall(file: &Path) -> Result<Memory, Failure> {
    let path = memory_file(file);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Memory::default()),
        Err(error) => return Err(WorldError::while_("读取记住的表头", &path)(error).into()),
    };
    Memory::read(&text).map_err(|words| {
        let place = CellPlace { file: path.display().to_string(), cell: String::new() };
        let finding =
            Diagnostic::error("T-03", format!("记住的表头读不了：{words}")).in_cell(place);
        Failure::Rejected(vec![finding.hint("改正这个文件，或者删去它，重新认定表头。")])
    })
}

impl Import {
    /// How many rows came to `deed`: added, changed, would change, the same, bad.
    #[must_use]
    pub fn counts(&self) -> [usize; 5] {
        let mut out = [0; 5];
        for row in self.sheets.iter().flat_map(|s| &s.rows) {
            let n = match row.deed {
                Deed::Add { .. } => 0,
                Deed::Change { allowed: true, .. } => 1,
                Deed::Change { .. } => 2,
                Deed::Same => 3,
                Deed::Bad => 4,
            };
            if let Some(slot) = out.get_mut(n) {
                *slot += 1;
            }
        }
        out
    }

    /// The change of the data file as a unified diff.
    #[must_use]
    pub fn diff(&self) -> String {
        let name = self.case.source.name();
        TextDiff::from_lines(self.old.as_str(), self.case.source.text())
            .unified_diff()
            .context_radius(1)
            .header(name, name)
            .to_string()
    }

    /// Writes the rows that come back, what is remembered, and the data file, each whole or not at all.
    ///
    /// # Errors
    /// The world's errors; [`Failure::Usage`] if the data file has changed since it was read.
    pub fn write(&mut self) -> Result<(), Failure> {
        if let Some(bytes) = &self.back {
            let path = back_name(Path::new(&self.book.name));
            write_atomically(&path, |out| out.write_all(bytes))?;
            self.returned = Some(path);
        }
        if self.case.source.text() != self.old {
            replace(&self.file, &self.old, self.case.source.text())?;
            self.written = true;
        }
        if self.memory != self.remembered {
            let text = self.memory.text();
            write_atomically(&memory_file(&self.file), |out| out.write_all(text.as_bytes()))?;
        }
        Ok(())
    }
}

/// `台账.待改.xlsx` beside `台账.xlsx`; a copy that came back before gets a number, for it is not overwritten.
fn back_name(workbook: &Path) -> PathBuf {
    let stem = workbook.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let (stem, number) = match stem.rsplit_once(&format!(".{BACK}")) {
        Some((stem, "")) => (stem.to_owned(), "2".to_owned()),
        Some((stem, n)) if n.parse::<u32>().is_ok() => {
            (stem.to_owned(), (n.parse::<u32>().unwrap_or_default() + 1).to_string())
        }
        _ => (stem, String::new()),
    };
    workbook.with_file_name(format!("{stem}.{BACK}{number}.xlsx"))
}

/// Writes ledgers of the case at `path` into the workbook `out`; gives how many rows each has, and the size.
///
/// # Errors
/// [`Failure::Refused`] for state secrets (P-08), [`Failure::Rejected`] if there is no readable case or a text is too
/// long for a cell, the world's errors.
pub fn export_ledger(
    path: &Path,
    forms: &[&'static Form],
    out: &Path,
) -> Result<(Vec<usize>, usize), Failure> {
    // It may have been filled in since.
    vacant(out)?;
    let case = case::load(path)?.value;
    let secrets = case::state_secrets(&case);
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    let (bytes, rows) = ledger::export(&case, forms)?;
    if let Some(folder) = out.parent().filter(|f| !f.as_os_str().is_empty()) {
        create_folder(folder)?;
    }
    write_atomically(out, |file| file.write_all(&bytes))?;
    Ok((rows, bytes.len()))
}

#[cfg(test)]
mod tests;
