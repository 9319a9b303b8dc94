//! 归一: reduces a text to what counts for searching.
//!
//! Each character is folded by itself, so that a stretch of a text always folds to a stretch of the folded
//! text: compatibility forms and width (NFKD, marks dropped), case, 繁简异体, brackets, quotes, dashes;
//! white space, control and format characters are dropped.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::variants;

/// A folded text that still knows where each of its characters came from.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// The folded characters.
    pub chars: Vec<char>,
    /// For each of them the index of the original character.
    pub origin: Vec<usize>,
}

/// Folds `text` with origins counted in characters.
pub(crate) fn with_origins(text: &str) -> Folded {
    let mut out = Folded::default();
    for (at, c) in text.chars().enumerate() {
        each(c, |folded| {
            out.chars.push(folded);
            out.origin.push(at);
        });
    }
    out
}

/// Folds `text`.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        each(c, |folded| out.push(folded));
    }
    out
}

/// Gives the characters that `c` folds to; none if it is dropped.
pub(crate) fn each(c: char, mut give: impl FnMut(char)) {
    if c.is_ascii() {
        if let Some(c) = simple(c) {
            give(c);
        }
    } else if is_han(c) {
        give(variants::representative(c));
    } else if let Some(c) = class(c) {
        // Before NFKD, which would take some of these apart (﹏, ‧, …).
        give(c);
    } else {
        for part in std::iter::once(c).nfkd() {
            for lower in part.to_lowercase() {
                if let Some(kept) = simple(lower) {
                    give(variants::representative(kept));
                }
            }
        }
    }
}

/// Whether `c` belongs to the character before it (a combining mark, a variation selector, a joiner): a
/// text must not be cut before it.
pub(crate) fn is_attached(c: char) -> bool {
    is_mark(c)
}

/// Unified ideographs, which no normalisation touches: by far the most frequent characters here.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{2f7ff}' | '\u{30000}'..='\u{323af}')
}

fn is_mark(c: char) -> bool {
    canonical_combining_class(c) != 0
        || matches!(c,
            '\u{34f}' | '\u{ad}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

fn simple(c: char) -> Option<char> {
    if c.is_whitespace() || c.is_control() || is_mark(c) {
        return None;
    }
    Some(class(c).unwrap_or_else(|| c.to_ascii_lowercase()))
}

/// Punctuation that is one sign written in many ways.
fn class(c: char) -> Option<char> {
    Some(match c {
        '(' | '[' | '{' | '（' | '［' | '｛' | '〔' | '【' | '〖' | '〘' | '〚' | '﹙' | '﹛'
        | '﹝' | '⦅' | '｟' | '︵' | '︹' | '︻' => '(',
        ')' | ']' | '}' | '）' | '］' | '｝' | '〕' | '】' | '〗' | '〙' | '〛' | '﹚' | '﹜'
        | '﹞' | '⦆' | '｠' | '︶' | '︺' | '︼' => ')',
        '<' | '＜' | '〈' | '《' | '«' | '‹' | '﹤' | '⟨' | '⟪' | '︽' | '︿' => '<',
        '>' | '＞' | '〉' | '》' | '»' | '›' | '﹥' | '⟩' | '⟫' | '︾' | '﹀' => '>',
        '"' | '\'' | '＂' | '＇' | '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '‛' | '「' | '」'
        | '『' | '』' | '｢' | '｣' | '〝' | '〞' | '〟' | '﹁' | '﹂' | '﹃' | '﹄' | '`' | '´'
        | '′' | '″' => '"',
        '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | '﹣' | '﹘' | '─' | '━' | '⸺'
        | '⸻' => '-',
        '~' | '～' | '〜' | '∼' | '˜' => '~',
        '·' | '•' | '・' | '‧' | '∙' | '⋅' | '●' | '･' | '᛫' => '·',
        '/' | '⁄' | '∕' | '／' => '/',
        '○' | '◯' | '〇' => variants::representative('〇'),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{fold, with_origins};

    #[test]
    fn one_thing_written_in_many_ways() {
        for (a, b) in [
            ("渝环督办〔2025〕16号", "渝環督辦［２０２５］１６號"),
            ("渝环督办〔2025〕16号", "渝环督办 (2025) 16号"),
            ("ＰＭ２．５", "pm2.5"),
            ("㎎／Ｌ", "mg/l"),
            ("臺灣　環境", "台湾环境"),
            ("“十四五”", "\"十四五\""),
            ("二○二五年", "二〇二五年"),
            ("café", "CAFE\u{301}"),
            ("答覆", "答复"),
            ("—", "-"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(fold("督察"), fold("督查"));
        assert_eq!(fold(" \u{3000}\t\u{200b}\u{2}\u{3}"), "");
    }

    #[test]
    fn folding_twice_is_folding_once_and_a_part_folds_to_a_part() {
        for c in (0..0x3_5000u32).filter_map(char::from_u32) {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "{c} {:x}", c as u32);
        }
        assert_eq!(fold("甲Ｂ") + &fold("㎎。"), fold("甲Ｂ㎎。"));
    }

    #[test]
    fn origins_point_to_the_original() {
        let f = with_origins("Ａ 　㎎臺");
        assert_eq!(f.chars, ['a', 'm', 'g', '台']);
        assert_eq!(f.origin, [0, 3, 3, 4]);
    }
}
