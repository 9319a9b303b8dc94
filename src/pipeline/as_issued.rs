//! 发出的那一份: what goes into the archive is what was sent, byte for byte, whatever the data would give now.

use std::collections::BTreeMap;

use super::diff::kept;
use super::fair_copy::PDF;
use super::paper::Paper;
use crate::case::CaseFile;
use crate::diag::{Diagnostic, Failure};
use crate::document::Document;
use crate::fixity::digest_bytes;
use crate::layout::Report;
use crate::pdf;
use crate::register::{Register, State, lines};

/// The last version of a document, as the register keeps it.
#[derive(Clone, Debug)]
pub struct Sent {
    /// 发文字号, with the version.
    name: String,
    pdf: Vec<u8>,
    document: Document,
}

/// The documents of `case` that were issued and kept, by id.
///
/// # Errors
/// [`Failure::Rejected`] with N-14 for files that are gone or are not what was kept, the register's.
pub fn sent(register: &Register, case: &CaseFile) -> Result<BTreeMap<String, Sent>, Failure> {
    let entries = register.entries()?;
    let mut out = BTreeMap::new();
    for line in lines(&entries).iter().filter(|l| l.state() == State::Used) {
        let first = &line.first;
        let mut documents = case.model().documents.iter();
        let its = |d: &&crate::case::DocumentEntry| {
            first.case == case.model().case.id
                && d.id == first.document
                && d.doc_number.as_ref() == Some(&first.number)
        };
        let versions = line.versions();
        let (Some(document), Some(last)) = (documents.find(its), versions.last()) else { continue };
        // What was issued before files were kept, or without typesetting, is made from the data.
        let Some(pdf) = register.file(last.entry, PDF)? else { continue };
        let name = format!("{} 第{}版", first.number, last.number);
        let kept = kept(register, last.number, last.entry)?;
        out.insert(document.id.clone(), Sent { name, pdf, document: kept });
    }
    Ok(out)
}

impl Sent {
    /// Puts what was sent in the place of `paper`; says so if the data would give something else now.
    ///
    /// # Errors
    /// [`Failure::Rejected`] with L-11 if the kept PDF cannot be read.
    pub fn put(&self, paper: &mut Paper) -> Result<Option<Diagnostic>, Failure> {
        let Some(made) = paper.renditions.iter_mut().find(|r| r.format == PDF) else {
            return Ok(None);
        };
        if made.bytes.as_ref() == self.pdf.as_slice() {
            return Ok(None);
        }
        let whose = if paper.document == self.document { "版式" } else { "数据" };
        made.digests = digest_bytes(&self.pdf);
        made.bytes = self.pdf.as_slice().into();
        paper.pages = pdf::read(self.pdf.clone())?.len();
        paper.document = self.document.clone();
        // What is known of the pages as made now says nothing of those.
        paper.layout = Report::default();
        paper.adjustments.clear();
        paper.faces.clear();
        paper.substitutes.clear();
        // Other forms would show what was not sent.
        let others = paper.renditions.len() > 1;
        paper.renditions.retain(|r| r.format == PDF);
        let words = format!(
            "“{}”发文后{whose}改过：归档的是发出的 {}{}",
            self.document.info.title,
            self.name,
            if others { "，其他格式没有写出" } else { "" }
        );
        let hint = "看改了哪里：anjuan diff；要以改后的为准，先作更正：anjuan issue --revise。";
        Ok(Some(Diagnostic::warning("N-13", words).hint(hint)))
    }
}
