//! 工作簿: the values of every cell, a row a line; formulas and macros stay outside.

use std::io::Cursor;

use calamine::{Data, Ods, Reader, Sheets, Xls, Xlsx};

use super::out::Out;
use super::{Reading, listing};
use crate::container::{Bounds, take_in_bytes};

/// Cells of one sheet that are looked at.
const MAX_CELLS: usize = 5_000_000;

/// A sheet: its name and its rows.
pub(super) type Grid = (String, Vec<Vec<String>>);

pub(super) fn read(bytes: &[u8], _: &str, out: &mut Out) -> Reading {
    let sheets = match grids(bytes, out) {
        Ok(sheets) => sheets,
        Err(reading) => return reading,
    };
    for (name, rows) in sheets {
        let mut text = String::new();
        for row in rows {
            if row.iter().any(|c| !c.is_empty()) {
                let cells: Vec<String> = row.iter().map(|c| c.replace(['\n', '\r'], " ")).collect();
                text.push_str(cells.join("\t").trim_end());
                text.push('\n');
            }
        }
        if !out.part(format!("工作表“{name}”"), &text) {
            break;
        }
    }
    out.text_or("工作簿是空的")
}

/// The sheets of a workbook, their values as text.
pub(super) fn grids(bytes: &[u8], out: &mut Out) -> Result<Vec<Grid>, Reading> {
    let broken = || Reading::Damaged("工作簿读不出来".into());
    let mut book = if bytes.starts_with(b"PK") {
        let bounds = Bounds {
            file: out.limits.file,
            entries: out.limits.members,
            unfolded: out.limits.unfolded,
        };
        let inner = take_in_bytes(bytes, bounds, |name| {
            name.ends_with(".xml") || name.ends_with(".rels") || name == "mimetype"
        })
        .map_err(|unfit| listing::refused(&unfit))?;
        let cursor = Cursor::new(inner.zip);
        match Xlsx::new(cursor.clone()) {
            Ok(book) => Sheets::Xlsx(book),
            Err(_) => Sheets::Ods(Ods::new(cursor).map_err(|_| broken())?),
        }
    } else {
        // Chains of sectors that run in a circle have no end for whoever follows them unwarned.
        cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| broken())?;
        Sheets::Xls(Xls::new(Cursor::new(bytes.to_vec())).map_err(|e| {
            if matches!(e, calamine::XlsError::Password) { Reading::Encrypted } else { broken() }
        })?)
    };
    let mut all = Vec::new();
    for name in book.sheet_names() {
        if all.len() >= out.limits.members {
            break;
        }
        let Ok(range) = book.worksheet_range(&name) else {
            out.note(format!("工作表“{name}”读不出"));
            continue;
        };
        let (height, width) = range.get_size();
        if height.saturating_mul(width) > MAX_CELLS {
            out.note(format!("工作表“{name}”过大，没有读"));
            continue;
        }
        let rows = range.rows().map(|row| row.iter().map(value).collect()).collect();
        all.push((name, rows));
    }
    Ok(all)
}

/// A value as it reads; days as days.
fn value(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => s.trim().to_owned(),
        Data::Float(f) => f.to_string(),
        Data::Int(i) => i.to_string(),
        Data::Bool(b) => if *b { "是" } else { "否" }.to_owned(),
        Data::DateTime(d) => {
            let (y, m, day, h, min, ..) = d.to_ymd_hms_milli();
            if h == 0 && min == 0 {
                format!("{y:04}-{m:02}-{day:02}")
            } else {
                format!("{y:04}-{m:02}-{day:02} {h:02}:{min:02}")
            }
        }
        _ => data.to_string(),
    }
}
