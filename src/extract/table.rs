//! 表: rows of a list that people keep (CSV in any encoding, or a workbook's first sheet), for the descriptions of
//! old files.

use super::out::Out;
use super::workbook;
use super::{Limits, plain};

/// A table: its rows of cells, as far as there is anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Rows, each with its number in the file (from 1).
    pub rows: Vec<(usize, Vec<String>)>,
}

/// Reads `bytes` as a workbook if they are one, else as CSV (comma, or tab).
///
/// # Errors
/// Why it cannot be read, in words.
pub fn table(bytes: &[u8]) -> Result<Table, String> {
    let workbook = bytes.starts_with(b"PK") || bytes.starts_with(b"\xd0\xcf\x11\xe0");
    let rows = if workbook {
        let mut out = Out::new(&Limits::default(), 0);
        let sheets = workbook::grids(bytes, &mut out).map_err(|r| r.words())?;
        sheets.into_iter().map(|(_, rows)| rows).find(|rows| !rows.is_empty()).unwrap_or_default()
    } else {
        let decoded = plain::decode(bytes);
        if decoded.lost > 0 {
            return Err(format!("有 {} 处字符读不出", decoded.lost));
        }
        csv(&decoded.text)
    };
    let numbered = rows.into_iter().enumerate().map(|(i, row)| (i + 1, row));
    Ok(Table { rows: numbered.filter(|(_, r)| r.iter().any(|c| !c.trim().is_empty())).collect() })
}

/// CSV (RFC 4180); where the first line has tabs and no comma, tabs part the cells.
fn csv(text: &str) -> Vec<Vec<String>> {
    let first = text.lines().next().unwrap_or_default();
    let comma = if first.contains('\t') && !first.contains(',') { '\t' } else { ',' };
    let mut rows = vec![Vec::new()];
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    let end_cell = |rows: &mut Vec<Vec<String>>, cell: &mut String| {
        let value = std::mem::take(cell).trim().to_owned();
        if let Some(row) = rows.last_mut() {
            row.push(value);
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            c if quoted => cell.push(c),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                end_cell(&mut rows, &mut cell);
                rows.push(Vec::new());
            }
            c if c == comma => end_cell(&mut rows, &mut cell),
            c => cell.push(c),
        }
    }
    end_cell(&mut rows, &mut cell);
    rows
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn quotes_line_ends_and_encodings() {
        let text = "文件,题名\r\na.txt,\"关于“甲,乙”的\"\"函\"\"\"\r\n\r\nb.txt,丙\n";
        let wanted = vec![
            (1, vec!["文件".to_owned(), "题名".into()]),
            (2, vec!["a.txt".into(), "关于“甲,乙”的\"函\"".into()]),
            (4, vec!["b.txt".into(), "丙".into()]),
        ];
        assert_eq!(table(text.as_bytes()).unwrap().rows, wanted);
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        assert_eq!(table(&gb).unwrap().rows, wanted);
    }
}
