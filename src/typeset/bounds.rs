//! Nothing outside the core (L-06), nothing over anything else (L-07): read from the finished frames, on every
//! document, since neither the engine nor the text says so.

use std::collections::BTreeMap;

use typst::layout::{Abs, Frame, FrameItem, Point, Transform};
use typst::text::TextItem;
use typst::visualize::{Color, Paint, Shape};
use typst_layout::PagedDocument;

use super::check::{BELOW_CORE_MM, WATERMARK_PT, squash};
use crate::diag::Diagnostic;
use crate::document::Document;

/// 版心 (5.2.1): left, top, right, bottom edge in mm.
const CORE_MM: [f64; 4] = [28.0, 37.0, 184.0, 262.0];
/// The standard's own tolerance of the core's place.
const TOLERANCE_MM: f64 = 1.0;
/// An opening bracket at the beginning of a line is set with its empty half outside.
const BRACKET_MM: f64 = 3.0;
/// The mark of a letter stands above the core (10.1).
const LETTER_TOP_MM: f64 = 29.0;
/// Part of a character's height and, in mm, of its breadth that another one may touch.
const TOUCH: f64 = 0.2;
const TOUCH_MM: f64 = 1.0;

/// A box on a page in mm from its top left.
#[derive(Clone, Copy)]
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

/// Something on a page.
struct Mark {
    area: Area,
    /// Size in points; none for a rule or a picture.
    size: Option<f64>,
    /// In colour: the red mark and rules, a watermark.
    coloured: bool,
    text: String,
}

/// L-06 for each page and side over which something stands.
pub(super) fn outside(document: &PagedDocument, doc: &Document) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (page, sheet) in document.pages().iter().enumerate() {
        // Side → the farthest offence and how many there are.
        let mut worst: BTreeMap<usize, (f64, String, usize)> = BTreeMap::new();
        for mark in marks(&sheet.frame, doc) {
            for (side, over) in beyond(&mark).into_iter().enumerate() {
                if over > TOLERANCE_MM {
                    let entry = worst.entry(side).or_insert_with(|| (0.0, String::new(), 0));
                    entry.2 += 1;
                    if over > entry.0 {
                        (entry.0, entry.1) = (over, name(&mark));
                    }
                }
            }
        }
        for (side, (over, what, count)) in worst {
            let side = ["左", "上", "右", "下"][side];
            let more = if count > 1 { format!("，共{count}处") } else { String::new() };
            let message = format!("第{}页{what}超出版心{side}边{over:.1}毫米{more}", page + 1);
            out.push(Diagnostic::error("L-06", message).hint(
                "把过长的词语、网址断开或缩短，表格过宽时减少栏数或改用横排；仍不能避免的，是样式的问题，所出文件不得使用。",
            ));
        }
    }
    out
}

/// L-07 for each page on which text stands over text.
pub(super) fn overprinted(document: &PagedDocument, doc: &Document) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (page, sheet) in document.pages().iter().enumerate() {
        let mut marks = marks(&sheet.frame, doc);
        marks.retain(|m| m.size.is_some());
        marks.sort_by(|a, b| a.area.top.total_cmp(&b.area.top));
        let mut found: Option<(String, usize)> = None;
        for (i, upper) in marks.iter().enumerate() {
            for lower in marks.iter().skip(i + 1) {
                if lower.area.top >= upper.area.bottom {
                    break;
                }
                if overlap(&upper.area, &lower.area) {
                    let pair = || (format!("{}与{}", name(upper), name(lower)), 0);
                    found.get_or_insert_with(pair).1 += 1;
                }
            }
        }
        if let Some((pair, count)) = found {
            let more = if count > 1 { format!("，共{count}处") } else { String::new() };
            let message = format!("第{}页{pair}叠印在一起{more}", page + 1);
            out.push(Diagnostic::error("L-07", message).hint("这是样式的问题，所出文件不得使用。"));
        }
    }
    out
}

fn overlap(a: &Area, b: &Area) -> bool {
    let width = a.right.min(b.right) - a.left.max(b.left);
    let height = a.bottom.min(b.bottom) - a.top.max(b.top);
    let least = (a.bottom - a.top).min(b.bottom - b.top);
    width > TOUCH_MM.min((a.right - a.left).min(b.right - b.left) / 2.0) && height > TOUCH * least
}

