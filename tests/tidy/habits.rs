//! Habits of every file: a first line that says what it holds, a bounded size, documented items, no loose ends.

use crate::lex::{Kind, Token, closing, follows};
use crate::tree::Source;

/// More lines than this and a file holds two things.
const LINES: usize = 800;

/// `//!` first, and not too long.
pub(crate) fn shape(file: &Source) -> Vec<String> {
    let mut out = Vec::new();
    if !file.text.starts_with("//! ") {
        out.push(format!(
            "{}:1: begin the file with a `//!` line that says what it holds",
            file.path
        ));
    }
    let lines = file.text.lines().count();
    if lines > LINES {
        out.push(format!(
            "{}: {lines} lines (at most {LINES}); split it by what it holds",
            file.path
        ));
    }
    out
}

/// Preludes by `use super::*`, climbing by `super::super`.
pub(crate) fn paths(file: &Source) -> Vec<String> {
    each(file, |tokens, at| {
        if follows(tokens, at, &["super", "::", "super"]) {
            return Some("`super::super`: begin the path at `crate::`".into());
        }
        let glob = follows(tokens, at, &["use", "super", "::", "*"]);
        (glob && !tokens[at].test)
            .then(|| "`use super::*` outside tests: name what is used, one by one".into())
    })
}

/// Unfinished code and switched-off tests.
pub(crate) fn loose_ends(file: &Source) -> Vec<String> {
    each(file, |tokens, at| {
        for name in ["todo", "unimplemented", "dbg"] {
            if follows(tokens, at, &[name, "!"]) {
                return Some(format!("`{name}!`: finish it or take it out"));
            }
        }
        follows(tokens, at, &["#", "[", "ignore"])
            .then(|| "`#[ignore]`: a test runs or is not there".into())
    })
}

/// Words for people leave by `cli` alone.
pub(crate) fn printing(file: &Source) -> Vec<String> {
    if !file.path.starts_with("src/") || matches!(file.room(), Some("cli" | "main")) {
        return Vec::new();
    }
    each(file, |tokens, at| {
        if tokens[at].test {
            return None;
        }
        for name in ["print", "println", "eprint", "eprintln"] {
            if follows(tokens, at, &[name, "!"]) {
                return Some(format!(
                    "`{name}!`: return a value or a Diagnostic; only `cli` prints"
                ));
            }
        }
        for name in ["stdout", "stderr"] {
            let method = at > 0 && tokens[at - 1].is(".");
            if !method && follows(tokens, at, &[name, "("]) {
                return Some(format!(
                    "`{name}()`: take a writer as an argument; only `cli` prints"
                ));
            }
        }
        None
    })
}

/// Identifiers are ASCII. (Han characters in strings are allowed everywhere: every room words its own
/// findings, so a list of rooms that may would be a list of all rooms.)
pub(crate) fn ascii_names(file: &Source) -> Vec<String> {
    each(file, |tokens, at| {
        let token = &tokens[at];
        (token.kind == Kind::Word && !token.text.is_ascii())
            .then(|| format!("`{}`: identifiers are the field's English words", token.text))
    })
}

/// Kinds are folders under `templates/`: no code such as `D28` is a value in the program.
/// `D10` and `D30` are also 保管期限代码 (DA/T 22-2015) where records are numbered.
pub(crate) fn kind_codes(file: &Source) -> Vec<String> {
    let periods = matches!(file.room(), Some("vocab" | "archive"));
    if file.room().is_none() {
        return Vec::new();
    }
    each(file, |tokens, at| {
        let token = &tokens[at];
        let code = token.kind == Kind::Str
            && token.text.len() == 3
            && token.text.starts_with('D')
            && token.text[1..].bytes().all(|b| b.is_ascii_digit());
        let period = periods && matches!(token.text.as_str(), "D10" | "D30");
        (code && !period && !token.test).then(|| {
            format!(
                "\"{}\": no document kind is named in Rust; say it in its kind.toml",
                token.text
            )
        })
    })
}

/// Every `pub` item and field has a doc comment (rustc's `missing_docs` does not look into private rooms).
pub(crate) fn documented(file: &Source) -> Vec<String> {
    const ITEMS: &[&str] =
        &["fn", "struct", "enum", "trait", "type", "const", "static", "async", "unsafe", "union"];
    each(file, |tokens, at| {
        if tokens[at].test || !tokens[at].is("pub") {
            return None;
        }
        let next = tokens.get(at + 1)?;
        let item = ITEMS.iter().any(|word| next.is(word));
        let field = next.kind == Kind::Word && tokens.get(at + 2).is_some_and(|t| t.is(":"));
        if !item && !field || has_doc(tokens, at) {
            return None;
        }
        let name = tokens[at + 1..]
            .iter()
            .find(|t| t.kind == Kind::Word && !ITEMS.contains(&t.text.as_str()));
        name.map(|t| {
            format!("`{}` has no doc comment: Chinese term, clause or unit, meaning", t.text)
        })
    })
}

/// Whether a doc comment stands before the item at `at`, attributes between them or not.
fn has_doc(tokens: &[Token], at: usize) -> bool {
    let mut end = at;
    while let Some(last) = end.checked_sub(1) {
        if tokens[last].kind == Kind::Doc {
            return !tokens[last].text.starts_with("//!");
        }
        if !tokens[last].is("]") {
            return false;
        }
        let open = (0..last)
            .rev()
            .find(|i| follows(tokens, *i, &["#", "["]) && closing(tokens, i + 1) == last);
        let Some(open) = open else { return false };
        end = open;
    }
    false
}

/// Files that no `mod` line reaches are never compiled; test files so forgotten never run.
pub(crate) fn forgotten(files: &[Source], manifest: &str) -> Vec<String> {
    let mut out = Vec::new();
    for file in files {
        let listed = format!("\"{}\"", file.path);
        if manifest.contains(&listed) || matches!(file.path.as_str(), "src/lib.rs" | "src/main.rs")
        {
            continue;
        }
        let stem = file.path.strip_suffix("/mod.rs").or(file.path.strip_suffix(".rs"));
        let Some((folder, name)) = stem.and_then(|s| s.rsplit_once('/')) else { continue };
        // A target without a path is looked for in the folder of its sort.
        let target = match folder {
            "benches" => manifest.contains(&format!("[[bench]]\nname = \"{name}\"")),
            "tests" => manifest.contains(&format!("[[test]]\nname = \"{name}\"")),
            _ => false,
        };
        let declared = files.iter().any(|parent| {
            let tokens = &parent.tokens;
            parent.module_folder() == folder
                && (0..tokens.len()).any(|at| follows(tokens, at, &["mod", name, ";"]))
        });
        if !declared && !target {
            out.push(format!(
                "{}: nothing declares it; add `mod {name};` to its parent, or its target to Cargo.toml",
                file.path
            ));
        }
    }
    out
}

/// Runs `check` at every token and says where it found something.
fn each(file: &Source, check: impl Fn(&[Token], usize) -> Option<String>) -> Vec<String> {
    let found = (0..file.tokens.len()).filter_map(|at| {
        check(&file.tokens, at)
            .map(|words| format!("{}:{}: {words}", file.path, file.tokens[at].line))
    });
    found.collect()
}
