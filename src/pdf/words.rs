//! 字: the characters of a PDF file page by page, visible or not, with the places they stand at.

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache,
    InterpreterSettings, Paint, PathDrawMode, SoftMask, TransformExt, interpret_page,
};
use kurbo::{Affine, BezPath, Point, Rect};

use crate::sheet::Placed;

/// Units of the em that the parser gives advances in.
const EM: f64 = 1000.0;
/// More pages than any document has.
const MOST_PAGES: usize = 5000;

/// Why a file has no words for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoWords {
    /// 已加密.
    Encrypted,
    /// Not a PDF, or damaged beyond its directory.
    Damaged,
    /// 页数过多.
    TooManyPages,
}

/// What was counted on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordsSeen {
    /// Pages.
    pub pages: usize,
    /// Characters whose meaning the file tells.
    pub told: usize,
    /// Characters that are only shapes.
    pub untold: usize,
    /// Pictures.
    pub pictures: usize,
    /// 文件属性 (`title`, `author`, `creator`, `producer`, `subject`, `keywords`, `created`, `modified`).
    pub properties: Vec<(&'static str, String)>,
}

/// Gives the characters of every page to `page`, in order, until it says no.
///
/// # Errors
/// [`NoWords`]. The parser may panic on files that were made to harm.
pub fn words(
    bytes: Vec<u8>,
    mut page: impl FnMut(Vec<Placed>) -> bool,
) -> Result<WordsSeen, NoWords> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => NoWords::Encrypted,
        LoadPdfError::Invalid => NoWords::Damaged,
    })?;
    if pdf.pages().len() > MOST_PAGES {
        return Err(NoWords::TooManyPages);
    }
    if pdf.pages().is_empty() {
        return Err(NoWords::Damaged);
    }
    let cache = InterpreterCache::new();
    let mut ear = Ear::default();
    ear.seen.properties = properties(&pdf);
    ear.seen.pages = pdf.pages().len();
    for p in pdf.pages().iter() {
        let (width, height) = p.render_dimensions();
        let mut context = Context::new(
            p.initial_transform(true).to_kurbo(),
            Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
            &cache,
            p.xref(),
            InterpreterSettings::default(),
        );
        interpret_page(p, &mut context, &mut ear);
        if !page(std::mem::take(&mut ear.placed)) {
            break;
        }
    }
    Ok(ear.seen)
}

fn properties(pdf: &Pdf) -> Vec<(&'static str, String)> {
    let m = pdf.metadata();
    let mut out = Vec::new();
    for (name, value) in [
        ("title", &m.title),
        ("author", &m.author),
        ("subject", &m.subject),
        ("keywords", &m.keywords),
        ("creator", &m.creator),
        ("producer", &m.producer),
    ] {
        let text = value.as_deref().map(text_string).unwrap_or_default();
        if !text.trim().is_empty() {
            out.push((name, text.trim().to_owned()));
        }
    }
    for (name, value) in [("created", m.creation_date), ("modified", m.modification_date)] {
        if let Some(d) = value {
            out.push((name, format!("{:04}-{:02}-{:02}", d.year, d.month, d.day)));
        }
    }
    out
}

/// A text string of PDF: UTF-16 or UTF-8 by its mark, else Latin; Chinese programs also write GBK there, which
/// is left to those who know encodings (the bytes are given as Latin).
fn text_string(bytes: &[u8]) -> String {
    let pairs = |rest: &[u8], big: bool| {
        let units: Vec<u16> = rest
            .chunks_exact(2)
            .map(|p| {
                let pair = [p.first().copied().unwrap_or(0), p.get(1).copied().unwrap_or(0)];
                if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
            })
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => pairs(rest, true),
        [0xFF, 0xFE, rest @ ..] => pairs(rest, false),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => std::str::from_utf8(bytes)
            .map_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect(), str::to_owned),
    }
}

/// A device that draws nothing and hears what is said.
#[derive(Default)]
struct Ear {
    placed: Vec<Placed>,
    seen: WordsSeen,
}

impl Device<'_> for Ear {
    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'_>,
        transform: Affine,
        glyph_transform: Affine,
        _: &Paint<'_>,
        _: &GlyphDrawMode,
    ) {
        let text = match glyph.as_unicode() {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(s)) => s,
            None => String::new(),
        };
        if text.is_empty() || text.contains(['\0', '\u{fffd}']) {
            self.seen.untold += 1;
            return;
        }
        self.seen.told += 1;
        let at = transform * glyph_transform;
        let [a, b, c, d, _, _] = at.as_coeffs();
        let advance = match glyph {
            Glyph::Outline(g) => f64::from(g.advance_width().unwrap_or(1000.0)),
            Glyph::Type3(_) => 600.0,
        };
        let size = c.hypot(d) * EM;
        let origin = at * Point::ZERO;
        let end = advance * a.hypot(b);
        // A page that lies on its side is read along its lines.
        let (x0, y) = match (a.abs() < 1e-3 * b.abs(), b < 0.0) {
            (true, true) => (-origin.y, origin.x),
            (true, false) => (origin.y, -origin.x),
            (false, _) => (origin.x, origin.y),
        };
        self.placed.push(Placed { text, x0, x1: x0 + end, y, size });
    }

    fn draw_image(&mut self, _: Image<'_, '_>, _: Affine) {
        self.seen.pictures += 1;
    }

    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'_>, _: &PathDrawMode) {}
    fn set_soft_mask(&mut self, _: Option<SoftMask<'_>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
