//! The ids of a case: what each stands for and where.

use std::collections::BTreeMap;
use std::ops::Range;

use super::schema::{MODEL, Rule};
use super::tree::{Node, Value, child};

/// One entity with an id.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Which entity of the model.
    pub kind: String,
    /// What a person calls it: its name or title.
    pub label: String,
    /// JSON Pointer to it.
    pub pointer: String,
    /// Where its id stands.
    pub span: Range<usize>,
}

/// An id used again.
#[derive(Clone, Debug)]
pub struct Again {
    /// The id.
    pub id: String,
    /// The later use.
    pub entity: Entity,
}

/// All ids of a case.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    by_id: BTreeMap<String, Entity>,
    /// Later uses of the same id, in order of the file.
    pub again: Vec<Again>,
}

impl Entities {
    /// Gathers the ids of `root`.
    #[must_use]
    pub fn of(root: &Node) -> Self {
        let mut all = Self::default();
        if let Some(top) = MODEL.root() {
            all.gather(root, top, &MODEL.top, "");
        }
        all
    }

    /// The entity called `id`.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Entity> {
        self.by_id.get(id)
    }

    /// All entities in order of id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entity)> {
        self.by_id.iter().map(|(id, entity)| (id.as_str(), entity))
    }

    fn gather(&mut self, node: &Node, rule: &Rule, kind: &str, pointer: &str) {
        let name = rule.entity.as_deref().unwrap_or(kind);
        let rule = MODEL.resolve(rule);
        match &node.value {
            Value::Map(entries) => {
                if let Some(inner) = &rule.items {
                    // A list's dash forgotten: one finding (S-01) is enough, its ids are known.
                    self.gather(node, inner, name, pointer);
                }
                if rule.field("id").is_some() {
                    self.add(node, name, pointer);
                }
                for (key, value) in entries {
                    if let Some(field) = rule.field(&key.text) {
                        self.gather(value, &field.rule, name, &child(pointer, &key.text));
                    }
                }
            }
            Value::Seq(items) => {
                if let Some(inner) = &rule.items {
                    for (i, item) in items.iter().enumerate() {
                        self.gather(item, inner, name, &child(pointer, &i.to_string()));
                    }
                }
            }
            Value::Scalar(_) | Value::Opaque => {}
        }
    }

    fn add(&mut self, node: &Node, kind: &str, pointer: &str) {
        let Some((id, place)) = node.get("id").and_then(|n| Some((n.text()?, n))) else { return };
        let label = ["name", "title", "summary"].iter().find_map(|key| node.get(key)?.text());
        let entity = Entity {
            kind: kind.to_owned(),
            label: label.unwrap_or_default().to_owned(),
            pointer: pointer.to_owned(),
            span: place.span.clone(),
        };
        if self.by_id.contains_key(id) {
            self.again.push(Again { id: id.to_owned(), entity });
        } else {
            self.by_id.insert(id.to_owned(), entity);
        }
    }
}
