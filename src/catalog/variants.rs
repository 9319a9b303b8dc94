//! 繁简异体: classes of characters that are the same word written otherwise.
//!
//! Classes, not a conversion: 答覆 and 答复, 瞭解 and 了解 must meet, which a table of first candidates
//! does not achieve (docs/decisions/0003-folding.md).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use hanconv::RawDictionary;

// `text` is const, so that only these four tables, and not the phrase dictionaries, are built in.
const TABLES: [&str; 4] = [
    const { RawDictionary::STCharacters.text() },
    const { RawDictionary::TSCharacters.text() },
    const { RawDictionary::TWVariants.text() },
    const { RawDictionary::HKVariants.text() },
];

/// Pairs that the tables leave apart.
const ADDED: [(char, char); 6] =
    [('浚', '濬'), ('坐', '座'), ('查', '査'), ('户', '戶'), ('户', '戸'), ('零', '〇')];

/// Characters below this are looked up by position; none above is in a class.
const END: usize = 0x3_2000;

static CLASSES: LazyLock<Vec<char>> = LazyLock::new(build);

/// The character that stands for the class of `c` in folded text.
pub(crate) fn representative(c: char) -> char {
    CLASSES.get(c as usize).copied().unwrap_or(c)
}

fn build() -> Vec<char> {
    let mut parent: BTreeMap<char, char> = BTreeMap::new();
    for table in TABLES {
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let Some(key) = words.next().and_then(single) else { continue };
            for value in words.filter_map(single) {
                unite(&mut parent, key, value);
            }
        }
    }
    for (a, b) in ADDED {
        unite(&mut parent, a, b);
    }
    // The simplified form stands for its class, so that notes on a query read naturally.
    let traditional: BTreeSet<char> = TABLES[1]
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let key = words.next().and_then(single)?;
            (words.next().and_then(single)? != key).then_some(key)
        })
        .collect();
    let simplified: BTreeSet<char> = TABLES[0]
        .lines()
        .filter_map(|line| line.split_whitespace().next().and_then(single))
        .collect();
    let strangeness = |c: char| (traditional.contains(&c), !simplified.contains(&c), c);
    let mut chosen: BTreeMap<char, char> = BTreeMap::new();
    for &c in parent.keys() {
        let best = chosen.entry(root(&parent, c)).or_insert(c);
        if strangeness(c) < strangeness(*best) {
            *best = c;
        }
    }
    let mut table: Vec<char> =
        (0..END).map(|n| u32::try_from(n).ok().and_then(char::from_u32).unwrap_or('\0')).collect();
    for &c in parent.keys() {
        let best = chosen.get(&root(&parent, c)).copied();
        if let (Some(slot), Some(best)) = (table.get_mut(c as usize), best) {
            *slot = best;
        }
    }
    table
}

fn single(word: &str) -> Option<char> {
    let mut chars = word.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn root(parent: &BTreeMap<char, char>, mut c: char) -> char {
    while let Some(&up) = parent.get(&c) {
        if up == c {
            break;
        }
        c = up;
    }
    c
}

/// The lower code point becomes the root, so that the outcome does not depend on the order of lines.
fn unite(parent: &mut BTreeMap<char, char>, a: char, b: char) {
    let (a, b) = (root(parent, a), root(parent, b));
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    parent.entry(low).or_insert(low);
    parent.insert(high, low);
}

#[cfg(test)]
mod tests {
    use super::{CLASSES, representative};

    #[test]
    fn writings_of_one_word_meet() {
        for class in [
            "复復複覆",
            "了瞭",
            "借藉",
            "只祇隻",
            "着著",
            "浚濬",
            "坐座",
            "查査",
            "户戶戸",
            "台臺",
            "号號",
            "环環",
        ] {
            let mut chars = class.chars().map(representative);
            let first = chars.next().unwrap();
            assert!(chars.all(|c| c == first), "{class}");
        }
    }

    #[test]
    fn different_words_stay_apart() {
        for (a, b) in
            [('察', '查'), ('督', '毒'), ('未', '末'), ('己', '已'), ('土', '士'), ('大', '太')]
        {
            assert_ne!(representative(a), representative(b), "{a}{b}");
        }
    }

    #[test]
    fn classes_are_small_and_closed() {
        let mut sizes = std::collections::BTreeMap::new();
        for (n, &c) in CLASSES.iter().enumerate() {
            assert_eq!(representative(c), c, "{n:x}");
            if n as u32 != c as u32 && c != '\0' {
                *sizes.entry(c).or_insert(1usize) += 1;
            }
        }
        assert!(sizes.len() > 3000, "{}", sizes.len());
        let largest = sizes.values().max().copied().unwrap_or(0);
        assert!(largest <= 8, "{largest}");
    }
}
