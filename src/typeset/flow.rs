//! Finding texts in the text of the pages, in time that does not grow with the product of both.

/// Characters that an entry of the index stands for.
const GRAM: usize = 4;
/// Modulus of the digests of stretches: a Mersenne prime.
const PRIME: u64 = (1 << 61) - 1;
const BASE: u64 = 0x0001_6F4B_2D83_9C35;

/// 版面文字: what the pages show, in their order, with an index of every four characters.
pub(super) struct Flow {
    chars: Vec<char>,
    /// Digest of the first `i` characters.
    digests: Vec<u64>,
    powers: Vec<u64>,
    /// Where each bucket of `places` begins.
    buckets: Vec<u32>,
    /// Places of four characters, by bucket, each bucket in order of place.
    places: Vec<u32>,
}

impl Flow {
    pub(super) fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let (digests, powers) = prefixes(&chars);
        // Counting sort of the places by bucket.
        let size = chars.len().next_power_of_two();
        let mut buckets = vec![0_u32; size + 1];
        for gram in chars.windows(GRAM) {
            buckets[bucket(gram, size) + 1] += 1;
        }
        for i in 0..size {
            buckets[i + 1] += buckets[i];
        }
        let mut next = buckets.clone();
        let mut places = vec![0; chars.len().saturating_sub(GRAM - 1)];
        for (i, gram) in (0_u32..).zip(chars.windows(GRAM)) {
            let slot = &mut next[bucket(gram, size)];
            places[*slot as usize] = i;
            *slot += 1;
        }
        Self { chars, digests, powers, buckets, places }
    }

    pub(super) fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The first place of `text` at or after `from`.
    pub(super) fn find(&self, text: &Needle, from: usize) -> Option<usize> {
        let length = text.chars.len();
        if length < GRAM {
            let rest = self.chars.get(from..)?;
            return if length == 0 {
                Some(from)
            } else {
                rest.windows(length).position(|w| w == text.chars).map(|at| from + at)
            };
        }
        let candidates = self.candidates(&text.chars);
        let first = candidates.partition_point(|&at| (at as usize) < from);
        candidates.iter().skip(first).map(|&at| at as usize).find(|&at| {
            self.digest(at, length) == Some(text.digest(0, length))
                && self.chars.get(at..at + length) == Some(&text.chars)
        })
    }

    /// Where `text` stands, if it stands there once and in one piece.
    pub(super) fn only_place(&self, text: &Needle) -> Option<usize> {
        let at = self.find(text, 0)?;
        self.find(text, at + 1).is_none().then_some(at)
    }

    /// Whether `text` is the sum of at most `most` pieces of this one: a cell that breaks over a page stands
    /// there in halves, with its neighbours' halves between.
    pub(super) fn in_pieces(&self, text: &Needle, most: usize) -> bool {
        let mut start = 0;
        for _ in 0..most {
            let length = self.longest(text, start);
            if length == 0 {
                return false;
            }
            start += length;
            if start == text.chars.len() {
                return true;
            }
        }
        false
    }

    /// Length of the longest beginning of `text` from `start` on that stands somewhere.
    fn longest(&self, text: &Needle, start: usize) -> usize {
        let rest = text.chars.get(start..).unwrap_or_default();
        // What shares a bucket need not share four characters.
        let mut best = GRAM - 1;
        if rest.len() >= GRAM {
            for &at in self.candidates(rest) {
                let at = at as usize;
                let room = rest.len().min(self.chars.len() - at);
                // Only those that go on where the best one ended.
                if room <= best || self.digest(at, best + 1) != Some(text.digest(start, best + 1)) {
                    continue;
                }
                let (mut low, mut high) = (best + 1, room);
                while low < high {
                    let middle = (low + high).div_ceil(2);
                    if self.digest(at, middle) == Some(text.digest(start, middle)) {
                        low = middle;
                    } else {
                        high = middle - 1;
                    }
                }
                if self.chars.get(at..at + low) == rest.get(..low) {
                    best = low;
                }
            }
        }
        if best >= GRAM {
            return best;
        }
        (1..GRAM.min(rest.len() + 1))
            .rev()
            .find(|&length| self.chars.windows(length).any(|w| Some(w) == rest.get(..length)))
            .unwrap_or(0)
    }

    /// Places, in order, where the first four characters of `text` may stand.
    fn candidates(&self, text: &[char]) -> &[u32] {
        let Some(gram) = text.get(..GRAM) else { return &[] };
        let at = bucket(gram, self.buckets.len() - 1);
        self.places
            .get(self.buckets[at] as usize..self.buckets[at + 1] as usize)
            .unwrap_or_default()
    }

    fn digest(&self, at: usize, length: usize) -> Option<u64> {
        (at + length <= self.chars.len())
            .then(|| stretch(&self.digests, self.powers[length], at, length))
    }
}

/// A text to look for.
pub(super) struct Needle {
    chars: Vec<char>,
    digests: Vec<u64>,
    powers: Vec<u64>,
}

impl Needle {
    pub(super) fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let (digests, powers) = prefixes(&chars);
        Self { chars, digests, powers }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    fn digest(&self, at: usize, length: usize) -> u64 {
        stretch(&self.digests, self.powers[length], at, length)
    }
}

/// Digests of the first 0, 1, 2 … characters, and the powers that go with them.
fn prefixes(chars: &[char]) -> (Vec<u64>, Vec<u64>) {
    let (mut digests, mut powers) = (vec![0], vec![1]);
    for (i, c) in chars.iter().enumerate() {
        digests.push(add(mul(digests[i], BASE), u64::from(*c) + 1));
        powers.push(mul(powers[i], BASE));
    }
    (digests, powers)
}

fn stretch(digests: &[u64], power: u64, at: usize, length: usize) -> u64 {
    add(digests[at + length], PRIME - mul(digests[at], power))
}

fn bucket(gram: &[char], size: usize) -> usize {
    let mixed = gram.iter().fold(0, |h: u64, &c| {
        (h.rotate_left(5) ^ u64::from(c)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    });
    (mixed >> 32) as usize & (size - 1)
}

fn add(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

fn mul(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let (low, high) = (product as u64 & PRIME, (product >> 61) as u64);
    add(low, high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Flow, Needle};

    /// The plain meaning of [`Flow::in_pieces`].
    fn pieces(text: &str, flow: &str, most: usize) -> bool {
        let mut rest = text;
        for _ in 0..most {
            let mut ends = rest.char_indices().map(|(i, c)| i + c.len_utf8());
            let Some(end) = ends.rfind(|&end| flow.contains(&rest[..end])) else {
                return false;
            };
            rest = &rest[end..];
            if rest.is_empty() {
                return true;
            }
        }
        false
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn finds_what_a_plain_search_finds(flow in "[甲乙ab]{0,60}", text in "[甲乙ab]{1,9}", from in 0_usize..40) {
            let (index, needle) = (Flow::new(&flow), Needle::new(&text));
            let chars: Vec<char> = flow.chars().collect();
            let plain: String = chars.iter().skip(from).collect();
            let at = plain.find(&text).map(|byte| from + plain[..byte].chars().count());
            prop_assert_eq!(index.find(&needle, from), at);
            let only = flow.find(&text).filter(|at| flow.rfind(&text) == Some(*at));
            prop_assert_eq!(index.only_place(&needle).is_some(), only.is_some());
            for most in 1..4 {
                prop_assert_eq!(index.in_pieces(&needle, most), pieces(&text, &flow, most));
            }
        }
    }
}
