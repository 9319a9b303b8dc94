//! Lines of a page: runs gathered by the height they stand at.

use super::measure::BOTTOM;
use crate::sheet::{Area, Cell, Colour, Run, Sheet, Turn};

/// One line of text in the direction of reading.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// Page, from 1.
    pub(super) page: usize,
    /// Runs from left to right.
    pub(super) runs: Vec<&'a Run>,
    /// Where its first character begins and its last one ends.
    pub(super) x0: f64,
    pub(super) x1: f64,
    /// Em box of its largest run.
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) baseline: f64,
    /// Size of the run that has most characters.
    pub(super) size: f64,
    /// Its text without white space.
    pub(super) text: String,
}

impl<'a> Line<'a> {
    fn new(page: usize, mut runs: Vec<&'a Run>) -> Self {
        runs.sort_by(|a, b| a.x0().total_cmp(&b.x0()));
        let most = runs.iter().max_by_key(|r| r.cells.len());
        let size = most.map_or(0.0, |r| r.size);
        let baseline = most.map_or(0.0, |r| r.baseline);
        let fold = |f: fn(f64, f64) -> f64, of: fn(&Run) -> f64, start: f64| {
            runs.iter().map(|r| of(r)).fold(start, f)
        };
        // The em box of most characters, not of one fallback glyph.
        let (top, bottom) = most.map_or((0.0, 0.0), |r| (r.top, r.bottom));
        let text = runs
            .iter()
            .flat_map(|r| &r.cells)
            .flat_map(|c| c.text.chars())
            .filter(|c| !c.is_whitespace())
            .collect();
        let x0 = fold(f64::min, visible_start, f64::INFINITY);
        let x1 = fold(f64::max, visible_end, f64::NEG_INFINITY);
        Self { page, x0, x1, top, bottom, baseline, size, text, runs }
    }

    /// Its characters from left to right, white space left out.
    pub(super) fn cells(&self) -> impl Iterator<Item = (&'a Run, &'a Cell)> + '_ {
        self.runs
            .iter()
            .flat_map(|r| r.cells.iter().map(move |c| (*r, c)))
            .filter(|(_, c)| !c.text.trim().is_empty())
    }

    /// Where `text` stands in it: from, to.
    pub(super) fn find(&self, text: &str) -> Option<(f64, f64)> {
        let at = self.text.find(text)?;
        let (first, count) = (self.text.get(..at)?.chars().count(), text.chars().count());
        let mut places = Vec::new();
        for (_, cell) in self.cells() {
            places.extend(cell.text.chars().filter(|c| !c.is_whitespace()).map(|_| cell));
        }
        let (a, b) = (places.get(first)?, places.get(first + count.checked_sub(1)?)?);
        Some((a.x0, b.x1))
    }

    /// Middle between its ends.
    pub(super) fn centre(&self) -> f64 {
        f64::midpoint(self.x0, self.x1)
    }

    /// First character.
    pub(super) fn first(&self) -> char {
        self.text.chars().next().unwrap_or(' ')
    }

    /// Last character.
    pub(super) fn last(&self) -> char {
        self.text.chars().next_back().unwrap_or(' ')
    }
}

fn visible_start(run: &Run) -> f64 {
    run.cells.iter().find(|c| !c.text.trim().is_empty()).map_or(f64::INFINITY, |c| c.x0)
}

fn visible_end(run: &Run) -> f64 {
    let last = run.cells.iter().rev().find(|c| !c.text.trim().is_empty());
    last.map_or(f64::NEG_INFINITY, |c| c.x1)
}

/// A rule in the direction of reading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bar {
    pub(super) area: Area,
    pub(super) colour: Colour,
}

impl Bar {
    pub(super) fn length(&self) -> f64 {
        self.area.right - self.area.left
    }
    pub(super) fn thickness(&self) -> f64 {
        self.area.bottom - self.area.top
    }
}

