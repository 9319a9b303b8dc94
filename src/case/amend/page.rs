//! The text of a data file and what is to be done to it, place by place.

use std::ops::Range;

use serde_json::{Map, Value as Json};

use super::without_null;
use crate::case::schema::{MODEL, Rule};
use crate::case::tree::{Node, Style, Value, child};
use crate::case::{emit, normal};

/// The text and what is to be done to it.
pub(super) struct Page<'a> {
    text: &'a str,
    nl: &'static str,
    /// Whether what stands in brackets must be JSON too.
    json: bool,
    edits: Vec<(Range<usize>, String)>,
}

/// A node found by its pointer.
struct Found<'a> {
    node: &'a Node,
    rule: Option<&'a Rule>,
    /// Whether it stands within brackets.
    flow: bool,
}

impl<'a> Page<'a> {
    /// `text` with nothing to be done yet; `json` if what stands in brackets must be JSON too.
    pub(super) fn of(text: &'a str, json: bool) -> Self {
        Self { text, nl: line_end(text), json, edits: Vec::new() }
    }

    fn find(&self, root: &'a Node, pointer: &str) -> Option<Found<'a>> {
        let mut found = Found { node: root, rule: MODEL.root(), flow: self.is_flow(root) };
        for part in pointer.split('/').skip(1) {
            let node = found.node;
            let next = match &node.value {
                Value::Map(_) => node.get(part)?,
                Value::Seq(items) => items.get(part.parse::<usize>().ok()?)?,
                _ => return None,
            };
            let rule = found.rule.map(|rule| MODEL.resolve(rule)).and_then(|rule| {
                match (&rule.items, rule.field(part)) {
                    (Some(items), _) => Some(&**items),
                    (None, field) => field.map(|f| &f.rule),
                }
            });
            found = Found { node: next, rule, flow: found.flow || self.is_flow(next) };
        }
        Some(found)
    }

    fn is_flow(&self, node: &Node) -> bool {
        matches!(node.value, Value::Map(_) | Value::Seq(_))
            && self.text.get(node.span.start..).is_some_and(|t| t.starts_with(['{', '[']))
    }

    /// New items of the list at a pointer.
    pub(super) fn add(&mut self, root: &'a Node, list: &str, items: &[&Json]) -> Option<()> {
        let (parent, key) = list.rsplit_once('/')?;
        let Some(found) = self.find(root, list) else {
            let all = Json::Array(items.iter().map(|i| (*i).clone()).collect());
            return self.set(root, parent, &Map::from_iter([(key.to_owned(), all)]));
        };
        let node = found.node;
        let within = self.find(root, parent)?.flow;
        match &node.value {
            Value::Seq(there) if self.is_flow(node) && (within || !there.is_empty()) => {
                let lines: Vec<String> = items.iter().map(|i| self.inline(i)).collect();
                match there.last() {
                    None => self
                        .edits
                        .push((node.span.start + 1..node.span.start + 1, lines.join(", "))),
                    Some(last) => {
                        let at = self.end(last);
                        let joint =
                            if self.text.get(node.span.start..last.span.start)?.contains('\n') {
                                let column = self.column(last.span.start)?;
                                format!(",{}{}", self.nl, " ".repeat(column))
                            } else {
                                ", ".to_owned()
                            };
                        let text: String = lines.iter().map(|l| format!("{joint}{l}")).collect();
                        self.edits.push((at..at, text));
                    }
                }
                Some(())
            }
            Value::Seq(there) if !there.is_empty() => self.append(node, there, items),
            Value::Seq(_) | Value::Scalar(_) if node.is_null() || self.is_flow(node) => {
                let all = Json::Array(items.iter().map(|i| (*i).clone()).collect());
                self.set(root, parent, &Map::from_iter([(key.to_owned(), all)]))
            }
            _ => None,
        }
    }

    /// New items after the last of a block list, at the list's own column.
    fn append(&mut self, node: &Node, there: &[Node], items: &[&Json]) -> Option<()> {
        let (first, last) = (there.first()?, there.last()?);
        let dash = self.text.get(..first.span.start)?.rfind('-')?.max(node.span.start);
        let column = self.column(dash)?;
        let at = self.past_comments(self.line_end_after(self.end(last))?, column)?;
        // Items set apart by an empty line stay so.
        let apart = there.len() > 1 && {
            let before = self.end(there.get(there.len() - 2)?);
            let between = self.text.get(before..last.span.start)?;
            between.replace('\r', "").contains("\n\n")
        };
        let mut new = String::new();
        for item in items {
            if apart {
                new.push_str(self.nl);
            }
            for line in emit::item(&without_null(item), column) {
                new.push_str(self.nl);
                new.push_str(&line);
            }
        }
        self.edits.push((at..at, new));
        Some(())
    }

    /// The end of the comment lines below `at` that belong to a list whose dashes stand at `column`: those that
    /// stand deeper, or in line with the dashes of a list that is indented.
    fn past_comments(&self, mut at: usize, column: usize) -> Option<usize> {
        loop {
            let rest = self.text.get(at..)?;
            let Some(next) = rest.find('\n').map(|n| at + n + 1) else { return Some(at) };
            let line = self.text.get(next..)?.split('\n').next()?.trim_end_matches('\r');
            let words = line.trim_start_matches(' ');
            let indent = line.len() - words.len();
            if !words.starts_with('#') || indent < column.max(1) {
                return Some(at);
            }
            at = next + line.len();
        }
    }

    /// New values of fields of the group at a pointer.
    pub(super) fn set(
        &mut self,
        root: &'a Node,
        pointer: &str,
        fields: &Map<String, Json>,
    ) -> Option<()> {
        let Found { node, rule, flow } = self.find(root, pointer)?;
        if !matches!(node.value, Value::Map(_)) {
            return None;
        }
        for (key, value) in fields {
            match node.entries().iter().find(|(k, _)| k.text == *key) {
                None => self.insert(node, rule, flow, key, value)?,
                Some((_, there)) => match (&there.value, value) {
                    (Value::Map(_), Json::Object(inner)) => {
                        self.set(root, &child(pointer, key), inner)?;
                    }
                    _ => self.replace(node, key, flow, value)?,
                },
            }
        }
        Some(())
    }

    /// A field that is not there yet, after those that stand before it in the model.
    fn insert(
        &mut self,
        node: &Node,
        rule: Option<&Rule>,
        flow: bool,
        key: &str,
        value: &Json,
    ) -> Option<()> {
        let rule = rule.map(|rule| MODEL.resolve(rule));
        let order = |name: &str| rule.and_then(|r| r.fields.iter().position(|f| f.name == name));
        let own = order(key);
        let entries = node.entries();
        let before = entries
            .iter()
            .rposition(|(k, _)| order(&k.text) < own)
            .or(entries.len().checked_sub(1));
        let value = without_null(value);
        let Some((after, there)) = before.and_then(|n| entries.get(n)) else {
            // `{}`
            let at = node.span.start + 1;
            let text = self.pair(key, &value);
            return flow.then(|| self.edits.push((at..at, text)));
        };
        let end = self.end(there).max(after.span.end);
        if flow {
            let text = format!(", {}", self.pair(key, &value));
            self.edits.push((end..end, text));
            return Some(());
        }
        let column = self.column(entries.first()?.0.span.start)?;
        let at = self.line_end_after(end)?;
        let lines = emit::field(key, &value, column);
        let text: String = lines.iter().map(|l| format!("{}{l}", self.nl)).collect();
        self.edits.push((at..at, text));
        Some(())
    }

    /// Another value in the place of one that is there.
    fn replace(&mut self, node: &Node, key: &str, flow: bool, value: &Json) -> Option<()> {
        let entries = node.entries();
        let (key, there) = entries.iter().find(|(k, _)| k.text == key)?;
        let colon = key.span.end + self.text.get(key.span.end..)?.find(':')? + 1;
        if !self.text.get(key.span.end..colon - 1)?.trim().is_empty() {
            return None;
        }
        let value = without_null(value);
        let empty = there.span.start <= key.span.start;
        let end = if empty { colon } else { self.end(there) };
        let old = self.text.get(colon..end)?;
        let lead = old.len() - old.trim_start().len();
        let quoted = matches!(&there.value, Value::Scalar(s) if s.style == Style::Quoted);
        // A list that grows at its end keeps what stands in it.
        if let (Value::Seq(items), Json::Array(new)) = (&there.value, &value)
            && !flow
            && !items.is_empty()
            && !self.is_flow(there)
            && new.len() > items.len()
            && items.iter().zip(new).all(|(a, b)| normal::plain(a) == *b)
        {
            let more: Vec<&Json> = new.iter().skip(items.len()).collect();
            return self.append(there, items, &more);
        }
        let comment = |line: &str| line.trim_start().starts_with('#') || line.contains(" #");
        if matches!(there.value, Value::Map(_) | Value::Seq(_)) && old.lines().any(comment)
            || old.get(..lead)?.contains('#')
        {
            return None;
        }
        if flow {
            self.edits.push((colon..end, format!(" {}", self.inline(&value))));
            return Some(());
        }
        let column = self.column(entries.first()?.0.span.start)?;
        let after = emit::after_colon(&value, column, column + key.text.chars().count() + 1);
        let inline = match &value {
            Json::String(text)
                if quoted && !text.contains(['"', '\\']) && !after.inline.contains('"') =>
            {
                format!(" \"{text}\"")
            }
            _ => after.inline,
        };
        let below: String = after.below.iter().map(|l| format!("{}{l}", self.nl)).collect();
        if below.is_empty() {
            self.edits.push((colon..end, inline));
            return Some(());
        }
        // What stands behind the old value on its line (a comment) stays there.
        let rest = self.line_end_after(end)?;
        self.edits.push((colon..end, String::new()));
        self.edits.push((rest..rest, below));
        Some(())
    }

    /// `value` within brackets.
    fn inline(&self, value: &Json) -> String {
        let value = without_null(value);
        if self.json { value.to_string() } else { emit::inline(&value, true) }
    }

    /// A field within brackets.
    fn pair(&self, key: &str, value: &Json) -> String {
        let value = self.inline(value);
        if self.json { format!("\"{key}\": {value}") } else { format!("{key}: {value}") }
    }

    /// Where the characters of `node` end.
    fn end(&self, node: &Node) -> usize {
        let flow = self.is_flow(node);
        match &node.value {
            Value::Map(entries) if !flow => match entries.last() {
                Some((key, value)) => self.end(value).max(key.span.end + 1),
                None => node.span.end,
            },
            Value::Seq(items) if !flow => items.last().map_or(node.span.end, |last| self.end(last)),
            Value::Scalar(scalar) if scalar.style == Style::Block => {
                let written = self.text.get(node.span.clone()).unwrap_or_default();
                node.span.start + written.trim_end().len()
            }
            _ => node.span.end,
        }
    }

    /// Column of an offset, counted from its line's beginning.
    fn column(&self, at: usize) -> Option<usize> {
        let before = self.text.get(..at)?;
        let start = before.rfind('\n').map_or(0, |n| n + 1);
        Some(before.get(start..)?.chars().count())
    }

    /// The end of the line in which `at` lies, if only a comment follows.
    fn line_end_after(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let line = rest.split('\n').next()?.trim_end_matches('\r');
        let tail = line.trim_start();
        (tail.is_empty() || tail.starts_with('#')).then_some(at + line.len())
    }

    /// The text with all that is to be done.
    pub(super) fn write(mut self) -> Option<String> {
        self.edits.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(self.text.len());
        let mut done = 0;
        for (range, by) in &self.edits {
            out.push_str(self.text.get(done..range.start)?);
            out.push_str(by);
            done = range.end;
        }
        out.push_str(self.text.get(done..)?);
        Some(out)
    }
}

fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text.get(..at).is_some_and(|t| t.ends_with('\r')) => "\r\n",
        _ => "\n",
    }
}
