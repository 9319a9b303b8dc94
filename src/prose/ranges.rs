//! W-03 数值范围的连接号 (GB/T 15835-2011 5.1.3; GB/T 15834-2011 4.13): — for dates, ～ for quantities.

use super::Found;
use super::line::Line;

/// What counts things: a range before one of these is a range.
const COUNTED: &str = "年月日天周个户人名件次批条项米公千吨亩元万亿厘毫升倍层级类岁度期页座处台套种平立微辆头只株分秒%‰℃家时";

/// Words before a number that make it the name of a thing: 表3-2, 图1-1.
const NAMED: &str = "表图式附卷册章节";

/// Looks for hyphens and the like between two numbers.
pub fn check(line: &Line, found: &mut Found<'_>) {
    let mut i = 0;
    while i < line.len() {
        if !line.at(i).is_ascii_digit()
            || line.is_guarded(i)
            || matches!(line.back(i, 1), 'A'..='Z' | 'a'..='z' | '.' | '-' | '/' | '_' | '#')
            || NAMED.contains(line.back(i, 1))
        {
            i += 1;
            continue;
        }
        let end = number(line, i);
        i = range(line, found, i, end).unwrap_or(end);
    }
}

fn number(line: &Line, i: usize) -> usize {
    let whole = line.run(i, |c| c.is_ascii_digit());
    if line.at(whole) == '.' && line.at(whole + 1).is_ascii_digit() {
        line.run(whole + 1, |c| c.is_ascii_digit())
    } else {
        whole
    }
}

fn range(line: &Line, found: &mut Found<'_>, start: usize, end: usize) -> Option<usize> {
    // A telephone number is no quantity.
    let code = |from: usize, to: usize| {
        to - from >= 7 || (to - from > 1 && line.at(from) == '0' && line.at(from + 1) != '.')
    };
    if code(start, end) {
        return None;
    }
    let unit = line.at(end);
    let united = matches!(unit, '年' | '月' | '日' | '%' | '℃' | '元' | '米' | '吨' | '亩' | '万');
    let dash = end + usize::from(united);
    let after = line.run(dash, |c| matches!(c, '-' | '–' | '－' | '~' | '−' | '—' | '～'));
    let sign = line.text(dash..after);
    if !matches!(sign.as_str(), "-" | "--" | "–" | "－" | "~" | "−" | "——") {
        return None;
    }
    if !line.at(after).is_ascii_digit() {
        return None;
    }
    let last = number(line, after);
    let follows = line.at(last);
    let latin_unit = matches!(follows, 'm' | 'k' | 'g' | 't' | 'μ' | 'd' | 'h' | 'L' | 'c');
    if code(after, last)
        || !(COUNTED.contains(follows) || latin_unit)
        || (latin_unit && matches!(sign.as_str(), "-") && !united && line.at(last + 1) == '-')
    {
        return None;
    }
    let dates = matches!(unit, '年' | '月' | '日') || matches!(follows, '年' | '月' | '日');
    let right = if dates { "—" } else { "～" };
    found.certain(
        "W-03",
        dash..after,
        format!("数值范围用了“{sign}”，应为一字线“—”或者浪纹线“～”"),
        right,
    );
    Some(last)
}
