//! Whatever stands in the archive is found: thousands of stretches of the examples' documents, each asked for as it
//! stands and in other writings, held against a plain search through the folded texts.

use std::collections::BTreeMap;

use super::corpus::{Chance, corpus};
use super::{Catalog, Query, catalog, fold};

/// The texts, and for each pair of signs those that have it: a text that lacks a pair of a phrase lacks the phrase,
/// and need not be read through.
struct Truth {
    texts: Vec<String>,
    pairs: BTreeMap<(char, char), Vec<usize>>,
}

impl Truth {
    fn new(texts: Vec<String>) -> Self {
        let mut pairs: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, text) in texts.iter().enumerate() {
            for pair in text.chars().zip(text.chars().skip(1)) {
                let list = pairs.entry(pair).or_default();
                if list.last() != Some(&at) {
                    list.push(at);
                }
            }
        }
        Self { texts, pairs }
    }

    /// Where `needle` stands, by looking.
    fn of(&self, needle: &str) -> Vec<usize> {
        let all = || (0..self.texts.len()).collect::<Vec<_>>();
        let pairs = needle.chars().zip(needle.chars().skip(1));
        let few = pairs.map(|p| self.pairs.get(&p).cloned().unwrap_or_default());
        let few = few.min_by_key(Vec::len).unwrap_or_else(all);
        few.into_iter().filter(|&i| self.texts[i].contains(needle)).collect()
    }
}

fn asked(c: &Catalog, phrase: &str, ids: &BTreeMap<String, usize>) -> Vec<usize> {
    let query = Query {
        limit: ids.len(),
        fields: vec![("正文".to_owned(), format!("“{phrase}”"))],
        ..Query::default()
    };
    let (_, hits) = c.gathered(&query).unwrap();
    let mut out: Vec<usize> = c.keys(&hits).iter().map(|key| ids[key]).collect();
    out.sort_unstable();
    out
}

/// Full-width figures and letters, other brackets, traditional forms, spaces between.
fn otherwise(phrase: &str, how: usize) -> String {
    let pairs = [
        ('环', '環'),
        ('督', '督'),
        ('关', '關'),
        ('污', '汙'),
        ('区', '區'),
        ('复', '覆'),
        ('办', '辦'),
    ];
    let one = |c: char| match how {
        0 => match c {
            '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap(),
            _ => c,
        },
        1 => pairs.iter().find(|(s, _)| *s == c).map_or(c, |(_, t)| *t),
        2 => match c {
            '〔' | '（' => '[',
            '〕' | '）' => ']',
            _ => c.to_ascii_uppercase(),
        },
        _ => c,
    };
    let mut out: String = phrase.chars().map(one).collect();
    if how == 3 {
        out = out.chars().flat_map(|c| [c, ' ']).collect();
    }
    out
}

#[test]
fn ten_thousand_stretches_are_found_where_they_stand_and_nowhere_else() {
    let entries = corpus();
    let (_dir, c) = catalog(&entries);
    let ids: BTreeMap<String, usize> =
        entries.iter().enumerate().map(|(n, e)| (e.key(), n)).collect();
    let truth = Truth::new(entries.iter().map(|e| fold(&e.texts[0].text)).collect());
    let originals: Vec<Vec<char>> =
        entries.iter().map(|e| e.texts[0].text.chars().collect()).collect();
    let rounds: usize =
        std::env::var("ANJUAN_RECALL").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut special = 0;
    for round in 0..rounds {
        let at = chance.below(originals.len());
        let text = &originals[at];
        let mut from = chance.below(text.len());
        let width = 1 + chance.below(12);
        // Every third is a cut through a figure, a unit, a number of a document, Latin.
        if round % 3 == 0
            && let Some(next) = (from..text.len()).find(|&i| text[i].is_ascii_alphanumeric())
        {
            from = next.saturating_sub(chance.below(4));
            special += 1;
        }
        let phrase: String = text.iter().skip(from).take(width).collect();
        let phrase = if round % 5 == 0 { otherwise(&phrase, chance.below(4)) } else { phrase };
        // A quote within would end the quotation.
        let phrase: String = phrase.chars().filter(|c| !"\"“”＂「」『』".contains(*c)).collect();
        let needle = fold(&phrase);
        if needle.is_empty() {
            continue;
        }
        let expected = truth.of(&needle);
        assert_eq!(asked(&c, &phrase, &ids), expected, "round {round}: {phrase:?}");
    }
    assert!(special > rounds / 4, "{special}");
}

#[test]
fn any_bytes_as_a_query_are_answered() {
    let (_dir, c) = catalog(&corpus()[..3]);
    let mut chance = Chance(7);
    let signs: Vec<char> =
        "督察或－-“”\"「」：:()〔〕..至年月日号第 　\u{0}\u{3}\u{fe0f}题名文号zyzＯＲ近去上个２１"
            .chars()
            .collect();
    for round in 0..1500 {
        let length = chance.below(24);
        let text: String = if round % 2 == 0 {
            let bytes: Vec<u8> =
                (0..length).map(|_| u8::try_from(chance.below(256)).unwrap()).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            (0..length).map(|_| signs[chance.below(signs.len())]).collect()
        };
        let (query, _) = Query::parse_on(&text, Some(20_260_115));
        let hits = c.search(&query).unwrap_or_else(|e| panic!("{text:?}: {e:?}"));
        for hit in hits.hits {
            let length = hit.snippet.chars().count();
            let mut last = None;
            for (start, end) in hit.highlights {
                assert!(start < end && end <= length && last.is_none_or(|l| start > l), "{text:?}");
                last = Some(end);
            }
        }
    }
}
