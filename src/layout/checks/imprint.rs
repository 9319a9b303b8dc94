//! G-17 and G-18: 版记 (7.4) and page numbers (7.5).

use crate::document::Form;
use crate::layout::elements::{Case, Placed, Role};
use crate::layout::measure::{BOTTOM, CELL4, LEFT, RIGHT, SIZE4, within};
use crate::layout::page::{Line, Page};
use crate::layout::report::{Measured, Out, Verdict};
use crate::sheet::Face;

/// 7.4: rules, texts, place.
pub(in crate::layout) fn imprint(case: &Case<'_>, out: &mut Out) {
    let lines: Vec<&Placed<'_>> = case.with(Role::Imprint).collect();
    let wanted = case.document.and_then(|d| d.imprint.as_ref());
    let last_page = case.pages.len();
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        if wanted.is_some() && case.form != Form::Letter {
            out.say("", "最后一面有版记", "没有找到", Verdict::Fail, Some(last_page));
        }
        return;
    };
    if case.form == Form::Letter {
        letter(case, last, out);
        return;
    }
    rules(case, first, out);
    let lefts: Vec<Measured> = lines
        .iter()
        .filter(|l| {
            l.line.text.starts_with("抄送")
                || l.line.text.starts_with("主送")
                || l.line.text.ends_with("印发")
        })
        .map(|l| (l.line.x0, last_page))
        .collect();
    out.all("左空一字", LEFT + CELL4, 0.5, &lefts);
    if last.line.text.ends_with("印发") {
        out.near("印发日期右空一字", RIGHT - CELL4, 0.5, (last.line.x1, last_page));
    }
    let copies: Vec<&&Placed<'_>> = lines
        .iter()
        .take_while(|l| !l.line.text.ends_with("印发"))
        .skip_while(|l| !l.line.text.starts_with("抄送"))
        .collect();
    if let Some(end) = copies.last() {
        let mark = end.line.last();
        out.holds("抄送末尾", "句号", format!("“{mark}”"), mark == '。', Some(last_page));
        let hang: Vec<Measured> = copies.iter().skip(1).map(|l| (l.line.x0, last_page)).collect();
        out.all("抄送回行与冒号后首字对齐", LEFT + 4.0 * CELL4, 0.5, &hang);
    }
    if wanted.is_some_and(|w| w.copies.is_some()) && copies.is_empty() {
        out.say("抄送", "有抄送机关", "没有找到", Verdict::Fail, Some(last_page));
    }
    let even = last_page.is_multiple_of(2);
    out.holds(
        "在最后一面",
        "双面印刷，版记在双数面",
        format!("第 {last_page} 面"),
        even,
        Some(last_page),
    );
    if !even {
        out.soften();
    }
}

/// 首末 0.35 mm, middle 0.25 mm, the last on the core's lower edge.
fn rules(case: &Case<'_>, first: &Placed<'_>, out: &mut Out) {
    let page = case.pages.len();
    let bars = &case.imprint_rules;
    let (Some(top), Some(bottom)) = (bars.first(), bars.last()) else {
        out.say("分隔线", "首、中、末三条（无抄送的两条）", "没有找到", Verdict::Fail, Some(page));
        return;
    };
    let copies = case.with(Role::Imprint).any(|l| l.line.text.starts_with("抄送"));
    let want = if copies { 3 } else { 2 };
    out.holds(
        "分隔线条数",
        format!("{want} 条"),
        format!("{} 条", bars.len()),
        bars.len() == want,
        Some(page),
    );
    let x0: Vec<Measured> = bars.iter().map(|b| (b.area.left, page)).collect();
    let x1: Vec<Measured> = bars.iter().map(|b| (b.area.right, page)).collect();
    out.all("分隔线左端", LEFT, 0.5, &x0);
    out.all("分隔线右端", RIGHT, 0.5, &x1);
    let ends = [(top.thickness(), page), (bottom.thickness(), page)];
    out.all("首末分隔线粗", 0.35, 0.05, &ends);
    let inner: Vec<Measured> = bars
        .iter()
        .skip(1)
        .take(bars.len().saturating_sub(2))
        .map(|b| (b.thickness(), page))
        .collect();
    out.all("中间分隔线粗", 0.25, 0.05, &inner);
    out.near("末条与版心下边缘重合", BOTTOM, 0.5, (bottom.area.bottom, page));
    let over = first.line.top - top.area.bottom;
    out.holds(
        "首条在第一个要素之上",
        "紧接其上",
        format!("{over:.2} 毫米"),
        over > -0.1 && over < 4.0,
        Some(page),
    );
}

/// 10.1: no issue line, no rules, lowest in the core of the last side.
fn letter(case: &Case<'_>, last: &Placed<'_>, out: &mut Out) {
    let page = last.line.page;
    let bare = case.imprint_rules.is_empty() && !last.line.text.ends_with("印发");
    out.holds(
        "信函的版记",
        "不加印发机关、印发日期和分隔线",
        if bare { "没有" } else { "有" },
        bare,
        Some(page),
    );
    let bottom = last.line.bottom;
    out.holds(
        "信函的版记位置",
        "版心最下方",
        format!("下沿 {bottom:.2} 毫米"),
        bottom > BOTTOM - 12.0 && bottom < BOTTOM + 0.5,
        Some(page),
    );
}

