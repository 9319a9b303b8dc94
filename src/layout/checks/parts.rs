//! G-16 and G-20: annexes (7.3.7), and tables that lie on their side (8).

use crate::document::PartRole;
use crate::layout::elements::{Case, Placed, Role};
use crate::layout::measure::{LEFT, PITCH, SIZE3, TOP, within};
use crate::layout::report::{Measured, Out, Verdict};
use crate::sheet::{Face, Turn};

/// 7.3.7: 另面, label on line 1 in 黑体 3 号, title on line 3.
pub(in crate::layout) fn annexes(case: &Case<'_>, out: &mut Out) {
    let labels: Vec<&Placed<'_>> = case.with(Role::Label).collect();
    if let Some(document) = case.document {
        let wanted: Vec<&str> = document
            .parts
            .iter()
            .filter(|p| p.role == PartRole::Annex)
            .filter_map(|p| p.label.as_deref())
            .collect();
        let missing: Vec<&&str> =
            wanted.iter().filter(|w| !labels.iter().any(|l| l.line.text.ends_with(**w))).collect();
        if let Some(first) = missing.first() {
            let measured = format!("没有找到“{first}”等 {} 个", missing.len());
            out.say("另面", "每个附件另起一面，序号在第一行", measured, Verdict::Fail, None);
        } else if !wanted.is_empty() {
            let measured = format!("{} 个附件都另起一面", wanted.len());
            out.say("另面", "每个附件另起一面，序号在第一行", measured, Verdict::Pass, None);
        }
    }
    let mut tops: Vec<Measured> = Vec::new();
    let mut lefts: Vec<Measured> = Vec::new();
    let mut titles: Vec<Measured> = Vec::new();
    let mut faces: Option<(String, usize)> = None;
    for label in &labels {
        let page = label.line.page;
        let turned = turn_of(case, page) != Turn::Upright;
        // A turned page's first line stands at the core's left edge, which is its upper one.
        let (top, left) = if turned { (LEFT, 35.0) } else { (TOP, LEFT) };
        tops.push((label.line.top - top + TOP, page));
        lefts.push((label.line.x0 - left + LEFT, page));
        let black = label.line.runs.iter().any(|r| {
            let annex = r.cells.iter().any(|c| c.text.contains('附'));
            annex && !(r.face == Face::Hei && within(r.size, SIZE3))
        });
        if black {
            faces.get_or_insert((label.line.text.clone(), page));
        }
        let title = case.lines.iter().find(|l| l.line.page == page && l.role == Role::Title);
        if let Some(title) = title {
            titles.push((title.line.top - top + TOP, page));
        }
    }
    out.all("序号在第一行", TOP, 1.0, &tops);
    out.all("序号顶格", LEFT, 0.3, &lefts);
    out.all("标题在第三行", TOP + 2.0 * PITCH, 1.5, &titles);
    if !labels.is_empty() {
        let measured = match &faces {
            None => "黑体".to_owned(),
            Some((text, _)) => format!("“{text}”不是 3 号黑体"),
        };
        out.holds("序号字体", "3 号黑体", measured, faces.is_none(), faces.map(|f| f.1));
    }
}

fn turn_of(case: &Case<'_>, page: usize) -> Turn {
    case.pages.get(page.saturating_sub(1)).map_or(Turn::Upright, |p| p.turn)
}

/// 8: the head of a table that lies on its side is at the sheet's left edge on every page: odd pages have their
/// binding edge there, even pages their cutting edge.
pub(in crate::layout) fn wide_pages(case: &Case<'_>, out: &mut Out) {
    let turned: Vec<(usize, Turn)> =
        case.pages.iter().filter(|p| p.turn != Turn::Upright).map(|p| (p.number, p.turn)).collect();
    let wanted = case.document.is_some_and(|d| d.parts.iter().any(|p| p.landscape));
    if turned.is_empty() {
        if wanted {
            out.say("", "横排的附件左旋 90°，表头在纸的左边", "没有横排的面", Verdict::Fail, None);
        }
        return;
    }
    let wrong = turned.iter().find(|(_, turn)| *turn != Turn::Left);
    let measured = match wrong {
        None => format!("{} 面都左旋 90°", turned.len()),
        Some(_) => "表头在纸的右边".to_owned(),
    };
    out.holds(
        "表头位置",
        "单页在订口一边，双页在切口一边（都是纸的左边）",
        measured,
        wrong.is_none(),
        wrong.map(|w| w.0),
    );
    let numbered =
        turned.iter().find(|(page, _)| case.pages.get(page - 1).is_some_and(|p| p.foot.is_empty()));
    let measured = if numbered.is_none() {
        "都在版心之下，字正立"
    } else {
        "页码不在竖排时的位置"
    };
    out.holds("页码位置", "与竖排的面一致", measured, numbered.is_none(), numbered.map(|n| n.0));
}
