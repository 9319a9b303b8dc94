//! G-05 to G-07: mark, number, signers, red rule (7.2).

use crate::document::Form;
use crate::layout::elements::{Case, MarkAt, Placed, Role};
use crate::layout::measure::{CELL, LEFT, MIDDLE, RIGHT, TWO_LINES, near};
use crate::layout::page::Line;
use crate::layout::report::{Measured, Out, Verdict};
use crate::sheet::Area;

/// 7.2.4, 10.1, 10.2: the mark, and what stands above it.
pub(in crate::layout) fn mark(case: &Case<'_>, out: &mut Out) {
    let Some(mark) = &case.mark else {
        if case.document.is_some_and(|d| d.header.is_some()) {
            out.say("", "首页有红色的发文机关标志", "没有找到", Verdict::Fail, Some(1));
        }
        return;
    };
    let top = match case.form {
        Form::Letter => 30.0,
        Form::Order => 57.0,
        Form::Document | Form::Minutes | Form::Plain => 72.0,
    };
    out.near("上沿（墨迹）", top, 1.0, (mark.ink.top, 1));
    out.near("居中（墨迹）", MIDDLE, 0.5, (mark.ink.centre_x(), 1));
    let width = mark.ink.right - mark.ink.left;
    out.holds("宽", "不宽于版心 156 毫米", format!("{width:.2} 毫米"), width <= 156.2, Some(1));
    sizes(case, mark, out);
    joint(case, mark, out);
    corner(case, out);
}

fn mark_lines<'a, 'b>(case: &'b Case<'a>, mark: &MarkAt) -> Vec<&'b Placed<'a>> {
    mark.lines.iter().filter_map(|&i| case.lines.get(i)).collect()
}

fn sizes(case: &Case<'_>, mark: &MarkAt, out: &mut Out) {
    let sizes: Vec<f64> = mark_lines(case, mark)
        .iter()
        .flat_map(|l| l.line.runs.iter().filter(|r| r.colour.is_red()).map(|r| r.size))
        .collect();
    let low = sizes.iter().copied().fold(f64::INFINITY, f64::min);
    let high = sizes.iter().copied().fold(0.0, f64::max);
    out.holds(
        "字号一致",
        "各行同一字号",
        format!("{low:.1}—{high:.1} 磅"),
        high - low < 0.1,
        Some(1),
    );
    let title = case.with(Role::Title).map(|l| l.line.size).fold(0.0, f64::max);
    if title > 0.0 && low <= title {
        out.say(
            "醒目",
            "大于标题",
            format!("{low:.1} 磅，标题 {title:.1} 磅"),
            Verdict::Warn,
            Some(1),
        );
    }
}

/// 联合: names justified under each other, 「文件」 centred beside them.
fn joint(case: &Case<'_>, mark: &MarkAt, out: &mut Out) {
    let names = match case.document.and_then(|d| d.header.as_ref()) {
        Some(header) if header.mark.names.len() > 1 => &header.mark,
        _ => return,
    };
    let lines = mark_lines(case, mark);
    let squash = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let mut lefts: Vec<Measured> = Vec::new();
    let mut rights: Vec<Measured> = Vec::new();
    let mut block: Option<Area> = None;
    let mut order = Vec::new();
    for (n, name) in names.names.iter().enumerate() {
        let name = squash(name);
        let found = lines.iter().enumerate().find_map(|(i, l)| Some((i, l, l.line.find(&name)?)));
        let Some((i, line, (x0, x1))) = found else {
            out.say(
                "联合机关名称",
                format!("第{}个名称“{name}”", n + 1),
                "没有找到",
                Verdict::Fail,
                Some(1),
            );
            continue;
        };
        order.push(i);
        lefts.push((x0, 1));
        rights.push((x1, 1));
        let area = Area { left: x0, top: line.line.top, right: x1, bottom: line.line.bottom };
        block = Some(block.map_or(area, |b| b.with(area)));
    }
    let Some(block) = block else { return };
    out.holds("联合机关次序", "主办机关在前", "依次自上而下", order.is_sorted(), Some(1));
    out.all("名称左沿对齐", block.left, 0.3, &lefts);
    out.all("名称右沿对齐", block.right, 0.3, &rights);
    let suffix = squash(&names.suffix);
    if !suffix.is_empty() {
        let place = suffix_area(&lines, &suffix, block.right);
        match place {
            Some(area) => out.near("“文件”上下居中", block.centre_y(), 0.5, (area.centre_y(), 1)),
            None => out.say("“文件”", "在名称右侧", "没有找到", Verdict::Fail, Some(1)),
        }
    }
}

