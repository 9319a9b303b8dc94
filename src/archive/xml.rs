//! Small XML: elements written through the library (which escapes), read back with no DTD and bounded depth.

use quick_xml::{Decoder, Reader};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Deeper documents are none of ours.
const MAX_DEPTH: usize = 64;

/// An element: name, attributes, and text or children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) children: Vec<Self>,
}

impl Element {
    /// An element without anything in it.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// An element with text.
    pub(super) fn text(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), ..Self::default() }
    }

    /// With an attribute.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.into(), value.into()));
        self
    }

    /// With children.
    pub(super) fn holding(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// The text of the child `name`, trimmed; empty if there is none.
    pub(super) fn value(&self, name: &str) -> &str {
        self.children.iter().find(|c| c.name == name).map_or("", |c| c.text.trim())
    }

    /// All elements `name` within this one, at any depth.
    pub(super) fn all<'a>(&'a self, name: &str, out: &mut Vec<&'a Self>) {
        for child in &self.children {
            if child.name == name {
                out.push(child);
            }
            child.all(name, out);
        }
    }

    /// The document with declaration, indented by two, LF at line ends.
    pub(super) fn document(&self) -> Result<Vec<u8>, std::io::Error> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        self.write(&mut writer)?;
        let mut out = writer.into_inner();
        out.push(b'\n');
        Ok(out)
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> Result<(), std::io::Error> {
        let mut start = BytesStart::new(self.name.as_str());
        for (name, value) in &self.attributes {
            start.push_attribute((name.as_str(), value.as_str()));
        }
        writer.write_event(Event::Start(start))?;
        if self.children.is_empty() {
            writer.write_event(Event::Text(BytesText::new(&self.text)))?;
        }
        for child in &self.children {
            child.write(writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new(self.name.as_str())))
    }
}

/// Reads a document; a DTD, other encodings, or anything not well-formed is refused in words.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "不是 UTF-8 编码".to_owned())?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut stack: Vec<Element> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|e| format!("XML 不规范：{e}"))?;
        match event {
            Event::DocType(_) => return Err("含有 DTD".into()),
            Event::Start(start) => {
                if stack.len() >= MAX_DEPTH {
                    return Err(format!("嵌套超过 {MAX_DEPTH} 层"));
                }
                stack.push(element(&start, reader.decoder())?);
            }
            Event::Empty(start) => {
                let done = element(&start, reader.decoder())?;
                match stack.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Ok(done),
                }
            }
            Event::End(_) => {
                let Some(done) = stack.pop() else { return Err("多余的结束标签".into()) };
                match stack.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return rest(&mut reader, done),
                }
            }
            Event::Text(words) => {
                let words = words.decode().map_err(|e| e.to_string())?;
                match stack.last_mut() {
                    Some(at) => at.text.push_str(&words),
                    None if words.trim().is_empty() => {}
                    None => return Err("根元素之外有文字".into()),
                }
            }
            Event::GeneralRef(name) => {
                let name = name.decode().map_err(|e| e.to_string())?;
                let Some(character) = reference(&name) else {
                    return Err(format!("不认识的实体 &{name};"));
                };
                if let Some(at) = stack.last_mut() {
                    at.text.push(character);
                }
            }
            Event::CData(words) => {
                if let Some(at) = stack.last_mut() {
                    at.text.push_str(&words.decode().map_err(|e| e.to_string())?);
                }
            }
            Event::Eof => return Err("没有根元素，或缺少结束标签".into()),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
        }
    }
}

fn element(start: &BytesStart<'_>, decoder: Decoder) -> Result<Element, String> {
    let name = std::str::from_utf8(start.name().as_ref()).map_err(|e| e.to_string())?.to_owned();
    let mut out = Element::new(&name);
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| e.to_string())?;
        let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = attribute.decode_and_unescape_value(decoder).map_err(|e| e.to_string())?.into_owned();
        out.attributes.push((key, value));
    }
    Ok(out)
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

/// After the root only white space and comments may follow.
fn rest(reader: &mut Reader<&[u8]>, root: Element) -> Result<Element, String> {
    loop {
        match reader.read_event().map_err(|e| format!("XML 不规范：{e}"))? {
            Event::Eof => return Ok(root),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Text(t) if t.decode().is_ok_and(|t| t.trim().is_empty()) => {}
            _ => return Err("根元素之后还有内容".into()),
        }
    }
}
