//! G-04: typeface, size and colour of every element (5.2.2, 5.2.4); no bold anywhere; fallback glyphs by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::layout::elements::{Case, MARK_LEAST_PT, Placed, Role};
use crate::layout::measure::{SIZE2, SIZE3, SIZE4, is_han, within};
use crate::layout::report::{Out, Verdict};
use crate::sheet::{Colour, Face, Run, Turn};

/// What an element must be set in: its name, faces, size.
struct Wanted {
    name: &'static str,
    faces: &'static [Face],
    size: Option<(f64, f64)>,
}

fn wanted(role: Role) -> Option<Wanted> {
    let (name, faces, size): (_, &[Face], _) = match role {
        Role::Mark => ("发文机关标志", &[Face::BiaoSong], None),
        Role::CopyNo => ("份号", &[Face::FangSong], Some(SIZE3)),
        Role::Security => ("密级、紧急程度", &[Face::Hei], Some(SIZE3)),
        Role::Number | Role::Signers => {
            ("发文字号、签发人", &[Face::FangSong, Face::Kai], Some(SIZE3))
        }
        Role::Title => ("标题", &[Face::BiaoSong], Some(SIZE2)),
        Role::Recipients => ("主送机关", &[Face::FangSong], Some(SIZE3)),
        Role::Text => ("正文", &[Face::FangSong], Some(SIZE3)),
        Role::Division => ("居中的行", &[Face::FangSong, Face::Hei, Face::Kai], Some(SIZE3)),
        Role::AnnexNote => ("附件说明", &[Face::FangSong], Some(SIZE3)),
        Role::Signature => ("署名", &[Face::FangSong], Some(SIZE3)),
        Role::Date => ("成文日期", &[Face::FangSong], Some(SIZE3)),
        Role::Note => ("附注", &[Face::FangSong], Some(SIZE3)),
        Role::Label => ("附件序号", &[Face::Hei, Face::FangSong], Some(SIZE3)),
        Role::Imprint => ("版记", &[Face::FangSong], Some(SIZE4)),
        Role::Table | Role::Other => return None,
    };
    Some(Wanted { name, faces, size })
}

/// What was found of one element.
#[derive(Default)]
struct Found {
    lines: usize,
    wrong: Vec<(String, usize)>,
    sizes: BTreeSet<i64>,
}

/// 字体, 字号, 颜色 of every element.
pub(in crate::layout) fn faces(case: &Case<'_>, out: &mut Out) {
    let mut found: BTreeMap<&'static str, (Role, Found)> = BTreeMap::new();
    let mut fallback: BTreeMap<char, (Face, usize)> = BTreeMap::new();
    for placed in &case.lines {
        let Some(wanted) = wanted(placed.role) else { continue };
        let (_, element) =
            found.entry(wanted.name).or_insert_with(|| (placed.role, Found::default()));
        element.lines += 1;
        line(placed, &wanted, element, &mut fallback);
    }
    let order = found.into_iter().collect::<Vec<_>>();
    for (name, (role, element)) in order {
        let Some(wanted) = wanted(role) else { continue };
        let faces: Vec<&str> = wanted.faces.iter().map(|f| f.name()).collect();
        let size = wanted.size.map_or_else(String::new, |(a, b)| format!("，{a}—{b} 磅"));
        let required = format!("{}{size}", faces.join("或"));
        let sizes: Vec<String> =
            element.sizes.iter().map(|s| format!("{}", *s as f64 / 10.0)).collect();
        let (measured, page) = match element.wrong.first() {
            None => (format!("{} 行，{} 磅", element.lines, sizes.join("、")), None),
            Some((what, page)) => (format!("{what}，等 {} 行", element.wrong.len()), Some(*page)),
        };
        out.holds(name, required, measured, element.wrong.is_empty(), page);
    }
    colours(case, out);
    bold(case, out);
    if !fallback.is_empty() {
        let list: Vec<String> = fallback
            .iter()
            .take(20)
            .map(|(c, (face, _))| format!("{c}（{}）", face.name()))
            .collect();
        let page = fallback.values().next().map(|v| v.1);
        out.say("替代字形", "各字都用本项的字体", list.join("、"), Verdict::Warn, page);
    }
}

