//! 督察项目数据: from `case.yaml` to a checked case. Reading keeps every place, so that each finding can say
//! file, line and column.

mod amend;
mod attachments;
mod blank;
mod check;
mod choice;
mod emit;
mod entities;
mod facts;
mod fields;
mod forms;
mod letters;
mod manuscript;
mod mend;
mod model;
mod near;
mod normal;
mod outline;
mod parse;
mod references;
mod scalar;
mod schema;
mod secrets;
mod shape;
mod source;
mod structure;
mod syntax;
mod texts;
mod tree;
mod types;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_json::Value as Json;

use crate::diag::{Checked, Diagnostic, Failure, Outcome, SourceFile, Span};
use crate::fixity::DigestSet;

pub use amend::{Amendment, amend};
pub use blank::blank;
use check::Subject;
use entities::Entities;
pub use manuscript::{Head, Manuscript, load_manuscript};
pub use mend::{Change, mend};
pub use model::{Archive, DocumentEntry, EvidenceEntry, FileRef, Model, Organ, Person};
pub use near::{half_width, iso_date, nearest, short};
pub use outline::{Entity, Item, admits, outline};
pub use schema::TEXT as SCHEMA;
pub use shape::{Shape, Sort, fields, group, shape, title, top};
pub use texts::{Text, texts};
pub use tree::Node;

/// A case as read: the file, its tree, its data for wording and its typed part.
#[derive(Debug)]
pub struct CaseFile {
    /// The data file.
    pub source: Arc<SourceFile>,
    /// The folder it lies in; attachments are beside it.
    pub dir: PathBuf,
    /// What stands in it, with places.
    pub root: Node,
    json: Json,
    model: Model,
    entities: Entities,
    attached: OnceLock<attachments::Digests>,
}

impl CaseFile {
    /// Size and digests of the attachment at `path`, as [`check()`] read it; none if it has not, or could not.
    #[must_use]
    pub fn attached(&self, path: &str) -> Option<DigestSet> {
        self.attached.get()?.get(path).copied()
    }

    /// The case as data: every field the model knows is present, optional ones as null, absent lists of the top
    /// as `[]`; keys in the order of the file, then of the model.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// The typed part.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Adds an entry to `documents`, as if it stood in the file: findings about it point to the list.
    ///
    /// # Errors
    /// What the typed model says against it.
    pub fn add_document(&mut self, mut entry: Json) -> Result<(), serde_json::Error> {
        normal::complete_as(&schema::MODEL, &mut entry, "Document");
        self.model.documents.push(DocumentEntry::deserialize(&entry)?);
        if let Some(list) = self.json.get_mut("documents").and_then(Json::as_array_mut) {
            list.push(entry);
        }
        Ok(())
    }

    /// 读不出的数据项: JSON Pointers of values that are not what the schema asks for, or are not there though they must be.
    #[must_use]
    pub fn unreadable(&self) -> Vec<String> {
        check::unreadable(self.subject())
    }

    fn subject(&self) -> Subject<'_> {
        let Self { source, root, entities, .. } = self;
        Subject { schema: &schema::MODEL, source, root, entities }
    }

    /// Where the value at a JSON Pointer stands, or would stand: the nearest enclosing value.
    #[must_use]
    pub fn span_near(&self, pointer: &str) -> Span {
        Span::new(&self.source, self.root.nearest(pointer).span.clone())
    }

    /// Every entity with an id: the id, which entity of the model it is, its JSON Pointer; in order of id.
    pub fn entities(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.entities.iter().map(|(id, e)| (id, e.kind.as_str(), e.pointer.as_str()))
    }

    /// The organ called `id`.
    #[must_use]
    pub fn organ(&self, id: &str) -> Option<&Organ> {
        self.model.organs.iter().find(|o| o.id == id)
    }

    /// The person called `id`.
    #[must_use]
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.model.persons.iter().find(|p| p.id == id)
    }

    /// An organ's full name; its id if the case does not know it.
    #[must_use]
    pub fn organ_name(&self, id: &str) -> String {
        self.organ(id).map_or_else(|| id.to_owned(), |o| o.name.clone())
    }

    /// A person's name; the id if the case does not know it.
    #[must_use]
    pub fn person_name(&self, id: &str) -> String {
        self.person(id).map_or_else(|| id.to_owned(), |p| p.name.clone())
    }
}

