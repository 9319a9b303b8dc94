//! 网页: what a reader of the page sees, a block a line; scripts and styles are not text.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

use super::Reading;
use super::out::Out;
use super::plain::{self, Decoded};

/// Within these there is no text.
const SILENT: &[&str] =
    &["script", "style", "template", "noscript", "iframe", "object", "svg", "select", "head"];
/// These begin a line and end one.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "title",
    "tr",
    "ul",
];

pub(super) fn read(bytes: &[u8], _: &str, out: &mut Out) -> Reading {
    let decoded = decode(bytes);
    plain::told(&decoded, out);
    page(&decoded.text, "", out);
    out.text_or("网页上没有文字")
}

/// By its mark, else as it declares, else as it reads.
fn decode(bytes: &[u8]) -> Decoded {
    let marked = encoding_rs::Encoding::for_bom(bytes).is_some();
    let label = if marked || std::str::from_utf8(bytes).is_ok() { None } else { label(bytes) };
    label
        .and_then(|l| plain::declared(&l, bytes))
        .filter(|d| d.lost < 20)
        .unwrap_or_else(|| plain::decode(bytes))
}

/// The encoding in a `meta` of the page's first bytes.
fn label(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..4096.min(bytes.len()))?).to_lowercase();
    let (_, rest) = head.split_once("charset")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)))?;
    rest.get(..end).map(str::to_owned)
}

/// What the tokenizer gives.
type Tokens<'a> = Tokenizer<html5gum::StringReader<'a>, DefaultEmitter>;

/// The text of a page, its title and named `meta` as properties.
pub(super) fn page(text: &str, place: &str, out: &mut Out) {
    let mut emitter = DefaultEmitter::<()>::new_with_span();
    emitter.naively_switch_states(true);
    let tokens: Tokens<'_> = Tokenizer::new_with_emitter(text, emitter);
    let mut lines = Lines::default();
    let most = out.limits.characters.saturating_mul(4);
    for Ok(token) in tokens {
        match token {
            Token::StartTag(tag) => lines.open(&tag, out),
            Token::EndTag(tag) => lines.close(&String::from_utf8_lossy(&tag.name), out),
            Token::String(words) => lines.say(&String::from_utf8_lossy(&words)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
        if lines.text.len() > most {
            break;
        }
    }
    out.part(place, &lines.text);
}

#[derive(Default)]
struct Lines {
    text: String,
    /// Depth of silent elements by name.
    silent: Vec<String>,
    kept: usize,
    title: Option<String>,
}

impl Lines {
    fn open(&mut self, tag: &StartTag<()>, out: &mut Out) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let value =
            |key: &[u8]| tag.attributes.get(key).map(|v| String::from_utf8_lossy(v).into_owned());
        match name.as_str() {
            "title" if self.title.is_none() => self.title = Some(String::new()),
            "meta" => {
                let named = value(b"name").map(|n| n.to_lowercase());
                if let (Some(named), Some(content)) = (named, value(b"content")) {
                    meta(&named, &content, out);
                }
            }
            // A body ends a head that was never closed.
            "body" => self.silent.clear(),
            _ if SILENT.contains(&name.as_str()) && !tag.self_closing => {
                if self.silent.len() < 64 {
                    self.silent.push(name);
                }
                return;
            }
            "pre" | "textarea" => self.kept += 1,
            "td" | "th" => self.cell(),
            _ => {}
        }
        if BLOCKS.contains(&name.as_str()) {
            self.line();
        }
    }

    fn close(&mut self, name: &str, out: &mut Out) {
        if let Some(at) = self.silent.iter().rposition(|s| s == name) {
            self.silent.truncate(at);
            return;
        }
        match name {
            "title" => {
                if let Some(title) = &self.title {
                    out.property("title", title);
                }
            }
            "pre" | "textarea" => self.kept = self.kept.saturating_sub(1),
            _ => {}
        }
        if BLOCKS.contains(&name) {
            self.line();
        }
    }

    fn say(&mut self, words: &str) {
        let in_head = self.silent.last().is_some_and(|s| s == "head");
        if in_head && let Some(title) = &mut self.title {
            title.push_str(words);
        }
        if !self.silent.is_empty() {
            return;
        }
        if self.kept > 0 {
            self.text.push_str(words);
            return;
        }
        for c in words.chars() {
            // Blanks and line ends of the source are one blank; ideographic blanks are the writer's own.
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                if !self.text.is_empty() && !self.text.ends_with([' ', '\n', '\t']) {
                    self.text.push(' ');
                }
            } else if c == '\u{a0}' {
                self.text.push(' ');
            } else {
                self.text.push(c);
            }
        }
    }

    fn line(&mut self) {
        if self.silent.is_empty() && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn cell(&mut self) {
        if self.silent.is_empty() && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\t');
        }
    }
}

/// Names that public web sites of offices use (网站建设规范) and the common ones.
fn meta(name: &str, content: &str, out: &mut Out) {
    let property = match name {
        "articletitle" => "title",
        "author" | "contentsource" | "source" => "author",
        "pubdate" | "publishdate" => "created",
        "keywords" => "keywords",
        "description" => "subject",
        "generator" => "producer",
        _ => return,
    };
    out.property(property, content);
}
