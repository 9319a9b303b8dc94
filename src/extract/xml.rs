//! XML within documents: a small tree, bounded, without DTD and entities of the file's own.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::plain;

/// Deeper than any document.
const MAX_DEPTH: usize = 200;
/// More elements than any document.
const MAX_NODES: usize = 4_000_000;

/// An element: its name without prefix, its attributes, what is in it.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    /// Its own text, all pieces.
    pub(super) text: String,
    pub(super) children: Vec<Node>,
}

impl Node {
    /// An attribute by its name without prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The first child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|c| c.name == name)
    }

    /// Children of that name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// Every element of that name below, in order of the document.
    pub(super) fn below<'a>(&'a self, name: &str, found: &mut Vec<&'a Self>) {
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            child.below(name, found);
        }
    }
}

/// Reads a part.
pub(super) fn parse(bytes: &[u8]) -> Result<Node, String> {
    let decoded = match label(bytes) {
        Some(label) if std::str::from_utf8(bytes).is_err() => {
            plain::declared(&label, bytes).unwrap_or_else(|| plain::decode(bytes))
        }
        _ => plain::decode(bytes),
    };
    let mut reader = Reader::from_str(&decoded.text);
    let mut stack: Vec<Node> = Vec::new();
    let mut nodes = 0;
    loop {
        match reader.read_event().map_err(|e| format!("XML 不规范：{e}"))? {
            Event::DocType(_) => return Err("XML 含有 DTD，不予读取".into()),
            Event::Start(start) => {
                nodes += 1;
                if stack.len() >= MAX_DEPTH || nodes > MAX_NODES {
                    return Err("XML 嵌套过深或过大".into());
                }
                stack.push(node(&start));
            }
            Event::Empty(start) => {
                nodes += 1;
                if nodes > MAX_NODES {
                    return Err("XML 过大".into());
                }
                let done = node(&start);
                match stack.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Ok(done),
                }
            }
            Event::End(_) => {
                let Some(done) = stack.pop() else {
                    return Err("XML 有多余的结束标签".into());
                };
                match stack.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Ok(done),
                }
            }
            Event::Text(words) => {
                if let Some(at) = stack.last_mut() {
                    at.text.push_str(&words.decode().map_err(|e| e.to_string())?);
                }
            }
            Event::CData(words) => {
                if let Some(at) = stack.last_mut() {
                    at.text.push_str(&words.decode().map_err(|e| e.to_string())?);
                }
            }
            Event::GeneralRef(name) => {
                let name = name.decode().map_err(|e| e.to_string())?;
                let character =
                    reference(&name).ok_or_else(|| format!("XML 有不认识的实体 &{name};"))?;
                if let Some(at) = stack.last_mut() {
                    at.text.push(character);
                }
            }
            Event::Eof => return Err("XML 不完整".into()),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
        }
    }
}

/// The encoding that the declaration names.
fn label(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..200.min(bytes.len()))?).into_owned();
    let (declaration, _) = head.split_once("?>")?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split_once(quote).map(|(label, _)| label.to_owned())
}

fn node(start: &BytesStart<'_>) -> Node {
    let local = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    let attributes = start
        .attributes()
        .flatten()
        .map(|a| {
            let raw = String::from_utf8_lossy(&a.value).into_owned();
            let value = quick_xml::escape::unescape(&raw).map(String::from).unwrap_or(raw.clone());
            (local(a.key.local_name().as_ref()), value)
        })
        .collect();
    Node { name: local(start.local_name().as_ref()), attributes, ..Node::default() }
}

/// The five named entities and numeric ones.
fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}
