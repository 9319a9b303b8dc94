//! 工作簿: a workbook read within bounds. Macros, pictures and formulas stay outside; values come in.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::Path;
use std::thread;

use calamine::{DataRef, Dimensions, Reader, SheetType, Xlsx, XlsxError};

use super::cell::{self, Cell};
use crate::container::{Bounds, Unfit, take_in};
use crate::diag::{CellPlace, Diagnostic, Failure};
use crate::vocab::date;

/// What a workbook may hold.
const BOUNDS: Bounds = Bounds { file: 64 << 20, entries: 10_000, unfolded: 128 << 20 };
/// Rows with something in them, of one sheet.
const MAX_ROWS: usize = 50_000;
/// Cells with something in them, of all sheets.
const MAX_CELLS: usize = 3_000_000;
/// Bytes of text in the cells of all sheets.
const MAX_TEXT: usize = 256 << 20;
/// Cells that merged ones fill.
const MAX_FILLED: usize = 4_000_000;
/// Name of the thread in which a foreign workbook is read.
pub const THREAD: &str = "workbook";

/// 工作簿.
#[derive(Debug)]
pub struct Book {
    /// Its name, as the user typed it.
    pub name: String,
    /// Its sheets, in order.
    pub sheets: Vec<Sheet>,
    /// What was noticed.
    pub notes: Vec<Diagnostic>,
}

/// 工作表.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Rows with something in them, and their cells; both from nought.
    pub rows: BTreeMap<u32, BTreeMap<u32, Cell>>,
    /// Merged ranges.
    pub merged: Vec<Merged>,
    /// Cells whose value a formula gave.
    pub formulas: BTreeSet<(u32, u32)>,
    /// Why it could not be read whole, if so.
    pub refused: Option<String>,
    /// Whether days are counted from 1904.
    pub from_1904: bool,
}

/// A merged range: rows and columns, first and last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Rows.
    pub rows: (u32, u32),
    /// Columns.
    pub columns: (u32, u32),
}

/// A place in the workbook `file`.
#[must_use]
pub fn place(file: &str, cell: impl Into<String>) -> CellPlace {
    CellPlace { file: file.to_owned(), cell: cell.into() }
}

impl Sheet {
    /// The place of a cell: `问题台账!F14`.
    #[must_use]
    pub fn cell(&self, row: u32, column: u32) -> String {
        format!("{}!{}", self.name, cell::name(row, column))
    }

    /// What stands at a place, or in the merged range that covers it.
    #[must_use]
    pub fn covering(&self, row: u32, column: u32) -> Option<&Cell> {
        let at = |row, column| self.rows.get(&row).and_then(|cells| cells.get(&column));
        at(row, column).or_else(|| {
            let covers = |m: &&Merged| {
                (m.rows.0..=m.rows.1).contains(&row)
                    && (m.columns.0..=m.columns.1).contains(&column)
            };
            let merged = self.merged.iter().find(covers)?;
            at(merged.rows.0, merged.columns.0)
        })
    }

    /// The value of a merged range counts for every row it covers that has something of its own.
    fn spread(&mut self) {
        let mut filled = 0;
        for merged in &self.merged {
            let (first, column) = (merged.rows.0, merged.columns.0);
            let anchor = self.rows.get(&first).and_then(|cells| cells.get(&column)).cloned();
            let Some(anchor) = anchor.filter(|_| merged.rows.1 > first) else { continue };
            let derived = self.formulas.contains(&(first, column));
            for (row, cells) in self.rows.range_mut(first + 1..=merged.rows.1) {
                filled += 1;
                if filled > MAX_FILLED {
                    self.refused = Some("合并单元格太多".to_owned());
                    return;
                }
                cells.entry(column).or_insert_with(|| anchor.clone());
                if derived {
                    self.formulas.insert((*row, column));
                }
            }
        }
    }
}

