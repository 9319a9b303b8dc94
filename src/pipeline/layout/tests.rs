//! Each check can fail: good documents pass every one, and a page or a style that is spoilt in one place fails the
//! check of that clause and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::samples;
use crate::document::Document;
use crate::layout::{Report, Verdict, check};
use crate::pdf;
use crate::sheet::{Colour, Face, Run, Sheet, Turn};
use crate::typeset::{Options, Typesetter};

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn typesetter() -> &'static Typesetter {
    static DESK: OnceLock<Typesetter> = OnceLock::new();
    DESK.get_or_init(|| load(&home().join("templates/_styles")))
}

fn load(styles: &Path) -> Typesetter {
    Typesetter::load(&home().join("fonts"), styles, &Options::default()).unwrap().value
}

/// A document, its sheets as set, and whether something was squeezed.
struct Sample {
    document: Document,
    sheets: Vec<Sheet>,
    pdf: Vec<u8>,
    adjusted: bool,
}

impl Sample {
    fn set(document: Document) -> Self {
        let pages = typesetter().typeset(&document).unwrap().value;
        Self {
            sheets: pages.sheets(),
            adjusted: !pages.adjustments().is_empty(),
            pdf: pages.to_pdf().unwrap(),
            document,
        }
    }

    fn report(&self, sheets: &[Sheet]) -> Report {
        check(sheets, Some(&self.document), self.adjusted)
    }
}

macro_rules! sample {
    ($($name:ident),*) => {$(
        fn $name() -> &'static Sample {
            static SAMPLE: OnceLock<Sample> = OnceLock::new();
            SAMPLE.get_or_init(|| Sample::set(samples::$name()))
        }
    )*};
}
sample!(full, upward, joint, letter, order, minutes);

fn failed(report: &Report) -> BTreeSet<&'static str> {
    report.clauses.iter().filter(|c| c.outcome == Verdict::Fail).map(|c| c.code).collect()
}

fn told(report: &Report) -> String {
    let bad = report.clauses.iter().filter(|c| c.outcome == Verdict::Fail);
    bad.map(|c| {
        format!("{} {} {}：应为{}，实为{}\n", c.code, c.place, c.element, c.required, c.measured)
    })
    .collect()
}

#[test]
fn good_documents_pass_every_check_from_frames() {
    for (name, sample) in [
        ("full", full()),
        ("upward", upward()),
        ("joint", joint()),
        ("letter", letter()),
        ("order", order()),
        ("minutes", minutes()),
    ] {
        let report = sample.report(&sample.sheets);
        assert!(failed(&report).is_empty(), "{name}:\n{}", told(&report));
    }
}

#[test]
fn every_check_applies_to_some_sample() {
    let mut applied = BTreeSet::new();
    for sample in [full(), upward(), letter(), order(), minutes()] {
        for clause in sample.report(&sample.sheets).clauses {
            if clause.outcome == Verdict::Pass {
                applied.insert(clause.code);
            }
        }
    }
    let all: BTreeSet<String> = (1..=20).map(|n| format!("G-{n:02}")).collect();
    let applied: BTreeSet<String> = applied.into_iter().map(str::to_owned).collect();
    assert_eq!(applied, all);
}

