//! 切词: splits a query at white space, quotes and field names.

use std::ops::Range;

use crate::catalog::fields;
use crate::catalog::fold::fold;

/// How a token was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Bare.
    Word,
    /// In quotes.
    Quoted,
}

/// One token of a query.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// 检索项, if it names one.
    pub field: Option<String>,
    /// Its text without quotes.
    pub text: String,
    /// How it was written.
    pub kind: Kind,
    /// Whether − stands before it.
    pub exclude: bool,
    /// Whether its closing quote is missing.
    pub unclosed: bool,
    /// Where it stands.
    pub range: Range<usize>,
}

impl Token {
    /// Whether it joins alternatives.
    pub(crate) fn is_or(&self) -> bool {
        self.kind == Kind::Word
            && !self.exclude
            && self.field.is_none()
            && matches!(self.text.as_str(), "或" | "OR" | "ＯＲ")
    }
}

/// The closing quotes for an opening one; the two forms of a pair are often mixed up in typing.
fn closers(open: char) -> Option<&'static [char]> {
    Some(match open {
        '"' | '＂' | '“' | '”' => &['"', '＂', '”', '“'],
        '「' => &['」'],
        '『' => &['』'],
        _ => return None,
    })
}

/// The inside of a value that is in quotes as a whole.
pub(crate) fn unquote(value: &str) -> Option<&str> {
    let open = value.chars().next()?;
    let closers = closers(open)?;
    let inner = value.get(open.len_utf8()..)?.strip_suffix(closers)?;
    (!inner.contains(closers)).then_some(inner)
}

/// Splits a query.
pub(crate) fn split(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(token) = next(text, at) {
        at = token.range.end;
        match out.last_mut() {
            Some(last) if belongs(last, &token) => {
                last.text.push_str(&token.text);
                last.range.end = token.range.end;
            }
            _ => out.push(token),
        }
    }
    out
}

/// Whether white space stands inside a number: 「〔 2025 〕」, 「16 号」.
fn belongs(last: &Token, next: &Token) -> bool {
    let bare = |t: &Token| t.kind == Kind::Word && !t.unclosed;
    if !bare(last) || !bare(next) || next.exclude || next.field.is_some() {
        return false;
    }
    let (a, b) = (fold(&last.text), fold(&next.text));
    let figure = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    (a.ends_with('(') && figure(b.chars().next()))
        || (figure(a.chars().next_back()) && (b.starts_with(')') || b == fold("号")))
}

fn tail(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

fn skip_space(text: &str, at: usize) -> usize {
    text.len() - tail(text, at).trim_start().len()
}

fn next(text: &str, at: usize) -> Option<Token> {
    let start = skip_space(text, at);
    let first = tail(text, start).chars().next()?;
    let after_sign = start + first.len_utf8();
    let follows = tail(text, after_sign).chars().next().is_some_and(|c| !c.is_whitespace());
    let exclude = matches!(first, '-' | '−' | '－' | '﹣') && follows;
    let begin = if exclude { after_sign } else { start };
    let mut token = quoted(text, begin).unwrap_or_else(|| word(text, begin));
    token.exclude = exclude;
    token.range.start = start;
    Some(token)
}

fn quoted(text: &str, at: usize) -> Option<Token> {
    let open = tail(text, at).chars().next()?;
    let closers = closers(open)?;
    let from = at + open.len_utf8();
    let inside = tail(text, from);
    let close = inside.find(closers);
    let to = close.map_or(text.len(), |i| from + i);
    let width = tail(text, to).chars().next().map_or(0, char::len_utf8);
    Some(Token {
        field: None,
        text: text.get(from..to).unwrap_or_default().to_owned(),
        kind: Kind::Quoted,
        exclude: false,
        unclosed: close.is_none(),
        range: at..to + width,
    })
}

fn word(text: &str, at: usize) -> Token {
    let end = tail(text, at).find(char::is_whitespace).map_or(text.len(), |i| at + i);
    let whole = text.get(at..end).unwrap_or_default();
    if let Some(colon) = whole.find([':', '：']) {
        let (name, value) = whole.split_at(colon);
        let width = value.chars().next().map_or(0, char::len_utf8);
        if fields::scope(name).is_some()
            && let Some(mut token) = value_at(text, at + colon + width)
        {
            token.field = Some(name.to_owned());
            token.range.start = at;
            return token;
        }
    }
    Token {
        field: None,
        text: whole.to_owned(),
        kind: Kind::Word,
        exclude: false,
        unclosed: false,
        range: at..end,
    }
}

/// The value after 「检索项：」, also with a space between.
fn value_at(text: &str, at: usize) -> Option<Token> {
    let at = skip_space(text, at);
    if at >= text.len() {
        return None;
    }
    if let Some(token) = quoted(text, at) {
        return Some(token);
    }
    let end = tail(text, at).find(char::is_whitespace).map_or(text.len(), |i| at + i);
    let text = text.get(at..end)?.to_owned();
    Some(Token {
        field: None,
        text,
        kind: Kind::Word,
        exclude: false,
        unclosed: false,
        range: at..end,
    })
}
