//! Which piece of one side stands for which of the other: equal ones that occur once hold the two sides together,
//! between them the likest are paired in order. Bounded by steps, not by time: the same sides give the same pairs.

use std::collections::BTreeMap;

/// Cells of a table of likeness that is filled whole; beyond it each piece looks only a little ahead.
const TABLE: usize = 40_000;
/// How far ahead.
const AHEAD: usize = 24;
/// Likeness in thousandths from which two pieces are the same one, changed.
const LIKE: u64 = 400;

/// One piece: a block, a row, an item.
pub struct Key {
    /// Only pieces of one sort are paired.
    sort: &'static str,
    text: String,
    /// Characters and pairs of characters, sorted.
    grams: Vec<(char, char)>,
}

impl Key {
    /// A piece with its words.
    pub fn new(sort: &'static str, text: String) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let mut grams: Vec<(char, char)> = chars.iter().map(|c| (*c, '\0')).collect();
        grams.extend(chars.iter().zip(chars.iter().skip(1)).map(|(a, b)| (*a, *b)));
        grams.sort_unstable();
        Self { sort, text, grams }
    }

    fn is(&self, other: &Self) -> bool {
        self.sort == other.sort && self.text == other.text
    }

    /// In thousandths: what both have, of what each has.
    fn like(&self, other: &Self) -> u64 {
        if self.sort != other.sort {
            return 0;
        }
        let (mut a, mut b) = (self.grams.as_slice(), other.grams.as_slice());
        let all = a.len() + b.len();
        if all == 0 {
            return 1000;
        }
        let mut both = 0;
        while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
            match x.cmp(y) {
                std::cmp::Ordering::Less => a = rest_a,
                std::cmp::Ordering::Greater => b = rest_b,
                std::cmp::Ordering::Equal => {
                    both += 2;
                    (a, b) = (rest_a, rest_b);
                }
            }
        }
        both * 1000 / all as u64
    }
}

/// One step through both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The same one on both sides, changed or not.
    Both(usize, usize),
    /// Only before.
    Old(usize),
    /// Only after.
    New(usize),
}

impl Step {
    /// What stands at this step on either side.
    #[must_use]
    pub fn of<'a, T>(self, old: &'a [T], new: &'a [T]) -> (Option<&'a T>, Option<&'a T>) {
        match self {
            Self::Both(i, j) => (old.get(i), new.get(j)),
            Self::Old(i) => (old.get(i), None),
            Self::New(j) => (None, new.get(j)),
        }
    }
}

/// The steps through `old` and `new`, each piece of each side once, in order.
#[must_use]
pub fn align(old: &[Key], new: &[Key]) -> Vec<Step> {
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (a, b) in anchors(old, new) {
        between(old, new, (i, a), (j, b), &mut out);
        out.push(Step::Both(a, b));
        (i, j) = (a + 1, b + 1);
    }
    between(old, new, (i, old.len()), (j, new.len()), &mut out);
    out
}

/// Equal pieces that occur once on each side, as many as follow each other in both.
fn anchors(old: &[Key], new: &[Key]) -> Vec<(usize, usize)> {
    type Seen = (Option<usize>, usize, Option<usize>, usize);
    let mut seen: BTreeMap<(&str, &str), Seen> = BTreeMap::new();
    for (i, key) in old.iter().enumerate() {
        let entry = seen.entry((key.sort, &key.text)).or_default();
        (entry.0, entry.1) = (Some(i), entry.1 + 1);
    }
    for (j, key) in new.iter().enumerate() {
        let entry = seen.entry((key.sort, &key.text)).or_default();
        (entry.2, entry.3) = (Some(j), entry.3 + 1);
    }
    let once = seen.values().filter(|s| s.1 == 1 && s.3 == 1);
    let mut pairs: Vec<(usize, usize)> = once.filter_map(|s| Some((s.0?, s.2?))).collect();
    pairs.sort_unstable();
    // The longest run that rises on both sides, by patience.
    let mut piles: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, j)) in pairs.iter().enumerate() {
        let pile = piles.partition_point(|top| pairs.get(*top).is_some_and(|p| p.1 < *j));
        before.push(pile.checked_sub(1).and_then(|p| piles.get(p).copied()));
        match piles.get_mut(pile) {
            Some(top) => *top = at,
            None => piles.push(at),
        }
    }
    let mut out = Vec::new();
    let mut at = piles.last().copied();
    while let Some(here) = at {
        out.extend(pairs.get(here).copied());
        at = before.get(here).copied().flatten();
    }
    out.reverse();
    out
}

