//! Slips of writing that break the syntax, in the words of the desk: tabs, full-width colons, quotes, brackets.

use std::ops::Range;
use std::sync::Arc;

use granit_parser::{ErrorKind, ScanError};

use crate::diag::{Diagnostic, SourceFile, Span};

/// The full-width colon, three bytes long.
const FULL_WIDTH: char = '：';

/// The tabs that indent lines of a block (within brackets, as in JSON, tabs are harmless).
#[must_use]
pub fn indenting_tabs(text: &str) -> Vec<Range<usize>> {
    if text.trim_start().starts_with(['{', '[']) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let content = line.trim_start_matches([' ', '\t', '-']);
        let indent = &line[..line.len() - content.len()];
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        if let Some(tab) = indent.find('\t') {
            let run = indent[tab..].bytes().take_while(|b| *b == b'\t').count();
            found.push(start + tab..start + tab + run);
        }
    }
    found
}

/// The full-width colons that stand where a field name ends.
#[must_use]
pub fn full_width_colons(text: &str, is_field: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        for (at, mark) in line.match_indices(FULL_WIDTH) {
            if ends_field_name(&line[..at], &line[at + mark.len()..], is_field) {
                found.push(start + at..start + at + mark.len());
            }
        }
    }
    found
}

fn ends_field_name(before: &str, after: &str, is_field: &dyn Fn(&str) -> bool) -> bool {
    let before = before.trim_end().trim_end_matches(['"', '\'']);
    let word_start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || *c == '_')
        .last()
        .map_or(before.len(), |(i, _)| i);
    let word = &before[word_start..];
    let lead = before[..word_start].trim_end_matches(['"', '\'']).trim_end();
    let in_place =
        lead.chars().all(|c| c == '-' || c.is_whitespace()) || lead.ends_with(['{', ',']);
    if !in_place || word.is_empty() {
        return false;
    }
    if word.is_ascii() {
        return is_field(word) || word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    }
    // Chinese field names hold counts; anything else is prose.
    is_field(word) && after.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// `text` with the colons at `places` made half-width and padded, so that all offsets stay.
#[must_use]
pub fn with_half_width(text: &str, places: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for place in places {
        out.push_str(&text[done..place.start]);
        out.push_str(":  ");
        done = place.end;
    }
    out.push_str(&text[done..]);
    out
}

/// Y-03 at `range`.
#[must_use]
pub fn tab(source: &Arc<SourceFile>, range: Range<usize>) -> Diagnostic {
    Diagnostic::error("Y-03", "缩进用了制表符（Tab 键）")
        .at(Span::new(source, range))
        .hint("缩进只能用空格：把制表符换成空格，每一层两个。")
}

/// Y-04 at `range`.
#[must_use]
pub fn colon(source: &Arc<SourceFile>, range: Range<usize>) -> Diagnostic {
    Diagnostic::error("Y-04", "字段名后面用了全角冒号“：”")
        .at(Span::new(source, range))
        .hint("改成半角冒号加一个空格“: ”。")
}

/// Y-08 if a `#` right after the unquoted text that ends at `end` cuts off what was probably meant as text: comments
/// are written `# …`, numbers `#1`.
#[must_use]
pub fn cut_off_by_hash(source: &Arc<SourceFile>, end: usize) -> Option<Diagnostic> {
    let rest = source.text().get(end..)?;
    let blank = rest.len() - rest.trim_start_matches(' ').len();
    let comment = rest[blank..].strip_prefix('#')?;
    if blank == 0
        || comment.starts_with(['#', '-', '='])
        || comment.starts_with(char::is_whitespace)
    {
        return None;
    }
    comment.chars().next()?;
    Some(
        Diagnostic::warning("Y-08", "从这个 # 起到行末被当作注释，不算数据")
            .at(Span::new(source, end + blank..end + blank + 1))
            .hint("如果是正文的一部分，整段文字加引号；如果确是注释，# 后面空一格。"),
    )
}

/// Whether findings already made are the reason of `error`: they stand on its line, or tabs just before it.
#[must_use]
pub fn is_explained(source: &Arc<SourceFile>, error: &ScanError, findings: &[Diagnostic]) -> bool {
    let line = source.line_column(offset(error)).0;
    findings.iter().any(|finding| {
        let tab = finding.code == "Y-03";
        let at = finding.at.as_ref().map_or(0, |span| span.line_column().0);
        at == line || (tab && (at + 1 == line || is_tab(error.kind())))
    })
}