fn line(
    placed: &Placed<'_>,
    wanted: &Wanted,
    element: &mut Found,
    fallback: &mut BTreeMap<char, (Face, usize)>,
) {
    let (head, face) = placed.head.unwrap_or((0, Face::FangSong));
    let mut strange: Vec<(char, Face)> = Vec::new();
    // Characters judged and wrong: before the heading's end and after it.
    let mut judged = [0_usize; 2];
    let mut wrong = [0_usize; 2];
    let mut size_wrong = None;
    let mut at = 0;
    for (run, cell) in placed.line.cells() {
        if let Some(size) = wanted.size
            && !within(run.size, size)
            && run.face != Face::Latin
        {
            size_wrong = Some(run.size);
        }
        element.sizes.insert((run.size * 10.0).round() as i64);
        for c in cell.text.chars().filter(|c| !c.is_whitespace()) {
            let in_head = at < head;
            at += 1;
            if !(is_han(c) || "，。、；：？！（）《》“”".contains(c)) {
                continue;
            }
            let fits = if in_head { run.face == face } else { wanted.faces.contains(&run.face) };
            let side = usize::from(!in_head);
            if let Some(n) = judged.get_mut(side) {
                *n += 1;
            }
            if !fits {
                if let Some(n) = wrong.get_mut(side) {
                    *n += 1;
                }
                strange.push((c, run.face));
            }
        }
    }
    let page = placed.line.page;
    let text: String = placed.line.text.chars().take(10).collect();
    if let Some(size) = size_wrong {
        element.wrong.push((format!("“{text}”为 {size:.1} 磅"), page));
        return;
    }
    // Half of the characters in another face: the line is set wrong. Single ones are fallback.
    let broken = judged.iter().zip(wrong).any(|(&all, bad)| bad * 2 >= all && bad > 0);
    if broken {
        let face = strange.first().map_or(Face::Other, |s| s.1);
        element.wrong.push((format!("“{text}”用了{}", face.name()), page));
    } else {
        for (c, face) in strange {
            fallback.entry(c).or_insert((face, page));
        }
    }
}

fn upright<'a>(case: &'a Case<'_>) -> impl Iterator<Item = (&'a Run, usize)> {
    case.pages.iter().flat_map(|p| {
        let number = p.number;
        p.sheet.runs.iter().filter(|r| r.turn != Turn::Slanted).map(move |r| (r, number))
    })
}

/// 5.2.4: black; red for the mark and a letter's or header's rules, one red.
fn colours(case: &Case<'_>, out: &mut Out) {
    let mut reds: BTreeSet<Colour> = BTreeSet::new();
    let mut wrong: Vec<(String, usize)> = Vec::new();
    for (run, page) in upright(case) {
        if run.colour.is_red() && page == 1 && run.size >= MARK_LEAST_PT {
            reds.insert(run.colour);
        } else if !run.colour.is_black() {
            wrong.push((run.text().chars().take(10).collect(), page));
        }
    }
    for page in &case.pages {
        for rule in &page.sheet.rules {
            if rule.colour.is_red() {
                reds.insert(rule.colour);
            } else if !rule.colour.is_black() {
                wrong.push((
                    format!("线（{:.0}，{:.0}）", rule.area.left, rule.area.top),
                    page.number,
                ));
            }
        }
    }
    let measured = match (wrong.first(), reds.len()) {
        (Some((what, _)), _) => format!("“{what}”等 {} 处是别的颜色", wrong.len()),
        (None, 0) => "全部黑色".to_owned(),
        (None, 1) => "黑色和一种红色".to_owned(),
        (None, n) => format!("黑色和 {n} 种红色"),
    };
    let good = wrong.is_empty() && reds.len() <= 1;
    out.holds("颜色", "黑色；标志和版头的线为同一红色", measured, good, wrong.first().map(|w| w.1));
}

fn bold(case: &Case<'_>, out: &mut Out) {
    let bold: Vec<(&Run, usize)> = upright(case).filter(|(r, _)| r.bold).collect();
    let measured = match bold.first() {
        None => "没有".to_owned(),
        Some((run, _)) => {
            let text: String = run.text().chars().take(10).collect();
            format!("“{text}”等 {} 处", bold.len())
        }
    };
    out.holds("加粗", "不加粗", measured, bold.is_empty(), bold.first().map(|b| b.1));
}
