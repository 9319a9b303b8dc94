//! 阅读次序: characters with their places become lines and paragraphs, as one would read them aloud.

/// 字: one character (or what a file gives as one) and its place, in any unit, y growing downwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// What it says.
    pub text: String,
    /// Where its advance begins.
    pub x0: f64,
    /// Where its advance ends.
    pub x1: f64,
    /// Baseline.
    pub y: f64,
    /// Size of the em.
    pub size: f64,
}

/// One line as read.
struct Line {
    text: String,
    x0: f64,
    x1: f64,
    y: f64,
    size: f64,
}

/// The text of a page: a paragraph a line. A line that fills its column goes on in the next one; where a gap is
/// wider than a character, a tab stands (a table, a name list). A watermark is read last.
#[must_use]
pub fn reading(mut placed: Vec<Placed>) -> String {
    placed.retain(|p| p.x0.is_finite() && p.x1.is_finite() && p.y.is_finite() && p.size > 0.0);
    placed.sort_by(|a, b| a.y.total_cmp(&b.y));
    let (placed, mark) = watermark(placed);
    let text = paragraphs(&lines(placed));
    let mark = paragraphs(&lines(mark));
    if text.is_empty() || mark.is_empty() { text + &mark } else { text + "\n" + &mark }
}

/// Rows of characters, from above; `placed` is in that order.
fn lines(placed: Vec<Placed>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut row: Vec<Placed> = Vec::new();
    for p in placed {
        // Raised and lowered characters belong to the line about them.
        let near = row.last().is_none_or(|l: &Placed| (p.y - l.y) < 0.45 * l.size.max(p.size));
        if !near {
            lines.extend(line(std::mem::take(&mut row)));
        }
        row.push(p);
    }
    lines.extend(line(row));
    lines
}

/// So many times the usual size, and a character may be a watermark's.
const LARGE: f64 = 2.5;
/// More characters than these are no watermark.
const MOST: usize = 200;

/// Takes the watermark (水印) apart: characters far larger than the usual ones, which others lie across. They would join the
/// lines that they cross. A large heading, which has its place to itself, stays.
fn watermark(placed: Vec<Placed>) -> (Vec<Placed>, Vec<Placed>) {
    let mut sizes: Vec<f64> = placed.iter().map(|p| p.size).collect();
    sizes.sort_by(f64::total_cmp);
    let Some(&usual) = sizes.get(sizes.len() / 2) else { return (placed, Vec::new()) };
    let is_large = |p: &Placed| p.size > LARGE * usual;
    let large = placed.iter().filter(|p| is_large(p)).count();
    if large == 0 || large > MOST {
        return (placed, Vec::new());
    }
    let crossed = |mark: &Placed| {
        placed.iter().any(|p| {
            let beside = (p.x0 - mark.x0).abs() < mark.size;
            let above = mark.y - p.y;
            !is_large(p) && beside && above > -0.2 * mark.size && above < 0.9 * mark.size
        })
    };
    let marks: Vec<bool> = placed.iter().map(|p| is_large(p) && crossed(p)).collect();
    let mut text = Vec::new();
    let mut mark = Vec::new();
    for (p, is_mark) in placed.into_iter().zip(marks) {
        if is_mark { mark.push(p) } else { text.push(p) }
    }
    (text, mark)
}