/// A page, read.
#[derive(Clone, Debug)]
pub(super) struct Page<'a> {
    /// From 1.
    pub(super) number: usize,
    pub(super) sheet: &'a Sheet,
    /// How most of its text lies.
    pub(super) turn: Turn,
    /// Lines from top to bottom, without those under the core.
    pub(super) lines: Vec<Line<'a>>,
    /// Upright lines under the core: the page number.
    pub(super) foot: Vec<Line<'a>>,
    /// Lying rules, in reading direction, top to bottom.
    pub(super) bars: Vec<Bar>,
    /// Heights that tables take up: from, to.
    grids: Vec<(f64, f64)>,
}

impl<'a> Page<'a> {
    pub(super) fn read(index: usize, sheet: &'a Sheet) -> Self {
        let number = index + 1;
        let mut count = [0_usize; 4];
        for run in &sheet.runs {
            if let Some(n) = count.get_mut(run.turn as usize) {
                *n += run.cells.len();
            }
        }
        let [upright, left, right, _] = count;
        let turn = if left > upright.max(right) {
            Turn::Left
        } else if right > upright.max(left) {
            Turn::Right
        } else {
            Turn::Upright
        };
        let of = |turn: Turn, foot: bool| {
            let mut runs: Vec<&Run> = sheet
                .runs
                .iter()
                .filter(|r| r.turn == turn)
                .filter(|r| (r.turn == Turn::Upright && r.top > BOTTOM + 1.0) == foot)
                .filter(|r| r.cells.iter().any(|c| !c.text.trim().is_empty()))
                .collect();
            runs.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
            runs
        };
        let mut bars = Vec::new();
        let mut standing = Vec::new();
        for rule in &sheet.rules {
            let area = turned(rule.area, turn, sheet);
            let bar = Bar { area, colour: rule.colour };
            if bar.length() >= bar.thickness() {
                bars.push(bar);
            } else if bar.thickness() > 3.0 {
                standing.push((area.top, area.bottom));
            }
        }
        bars.sort_by(|a, b| a.area.top.total_cmp(&b.area.top));
        Self {
            number,
            sheet,
            turn,
            lines: gather(number, of(turn, false)),
            foot: gather(number, of(Turn::Upright, true)),
            bars,
            grids: merged(standing),
        }
    }

    /// Whether a line stands in a table.
    pub(super) fn in_table(&self, line: &Line<'_>) -> bool {
        let y = f64::midpoint(line.top, line.bottom);
        self.grids.iter().any(|(from, to)| y > *from && y < *to)
    }

    /// Whether there is a table on it.
    pub(super) fn has_table(&self) -> bool {
        !self.grids.is_empty()
    }

    /// Whether nothing is printed on it (a watermark does not count).
    pub(super) fn is_blank(&self) -> bool {
        self.lines.is_empty() && self.sheet.pictures.is_empty()
    }
}

fn middle(run: &Run) -> f64 {
    f64::midpoint(run.top, run.bottom)
}

/// Runs sorted by height into lines: what stands within a quarter of its size is one line.
fn gather<'a>(page: usize, runs: Vec<&'a Run>) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let mut open: Vec<&'a Run> = Vec::new();
    for run in runs {
        let same = open.last().is_some_and(|l| {
            middle(run) - middle(l) < 0.25 * (run.bottom - run.top).min(l.bottom - l.top)
        });
        if !same && !open.is_empty() {
            lines.push(Line::new(page, std::mem::take(&mut open)));
        }
        open.push(run);
    }
    if !open.is_empty() {
        lines.push(Line::new(page, open));
    }
    lines
}

fn turned(area: Area, turn: Turn, sheet: &Sheet) -> Area {
    match turn {
        Turn::Upright | Turn::Slanted => area,
        Turn::Left => Area {
            left: sheet.height - area.bottom,
            top: area.left,
            right: sheet.height - area.top,
            bottom: area.right,
        },
        Turn::Right => Area {
            left: area.top,
            top: sheet.width - area.right,
            right: area.bottom,
            bottom: sheet.width - area.left,
        },
    }
}

fn merged(mut spans: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut out: Vec<(f64, f64)> = Vec::new();
    for (from, to) in spans {
        match out.last_mut() {
            Some(last) if from < last.1 + 0.5 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}
