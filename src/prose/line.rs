//! A text as characters with their places, and what kind of character each is.

use std::ops::Range;

use super::guard;

/// A text to look at, character by character.
pub struct Line {
    chars: Vec<char>,
    places: Vec<usize>,
    /// Characters that belong to an address, a file name or a code and are left alone.
    guarded: Vec<bool>,
}

impl Line {
    /// Takes `text` apart.
    pub fn new(text: &str) -> Self {
        let (mut places, chars): (Vec<usize>, Vec<char>) = text.char_indices().unzip();
        places.push(text.len());
        let guarded = guard::guarded(&chars);
        Self { chars, places, guarded }
    }

    /// How many characters there are.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character at `i`; NUL where there is none.
    pub fn at(&self, i: usize) -> char {
        self.chars.get(i).copied().unwrap_or('\0')
    }

    /// The character `n` before `i`; NUL where there is none.
    pub fn back(&self, i: usize, n: usize) -> char {
        i.checked_sub(n).map_or('\0', |i| self.at(i))
    }

    /// Whether the character at `i` is to be left alone.
    pub fn is_guarded(&self, i: usize) -> bool {
        self.guarded.get(i).copied().unwrap_or(false)
    }

    /// Whether `word` stands at `i`.
    pub fn has(&self, i: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(n, c)| self.at(i + n) == c)
    }

    /// Whether `word` ends just before `i`.
    pub fn ends(&self, i: usize, word: &str) -> bool {
        i.checked_sub(word.chars().count()).is_some_and(|start| self.has(start, word))
    }

    /// End of the run from `i` on whose characters are all `of` a kind.
    pub fn run(&self, i: usize, of: impl Fn(char) -> bool) -> usize {
        let length = self.chars.iter().skip(i).take_while(|c| of(**c)).count();
        i + length
    }

    /// The characters of a range.
    pub fn text(&self, range: Range<usize>) -> String {
        self.chars.get(range).unwrap_or_default().iter().collect()
    }

    /// Bytes of a range of characters.
    pub fn bytes(&self, range: Range<usize>) -> Range<usize> {
        let end = self.places.len() - 1;
        self.places[range.start.min(end)]..self.places[range.end.min(end)]
    }

    /// Whether a clause begins at `i`: the text, a line, or after a mark that ends a clause.
    pub fn begins_clause(&self, i: usize) -> bool {
        matches!(self.back(i, 1), '\0' | '\n' | '。' | '；' | '：' | '\u{3000}')
    }
}

/// Han characters, 〇 among them.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{3ffff}'
        | '\u{f900}'..='\u{faff}' | '〇' | '々')
}

/// Han characters and the marks that only Chinese text has.
pub fn is_chinese(c: char) -> bool {
    is_han(c)
        || matches!(
            c,
            '，' | '。'
                | '、'
                | '；'
                | '：'
                | '？'
                | '！'
                | '（'
                | '）'
                | '《'
                | '》'
                | '〈'
                | '〉'
                | '“'
                | '”'
                | '〔'
                | '〕'
                | '【'
                | '】'
                | '「'
                | '」'
        )
}

/// Chinese numerals below ten.
pub fn is_han_digit(c: char) -> bool {
    matches!(c, '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九')
}

/// The figure of a Chinese numeral below ten.
pub fn figure(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}