/// Em box of the suffix: the run or runs right of the names that make it up.
fn suffix_area(lines: &[&Placed<'_>], suffix: &str, right_of: f64) -> Option<Area> {
    let mut text = String::new();
    let mut area: Option<Area> = None;
    for line in lines {
        for run in &line.line.runs {
            for cell in run.cells.iter().filter(|c| c.x0 > right_of - 0.5) {
                text.push_str(cell.text.trim());
                let here = Area { left: cell.x0, top: run.top, right: cell.x1, bottom: run.bottom };
                area = Some(area.map_or(here, |a| a.with(here)));
            }
        }
    }
    (text == suffix).then_some(area)?
}

/// 份号、密级、紧急程度: flush left from line 1 downwards (7.2.1—7.2.3).
fn corner(case: &Case<'_>, out: &mut Out) {
    let header = case.document.and_then(|d| d.header.as_ref());
    let copies: Vec<&Placed<'_>> = case.with(Role::CopyNo).collect();
    let secret: Vec<&Placed<'_>> = case.with(Role::Security).collect();
    if header.is_some_and(|h| h.copy_no.is_some()) && copies.is_empty() {
        out.say("份号", "六位数字，顶格第一行", "没有找到", Verdict::Fail, Some(1));
    }
    let asked =
        header.map_or(0, |h| usize::from(h.security.is_some()) + usize::from(h.urgency.is_some()));
    let letter_line = case.form == Form::Letter;
    if secret.len() < asked && !letter_line {
        out.say(
            "密级、紧急程度",
            format!("{asked} 行"),
            format!("{} 行", secret.len()),
            Verdict::Fail,
            Some(1),
        );
    }
    let all: Vec<&&Placed<'_>> = copies.iter().chain(&secret).collect();
    let lefts: Vec<Measured> = all.iter().map(|l| (l.line.x0, 1)).collect();
    out.all("份号、密级、紧急程度顶格", LEFT, 1.0, &lefts);
    if case.form != Form::Letter
        && let Some(copy) = copies.first()
    {
        out.near("份号在第一行", 37.0, 1.0, (copy.line.top, 1));
    }
    for pair in all.windows(2) {
        let [a, b] = pair else { continue };
        out.near("自上而下相隔一行", 10.445, 0.6, (b.line.top - a.line.top, 1));
    }
}

/// 7.2.5, 7.2.6: number and signers.
pub(in crate::layout) fn number(case: &Case<'_>, out: &mut Out) {
    let header = case.document.and_then(|d| d.header.as_ref());
    let Some(placed) = case.with(Role::Number).last() else {
        if header.is_some_and(|h| h.number.is_some()) {
            out.say("", "版头有发文字号", "没有找到", Verdict::Fail, Some(1));
        }
        return;
    };
    let line = &placed.line;
    let (text, x0, x1) = number_in(line);
    let well = match case.form {
        Form::Order | Form::Minutes => well_formed(&text).is_some() || is_plain_number(&text),
        _ => well_formed(&text).is_some(),
    };
    out.holds("写法", "代字〔四位年份〕序号号，序号不编虚位", text.clone(), well, Some(1));
    if let (Some(year), Some(date)) = (well_formed(&text), case.with(Role::Date).last()) {
        let same = date.line.text.starts_with(&format!("{year}年"));
        out.holds(
            "年份",
            "与成文日期的年份一致",
            format!("〔{year}〕，{}", date.line.text),
            same,
            Some(1),
        );
    }
    let signed = line.text.contains("签发人") || case.with(Role::Signers).next().is_some();
    let upward = header.map_or(signed, |h| h.upward);
    match case.form {
        Form::Letter => {
            out.near("顶格居版心右边缘", RIGHT, 0.5, (x1, 1));
            if let Some((_, lower)) = case.red_pairs().first() {
                out.near(
                    "与第一条双线相距 3 号字高的 7/8",
                    4.9,
                    0.6,
                    (line.top - lower.area.bottom, 1),
                );
            }
        }
        _ => {
            let first = case.with(Role::Number).chain(case.with(Role::Signers));
            let top = first.map(|l| l.line.top).fold(f64::INFINITY, f64::min);
            if let Some(mark) = &case.mark {
                out.range("标志下空二行", TWO_LINES, &[(top - mark.ink.bottom, 1)]);
            }
            if upward {
                out.near("居左空一字", LEFT + CELL, 1.0, (x0, 1));
            } else {
                out.near("居中", MIDDLE, 0.5, (f64::midpoint(x0, x1), 1));
            }
        }
    }
    signers(case, upward, line, out);
}

fn signers(case: &Case<'_>, upward: bool, number: &Line<'_>, out: &mut Out) {
    if !upward {
        return;
    }
    let lines: Vec<&Placed<'_>> = case.with(Role::Signers).chain(case.with(Role::Number)).collect();
    let label = lines.iter().any(|l| l.line.text.contains("签发人："));
    out.holds(
        "签发人",
        "上行文标注“签发人：”",
        if label { "有" } else { "没有找到" },
        label,
        Some(1),
    );
    if !label {
        return;
    }
    out.near("签发人居右空一字", RIGHT - CELL, 1.0, (number.x1, 1));
    if let Some(header) = case.document.and_then(|d| d.header.as_ref()) {
        let all: String = lines.iter().map(|l| l.line.text.as_str()).collect();
        let mut at = 0;
        let ordered = header.signers.iter().all(|name| {
            let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
            let found = all.get(at..).and_then(|rest| rest.find(&name));
            found.is_some_and(|i| {
                at += i + name.len();
                true
            })
        });
        out.holds("签发人次序", header.signers.join("、"), all, ordered, Some(1));
        // Faces: 「签发人：」 仿宋, names 楷体.
        let kai = lines
            .iter()
            .flat_map(|l| l.line.cells())
            .any(|(r, _)| r.face == crate::sheet::Face::Kai);
        out.holds("签发人姓名字体", "楷体", if kai { "楷体" } else { "不是楷体" }, kai, Some(1));
    }
    let starts: Vec<Measured> = lines
        .iter()
        .filter(|l| l.role == Role::Signers)
        .filter_map(|l| l.line.find("签发人：").map(|f| (f.1, 1)))
        .collect();
    if let (Some(&(name, _)), true) = (starts.first(), lines.len() > 1) {
        // Wrapped rows stand under the first name.
        let wrapped: Vec<Measured> = lines
            .iter()
            .filter(|l| !l.line.text.contains("签发人："))
            .filter_map(|l| {
                let (_, _, end) = number_in(&l.line);
                let first = l
                    .line
                    .cells()
                    .find(|(_, c)| c.x0 > end - 0.01 || !l.line.text.contains('〔'))?;
                Some((first.1.x0, 1))
            })
            .collect();
        out.all("签发人回行与第一个姓名对齐", name, 0.5, &wrapped);
    }
}

/// The number on a line, without the signers beside it, and where it stands.
fn number_in(line: &Line<'_>) -> (String, f64, f64) {
    let end = line.text.find('号').map_or(line.text.len(), |i| i + '号'.len_utf8());
    let mut text = line.text.get(..end).unwrap_or_default();
    // In a letter, 密级 may stand on the same line at the left.
    if let Some(gap) = wide_gap(line) {
        let skipped: usize = line.text.char_indices().nth(gap).map_or(0, |(i, _)| i);
        if skipped < end {
            text = line.text.get(skipped..end).unwrap_or(text);
        }
    }
    match line.find(text) {
        Some((x0, x1)) => (text.to_owned(), x0, x1),
        None => (text.to_owned(), line.x0, line.x1),
    }
}

/// Index of the character after the first gap of two cells and more.
fn wide_gap(line: &Line<'_>) -> Option<usize> {
    let mut last: Option<f64> = None;
    for (i, (_, cell)) in line.cells().enumerate() {
        if last.is_some_and(|x| cell.x0 - x > 2.0 * CELL) {
            return Some(i);
        }
        last = Some(cell.x1);
    }
    None
}

/// The year of a well-written 文号.
fn well_formed(text: &str) -> Option<String> {
    let (code, rest) = text.split_once('〔')?;
    let (year, rest) = rest.split_once('〕')?;
    let seq = rest.strip_suffix('号')?;
    let digits = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_digit());
    let han = code.chars().count() >= 2
        && code.chars().all(|c| crate::layout::measure::is_han(c) || c == '×');
    let good = han
        && year.len() == 4
        && digits(year)
        && (year.starts_with("19") || year.starts_with("20"))
        && digits(seq)
        && !seq.starts_with('0');
    good.then(|| year.to_owned())
}

