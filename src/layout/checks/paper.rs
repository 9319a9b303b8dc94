//! G-01 to G-03: paper, core, lines and characters (5.1, 5.2).

use crate::document::Form;
use crate::layout::elements::{Case, Placed, Role};
use crate::layout::measure::{
    BOTTOM, CELL, LEFT, PITCH, RIGHT, SIZE3, TOP, is_han, median, within,
};
use crate::layout::page::Page;
use crate::layout::report::{Measured, Out, Verdict};
use crate::sheet::{Run, Turn, closes, opens};

/// Half a point, and what rounding adds.
const PAPER: f64 = 0.2;

/// 5.1: A4 on every side.
pub(in crate::layout) fn size(case: &Case<'_>, out: &mut Out) {
    let of =
        |f: fn(&Page<'_>) -> f64| case.pages.iter().map(|p| (f(p), p.number)).collect::<Vec<_>>();
    out.all("宽", 210.0, PAPER, &of(|p| p.sheet.width));
    out.all("高", 297.0, PAPER, &of(|p| p.sheet.height));
}

/// 5.2.1: 天头, 订口, the core's edges; nothing outside, nothing printed over another.
pub(in crate::layout) fn core(case: &Case<'_>, out: &mut Out) {
    let text =
        |p: &&Placed<'_>| matches!(p.role, Role::Text | Role::Recipients) && p.head.is_none();
    let mut tops: Vec<Measured> = Vec::new();
    let mut bottoms: Vec<Measured> = Vec::new();
    for page in case.pages.iter().filter(|p| p.turn == Turn::Upright) {
        let here: Vec<&Placed<'_>> =
            case.lines.iter().filter(|l| l.line.page == page.number).collect();
        if let Some(first) = here.first()
            && matches!(first.role, Role::Text | Role::Label | Role::Recipients)
            && within(first.line.size, SIZE3)
        {
            tops.push((first.line.top, page.number));
        }
        if let Some(last) = here.iter().rev().find(|l| l.role != Role::Imprint)
            && last.role == Role::Text
            && last.line.bottom > BOTTOM - PITCH + 1.0
            && !page.has_table()
        {
            bottoms.push((last.line.bottom, page.number));
        }
    }
    out.all("天头", TOP, 1.0, &tops);
    let flush: Vec<Measured> = case
        .lines
        .iter()
        .filter(text)
        .filter(|l| l.line.x0 < LEFT + CELL && !opens(l.line.first()))
        .map(|l| (l.line.x0, l.line.page))
        .collect();
    out.all("订口", LEFT, 1.0, &flush);
    out.all("满页末行下沿", BOTTOM, 1.0, &bottoms);
    // 7.3.5.5: a page whose lines were spaced otherwise ends elsewhere.
    if case.adjusted {
        out.soften();
    }
    strays(case, out);
    overprint(case, out);
}

/// What stands outside the core: text, rules and pictures, save the page number, the mark and a letter's rules.
fn strays(case: &Case<'_>, out: &mut Out) {
    let mut found: Vec<(String, usize)> = Vec::new();
    let letter = case.form == Form::Letter;
    let mut count = 0;
    for page in &case.pages {
        let (width, height) = (page.sheet.width, page.sheet.height);
        for run in page.sheet.runs.iter().filter(|r| r.turn != Turn::Slanted) {
            count += 1;
            let (Some(first), Some(last)) = (run.cells.first(), run.cells.last()) else { continue };
            // Half of a mark at a line's edge may hang out, as may the cell of one whose half is not set.
            let slack = |c: Option<char>, test: fn(char) -> bool| {
                if c.is_some_and(test) { run.size * 0.18 } else { 0.0 }
            };
            let (before, after) =
                (slack(first.text.chars().next(), opens), slack(last.text.chars().next(), closes));
            let mut area = run.area(width, height);
            match run.turn {
                Turn::Left => (area.top, area.bottom) = (area.top + after, area.bottom - before),
                Turn::Right => (area.top, area.bottom) = (area.top + before, area.bottom - after),
                _ => (area.left, area.right) = (area.left + before, area.right - after),
            }
            let number =
                run.turn == Turn::Upright && run.top > BOTTOM + 1.0 && is_number(page, run);
            let red = run.colour.is_red() && page.number == 1;
            let out_x = area.left < LEFT - 1.0 || area.right > RIGHT + 1.0;
            let out_y = !(number || red) && (area.top < TOP - 1.0 || area.bottom > BOTTOM + 1.0);
            // A letter's first elements begin under its upper rule, which may lie above the core.
            let head = letter && page.number == 1 && area.top > 28.0 && area.top < TOP + 20.0;
            if out_x || (out_y && !head) {
                found.push((short(&run.text()), page.number));
            }
        }
        for rule in &page.sheet.rules {
            let a = rule.area;
            let out_x = a.left < LEFT - 1.0 || a.right > RIGHT + 1.0;
            let out_y = a.top < TOP - 1.0 || a.bottom > BOTTOM + 1.0;
            if (out_x || out_y) && !(letter && rule.colour.is_red()) {
                found.push((format!("线（{:.1}，{:.1}）", a.left, a.top), page.number));
            }
        }
        for a in &page.sheet.pictures {
            if a.left < LEFT - 1.0
                || a.right > RIGHT + 1.0
                || a.top < TOP - 1.0
                || a.bottom > BOTTOM + 1.0
            {
                found.push((format!("图（{:.1}，{:.1}）", a.left, a.top), page.number));
            }
        }
    }
    if count == 0 {
        out.say("文字", "页面上有可量的文字", "没有（空白或扫描件）", Verdict::Fail, None);
        return;
    }
    let measured = match found.first() {
        None => format!("{count} 段文字均在其中"),
        Some((what, _)) => format!("“{what}”等 {} 处在版心以外", found.len()),
    };
    let page = found.first().map(|f| f.1);
    out.holds(
        "不出版心",
        "字、线、图都在 156×225 毫米以内（页码除外）",
        measured,
        found.is_empty(),
        page,
    );
}

fn is_number(page: &Page<'_>, run: &Run) -> bool {
    page.foot.iter().any(|l| {
        l.runs.iter().any(|r| std::ptr::eq(*r, run))
            && l.text.chars().all(|c| c.is_ascii_digit() || "—–-－―·".contains(c))
    })
}

fn short(text: &str) -> String {
    let short: String = text.chars().take(12).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Two texts over each other.
fn overprint(case: &Case<'_>, out: &mut Out) {
    let mut found: Vec<(String, usize)> = Vec::new();
    for page in &case.pages {
        let mut runs: Vec<&Run> = page
            .sheet
            .runs
            .iter()
            .filter(|r| r.turn == page.turn && r.cells.iter().any(|c| !c.text.trim().is_empty()))
            .collect();
        runs.sort_by(|a, b| a.top.total_cmp(&b.top));
        for (i, run) in runs.iter().enumerate() {
            let em = run.bottom - run.top;
            for other in runs.iter().skip(i + 1).take_while(|o| o.top < run.bottom - 0.25 * em) {
                let shared = run.x1().min(other.x1()) - run.x0().max(other.x0());
                let deep = run.bottom.min(other.bottom) - other.top;
                let least = em.min(other.bottom - other.top);
                if shared > 0.5 * least && deep > 0.3 * least {
                    found.push((short(&other.text()), page.number));
                }
            }
        }
    }
    let measured = match found.first() {
        None => "没有重叠".to_owned(),
        Some((what, _)) => format!("“{what}”等 {} 处与别的字重叠", found.len()),
    };
    let page = found.first().map(|f| f.1);
    out.holds("不相重叠", "字不压字", measured, found.is_empty(), page);
}

/// 5.2.3: 22 lines of 28 characters that fill the core.
pub(in crate::layout) fn grid(case: &Case<'_>, out: &mut Out) {
    let mut pitches = Vec::new();
    let mut advances = Vec::new();
    let mut rights: Vec<Measured> = Vec::new();
    let mut counts: Vec<(usize, usize)> = Vec::new();
    let texts: Vec<&Placed<'_>> = case
        .lines
        .iter()
        .filter(|l| l.role == Role::Text && within(l.line.size, (15.0, 17.0)))
        .collect();
    for pair in texts.windows(2) {
        let [a, b] = pair else { continue };
        let (line, next) = (&a.line, &b.line);
        if line.page == next.page {
            let pitch = next.baseline - line.baseline;
            if within(pitch, (8.0, 13.0)) {
                pitches.push(pitch);
            }
        }
        let goes_on = a.part == b.part && next.x0 < LEFT + 1.0 && line.x1 > RIGHT - CELL;
        if goes_on && b.head.is_none() {
            // A web address broken where it must has no space to stretch.
            let broken = line.text.chars().all(|c| c.is_ascii_graphic());
            if !broken && (!closes(line.last()) || line.x1 < RIGHT + 0.5) {
                rights.push((line.x1, line.page));
            }
            if line.text.chars().all(is_han) && line.x0 < LEFT + 0.5 {
                counts.push((line.text.chars().count(), line.page));
            }
        }
        for run in &line.runs {
            for cells in run.cells.windows(2) {
                let [a, b] = cells else { continue };
                if a.text.chars().all(is_han) && b.text.chars().all(is_han) && !a.text.is_empty() {
                    advances.push(b.x0 - a.x0);
                }
            }
        }
    }
    if pitches.len() >= 3
        && let Some(pitch) = median(pitches)
    {
        out.range("行距", (10.35, 10.50), &[(pitch, texts.first().map_or(1, |l| l.line.page))]);
        if case.adjusted {
            out.soften();
        }
    }
    if advances.len() >= 20
        && let Some(advance) = median(advances)
    {
        out.near("字距", CELL, 0.05, (advance, texts.first().map_or(1, |l| l.line.page)));
        if case.adjusted {
            out.soften();
        }
    }
    out.all("齐右的行右沿", RIGHT, 0.5, &rights);
    if let Some(&(odd, page)) = counts.iter().find(|(n, _)| !(27..=28).contains(n)) {
        out.say("每行字数", "28 字", format!("{odd} 字"), Verdict::Fail, Some(page));
    } else if !counts.is_empty() {
        let full = counts.iter().filter(|(n, _)| *n == 28).count();
        out.say(
            "每行字数",
            "28 字",
            format!("28 字的 {full} 行，27 字的 {} 行", counts.len() - full),
            Verdict::Pass,
            None,
        );
    }
    lines_of_full_pages(case, out);
}

fn lines_of_full_pages(case: &Case<'_>, out: &mut Out) {
    let mut pure: Vec<(usize, usize)> = Vec::new();
    for page in case.pages.iter().filter(|p| p.turn == Turn::Upright && !p.has_table()) {
        let here: Vec<&Placed<'_>> =
            case.lines.iter().filter(|l| l.line.page == page.number).collect();
        let all_text = here.iter().all(|l| l.role == Role::Text);
        let (Some(first), Some(last)) = (here.first(), here.last()) else { continue };
        let full = first.line.top < TOP + 4.0 && last.line.bottom > BOTTOM - PITCH - 1.0;
        let gaps = here
            .windows(2)
            .any(|w| matches!(w, [a, b] if b.line.baseline - a.line.baseline > 13.0));
        if all_text && full && !gaps {
            pure.push((here.len(), page.number));
        }
    }
    let Some(&(worst, page)) = pure.iter().max_by_key(|(n, _)| n.abs_diff(22)) else { return };
    let verdict = match worst.abs_diff(22) {
        0 => Verdict::Pass,
        1 => Verdict::Warn,
        _ if case.adjusted => Verdict::Warn,
        _ => Verdict::Fail,
    };
    let measured = format!("{worst} 行（共 {} 个满页）", pure.len());
    out.say("每面行数", "22 行", measured, verdict, Some(page));
}
