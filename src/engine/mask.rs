//! The wall between data and markup: while a body is markup, ASCII punctuation of data wears a mask.
//!
//! A backslash would do for one passage, but not for two: a text that is captured by a macro, cut, joined or
//! filtered and written again would show its backslashes. A mask is one character that no markup knows, so
//! masking twice is masking once, and nothing in a template can take it off before the markup is read.

/// ASCII punctuation: 32 characters, and Unicode has 32 noncharacters U+FDD0 to U+FDEF for a program's own
/// use (Unicode 23.7), which no text may bring from outside.
const PUNCTUATION: [char; 32] = [
    '!', '"', '#', '$', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', ':', ';', '<', '=',
    '>', '?', '@', '[', '\\', ']', '^', '_', '`', '{', '|', '}', '~',
];
const FIRST: u32 = 0xFDD0;

/// Whether `c` is kept for masks, so that data must not hold it.
#[must_use]
pub fn is_reserved(c: char) -> bool {
    (FIRST..FIRST + 32).contains(&u32::from(c))
}

fn masked(c: char) -> char {
    let index = PUNCTUATION.iter().position(|p| *p == c).and_then(|i| u32::try_from(i).ok());
    index.and_then(|i| char::from_u32(FIRST + i)).unwrap_or(c)
}

fn bare(c: char) -> char {
    let index = u32::from(c).checked_sub(FIRST).and_then(|i| usize::try_from(i).ok());
    index.and_then(|i| PUNCTUATION.get(i)).copied().unwrap_or(c)
}

/// `text` as one run of words that a body cannot take for markup.
#[must_use]
pub fn mask(text: &str) -> String {
    one_line(text).chars().map(masked).collect()
}

/// Takes the masks off; only for text that is not read as markup again.
#[must_use]
pub fn unmask(text: &str) -> String {
    text.chars().map(bare).collect()
}

/// `text` as one line: line breaks join as Chinese is set (nothing between Chinese characters, a space between
/// Latin words), runs of blanks and tabs become one space, control characters go. U+3000 stays.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split(is_break) {
        let mut gap = !out.is_empty();
        let mut line_begins = true;
        for word in line.split([' ', '\t']) {
            let mut word = word.chars().filter(|c| !c.is_control()).peekable();
            let Some(first) = word.peek().copied() else { continue };
            let space = if line_begins {
                out.chars().last().is_some_and(|c| latin(bare(c)) && latin(bare(first)))
            } else {
                true
            };
            if gap && space {
                out.push(' ');
            }
            (gap, line_begins) = (true, false);
            out.extend(word);
        }
    }
    out
}

/// What ends a line anywhere: LF, CR, VT, FF, NEL, LS, PS.
fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether words that end or begin with `c` are set apart by spaces: not Chinese, nor Chinese marks.
fn latin(c: char) -> bool {
    c.is_ascii_graphic() || (c.is_alphanumeric() && u32::from(c) < 0x1100)
}
