//! 检索清单: what was found, as a workbook.

use std::path::Path;

use super::search::{SearchOptions, search};
use crate::catalog::{Hit, Hits};
use crate::container::write_atomically;
use crate::diag::Failure;
use crate::ledger::{Cell, Plain};

/// 表题.
const TITLE: &str = "检索结果清单";
const HEADS: &[(&str, f64)] = &[
    ("序号", 6.0),
    ("档号", 28.0),
    ("文号", 22.0),
    ("题名", 48.0),
    ("责任者", 24.0),
    ("日期", 12.0),
    ("文种", 10.0),
    ("密级", 8.0),
    ("案件", 30.0),
    ("所在", 22.0),
    ("摘录", 60.0),
    ("接收号", 18.0),
];
/// Rows of a list, at most: more than anybody goes through, and than a workbook opens well with.
const MOST: usize = 100_000;

/// Writes everything that is found, whatever the limit, to `out`; gives how many rows that is.
///
/// # Errors
/// As [`search`]; [`Failure::Usage`] for a name that does not end in `.xlsx`, [`Failure::World`] for I/O.
pub fn list(
    archive: &Path,
    text: &str,
    options: &SearchOptions,
    day: &str,
    out: &Path,
) -> Result<usize, Failure> {
    if out.extension().is_none_or(|e| !e.eq_ignore_ascii_case("xlsx")) {
        return Err(Failure::Usage(format!("{} 要以 .xlsx 结尾", out.display())));
    }
    let (bytes, rows) = everything(archive, text, options, day)?;
    write_atomically(out, |file| std::io::Write::write_all(file, &bytes))?;
    Ok(rows)
}

/// Everything that is found, whatever the limit, as a workbook; and how many rows that is.
///
/// # Errors
/// As [`search`].
pub fn everything(
    archive: &Path,
    text: &str,
    options: &SearchOptions,
    day: &str,
) -> Result<(Vec<u8>, usize), Failure> {
    let all = SearchOptions { limit: MOST, offset: 0, near: 0, facets: false, ..options.clone() };
    let hits = search(archive, text, &all)?;
    Ok((workbook(&hits, text, day)?, hits.hits.len()))
}

/// The workbook.
pub(super) fn workbook(hits: &Hits, text: &str, day: &str) -> Result<Vec<u8>, Failure> {
    let rows: Vec<_> = hits.hits.iter().map(row).collect();
    let asked = if text.is_empty() { String::new() } else { format!("检索式：{text}　") };
    let subtitle = format!("{asked}{day}　共 {} 件，列出 {} 件", hits.total, rows.len());
    let (name, heads) = (TITLE, HEADS);
    Plain { name, title: TITLE, subtitle: &subtitle, heads, rows: &rows, day }.workbook()
}

fn row(hit: &Hit) -> Vec<Option<Cell>> {
    let text = |t: &str| (!t.is_empty()).then(|| Cell::Text(t.to_owned()));
    let mut place = hit.field.to_owned();
    for more in [hit.file.clone(), hit.place.clone(), hit.paragraph.map(|n| format!("第{n}段"))] {
        place.extend(more.map(|m| format!("　{m}")));
    }
    vec![
        u32::try_from(hit.rank).ok().map(|n| Cell::Number(n.into())),
        text(&hit.archival_code),
        text(hit.document_number.as_deref().unwrap_or_default()),
        text(&hit.title),
        text(&hit.responsible),
        Some(Cell::Day(hit.date.clone())),
        text(&hit.genre),
        text(hit.secrecy),
        text(&hit.case_title),
        text(&place),
        text(&hit.snippet),
        text(&hit.accession),
    ]
}
