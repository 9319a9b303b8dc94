//! 表头: the row of heads is found whatever stands above it, and each head is taken for a field.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::book::{Sheet, place};
use super::cell::{letters, plain, without_remark};
use super::form::{COMMON, FORMS, Form};
use crate::case::nearest;
use crate::diag::Diagnostic;

/// Rows in which heads are looked for.
const SEARCHED: usize = 40;
/// Columns of a sheet that are looked at.
const MAX_COLUMNS: u32 = 400;

/// How a head was taken for a field; the stronger first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The user said so.
    Said,
    /// Said or taken so at an earlier import.
    Remembered,
    /// The head is the field's own.
    Same,
    /// A synonym.
    Synonym,
    /// The field's own, or a synonym, with a remark in brackets.
    Remark,
}

impl How {
    /// In Chinese.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Said => "指定",
            Self::Remembered => "记住的",
            Self::Same => "相同",
            Self::Synonym => "近义",
            Self::Remark => "近义（不计括号）",
        }
    }
}

/// A column of the sheet taken for a column of the ledger.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Column of the sheet, from nought.
    pub at: u32,
    /// Its head.
    pub head: String,
    /// Which column of the form.
    pub column: usize,
    /// How it was taken.
    pub how: How,
}

/// A column that does not go in.
#[derive(Clone, Debug)]
pub struct Unused {
    /// Column of the sheet, from nought.
    pub at: u32,
    /// Its head.
    pub head: String,
    /// Why not, where there is a reason.
    pub why: Option<&'static str>,
    /// The label it is most like.
    pub like: Option<&'static str>,
}

/// 表头 as found.
#[derive(Clone, Debug)]
pub struct Heading {
    /// First and last row of the heads, from nought.
    pub rows: (u32, u32),
    /// Columns that go in, in the order of the sheet.
    pub bound: Vec<Bound>,
    /// Columns that do not.
    pub unused: Vec<Unused>,
    /// Two columns that were taken for one field, with the field's label.
    pub clashes: Vec<(Bound, Bound)>,
}

/// What is said about heads beforehand: by the user, and by memory. Heads stand as [`plain`] makes them; an empty
/// field means: does not go in.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// Of this call.
    pub said: BTreeMap<String, String>,
    /// Of earlier calls.
    pub remembered: BTreeMap<String, String>,
}

/// Looks for the heads of `form` in `sheet`; nothing if fewer than two fields are found in any row.
#[must_use]
pub fn find(sheet: &Sheet, form: &'static Form, hints: &Hints) -> Option<Heading> {
    let rows: Vec<u32> = sheet.rows.keys().copied().take(SEARCHED).collect();
    let width = rows
        .iter()
        .filter_map(|row| sheet.rows.get(row)?.keys().next_back())
        .max()
        .map_or(0, |last| last + 1)
        .min(MAX_COLUMNS);
    let mut best: Option<(usize, Heading)> = None;
    for (n, row) in rows.iter().enumerate() {
        let single = heading(sheet, form, hints, (*row, *row), width);
        let pair = rows
            .get(n + 1)
            .filter(|next| **next == row + 1)
            .map(|next| heading(sheet, form, hints, (*row, *next), width));
        for candidate in [Some(single), pair].into_iter().flatten() {
            let score = score(&candidate, form);
            if score >= 2 && best.as_ref().is_none_or(|(top, _)| score > *top) {
                best = Some((score, candidate));
            }
        }
    }
    best.map(|(_, heading)| explained(heading, form))
}

/// With a reason, or a likeness, for each column that does not go in.
fn explained(mut heading: Heading, form: &'static Form) -> Heading {
    for unused in heading.unused.iter_mut().filter(|u| u.why.is_none()) {
        unused.why = ignored(&unused.head);
        if unused.why.is_none() {
            unused.like = nearest(&unused.head, form.column.iter().map(|c| c.label.as_str()));
        }
    }
    heading
}

/// How many fields a heading knows.
fn score(heading: &Heading, form: &Form) -> usize {
    let known: BTreeSet<usize> = heading.bound.iter().map(|b| b.column).collect();
    known.len().min(form.column.len())
}

fn heading(
    sheet: &Sheet,
    form: &'static Form,
    hints: &Hints,
    rows: (u32, u32),
    width: u32,
) -> Heading {
    let mut out = Heading { rows, bound: Vec::new(), unused: Vec::new(), clashes: Vec::new() };
    for at in 0..width {
        let text = |row| sheet.covering(row, at).map(super::cell::Cell::shown).unwrap_or_default();
        let (upper, lower) = (text(rows.0), text(rows.1));
        let head = if lower.trim().is_empty() { upper.clone() } else { lower.clone() };
        if head.trim().is_empty() {
            continue;
        }
        let column = letters(at);
        let both = format!("{upper}{lower}");
        let tries =
            if rows.0 == rows.1 || upper == lower { vec![&head] } else { vec![&head, &both] };
        let found = tries.into_iter().find_map(|head| taken(head, &column, form, hints));
        let head = one_line(&head);
        match found {
            Some((Some(column), how)) => out.bound.push(Bound { at, head, column, how }),
            Some((None, _)) => out.unused.push(Unused { at, head, why: Some(""), like: None }),
            None => out.unused.push(Unused { at, head, why: None, like: None }),
        }
    }
    settle(&mut out);
    out
}

