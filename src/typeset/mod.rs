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

mod bounds;
mod check;
mod flow;
mod fonts;
mod frames;
mod pages;
mod plan;
mod scan;
mod texts;
mod turn;
mod world;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use pages::Pages;

use crate::diag::{Checked, Failure, Outcome};
use crate::document::Document;

/// 排版机: fonts, style and typst's library, loaded once for a process and shared by its threads.
pub struct Typesetter {
    shared: world::Shared,
    done: AtomicUsize,
}

impl Typesetter {
    /// Loads the fonts that `fonts_dir/fonts.toml` lists (checking each file's SHA-256) and the style
    /// `styles_dir/gb9704`.
    pub fn load(fonts_dir: &Path, styles_dir: &Path) -> Outcome<Self> {
        let fonts = fonts::load(fonts_dir);
        let sources = world::read_style(&styles_dir.join("gb9704"));
        match (fonts, sources) {
            (Ok(fonts), Ok(sources)) => Ok(Checked::clean(Self {
                shared: world::Shared::new(fonts, sources),
                done: AtomicUsize::new(0),
            })),
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
    /// core (L-06) and text over text (L-07) come back as errors beside the pages, which may still be looked at.
    pub fn typeset(&self, doc: &Document) -> Outcome<Pages> {
        let texts = texts::texts(doc);
        let forbidden = scan::forbidden(&texts);
        if !forbidden.is_empty() {
            return Err(Failure::Rejected(forbidden));
        }
        let laid = plan::lay_out(&self.shared, doc);
        self.forget_old_results();
        let laid = laid?;
        let document = turn::upright(laid.document);
        let mut findings = laid.findings;
        let missing = check::missing_glyphs(&document, &texts);
        findings.extend(missing.iter().cloned());
        findings.extend(check::lost_text(&document, doc, &texts));
        findings.extend(bounds::outside(&document, doc));
        findings.extend(bounds::overprinted(&document, doc));
        Ok(Checked { value: Pages::new(document, &doc.info, missing), findings })
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
