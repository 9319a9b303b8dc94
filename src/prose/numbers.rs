//! Numerals (GB/T 15835-2011): W-04 mixed forms, W-05 grouping marks, W-06 approximations, W-07 fixed words.

use super::Found;
use super::line::{Line, figure, is_han_digit};
use crate::vocab::numerals;

/// Looks for all four.
pub fn check(line: &Line, found: &mut Found<'_>) {
    for i in 0..line.len() {
        if line.is_guarded(i) {
            continue;
        }
        let c = line.at(i);
        if c.is_ascii_digit() {
            if !matches!(line.back(i, 1), '0'..='9' | '.' | ',' | 'A'..='Z' | 'a'..='z' | '-' | '/')
            {
                let end = line.run(i, |c| c.is_ascii_digit());
                grouped(line, found, i, end);
                mixed(line, found, i, end);
                fixed(line, found, i, end);
            }
        } else if is_han_digit(c) {
            approximate(line, found, i);
            mixed_year(line, found, i);
        }
    }
}

/// `1,234吨`: no grouping marks in the text. GB/T 15835-2011 5.1.1 allows them, GB 3101-1993 3.3.1 does not, and
/// official documents do not use them: told, never mended by itself.
fn grouped(line: &Line, found: &mut Found<'_>, start: usize, first: usize) {
    let mut end = first;
    while line.at(end) == ',' && line.run(end + 1, |c| c.is_ascii_digit()) == end + 4 {
        end += 4;
    }
    if end == first || first - start > 3 {
        return;
    }
    let words = line.text(start..end);
    let message = format!("“{words}”用了千分撇，公文正文中的数字一般不分节");
    found.doubtful(
        "W-05",
        start..end,
        message,
        "是一个数的，删去其中的逗号；是并列的几个数的，用顿号分开。",
    );
}

/// `3千5百户`, `2百家`: 万 and 亿 may follow Arabic figures, 十百千 may not (GB/T 15835-2011 5.3).
fn mixed(line: &Line, found: &mut Found<'_>, start: usize, end: usize) {
    if line.ends(start, "百分之") {
        let number = line.run(end, |c| c.is_ascii_digit() || c == '.');
        let figures = line.text(start..number);
        let from = start - 3;
        found.certain("W-04", from..number, "“百分之”后面用了阿拉伯数字", format!("{figures}%"));
        return;
    }
    if !matches!(line.at(end), '百' | '千') || line.back(start, 1) == '第' {
        return;
    }
    let next = line.at(end + 1);
    let counted = next.is_ascii_digit() || "万亿余多元人户家亩吨件次名个项条处".contains(next);
    if counted && next != '\0' {
        found.doubtful(
            "W-04",
            start..end + 1,
            format!("“{}”阿拉伯数字与“百”“千”混用", line.text(start..end + 1)),
            "写成阿拉伯数字（如3500户），或者以万、亿为单位。",
        );
    }
}

/// `二0二五年`, `二O二五年`: one year in two kinds of numerals.
fn mixed_year(line: &Line, found: &mut Found<'_>, i: usize) {
    let part = |c: char| is_han_digit(c) || c.is_ascii_digit() || matches!(c, 'O' | 'o' | '○');
    if part(line.back(i, 1)) {
        return;
    }
    let end = line.run(i, part);
    let words = line.text(i..end);
    if end - i != 4 || line.at(end) != '年' || words.chars().all(is_han_digit) {
        return;
    }
    let figures: Option<String> = words
        .chars()
        .map(|c| match c {
            'O' | 'o' | '○' => Some('0'),
            '0'..='9' => Some(c),
            _ => figure(c).and_then(|n| char::from_digit(n, 10)),
        })
        .collect();
    if let Some(figures) = figures {
        let message = format!("年份“{words}”汉字与阿拉伯数字混用");
        found.certain("W-04", i..end, message, figures);
    }
}

/// `三、四十个`: two neighbouring numerals for an approximation have no 、 (GB/T 15835-2011 5.2.1).
fn approximate(line: &Line, found: &mut Found<'_>, i: usize) {
    if line.at(i + 1) != '、' || matches!(line.back(i, 1), '第' | '、' | '十' | '百') {
        return;
    }
    let (Some(a), Some(b)) = (figure(line.at(i)), figure(line.at(i + 2))) else { return };
    let next = line.at(i + 3);
    let counted = matches!(next, '十' | '百' | '千' | '万' | '亿' | '天' | '倍')
        || (next == '个' && line.at(i + 4) == '月');
    // 「一、二十项任务」: a heading.
    if b == a + 1 && a > 0 && counted && !line.begins_clause(i) {
        found.certain("W-06", i + 1..i + 2, "相邻两个数字连用表示概数，中间不加顿号", "");
    }
}

/// 固定词语: 党的20大, 星期3, 14五.
fn fixed(line: &Line, found: &mut Found<'_>, start: usize, end: usize) {
    let text = line.text(start..end);
    let Ok(n) = text.parse::<u32>() else { return };
    if text.starts_with('0') || !(1..=30).contains(&n) {
        return;
    }
    if n == 1 && line.has(end, "带1路") {
        found.certain("W-07", start..end + 3, "固定词语“1带1路”用汉字数字", "一带一路");
        return;
    }
    let is = |before: &str, after: &str| line.ends(start, before) && line.has(end, after);
    let wrong = (is("党的", "大") && line.at(end + 1) != '类')
        || (line.ends(start, "星期") && n <= 6)
        || (is("“", "五”") && n >= 10)
        || ((is("", "五时期") || is("", "五规划")) && n >= 10)
        || (is("第", "书记") && n == 1)
        || (is("", "岗双责") && n == 1);
    if wrong {
        let message = format!("固定词语中的“{text}”用汉字数字");
        found.certain("W-07", start..end, message, numerals::chinese(n));
    }
}
