//! 横排页: a landscape page laid on its side on the portrait sheet it is printed on.
//!
//! GB/T 9704-2012 第8章: an A4 table set crosswise has its head at the binding edge on odd pages and at
//! the cutting edge on even ones. Both are the sheet's left edge, so every such page is turned by 90°
//! anticlockwise. Text, tags and links turn with it.

use typst::layout::{Abs, Frame, FrameItem, GroupItem, Point, Ratio, Size, Transform};
use typst::model::Document as _;
use typst_layout::{Page, PagedDocument};

/// The document with every landscape page turned.
pub(super) fn upright(document: PagedDocument) -> PagedDocument {
    if document.pages().iter().all(|page| !is_landscape(page)) {
        return document;
    }
    let pages = document
        .pages()
        .iter()
        .map(|page| if is_landscape(page) { turned(page) } else { page.clone() })
        .collect();
    PagedDocument::new(pages, document.info().clone())
}

/// Whether a page lies on its side.
pub(super) fn is_landscape(page: &Page) -> bool {
    page.frame.width() > page.frame.height()
}

fn turned(page: &Page) -> Page {
    let inner = page.frame.clone();
    let (width, height) = (inner.width(), inner.height());
    let mut frame = Frame::hard(Size::new(height, width));
    let mut group = GroupItem::new(inner);
    // (x, y) goes to (y, width − x).
    group.transform = Transform {
        sx: Ratio::zero(),
        kx: Ratio::one(),
        tx: Abs::zero(),
        ky: -Ratio::one(),
        sy: Ratio::zero(),
        ty: width,
    };
    frame.push(Point::zero(), FrameItem::Group(group));
    Page { frame, ..page.clone() }
}
