//! From bytes to the tree: UTF-8, YAML events, limits. No recursion here: depth is bounded, and hostile files
//! cost no stack.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle};

use super::habits;
use super::scalar::plain;
use super::tree::{Key, Node, Tree};
use crate::diag::{Diagnostic, SourceFile, Span};

/// Larger files are no case files (bytes).
const MAX_SIZE: usize = 16 * 1024 * 1024;
/// Deeper nesting is no case file.
const MAX_DEPTH: usize = 64;

/// Decodes `bytes`; a byte order mark is dropped.
///
/// # Errors
/// Y-07 for files too large, Y-02 for what is not UTF-8.
pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<Arc<SourceFile>, Diagnostic> {
    if bytes.len() > MAX_SIZE {
        let message =
            format!("{name} 有 {} 字节，超过数据文件的上限 {MAX_SIZE} 字节", bytes.len());
        return Err(Diagnostic::error("Y-07", message).hint("请检查是否选错了文件。"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(name, text)),
        Err(error) => {
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let source = SourceFile::new(name, format!("{good}\u{fffd}"));
            let at = good.len();
            let message = format!(
                "文件不是 UTF-8 编码：第 {} 个字节起无法识别（多半是用 GBK、GB 18030 保存的）",
                error.valid_up_to() + 1
            );
            Err(Diagnostic::error("Y-02", message)
                .at(Span::new(&source, at..at + '\u{fffd}'.len_utf8()))
                .hint("请在编辑器中选“另存为”，编码选 UTF-8，再试一次。"))
        }
    }
}

/// Parses `source`. The tree is there unless the syntax is broken; findings tell everything noticed.
pub(super) fn parse(source: &Arc<SourceFile>) -> (Option<Node>, Vec<Diagnostic>) {
    let mut builder = Builder::new(source);
    let mut options = Options::default();
    options.emit_unresolved_aliases = true;
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    for event in Parser::new_from_str_with_options(source.text(), options) {
        match event {
            Ok((event, span)) => {
                let range = builder.range(&span);
                if !builder.event(event, range) {
                    break;
                }
            }
            Err(error) => {
                builder.syntax_error(&error);
                break;
            }
        }
    }
    builder.finish()
}

enum Frame {
    Seq(Range<usize>, Vec<Node>),
    Map(Range<usize>, Vec<(Key, Node)>, BTreeMap<String, Range<usize>>, Option<Key>),
}

struct Builder<'a> {
    source: &'a Arc<SourceFile>,
    stack: Vec<Frame>,
    root: Option<Node>,
    documents: usize,
    broken: bool,
    findings: Vec<Diagnostic>,
    aliases: usize,
}

impl<'a> Builder<'a> {
    fn new(source: &'a Arc<SourceFile>) -> Self {
        Self {
            source,
            stack: Vec::new(),
            root: None,
            documents: 0,
            broken: false,
            findings: Vec::new(),
            aliases: 0,
        }
    }

