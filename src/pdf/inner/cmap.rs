//! 字符映射: what the codes of shown strings stand for (`ToUnicode`, ISO 32000-1 9.10.3).

use std::collections::BTreeMap;

use super::string::{Token, tokens};

/// One character map.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Bytes of a code.
    width: usize,
    one: BTreeMap<u32, String>,
    /// First and last code, and the text of the first.
    ranges: Vec<(u32, u32, String)>,
}

impl CMap {
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut out = Self { width: 2, ..Self::default() };
        for (from, to) in [("begincodespacerange", "endcodespacerange")] {
            if let Some((_, strings)) = sections(bytes, from, to).next() {
                out.width = strings.first().map_or(2, |s| s.len().clamp(1, 4));
            }
        }
        for (_, strings) in sections(bytes, "beginbfchar", "endbfchar") {
            for pair in strings.chunks_exact(2) {
                if let [code, text] = pair {
                    out.one.insert(number(code), utf16(text));
                }
            }
        }
        for (raw, strings) in sections(bytes, "beginbfrange", "endbfrange") {
            if raw.contains(&b'[') {
                out.listed(raw);
                continue;
            }
            for three in strings.chunks_exact(3) {
                if let [first, last, text] = three {
                    out.ranges.push((number(first), number(last), utf16(text)));
                }
            }
        }
        out
    }

    /// `<first> <last> [<text> …]` lines, among which may be plain ones.
    fn listed(&mut self, raw: &[u8]) {
        for line in raw.split(|b| *b == b'\n' || *b == b'\r') {
            let list = line.contains(&b'[');
            let strings: Vec<Vec<u8>> = strings(line);
            match strings.as_slice() {
                [first, _, texts @ ..] if list => {
                    for (code, text) in (number(first)..).zip(texts) {
                        self.one.insert(code, utf16(text));
                    }
                }
                [first, last, text] => self.ranges.push((number(first), number(last), utf16(text))),
                _ => {}
            }
        }
    }

    /// What a shown string stands for; codes that the map does not know are left out.
    pub(super) fn text(&self, shown: &[u8]) -> String {
        shown.chunks(self.width.max(1)).filter_map(|code| self.one(number(code))).collect()
    }

    fn one(&self, code: u32) -> Option<String> {
        if let Some(text) = self.one.get(&code) {
            return Some(text.clone());
        }
        let (first, _, text) = self.ranges.iter().find(|(a, b, _)| (*a..=*b).contains(&code))?;
        let mut chars: Vec<char> = text.chars().collect();
        let last = chars.pop()?;
        chars.push(char::from_u32(u32::from(last) + (code - first))?);
        Some(chars.into_iter().collect())
    }
}

/// The stretches between two words, with their strings.
fn sections<'a>(
    bytes: &'a [u8],
    from: &'a str,
    to: &'a str,
) -> impl Iterator<Item = (&'a [u8], Vec<Vec<u8>>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = super::find(bytes, from.as_bytes(), at)? + from.len();
        let end = super::find(bytes, to.as_bytes(), start)?;
        at = end + to.len();
        let raw = bytes.get(start..end)?;
        Some((raw, strings(raw)))
    })
}

fn strings(raw: &[u8]) -> Vec<Vec<u8>> {
    let all = tokens(raw).into_iter();
    all.filter_map(|t| if let Token::String(s) = t { Some(s) } else { None }).collect()
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |n, b| n << 8 | u32::from(*b))
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|p| match p {
        [a, b] => u16::from_be_bytes([*a, *b]),
        _ => 0,
    });
    char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect()
}
