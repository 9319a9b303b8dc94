//! The published schema and this reader judge alike: whatever a validator of JSON Schema refuses is refused here
//! as structure, and nothing else is.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{example, package};
use crate::case::check::{self, Subject};
use crate::case::entities::Entities;
use crate::case::schema::{Field, Kind, MODEL, Rule};
use crate::case::{attachments, normal, parse, source};

/// A case with every list cut to one item: small, and of the same shape.
fn cut(value: &mut Json) {
    match value {
        Json::Array(items) => {
            items.truncate(1);
            items.iter_mut().for_each(cut);
        }
        Json::Object(map) => map.values_mut().for_each(cut),
        _ => {}
    }
}

/// JSON Pointers to all instances of entities, with the entity's name.
fn instances(value: &Json, rule: &Rule, pointer: &str, out: &mut Vec<(String, String)>) {
    if let (Some(name), Json::Object(_)) = (&rule.entity, value) {
        out.push((name.clone(), pointer.to_owned()));
    }
    let rule = MODEL.resolve(rule);
    match value {
        Json::Object(map) => {
            for (key, inner) in map {
                if let Some(field) = rule.field(key) {
                    instances(inner, &field.rule, &format!("{pointer}/{key}"), out);
                }
            }
        }
        Json::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                instances(item, rule.items.as_ref().unwrap(), &format!("{pointer}/{i}"), out);
            }
        }
        _ => {}
    }
}

/// What is asked of a field, as a word.
fn shape(field: &Field) -> String {
    let rule = MODEL.resolve(&field.rule);
    let pattern = rule.pattern.as_ref().map(|p| p.text.as_str());
    let bounds = (rule.min_length, rule.min_items, rule.minimum, rule.maximum);
    let inner = rule.items.as_ref().map(|i| (i.kind, i.entity.is_some()));
    format!("{:?} {pattern:?} {} {bounds:?} {inner:?}", rule.kind, rule.date)
}

/// Values to put into a field: right ones and wrong ones of every sort.
fn trials(field: &Field) -> Vec<Json> {
    let rule = MODEL.resolve(&field.rule);
    let mut all = vec![json!(null), json!({}), json!("x"), json!(7)];
    match rule.kind {
        Some(Kind::Text) => {
            all.extend([json!(""), json!("\u{4e00}!"), json!("7"), json!(true)]);
            if rule.date {
                let days = [
                    "2025-02-28",
                    "2025-02-30",
                    "2025-2-3",
                    "2025/02/03",
                    "2024-02-29",
                    "2025-13-01",
                ];
                all.extend(days.map(Json::from));
            } else if rule.pattern.is_some() {
                let texts =
                    ["D28", "08:00", "2025Q1", "000001", "a/b", "a/../b", "/a", "9a", "a\\b"];
                all.extend(texts.map(Json::from));
                all.push(json!("a".repeat(64)));
                all.push(json!("a".repeat(65)));
            }
        }
        Some(Kind::Integer | Kind::Number) => {
            all.extend([
                json!(-1),
                json!(0),
                json!(1.5),
                json!(2.0),
                json!("2"),
                json!(2025),
                json!(3000),
            ]);
        }
        Some(Kind::Flag) => all.extend([json!(true), json!(false), json!("true"), json!("是")]),
        Some(Kind::List) => {
            all.extend([json!([]), json!([{}]), json!(["x"]), json!([""]), json!([null])]);
        }
        Some(Kind::Object) => all.push(json!({"no_such_field": 1})),
        None => {
            all.extend(rule.choices.iter().take(1).map(|c| json!(c)));
            all.extend(rule.constant.iter().map(|c| json!(c)));
            all.push(json!(["x"]));
        }
    }
    all
}

fn accepted_here(case: &Json) -> bool {
    let text = serde_json::to_string(case).unwrap();
    let source = source::decode("case.json", text.as_bytes()).unwrap();
    let reading = parse::read(&source, &|_| false);
    assert!(reading.findings.is_empty(), "{:?}", reading.findings.first().map(|f| &f.message));
    let root = reading.root.unwrap();
    let entities = Entities::of(&root);
    let subject = Subject { schema: &MODEL, source: &source, root: &root, entities: &entities };
    let (paths, _) = attachments::check(subject, &package("tests/no-such-folder"));
    let structure = check::model(subject);
    !structure.iter().any(|f| f.code == "S-01" || f.code == "S-05")
        && !paths.iter().any(|f| f.code == "A-03")
}

fn put(case: &Json, pointer: &str, key: &str, value: Option<Json>) -> Json {
    let mut case = case.clone();
    let object = case.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => object.insert(key.to_owned(), value),
        None => object.remove(key),
    };
    case
}

#[test]
fn reader_and_published_schema_judge_alike() {
    let text = std::fs::read_to_string(package("archive-schema/case.schema.json")).unwrap();
    let schema: Json = serde_json::from_str(&text).unwrap();
    let published = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let (mut tried, mut refused) = (0, 0);
    let (mut entities_seen, mut shapes) = (BTreeSet::new(), BTreeSet::new());
    let mut compare = |case: &Json, what: String| {
        tried += 1;
        let valid = published.is_valid(case);
        refused += usize::from(!valid);
        assert_eq!(accepted_here(case), valid, "{what}");
    };
    for name in ["routine", "special", "daily", "lishui"] {
        let mut case = normal::plain(&example(name).root);
        compare(&case, format!("{name} as it is"));
        cut(&mut case);
        let mut places = Vec::new();
        instances(&case, MODEL.root().unwrap(), "", &mut places);
        places.insert(0, (MODEL.top.clone(), String::new()));
        for (entity, pointer) in &places {
            if !entities_seen.insert(entity.clone()) {
                continue;
            }
            compare(
                &put(&case, pointer, "no_such_field", Some(json!(1))),
                format!("{name}{pointer}: unknown field"),
            );
            for field in &MODEL.entity(entity).unwrap().fields {
                let at = format!("{name}{pointer}/{}", field.name);
                compare(&put(&case, pointer, &field.name, None), format!("{at}: left out"));
                // Fields made alike are tried in full once, then with two values only.
                let all = trials(field);
                let kept = if shapes.insert(shape(field)) { all.len() } else { 2 };
                for value in all.into_iter().take(kept) {
                    let what = format!("{at}: {value}");
                    compare(&put(&case, pointer, &field.name, Some(value)), what);
                }
            }
        }
    }
    assert!(tried > 1000 && refused > 500, "{tried} tried, {refused} refused");
    assert!(entities_seen.len() > 40, "{} entities", entities_seen.len());
}
