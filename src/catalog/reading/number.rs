//! 文号的读法: `渝环督办2025 16`, `渝环督办2025年第16号` mean 渝环督办〔2025〕16号.

use crate::catalog::fold::fold;

/// A 文号 as typed, folded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// 机关代字.
    pub prefix: String,
    /// 年份.
    pub year: String,
    /// Whether the year stands in brackets.
    pub bracketed: bool,
    /// Whether 第 stands before the sequence number.
    pub ordinal: bool,
    /// 顺序号.
    pub seq: Option<String>,
    /// Whether 号 stands at the end.
    pub closed: bool,
}

impl Number {
    /// The part up to the sequence number in regular form, folded.
    pub(crate) fn head(&self) -> String {
        fold(&format!("{}〔{}〕", self.prefix, self.year))
    }

    /// Whether it was typed as 文号 are written, so that it is found as it stands.
    pub(crate) fn is_regular(&self) -> bool {
        self.bracketed && !self.ordinal
    }
}

/// 号, folded.
pub(crate) fn hao() -> String {
    fold("号")
}

/// Reads a folded word as a 文号 or the beginning of one.
pub(crate) fn read(folded: &str) -> Option<Number> {
    let at = folded.find(|c: char| c.is_ascii_digit())?;
    let (prefix, rest) = folded.split_at_checked(at)?;
    let (prefix, opened) = prefix.strip_suffix('(').map_or((prefix, false), |p| (p, true));
    if prefix.chars().count() < 2 || !prefix.chars().all(char::is_alphabetic) {
        return None;
    }
    let (year, rest) = rest.split_at_checked(4)?;
    let sound = year.bytes().all(|b| b.is_ascii_digit())
        && (year.starts_with("19") || year.starts_with("20"))
        && !rest.starts_with(|c: char| c.is_ascii_digit());
    if !sound {
        return None;
    }
    let (rest, bracketed) = match rest.strip_prefix(')') {
        Some(rest) if opened => (rest, true),
        _ if opened => return None,
        _ => (rest, false),
    };
    let head = Number {
        prefix: prefix.to_owned(),
        year: year.to_owned(),
        bracketed,
        ordinal: false,
        seq: None,
        closed: false,
    };
    if rest.is_empty() {
        return Some(head);
    }
    let rest =
        if bracketed { rest } else { rest.strip_prefix(&['年', '-', '/'][..]).unwrap_or(rest) };
    let ordinal = rest.starts_with('第');
    let (seq, closed) = sequence(rest)?;
    Some(Number { ordinal, seq: Some(seq), closed, ..head })
}

/// Reads a folded word as a sequence number: `16`, `16号`, `第16号`; true if 号 stands there.
pub(crate) fn sequence(folded: &str) -> Option<(String, bool)> {
    let rest = folded.strip_prefix('第').unwrap_or(folded);
    let (digits, closed) = rest.strip_suffix(&hao()).map_or((rest, false), |d| (d, true));
    let sound = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let digits = digits.trim_start_matches('0');
    (sound && !digits.is_empty()).then(|| (digits.to_owned(), closed))
}
