//! 首页显示正文 (7.2.4, 7.3.2, 7.3.3): the mark shrinks, or the 主送 moves to the 版记.

use super::imprint::ImprintPlace;
use super::labels::labelled;
use super::{Desk, RecipientsPlace, TITLE_PT};
use crate::diag::Failure;
use crate::document::{Block, Document, Form};

/// The mark stays greater than the title as long as something else can give way.
pub(super) const FLOOR_PT: f64 = 24.0;
/// Below this it can no longer be read at arm's length.
const LEAST_PT: f64 = 7.0;

/// Sees to it that page 1 shows text.
pub(super) fn settle(desk: &mut Desk<'_>) -> Result<(), Failure> {
    let Some(began) = page_of_text(desk) else { return Ok(()) };
    if began == 1 {
        return Ok(());
    }
    // First what the standard says of many recipients, then what it says of many issuers.
    let movable = desk.doc.body.recipients.is_some()
        // A letter without 抄送 has no 版记 to take it (10.1).
        && desk.plan.imprint != ImprintPlace::None
        && desk.doc.form != Form::Plain;
    let tries = [
        (RecipientsPlace::Imprint, FLOOR_PT),
        (RecipientsPlace::Body, LEAST_PT),
        (RecipientsPlace::Imprint, LEAST_PT),
    ];
    for (recipients, mark_floor_pt) in tries {
        if recipients == RecipientsPlace::Imprint && !movable {
            continue;
        }
        let plan = super::Plan { recipients, mark_floor_pt, ..desk.plan.clone() };
        let laid = desk.press.run(&plan)?;
        let before = std::mem::replace(&mut desk.laid, laid);
        if page_of_text(desk) == Some(1) {
            desk.plan = plan;
            if recipients == RecipientsPlace::Imprint {
                let what = format!(
                    "主送机关排在标题之下时，正文要到第{began}页才开始；主送机关移至版记，首页显示正文"
                );
                desk.note("L-05", what.clone());
                desk.declare("7.3.2", what, began as f64, 1.0, "页");
            }
            return Ok(());
        }
        desk.laid = before;
    }
    let hint = if desk.doc.imprint.is_none() {
        "减少发文机关标志上的名称，缩短标题；有版记的，主送机关可以移到版记。"
    } else {
        "减少发文机关标志上的名称 (联合行文可以只用主办机关名称)，缩短标题。"
    };
    desk.warn("L-05", format!("首页没有正文：正文自第{began}页开始"), Some(hint));
    Ok(())
}

/// The page where the text proper begins; none if that cannot be told or there is no head above it.
fn page_of_text(desk: &Desk<'_>) -> Option<usize> {
    desk.doc.header.as_ref()?;
    let first = desk.doc.body.blocks.iter().position(is_text)?;
    let marks = labelled(&desk.laid.document, "block-start");
    marks.iter().find(|m| m.index("flow") == 0 && m.index("block") == first).map(|m| m.page)
}

/// Running text, as opposed to headings above it and to tables.
fn is_text(block: &Block) -> bool {
    match block {
        Block::Paragraph { .. } | Block::Article { .. } | Block::List { .. } => true,
        Block::Heading { run_in, .. } => run_in.is_some(),
        Block::Division { .. } | Block::Table(_) | Block::Roster(_) | Block::Figure { .. } => false,
    }
}

/// Says what the style made of the mark.
pub(super) fn declare(desk: &mut Desk<'_>) {
    for mark in labelled(&desk.laid.document, "adjustment") {
        let (Some(before), Some(after)) = (mark.field("before"), mark.field("after")) else {
            continue;
        };
        if mark.says("kind", "mark") {
            let names = names_in_mark(desk.doc);
            let what = format!(
                "发文机关标志有{names}个名称，字号由{before:.1}磅缩为{after:.1}磅，使首页显示正文"
            );
            if after < TITLE_PT {
                let hint = "联合行文可以只用主办机关名称作发文机关标志 (7.2.4)。";
                desk.warn("L-05", format!("{what}，已小于标题"), Some(hint));
            }
            desk.declare("7.2.4", what, before, after, "磅");
        }
    }
}

fn names_in_mark(doc: &Document) -> usize {
    doc.header.as_ref().map_or(0, |h| h.mark.names.len())
}
