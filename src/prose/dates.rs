//! W-02 日期的写法 (GB/T 15835-2011 5.1.4; GB/T 9704-2012 7.3.5.4).

use super::Found;
use super::line::{Line, figure, is_han_digit};

const CODE: &str = "W-02";

/// Looks for dates that are not written 2025年3月4日.
pub fn check(line: &Line, found: &mut Found<'_>) {
    let mut i = 0;
    while i < line.len() {
        let c = line.at(i);
        let next = if line.is_guarded(i) {
            None
        } else if c.is_ascii_digit() && begins_figure(line, i) {
            let end = line.run(i, |c| c.is_ascii_digit());
            figures(line, found, i, end).or(Some(end))
        } else if is_han_digit(c) && !is_han_digit(line.back(i, 1)) {
            chinese(line, found, i)
        } else {
            None
        };
        i = next.unwrap_or(i + 1);
    }
}

fn begins_figure(line: &Line, i: usize) -> bool {
    !matches!(line.back(i, 1), '0'..='9' | 'A'..='Z' | 'a'..='z' | '.' | '-' | '/' | '_')
}

/// From a run of figures `i..end` on.
fn figures(line: &Line, found: &mut Found<'_>, i: usize, end: usize) -> Option<usize> {
    match (end - i, line.at(end)) {
        (4, '.' | '/' | '-') => numeric(line, found, i, end),
        (4, '年') => {
            months(line, found, end + 1);
            None
        }
        (2, '年') => short_year(line, found, i, end),
        (2, '月' | '日') if line.at(i) == '0' => {
            zero(line, found, i);
            None
        }
        _ => None,
    }
    .or_else(|| range_of_years(line, found, i, end))
}

/// `2025.3.4`, `2025/03/04`, `2025-3-4`. `2025-03-04` is the extended form of GB/T 7408 and allowed (5.1.4).
fn numeric(line: &Line, found: &mut Found<'_>, i: usize, year: usize) -> Option<usize> {
    let sep = line.at(year);
    let month = line.run(year + 1, |c| c.is_ascii_digit());
    let day = line.run(month + 1, |c| c.is_ascii_digit());
    let (m, d) = (line.text(year + 1..month), line.text(month + 1..day));
    if line.at(month) != sep || !(1..=2).contains(&m.len()) || !(1..=2).contains(&d.len()) {
        return None;
    }
    if matches!(line.at(day), 'A'..='Z' | 'a'..='z' | '-' | '/' | '_')
        || (line.at(day) == '.' && line.at(day + 1).is_ascii_digit())
        || (sep == '-' && m.len() == 2 && d.len() == 2)
    {
        return None;
    }
    let (m, d): (u32, u32) = (m.parse().ok()?, d.parse().ok()?);
    let y = line.text(i..year);
    if !(y.starts_with("19") || y.starts_with("20"))
        || !(1..=12).contains(&m)
        || !(1..=31).contains(&d)
    {
        return None;
    }
    let words = line.text(i..day);
    if sep == '-' {
        // Allowed by 5.1.4; yet no official document has it in its text.
        let hint = format!("GB/T 15835 允许这样写，公文正文一般写“{y}年{m}月{d}日”。");
        found.doubtful(CODE, i..day, format!("日期写作“{words}”"), hint);
        return Some(day);
    }
    found.certain(
        CODE,
        i..day,
        format!("“{words}”不是公文中日期的写法"),
        format!("{y}年{m}月{d}日"),
    );
    Some(day)
}

/// After 「2025年」: months and days in Chinese numerals beside an Arabic year.
fn months(line: &Line, found: &mut Found<'_>, i: usize) {
    let end = line.run(i, |c| is_han_digit(c) || c == '十');
    if let Some(m) = small(&line.text(i..end))
        && line.at(end) == '月'
        && (1..=12).contains(&m)
    {
        found.certain("W-04", i..end, "一个日期里汉字与阿拉伯数字混用", m.to_string());
    }
}

/// `25年3月`: the year is written in full.
fn short_year(line: &Line, found: &mut Found<'_>, i: usize, end: usize) -> Option<usize> {
    let month = line.run(end + 1, |c| c.is_ascii_digit());
    let digits = month - (end + 1);
    if line.at(month) == '月' && (1..=2).contains(&digits) {
        let words = line.text(i..end + 1);
        found.doubtful(
            CODE,
            i..end + 1,
            format!("“{words}”年份不全"),
            "年份写四位数字，如2025年。",
        );
        return Some(end + 1);
    }
    None
}

/// `03月`, `4月05日`.
fn zero(line: &Line, found: &mut Found<'_>, i: usize) {
    if line.at(i + 1) != '0' {
        found.certain(CODE, i..i + 1, "月、日不编虚位，前面不加0", "");
    }
}

/// `2021—25年`: both years in full.
fn range_of_years(line: &Line, found: &mut Found<'_>, i: usize, end: usize) -> Option<usize> {
    if end - i != 4 || !matches!(line.at(i), '1' | '2') {
        return None;
    }
    let mut at = end;
    at += usize::from(line.at(at) == '年');
    let dash = line.run(at, |c| matches!(c, '-' | '—' | '–' | '～' | '~' | '至'));
    let last = line.run(dash, |c| c.is_ascii_digit());
    if dash == at || dash - at > 2 || last - dash != 2 || line.at(last) != '年' {
        return None;
    }
    // 「2025年至26年」 only if the second is the later one.
    let century = line.text(i..i + 2);
    if line.text(dash..last) <= line.text(i + 2..end) {
        return None;
    }
    let sep = if line.at(at) == '至' { "至" } else { "—" };
    found.certain(
        CODE,
        at..last,
        "起止年份都写四位数字",
        format!("{sep}{century}{}", line.text(dash..last)),
    );
    Some(last)
}

/// `二〇二五年三月四日`: 公文 write dates in Arabic figures.
fn chinese(line: &Line, found: &mut Found<'_>, i: usize) -> Option<usize> {
    let end = line.run(i, is_han_digit);
    let lunar = line.ends(i, "农历") || line.ends(i, "阴历");
    if lunar || end - i != 4 || line.at(end) != '年' || !matches!(line.at(i), '一' | '二') {
        return None;
    }
    let mut year = 0;
    for n in i..end {
        year = year * 10 + figure(line.at(n))?;
    }
    if !(1900..2100).contains(&year) {
        return None;
    }
    let mut at = end + 1;
    let mut fix = format!("{year}年");
    for mark in ['月', '日'] {
        let next = line.run(at, |c| is_han_digit(c) || c == '十');
        match small(&line.text(at..next)) {
            Some(n) if line.at(next) == mark && (1..=31).contains(&n) => {
                fix.push_str(&n.to_string());
                fix.push(mark);
                at = next + 1;
            }
            _ => break,
        }
    }
    let words = line.text(i..at);
    found.certain(CODE, i..at, format!("日期“{words}”用了汉字"), fix);
    Some(at)
}

/// 一 to 九十九.
fn small(text: &str) -> Option<u32> {
    let digits: Vec<char> = text.chars().collect();
    match digits.as_slice() {
        ['十'] => Some(10),
        ['十', one] => Some(10 + figure(*one)?),
        [ten, '十'] => Some(figure(*ten)? * 10),
        [ten, '十', one] => Some(figure(*ten)? * 10 + figure(*one)?),
        [one] => figure(*one),
        _ => None,
    }
}
