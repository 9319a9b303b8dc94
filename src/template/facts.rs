//! The facts of a case as templates see them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::engine::{Scope, Value, is_reserved, value};

/// Name under which the index of entities is handed to functions.
pub(super) const ENTITIES: &str = "_entities";

/// A case as templates see it, ready for many documents.
#[derive(Debug)]
pub struct Facts<'a> {
    json: &'a Json,
    top: BTreeMap<String, Value>,
    names: Vec<String>,
    fields: Arc<BTreeSet<String>>,
    strays: Vec<String>,
    dir: Option<&'a Path>,
}

impl<'a> Facts<'a> {
    /// Prepares `json`, the normalised case.
    #[must_use]
    pub fn new(json: &'a Json) -> Self {
        let mut found = Found::default();
        found.walk(json, &mut String::new());
        let mut top: BTreeMap<String, Value> = BTreeMap::new();
        for (name, part) in json.as_object().into_iter().flatten() {
            top.insert(name.clone(), value(part));
        }
        top.insert(ENTITIES.into(), value(&found.entities));
        // Longer names first: they win where they overlap.
        let mut names: Vec<String> = found.names.into_iter().map(ToOwned::to_owned).collect();
        names.sort_by_key(|n| Reverse(n.chars().count()));
        let fields = found.fields.into_iter().map(ToOwned::to_owned).collect();
        Self { json, top, names, fields: Arc::new(fields), strays: found.strays, dir: None }
    }

    /// The same facts, with pictures to be found in `dir`, the folder of the case.
    #[must_use]
    pub fn beside(self, dir: &'a Path) -> Self {
        Self { dir: Some(dir), ..self }
    }

    /// The folder of the case.
    pub(super) fn dir(&self) -> Option<&'a Path> {
        self.dir
    }

    /// The entry of `documents` with this id, and its JSON Pointer.
    #[must_use]
    pub(super) fn document(&self, id: &str) -> Option<(&'a Json, String)> {
        let mut entries = self.documents().enumerate();
        entries.find(|(_, d)| d["id"] == id).map(|(i, d)| (d, format!("/documents/{i}")))
    }

    /// The entries of `documents`.
    pub(super) fn documents(&self) -> impl Iterator<Item = &'a Json> + use<'a> {
        self.json["documents"].as_array().into_iter().flatten()
    }

    /// A value of the case by JSON Pointer.
    #[must_use]
    pub fn get(&self, pointer: &str) -> Option<&'a Json> {
        self.json.pointer(pointer)
    }

    /// The full name of the entity with this id; the id itself if there is none.
    #[must_use]
    pub fn name(&self, id: &str) -> String {
        self.entity_text(id, "name").unwrap_or_else(|| id.to_owned())
    }

    /// A text field of the entity with this id.
    pub(super) fn entity_text(&self, id: &str, field: &str) -> Option<String> {
        let entity = self.top.get(ENTITIES)?.get_item(&Value::from(id)).ok()?;
        entity.get_attr(field).ok()?.as_str().map(ToOwned::to_owned)
    }

    /// Names that a title must not cut: organs, persons, districts, longest first.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.names
    }

    /// JSON Pointers of texts with characters that are kept for the program's own use.
    pub(super) fn strays(&self) -> &[String] {
        &self.strays
    }

    /// What one document's templates see: the case, `doc`, and `extra`.
    #[must_use]
    pub(super) fn scope(&self, doc: Value, extra: &Map<String, Json>) -> Scope {
        let mut all = self.top.clone();
        for (name, part) in extra {
            all.insert(name.clone(), value(part));
        }
        all.insert("doc".into(), doc);
        Scope { values: Value::from(all), fields: Arc::clone(&self.fields) }
    }
}

/// What one walk over the case finds.
#[derive(Default)]
struct Found<'a> {
    /// Every object with an id but the case itself; of two with one id the first (S-02 tells of it).
    entities: BTreeMap<&'a str, &'a Json>,
    names: BTreeSet<&'a str>,
    fields: BTreeSet<&'a str>,
    strays: Vec<String>,
}

impl<'a> Found<'a> {
    fn walk(&mut self, json: &'a Json, pointer: &mut String) {
        match json {
            Json::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.step(&i.to_string(), item, pointer);
                }
            }
            Json::Object(map) => {
                if let Some(id) = map.get("id").and_then(Json::as_str)
                    && !map.contains_key("case_type")
                {
                    self.entities.entry(id).or_insert(json);
                }
                for field in ["name", "short_name"] {
                    let name = map.get(field).and_then(Json::as_str);
                    self.names.extend(name.filter(|n| n.chars().count() > 1));
                }
                for (name, part) in map {
                    self.fields.insert(name);
                    self.step(name, part, pointer);
                }
            }
            Json::String(text) if text.contains(is_reserved) => self.strays.push(pointer.clone()),
            _ => {}
        }
    }

    fn step(&mut self, name: &str, part: &'a Json, pointer: &mut String) {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        self.walk(part, pointer);
        pointer.truncate(length);
    }
}
