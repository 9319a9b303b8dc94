//! 相似的片段: the stretches of a text that show why a record comes near what was typed. What stands so is a run of
//! characters or a word of it; a number counts whole or not at all, and a single sign shows nothing.

use super::fold::Folded;

/// How many signs in a row are alike, a number or a Latin word being one sign.
const RUN: usize = 3;

/// Signs of a folded text: its Han characters, its numbers and its Latin words, each with where it stands.
fn signs(chars: &[char]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        match out.last_mut() {
            Some((_, end)) if *end == at && at > 0 && joins(chars[at - 1], *c) => *end = at + 1,
            _ if c.is_alphanumeric() => out.push((at, at + 1)),
            _ => {}
        }
    }
    out
}

/// Whether two neighbours are of one number or one Latin word.
fn joins(a: char, b: char) -> bool {
    a.is_ascii_digit() && b.is_ascii_digit() || a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
}

/// Whether `piece` shows anything by itself: two signs, or a number that tells more than a year or an ordinal.
pub(crate) fn tells(piece: &str) -> bool {
    let chars: Vec<char> = piece.chars().collect();
    match signs(&chars).as_slice() {
        [] => false,
        &[(from, to)] => {
            let word: String = chars.get(from..to).unwrap_or_default().iter().collect();
            let year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
            word.is_ascii() && !year && word.len() > 2
        }
        _ => true,
    }
}

/// The runs of signs of a folded form that show likeness.
pub(crate) fn runs(form: &[char]) -> Vec<String> {
    let signs = signs(form);
    let width = RUN.min(signs.len().max(1));
    let run = |w: &[(usize, usize)]| {
        let (first, mut last) = (w.first()?.0, w.last()?.1);
        // 〔2025〕 is not left open.
        if form.get(last) == Some(&')') && form.get(first..last)?.contains(&'(') {
            last += 1;
        }
        Some(form.get(first..last)?.iter().collect::<String>())
    };
    signs.windows(width).filter_map(run).filter(|piece| tells(piece)).collect()
}

/// Where `piece` stands in `text` without cutting a number or a Latin word in two, as ranges of original characters.
pub(crate) fn standing(text: &Folded, piece: &str) -> Vec<(usize, usize)> {
    let piece: Vec<char> = piece.chars().collect();
    let chars = &text.chars;
    let cut = |at: usize| {
        let before = at.checked_sub(1).and_then(|i| chars.get(i));
        before.zip(chars.get(at)).is_some_and(|(a, b)| joins(*a, *b))
    };
    let mut out = Vec::new();
    for (at, window) in chars.windows(piece.len().max(1)).enumerate() {
        let end = at + piece.len();
        if window == piece.as_slice() && !cut(at) && !cut(end) {
            let origin = |i: usize| text.origin.get(i).copied();
            out.extend(origin(at).zip(origin(end - 1)).map(|(from, to)| (from, to + 1)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{runs, standing, tells};
    use crate::catalog::fold;

    #[test]
    fn numbers_are_one_sign_and_single_signs_tell_nothing() {
        let form: Vec<char> = fold::fold("渝环督办〔2025〕99号").chars().collect();
        assert_eq!(
            runs(&form),
            ["渝环督", "环督办", "督办(2025)", "办(2025)99", "2025)99号"].map(fold::fold)
        );
        for (piece, expected) in [
            ("督察", true),
            ("16号", true),
            ("1126", true),
            ("pm2.5", true),
            ("水", false),
            ("16", false),
            ("2025", false),
            ("(", false),
        ] {
            assert_eq!(tells(piece), expected, "{piece}");
        }
    }

    #[test]
    fn a_number_is_not_cut() {
        let text = fold::with_origins("渝环督办〔2025〕16号、116号");
        assert_eq!(standing(&text, &fold::fold("16号")), [(10, 13)]);
        assert!(standing(&text, "025").is_empty());
        assert_eq!(standing(&text, &fold::fold("2025〕16")), [(5, 12)]);
    }
}
