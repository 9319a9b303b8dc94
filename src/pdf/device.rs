//! A device that draws nothing and notes where things stand.

use std::collections::BTreeMap;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro_interpret::font::{Glyph, OutlineGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache,
    InterpreterSettings, Paint, PathDrawMode, SoftMask, TransformExt, interpret_page,
};
use kurbo::{Affine, BezPath, ParamCurve, PathEl, Point, Rect, Shape};

use crate::sheet::{Area, Cell, Colour, Face, MM_PER_PT, Rule, Run, Sheet, Turn, em_top, face_of};

/// Units of the em that the parser gives outlines and advances in.
const EM: f64 = 1000.0;
/// More pages than any document has.
const MOST_PAGES: usize = 5000;
/// More steps than any document takes.
const MOST_STEPS: usize = 50_000_000;

/// The sheets of a file, or why there are none.
/// `given_up` tells that nobody waits for them any longer.
pub(super) fn sheets(
    bytes: Vec<u8>,
    given_up: Arc<AtomicBool>,
) -> Result<Vec<Sheet>, &'static str> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => "文件已加密",
        LoadPdfError::Invalid => "不是 PDF 文件，或已损坏",
    })?;
    if pdf.pages().len() > MOST_PAGES {
        return Err("页数过多");
    }
    let cache = InterpreterCache::new();
    let mut reader = Reader { given_up, ..Reader::default() };
    let mut out = Vec::new();
    for page in pdf.pages().iter() {
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width), f64::from(height));
        reader.sheet =
            Sheet { width: width * MM_PER_PT, height: height * MM_PER_PT, ..Sheet::default() };
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            Rect::new(0.0, 0.0, width, height),
            &cache,
            page.xref(),
            InterpreterSettings::default(),
        );
        interpret_page(page, &mut context, &mut reader);
        reader.close();
        out.push(std::mem::take(&mut reader.sheet));
    }
    Ok(out)
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
    fonts: BTreeMap<u128, About>,
    /// The run that may still grow, and its font.
    open: Option<(u128, Run)>,
    given_up: Arc<AtomicBool>,
    steps: usize,
}

impl Reader {
    fn about(&mut self, glyph: &OutlineGlyph) -> (u128, About) {
        let key = glyph.font_cache_key();
        let about = self.fonts.entry(key).or_insert_with(|| {
            let data = glyph.font_data();
            let weight = data.as_ref().and_then(|d| d.weight).unwrap_or(400);
            let family = data.and_then(|d| d.postscript_name).unwrap_or_default();
            let (face, bold) = face_of(&family, u16::try_from(weight).unwrap_or(400));
            About { face, bold, em_top: em_top(&family, None), family }
        });
        (key, about.clone())
    }

    fn glyph(&mut self, glyph: &OutlineGlyph, at: Affine, colour: Colour, stroked: bool) {
        let (key, about) = self.about(glyph);
        let [a, b, c, d, _, _] = at.as_coeffs();
        let size = c.hypot(d) * EM;
        if !(size.is_finite() && size > 0.1) {
            return;
        }
        let origin = at * Point::ZERO;
        let (width, height) = (self.sheet.width, self.sheet.height);
        let (x, y) = (origin.x * MM_PER_PT, origin.y * MM_PER_PT);
        let turn = turn(a, b);
        let (x0, baseline) = match turn {
            Turn::Upright | Turn::Slanted => (x, y),
            Turn::Left => (height - y, x),
            Turn::Right => (y, width - x),
        };
        let advance = f64::from(glyph.advance_width().unwrap_or(1000.0));
        let x1 = x0 + advance * a.hypot(b) * MM_PER_PT;
        let text = match glyph.as_unicode() {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(s)) => s,
            None => String::new(),
        };
        let ink = (turn == Turn::Upright && (!colour.is_black() || text == "—"))
            .then(|| bounds(&glyph.outline(), at))
            .flatten();
        let cell = Cell { text, x0, x1, ink };
        let size_mm = size * MM_PER_PT;
        if let Some((open_key, run)) = &mut self.open {
            let gap = x0 - run.cells.last().map_or(x0, |c| c.x1);
            let same = *open_key == key
                && (run.size - size).abs() < 0.01
                && run.colour == colour
                && run.turn == turn
                && (run.baseline - baseline).abs() < 0.02
                && run.cells.last().is_some_and(|c| x0 > c.x0 - 0.01)
                && gap < 1.2 * size_mm;
            if same {
                if let Some(last) = run.cells.last_mut()
                    && gap.abs() < 0.6 * size_mm
                {
                    // Tracking belongs to the character before it.
                    last.x1 = x0;
                }
                run.cells.push(cell);
                return;
            }
        }
        self.close();
        let top = baseline - about.em_top * size_mm;
        let run = Run {
            cells: vec![cell],
            baseline,
            family: about.family,
            face: about.face,
            bold: about.bold || stroked,
            size,
            colour,
            top,
            bottom: top + size_mm,
            turn,
        };
        self.open = Some((key, run));
    }

    fn close(&mut self) {
        if let Some((_, mut run)) = self.open.take() {
            while run.cells.last().is_some_and(|c| c.text.trim().is_empty() && !c.text.is_empty()) {
                run.cells.pop();
            }
            if !run.cells.is_empty() {
                self.sheet.runs.push(run);
            }
        }
    }

    /// Ends this thread when nobody waits for it or the file goes on for ever: the interpreter takes no other
    /// word to stop. Whoever asked hears nothing more, which is an answer ([`super::read`]).
    fn step(&mut self) {
        self.steps += 1;
        if self.steps > MOST_STEPS || self.given_up.load(Ordering::Relaxed) {
            panic::resume_unwind(Box::new(()));
        }
    }

    /// A bar, if what lies between the corners is thin enough for one.
    fn bar(&mut self, area: Area, colour: Colour) {
        let thin = (area.bottom - area.top).min(area.right - area.left);
        if thin <= Rule::THICKEST && colour.0.iter().any(|&c| c < 0xF0) {
            self.sheet.rules.push(Rule { area, colour });
        }
    }
}