/// 令号, 期号: 第×号, 第×期.
fn is_plain_number(text: &str) -> bool {
    let inner = text.trim_start_matches('（').trim_end_matches('）');
    inner.strip_prefix('第').is_some_and(|t| t.ends_with('号') || t.ends_with('期'))
}

/// 7.2.7: the red rule.
pub(in crate::layout) fn red_rule(case: &Case<'_>, out: &mut Out) {
    if matches!(case.form, Form::Letter | Form::Order | Form::Plain) {
        return;
    }
    let Some(rule) = case.red_rule else {
        // 纪要: by local rule.
        if case.mark.is_some() && case.form == Form::Document {
            out.say("", "版头有红色分隔线", "没有找到", Verdict::Fail, Some(1));
        }
        return;
    };
    out.near("左端", LEFT, 0.5, (rule.area.left, 1));
    out.near("右端", RIGHT, 0.5, (rule.area.right, 1));
    let thickness = rule.thickness();
    out.holds(
        "粗细",
        "0.3—0.7 毫米",
        format!("{thickness:.2} 毫米"),
        near(thickness, 0.5, 0.2),
        Some(1),
    );
    if let Some(number) = case.with(Role::Number).last() {
        out.near("在文号之下", 4.0, 0.5, (rule.area.top - number.line.bottom, 1));
    }
}

#[cfg(test)]
mod tests {
    use super::{is_plain_number, well_formed};

    #[test]
    fn numbers_are_written_in_one_way() {
        assert_eq!(well_formed("渝环督办〔2025〕16号").as_deref(), Some("2025"));
        for bad in [
            "渝环督办[2025]16号",
            "渝环督办〔25〕16号",
            "渝环督办〔2025〕016号",
            "渝环督办〔2025〕第16号",
            "〔2025〕16号",
        ] {
            assert_eq!(well_formed(bad), None, "{bad}");
        }
        assert!(
            is_plain_number("第3号") && is_plain_number("（第12期）") && !is_plain_number("3号")
        );
    }
}
