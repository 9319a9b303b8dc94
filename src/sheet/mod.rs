//! 版面实物: what really stands on finished pages, in millimetres, whoever made them.
//!
//! Text with the place of every character, rules, pictures. Nothing here knows a style, a document or a
//! file format: `typeset` makes sheets from its frames, `pdf` from any PDF, `layout` judges them.

mod face;
mod reading;

pub use face::{Face, em_top, face_of};
pub use reading::{Placed, reading};

/// Millimetres to a point (1/72 inch).
pub const MM_PER_PT: f64 = 25.4 / 72.0;

/// A full-width mark whose left half is empty, and may be cut off at a line's start.
#[must_use]
pub fn opens(c: char) -> bool {
    "（〔《〈“‘「『【〖".contains(c)
}

/// A full-width mark whose right half is empty, and may be cut off at a line's end.
#[must_use]
pub fn closes(c: char) -> bool {
    "，。、；：！？）〕》〉”’」』】〗".contains(c)
}

/// 一面: one side of paper, its items in the order they were drawn. Lengths are millimetres from the top left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Width of the paper.
    pub width: f64,
    /// Height of the paper.
    pub height: f64,
    /// Text.
    pub runs: Vec<Run>,
    /// Lines and filled bars.
    pub rules: Vec<Rule>,
    /// Pictures.
    pub pictures: Vec<Area>,
}

/// An upright rectangle on the paper.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
}

impl Area {
    /// The least rectangle that holds both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Middle between left and right.
    #[must_use]
    pub fn centre_x(self) -> f64 {
        f64::midpoint(self.left, self.right)
    }

    /// Middle between top and bottom.
    #[must_use]
    pub fn centre_y(self) -> f64 {
        f64::midpoint(self.top, self.bottom)
    }
}

/// Colour as it is seen, red, green, blue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Black to the eye (also what CMYK black becomes in RGB).
    #[must_use]
    pub fn is_black(self) -> bool {
        self.0.iter().all(|&c| c <= 0x40)
    }

    /// Red to the eye: Y80 M80 and its like.
    #[must_use]
    pub fn is_red(self) -> bool {
        let [r, g, b] = self.0;
        r >= 0xA0 && g <= 0x60 && b <= 0x60
    }
}

/// How a run lies on the paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// As the paper stands.
    #[default]
    Upright,
    /// Turned 90° anticlockwise: read with the paper's left edge on top.
    Left,
    /// Turned 90° clockwise: read with the paper's right edge on top.
    Right,
    /// At any other angle: a watermark.
    Slanted,
}

/// 字行: characters of one font, size and colour on one baseline.
///
/// `x`, `y` are in the direction of reading: those of the paper for upright runs; for a run turned left `x` counts
/// from the paper's bottom edge upwards and `y` from its left edge, for one turned right `x` counts from the top
/// edge downwards and `y` from the right edge ([`Run::area`] gives the place on the paper).
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Characters from left to right.
    pub cells: Vec<Cell>,
    /// Baseline.
    pub baseline: f64,
    /// Family or PostScript name of the font.
    pub family: String,
    /// 字体 class.
    pub face: Face,
    /// Thickened beyond what the class is: bold weight of a face that has none in 公文, or stroked.
    pub bold: bool,
    /// Size in points.
    pub size: f64,
    /// Colour.
    pub colour: Colour,
    /// Upper edge of the em box (字面框).
    pub top: f64,
    /// Lower edge of the em box.
    pub bottom: f64,
    /// How it lies.
    pub turn: Turn,
}

/// One character's place.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What it says; empty if the file does not tell.
    pub text: String,
    /// Where its advance begins.
    pub x0: f64,
    /// Where its advance ends.
    pub x1: f64,
    /// Bounds of its ink, where they matter: characters in colour and dashes.
    pub ink: Option<Area>,
}

impl Run {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        self.cells.iter().map(|c| c.text.as_str()).collect()
    }

    /// Where its first character begins.
    #[must_use]
    pub fn x0(&self) -> f64 {
        self.cells.first().map_or(0.0, |c| c.x0)
    }

    /// Where its last character ends.
    #[must_use]
    pub fn x1(&self) -> f64 {
        self.cells.last().map_or(0.0, |c| c.x1)
    }

    /// Its em boxes' place on a paper of this size; for a slanted run the place of its origin.
    #[must_use]
    pub fn area(&self, width: f64, height: f64) -> Area {
        let (x0, x1, top, bottom) = (self.x0(), self.x1(), self.top, self.bottom);
        match self.turn {
            Turn::Upright => Area { left: x0, top, right: x1, bottom },
            Turn::Left => Area { left: top, top: height - x1, right: bottom, bottom: height - x0 },
            Turn::Right => Area { left: width - bottom, top: x0, right: width - top, bottom: x1 },
            Turn::Slanted => {
                Area { left: x0, top: self.baseline, right: x0, bottom: self.baseline }
            }
        }
    }
}

/// 线: a filled bar or a stroked line, lying or standing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Its place, thickness included.
    pub area: Area,
    /// Colour.
    pub colour: Colour,
}

impl Rule {
    /// Bars are rules up to this thickness.
    pub const THICKEST: f64 = 3.0;
}
