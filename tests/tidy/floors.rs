//! Floors, wings and monopolies: which room may name which room, and which crate lives where.

use crate::lex::{Kind, Token, closing, follows};
use crate::tree::Source;

/// Rooms and their floors. A room may name only rooms on lower floors, and itself.
pub(crate) const FLOORS: &[(&str, u8)] = &[
    ("diag", 1),
    ("clock", 1),
    ("vocab", 2),
    ("fixity", 2),
    ("container", 2),
    ("engine", 2),
    ("entropy", 2),
    ("sheet", 2),
    ("xml", 2),
    ("case", 3),
    ("document", 3),
    ("keys", 3),
    ("prose", 3),
    ("record", 3),
    ("register", 3),
    ("rules", 4),
    ("progress", 4),
    ("template", 4),
    ("typeset", 4),
    ("layout", 4),
    ("pdf", 4),
    ("ledger", 4),
    ("disclose", 4),
    ("archive", 4),
    ("catalog", 4),
    ("compare", 4),
    ("extract", 5),
    ("export", 5),
    ("pipeline", 6),
    ("workbench", 7),
    ("fuzz", 7),
    ("cli", 8),
    ("main", 9),
];

/// What a room never names although its floor would allow it: the wings meet only in `record` and `pipeline`.
const WINGS: &[(&str, &[&str])] = &[
    ("archive", &["document", "template", "typeset", "export", "case"]),
    ("catalog", &["document", "template", "typeset", "export", "case"]),
    (
        "extract",
        &[
            "case", "document", "prose", "engine", "rules", "progress", "template", "typeset",
            "layout", "ledger", "disclose", "archive", "catalog",
        ],
    ),
    ("typeset", &["case", "template", "archive", "catalog"]),
    ("progress", &["archive", "catalog"]),
    ("layout", &["case", "template", "archive", "catalog"]),
    ("pdf", &["case", "document", "template", "archive", "catalog"]),
    ("template", &["archive", "catalog"]),
    ("ledger", &["document", "prose", "record", "register"]),
    ("disclose", &["document", "prose", "record", "register"]),
    ("export", &["case", "archive", "catalog"]),
    ("compare", &["case", "template", "record", "register"]),
];

/// Crates that live in one room (a final `*` stands for any ending), so that an upgrade touches one folder.
const MONOPOLIES: &[(&str, &[&str])] = &[
    ("typst*", &["typeset"]),
    ("comemo", &["typeset"]),
    ("ttf_parser", &["typeset"]),
    ("hayro*", &["pdf", "typeset"]),
    ("flate2", &["pdf"]),
    ("kurbo", &["pdf"]),
    ("minijinja", &["engine", "template"]),
    ("tantivy*", &["catalog"]),
    ("pinyin", &["catalog"]),
    ("zip", &["container"]),
    ("crc32fast", &["container"]),
    ("sha2", &["fixity"]),
    ("sm3", &["fixity"]),
    ("md5", &["fixity"]),
    ("sha1", &["fixity"]),
    ("quick_xml", &["xml", "progress"]),
    ("calamine", &["ledger", "extract"]),
    ("cfb", &["extract"]),
    ("rust_xlsxwriter", &["ledger"]),
    ("rusqlite", &["register"]),
    ("chardetng", &["extract"]),
    ("encoding_rs", &["extract", "archive"]),
    ("html5gum", &["extract"]),
    ("mail_parser", &["extract"]),
    ("rustix", &["pipeline"]),
    ("getrandom", &["entropy"]),
    ("ed25519_dalek", &["keys"]),
    ("sm2", &["keys"]),
    ("pkcs8", &["keys"]),
    ("zeroize", &["keys"]),
    ("rpassword", &["cli"]),
    ("granit_parser", &["case"]),
    ("pulldown_cmark", &["template"]),
    ("axum", &["workbench"]),
    ("tokio", &["workbench"]),
    ("maud", &["workbench"]),
    ("jieba_rs", &["document", "catalog"]),
    ("similar", &["pipeline", "compare"]),
    ("clap", &["cli"]),
    ("annotate_snippets", &["cli"]),
    ("indicatif", &["cli"]),
];

/// What only some rooms may ask of the world; everything else is passed in from `pipeline` or `cli`.
const WORLD: &[(&str, &str, &[&str])] = &[
    ("env", "var", &["pipeline", "cli"]),
    ("env", "var_os", &["pipeline", "cli"]),
    ("env", "vars", &["pipeline", "cli"]),
    ("env", "vars_os", &["pipeline", "cli"]),
    ("env", "args", &["cli", "main"]),
    ("env", "args_os", &["cli", "main"]),
    ("env", "current_dir", &["pipeline", "cli"]),
    ("env", "current_exe", &["pipeline", "cli"]),
    ("env", "home_dir", &["pipeline", "cli"]),
    ("env", "temp_dir", &["pipeline", "cli"]),
    ("SystemTime", "now", &["clock"]),
    ("Utc", "now", &["clock"]),
    ("Local", "now", &["clock"]),
    ("Instant", "now", &["clock", "pipeline", "cli"]),
    ("process", "Command", &["pipeline"]),
    ("std", "net", &["workbench"]),
];

