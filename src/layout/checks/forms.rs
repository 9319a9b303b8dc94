//! G-19: what letter, order and minutes have of their own (10.1—10.3).

use crate::document::Form;
use crate::layout::elements::{Case, Role};
use crate::layout::measure::{CELL, LEFT, MIDDLE, TWO_LINES, is_han};
use crate::layout::page::Bar;
use crate::layout::report::{Measured, Out, Verdict};
use crate::sheet::Face;

/// By form; the ordinary document has nothing here.
pub(in crate::layout) fn forms(case: &Case<'_>, out: &mut Out) {
    match case.form {
        Form::Letter => letter(case, out),
        Form::Order => order(case, out),
        Form::Minutes => minutes(case, out),
        Form::Document | Form::Plain => {}
    }
}

/// 10.1: red double rules 4 mm under the mark (thick above thin) and 20 mm above the paper's lower edge (thin above
/// thick), 170 mm wide and centred.
fn letter(case: &Case<'_>, out: &mut Out) {
    let pairs = case.red_pairs();
    let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else {
        out.say("信函双线", "红色双线两组", "没有找到", Verdict::Fail, Some(1));
        return;
    };
    out.holds("信函双线", "红色双线两组", format!("{} 组", pairs.len()), pairs.len() == 2, Some(1));
    if let Some(mark) = &case.mark {
        out.near("第一条双线在标志下", 4.0, 0.5, (first.0.area.top - mark.ink.bottom, 1));
    }
    out.near("第二条双线距纸下边", 20.0, 1.0, (297.0 - last.1.area.bottom, 1));
    let all: Vec<&Bar> = pairs.iter().flat_map(|(a, b)| [a, b]).collect();
    out.all("双线长", 170.0, 0.5, &all.iter().map(|b| (b.length(), 1)).collect::<Vec<Measured>>());
    out.all(
        "双线居中",
        105.0,
        0.5,
        &all.iter().map(|b| (b.area.centre_x(), 1)).collect::<Vec<Measured>>(),
    );
    let upper = first.0.thickness() > first.1.thickness();
    let lower = pairs.len() < 2 || last.0.thickness() < last.1.thickness();
    let words = format!(
        "上 {:.2}／{:.2}，下 {:.2}／{:.2} 毫米",
        first.0.thickness(),
        first.1.thickness(),
        last.0.thickness(),
        last.1.thickness()
    );
    out.holds("双线粗细", "上为上粗下细，下为上细下粗", words, upper && lower, Some(1));
    let mark: String = case.with(Role::Mark).map(|l| l.line.text.as_str()).collect();
    out.holds("信函标志", "机关名称，不加“文件”", mark.clone(), !mark.ends_with("文件"), Some(1));
}

/// 10.2: number two blank lines under the mark, text two under it, no title.
fn order(case: &Case<'_>, out: &mut Out) {
    if let (Some(mark), Some(number)) = (&case.mark, case.with(Role::Number).last()) {
        out.range("令号在标志下空二行", TWO_LINES, &[(number.line.top - mark.ink.bottom, 1)]);
        out.near("令号居中", MIDDLE, 0.5, (number.line.centre(), 1));
        if let Some(text) = case.with(Role::Text).next() {
            out.range(
                "正文在令号下空二行",
                TWO_LINES,
                &[(text.line.top - number.line.bottom, text.line.page)],
            );
        }
    }
    let titles = case.with(Role::Title).filter(|l| l.part == 0).count();
    out.holds("命令无标题", "没有标题", format!("{titles} 行"), titles == 0, Some(1));
}

/// 10.3: the mark says 纪要; 出席 and its like in 黑体, names in 仿宋.
fn minutes(case: &Case<'_>, out: &mut Out) {
    let mark: String = case.with(Role::Mark).map(|l| l.line.text.as_str()).collect();
    out.holds("纪要标志", "“×××纪要”", mark.clone(), mark.ends_with("纪要"), Some(1));
    let mut labels: Vec<Measured> = Vec::new();
    let mut wrong: Option<(String, usize)> = None;
    let known: Vec<String> = match case.document {
        Some(d) => d.body.attendance.iter().map(|r| r.label.clone()).collect(),
        None => ["出席", "请假", "列席"].map(str::to_owned).to_vec(),
    };
    for placed in &case.lines {
        let line = &placed.line;
        let Some(label) = known.iter().find(|l| line.text.starts_with(&format!("{l}："))) else {
            continue;
        };
        labels.push((line.x0, line.page));
        let count = label.chars().count();
        for (i, (run, cell)) in line.cells().enumerate() {
            let want = if i < count { Face::Hei } else { Face::FangSong };
            if cell.text.chars().any(is_han) && run.face != want {
                wrong.get_or_insert((line.text.chars().take(10).collect(), line.page));
            }
        }
    }
    if labels.is_empty() {
        if case.document.is_some_and(|d| !d.body.attendance.is_empty()) {
            out.say("出席人员", "正文之后有出席人员名单", "没有找到", Verdict::Fail, None);
        }
        return;
    }
    out.all("出席人员左空二字", LEFT + 2.0 * CELL, 0.3, &labels);
    let measured = wrong.as_ref().map_or_else(|| "合".to_owned(), |(t, _)| format!("“{t}”不合"));
    out.holds(
        "出席人员字体",
        "“出席：”黑体，姓名仿宋",
        measured,
        wrong.is_none(),
        wrong.map(|w| w.1),
    );
}
