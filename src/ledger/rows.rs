//! 逐行: each row of a ledger becomes a new thing of the case, a change of one, or a list of what is wrong with it.

mod compare;
mod deed;
mod fresh;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

pub use deed::{Change, Deed, Row};

use super::book::{Sheet, place};
use super::cell::{Cell, plain};
use super::form::{COMMON, Column, Form};
use super::head::Heading;
use super::names::Names;
use super::value::{self, Fault};
use crate::case::{CaseFile, Sort, fields, short};
use crate::diag::Diagnostic;

/// What rows are read with.
pub struct Desk<'a> {
    /// The case.
    pub case: &'a CaseFile,
    /// Its names.
    pub names: Names,
    /// The ledger.
    pub form: &'static Form,
    /// Its heads.
    pub heading: &'a Heading,
    /// The sheet.
    pub sheet: &'a Sheet,
    /// The workbook's name.
    pub file: &'a str,
    /// Values for new rows where nothing is written: fields and texts.
    pub given: &'a BTreeMap<String, String>,
    /// Whether things that are there may be changed.
    pub update: bool,
    /// Columns and values that new rows got from the form, and how many.
    defaults: BTreeMap<String, usize>,
    /// Keys and ids that the case, and rows so far, have.
    taken: Taken,
}

/// What is taken already.
#[derive(Default)]
struct Taken {
    /// List, field, plain value: pointer of the item, or the row that has it.
    keys: BTreeMap<(String, String, String), Holder>,
    ids: BTreeSet<String>,
    /// Greatest number of a list's `seq`.
    seqs: BTreeMap<String, i64>,
}

#[derive(Clone)]
enum Holder {
    There(String),
    Row(u32),
}

/// The values of one row.
type Values = BTreeMap<usize, Json>;

impl<'a> Desk<'a> {
    /// A desk with what the case has.
    #[must_use]
    pub fn new(
        case: &'a CaseFile,
        form: &'static Form,
        heading: &'a Heading,
        (sheet, file): (&'a Sheet, &'a str),
        given: &'a BTreeMap<String, String>,
        update: bool,
    ) -> Self {
        let names = Names::of(case);
        let mut taken = Taken::default();
        taken.ids.extend(case.entities().map(|(id, ..)| id.to_owned()));
        let mut desk = Self {
            case,
            names,
            form,
            heading,
            sheet,
            file,
            given,
            update,
            defaults: BTreeMap::new(),
            taken,
        };
        match &form.parent {
            None => desk.note_list(&format!("/{}", form.list)),
            Some(parent) => {
                let parents = case.json().get(&parent.list).and_then(Json::as_array);
                for n in 0..parents.map_or(0, Vec::len) {
                    desk.note_list(&format!("/{}/{n}/{}", parent.list, form.list));
                }
            }
        }
        desk
    }

    fn note_list(&mut self, list: &str) {
        let items = self.case.json().pointer(list).and_then(Json::as_array);
        for (n, item) in items.into_iter().flatten().enumerate() {
            for key in &self.form.keys {
                let Some(value) = item.get(key).filter(|v| !v.is_null()) else { continue };
                let entry = (list.to_owned(), key.clone(), key_text(value));
                self.taken.keys.entry(entry).or_insert(Holder::There(format!("{list}/{n}")));
            }
            self.note_seq(list, item.get("seq"));
        }
    }

    fn note_seq(&mut self, list: &str, seq: Option<&Json>) {
        if let Some(n) = seq.and_then(Json::as_i64) {
            let top = self.taken.seqs.entry(list.to_owned()).or_default();
            *top = n.max(*top);
        }
    }

    /// Reads every row below the heads.
    #[must_use]
    pub fn rows(&mut self) -> Vec<Row> {
        let heads: Vec<(u32, String)> =
            self.heading.bound.iter().map(|b| (b.at, plain(&b.head))).collect();
        let sheet = self.sheet;
        let mut out = Vec::new();
        for (at, cells) in sheet.rows.range(self.heading.rows.1 + 1..) {
            let shown =
                |column: u32| cells.get(&column).map(|c| plain(&c.shown())).unwrap_or_default();
            let bound = self.heading.bound.iter().filter(|b| cells.contains_key(&b.at)).count();
            // Heads printed again on the next page, rows without a value of ours, sums and signatures.
            if bound == 0
                || heads.iter().all(|(column, head)| shown(*column) == *head)
                || is_footer(cells)
            {
                continue;
            }
            let row = self.row(*at, cells);
            out.push(row);
        }
        out
    }

