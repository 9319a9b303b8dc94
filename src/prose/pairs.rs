//! W-14 pairs of marks (GB/T 15834-2011 4.8、4.9、4.15): each has its fellow, and inner ones have the inner form.

use super::Found;
use super::line::Line;

/// Opener, closer, and the inner form that stands within another pair of the same kind.
type Pair = (char, char, Option<(char, char)>);

const PAIRS: &[Pair] = &[
    ('《', '》', Some(('〈', '〉'))),
    ('〈', '〉', None),
    ('“', '”', Some(('‘', '’'))),
    ('‘', '’', None),
    ('（', '）', None),
    ('〔', '〕', None),
    ('【', '】', None),
    ('「', '」', None),
    ('『', '』', None),
];

struct Open {
    at: usize,
    kind: usize,
    inner: bool,
}

/// Looks for pairs without an end or a beginning, crossed pairs, and 《…《…》…》.
pub fn check(line: &Line, found: &mut Found<'_>) {
    let mut open: Vec<Open> = Vec::new();
    let mut nested: Vec<(usize, char)> = Vec::new();
    for i in 0..line.len() {
        let c = full(line.at(i));
        if line.is_guarded(i) {
            continue;
        }
        if let Some(kind) = PAIRS.iter().position(|(o, _, _)| *o == c) {
            let inner = PAIRS[kind].2.filter(|_| open.last().is_some_and(|o| o.kind == kind));
            if let Some((mark, _)) = inner {
                nested.push((i, mark));
            }
            open.push(Open { at: i, kind, inner: inner.is_some() });
        } else if let Some(kind) = PAIRS.iter().position(|(_, close, _)| *close == c) {
            let apostrophe = c == '’' && line.back(i, 1).is_ascii_alphabetic();
            let numbered = c == '）' && open.is_empty() && is_numbered(line, i);
            match open.last() {
                Some(last) if last.kind == kind => {
                    if let (true, Some((_, mark))) = (last.inner, PAIRS[kind].2) {
                        nested.push((i, mark));
                    }
                    open.pop();
                }
                _ if apostrophe || numbered => {}
                Some(last) if open.iter().any(|o| o.kind == kind) => {
                    let (a, b) = (named(line.at(last.at)), named(line.at(i)));
                    let message = format!("{a}没有配对的后一半，或者与{b}交叉");
                    return lone(found, last.at, &message);
                }
                _ => {
                    let message = format!("{}前面没有配对的前一半", named(line.at(i)));
                    return lone(found, i, &message);
                }
            }
        }
    }
    if let Some(last) = open.first() {
        return lone(found, last.at, &format!("{}没有配对的后一半", named(line.at(last.at))));
    }
    for (at, mark) in nested {
        let message = match mark {
            '〈' | '〉' => "书名号里面的书名号用单书名号〈〉",
            _ => "引号里面的引号用单引号‘’",
        };
        found.certain("W-14", at..at + 1, message, mark);
    }
}

/// Half-width round brackets count as what they stand for: one half may be right.
fn full(c: char) -> char {
    match c {
        '(' => '（',
        ')' => '）',
        _ => c,
    }
}

/// 「1）」「一）」 at the beginning of a clause.
fn is_numbered(line: &Line, close: usize) -> bool {
    let counted = |c: char| c.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(c);
    (1..=3).any(|n| {
        let start = close.saturating_sub(n);
        close >= n && line.begins_clause(start) && line.text(start..close).chars().all(counted)
    })
}

/// The mark as a message names it.
fn named(mark: char) -> String {
    match mark {
        '“' => "前引号".into(),
        '”' => "后引号".into(),
        '‘' => "前单引号".into(),
        '’' => "后单引号".into(),
        _ => format!("“{mark}”"),
    }
}

fn lone(found: &mut Found<'_>, at: usize, message: &str) {
    found.doubtful(
        "W-14",
        at..at + 1,
        message,
        "补上另一半，或者删去这一半；核对是不是打反了方向。",
    );
}
