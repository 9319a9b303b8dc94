//! 导出: ledgers as formatted workbooks. Texts are written as texts, whatever they begin with.

mod back;
mod dress;

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError,
};
use serde_json::Value as Json;

pub use back::give_back;
pub(super) use dress::{Formats, dress, put};

use super::cell::Cell;
use super::form::{Column, Form};
use super::names::Names;
use super::rows::at_path;
use super::value;
use crate::case::{CaseFile, Sort};
use crate::diag::{Diagnostic, Failure};
use crate::vocab::date;

/// Most characters of one cell, in UTF-16 units.
const CELL_LIMIT: usize = 32_767;
/// Most characters of a list of choices.
const CHOICES_LIMIT: usize = 255;

/// A ledger of `case` as a workbook of one or several sheets.
///
/// # Errors
/// [`Failure::Rejected`] with T-10 for texts that no cell can hold; [`Failure::Bug`] if the workbook cannot be made.
pub fn export(case: &CaseFile, forms: &[&'static Form]) -> Result<(Vec<u8>, Vec<usize>), Failure> {
    let names = Names::of(case);
    let mut book = workbook(case)?;
    let mut counts = Vec::new();
    let mut too_long = Vec::new();
    for form in forms {
        let items = items(case, form);
        counts.push(items.len());
        let mut rows = Vec::new();
        for (parent, item, pointer) in &items {
            let mut cells = Vec::new();
            for column in &form.column {
                let cell = shown(item, *parent, form, column, &names);
                if let Some(Cell::Text(text)) = &cell
                    && text.encode_utf16().count() > CELL_LIMIT
                {
                    let message =
                        format!("“{}”超过 {CELL_LIMIT} 字，Excel 的一格放不下", column.label);
                    let pointer = format!("{pointer}/{}", column.field.replace('.', "/"));
                    let finding = Diagnostic::error("T-10", message).at(case.span_near(&pointer));
                    too_long.push(finding.path(pointer).hint("缩短这段文字，或把它移到附件里。"));
                }
                cells.push(cell);
            }
            rows.push(cells);
        }
        let model = &case.model().case;
        let short = case.json().pointer("/case/short_title").and_then(Json::as_str);
        let title = format!("{}{}", short.unwrap_or(&model.title), form.title);
        let as_of = case.json().get("as_of").and_then(Json::as_str).and_then(date::parse);
        let subtitle = match as_of {
            Some(day) => format!("数据时点：{}　共 {} 条", date::chinese(day), rows.len()),
            None => format!("共 {} 条", rows.len()),
        };
        if too_long.is_empty() {
            let sheet = book.add_worksheet();
            let page = Page { sheet, form, title, subtitle };
            page.ledger(&rows).map_err(|e| bug(&e))?;
        }
    }
    if !too_long.is_empty() {
        return Err(Failure::Rejected(too_long));
    }
    let bytes = book.save_to_buffer().map_err(|e| bug(&e))?;
    Ok((bytes, counts))
}

/// A workbook that cannot be made is our own mistake.
pub(super) fn bug(error: &XlsxError) -> Failure {
    Failure::Bug(format!("workbook: {error}"))
}

fn workbook(case: &CaseFile) -> Result<Workbook, Failure> {
    let as_of = case.json().get("as_of").and_then(Json::as_str).and_then(date::parse);
    let day = as_of.map(|d| d.format("%Y-%m-%d").to_string());
    let day = day.unwrap_or_else(|| "2000-01-01".to_owned());
    // The time of the data, not of the writing: the same case gives the same bytes.
    let created = ExcelDateTime::parse_from_str(&day).map_err(|e| bug(&e))?;
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    Ok(book)
}

/// The things that are rows of `form`: the parent's id, the thing, its JSON Pointer.
fn items<'a>(case: &'a CaseFile, form: &Form) -> Vec<(Option<&'a str>, &'a Json, String)> {
    let list =
        |at: &'a Json, name: &str| at.get(name).and_then(Json::as_array).into_iter().flatten();
    match &form.parent {
        None => list(case.json(), &form.list)
            .enumerate()
            .map(|(n, item)| (None, item, format!("/{}/{n}", form.list)))
            .collect(),
        Some(parent) => list(case.json(), &parent.list)
            .enumerate()
            .flat_map(|(n, owner)| {
                let id = owner.get("id").and_then(Json::as_str);
                let at = format!("/{}/{n}/{}", parent.list, form.list);
                list(owner, &form.list)
                    .enumerate()
                    .map(move |(m, item)| (id, item, format!("{at}/{m}")))
            })
            .collect(),
    }
}

/// The cell of one column of one row.
fn shown(
    item: &Json,
    parent: Option<&str>,
    form: &Form,
    column: &Column,
    names: &Names,
) -> Option<Cell> {
    if form.parent_of(column).is_some() {
        return parent.map(|id| Cell::Text(id.to_owned()));
    }
    let sort = value::sort(form, column);
    if form.measures.as_ref() == Some(&column.field) {
        let all = item.get(&column.field).and_then(Json::as_array).into_iter().flatten();
        let all: Vec<Json> = all.filter_map(|m| m.get("content").cloned()).collect();
        return value::write(&Json::Array(all), &sort, names);
    }
    if form.is_periodic(column)
        && let Some((list, field)) = column.field.split_once('.')
    {
        let last = item.get(list).and_then(Json::as_array).and_then(|all| all.last())?;
        return value::write(at_path(last, field)?, &sort, names);
    }
    value::write(at_path(item, &column.field)?, &sort, names)
}

/// One sheet being written.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    form: &'static Form,
    title: String,
    subtitle: String,
}

impl Page<'_> {
    fn ledger(self, rows: &[Vec<Option<Cell>>]) -> Result<(), XlsxError> {
        let formats = Formats::new();
        let Self { sheet, form, title, subtitle } = self;
        let columns = u16::try_from(form.column.len()).unwrap_or(u16::MAX);
        sheet.set_name(form.title.as_str())?;
        dress(sheet, &title, &subtitle, columns)?;
        let last = 3 + u32::try_from(rows.len()).unwrap_or_default();
        for (at, column) in (0..).zip(&form.column) {
            sheet.write_string_with_format(2, at, column.label.as_str(), &formats.head)?;
            sheet.set_column_width(at, column.width)?;
            if let Some(choices) = choices(form, column) {
                let choices = DataValidation::new().allow_list_strings(&choices)?;
                // Some room below for what is added by hand.
                sheet.add_data_validation(3, at, last + 500, at, &choices)?;
            }
        }
        sheet.autofilter(
            2,
            0,
            last.max(3) - u32::from(!rows.is_empty()),
            columns.saturating_sub(1),
        )?;
        for (row, cells) in (3..).zip(rows) {
            for ((at, cell), column) in (0..).zip(cells).zip(&form.column) {
                match cell {
                    Some(cell) => put(sheet, (row, at), Some(cell), &formats)?,
                    None => {
                        let format = formats.empty(&value::sort(form, column));
                        sheet.write_blank(row, at, format)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// What may be chosen in a column, if that fits into a list of Excel's.
fn choices(form: &Form, column: &Column) -> Option<Vec<String>> {
    let all = match value::sort(form, column) {
        Sort::Choice(all) => all,
        Sort::Flag => vec!["是".to_owned(), "否".to_owned()],
        _ => return None,
    };
    let length: usize = all.iter().map(|c| c.chars().count() + 1).sum();
    (length <= CHOICES_LIMIT).then_some(all)
}
