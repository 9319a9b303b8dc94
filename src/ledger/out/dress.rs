//! How sheets look: faces, formats of cells, title, paper and print.

use rust_xlsxwriter::{
    Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError,
};

use crate::case::Sort;
use crate::ledger::cell::{Cell, trim};
use crate::vocab::date;

/// Most characters that are written into a cell; longer texts do not get here when a ledger is written.
const HELD: usize = 32_767;
/// Paper A4.
const A4: u8 = 9;

/// Faces by the names that offices have them.
const SONG: &str = "宋体";

/// Faces by the names that offices have them.
const HEI: &str = "黑体";

/// Formats of cells.
pub struct Formats {
    /// Heads.
    pub head: Format,
    text: Format,
    guarded: Format,
    centred: Format,
    whole: Format,
    tenths: Format,
    day: Format,
}

impl Formats {
    /// Those of a ledger.
    pub fn new() -> Self {
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

    /// That of an empty cell in which such a value may be written.
    #[must_use]
    pub fn empty(&self, sort: &Sort) -> &Format {
        match sort {
            Sort::Day => &self.day,
            Sort::Integer(..) => &self.whole,
            Sort::Number(..) => &self.tenths,
            _ => &self.text,
        }
    }

    /// The same, coloured.
    #[must_use]
    pub fn marked(&self) -> Self {
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

/// Writes a cell; a text is never a formula.
pub fn put(
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
            let held: String = text.chars().take(HELD).collect();
            sheet.write_string_with_format(row, column, held, format)?;
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
pub fn dress(
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
