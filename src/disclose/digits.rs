//! 号码: runs of figures, however they are spaced, and what they are.

use std::ops::Range;

use super::fold::{Folded, separates, spoken};

/// A number of some sort.
#[derive(Debug, PartialEq)]
pub(super) struct Number {
    /// Bytes of the folded text.
    pub(super) range: Range<usize>,
    /// Id of its sort; none for one that a person must judge.
    pub(super) sort: Option<&'static str>,
    /// Its figures (and the final X of an identity number).
    pub(super) figures: String,
}

/// Figures without a separator between them.
#[derive(Debug)]
struct Group {
    range: Range<usize>,
    figures: String,
    /// What stands between it and the next.
    gap: String,
}

/// The longest stretch between two groups of one number.
const GAP: usize = 3;
/// The most groups of one number: every figure by itself.
const GROUPS: usize = 19;
/// Runs of spoken figures shorter than this are words.
const SPOKEN: usize = 7;

/// All numbers of a text that are personal data, or may be.
pub(super) fn numbers(folded: &Folded) -> Vec<Number> {
    let mut out = Vec::new();
    for run in runs(&folded.text) {
        let mut from = 0;
        while from < run.len() {
            let most = run.len().min(from + GROUPS);
            let found = (from + 1..=most).rev().find_map(|to| {
                let number = number(&folded.text, run.get(from..to)?)?;
                Some((number, to))
            });
            match found {
                Some((number, to)) => {
                    out.push(number);
                    from = to;
                }
                None => from += 1,
            }
        }
    }
    out
}

/// Groups that only separators part.
fn runs(text: &str) -> Vec<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut i = 0;
    while let Some((at, c)) = chars.get(i).copied() {
        let take = |start: usize, figure: &dyn Fn(char) -> Option<char>| {
            let rest = chars.get(start..).unwrap_or_default();
            rest.iter().map_while(|(_, c)| figure(*c)).collect::<String>()
        };
        let plain = |c: char| c.is_ascii_digit().then_some(c);
        let mut figures = take(i, &plain);
        if figures.is_empty() && spoken(c).is_some() {
            figures = take(i, &|c| spoken(c).or_else(|| plain(c)));
            if figures.len() < SPOKEN {
                i += figures.len();
                continue;
            }
        }
        if figures.is_empty() {
            i += 1;
            continue;
        }
        i += figures.len();
        let end = chars.get(i).map_or(text.len(), |(at, _)| *at);
        groups.push(Group { range: at..end, figures, gap: String::new() });
    }
    let mut out: Vec<Vec<Group>> = Vec::new();
    let mut open: Vec<Group> = Vec::new();
    for group in groups {
        if let Some(last) = open.last_mut() {
            let gap = text.get(last.range.end..group.range.start).unwrap_or_default();
            if gap.chars().count() <= GAP && gap.chars().all(separates) {
                gap.clone_into(&mut last.gap);
            } else {
                out.push(std::mem::take(&mut open));
            }
        }
        open.push(group);
    }
    out.push(open);
    out
}

