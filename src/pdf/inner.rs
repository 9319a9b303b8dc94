//! 内查 PDF: every word that a PDF file holds, shown or not, found without its cross-reference table.
//!
//! The reader of pages follows the file's own directory; what an older revision left behind, what is painted over,
//! drawn in invisible ink, in no page's resources, in metadata, bookmarks, alternative texts or attachments, stands
//! outside of it. Here the bytes are walked from the first to the last: every stream is decoded, every string is
//! read, and strings of contents are read through every character map of the file. What cannot be decoded is told,
//! for silence about it would be no proof.

mod cmap;
mod filter;
mod string;

use cmap::CMap;
use filter::Decoded;
use string::{Token, tokens};

/// What a file holds besides its pages.
#[derive(Debug, Default)]
pub struct Inner {
    /// Texts and where they stand (正文, 元数据, 附件, 书签, 替代文本, 批注, 其他文字).
    pub texts: Vec<(&'static str, String)>,
    /// Decoded bytes that are no text by themselves, and what they are.
    pub bytes: Vec<(&'static str, Vec<u8>)>,
    /// What could not be read, in words.
    pub opaque: Vec<String>,
    /// Pictures: nobody can read them but a person.
    pub pictures: usize,
}

/// Everything within `file`.
#[must_use]
pub fn inner(file: &[u8]) -> Inner {
    let mut out = Inner::default();
    let mut contents: Vec<Vec<u8>> = Vec::new();
    let mut maps: Vec<CMap> = Vec::new();
    let mut rest: Vec<u8> = Vec::new();
    let mut at = 0;
    while let Some((dict, data, end)) = next_stream(file, at) {
        rest.extend_from_slice(file.get(at..dict.end).unwrap_or_default());
        rest.push(b'\n');
        let head = file.get(dict).unwrap_or_default();
        let data = file.get(data).unwrap_or_default();
        take(head, data, &mut out, &mut contents, &mut maps);
        at = end;
    }
    rest.extend_from_slice(file.get(at..).unwrap_or_default());
    if find(&rest, b"/Encrypt", 0).is_some() {
        out.opaque.push("文件已加密".to_owned());
    }
    objects(&rest, &mut out);
    out.bytes.push(("其他文字", rest));
    for content in &contents {
        shown(content, &maps, &mut out);
    }
    out
}

/// Sorts a stream by its dictionary.
fn take(
    head: &[u8],
    data: &[u8],
    out: &mut Inner,
    contents: &mut Vec<Vec<u8>>,
    maps: &mut Vec<CMap>,
) {
    let is = |name: &str| names(head).any(|n| n == name.as_bytes());
    if is("XRef") {
        return;
    }
    let bytes = match filter::decode(head, data) {
        Decoded::Bytes(bytes) => bytes,
        Decoded::Picture => {
            out.pictures += 1;
            return;
        }
        Decoded::Not(why) => {
            out.opaque.push(why);
            return;
        }
    };
    if is("Image") {
        out.pictures += 1;
    } else if is("EmbeddedFile") {
        match String::from_utf8(bytes) {
            Ok(text) => {
                out.texts.push(("附件", string::unescaped(&text)));
                out.texts.push(("附件", text));
            }
            Err(error) => {
                out.opaque.push("附件不是文本".to_owned());
                out.bytes.push(("附件", error.into_bytes()));
            }
        }
    } else if is("Metadata") || is("XML") {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        out.texts.push(("元数据", string::unescaped(&text)));
        out.bytes.push(("元数据", bytes));
    } else if is("ObjStm") {
        objects(&bytes, out);
        out.bytes.push(("其他文字", bytes));
    } else if find(&bytes, b"begincmap", 0).is_some() {
        maps.push(CMap::read(&bytes));
    } else if is("Length1") || is("CIDFontType0C") || is("Type1C") || is("OpenType") {
        out.bytes.push(("字体", bytes));
    } else {
        contents.push(bytes);
    }
}

/// Strings of objects, told apart by the key before them.
fn objects(bytes: &[u8], out: &mut Inner) {
    let mut key = String::new();
    for token in tokens(bytes) {
        match token {
            Token::Name(name) => {
                if !name.is_ascii() {
                    out.texts.push(("其他文字", name.clone()));
                }
                key = name;
            }
            Token::String(bytes) => out.texts.push((place(&key), string::decoded(&bytes))),
            Token::Word(_) => {}
        }
    }
}

fn place(key: &str) -> &'static str {
    match key {
        "Alt" | "ActualText" | "E" => "替代文本",
        "Title" | "Dest" | "Names" => "书签、标题",
        "Author" | "Subject" | "Keywords" | "Creator" | "Producer" | "CreationDate" | "ModDate" => {
            "元数据"
        }
        "F" | "UF" | "Desc" => "附件",
        "Contents" | "RC" | "T" | "TU" | "V" => "批注、表单",
        _ => "其他文字",
    }
}

/// What a content stream shows or carries along, through every map and as it is.
fn shown(content: &[u8], maps: &[CMap], out: &mut Inner) {
    let mut strings: Vec<Vec<u8>> = Vec::new();
    let mut key = String::new();
    for token in tokens(content) {
        match token {
            Token::Name(name) => key = name,
            Token::Word(_) => key.clear(),
            Token::String(bytes) if place(&key) == "替代文本" => {
                out.texts.push(("替代文本", string::decoded(&bytes)));
            }
            Token::String(bytes) => strings.push(bytes),
        }
    }
    if strings.is_empty() {
        out.bytes.push(("内容流", content.to_vec()));
        return;
    }
    for map in maps {
        let text: String = strings.iter().map(|s| map.text(s)).collect();
        if !text.is_empty() {
            out.texts.push(("内容流", text));
        }
    }
    let plain: String = strings.iter().map(|s| string::decoded(s)).collect();
    out.texts.push(("内容流", plain));
    out.bytes.push(("内容流", content.to_vec()));
}

type Place = std::ops::Range<usize>;

/// The next stream from `at` on: its dictionary, its data, and where it ends.
fn next_stream(file: &[u8], mut at: usize) -> Option<(Place, Place, usize)> {
    let began = at;
    loop {
        let word = find(file, b"stream", at)?;
        let head = file.get(began..word)?;
        let trimmed = head.trim_ascii_end();
        if !trimmed.ends_with(b">>") {
            at = word + 6;
            continue;
        }
        let open = rfind(trimmed, b" obj").map_or(0, |i| i + 4);
        let dict = began + open..began + trimmed.len();
        let mut start = word + 6;
        if file.get(start) == Some(&b'\r') {
            start += 1;
        }
        if file.get(start) == Some(&b'\n') {
            start += 1;
        }
        // The length, if it is written there and right; else up to the next word.
        let told = length(file.get(dict.clone())?).map(|n| start.saturating_add(n)).filter(|end| {
            let after = file.get(*end..).unwrap_or_default();
            after.trim_ascii_start().starts_with(b"endstream")
        });
        let end = match told {
            Some(end) => end,
            None => find(file, b"endstream", start).unwrap_or(file.len()),
        };
        return Some((dict, start..end, end));
    }
}

fn length(dict: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = find(dict, b"/Length", at) {
        at = found + 7;
        let rest = dict.get(at..)?;
        if rest.first().is_some_and(u8::is_ascii_digit) {
            continue;
        }
        let rest = rest.trim_ascii_start();
        let digits: Vec<u8> = rest.iter().copied().take_while(u8::is_ascii_digit).collect();
        let after = rest.get(digits.len()..)?.trim_ascii_start();
        // `12 0 R` is a reference.
        if after.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        return String::from_utf8(digits).ok()?.parse().ok();
    }
    None
}

/// The names in a dictionary.
fn names(dict: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = |b: &u8| b.is_ascii_whitespace() || b"/[]<>(){}%".contains(b);
    dict.split(|b| *b == b'/').skip(1).map(move |rest| {
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    })
}

fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let first = *word.first()?;
    let mut at = 0;
    while let Some(next) = rest.get(at..)?.iter().position(|b| *b == first) {
        at += next;
        if rest.get(at..)?.starts_with(word) {
            return Some(from + at);
        }
        at += 1;
    }
    None
}

fn rfind(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).rposition(|w| w == word)
}

#[cfg(test)]
mod tests;