/// One field, one column: the strongest stays.
fn settle(heading: &mut Heading) {
    let mut kept: Vec<Bound> = Vec::new();
    for bound in std::mem::take(&mut heading.bound) {
        match kept.iter_mut().find(|b| b.column == bound.column) {
            None => kept.push(bound),
            Some(there) if bound.how < there.how => {
                let weaker = std::mem::replace(there, bound);
                heading.unused.push(unused(weaker));
            }
            Some(there) if bound.how > there.how => heading.unused.push(unused(bound)),
            Some(there) => heading.clashes.push((there.clone(), bound)),
        }
    }
    kept.sort_by_key(|b| b.at);
    heading.unused.sort_by_key(|u| u.at);
    heading.bound = kept;
}

fn unused(bound: Bound) -> Unused {
    Unused { at: bound.at, head: bound.head, why: Some("另有一列更像这一栏"), like: None }
}

/// The column of `form` that `head` means, if one is meant; `None` within says that it goes in nowhere.
fn taken(head: &str, letter: &str, form: &Form, hints: &Hints) -> Option<(Option<usize>, How)> {
    let key = plain(head);
    let field = |name: &String| if name.is_empty() { None } else { form.column(name) };
    let by_letter = plain(&format!("{letter}列"));
    if let Some(name) = hints.said.get(&key).or_else(|| hints.said.get(&by_letter)) {
        return Some((field(name), How::Said));
    }
    if let Some(name) = hints.remembered.get(&key) {
        return Some((field(name), How::Remembered));
    }
    let known = INDEX.get(form.ledger.as_str())?;
    let bare = || known.bare.get(&plain(without_remark(head))).map(|n| (*n, How::Remark));
    let (column, how) = known.whole.get(&key).copied().or_else(bare)?;
    Some((Some(column), how))
}

/// Heads of the forms as they are compared.
static INDEX: LazyLock<BTreeMap<&'static str, Index>> =
    LazyLock::new(|| FORMS.iter().map(|form| (form.ledger.as_str(), Index::of(form))).collect());

/// Heads of one form: what each means.
#[derive(Debug, Default)]
struct Index {
    whole: BTreeMap<String, (usize, How)>,
    bare: BTreeMap<String, usize>,
}

impl Index {
    fn of(form: &'static Form) -> Self {
        let mut out = Self::default();
        for (n, column) in form.column.iter().enumerate() {
            for name in [&column.label, &column.field] {
                out.whole.entry(plain(name)).or_insert((n, How::Same));
            }
        }
        for (n, column) in form.column.iter().enumerate() {
            for name in &column.synonyms {
                out.whole.entry(plain(name)).or_insert((n, How::Synonym));
            }
            for name in [&column.label].into_iter().chain(&column.synonyms) {
                out.bare.entry(plain(without_remark(name))).or_insert(n);
            }
        }
        out
    }
}

fn ignored(head: &str) -> Option<&'static str> {
    let key = plain(head);
    let bare = plain(without_remark(head));
    COMMON
        .ignored
        .iter()
        .find(|i| i.headers.iter().any(|h| plain(h) == key || plain(h) == bare))
        .map(|i| i.why.as_str())
}

/// `text` on one line.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Findings about a heading: columns that do not go in, and columns taken for one field.
#[must_use]
pub fn findings(heading: &Heading, sheet: &Sheet, form: &Form, file: &str) -> Vec<Diagnostic> {
    let at = |column: u32| place(file, sheet.cell(heading.rows.1, column));
    let mut out = Vec::new();
    for (a, b) in &heading.clashes {
        let label = form.column.get(b.column).map_or("", |c| c.label.as_str());
        out.push(
            Diagnostic::error("T-03", format!("“{}”和“{}”两列都像“{label}”", a.head, b.head))
                .in_cell(at(b.at))
                .hint(format!(
                    "用 --map \"{}列={label}\" 指明用哪一列，或改一列的表头。",
                    letters(b.at)
                )),
        );
    }
    for unused in &heading.unused {
        let message = format!("“{}”一列没有导入", unused.head);
        let finding = match unused.why {
            Some("") => continue,
            Some(why) => Diagnostic::note("T-03", format!("{message}：{why}")),
            None => Diagnostic::note("T-03", format!("{message}：不知道是哪一栏")),
        };
        let finding = finding.in_cell(at(unused.at));
        out.push(match unused.like {
            Some(label) => {
                finding.hint(format!("如果就是“{label}”，用 --map \"{}={label}\"。", unused.head))
            }
            None => finding,
        });
    }
    out
}
