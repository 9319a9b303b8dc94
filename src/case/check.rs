//! What a check looks at, and what it gathers.

use std::ops::Range;
use std::sync::Arc;

use super::entities::Entities;
use super::schema::Schema;
use super::tree::Node;
use super::{facts, references, structure};
use crate::diag::{Diagnostic, SourceFile, Span};

/// The most findings that are listed.
const MAX_FINDINGS: usize = 1000;

/// What a check looks at.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The schema it follows.
    pub schema: &'a Schema,
    /// The data file.
    pub source: &'a Arc<SourceFile>,
    /// Its tree.
    pub root: &'a Node,
    /// Its ids.
    pub entities: &'a Entities,
}

/// S-01 to S-05 over the whole tree.
#[must_use]
pub fn model(subject: Subject<'_>) -> Vec<Diagnostic> {
    let mut findings = Findings::new(subject.source);
    structure::check(subject, &mut findings);
    references::duplicates(subject, &mut findings);
    facts::later_than_as_of(subject, &mut findings);
    findings.into_list()
}

/// What S-01 and S-05 say of single values, as their JSON Pointers.
#[must_use]
pub fn unreadable(subject: Subject<'_>) -> Vec<String> {
    let mut findings = Findings::new(subject.source);
    structure::check(subject, &mut findings);
    findings.unreadable
}

/// Findings being gathered, up to a limit.
pub struct Findings<'a> {
    source: &'a Arc<SourceFile>,
    list: Vec<Diagnostic>,
    unlisted: usize,
    /// 读不出的数据项: JSON Pointers of values that are not what the schema asks for, or are not there.
    pub unreadable: Vec<String>,
}

impl<'a> Findings<'a> {
    /// None yet.
    pub fn new(source: &'a Arc<SourceFile>) -> Self {
        Self { source, list: Vec::new(), unlisted: 0, unreadable: Vec::new() }
    }

    /// Adds `finding`, standing at `range` and about `pointer`.
    pub fn add(&mut self, finding: Diagnostic, range: &Range<usize>, pointer: &str) {
        if self.list.len() >= MAX_FINDINGS {
            self.unlisted += 1;
            return;
        }
        self.list.push(finding.at(self.span(range)).path(pointer));
    }

    /// A place in the file.
    #[must_use]
    pub fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.source, range.clone())
    }

    /// Whether suggestions are still worth their time: the first findings are the ones that get mended.
    #[must_use]
    pub fn wants_suggestions(&self) -> bool {
        self.list.len() < MAX_FINDINGS / 10
    }

    /// All of them, in the order they were found.
    #[must_use]
    pub fn into_list(mut self) -> Vec<Diagnostic> {
        if self.unlisted > 0 {
            let message = format!("问题太多，还有 {} 个没有列出；先改好前面的", self.unlisted);
            self.list.push(Diagnostic::error("S-01", message));
        }
        self.list
    }
}

/// Sorts by place; what has none comes last, findings at one place keep their order.
pub fn sort(list: &mut [Diagnostic]) {
    list.sort_by_key(|finding| finding.at.as_ref().map_or(usize::MAX, |span| span.range.start));
}