impl Device<'_> for Reader {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'_>,
        transform: Affine,
        glyph_transform: Affine,
        paint: &Paint<'_>,
        mode: &GlyphDrawMode,
    ) {
        self.step();
        let stroked = match mode {
            GlyphDrawMode::Fill => false,
            GlyphDrawMode::Stroke(_) => true,
            GlyphDrawMode::Invisible => return,
        };
        if let Glyph::Outline(glyph) = glyph {
            self.glyph(glyph, transform * glyph_transform, colour(paint), stroked);
        }
    }

    fn draw_path(
        &mut self,
        path: &BezPath,
        transform: Affine,
        paint: &Paint<'_>,
        mode: &PathDrawMode,
    ) {
        self.step();
        let colour = colour(paint);
        let path = transform * path;
        match mode {
            PathDrawMode::Fill(_) => {
                for part in parts(&path) {
                    if let Some(area) = bounds(&part, Affine::IDENTITY) {
                        self.bar(area, colour);
                    }
                }
            }
            PathDrawMode::Stroke(stroke) => {
                let scale = transform.determinant().abs().sqrt();
                let half = f64::from(stroke.line_width) * scale * MM_PER_PT / 2.0;
                for segment in path.segments() {
                    let mm = |p: Point| Point::new(p.x * MM_PER_PT, p.y * MM_PER_PT);
                    let (a, b) = (mm(segment.start()), mm(segment.end()));
                    let lies = (a.y - b.y).abs() < 0.02;
                    if !lies && (a.x - b.x).abs() > 0.02 {
                        continue;
                    }
                    let (across, along) = if lies { (half, 0.0) } else { (0.0, half) };
                    let area = Area {
                        left: a.x.min(b.x) - along,
                        top: a.y.min(b.y) - across,
                        right: a.x.max(b.x) + along,
                        bottom: a.y.max(b.y) + across,
                    };
                    self.bar(area, colour);
                }
            }
        }
    }

    fn draw_image(&mut self, image: Image<'_, '_>, transform: Affine) {
        let size = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        if let Some(area) = bounds(&size.to_path(0.1), transform) {
            self.sheet.pictures.push(area);
        }
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'_>>) {
        self.step();
    }
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {
        self.step();
    }
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// `a`, `b`: where one unit of advance goes on a page whose y grows downwards.
fn turn(a: f64, b: f64) -> Turn {
    let slope = 1e-3 * a.hypot(b);
    match (a.abs() < slope, b.abs() < slope) {
        (false, true) if a > 0.0 => Turn::Upright,
        (true, false) if b < 0.0 => Turn::Left,
        (true, false) => Turn::Right,
        _ => Turn::Slanted,
    }
}

fn colour(paint: &Paint<'_>) -> Colour {
    match paint {
        Paint::Color(colour) => {
            let [r, g, b, _] = colour.to_rgba().to_rgba8();
            Colour([r, g, b])
        }
        Paint::Pattern(_) => Colour([128, 128, 128]),
    }
}

/// Bounds in millimetres of what has an extent.
fn bounds(path: &BezPath, at: Affine) -> Option<Area> {
    if path.elements().is_empty() {
        return None;
    }
    let r = (at * path).bounding_box();
    let all = [r.x0, r.y0, r.x1, r.y1];
    all.iter().all(|v| v.is_finite()).then_some(Area {
        left: r.x0 * MM_PER_PT,
        top: r.y0 * MM_PER_PT,
        right: r.x1 * MM_PER_PT,
        bottom: r.y1 * MM_PER_PT,
    })
}

/// The closed parts of a path.
fn parts(path: &BezPath) -> Vec<BezPath> {
    let mut out: Vec<BezPath> = Vec::new();
    for element in path.elements() {
        match (element, out.last_mut()) {
            (PathEl::MoveTo(_), _) | (_, None) => {
                let mut part = BezPath::new();
                // A path that does not begin with a move has no place.
                if matches!(element, PathEl::MoveTo(_)) {
                    part.push(*element);
                    out.push(part);
                }
            }
            (_, Some(part)) => part.push(*element),
        }
    }
    out
}
