//! Shapes of characters: W-01 全角数字、字母; W-16 文号 cited in the text; W-21 spaces between Han characters.

use super::Found;
use super::line::{Line, is_chinese, is_han};

/// Full-width figures, letters and the like, which have a half-width form that is the right one.
pub fn is_wide(c: char) -> bool {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％')
}

/// Looks for all three.
pub fn check(line: &Line, found: &mut Found<'_>) {
    let mut i = 0;
    while i < line.len() {
        let c = line.at(i);
        if is_wide(c) {
            let end = line.run(i, is_wide);
            let narrow: String = line.text(i..end).chars().map(narrow).collect();
            let words = line.text(i..end);
            found.certain("W-01", i..end, format!("“{words}”是全角字符"), narrow);
            i = end;
            continue;
        }
        match c {
            '[' | '【' | '（' | '(' | '〔' | '［' | '〖' => cited_number(line, found, i),
            ' ' | '\u{3000}' | '\u{a0}' => {
                let end = line.run(i, |c| matches!(c, ' ' | '\u{3000}' | '\u{a0}'));
                spaces(line, found, i, end);
                i = end;
                continue;
            }
            _ => {}
        }
        i += 1;
    }
}

fn narrow(c: char) -> char {
    match c {
        '％' => '%',
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        _ => c,
    }
}

/// `渝府发[2017]74号`: 代字, a bracket, four figures, a bracket, 第?, figures, 号 (GB/T 9704-2012 7.2.5).
fn cited_number(line: &Line, found: &mut Found<'_>, open: usize) {
    if !is_han(line.back(open, 1)) || !is_han(line.back(open, 2)) {
        return;
    }
    let year = line.run(open + 1, |c| c.is_ascii_digit());
    if year != open + 5 || !matches!(line.at(open + 1), '1' | '2') {
        return;
    }
    if !matches!(line.at(year), ']' | '】' | '）' | ')' | '〕' | '］' | '〗') {
        return;
    }
    let mut i = year + 1;
    let ordinal = matches!(line.at(i), '第');
    i += usize::from(ordinal);
    let digits = line.run(i, |c| c.is_ascii_digit());
    if digits == i || line.at(digits) != '号' {
        return;
    }
    let angled = line.at(open) == '〔' && line.at(year) == '〕';
    let zero = line.at(i) == '0';
    if angled && !ordinal && !zero {
        return;
    }
    let message = if !angled {
        "发文字号的年份用六角括号〔〕括起"
    } else if ordinal {
        "发文字号的顺序号前不加“第”"
    } else {
        "发文字号的顺序号不编虚位，前面不加0"
    };
    let number = line.text(i..digits);
    let number = number.trim_start_matches('0');
    if number.is_empty() {
        found.doubtful("W-16", open..digits + 1, message, "核对顺序号：从1编起。");
        return;
    }
    let fix = format!("〔{}〕{number}号", line.text(open + 1..year));
    found.certain("W-16", open..digits + 1, message, fix);
}

/// Whether 「第一条」 or the like ends at `end`.
fn is_article(line: &Line, end: usize) -> bool {
    let numeral = |c: char| c.is_ascii_digit() || "〇零一二三四五六七八九十百".contains(c);
    let digits = (2..8).take_while(|n| numeral(line.back(end, *n))).count();
    "章节条编篇款项".contains(line.back(end, 1)) && digits > 0 && line.back(end, digits + 2) == '第'
}

fn spaces(line: &Line, found: &mut Found<'_>, start: usize, end: usize) {
    let (before, after) = (line.back(start, 1), line.at(end));
    // Names and columns are spread by several spaces; 「第一条 为了」 has one by custom.
    let spread = end - start > 1 || line.at(start) == '\u{3000}';
    if is_han(before) && is_han(after) && (spread || is_article(line, start)) {
        return;
    }
    if is_han(before) && is_han(after) {
        found.doubtful(
            "W-21",
            start..end,
            format!("“{before}”和“{after}”之间有空格"),
            "汉字之间不空格：是一句话的删去空格，是并列的各项用顿号或者分开写。",
        );
    } else if (is_han(before) && after.is_ascii_digit())
        || (before.is_ascii_digit() && is_han(after))
    {
        // 「3月4日 9:30」: a day and a time are two things.
        let digits = line.run(end, |c| c.is_ascii_digit());
        let time = before == '日' && matches!(line.at(digits), ':' | '：');
        if !time {
            found.certain("W-21", start..end, "数字与汉字之间不空格", "");
        }
    } else if matches!(after, '，' | '。' | '、' | '；' | '：' | '）' | '》' | '”')
        && is_chinese(before)
    {
        found.certain("W-21", start..end, format!("“{after}”前面有空格"), "");
    }
}
