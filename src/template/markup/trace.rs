//! Where a rendered line came from: rendering keeps no map, but a template's own words stand in both.

use std::sync::Arc;

use crate::diag::{SourceFile, Span};

/// Where the lines of a body were written.
#[derive(Debug)]
pub(crate) enum Trace {
    /// Templates that it may have been rendered from; the first is the body itself.
    Templates(Vec<Arc<SourceFile>>),
    /// A manuscript, whose words are the body: they begin on this line of it (1-based).
    Manuscript(Arc<SourceFile>, usize),
}

impl Trace {
    /// `body` first, then what it may have included.
    pub(crate) fn new(
        body: &Arc<SourceFile>,
        others: impl Iterator<Item = Arc<SourceFile>>,
    ) -> Self {
        let mut files = vec![Arc::clone(body)];
        files.extend(others.filter(|f| f.name() != body.name()));
        Self::Templates(files)
    }

    /// The body is what stands in `source` from `offset` on.
    pub(crate) fn manuscript(source: &Arc<SourceFile>, offset: usize) -> Self {
        Self::Manuscript(Arc::clone(source), source.line_column(offset).0)
    }

    /// Whether the body is a manuscript's own text, in which nothing is data.
    pub(crate) fn is_free(&self) -> bool {
        matches!(self, Self::Manuscript(..))
    }

    /// Where the `number`th line (from 0) of the body, which reads `line`, was written. In a template that is the
    /// line that shares the longest words with it; the body's beginning if none does.
    pub(crate) fn place(&self, line: &str, number: usize) -> Span {
        match self {
            Self::Templates(files) => nearest(files, line),
            Self::Manuscript(source, first) => {
                let start = source.line_start(first + number);
                let text = source.text().get(start..).and_then(|t| t.lines().next());
                let text = text.unwrap_or_default();
                let lead = text.len() - text.trim_start().len();
                Span::new(source, start + lead..start + lead + text.trim().len())
            }
        }
    }
}

/// The template line that shares the longest words with a rendered `line`; the body's beginning if none does.
fn nearest(files: &[Arc<SourceFile>], line: &str) -> Span {
    let mut best: Option<(usize, Span)> = None;
    for file in files {
        let mut start = 0;
        for written in file.text().split_inclusive('\n') {
            let score =
                pieces(written).filter(|p| line.contains(p)).map(|p| p.chars().count()).max();
            let score = score.unwrap_or_default();
            if score > best.as_ref().map_or(0, |(other, _)| *other) {
                let text = written.trim();
                let lead = written.len() - written.trim_start().len();
                best = Some((score, Span::new(file, start + lead..start + lead + text.len())));
            }
            start += written.len();
        }
    }
    let begin = files.first().map(|file| Span::new(file, 0..0));
    best.map(|(_, span)| span)
        .or(begin)
        .unwrap_or_else(|| Span::new(&SourceFile::new("", ""), 0..0))
}

/// A template line's own words, without what the engine replaces. `table(…)` stands for its directive.
fn pieces(written: &str) -> impl Iterator<Item = &str> {
    let mut rest = written;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let cut = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min();
            let (piece, after) = rest.split_at(cut.unwrap_or(rest.len()));
            if piece.is_empty() {
                let close = ["}}", "%}", "#}"].iter().filter_map(|c| after.find(c)).min();
                let (inside, tail) = after.split_at(close.map_or(after.len(), |c| c + 2));
                rest = tail;
                // `{{ table('t') }}`: the table's name is found again in the line.
                let name = inside.split("table(").nth(1).and_then(|t| t.split(['\'', '"']).nth(1));
                if let Some(name) = name.filter(|n| !n.is_empty()) {
                    return Some(name);
                }
                continue;
            }
            rest = after;
            let piece = piece.trim();
            if !piece.is_empty() {
                return Some(piece);
            }
        }
        None
    })
}
