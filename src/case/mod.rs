//! 案件: the case file, read and checked.
//!
//! One YAML (or JSON) file with attachments beside it. It is read into a tree that knows where every value
//! stands, checked against the published schema, and given on as JSON (for templates) and as a small model
//! (for Rust). Reading never fails half-way: whatever can be said is said at once.

mod attachments;
mod facts;
mod habits;
mod json;
mod model;
mod read;
mod refs;
mod scalar;
mod schema;
mod structure;
#[cfg(test)]
mod tests;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::diag::{Checked, Diagnostic, Failure, Outcome, SourceFile, Span, WorldError};

pub use model::{Archive, DocumentEntry, EvidenceEntry, Model};
pub use schema::SCHEMA;

use structure::Checker;
use tree::Node;

/// The name of the data file in a case's folder.
const FILE: &str = "case.yaml";

/// 案件: a case file as written and as meant.
#[derive(Debug)]
pub struct CaseFile {
    source: Arc<SourceFile>,
    dir: PathBuf,
    root: Node,
    json: Value,
    model: Model,
}

impl CaseFile {
    /// The folder that attachment paths start from.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The case as JSON: every field the schema knows is there (null or `[]` if absent).
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The parts that Rust knows.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Where the value that a JSON Pointer names stands.
    #[must_use]
    pub fn span_of(&self, pointer: &str) -> Option<Span> {
        self.root.pointer(pointer).map(|node| Span::new(&self.source, node.range.clone()))
    }

    /// An organ's full name; its id if the case does not know it.
    #[must_use]
    pub fn organ_name(&self, id: &str) -> String {
        named(&self.model.organs, id)
    }

    /// A person's name; the id if the case does not know it.
    #[must_use]
    pub fn person_name(&self, id: &str) -> String {
        named(&self.model.persons, id)
    }
}

fn named(list: &[model::Named], id: &str) -> String {
    list.iter().find(|n| n.id == id).map_or_else(|| id.to_owned(), |n| n.name.clone())
}

/// Reads the case at `path`: the data file, or a folder that holds `case.yaml`.
///
/// # Errors
/// [`Failure::World`] when it cannot be read; [`Failure::Rejected`] with every finding when it is so broken
/// that there is no case to go on with.
pub fn load(path: &Path) -> Outcome<CaseFile> {
    let file = if path.is_dir() { path.join(FILE) } else { path.to_path_buf() };
    let bytes = fs::read(&file).map_err(WorldError::while_("读取数据文件", &file))?;
    let source = read::decode(&file.to_string_lossy(), &bytes)
        .map_err(|finding| Failure::Rejected(vec![finding]))?;
    let (root, mut findings) = read::parse(&source);
    let Some(root) = root else {
        return Err(Failure::Rejected(sorted(findings)));
    };
    let definitions = schema::published();
    let Some(schema) = definitions.entity(&definitions.root) else {
        return Err(Failure::Bug("the published schema has no root".into()));
    };
    let json = json::normalise(definitions, &root, schema);
    let dir = file.parent().map(Path::to_path_buf).unwrap_or_default();
    match serde_json::from_value::<Model>(json.clone()) {
        Ok(model) => {
            let value = CaseFile { source, dir, root, json, model };
            Ok(Checked { value, findings })
        }
        Err(error) => {
            findings.extend(examine(&source, &root, &dir));
            if !crate::diag::has_errors(&findings) {
                return Err(Failure::Bug(format!("schema and model disagree: {error}")));
            }
            Err(Failure::Rejected(sorted(findings)))
        }
    }
}

/// Everything that can be said against a case that was read, in the order of the file.
#[must_use]
pub fn check(case: &CaseFile) -> Vec<Diagnostic> {
    sorted(examine(&case.source, &case.root, &case.dir))
}

fn examine(source: &Arc<SourceFile>, root: &Node, dir: &Path) -> Vec<Diagnostic> {
    let definitions = schema::published();
    let mut checker = Checker { source, definitions, findings: Vec::new() };
    if let Some(schema) = definitions.entity(&definitions.root) {
        checker.check(root, schema, "", "");
    }
    let mut findings = checker.findings;
    findings.extend(refs::check(source, definitions, root));
    findings.extend(facts::not_after_as_of(source, root));
    findings.extend(facts::state_secrets(source, root));
    findings.extend(attachments::check(source, root, dir));
    findings
}

fn sorted(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings.sort_by_key(|f| f.at.as_ref().map(|at| at.range.start));
    findings
}
