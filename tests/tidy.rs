//! The rules of the house, checked on every file (docs/architecture.md says why). Links nothing of the
//! program. Each rule lists all that breaks it, with the mend; `proofs` shows that each rule can fail.

#[path = "tidy/floors.rs"]
mod floors;
#[path = "tidy/habits.rs"]
mod habits;
#[path = "tidy/lex.rs"]
mod lex;
#[path = "tidy/licences.rs"]
mod licences;
#[path = "tidy/pages.rs"]
mod pages;
#[path = "tidy/proofs.rs"]
mod proofs;
#[path = "tidy/tree.rs"]
mod tree;

use std::fs;
use std::path::Path;

use tree::Source;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Fails with everything that was found.
#[track_caller]
fn none(found: &[String]) {
    assert!(found.is_empty(), "{} found:\n{}", found.len(), found.join("\n"));
}

fn on_each(rule: fn(&Source) -> Vec<String>) -> Vec<String> {
    tree::rust_files(root()).iter().flat_map(rule).collect()
}

#[test]
fn the_whole_house_is_read() {
    let files = tree::rust_files(root());
    for path in
        ["src/lib.rs", "src/main.rs", "src/diag/mod.rs", "tests/tidy.rs", "tests/it/main.rs"]
    {
        assert!(files.iter().any(|f| f.path == path), "{path} is missing from the walk");
    }
}

#[test]
fn rooms_have_floors() {
    none(&on_each(floors::plan));
}

#[test]
fn rooms_name_lower_floors_only() {
    none(&on_each(floors::floors));
}

#[test]
fn heavy_crates_live_in_one_room() {
    none(&on_each(floors::monopolies));
}

#[test]
fn the_world_is_asked_at_the_top() {
    none(&on_each(floors::world));
}

#[test]
fn files_say_what_they_hold_and_stay_small() {
    none(&on_each(habits::shape));
}

#[test]
fn paths_are_spelled_out() {
    none(&on_each(habits::paths));
}

#[test]
fn no_loose_ends() {
    none(&on_each(habits::loose_ends));
}

#[test]
fn only_cli_prints() {
    none(&on_each(habits::printing));
}

#[test]
fn identifiers_are_ascii() {
    none(&on_each(habits::ascii_names));
}

#[test]
fn no_document_kind_is_named_in_rust() {
    none(&on_each(habits::kind_codes));
}

#[test]
fn public_items_are_documented() {
    none(&on_each(habits::documented));
}

#[test]
fn no_file_is_forgotten() {
    // The explorer of foreign bytes is a package of its own, its paths seen from its own folder.
    let explorer = read("tests/fuzz/Cargo.toml").replace("path = \"", "path = \"tests/fuzz/");
    let manifests = read("Cargo.toml") + &explorer;
    none(&habits::forgotten(&tree::rust_files(root()), &manifests));
}

#[test]
fn domain_types_stand_in_the_glossary() {
    none(&pages::glossary(&tree::rust_files(root()), &read("docs/glossary.md")));
}

#[test]
fn codes_of_findings_stand_in_their_table() {
    none(&pages::codes(&tree::rust_files(root()), &read("docs/codes.md")));
}

#[test]
fn the_architecture_page_draws_the_floors() {
    none(&pages::architecture(&read("docs/architecture.md")));
}

#[test]
fn no_page_names_a_path_of_one_machine() {
    let mut paths: Vec<String> = tree::walk(root(), "docs");
    for folder in
        [".ci", ".cargo", "src", "tests", "templates", "fonts", "archive-schema", "examples"]
    {
        paths.extend(tree::walk(root(), folder));
    }
    paths.extend(["README.md", "Cargo.toml", "NOTICE"].map(String::from));
    // The rule's own files spell out what they look for; digests and generated pages hold no prose.
    paths.retain(|path| !path.starts_with("tests/tidy"));
    let mut found = Vec::new();
    for path in paths {
        // Fonts, pictures and other files that are no text have nothing to read.
        if let Ok(text) = fs::read_to_string(root().join(&path)) {
            found.extend(pages::machine_paths(&path, &text));
        }
    }
    none(&found);
}

#[test]
fn licences_allow_giving_the_program_away() {
    match licences::metadata(root()) {
        Ok(metadata) => none(&licences::check(&metadata)),
        Err(words) => panic!("{words}"),
    }
}
