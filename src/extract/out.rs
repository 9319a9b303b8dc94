//! 出口: what a format writes its text to; it counts, tidies and stops.

use super::kind::Format;
use super::{Extracted, Limits, Member, Part, Reading};

/// What is noted of a text that has more characters than are taken.
pub(super) const CUT: &str = "文字过多，后面的没有读";

/// Room for the text of one file.
pub(super) struct Out {
    pub(super) limits: Limits,
    /// How many more levels of files within files are opened.
    pub(super) depth: u8,
    pub(super) pages: Option<u32>,
    pub(super) encoding: Option<String>,
    parts: Vec<Part>,
    properties: Vec<(String, String)>,
    members: Vec<Member>,
    notes: Vec<String>,
    left: usize,
}

impl Out {
    pub(super) fn new(limits: &Limits, depth: u8) -> Self {
        Self {
            limits: *limits,
            depth,
            pages: None,
            encoding: None,
            parts: Vec::new(),
            properties: Vec::new(),
            members: Vec::new(),
            notes: Vec::new(),
            left: limits.characters,
        }
    }

    /// Adds a piece of text; says whether there is room for more.
    pub(super) fn part(&mut self, place: impl Into<String>, text: &str) -> bool {
        if self.left == 0 || self.parts.len() >= self.limits.members {
            self.note(CUT);
            return false;
        }
        let mut text = tidy(text);
        let count = text.chars().count();
        if count > self.left {
            text = text.chars().take(self.left).collect();
            self.note(CUT);
        }
        self.left = self.left.saturating_sub(count);
        if !text.is_empty() {
            self.parts.push(Part { place: place.into(), text });
        }
        self.left > 0
    }

    /// Adds a 文件属性, if it says anything.
    pub(super) fn property(&mut self, name: &str, value: &str) {
        let value: String =
            value.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect();
        let known = self.properties.iter().any(|(n, _)| n == name);
        if !value.is_empty() && !known && self.properties.len() < 64 {
            self.properties.push((name.to_owned(), value));
        }
    }

    /// Adds a file within; says whether more are listed.
    pub(super) fn member(&mut self, name: &str, bytes: u64) -> bool {
        if self.members.len() >= self.limits.members {
            self.note("里面的文件过多，没有列全");
            return false;
        }
        self.members.push(Member { name: name.chars().take(500).collect(), bytes });
        true
    }

    /// Says something, once.
    pub(super) fn note(&mut self, words: impl Into<String>) {
        let words = words.into();
        if !self.notes.contains(&words) && self.notes.len() < 64 {
            self.notes.push(words);
        }
    }

    /// Whether there is any text.
    pub(super) fn has_text(&self) -> bool {
        !self.parts.is_empty()
    }

    /// [`Reading::Text`] if there is any, else why there is none.
    pub(super) fn text_or(&self, why: &str) -> Reading {
        if self.has_text() { Reading::Text } else { Reading::NoText(why.into()) }
    }

    pub(super) fn finish(self, row: &Format, reading: Reading) -> Extracted {
        Extracted {
            media_type: row.media_type.into(),
            format: row.name.into(),
            reading,
            parts: self.parts,
            properties: self.properties,
            members: self.members,
            pages: self.pages,
            encoding: self.encoding,
            notes: self.notes,
        }
    }
}

/// Line ends as one sign, no control characters, no blanks at line ends, at most one empty line in a row.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text
        .replace("\r\n", "\n")
        .split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
    {
        let line: String = line
            .chars()
            .filter(|c| *c == '\t' || !(c.is_control() || matches!(*c, '\u{feff}' | '\u{fffe}' | '\u{ad}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')))
            .collect();
        let line = line.trim_end();
        if line.trim().is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
            if empty > 0 {
                out.push('\n');
            }
        }
        empty = 0;
        out.push_str(line);
    }
    out
}
