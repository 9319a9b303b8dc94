//! 排版: a document set into pages by a style, in process.
//!
//! The style is typst source under `templates/_styles/gb9704`; the document reaches it as data
//! (`document.json`), never as source text, so that no character of a case can become a command. What
//! the style sees is closed: its own files, the document and the layout plan; no disk, no packages,
//! no network, no clock.
//!
//! A document is laid out at least twice: once to learn where its text ends, then with the place of
//! the 版记 settled ([`plan`]). The finished frames are read back ([`check`]): every text must
//! be on a page and every character must have a glyph.
//!
//! Forms of the archive that are no 公文 (目录, 备考表, 封面, 脊背) have a style and a press of their own ([`forms`]).

mod adjustment;
mod bounds;
mod check;
mod embox;
mod faces;
mod flow;
mod fonts;
mod forms;
mod frames;
mod office;
mod pages;
mod plan;
mod scan;
mod sheets;
mod substitutes;
mod texts;
mod turn;
mod world;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

pub use adjustment::Adjustment;
pub use faces::FaceUse;
pub use forms::{FormPress, FormSheet};
pub use pages::Pages;
pub use substitutes::Substitute;

use crate::diag::{Checked, Failure, Outcome};
use crate::document::{Document, Marked};

/// 排版机: fonts, style and typst's library, loaded once for a process and shared by its threads.
pub struct Typesetter {
    shared: world::Shared,
    faces: faces::FaceSet,
    attach_data: bool,
    done: AtomicUsize,
}

/// 选用: what all documents of a process have in common besides style and house fonts.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Folders of this machine whose office faces (方正小标宋 …) come before the house's; none for the
    /// house's alone.
    pub office_fonts: Option<Vec<PathBuf>>,
    /// Whether each PDF carries its document's data as an attachment (PDF/A-3a instead of 2a).
    pub attach_data: bool,
}

impl Typesetter {
    /// Loads the fonts that `fonts_dir/fonts.toml` lists (checking each file's SHA-256) and the style
    /// `styles_dir/gb9704`; which faces of the machine were taken is said as notes (F-02).
    pub fn load(fonts_dir: &Path, styles_dir: &Path, options: &Options) -> Outcome<Self> {
        let fonts = match &options.office_fonts {
            None => fonts::load(fonts_dir).map(|set| (set, Vec::new())),
            Some(folders) => fonts::load_with_office(fonts_dir, folders),
        };
        let sources = world::read_style(&styles_dir.join("gb9704"));
        match (fonts, sources) {
            (Ok((faces, findings)), Ok(sources)) => Ok(Checked {
                value: Self {
                    shared: world::Shared::new(&faces, sources, options.attach_data)?,
                    faces,
                    attach_data: options.attach_data,
                    done: AtomicUsize::new(0),
                },
                findings,
            }),
            // Both folders faulty: all of it in one answer.
            (Err(Failure::Faulty(mut a)), Err(Failure::Faulty(b))) => {
                a.extend(b);
                Err(Failure::Faulty(a))
            }
            (Err(e), _) | (_, Err(e)) => Err(e),
        }
    }

    /// Sets `doc` into pages.
    ///
    /// Invisible and unassigned characters are [`Failure::Rejected`]; an error in the style is
    /// [`Failure::Faulty`]. Missing glyphs (P-01), engine warnings (L-01), lost text (L-02), text outside the
    /// core (L-08) and text over text (L-09) come back as errors beside the pages, which may still be looked at.
    pub fn typeset(&self, doc: &Document) -> Outcome<Pages> {
        self.set(doc, None)
    }

    /// Sets `doc` as a 花脸稿: with `marks` on its words. What stands beside the core on purpose (L-08) is not told.
    ///
    /// # Errors
    /// As [`Self::typeset`].
    pub fn typeset_marked(&self, doc: &Document, marks: &Marked) -> Outcome<Pages> {
        let mut set = self.set(doc, Some(marks))?;
        set.findings.retain(|f| f.code != "L-08");
        Ok(set)
    }

    fn set(&self, doc: &Document, marks: Option<&Marked>) -> Outcome<Pages> {
        let texts = texts::texts(doc);
        let forbidden = scan::forbidden(&texts);
        if !forbidden.is_empty() {
            return Err(Failure::Rejected(forbidden));
        }
        let laid = plan::lay_out(&self.shared, &self.faces, doc, marks);
        self.forget_old_results();
        let laid = laid?;
        let document = embox::aligned(laid.document, &self.faces);
        let substitutes = substitutes::substitutes(&document, &self.faces, &texts);
        let used = substitutes::faces_used(&document, &self.faces);
        let document = turn::upright(document);
        let mut findings = laid.findings;
        let undrawn = check::undrawn(&document);
        let missing = check::missing_glyphs(&undrawn, &texts);
        findings.extend(missing.iter().cloned());
        findings.extend(check::lost_text(&document, doc, &texts, &undrawn));
        findings.extend(substitutes::notes(&substitutes));
        let pages = Pages::new(document, &doc.info, missing, laid.adjustments)
            .with_faces(used, substitutes)
            .with_data(self.attach_data);
        let sheets = pages.sheets();
        findings.extend(bounds::outside(&sheets, doc));
        findings.extend(bounds::overprinted(&sheets, doc.watermark.as_deref()));
        Ok(Checked { value: pages, findings })
    }

    /// typst remembers intermediate results for ever unless told to forget them. Results that the last
    /// documents used stay: at least two for every thread, so that none loses what it is working with.
    fn forget_old_results(&self) {
        let period = (2 * rayon::current_num_threads()).max(20);
        if self.done.fetch_add(1, Ordering::Relaxed) % period == period - 1 {
            comemo::evict(2);
        }
    }
}
