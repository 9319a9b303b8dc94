//! 事实: values in a case, found by the paths that a rule pack writes (`tasks.*.closure.filing.date`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::vocab::date;

static NOTHING: Json = Json::Null;

/// A value in a case, with the items of lists on the way to it, outermost first.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// Items of lists that it lies in.
    pub items: Vec<&'a Json>,
    /// The value; null where a field on the way is missing.
    pub value: &'a Json,
}

/// Every value at `path`: fields parted by `.`, `*` for each item of a list.
#[must_use]
pub fn walk<'a>(start: &'a Json, path: &str) -> Vec<Found<'a>> {
    let mut at = vec![Found { items: Vec::new(), value: start }];
    for part in path.split('.') {
        if part != "*" {
            for found in &mut at {
                found.value = found.value.get(part).unwrap_or(&NOTHING);
            }
            continue;
        }
        at = at
            .into_iter()
            .flat_map(|found| {
                let items = found.value.as_array().map(Vec::as_slice).unwrap_or_default();
                items.iter().map(move |item| {
                    let mut on = found.items.clone();
                    on.push(item);
                    Found { items: on, value: item }
                })
            })
            .collect();
    }
    at
}

/// Where paths begin: the case, and the item they are about with those around it.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The case.
    pub root: &'a Json,
    /// Items around, outermost first, and the value itself last; empty for the case as a whole.
    pub items: Vec<&'a Json>,
}

impl<'a> Scope<'a> {
    /// The values at `path`: `$.` begins at the case, `^.` at the item around this one, else at the item itself.
    #[must_use]
    pub fn values(&self, path: &str) -> Vec<&'a Json> {
        let (start, path) = if let Some(path) = path.strip_prefix("$.") {
            (self.root, path)
        } else if let Some(path) = path.strip_prefix("^.") {
            (self.items.iter().rev().nth(1).copied().unwrap_or(&NOTHING), path)
        } else {
            (self.items.last().copied().unwrap_or(self.root), path)
        };
        walk(start, path).into_iter().map(|found| found.value).collect()
    }

    /// The texts at `path`; those of a list one by one.
    #[must_use]
    pub fn texts(&self, path: &str) -> Vec<&'a str> {
        self.values(path).into_iter().flat_map(texts).collect()
    }

    /// The earliest date at `path`.
    #[must_use]
    pub fn day(&self, path: &str) -> Option<NaiveDate> {
        self.values(path).into_iter().filter_map(day).min()
    }

    /// The number at `path`.
    #[must_use]
    pub fn number(&self, path: &str) -> Option<u32> {
        let number = self.values(path).into_iter().find_map(Json::as_u64)?;
        u32::try_from(number).ok()
    }

    /// `words` with each `{path}` put in, in one walk; what is put in is not looked at again.
    #[must_use]
    pub fn fill(&self, words: &str) -> String {
        let mut out = String::new();
        let mut rest = words;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((path, tail)) = after.split_once('}') else { break };
            if let Some(value) = self.values(path).first() {
                out.push_str(&words_of(value));
            }
            rest = tail;
        }
        if !rest.contains('{') {
            out.push_str(rest);
        }
        out.trim().to_owned()
    }
}

/// A value as words: texts on one line, numbers as figures.
fn words_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Json::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The date a value is.
#[must_use]
pub fn day(value: &Json) -> Option<NaiveDate> {
    value.as_str().and_then(date::parse)
}

/// The text a value is, or the texts of a list.
pub fn texts(value: &Json) -> Vec<&str> {
    match value {
        Json::String(text) => vec![text],
        Json::Array(items) => items.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether something stands there: not null, `false`, an empty text or list.
#[must_use]
pub fn holds(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => false,
        Json::String(text) => !text.trim().is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}

/// One value or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOf {
    /// Any of these.
    Many(Vec<Json>),
    /// This one.
    One(Json),
}

impl OneOf {
    /// Whether `value` is one of them, or a list that holds one.
    fn admits(&self, value: &Json) -> bool {
        let same = |wanted: &Json| {
            value == wanted || value.as_array().is_some_and(|list| list.contains(wanted))
        };
        match self {
            Self::Many(wanted) => wanted.iter().any(same),
            Self::One(wanted) => same(wanted),
        }
    }
}

/// Fields, and the values they are held against.
pub type Wanted = BTreeMap<String, OneOf>;

/// Whether `item` is meant: every field of `only` has one of its values, no field of `unless` has.
#[must_use]
pub fn admits(only: &Wanted, unless: &Wanted, item: &Json) -> bool {
    let at = |field: &String| item.get(field).unwrap_or(&NOTHING);
    only.iter().all(|(field, wanted)| wanted.admits(at(field)))
        && !unless.iter().any(|(field, barred)| barred.admits(at(field)))
}

/// What an item is called in a list of what is missing: its id, its number or its name.
#[must_use]
pub fn label(item: &Json) -> String {
    ["accept_no", "id", "short_name", "name", "title", "person", "seq", "date"]
        .iter()
        .filter_map(|field| item.get(field))
        .map(words_of)
        .find(|words| !words.is_empty())
        .unwrap_or_default()
}
