//! Texts that findings point into.

use std::ops::Range;
use std::sync::Arc;

/// A text with the name a person knows it by.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    lines: Vec<usize>,
}

impl SourceFile {
    /// A source under `name` (a path as the user typed it).
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let text = text.into();
        let mut lines = vec![0];
        lines.extend(text.match_indices('\n').map(|(i, _)| i + 1));
        Arc::new(Self { name: name.into(), text, lines })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset, 1-based; columns count characters.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = self.lines[line - 1];
        (line, self.text[start..offset].chars().count() + 1)
    }

    /// Byte offset of the first character of a 1-based line (the text's end if there is no such line).
    #[must_use]
    pub fn line_start(&self, line: usize) -> usize {
        self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }
}

/// A stretch of a source.
#[derive(Clone, Debug)]
pub struct Span {
    /// The text it lies in.
    pub source: Arc<SourceFile>,
    /// Byte range within it.
    pub range: Range<usize>,
}

impl Span {
    /// A stretch of `source`.
    #[must_use]
    pub fn new(source: &Arc<SourceFile>, range: Range<usize>) -> Self {
        Self { source: Arc::clone(source), range }
    }

    /// Line and column of its beginning, 1-based; columns count characters.
    #[must_use]
    pub fn line_column(&self) -> (usize, usize) {
        self.source.line_column(self.range.start)
    }
}

#[cfg(test)]
mod tests {
    use super::SourceFile;

    #[test]
    fn columns_count_characters_not_bytes() {
        let s = SourceFile::new("a.yaml", "题名: 甲\n文号: 乙丙\n");
        let at = s.text().find('丙').unwrap();
        assert_eq!(s.line_column(at), (2, 6));
        assert_eq!(s.line_column(usize::MAX), (3, 1));
        assert_eq!(s.line_start(2), s.text().find("文号").unwrap());
    }
}