/// 7.5: 4 号 half-width 宋体 between two 一字线, 7 mm under the core, right on odd and left on even pages.
pub(in crate::layout) fn page_numbers(case: &Case<'_>, out: &mut Out) {
    let mut form: Vec<(String, usize)> = Vec::new();
    let mut face: Option<(String, usize)> = None;
    let mut heights: Vec<Measured> = Vec::new();
    let mut odd: Vec<Measured> = Vec::new();
    let mut even: Vec<Measured> = Vec::new();
    let mut widths: Vec<Measured> = Vec::new();
    let mut missing: Vec<usize> = Vec::new();
    let mut surplus: Vec<usize> = Vec::new();
    for page in &case.pages {
        let wanted = is_numbered(case, page);
        let Some(line) = page.foot.iter().find(|l| l.text.chars().any(|c| c.is_ascii_digit()))
        else {
            if wanted {
                missing.push(page.number);
            }
            continue;
        };
        if !wanted {
            surplus.push(page.number);
            continue;
        }
        if line.text != format!("—{}—", page.number) {
            form.push((line.text.clone(), page.number));
        }
        let good = line
            .cells()
            .all(|(r, _)| within(r.size, SIZE4) && matches!(r.face, Face::Song | Face::BiaoSong))
            && line.cells().all(|(r, _)| r.face != Face::BiaoSong);
        if !good {
            let (name, size) = line.runs.first().map_or(("", 0.0), |r| (r.face.name(), r.size));
            face.get_or_insert((format!("{name} {size:.1} 磅"), page.number));
        }
        heights.push((dash_height(line), page.number));
        let into = if page.number.is_multiple_of(2) { &mut even } else { &mut odd };
        into.push((if page.number.is_multiple_of(2) { line.x0 } else { line.x1 }, page.number));
        for (_, cell) in line.cells().filter(|(_, c)| c.text.chars().all(|c| c.is_ascii_digit())) {
            widths.push((cell.x1 - cell.x0, page.number));
        }
    }
    let list = |pages: &[usize]| {
        let shown: Vec<String> = pages.iter().take(6).map(ToString::to_string).collect();
        format!("第 {} 面", shown.join("、"))
    };
    match (missing.first(), surplus.first()) {
        (None, None) => out.say(
            "有无",
            "各面连续编号（空白面、信函首页除外）",
            format!("{} 面", case.pages.len()),
            Verdict::Pass,
            None,
        ),
        (Some(&page), _) => out.say(
            "有无",
            "各面连续编号",
            format!("{}没有页码", list(&missing)),
            Verdict::Fail,
            Some(page),
        ),
        (None, Some(&page)) => out.say(
            "有无",
            "空白面和只有版记的面、信函首页不编页码",
            format!("{}有页码", list(&surplus)),
            Verdict::Fail,
            Some(page),
        ),
    }
    if heights.is_empty() {
        return;
    }
    let measured = form.first().map_or_else(|| "—1—".to_owned(), |(t, _)| format!("“{t}”"));
    out.holds("写法", "—页码—，连续", measured, form.is_empty(), form.first().map(|f| f.1));
    let measured = face.as_ref().map_or_else(|| "4 号宋体".to_owned(), |(t, _)| t.clone());
    out.holds("字体字号", "4 号半角宋体", measured, face.is_none(), face.map(|f| f.1));
    out.all("数字宽（半角）", CELL4 / 2.0, 0.3, &widths);
    out.all("一字线在版心下边缘之下 7 毫米", 269.0, 0.7, &heights);
    out.all("单页码居右空一字", RIGHT - CELL4, 0.8, &odd);
    out.all("双页码居左空一字", LEFT + CELL4, 0.8, &even);
}

/// A page that follows an inserted blank one and holds the 版记 alone has no number, nor has the blank one.
fn is_numbered(case: &Case<'_>, page: &Page<'_>) -> bool {
    if page.number == 1 && case.form == Form::Letter {
        return false;
    }
    let only_imprint = |p: &Page<'_>| {
        p.number == case.pages.len()
            && case
                .lines
                .iter()
                .filter(|l| l.line.page == p.number)
                .all(|l| l.role == Role::Imprint)
    };
    let blank_before =
        |n: usize| n.checked_sub(2).and_then(|i| case.pages.get(i)).is_some_and(Page::is_blank);
    let after_blank = only_imprint(page) && blank_before(page.number);
    !(page.is_blank() || after_blank)
}

fn dash_height(line: &Line<'_>) -> f64 {
    let ink = line.cells().find(|(_, c)| c.text.contains('—')).and_then(|(_, c)| c.ink);
    ink.map_or_else(|| f64::midpoint(line.top, line.bottom), crate::sheet::Area::centre_y)
}
