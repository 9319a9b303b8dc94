//! The case as JSON for templates and models: every field the schema knows is there, absent lists as `[]`,
//! other absent fields as null, so that a template can ask for any field and a misspelt one is an error.

use serde_json::{Map, Value};

use super::schema::{Definitions, Schema, Shape};
use super::tree::{Node, Tree};

/// `node` as `schema` has it.
pub(super) fn normalise(definitions: &Definitions, node: &Node, schema: &Schema) -> Value {
    match &node.value {
        Tree::Null => Value::Null,
        Tree::Bool(b) => (*b).into(),
        Tree::Int(n) => (*n).into(),
        Tree::Float(n) => serde_json::Number::from_f64(*n).map_or(Value::Null, Value::Number),
        Tree::Text(text) => text.as_str().into(),
        Tree::Seq(items) => {
            let any = Schema::default();
            let item = match &schema.shape {
                Shape::List { item, .. } => item,
                _ => &any,
            };
            items.iter().map(|n| normalise(definitions, n, item)).collect()
        }
        Tree::Map(entries) => {
            let any = Schema::default();
            let known = definitions.object(schema).map(|(_, object)| object);
            let mut out = Map::new();
            for (key, child) in entries {
                let field = known.and_then(|o| o.field(&key.name)).unwrap_or(&any);
                out.insert(key.name.clone(), normalise(definitions, child, field));
            }
            for (name, field) in known.map(|o| o.fields.as_slice()).unwrap_or_default() {
                if !out.contains_key(name) {
                    let absent = match field.shape {
                        Shape::List { .. } => Value::Array(Vec::new()),
                        _ => Value::Null,
                    };
                    out.insert(name.clone(), absent);
                }
            }
            Value::Object(out)
        }
    }
}
