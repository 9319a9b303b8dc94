//! G-14, G-15: signature in its four cases, room for seals, the date (7.3.5).

use crate::document::{Form, Signature, SignatureForm};
use crate::layout::elements::{Case, Placed, Role};
use crate::layout::measure::{CELL, LEFT, PITCH, RIGHT, date, near};
use crate::layout::report::{Measured, Out, Verdict};

/// Seals hang this much under the middle of name and date: 「署名和日期居印章中心偏下」.
const SEAL_LIFT: f64 = 3.0;

/// 7.3.5.1—7.3.5.3, 7.3.5.5.
pub(in crate::layout) fn signature(case: &Case<'_>, out: &mut Out) {
    let wanted = case.document.and_then(|d| d.body.signature.as_ref());
    let Some(date) = case.with(Role::Date).last() else {
        if wanted.is_some() {
            out.say("", "正文之后有成文日期", "没有找到", Verdict::Fail, None);
        }
        return;
    };
    let names: Vec<&Placed<'_>> = case.with(Role::Signature).collect();
    // One that is higher than a page begins below the text, and no later page of it can have any.
    let page = names.first().map_or(date.line.page, |n| n.line.page);
    let first = names.first().copied().unwrap_or(date);
    let text_here = case.lines.iter().any(|l| {
        let body = matches!(l.role, Role::Text | Role::Table | Role::Division);
        l.line.page == page && l.part == 0 && body && l.line.top < first.line.top
    });
    if case.lines.iter().any(|l| l.role == Role::Text) {
        let words = if text_here { "有正文" } else { "没有正文" };
        out.holds("署名页有正文", "署名所在的面至少有一行正文", words, text_here, Some(page));
    }
    let form = wanted.map(|w| w.form);
    let many = wanted.is_some_and(|w| w.names.len() > 1);
    if names.is_empty() && form != Some(SignatureForm::Stamped) {
        let verdict = if wanted.is_some() { Verdict::Fail } else { Verdict::Na };
        out.say("署名", "成文日期之上有署名", "没有找到", verdict, Some(page));
        return;
    }
    match (form, wanted) {
        (Some(SignatureForm::Sealed), Some(w)) if many => {
            sealed_together(case, w, &names, date, out);
        }
        (Some(SignatureForm::Sealed), w) => sealed(case, w, &names, date, out),
        (Some(SignatureForm::Unsealed), _) => unsealed(case, &names, date, out),
        (Some(SignatureForm::Stamped), _) => stamped(&names, date, out),
        (None, _) => foreign(case, &names, date, out),
    }
}

/// Last line of text, annexes' note included, above the signature on its page.
fn above(case: &Case<'_>, first: &Placed<'_>) -> Option<f64> {
    case.lines
        .iter()
        .filter(|l| l.line.page == first.line.page && l.line.bottom < first.line.top + 0.1)
        .filter(|l| !matches!(l.role, Role::Signature | Role::Date))
        .map(|l| l.line.bottom)
        .reduce(f64::max)
}

