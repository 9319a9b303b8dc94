//! The published schema (archive-schema/case.schema.json) as the reader uses it: it alone says what a case
//! holds, so that what is published and what is read cannot drift apart (docs/decisions/0004).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex_lite::Regex;
use serde_json::Value;

/// The published schema's text.
pub const SCHEMA: &str = include_str!("../../archive-schema/case.schema.json");

/// One schema: of a field, an entity or an item.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) shape: Shape,
    pub(super) pattern: Option<(String, Regex)>,
    pub(super) is_date: bool,
    pub(super) min_length: usize,
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) constant: Option<Value>,
    /// The entity type whose id this is (`x-ref`).
    pub(super) reference: Option<String>,
}

/// What kind of value a schema wants.
#[derive(Debug, Default)]
pub(super) enum Shape {
    #[default]
    Any,
    Text,
    Int,
    Number,
    Bool,
    Choice(Vec<String>),
    List {
        item: Box<Schema>,
        min: usize,
    },
    /// Another definition, by name.
    Entity(String),
    /// A mapping with its fields in the schema's order.
    Object(Object),
    /// A mapping with free keys, each of one schema.
    Open(Box<Schema>),
}

/// A mapping with known fields.
#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) fields: Vec<(String, Schema)>,
    pub(super) required: Vec<String>,
    /// Whether fields the schema does not know are an error.
    pub(super) closed: bool,
}

impl Object {
    /// The schema of a field.
    pub(super) fn field(&self, name: &str) -> Option<&Schema> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, s)| s)
    }
}

/// All definitions.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    entities: BTreeMap<String, Schema>,
    /// Name of the root definition.
    pub(super) root: String,
    /// What the schema says that the reader does not understand; empty, and a test says so.
    pub(super) strange: Vec<String>,
}

impl Definitions {
    /// A definition by name.
    pub(super) fn entity(&self, name: &str) -> Option<&Schema> {
        self.entities.get(name)
    }

    /// The fields of `schema`, through a reference if need be, with the definition's name.
    pub(super) fn object<'a>(&'a self, schema: &'a Schema) -> Option<(&'a str, &'a Object)> {
        match &schema.shape {
            Shape::Object(object) => Some(("", object)),
            Shape::Entity(name) => match &self.entities.get(name)?.shape {
                Shape::Object(object) => Some((name, object)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The published schema, read once.
pub(super) fn published() -> &'static Definitions {
    static READ: OnceLock<Definitions> = OnceLock::new();
    READ.get_or_init(|| {
        let value: Value = serde_json::from_str(SCHEMA).unwrap_or_default();
        read(&value)
    })
}

fn read(value: &Value) -> Definitions {
    let mut out = Definitions::default();
    let mut strange = Vec::new();
    out.root = value["$ref"].as_str().and_then(local).unwrap_or_default().into();
    if let Some(definitions) = value["$defs"].as_object() {
        for (name, definition) in definitions {
            out.entities.insert(name.clone(), schema(definition, &mut strange));
        }
    }
    out.strange = strange;
    out
}

fn local(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/$defs/")
}

fn schema(value: &Value, strange: &mut Vec<String>) -> Schema {
    const KNOWN: [&str; 18] = [
        "type", "title", "description", "properties", "required", "additionalProperties", "enum",
        "const", "$ref", "items", "pattern", "format", "minLength", "minItems", "minimum",
        "maximum", "x-ref", "x-enum",
    ];
    let Some(map) = value.as_object() else {
        strange.push(value.to_string());
        return Schema::default();
    };
    strange.extend(map.keys().filter(|k| !KNOWN.contains(&k.as_str())).cloned());
    let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let pattern = map.get("pattern").and_then(Value::as_str).and_then(|p| match Regex::new(p) {
        Ok(regex) => Some((p.to_owned(), regex)),
        Err(e) => {
            strange.push(e.to_string());
            None
        }
    });
    let size = |key: &str| {
        map.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
    };
    Schema {
        title: text("title"),
        description: text("description"),
        shape: shape(map, strange),
        pattern,
        is_date: text("format") == "date",
        min_length: size("minLength"),
        minimum: map.get("minimum").and_then(Value::as_f64),
        maximum: map.get("maximum").and_then(Value::as_f64),
        constant: map.get("const").cloned(),
        reference: map.get("x-ref").and_then(Value::as_str).map(ToOwned::to_owned),
    }
}

fn shape(map: &serde_json::Map<String, Value>, strange: &mut Vec<String>) -> Shape {
    if let Some(name) = map.get("$ref").and_then(Value::as_str).and_then(local) {
        return Shape::Entity(name.into());
    }
    if let Some(choices) = map.get("enum").and_then(Value::as_array) {
        return Shape::Choice(
            choices.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
        );
    }
    match map.get("type").and_then(Value::as_str) {
        Some("string") => Shape::Text,
        Some("integer") => Shape::Int,
        Some("number") => Shape::Number,
        Some("boolean") => Shape::Bool,
        Some("array") => {
            let min = map.get("minItems").and_then(Value::as_u64).unwrap_or(0);
            let item = map.get("items").map(|v| schema(v, strange)).unwrap_or_default();
            Shape::List { item: Box::new(item), min: usize::try_from(min).unwrap_or(usize::MAX) }
        }
        Some("object") => object(map, strange),
        Some(other) => {
            strange.push(format!("type {other}"));
            Shape::Any
        }
        None => Shape::Any,
    }
}

fn object(map: &serde_json::Map<String, Value>, strange: &mut Vec<String>) -> Shape {
    let properties = map.get("properties").and_then(Value::as_object);
    let additional = map.get("additionalProperties");
    if properties.is_none() && additional.is_some_and(Value::is_object) {
        let value = additional.map(|v| schema(v, strange)).unwrap_or_default();
        return Shape::Open(Box::new(value));
    }
    let fields = properties
        .map(|p| p.iter().map(|(name, v)| (name.clone(), schema(v, strange))).collect())
        .unwrap_or_default();
    let required = map
        .get("required")
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect())
        .unwrap_or_default();
    let closed = additional.and_then(Value::as_bool) == Some(false);
    Shape::Object(Object { fields, required, closed })
}

#[cfg(test)]
mod tests {
    use super::published;

    #[test]
    fn the_reader_understands_every_word_of_the_published_schema() {
        let definitions = published();
        assert_eq!(definitions.strange, Vec::<String>::new());
        assert_eq!(definitions.root, "CaseFile");
        assert!(definitions.entity("Document").is_some());
    }
}
