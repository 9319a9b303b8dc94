//! 逐行: each row of a ledger becomes a new thing of the case, a change of one, or a list of what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::book::{Sheet, place};
use super::cell::{Cell, plain};
use super::form::{COMMON, Column, Form};
use super::head::Heading;
use super::names::Names;
use super::value::{self, Fault};
use crate::case::{Amendment, CaseFile, Sort, fields};
use crate::diag::Diagnostic;

/// 一行: what is to be done with it.
#[derive(Debug)]
pub struct Row {
    /// Row of the sheet, from nought.
    pub at: u32,
    /// What it is called: its id or its other key.
    pub label: String,
    /// What is to be done.
    pub deed: Deed,
    /// What was found, with the column if it is about one.
    pub findings: Vec<(Option<u32>, Diagnostic)>,
}

/// What is to be done with a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// 新增.
    Add {
        /// JSON Pointer of the list.
        list: String,
        /// The item.
        item: Json,
    },
    /// 更新.
    Change {
        /// JSON Pointer of the item.
        pointer: String,
        /// The changes.
        changes: Vec<Change>,
        /// Labels of the columns that differ.
        labels: Vec<String>,
        /// Whether it may be done.
        allowed: bool,
    },
    /// 没有变化.
    Same,
    /// 不能导入.
    Bad,
}

/// One change of an item that is there.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Fields of a group.
    Set(String, Map<String, Json>),
    /// One more item of a list.
    Add(String, Json),
}

