//! 条件: one thing that a step needs (a document, an approval, an event, a field), and what the case has of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value as Json;

use super::facts::{Found, Wanted, admits, day, holds, label, texts, walk};
use crate::vocab::doc_number::DocNumber;

/// States of a document that has not been made yet.
const UNMADE: [&str; 2] = ["草稿", "送审"];
/// Result of an approval that is none.
const REFUSED: &str = "不同意";
/// More names than this are counted.
const NAMED: usize = 3;

/// One thing that a step needs, as the rule pack writes it (`stages.toml` says how).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// 名称 for people.
    #[serde(default)]
    pub name: String,
    /// 文件种类, one of.
    #[serde(default)]
    pub document: Vec<String>,
    /// 审批环节.
    pub approval: Option<String>,
    /// 审批对象: 文件种类 or 对象类别.
    pub of: Option<String>,
    /// What the 审批对象 is called, where the pack says it elsewhere.
    #[serde(skip)]
    pub subject: Option<String>,
    /// 过程事项类别.
    pub event: Option<String>,
    /// Path to a field that must be filled.
    pub field: Option<String>,
    /// Path to a list that must have a record.
    pub list: Option<String>,
    /// Field of the record that holds its date.
    pub date: Option<String>,
    /// Path to a list each item of which must have its record.
    pub per: Option<String>,
    /// Field of the record that points to that item.
    pub key: Option<String>,
    /// Values that items must have to count.
    #[serde(default, rename = "where")]
    pub only: Wanted,
    /// Values that items must not have to count.
    #[serde(default)]
    pub unless: Wanted,
    /// Path to something that must stand in the case for the need to apply.
    pub when: Option<String>,
    /// Whether the day itself must be over.
    #[serde(default)]
    pub passed: bool,
    /// Whether it may be absent.
    #[serde(default)]
    pub optional: bool,
}

/// What the case has of a need.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// 名称.
    pub what: String,
    /// Whether it is there.
    pub met: bool,
    /// Whether it may be absent.
    pub optional: bool,
    /// The day on which the last of it was there.
    pub date: Option<NaiveDate>,
    /// What proves it: 文号 and 标题 of documents, or words of the record.
    pub proof: Vec<String>,
    /// How many are there, and how many there must be; none where one is enough.
    pub count: Option<(usize, usize)>,
    /// Names of what is missing, if there are several to name.
    pub missing: Vec<String>,
}

/// A case, looked at on a day.
pub struct View<'a> {
    /// The data.
    pub root: &'a Json,
    /// 所问日期.
    pub day: NaiveDate,
    documents: BTreeMap<&'a str, &'a Json>,
    names: BTreeMap<&'a str, &'a str>,
}

impl<'a> View<'a> {
    /// `root` on `day`.
    pub fn new(root: &'a Json, day: NaiveDate) -> Self {
        let id = |item: &'a Json| item.get("id").and_then(Json::as_str);
        let all = |path| walk(root, path).into_iter().map(|found| found.value);
        let documents = all("documents.*").filter_map(|d| Some((id(d)?, d))).collect();
        let names = ["organs.*", "persons.*", "teams.*"]
            .into_iter()
            .flat_map(all)
            .filter_map(|o| Some((id(o)?, o.get("name").and_then(Json::as_str)?)))
            .collect();
        Self { root, day, documents, names }
    }

    /// The name of an organ, a person or a team; the id if the case does not know it.
    pub fn name(&self, id: &str) -> String {
        self.names.get(id).copied().unwrap_or(id).to_owned()
    }

    fn document(&self, id: &str) -> Option<String> {
        self.documents.get(id).map(|document| cite(document))
    }

    /// Whether what depends on `path` applies: something stands there, or there is no path.
    pub fn applies(&self, path: Option<&str>) -> bool {
        path.is_none_or(|path| walk(self.root, path).iter().any(|found| holds(found.value)))
    }

    /// What the case has of `need` on the day.
    pub fn look(&self, need: &Need) -> Evidence {
        let mut out = if !need.document.is_empty() {
            self.documents_of(need)
        } else if let Some(step) = &need.approval {
            self.approvals(step, need)
        } else if let Some(kind) = &need.event {
            self.events(kind)
        } else if let Some(path) = &need.field {
            self.fields(path, need)
        } else {
            self.records(need)
        };
        out.optional = need.optional;
        if !need.name.is_empty() {
            out.what.clone_from(&need.name);
        }
        if need.passed && out.date.is_some_and(|date| date >= self.day) {
            out.met = false;
        }
        out
    }

    /// Whether all of `needs` are there, and since when.
    pub fn all(&self, needs: &[Need]) -> Option<NaiveDate> {
        let mut since = None;
        for need in needs.iter().filter(|need| self.applies(need.when.as_deref())) {
            let found = self.look(need);
            let date = found.date.filter(|_| found.met)?;
            since = since.max(if need.passed { date.succ_opt() } else { Some(date) });
        }
        since
    }

    fn is_past(&self, date: Option<NaiveDate>) -> bool {
        date.is_some_and(|date| date <= self.day)
    }

    fn documents_of(&self, need: &Need) -> Evidence {
        let mut out = Evidence { what: need.document.join("、"), ..Evidence::default() };
        for document in walk(self.root, "documents.*").iter().map(|found| found.value) {
            if !need.document.iter().any(|kind| field(document, "kind") == kind) {
                continue;
            }
            if UNMADE.contains(&field(document, "status")) {
                out.missing.push(format!(
                    "“{}”还是{}",
                    field(document, "title"),
                    field(document, "status")
                ));
                continue;
            }
            let date = document.get("issued_on").and_then(day);
            if self.is_past(date) {
                out.met = true;
                out.date = earliest(out.date, date);
                out.proof.push(cite(document));
            }
        }
        if out.met {
            out.missing.clear();
        }
        shorten(&mut out.proof);
        out
    }