fn offset(error: &ScanError) -> usize {
    error.marker().byte_offset().unwrap_or_default()
}

fn is_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    )
}

/// A parser's complaint in the words of the desk.
#[must_use]
pub fn explain(source: &Arc<SourceFile>, error: &ScanError) -> Diagnostic {
    let at = offset(error).min(source.text().len());
    if is_tab(error.kind()) {
        return tab(source, at..at);
    }
    if let Some(bracket) = open_bracket_before(source.text(), at) {
        return Diagnostic::error("Y-01", "括号没有成对：这一行的括号没有关上")
            .at(Span::new(source, bracket..bracket + 1))
            .hint("在这一行补上 ] 或 }。");
    }
    if let Some(dash) = dash_without_space(source.text(), at) {
        return Diagnostic::error("Y-01", "“-”后面要有一个空格")
            .at(Span::new(source, dash..dash + 1))
            .hint("列表的一项写成“- 内容”。");
    }
    let (message, hint) = in_line(source.text(), at, error.kind())
        .map_or_else(|| words(error.kind()), |(message, hint)| (message.to_owned(), hint));
    Diagnostic::error("Y-01", message).at(Span::new(source, at..at)).hint(hint)
}

/// The dash of a list item without its space, on the line of `at` or the one before it.
fn dash_without_space(text: &str, at: usize) -> Option<usize> {
    let at = text.floor_char_boundary(at.min(text.len()));
    let line_of = |end: usize| text[..end].rfind('\n').map_or(0, |i| i + 1);
    let here = line_of(at);
    [Some(here), here.checked_sub(1).map(line_of)].into_iter().flatten().find_map(|start| {
        let line = text[start..].lines().next().unwrap_or_default();
        let content = line.trim_start();
        let key = content.strip_prefix('-')?.split(':').next()?;
        let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        is_key.then(|| start + line.len() - content.len())
    })
}

/// Some complaints mean one thing at the beginning of a line and another within it.
fn in_line(text: &str, at: usize, kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    let at = text.floor_char_boundary(at.min(text.len()));
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let before = &text[start..at];
    match kind {
        ErrorKind::MappingValueNotAllowed if !before.contains(": ") => {
            Some(("这一行缩进得太深，被当成上一行文字的一部分", INDENT))
        }
        ErrorKind::ExpectedBlockMappingKey if !before.trim().is_empty() => {
            Some(("这一行写到这里读不下去：前面的内容已经结束，后面又有文字", QUOTE))
        }
        _ => None,
    }
}

/// How many lines before an error its cause is sought.
const LOOK_BACK: usize = 6;

/// A bracket left open on the line of `at` or shortly before it, where the next line is a field again.
fn open_bracket_before(text: &str, at: usize) -> Option<usize> {
    let at = text.floor_char_boundary(at.min(text.len()));
    let line_of = |end: usize| text[..end].rfind('\n').map_or(0, |i| i + 1);
    let here = line_of(at);
    let starts = std::iter::successors(Some(here), |start| start.checked_sub(1).map(line_of));
    starts.take(LOOK_BACK).find_map(|start| {
        let line = text[start..].lines().next().unwrap_or_default();
        let next = text[start + line.len()..].trim_start();
        let field = next.split([':', '\n']).next().unwrap_or_default();
        let resumes = next.starts_with("- ")
            || (!field.is_empty() && field.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        if resumes { open_bracket(line).map(|i| start + i) } else { None }
    })
}

/// The first bracket of `line` that stays open on it; quotes and comments do not count.
fn open_bracket(line: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    for (i, c) in line.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') if line[..i].trim_end().ends_with([':', ',', '[', '{']) => {
                quote = Some(c);
            }
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '#') if line[..i].ends_with(' ') => break,
            (None, '[' | '{') => open.push(i),
            (None, ']' | '}') => {
                open.pop();
            }
            _ => {}
        }
    }
    open.first().copied()
}

