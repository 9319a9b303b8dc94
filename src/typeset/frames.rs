//! Reading finished frames.

use typst::layout::{Abs, Frame, FrameItem, Point, Transform};
use typst::text::TextItem;
use typst_layout::PagedDocument;

/// A run of text on a page.
pub(super) struct Run {
    /// Page, counted from 0.
    pub(super) page: usize,
    /// Baseline from the page's top, in millimetres.
    pub(super) y: f64,
    /// Size in points.
    pub(super) size: f64,
    /// Its text without white space.
    pub(super) text: String,
}

/// Calls `see` for each run of text with its place on the page.
pub(super) fn walk(frame: &Frame, at: Transform, see: &mut dyn FnMut(Point, &TextItem)) {
    for (pos, item) in frame.items() {
        match item {
            FrameItem::Group(group) => {
                let moved =
                    at.pre_concat(Transform::translate(pos.x, pos.y)).pre_concat(group.transform);
                walk(&group.frame, moved, see);
            }
            FrameItem::Text(text) => see(pos.transform(at), text),
            _ => {}
        }
    }
}

/// All runs, page by page, in the order of the frames.
pub(super) fn runs(document: &PagedDocument) -> Vec<Run> {
    let mut runs = Vec::new();
    for (page, sheet) in document.pages().iter().enumerate() {
        walk(&sheet.frame, Transform::identity(), &mut |pos, text| {
            let plain: String = text.text.chars().filter(|c| !c.is_whitespace()).collect();
            runs.push(Run { page, y: mm(pos.y), size: text.size.to_pt(), text: plain });
        });
    }
    runs
}

/// Millimetres.
pub(super) fn mm(length: Abs) -> f64 {
    length.to_mm()
}