    fn range(&self, span: &granit_parser::Span) -> Range<usize> {
        let length = self.source.text().len();
        let start = span.start.byte_offset().unwrap_or(length).min(length);
        let end = span.end.byte_offset().unwrap_or(start).clamp(start, length);
        start..end
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.source, range.clone())
    }

    fn say(&mut self, code: &'static str, message: &str, range: &Range<usize>, hint: &str) {
        let finding = Diagnostic::error(code, message).at(self.span(range)).hint(hint);
        self.findings.push(finding);
    }

    /// Takes one event; false when there is no sense in going on.
    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> bool {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.say("Y-01", "一个文件里只能有一个案件，这里又开始了第二个（---）", &range, "请把第二个案件另存为一个文件。");
                    return false;
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.alias(&range, "别名（*）");
                // What the alias stands for is left open, so that the rest can be read.
                self.value(Node { range, value: Tree::Null });
                if self.aliases > 20 {
                    self.broken = true;
                    return false;
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.properties(anchor, tag.is_some(), &range);
                let value = if style == ScalarStyle::Plain && tag.is_none() {
                    plain(&text)
                } else {
                    Tree::Text(text.into_owned())
                };
                self.scalar(Node { range, value });
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.properties(anchor, tag.is_some(), &range);
                return self.open(Frame::Seq(range, Vec::new()));
            }
            Event::MappingStart(_, anchor, tag) => {
                self.properties(anchor, tag.is_some(), &range);
                return self.open(Frame::Map(range, Vec::new(), BTreeMap::new(), None));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            _ => {}
        }
        true
    }

    fn properties(&mut self, anchor: usize, tag: bool, range: &Range<usize>) {
        if anchor != 0 {
            self.alias(range, "锚点（&）");
        }
        if tag {
            self.alias(range, "标签（!）");
        }
    }

    fn alias(&mut self, range: &Range<usize>, what: &str) {
        self.aliases += 1;
        if self.aliases <= 20 {
            let message = format!("数据文件中不能用{what}");
            self.say("Y-06", &message, range, "请把内容写全；若本意是文字，请给它加引号。");
        }
    }

    fn open(&mut self, frame: Frame) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            let (Frame::Seq(range, _) | Frame::Map(range, ..)) = &frame;
            let range = range.clone();
            self.too_deep(&range);
            return false;
        }
        self.stack.push(frame);
        true
    }

    fn too_deep(&mut self, range: &Range<usize>) {
        self.broken = true;
        let message = format!("嵌套超过 {MAX_DEPTH} 层，这不是案件数据");
        self.say("Y-07", &message, range, "请检查括号是否成对、缩进是否正确。");
    }

    fn close(&mut self, end: usize) {
        let node = match self.stack.pop() {
            Some(Frame::Seq(range, items)) => {
                Node { range: range.start..end.max(range.start), value: Tree::Seq(items) }
            }
            Some(Frame::Map(range, entries, ..)) => {
                Node { range: range.start..end.max(range.start), value: Tree::Map(entries) }
            }
            None => return,
        };
        self.scalar(node);
    }

    /// A value, or the key of the mapping at hand.
    fn scalar(&mut self, node: Node) {
        let waits_for_key = matches!(self.stack.last(), Some(Frame::Map(_, _, _, None)));
        if waits_for_key { self.key(node) } else { self.value(node) }
    }

    fn key(&mut self, node: Node) {
        let name = match &node.value {
            Tree::Text(text) => text.clone(),
            Tree::Seq(_) | Tree::Map(_) => {
                self.say("Y-01", "字段名不能是列表或一组字段", &node.range, "请检查缩进，或给字段名加引号。");
                String::new()
            }
            _ => self.source.text().get(node.range.clone()).unwrap_or_default().to_owned(),
        };
        if name == "<<" {
            self.alias(&node.range, "合并键（<<）");
        }
        let Some(Frame::Map(_, _, seen, key)) = self.stack.last_mut() else { return };
        *key = Some(Key { range: node.range.clone(), name: name.clone() });
        if let Some(first) = seen.insert(name.clone(), node.range.clone()) {
            let finding = Diagnostic::error("Y-05", format!("字段“{name}”重复"))
                .at(Span::new(self.source, node.range))
                .related(Span::new(self.source, first), "第一次写在这里")
                .hint("请删去一处，或改成不同的字段。");
            self.findings.push(finding);
        }
    }

    fn value(&mut self, node: Node) {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Frame::Seq(_, items)) => items.push(node),
            Some(Frame::Map(_, entries, _, key)) => {
                if let Some(key) = key.take() {
                    // The first of two equal keys counts; the second has its finding.
                    if !entries.iter().any(|(k, _)| k.name == key.name) {
                        entries.push((key, node));
                    }
                } else {
                    // An alias as a key: it has its finding; the value that follows belongs to it.
                    *key = Some(Key { range: node.range, name: String::new() });
                }
            }
        }
    }

    fn syntax_error(&mut self, error: &granit_parser::ScanError) {
        self.broken = true;
        let length = self.source.text().len();
        let at = error.marker().byte_offset().unwrap_or(length).min(length);
        let at = self.source.text().floor_char_boundary(at);
        let words = error.to_string();
        if words.contains("nest") || words.contains("recursion") || words.contains("depth") {
            self.too_deep(&(at..at));
            return;
        }
        // What a person most often does wrong is said by `habits`, better than a parser can.
        let known = habits::findings(self.source);
        if known.is_empty() {
            let (message, hint) = habits::translate(&words);
            self.say("Y-01", &message, &(at..at), hint);
        }
    }

    fn finish(mut self) -> (Option<Node>, Vec<Diagnostic>) {
        self.findings.extend(habits::findings(self.source));
        if !self.broken && self.root.is_none() {
            self.say("Y-01", "文件是空的", &(0..0), "请填写案件数据；可从 examples 中的示例复制一份开始。");
        }
        let root = if self.broken { None } else { self.root };
        (root, self.findings)
    }
}
