//! 版面计划: what a style cannot settle in one pass.
//!
//! Three things of a document depend on where others fell, and must not move them in turn; so the document is
//! laid out, its frames are read, and it is laid out again with one more thing settled:
//! - page 1 must show text (7.3.2, 7.3.3): the red mark shrinks, or the 主送 moves to the 版记 ([`first_page`]);
//! - the page of a signature must show text (7.3.5.5): the smallest change of pitch that does it ([`signing`]);
//! - the 版记 stands on the last, even side (7.4.1): on the page where the text ends, if need be after a
//!   squeeze of some tenths of a point, or on a page of its own ([`imprint`]).
//!
//! Whatever was changed is said as an [`Adjustment`].

mod first_page;
mod imprint;
mod labels;
mod press;
mod search;
mod signing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;
use typst_layout::PagedDocument;

use self::imprint::ImprintPlace;
use self::press::Press;
use super::adjustment::Adjustment;
use super::faces::{FaceSet, Ink};
use super::world::Shared;
use crate::diag::{Diagnostic, Failure};
use crate::document::{Document, Form, Marked, break_name};

/// Line pitch that fills the core with 22 lines.
const PITCH_PT: f64 = 29.609;
/// Advance of a character that fills a line with 28 of them.
const CELL_PT: f64 = 15.793;
/// Size of 2号, which the mark should exceed.
const TITLE_PT: f64 = 22.0;

/// `layout.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Plan {
    imprint: ImprintPlace,
    /// Room above and below the words of each row of the 版记.
    imprint_pad_mm: f64,
    recipients: RecipientsPlace,
    /// A mark of one long name in two lines, broken where its words end.
    mark_halves: Option<Vec<String>>,
    /// The ink of the mark's characters.
    mark_inks: BTreeMap<String, Ink>,
    /// Names and posts too long for a line, in two lines broken where words end.
    folds: BTreeMap<String, Vec<String>>,
    /// Below this size the mark does not shrink.
    mark_floor_pt: f64,
    squeeze: Vec<Squeeze>,
    /// Virtual files of the pictures, by their names.
    assets: BTreeMap<String, String>,
}

/// Where the 主送机关 stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum RecipientsPlace {
    /// Above the text (7.3.2).
    Body,
    /// In the 版记, because page 1 would otherwise show no text (7.3.2).
    Imprint,
}

/// 行距、字距的微调 of one flow of text, from one of its blocks on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
struct Squeeze {
    /// 0 for the main text, then the parts in order.
    flow: usize,
    /// The first block that it touches.
    from: usize,
    /// Change of the line pitch.
    pitch_pt: f64,
    /// Change of the room between characters.
    tracking_pt: f64,
    /// Whether the gap above a sealed signature shrinks to what the seal needs.
    tight: bool,
    /// Lines left free at the foot of the page on which `from` begins, so that its last line goes on with the
    /// signature.
    free_lines: i32,
}

impl Plan {
    fn squeezed(&self, squeeze: Squeeze) -> Self {
        let mut plan = self.clone();
        plan.squeeze.retain(|s| s.flow != squeeze.flow);
        plan.squeeze.push(squeeze);
        plan
    }
}

/// A document laid out for good.
pub(super) struct Laid {
    pub(super) document: PagedDocument,
    pub(super) findings: Vec<Diagnostic>,
    pub(super) adjustments: Vec<Adjustment>,
}

/// What the steps agree on as they go.
struct Desk<'a> {
    press: Press<'a>,
    doc: &'a Document,
    plan: Plan,
    laid: Laid,
    findings: Vec<Diagnostic>,
    adjustments: Vec<Adjustment>,
}

impl Desk<'_> {
    /// Takes `laid`, which `plan` gave, as what the next step begins with.
    fn take(&mut self, plan: Plan, laid: Laid) {
        self.plan = plan;
        self.laid = laid;
    }

    /// Says what was adjusted: nothing is left to do.
    fn note(&mut self, code: &'static str, message: String) {
        self.findings.push(Diagnostic::note(code, message));
    }

    fn warn(&mut self, code: &'static str, message: String, hint: Option<&str>) {
        let mut finding = Diagnostic::warning(code, message);
        if let Some(hint) = hint {
            finding = finding.hint(hint);
        }
        self.findings.push(finding);
    }

    fn declare(&mut self, clause: &str, what: String, before: f64, after: f64, unit: &str) {
        self.adjustments.push(Adjustment {
            clause: format!("GB/T 9704-2012 {clause}"),
            what,
            before: round(before),
            after: round(after),
            unit: unit.to_owned(),
        });
    }
}

/// To hundredths: nothing on paper is finer.
fn round(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

/// Characters of a mark beyond which one line would hardly exceed the title in size (7.2.4).
const MARK_LINE: usize = 17;

fn mark_halves(doc: &Document) -> Option<Vec<String>> {
    let mark = &doc.header.as_ref()?.mark;
    let letter = doc.form == Form::Letter;
    let whole = match mark.names.as_slice() {
        // 10.1: a letter bears the host's name alone.
        [first, ..] if letter => first.clone(),
        [only] => format!("{only}{}", mark.suffix),
        _ => return None,
    };
    (whole.chars().count() > MARK_LINE).then(|| break_name(&whole))
}

fn mark_inks(faces: &FaceSet, doc: &Document) -> BTreeMap<String, Ink> {
    let Some(header) = &doc.header else { return BTreeMap::new() };
    let words = format!("{}{}", header.mark.names.concat(), header.mark.suffix);
    faces.inks("biaosong", &words)
}

/// Characters of an issuer's name beyond which it does not stand in one line left of 右空四字 (7.3.5).
const NAME_LINE: usize = 24;
/// Characters of a post beyond which it does not stand in one line left of the stamp (7.3.5.3).
const POST_LINE: usize = 14;

fn folds(doc: &Document) -> BTreeMap<String, Vec<String>> {
    let parts = doc.parts.iter().filter_map(|p| p.signature.as_ref());
    let mut out = BTreeMap::new();
    for signature in doc.body.signature.iter().chain(parts) {
        let names = signature.names.iter().filter(|n| n.chars().count() > NAME_LINE);
        let posts = signature.posts.iter().filter(|p| p.chars().count() > POST_LINE);
        out.extend(names.chain(posts).map(|words| (words.clone(), break_name(words))));
    }
    out
}

/// Lays `doc` out as often as it takes.
pub(super) fn lay_out(
    shared: &Shared,
    faces: &FaceSet,
    doc: &Document,
    marked: Option<&Marked>,
) -> Result<Laid, Failure> {
    let press = Press::new(shared, doc, marked)?;
    let plan = Plan {
        imprint: imprint::at_first(doc),
        imprint_pad_mm: imprint::PAD_MM,
        recipients: RecipientsPlace::Body,
        mark_halves: mark_halves(doc),
        mark_inks: mark_inks(faces, doc),
        folds: folds(doc),
        mark_floor_pt: first_page::FLOOR_PT,
        squeeze: Vec::new(),
        assets: press.assets(),
    };
    let laid = press.run(&plan)?;
    let (findings, adjustments) = (Vec::new(), Vec::new());
    let mut desk = Desk { press, doc, plan, laid, findings, adjustments };
    first_page::settle(&mut desk)?;
    signing::settle(&mut desk)?;
    imprint::settle(&mut desk)?;
    first_page::declare(&mut desk);
    signing::declare(&mut desk);
    let Desk { mut laid, findings, adjustments, .. } = desk;
    laid.findings.extend(findings);
    laid.adjustments = adjustments;
    Ok(laid)
}