/// Reads the case at `path`, a data file or a folder with `case.yaml`.
///
/// The findings are those of reading only (`Y-…`); [`check()`] gives the rest. Where no usable case comes out,
/// all findings that can be made come with the rejection.
///
/// # Errors
/// [`Failure::World`] if the file cannot be read; [`Failure::Rejected`] if there is no usable tree or model, or
/// [`Failure::Refused`] if such a faulty file bears a mark of state secrecy besides (see [`state_secrets`]).
pub fn load(path: &Path) -> Outcome<CaseFile> {
    let file = source::locate(path);
    let source = source::read(&file)?;
    let dir = file.parent().map(Path::to_path_buf).unwrap_or_default();
    from_source(source, dir)
}

/// The data file that `path` means.
#[must_use]
pub fn file(path: &Path) -> PathBuf {
    source::locate(path)
}

/// Reads `source` in the place of the case's own text.
///
/// # Errors
/// As [`load`].
pub fn reread(case: &CaseFile, source: Arc<SourceFile>) -> Outcome<CaseFile> {
    from_source(source, case.dir.clone())
}

fn from_source(source: Arc<SourceFile>, dir: PathBuf) -> Outcome<CaseFile> {
    let is_field = |name: &str| !schema::MODEL.owners(name).is_empty();
    let parse::Reading { root, mut findings } = parse::read(&source, &is_field);
    let Some(root) = root.filter(|root| !root.is_null()) else {
        if findings.is_empty() {
            findings.push(empty(&source));
        }
        return Err(Failure::Rejected(findings));
    };
    let entities = Entities::of(&root);
    let mut json = normal::plain(&root);
    match Model::deserialize(&json) {
        Ok(model) => {
            normal::complete(&schema::MODEL, &mut json);
            let attached = OnceLock::new();
            let case = CaseFile { source, dir, root, json, model, entities, attached };
            Ok(Checked { value: case, findings })
        }
        Err(error) => {
            let (schema, source) = (&schema::MODEL, &source);
            let subject = Subject { schema, source, root: &root, entities: &entities };
            findings.extend(every(subject, &dir).0);
            let secrets = secrets::find(subject);
            let refused = !secrets.is_empty();
            findings.extend(secrets);
            check::sort(&mut findings);
            if refused {
                return Err(Failure::Refused(findings));
            }
            if findings.is_empty() {
                // Nothing else explains it: say at least what the typed reading says.
                findings.push(
                    Diagnostic::error("S-01", format!("数据读不成督察项目：{error}"))
                        .at(Span::new(source, 0..0)),
                );
            }
            Err(Failure::Rejected(findings))
        }
    }
}

/// Everything that can be said about a case: structure, ids, references, facts, attachments; by place.
#[must_use]
pub fn check(case: &CaseFile) -> Vec<Diagnostic> {
    let (mut findings, digests) = every(case.subject(), &case.dir);
    // What was read once is not read again; of two checks the first stays.
    let _ = case.attached.set(digests);
    check::sort(&mut findings);
    findings
}

/// What [`check()`] says, but for the attachments, which it does not look at.
#[must_use]
pub fn check_facts(case: &CaseFile) -> Vec<Diagnostic> {
    let mut findings = check::model(case.subject());
    check::sort(&mut findings);
    findings
}

/// P-08 涉密拒收: documents and evidence that are state secrets, which a system without secrecy clearance does
/// not process. Where this is not empty the step is refused ([`Failure::Refused`]).
#[must_use]
pub fn state_secrets(case: &CaseFile) -> Vec<Diagnostic> {
    let mut findings = secrets::find(case.subject());
    check::sort(&mut findings);
    findings
}

fn every(subject: Subject<'_>, dir: &Path) -> (Vec<Diagnostic>, attachments::Digests) {
    let mut findings = check::model(subject);
    let (about_files, digests) = attachments::check(subject, dir);
    findings.extend(about_files);
    (findings, digests)
}

fn empty(source: &Arc<SourceFile>) -> Diagnostic {
    Diagnostic::error("S-01", "数据文件是空的")
        .at(Span::new(source, 0..0))
        .hint("从 examples 里的示例复制一份，照着填写。")
}

#[cfg(test)]
mod tests;