fn sealed(
    case: &Case<'_>,
    wanted: Option<&Signature>,
    names: &[&Placed<'_>],
    date: &Placed<'_>,
    out: &mut Out,
) {
    let Some(name) = names.last() else { return };
    let page = date.line.page;
    let four = RIGHT - 4.0 * CELL;
    let long = name.line.x1 - name.line.x0 > date.line.x1 - date.line.x0 + 4.0 * CELL - 0.5;
    if long {
        // 日期“一般”右空四字: a name too long for that keeps two characters free, the date stands under its middle.
        out.holds(
            "长署名右空",
            "不少于二字",
            format!("{:.2} 毫米", RIGHT - name.line.x1),
            name.line.x1 <= RIGHT - 2.0 * CELL + 0.6,
            Some(page),
        );
    } else {
        out.near("成文日期右空四字", four, 0.6, (date.line.x1, page));
    }
    out.near("署名以成文日期为准居中", 0.0, 0.3, (name.line.centre() - date.line.centre(), page));
    let Some(body) = above(case, names.first().unwrap_or(name)) else { return };
    let diameter = wanted.and_then(|w| w.seals_mm.first().copied());
    let sizes = diameter.map_or_else(|| vec![42.0, 45.0], |d| vec![d]);
    // A folded name is pressed as a whole.
    let first = names.first().unwrap_or(name);
    let centre = f64::midpoint(first.line.top, date.line.bottom) - SEAL_LIFT;
    let room: Vec<(f64, f64)> = sizes.iter().map(|d| (*d, centre - d / 2.0 - body)).collect();
    let good = room.iter().find(|(_, gap)| *gap > -0.5 && *gap < PITCH + 0.5);
    let (d, gap) = good.or(room.first()).copied().unwrap_or_default();
    out.holds(
        "印章顶端距正文",
        "0—10.4 毫米（一行以内）",
        format!("{gap:.2} 毫米（直径 {d} 毫米）"),
        good.is_some(),
        Some(page),
    );
    let middle = date.line.centre();
    let fits = middle - d / 2.0 >= LEFT && middle + d / 2.0 <= RIGHT;
    let words = format!("{:.1}—{:.1} 毫米", middle - d / 2.0, middle + d / 2.0);
    out.holds("印章左右", "不出版心（28—184 毫米）", words, fits, Some(page));
}

/// Names in rows, one seal each; seals neither touch nor leave the core.
fn sealed_together(
    case: &Case<'_>,
    wanted: &Signature,
    names: &[&Placed<'_>],
    date: &Placed<'_>,
    out: &mut Out,
) {
    struct Seat {
        page: usize,
        row: usize,
        x: f64,
        y: f64,
        diameter: f64,
    }
    let page = date.line.page;
    let mut seats: Vec<Seat> = Vec::new();
    for (n, name) in wanted.names.iter().enumerate() {
        let plain: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        // A long name may be folded: then its first line speaks for it.
        let lengths = (3..=plain.chars().count()).rev();
        let found = lengths.map(|n| plain.chars().take(n).collect::<String>()).find_map(|begin| {
            names.iter().enumerate().find_map(|(row, l)| Some((row, l, l.line.find(&begin)?)))
        });
        let Some((row, line, (x0, x1))) = found else {
            out.say("联合署名", format!("有“{name}”"), "没有找到", Verdict::Fail, Some(page));
            continue;
        };
        let diameter = wanted.seals_mm.get(n).copied().unwrap_or(42.0);
        let y = f64::midpoint(line.line.top, line.line.bottom);
        seats.push(Seat { page: line.line.page, row, x: f64::midpoint(x0, x1), y, diameter });
    }
    let ordered = seats.windows(2).all(|w| {
        matches!(w, [a, b] if (a.row, a.x).partial_cmp(&(b.row, b.x)) == Some(std::cmp::Ordering::Less))
    });
    out.holds(
        "联合署名次序",
        "按发文机关顺序",
        if ordered { "依次" } else { "次序有误" },
        ordered,
        Some(page),
    );
    let rows = seats.last().map_or(0, |s| s.row + 1);
    let most = (0..rows).map(|r| seats.iter().filter(|s| s.row == r).count()).max().unwrap_or(0);
    out.holds("每排印章", "至多 3 个", format!("{most} 个"), most <= 3, Some(page));
    let mut gaps: Vec<f64> = Vec::new();
    for (i, a) in seats.iter().enumerate() {
        for b in seats.iter().skip(i + 1).take(8).filter(|b| b.page == a.page) {
            let apart = (a.x - b.x).hypot(a.y - b.y);
            gaps.push(apart - f64::midpoint(a.diameter, b.diameter));
        }
    }
    if let Some(least) = gaps.into_iter().reduce(f64::min) {
        out.holds(
            "印章不相切",
            "相邻印章之间留有空隙",
            format!("最近相距 {least:.2} 毫米"),
            least > 0.0,
            Some(page),
        );
    }
    let outside = seats
        .iter()
        .any(|s| s.x - s.diameter / 2.0 < LEFT - 0.1 || s.x + s.diameter / 2.0 > RIGHT + 0.1);
    out.holds(
        "印章左右",
        "不出版心",
        if outside { "出版心" } else { "在版心内" },
        !outside,
        Some(page),
    );
    if let Some(last) = seats.last() {
        // 「最后一个印章端正、居中下压发文机关署名和成文日期」.
        let off = (date.line.centre() - last.x).abs();
        out.holds(
            "成文日期在最后一个署名下",
            "印章压得住日期",
            format!("中心相差 {off:.1} 毫米"),
            off < last.diameter / 2.0,
            Some(page),
        );
    }
    if let (Some(first), Some(line)) = (seats.first(), names.first())
        && let Some(body) = above(case, line)
    {
        let gap = first.y - SEAL_LIFT - first.diameter / 2.0 - body;
        out.holds(
            "首排印章顶端距正文",
            "0—10.4 毫米（一行以内）",
            format!("{gap:.2} 毫米"),
            gap > -5.0 && gap < PITCH + 5.0,
            Some(page),
        );
        out.soften();
    }
}

/// 7.3.5.2: name two characters from the right, the date's first character two to the right of the name's.
fn unsealed(case: &Case<'_>, names: &[&Placed<'_>], date: &Placed<'_>, out: &mut Out) {
    let Some(first) = names.first() else { return };
    let page = date.line.page;
    let start = names.iter().map(|n| n.line.x0).fold(f64::INFINITY, f64::min);
    out.near("成文日期比署名右移二字", 2.0 * CELL, 0.3, (date.line.x0 - start, page));
    let lefts: Vec<Measured> = names.iter().map(|n| (n.line.x0, n.line.page)).collect();
    out.all("各署名左沿对齐", start, 0.3, &lefts);
    let right = names.iter().map(|n| n.line.x1).fold(date.line.x1, f64::max);
    out.near("右空二字", RIGHT - 2.0 * CELL, 0.6, (right, page));
    if let Some(body) = above(case, first) {
        out.range("正文下空一行", (10.4, 16.5), &[(first.line.top - body, page)]);
    }
}

/// 7.3.5.3: a stamp four characters from the right, the post two characters to its left, the date below.
fn stamped(names: &[&Placed<'_>], date: &Placed<'_>, out: &mut Out) {
    let page = date.line.page;
    out.near("成文日期右空四字", RIGHT - 4.0 * CELL, 0.6, (date.line.x1, page));
    let rights: Vec<Measured> = names.iter().map(|n| (n.line.x1, n.line.page)).collect();
    if let Some(&(x, _)) = rights.first() {
        // The stamp is 40 mm wide by custom.
        let want = RIGHT - 4.0 * CELL - 40.0 - 2.0 * CELL;
        out.holds(
            "职务在签名章左空二字",
            "让出签名章 40 毫米的位置",
            format!("职务右端 {x:.2} 毫米"),
            x <= want + 1.0,
            Some(page),
        );
        out.all("各职务对齐", x, 0.3, &rights);
    }
    if let Some(last) = names.last() {
        let gap = date.line.top - last.line.bottom;
        out.holds(
            "签名章下空一行",
            "职务与日期之间留出签名章和一空行",
            format!("{gap:.2} 毫米"),
            gap >= PITCH - 0.5,
            Some(page),
        );
    }
}

/// A page of unknown make: sealed or unsealed will do.
fn foreign(case: &Case<'_>, names: &[&Placed<'_>], date: &Placed<'_>, out: &mut Out) {
    let Some(name) = names.last() else { return };
    let seal = near(date.line.x1, RIGHT - 4.0 * CELL, 0.6)
        || near(name.line.centre(), date.line.centre(), 0.3);
    if seal {
        sealed(case, None, names, date, out);
    } else {
        unsealed(case, names, date, out);
    }
}

/// 7.3.5.4: a real day in Arabic figures without zeros, not after the day of printing.
pub(in crate::layout) fn date_of_document(case: &Case<'_>, out: &mut Out) {
    let Some(placed) = case.with(Role::Date).last() else { return };
    let text = placed.line.text.as_str();
    let day = date(text);
    let page = Some(placed.line.page);
    out.holds("写法", "阿拉伯数字，年份四位，月日不编虚位", text, day.is_some(), page);
    let printed = case.with(Role::Imprint).find_map(|l| {
        let text = l.line.text.strip_suffix("印发")?;
        // The office's name stands before the date.
        text.char_indices()
            .filter(|(_, c)| c.is_ascii_digit())
            .find_map(|(i, _)| date(text.get(i..)?).map(|d| (d, l.line.page)))
    });
    if let (Some(day), Some((printed, _))) = (day, printed)
        && case.form != Form::Letter
    {
        let words = format!("成文 {}，印发 {}", dotted(day), dotted(printed));
        out.holds("不晚于印发日期", "成文日期 ≤ 印发日期", words, day <= printed, page);
    }
}

fn dotted((y, m, d): (u32, u32, u32)) -> String {
    format!("{y}.{m}.{d}")
}
