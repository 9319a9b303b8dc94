//! The files of the house, read once.

use std::fs;
use std::path::Path;

use crate::lex::{self, Token};

/// One Rust file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its path from the package's root, with `/`.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
    /// Its tokens.
    pub(crate) tokens: Vec<Token>,
}

impl Source {
    /// A file of `text` at `path`.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into(), tokens: lex::lex(text) }
    }

    /// The room it belongs to: the first name under `src/`; none for `lib.rs` and what is not in `src/`.
    pub(crate) fn room(&self) -> Option<&str> {
        let inner = self.path.strip_prefix("src/")?;
        let first = inner.split('/').next()?;
        let room = first.strip_suffix(".rs").unwrap_or(first);
        (room != "lib").then_some(room)
    }

    /// Whether it is the file that a room begins with: `src/x.rs` or `src/x/mod.rs`.
    pub(crate) fn opens_room(&self) -> bool {
        let Some(inner) = self.path.strip_prefix("src/") else { return false };
        match inner.split_once('/') {
            None => true,
            Some((_, rest)) => rest == "mod.rs",
        }
    }

    /// The path under which its child modules are looked for: `src/x` for `src/x.rs` and `src/x/mod.rs`.
    pub(crate) fn module_folder(&self) -> &str {
        let stem = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        match stem.rsplit_once('/') {
            Some((folder, "mod" | "main" | "lib")) => folder,
            _ => stem,
        }
    }

    /// Marks everything in it as test code.
    fn mark(&mut self) {
        for token in &mut self.tokens {
            token.test = true;
        }
    }
}

/// Marks the files of modules that are declared under `#[cfg(test)]`, and everything outside `src/`.
pub(crate) fn mark_test_files(files: &mut [Source]) {
    let mut modules = Vec::new();
    for file in files.iter() {
        for (at, token) in file.tokens.iter().enumerate() {
            let declares =
                token.test && token.is("mod") && file.tokens.get(at + 2).is_some_and(|t| t.is(";"));
            if declares {
                modules.push(format!("{}/{}", file.module_folder(), file.tokens[at + 1].text));
            }
        }
    }
    for file in files.iter_mut() {
        let inside = |module: &String| {
            file.path
                .strip_prefix(module.as_str())
                .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        if !file.path.starts_with("src/") || modules.iter().any(inside) {
            file.mark();
        }
    }
}

/// Every Rust file of the package.
pub(crate) fn rust_files(root: &Path) -> Vec<Source> {
    let mut files: Vec<Source> = ["src", "tests", "benches"]
        .iter()
        .flat_map(|folder| walk(root, folder))
        .filter(|path| path.ends_with(".rs"))
        .map(|path| {
            let text = fs::read_to_string(root.join(&path)).unwrap_or_default();
            Source::new(&path, &text)
        })
        .collect();
    mark_test_files(&mut files);
    files
}

/// The paths, from `root`, of all files under `folder`, sorted.
pub(crate) fn walk(root: &Path, folder: &str) -> Vec<String> {
    let mut out = Vec::new();
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return out };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        if entry.path().is_dir() {
            out.extend(walk(root, &path));
        } else {
            out.push(path);
        }
    }
    out.sort();
    out
}
