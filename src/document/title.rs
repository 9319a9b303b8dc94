//! 标题回行: a title set in lines that keep words whole and form a trapezoid or a diamond
//! (GB/T 9704-2012 7.3.1 「分一行或多行居中排布；回行时，要做到词意完整、排列对称、长短适宜、间距恰当，
//! 标题排列应当使用梯形或菱形」).

mod shape;
#[cfg(test)]
mod tests;
mod words;

use super::Title;

/// Widths are counted in tenths of a full-width character.
const FULL: i32 = 10;
/// Twenty characters of 2号 (22 pt) fill the core's 156 mm.
const LINE_MAX: i32 = 20 * FULL;
/// A shorter line looks like a leftover.
const LINE_MIN: i32 = 4 * FULL;
/// A title of more lines than this has no shape; it is only filled.
const SHAPED_LINES: i32 = 8;

/// Breaks `text` into the lines of a 2号 title. `words` are names that must stay whole: organs, persons,
/// places and projects of the case at hand. The lines joined give `text`.
#[must_use]
pub fn break_title(text: &str, words: &[String]) -> Title {
    let chars: Vec<char> = text.chars().collect();
    let widths: Vec<i32> = chars.iter().copied().map(width).collect();
    let total: i32 = widths.iter().sum();
    if total <= LINE_MAX {
        return Title { text: text.to_owned(), lines: vec![text.to_owned()] };
    }
    let strict = words::break_costs(&chars, words);
    let ends = if total > SHAPED_LINES * LINE_MAX {
        Some(shape::filled(&widths, &strict))
    } else {
        shape::best(&widths, &strict, LINE_MIN)
    };
    let ends = ends.or_else(|| {
        // A title that cannot keep every rule keeps what it can: a ban becomes a high price.
        let lax: Vec<Option<i32>> = strict.iter().map(|c| Some(c.unwrap_or(500))).collect();
        shape::best(&widths, &lax, 0)
    });
    let ends = ends.unwrap_or_else(|| vec![chars.len()]);
    let mut start = 0;
    let mut lines = Vec::with_capacity(ends.len());
    for end in ends {
        lines.push(chars.iter().take(end).skip(start).collect());
        start = end;
    }
    Title { text: text.to_owned(), lines }
}

/// Half-width characters take half the room.
fn width(c: char) -> i32 {
    if c.is_ascii() { FULL / 2 } else { FULL }
}
