//! From text to tree: parser events become nodes; what the house does not take is reported, not obeyed.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError};

use super::tree::{Key, Node, Scalar, Style, Value};
use super::{near, syntax};
use crate::diag::{Diagnostic, SourceFile, Span};

/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 64;
/// The most nodes that are read: three times those of 5,000 problems and 20,000 complaints.
const MAX_NODES: usize = 3_000_000;
/// The most findings of reading that are listed.
const MAX_FINDINGS: usize = 200;

/// What reading gave.
#[derive(Debug)]
pub struct Reading {
    /// The tree, if there is one to work with.
    pub root: Option<Node>,
    /// What was noticed.
    pub findings: Vec<Diagnostic>,
}

/// Reads `source`. `is_field` knows the field names of the data model, so that `title：` is seen as a slip.
#[must_use]
pub fn read(source: &Arc<SourceFile>, is_field: &dyn Fn(&str) -> bool) -> Reading {
    let text = source.text();
    let first = Builder::new(source).run(text);
    let Err(error) = first.outcome else {
        return Reading { root: first.root, findings: first.findings };
    };
    let tabs = syntax::indenting_tabs(text);
    let colons = syntax::full_width_colons(text, is_field);
    let mut findings: Vec<Diagnostic> = Vec::new();
    findings.extend(tabs.iter().take(MAX_FINDINGS).map(|r| syntax::tab(source, r.clone())));
    findings.extend(unlisted("Y-03", tabs.len().saturating_sub(MAX_FINDINGS)));
    findings.extend(colons.iter().take(MAX_FINDINGS).map(|r| syntax::colon(source, r.clone())));
    findings.extend(unlisted("Y-04", colons.len().saturating_sub(MAX_FINDINGS)));
    let mut left = (error, first.findings, None);
    if !colons.is_empty() {
        // As long as before: what follows is read at its own places.
        let repaired = syntax::with_half_width(text, &colons);
        let second = Builder::new(source).run(&repaired);
        match second.outcome {
            Ok(()) => {
                findings.extend(second.findings);
                return Reading { root: second.root, findings };
            }
            Err(error) => left = (error, second.findings, second.root),
        }
    }
    let (error, noticed, root) = left;
    findings.extend(noticed);
    if !syntax::is_explained(source, &error, &findings) {
        findings.push(syntax::explain(source, &error));
    }
    Reading { root, findings }
}

/// Says that `more` findings are not listed.
fn unlisted(code: &'static str, more: usize) -> Option<Diagnostic> {
    let message = format!("同类问题还有 {more} 处，没有一一列出");
    (more > 0).then(|| Diagnostic::error(code, message))
}

struct Run {
    root: Option<Node>,
    findings: Vec<Diagnostic>,
    outcome: Result<(), ScanError>,
}

/// An open collection.
enum Frame {
    Map {
        start: usize,
        entries: Vec<(Key, Node)>,
        seen: BTreeMap<String, Range<usize>>,
        pending: Option<Pending>,
    },
    Seq {
        start: usize,
        items: Vec<Node>,
    },
}

/// A key whose value is to come; `keep` is false for a second key of the same name.
struct Pending {
    key: Key,
    keep: bool,
}

struct Builder<'s> {
    source: &'s Arc<SourceFile>,
    stack: Vec<Frame>,
    root: Option<Node>,
    documents: usize,
    nodes: usize,
    findings: Vec<Diagnostic>,
    unlisted: usize,
}

impl<'s> Builder<'s> {
    fn new(source: &'s Arc<SourceFile>) -> Self {
        Self {
            source,
            stack: Vec::new(),
            root: None,
            documents: 0,
            nodes: 0,
            findings: Vec::new(),
            unlisted: 0,
        }
    }

