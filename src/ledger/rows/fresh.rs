//! A row that is new to the case: its id and number, what it gets where nothing is written, what it lacks.

use serde_json::{Map, Value as Json, json};

use super::{Deed, Desk, Row, Values, after_dot, key_shown, put};
use crate::case::{Sort, shape};
use crate::ledger::cell::Cell;
use crate::ledger::form::Column;
use crate::ledger::value;

impl Desk<'_> {
    pub(super) fn new_item(&mut self, row: &mut Row, list: &str, values: &Values) {
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
            && self.period(row, &mut entry).is_some()
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
    fn instead(&mut self, column: &Column) -> Option<Json> {
        if let Some(given) = self.given(column) {
            return Some(given);
        }
        let value = column.default.as_ref().and_then(|d| serde_json::to_value(d).ok())?;
        let sort = value::sort(self.form, column);
        let shown = value::write(&value, &sort, &self.names).map(|c| c.shown());
        *self
            .defaults
            .entry(format!("{}“{}”", column.label, shown.unwrap_or_default()))
            .or_default() += 1;
        Some(value)
    }

    /// What the user gave for all new rows.
    pub(super) fn given(&self, column: &Column) -> Option<Json> {
        let cell = Cell::Text(self.given.get(&column.field)?.clone());
        value::read(&cell, self.form, column, &self.names).ok().flatten()
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
        let status = shape("Measure", "status").map(|s| s.sort);
        if let Some(Sort::Choice(choices)) = status
            && let Some(first) = choices.first()
        {
            out.insert("status".to_owned(), first.clone().into());
        }
        Json::Object(out)
    };
    Json::Array(contents.iter().enumerate().map(measure).collect())
}
