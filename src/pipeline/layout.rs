//! 版面检查: the pages of a case's documents, or of any PDF file, held against GB/T 9704-2012.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::generate::{GenerateOptions, generate};
use super::{Event, Listener, Settings};
use crate::diag::{Failure, WorldError};
use crate::layout::{self, Clause, Report, Verdict};
use crate::pdf;
use crate::typeset::Adjustment;

/// One document, measured.
#[derive(Debug)]
pub struct Measured {
    /// Its id in the case, or the file's name.
    pub document: String,
    /// Pages.
    pub pages: usize,
    /// Every clause.
    pub report: Report,
    /// What was squeezed so that it fits.
    pub adjustments: Vec<Adjustment>,
}

/// The NDJSON line `{"type":"clause",…}`.
#[derive(Debug, Serialize)]
pub struct ClauseLine<'a> {
    /// Always `clause`.
    pub r#type: &'static str,
    /// Which document.
    pub document: &'a str,
    /// Clause, element, required, measured, outcome.
    #[serde(flatten)]
    pub clause: &'a Clause,
}

/// One line of the table of deviations, over several documents: `{"type":"deviation",…}`.
#[derive(Debug, Serialize)]
pub struct DeviationLine {
    /// Always `deviation`.
    pub r#type: &'static str,
    /// `G-07`.
    pub code: &'static str,
    /// Clause of GB/T 9704-2012.
    pub clause: &'static str,
    /// Element and what of it.
    pub element: String,
    /// What the standard asks for.
    pub required: String,
    /// In how many documents it was measured.
    pub documents: usize,
    /// Greatest distance in mm from the figure, with its sign.
    pub max_mm: f64,
    /// Where that was.
    pub worst: String,
    /// Documents that fail.
    pub fails: usize,
}

/// Measures one PDF file, whoever made it.
///
/// # Errors
/// A file that cannot be read, or is no PDF (L-11).
pub fn layout_of_file(path: &Path) -> Result<Measured, Failure> {
    let bytes = fs::read(path).map_err(WorldError::while_("读取 PDF 文件", path))?;
    let sheets = pdf::read(bytes)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let report = layout::check(&sheets, None, false);
    Ok(Measured { document: name, pages: sheets.len(), report, adjustments: Vec::new() })
}

/// Measures documents of a case as they are set now. Findings of measuring are in the reports, not in the events.
///
/// # Errors
/// As for generating.
pub fn layout_of_case(
    settings: &Settings,
    path: &Path,
    documents: &[String],
    listen: Listener<'_>,
) -> Result<(Vec<Measured>, Vec<String>), Failure> {
    let case = super::load(path, settings, listen)?;
    let options = GenerateOptions {
        documents: documents.to_vec(),
        formats: vec!["txt".into()],
        ..GenerateOptions::default()
    };
    let made = generate(settings, &case, &options, None, &|event| match event {
        Event::Finding(finding) if finding.code.starts_with("G-") => {}
        Event::Document(_) => {}
        other => listen(other),
    })?;
    let measured = made
        .papers
        .into_iter()
        .map(|(document, paper)| Measured {
            document,
            pages: paper.pages,
            report: paper.layout,
            adjustments: paper.adjustments,
        })
        .collect();
    Ok((measured, made.failed))
}

/// The greatest deviation of every measured length over all documents.
#[must_use]
pub fn deviations(measured: &[Measured]) -> Vec<DeviationLine> {
    let mut out: Vec<DeviationLine> = Vec::new();
    for one in measured {
        for clause in &one.report.clauses {
            let Some(by) = clause.deviation_mm else { continue };
            let worst = format!("{} {}", one.document, clause.place);
            let fails = usize::from(clause.outcome == Verdict::Fail);
            let known =
                out.iter_mut().find(|l| l.code == clause.code && l.element == clause.element);
            match known {
                Some(line) => {
                    line.documents += 1;
                    line.fails += fails;
                    if by.abs() > line.max_mm.abs() {
                        (line.max_mm, line.worst) = (by, worst);
                    }
                }
                None => out.push(DeviationLine {
                    r#type: "deviation",
                    code: clause.code,
                    clause: clause.clause,
                    element: clause.element.clone(),
                    required: clause.required.clone(),
                    documents: 1,
                    max_mm: by,
                    worst,
                    fails,
                }),
            }
        }
    }
    out.sort_by(|a, b| a.code.cmp(b.code));
    out
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
