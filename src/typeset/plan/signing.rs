//! 署名页有正文 (7.3.5.5): a signature that fell on a page without text is fetched back, or text is sent
//! after it, by the smallest change of pitch that does it.
//!
//! Only the passage on the page before is touched, so that the other pages keep their 22 lines; if that does
//! not do it, the whole text. Above a sealed signature the gap may shrink to what the seal needs (7.3.5.2).

use super::labels::labelled;
use super::search::smallest;
use super::{CELL_PT, Desk, Laid, PITCH_PT, Plan, Squeeze, round};
use crate::diag::Failure;
use crate::document::{Signature, SignatureForm};
use crate::typeset::frames;

/// One step of pitch and of room between characters.
const STEP_PT: f64 = 0.1;
/// Steps that a reader hardly sees: 27.7 to 31.5 pt.
const DISCREET: i32 = 19;
/// Steps that show: 33.1 pt, and 27.1 pt, below which lines crowd.
const STRETCH: i32 = 35;
const SHRINK: i32 = 25;
/// Lines that a page may leave free as a last resort: a short text on page 1 cannot be stretched far enough.
const FREE_LINES: i32 = 12;
/// Steps of the room between characters: 27 or 29 characters a line.
const TRACKING: i32 = 6;
/// The mark and a watermark are larger than this, text is smaller.
const TEXT_PT: f64 = 30.0;

/// Sees to it that every signature has text above it on its page.
pub(super) fn settle(desk: &mut Desk<'_>) -> Result<(), Failure> {
    let mut given_up = Vec::new();
    while let Some(lonely) = lonely(&desk.laid).into_iter().find(|l| !given_up.contains(&l.flow)) {
        match mend(desk, &lonely)? {
            Some(mended) => {
                say(desk, &lonely, &mended.squeeze);
                let plan = desk.plan.squeezed(mended.squeeze);
                desk.take(plan, mended.laid);
            }
            None => {
                let message =
                    format!("署名所在的第{}页没有正文，调整行距、字距也不能避免", lonely.page);
                desk.warn("L-03", message, Some("增减正文字数，使署名页至少有一行正文。"));
            }
        }
        // Once for each flow: a mended one stays mended.
        given_up.push(lonely.flow);
    }
    for (from, to, names) in tall(&desk.laid, desk) {
        desk.note("L-03", format!("署名有{names}个，一页排不下，自第{from}页排到第{to}页"));
    }
    Ok(())
}

/// Signatures higher than a page: first and last page, number of names.
fn tall(laid: &Laid, desk: &Desk<'_>) -> Vec<(usize, usize, usize)> {
    let marks = labelled(&laid.document, "signature-page");
    let runs = frames::runs(&laid.document);
    let last = |flow: usize, from: usize| {
        let signature = signature_of(desk, flow)?;
        let date = runs.iter().find(|r| r.page + 1 >= from && r.text == signature.date)?;
        Some((from, date.page + 1, signature.names.len()))
    };
    let pages = marks.iter().filter_map(|m| last(m.index("flow"), m.page));
    pages.filter(|(from, to, _)| from < to).collect()
}

/// A signature without text above it.
struct Lonely {
    flow: usize,
    /// Its page, from 1.
    page: usize,
}

/// What was found to mend it.
struct Mended {
    squeeze: Squeeze,
    laid: Laid,
}

fn signature_of<'a>(desk: &'a Desk<'_>, flow: usize) -> Option<&'a Signature> {
    match flow.checked_sub(1) {
        None => desk.doc.body.signature.as_ref(),
        Some(part) => desk.doc.parts.get(part)?.signature.as_ref(),
    }
}

fn mend(desk: &Desk<'_>, lonely: &Lonely) -> Result<Option<Mended>, Failure> {
    let sealed = signature_of(desk, lonely.flow).is_some_and(|s| s.form == SignatureForm::Sealed);
    let passages = passages(&desk.laid, lonely);
    if sealed && let Some(&from) = passages.first() {
        let gap = Squeeze { flow: lonely.flow, from, tight: true, ..Squeeze::default() };
        if let Some(laid) = attempt(desk, gap)? {
            return Ok(Some(Mended { squeeze: gap, laid }));
        }
    }
    for (most, least) in [(DISCREET, DISCREET), (STRETCH, SHRINK)] {
        for &from in &passages {
            let base = Squeeze { flow: lonely.flow, from, ..Squeeze::default() };
            if let Some(mended) = by_pitch(desk, base, sealed, most, least)? {
                return Ok(Some(mended));
            }
        }
        if most == DISCREET {
            for &from in &passages {
                let base = Squeeze { flow: lonely.flow, from, ..Squeeze::default() };
                if let Some(mended) = by_tracking(desk, base, sealed)? {
                    return Ok(Some(mended));
                }
            }
        }
    }
    for &from in &passages {
        // Too many lines do not fit under what must stay: every step is tried.
        for free_lines in 1..=FREE_LINES {
            let squeeze = Squeeze { flow: lonely.flow, from, free_lines, ..Squeeze::default() };
            if let Some(laid) = attempt(desk, squeeze)? {
                return Ok(Some(Mended { squeeze, laid }));
            }
        }
    }
    Ok(None)
}

