//! 改正: certain slips of wording are mended in the data file, which is otherwise kept byte for byte.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use similar::TextDiff;

use super::Settings;
use super::wording::slips;
use crate::case::{self, CaseFile, Change};
use crate::container::replace_atomically;
use crate::diag::{Checked, Diagnostic, Failure, WorldError};

/// How often the file is read again for what a mend brought to light.
const ROUNDS: usize = 4;

/// One replacement made.
#[derive(Clone, Debug, Serialize)]
pub struct Fix {
    /// Finding code.
    pub code: &'static str,
    /// The data file.
    pub file: String,
    /// Line, from 1, in the file as it was when this was mended.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// JSON Pointer of the text.
    pub path: String,
    /// What stood there.
    pub from: String,
    /// What stands there now.
    pub to: String,
}

/// What was mended, and what is left.
#[derive(Debug)]
pub struct Repair {
    /// The replacements, in the order they were made.
    pub fixes: Vec<Fix>,
    /// The change as a unified diff; empty if there is none.
    pub diff: String,
    /// The mended case with the findings that are left.
    pub left: Checked<CaseFile>,
    /// Whether the file was written.
    pub written: bool,
    file: PathBuf,
    old: String,
}

/// Mends the case at `path` in memory; [`Repair::write`] puts it on the disk.
///
/// # Errors
/// [`Failure::Refused`] for state secrets (P-08), [`Failure::Rejected`] if there is no readable case.
pub fn mend(path: &Path, settings: &Settings) -> Result<Repair, Failure> {
    let mut case = case::load(path)?.value;
    let secrets = case::state_secrets(&case);
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    let file = case::file(path);
    let old = case.source.text().to_owned();
    let mut fixes = Vec::new();
    for _ in 0..ROUNDS {
        let (changes, mut list) = certain(&case);
        let texts = case::texts(&case);
        if changes.is_empty() {
            break;
        }
        let mended = case::mend(&case, &texts, &changes).ok_or_else(|| {
            Failure::Rejected(vec![
                Diagnostic::error("W-00", "改正后的文件读出来与原来的数据不一致，没有改动文件")
                    .hint("请按提示逐处手工改正。"),
            ])
        })?;
        if mended.made.is_empty() {
            break;
        }
        let mut n = 0;
        list.retain(|_| {
            n += 1;
            mended.made.binary_search(&(n - 1)).is_ok()
        });
        fixes.extend(list);
        case = case::reread(&case, mended.source)?.value;
    }
    let diff = TextDiff::from_lines(old.as_str(), case.source.text())
        .unified_diff()
        .context_radius(1)
        .header(case.source.name(), case.source.name())
        .to_string();
    let left = super::check::judge(Checked::clean(case), settings)?;
    Ok(Repair { fixes, diff, left, written: false, file, old })
}

fn certain(case: &CaseFile) -> (Vec<Change>, Vec<Fix>) {
    let mut changes = Vec::new();
    let mut fixes = Vec::new();
    for text in case::texts(case) {
        for slip in slips(&text) {
            let Some(by) = slip.fix else { continue };
            let span = text.span(case, &slip.range);
            let (line, column) = span.line_column();
            fixes.push(Fix {
                code: slip.code,
                file: case.source.name().to_owned(),
                line,
                column,
                path: text.pointer.clone(),
                from: text.words.get(slip.range.clone()).unwrap_or_default().to_owned(),
                to: by.clone(),
            });
            changes.push(Change { pointer: text.pointer.clone(), range: slip.range, by });
        }
    }
    (changes, fixes)
}

impl Repair {
    /// Writes the mended file, whole or not at all.
    ///
    /// # Errors
    /// The world's errors; [`Failure::Usage`] if the file has changed since it was read.
    pub fn write(&mut self) -> Result<(), Failure> {
        if self.fixes.is_empty() {
            return Ok(());
        }
        replace(&self.file, &self.old, self.left.value.source.text())?;
        self.written = true;
        Ok(())
    }
}

/// Puts `new` in the place of the data file's text, which must still be `old`; a byte order mark stays.
///
/// # Errors
/// The world's errors; [`Failure::Usage`] if the file has changed since it was read.
pub(super) fn replace(file: &Path, old: &str, new: &str) -> Result<(), Failure> {
    const MARK: &str = "\u{feff}";
    let there = fs::read(file).map_err(WorldError::while_("读取数据文件", file))?;
    let (mark, body) = match there.strip_prefix(MARK.as_bytes()) {
        Some(body) => (MARK, body),
        None => ("", there.as_slice()),
    };
    if body != old.as_bytes() {
        return Err(Failure::Usage(format!(
            "{} 在此期间被改动，没有写入；请再运行一次",
            file.display()
        )));
    }
    replace_atomically(file, |out| {
        out.write_all(mark.as_bytes())?;
        out.write_all(new.as_bytes())
    })?;
    Ok(())
}
