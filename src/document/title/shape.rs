//! The shape of a title: which lines come nearest to a trapezoid or a diamond.

use super::{FULL, LINE_MAX};

/// Price of one more line than needed.
const EXTRA_LINE: i32 = 12;
/// Price of lines that are long, short, long: the shape the standard rules out.
const HOURGLASS: i32 = 90;
/// Price of three or more lines of one length.
const RECTANGLE: i32 = 30;
/// Price of two lines of one length.
const SQUARE_PAIR: i32 = 6;
/// Price of a step between two lines, per character beyond five.
const CLIFF: i32 = 4;

/// Ends of the best lines. `costs[i]` is the price of a break before character `i` (none: forbidden);
/// no line is narrower than `min` or wider than the core.
pub(super) fn best(widths: &[i32], costs: &[Option<i32>], min: i32) -> Option<Vec<usize>> {
    let total: i32 = widths.iter().sum();
    let least = usize::try_from((total + LINE_MAX - 1) / LINE_MAX).unwrap_or(1).max(2);
    let mut found: Option<(i32, Vec<usize>)> = None;
    for lines in least..=widths.len() {
        // One line more than needed is worth a look; further ones only when nothing fits.
        if lines > least + 1 && found.is_some() {
            break;
        }
        let extra = i32::try_from(lines - least).unwrap_or(i32::MAX / 1000) * EXTRA_LINE;
        for profile in profiles(lines, total) {
            let Some(ends) = fit(widths, costs, min, &profile) else { continue };
            let price = extra + price(widths, costs, &ends);
            if found.as_ref().is_none_or(|(p, _)| price < *p) {
                found = Some((price, ends));
            }
        }
    }
    found.map(|(_, ends)| ends)
}

/// Ends of lines as full as they can be, broken where that is allowed if that is anywhere.
pub(super) fn filled(widths: &[i32], costs: &[Option<i32>]) -> Vec<usize> {
    let mut ends = Vec::new();
    let (mut start, mut line, mut allowed) = (0, 0, None);
    for (i, w) in widths.iter().enumerate() {
        if line > 0 && costs.get(i).copied().flatten().is_some() {
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

/// Ideal widths: trapezoids with the long side up or down, a diamond, at several slopes.
fn profiles(lines: usize, total: i32) -> Vec<Vec<i32>> {
    let n = i32::try_from(lines).unwrap_or(1).max(1);
    let mut out = Vec::new();
    for slope in [10, 20, 30, 45] {
        let mut down = Vec::with_capacity(lines);
        let mut diamond = Vec::with_capacity(lines);
        for i in 0..n {
            down.push((2 * total / n + slope * (n - 1 - 2 * i)) / 2);
            diamond.push(-(2 * i - (n - 1)).abs() * slope / 2);
        }
        let lift = (total - diamond.iter().sum::<i32>()) / n;
        diamond.iter_mut().for_each(|w| *w += lift);
        let up = down.iter().rev().copied().collect();
        out.push(down);
        out.push(up);
        if n > 2 {
            out.push(diamond);
        }
    }
    out
}

/// The cheapest breaks for one profile: dynamic programming over (line, end).
fn fit(widths: &[i32], costs: &[Option<i32>], min: i32, profile: &[i32]) -> Option<Vec<usize>> {
    let n = widths.len();
    let mut prices: Vec<Option<i32>> = vec![None; n + 1];
    prices[0] = Some(0);
    let mut back: Vec<Vec<usize>> = Vec::with_capacity(profile.len());
    for (k, &ideal) in profile.iter().enumerate() {
        let last = k + 1 == profile.len();
        let mut next: Vec<Option<i32>> = vec![None; n + 1];
        let mut from = vec![0; n + 1];
        for (start, so_far) in prices.iter().enumerate() {
            let Some(so_far) = so_far else { continue };
            let mut line = 0;
            for (end, w) in (start + 1..=n).zip(widths.iter().skip(start)) {
                line += w;
                if line > LINE_MAX {
                    break;
                }
                if line < min || (last != (end == n)) {
                    continue;
                }
                let here = if last { Some(0) } else { costs.get(end).copied().flatten() };
                let Some(here) = here else { continue };
                let price = so_far + here + (line - ideal).abs() * 3 / FULL;
                if next[end].is_none_or(|p| price < p) {
                    next[end] = Some(price);
                    from[end] = start;
                }
            }
        }
        back.push(from);
        prices = next;
    }
    prices[n]?;
    let mut ends = vec![n];
    let mut at = n;
    for from in back.iter().rev() {
        at = from[at];
        ends.push(at);
    }
    ends.pop();
    ends.reverse();
    Some(ends)
}

/// What a set of lines really costs, whichever profile proposed it.
fn price(widths: &[i32], costs: &[Option<i32>], ends: &[usize]) -> i32 {
    let mut lines = Vec::with_capacity(ends.len());
    let mut start = 0;
    let mut total = 0;
    for &end in ends {
        lines.push(widths.iter().take(end).skip(start).sum::<i32>());
        if end < widths.len() {
            total += costs.get(end).copied().flatten().unwrap_or(0);
        }
        start = end;
    }
    let longest = lines.iter().max().copied().unwrap_or(0);
    let shortest = lines.iter().min().copied().unwrap_or(0);
    if longest - shortest <= FULL {
        total += if lines.len() > 2 { RECTANGLE } else { SQUARE_PAIR };
    }
    for three in lines.windows(3) {
        if let [a, b, c] = three
            && b < a
            && b < c
        {
            total += HOURGLASS;
        }
    }
    for two in lines.windows(2) {
        if let [a, b] = two {
            let step = (a - b).abs();
            total += (step - 5 * FULL).max(0) * CLIFF / FULL;
            // Two neighbours of one length are neither trapezoid nor diamond.
            if lines.len() > 2 && step < FULL {
                total += SQUARE_PAIR;
            }
            // The long side above reads better than a short line over a long one.
            if a < b {
                total += 2;
            }
        }
    }
    total
}