impl Book {
    /// Reads the workbook at `path`.
    ///
    /// # Errors
    /// [`Failure::World`] if the file cannot be read, [`Failure::Rejected`] with T-01 if it is no workbook that
    /// may come in.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let refuse = |message: &str, hint: &str| {
            let finding = Diagnostic::error("T-01", message).in_cell(place(&name, ""));
            Failure::Rejected(vec![finding.hint(hint)])
        };
        let foreign = match take_in(path, BOUNDS, is_read)? {
            Ok(foreign) => foreign,
            Err(unfit) => {
                let (message, hint) = unfit_words(&unfit);
                return Err(refuse(&message, hint));
            }
        };
        let has_macros =
            foreign.left.iter().any(|n| n.to_ascii_lowercase().ends_with("vbaproject.bin"));
        let zip = foreign.zip;
        // What a foreign file does to its reader is told as a finding against the file.
        let read = thread::Builder::new().name(THREAD.to_owned()).spawn(move || read(zip));
        let joined = read.map_err(|e| Failure::Bug(format!("thread: {e}")))?.join();
        let sheets = match joined {
            Ok(Ok(sheets)) => sheets,
            Ok(Err(XlsxError::Password)) => {
                return Err(refuse(
                    "工作簿有密码，读不了",
                    "在 Excel 里去掉密码，另存一份再导入。",
                ));
            }
            Ok(Err(error)) => {
                return Err(refuse(
                    &format!("工作簿的内容读不了：{error}"),
                    "在 Excel 里打开，另存为“Excel 工作簿（.xlsx）”再导入。",
                ));
            }
            Err(_) => {
                return Err(refuse(
                    "工作簿的内容不合规矩，读不了",
                    "在 Excel 里打开，另存为“Excel 工作簿（.xlsx）”再导入。",
                ));
            }
        };
        let mut notes = Vec::new();
        if has_macros {
            notes.push(
                Diagnostic::note("T-08", "工作簿里有宏；只读了单元格的值，宏没有读取，也不会保存")
                    .in_cell(place(&name, "")),
            );
        }
        Ok(Self { name, sheets, notes })
    }

    /// The sheet called `name`.
    #[must_use]
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|s| s.name == name.trim())
    }
}

/// Parts of a workbook that are read: its XML. No macros, pictures or embedded files.
fn is_read(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let ends = |end: &str| lower.ends_with(end);
    (ends(".xml") || ends(".rels")) && !lower.starts_with("customxml/")
}

fn unfit_words(unfit: &Unfit) -> (String, &'static str) {
    const SAVE: &str = "在 Excel 里打开，另存为“Excel 工作簿（.xlsx）”再导入。";
    match unfit {
        Unfit::Large => (
            format!("工作簿超过 {} MiB，不予读取", BOUNDS.file >> 20),
            "去掉里面的照片，或者分成几个工作簿。",
        ),
        Unfit::Many(n) => (format!("工作簿里有 {n} 个部件，不予读取"), SAVE),
        Unfit::Unfolds => (
            format!("工作簿展开后超过 {} MiB，不予读取", BOUNDS.unfolded >> 20),
            "表格末尾如有成片的空行、空列，删去后另存；确实很大的分成几个工作簿。",
        ),
        Unfit::Damaged(part) => (format!("工作簿已损坏：{part} 读不出来"), SAVE),
        Unfit::NotZip(bytes) => no_zip(bytes),
    }
}

/// What a file is that is no ZIP.
fn no_zip(bytes: &[u8]) -> (String, &'static str) {
    const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    let marker: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.starts_with(COMPOUND) {
        if bytes.windows(marker.len()).any(|w| w == marker) {
            return ("工作簿有密码，读不了".to_owned(), "在 Excel 里去掉密码，另存一份再导入。");
        }
        return (
            "这是旧版的 .xls 文件".to_owned(),
            "在 Excel 或 WPS 里打开，另存为“Excel 工作簿（.xlsx）”再导入。",
        );
    }
    if bytes.is_empty() {
        return ("这个文件是空的".to_owned(), "检查文件是否下载、复制完整。");
    }
    (
        "这不是 Excel 工作簿（.xlsx）".to_owned(),
        "CSV、网页等表格在 Excel 或 WPS 里打开，另存为“Excel 工作簿（.xlsx）”再导入。",
    )
}

