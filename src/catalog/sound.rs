//! 读音: names and titles by their pinyin, in full or by initials (`zhongyuzhou`, `zyz`), all readings of a character.
//!
//! Every character of a value stands at its place with each of its readings and their first letters, so that a run
//! of readings is a phrase of the engine.

use pinyin::ToPinyinMulti;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::fold;

/// The name under which the index knows this tokenizer.
pub(crate) const NAME: &str = "sound";
/// Stands before a first letter: `z` of 钟 is another term than the syllable 啊 `a`.
const INITIAL: char = '^';
/// Ways in which one run of letters is cut into syllables, at most.
const MOST: usize = 16;
/// Longest run of letters that is read so.
const LONGEST: usize = 40;

/// Cuts into readings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sounds;

/// The readings of one value.
pub(crate) struct SoundStream {
    tokens: Vec<(usize, String)>,
    at: usize,
    token: Token,
}

impl Tokenizer for Sounds {
    type TokenStream<'a> = SoundStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SoundStream {
        let mut tokens = Vec::new();
        for (at, (_, readings)) in sounds(text).into_iter().enumerate() {
            tokens.extend(readings.into_iter().map(|r| (at, r)));
        }
        SoundStream { tokens, at: 0, token: Token::default() }
    }
}

impl TokenStream for SoundStream {
    fn advance(&mut self) -> bool {
        let Some((at, reading)) = self.tokens.get(self.at) else { return false };
        self.token.position = *at;
        self.token.text.clone_from(reading);
        self.at += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// The readings of each character of `text` that folding keeps, with the place of the character.
pub(crate) fn sounds(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut out = Vec::new();
    for (at, c) in text.chars().enumerate() {
        fold::each(c, |folded| out.push((at, readings(folded))));
    }
    out
}

/// All readings of a folded character, then their first letters; itself if it has none.
fn readings(c: char) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |s: String| {
        if !out.contains(&s) {
            out.push(s);
        }
    };
    let Some(multi) = c.to_pinyin_multi() else {
        add(c.to_string());
        add(format!("{INITIAL}{c}"));
        return out;
    };
    let syllables: Vec<String> = multi.into_iter().map(|p| plain(p.plain())).collect();
    for syllable in &syllables {
        add(syllable.clone());
    }
    for first in syllables.iter().filter_map(|s| s.chars().next()) {
        add(format!("{INITIAL}{first}"));
    }
    out
}

/// Letters as they are typed: ü is v.
fn plain(syllable: &str) -> String {
    syllable.chars().map(|c| if c == 'ü' { 'v' } else { c }).collect()
}

/// The runs of readings that a folded word of letters may stand for: its syllables, its letters as initials. A
/// `short` word counts too where names are asked for.
pub(crate) fn heard(folded: &str, short: bool) -> Vec<Vec<String>> {
    let letters = folded.bytes().all(|b| b.is_ascii_lowercase());
    if !letters || folded.len() < 2 || folded.len() > LONGEST {
        return Vec::new();
    }
    let mut out = Vec::new();
    syllables(folded, &mut Vec::new(), &mut out);
    out.retain(|run| run.len() > 1 || short);
    if folded.len() > 2 || short {
        out.push(folded.chars().map(|c| format!("{INITIAL}{c}")).collect());
    }
    out
}

/// The readings of a folded word of Han characters, to find what sounds alike; none if it has other signs.
pub(crate) fn alike(folded: &str) -> Option<Vec<String>> {
    folded.chars().map(|c| c.to_pinyin().map(|p| plain(p.plain()))).collect()
}

use pinyin::ToPinyin;

fn syllables(rest: &str, run: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
    if rest.is_empty() {
        out.push(run.clone());
        return;
    }
    // The longest syllable first: the likeliest reading.
    for width in (1..=rest.len().min(6)).rev() {
        let Some((head, tail)) = rest.split_at_checked(width) else { continue };
        if out.len() < MOST && known(head) {
            run.push(head.to_owned());
            syllables(tail, run, out);
            run.pop();
        }
    }
}

/// Whether `text` is a syllable that some character is read with.
fn known(text: &str) -> bool {
    use std::collections::BTreeSet;
    use std::sync::LazyLock;
    static ALL: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let han = ('\u{4e00}'..='\u{9fff}').filter_map(|c| c.to_pinyin());
        // 呒 m, 嗯 n, ng: readings that would cut everything into letters.
        han.map(|p| plain(p.plain()))
            .filter(|s| s.contains(['a', 'e', 'i', 'o', 'u', 'v']))
            .collect()
    });
    ALL.contains(text)
}

/// Where a run of readings stands in `text`, as ranges of its characters.
pub(crate) fn occurrences(text: &str, run: &[String]) -> Vec<(usize, usize)> {
    let sounds = sounds(text);
    let width = run.len().max(1);
    let meets = |window: &&[(usize, Vec<String>)]| {
        window.iter().zip(run).all(|((_, readings), wanted)| readings.contains(wanted))
    };
    let range = |window: &[(usize, Vec<String>)]| Some((window.first()?.0, window.last()?.0 + 1));
    sounds.windows(width).filter(meets).filter_map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::{alike, heard, occurrences};

    #[test]
    fn letters_are_syllables_or_initials() {
        let run = |s: &str| s.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(heard("zhongyuzhou", false)[0], run("zhong yu zhou"));
        assert!(heard("zyz", false).contains(&run("^z ^y ^z")));
        assert!(heard("xian", false).contains(&run("xi an")));
        assert_eq!(heard("zy", false), Vec::<Vec<String>>::new());
        assert_eq!(heard("zy", true), [run("^z ^y")]);
        assert!(heard("pm25", false).is_empty());
        assert_eq!(alike("钟屿舟"), Some(run("zhong yu zhou")));
        assert_eq!(alike("a舟"), None);
    }

    #[test]
    fn every_reading_of_a_character_counts() {
        for letters in ["chongqing", "zhongqing", "cq", "zq"] {
            let found = heard(letters, true).iter().any(|r| !occurrences("在重庆市", r).is_empty());
            assert!(found, "{letters}");
        }
        let run = heard("zyz", false).remove(0);
        assert_eq!(occurrences("关于鐘嶼 舟同志", &run), [(2, 6)]);
    }
}
