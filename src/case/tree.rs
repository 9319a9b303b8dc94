//! The case file as a tree of values that know where they stand.

use std::ops::Range;

/// A value and its byte range in the source.
#[derive(Clone, Debug)]
pub struct Node {
    /// Byte range of the value.
    pub range: Range<usize>,
    /// The value.
    pub value: Tree,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Tree {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text; dates are text.
    Text(String),
    /// A sequence.
    Seq(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Clone, Debug)]
pub struct Key {
    /// Byte range of the key.
    pub range: Range<usize>,
    /// Its text.
    pub name: String,
}

impl Node {
    /// The entry `name` of a mapping.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match &self.value {
            Tree::Map(entries) => entries.iter().find(|(k, _)| k.name == name).map(|(_, n)| n),
            _ => None,
        }
    }

    /// The items of a sequence; nothing for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Tree::Seq(items) => items,
            _ => &[],
        }
    }

    /// The text of a text value.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The node a JSON Pointer names.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        let mut node = self;
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            node = match &node.value {
                Tree::Seq(items) => items.get(step.parse::<usize>().ok()?)?,
                Tree::Map(_) => node.get(&step)?,
                _ => return None,
            };
        }
        Some(node)
    }

    /// What kind of value this is, as a clerk would call it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Tree::Null => "空值",
            Tree::Bool(_) => "真假值",
            Tree::Int(_) => "整数",
            Tree::Float(_) => "小数",
            Tree::Text(_) => "文字",
            Tree::Seq(_) => "列表",
            Tree::Map(_) => "一组字段",
        }
    }
}

/// One step of a JSON Pointer, escaped (RFC 6901).
#[must_use]
pub fn step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
