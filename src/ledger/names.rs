//! 所指: what a case calls its organs, districts, persons and other things, to find ids by what people write.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::cell::plain;
use crate::case::{CaseFile, nearest};

/// Fields by which people call a thing.
const NAMES: [&str; 6] = ["name", "short_name", "title", "accept_no", "seq", "period"];
/// Entities that people call by name rather than by id.
const CALLED: [&str; 3] = ["Organ", "District", "Person"];

/// Names of a case.
#[derive(Debug, Default)]
pub struct Names {
    /// Entity, plain name, ids.
    by_name: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Names as they are written, for suggestions: entity, names.
    written: BTreeMap<String, Vec<String>>,
    /// Entity and id, the name that means it and nothing else.
    labels: BTreeMap<(String, String), String>,
}

/// What came of looking for a name.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// This id.
    One(String),
    /// Several ids.
    Many(Vec<String>),
    /// None; what it is most like.
    None(Option<String>),
}

impl Names {
    /// The names of `case`.
    #[must_use]
    pub fn of(case: &CaseFile) -> Self {
        let mut all = Self::default();
        let mut called: Vec<(String, String, Vec<String>)> = Vec::new();
        for (id, kind, pointer) in case.entities() {
            let thing = case.json().pointer(pointer).unwrap_or(&Json::Null);
            let mut names: Vec<String> = vec![id.to_owned()];
            names.extend(NAMES.iter().filter_map(|field| text(thing.get(*field)?)));
            let former = thing.get("former_names").and_then(Json::as_array);
            names.extend(former.into_iter().flatten().filter_map(text));
            let by_name = all.by_name.entry(kind.to_owned()).or_default();
            for name in &names {
                by_name.entry(plain(name)).or_default().insert(id.to_owned());
            }
            let written = all.written.entry(kind.to_owned()).or_default();
            written.extend(names.iter().filter(|n| n.chars().count() > 1).cloned());
            if CALLED.contains(&kind) {
                let best = ["short_name", "name"].iter().filter_map(|f| text(thing.get(*f)?));
                called.push((kind.to_owned(), id.to_owned(), best.collect()));
            }
        }
        for (kind, id, names) in called {
            let means = |name: &String| {
                all.find(&kind, name) == Found::One(id.clone())
                    && super::value::split(name) == [name.as_str()]
            };
            if let Some(name) = names.into_iter().find(means) {
                all.labels.insert((kind, id), name);
            }
        }
        all
    }

    /// The `kind` that is called `name`.
    #[must_use]
    pub fn find(&self, kind: &str, name: &str) -> Found {
        let ids = self.by_name.get(kind).and_then(|names| names.get(&plain(name)));
        match ids.map(|ids| ids.iter().cloned().collect::<Vec<_>>()).unwrap_or_default().as_slice()
        {
            [one] => Found::One(one.clone()),
            [] => {
                let written = self.written.get(kind).map(Vec::as_slice).unwrap_or_default();
                Found::None(nearest(name, written.iter().map(String::as_str)).map(str::to_owned))
            }
            many => Found::Many(many.to_vec()),
        }
    }

    /// What people call the `kind` with this id: its name where that means nothing else, or the id.
    #[must_use]
    pub fn label(&self, kind: &str, id: &str) -> String {
        let label = self.labels.get(&(kind.to_owned(), id.to_owned()));
        label.cloned().unwrap_or_else(|| id.to_owned())
    }
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Json::Number(n) => Some(n.to_string()),
        _ => None,
    }
}
