//! G-08 to G-13: title, addressees, text, headings, 附件说明 (7.3.1—7.3.4).

use crate::document::{Block, Form, PartRole};
use crate::layout::elements::{Case, Placed, Role, guessed_level};
use crate::layout::measure::{CELL, LEFT, MIDDLE, ONE_LINE, RIGHT, TWO_LINES};
use crate::layout::report::{Measured, Out, Verdict};
use crate::sheet::{MM_PER_PT, closes, opens};

/// 文种 a title may end with: those of the 条例, and names of what is issued or attached.
const KINDS: [&str; 15] = [
    "决议", "决定", "命令", "令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示",
    "批复", "议案", "函",
];

fn title_lines<'a, 'b>(case: &'b Case<'a>, part: usize) -> Vec<&'b Placed<'a>> {
    case.with(Role::Title).filter(|l| l.part == part).collect()
}

/// 7.3.1: the title of the document, and the shape of every title.
pub(in crate::layout) fn title(case: &Case<'_>, out: &mut Out) {
    let own = title_lines(case, 0);
    if own.is_empty() && case.form != Form::Order && case.document.is_some() {
        out.say("", "有标题", "没有找到 2 号字的标题", Verdict::Fail, Some(1));
    }
    if let (Some(rule), Some(first)) = (&case.red_rule, own.first()) {
        out.range("红色分隔线下空二行", TWO_LINES, &[(first.line.top - rule.area.bottom, 1)]);
    }
    if case.form == Form::Letter
        && let Some(first) = own.first()
        && let Some(above) = case
            .lines
            .iter()
            .filter(|l| matches!(l.role, Role::Number | Role::CopyNo | Role::Security))
            .map(|l| l.line.bottom)
            .reduce(f64::max)
    {
        out.range("与上一要素相距二行", TWO_LINES, &[(first.line.top - above, 1)]);
    }
    let mut centres: Vec<Measured> = Vec::new();
    let mut pitches: Vec<Measured> = Vec::new();
    for placed in case.with(Role::Title) {
        let turned = case
            .pages
            .get(placed.line.page - 1)
            .is_some_and(|p| p.turn != crate::sheet::Turn::Upright);
        // A turned page is centred along the core's height.
        let middle = if turned {
            placed.line.centre() - (297.0 - 149.5) + MIDDLE
        } else {
            placed.line.centre()
        };
        centres.push((middle, placed.line.page));
    }
    let all: Vec<&Placed<'_>> = case.with(Role::Title).collect();
    for pair in all.windows(2) {
        let [a, b] = pair else { continue };
        if a.part == b.part && a.line.page == b.line.page {
            pitches.push((b.line.baseline - a.line.baseline, a.line.page));
        }
    }
    // Half of a mark at a line's edge may not be set; then the ink is centred, not the cell.
    out.all("居中", MIDDLE, if edges_cut(&all) { 2.2 } else { 0.3 }, &centres);
    out.range("行距", (35.0 * MM_PER_PT, 37.0 * MM_PER_PT), &pitches);
    let parts = case.lines.iter().map(|l| l.part).max().unwrap_or(0);
    for part in 0..=parts {
        shape(&title_lines(case, part), out);
    }
    kind(case, &own, out);
}