/// The steps between two anchors.
fn between(
    old: &[Key],
    new: &[Key],
    (mut from, mut to): (usize, usize),
    (mut first, mut last): (usize, usize),
    out: &mut Vec<Step>,
) {
    let same = |i: usize, j: usize| match (old.get(i), new.get(j)) {
        (Some(a), Some(b)) => a.is(b),
        _ => false,
    };
    while from < to && first < last && same(from, first) {
        out.push(Step::Both(from, first));
        (from, first) = (from + 1, first + 1);
    }
    let mut tail = Vec::new();
    while from < to && first < last && same(to - 1, last - 1) {
        (to, last) = (to - 1, last - 1);
        tail.push(Step::Both(to, last));
    }
    let (a, b) = (old.get(from..to).unwrap_or_default(), new.get(first..last).unwrap_or_default());
    let pairs = if a.len() * b.len() <= TABLE { best(a, b) } else { ahead(a, b) };
    let (mut i, mut j) = (0, 0);
    for (x, y) in pairs.into_iter().chain([(a.len(), b.len())]) {
        out.extend((i..x).map(|n| Step::Old(from + n)));
        out.extend((j..y).map(|n| Step::New(first + n)));
        if x < a.len() {
            out.push(Step::Both(from + x, first + y));
        }
        (i, j) = (x + 1, y + 1);
    }
    out.extend(tail.into_iter().rev());
}

/// The pairs with the greatest likeness in all.
fn best(a: &[Key], b: &[Key]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let likeness = |i: usize, j: usize| match (a.get(i), b.get(j)) {
        (Some(x), Some(y)) => Some(x.like(y)).filter(|like| *like >= LIKE),
        _ => None,
    };
    let mut sums = vec![0_u64; (a.len() + 1) * width];
    let mut likes = vec![0_u64; (a.len() + 1) * width];
    let cell = |sums: &[u64], i: usize, j: usize| sums.get(i * width + j).copied().unwrap_or(0);
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let like = likeness(i, j).unwrap_or(0);
            let skip = cell(&sums, i + 1, j).max(cell(&sums, i, j + 1));
            let take = if like > 0 { like + cell(&sums, i + 1, j + 1) } else { 0 };
            if let Some(slot) = sums.get_mut(i * width + j) {
                *slot = skip.max(take);
            }
            if let Some(slot) = likes.get_mut(i * width + j) {
                *slot = like;
            }
        }
    }
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let here = cell(&sums, i, j);
        let like = cell(&likes, i, j);
        if like > 0 && here == like + cell(&sums, i + 1, j + 1) {
            out.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if here == cell(&sums, i + 1, j) {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}

/// For each piece the likest of the next few that are left.
fn ahead(a: &[Key], b: &[Key]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut from = 0;
    for (i, key) in a.iter().enumerate() {
        let near = b.iter().enumerate().skip(from).take(AHEAD);
        let likes = near.map(|(j, other)| (key.like(other), j)).filter(|(like, _)| *like >= LIKE);
        // Of equal ones the first.
        if let Some((_, j)) = likes.max_by(|x, y| x.0.cmp(&y.0).then(y.1.cmp(&x.1))) {
            out.push((i, j));
            from = j + 1;
        }
    }
    out
}
