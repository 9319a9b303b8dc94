//! 版记的位置 (7.4.1, 7.5): at the foot of the last side, which is an even page of paper printed on both
//! sides; in a letter (10.1) wherever the text ends.

use serde::Serialize;
use typst_layout::PagedDocument;

use super::labels::labelled;
use super::search::smallest;
use super::{Desk, Laid, PITCH_PT, Plan, Squeeze, round};
use crate::diag::{Diagnostic, Failure};
use crate::document::{Document, Form};
use crate::typeset::turn;

/// Lower edge of the core.
const CORE_BOTTOM_MM: f64 = 262.0;
/// Room above and below the words of a row of the 版记, and the least of it.
pub(super) const PAD_MM: f64 = 1.2;
const PAD_LEAST_MM: f64 = 0.7;
/// Tenths of a point that the pitch of the last page may give.
const TENTHS: i32 = 6;

/// Where the 版记 goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ImprintPlace {
    /// Not settled yet: the first pass.
    Auto,
    /// At the foot of the page where the text ends.
    Same,
    /// At the foot of a page of its own.
    Next,
    /// On a page of its own after an empty one; neither carries a number (7.5).
    BlankNext,
    /// There is none.
    None,
}

/// What is known of it before anything is laid out.
pub(super) fn at_first(doc: &Document) -> ImprintPlace {
    let Some(imprint) = &doc.imprint else { return ImprintPlace::None };
    // 10.1: the 版记 of a letter has no 印发机关 and no 印发日期; without 抄送 nothing is left of it.
    if doc.form == Form::Letter && imprint.copies.is_none() {
        return ImprintPlace::None;
    }
    ImprintPlace::Auto
}

/// Puts the 版记 in its place.
pub(super) fn settle(desk: &mut Desk<'_>) -> Result<(), Failure> {
    if desk.plan.imprint != ImprintPlace::Auto {
        return Ok(());
    }
    let mut end = end_of_text(&desk.laid.document)?;
    let mut place = place_for(end.page, end.fits(), desk.doc.form);
    if place == ImprintPlace::BlankNext
        && !end.landscape
        && let Some((plan, laid)) = squeezed(desk, &end)?
    {
        end = end_of_text(&laid.document)?;
        place = ImprintPlace::Same;
        desk.take(plan, laid);
    }
    let plan = Plan { imprint: place, ..desk.plan.clone() };
    let last_page = end.page
        + match place {
            ImprintPlace::Next => 1,
            ImprintPlace::BlankNext => 2,
            ImprintPlace::Auto | ImprintPlace::Same | ImprintPlace::None => 0,
        };
    let laid = desk.press.run(&plan)?;
    let pages = laid.document.pages().len();
    desk.take(plan, laid);
    if pages != last_page {
        let message = format!("版记应在第{last_page}页，排完却共{pages}页");
        let hint = "这是样式的问题：版记不得改变正文的分页。";
        desk.findings.push(Diagnostic::error("L-04", message).hint(hint));
    }
    Ok(())
}

/// Makes room on the page where the text ends: the rows of the 版记 closer, then the pitch of what begins on
/// that page.
fn squeezed(desk: &mut Desk<'_>, end: &End) -> Result<Option<(Plan, Laid)>, Failure> {
    let page = end.page;
    let lacking = end.y_mm + end.imprint_mm - CORE_BOTTOM_MM;
    let close = Plan { imprint_pad_mm: PAD_LEAST_MM, ..desk.plan.clone() };
    let laid = desk.press.run(&close)?;
    if fits_on(&laid, page)? {
        let what = format!(
            "版记在第{page}页差{lacking:.1}毫米排不下，各栏上下的空由{PAD_MM}毫米收为{PAD_LEAST_MM}毫米"
        );
        desk.note("L-06", what.clone());
        desk.declare("7.4.1", what, PAD_MM, PAD_LEAST_MM, "毫米");
        return Ok(Some((close, laid)));
    }
    let flow = desk.doc.parts.len();
    if desk.plan.squeeze.iter().any(|s| s.flow == flow) {
        return Ok(None);
    }
    let from = labelled(&desk.laid.document, "block-start")
        .iter()
        .find(|m| m.index("flow") == flow && m.page >= page)
        .map_or(0, |m| m.index("block"));
    let squeeze =
        |n: i32| Squeeze { flow, from, pitch_pt: round(-0.1 * f64::from(n)), ..Squeeze::default() };
    let press = &desk.press;
    let found = smallest(TENTHS, |n| {
        let plan = close.squeezed(squeeze(n));
        let laid = press.run(&plan)?;
        Ok(fits_on(&laid, page)?.then_some((plan, laid)))
    })?;
    let Some((n, made)) = found else { return Ok(None) };
    let after = PITCH_PT + squeeze(n).pitch_pt;
    let what = format!(
        "版记在第{page}页差{lacking:.1}毫米排不下，该页行距由{PITCH_PT:.1}磅改为{after:.1}磅"
    );
    desk.note("L-06", what.clone());
    desk.declare("7.4.1", what, PITCH_PT, after, "磅");
    let closer = format!("第{page}页版记各栏上下的空由{PAD_MM}毫米收为{PAD_LEAST_MM}毫米");
    desk.declare("7.4.1", closer, PAD_MM, PAD_LEAST_MM, "毫米");
    Ok(Some(made))
}

fn fits_on(laid: &Laid, page: usize) -> Result<bool, Failure> {
    let end = end_of_text(&laid.document)?;
    Ok(end.page == page && end.fits())
}

/// Where the text ended, and the 版记 that shall follow it.
struct End {
    page: usize,
    y_mm: f64,
    imprint_mm: f64,
    landscape: bool,
}

impl End {
    fn fits(&self) -> bool {
        !self.landscape && self.y_mm + self.imprint_mm <= CORE_BOTTOM_MM + 0.01
    }
}

fn end_of_text(document: &PagedDocument) -> Result<End, Failure> {
    let end = labelled(document, "body-end").pop();
    let height = labelled(document, "imprint-height").pop().and_then(|m| m.number);
    let (Some(end), Some(imprint_mm)) = (end, height) else {
        let message = "样式没有标出 <body-end> 和 <imprint-height>，定不了版记的位置";
        return Err(Failure::Faulty(vec![Diagnostic::error("K-07", message)]));
    };
    let landscape = end
        .page
        .checked_sub(1)
        .and_then(|i| document.pages().get(i))
        .is_some_and(turn::is_landscape);
    Ok(End { page: end.page, y_mm: end.y_mm, imprint_mm, landscape })
}

pub(super) fn place_for(page: usize, fits: bool, form: Form) -> ImprintPlace {
    let even = page.is_multiple_of(2);
    match (fits, even, form) {
        (true, _, Form::Letter) | (true, true, _) => ImprintPlace::Same,
        (false, _, Form::Letter) | (_, false, _) => ImprintPlace::Next,
        (false, true, _) => ImprintPlace::BlankNext,
    }
}
