//! The case as templates read it: every field the model knows is there, absent lists as `[]`, others as null.

use serde_json::{Map, Number, Value as Json};

use super::scalar::Typed;
use super::schema::{Kind, Rule, Schema};
use super::tree::{Node, Value};

/// The tree as it stands, nothing added.
#[must_use]
pub fn plain(node: &Node) -> Json {
    match &node.value {
        Value::Map(entries) => {
            let pairs = entries.iter().map(|(key, value)| (key.text.clone(), plain(value)));
            Json::Object(pairs.collect())
        }
        Value::Seq(items) => Json::Array(items.iter().map(plain).collect()),
        Value::Opaque => Json::Null,
        Value::Scalar(scalar) => match scalar.typed() {
            Typed::Null => Json::Null,
            Typed::Bool(flag) => Json::Bool(flag),
            Typed::Int(n) => Json::Number(n.into()),
            Typed::Float(x) => float(x),
            Typed::Text(text) => Json::String(text.to_owned()),
        },
    }
}

/// A whole number written as 12.0 is a whole number (JSON Schema 2020-12 §6.1.1).
fn float(x: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "within ±2^53 and whole")]
    if x.fract() == 0.0 && x.abs() < 9.0e15 {
        return Json::Number((x as i64).into());
    }
    Number::from_f64(x).map_or(Json::Null, Json::Number)
}

/// Adds to `data` what the file left out.
pub fn complete(schema: &Schema, data: &mut Json) {
    let Some(top) = schema.root() else { return };
    fill(schema, data, top);
}

/// As [`complete`], for one instance of `entity`.
pub fn complete_as(schema: &Schema, data: &mut Json, entity: &str) {
    if let Some(rule) = schema.entity(entity) {
        fill(schema, data, rule);
    }
}

fn fill(schema: &Schema, value: &mut Json, rule: &Rule) {
    let rule = schema.resolve(rule);
    match value {
        Json::Object(map) => fill_fields(schema, map, rule),
        Json::Array(items) => {
            if let Some(inner) = &rule.items {
                for item in items {
                    fill(schema, item, inner);
                }
            }
        }
        _ => {}
    }
}

fn fill_fields(schema: &Schema, map: &mut Map<String, Json>, rule: &Rule) {
    for field in &rule.fields {
        match map.get_mut(&field.name) {
            Some(value) => fill(schema, value, &field.rule),
            None => {
                let absent = match field.rule.kind {
                    Some(Kind::List) => Json::Array(Vec::new()),
                    _ => Json::Null,
                };
                map.insert(field.name.clone(), absent);
            }
        }
    }
}
