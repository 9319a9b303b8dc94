//! Adding to the data file and changing values in it: only what is named changes, every other byte stays, with
//! comments, order and line ends. What comes out is read again and must be what was meant.

mod page;

use std::cmp::Reverse;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::schema::MODEL;
use super::{CaseFile, normal, parse};
use crate::diag::SourceFile;
use page::Page;

/// One change of data.
#[derive(Clone, Debug)]
pub enum Amendment {
    /// A new item at the end of the list at a JSON Pointer; the list is made if it is not there.
    Add {
        /// JSON Pointer of the list.
        list: String,
        /// The item.
        item: Json,
    },
    /// Fields of the group at a JSON Pointer; groups within it are gone into.
    Set {
        /// JSON Pointer of the group.
        pointer: String,
        /// Fields and their new values.
        fields: Map<String, Json>,
    },
}

impl Amendment {
    /// JSON Pointer of what is changed.
    #[must_use]
    pub fn pointer(&self) -> &str {
        match self {
            Self::Add { list, .. } => list,
            Self::Set { pointer, .. } => pointer,
        }
    }

    fn list(&self) -> Option<&str> {
        match self {
            Self::Add { list, .. } => Some(list),
            Self::Set { .. } => None,
        }
    }
}

/// The text of the case with `amendments` made.
///
/// # Errors
/// The pointer of the amendment that cannot be made without touching something else (a comment within a value
/// that is replaced, a place that cannot be told for sure); empty if the result would not read as meant.
pub fn amend(case: &CaseFile, amendments: &[Amendment]) -> Result<Arc<SourceFile>, String> {
    let text = case.source.text();
    let mut wanted = normal::plain(&case.root);
    let mut page = Page::of(text, case.source.name().ends_with(".json"));
    // What lies deeper goes in first: where two things go in at one place, the inner one stands before.
    let mut amendments: Vec<&Amendment> = amendments.iter().collect();
    amendments.sort_by_key(|a| (Reverse(a.pointer().matches('/').count()), a.list()));
    let mut at = 0;
    while let Some(first) = amendments.get(at) {
        let refused = || first.pointer().to_owned();
        match first {
            Amendment::Add { list, .. } => {
                // Neighbours of one list go in together, so that they stand in their order.
                let items: Vec<&Json> = amendments
                    .iter()
                    .skip(at)
                    .map_while(|a| match *a {
                        Amendment::Add { list: other, item } if other == list => Some(item),
                        _ => None,
                    })
                    .collect();
                at += items.len();
                page.add(&case.root, list, &items).ok_or_else(refused)?;
                push(&mut wanted, list, items).ok_or_else(refused)?;
            }
            Amendment::Set { pointer, fields } => {
                at += 1;
                page.set(&case.root, pointer, fields).ok_or_else(refused)?;
                let slot = wanted.pointer_mut(pointer).ok_or_else(refused)?;
                merge(slot, fields);
            }
        }
    }
    let text = page.write().ok_or_else(String::new)?;
    let source = SourceFile::new(case.source.name(), text);
    let is_field = |name: &str| !MODEL.owners(name).is_empty();
    let read = parse::read(&source, &is_field).root.ok_or_else(String::new)?;
    if normal::plain(&read) == wanted { Ok(source) } else { Err(String::new()) }
}

fn push(wanted: &mut Json, list: &str, items: Vec<&Json>) -> Option<()> {
    if wanted.pointer(list).is_none() {
        let (parent, key) = list.rsplit_once('/')?;
        let parent = wanted.pointer_mut(parent)?.as_object_mut()?;
        parent.insert(key.to_owned(), Json::Null);
    }
    let slot = wanted.pointer_mut(list)?;
    if slot.is_null() {
        *slot = Json::Array(Vec::new());
    }
    slot.as_array_mut()?.extend(items.into_iter().map(without_null));
    Some(())
}

/// What is written of a value: absent fields are left out.
fn without_null(value: &Json) -> Json {
    match value {
        Json::Object(map) => Json::Object(
            map.iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| (k.clone(), without_null(v)))
                .collect(),
        ),
        Json::Array(items) => Json::Array(items.iter().map(without_null).collect()),
        other => other.clone(),
    }
}

fn merge(slot: &mut Json, fields: &Map<String, Json>) {
    if !slot.is_object() {
        *slot = Json::Object(Map::new());
    }
    let Some(map) = slot.as_object_mut() else { return };
    for (key, value) in fields {
        match (map.get_mut(key), value) {
            (Some(there @ Json::Object(_)), Json::Object(inner)) => merge(there, inner),
            _ => drop(map.insert(key.clone(), without_null(value))),
        }
    }
}

#[cfg(test)]
mod tests;
