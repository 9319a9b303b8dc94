//! 一张表: rows that are no facts of a case (登记簿) as a workbook that looks like the ledgers.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use super::cell::Cell;
use super::out::{Formats, bug, dress, put};
use crate::diag::Failure;

/// A table to be written.
#[derive(Debug)]
pub struct Plain<'a> {
    /// Name of the sheet.
    pub name: &'a str,
    /// 表题.
    pub title: &'a str,
    /// What stands below it, right.
    pub subtitle: &'a str,
    /// Heads with the widths of their columns, in characters.
    pub heads: &'a [(&'a str, f64)],
    /// Rows.
    pub rows: &'a [Vec<Option<Cell>>],
    /// The day of the data, ISO 8601: the workbook's own date.
    pub day: &'a str,
}

impl Plain<'_> {
    /// The workbook. The same table gives the same bytes.
    ///
    /// # Errors
    /// [`Failure::Bug`] if it cannot be made.
    pub fn workbook(&self) -> Result<Vec<u8>, Failure> {
        let day = ExcelDateTime::parse_from_str(self.day)
            .or_else(|_| ExcelDateTime::parse_from_str("2000-01-01"));
        let day = day.map_err(|e| bug(&e))?;
        let mut book = Workbook::new();
        book.set_properties(&DocProperties::new().set_creation_datetime(&day));
        let formats = Formats::new();
        let sheet = book.add_worksheet();
        let mut write = || {
            sheet.set_name(self.name)?;
            let columns = u16::try_from(self.heads.len()).unwrap_or(u16::MAX);
            dress(sheet, self.title, self.subtitle, columns)?;
            for (at, (head, width)) in (0..).zip(self.heads) {
                sheet.write_string_with_format(2, at, *head, &formats.head)?;
                sheet.set_column_width(at, *width)?;
            }
            let last = 2 + u32::try_from(self.rows.len()).unwrap_or_default();
            sheet.autofilter(2, 0, last, columns.saturating_sub(1))?;
            for (row, cells) in (3..).zip(self.rows) {
                for (at, cell) in (0..).zip(cells) {
                    put(sheet, (row, at), cell.as_ref(), &formats)?;
                }
            }
            Ok(())
        };
        write().map_err(|e| bug(&e))?;
        book.save_to_buffer().map_err(|e| bug(&e))
    }
}
