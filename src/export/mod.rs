//! 出件: pages as files. One table of formats; a new format is a new row.

use crate::diag::{Checked, Failure, Outcome};
use crate::document::Document;
use crate::typeset::Pages;

/// 文件格式.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// PDF/A-2a, the archival copy (GB/T 23286.2; GB/T 18894-2016).
    Pdf,
    /// One picture a page, for looking at.
    Png,
    /// Plain text, for searching and comparing.
    Txt,
}

impl Format {
    /// Its name on the command line and its file extension.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Txt => "txt",
        }
    }
}

/// One file that an exporter made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// What follows the document's own name: `.pdf`, `-2.png`.
    pub suffix: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

/// What makes files of one format.
pub trait Exporter: Sync {
    /// The format it makes.
    fn format(&self) -> Format;
    /// The files for one document, in order. Same document and pages, same bytes.
    fn export(&self, doc: &Document, pages: &Pages) -> Outcome<Vec<Output>>;
}

/// Every format there is.
pub static EXPORTERS: &[&dyn Exporter] = &[&Pdf, &Png, &Txt];

/// The exporter of the format called `name`.
#[must_use]
pub fn exporter(name: &str) -> Option<&'static dyn Exporter> {
    EXPORTERS.iter().copied().find(|e| e.format().name() == name)
}

/// Resolution of pictures; a page of A4 is then 1240 × 1754.
const PNG_PPI: f32 = 150.0;

struct Pdf;
struct Png;
struct Txt;

impl Exporter for Pdf {
    fn format(&self) -> Format {
        Format::Pdf
    }

    fn export(&self, _: &Document, pages: &Pages) -> Outcome<Vec<Output>> {
        let bytes = pages.to_pdf()?;
        Ok(Checked::clean(vec![Output { suffix: ".pdf".to_owned(), bytes }]))
    }
}

impl Exporter for Png {
    fn format(&self) -> Format {
        Format::Png
    }

    fn export(&self, _: &Document, pages: &Pages) -> Outcome<Vec<Output>> {
        let picture = |page| {
            let bytes = pages.to_png(page, PNG_PPI)?;
            Ok(Output { suffix: format!("-{}.png", page + 1), bytes })
        };
        let files: Result<Vec<Output>, Failure> = (0..pages.count()).map(picture).collect();
        files.map(Checked::clean)
    }
}

impl Exporter for Txt {
    fn format(&self) -> Format {
        Format::Txt
    }

    fn export(&self, doc: &Document, _: &Pages) -> Outcome<Vec<Output>> {
        let bytes = doc.plain_text().into_bytes();
        Ok(Checked::clean(vec![Output { suffix: ".txt".to_owned(), bytes }]))
    }
}

#[cfg(test)]
mod tests {
    use super::{EXPORTERS, Format, exporter};

    #[test]
    fn every_format_is_in_the_table_once_and_found_by_its_name() {
        for format in [Format::Pdf, Format::Png, Format::Txt] {
            assert_eq!(EXPORTERS.iter().filter(|e| e.format() == format).count(), 1);
            assert!(exporter(format.name()).is_some_and(|e| e.format() == format));
        }
        assert!(exporter("docx").is_none());
    }
}
