//! The facts of a case, looked up by id once: rules read them as rows with pointers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use super::watch::Watch;
use crate::case::CaseFile;
use crate::rules::Pack;
use crate::vocab::date;

/// One value of the case with the place where it stands.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    value: &'a Value,
    /// Name of the top-level list or object.
    list: &'static str,
    /// Its index in that list, if it is one.
    index: Option<usize>,
    watch: &'a Watch,
}

/// A value that the case does not have.
static NOTHING: Value = Value::Null;

impl<'a> Row<'a> {
    /// The text at `key`; empty if there is none. `a/b` goes down.
    pub fn text(&self, key: &str) -> &'a str {
        self.get(key).as_str().unwrap_or_default()
    }

    /// The date at `key`.
    pub fn day(&self, key: &str) -> Option<NaiveDate> {
        self.get(key).as_str().and_then(date::parse)
    }

    /// The whole number at `key`; 0 if there is none.
    pub fn number(&self, key: &str) -> i64 {
        self.get(key).as_i64().unwrap_or_default()
    }

    /// Whether `key` is true.
    pub fn is(&self, key: &str) -> bool {
        self.get(key).as_bool().unwrap_or_default()
    }

    /// Whether there is anything at `key`.
    pub fn has(&self, key: &str) -> bool {
        match self.get(key) {
            Value::Null => false,
            Value::Array(list) => !list.is_empty(),
            Value::String(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// The ids listed at `key`.
    pub fn ids(&self, key: &str) -> Vec<&'a str> {
        self.get(key).as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The things listed at `key`.
    pub fn items(&self, key: &str) -> &'a [Value] {
        self.get(key).as_array().map_or(&[], Vec::as_slice)
    }

    /// A thing at `key` that is no row of its own (closure of a task).
    pub fn part(&self, key: &str) -> Row<'a> {
        Row { value: self.get(key), list: "", index: None, watch: self.watch }
    }

    /// The things listed at `key` that are no rows of their own (members of a team, measures of a task).
    pub fn parts(&self, key: &str) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let watch = self.watch;
        self.items(key).iter().map(move |value| Row { value, list: "", index: None, watch })
    }

    /// The value at `key`.
    fn get(&self, key: &str) -> &'a Value {
        let mut at = self.value;
        for part in key.split('/') {
            let Some(value) = at.get(part) else { return &NOTHING };
            self.watch.look(value);
            at = value;
        }
        at
    }

    /// Pointer of `key`, of the row itself if empty.
    pub fn at(&self, key: &str) -> String {
        let mut out = format!("/{}", self.list);
        if let Some(index) = self.index {
            out.push_str(&format!("/{index}"));
        }
        if !key.is_empty() {
            out.push('/');
            out.push_str(key);
        }
        out
    }

    /// Its id.
    pub fn id(&self) -> &'a str {
        self.text("id")
    }
}

/// Everything that the rules ask for more than once.
pub struct Facts<'a> {
    /// The case itself.
    pub case: &'a CaseFile,
    pack: &'a Pack,
    json: &'a Value,
    watch: &'a Watch,
    documents: BTreeMap<&'a str, Row<'a>>,
    organs: BTreeMap<&'a str, Row<'a>>,
    persons: BTreeMap<&'a str, Row<'a>>,
    problems: BTreeMap<&'a str, Row<'a>>,
    /// Approvals by what they approve.
    approvals: BTreeMap<&'a str, Vec<Row<'a>>>,
}

