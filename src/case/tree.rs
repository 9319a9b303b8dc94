//! The spanned tree of a data file: every key and value knows where it stands.

use std::ops::Range;

use super::scalar::{self, Typed};

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Byte range in the source.
    pub span: Range<usize>,
    /// What stands there.
    pub value: Value,
}

/// What can stand in a data file.
#[derive(Clone, Debug)]
pub enum Value {
    /// One word or text.
    Scalar(Scalar),
    /// 一组字段, in the order of the file, without duplicate keys.
    Map(Vec<(Key, Node)>),
    /// 列表.
    Seq(Vec<Node>),
    /// Something refused on reading (an alias); already reported, so nothing more is said about it.
    Opaque,
}

/// A text and how it was written.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The text, quotes and folding resolved.
    pub text: String,
    /// How it was written.
    pub style: Style,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: may be a number, true, false or null.
    Plain,
    /// In single or double quotes: always text.
    Quoted,
    /// `|` or `>`: always text.
    Block,
}

/// A key and its place.
#[derive(Clone, Debug)]
pub struct Key {
    /// Byte range in the source.
    pub span: Range<usize>,
    /// The key.
    pub text: String,
}

impl Scalar {
    /// What the scalar means.
    #[must_use]
    pub fn typed(&self) -> Typed<'_> {
        match self.style {
            Style::Plain => scalar::plain(&self.text),
            Style::Quoted | Style::Block => Typed::Text(&self.text),
        }
    }
}

impl Node {
    /// The value of `key`, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(k, _)| k.text == key).map(|(_, node)| node)
    }

    /// The entries of a map; nothing for anything else.
    #[must_use]
    pub fn entries(&self) -> &[(Key, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; nothing for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Seq(items) => items,
            _ => &[],
        }
    }

    /// The text, if this is text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => match scalar.typed() {
                Typed::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether nothing stands here.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.typed() == Typed::Null)
    }

    /// The whole number, if this is one.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        match &self.value {
            Value::Scalar(scalar) => match scalar.typed() {
                Typed::Int(n) => Some(n),
                _ => None,
            },
            _ => None,
        }
    }

    /// The deepest node on the way to a JSON Pointer that exists.
    #[must_use]
    pub fn nearest(&self, pointer: &str) -> &Self {
        let mut node = self;
        for part in parts(pointer) {
            match node.step(&part) {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    fn step(&self, part: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(_) => self.get(part),
            Value::Seq(items) => part.parse::<usize>().ok().and_then(|i| items.get(i)),
            _ => None,
        }
    }
}

fn parts(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"))
}

/// `pointer` with one more step.
#[must_use]
pub fn child(pointer: &str, part: &str) -> String {
    format!("{pointer}/{}", part.replace('~', "~0").replace('/', "~1"))
}
