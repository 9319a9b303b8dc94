//! Reading: what is not well-formed, too deep or too large is refused in words.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Decoder, Reader};

use super::Element;

/// How a document is read.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How deep elements may nest.
    pub depth: usize,
    /// How many elements there may be.
    pub elements: usize,
    /// As office programs read: names lose their prefixes, attributes that cannot be read are passed over, and so is
    /// what follows the root.
    pub lenient: bool,
}

impl Rules {
    /// Documents of bundles.
    pub const STRICT: Self = Self { depth: 64, elements: 4_000_000, lenient: false };
    /// Parts of office documents.
    pub const OFFICE: Self = Self { depth: 200, elements: 4_000_000, lenient: true };
}

/// Reads a document.
///
/// # Errors
/// In words: a DTD, an entity that is not of XML itself, nesting or size beyond `rules`, anything not well-formed.
pub fn parse(text: &str, rules: Rules) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut stack: Vec<Element> = Vec::new();
    let mut elements = 0;
    loop {
        let event = reader.read_event().map_err(|e| format!("XML 不规范：{e}"))?;
        let done = match event {
            Event::DocType(_) => return Err("含有 DTD，不予读取".into()),
            Event::Start(_) | Event::Empty(_) if elements == rules.elements => {
                return Err(format!("元素多于 {elements} 个"));
            }
            Event::Start(start) => {
                elements += 1;
                if stack.len() >= rules.depth {
                    return Err(format!("嵌套超过 {} 层", rules.depth));
                }
                stack.push(element(&start, reader.decoder(), rules)?);
                continue;
            }
            Event::Empty(start) => {
                elements += 1;
                element(&start, reader.decoder(), rules)?
            }
            Event::End(_) => stack.pop().ok_or("多余的结束标签")?,
            Event::Text(words) => {
                let words = words.decode().map_err(|e| e.to_string())?;
                match stack.last_mut() {
                    Some(at) => at.text.push_str(&words),
                    None if words.trim_start_matches('\u{feff}').trim().is_empty() => {}
                    None => return Err("根元素之外有文字".into()),
                }
                continue;
            }
            Event::GeneralRef(name) => {
                let name = name.decode().map_err(|e| e.to_string())?;
                let character = reference(&name).ok_or(format!("不认识的实体 &{name};"))?;
                if let Some(at) = stack.last_mut() {
                    at.text.push(character);
                }
                continue;
            }
            Event::CData(words) => {
                if let Some(at) = stack.last_mut() {
                    at.text.push_str(&words.decode().map_err(|e| e.to_string())?);
                }
                continue;
            }
            Event::Eof => return Err("没有根元素，或缺少结束标签".into()),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => continue,
        };
        match stack.last_mut() {
            Some(parent) => parent.children.push(done),
            None if rules.lenient => return Ok(done),
            None => return rest(&mut reader, done),
        }
    }
}

/// The encoding that the declaration names, as it is spelled there.
#[must_use]
pub fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..200.min(bytes.len()))?).into_owned();
    let (declaration, _) =
        head.trim_start_matches('\u{feff}').strip_prefix("<?xml")?.split_once("?>")?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split_once(quote).map(|(label, _)| label.to_owned())
}

/// Whether `name` is a name of XML (XML 1.0, production 5).
fn is_name(name: &str) -> bool {
    let first = |c: char| {
        matches!(c, ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
            | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}' | '\u{200d}' | '\u{2070}'..='\u{218f}'
            | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
            | '\u{10000}'..='\u{effff}')
    };
    let later = |c: char| {
        first(c)
            || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}')
    };
    name.starts_with(first) && name.chars().skip(1).all(later)
}

fn element(start: &BytesStart<'_>, decoder: Decoder, rules: Rules) -> Result<Element, String> {
    let words =
        |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned).map_err(|e| e.to_string());
    let name = if rules.lenient {
        words(start.local_name().as_ref())
    } else {
        words(start.name().as_ref())
    };
    let mut out = Element { name: name?, ..Element::default() };
    if !rules.lenient && !is_name(&out.name) {
        return Err(format!("元素名“{}”不是 XML 的名称", out.name.escape_debug()));
    }
    for attribute in start.attributes() {
        let read = attribute.map_err(|e| e.to_string()).and_then(|a| {
            let local = a.key.local_name();
            let key = words(if rules.lenient { local.as_ref() } else { a.key.as_ref() })?;
            let value = a.decode_and_unescape_value(decoder).map_err(|e| e.to_string())?;
            Ok((key, value.into_owned()))
        });
        match read {
            Ok((key, _)) if !rules.lenient && !is_name(&key) => {
                return Err(format!("属性名“{}”不是 XML 的名称", key.escape_debug()));
            }
            Ok(pair) => out.attributes.push(pair),
            Err(_) if rules.lenient => {}
            Err(words) => return Err(words),
        }
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

#[cfg(test)]
mod tests {
    use super::{Rules, declared_encoding, parse};

    #[test]
    fn what_follows_the_root_is_refused_however_the_root_ends() {
        for text in ["<a></a><b/>", "<a/><b/>", "<a/>x", "<a></a>x", "x<a/>"] {
            assert!(parse(text, Rules::STRICT).is_err(), "{text}");
        }
        assert!(parse(" <a/>\n<!-- c -->\n", Rules::STRICT).is_ok());
        assert!(parse("<a x=1 y='2'/>\0", Rules::OFFICE).is_ok());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "<&&#a/\u{1e}#\u{1a}&&#a//>",
            "<1/>",
            "<a,b/>",
            "<甲 1=\"x\"/>",
            "<甲 乙&=\"x\"/>",
            "<-a/>",
        ] {
            assert!(parse(text, Rules::STRICT).is_err(), "{text}");
        }
        for text in ["<甲 乙=\"x\"/>", "<a:b-c.1·/>", "<_/>", "<件、页数/>"] {
            assert!(parse(text, Rules::STRICT).is_ok(), "{text}");
        }
    }

    #[test]
    fn prefixes_go_where_they_say_nothing() {
        let text = "<w:t xml:space=\"preserve\" n=\"1\">甲&amp;<![CDATA[<]]></w:t>";
        let office = parse(text, Rules::OFFICE).unwrap();
        assert_eq!((office.name.as_str(), office.attribute("space")), ("t", Some("preserve")));
        assert_eq!(office.text, "甲&<");
        assert_eq!(parse(text, Rules::STRICT).unwrap().name, "w:t");
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = |n: usize| "<a>".repeat(n) + &"</a>".repeat(n);
        assert!(parse(&deep(64), Rules::STRICT).is_ok());
        assert!(parse(&deep(65), Rules::STRICT).is_err());
        let few = Rules { elements: 2, ..Rules::STRICT };
        assert!(parse("<a><b/></a>", few).is_ok());
        assert!(parse("<a><b/><b/></a>", few).is_err());
        assert!(parse("<a><b/><b></b></a>", few).is_err());
    }

    #[test]
    fn encodings_are_read_from_the_declaration() {
        assert_eq!(
            declared_encoding(b"<?xml version='1.0' encoding = 'GB18030'?>").as_deref(),
            Some("GB18030")
        );
        assert_eq!(declared_encoding(b"<a encoding='x'/>"), None);
    }
}
