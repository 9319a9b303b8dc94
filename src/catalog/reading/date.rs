//! 日期的读法: a day, month or year, or a stretch of them.

use std::fmt;

use crate::catalog::fold::fold;

/// A stretch of days, both ends included, as eight figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    /// First day; 0 if open.
    pub from: u64,
    /// Last day; 99999999 if open.
    pub to: u64,
}

const OPEN: Days = Days { from: 0, to: 99_999_999 };

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |n: u64| match (n / 10000, n / 100 % 100, n % 100) {
            (y, m, 0 | 99) if m == 0 || m == 99 => format!("{y:04}年"),
            (y, m, 0 | 99) => format!("{y:04}年{m}月"),
            (y, m, d) => format!("{y:04}年{m}月{d}日"),
        };
        match (self.from == OPEN.from, self.to == OPEN.to) {
            (true, true) => f.write_str("任何一天"),
            (false, true) => write!(f, "{}以来", day(self.from)),
            (true, false) => write!(f, "{}以前", day(self.to)),
            (false, false) if day(self.from) == day(self.to) => f.write_str(&day(self.from)),
            (false, false) => write!(f, "{}至{}", day(self.from), day(self.to)),
        }
    }
}

/// A year, month or day.
#[derive(Clone, Copy, Debug)]
struct Point {
    year: u64,
    month: Option<u64>,
    day: Option<u64>,
}

impl Point {
    fn first(self) -> u64 {
        self.year * 10000 + self.month.unwrap_or(0) * 100 + self.day.unwrap_or(0)
    }

    fn last(self) -> u64 {
        self.year * 10000 + self.month.unwrap_or(99) * 100 + self.day.unwrap_or(99)
    }

    fn days(self) -> Days {
        Days { from: self.first(), to: self.last() }
    }
}

/// Reads a date or a stretch of days where one is expected.
pub(crate) fn days(text: &str) -> Option<Days> {
    let folded = fold(text);
    dotted(&folded)
        .or_else(|| worded(&folded))
        .or_else(|| point(&folded, None).map(Point::days))
        .or_else(|| eight(&folded).map(Point::days))
}

/// Reads a folded bare word that can only be meant as a stretch of days: `2025-03..2025-06`.
pub(crate) fn stretch(folded: &str) -> Option<Days> {
    dotted(folded)
}

/// Reads a folded bare word that may be meant as days or as a text: 2025年3月.
pub(crate) fn mention(folded: &str) -> Option<Days> {
    worded(folded).or_else(|| point(folded, None).filter(|p| p.month.is_some()).map(Point::days))
}

/// Reads a word that counts from today: 去年, 上个月, 今年3月, 近三年.
pub(crate) fn relative(text: &str, today: Option<u64>) -> Option<Days> {
    let today = today?;
    let folded = fold(text);
    let (year, month, day) = (today / 10000, today / 100 % 100, today % 100);
    let whole = |year: u64, month: Option<u64>| Some(Point { year, month, day: None }.days());
    let earlier = |months: u64| {
        let count = (year * 12 + month - 1).checked_sub(months)?;
        Some((count / 12, count % 12 + 1))
    };
    if let Some((number, unit)) = folded.strip_prefix('近').and_then(counted) {
        let (y, m) = earlier(number.checked_mul(unit)?)?;
        return Some(Days { from: y * 10000 + m * 100 + day, to: today });
    }
    let is = |word: &str| fold(word) == folded;
    if is("今天") || is("今日") {
        return Some(Days { from: today, to: today });
    }
    if ["本月", "这个月", "当月"].into_iter().any(is) {
        return whole(year, Some(month));
    }
    if ["上月", "上个月"].into_iter().any(is) {
        let (y, m) = earlier(1)?;
        return whole(y, Some(m));
    }
    for (word, back) in [("今年", 0), ("本年", 0), ("去年", 1), ("上年", 1), ("前年", 2)]
    {
        if let Some(rest) = folded.strip_prefix(&fold(word)) {
            let year = year.checked_sub(back)?;
            let month = match rest.strip_suffix('月') {
                None if rest.is_empty() => None,
                None => return None,
                Some(digits) => Some(digits.parse().ok().filter(|m| (1..=12).contains(m))?),
            };
            return whole(year, month);
        }
    }
    None
}

