//! What people do wrong by habit: tabs for indentation, full-width colons; and the parser's words in Chinese.

use std::sync::Arc;

use crate::diag::{Diagnostic, SourceFile, Span};

/// How many of one kind are told one by one.
const SHOWN: usize = 20;

/// Tab-indented lines and full-width colons after what looks like a field name.
pub(super) fn findings(source: &Arc<SourceFile>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let (mut tabs, mut colons) = (0, 0);
    let mut start = 0;
    // Text blocks (`|`, `>`) may hold anything; they end where the indentation falls back.
    let mut block: Option<usize> = None;
    for line in source.text().split_inclusive('\n') {
        let body = line.trim_end();
        let indent = body.len() - body.trim_start_matches(' ').len();
        let inside = block.is_some_and(|b| body.is_empty() || indent > b);
        if !inside {
            block = opens_block(body).then_some(indent);
            let white = body.len() - body.trim_start().len();
            if let Some(tab) = body[..white].find('\t') {
                tabs += 1;
                if tabs <= SHOWN {
                    let at = start + tab;
                    out.push(
                        Diagnostic::error("Y-03", "这一行用了制表符（Tab）缩进")
                            .at(Span::new(source, at..at + 1))
                            .hint("请把行首的制表符改为空格，每一级两个空格。"),
                    );
                }
            }
            if let Some(colon) = full_width_colon(body) {
                colons += 1;
                if colons <= SHOWN {
                    let at = start + colon;
                    out.push(
                        Diagnostic::error("Y-04", "字段名后面用了全角冒号“：”")
                            .at(Span::new(source, at..at + '：'.len_utf8()))
                            .hint("请改为半角冒号加一个空格“: ”。"),
                    );
                }
            }
        }
        start += line.len();
    }
    out
}

fn opens_block(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    let line = line.trim_end_matches(['-', '+']);
    line.ends_with(": |") || line.ends_with(": >") || line.ends_with("- |") || line.ends_with("- >")
}

/// A full-width colon right after an English field name that begins the line.
fn full_width_colon(line: &str) -> Option<usize> {
    let mut rest = line.trim_start();
    while let Some(inner) = rest.strip_prefix("- ") {
        rest = inner.trim_start();
    }
    let name = rest.bytes().take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_').count();
    let starts_with_letter = rest.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    let after = rest.get(name..)?;
    let gap = after.len() - after.trim_start_matches(' ').len();
    (starts_with_letter && after.trim_start_matches(' ').starts_with('：'))
        .then(|| line.len() - rest.len() + name + gap)
}

/// The parser's words in Chinese, with a way out; the original stays in brackets.
pub(super) fn translate(words: &str) -> (String, &'static str) {
    const KNOWN: [(&str, &str, &str); 9] = [
        ("mapping values are not allowed", "这里不能再出现“: ”", "上一行可能少了换行，或值里有冒号；值里有冒号时请加引号。"),
        ("could not find expected ':'", "字段名后面缺少冒号", "字段写作“字段名: 值”，冒号是半角的，后面空一格。"),
        ("simple key", "字段名后面缺少冒号，或缩进不对", "字段写作“字段名: 值”；同级字段的缩进要对齐。"),
        ("did not find expected key", "缩进不对，或少了字段名", "同级字段的缩进要对齐；值里有冒号时请加引号。"),
        ("block mapping", "缩进不对，或少了字段名", "同级字段的缩进要对齐；值里有冒号时请加引号。"),
        ("flow", "方括号或花括号没有成对", "请检查 [ ] 和 { } 是否成对，各项之间用半角逗号。"),
        ("quoted scalar", "引号没有成对", "请检查引号是否成对；中文引号“”不能代替半角引号。"),
        ("tab", "用了制表符（Tab）", "请改为空格。"),
        ("indent", "缩进不对", "同级字段的缩进要对齐，每一级两个空格。"),
    ];
    let lower = words.to_lowercase();
    for (key, message, hint) in KNOWN {
        if lower.contains(key) {
            return ((*message).to_owned(), hint);
        }
    }
    (format!("写法有误（{words}）"), "请检查这一行及上一行的冒号、引号、括号和缩进。")
}
