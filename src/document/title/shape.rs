//! The shape of a title: which lines come nearest to a trapezoid or a diamond, by an exact search.

use super::prices::BAN;
use super::{FULL, LINE_MAX, LINE_MIN};

/// Price of one more line than needed.
pub(super) const EXTRA_LINE: i32 = 18;
/// A shape that the standard rules out: 沙漏, 矩形. Less than a torn word, more than anything ugly.
const NO_SHAPE: i32 = 5_000;
/// Price of a line that is a leftover.
const STUB: i32 = 20_000;
/// Price of lines that are all of nearly one length, two or more.
const LEVEL_PAIR: i32 = 8;
const LEVEL: i32 = 30;
/// Price of a step between two lines, per character beyond five.
const CLIFF: i32 = 4;
/// Price of a character's distance from the profile.
const OFF: i32 = 2;
/// Less than this is no difference to the eye.
const EQUAL: i32 = FULL / 2;

/// One possible line.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    width: i32,
    /// What ending here costs, and being so short.
    price: i32,
}

/// What has to be remembered of the lines so far: whether one was shorter than the one before, and how level
/// they are.
#[derive(Clone, Copy)]
struct Course {
    falling: bool,
    /// 2: all equal; 1: no step of more than a character; 0: neither.
    level: usize,
}

const COURSES: usize = 6;
const START: Course = Course { falling: false, level: 2 };

impl Course {
    fn index(self) -> usize {
        usize::from(self.falling) * 3 + self.level
    }

    fn at(index: usize) -> Self {
        Self { falling: index >= 3, level: index % 3 }
    }

    /// The course after a line of width `b` under one of width `a`, and the price of that step.
    fn step(self, a: i32, b: i32, many: bool) -> (Self, i32) {
        let step = (a - b).abs();
        let mut price = (step - 5 * FULL).max(0) * CLIFF / FULL;
        // Two neighbours of one length are neither trapezoid nor diamond.
        if many && step < FULL {
            price += LEVEL_PAIR;
        }
        // The long side above reads better than a short line over a long one.
        if a < b {
            price += 2;
        }
        // Long, short, long: 沙漏.
        if self.falling && b - a >= EQUAL {
            price += NO_SHAPE;
        }
        let level = match step {
            s if s < EQUAL => 2,
            s if s <= FULL => 1,
            _ => 0,
        };
        (Self { falling: self.falling || a - b >= EQUAL, level: self.level.min(level) }, price)
    }

    /// What the whole costs once its last line is set.
    fn end(self, many: bool) -> i32 {
        match (self.level, many) {
            (2, _) => NO_SHAPE,
            (1, true) => LEVEL,
            (1, false) => LEVEL_PAIR,
            _ => 0,
        }
    }
}

/// Ends of the best lines. `prices[i]` is the price of a break before character `i`; no line is wider than the
/// core. Words are torn only if nothing else fits.
pub(super) fn best(widths: &[i32], prices: &[i32]) -> Option<Vec<usize>> {
    let whole = |i: usize| prices.get(i).is_some_and(|p| *p < BAN);
    let legal: Vec<usize> =
        (0..=widths.len()).filter(|&i| i == 0 || i == widths.len() || whole(i)).collect();
    search(widths, prices, &legal)
        .or_else(|| search(widths, prices, &(0..=widths.len()).collect::<Vec<_>>()))
        .map(|(_, ends)| ends)
}

/// The cheapest lines that end at `places`, with their price.
pub(super) fn search(
    widths: &[i32],
    prices: &[i32],
    places: &[usize],
) -> Option<(i32, Vec<usize>)> {
    let total: i32 = widths.iter().sum();
    let lines = possible_lines(widths, prices, places);
    let least = least_lines(total);
    let mut found: Option<(i32, Vec<usize>)> = None;
    for count in least..=widths.len() {
        // One line more than needed is worth a look; further ones only when nothing fits.
        if count > least + 1 && found.is_some() {
            break;
        }
        let extra = i32::try_from(count - least).unwrap_or(i32::MAX / 1000) * EXTRA_LINE;
        for profile in profiles(count, total) {
            let bound = found.as_ref().map_or(i32::MAX, |(price, _)| *price);
            if let Some(better) = fit(&lines, widths.len(), total, &profile, extra, bound) {
                found = Some(better);
            }
        }
    }
    found
}

/// The fewest lines that hold a title that does not fit on one.
pub(super) fn least_lines(total: i32) -> usize {
    usize::try_from((total + LINE_MAX - 1) / LINE_MAX).unwrap_or(1).max(2)
}

/// Every line that fits the core, by where it starts.
fn possible_lines(widths: &[i32], prices: &[i32], places: &[usize]) -> Vec<Line> {
    let mut sums = vec![0; widths.len() + 1];
    for (i, w) in widths.iter().enumerate() {
        sums[i + 1] = sums[i] + w;
    }
    let mut lines = Vec::new();
    for (i, &start) in places.iter().enumerate() {
        for &end in places.iter().skip(i + 1) {
            let width = sums[end] - sums[start];
            if width > LINE_MAX {
                break;
            }
            let stub = if width < LINE_MIN { STUB } else { 0 };
            let price = if end == widths.len() { 0 } else { prices[end] };
            lines.push(Line { start, end, width, price: price + stub });
        }
    }
    lines
}