/// The smallest change of pitch, either way.
fn by_pitch(
    desk: &Desk<'_>,
    base: Squeeze,
    sealed: bool,
    stretch: i32,
    shrink: i32,
) -> Result<Option<Mended>, Failure> {
    let wider = |n: i32| Squeeze { pitch_pt: round(STEP_PT * f64::from(n)), ..base };
    let closer =
        |n: i32| Squeeze { pitch_pt: round(-STEP_PT * f64::from(n)), tight: sealed, ..base };
    let up = smallest(stretch, |n| attempt(desk, wider(n)))?;
    let reach = up.as_ref().map_or(shrink, |(n, _)| shrink.min(n - 1));
    let down = if reach > 0 { smallest(reach, |n| attempt(desk, closer(n)))? } else { None };
    Ok(match (up, down) {
        (_, Some((n, laid))) => Some(Mended { squeeze: closer(n), laid }),
        (Some((n, laid)), None) => Some(Mended { squeeze: wider(n), laid }),
        (None, None) => None,
    })
}

/// The smallest change of the room between characters. What it does to line ends knows no order, so every
/// step is tried.
fn by_tracking(desk: &Desk<'_>, base: Squeeze, sealed: bool) -> Result<Option<Mended>, Failure> {
    for n in 1..=TRACKING {
        for sign in [-1.0, 1.0] {
            let tracking_pt = round(sign * STEP_PT * f64::from(n));
            let squeeze = Squeeze { tracking_pt, tight: sealed && sign < 0.0, ..base };
            if let Some(laid) = attempt(desk, squeeze)? {
                return Ok(Some(Mended { squeeze, laid }));
            }
        }
    }
    Ok(None)
}

fn attempt(desk: &Desk<'_>, squeeze: Squeeze) -> Result<Option<Laid>, Failure> {
    let plan: Plan = desk.plan.squeezed(squeeze);
    let laid = desk.press.run(&plan)?;
    let still = lonely(&laid).iter().any(|l| l.flow == squeeze.flow);
    Ok((!still).then_some(laid))
}

/// From which block on to squeeze: what begins on the page before the signature's, then everything.
fn passages(laid: &Laid, lonely: &Lonely) -> Vec<usize> {
    let marks = labelled(&laid.document, "block-start");
    let on_page = marks
        .iter()
        .find(|m| m.index("flow") == lonely.flow && m.page + 1 >= lonely.page)
        .map(|m| m.index("block"));
    // A page within one long block has no beginning of its own: that block is the passage.
    let before =
        || marks.iter().rev().find(|m| m.index("flow") == lonely.flow).map(|m| m.index("block"));
    let mut out = vec![on_page.or_else(before).unwrap_or(0), 0];
    out.dedup();
    out
}

fn lonely(laid: &Laid) -> Vec<Lonely> {
    let marks = labelled(&laid.document, "signature-page");
    if marks.is_empty() {
        return Vec::new();
    }
    let notes = labelled(&laid.document, "notes-start").pop();
    let runs = frames::runs(&laid.document);
    let mut out = Vec::new();
    for mark in &marks {
        let flow = mark.index("flow");
        // One that is higher than a page begins below the text; no later page of it can have any.
        let page = mark.page;
        let mut end = mark.y_mm;
        // 附件说明 is not text.
        if flow == 0
            && let Some(notes) = &notes
        {
            if notes.page == page {
                end = end.min(notes.y_mm);
            } else if notes.page < page {
                end = 0.0;
            }
        }
        let text_above = runs.iter().any(|run| {
            run.page + 1 == page && run.y < end && run.size < TEXT_PT && !run.text.is_empty()
        });
        if !text_above {
            out.push(Lonely { flow, page });
        }
    }
    out
}

fn say(desk: &mut Desk<'_>, lonely: &Lonely, squeeze: &Squeeze) {
    let page = lonely.page;
    let fell = format!("署名原落在没有正文的第{page}页");
    let mut done = Vec::new();
    if squeeze.tight {
        done.push("署名与正文的间隔收到印章所需".to_owned());
    }
    if squeeze.pitch_pt != 0.0 {
        let after = PITCH_PT + squeeze.pitch_pt;
        done.push(format!("行距由{PITCH_PT:.1}磅改为{after:.1}磅"));
    }
    if squeeze.tracking_pt != 0.0 {
        let after = CELL_PT + squeeze.tracking_pt;
        done.push(format!("字距由{CELL_PT:.1}磅改为{after:.1}磅"));
    }
    if squeeze.free_lines > 0 {
        let n = squeeze.free_lines;
        done.push(format!("前一页末尾空出{n}行，末行随署名移到署名页"));
    }
    let what = format!("{fell}，{}", done.join("，"));
    desk.note("L-03", what.clone());
    let (before, after, unit) = if squeeze.tracking_pt != 0.0 {
        (CELL_PT, CELL_PT + squeeze.tracking_pt, "磅")
    } else if squeeze.pitch_pt != 0.0 {
        (PITCH_PT, PITCH_PT + squeeze.pitch_pt, "磅")
    } else if squeeze.free_lines > 0 {
        (0.0, f64::from(squeeze.free_lines), "行")
    } else {
        (f64::from(u32::try_from(page).unwrap_or(u32::MAX)), page.saturating_sub(1) as f64, "页")
    };
    desk.declare("7.3.5.5", what, before, after, unit);
}

/// Says where a long name pushed the date.
pub(super) fn declare(desk: &mut Desk<'_>) {
    for mark in labelled(&desk.laid.document, "adjustment") {
        if let (true, Some(before), Some(after)) =
            (mark.says("kind", "long-name"), mark.field("before"), mark.field("after"))
        {
            let what = format!(
                "署名过长，改为右空二字，成文日期在其下居中，右空由{before:.0}字改为{after:.1}字"
            );
            desk.declare("7.3.5.2", what, before, after, "字");
        }
    }
}
