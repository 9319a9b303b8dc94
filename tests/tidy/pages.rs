//! The written pages agree with the house: glossary, floors, no machine's paths.

use crate::floors::FLOORS;
use crate::lex::Kind;
use crate::tree::Source;

/// Rooms whose types are words of office and archive.
const WORDS: &[&str] = &["vocab", "document", "record", "archive"];

/// Folders that begin a path of one particular machine.
const MACHINE: &[&str] = &["/home/", "/root/", "/work/", "/Users/", "C:\\"];

/// Every public type of the word rooms has a row in the glossary.
pub(crate) fn glossary(files: &[Source], page: &str) -> Vec<String> {
    let mut out = Vec::new();
    for file in files.iter().filter(|f| f.room().is_some_and(|room| WORDS.contains(&room))) {
        for (at, token) in file.tokens.iter().enumerate() {
            let kind = file.tokens.get(at + 1);
            let Some(name) = file.tokens.get(at + 2) else { continue };
            let is_type = token.is("pub")
                && !token.test
                && name.kind == Kind::Word
                && kind
                    .is_some_and(|t| ["struct", "enum", "trait", "type"].iter().any(|w| t.is(w)));
            let word = format!("`{}`", name.text);
            let row = page.lines().any(|line| line.starts_with('|') && line.contains(&word));
            if is_type && !row {
                out.push(format!(
                    "{}:{}: {word} has no row in docs/glossary.md: 中文 | type | standard, clause | meaning",
                    file.path, name.line
                ));
            }
        }
    }
    out
}

/// Every code that the program gives a finding has a row in the table of codes, and so a name and a clause.
pub(crate) fn codes(files: &[Source], page: &str) -> Vec<String> {
    let mut out = Vec::new();
    for file in files.iter().filter(|f| f.path.starts_with("src/")) {
        for (at, token) in file.tokens.iter().enumerate() {
            let made = token.is("Diagnostic") && !token.test;
            let Some(code) = file.tokens.get(at + 4).filter(|t| made && t.kind == Kind::Str) else {
                continue;
            };
            let code = &code.text;
            if !page.contains(&format!("| {code} |")) {
                out.push(format!(
                    "{}:{}: {code} has no row in src/diag/code.rs and docs/codes.md",
                    file.path, token.line
                ));
            }
        }
    }
    out
}

/// docs/architecture.md draws the floors as they are: a line `4  template typeset …` per floor, and says a
/// sentence about every room.
pub(crate) fn architecture(page: &str) -> Vec<String> {
    let mut drawn = Vec::new();
    for line in page.lines() {
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let Some(floor) = words.next().and_then(|w| w.parse::<u8>().ok()) else { continue };
        if line.contains("  ") {
            drawn.extend(words.filter(|w| !w.is_empty()).map(|room| (room.to_owned(), floor)));
        }
    }
    let mut out = Vec::new();
    for (room, floor) in FLOORS {
        if !drawn.iter().any(|(name, at)| name == room && at == floor) {
            out.push(format!("docs/architecture.md: draw `{room}` on floor {floor}"));
        }
        if !page.lines().any(|line| line.starts_with('|') && line.contains(&format!("`{room}`"))) {
            out.push(format!("docs/architecture.md: say in a row what `{room}` holds"));
        }
    }
    for (room, floor) in &drawn {
        if !FLOORS.iter().any(|(name, at)| name == room && at == floor) {
            out.push(format!("docs/architecture.md: `{room}` does not stand on floor {floor}"));
        }
    }
    out
}

/// Paths that exist on one machine only.
pub(crate) fn machine_paths(path: &str, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for folder in MACHINE {
            let stands = line.match_indices(folder).any(|(at, _)| {
                line[..at]
                    .chars()
                    .next_back()
                    .is_none_or(|c| c.is_whitespace() || "\"'`(<=:,>[".contains(c))
            });
            if stands {
                out.push(format!(
                    "{path}:{}: `{folder}…` is a path of one machine; write it from the package's root",
                    number + 1
                ));
            }
        }
    }
    out
}
