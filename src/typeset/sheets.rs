//! 版面实物 of finished frames: what stands on each page, in millimetres.

use std::collections::BTreeMap;

use ttf_parser::GlyphId;
use typst::layout::{Frame, FrameItem, Point, Transform};
use typst::text::{FontInstance, TextItem};
use typst::visualize::{Geometry, Paint, Shape};

use super::frames::mm;
use super::pages::Pages;
use crate::sheet::{Area, Cell, Colour, Face, Rule, Run, Sheet, Turn, em_top, face_of};

impl Pages {
    /// What stands on each page.
    #[must_use]
    pub fn sheets(&self) -> Vec<Sheet> {
        let mut reader = Reader::default();
        self.document
            .pages()
            .iter()
            .map(|page| {
                let (width, height) = (mm(page.frame.width()), mm(page.frame.height()));
                reader.sheet = Sheet { width, height, ..Sheet::default() };
                reader.frame(&page.frame, Transform::identity());
                std::mem::take(&mut reader.sheet)
            })
            .collect()
    }
}

/// What is worth knowing of a font, once.
#[derive(Clone)]
struct About {
    family: String,
    face: Face,
    bold: bool,
    em_top: f64,
}

#[derive(Default)]
struct Reader {
    sheet: Sheet,
    fonts: BTreeMap<(String, u16), About>,
}

