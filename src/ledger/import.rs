//! 导入: the sheets of a workbook, one after another, into a case in memory; what comes out has been read again and
//! checked.

mod choose;
mod settle;

use std::collections::{BTreeMap, BTreeSet};

use choose::choose;
use settle::settle;

use super::book::{Book, Sheet, place};
use super::cell::{Cell, trim};
use super::form::{FORMS, Form, form};
use super::head::{self, Heading};
use super::memory::Memory;
use super::names::Names;
use super::rows::{Desk, Row};
use super::value;
use crate::case::{CaseFile, nearest};
use crate::diag::{Diagnostic, Failure};

/// What is written in the place of a field for a column that goes in nowhere.
const NOWHERE: [&str; 3] = ["", "-", "不导入"];

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The ledger's name; else each sheet is recognised.
    pub ledger: Option<String>,
    /// The sheet's name; else those that fit.
    pub sheet: Option<String>,
    /// Heads and fields.
    pub map: Vec<(String, String)>,
    /// Fields and values for new rows where nothing is written.
    pub set: Vec<(String, String)>,
    /// Whether things that are there may be changed.
    pub update: bool,
}

/// A sheet after its import.
#[derive(Debug)]
pub struct Taken {
    /// The sheet's place in the book.
    pub sheet: usize,
    /// The ledger.
    pub form: &'static Form,
    /// Its heads.
    pub heading: Heading,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Findings about its heads.
    pub findings: Vec<Diagnostic>,
}

/// What an import came to.
#[derive(Debug)]
pub struct Imported {
    /// The case with what went in.
    pub case: CaseFile,
    /// The sheets.
    pub sheets: Vec<Taken>,
    /// Findings about the workbook.
    pub findings: Vec<Diagnostic>,
}

/// Takes the rows of `book` into `case`.
///
/// # Errors
/// [`Failure::Rejected`] if no sheet can be read as a ledger (T-01, T-02, T-03), [`Failure::Refused`] if the workbook
/// bears a mark of state secrecy, [`Failure::Usage`] for fields that the ledger does not have.
pub fn import(
    case: CaseFile,
    book: &Book,
    options: &Options,
    memory: &Memory,
) -> Result<Imported, Failure> {
    let wanted = match &options.ledger {
        None => None,
        Some(name) => Some(form(name).ok_or_else(|| unknown_ledger(name))?),
    };
    let columns = |name: &str| {
        wanted.map_or_else(
            || FORMS.iter().any(|f| f.column(name).is_some()),
            |f| f.column(name).is_some(),
        )
    };
    let skipped = |name: &str| NOWHERE.contains(&name);
    if let Some((_, name)) = options.map.iter().find(|(_, n)| !skipped(n) && !columns(n)) {
        return Err(match wanted {
            Some(form) => no_such_field(form, name),
            None => Failure::Usage(format!("哪种台账都没有“{name}”一栏；先用 --as 指明台账")),
        });
    }
    let mut findings = book.notes.clone();
    let chosen = choose(book, wanted, options, memory, &mut findings)?;
    let mut case = case;
    let mut sheets = Vec::new();
    for (index, form, heading) in chosen {
        let Some(sheet) = book.sheets.get(index) else { continue };
        let secret = secret(sheet, &book.name);
        if !secret.is_empty() {
            return Err(Failure::Refused(secret));
        }
        let about = head::findings(&heading, sheet, form, &book.name);
        if crate::diag::has_errors(&about) {
            return Err(Failure::Rejected(about));
        }
        let (next, rows, note) = {
            let given = given(options, form, &case)?;
            let mut desk =
                Desk::new(&case, form, &heading, (sheet, &book.name), &given, options.update);
            let mut rows = desk.rows();
            let note = desk.note();
            let next = settle(&case, &heading, form, (sheet, &book.name), &mut rows)?;
            (next, rows, note)
        };
        if let Some(next) = next {
            case = next;
        }
        let mut about = about;
        about.extend(note);
        about.extend(derived(sheet, &heading, &book.name));
        sheets.push(Taken { sheet: index, form, heading, rows, findings: about });
    }
    Ok(Imported { case, sheets, findings })
}

/// P-08: cells that are marks of state secrecy, wherever they stand.
fn secret(sheet: &Sheet, file: &str) -> Vec<Diagnostic> {
    let cells =
        sheet.rows.iter().flat_map(|(row, cells)| cells.iter().map(move |(at, c)| (*row, *at, c)));
    let found = cells.filter_map(|(row, at, cell)| {
        let mark = secrecy(cell)?;
        let message = format!("这一格是密级“{mark}”，本系统不处理涉密文件");
        let finding = Diagnostic::error("P-08", message).in_cell(place(file, sheet.cell(row, at)));
        Some(finding.hint("按保密规定在涉密系统里办理。"))
    });
    found.take(20).collect()
}

/// The mark, if a cell is a mark of state secrecy.
fn secrecy(cell: &Cell) -> Option<String> {
    let Cell::Text(text) = cell else { return None };
    let text = trim(text);
    let mark = ["秘密", "机密", "绝密"].iter().find(|m| text.starts_with(**m))?;
    let rest = text.strip_prefix(mark)?.trim_start();
    (rest.is_empty() || rest.starts_with('★')).then(|| text.to_owned())
}

fn unknown_ledger(name: &str) -> Failure {
    let all: Vec<String> = FORMS.iter().map(|f| format!("{}（{}）", f.ledger, f.title)).collect();
    Failure::Usage(format!("没有台账“{name}”；可以是 {}", all.join("、")))
}

/// `--set`, checked.
fn given(
    options: &Options,
    form: &'static Form,
    case: &CaseFile,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut out = BTreeMap::new();
    let names = if options.set.is_empty() { Names::default() } else { Names::of(case) };
    for (name, text) in &options.set {
        let Some(column) = form.column(name).and_then(|n| form.column.get(n)) else {
            return Err(no_such_field(form, name));
        };
        let cell = Cell::Text(text.clone());
        if let Err(fault) = value::read(&cell, form, column, &names) {
            return Err(Failure::Usage(format!("--set {name}：{}。{}", fault.reason, fault.hint)));
        }
        out.insert(column.field.clone(), text.clone());
    }
    Ok(out)
}

fn no_such_field(form: &Form, name: &str) -> Failure {
    let labels = || form.column.iter().map(|c| c.label.as_str());
    let like = nearest(name, labels().chain(form.column.iter().map(|c| c.field.as_str())));
    let like = like.map_or_else(String::new, |like| format!("，是否应为“{like}”"));
    let all: Vec<&str> = labels().collect();
    Failure::Usage(format!("{}没有“{name}”一栏{like}；各栏是：{}", form.title, all.join("、")))
}

/// T-08: values that formulas gave.
fn derived(sheet: &Sheet, heading: &Heading, file: &str) -> Option<Diagnostic> {
    let columns: BTreeSet<u32> = heading.bound.iter().map(|b| b.at).collect();
    let mut cells = sheet
        .formulas
        .iter()
        .filter(|(row, column)| *row > heading.rows.1 && columns.contains(column));
    let (row, column) = *cells.next()?;
    let more = cells.count() + 1;
    let message = format!("有 {more} 格是公式，取了公式的值");
    let finding = Diagnostic::note("T-08", message).in_cell(place(file, sheet.cell(row, column)));
    Some(finding.hint(
        "值是 Excel 上次保存时算的；公式引用的表改了而没有重算的，请在 Excel 里打开、保存一次。",
    ))
}
