//! Readers of foreign files, as the explorer calls them.

use super::{Limits, extract, propose, table};

/// Names whose endings decide where bytes alone do not; the first byte of the input picks one.
const NAMES: [&str; 6] = ["件.pdf", "表.csv", "信.eml", "页.html", "件.docx", "件.ofd"];

/// Any file: bounded, whatever it states.
pub fn file(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let name = NAMES[usize::from(first) % NAMES.len()];
    let limits =
        Limits { file: 1 << 20, unfolded: 4 << 20, characters: 100_000, members: 1_000, depth: 1 };
    let read = extract(rest, name, &limits);
    let characters: usize = read.parts.iter().map(|p| p.text.chars().count()).sum();
    assert!(characters <= limits.characters, "{characters} characters");
}

/// A list of what is to be imported.
pub fn ledger(bytes: &[u8]) {
    let _ = table(bytes);
}

/// The text of a document, out of which metadata are proposed.
pub fn letter(bytes: &[u8]) {
    let _ = propose(&String::from_utf8_lossy(bytes));
}
