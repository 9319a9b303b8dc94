//! 日期: days as data (ISO 8601) and as official documents write them (GB/T 9704-2012 7.3.5.4).

use chrono::{Datelike, NaiveDate};

/// Reads `2025-03-04`; nothing else is a date.
#[must_use]
pub fn parse(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| match i {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        });
    if shape { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

/// `2025年3月4日`: Arabic figures, full year, no leading zeros.
#[must_use]
pub fn chinese(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// From one day to another, saying year and month once: `2025年3月10日至24日`.
#[must_use]
pub fn span(from: NaiveDate, to: NaiveDate) -> String {
    let head = chinese(from);
    if from == to {
        head
    } else if from.year() != to.year() {
        format!("{head}至{}", chinese(to))
    } else if from.month() != to.month() {
        format!("{head}至{}月{}日", to.month(), to.day())
    } else {
        format!("{head}至{}日", to.day())
    }
}

/// `20250304`, the eight figures of a filing list (DA/T 22-2015).
#[must_use]
pub fn eight_figures(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::{chinese, eight_figures, parse, span};

    #[test]
    fn forms() {
        let a = parse("2025-03-04").unwrap();
        assert_eq!(chinese(a), "2025年3月4日");
        assert_eq!(eight_figures(a), "20250304");
        assert_eq!(span(a, parse("2025-03-24").unwrap()), "2025年3月4日至24日");
        assert_eq!(span(a, parse("2025-04-02").unwrap()), "2025年3月4日至4月2日");
        assert_eq!(span(a, parse("2026-01-02").unwrap()), "2025年3月4日至2026年1月2日");
        assert_eq!(span(a, a), "2025年3月4日");
    }

    #[test]
    fn only_real_iso_days() {
        for bad in ["2025-02-30", "2025-3-4", "20250304", "2025/03/04", "+025-03-04", "2025-03-04 "]
        {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