/// How far a mark stands over the left, top, right and bottom edge.
fn beyond(mark: &Mark) -> [f64; 4] {
    let [left, top, right, bottom] = CORE_MM;
    let a = &mark.area;
    // The page number (7.5) stands below the core, the rules of a letter (10.1) beside and below it.
    let number = mark.size.is_some()
        && a.top > BELOW_CORE_MM - 5.0
        && mark.text.chars().all(|c| c.is_ascii_digit() || matches!(c, '—' | '-'));
    if number || (mark.coloured && mark.size.is_none()) {
        return [0.0; 4];
    }
    let left = if mark.text.starts_with(['（', '《', '〈', '“', '‘', '〔', '【', '「', '『'])
    {
        left - BRACKET_MM
    } else {
        left
    };
    let top = if mark.coloured { LETTER_TOP_MM } else { top };
    [left - a.left, top - a.top, a.right - right, a.bottom - bottom]
}

fn name(mark: &Mark) -> String {
    if mark.size.is_none() {
        return "的线条或图".to_owned();
    }
    let short: String = mark.text.chars().take(12).collect();
    let more = if mark.text.chars().count() > 12 { "…" } else { "" };
    format!("“{short}{more}”")
}

/// Everything on a page but its watermark.
fn marks(frame: &Frame, doc: &Document) -> Vec<Mark> {
    let watermark = doc.watermark.as_deref().map(squash);
    let mut out = Vec::new();
    walk(frame, Transform::identity(), &mut out);
    out.retain(|m| {
        m.size.is_none_or(|size| size <= WATERMARK_PT) || Some(&m.text) != watermark.as_ref()
    });
    out
}

fn walk(frame: &Frame, at: Transform, out: &mut Vec<Mark>) {
    for (pos, item) in frame.items() {
        let here = at.pre_concat(Transform::translate(pos.x, pos.y));
        match item {
            FrameItem::Group(group) => {
                walk(&group.frame, here.pre_concat(group.transform), out);
            }
            FrameItem::Text(text) => out.extend(run(text, here)),
            FrameItem::Shape(shape, _) => out.extend(rule(shape, here)),
            FrameItem::Image(_, size, _) => out.push(Mark {
                area: area(here, [Abs::zero(), Abs::zero(), size.x, size.y]),
                size: None,
                coloured: false,
                text: String::new(),
            }),
            FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}

/// The box of a run's visible characters: em boxes, since ascent and descent say nothing of Chinese faces.
fn run(text: &TextItem, here: Transform) -> Option<Mark> {
    let (mut x, mut left, mut right) = (Abs::zero(), None, Abs::zero());
    for glyph in &text.glyphs {
        let advance = glyph.x_advance.at(text.size);
        let seen = text.text.get(glyph.range()).unwrap_or_default();
        if !seen.chars().all(char::is_whitespace) && advance > Abs::zero() {
            left.get_or_insert(x);
            right = x + advance;
        }
        x += advance;
    }
    // 国's centre is half a character above the em box's foot.
    let above = if text.font.font().info().family.starts_with("Fandol") { 0.80 } else { 0.88 };
    Some(Mark {
        area: area(here, [left?, -text.size * above, right, text.size * (1.0 - above)]),
        size: Some(text.size.to_pt()),
        coloured: coloured(&text.fill),
        text: squash(&text.text),
    })
}

fn rule(shape: &Shape, here: Transform) -> Option<Mark> {
    if shape.fill.is_none() && shape.stroke.is_none() {
        return None;
    }
    let bounds = shape.geometry.bbox(None);
    let corners = [bounds.min.x, bounds.min.y, bounds.max.x, bounds.max.y];
    let fill = shape.fill.as_ref().or_else(|| shape.stroke.as_ref().map(|s| &s.paint));
    let coloured = fill.is_some_and(coloured);
    Some(Mark { area: area(here, corners), size: None, coloured, text: String::new() })
}

fn coloured(paint: &Paint) -> bool {
    match paint {
        Paint::Solid(color) => *color != Color::BLACK,
        Paint::Gradient(_) | Paint::Tiling(_) => true,
    }
}

/// The box on the page of a box (left, top, right, bottom) in an item's own frame.
fn area(here: Transform, [left, top, right, bottom]: [Abs; 4]) -> Area {
    let a = Point::new(left, top).transform(here);
    let b = Point::new(right, bottom).transform(here);
    Area {
        left: a.x.min(b.x).to_mm(),
        top: a.y.min(b.y).to_mm(),
        right: a.x.max(b.x).to_mm(),
        bottom: a.y.max(b.y).to_mm(),
    }
}
