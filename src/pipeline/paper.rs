//! 成文: one document of a case from words to files.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::DocumentLine;
use crate::case::{CaseFile, DocumentEntry};
use crate::diag::{Checked, Diagnostic, Failure, Outcome, SourceFile, Span, has_errors};
use crate::document::Document;
use crate::export::{EXPORTERS, Exporter, Output, exporter};
use crate::fixity::{DigestSet, digest_bytes};
use crate::layout::{self, Report};
use crate::rules::{self, Pack};
use crate::template::{Facts, Kinds, compose};
use crate::typeset::{Adjustment, FaceUse, Substitute, Typesetter};

/// One document set and exported.
#[derive(Debug)]
pub struct Paper {
    /// Its tree.
    pub document: Document,
    /// Pages.
    pub pages: usize,
    /// 所用字体: faces it is set in.
    pub faces: Vec<FaceUse>,
    /// 代用字: characters that another face lends.
    pub substitutes: Vec<Substitute>,
    /// Files by format, in the order asked for.
    pub renditions: Vec<Rendition>,
    /// Every clause as measured on its pages; empty if the press does not measure.
    pub layout: Report,
    /// What was squeezed or moved so that it fits.
    pub adjustments: Vec<Adjustment>,
}

impl Paper {
    /// What is told of one of its files: `about` with what the file is, and where it was written.
    pub fn told(
        &self,
        file: &Rendition,
        path: Option<PathBuf>,
        about: DocumentLine,
    ) -> DocumentLine {
        DocumentLine {
            format: Some(file.format.into()),
            path,
            pages: Some(self.pages),
            bytes: Some(file.digests.size),
            sha256: Some(file.digests.sha256),
            sm3: Some(file.digests.sm3),
            fonts: self.faces.clone(),
            substitutes: self.substitutes.clone(),
            ok: true,
            ..about
        }
    }
}

/// One file of a document in one format.
#[derive(Debug)]
pub struct Rendition {
    /// Format id: `pdf`, `png`, `txt`.
    pub format: &'static str,
    /// What follows the document's name, e.g. `.pdf`, `-第1页.png`.
    pub suffix: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Size and digests.
    pub digests: DigestSet,
}

/// Everything that the documents of one case share.
pub struct Press<'a> {
    /// The case.
    pub case: &'a CaseFile,
    /// The kinds found in the template folder.
    pub kinds: &'a Kinds,
    /// The rules that the case is held to.
    pub rules: &'a Pack,
    /// The case as templates see it.
    pub facts: &'a Facts<'a>,
    /// Fonts and styles.
    pub typesetter: &'a Typesetter,
    /// Whether finished pages are held against GB/T 9704 (always, save to learn what it costs).
    pub measures: bool,
    /// 样稿: every page says so.
    pub draft: bool,
}

impl Press<'_> {
    /// Composes, sets and exports one document. Findings that do not bar it come with the paper.
    ///
    /// # Errors
    /// All findings that bar the document, or a failure of the world.
    pub fn print(
        &self,
        entry: &DocumentEntry,
        extra: &Map<String, Value>,
        formats: &[&'static dyn Exporter],
    ) -> Outcome<Paper> {
        let mut composed = compose(self.kinds, self.facts, &entry.id, extra)
            .map_err(|failure| failure.map_findings(|f| self.placed(f)))?;
        if self.draft {
            // What is an example stays one (P-07).
            let example = composed.value.watermark.take().unwrap_or_default();
            composed.value.watermark = Some(format!("{example}样稿"));
        }
        composed.findings.extend(rules::composed(&composed.value, &entry.genre, self.rules));
        composed.findings = composed.findings.into_iter().map(|f| self.placed(f)).collect();
        print(self.typesetter, composed, formats, self.measures, &|f| self.placed(f))
    }

    /// A finding against the data that knows only a JSON Pointer or the words, with the place in the file.
    fn placed(&self, finding: Diagnostic) -> Diagnostic {
        placed(finding, &self.case.source, &|pointer| self.case.span_near(pointer))
    }
}

/// A finding against data that knows only a JSON Pointer or the words, with the place in the file.
pub fn placed(
    finding: Diagnostic,
    source: &Arc<SourceFile>,
    span_near: &dyn Fn(&str) -> Span,
) -> Diagnostic {
    let place = match (&finding.at, &finding.path, &finding.about) {
        (None, Some(pointer), _) => Some(span_near(pointer)),
        (None, None, Some(words)) => {
            source.text().find(words.as_str()).map(|at| Span::new(source, at..at + words.len()))
        }
        _ => None,
    };
    match place {
        Some(place) => finding.at(place),
        None => finding,
    }
}

/// Sets, measures (if `measures`) and exports a composed document; `place` puts findings of the pages where their words stand.
///
/// # Errors
/// All findings that bar the document, or a failure of the world.
pub fn print(
    typesetter: &Typesetter,
    composed: Checked<Document>,
    formats: &[&'static dyn Exporter],
    measures: bool,
    place: &dyn Fn(Diagnostic) -> Diagnostic,
) -> Outcome<Paper> {
    if composed.has_errors() {
        return Err(Failure::Rejected(composed.findings));
    }
    let Checked { value: document, mut findings } = composed;
    let set = typesetter.typeset(&document).map_err(|failure| failure.map_findings(place))?;
    findings.extend(set.findings.into_iter().map(place));
    let adjustments = set.value.adjustments().to_vec();
    let layout = if measures {
        layout::check(&set.value.sheets(), Some(&document), !adjustments.is_empty())
    } else {
        Report::default()
    };
    findings.extend(layout.findings(&document.info.id));
    if has_errors(&findings) {
        return Err(Failure::Rejected(findings));
    }
    let mut renditions = Vec::new();
    for exporter in formats {
        let made = exporter.export(&document, &set.value)?;
        findings.extend(made.findings);
        renditions.extend(made.value.into_iter().map(|output| rendition(*exporter, output)));
    }
    let paper = Paper {
        document,
        pages: set.value.count(),
        faces: set.value.faces().to_vec(),
        substitutes: set.value.substitutes().to_vec(),
        renditions,
        layout,
        adjustments,
    };
    Ok(Checked { value: paper, findings })
}

fn rendition(exporter: &dyn Exporter, output: Output) -> Rendition {
    let digests = digest_bytes(&output.bytes);
    Rendition {
        format: exporter.format().name(),
        suffix: output.suffix,
        bytes: output.bytes.into(),
        digests,
    }
}

/// The exporters for format ids such as `pdf`; that of PDF where none are named.
///
/// # Errors
/// [`Failure::Usage`] naming the unknown format and those that exist.
pub fn exporters(ids: &[String]) -> Result<Vec<&'static dyn Exporter>, Failure> {
    let mut out: Vec<&'static dyn Exporter> = Vec::new();
    let usual = ["pdf".to_owned()];
    for id in if ids.is_empty() { &usual } else { ids } {
        let found = exporter(id);
        let exporter = found.ok_or_else(|| {
            let known: Vec<_> = EXPORTERS.iter().map(|e| e.format().name()).collect();
            Failure::Usage(format!("没有输出格式“{id}”；可用：{}", known.join("、")))
        })?;
        if !out.iter().any(|e| e.format() == exporter.format()) {
            out.push(exporter);
        }
    }
    Ok(out)
}
