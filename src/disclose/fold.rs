//! 归一: a text in which full-width and half-width forms are the same, with the way back to the bytes it came from.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// A text, folded character by character.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// Full-width forms half-width, invisible characters gone.
    pub(super) text: String,
    /// For every byte of `text`, where its character begins and ends in the original.
    places: Vec<(usize, usize)>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let mut out = Self::default();
        for (at, c) in original.char_indices() {
            let Some(folded) = fold(c) else { continue };
            out.text.push(folded);
            let place = (at, at + c.len_utf8());
            out.places.resize(out.text.len(), place);
        }
        out
    }

    /// Where bytes of the folded text stand in the original.
    pub(super) fn back(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.places.get(range.start).map_or(0, |p| p.0);
        let end = range.end.checked_sub(1).and_then(|i| self.places.get(i)).map_or(start, |p| p.1);
        start..end.max(start)
    }
}

/// The plain form of a character; none for those that nobody sees.
pub(super) fn fold(c: char) -> Option<char> {
    match c {
        '\u{00AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FEFF}'
        | '\u{FE00}'..='\u{FE0F}' => None,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
        c if c.is_whitespace() => Some(' '),
        '–' | '—' | '‐' | '‑' | '−' | '﹣' | '－' => Some('-'),
        '·' | '•' | '・' | '．' => Some('.'),
        c if c.is_ascii() => Some(c),
        c => {
            let mut all = std::iter::once(c).nfkc();
            match (all.next(), all.next()) {
                (Some(plain), None) => Some(plain),
                _ => Some(c),
            }
        }
    }
}

/// The figure that a Chinese numeral stands for where numbers are read out one by one.
pub(super) fn spoken(c: char) -> Option<char> {
    const FIGURES: [(&str, char); 10] = [
        ("〇零○", '0'),
        ("一壹幺", '1'),
        ("二贰", '2'),
        ("三叁", '3'),
        ("四肆", '4'),
        ("五伍", '5'),
        ("六陆", '6'),
        ("七柒", '7'),
        ("八捌", '8'),
        ("九玖", '9'),
    ];
    FIGURES.iter().find(|(all, _)| all.contains(c)).map(|(_, figure)| *figure)
}

/// Whether a character may stand between the figures of one number.
pub(super) fn separates(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '_' | '(' | ')')
}