#[test]
fn a_pdf_file_gives_the_sheets_of_its_frames() {
    let sample = full();
    let read = pdf::read(sample.pdf.clone()).unwrap();
    assert_eq!(read.len(), sample.sheets.len());
    for (page, (a, b)) in sample.sheets.iter().zip(&read).enumerate() {
        assert!((a.width - b.width).abs() < 0.01 && (a.height - b.height).abs() < 0.01);
        let cells = |s: &Sheet| {
            let mut all: Vec<(i64, i64, String, f64, f64, Face, Turn)> = Vec::new();
            for run in s.runs.iter().filter(|r| r.turn != Turn::Slanted) {
                for c in run.cells.iter().filter(|c| !c.text.trim().is_empty()) {
                    let key = ((run.baseline * 10.0).round() as i64, (c.x0 * 10.0).round() as i64);
                    all.push((key.0, key.1, c.text.clone(), run.top, run.size, run.face, run.turn));
                }
            }
            all.sort_by(|x, y| (x.0, x.1, &x.2).cmp(&(y.0, y.1, &y.2)));
            all
        };
        let (a_cells, b_cells) = (cells(a), cells(b));
        let text = |cells: &[(i64, i64, String, f64, f64, Face, Turn)]| {
            let mut all: Vec<&str> = cells.iter().map(|c| c.2.as_str()).collect();
            all.sort_unstable();
            all.concat()
        };
        assert_eq!(text(&a_cells), text(&b_cells), "page {}", page + 1);
        // Rounding may put two near ones in another order: compare each with the nearest of its kind.
        for cell in &a_cells {
            let twin = b_cells.iter().any(|c| {
                c.2 == cell.2
                    && (c.0 - cell.0).abs() <= 1
                    && (c.1 - cell.1).abs() <= 1
                    && (c.3 - cell.3).abs() < 0.05
                    && (c.4 - cell.4).abs() < 0.05
                    && (c.5, c.6) == (cell.5, cell.6)
            });
            assert!(twin, "page {}: {cell:?}", page + 1);
        }
        let lying =
            |s: &Sheet| s.rules.iter().filter(|r| r.area.right - r.area.left > 150.0).count();
        assert_eq!(lying(a), lying(b), "page {}", page + 1);
    }
    // Without the document's help, from the page alone.
    let report = check(&read, None, sample.adjusted);
    assert!(failed(&report).is_empty(), "{}", told(&report));
    let passed = |code| report.clauses.iter().any(|c| c.code == code && c.outcome == Verdict::Pass);
    for code in
        ["G-05", "G-06", "G-07", "G-08", "G-09", "G-13", "G-14", "G-16", "G-17", "G-18", "G-20"]
    {
        assert!(passed(code), "{code} does not apply to a PDF file");
    }
}

/// What is done to the sheets of a sample.
type Spoil = fn(&mut [Sheet]);

fn runs(
    sheets: &mut [Sheet],
    page: usize,
    mut what: impl FnMut(&Run) -> bool,
    mut does: impl FnMut(&mut Run),
) {
    let mut hit = 0;
    for run in &mut sheets[page].runs {
        if what(run) {
            does(run);
            hit += 1;
        }
    }
    assert!(hit > 0, "nothing to spoil on page {}", page + 1);
}

fn says(run: &Run, text: &str) -> bool {
    run.text().contains(text)
}

fn down(run: &mut Run, mm: f64) {
    run.top += mm;
    run.bottom += mm;
    run.baseline += mm;
    for area in run.cells.iter_mut().filter_map(|c| c.ink.as_mut()) {
        area.top += mm;
        area.bottom += mm;
    }
}

fn right(run: &mut Run, mm: f64) {
    for cell in &mut run.cells {
        cell.x0 += mm;
        cell.x1 += mm;
        if let Some(ink) = &mut cell.ink {
            ink.left += mm;
            ink.right += mm;
        }
    }
}

fn rewrite(run: &mut Run, from: &str, to: &str) {
    for cell in &mut run.cells {
        if cell.text == from {
            cell.text = to.to_owned();
        }
    }
}

fn is_text(run: &Run) -> bool {
    run.turn == Turn::Upright && (15.0..17.0).contains(&run.size) && run.colour.is_black()
}

fn red(run: &Run) -> bool {
    run.colour.is_red()
}

fn foot(run: &Run) -> bool {
    run.turn == Turn::Upright && run.top > 263.0
}

/// Page of the full sample on which `text` stands.
fn page_of(sheets: &[Sheet], text: &str) -> usize {
    sheets.iter().position(|s| s.runs.iter().any(|r| says(r, text))).unwrap()
}