fn read(zip: Vec<u8>) -> Result<Vec<Sheet>, XlsxError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(zip))?;
    let listed = book.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    let mut used = Used::default();
    for meta in listed.iter().filter(|meta| meta.typ == SheetType::WorkSheet) {
        let mut sheet = cells(&mut book, &meta.name, &mut used)?;
        let merged = book.merge_cells_by_sheet_name(&meta.name)?;
        sheet.merged = merged.iter().map(merged_range).collect();
        sheet.from_1904 = book.has_1904_epoch();
        sheet.spread();
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn merged_range(d: &Dimensions) -> Merged {
    Merged { rows: (d.start.0, d.end.0), columns: (d.start.1, d.end.1) }
}

type Source = Xlsx<Cursor<Vec<u8>>>;

/// What the sheets read so far hold.
#[derive(Default)]
struct Used {
    cells: usize,
    text: usize,
}

fn cells(book: &mut Source, name: &str, used: &mut Used) -> Result<Sheet, XlsxError> {
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    let mut reader = book.worksheet_cells_reader(name)?;
    let is_percent = |format: &str| format.contains('%');
    let percents: Vec<bool> = reader
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().is_some_and(|f| is_percent(&f.format_code)))
        .collect();
    while let Some(record) = reader.next_cell_with_formula_metadata()? {
        let Some(value) = value(record.value) else { continue };
        if value.is_blank() {
            continue;
        }
        if let Cell::Text(words) = &value {
            used.text += words.len();
        }
        used.cells += 1;
        let (row, column) = record.pos;
        if record.formula.is_some() {
            sheet.formulas.insert(record.pos);
        }
        sheet.rows.entry(row).or_default().insert(column, value);
        if sheet.rows.len() > MAX_ROWS {
            sheet.refused = Some(format!("有字的行超过 {MAX_ROWS} 行"));
            return Ok(sheet);
        }
        if used.cells > MAX_CELLS {
            sheet.refused = Some(format!("有字的单元格太多（工作簿最多 {MAX_CELLS} 格）"));
            return Ok(sheet);
        }
        if used.text > MAX_TEXT {
            sheet.refused = Some(format!("文字超过 {} MiB", MAX_TEXT >> 20));
            return Ok(sheet);
        }
    }
    drop(reader);
    if percents.contains(&true) {
        let mut reader = book.worksheet_cells_reader(name)?;
        while let Some((cell, style)) = reader.next_cell_with_style_id()? {
            if percents.get(style) == Some(&true) {
                let (row, column) = cell.get_position();
                if let Some(there) = sheet.rows.get_mut(&row).and_then(|r| r.get_mut(&column))
                    && let Cell::Number(n) = there
                {
                    *there = Cell::Percent(*n);
                }
            }
        }
    }
    Ok(sheet)
}

#[expect(clippy::cast_precision_loss, reason = "Excel itself has no other numbers")]
fn value(data: DataRef<'_>) -> Option<Cell> {
    Some(match data {
        DataRef::Empty => return None,
        DataRef::Int(n) => Cell::Number(n as f64),
        DataRef::Float(n) => Cell::Number(n),
        DataRef::String(text) => Cell::Text(cell::unescape(&text)),
        DataRef::SharedString(text) => Cell::Text(cell::unescape(text)),
        DataRef::Bool(flag) => Cell::Flag(flag),
        DataRef::Error(error) => Cell::Fault(error.to_string()),
        DataRef::DurationIso(text) => Cell::Text(text),
        DataRef::DateTimeIso(text) => {
            let day = text.get(..10).filter(|d| date::parse(d).is_some()).map(str::to_owned);
            day.map_or(Cell::Text(text), Cell::Day)
        }
        DataRef::DateTime(moment) if moment.is_datetime() && moment.as_f64() >= 1.0 => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            Cell::Day(format!("{year:04}-{month:02}-{day:02}"))
        }
        // A time of day or a span of hours.
        DataRef::DateTime(moment) => Cell::Number(moment.as_f64()),
    })
}
