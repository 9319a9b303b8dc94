//! 二元切分: the terms of the index are overlapping pairs of folded characters, and of three figures that stand together the
//! three, too: there are a hundred pairs of figures, and nearly every text has them all.
//!
//! A sign that no user can type stands before and after each value. The one at the end makes the last
//! character begin a pair, so that one character is found as the beginning of a term; both together allow
//! asking for a whole value.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::fold;

/// Stands before each value (folding drops control characters, so no text holds it).
pub(crate) const START: char = '\u{2}';
/// Stands after each value.
pub(crate) const END: char = '\u{3}';

/// Whether these are three figures, which make a term of their own.
pub(crate) fn is_number(chars: &[char]) -> bool {
    chars.len() == 3 && chars.iter().all(char::is_ascii_digit)
}

/// The name under which the index knows this tokenizer.
pub(crate) const NAME: &str = "fold-gram";

/// Folds and cuts; offsets point into the original text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grams;

/// The terms of one value.
pub(crate) struct GramStream {
    /// Folded character with the byte range of its original.
    chars: Vec<(char, usize, usize)>,
    at: usize,
    /// How many characters the next term has, which begins at `at`.
    width: usize,
    token: Token,
}

impl Tokenizer for Grams {
    type TokenStream<'a> = GramStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> GramStream {
        let mut chars = vec![(START, 0, 0)];
        for (from, c) in text.char_indices() {
            let to = from + c.len_utf8();
            fold::each(c, |folded| chars.push((folded, from, to)));
        }
        if chars.len() == 1 {
            chars.clear();
        } else {
            chars.push((END, text.len(), text.len()));
        }
        GramStream { chars, at: 0, width: 2, token: Token::default() }
    }
}

impl TokenStream for GramStream {
    fn advance(&mut self) -> bool {
        let Some(term) = self.chars.get(self.at..self.at + self.width) else { return false };
        let ([(_, from, _), ..], [.., (_, _, to)]) = (term, term) else { return false };
        self.token.offset_from = *from;
        self.token.offset_to = *to;
        self.token.position = self.at;
        self.token.text.clear();
        self.token.text.extend(term.iter().map(|(c, ..)| c));
        let figure =
            |at| self.chars.get(at).is_some_and(|(c, ..): &(char, _, _)| c.is_ascii_digit());
        if self.width == 2 && (self.at..self.at + 3).all(figure) {
            self.width = 3;
        } else {
            (self.at, self.width) = (self.at + 1, 2);
        }
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use tantivy::tokenizer::{TokenStream, Tokenizer};

    use super::Grams;

    #[test]
    fn pairs_with_positions_and_original_offsets() {
        let mut grams = Grams;
        let mut seen = Vec::new();
        grams.token_stream("Ａ 環2").process(&mut |t| {
            seen.push((t.text.clone(), t.position, t.offset_from, t.offset_to));
        });
        assert_eq!(
            seen,
            [
                ("\u{2}a".to_owned(), 0, 0, 3),
                ("a环".to_owned(), 1, 0, 7),
                ("环2".to_owned(), 2, 4, 8),
                ("2\u{3}".to_owned(), 3, 7, 8)
            ]
        );
        assert!(!grams.token_stream(" \u{3000}").advance());
        seen.clear();
        grams.token_stream("第1２34号").process(&mut |t| {
            seen.push((t.text.clone(), t.position, t.offset_from, t.offset_to));
        });
        let terms: Vec<(&str, usize)> = seen.iter().map(|(t, at, ..)| (t.as_str(), *at)).collect();
        assert_eq!(
            terms,
            [
                ("\u{2}第", 0),
                ("第1", 1),
                ("12", 2),
                ("123", 2),
                ("23", 3),
                ("234", 3),
                ("34", 4),
                ("4号", 5),
                ("号\u{3}", 6)
            ]
        );
        assert_eq!(seen[3].2..seen[3].3, 3..8);
    }
}