fn spoilt() -> Vec<(&'static str, &'static Sample, &'static str, Spoil)> {
    vec![
        ("letter paper", full(), "G-01", |s| s[1].height = 279.4),
        ("a picture over the edge", full(), "G-02", |s| {
            s[1].pictures.push(crate::sheet::Area {
                left: 150.0,
                top: 50.0,
                right: 190.0,
                bottom: 60.0,
            });
        }),
        ("text over text", full(), "G-02", |s| {
            let twin = s[1].runs.iter().find(|r| is_text(r) && r.cells.len() > 20).unwrap().clone();
            s[1].runs.push(Run {
                top: twin.top + 2.6,
                bottom: twin.bottom + 2.6,
                baseline: twin.baseline + 2.6,
                ..twin
            });
        }),
        ("a first line that is 3 mm low", full(), "G-02", |s| {
            // The folk recipe: 37 mm of margin, then half a leading.
            let first =
                s[1].runs.iter().filter(|r| is_text(r)).map(|r| r.top).fold(300.0, f64::min);
            runs(s, 1, |r| is_text(r) && r.top < first + 1.0, |r| down(r, 3.4));
        }),
        ("narrow cells", full(), "G-03", |s| {
            for page in 0..3 {
                runs(
                    s,
                    page,
                    |r| is_text(r) && r.cells.len() > 20,
                    |r| {
                        let x = r.x0();
                        for c in &mut r.cells {
                            c.x0 = x + (c.x0 - x) * 0.97;
                            c.x1 = x + (c.x1 - x) * 0.97;
                        }
                    },
                );
            }
        }),
        ("body in 黑体", full(), "G-04", |s| {
            runs(
                s,
                1,
                |r| is_text(r) && r.face == Face::FangSong && r.cells.len() > 20,
                |r| r.face = Face::Hei,
            );
        }),
        ("body in 14 pt", full(), "G-04", |s| {
            runs(
                s,
                1,
                |r| is_text(r) && r.face == Face::FangSong && r.cells.len() > 20,
                |r| r.size = 15.2,
            );
        }),
        ("a blue word", full(), "G-04", |s| {
            let mut once = false;
            runs(
                s,
                1,
                |r| is_text(r) && !std::mem::replace(&mut once, true),
                |r| r.colour = Colour([0, 0, 200]),
            );
        }),
        ("bold", full(), "G-04", |s| {
            runs(s, 0, |r| says(r, "总体要求"), |r| r.bold = true);
        }),
        ("the mark 3 mm left", full(), "G-05", |s| runs(s, 0, red, |r| right(r, -1.5))),
        ("份号 in the second column", full(), "G-05", |s| {
            runs(s, 0, |r| says(r, "000123"), |r| right(r, 8.0));
        }),
        ("square brackets", full(), "G-06", |s| {
            runs(
                s,
                0,
                |r| says(r, "〔2025〕"),
                |r| {
                    rewrite(r, "〔", "[");
                    rewrite(r, "〕", "]");
                },
            );
        }),
        ("last year's number", full(), "G-06", |s| {
            runs(
                s,
                0,
                |r| says(r, "〔2025〕"),
                |r| {
                    let at = r.cells.iter().position(|c| c.text == "5").unwrap();
                    r.cells[at].text = "4".to_owned();
                },
            );
        }),
        ("a number off centre", full(), "G-06", |s| {
            runs(s, 0, |r| says(r, "〔2025〕"), |r| right(r, 2.0));
        }),
        ("signers at the margin", upward(), "G-06", |s| {
            runs(s, 0, |r| says(r, "王大力") && is_text(r), |r| right(r, 5.0));
        }),
        ("a thick rule", full(), "G-07", |s| {
            let rule = s[0].rules.iter_mut().find(|r| r.colour.is_red()).unwrap();
            rule.area.bottom += 0.5;
        }),
        ("a short rule", full(), "G-07", |s| {
            let rule = s[0].rules.iter_mut().find(|r| r.colour.is_red()).unwrap();
            rule.area.right -= 5.0;
        }),
        ("a title off centre", full(), "G-08", |s| {
            runs(s, 0, |r| r.size > 20.0 && !red(r), |r| right(r, 1.5));
        }),
        ("title lines too close", full(), "G-08", |s| {
            let top = s[0]
                .runs
                .iter()
                .filter(|r| r.size > 20.0 && !red(r))
                .map(|r| r.top)
                .fold(300.0, f64::min);
            runs(s, 0, |r| r.size > 20.0 && !red(r) && r.top < top + 1.0, |r| down(r, 1.5));
        }),
        ("addressees indented", full(), "G-09", |s| {
            runs(s, 0, |r| says(r, "各区县"), |r| right(r, 0.8));
        }),
        ("a half-width colon", full(), "G-09", |s| {
            runs(s, 0, |r| says(r, "有关部门"), |r| rewrite(r, "：", ":"));
        }),
        ("an indent of one and a half", full(), "G-11", |s| {
            runs(s, 0, |r| says(r, "现将有关事项"), |r| right(r, -1.0));
        }),
        ("a heading counted twice", full(), "G-12", |s| {
            let page = page_of(s, "工作安排");
            runs(s, page, |r| says(r, "工作安排"), |r| rewrite(r, "二", "三"));
        }),
        ("a full stop in the annexes' note", full(), "G-13", |s| {
            let page = page_of(s, "整改任务调度表");
            runs(
                s,
                page,
                |r| says(r, "整改任务调度表") && is_text(r),
                |r| {
                    let mut dot = r.cells.last().unwrap().clone();
                    dot.text = "。".to_owned();
                    (dot.x0, dot.x1) = (dot.x1, dot.x1 + 5.6);
                    r.cells.push(dot);
                },
            );
        }),
        ("annex numerals that do not align", full(), "G-13", |s| {
            let page = page_of(s, "整改任务调度表");
            runs(s, page, |r| says(r, "2.") && is_text(r) && r.cells.len() < 12, |r| right(r, 1.0));
        }),
        ("a date at the margin", full(), "G-14", |s| {
            let page = page_of(s, "2025年3月4日");
            runs(s, page, |r| r.text() == "2025年3月4日", |r| right(r, 5.0));
        }),
        ("a name off the date's middle", full(), "G-14", |s| {
            let page = page_of(s, "2025年3月4日");
            runs(s, page, |r| r.text() == "重庆市生态环境局", |r| right(r, 2.0));
        }),
        ("no room for the seal", full(), "G-14", |s| {
            let page = page_of(s, "2025年3月4日");
            let dated = |r: &Run| r.text() == "2025年3月4日" || r.text() == "重庆市生态环境局";
            runs(s, page, dated, |r| down(r, 5.0));
        }),
        ("an unsealed date under the name", upward(), "G-14", |s| {
            let page = page_of(s, "2025年3月4日");
            runs(s, page, |r| r.text() == "2025年3月4日", |r| right(r, -5.0));
        }),
        ("printed before it was signed", full(), "G-15", |s| {
            let page = s.len() - 1;
            runs(
                s,
                page,
                |r| says(r, "5日印发"),
                |r| {
                    let at =
                        r.cells.iter().position(|c| c.text == "5" && c.x0 > 150.0).unwrap_or(0);
                    let last = r.cells.iter().rposition(|c| c.text == "5").unwrap_or(at);
                    r.cells[last].text = "1".to_owned();
                },
            );
        }),
        ("an annex's label on line 2", full(), "G-16", |s| {
            let page = page_of(s, "附件1");
            runs(s, page, |r| r.text() == "附件1", |r| down(r, 3.0));
        }),
        ("an annex's title on line 4", full(), "G-16", |s| {
            let page = page_of(s, "附件1");
            runs(s, page, |r| r.size > 20.0, |r| down(r, 4.0));
        }),
        ("版记 rules all alike", full(), "G-17", |s| {
            let last = s.len() - 1;
            for rule in s[last].rules.iter_mut().filter(|r| r.area.right - r.area.left > 150.0) {
                rule.area.bottom = rule.area.top + 0.25;
            }
        }),
        ("版记 above the core's edge", full(), "G-17", |s| {
            let last = s.len() - 1;
            let lowest = s[last].rules.iter().map(|r| r.area.bottom).fold(0.0, f64::max);
            for rule in s[last].rules.iter_mut().filter(|r| r.area.bottom > lowest - 0.1) {
                rule.area.top -= 1.0;
                rule.area.bottom -= 1.0;
            }
        }),
        ("copies without a full stop", full(), "G-17", |s| {
            let last = s.len() - 1;
            runs(s, last, |r| says(r, "市工商联") && r.size < 15.0, |r| rewrite(r, "。", ""));
        }),
        ("hyphens for dashes", full(), "G-18", |s| runs(s, 0, foot, |r| rewrite(r, "—", "-"))),
        ("page numbers on the inner side", full(), "G-18", |s| {
            runs(s, 1, foot, |r| right(r, 120.0));
        }),
        ("page numbers 10 mm under the core", full(), "G-18", |s| {
            runs(s, 0, foot, |r| down(r, 3.0));
        }),
        ("page numbers in 黑体", full(), "G-18", |s| runs(s, 0, foot, |r| r.face = Face::Hei)),
        ("a page without number", full(), "G-18", |s| s[1].runs.retain(|r| !foot(r))),
        ("a letter's rules upside down", letter(), "G-19", |s| {
            let mut red: Vec<_> = s[0].rules.iter_mut().filter(|r| r.colour.is_red()).collect();
            red.sort_by(|a, b| a.area.top.total_cmp(&b.area.top));
            let (thick, thin) =
                (red[0].area.bottom - red[0].area.top, red[1].area.bottom - red[1].area.top);
            red[0].area.bottom = red[0].area.top + thin;
            red[1].area.bottom = red[1].area.top + thick;
        }),
        ("a letter's short rules", letter(), "G-19", |s| {
            for rule in s[0].rules.iter_mut().filter(|r| r.colour.is_red()) {
                rule.area.left += 7.0;
                rule.area.right -= 7.0;
            }
        }),
        ("a numbered first page of a letter", letter(), "G-18", |s| {
            let number: Vec<Run> = s[1].runs.iter().filter(|r| foot(r)).cloned().collect();
            assert!(!number.is_empty());
            s[0].runs.extend(number);
        }),
        ("an order's number too near", order(), "G-19", |s| {
            runs(s, 0, |r| says(r, "362"), |r| down(r, -9.0));
        }),
        ("attendance in 仿宋", minutes(), "G-19", |s| {
            let page = page_of(s, "出席");
            runs(s, page, |r| says(r, "出席"), |r| r.face = Face::FangSong);
        }),
        ("a table turned the other way", full(), "G-20", |s| {
            let page = s.iter().position(|s| s.runs.iter().any(|r| r.turn == Turn::Left)).unwrap();
            runs(s, page, |r| r.turn == Turn::Left, |r| r.turn = Turn::Right);
        }),
    ]
}

