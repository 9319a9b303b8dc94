//! From a character of a value back to where it was written: quotes, escapes, folded and indented lines.

use std::ops::Range;

use super::tree::{Node, Style, Value};

/// Where the bytes `wanted` of a scalar's text stand in `source`; nothing if that cannot be told for sure.
#[must_use]
pub fn range(source: &str, node: &Node, wanted: &Range<usize>) -> Option<Range<usize>> {
    let Value::Scalar(scalar) = &node.value else { return None };
    let written = source.get(node.span.clone())?;
    let start = node.span.start;
    if scalar.style == Style::Plain && written == scalar.text {
        return Some(start + wanted.start..start + wanted.end);
    }
    let mut hand = Hand { written, at: 0, escapes: false, doubled: false };
    match (scalar.style, written.chars().next()) {
        (Style::Quoted, Some('"')) => (hand.at, hand.escapes) = (1, true),
        (Style::Quoted, Some('\'')) => (hand.at, hand.doubled) = (1, true),
        (Style::Block, Some('|' | '>')) => hand.at = written.find('\n')?,
        _ => {}
    }
    let (mut first, mut last) = (None, None);
    for (offset, c) in scalar.text.char_indices() {
        if offset >= wanted.end {
            break;
        }
        let place = hand.find(c)?;
        if offset >= wanted.start {
            first = first.or(Some(place.start));
            last = Some(place.end);
        }
    }
    Some(start + first?..start + last?)
}

/// A finger on the written text.
struct Hand<'a> {
    written: &'a str,
    at: usize,
    escapes: bool,
    doubled: bool,
}

impl Hand<'_> {
    /// Moves over the next character of the text, which is `c`, and says where it is written.
    fn find(&mut self, c: char) -> Option<Range<usize>> {
        if self.escapes {
            // An escaped end of line stands for nothing.
            while self.rest().starts_with("\\\n") || self.rest().starts_with("\\\r\n") {
                self.at += 1;
                self.blank();
            }
        }
        let start = self.at;
        let blank = self.blank_end();
        if c == ' ' || c == '\n' {
            if self.rest()[..blank - start].contains('\n') {
                // A folded end of line; several of them are several characters, found one by one.
                let line = self.rest().find('\n').map_or(blank, |n| start + n + 1);
                let next = self.written[line..blank].contains('\n');
                self.at = if next && c == '\n' { line } else { blank };
                return Some(start..self.at);
            }
            if self.rest().starts_with(c) {
                self.at += 1;
                return Some(start..self.at);
            }
            return if self.escapes { self.escaped(c) } else { None };
        }
        if self.rest()[..blank - start].contains('\n') {
            self.at = blank;
        }
        let start = self.at;
        if self.doubled && c == '\'' {
            return self.rest().starts_with("''").then(|| {
                self.at += 2;
                start..self.at
            });
        }
        if self.escapes && self.rest().starts_with('\\') {
            return self.escaped(c);
        }
        self.rest().starts_with(c).then(|| {
            self.at += c.len_utf8();
            start..self.at
        })
    }

    /// `\"`, `\\`, `\/` and the numbered ones; whatever else is not followed further.
    fn escaped(&mut self, c: char) -> Option<Range<usize>> {
        let start = self.at;
        let kind = self.rest().strip_prefix('\\')?.chars().next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let stands_for = match kind {
            'n' => '\n',
            't' => '\t',
            'x' | 'u' | 'U' => {
                let code = self.rest().get(2..2 + digits)?;
                char::from_u32(u32::from_str_radix(code, 16).ok()?)?
            }
            '"' | '\\' | '/' | ' ' => kind,
            _ => return None,
        };
        self.at += 1 + kind.len_utf8() + digits;
        (stands_for == c).then_some(start..self.at)
    }

    fn rest(&self) -> &str {
        self.written.get(self.at..).unwrap_or_default()
    }

    fn blank_end(&self) -> usize {
        let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
        self.at + self.rest().len() - self.rest().trim_start_matches(blank).len()
    }

    fn blank(&mut self) {
        self.at = self.blank_end();
    }
}
