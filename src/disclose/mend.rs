//! 改句: a text without what is withheld, its punctuation put right, so that it reads as if it had been written so.

use super::detect::Hit;

/// `text` without `hits`, which are in order and apart.
pub(super) fn without(text: &str, hits: &[Hit]) -> String {
    if hits.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for hit in hits {
        out.push_str(text.get(at..hit.reach.start).unwrap_or_default());
        out.push_str(&hit.put);
        if hit.put.is_empty() {
            out.push(GONE);
        }
        at = hit.reach.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    tidy(&out)
}

/// Stands where something went without a word in its place, until the marks around it are put right.
const GONE: char = '\u{FDD0}';

/// Marks that part clauses.
const PARTS: &str = "，、；：,;:";
/// Marks that end sentences.
const ENDS: &str = "。！？";
/// Opening and closing marks.
const PAIRS: [(char, char); 5] = [('（', '）'), ('(', ')'), ('“', '”'), ('〔', '〕'), ('【', '】')];

fn tidy(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(found) = chars.iter().skip(at).position(|c| *c == GONE) {
        at += found;
        chars.remove(at);
        // What stands around the gap is looked at until nothing more can go.
        loop {
            let before = at.checked_sub(1).and_then(|i| chars.get(i)).copied();
            let after = chars.get(at).copied();
            let begins = before.is_none_or(|c| ENDS.contains(c) || c == '\n');
            let (Some(next), opens) = (after, before.and_then(closing)) else {
                // The end of the text: no clause mark hangs there.
                if before.is_some_and(|c| PARTS.contains(c) || c == ' ') {
                    at -= 1;
                    chars.remove(at);
                    continue;
                }
                break;
            };
            if opens == Some(next) {
                chars.remove(at);
                at -= 1;
                chars.remove(at);
            } else if next == ' ' && (begins || before == Some(' '))
                || PARTS.contains(next)
                    && (begins || opens.is_some() || before.is_some_and(|c| PARTS.contains(c)))
                || ENDS.contains(next) && begins
            {
                chars.remove(at);
            } else if before.is_some_and(|c| PARTS.contains(c))
                && (ENDS.contains(next) || PAIRS.iter().any(|(_, close)| *close == next))
            {
                at -= 1;
                chars.remove(at);
            } else {
                break;
            }
        }
    }
    chars.into_iter().collect()
}

fn closing(open: char) -> Option<char> {
    PAIRS.iter().find(|(o, _)| *o == open).map(|(_, close)| *close)
}