/// Characters of about one height, from left to right.
fn line(mut row: Vec<Placed>) -> Option<Line> {
    row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    // Bold that was drawn twice is one character.
    row.dedup_by(|b, a| a.text == b.text && (a.x0 - b.x0).abs() < 0.15 * a.size);
    let (first, last) = (row.first()?, row.last()?);
    let (x0, y) = (first.x0, first.y);
    let x1 = row.iter().map(|p| p.x1).fold(last.x1, f64::max);
    let size = row.iter().map(|p| p.size).fold(0.0, f64::max);
    let mut text = String::new();
    let mut end: Option<f64> = None;
    for p in &row {
        let blank = p.text.trim().is_empty();
        if let Some(end) = end
            && !blank
        {
            let gap = p.x0 - end;
            let wide = text.chars().next_back().is_some_and(is_wide) || p.text.starts_with(is_wide);
            if gap > 1.6 * p.size {
                trim(&mut text);
                text.push('\t');
            } else if gap > if wide { 0.8 } else { 0.2 } * p.size
                && !text.ends_with([' ', '\t', '　'])
            {
                text.push(' ');
            }
        }
        if blank {
            if !p.text.is_empty() && !text.is_empty() && !text.ends_with([' ', '\t']) {
                text.push_str(&p.text.replace(['\n', '\r'], " "));
            }
            continue;
        }
        text.push_str(&p.text);
        end = Some(p.x1.max(p.x0));
    }
    trim(&mut text);
    (!text.is_empty()).then_some(Line { text, x0, x1, y, size })
}

fn trim(text: &mut String) {
    text.truncate(text.trim_end().len());
}

/// Lines that go on are joined.
fn paragraphs(lines: &[Line]) -> String {
    let right = lines.iter().map(|l| l.x1).fold(f64::MIN, f64::max);
    let mut out = String::new();
    for (i, line) in lines.iter().enumerate() {
        out.push_str(&line.text);
        let Some(next) = lines.get(i + 1) else { break };
        let full = line.x1 > right - 1.5 * line.size;
        let same = (line.size - next.size).abs() < 0.1 * line.size;
        let close = next.y - line.y < 2.6 * line.size;
        let flush = next.x0 < line.x0 + 0.5 * line.size;
        let cells = line.text.contains('\t') || next.text.contains('\t');
        if full && same && close && flush && !cells {
            let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            if latin(line.text.chars().next_back()) && latin(next.text.chars().next()) {
                out.push(' ');
            }
        } else {
            out.push('\n');
        }
    }
    out
}

/// Han characters and full-width marks: no blank stands between them.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}' | '—' | '…' | '“' | '”' | '‘' | '’')
}

#[cfg(test)]
mod tests {
    use super::{Placed, reading};

    fn row(text: &str, x: f64, y: f64) -> Vec<Placed> {
        let place = |(i, c): (usize, char)| {
            let x0 = x + 10.0 * f64::from(u8::try_from(i).unwrap());
            Placed { text: c.to_string(), x0, x1: x0 + 10.0, y, size: 10.0 }
        };
        text.chars().enumerate().map(place).collect()
    }

    #[test]
    fn full_lines_go_on_and_short_ones_end() {
        let mut all = row("督察工作的", 20.0, 40.0);
        all.extend(row("生态环境保护督", 0.0, 20.0));
        all.extend(row("察办公室", 0.0, 30.0));
        assert_eq!(reading(all), "生态环境保护督察办公室\n督察工作的");
    }

    #[test]
    fn a_watermark_joins_no_lines_and_a_large_heading_keeps_its_place() {
        let mut all = row("某市人民政府", 0.0, 0.0);
        all.iter_mut().for_each(|p| (p.size, p.x0, p.x1) = (40.0, p.x0 * 4.0, p.x1 * 4.0));
        all.extend(row("关于责成书面说", 0.0, 60.0));
        all.extend(row("明情况的函。", 0.0, 80.0));
        // Drawn aslant, its baselines lie between the lines.
        for (text, x, y) in [("示", 10.0, 90.0), ("例", 40.0, 68.0)] {
            all.push(Placed { text: text.into(), x0: x, x1: x + 30.0, y, size: 60.0 });
        }
        let text = reading(all);
        assert!(text.starts_with("某市人民政府\n关于责成书面说\n明情况的函。\n"), "{text}");
        assert!(text.contains('示') && text.contains('例'), "{text}");
    }

    #[test]
    fn columns_and_double_strokes() {
        let mut all = row("姓名", 0.0, 20.0);
        all.extend(row("姓名", 0.4, 20.0));
        all.extend(row("职务", 60.0, 21.0));
        assert_eq!(reading(all), "姓名\t职务");
    }
}
