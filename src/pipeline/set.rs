//! 排文稿: free documents as text files become pages and files; no case, no kind.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::paper::{self, Paper, exporters};
use super::{DocumentLine, Event, Listener, Settings};
use crate::case::load_manuscript;
use crate::container::{create_folder, write_atomically};
use crate::diag::{Diagnostic, Failure, Outcome};
use crate::export::Exporter;
use crate::template::compose_manuscript;
use crate::typeset::{Options, Typesetter};

/// How to set them.
#[derive(Clone, Debug, Default)]
pub struct SetOptions {
    /// Formats; empty for PDF.
    pub formats: Vec<String>,
    /// Fonts and attached data.
    pub typeset: Options,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Set {
    /// How many manuscripts were set.
    pub done: usize,
    /// How many had errors.
    pub failed: usize,
    /// How many were refused (P-08 涉密拒收).
    pub refused: usize,
}

/// Sets the manuscripts `files` and writes them under `out`, each under its own name. Each is announced through `listen`; one that fails does not stop the others.
///
/// # Errors
/// Faulty fonts or styles, an unknown format, and failures of the world stop everything.
pub fn set(
    settings: &Settings,
    files: &[PathBuf],
    options: &SetOptions,
    out: &Path,
    listen: Listener<'_>,
) -> Result<Set, Failure> {
    let formats = exporters(&options.formats)?;
    let typesetter = Typesetter::load(&settings.fonts()?, &settings.styles()?, &options.typeset)?;
    typesetter.findings.into_iter().for_each(|f| listen(Event::Finding(f)));
    create_folder(out)?;
    let desk = Desk { typesetter: typesetter.value, formats, out, listen };
    listen(Event::Step("排文稿", files.len()));
    let pool = settings.pool()?;
    let named: Vec<(&PathBuf, String)> = files.iter().zip(names(files)).collect();
    let ends: Result<Vec<End>, Failure> =
        pool.install(|| named.par_iter().map(|(file, name)| desk.one(file, name)).collect());
    let ends = ends?;
    let count = |end: End| ends.iter().filter(|e| **e == end).count();
    Ok(Set { done: count(End::Done), failed: count(End::Failed), refused: count(End::Refused) })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Done,
    Failed,
    Refused,
}

/// The manuscripts' names without extension, made different where two are alike.
fn names(files: &[PathBuf]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let unique = |file: &PathBuf| {
        let base = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let (mut name, mut n) = (base.clone(), 1);
        while !taken.insert(name.clone()) {
            n += 1;
            name = format!("{base}（{n}）");
        }
        name
    };
    files.iter().map(unique).collect()
}

/// What all manuscripts share.
struct Desk<'a> {
    typesetter: Typesetter,
    formats: Vec<&'static dyn Exporter>,
    out: &'a Path,
    listen: Listener<'a>,
}

impl Desk<'_> {
    fn one(&self, file: &Path, name: &str) -> Result<End, Failure> {
        let listen = self.listen;
        let told = |findings: Vec<Diagnostic>| {
            findings.into_iter().for_each(|f| listen(Event::Finding(f)));
            listen(Event::Document(DocumentLine {
                document: name.into(),
                ..DocumentLine::default()
            }));
        };
        let end = match press(&self.typesetter, file, &self.formats) {
            Ok(checked) => {
                checked.findings.into_iter().for_each(|f| listen(Event::Finding(f)));
                self.write(name, &checked.value)?;
                End::Done
            }
            Err(Failure::Refused(findings)) => {
                told(findings);
                End::Refused
            }
            Err(Failure::Rejected(findings) | Failure::Faulty(findings)) => {
                told(findings);
                End::Failed
            }
            Err(other) => return Err(other),
        };
        listen(Event::Tick);
        Ok(end)
    }

    fn write(&self, name: &str, paper: &Paper) -> Result<(), Failure> {
        for rendition in &paper.renditions {
            let path = self.out.join(format!("{name}{}", rendition.suffix));
            write_atomically(&path, |file| file.write_all(&rendition.bytes))?;
            let about = DocumentLine {
                document: name.into(),
                title: paper.document.info.title.clone(),
                ..DocumentLine::default()
            };
            (self.listen)(Event::Document(paper.told(rendition, Some(path), about)));
        }
        Ok(())
    }
}

/// One manuscript from its file to its files. State secrets are refused before anything is made of them.
pub(super) fn press(
    typesetter: &Typesetter,
    file: &Path,
    formats: &[&'static dyn Exporter],
) -> Outcome<Paper> {
    let read = load_manuscript(file)?;
    let manuscript = read.value;
    if let Some(secret) = manuscript.state_secrets() {
        return Err(Failure::Refused(vec![secret]));
    }
    let mut findings = read.findings;
    let composed = match compose_manuscript(&manuscript) {
        Ok(mut composed) => {
            findings.append(&mut composed.findings);
            composed.findings = findings;
            composed
        }
        Err(Failure::Rejected(list)) => {
            findings.extend(list);
            return Err(Failure::Rejected(findings));
        }
        Err(other) => return Err(other),
    };
    let place = |f| paper::placed(f, &manuscript.source, &|p| manuscript.span_near(p));
    paper::print(typesetter, composed, formats, true, &place)
}