    fn run(mut self, text: &str) -> Run {
        let mut options = Options::default();
        options.emit_comments = false;
        options.emit_unresolved_aliases = true;
        options.flow_nesting_limit = MAX_DEPTH + 1;
        options.block_nesting_limit = MAX_DEPTH + 1;
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, span) = match event {
                Ok(pair) => pair,
                Err(error) if *error.kind() == ErrorKind::RecursionLimitExceeded => {
                    let at = error.marker().byte_offset().unwrap_or_default();
                    self.too_deep(at..at);
                    return self.finish(Ok(()), true);
                }
                Err(error) => return self.finish(Err(error), true),
            };
            let range = span.byte_range().unwrap_or_default();
            if !self.take(event, range, text) {
                return self.finish(Ok(()), true);
            }
        }
        self.finish(Ok(()), false)
    }

    fn finish(mut self, outcome: Result<(), ScanError>, broken_off: bool) -> Run {
        self.findings.extend(unlisted("Y-06", self.unlisted));
        let root = if broken_off { None } else { self.root };
        Run { root, findings: self.findings, outcome }
    }

    /// Takes one event; false means: stop reading.
    fn take(&mut self, event: Event<'_>, range: Range<usize>, text: &str) -> bool {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.report(
                        Diagnostic::error("Y-01", "一个数据文件只能有一份数据，这里又开始了一份")
                            .hint("删去这一行的“---”；两个督察项目要写成两个文件。"),
                        range,
                    );
                    return false;
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                self.refuse_properties(anchor, tag.is_some(), &range);
                return self.scalar(value.into_owned(), style, range);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_properties(anchor, tag.is_some(), &range);
                return self.open(Frame::Seq { start: range.start, items: Vec::new() }, range);
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_properties(anchor, tag.is_some(), &range);
                let frame = Frame::Map {
                    start: range.start,
                    entries: Vec::new(),
                    seen: BTreeMap::new(),
                    pending: None,
                };
                return self.open(frame, range);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end, text),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.report(
                    Diagnostic::error("Y-06", "数据文件里不能用别名（*名称）")
                        .hint("把所指的内容照抄在这里；如果本来就是文字，加引号。"),
                    range.clone(),
                );
                return self.node(Node { span: range, value: Value::Opaque });
            }
            _ => {}
        }
        true
    }

    fn refuse_properties(&mut self, anchor: usize, tagged: bool, range: &Range<usize>) {
        if anchor != 0 {
            self.report(
                Diagnostic::error("Y-06", "数据文件里不能用锚点（&名称）")
                    .hint("删去 & 和后面的名称；如果本来就是文字，加引号。"),
                range.clone(),
            );
        }
        if tagged {
            self.report(
                Diagnostic::error("Y-06", "数据文件里不能用标签（!名称）")
                    .hint("删去 ! 和后面的名称；如果本来就是文字，加引号。"),
                range.clone(),
            );
        }
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, range: Range<usize>) -> bool {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        if style == Style::Plain
            && !range.is_empty()
            && let Some(finding) = syntax::cut_off_by_hash(self.source, range.end)
            && self.findings.len() < MAX_FINDINGS
        {
            self.findings.push(finding);
        }
        if let Some(Frame::Map { pending: None, .. }) = self.stack.last() {
            return self.key(Key { span: range, text }, style);
        }
        // An empty value stands where the next thing begins; show it at its key instead.
        let span = match self.stack.last() {
            Some(Frame::Map { pending: Some(p), .. }) if range.is_empty() => p.key.span.clone(),
            _ => range,
        };
        self.node(Node { span, value: Value::Scalar(Scalar { text, style }) })
    }

    fn key(&mut self, key: Key, style: Style) -> bool {
        if key.text == "<<" && style == Style::Plain {
            self.report(
                Diagnostic::error("Y-06", "数据文件里不能用合并键（<<）")
                    .hint("把要合并的各项照抄在这里。"),
                key.span.clone(),
            );
        }
        let source = self.source;
        let mut twice = None;
        if let Some(Frame::Map { seen, pending, .. }) = self.stack.last_mut() {
            let keep = match seen.get(&key.text) {
                Some(first) => {
                    twice = Some(first.clone());
                    false
                }
                None => {
                    seen.insert(key.text.clone(), key.span.clone());
                    key.text != "<<" || style != Style::Plain
                }
            };
            *pending = Some(Pending { key: key.clone(), keep });
        }
        if let Some(first) = twice {
            self.report(
                Diagnostic::error(
                    "Y-05",
                    format!("“{}”写了两次，只能写一次", near::short(&key.text)),
                )
                .related(Span::new(source, first), "第一次写在这里")
                .hint("删去一处；如果是列表里的两项，第二项前面要加“- ”。"),
                key.span,
            );
        }
        self.count()
    }

    fn open(&mut self, frame: Frame, range: Range<usize>) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            self.too_deep(range);
            return false;
        }
        if let Some(Frame::Map { pending: None, .. }) = self.stack.last() {
            self.report(
                Diagnostic::error("Y-01", "冒号前面只能是字段名，不能是列表或一组字段")
                    .hint("文字以 { 或 [ 开头时要加引号。"),
                range,
            );
            return false;
        }
        self.stack.push(frame);
        self.count()
    }

    fn close(&mut self, end: usize, text: &str) {
        let (start, value) = match self.stack.pop() {
            Some(Frame::Map { start, entries, .. }) => (start, Value::Map(entries)),
            Some(Frame::Seq { start, items }) => (start, Value::Seq(items)),
            None => return,
        };
        let end = text.get(start..end).map_or(start, |t| start + t.trim_end().len());
        self.put(Node { span: start..end, value });
    }

    fn node(&mut self, node: Node) -> bool {
        self.put(node);
        self.count()
    }

    fn put(&mut self, node: Node) {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Frame::Seq { items, .. }) => items.push(node),
            Some(Frame::Map { entries, pending, .. }) => {
                if let Some(Pending { key, keep: true }) = pending.take() {
                    entries.push((key, node));
                }
            }
        }
    }

    fn count(&mut self) -> bool {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message = format!("数据文件的内容超过 {MAX_NODES} 项，不予读取");
            self.report(Diagnostic::error("Y-07", message), 0..0);
            return false;
        }
        true
    }

    fn too_deep(&mut self, range: Range<usize>) {
        let message = format!("嵌套超过 {MAX_DEPTH} 层，不予读取");
        self.report(
            Diagnostic::error("Y-07", message).hint("检查这里的括号或缩进是不是写错了。"),
            range,
        );
    }

    fn report(&mut self, finding: Diagnostic, range: Range<usize>) {
        if self.findings.len() >= MAX_FINDINGS {
            self.unlisted += 1;
            return;
        }
        self.findings.push(finding.at(Span::new(self.source, range)));
    }
}
