//! Findings: what the house says about data.
//!
//! A finding is a plain value with a code, a place, words and a way out; a step returns all of them.
//! Only `cli` draws findings, decides colours and exit codes.

pub mod code;
mod failure;
mod source;
mod table;

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

pub use failure::{Failure, Outcome, WorldError};
pub use source::{SourceFile, Span};
pub use table::read_table;

/// How heavy a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 提示: worth knowing, nothing to do.
    Note,
    /// 警告: shown, does not block.
    Warning,
    /// 错误: blocks formal documents and archiving.
    Error,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "提示",
            Self::Warning => "警告",
            Self::Error => "错误",
        }
    }
}

/// One finding about data.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Rule id (`S-01`, `R-34`) or one of the program's own codes (see [`code::CODES`]).
    pub code: Cow<'static, str>,
    /// 错误 or 警告.
    pub severity: Severity,
    /// Where it stands, if it stands in a file.
    pub at: Option<Span>,
    /// A second place that belongs to it (the first of two duplicates, say) with its words.
    pub related: Vec<(Span, String)>,
    /// Which cell of a workbook it is about, if it is about one.
    pub cell: Option<CellPlace>,
    /// JSON Pointer into the case, if it is about case data.
    pub path: Option<String>,
    /// The clause behind it, where a rule pack names another than the table of codes.
    pub source: Option<String>,
    /// Words of the data it is about, for those who can say where they stand.
    pub about: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do, each a sentence.
    pub hints: Vec<String>,
}

/// 单元格: a place in a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellPlace {
    /// The workbook, as the user typed it.
    pub file: String,
    /// `问题台账!F14`, or the sheet's name alone; empty for the whole workbook.
    pub cell: String,
}

impl Diagnostic {
    /// An error with `code` and words.
    pub fn error(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// A warning with `code` and words.
    pub fn warning(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    /// A note with `code` and words.
    pub fn note(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Note, message)
    }

    fn new(
        code: impl Into<Cow<'static, str>>,
        severity: Severity,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            severity,
            at: None,
            related: Vec::new(),
            cell: None,
            path: None,
            source: None,
            about: None,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.at = Some(span);
        self
    }

    /// Says in which workbook, and where in it.
    #[must_use]
    pub fn in_cell(mut self, place: CellPlace) -> Self {
        self.cell = Some(place);
        self
    }

    /// Says where in the case, as a JSON Pointer.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Says which words of the data it is about.
    #[must_use]
    pub fn about(mut self, words: impl Into<String>) -> Self {
        self.about = Some(words.into());
        self
    }

    /// Points to a second place.
    #[must_use]
    pub fn related(mut self, span: Span, words: impl Into<String>) -> Self {
        self.related.push((span, words.into()));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// What makes it the same finding as another: code, words and place.
    #[must_use]
    pub fn key(&self) -> (String, String, Option<(String, usize)>) {
        let at = self.at.as_ref().map(|s| (s.source.name().to_owned(), s.range.start));
        (self.code.to_string(), self.message.clone(), at)
    }

    /// Says on which clause it rests, as the rule pack has it.
    #[must_use]
    pub fn clause_of(mut self, clause: impl Into<String>) -> Self {
        self.source = Some(clause.into());
        self
    }

    /// The clause or standard behind it: as the rule pack has it, else as the program's own table knows it.
    #[must_use]
    pub fn clause(&self) -> Option<&str> {
        self.source.as_deref().or_else(|| code::lookup(&self.code).and_then(|c| c.clause))
    }
}

impl Serialize for Diagnostic {
    /// The stable NDJSON form of a finding; `line` and `column` are 1-based, columns count characters.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "finding")?;
        map.serialize_entry("code", &self.code)?;
        if let Some(row) = code::lookup(&self.code) {
            map.serialize_entry("name", row.name)?;
        }
        map.serialize_entry("severity", &self.severity)?;
        if let Some(span) = &self.at {
            let (line, column) = span.line_column();
            map.serialize_entry("file", span.source.name())?;
            map.serialize_entry("line", &line)?;
            map.serialize_entry("column", &column)?;
        }
        if let Some(place) = &self.cell {
            map.serialize_entry("file", &place.file)?;
            if !place.cell.is_empty() {
                map.serialize_entry("cell", &place.cell)?;
            }
        }
        if let Some(path) = &self.path {
            map.serialize_entry("path", path)?;
        }
        map.serialize_entry("message", &self.message)?;
        if let Some(clause) = self.clause() {
            map.serialize_entry("clause", clause)?;
        }
        if !self.hints.is_empty() {
            map.serialize_entry("hint", &self.hints.join(" "))?;
        }
        map.end()
    }
}

/// A usable value and what was noticed on the way.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    /// The value.
    pub value: T,
    /// Findings; errors among them mean that formal use is barred.
    pub findings: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// A value with nothing to say about it.
    pub fn clean(value: T) -> Self {
        Self { value, findings: Vec::new() }
    }

    /// Whether an error is among the findings.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        has_errors(&self.findings)
    }
}

/// Whether an error is among `findings`.
#[must_use]
pub fn has_errors(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|f| f.severity == Severity::Error)
}
