//! W-19 序号后面的标点 (GB/T 15834-2011 4.4.3.3、4.5.3.3、B.3; GB/T 9704-2012
//! 7.3.3), W-20 「等」前面的顿号 (GB/T 15834-2011 B.1.2, which asks for the comma where the items have commas).

use super::Found;
use super::line::{Line, is_han};

/// Looks for both.
pub fn check(line: &Line, found: &mut Found<'_>) {
    for i in 0..line.len() {
        if line.at(i) == '、' {
            ordinal(line, found, i);
            et_cetera(line, found, i);
        }
    }
}

/// 「（一）、」「1、」「①、」「第一、」: only 「一、」 has the mark.
fn ordinal(line: &Line, found: &mut Found<'_>, mark: usize) {
    let before = line.back(mark, 1);
    if matches!(before, '）' | ')') {
        let Some(open) = opening(line, mark - 1) else { return };
        let inner = open + 1..mark - 1;
        let counted = !inner.is_empty()
            && line
                .text(inner)
                .chars()
                .all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
        if counted && line.begins_clause(open) {
            let words = line.text(open..mark);
            found.certain("W-19", mark..mark + 1, format!("“{words}”后面不加顿号"), "");
        }
    } else if ('①'..='⑳').contains(&before) && line.begins_clause(mark - 1) {
        found.certain("W-19", mark..mark + 1, format!("“{before}”后面不加顿号"), "");
    } else if before.is_ascii_digit() {
        let start = (0..2).fold(mark, |at, _| {
            if at > 0 && line.back(at, 1).is_ascii_digit() { at - 1 } else { at }
        });
        if line.begins_clause(start) && is_han(line.at(mark + 1)) {
            let number = line.text(start..mark);
            let message = format!("序号“{number}”后面用下脚点“.”，不用顿号");
            found.certain("W-19", mark..mark + 1, message, ".");
        }
    } else if "一二三四五六七八九十".contains(before)
        && line.back(mark, 2) == '第'
        && line.begins_clause(mark - 2)
        && !"一二三四五六七八九十第".contains(line.at(mark + 1))
    {
        let words = line.text(mark - 2..mark);
        found.certain("W-19", mark..mark + 1, format!("“{words}”后面用逗号，不用顿号"), "，");
    }
}

fn opening(line: &Line, close: usize) -> Option<usize> {
    (1..=4).filter_map(|n| close.checked_sub(n)).find(|i| matches!(line.at(*i), '（' | '('))
}

/// 「甲、乙、等」; 「甲，乙，等」 is right.
fn et_cetera(line: &Line, found: &mut Found<'_>, mark: usize) {
    let next = line.at(mark + 2);
    let ends = matches!(next, '\0' | '\n' | '。' | '，' | '；' | '、' | '：' | '）')
        || next.is_ascii_digit()
        || ["问题", "部门", "单位", "有关", "情况", "共", "措施", "方面", "项"]
            .iter()
            .any(|word| line.has(mark + 2, word));
    if line.at(mark + 1) == '等' && ends && line.back(mark, 1) != '\0' {
        found.certain("W-20", mark..mark + 1, "“等”前面不用顿号", "");
    }
}
