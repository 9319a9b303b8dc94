//! Nothing outside the core (L-08), nothing over anything else (L-09): read from the finished frames, on every
//! document, since neither the engine nor the text says so.

use std::collections::BTreeMap;

use super::check::{BELOW_CORE_MM, WATERMARK_PT, squash};
use crate::diag::Diagnostic;
use crate::document::Document;
use crate::sheet::{Area, Cell, MM_PER_PT, Run, Sheet, Turn, closes, opens};

/// 版心 (5.2.1): left, top, right, bottom edge in mm.
const CORE_MM: [f64; 4] = [28.0, 37.0, 184.0, 262.0];
/// The standard's own tolerance of the core's place.
const TOLERANCE_MM: f64 = 1.0;
/// A mark at the beginning or end of a line is set with its empty half outside.
const BRACKET_MM: f64 = 3.0;
/// The mark of a letter stands above the core (10.1).
const LETTER_TOP_MM: f64 = 29.0;
/// Part of a character's height and, in mm, of its breadth that another one may touch.
const TOUCH: f64 = 0.2;
const TOUCH_MM: f64 = 1.0;
/// Nearer to the paper's edge nothing of a form may stand: a fold or a cut takes that much.
const PAPER_EDGE_MM: f64 = 0.8;

/// Something on a page.
struct Mark {
    area: Area,
    /// Size in points; none for a rule or a picture.
    size: Option<f64>,
    /// In colour: the red mark and rules, a watermark.
    coloured: bool,
    turn: Turn,
    text: String,
}

/// L-08 for each page and side over which something stands.
pub(super) fn outside(sheets: &[Sheet], doc: &Document) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (page, sheet) in sheets.iter().enumerate() {
        // Side → the farthest offence and how many there are.
        let mut worst: BTreeMap<usize, (f64, String, usize)> = BTreeMap::new();
        for mark in marks(sheet, doc.watermark.as_deref()) {
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
            out.push(Diagnostic::error("L-08", message).hint(
                "把过长的词语、网址断开或缩短，表格过宽时减少栏数或改用横排；仍不能避免的，是样式的问题，所出文件不得使用。",
            ));
        }
    }
    out
}

/// L-09 for each page on which text stands over text.
pub(super) fn overprinted(sheets: &[Sheet], watermark: Option<&str>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (page, sheet) in sheets.iter().enumerate() {
        let mut marks = marks(sheet, watermark);
        marks.retain(|m| m.size.is_some());
        for mark in &mut marks {
            inked(mark);
        }
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
            out.push(Diagnostic::error("L-09", message).hint("这是样式的问题，所出文件不得使用。"));
        }
    }
    out
}

/// L-08 for each page of a form on which text stands over the paper's edge or over a rule: it does not fit its cell.
pub(super) fn burst(sheets: &[Sheet]) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (page, sheet) in sheets.iter().enumerate() {
        let mut marks = marks(sheet, None);
        marks.iter_mut().filter(|m| m.size.is_some()).for_each(inked);
        let rules: Vec<&Area> =
            marks.iter().filter(|m| m.size.is_none()).map(|m| &m.area).collect();
        let mut found: Option<(String, usize)> = None;
        for text in marks.iter().filter(|m| m.size.is_some()) {
            let a = &text.area;
            let off = a.left < PAPER_EDGE_MM
                || a.top < PAPER_EDGE_MM
                || a.right > sheet.width - PAPER_EDGE_MM
                || a.bottom > sheet.height - PAPER_EDGE_MM;
            if off || rules.iter().any(|rule| crosses(rule, text)) {
                found.get_or_insert_with(|| (name(text), 0)).1 += 1;
            }
        }
        if let Some((what, count)) = found {
            let more = if count > 1 { format!("，共{count}处") } else { String::new() };
            let message = format!("第{}页{what}超出格子或纸边{more}", page + 1);
            out.push(
                Diagnostic::error("L-08", message)
                    .hint("这是样式的问题，所出文件不得使用；改过装具尺寸的，核对 sizes.toml。"),
            );
        }
    }
    out
}

/// Whether a rule runs through a text and not merely along its edge.
fn crosses(rule: &Area, text: &Mark) -> bool {
    let a = &text.area;
    let give = TOUCH * text.size.unwrap_or_default() * MM_PER_PT;
    let through = |from: f64, to: f64, low: f64, high: f64| to > low + give && from < high - give;
    let lies = rule.bottom - rule.top < rule.right - rule.left;
    let (x, y) = (rule.centre_x(), rule.centre_y());
    if lies {
        through(y, y, a.top, a.bottom) && through(rule.left, rule.right, a.left, a.right)
    } else {
        through(x, x, a.left, a.right) && through(rule.top, rule.bottom, a.top, a.bottom)
    }
}

/// Takes the empty half of a full-width mark off the ends: the engine lets the neighbour stand in it.
fn inked(mark: &mut Mark) {
    let half = mark.size.unwrap_or_default() / 2.0 * MM_PER_PT;
    let (opens, closes) = (mark.text.starts_with(opens), mark.text.ends_with(closes));
    let a = &mut mark.area;
    // Where the text begins and ends on the paper; turned to the right it runs downwards, to the left upwards.
    let (from, to, sign) = match mark.turn {
        Turn::Right => (&mut a.top, &mut a.bottom, 1.0),
        Turn::Left => (&mut a.bottom, &mut a.top, -1.0),
        Turn::Upright | Turn::Slanted => (&mut a.left, &mut a.right, 1.0),
    };
    if (*to - *from).abs() <= half {
        return;
    }
    if opens {
        *from += sign * half;
    }
    if closes && (*to - *from).abs() > half {
        *to -= sign * half;
    }
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
    let left = if mark.text.starts_with(opens) { left - BRACKET_MM } else { left };
    let right = if mark.text.ends_with(closes) { right + BRACKET_MM } else { right };
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
fn marks(sheet: &Sheet, watermark: Option<&str>) -> Vec<Mark> {
    let watermark = watermark.map(squash);
    let text = sheet.runs.iter().filter(|run| run.turn != Turn::Slanted).filter_map(|run| {
        let seen = |c: &Cell| !c.text.trim().is_empty() && c.x1 > c.x0;
        let first = run.cells.iter().position(seen)?;
        let last = run.cells.iter().rposition(seen)?;
        let mut cells = run.cells.get(first..=last)?.to_vec();
        // Stretching a line also widens its last character, to the right of what is drawn.
        if let Some(end) = cells.last_mut() {
            let em = run.size * MM_PER_PT * end.text.chars().count() as f64;
            end.x1 = end.x1.min(end.x0 + em);
        }
        let run = Run { cells, ..run.clone() };
        let text = squash(&run.text());
        let marked = run.size > WATERMARK_PT && Some(&text) == watermark.as_ref();
        (!marked).then(|| Mark {
            area: run.area(sheet.width, sheet.height),
            size: Some(run.size),
            coloured: !run.colour.is_black(),
            turn: run.turn,
            text,
        })
    });
    let rules = sheet.rules.iter().map(|rule| (rule.area, !rule.colour.is_black()));
    let others = rules.chain(sheet.pictures.iter().map(|&area| (area, false)));
    let other = |(area, coloured)| Mark {
        area,
        size: None,
        coloured,
        turn: Turn::Upright,
        text: String::new(),
    };
    text.chain(others.map(other)).collect()
}
