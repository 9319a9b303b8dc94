//! 导出: ledgers as formatted workbooks. Texts are written as texts, whatever they begin with.

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Workbook, Worksheet, XlsxError,
};
use serde_json::Value as Json;

use super::book::{Book, Sheet};
use super::cell::{Cell, trim};
use super::form::{COMMON, Column, Form};
use super::import::Taken;
use super::names::Names;
use super::rows::{Deed, Row, at_path};
use super::value;
use crate::case::{CaseFile, Sort};
use crate::diag::{Diagnostic, Failure};
use crate::vocab::date;

/// Most characters of one cell, in UTF-16 units.
const CELL_LIMIT: usize = 32_767;
/// Most characters of a list of choices.
const CHOICES_LIMIT: usize = 255;
/// Paper A4.
const A4: u8 = 9;
/// Faces by the names that offices have them.
const SONG: &str = "宋体";
/// Faces by the names that offices have them.
const HEI: &str = "黑体";

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

fn bug(error: &XlsxError) -> Failure {
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

/// Formats of cells.
struct Formats {
    head: Format,
    text: Format,
    guarded: Format,
    centred: Format,
    whole: Format,
    tenths: Format,
    day: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = Format::new()
            .set_font_name(SONG)
            .set_font_size(10)
            .set_border(FormatBorder::Thin)
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter);
        let centred = cell.clone().set_align(FormatAlign::Center);
        Self {
            head: centred.clone().set_font_name(HEI).set_background_color(Color::RGB(0x00D9_E2EC)),
            text: cell.clone().set_num_format("@"),
            // What looks like a formula stays text when the cell is edited, too.
            guarded: cell.clone().set_num_format("@").set_quote_prefix(),
            centred: centred.clone().set_num_format("@"),
            whole: centred.clone().set_num_format("0"),
            tenths: centred.clone().set_num_format("0.######"),
            day: centred.set_num_format("yyyy-mm-dd"),
        }
    }

    fn marked(&self) -> Self {
        let mark = |f: &Format| f.clone().set_background_color(Color::RGB(0x00FF_E699));
        Self {
            head: self.head.clone(),
            text: mark(&self.text),
            guarded: mark(&self.guarded),
            centred: mark(&self.centred),
            whole: mark(&self.whole),
            tenths: mark(&self.tenths),
            day: mark(&self.day),
        }
    }
}

fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: Option<&Cell>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        None => {
            sheet.write_blank(row, column, &formats.text)?;
        }
        Some(Cell::Text(text) | Cell::Fault(text)) => {
            let format = match trim(text).chars().next() {
                Some('=' | '+' | '-' | '@') => &formats.guarded,
                _ if text.chars().count() <= 6 => &formats.centred,
                _ => &formats.text,
            };
            sheet.write_string_with_format(row, column, text.as_str(), format)?;
        }
        Some(Cell::Flag(_)) => {
            let text = cell.map(Cell::shown).unwrap_or_default();
            sheet.write_string_with_format(row, column, text, &formats.centred)?;
        }
        Some(Cell::Number(n)) if n.is_finite() => {
            let format = if n.fract() == 0.0 { &formats.whole } else { &formats.tenths };
            sheet.write_number_with_format(row, column, *n, format)?;
        }
        Some(Cell::Percent(n)) if n.is_finite() => {
            let format = formats.centred.clone().set_num_format("0.##%");
            sheet.write_number_with_format(row, column, *n, &format)?;
        }
        Some(Cell::Number(n) | Cell::Percent(n)) => {
            sheet.write_string_with_format(row, column, n.to_string(), &formats.centred)?;
        }
        Some(Cell::Day(day)) => match ExcelDateTime::parse_from_str(day) {
            Ok(moment) if date::parse(day).is_some() => {
                sheet.write_datetime_with_format(row, column, &moment, &formats.day)?;
            }
            _ => {
                sheet.write_string_with_format(row, column, day.as_str(), &formats.centred)?;
            }
        },
    }
    Ok(())
}

/// Title, paper and print.
fn dress(
    sheet: &mut Worksheet,
    title: &str,
    subtitle: &str,
    columns: u16,
) -> Result<(), XlsxError> {
    let big = Format::new()
        .set_font_name(HEI)
        .set_font_size(16)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter);
    let small = Format::new().set_font_name(SONG).set_font_size(10).set_align(FormatAlign::Right);
    let last = columns.saturating_sub(1);
    if last > 0 {
        sheet.merge_range(0, 0, 0, last, title, &big)?;
        sheet.merge_range(1, 0, 1, last, subtitle, &small)?;
    } else {
        sheet.write_string_with_format(0, 0, title, &big)?;
        sheet.write_string_with_format(1, 0, subtitle, &small)?;
    }
    sheet.set_row_height(0, 28)?;
    sheet.set_row_height(2, 30)?;
    sheet.set_freeze_panes(3, 2)?;
    sheet.set_paper_size(A4).set_landscape();
    sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    sheet.set_repeat_rows(2, 2)?;
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_footer("&C第 &P 页 共 &N 页");
    Ok(())
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
            for (at, cell) in (0..).zip(cells) {
                put(sheet, (row, at), cell.as_ref(), &formats)?;
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
    out.set_name(sheet.name.as_str())?;
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
        out.write_string_with_format(2, at, *head, &formats.head)?;
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