/// Ideal widths: trapezoids with the long side up or down, a diamond, at several slopes.
pub(super) fn profiles(count: usize, total: i32) -> Vec<Vec<i32>> {
    let n = i32::try_from(count).unwrap_or(1).max(1);
    let mut out = Vec::new();
    for slope in [15, 30, 45] {
        let down: Vec<i32> = (0..n).map(|i| total / n + slope * (n - 1 - 2 * i) / 2).collect();
        let mut diamond: Vec<i32> = (0..n).map(|i| -(2 * i - (n - 1)).abs() * slope / 2).collect();
        let lift = (total - diamond.iter().sum::<i32>()) / n;
        diamond.iter_mut().for_each(|w| *w += lift);
        out.push(down.iter().rev().copied().collect());
        out.push(down);
        if n > 2 {
            out.push(diamond);
        }
    }
    out
}

/// What the distance of a line from its ideal costs.
pub(super) fn off(width: i32, ideal: i32) -> i32 {
    (width - ideal).abs() * OFF / FULL
}

/// How a state was reached: its price, and the line and course before.
#[derive(Clone, Copy)]
struct Reached {
    price: i32,
    from: (usize, usize),
}

/// The cheapest lines for one profile if they cost less than `bound`: dynamic programming over the last line and
/// the course of those before it.
fn fit(
    lines: &[Line],
    length: usize,
    total: i32,
    profile: &[i32],
    extra: i32,
    bound: i32,
) -> Option<(i32, Vec<usize>)> {
    let many = profile.len() > 2;
    // Lines by their start.
    let mut first = vec![lines.len(); length + 2];
    for (i, line) in lines.iter().enumerate().rev() {
        first[line.start] = i;
    }
    for i in (0..=length).rev() {
        first[i] = first[i].min(first[i + 1]);
    }
    let mut covered = vec![0; length + 1];
    for line in lines {
        covered[line.end] = covered[line.start] + line.width;
    }
    let mut layers: Vec<Vec<Option<Reached>>> = Vec::with_capacity(profile.len());
    for (k, &ideal) in profile.iter().enumerate() {
        let left = i32::try_from(profile.len() - 1 - k).unwrap_or(0);
        // The rest must fill the lines that are left, and fit on them.
        let useful = |line: &Line| {
            let rest = total - covered[line.end];
            rest <= left * LINE_MAX && (rest == 0) == (left == 0)
        };
        let mut layer: Vec<Option<Reached>> = vec![None; lines.len() * COURSES];
        let mut reach = |i: usize, line: &Line, course: Course, so_far: i32, from| {
            let mut price = so_far + line.price + off(line.width, ideal);
            if left == 0 {
                price += course.end(many);
            }
            let slot = &mut layer[i * COURSES + course.index()];
            if price < bound && slot.is_none_or(|r| price < r.price) {
                *slot = Some(Reached { price, from });
            }
        };
        if let Some(previous) = layers.last() {
            for (i, before) in lines.iter().enumerate() {
                for c in 0..COURSES {
                    let Some(reached) = previous[i * COURSES + c] else { continue };
                    let range = first[before.end]..first[before.end + 1];
                    for (next, line) in range.clone().zip(&lines[range]) {
                        if useful(line) {
                            let (course, step) = Course::at(c).step(before.width, line.width, many);
                            reach(next, line, course, reached.price + step, (i, c));
                        }
                    }
                }
            }
        } else {
            let range = first[0]..first[1];
            for (i, line) in range.clone().zip(&lines[range]) {
                if useful(line) {
                    reach(i, line, START, extra, (0, 0));
                }
            }
        }
        layers.push(layer);
    }
    let (mut at, price) = (0..lines.len() * COURSES)
        .filter_map(|i| Some((i, layers.last()?[i]?.price)))
        .min_by_key(|&(i, price)| (price, i))?;
    let mut ends = Vec::with_capacity(profile.len());
    for layer in layers.iter().rev() {
        ends.push(lines[at / COURSES].end);
        let (line, course) = layer[at]?.from;
        at = line * COURSES + course;
    }
    ends.reverse();
    Some((price, ends))
}

/// What lines that end at `ends` cost against `profile`, summed up plainly: the search is measured by it.
#[cfg(test)]
pub(super) fn price(widths: &[i32], prices: &[i32], ends: &[usize], profile: &[i32]) -> i32 {
    let many = ends.len() > 2;
    let (mut start, mut total, mut course) = (0, 0, START);
    let mut above = None;
    for (&end, &ideal) in ends.iter().zip(profile) {
        let width: i32 = widths[start..end].iter().sum();
        total += off(width, ideal);
        total += if width < LINE_MIN { STUB } else { 0 };
        total += if end < widths.len() { prices[end] } else { 0 };
        if let Some(above) = above {
            let (next, step) = course.step(above, width, many);
            (course, total) = (next, total + step);
        }
        (above, start) = (Some(width), end);
    }
    total + course.end(many)
}

/// Ends of lines as full as they can be, broken where that is allowed if that is anywhere.
pub(super) fn filled(widths: &[i32], prices: &[i32]) -> Vec<usize> {
    let mut ends = Vec::new();
    let (mut start, mut line, mut allowed) = (0, 0, None);
    for (i, w) in widths.iter().enumerate() {
        if line > 0 && prices.get(i).is_some_and(|p| *p < BAN) {
            allowed = Some(i);
        }
        line += w;
        if line > LINE_MAX {
            let end = allowed.filter(|&end| end > start).unwrap_or(i);
            ends.push(end);
            line = widths.iter().take(i + 1).skip(end).sum();
            (start, allowed) = (end, None);
        }
    }
    ends.push(widths.len());
    ends
}
