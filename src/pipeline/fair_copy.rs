//! 定稿: the files of a document as it is issued, made just as `generate` makes them, for the register to keep.

use std::collections::BTreeMap;

use super::Settings;
use super::frozen::{self, Tree};
use crate::case::CaseFile;
use crate::diag::{Diagnostic, Failure};
use crate::document::Document;

/// Name of the PDF among the files of a version.
pub const PDF: &str = "pdf";
/// Name of the plain text.
pub const TEXT: &str = "txt";
/// Name of the tree as JSON.
pub const TREE: &str = "json";
/// What the names of pictures begin with.
pub const PICTURE: &str = "asset/";

/// Files by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The files of the document `id`, and what its pages gave cause to say.
///
/// # Errors
/// Every finding that bars the document, faults of kinds, fonts and styles, the world's errors.
#[cfg(feature = "typeset")]
pub fn files(
    settings: &Settings,
    case: &CaseFile,
    id: &str,
    tree: &Tree,
) -> Result<(Files, Vec<Diagnostic>), Failure> {
    use std::sync::Mutex;

    use super::{Event, GenerateOptions, generate};

    let told = Mutex::new(Vec::new());
    let options = GenerateOptions {
        documents: vec![id.to_owned()],
        formats: vec![PDF.to_owned(), TEXT.to_owned()],
        ..GenerateOptions::default()
    };
    let made = generate(settings, case, &options, None, &|event| {
        if let (Event::Finding(finding), Ok(mut told)) = (event, told.lock()) {
            told.push(finding);
        }
    })?;
    let findings = told.into_inner().unwrap_or_default();
    let Some(paper) = made.papers.get(id) else { return Err(Failure::Rejected(findings)) };
    if tree.document.as_ref().is_some_and(|document| document != &paper.document) {
        return Err(Failure::Bug(format!("{id}：排版所用的与登记的不同")));
    }
    let mut files = of_tree(&paper.document)?;
    for rendition in &paper.renditions {
        files.insert(rendition.format.to_owned(), rendition.bytes.to_vec());
    }
    Ok((files, findings))
}

/// As with typesetting, but for the PDF. A catalogue of others needs their pages and has no files here.
///
/// # Errors
/// None that data can cause.
#[cfg(not(feature = "typeset"))]
pub fn files(
    _: &Settings,
    _: &CaseFile,
    _: &str,
    tree: &Tree,
) -> Result<(Files, Vec<Diagnostic>), Failure> {
    let files = tree.document.as_ref().map(of_tree).transpose()?;
    Ok((files.unwrap_or_default(), Vec::new()))
}

/// Text, tree and pictures.
fn of_tree(document: &Document) -> Result<Files, Failure> {
    let mut files = Files::new();
    files.insert(TEXT.to_owned(), document.plain_text().into_bytes());
    files.insert(TREE.to_owned(), frozen::json(document)?.into_bytes());
    for (name, bytes) in &document.assets {
        files.insert(format!("{PICTURE}{name}"), bytes.clone());
    }
    Ok(files)
}