impl Reader {
    fn frame(&mut self, frame: &Frame, at: Transform) {
        for (pos, item) in frame.items() {
            match item {
                FrameItem::Group(group) => {
                    let moved = at
                        .pre_concat(Transform::translate(pos.x, pos.y))
                        .pre_concat(group.transform);
                    self.frame(&group.frame, moved);
                }
                FrameItem::Text(text) => self.text(text, *pos, at),
                FrameItem::Shape(shape, _) => self.shape(shape, *pos, at),
                FrameItem::Image(_, size, _) => {
                    self.sheet.pictures.push(area(*pos, *pos + size.to_point(), at));
                }
                FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }

    fn about(&mut self, font: &FontInstance) -> About {
        let info = font.font().info();
        let weight = info.variant.weight.to_number();
        let key = (info.family.clone(), weight);
        self.fonts
            .entry(key)
            .or_insert_with(|| {
                let (face, bold) = face_of(&info.family, weight);
                About {
                    face,
                    bold,
                    em_top: em_top(&info.family, guo(font)),
                    family: info.family.clone(),
                }
            })
            .clone()
    }

    fn text(&mut self, text: &TextItem, pos: Point, at: Transform) {
        let about = self.about(&text.font);
        let origin = pos.transform(at);
        let (width, height) = (self.sheet.width, self.sheet.height);
        let (x, y) = (mm(origin.x), mm(origin.y));
        let turn = turn(at);
        let (start, baseline) = match turn {
            Turn::Upright | Turn::Slanted => (x, y),
            Turn::Left => (height - y, x),
            Turn::Right => (y, width - x),
        };
        // Scaling is along with the turn: the standard's styles condense nothing, but a run may be scaled.
        let (across, along) = (at.sx.get().hypot(at.ky.get()), at.kx.get().hypot(at.sy.get()));
        let size_mm = mm(text.size);
        let colour = colour(&text.fill);
        let mut cells: Vec<Cell> = Vec::with_capacity(text.glyphs.len());
        let mut pen = start;
        let mut last = None;
        for glyph in &text.glyphs {
            let x0 = pen + glyph.x_offset.get() * size_mm * across;
            pen += glyph.x_advance.get() * size_mm * across;
            let said = text.text.get(glyph.range()).unwrap_or_default();
            // Several glyphs of one cluster say their text once.
            if last == Some(glyph.range.start)
                && let Some(cell) = cells.last_mut()
            {
                cell.x1 = pen;
                continue;
            }
            last = Some(glyph.range.start);
            let ink = (turn == Turn::Upright && (!colour.is_black() || said == "—"))
                .then(|| ink(text, glyph.id, x0, baseline))
                .flatten();
            cells.push(Cell { text: said.to_owned(), x0, x1: pen, ink });
        }
        // Spaces at a line's end are trimmed to nothing and would only widen it.
        while cells.last().is_some_and(|c| c.text.trim().is_empty() && c.x1 - c.x0 < 0.01) {
            cells.pop();
        }
        if cells.is_empty() {
            return;
        }
        let top = baseline - about.em_top * size_mm * along;
        self.sheet.runs.push(Run {
            cells,
            baseline,
            family: about.family,
            face: about.face,
            bold: about.bold || text.stroke.is_some(),
            size: text.size.to_pt() * along,
            colour,
            top,
            bottom: top + size_mm * along,
            turn,
        });
    }

    fn shape(&mut self, shape: &Shape, pos: Point, at: Transform) {
        let (half, paint) = match (&shape.fill, &shape.stroke) {
            (Some(fill), None) => (0.0, fill),
            (_, Some(stroke)) => (mm(stroke.thickness) / 2.0, &stroke.paint),
            (None, None) => return,
        };
        let colour = colour(paint);
        let mut push = |from: Point, to: Point, half: f64| {
            let mut area = area(from, to, at);
            // A line's thickness lies across it.
            if area.bottom - area.top < area.right - area.left {
                area.top -= half;
                area.bottom += half;
            } else {
                area.left -= half;
                area.right += half;
            }
            if (area.bottom - area.top).min(area.right - area.left) <= Rule::THICKEST {
                self.sheet.rules.push(Rule { area, colour });
            }
        };
        match &shape.geometry {
            Geometry::Line(to) => push(pos, pos + *to, half),
            Geometry::Rect(size) if shape.stroke.is_none() => {
                push(pos, pos + size.to_point(), 0.0);
            }
            Geometry::Rect(size) => {
                // Four lines.
                let corner = pos + size.to_point();
                for (from, to) in [
                    (pos, Point::new(corner.x, pos.y)),
                    (Point::new(pos.x, corner.y), corner),
                    (pos, Point::new(pos.x, corner.y)),
                    (Point::new(corner.x, pos.y), corner),
                ] {
                    push(from, to, half);
                }
            }
            Geometry::Curve(curve) => {
                let bounds = curve.bbox(None);
                push(pos + bounds.min, pos + bounds.max, half);
            }
        }
    }
}

fn turn(at: Transform) -> Turn {
    let (right, down) = (at.sx.get(), at.ky.get());
    let level = |x: f64| x.abs() < 1e-3;
    match (level(right), level(down)) {
        (false, true) if right > 0.0 => Turn::Upright,
        (true, false) if down < 0.0 => Turn::Left,
        (true, false) => Turn::Right,
        _ => Turn::Slanted,
    }
}

/// The upright rectangle between two corners that were turned.
fn area(a: Point, b: Point, at: Transform) -> Area {
    let (a, b) = (a.transform(at), b.transform(at));
    let (ax, ay, bx, by) = (mm(a.x), mm(a.y), mm(b.x), mm(b.y));
    Area { left: ax.min(bx), top: ay.min(by), right: ax.max(bx), bottom: ay.max(by) }
}

fn colour(paint: &Paint) -> Colour {
    match paint {
        Paint::Solid(colour) => {
            let (r, g, b, _) = colour.to_rgb().into_format::<u8, u8>().into_components();
            Colour([r, g, b])
        }
        Paint::Gradient(_) | Paint::Tiling(_) => Colour([128, 128, 128]),
    }
}

/// Bounds of a glyph's ink on the paper.
fn ink(text: &TextItem, id: u16, x: f64, baseline: f64) -> Option<Area> {
    let bounds = text.font.ttf().glyph_bounding_box(GlyphId(id))?;
    let unit = mm(text.size) / text.font.units_per_em();
    Some(Area {
        left: x + f64::from(bounds.x_min) * unit,
        top: baseline - f64::from(bounds.y_max) * unit,
        right: x + f64::from(bounds.x_max) * unit,
        bottom: baseline - f64::from(bounds.y_min) * unit,
    })
}

/// Lowest and highest ink of 国 above the baseline, in em.
fn guo(font: &FontInstance) -> Option<(f64, f64)> {
    let face = font.ttf();
    let bounds = face.glyph_bounding_box(face.glyph_index('国')?)?;
    let em = f64::from(face.units_per_em());
    Some((f64::from(bounds.y_min) / em, f64::from(bounds.y_max) / em))
}
