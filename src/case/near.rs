//! What a slip was probably meant to be.

use crate::vocab::date;

/// How alike two words must be to be taken for each other.
const ALIKE: f64 = 0.6;

/// The candidate most like `word`, if one is alike enough; the first of equals.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = head(word);
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let score = likeness(word, candidate);
        if score >= ALIKE && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// 0 (nothing in common) to 1 (the same).
#[must_use]
pub fn likeness(a: &str, b: &str) -> f64 {
    let close = strsim::normalized_damerau_levenshtein(head(a), head(b));
    // 「水」 for 「水环境」: a short form counts as alike.
    let part = a.chars().count() >= 2 && (b.starts_with(a) || a.starts_with(b));
    if part { close.max(0.75) } else { close }
}

/// The first 64 characters: comparing takes time in the square of the length.
fn head(text: &str) -> &str {
    text.char_indices().nth(64).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

/// `text` on one line and not too long.
#[must_use]
pub fn short(text: &str) -> String {
    let mut out: String =
        text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(40).is_some() {
        out.push('…');
    }
    out
}

/// A full-width figure, letter or mark as its half-width form.
#[must_use]
pub fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '。' => '.',
        _ => c,
    }
}

/// A day written some other way (`2025/3/4`, `2025年3月4日`, `20250304`) in the ISO form.
#[must_use]
pub fn iso_date(text: &str) -> Option<String> {
    let (year, month, day) = figures(text)?;
    let iso = format!("{year:04}-{month:02}-{day:02}");
    date::parse(&iso).map(|_| iso)
}

/// Year, month and day of what looks like a date, real or not.
#[must_use]
pub fn figures(text: &str) -> Option<(u32, u32, u32)> {
    let text: String = text.trim().chars().map(half_width).collect();
    let numbers: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let odd = |c: char| !c.is_ascii_digit() && !"-/.年月日号 _–—".contains(c);
    if text.chars().count() > 20 || text.contains(odd) {
        return None;
    }
    let (y, m, d) = match numbers.as_slice() {
        [y, m, d] if y.len() == 4 && m.len() <= 2 && d.len() <= 2 => (*y, *m, *d),
        [all] if all.len() == 8 => (all.get(..4)?, all.get(4..6)?, all.get(6..)?),
        _ => return None,
    };
    Some((y.parse().ok()?, m.parse().ok()?, d.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{iso_date, nearest};

    #[test]
    fn dates_as_people_write_them() {
        for text in
            ["2025/3/4", "2025.3.4", "2025年3月4日", "20250304", "2025-3-4", "２０２５－３－４"]
        {
            assert_eq!(iso_date(text).as_deref(), Some("2025-03-04"), "{text}");
        }
        for text in ["2025-02-30", "3月4日", "25-3-4", "2025-03-04 08:00:00 后"] {
            assert_eq!(iso_date(text), None, "{text}");
        }
    }

    #[test]
    fn near_words() {
        let words = ["issued_on", "signed_on", "printed_on"];
        assert_eq!(nearest("isued_on", words.into_iter()), Some("issued_on"));
        assert_eq!(nearest("colour", words.into_iter()), None);
    }
}
