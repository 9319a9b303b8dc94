//! 标题回行: a title set in lines that keep words whole and form a trapezoid or a diamond
//! (GB/T 9704-2012 7.3.1 「分一行或多行居中排布；回行时，要做到词意完整、排列对称、长短适宜、间距恰当，
//! 标题排列应当使用梯形或菱形」).

mod prices;
mod shape;
#[cfg(test)]
mod table;
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

/// Breaks `text` into the lines of a 2号 title. `names` must stay whole: organs, persons, places and projects of
/// the case at hand. The lines joined give `text`.
#[must_use]
pub fn break_title(text: &str, names: &[String]) -> Title {
    let (chars, widths) = measured(text);
    let total: i32 = widths.iter().sum();
    if total <= LINE_MAX {
        return Title { text: text.to_owned(), lines: vec![text.to_owned()] };
    }
    let prices = break_prices(&chars, names);
    let ends = if total > SHAPED_LINES * LINE_MAX {
        Some(shape::filled(&widths, &prices))
    } else {
        shape::best(&widths, &prices)
    };
    let lines = pieces(&chars, &ends.unwrap_or_else(|| vec![chars.len()]));
    Title { text: text.to_owned(), lines }
}

/// 分词: `text` cut into words, figures with their units (30日), and single marks. The pieces joined give `text`.
#[must_use]
pub fn cut_words(text: &str) -> Vec<&str> {
    let chars: Vec<char> = text.chars().collect();
    let mut bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    bytes.push(text.len());
    let mut out = Vec::new();
    let mut from = 0;
    for word in words::words(&chars, &[]) {
        let to = bytes.get(word.end).copied().unwrap_or(text.len());
        out.extend(text.get(from..to).filter(|piece| !piece.is_empty()));
        from = to.max(from);
    }
    out.extend(text.get(from..).filter(|piece| !piece.is_empty()));
    out
}

/// Breaks a 发文机关标志 that is too long for one line into two of nearly one length (7.2.4 leaves the size free;
/// both lines fill the core's width), where its words end: 重庆市生态环境保护督察｜工作领导小组办公室文件. The lines
/// joined give `name`.
#[must_use]
pub fn break_name(name: &str) -> Vec<String> {
    let (chars, widths) = measured(name);
    let total: i32 = widths.iter().sum();
    let prices = prices::in_name(&chars, &words::words(&chars, &[]));
    let mut first = 0;
    let mut best: Option<(i32, usize)> = None;
    for end in 1..chars.len() {
        first += widths[end - 1];
        // A character off the middle makes both lines smaller; it is worth less than a torn phrase.
        let price = prices[end] + (total - 2 * first).abs() * 5 / FULL;
        if best.is_none_or(|(p, _)| price < p) {
            best = Some((price, end));
        }
    }
    best.map_or_else(|| vec![name.to_owned()], |(_, end)| pieces(&chars, &[end, chars.len()]))
}

fn measured(text: &str) -> (Vec<char>, Vec<i32>) {
    let chars: Vec<char> = text.chars().collect();
    let widths = chars.iter().copied().map(width).collect();
    (chars, widths)
}

fn break_prices(chars: &[char], names: &[String]) -> Vec<i32> {
    // A name that fills more than a line must break somewhere, and then best where its own words end.
    let fits = |w: &Vec<char>| w.len() > 1 && w.iter().copied().map(width).sum::<i32>() <= LINE_MAX;
    let names: Vec<Vec<char>> =
        names.iter().map(|w| w.chars().collect::<Vec<_>>()).filter(fits).collect();
    prices::in_title(chars, &words::words(chars, &names))
}

fn pieces(chars: &[char], ends: &[usize]) -> Vec<String> {
    let mut start = 0;
    let mut lines = Vec::with_capacity(ends.len());
    for &end in ends {
        lines.push(chars.iter().take(end).skip(start).collect());
        start = end;
    }
    lines
}

/// Half-width characters take half the room.
fn width(c: char) -> i32 {
    if c.is_ascii() { FULL / 2 } else { FULL }
}