impl Change {
    /// As an amendment of the data file.
    #[must_use]
    pub fn amendment(&self) -> Amendment {
        match self.clone() {
            Self::Set(pointer, fields) => Amendment::Set { pointer, fields },
            Self::Add(list, item) => Amendment::Add { list, item },
        }
    }
}

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
        let mut desk = Self { case, names, form, heading, sheet, file, given, update, taken };
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

    /// The row against the item that is there.
    fn compare(&mut self, row: &mut Row, pointer: &str, values: &Values) {
        let there = self.case.json().pointer(pointer).unwrap_or(&Json::Null);
        let mut set = Map::new();
        let mut labels = Vec::new();
        let mut entry = Map::new();
        for (n, new) in values {
            let Some(column) = self.form.column.get(*n) else { continue };
            if self.form.keys.contains(&column.field) && column.field == "id" {
                continue;
            }
            if self.form.parent_of(column).is_some() {
                continue;
            }
            if self.form.is_periodic(column) {
                put(&mut entry, after_dot(&column.field), new.clone());
                continue;
            }
            if self.form.measures.as_ref() == Some(&column.field) {
                let old = there.get(&column.field).and_then(Json::as_array).into_iter().flatten();
                let old: Vec<Json> = old.filter_map(|m| m.get("content").cloned()).collect();
                if self.again(&Json::Array(old), column) != Some(new.clone()) {
                    let message = format!("{} 的整改措施与案件里的不同", row.label);
                    let at = self.at(&column.field);
                    let finding = self.finding("T-07", message, at, row.at);
                    row.findings
                        .push((at, finding.hint("已有任务的措施用措施台账改：--as measures。")));
                }
                continue;
            }
            let old = at_path(there, &column.field);
            if old.is_some_and(|old| self.again(old, column).as_ref() == Some(new)) {
                continue;
            }
            put(&mut set, &column.field, new.clone());
            labels.push(column.label.clone());
        }
        let mut changes = Vec::new();
        if !set.is_empty() {
            changes.push(Change::Set(pointer.to_owned(), self.in_order(set)));
        }
        if !entry.is_empty() && row.findings.is_empty() {
            self.compare_entry(row, pointer, entry, &mut changes, &mut labels);
        }
        if !row.findings.is_empty() {
            return;
        }
        row.deed = if changes.is_empty() {
            Deed::Same
        } else {
            if !self.update {
                let message =
                    format!("{} 在案件里已有，内容不同：{}", row.label, labels.join("、"));
                let mut finding = self.finding("T-07", message, None, row.at);
                finding.severity = crate::diag::Severity::Warning;
                row.findings.push((None, finding.hint("要以台账为准，加 --update。")));
            }
            Deed::Change { pointer: pointer.to_owned(), changes, labels, allowed: self.update }
        };
    }

    /// The entry of one period against the list that is there.
    fn compare_entry(
        &self,
        row: &mut Row,
        pointer: &str,
        entry: Map<String, Json>,
        changes: &mut Vec<Change>,
        labels: &mut Vec<String>,
    ) {
        let Some(periodic) = &self.form.periodic else { return };
        let there = self.case.json().pointer(pointer).and_then(|t| t.get(&periodic.field));
        let entries = there.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let Some(key) = self.period(row, &entry) else { return };
        let own = |field: &str| {
            let path = format!("{}.{field}", periodic.field);
            self.form.column.iter().find(|c| c.field == path)
        };
        match entries.iter().position(|e| e.get(&periodic.key) == Some(&key)) {
            Some(n) => {
                let old = entries.get(n).unwrap_or(&Json::Null);
                let differs = |(field, new): &(&String, &Json)| {
                    own(field).is_some_and(|column| {
                        let old = old.get(field.as_str());
                        old.and_then(|old| self.again(old, column)).as_ref() != Some(*new)
                    })
                };
                let set: Map<String, Json> =
                    entry.iter().filter(differs).map(|(k, v)| (k.clone(), v.clone())).collect();
                labels.extend(set.keys().filter_map(|f| own(f)).map(|c| c.label.clone()));
                if !set.is_empty() {
                    changes.push(Change::Set(format!("{pointer}/{}/{n}", periodic.field), set));
                }
            }
            None => {
                labels.push(format!("{}的进展", key_shown(&key)));
                changes.push(Change::Add(
                    format!("{pointer}/{}", periodic.field),
                    Json::Object(entry),
                ));
            }
        }
    }

    /// The period that an entry is about.
    fn period(&self, row: &mut Row, entry: &Map<String, Json>) -> Option<Json> {
        let periodic = self.form.periodic.as_ref()?;
        let key = entry.get(&periodic.key).cloned();
        if key.is_none() {
            let path = format!("{}.{}", periodic.field, periodic.key);
            let label = self.form.column.iter().find(|c| c.field == path).map_or("", |c| &c.label);
            let column = self.at(&path);
            let finding =
                self.finding("T-05", format!("填了进展，没有填“{label}”"), column, row.at);
            let given =
                format!("补上季度，如 2025Q3；整列都是一个季度的，用 --set {label}=2025Q3。");
            row.findings.push((column, finding.hint(given)));
        }
        key
    }

    /// `value` as it would come back from a ledger that was written.
    fn again(&self, value: &Json, column: &Column) -> Option<Json> {
        let sort = value::sort(self.form, column);
        let cell = value::write(value, &sort, &self.names)?;
        let cell = match cell {
            Cell::Text(text) => Cell::Text(super::cell::unescape(&text)),
            other => other,
        };
        value::read(&cell, self.form, column, &self.names).ok().flatten()
    }

    fn new_item(&mut self, row: &mut Row, list: &str, values: &Values) {
        let mut item = Map::new();
        let mut entry = Map::new();
        let mut contents = Vec::new();
        for (n, column) in self.form.column.iter().enumerate() {
            if self.form.parent_of(column).is_some() {
                continue;
            }
            let Some(value) = values.get(&n).cloned().or_else(|| self.instead(column)) else {
                continue;
            };
            if self.form.is_periodic(column) {
                // What is given for a whole column is no progress by itself.
                put(&mut entry, after_dot(&column.field), value);
            } else if self.form.measures.as_ref() == Some(&column.field) {
                contents = value.as_array().cloned().unwrap_or_default();
            } else {
                put(&mut item, &column.field, value);
            }
        }
        self.number(&mut item, list);
        self.identify(row, &mut item);
        if let Some(field) = &self.form.measures
            && !contents.is_empty()
        {
            let measures = measures(&contents, &item);
            item.insert(field.clone(), measures);
        }
        let told = values.keys().filter_map(|n| self.form.column.get(*n));
        let told = told.filter(|c| self.form.is_periodic(c)).count() > 0;
        if told
            && let Some(periodic) = &self.form.periodic
            && self.period(row, &entry).is_some()
        {
            item.insert(periodic.field.clone(), json!([Json::Object(entry)]));
        }
        self.require(row, &item);
        if row.label.is_empty() {
            row.label =
                self.form.keys.iter().find_map(|k| item.get(k)).map(key_shown).unwrap_or_default();
        }
        if row.findings.is_empty() {
            self.note_seq(list, item.get("seq"));
            row.deed = Deed::Add { list: list.to_owned(), item: Json::Object(self.in_order(item)) };
        }
    }

    /// What a new row gets where nothing is written: what the user gave, then what the form says.
    fn instead(&self, column: &Column) -> Option<Json> {
        if let Some(text) = self.given.get(&column.field) {
            let cell = Cell::Text(text.clone());
            return value::read(&cell, self.form, column, &self.names).ok().flatten();
        }
        column.default.as_ref().and_then(|d| serde_json::to_value(d).ok())
    }

    fn number(&self, item: &mut Map<String, Json>, list: &str) {
        let counted = self.form.column.iter().any(|c| c.field == "seq");
        if counted && !item.contains_key("seq") {
            let next = self.taken.seqs.get(list).copied().unwrap_or_default() + 1;
            item.insert("seq".to_owned(), next.into());
        }
    }

    fn identify(&mut self, row: &Row, item: &mut Map<String, Json>) {
        let Some(form) = &self.form.id else { return };
        if let Some(id) = item.get("id").and_then(Json::as_str) {
            self.taken.ids.insert(id.to_owned());
            return;
        }
        // A row that does not go in takes no number.
        if !row.findings.is_empty() {
            return;
        }
        let numbered = |n: i64| format!("{}{n:0width$}", form.prefix, width = form.width);
        let from = form.from.as_ref().and_then(|f| item.get(f)).and_then(Json::as_i64);
        let wanted = from.map(numbered).filter(|id| !self.taken.ids.contains(id));
        let id = wanted.unwrap_or_else(|| {
            let figures = |id: &String| id.strip_prefix(form.prefix.as_str())?.parse::<i64>().ok();
            let range = self.taken.ids.range(form.prefix.clone()..);
            let same = range.take_while(|id| id.starts_with(form.prefix.as_str()));
            numbered(same.filter_map(figures).max().unwrap_or_default() + 1)
        });
        self.taken.ids.insert(id.clone());
        item.insert("id".to_owned(), id.into());
    }

    /// T-05 for what must be there and is not.
    fn require(&self, row: &mut Row, item: &Map<String, Json>) {
        for column in &self.form.column {
            let required = self.form.shape(column).is_some_and(|s| s.required);
            let there = column.field.split('.').next().is_some_and(|f| item.contains_key(f));
            let at = self.at(&column.field);
            let faulty = at.is_some() && row.findings.iter().any(|(c, _)| *c == at);
            if !required || there || faulty || (column.field == "id" && self.form.id.is_some()) {
                continue;
            }
            let label = &column.label;
            let finding = match at {
                Some(_) => self
                    .finding("T-05", format!("没有填“{label}”"), at, row.at)
                    .hint("补上这一格。"),
                None => self
                    .finding(
                        "T-05",
                        format!("新增一条要有“{label}”，台账里没有这一列"),
                        None,
                        row.at,
                    )
                    .hint(format!("加一列；各行都一样的，用 --set {label}=值。")),
            };
            row.findings.push((at, finding));
        }
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

/// 整改措施 of a new task, one a line.
fn measures(contents: &[Json], task: &Map<String, Json>) -> Json {
    let measure = |(n, content): (usize, &Json)| {
        let mut out = Map::new();
        out.insert("seq".to_owned(), (n + 1).into());
        out.insert("content".to_owned(), content.clone());
        if let Some(organ) = task.get("lead_organ") {
            out.insert("organ".to_owned(), organ.clone());
        }
        if let Some(day) = task.get("deadline") {
            out.insert("due_on".to_owned(), day.clone());
        }
        let status = crate::case::shape("Measure", "status").map(|s| s.sort);
        if let Some(Sort::Choice(choices)) = status
            && let Some(first) = choices.first()
        {
            out.insert("status".to_owned(), first.clone().into());
        }
        Json::Object(out)
    };
    Json::Array(contents.iter().enumerate().map(measure).collect())
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