    fn approvals(&self, step: &str, need: &Need) -> Evidence {
        let of = need.of.as_deref().unwrap_or_default();
        let titled = self.documents.values().find(|document| field(document, "kind") == of);
        let what = match titled {
            Some(document) => format!("{step}《{}》", field(document, "title")),
            None => format!("{step}（{}）", need.subject.as_deref().unwrap_or(of)),
        };
        let mut out = Evidence { what, ..Evidence::default() };
        for approval in walk(self.root, "approvals.*").iter().map(|found| found.value) {
            let subject = self.documents.get(field(approval, "subject"));
            let is_kind = subject.is_some_and(|document| field(document, "kind") == of);
            if field(approval, "step") != step
                || !(is_kind || field(approval, "subject_type") == of)
            {
                continue;
            }
            if let Some(document) = subject.filter(|_| is_kind) {
                out.what = format!("{step}《{}》", field(document, "title"));
            }
            let date = approval.get("decided_on").and_then(day);
            if !self.is_past(date) {
                continue;
            }
            if field(approval, "result") == REFUSED {
                out.missing.push(format!(
                    "{REFUSED}（{}）",
                    date.map(|d| d.to_string()).unwrap_or_default()
                ));
                continue;
            }
            out.met = true;
            out.date = out.date.max(date);
            let (result, subject) = (field(approval, "result"), field(approval, "subject"));
            let plain = match self.names.get(subject) {
                Some(name) => format!("{name}，{result}"),
                None => result.to_owned(),
            };
            out.proof.push(self.document(field(approval, "document")).unwrap_or(plain));
        }
        if out.met {
            out.missing.clear();
        }
        shorten(&mut out.proof);
        out
    }

    fn events(&self, kind: &str) -> Evidence {
        let mut out = Evidence { what: kind.to_owned(), ..Evidence::default() };
        for event in walk(self.root, "events.*").iter().map(|found| found.value) {
            let end = event.get("to").and_then(day).or_else(|| event.get("date").and_then(day));
            if field(event, "kind") == kind && self.is_past(end) {
                out.met = true;
                out.date = out.date.max(end);
                out.proof.push(field(event, "title").to_owned());
            }
        }
        shorten(&mut out.proof);
        out
    }

    fn fields(&self, path: &str, need: &Need) -> Evidence {
        let mut out = Evidence { what: path.to_owned(), ..Evidence::default() };
        let found = walk(self.root, path);
        let meant: Vec<&Found<'_>> = found
            .iter()
            .filter(|f| f.items.last().is_none_or(|item| admits(&need.only, &need.unless, item)))
            .collect();
        let mut there = 0;
        for found in &meant {
            let date = day(found.value);
            if if date.is_some() { self.is_past(date) } else { holds(found.value) } {
                there += 1;
                out.date = out.date.max(date);
            } else if let Some(item) = found.items.last() {
                out.missing.push(self.name(&label(item)));
            }
        }
        out.met = !found.is_empty() && there == meant.len();
        out.count = path.contains('*').then_some((there, meant.len()));
        shorten(&mut out.missing);
        out
    }

    fn records(&self, need: &Need) -> Evidence {
        let path = need.list.as_deref().unwrap_or_default();
        let mut out = Evidence { what: path.to_owned(), ..Evidence::default() };
        let on = |item: &Json| need.date.as_ref().and_then(|date| item.get(date)).and_then(day);
        let records: Vec<&Json> = walk(self.root, &format!("{path}.*"))
            .into_iter()
            .map(|found| found.value)
            .filter(|item| admits(&need.only, &need.unless, item) && self.is_past(on(item)))
            .collect();
        out.date = records.iter().filter_map(|item| on(item)).min();
        for record in &records {
            let id = record.get("document").and_then(Json::as_str);
            out.proof.extend(id.and_then(|id| self.document(id)));
        }
        shorten(&mut out.proof);
        let (Some(per), Some(key)) = (&need.per, &need.key) else {
            out.met = !records.is_empty();
            return out;
        };
        let owners = walk(self.root, &format!("{per}.*"));
        let mut there = 0;
        out.date = None;
        for owner in &owners {
            let id = owner.value.as_str().unwrap_or_else(|| field(owner.value, "id"));
            let points = |record: &&Json| record.get(key).is_some_and(|k| texts(k).contains(&id));
            let own = records.iter().copied().filter(points).filter_map(on).min();
            if own.is_some() {
                there += 1;
                out.date = out.date.max(own);
            } else {
                out.missing.push(self.name(id));
            }
        }
        out.met = !owners.is_empty() && there == owners.len();
        out.count = Some((there, owners.len()));
        shorten(&mut out.missing);
        out
    }
}

fn earliest(a: Option<NaiveDate>, b: Option<NaiveDate>) -> Option<NaiveDate> {
    a.into_iter().chain(b).min()
}

/// A text field; empty where there is none.
pub fn field<'a>(item: &'a Json, name: &str) -> &'a str {
    item.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// 文号 and 标题 of a document.
fn cite(document: &Json) -> String {
    let number = document.get("doc_number").and_then(|n| DocNumber::deserialize(n).ok());
    let title = field(document, "title");
    number.map_or_else(|| title.to_owned(), |number| format!("{number} {title}"))
}

/// At most a few, then how many there are.
fn shorten(names: &mut Vec<String>) {
    names.retain(|name| !name.is_empty());
    let count = names.len();
    if count > NAMED {
        names.truncate(NAMED);
        names.push(format!("等{count}项"));
    }
}
