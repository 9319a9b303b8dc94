//! Finished pages and what they can become.

use typst::foundations::Smart;
use typst::layout::Abs;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use typst_render::RenderOptions;

use super::adjustment::Adjustment;
use super::faces::FaceUse;
use super::substitutes::Substitute;
use crate::diag::{Diagnostic, Failure};
use crate::document::Info;
use crate::vocab::date;

/// 版面: the pages of one document.
pub struct Pages {
    pub(super) document: PagedDocument,
    /// Characters without a glyph; PDF/A forbids them.
    missing: Vec<Diagnostic>,
    adjustments: Vec<Adjustment>,
    /// Faces that the pages are set in.
    faces: Vec<FaceUse>,
    /// Characters that another face lends.
    substitutes: Vec<Substitute>,
    /// Whether the style attached the document's data.
    with_data: bool,
    id: String,
    date: String,
}

impl Pages {
    pub(super) fn new(
        mut document: PagedDocument,
        info: &Info,
        missing: Vec<Diagnostic>,
        adjustments: Vec<Adjustment>,
    ) -> Self {
        let meta = document.info_mut();
        meta.title = Some(info.title.as_str().into());
        meta.author = Some(info.author.as_str())
            .filter(|a| !a.is_empty())
            .into_iter()
            .map(Into::into)
            .collect();
        meta.keywords = info.keywords.iter().map(|k| k.as_str().into()).collect();
        meta.date = Smart::Auto;
        Self {
            document,
            missing,
            adjustments,
            faces: Vec::new(),
            substitutes: Vec::new(),
            with_data: false,
            id: info.id.clone(),
            date: info.date.clone(),
        }
    }

    /// Adds what the pages are set in.
    pub(super) fn with_faces(mut self, faces: Vec<FaceUse>, substitutes: Vec<Substitute>) -> Self {
        (self.faces, self.substitutes) = (faces, substitutes);
        self
    }

    /// Says whether the document's data is attached.
    pub(super) fn with_data(mut self, with_data: bool) -> Self {
        self.with_data = with_data;
        self
    }

    /// 所用字体: the faces that the pages are set in.
    #[must_use]
    pub fn faces(&self) -> &[FaceUse] {
        &self.faces
    }

    /// 代用字: characters that another face lends.
    #[must_use]
    pub fn substitutes(&self) -> &[Substitute] {
        &self.substitutes
    }

    /// What was squeezed, stretched or moved so that the document fits its pages, in the order it was done.
    #[must_use]
    pub fn adjustments(&self) -> &[Adjustment] {
        &self.adjustments
    }

    /// How many pages there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.document.pages().len()
    }

    /// Width and height of each page in millimetres.
    #[cfg(test)]
    #[must_use]
    pub fn sizes(&self) -> Vec<(f64, f64)> {
        let size = |p: &typst_layout::Page| (p.frame.width().to_mm(), p.frame.height().to_mm());
        self.document.pages().iter().map(size).collect()
    }

    /// The text of a page (counted from 0) as its frames hold it, one run of one font a line.
    #[cfg(test)]
    #[must_use]
    pub fn text(&self, page: usize) -> String {
        let mut out = String::new();
        if let Some(page) = self.document.pages().get(page) {
            super::frames::walk(
                &page.frame,
                typst::layout::Transform::identity(),
                &mut |_, run| {
                    out.push_str(run.text.trim_end());
                    out.push('\n');
                },
            );
        }
        out
    }

    /// The pages as PDF/A-2a (GB/T 23286.2) and PDF/UA-1, tagged; PDF/A-3a when data is attached (2a forbids
    /// attachments that are not PDF/A themselves). Same pages, same bytes.
    ///
    /// A document with characters that no font can draw (P-01) is refused.
    pub fn to_pdf(&self) -> Result<Vec<u8>, Failure> {
        if !self.missing.is_empty() {
            return Err(Failure::Rejected(self.missing.clone()));
        }
        let archival = if self.with_data { PdfStandard::A_3a } else { PdfStandard::A_2a };
        let standards = PdfStandards::new(&[archival, PdfStandard::Ua_1])
            .map_err(|e| Failure::Bug(format!("PDF 标准：{}", e.message())))?;
        let options = PdfOptions {
            ident: Smart::Custom(self.id.clone()),
            creator: Smart::Custom(Some("anjuan".to_owned())),
            timestamp: self.timestamp(),
            standards,
            tagged: true,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&self.document, &options).map_err(|said| {
            let findings = said
                .iter()
                .map(|d| {
                    let mut finding =
                        Diagnostic::error("K-07", format!("不能存为 PDF/A：{}", d.message));
                    for hint in &d.hints {
                        finding = finding.hint(hint.v.to_string());
                    }
                    finding
                })
                .collect();
            Failure::Faulty(findings)
        })
    }

    /// One page (counted from 0) as a PNG picture of `ppi` pixels to the inch.
    pub fn to_png(&self, page: usize, ppi: f32) -> Result<Vec<u8>, Failure> {
        let Some(page) = self.document.pages().get(page) else {
            return Err(Failure::Bug(format!("没有第 {} 页", page + 1)));
        };
        let ppi = f64::from(ppi).clamp(10.0, 1200.0);
        let options = RenderOptions {
            pixel_per_pt: (ppi / Abs::inches(1.0).to_pt()).into(),
            ..RenderOptions::default()
        };
        typst_render::render(page, &options)
            .encode_png()
            .map_err(|e| Failure::Bug(format!("PNG 编码：{e}")))
    }

    /// 成文日期 at midnight, UTC.
    fn timestamp(&self) -> Option<Timestamp> {
        use chrono::Datelike;
        let day = date::parse(&self.date)?;
        let small = |n: u32| u8::try_from(n).unwrap_or(1);
        let moment = typst::foundations::Datetime::from_ymd_hms(
            day.year(),
            small(day.month()),
            small(day.day()),
            0,
            0,
            0,
        )?;
        Some(Timestamp::new_utc(moment))
    }
}
