//! The texts of a case: every value that people write as running text, as the schema tells it from ids, choices,
//! dates and paths; and codes, which are held to less.

use std::ops::Range;

use super::schema::{MODEL, Rule};
use super::tree::{Node, Value, child};
use super::{CaseFile, letters};
use crate::diag::Span;

/// One text of a case.
#[derive(Clone, Debug)]
pub struct Text<'a> {
    /// JSON Pointer of the value.
    pub pointer: String,
    /// The entity the field belongs to, and the field.
    pub field: (&'a str, &'a str),
    /// The words, quotes and folding resolved.
    pub words: &'a str,
    /// Whether it is a code or a number, no wording.
    pub coded: bool,
    node: &'a Node,
}

impl Text<'_> {
    pub(super) fn node(&self) -> &Node {
        self.node
    }

    /// Where the bytes `range` of the words stand in the file: the very characters, or the value's beginning if
    /// that cannot be told.
    #[must_use]
    pub fn span(&self, case: &CaseFile, range: &Range<usize>) -> Span {
        let place = letters::range(case.source.text(), self.node, range);
        let start = self.node.span.start;
        Span::new(&case.source, place.unwrap_or(start..start))
    }
}

/// All texts, in the order of the file.
#[must_use]
pub fn texts(case: &CaseFile) -> Vec<Text<'_>> {
    let mut out = Vec::new();
    if let Some(top) = MODEL.root() {
        walk(&case.root, top, "", Field { names: (&MODEL.top, ""), coded: false }, &mut out);
    }
    out
}

/// The field on the way to a text.
#[derive(Clone, Copy)]
struct Field<'a> {
    names: (&'a str, &'a str),
    coded: bool,
}

fn walk<'a>(
    node: &'a Node,
    rule: &'a Rule,
    pointer: &str,
    field: Field<'a>,
    out: &mut Vec<Text<'a>>,
) {
    let entity = rule.entity.as_deref().unwrap_or(field.names.0);
    let rule = MODEL.resolve(rule);
    match &node.value {
        Value::Map(entries) => {
            for (key, value) in entries {
                if let Some(inner) = rule.field(&key.text) {
                    let pointer = child(pointer, &key.text);
                    let field = Field { names: (entity, &inner.name), coded: inner.rule.coded };
                    walk(value, &inner.rule, &pointer, field, out);
                }
            }
        }
        Value::Seq(items) => {
            for (i, item) in items.iter().enumerate() {
                if let Some(inner) = &rule.items {
                    walk(item, inner, &child(pointer, &i.to_string()), field, out);
                }
            }
        }
        Value::Scalar(_) if field.coded || rule.is_prose() => {
            if let Some(words) = node.text() {
                let Field { names, coded } = field;
                let pointer = pointer.to_owned();
                out.push(Text { pointer, field: names, words, coded, node });
            }
        }
        Value::Scalar(_) | Value::Opaque => {}
    }
}