const QUOTE: &str = "文字里有冒号、井号、方括号、花括号或引号时，整段文字加引号。";
const INDENT: &str = "同一层的字段左边要对齐；下一层多缩进两个空格。";

fn words(kind: &ErrorKind) -> (String, &'static str) {
    use ErrorKind as E;
    let (message, hint) = match kind {
        E::MappingValueNotAllowed | E::InvalidColonPlacement => {
            ("这里不能再出现冒号：一行里只能有一个“字段: 值”", QUOTE)
        }
        E::SimpleKeyExpected | E::InvalidSimpleKey => {
            ("这一行不是“字段: 值”的写法", "看看是不是漏了冒号，或者冒号后面漏了空格。")
        }
        E::ExpectedBlockMappingKey
        | E::InvalidIndentation
        | E::MappingKeyNotAllowed
        | E::InvalidFlowScalarIndent
        | E::InvalidQuotedScalarIndent
        | E::InvalidBlockScalarIndent => ("缩进不对，或者这里本应是一个字段名", INDENT),
        E::ExpectedBlockSequenceEntry | E::BlockSequenceEntryNotAllowed => {
            ("缩进不对，或者列表里漏了“- ”", INDENT)
        }
        E::InvalidBlockEntryWhitespace | E::PlainScalarStartsWithDashFlowIndicator => {
            ("“-”后面要有一个空格", "列表的一项写成“- 内容”；文字以 - 开头时加引号。")
        }
        E::InvalidMappingValueWhitespace | E::ExpectedWhitespace => {
            ("冒号或标点后面要有一个空格", "写成“字段: 值”。")
        }
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => {
            ("引号没有成对", "从这里往前找只有一半的引号，补上另一半。")
        }
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            ("引号结束后又有文字", "把整段文字放进同一对引号；文字里的引号用“ ”。")
        }
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate
        | E::InvalidUnicodeEscape => {
            ("双引号里的反斜杠 \\ 写法不对", "改用单引号，或者把 \\ 写成 \\\\。")
        }
        E::UnexpectedEofFlowSequence
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofImplicitFlowMapping
        | E::UnclosedFlowCollection { .. } => {
            ("括号没有成对：到文件末尾还没有找到另一半", "补上 ] 或 }。")
        }
        E::ExpectedFlowSequenceSeparator | E::ExpectedFlowMappingSeparator => (
            "括号里各项之间要用半角逗号隔开，最后以 ] 或 } 结束",
            "看看是不是用了全角逗号“，”，或者漏了括号。",
        ),
        E::MisplacedFlowCollectionEnd | E::MismatchedFlowCollectionEnd { .. } => {
            ("括号没有成对：这里的 ] 或 } 与前面的括号对不上", QUOTE)
        }
        E::UnexpectedCharacter { character } => {
            let message = format!("文字不能以“{}”开头", character.escape_debug());
            return (message, "整段文字加引号。");
        }
        E::CommentNotSeparated | E::CommentInterceptedScalar => {
            ("注释的写法不对：# 前面要有空格，并且不能插在一段文字中间", QUOTE)
        }
        E::ZeroBlockScalarIndent | E::InvalidBlockScalarHeader => {
            ("“|”或“>”后面不能有文字", "多行文字从下一行开始写，并缩进两个空格。")
        }
        E::ExpectedDocumentStart
        | E::InvalidDocumentEnd
        | E::MissingDocumentEndBeforeDirective
        | E::DuplicateVersionDirective
        | E::UnsupportedYamlMajorVersion => ("数据到这里已经结束，后面又有内容", INDENT),
        E::MissingAnchorOrAliasName | E::UnknownAnchor => {
            ("文字不能以 & 或 * 开头", "整段文字加引号。")
        }
        E::ExpectedNodeContent => ("这里本应有内容", QUOTE),
        E::BomInsideDocument => ("文件中间有看不见的字节顺序标记", "删去这一行重新输入。"),
        E::UnexpectedEof | E::UnexpectedEofBlockMapping | E::UnexpectedEofBlockSequence => {
            ("文件没有写完", "看看末尾是不是被截断。")
        }
        other => {
            return (format!("读不懂这里的写法（{other}）"), QUOTE);
        }
    };
    (message.to_owned(), hint)
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line)
    })
}
