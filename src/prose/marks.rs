//! Marks (GB/T 15834-2011): W-11 half-width marks, W-12 straight quotes, W-13 、 between 》《 and ”“,
//! W-17 dashes and ellipses, W-18 doubled marks.

use super::Found;
use super::line::{Line, is_chinese, is_han};

/// Looks for all of them.
pub fn check(line: &Line, found: &mut Found<'_>) {
    runs(line, found);
    let mut at = Marks { line, books: 0, brackets: Vec::new(), angles: Vec::new() };
    for i in 0..line.len() {
        if !line.is_guarded(i) {
            at.mark(found, i);
        }
    }
    straight(line, found, '"', ('“', '”'));
    straight(line, found, '\'', ('‘', '’'));
}

/// What was opened and is not closed yet.
struct Marks<'a> {
    line: &'a Line,
    books: usize,
    brackets: Vec<usize>,
    angles: Vec<usize>,
}

impl Marks<'_> {
    fn mark(&mut self, found: &mut Found<'_>, i: usize) {
        let line = self.line;
        match line.at(i) {
            '《' => self.books += 1,
            '》' => {
                self.books = self.books.saturating_sub(1);
                between(line, found, i, '《');
            }
            '”' => between(line, found, i, '“'),
            ',' | ';' | ':' | '?' | '!' => half(line, found, i),
            '.' => full_stop(line, found, i),
            '｡' | '､' | '｢' | '｣' => {
                let right = match line.at(i) {
                    '｡' => "。",
                    '､' => "、",
                    '｢' => "「",
                    _ => "」",
                };
                found.certain("W-11", i..i + 1, "标点是半角的", right);
            }
            '(' | '（' => self.brackets.push(i),
            ')' | '）' => self.bracket(found, i),
            '<' => self.angles.push(i),
            '>' => self.angle(found, i),
            _ => {}
        }
    }

    fn bracket(&mut self, found: &mut Found<'_>, close: usize) {
        let line = self.line;
        let Some(open) = self.brackets.pop() else {
            if line.at(close) == ')' && is_chinese(line.back(close, 1)) {
                found.certain("W-11", close..close + 1, "括号是半角的", "）");
            }
            return;
        };
        let (left, right) = (line.at(open) == '(', line.at(close) == ')');
        let inside = (open + 1..close).any(|i| is_chinese(line.at(i)));
        let before = line.back(open, 1);
        let foreign = before.is_ascii_alphanumeric() || (before == '\0' && close + 1 == line.len());
        let chinese = inside
            || is_chinese(before)
            || (is_chinese(line.at(close + 1)) && !foreign)
            || left != right;
        if !chinese {
            return;
        }
        if left {
            found.certain("W-11", open..open + 1, "括号是半角的", "（");
        }
        if right {
            found.certain("W-11", close..close + 1, "括号是半角的", "）");
        }
    }

    /// `<…>` typed for 〈…〉 or 《…》.
    fn angle(&mut self, found: &mut Found<'_>, close: usize) {
        let line = self.line;
        let Some(open) = self.angles.pop() else { return };
        let inside = open + 1..close;
        if !is_han(line.at(inside.start)) || inside.len() > 80 {
            return;
        }
        let (left, right) = if self.books > 0 { ("〈", "〉") } else { ("《", "》") };
        let message = "书名号用了半角的小于号、大于号";
        found.certain("W-11", open..open + 1, message, left);
        found.certain("W-11", close..close + 1, message, right);
    }
}

/// A comma, semicolon, colon, question or exclamation mark beside Chinese text.
fn half(line: &Line, found: &mut Found<'_>, i: usize) {
    let c = line.at(i);
    let (before, after) = (line.back(i, 1), line.at(i + 1));
    let spaced = if after == ' ' { line.at(i + 2) } else { after };
    let time = before.is_ascii_digit() && after.is_ascii_digit();
    // What ends a foreign word at the end of the text belongs to it.
    if time || !(is_chinese(before) || (is_chinese(spaced) && before != '\0')) {
        return;
    }
    let right = match c {
        ',' => "，",
        ';' => "；",
        ':' => "：",
        '?' => "？",
        _ => "！",
    };
    // The space that was typed after it goes with it.
    let end =
        if after == ' ' && (is_chinese(spaced) || spaced.is_ascii_digit()) { i + 2 } else { i + 1 };
    found.certain("W-11", i..end, format!("标点“{c}”是半角的"), right);
}

