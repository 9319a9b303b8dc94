//! 导入: the sheets of a workbook, one after another, into a case in memory; what comes out has been read again and
//! checked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::book::{Book, Sheet, place};
use super::cell::{Cell, plain, trim};
use super::form::{FORMS, Form, form};
use super::head::{self, Heading, Hints};
use super::memory::Memory;
use super::names::Names;
use super::rows::{Deed, Desk, Row};
use super::value;
use crate::case::{self, Amendment, CaseFile, nearest};
use crate::diag::{Checked, Diagnostic, Failure, Severity};

/// How often the case is made again without the rows that it does not take.
const ROUNDS: usize = 64;
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
        let (next, rows) = {
            let given = given(options, form, &case)?;
            let mut desk =
                Desk::new(&case, form, &heading, (sheet, &book.name), &given, options.update);
            let mut rows = desk.rows();
            let next = settle(&case, &heading, form, (sheet, &book.name), &mut rows)?;
            (next, rows)
        };
        if let Some(next) = next {
            case = next;
        }
        let mut about = about;
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

type Choice = (usize, &'static Form, Heading);

/// Which sheets go in, as which ledgers.
fn choose(
    book: &Book,
    wanted: Option<&'static Form>,
    options: &Options,
    memory: &Memory,
    findings: &mut Vec<Diagnostic>,
) -> Result<Vec<Choice>, Failure> {
    let reject = |finding: Diagnostic| Failure::Rejected(vec![finding]);
    let listed: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
    let whole = || place(&book.name, "");
    if let Some(name) = &options.sheet
        && book.sheet(name).is_none()
    {
        let finding = Diagnostic::error("T-02", format!("工作簿里没有工作表“{name}”"));
        return Err(reject(
            finding.in_cell(whole()).hint(format!("有这些工作表：{}。", listed.join("、"))),
        ));
    }
    let mut chosen: Vec<Choice> = Vec::new();
    let mut weak: Vec<Choice> = Vec::new();
    for (index, sheet) in book.sheets.iter().enumerate() {
        if options.sheet.as_ref().is_some_and(|name| sheet.name != name.trim()) {
            continue;
        }
        let guess = recognise(sheet, options, memory);
        if let Some(why) = &sheet.refused
            && (options.sheet.is_some() || guess.is_some() || book.sheets.len() == 1)
        {
            let finding =
                Diagnostic::error("T-01", format!("工作表“{}”{why}，不予读取", sheet.name));
            let hint = "删去表格末尾的空行、空列，或分成几个工作簿。";
            return Err(reject(finding.in_cell(place(&book.name, &sheet.name)).hint(hint)));
        }
        match (wanted, guess) {
            (Some(form), Some((guess, heading))) if guess.ledger == form.ledger => {
                chosen.push((index, form, heading));
            }
            (Some(form), _) => {
                let heading = head::find(sheet, form, &hints(options, memory, form));
                weak.extend(heading.map(|heading| (index, form, heading)));
            }
            (None, Some((guess, heading))) => chosen.push((index, guess, heading)),
            (None, None) if !sheet.rows.is_empty() => {
                let message = format!("工作表“{}”认不出是哪一种台账，没有导入", sheet.name);
                let finding = Diagnostic::note("T-02", message);
                findings.push(finding.in_cell(place(&book.name, &sheet.name)));
            }
            (None, None) => {}
        }
    }
    if chosen.is_empty()
        && let Some(best) = weak.into_iter().max_by_key(|(i, _, h)| (h.bound.len(), usize::MAX - i))
    {
        chosen.push(best);
    }
    if chosen.is_empty() {
        return Err(reject(unrecognised(book, wanted, &listed)));
    }
    let order = |form: &Form| FORMS.iter().position(|f| f.ledger == form.ledger);
    chosen.sort_by_key(|(index, form, _)| (order(form), *index));
    Ok(chosen)
}

fn unrecognised(book: &Book, wanted: Option<&Form>, listed: &[&str]) -> Diagnostic {
    let message = match wanted {
        Some(form) => format!("在工作簿里找不到{}的表头", form.title),
        None => "认不出工作簿里是哪一种台账".to_owned(),
    };
    let heads = |form: &Form| {
        let labels: Vec<&str> = form.column.iter().take(8).map(|c| c.label.as_str()).collect();
        labels.join("、")
    };
    let hint = match wanted {
        Some(form) => {
            format!("表头要有这样的栏：{}……；也可用 --map \"表头=字段\" 指明。", heads(form))
        }
        None => {
            let names: Vec<&str> = FORMS.iter().map(|f| f.ledger.as_str()).collect();
            format!("用 --as 指明：{}。", names.join("、"))
        }
    };
    Diagnostic::error("T-02", message)
        .in_cell(place(&book.name, ""))
        .hint(hint)
        .hint(format!("有这些工作表：{}；用 --sheet 指明其中一个。", listed.join("、")))
}

/// What is said beforehand about the heads of a ledger.
fn hints(options: &Options, memory: &Memory, form: &Form) -> Hints {
    let mut said = BTreeMap::new();
    for (head, name) in &options.map {
        let field = match name.as_str() {
            name if NOWHERE.contains(&name) => String::new(),
            name => match form.column(name).and_then(|n| form.column.get(n)) {
                Some(column) => column.field.clone(),
                None => continue,
            },
        };
        said.insert(plain(head), field);
    }
    Hints { said, remembered: memory.of(form) }
}

/// The ledger that a sheet looks most like, if one stands out.
fn recognise(
    sheet: &Sheet,
    options: &Options,
    memory: &Memory,
) -> Option<(&'static Form, Heading)> {
    let mut found: Vec<(usize, &'static Form, Heading)> = Vec::new();
    for form in FORMS.iter() {
        let Some(heading) = head::find(sheet, form, &hints(options, memory, form)) else {
            continue;
        };
        let bound = heading.bound.len();
        let own = heading.bound.iter().filter(|b| b.how <= head::How::Same).count();
        let unknown = heading.unused.iter().filter(|u| u.why.is_none()).count();
        if bound >= 3 {
            found.push(((4 * bound + own).saturating_sub(2 * unknown), form, heading));
        }
    }
    let top = found.iter().map(|(score, ..)| *score).max().unwrap_or_default();
    if found.iter().filter(|(score, ..)| *score == top).count() != 1 {
        return None;
    }
    found.into_iter().find(|(score, ..)| *score == top).map(|(_, form, heading)| (form, heading))
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

/// Makes the case with every row that goes in; a row that the case does not take becomes bad, with the reason.
/// Nothing if no row goes in.
fn settle(
    case: &CaseFile,
    heading: &Heading,
    form: &'static Form,
    (sheet, file): (&Sheet, &str),
    rows: &mut [Row],
) -> Result<Option<CaseFile>, Failure> {
    let key = |f: &Diagnostic| (f.code.clone(), f.message.clone(), f.path.clone());
    let mut before: Option<BTreeSet<_>> = None;
    for _ in 0..ROUNDS {
        let (amendments, places) = amendments(case, rows);
        if amendments.is_empty() {
            return Ok(None);
        }
        let before =
            before.get_or_insert_with(|| case::check_facts(case).iter().map(key).collect());
        let source = match case::amend(case, &amendments) {
            Ok(source) => source,
            Err(pointer) => {
                unwritable(rows, &places, &pointer, (sheet, file));
                continue;
            }
        };
        let (next, mut found) = match case::reread(case, source) {
            Ok(Checked { value, findings }) => {
                let mut found = case::check_facts(&value);
                found.extend(findings);
                (Some(value), found)
            }
            Err(Failure::Rejected(findings) | Failure::Refused(findings)) => (None, findings),
            Err(other) => return Err(other),
        };
        found.retain(|f| f.severity == Severity::Error && !before.contains(&key(f)));
        let told = found
            .into_iter()
            .filter(|f| tell(f, rows, &places, heading, form, (sheet, file)))
            .count();
        match next {
            Some(next) if told == 0 => return Ok(Some(next)),
            None if told == 0 => {
                unwritable(rows, &places, "", (sheet, file));
            }
            _ => {}
        }
    }
    unwritable(rows, &[], "", (sheet, file));
    Ok(None)
}

/// JSON Pointers of what rows make or change, and the rows' places in the list.
type Places = [(String, usize)];

fn amendments(case: &CaseFile, rows: &[Row]) -> (Vec<Amendment>, Vec<(String, usize)>) {
    let mut all = Vec::new();
    let mut places = Vec::new();
    let mut lengths: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, row) in rows.iter().enumerate() {
        match &row.deed {
            Deed::Add { list, item } => {
                let length = lengths.entry(list).or_insert_with(|| {
                    case.json().pointer(list).and_then(Json::as_array).map_or(0, Vec::len)
                });
                places.push((format!("{list}/{length}"), n));
                *length += 1;
                all.push(Amendment::Add { list: list.clone(), item: item.clone() });
            }
            Deed::Change { pointer, changes, allowed: true, .. } => {
                places.push((pointer.clone(), n));
                all.extend(changes.iter().map(super::rows::Change::amendment));
            }
            _ => {}
        }
    }
    (all, places)
}

/// Rows whose change cannot be written become bad: those at `pointer`, or all.
fn unwritable(rows: &mut [Row], places: &Places, pointer: &str, (sheet, file): (&Sheet, &str)) {
    let at = |n: usize| places.iter().any(|(p, m)| *m == n && is_at(pointer, p));
    let some = (0..rows.len()).any(at);
    for (n, row) in rows.iter_mut().enumerate() {
        let goes_in = matches!(row.deed, Deed::Add { .. } | Deed::Change { allowed: true, .. });
        if !goes_in || (some && !at(n)) {
            continue;
        }
        row.deed = Deed::Bad;
        let cell = format!("{}!{}", sheet.name, row.at + 1);
        let message = format!("{} 写不进数据文件：那里的写法或注释会被改动", row.label);
        let finding = Diagnostic::error("T-09", message).in_cell(place(file, cell));
        row.findings.push((None, finding.hint("请在数据文件里手工改。")));
    }
}

fn is_at(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Tells the row that `finding` is about; false if it is about none.
fn tell(
    finding: &Diagnostic,
    rows: &mut [Row],
    places: &Places,
    heading: &Heading,
    form: &Form,
    (sheet, file): (&Sheet, &str),
) -> bool {
    let Some(path) = &finding.path else { return false };
    let Some((own, n)) = places.iter().find(|(place, _)| is_at(path, place)) else { return false };
    let Some(row) = rows.get_mut(*n) else { return false };
    let rest: Vec<&str> = path.get(own.len()..).unwrap_or_default().split('/').skip(1).collect();
    let names: Vec<&str> = rest.into_iter().filter(|p| p.parse::<usize>().is_err()).collect();
    let column = (1..=names.len())
        .rev()
        .filter_map(|n| names.get(..n).map(|n| n.join(".")))
        .find_map(|field| form.column.iter().position(|c| c.field == field));
    let at = column.and_then(|c| heading.bound.iter().find(|b| b.column == c)).map(|b| b.at);
    let cell = match at {
        Some(at) => sheet.cell(row.at, at),
        None => format!("{}!{}", sheet.name, row.at + 1),
    };
    let mut told = Diagnostic::error(finding.code.clone(), finding.message.clone());
    told.hints.clone_from(&finding.hints);
    row.findings.push((at, told.in_cell(place(file, cell))));
    row.deed = Deed::Bad;
    true
}
