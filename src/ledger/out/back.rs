//! 待改的副本: rows that did not go in, with their reasons.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::dress::{Formats, dress, put};
use super::{CELL_LIMIT, bug, workbook};
use crate::case::CaseFile;
use crate::diag::{Diagnostic, Failure};
use crate::ledger::book::{Book, Sheet};
use crate::ledger::cell::Cell;
use crate::ledger::form::COMMON;
use crate::ledger::import::Taken;
use crate::ledger::rows::{Deed, Row};

/// 待改的副本: the rows that did not go in, as they stood, with their row numbers and reasons; the cells that are to
/// blame are coloured. Nothing if every row is sound.
///
/// # Errors
/// [`Failure::Bug`] if the workbook cannot be made.
pub fn give_back(
    case: &CaseFile,
    book: &Book,
    taken: &[Taken],
) -> Result<Option<Vec<u8>>, Failure> {
    let mut copy = workbook(case)?;
    let mut any = false;
    for taken in taken {
        let Some(sheet) = book.sheets.get(taken.sheet) else { continue };
        let bad: Vec<_> = taken.rows.iter().filter(|r| r.deed == Deed::Bad).collect();
        if bad.is_empty() {
            continue;
        }
        any = true;
        back(copy.add_worksheet(), sheet, taken, &bad).map_err(|e| bug(&e))?;
    }
    if !any {
        return Ok(None);
    }
    copy.save_to_buffer().map(Some).map_err(|e| bug(&e))
}

fn back(out: &mut Worksheet, sheet: &Sheet, taken: &Taken, bad: &[&Row]) -> Result<(), XlsxError> {
    let formats = Formats::new();
    let marked = formats.marked();
    // A name that only other programs allow.
    if out.set_name(sheet.name.as_str()).is_err() {
        out.set_name(format!("{}{}", taken.form.title, taken.sheet + 1))?;
    }
    // Columns of the sheet, each with its head; the two of our own are written anew.
    let own = [COMMON.row_label.as_str(), COMMON.reason_label.as_str()];
    let bound = taken.heading.bound.iter().map(|b| (b.at, b.head.as_str(), Some(b.column)));
    let unused = taken.heading.unused.iter().map(|u| (u.at, u.head.as_str(), None));
    let mut columns: Vec<(u32, &str, Option<usize>)> =
        bound.chain(unused).filter(|(_, head, _)| !own.contains(head)).collect();
    columns.sort_by_key(|(at, ..)| *at);
    let count = u16::try_from(columns.len() + 2).unwrap_or(u16::MAX);
    let title = format!("{}（待改）", sheet.name);
    let subtitle = format!("共 {} 行没有导入；改好着色的单元格后，直接导入这个文件", bad.len());
    dress(out, &title, &subtitle, count)?;
    for (at, (_, head, column)) in (0..).zip(&columns) {
        out.write_string_with_format(
            2,
            at,
            head.chars().take(255).collect::<String>(),
            &formats.head,
        )?;
        let width = column.and_then(|c| taken.form.column.get(c)).map_or(14.0, |c| c.width);
        out.set_column_width(at, width)?;
    }
    let reason_at = count - 2;
    out.write_string_with_format(2, reason_at, own[1], &formats.head)?;
    out.set_column_width(reason_at, 48)?;
    out.write_string_with_format(2, reason_at + 1, own[0], &formats.head)?;
    out.set_column_width(reason_at + 1, 8)?;
    for (line, row) in (3..).zip(bad) {
        let cells = sheet.rows.get(&row.at);
        for (at, (from, ..)) in (0..).zip(&columns) {
            let cell = cells.and_then(|cells| cells.get(from));
            let blamed = row.findings.iter().any(|(column, _)| *column == Some(*from));
            put(out, (line, at), cell, if blamed { &marked } else { &formats })?;
        }
        let reasons: Vec<String> = row.findings.iter().map(|(_, f)| reason(f)).collect();
        let reasons: String = reasons.join("\n").chars().take(CELL_LIMIT / 2).collect();
        put(out, (line, reason_at), Some(&Cell::Text(reasons)), &marked)?;
        let number = f64::from(row.at + 1);
        put(out, (line, reason_at + 1), Some(&Cell::Number(number)), &formats)?;
    }
    Ok(())
}

fn reason(finding: &Diagnostic) -> String {
    let mut out = finding.message.clone();
    for hint in &finding.hints {
        out.push_str(if out.ends_with('。') { "" } else { "。" });
        out.push_str(hint);
    }
    out
}