/// What else a spoilt element drags along, since two clauses measure from it.
const COMPANIONS: &[(&str, &[&str])] = &[
    // A number that stands elsewhere has another distance to the mark, the rule or the text.
    ("an order's number too near", &["G-06"]),
    ("a first line that is 3 mm low", &["G-03"]),
    ("the mark 3 mm left", &[]),
    ("a table turned the other way", &["G-16", "G-08", "G-02"]),
    // A heading that is not the one expected is text in 黑体.
    ("a heading counted twice", &["G-04"]),
    // The label is the page's first line.
    ("an annex's label on line 2", &["G-02"]),
    // The number stands below the first pair, whose lower rule is now the thick one.
    ("a letter's rules upside down", &["G-06"]),
];

#[test]
fn what_is_spoilt_in_one_place_fails_the_check_of_that_clause() {
    let mut wrong = String::new();
    for (name, sample, code, spoil) in spoilt() {
        let mut sheets = sample.sheets.clone();
        spoil(&mut sheets);
        let report = sample.report(&sheets);
        let mut found = failed(&report);
        let there = found.remove(code);
        let allowed = COMPANIONS.iter().find(|(n, _)| *n == name).map_or(&[][..], |(_, c)| c);
        found.retain(|c| !allowed.contains(c));
        if !there || !found.is_empty() {
            wrong.push_str(&format!(
                "{name}: {code} should fail, and nothing else:\n{}\n",
                told(&report)
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The style with `from` changed into `to` in one of its files.
fn style(file: &str, from: &str, to: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let styles = dir.path().join("styles");
    fs::create_dir_all(styles.join("gb9704")).unwrap();
    for entry in fs::read_dir(home().join("templates/_styles/gb9704")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_owned();
        let mut text = fs::read_to_string(&path).unwrap();
        if name == file {
            assert!(text.contains(from), "{file} has no `{from}` any more");
            text = text.replacen(from, to, 1);
        }
        put(&styles.join("gb9704").join(name), &text);
    }
    (dir, styles)
}

#[expect(clippy::disallowed_methods, reason = "a test's own temporary folder")]
fn put(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

#[test]
fn a_style_with_one_figure_changed_is_found_out() {
    for (file, from, to, code) in [
        ("grid.typ", "#let core-top = 37mm", "#let core-top = 39mm", "G-02"),
        ("grid.typ", "#let pitch = (core-height - size3) / 21", "#let pitch = 28pt", "G-03"),
        ("header.typ", "rule-top = last + size3 + 4mm", "rule-top = last + size3 + 6mm", "G-07"),
        ("imprint.typ", "rule(0.35mm)", "rule(0.25mm)", "G-17"),
    ] {
        let (_dir, styles) = style(file, from, to);
        let document = samples::full();
        let pages = load(&styles).typeset(&document).unwrap().value;
        let report = check(&pages.sheets(), Some(&document), false);
        assert!(failed(&report).contains(code), "{file} `{to}`:\n{}", told(&report));
    }
}
