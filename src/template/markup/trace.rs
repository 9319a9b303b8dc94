//! Where a rendered line came from: rendering keeps no map, but a template's own words stand in both.

use std::sync::Arc;

use crate::diag::{SourceFile, Span};

/// The templates that a body may have been rendered from.
#[derive(Debug)]
pub(crate) struct Trace {
    /// The first is the body itself.
    files: Vec<Arc<SourceFile>>,
}

impl Trace {
    /// `body` first, then what it may have included.
    pub(crate) fn new(
        body: &Arc<SourceFile>,
        others: impl Iterator<Item = Arc<SourceFile>>,
    ) -> Self {
        let mut files = vec![Arc::clone(body)];
        files.extend(others.filter(|f| f.name() != body.name()));
        Self { files }
    }

    /// The template line that shares the longest words with a rendered `line`; the body's beginning if none does.
    pub(crate) fn place(&self, line: &str) -> Span {
        let mut best: Option<(usize, Span)> = None;
        for file in &self.files {
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
        let begin = self.files.first().map(|file| Span::new(file, 0..0));
        best.map(|(_, span)| span)
            .or(begin)
            .unwrap_or_else(|| Span::new(&SourceFile::new("", ""), 0..0))
    }
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
