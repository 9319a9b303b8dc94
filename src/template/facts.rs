//! The facts of a case as templates see them.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::engine::{Value, value};

/// Name under which the index of entities is handed to functions.
pub(super) const ENTITIES: &str = "_entities";

/// A case as templates see it, ready for many documents.
#[derive(Debug)]
pub struct Facts<'a> {
    json: &'a Json,
    top: BTreeMap<String, Value>,
    names: Vec<String>,
}

impl<'a> Facts<'a> {
    /// Prepares `json`, the normalised case.
    #[must_use]
    pub fn new(json: &'a Json) -> Self {
        let mut entities = BTreeMap::new();
        let mut names = Vec::new();
        collect(json, &mut entities, &mut names);
        let mut top: BTreeMap<String, Value> = BTreeMap::new();
        for (name, part) in json.as_object().into_iter().flatten() {
            top.insert(name.clone(), value(part));
        }
        top.insert(ENTITIES.into(), value(&entities));
        names.sort_by_key(|n: &String| std::cmp::Reverse(n.chars().count()));
        names.dedup();
        Self { json, top, names }
    }

    /// The entry of `documents` with this id.
    #[must_use]
    pub fn document(&self, id: &str) -> Option<&'a Json> {
        self.json["documents"].as_array()?.iter().find(|d| d["id"] == id)
    }

    /// A value of the case by JSON Pointer.
    #[must_use]
    pub fn get(&self, pointer: &str) -> Option<&'a Json> {
        self.json.pointer(pointer)
    }

    /// The full name of the entity with this id; the id itself if there is none.
    #[must_use]
    pub fn name(&self, id: &str) -> String {
        let entity = self.top.get(ENTITIES).and_then(|e| e.get_item(&Value::from(id)).ok());
        entity
            .and_then(|e| e.get_attr("name").ok())
            .and_then(|n| n.as_str().map(ToOwned::to_owned))
            .unwrap_or_else(|| id.to_owned())
    }

    /// Names that a title must not cut: organs, persons, districts.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.names
    }

    /// The context of one document: the case, `doc`, and `extra`.
    #[must_use]
    pub(super) fn context(&self, doc: Value, extra: &Map<String, Json>) -> Value {
        let mut all = self.top.clone();
        for (name, part) in extra {
            all.insert(name.clone(), value(part));
        }
        all.insert("doc".into(), doc);
        Value::from(all)
    }
}

/// Every object with an id (but the case itself), and every name.
fn collect<'a>(
    json: &'a Json,
    entities: &mut BTreeMap<&'a str, &'a Json>,
    names: &mut Vec<String>,
) {
    match json {
        Json::Array(items) => items.iter().for_each(|v| collect(v, entities, names)),
        Json::Object(map) => {
            if let Some(id) = map.get("id").and_then(Json::as_str)
                && !map.contains_key("case_type")
            {
                entities.entry(id).or_insert(json);
            }
            for field in ["name", "short_name"] {
                if let Some(name) = map.get(field).and_then(Json::as_str)
                    && name.chars().count() > 1
                {
                    names.push(name.to_owned());
                }
            }
            map.values().for_each(|v| collect(v, entities, names));
        }
        _ => {}
    }
}
