//! A row against the thing that is there: the same, different, or changed.

use serde_json::{Map, Value as Json};

use super::{Change, Deed, Desk, Row, Values, after_dot, at_path, key_shown, put};
use crate::diag::Severity;
use crate::ledger::cell::{Cell, unescape};
use crate::ledger::form::Column;
use crate::ledger::value;

impl Desk<'_> {
    /// The row against the item that is there.
    pub(super) fn compare(&mut self, row: &mut Row, pointer: &str, values: &Values) {
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
                finding.severity = Severity::Warning;
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
        mut entry: Map<String, Json>,
        changes: &mut Vec<Change>,
        labels: &mut Vec<String>,
    ) {
        let Some(periodic) = &self.form.periodic else { return };
        let there = self.case.json().pointer(pointer).and_then(|t| t.get(&periodic.field));
        let entries = there.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let Some(key) = self.period(row, &mut entry) else { return };
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

    /// The period that an entry is about, written in the row or given for all.
    pub(super) fn period(&self, row: &mut Row, entry: &mut Map<String, Json>) -> Option<Json> {
        let periodic = self.form.periodic.as_ref()?;
        let path = format!("{}.{}", periodic.field, periodic.key);
        let column = self.form.column.iter().find(|c| c.field == path)?;
        if !entry.contains_key(&periodic.key)
            && let Some(given) = self.given(column)
        {
            entry.insert(periodic.key.clone(), given);
        }
        let key = entry.get(&periodic.key).cloned();
        if key.is_none() {
            let label = &column.label;
            let at = self.at(&path);
            let finding = self.finding("T-05", format!("填了进展，没有填“{label}”"), at, row.at);
            let hint =
                format!("补上季度，如 2025Q3；整列都是一个季度的，用 --set {label}=2025Q3。");
            row.findings.push((at, finding.hint(hint)));
        }
        key
    }

    /// `value` as it would come back from a ledger that was written.
    fn again(&self, value: &Json, column: &Column) -> Option<Json> {
        let sort = value::sort(self.form, column);
        let cell = value::write(value, &sort, &self.names)?;
        let cell = match cell {
            Cell::Text(text) => Cell::Text(unescape(&text)),
            other => other,
        };
        value::read(&cell, self.form, column, &self.names).ok().flatten()
    }
}