/// The floor of `room`.
pub(crate) fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// Every room that stands in `src/` has a floor, and `lib.rs` lists rooms in the order of their floors.
pub(crate) fn plan(file: &Source) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(room) = file.room()
        && floor(room).is_none()
    {
        out.push(format!(
            "{}: room `{room}` has no floor; give it one in tests/tidy/floors.rs and docs/architecture.md",
            file.path
        ));
    }
    if file.path == "src/lib.rs" {
        let mut below = ("", 0);
        for (at, token) in file.tokens.iter().enumerate() {
            let Some(name) = file.tokens.get(at + 1) else { continue };
            if !token.is("mod") || name.kind != Kind::Word {
                continue;
            }
            let Some(floor) = floor(&name.text) else { continue };
            if floor < below.1 {
                out.push(format!(
                    "src/lib.rs:{}: `{}` (floor {floor}) stands after `{}` (floor {}); list rooms from the ground up",
                    token.line, name.text, below.0, below.1
                ));
            }
            below = (&name.text, floor);
        }
    }
    out
}

/// Names of higher rooms, of neighbours, and of the other wing.
pub(crate) fn floors(file: &Source) -> Vec<String> {
    let Some(room) = file.room() else { return Vec::new() };
    let Some(own) = floor(room) else { return Vec::new() };
    let mut out = Vec::new();
    for (line, other) in rooms_named(file) {
        if other == room {
            continue;
        }
        let place = format!("{}:{line}", file.path);
        match floor(&other) {
            None => out.push(format!(
                "{place}: `crate::{other}` is no room; name things through the room that holds them"
            )),
            Some(theirs) if theirs >= own => out.push(format!(
                "{place}: `{room}` (floor {own}) names `{other}` (floor {theirs}); \
                 pass the value in from above instead, or move what both need to a lower floor"
            )),
            Some(_) if of(WINGS, room).contains(&other.as_str()) => out.push(format!(
                "{place}: `{room}` names `{other}` of the other wing; \
                 the wings meet only in `record` and `pipeline`"
            )),
            Some(_) => {}
        }
    }
    out
}

/// Crates named outside the room that holds them.
pub(crate) fn monopolies(file: &Source) -> Vec<String> {
    let Some(room) = file.room() else { return Vec::new() };
    let mut out = Vec::new();
    for (at, token) in file.tokens.iter().enumerate() {
        if token.kind != Kind::Word || !names_crate(&file.tokens, at) {
            continue;
        }
        let Some((name, homes)) = MONOPOLIES.iter().find(|(name, _)| matches(name, &token.text))
        else {
            continue;
        };
        if !homes.contains(&room) {
            out.push(format!(
                "{}:{}: `{}` belongs to {}; ask that room for what is needed ({name} lives nowhere else)",
                file.path,
                token.line,
                token.text,
                homes.join(", ")
            ));
        }
    }
    out
}

/// The environment, the clock and the network, asked for below `pipeline`.
pub(crate) fn world(file: &Source) -> Vec<String> {
    let Some(room) = file.room() else { return Vec::new() };
    let mut out = Vec::new();
    for (at, token) in file.tokens.iter().enumerate() {
        if token.test || token.kind != Kind::Word {
            continue;
        }
        for (first, second, homes) in WORLD {
            if !homes.contains(&room) && follows(&file.tokens, at, &[first, "::", second]) {
                out.push(format!(
                    "{}:{}: `{first}::{second}` in `{room}`; the world is asked in {} and passed down as a value",
                    file.path,
                    token.line,
                    if homes.is_empty() { "no room".into() } else { homes.join(", ") }
                ));
            }
        }
    }
    out
}

/// The rooms that a file names, with the lines: `crate::x`, `crate::{x, y::z}`, `anjuan::x`, and `super::x`
/// where `super` is the crate itself.
fn rooms_named(file: &Source) -> Vec<(usize, String)> {
    let tokens = &file.tokens;
    let mut out = Vec::new();
    let mut inline_ends: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        inline_ends.retain(|end| at < *end);
        if token.is("mod") && tokens.get(at + 2).is_some_and(|t| t.is("{")) {
            inline_ends.push(closing(tokens, at + 2));
        }
        let root = token.is("crate")
            || token.is("anjuan")
            || (token.is("super") && inline_ends.is_empty() && file.opens_room());
        if !root || !tokens.get(at + 1).is_some_and(|t| t.is("::")) {
            continue;
        }
        match tokens.get(at + 2) {
            Some(open) if open.is("{") => {
                let mut inner = at + 3;
                let end = closing(tokens, at + 2);
                let mut first = true;
                while inner < end {
                    let t = &tokens[inner];
                    if first && (t.kind == Kind::Word || t.is("*")) {
                        out.push((t.line, t.text.clone()));
                    }
                    first = t.is(",");
                    inner = if t.is("{") { closing(tokens, inner) } else { inner } + 1;
                }
            }
            Some(t) => out.push((t.line, t.text.clone())),
            None => {}
        }
    }
    out.retain(|(_, name)| name != "self" && name != "super");
    out
}

/// Whether the word at `at` begins a path of another crate: `zip::X`, `::zip::X`, `use zip`, `extern crate zip`,
/// and neither `iter::zip` nor `.zip(…)`.
fn names_crate(tokens: &[Token], at: usize) -> bool {
    let back = |n: usize| at.checked_sub(n).and_then(|i| tokens.get(i));
    let continues = back(1).is_some_and(|t| t.is("::"))
        && back(2).is_some_and(|t| (t.kind == Kind::Word && !t.is("use")) || t.is(">"));
    let used = back(1).is_some_and(|t| t.is("use") || t.is("crate"));
    !continues && (used || tokens.get(at + 1).is_some_and(|t| t.is("::")))
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(stem) => {
            name == stem || name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('_'))
        }
        None => name == pattern,
    }
}

fn of<'a>(table: &'a [(&str, &'a [&'a str])], key: &str) -> &'a [&'a str] {
    table.iter().find(|(name, _)| *name == key).map_or(&[], |(_, list)| list)
}