fn full_stop(line: &Line, found: &mut Found<'_>, i: usize) {
    let (before, after) = (line.back(i, 1), line.at(i + 1));
    if !(is_han(before) || matches!(before, '）' | '》' | '”')) {
        return;
    }
    // 「（一）.」 is looked at elsewhere; 「方案.pdf」 is a file.
    if matches!(after, '\0' | '\n' | ' ' | '”' | '）') {
        found.certain("W-11", i..i + 1, "句号是半角的", "。");
    } else if is_chinese(after) {
        found.doubtful(
            "W-11",
            i..i + 1,
            "标点“.”是半角的",
            "句末用句号“。”；外国人名中间用间隔号“·”。",
        );
    }
}

/// No 、 between neighbouring 《》《》 or “”“” (4.5.3.5).
fn between(line: &Line, found: &mut Found<'_>, close: usize, open: char) {
    if line.at(close + 1) == '、' && line.at(close + 2) == open {
        let words = if open == '《' { "书名号" } else { "引号" };
        let message = format!("并列的{words}之间不用顿号");
        found.certain("W-13", close + 1..close + 2, message, "");
    }
}

/// `"` and `'` beside Chinese text, in pairs.
fn straight(line: &Line, found: &mut Found<'_>, mark: char, pair: (char, char)) {
    let all: Vec<usize> =
        (0..line.len()).filter(|i| line.at(*i) == mark && !line.is_guarded(*i)).collect();
    let chinese = |i: &usize| is_chinese(line.back(*i, 1)) || is_chinese(line.at(*i + 1));
    let wrong: Vec<usize> = all.iter().copied().filter(|i| chinese(i)).collect();
    if wrong.is_empty() {
        return;
    }
    let message = format!("引号“{mark}”是半角的");
    // Opening and closing are certain only if every one has its fellow.
    let certain = all.len().is_multiple_of(2) && wrong.len() == all.len();
    for (n, i) in wrong.into_iter().enumerate() {
        if certain {
            let right = if n % 2 == 0 { pair.0 } else { pair.1 };
            found.certain("W-12", i..i + 1, message.clone(), right);
        } else {
            let hint = "改为全角的前引号或者后引号；引号要成对。";
            found.doubtful("W-12", i..i + 1, message.clone(), hint);
        }
    }
}

/// Dots, dashes and doubled marks.
fn runs(line: &Line, found: &mut Found<'_>) {
    let mut i = 0;
    while i < line.len() {
        let c = line.at(i);
        let end = line.run(i, |d| d == c);
        let many = end - i;
        let beside = is_chinese(line.back(i, 1)) || is_chinese(line.at(end));
        if line.is_guarded(i) {
            i += 1;
            continue;
        }
        match c {
            '.' if many >= 3 && beside => {
                found.certain("W-17", i..end, "省略号用六个圆点，占两个字的位置", "……");
            }
            '。' | '、' | '·' | '・' if many >= 3 => {
                found.certain("W-17", i..end, "省略号用六个圆点，占两个字的位置", "……");
            }
            '…' if many == 1 && beside => {
                found.certain("W-17", i..end, "省略号用六个圆点，占两个字的位置", "……");
            }
            '-' | '－' if many >= 2 && beside && !line.at(end).is_ascii_digit() => {
                found.certain("W-17", i..end, "破折号占两个字的位置", "——");
            }
            '—' if many == 3 => {
                found.certain("W-17", i..end, "破折号占两个字的位置", "——");
            }
            '。' | '，' | '、' | '；' | '：' if many == 2 => {
                found.certain("W-18", i..end, format!("标点“{c}”重复"), c);
            }
            '。' | '，' | '、' | '；' | '：' if many == 1 => mixed(line, found, i),
            _ => {}
        }
        i = end;
    }
}

/// Two different marks where one can stand: 「，。」.
fn mixed(line: &Line, found: &mut Found<'_>, i: usize) {
    let (c, next) = (line.at(i), line.at(i + 1));
    if matches!(next, '。' | '，' | '、' | '；' | '：') && next != c {
        found.doubtful(
            "W-18",
            i..i + 2,
            format!("“{c}{next}”两个标点连用"),
            "留下一个：句子完了用句号，没完用逗号或者分号。",
        );
    }
}
