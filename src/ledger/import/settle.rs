//! The rows of a sheet are put into the case; what the case does not take goes back to its row.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::case::{self, Amendment, CaseFile};
use crate::diag::{Checked, Diagnostic, Failure, Severity};
use crate::ledger::book::{Sheet, place};
use crate::ledger::form::Form;
use crate::ledger::head::Heading;
use crate::ledger::rows::{Change, Deed, Row};

/// How often the case is made again without the rows that it does not take.
const ROUNDS: usize = 64;

/// Makes the case with every row that goes in; a row that the case does not take becomes bad, with the reason.
/// Nothing if no row goes in.
pub fn settle(
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
                all.extend(changes.iter().map(Change::amendment));
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