    /// T-05 as a note: what new rows got where nothing was written.
    #[must_use]
    pub fn note(&self) -> Option<Diagnostic> {
        let each = self.defaults.iter().map(|(what, n)| format!("{what}（{n} 行）"));
        let all: Vec<String> = each.collect();
        let place = place(self.file, self.sheet.name.as_str());
        let message = format!("新增的行没有填的，按这样取值：{}", all.join("、"));
        let hint = "要取别的值，填上这些栏，或用 --set 字段=值。";
        (!all.is_empty()).then(|| Diagnostic::note("T-05", message).in_cell(place).hint(hint))
    }

    fn row(&mut self, at: u32, cells: &BTreeMap<u32, Cell>) -> Row {
        let mut row = Row { at, label: String::new(), deed: Deed::Bad, findings: Vec::new() };
        let mut values = Values::new();
        for bound in &self.heading.bound {
            let Some((cell, column)) = cells.get(&bound.at).zip(self.form.column.get(bound.column))
            else {
                continue;
            };
            match value::read(&self.dated(cell, column), self.form, column, &self.names) {
                Ok(Some(value)) => drop(values.insert(bound.column, value)),
                Ok(None) => {}
                Err(Fault { code, reason, hint }) => {
                    let finding = self.finding(code, reason, Some(bound.at), at).hint(hint);
                    row.findings.push((Some(bound.at), finding));
                }
            }
        }
        row.label = self.label(&values);
        self.decide(&mut row, &values);
        row.findings.sort_by_key(|(column, _)| column.map_or(u32::MAX, |c| c));
        row
    }

    /// A cell whose number is a day counted from 1904 though it does not look like one.
    fn dated(&self, cell: &Cell, column: &Column) -> Cell {
        match cell {
            Cell::Number(n)
                if *n < value::LAST_SERIAL
                    && self.sheet.from_1904
                    && value::sort(self.form, column) == Sort::Day =>
            {
                Cell::Number(n + 1462.0)
            }
            other => other.clone(),
        }
    }

    fn finding(
        &self,
        code: &'static str,
        message: String,
        column: Option<u32>,
        row: u32,
    ) -> Diagnostic {
        let cell = match column {
            Some(column) => self.sheet.cell(row, column),
            None => format!("{}!{}", self.sheet.name, row + 1),
        };
        Diagnostic::error(code, message).in_cell(place(self.file, cell))
    }