fn edges_cut(lines: &[&Placed<'_>]) -> bool {
    lines.iter().any(|l| opens(l.line.first()) || closes(l.line.last()))
}

/// 「回行时，要做到词意完整，排列对称」: 梯形 or 菱形.
fn shape(lines: &[&Placed<'_>], out: &mut Out) {
    let Some(first) = lines.first() else { return };
    let page = Some(first.line.page);
    let widths: Vec<usize> = lines.iter().map(|l| l.line.text.chars().count()).collect();
    let measured = || widths.iter().map(ToString::to_string).collect::<Vec<_>>().join("／") + " 字";
    if let [.., last] = widths.as_slice()
        && widths.len() > 1
    {
        let same = widths.iter().all(|w| w.abs_diff(*last) == 0);
        let waist = widths.windows(3).any(|w| matches!(w, [a, b, c] if *b + 1 < *a && *b + 1 < *c));
        let form = if waist {
            "（沙漏形）"
        } else if same {
            "（长方形）"
        } else {
            ""
        };
        let good = !(waist || same && widths.len() > 2);
        out.holds("形状", "梯形或菱形", format!("{}{form}", measured()), good, page);
        if same && widths.len() == 2 {
            out.say(
                "形状",
                "梯形或菱形",
                format!("{}（两行等长）", measured()),
                Verdict::Warn,
                page,
            );
        }
    }
    for (i, placed) in lines.iter().enumerate() {
        let (a, z) = (placed.line.first(), placed.line.last());
        let bad_start = i > 0 && "的了和与及等、，。；：》）〉〕”’".contains(a);
        let bad_end = i + 1 < lines.len() && "《（〈〔“‘第".contains(z);
        if bad_start || bad_end {
            let text = placed.line.text.clone();
            out.say(
                "回行",
                "不以“的、和、》”等起行，不以“《、（”等收行",
                text,
                Verdict::Fail,
                page,
            );
        }
    }
}

fn kind(case: &Case<'_>, own: &[&Placed<'_>], out: &mut Out) {
    let Some(last) = own.last() else { return };
    if case.form == Form::Plain {
        return;
    }
    // （试行）, （草案） and an addressee in brackets stand behind the 文种.
    let text = last.line.text.as_str();
    let text = match (text.ends_with('）'), text.rfind('（')) {
        (true, Some(at)) if at > 0 => text.get(..at).unwrap_or(text),
        _ => text,
    };
    let text = text.trim_end_matches(|c: char| closes(c));
    let minutes = text.ends_with("纪要");
    let good = minutes || KINDS.iter().any(|k| text.ends_with(k));
    let tail: String = {
        let n = text.chars().count();
        text.chars().skip(n.saturating_sub(6)).collect()
    };
    out.holds("文种", "以文种结尾", format!("……{tail}"), good, Some(last.line.page));
    if !good {
        out.soften();
    }
}

/// 7.3.2: addressees.
pub(in crate::layout) fn recipients(case: &Case<'_>, out: &mut Out) {
    let lines: Vec<&Placed<'_>> = case.with(Role::Recipients).collect();
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        if case.document.is_some_and(|d| d.body.recipients.is_some()) {
            out.say("", "标题下一行顶格", "没有找到", Verdict::Fail, Some(1));
        }
        return;
    };
    if let Some(title) = title_lines(case, 0).last()
        && title.line.page == first.line.page
    {
        out.range("标题下空一行", ONE_LINE, &[(first.line.top - title.line.bottom, 1)]);
    }
    let lefts: Vec<Measured> = lines.iter().map(|l| (l.line.x0, l.line.page)).collect();
    out.all("顶格", LEFT, 0.3, &lefts);
    let end = last.line.last();
    out.holds("末尾标点", "全角冒号", format!("“{end}”"), end == '：', Some(last.line.page));
}

/// 「公文首页必须显示正文」.
pub(in crate::layout) fn first_page(case: &Case<'_>, out: &mut Out) {
    if case.mark.is_none() {
        return;
    }
    let body = |l: &&Placed<'_>| {
        l.line.page == 1 && matches!(l.role, Role::Text | Role::Division | Role::Table)
    };
    let count = case.lines.iter().filter(body).count();
    out.holds("", "首页至少有一行正文", format!("{count} 行"), count > 0, Some(1));
}

/// 「每个自然段左空二字，回行顶格」.
pub(in crate::layout) fn indents(case: &Case<'_>, out: &mut Out) {
    let mut firsts: Vec<Measured> = Vec::new();
    let mut turned: Vec<Measured> = Vec::new();
    let forms = case.document.is_some_and(|d| {
        let bare =
            |b: &Block| matches!(b, Block::Paragraph { indent: false, .. } | Block::Roster(_));
        d.body.blocks.iter().chain(d.parts.iter().flat_map(|p| &p.blocks)).any(bare)
            || !d.body.attendance.is_empty()
    });
    let mut before: Option<&Placed<'_>> = None;
    let mut outdented: Vec<(String, usize)> = Vec::new();
    for placed in &case.lines {
        if placed.role != Role::Text {
            if !matches!(placed.role, Role::Imprint) {
                before = None;
            }
            continue;
        }
        let line = &placed.line;
        if case.pages.get(line.page - 1).is_some_and(|p| p.turn != crate::sheet::Turn::Upright) {
            continue;
        }
        // What hangs or is set apart in a form or a list of people has places of its own.
        let hangs = line.x0 > LEFT + 4.0 * CELL;
        if !(forms && hangs) {
            let cut = opens(line.first());
            let half = LEFT + CELL;
            let into = if line.x0 > half { &mut firsts } else { &mut turned };
            if !cut {
                into.push((line.x0, line.page));
            }
        }
        let ended = before.is_some_and(|b| b.part == placed.part && b.line.x1 < RIGHT - 2.0 * CELL);
        if ended && line.x0 < LEFT + CELL && !forms {
            outdented.push((line.text.chars().take(10).collect(), line.page));
        }
        before = Some(placed);
    }
    out.all("首行空二字", LEFT + 2.0 * CELL, 0.3, &firsts);
    out.all("回行顶格", LEFT, 0.3, &turned);
    if let Some((text, page)) = outdented.first() {
        let measured = format!("“{text}”等 {} 段顶格", outdented.len());
        out.say("各段", "首行空二字", measured, Verdict::Fail, Some(*page));
    }
}