impl<'a> Facts<'a> {
    /// Reads them off a case; `watch` sees what is looked at.
    pub fn of(case: &'a CaseFile, pack: &'a Pack, watch: &'a Watch) -> Self {
        let json = case.json();
        let by_id = |list: &'static str| -> BTreeMap<&'a str, Row<'a>> {
            rows(json, list, watch).into_iter().map(|row| (row.id(), row)).collect()
        };
        let mut approvals: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
        for row in rows(json, "approvals", watch) {
            approvals.entry(row.text("subject")).or_default().push(row);
        }
        Self {
            case,
            pack,
            json,
            watch,
            documents: by_id("documents"),
            organs: by_id("organs"),
            persons: by_id("persons"),
            problems: by_id("problems"),
            approvals,
        }
    }

    /// The rows of a top-level list.
    pub fn rows(&self, list: &'static str) -> Vec<Row<'a>> {
        rows(self.json, list, self.watch)
    }

    /// A top-level object: `case`, `report`, `archive`.
    pub fn object(&self, name: &'static str) -> Row<'a> {
        let value = self.json.get(name).unwrap_or(&NOTHING);
        self.watch.look(value);
        Row { value, list: name, index: None, watch: self.watch }
    }

    /// 督察类型.
    pub fn kind(&self) -> &'a str {
        self.object("case").text("case_type")
    }

    /// Whether the case has come to `stage` or past it.
    pub fn reached(&self, stage: &str) -> bool {
        let place = |s: &str| super::STAGES.iter().position(|t| *t == s);
        place(self.object("case").text("stage")) >= place(stage)
    }

    /// Whether the case has gone past `stage`; the last stage is past once it is reached.
    pub fn past(&self, stage: &str) -> bool {
        let now = self.object("case").text("stage");
        self.reached(stage) && (now != stage || super::STAGES.last() == Some(&stage))
    }

    /// 数据时点.
    pub fn as_of(&self) -> Option<NaiveDate> {
        Row { value: self.json, list: "", index: None, watch: self.watch }.day("as_of")
    }

    /// A document by id.
    pub fn document(&self, id: &str) -> Option<Row<'a>> {
        self.documents.get(id).copied()
    }

    /// The documents that play a part, as the pack names their kind.
    pub fn of_kind(&self, part: &str) -> Vec<Row<'a>> {
        let kind = self.code(part);
        let all = self.rows("documents").into_iter();
        all.filter(|d| !kind.is_empty() && d.text("kind") == kind).collect()
    }

    /// 目录代码 of the kind that plays a part in the rules; empty if the pack has none.
    pub fn code(&self, part: &str) -> &'a str {
        self.pack.kind(part)
    }

    /// An organ by id.
    pub fn organ(&self, id: &str) -> Option<Row<'a>> {
        self.organs.get(id).copied()
    }

    /// 性质 of an organ.
    pub fn nature(&self, organ: &str) -> &'a str {
        self.organ(organ).map_or("", |o| o.text("kind"))
    }

    /// Its name, or the id.
    pub fn name(&self, organ: &str) -> String {
        self.organ(organ).map_or(organ, |o| o.text("name")).to_owned()
    }

    /// A person by id.
    pub fn person(&self, id: &str) -> Option<Row<'a>> {
        self.persons.get(id).copied()
    }

    /// A problem by id.
    pub fn problem(&self, id: &str) -> Option<Row<'a>> {
        self.problems.get(id).copied()
    }

    /// Approvals of `subject` at `step` that were not refused.
    pub fn approved(&self, subject: &str, step: &str) -> Vec<Row<'a>> {
        let all = self.approvals.get(subject).into_iter().flatten();
        all.filter(|a| a.text("step") == step && a.text("result") != "不同意").copied().collect()
    }

    /// The latest day of such an approval.
    pub fn approved_on(&self, subject: &str, step: &str) -> Option<NaiveDate> {
        self.approved(subject, step).iter().filter_map(|a| a.day("decided_on")).max()
    }

    /// Whether `organ` is `above` or stands under it. A circle of superiors ends.
    pub fn within(&self, organ: &str, above: &str) -> bool {
        let mut at = organ;
        for _ in 0..32 {
            if at == above {
                return true;
            }
            match self.organ(at).map(|o| o.text("parent")) {
                Some(parent) if !parent.is_empty() => at = parent,
                _ => return false,
            }
        }
        false
    }

    /// Whether `organ` is inspected, or stands under one that is.
    pub fn is_inspected(&self, organ: &str) -> bool {
        self.object("case").ids("inspected_organs").iter().any(|i| self.within(organ, i))
    }

    /// First and last day on site over all teams.
    pub fn on_site(&self) -> Option<(NaiveDate, NaiveDate)> {
        let teams = self.rows("teams");
        let from = teams.iter().filter_map(|t| t.day("on_site/from")).min()?;
        let to = teams.iter().filter_map(|t| t.day("on_site/to")).max()?;
        Some((from, to))
    }
}

fn rows<'a>(json: &'a Value, list: &'static str, watch: &'a Watch) -> Vec<Row<'a>> {
    let all = json.get(list).unwrap_or(&NOTHING);
    watch.look(all);
    let items = all.as_array().map_or(&[][..], Vec::as_slice);
    let row = |(i, value)| Row { value, list, index: Some(i), watch };
    items.iter().enumerate().map(row).collect()
}
