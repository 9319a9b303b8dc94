//! Marks stand on what was asked for, on all of it and on nothing else; whatever is typed is answered.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::corpus::corpus;
use super::{Catalog, Entry, Query, Secrecy, Sort, catalog, entry, fold, text};
use crate::catalog::fold as folding;

/// Where the folded `needles` stand in `snippet`, found by looking: whole characters with the marks that belong to them,
/// what touches put together.
fn expected(snippet: &str, needles: &[String]) -> Vec<(usize, usize)> {
    // Texts here have no ellipsis of their own; one at either end says that text was left out.
    let own: String = snippet.chars().map(|c| if c == '…' { '\u{2}' } else { c }).collect();
    let chars: Vec<char> = own.chars().collect();
    let mut marked = vec![false; chars.len()];
    for from in 0..chars.len() {
        for to in from + 1..=chars.len() {
            let cut: String = chars[from..to].iter().collect();
            let folded = folding::with_origins(&cut);
            let found = needles.iter().filter(|n| !n.is_empty()).any(|needle| {
                let needle: Vec<char> = needle.chars().collect();
                // The shortest stretches that hold it: begin at its first character, end at its last.
                folded.chars.windows(needle.len()).zip(folded.origin.windows(needle.len())).any(
                    |(window, origin)| {
                        window == needle
                            && origin[0] == 0
                            && origin[needle.len() - 1] == to - from - 1
                    },
                )
            });
            if found {
                let attached = chars[to..].iter().take_while(|c| folding::is_attached(**c)).count();
                marked[from..to + attached].fill(true);
            }
            if folded.chars.len() > 60 {
                break;
            }
        }
    }
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (at, _) in marked.iter().enumerate().filter(|(_, m)| **m) {
        match out.last_mut() {
            Some((_, end)) if *end == at => *end = at + 1,
            _ => out.push((at, at + 1)),
        }
    }
    out
}

fn only(id: &str, title: &str, body: &str) -> Entry {
    let mut e = entry(id, None, title, "2025-01-01", body);
    let m = &mut e.metadata;
    (m.archival_code, m.responsible, m.genre) = Default::default();
    (m.recipients, m.districts) = (vec![], vec![]);
    e
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn marks_are_exactly_what_matches(
        texts in prop::collection::vec((text(), text(), text()), 1..5),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1usize..7), 6),
    ) {
        let entries: Vec<Entry> = texts
            .iter()
            .enumerate()
            .map(|(n, (title, a, b))| only(&format!("r{n}"), title, &format!("{a}{b}{a}")))
            .collect();
        let (_dir, c) = catalog(&entries);
        let quotes = ['"', '“', '”', '＂', '「', '」', '『', '』'];
        let phrases: Vec<String> = cuts
            .iter()
            .map(|(which, from, width)| {
                let (_, a, b) = which.get(&texts);
                let chars: Vec<char> = format!("{a}{b}").chars().collect();
                let from = from.index(chars.len().max(1));
                let cut = chars.iter().skip(from).take(*width);
                cut.filter(|c| !quotes.contains(c)).collect()
            })
            .collect();
        for pair in phrases.windows(2) {
            let needles: Vec<String> = pair.iter().map(|p| fold(p)).collect();
            let query = Query::parse(&format!("\"{}\" \"{}\"", pair[0], pair[1])).0;
            for hit in c.search(&query).unwrap().hits {
                prop_assert_eq!(
                    &hit.highlights, &expected(&hit.snippet, &needles), "{:?} in {:?}", needles, hit.snippet
                );
            }
        }
    }
}

fn examples() -> &'static Catalog {
    static MADE: OnceLock<(tempfile::TempDir, Catalog)> = OnceLock::new();
    &MADE.get_or_init(|| catalog(&corpus()[..12])).1
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn folding_twice_is_folding_once_for_any_text(a in any::<String>(), b in any::<String>()) {
        let once = fold(&a);
        prop_assert_eq!(fold(&once), once.clone());
        prop_assert_eq!(fold(&format!("{a}{b}")), once + &fold(&b));
        let origins = folding::with_origins(&a);
        prop_assert!(origins.origin.is_sorted() && origins.origin.iter().all(|&o| o < a.chars().count()));
    }

    #[test]
    fn any_bytes_in_any_way_are_answered(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        signs in text(),
        how in (any::<bool>(), any::<bool>(), any::<bool>(), 0usize..30, 0usize..30),
    ) {
        let typed = format!("{}{signs}", String::from_utf8_lossy(&bytes));
        let (by_date, by_case, bounded, offset, limit) = how;
        let (parsed, _) = Query::parse_on(&typed, Some(20_260_115));
        let query = Query {
            sort: if by_date { Sort::Date } else { Sort::Relevance },
            max_secrecy: bounded.then_some(Secrecy::Internal),
            recent: Some(20_260_115),
            facets: true,
            near: 5,
            by_case,
            offset,
            limit,
            ..parsed
        };
        let hits = examples().search(&query).unwrap();
        prop_assert!(hits.hits.len() <= limit);
        examples().explain(&query).unwrap();
        examples().similar(&typed, &query).unwrap();
        let valued = Query { fields: vec![("题名".into(), typed.clone())], ..query };
        for hit in hits.hits.iter().chain(&examples().search(&valued).unwrap().hits) {
            let length = hit.snippet.chars().count();
            prop_assert!(hit.highlights.iter().all(|(s, e)| s < e && *e <= length), "{:?}", typed);
            prop_assert!(hit.highlights.windows(2).all(|w| w[0].1 < w[1].0), "{:?}", typed);
        }
    }
}