/// 7.3.3: 一、（一）1.（1） in order; heading faces are G-04's for a document, here for a foreign page.
pub(in crate::layout) fn headings(case: &Case<'_>, out: &mut Out) {
    if let Some(lost) = case.lost_heads.first() {
        let measured = format!("没有找到“{lost}”等 {} 个", case.lost_heads.len());
        out.say("标题都在", "各层标题依次排出", measured, Verdict::Fail, None);
    }
    let mut counts = [0_u32; 4];
    let mut part = 0;
    let mut total = 0;
    let mut wrong: Vec<(String, usize)> = Vec::new();
    let mut faces: Vec<(String, usize)> = Vec::new();
    for placed in case.lines.iter().filter(|l| l.level.is_some()) {
        if placed.part != part {
            counts = [0; 4];
            part = placed.part;
        }
        total += 1;
        let text = placed.line.text.as_str();
        let page = placed.line.page;
        let short: String = text.chars().take(10).collect();
        match guessed_level(text).or_else(|| numbered_as(placed.level, text)) {
            Some((level, n)) => {
                let at = usize::from(level.clamp(1, 4)) - 1;
                let follows = counts.get(at).is_some_and(|c| n == c + 1) || n == 1;
                if !follows || Some(level) != placed.level {
                    wrong.push((short.clone(), page));
                }
                for (i, count) in counts.iter_mut().enumerate() {
                    match i.cmp(&at) {
                        std::cmp::Ordering::Equal => *count = n,
                        std::cmp::Ordering::Greater => *count = 0,
                        std::cmp::Ordering::Less => {}
                    }
                }
            }
            None => wrong.push((short.clone(), page)),
        }
        if let Some((head, face)) = placed.head {
            let bad = placed.line.cells().take(head).filter(|(r, c)| {
                r.face != face && c.text.chars().any(crate::layout::measure::is_han)
            });
            if bad.count() * 2 > head {
                faces.push((short, page));
            }
        }
    }
    if total == 0 {
        return;
    }
    let words = |list: &[(String, usize)], what: &str| match list.first() {
        None => format!("{total} 个标题{what}"),
        Some((text, _)) => format!("“{text}”等 {} 处不合", list.len()),
    };
    out.holds(
        "序数",
        "一、（一）1.（1）依次",
        words(&wrong, "依次"),
        wrong.is_empty(),
        wrong.first().map(|w| w.1),
    );
    out.holds(
        "字体",
        "一层黑体、二层楷体、三四层仿宋",
        words(&faces, "合"),
        faces.is_empty(),
        faces.first().map(|w| w.1),
    );
    run_in(case, out);
}

/// The number of a heading of known level whose words begin with a figure: 2.2021年专项督察.
fn numbered_as(level: Option<u8>, text: &str) -> Option<(u8, u32)> {
    let (figures, _) = text.split_once('.').filter(|_| level == Some(3))?;
    Some((3, figures.parse().ok()?))
}