/// What the groups are together.
fn number(text: &str, groups: &[Group]) -> Option<Number> {
    let (first, last) = (groups.first()?, groups.last()?);
    let mut range = first.range.start..last.range.end;
    let before = text.get(..range.start)?.chars().next_back();
    let mut after = text.get(range.end..)?.chars();
    let next = after.next();
    // 受理编号 and other codes: letters right before or behind belong to them.
    if before.is_some_and(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut figures: String = groups.iter().map(|g| g.figures.as_str()).collect();
    let check = next.filter(|c| matches!(c, 'X' | 'x')).filter(|_| figures.len() == 17);
    if check.is_some() && !after.next().is_some_and(|c| c.is_ascii_alphanumeric()) {
        figures.push('X');
        range.end += 1;
    } else if next.is_some_and(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let sizes: Vec<usize> = groups.iter().map(|g| g.figures.len()).collect();
    let dots = groups.iter().rev().skip(1).any(|g| g.gap.contains('.'));
    let usual = matches!(sizes.as_slice(), [3, 4, 4] | [6, 8, 4] | [4, 4, 4, 4, ..]);
    if dots && !usual {
        return None;
    }
    let sort = sort(&figures, &sizes)?;
    if !matches!(sort, Some("mobile" | "identity")) && measured(text, range.end) {
        return None;
    }
    // A country code goes with its number.
    if sort == Some("mobile") && figures.len() > 11 {
        figures = figures.get(figures.len() - 11..)?.to_owned();
    }
    if sort == Some("mobile") {
        let lead = text.get(..range.start)?.trim_end_matches([' ', '-', ')']);
        let lead = ["+86", "0086"].iter().find_map(|code| lead.strip_suffix(code));
        range.start = lead.map_or(range.start, |lead| lead.trim_end_matches('(').len());
    } else if range.start > 0 && sort == Some("landline") && before == Some('(') {
        range.start -= 1;
    }
    Some(Number { range, sort, figures })
}

/// Whether a unit follows: an amount is no number of a person.
fn measured(text: &str, end: usize) -> bool {
    const UNITS: [&str; 9] = ["元", "万元", "亿元", "吨", "立方", "平方", "千瓦", "公里", "公顷"];
    let rest = text.get(end..).unwrap_or_default().trim_start();
    UNITS.iter().any(|unit| rest.starts_with(unit))
}

/// The sort of a number; `Some(None)` for one that a person must judge, `None` for none at all.
fn sort(figures: &str, sizes: &[usize]) -> Option<Option<&'static str>> {
    let starts = |lead: &str| figures.starts_with(lead);
    let digit = |n: usize| figures.as_bytes().get(n).map_or(0, |b| b.saturating_sub(b'0'));
    let mobile = |from: usize| {
        digit(from) == 1 && (3..=9).contains(&digit(from + 1)) && figures.len() == from + 11
    };
    if mobile(0) || (starts("86") && mobile(2)) || (starts("0086") && mobile(4)) {
        return Some(Some("mobile"));
    }
    if identity(figures) {
        return Some(Some("identity"));
    }
    let area = sizes.first().is_some_and(|n| matches!(n, 3 | 4) || sizes.len() == 1);
    if starts("0")
        && digit(1) != 0
        && area
        && (10..=12).contains(&figures.len())
        && sizes.len() <= 4
    {
        return Some(Some("landline"));
    }
    if (16..=19).contains(&figures.len()) && (3..=6).contains(&digit(0)) && luhn(figures) {
        return Some(Some("bank"));
    }
    let long = figures.len() >= 9 && sizes.len() == 1;
    let fours = sizes.len() > 1 && sizes.iter().rev().skip(1).all(|n| *n == 4);
    (long || (fours && (15..=19).contains(&figures.len()))).then_some(None)
}

/// 公民身份号码 (GB 11643-1999): 18 characters with a birthday in them, or the old 15. A wrong check digit is a slip
/// of writing; the number is personal data all the same.
fn identity(figures: &str) -> bool {
    let number = |range: Range<usize>| figures.get(range).and_then(|t| t.parse::<u32>().ok());
    let day = |month: Option<u32>, day: Option<u32>| {
        month.is_some_and(|m| (1..=12).contains(&m)) && day.is_some_and(|d| (1..=31).contains(&d))
    };
    let province = figures.as_bytes().first().is_some_and(|b| (b'1'..=b'9').contains(b));
    match figures.len() {
        18 => {
            let year = number(6..10).is_some_and(|y| (1900..=2099).contains(&y));
            province && ((year && day(number(10..12), number(12..14))) || checked(figures))
        }
        15 => province && !figures.ends_with('X') && day(number(8..10), number(10..12)),
        _ => false,
    }
}

/// ISO 7064 MOD 11-2.
fn checked(figures: &str) -> bool {
    let mut rest = 0;
    for byte in figures.bytes() {
        let value = if byte == b'X' { 10 } else { u32::from(byte - b'0') };
        rest = (rest * 2 + value) % 11;
    }
    rest == 1
}

fn luhn(figures: &str) -> bool {
    let mut sum = 0;
    for (i, byte) in figures.bytes().rev().enumerate() {
        let Some(value) = byte.checked_sub(b'0').filter(|v| *v < 10) else { return false };
        let value = u32::from(value) * if i % 2 == 1 { 2 } else { 1 };
        sum += value / 10 + value % 10;
    }
    sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::numbers;
    use crate::disclose::fold::Folded;

    fn found(text: &str) -> Vec<(Option<&'static str>, String)> {
        numbers(&Folded::new(text)).into_iter().map(|n| (n.sort, n.figures)).collect()
    }

    #[test]
    fn numbers_are_found_however_they_are_written() {
        for text in [
            "电话13812345678。",
            "电话１３８１２３４５６７８。",
            "电话138 1234 5678。",
            "电话138-1234-5678，",
            "电话138.1234.5678。",
            "电话1 3 8 1 2 3 4 5 6 7 8。",
            "（+86）138—1234—5678",
            "8613812345678",
            "电话138\u{200b}12345678",
            "电话一三八一二三四五六七八",
            "幺三八幺二三四五六七八",
        ] {
            assert_eq!(found(text), [(Some("mobile"), "13812345678".to_owned())], "{text}");
        }
        for (text, sort) in [
            ("身份证110105194912310021", "identity"),
            ("身份证11010519491231002X", "identity"),
            ("１１０１０５１９４９１２３１００２ｘ", "identity"),
            ("110105 19491231 002X", "identity"),
            ("旧证110105491231002", "identity"),
            ("卡号6222020200112230129", "bank"),
            ("4111 1111 1111 1111", "bank"),
            ("座机023-67012345", "landline"),
            ("(023) 6701 2345", "landline"),
        ] {
            let all = found(text);
            assert!(all.len() == 1 && (all[0].0 == Some(sort)), "{text}: {all:?}");
        }
    }

    #[test]
    fn dates_codes_and_amounts_are_none() {
        for text in [
            "2025年3月10日至2025-03-24，受理编号D3CQ202503100001，共13件。",
            "渝环督办〔2025〕16号；12345热线、12369热线。",
            "排放215912345678吨，罚款3800000000元，COD 13.5—20.25毫克/升",
            "2025-03-10 2025-03-24",
            "二〇二五年三月；1.5万、2.25万；一二三四",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found("编号1234567890123"), [(None, "1234567890123".to_owned())]);
    }
}
