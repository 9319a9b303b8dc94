//! 字面框对齐: every face's em box is put where the style's lines expect it.
//!
//! Faces differ in how high the em box sits on the baseline (Fandol 0.80 em, Noto 0.88 em); set on one
//! baseline, a borrowed 鈜 or a heading in 黑体 stands half a millimetre too high. Lines are built for an em
//! box of [`NOMINAL_EM_TOP`], so each run moves by the difference. Letters and figures that a lender
//! draws keep the baseline: they belong with the letters beside them.

use typst::layout::{Abs, Frame, FrameItem, GroupItem, Point};
use typst::model::Document as _;
use typst::text::TextItem;
use typst_layout::{Page, PagedDocument};

use super::faces::{FaceSet, NOMINAL_EM_TOP};

/// Less than this is not worth a move: 0.05 mm at 3 号.
const STILL_EM: f64 = 0.0088;

/// The document with every run's em box in its place.
pub(super) fn aligned(document: PagedDocument, faces: &FaceSet) -> PagedDocument {
    let moved: Vec<Option<Frame>> =
        document.pages().iter().map(|page| frame(&page.frame, faces)).collect();
    if moved.iter().all(Option::is_none) {
        return document;
    }
    let pages = document
        .pages()
        .iter()
        .zip(moved)
        .map(|(page, moved)| match moved {
            Some(frame) => Page { frame, ..page.clone() },
            None => page.clone(),
        })
        .collect();
    PagedDocument::new(pages, document.info().clone())
}

/// The frame with its runs moved; none if nothing moves.
fn frame(old: &Frame, faces: &FaceSet) -> Option<Frame> {
    let mut new: Option<Frame> = None;
    // The items before the first change are copied when it comes.
    for (i, (pos, item)) in old.items().enumerate() {
        let changed = match item {
            FrameItem::Text(text) => moved(*pos, text, faces),
            FrameItem::Group(group) => frame(&group.frame, faces).map(|inner| {
                vec![(*pos, FrameItem::Group(GroupItem { frame: inner, ..group.clone() }))]
            }),
            _ => None,
        };
        match (&mut new, changed) {
            (None, None) => {}
            (Some(new), None) => new.push(*pos, item.clone()),
            (slot, Some(items)) => {
                let new = slot.get_or_insert_with(|| {
                    let mut copy = Frame::new(old.size(), old.kind());
                    if old.has_baseline() {
                        copy.set_baseline(old.baseline());
                    }
                    copy.push_multiple(old.items().take(i).cloned());
                    copy
                });
                new.push_multiple(items);
            }
        }
    }
    new
}

/// The run in its place, in pieces if only part of it moves; none if it stays.
fn moved(pos: Point, run: &TextItem, faces: &FaceSet) -> Option<Vec<(Point, FrameItem)>> {
    let number = faces.number(run.font.font())?;
    let down = faces.faces.get(number)?.em_top? - NOMINAL_EM_TOP;
    if down.abs() < STILL_EM {
        return None;
    }
    let down = Abs::pt(run.size.to_pt() * down);
    if faces.is_own(number) {
        return Some(vec![(Point::new(pos.x, pos.y + down), FrameItem::Text(run.clone()))]);
    }
    let in_box = |range: std::ops::Range<usize>| {
        run.text.get(range).and_then(|s| s.chars().next()).is_none_or(fills_em_box)
    };
    let mut pieces = Vec::new();
    let mut x = pos.x;
    for glyphs in run.glyphs.chunk_by(|a, b| in_box(a.range()) == in_box(b.range())) {
        let start = glyphs.iter().map(|g| g.range.start).min()?;
        let end = glyphs.iter().map(|g| g.range.end).max()?;
        let mut piece = run.clone();
        piece.text = run.text.get(usize::from(start)..usize::from(end))?.into();
        piece.glyphs = glyphs.to_vec();
        for glyph in &mut piece.glyphs {
            glyph.range = glyph.range.start - start..glyph.range.end - start;
        }
        let y = if in_box(glyphs.first()?.range()) { pos.y + down } else { pos.y };
        let width = piece.width();
        pieces.push((Point::new(x, y), FrameItem::Text(piece)));
        x += width;
    }
    Some(pieces)
}

/// Whether a character is drawn for the em box (Han, full-width signs, enclosed figures) and not for the
/// baseline (letters and figures).
pub(super) fn fills_em_box(c: char) -> bool {
    u32::from(c) >= 0x2E80 || matches!(u32::from(c), 0x2460..=0x27BF) || FaceSet::is_sign(c)
}