/// A run-in heading ends with its 「。」: what follows on the line is 仿宋.
fn run_in(case: &Case<'_>, out: &mut Out) {
    let mut count = 0;
    let mut wrong: Option<(String, usize)> = None;
    for placed in &case.lines {
        let Some((head, face)) = placed.head else { continue };
        if placed.role != Role::Text || face == crate::sheet::Face::FangSong {
            continue;
        }
        let tail: Vec<_> = placed.line.cells().skip(head).collect();
        if tail.is_empty() {
            continue;
        }
        count += 1;
        let han = tail.iter().filter(|(_, c)| c.text.chars().any(crate::layout::measure::is_han));
        let (all, bad) =
            han.fold((0, 0), |(n, b), (r, _)| (n + 1, b + usize::from(r.face == face)));
        if bad * 2 > all {
            wrong.get_or_insert((placed.line.text.chars().take(12).collect(), placed.line.page));
        }
    }
    if count > 0 {
        let measured = match &wrong {
            None => format!("{count} 处"),
            Some((text, _)) => format!("“{text}”句号之后仍是标题字体"),
        };
        out.holds("段内标题", "句号以后用仿宋", measured, wrong.is_none(), wrong.map(|w| w.1));
    }
}

/// 7.3.4: 附件说明.
pub(in crate::layout) fn annex_note(case: &Case<'_>, out: &mut Out) {
    let lines: Vec<&Placed<'_>> = case.with(Role::AnnexNote).collect();
    let wanted = case.document.map(|d| d.body.annex_note.as_slice());
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        if wanted.is_some_and(|w| !w.is_empty()) {
            out.say("", "正文下空一行，左空二字编排“附件：”", "没有找到", Verdict::Fail, None);
        }
        return;
    };
    let page = first.line.page;
    let above = case
        .lines
        .iter()
        .take_while(|l| l.role != Role::AnnexNote)
        .filter(|l| l.line.page == page && !matches!(l.role, Role::AnnexNote))
        .last();
    if let Some(above) = above
        && above.role != Role::Table
    {
        out.range("正文下空一行", (10.4, 16.5), &[(first.line.top - above.line.bottom, page)]);
    }
    out.near("左空二字", LEFT + 2.0 * CELL, 0.3, (first.line.x0, page));
    let mut numerals: Vec<Measured> = Vec::new();
    let mut names: Vec<Measured> = Vec::new();
    let mut ends: Vec<String> = Vec::new();
    let numbered = first.line.text.get("附件：".len()..).is_some_and(|t| t.starts_with("1."));
    for placed in &lines {
        let line = &placed.line;
        let skip = if line.text.starts_with("附件：") { 3 } else { 0 };
        let rest: String = line.text.chars().skip(skip).collect();
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let begins = numbered && digits > 0 && rest.chars().nth(digits) == Some('.');
        let cell = |n: usize| line.cells().nth(n).map(|(_, c)| c.x0);
        if begins {
            if let Some(x) = cell(skip) {
                numerals.push((x, line.page));
            }
            if let Some(x) = cell(skip + digits + 1)
                && !rest.chars().nth(digits + 1).is_some_and(opens)
            {
                names.push((x, line.page));
            }
        } else if let Some(x) = cell(skip)
            && !rest.chars().next().is_some_and(opens)
        {
            // The one name, or a turnover: under the first character of the name.
            names.push((x, line.page));
        }
        if "。；，、".contains(line.last()) {
            ends.push(
                line.text.chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect(),
            );
        }
    }
    if let Some(&(x, _)) = numerals.first() {
        out.all("序号对齐", x, 0.3, &numerals);
    }
    if let Some(&(x, _)) = names.first() {
        out.all("名称及回行对齐", x, 0.3, &names);
    }
    // A turnover may end in a mark; the note's end and each name's may not.
    let bad = "。；，、".contains(last.line.last());
    let measured =
        if bad { format!("以“{}”结尾", last.line.last()) } else { "没有".to_owned() };
    out.holds("名称后标点", "不加标点", measured, !bad, Some(page));
    let Some(document) = case.document else { return };
    let squash = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let shown: String = lines.iter().map(|l| l.line.text.as_str()).collect();
    let missing: Vec<&String> =
        document.body.annex_note.iter().filter(|n| !shown.contains(&squash(n))).collect();
    let annexes = document.parts.iter().filter(|p| p.role == PartRole::Annex).count();
    let same = missing.is_empty() && annexes == document.body.annex_note.len();
    let measured = format!("{} 项，附件 {annexes} 份", document.body.annex_note.len());
    out.holds("与附件一致", "项数、名称与附件相同", measured, same, Some(page));
}
