//! 核查: withheld words in every form they may be written in, and the search for them.

use std::collections::BTreeMap;

use super::fold::{fold, spoken};

/// Runs of figures shorter than this must stand apart from other figures.
const SURE: usize = 10;

/// One withheld string to look for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needle {
    /// Name of its sort, for people.
    pub sort: String,
    /// The string, as it was withheld.
    pub words: String,
}

impl Needle {
    /// The string with its inner part hidden: what a report may show.
    #[must_use]
    pub fn masked(&self) -> String {
        let count = self.words.chars().count();
        let shown = if count > 6 { 3 } else { 1 };
        let head: String = self.words.chars().take(shown).collect();
        format!("{head}…（{count}字）")
    }
}

/// The withheld strings of a case, ready for searching.
#[derive(Debug, Default)]
pub struct Needles {
    /// Figures only, compared with figures only.
    numbers: BTreeMap<String, Needle>,
    /// Everything else, compared without spaces.
    words: BTreeMap<String, Needle>,
}

/// A text as searches see it: full-width forms half-width, capitals, no spaces, nothing invisible.
pub(super) fn plain(text: &str) -> String {
    let plain = text.chars().filter_map(fold).filter(|c| *c != ' ');
    plain.flat_map(char::to_uppercase).collect()
}

/// A text with what parts figures gone, spoken figures written.
fn figures(text: &str) -> String {
    let plain = text.chars().filter_map(fold);
    let plain = plain.filter(|c| !matches!(c, ' ' | '-' | '.' | '_' | '(' | ')' | '\t'));
    plain.map(|c| spoken(c).unwrap_or(c)).flat_map(char::to_uppercase).collect()
}

fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= 5 && text.chars().all(|c| c.is_ascii_digit() || c == 'X')
}

impl Needles {
    /// Takes strings to look for; strings of which nothing is left when spaces go are none.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = Needle>) -> Self {
        let mut out = Self::default();
        for needle in all {
            let number = figures(&needle.words);
            let plain = plain(&needle.words);
            if is_number(&number) {
                out.numbers.entry(number).or_insert(needle);
            } else if plain.chars().count() > 1 {
                out.words.entry(plain).or_insert(needle);
            }
        }
        out
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.numbers.len() + self.words.len()
    }

    /// Those that stand in `text`, in whatever way.
    #[must_use]
    pub fn within(&self, text: &str) -> Vec<&Needle> {
        let mut out = Vec::new();
        if !self.numbers.is_empty() {
            let hay = figures(text);
            out.extend(self.numbers.iter().filter(|(n, _)| has_number(&hay, n)).map(|(_, n)| n));
        }
        if !self.words.is_empty() {
            let hay = plain(text);
            out.extend(self.words.iter().filter(|(w, _)| hay.contains(w.as_str())).map(|(_, n)| n));
        }
        out
    }

    /// Those that stand in `bytes` just as they are written, in UTF-8 or UTF-16: for what is no text by itself, where
    /// figures that happen to stand side by side mean nothing.
    #[must_use]
    pub fn within_bytes(&self, bytes: &[u8]) -> Vec<&Needle> {
        let wide = |skip: usize, le: bool| -> String {
            let pairs = bytes.get(skip..).unwrap_or_default().chunks_exact(2);
            let unit = |p: &[u8]| match p {
                [a, b] if le => u16::from_le_bytes([*a, *b]),
                [a, b] => u16::from_be_bytes([*a, *b]),
                _ => 0,
            };
            char::decode_utf16(pairs.map(unit)).map(|c| c.unwrap_or(' ')).collect()
        };
        let texts = [
            String::from_utf8_lossy(bytes).into_owned(),
            wide(0, false),
            wide(1, false),
            wide(0, true),
            wide(1, true),
        ];
        let stands = |form: &String| texts.iter().any(|t| t.contains(form.as_str()));
        let long = |plain: &str| !is_number(plain) || plain.len() >= SURE;
        let all = self.numbers.iter().chain(&self.words);
        all.filter(|(plain, needle)| long(plain) && forms(needle, plain).iter().any(stands))
            .map(|(_, needle)| needle)
            .collect()
    }
}

/// The ways in which a needle is usually written.
fn forms(needle: &Needle, plain: &str) -> Vec<String> {
    let mut all = vec![needle.words.clone(), wide(&needle.words)];
    if is_number(plain)
        && let [a, b, c] = [plain.get(..3), plain.get(3..7), plain.get(7..)]
        && let (Some(a), Some(b), Some(c)) = (a, b, c)
    {
        all.extend([plain.to_owned(), format!("{a}-{b}-{c}"), format!("{a} {b} {c}")]);
    }
    all
}

/// Full-width figures and letters.
fn wide(text: &str) -> String {
    let widen = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        c => c,
    };
    text.chars().map(widen).collect()
}

fn has_number(hay: &str, number: &str) -> bool {
    if number.len() >= SURE {
        return hay.contains(number);
    }
    hay.match_indices(number).any(|(at, _)| {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let before = hay.get(..at).and_then(|t| t.chars().next_back());
        let after = hay.get(at + number.len()..).and_then(|t| t.chars().next());
        !digit(before) && !digit(after)
    })
}