    fn get<'v>(&self, values: &'v Values, field: &str) -> Option<&'v Json> {
        let column = self.form.column.iter().position(|c| c.field == field)?;
        values.get(&column)
    }

    /// What a row is called: its first key.
    fn label(&self, values: &Values) -> String {
        let own = self.form.keys.iter().find_map(|key| self.get(values, key)).map(key_shown);
        let parent =
            self.form.parent.as_ref().and_then(|p| self.get(values, &p.field)).map(key_shown);
        [parent, own].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Column of the sheet that is bound to `field`.
    fn at(&self, field: &str) -> Option<u32> {
        let column = self.form.column.iter().position(|c| c.field == field)?;
        self.heading.bound.iter().find(|b| b.column == column).map(|b| b.at)
    }

    fn decide(&mut self, row: &mut Row, values: &Values) {
        let Some(list) = self.list(row, values) else { return };
        let known = self.form.keys.iter().find_map(|key| {
            let value = self.get(values, key)?;
            let entry = (list.clone(), key.clone(), key_text(value));
            // Where an id is written, it alone counts.
            Some((key.clone(), self.taken.keys.get(&entry).cloned(), entry))
        });
        match known {
            Some((key, Some(Holder::Row(other)), _)) => {
                let message = format!("“{}”与第 {} 行重复", row.label, other + 1);
                let column = self.at(&key);
                let finding = self.finding("T-07", message, column, row.at);
                row.findings.push((column, finding.hint("删去一行，或者改成不同的编号。")));
            }
            Some((key, Some(Holder::There(pointer)), _))
                if self.is_other(&key, &pointer, values) =>
            {
                let there = self.case.json().pointer(&pointer).and_then(|t| t.get("title"));
                let title = short(there.and_then(Json::as_str).unwrap_or_default());
                let column = self.at(&key);
                let message = format!("案件里 {} 号是“{title}”，标题不同", row.label);
                let next = self.taken.seqs.get(&list).copied().unwrap_or_default() + 1;
                let finding = self.finding("T-07", message, column, row.at);
                let finding = finding.hint("就是它、要改标题的，写上编号。");
                let finding = finding.hint(format!("是新的，序号从 {next} 起续编；序号只是行号的，用 --map \"序号=\" 不导入这一列。"));
                row.findings.push((column, finding));
            }
            Some((_, Some(Holder::There(pointer)), entry)) => {
                // A second row about the same thing is a duplicate too.
                self.taken.keys.insert(entry, Holder::Row(row.at));
                if row.findings.is_empty() {
                    self.compare(row, &pointer, values);
                }
            }
            Some((_, None, entry)) => {
                drop(self.taken.keys.insert(entry, Holder::Row(row.at)));
                self.new_item(row, &list, values);
            }
            None => self.new_item(row, &list, values),
        }
    }

    /// Whether a row that says only a number means something else than what has this number in the case: in many
    /// ledgers the number is that of the line.
    fn is_other(&self, key: &str, pointer: &str, values: &Values) -> bool {
        let only_number = self.form.id.as_ref().and_then(|id| id.from.as_deref()) == Some(key);
        let there = self.case.json().pointer(pointer).and_then(|t| t.get("title"));
        let titles = self.get(values, "title").zip(there);
        only_number && titles.is_some_and(|(new, old)| key_text(new) != key_text(old))
    }

    /// JSON Pointer of the list that the row belongs to.
    fn list(&self, row: &mut Row, values: &Values) -> Option<String> {
        let Some(parent) = &self.form.parent else { return Some(format!("/{}", self.form.list)) };
        let Some(id) = self.get(values, &parent.field).and_then(Json::as_str) else {
            let label = self.form.column(&parent.field).and_then(|n| self.form.column.get(n));
            let label = label.map_or("", |c| c.label.as_str());
            let column = self.at(&parent.field);
            if row.findings.iter().all(|(at, _)| *at != column || column.is_none()) {
                let finding = self.finding("T-05", format!("没有填“{label}”"), column, row.at);
                row.findings.push((column, finding));
            }
            return None;
        };
        let pointer = self.case.entities().find(|(other, ..)| *other == id).map(|(.., p)| p)?;
        Some(format!("{pointer}/{}", self.form.list))
    }

    /// Fields in the order of the model.
    fn in_order(&self, map: Map<String, Json>) -> Map<String, Json> {
        let order = fields(&self.form.entity);
        let place = |name: &str| order.iter().position(|f| *f == name).unwrap_or(usize::MAX);
        let mut pairs: Vec<(String, Json)> = map.into_iter().collect();
        pairs.sort_by_key(|(name, _)| place(name));
        pairs.into_iter().collect()
    }
}

fn after_dot(field: &str) -> &str {
    field.split_once('.').map_or(field, |(_, rest)| rest)
}

/// Sets `path` (`penalty.fine_wan`) of a group.
fn put(map: &mut Map<String, Json>, path: &str, value: Json) {
    match path.split_once('.') {
        None => drop(map.insert(path.to_owned(), value)),
        Some((first, rest)) => {
            let inner = map.entry(first).or_insert_with(|| json!({}));
            if let Some(inner) = inner.as_object_mut() {
                put(inner, rest, value);
            }
        }
    }
}

/// What stands at `path` of an item; nothing for null.
#[must_use]
pub fn at_path<'a>(item: &'a Json, path: &str) -> Option<&'a Json> {
    let found = path.split('.').try_fold(item, |at, part| at.get(part))?;
    Some(found).filter(|v| !v.is_null())
}

fn key_text(value: &Json) -> String {
    plain(&key_shown(value))
}

fn key_shown(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Sums, signatures, notes: the first cell says so, and little else stands in the row.
fn is_footer(cells: &BTreeMap<u32, Cell>) -> bool {
    let Some(first) = cells.values().next() else { return true };
    let text = first.shown();
    let words = plain(&text);
    let begins = COMMON.footers.iter().any(|f| words.starts_with(&plain(f)));
    let sums = cells.values().skip(1).all(|c| matches!(c, Cell::Number(_) | Cell::Percent(_)));
    begins && (cells.len() <= 3 || sums)
}
