//! The room as its users see it: examples, faulty files and what is said about them, hostile input.

mod agreement;
mod fixtures;
mod hostile;
mod mending;

use std::path::{Path, PathBuf};

use super::{CaseFile, load};

/// A place in the package.
fn package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn example(name: &str) -> CaseFile {
    let checked = load(&package("examples").join(name)).unwrap();
    assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    checked.value
}

#[test]
fn examples_have_no_findings() {
    for name in ["routine", "special", "daily", "lishui"] {
        let case = example(name);
        let found = super::check(&case);
        assert!(found.is_empty(), "{found:?}");
        assert!(super::state_secrets(&case).is_empty());
    }
}

#[test]
fn typed_part_and_look_ups() {
    let case = example("routine");
    let model = case.model();
    assert_eq!(model.case.id, "CQ-LX-2025-01-03");
    assert_eq!(model.as_of.to_string(), "2026-11-10");
    assert_eq!(model.archive.as_ref().unwrap().handovers.len(), 2);
    let last = case.model().documents.iter().find(|d| d.id == "doc-452").unwrap();
    assert_eq!(last.kind, "D45");
    assert!(last.doc_number.is_none());
    assert!(model.evidence.iter().all(|e| e.file.is_some()));
}

#[test]
fn data_for_wording_is_complete() {
    let case = example("daily");
    let json = case.json();
    // What the file leaves out is there: lists of the top empty, everything else null.
    assert_eq!(json["complaints"], serde_json::json!([]));
    let organ = &json["organs"][0];
    assert!(organ.as_object().unwrap().contains_key("former_names"));
    assert!(json["documents"][0]["recipients_text"].is_null());
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys[0], "schema_version");
    // Dates stay text, counts numbers.
    assert!(json["as_of"].is_string() && json["problems"][0]["seq"].is_u64());
}

#[test]
fn places_of_values() {
    let case = example("daily");
    let span = case.span_near("/documents/0/id");
    let id = &case.model().documents[0].id;
    assert_eq!(&case.source.text()[span.range.clone()], id);
    let near = case.span_near("/documents/0/recipients_text");
    assert!(near.range.contains(&span.range.start));
}

#[test]
fn a_missing_file_is_the_worlds_error() {
    let path = package("examples/no-such-case");
    assert!(matches!(load(&path), Err(crate::diag::Failure::World(_))));
}

#[test]
fn json_reads_like_yaml() {
    let case = example("special");
    let text = serde_json::to_string_pretty(&super::normal::plain(&case.root)).unwrap();
    let source = super::source::decode("case.json", text.as_bytes()).unwrap();
    let again = super::from_source(source, case.dir.clone()).unwrap();
    assert!(again.findings.is_empty(), "{:?}", again.findings);
    assert_eq!(again.value.json(), case.json());
    assert!(super::check(&again.value).is_empty());
}

#[test]
fn a_byte_order_mark_is_tolerated() {
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    bytes.extend(std::fs::read(package("tests/findings/base/case.yaml")).unwrap());
    let source = super::source::decode("case.yaml", &bytes).unwrap();
    assert!(super::from_source(source, package("tests/findings/base")).is_ok());
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused() {
    let desk = tempfile::tempdir().unwrap();
    let folder = desk.path().join("case");
    let base = package("tests/findings/base");
    let name = "attachments/e-1_现场检查记录.txt";
    std::fs::create_dir_all(folder.join("attachments")).unwrap();
    std::fs::copy(base.join("case.yaml"), folder.join("case.yaml")).unwrap();
    std::fs::copy(base.join(name), desk.path().join("outside.txt")).unwrap();
    std::os::unix::fs::symlink("../../outside.txt", folder.join(name)).unwrap();
    let case = load(&folder).unwrap().value;
    let codes: Vec<_> = super::check(&case).into_iter().map(|f| f.code).collect();
    assert_eq!(codes, ["A-03"]);
    // Within the folder a link is harmless.
    std::fs::remove_file(folder.join(name)).unwrap();
    std::fs::copy(base.join(name), folder.join("inside.txt")).unwrap();
    std::os::unix::fs::symlink("../inside.txt", folder.join(name)).unwrap();
    assert!(super::check(&case).is_empty());
}

#[test]
fn a_folder_without_a_case_names_the_file_it_lacks() {
    let desk = tempfile::tempdir().unwrap();
    let Err(crate::diag::Failure::World(error)) = load(desk.path()) else { panic!("loaded") };
    assert!(error.path.ends_with("case.yaml"));
}

#[test]
fn findings_stand_in_order_and_carry_their_pointer() {
    let base = std::fs::read_to_string(package("tests/findings/base/case.yaml")).unwrap();
    let text = base
        .replace("issued_on: 2025-06-13", "issued_on: 2026-06-13")
        .replace("office: o-office", "office: o-off");
    let source = super::source::decode("case.yaml", text.as_bytes()).unwrap();
    let case = super::from_source(source, package("tests/findings/base")).unwrap().value;
    let found: Vec<_> = super::check(&case).into_iter().map(|f| (f.code, f.path)).collect();
    let expected = [("S-03", "/case/office"), ("S-04", "/documents/0/issued_on")];
    assert_eq!(found, expected.map(|(code, path)| (code.into(), Some(path.to_owned()))));
}

#[test]
fn line_ends_long_texts_and_document_marks_do_not_matter() {
    let base = std::fs::read_to_string(package("tests/findings/base/case.yaml")).unwrap();
    let long = "长".repeat(5000);
    let with_long = base.replace("title: 堆场扬尘污染", &format!("title: {long}")).replace(
        "evidence: [e-1]",
        &format!("evidence: [e-1]\n    facts: [{long}, \"{long}\", {long}]"),
    );
    for text in [
        with_long.clone(),
        base.replace('\n', "\r\n"),
        format!("---\n{base}"),
        format!("{base}...\n"),
    ] {
        let source = super::source::decode("case.yaml", text.as_bytes()).unwrap();
        let checked = super::from_source(source, package("tests/findings/base")).unwrap();
        assert!(checked.findings.is_empty() && super::check(&checked.value).is_empty());
    }
    let source = super::source::decode("case.yaml", with_long.as_bytes()).unwrap();
    let case = super::from_source(source, package("tests/findings/base")).unwrap().value;
    let compact = super::normal::plain(&case.root).to_string();
    let source = super::source::decode("case.json", compact.as_bytes()).unwrap();
    let again = super::from_source(source, package("tests/findings/base")).unwrap().value;
    assert_eq!(again.json(), case.json());
}
