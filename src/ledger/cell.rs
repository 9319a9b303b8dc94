//! 单元格: what stands in one cell, and how cells are named.

use crate::case::half_width;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// 文字, as typed.
    Text(String),
    /// 数.
    Number(f64),
    /// A number shown as a percentage: 0.45 for 45 %.
    Percent(f64),
    /// 是否.
    Flag(bool),
    /// 日期 as ISO 8601; not every day that Excel shows is one.
    Day(String),
    /// An error of Excel's: `#REF!`.
    Fault(String),
}

impl Cell {
    /// What a person sees in the cell, more or less.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Day(text) | Self::Fault(text) => text.clone(),
            Self::Number(n) => number(*n),
            Self::Percent(n) => format!("{}%", number(n * 100.0)),
            Self::Flag(true) => "是".to_owned(),
            Self::Flag(false) => "否".to_owned(),
        }
    }

    /// Whether nothing can be seen in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if trim(text).is_empty())
    }
}

/// A number without needless noughts; sums of tenths are rounded as Excel shows them.
#[must_use]
pub fn number(n: f64) -> String {
    let rounded = (n * 1e9).round() / 1e9;
    if rounded.is_finite() && rounded.abs() < 1e6 { format!("{rounded}") } else { format!("{n}") }
}

/// `F` for 5.
#[must_use]
pub fn letters(mut column: u32) -> String {
    let mut out = Vec::new();
    loop {
        out.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or_default()));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    out.iter().rev().collect()
}

/// `F14` for row 13 and column 5, both from nought.
#[must_use]
pub fn name(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), row + 1)
}

/// `text` without what is not seen at its ends.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\0'..='\u{1f}')
}

/// `text` for comparing: half-width, no spaces or line ends, small letters.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !is_unseen(*c) && *c != '*' && *c != '※' && *c != ':')
        .flat_map(char::to_lowercase)
        .collect()
}

/// `text` without a closing remark in brackets: 罚款（万元） is 罚款.
#[must_use]
pub fn without_remark(text: &str) -> &str {
    let text = trim(text);
    match text.find(['（', '(', '【', '[']) {
        Some(at) if at > 0 && text.ends_with(['）', ')', '】', ']']) => {
            trim(text.get(..at).unwrap_or(text))
        }
        _ => text,
    }
}

/// `text` with Excel's escapes (`_x000D_`) as the characters they mean, and `\n` for every line end.
#[must_use]
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut high: Option<u16> = None;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            high = None;
        }
        out.push_str(before);
        let unit = from.get(2..6).filter(|_| from.as_bytes().get(6) == Some(&b'_'));
        match unit.and_then(|hex| u16::from_str_radix(hex, 16).ok()) {
            Some(unit) => {
                let units: Vec<u16> = high.take().into_iter().chain([unit]).collect();
                match char::decode_utf16(units.iter().copied()).last() {
                    Some(Ok(c)) => out.push(c),
                    _ if (0xd800..0xdc00).contains(&unit) => high = Some(unit),
                    _ => out.push(char::REPLACEMENT_CHARACTER),
                }
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                high = None;
                out.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    if out.contains('\r') { out.replace("\r\n", "\n").replace('\r', "\n") } else { out }
}

#[cfg(test)]
mod tests {
    use super::{letters, name, number, plain, unescape, without_remark};

    #[test]
    fn names_of_cells() {
        assert_eq!((letters(0), letters(25), letters(26)), ("A".into(), "Z".into(), "AA".into()));
        assert_eq!((letters(701), letters(702)), ("ZZ".into(), "AAA".into()));
        assert_eq!(name(13, 5), "F14");
        assert_eq!(name(1_048_575, 16_383), "XFD1048576");
    }

    #[test]
    fn words_compared() {
        assert_eq!(plain(" 责任\n单位　＊"), "责任单位");
        assert_eq!(plain("ＩＤ："), "id");
        assert_eq!(without_remark("罚款（万元）"), "罚款");
        assert_eq!(without_remark("（一）"), "（一）");
        assert_eq!(number(0.1 + 0.2), "0.3");
        assert_eq!(number(45_717.0), "45717");
    }

    #[test]
    fn escapes_of_excel() {
        assert_eq!(unescape("a_x000D__x000A_b"), "a\nb");
        assert_eq!(unescape("_x005F_x0041_"), "_x0041_");
        assert_eq!(unescape("_xD83D__xDE00_"), "😀");
        assert_eq!(unescape("_x12_ _x"), "_x12_ _x");
        assert_eq!(unescape("甲\r\n乙"), "甲\n乙");
    }
}