/// 三年, 6个月: a number, and how many months its unit has.
fn counted(text: &str) -> Option<(u64, u64)> {
    if text == "半年" {
        return Some((1, 6));
    }
    let (number, unit) = text
        .strip_suffix('年')
        .map(|n| (n, 12))
        .or_else(|| text.strip_suffix('月').map(|n| (n.trim_end_matches('个'), 1)))?;
    let figures = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let word = figures.iter().zip(1..).find(|(f, _)| fold(f) == number).map(|(_, n)| n);
    let two = (number == fold("两")).then_some(2);
    let number = word.or(two).or_else(|| number.parse().ok())?;
    (1..=100).contains(&number).then_some((number, unit))
}

/// `a..b`, `a..`, `..b`.
fn dotted(folded: &str) -> Option<Days> {
    let at = folded.find("..")?;
    let (a, b) = folded.split_at_checked(at)?;
    ends(a, b.trim_start_matches('.'))
}

/// 起至止, 起到止, 起~止, with both ends.
fn worded(folded: &str) -> Option<Days> {
    let (a, b) = folded.split_once(['至', '到', '~'])?;
    if a.is_empty() || b.is_empty() { None } else { ends(a, b) }
}

fn ends(a: &str, b: &str) -> Option<Days> {
    if a.is_empty() && b.is_empty() {
        return None;
    }
    let first = if a.is_empty() { None } else { Some(point(a, None).or_else(|| eight(a))?) };
    let last = if b.is_empty() { None } else { Some(point(b, first).or_else(|| eight(b))?) };
    let from = first.map_or(OPEN.from, Point::first);
    let to = last.map_or(OPEN.to, Point::last);
    // The wrong way round is meant the right way round.
    Some(match (first, last) {
        (Some(first), Some(last)) if from > to => Days { from: last.first(), to: first.last() },
        _ => Days { from, to },
    })
}

/// `20250304`.
fn eight(folded: &str) -> Option<Point> {
    if folded.len() != 8 || !folded.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: u64 = folded.parse().ok()?;
    checked(n / 10000, Some(n / 100 % 100), Some(n % 100))
}

/// A year, month or day; the end of a stretch may leave out what `base` says.
fn point(folded: &str, base: Option<Point>) -> Option<Point> {
    let mut parts = Vec::new();
    let mut rest = folded;
    while !rest.is_empty() {
        let width = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, after) = rest.split_at_checked(width)?;
        if !(1..=4).contains(&width) {
            return None;
        }
        let mut tail = after.chars();
        let sign = tail.next();
        rest = tail.as_str();
        parts.push((digits.parse::<u64>().ok()?, width, sign));
    }
    let dash = |sign: Option<char>| matches!(sign, Some('-' | '.' | '/'));
    let month_end = |sign: Option<char>| sign.is_none() || sign == Some('月');
    let day_end = |sign: Option<char>| matches!(sign, None | Some('日'));
    match *parts.as_slice() {
        [(y, 4, None | Some('年'))] => checked(y, None, None),
        [(y, 4, s), (m, 1..=2, end)] if (dash(s) || s == Some('年')) && month_end(end) => {
            checked(y, Some(m), None)
        }
        [(y, 4, s), (m, 1..=2, t), (d, 1..=2, end)]
            if ((dash(s) && t == s) || (s == Some('年') && t == Some('月'))) && day_end(end) =>
        {
            checked(y, Some(m), Some(d))
        }
        [(m, 1..=2, Some('月'))] => checked(base?.year, Some(m), None),
        [(m, 1..=2, Some('月')), (d, 1..=2, end)] if day_end(end) => {
            checked(base?.year, Some(m), Some(d))
        }
        [(d, 1..=2, Some('日'))] => checked(base?.year, base?.month, Some(d)),
        _ => None,
    }
}

fn checked(year: u64, month: Option<u64>, day: Option<u64>) -> Option<Point> {
    let sound = (1000..=2999).contains(&year)
        && month.is_none_or(|m| (1..=12).contains(&m))
        && day.is_none_or(|d| (1..=31).contains(&d) && month.is_some());
    sound.then_some(Point { year, month, day })
}
