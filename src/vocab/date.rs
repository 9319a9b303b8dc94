//! 日期: days as data (ISO 8601) and as official documents write them (GB/T 9704-2012 7.3.5.4).

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// Hours from UTC to the time of the office (北京时间).
const OFFICE_HOURS: i64 = 8;

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

fn at_the_office(moment: DateTime<Utc>) -> NaiveDateTime {
    (moment + TimeDelta::hours(OFFICE_HOURS)).naive_utc()
}

/// The office's day at `moment`: in the evening of UTC it is the next one.
#[must_use]
pub fn office_day(moment: DateTime<Utc>) -> NaiveDate {
    at_the_office(moment).date()
}

/// A moment as it is entered (RFC 3339), as the office's clock shows it: `2026-11-28 01:45`. What is no moment stays as it is.
#[must_use]
pub fn office_time(entered: &str) -> String {
    DateTime::parse_from_rfc3339(entered).map_or_else(
        |_| entered.to_owned(),
        |moment| at_the_office(moment.to_utc()).format("%Y-%m-%d %H:%M").to_string(),
    )
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

/// 季度 of a day as data writes it (`2025Q3`), and its last day.
#[must_use]
pub fn quarter(day: NaiveDate) -> Option<(String, NaiveDate)> {
    let number = day.month0() / 3 + 1;
    let first = NaiveDate::from_ymd_opt(day.year(), number * 3, 1)?;
    let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
    Some((format!("{}Q{number}", day.year()), last))
}

/// `2025Q3` as people write it: `2025年第3季度`.
#[must_use]
pub fn quarter_words(period: &str) -> String {
    match period.split_once('Q') {
        Some((year, number)) => format!("{year}年第{number}季度"),
        None => period.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{chinese, eight_figures, parse, quarter, quarter_words, span};

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
    fn quarters_end_with_their_last_month() {
        for (day, name, last) in [
            ("2025-01-01", "2025Q1", "2025-03-31"),
            ("2025-06-30", "2025Q2", "2025-06-30"),
            ("2025-07-01", "2025Q3", "2025-09-30"),
            ("2025-12-31", "2025Q4", "2025-12-31"),
        ] {
            let wanted = (name.to_owned(), parse(last).unwrap());
            assert_eq!(quarter(parse(day).unwrap()), Some(wanted), "{day}");
        }
        assert_eq!(quarter_words("2025Q3"), "2025年第3季度");
    }

    #[test]
    fn only_real_iso_days() {
        for bad in ["2025-02-30", "2025-3-4", "20250304", "2025/03/04", "+025-03-04", "2025-03-04 "]
        {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
