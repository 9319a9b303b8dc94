//! The markup of bodies: paragraphs, four levels of headings, lists and `:::` directives, nothing else.
//!
//! Markdown's inline rules are the parser library's; what the markup does not have is refused by name, so that
//! a slip of the pen never becomes a surprise on paper. Data comes with masks on (`engine::mask`), so whatever
//! is refused here was written by the template. A manuscript has no template: its text is its own, and it may
//! draw tables besides.

mod directive;
mod open;
mod segment;
mod trace;

use crate::diag::{Diagnostic, Span};
use crate::document::{Block, PartRole, Roster, Signature, Table};

pub(super) use directive::without_brackets;
use open::Open;
pub(super) use trace::Trace;

/// A body as parsed, before tables are filled in.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// The main text.
    pub(super) main: Vec<Piece>,
    /// 出席、请假、列席.
    pub(super) attendance: Vec<Roster>,
    /// What follows it.
    pub(super) parts: Vec<ParsedPart>,
    /// 附注.
    pub(super) note: Option<String>,
    /// Files that pictures name, and where.
    pub(super) pictures: Vec<(String, Span)>,
}

/// A part: its role, title and text.
#[derive(Debug)]
pub(super) struct ParsedPart {
    pub(super) role: PartRole,
    pub(super) title: String,
    /// Whether it is bound apart from the main text.
    pub(super) apart: bool,
    /// Whether it is an annex of the issued document before it, not of the main text.
    pub(super) of_issued: bool,
    pub(super) pieces: Vec<Piece>,
    pub(super) signature: Option<Signature>,
    /// Where it begins.
    at: Span,
}

/// A block, a table as written with whether it lies on its side, or the place of a table that the kind defines.
#[derive(Debug)]
pub(super) enum Piece {
    Block(Block),
    Drawn { table: Table, landscape: bool },
    Table { id: String, at: Span },
}

/// A line of the rendered text and its number, from 0.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    text: &'a str,
    number: usize,
}

/// What `::: 表` said of the table that is to come.
struct Caption {
    text: Option<String>,
    landscape: bool,
    at: Span,
}

struct Reader<'a> {
    trace: &'a Trace,
    findings: Vec<Diagnostic>,
    out: Parsed,
    /// Numbers of the four levels of headings.
    counters: [u32; 4],
    /// Numbers of 章, 节 and 条.
    articles: [u32; 3],
    /// Tables drawn so far.
    drawn: u32,
    caption: Option<Caption>,
    open: Option<Open>,
}

/// Parses `text`, the rendered body; findings are placed in the templates that `trace` knows.
pub(super) fn parse(text: &str, trace: &Trace) -> (Parsed, Vec<Diagnostic>) {
    let mut reader = Reader {
        trace,
        findings: Vec::new(),
        out: Parsed::default(),
        counters: [0; 4],
        articles: [0; 3],
        drawn: 0,
        caption: None,
        open: None,
    };
    let mut stretch = segment::Stretch::default();
    for (number, raw) in text.lines().enumerate() {
        // Indentation of the template's own blocks means nothing, but under a list.
        let line = Line { text: raw.trim(), number };
        if let Some(directive) = line.text.strip_prefix(":::") {
            reader.segment(&std::mem::take(&mut stretch));
            reader.close();
            reader.directive(directive.trim(), line);
        } else if !reader.goes_on(line) {
            stretch.push(raw, number);
        }
    }
    reader.segment(&stretch);
    reader.close();
    reader.finish();
    (reader.out, reader.findings)
}

impl Reader<'_> {
    /// Says what is wrong with the rendered `line`.
    fn say(&mut self, message: impl Into<String>, line: Line<'_>, hint: &str) {
        let at = self.trace.place(line.text, line.number);
        self.say_at(message, at, hint);
    }

    fn say_at(&mut self, message: impl Into<String>, at: Span, hint: &str) {
        let message = message.into();
        // A slip in a loop's body is one slip.
        let same = |f: &Diagnostic| {
            f.message == message
                && f.at.as_ref().is_some_and(|s| s.line_column() == at.line_column())
        };
        if !self.findings.iter().any(same) {
            self.findings.push(Diagnostic::error("K-06", message).at(at).hint(hint));
        }
    }

    fn push(&mut self, piece: Piece) {
        match self.out.parts.last_mut() {
            Some(part) => part.pieces.push(piece),
            None => self.out.main.push(piece),
        }
    }

    /// Joins run-in headings; tells of parts without content.
    fn finish(&mut self) {
        join_run_in(&mut self.out.main);
        for part in &mut self.out.parts {
            join_run_in(&mut part.pieces);
            if part.pieces.is_empty() {
                self.findings.push(
                    Diagnostic::warning("K-06", format!("“{}”没有内容", part.title))
                        .at(part.at.clone())
                        .hint("附件或被印发的文件要有正文或表；没有时不要写这一节。"),
                );
            }
        }
    }
}

/// A heading that ends in 「。」 takes the paragraph after it onto its line.
fn join_run_in(pieces: &mut Vec<Piece>) {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        if let Piece::Block(Block::Paragraph { text, .. }) = &piece
            && let Some(Piece::Block(Block::Heading { text: heading, run_in, .. })) = out.last_mut()
            && heading.ends_with('。')
            && run_in.is_none()
        {
            *run_in = Some(text.clone());
            continue;
        }
        out.push(piece);
    }
    *pieces = out;
}
