//! The data model (`archive-schema/case.schema.json`) as rules, compiled once. Fields, titles and references
//! are data there; no field is named here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::{Map, Value};

/// The published schema's text.
pub const TEXT: &str = include_str!("../../archive-schema/case.schema.json");

/// The compiled data model.
pub static MODEL: LazyLock<Schema> = LazyLock::new(|| Schema::compile(TEXT));

/// A compiled schema: the entities and the top.
#[derive(Debug, Default)]
pub struct Schema {
    /// Name of the entity at the top.
    pub top: String,
    entities: BTreeMap<String, Rule>,
    fields: BTreeMap<String, Vec<String>>,
    /// What the schema says that this reader does not understand; a test keeps it empty.
    pub unread: Vec<String>,
}

/// What may stand at one place.
#[derive(Debug, Default)]
pub struct Rule {
    /// Chinese name.
    pub title: String,
    /// What is meant, as the schema describes it; may be empty.
    pub note: String,
    /// The entity whose rule holds here.
    pub entity: Option<String>,
    /// The type asked for.
    pub kind: Option<Kind>,
    /// The only value allowed.
    pub constant: Option<String>,
    /// The values allowed.
    pub choices: Vec<String>,
    /// The form asked for.
    pub pattern: Option<Pattern>,
    /// Whether the text is a date.
    pub date: bool,
    /// Least number of characters.
    pub min_length: usize,
    /// Least number of items.
    pub min_items: usize,
    /// Least number.
    pub minimum: Option<f64>,
    /// Greatest number.
    pub maximum: Option<f64>,
    /// The rule of a list's items.
    pub items: Option<Box<Rule>>,
    /// The fields of an object, in order.
    pub fields: Vec<Field>,
    /// Whether other fields are refused.
    pub closed: bool,
    /// The entity whose id stands here.
    pub refers_to: Option<String>,
    /// Whether the text is a code or a number, which rules about wording leave alone.
    pub coded: bool,
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// What may stand there.
    pub rule: Rule,
}

/// Types of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 文字.
    Text,
    /// 整数.
    Integer,
    /// 数.
    Number,
    /// 是否.
    Flag,
    /// 列表.
    List,
    /// 一组字段.
    Object,
}

/// A regular expression; leading `(?!…)` are kept apart because the engine has no look-ahead.
#[derive(Debug)]
pub struct Pattern {
    /// As the schema has it.
    pub text: String,
    wanted: Option<Regex>,
    unwanted: Vec<Regex>,
}

impl Pattern {
    fn new(text: &str) -> Result<Self, regex_lite::Error> {
        let mut rest = text.strip_prefix('^').unwrap_or(text);
        let mut unwanted = Vec::new();
        while text.starts_with('^')
            && let Some(tail) = rest.strip_prefix("(?!")
            && let Some((inner, after)) = tail.split_once(')')
        {
            unwanted.push(Regex::new(&format!("^(?:{inner})"))?);
            rest = after;
        }
        let anchor = if text.starts_with('^') { "^" } else { "" };
        let wanted = Some(Regex::new(&format!("{anchor}{rest}"))?);
        Ok(Self { text: text.to_owned(), wanted, unwanted })
    }

    /// Whether `text` has the form asked for.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.wanted.as_ref().is_none_or(|r| r.is_match(text))
            && !self.unwanted.iter().any(|r| r.is_match(text))
    }
}

impl Rule {
    /// Whether people write running text here: text of no fixed form, no id, no date, no path.
    #[must_use]
    pub fn is_prose(&self) -> bool {
        self.kind == Some(Kind::Text)
            && !self.coded
            && !self.date
            && self.pattern.is_none()
            && self.choices.is_empty()
            && self.constant.is_none()
            && self.refers_to.is_none()
    }

    /// The field called `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }
}

impl Schema {
    /// The rule of an entity.
    #[must_use]
    pub fn entity(&self, name: &str) -> Option<&Rule> {
        self.entities.get(name)
    }

    /// The Chinese name of an entity.
    #[must_use]
    pub fn title<'a>(&'a self, name: &'a str) -> &'a str {
        self.entities.get(name).map_or(name, |rule| rule.title.as_str())
    }

    /// The rule that holds at a place: the entity's, if the place has one.
    #[must_use]
    pub fn resolve<'a>(&'a self, rule: &'a Rule) -> &'a Rule {
        rule.entity.as_ref().and_then(|name| self.entities.get(name)).unwrap_or(rule)
    }

    /// The entity at the top.
    #[must_use]
    pub fn root(&self) -> Option<&Rule> {
        self.entities.get(&self.top)
    }

    /// Names of the entities that have a field called `name`; empty if no entity has.
    #[must_use]
    pub fn owners(&self, name: &str) -> &[String] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// Compiles `text`. Never fails: what is not understood is listed in `unread`.
    #[must_use]
    pub fn compile(text: &str) -> Self {
        let mut schema = Self::default();
        let document: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => {
                schema.unread.push(error.to_string());
                return schema;
            }
        };
        let Some(top) = document.as_object() else {
            schema.unread.push("not an object".to_owned());
            return schema;
        };
        for (key, value) in top {
            match key.as_str() {
                "$schema" | "$id" | "title" | "description" | "$comment" => {}
                "$ref" => schema.top = schema.target(value),
                "$defs" => {
                    for (name, body) in value.as_object().into_iter().flatten() {
                        let rule = schema.rule(name, body);
                        for field in &rule.fields {
                            let owners = schema.fields.entry(field.name.clone()).or_default();
                            owners.push(name.clone());
                        }
                        schema.entities.insert(name.clone(), rule);
                    }
                }
                other => schema.unread.push(format!("top: {other}")),
            }
        }
        let dangling: Vec<String> = schema
            .entities
            .values()
            .flat_map(targets)
            .filter(|t| schema.entity(t).is_none())
            .collect();
        schema.unread.extend(dangling);
        schema
    }

    fn target(&mut self, value: &Value) -> String {
        let text = value.as_str().unwrap_or_default();
        match text.strip_prefix("#/$defs/") {
            Some(name) => name.to_owned(),
            None => {
                self.unread.push(format!("$ref {text}"));
                String::new()
            }
        }
    }

    fn rule(&mut self, place: &str, body: &Value) -> Rule {
        let mut rule = Rule::default();
        let empty = Map::new();
        let body = body.as_object().unwrap_or(&empty);
        let mut required: Vec<&str> = Vec::new();
        for (key, value) in body {
            let understood = match key.as_str() {
                "$comment" | "x-enum" => true,
                "description" => {
                    value.as_str().unwrap_or_default().clone_into(&mut rule.note);
                    true
                }
                "title" => {
                    value.as_str().unwrap_or(place).clone_into(&mut rule.title);
                    true
                }
                "$ref" => {
                    rule.entity = Some(self.target(value));
                    true
                }
                "type" => {
                    rule.kind = value.as_str().and_then(kind);
                    rule.kind.is_some()
                }
                "const" => {
                    rule.constant = value.as_str().map(str::to_owned);
                    rule.constant.is_some()
                }
                "enum" => {
                    let all = value.as_array().into_iter().flatten();
                    rule.choices = all.filter_map(Value::as_str).map(str::to_owned).collect();
                    value.as_array().is_some_and(|a| a.len() == rule.choices.len())
                }
                "pattern" => {
                    rule.pattern = value.as_str().and_then(|text| Pattern::new(text).ok());
                    rule.pattern.is_some()
                }
                "format" => {
                    rule.date = value == "date";
                    rule.date
                }
                "minLength" => set(&mut rule.min_length, value),
                "minItems" => set(&mut rule.min_items, value),
                "minimum" => {
                    rule.minimum = value.as_f64();
                    rule.minimum.is_some()
                }
                "maximum" => {
                    rule.maximum = value.as_f64();
                    rule.maximum.is_some()
                }
                "items" => {
                    rule.items = Some(Box::new(self.rule(place, value)));
                    true
                }
                "properties" => {
                    for (name, body) in value.as_object().into_iter().flatten() {
                        let inner = self.rule(name, body);
                        rule.fields.push(Field {
                            name: name.clone(),
                            required: false,
                            rule: inner,
                        });
                    }
                    true
                }
                "required" => {
                    required =
                        value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                    true
                }
                "additionalProperties" => {
                    rule.closed = value == false;
                    rule.closed
                }
                "x-prose" => {
                    rule.coded = value == false;
                    rule.coded
                }
                "x-ref" => {
                    rule.refers_to = value.as_str().map(str::to_owned);
                    rule.refers_to.is_some()
                }
                _ => false,
            };
            if !understood {
                self.unread.push(format!("{place}: {key}"));
            }
        }
        for name in required {
            match rule.fields.iter_mut().find(|f| f.name == name) {
                Some(field) => field.required = true,
                None => self.unread.push(format!("{place}: required {name}")),
            }
        }
        rule
    }
}

fn targets(rule: &Rule) -> Vec<String> {
    let own = rule.entity.iter().chain(&rule.refers_to).cloned();
    let items = rule.items.iter().flat_map(|r| targets(r));
    let fields = rule.fields.iter().flat_map(|f| targets(&f.rule));
    own.chain(items).chain(fields).collect()
}

fn set(slot: &mut usize, value: &Value) -> bool {
    let number = value.as_u64().and_then(|n| usize::try_from(n).ok());
    *slot = number.unwrap_or_default();
    number.is_some()
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "string" => Kind::Text,
        "integer" => Kind::Integer,
        "number" => Kind::Number,
        "boolean" => Kind::Flag,
        "array" => Kind::List,
        "object" => Kind::Object,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, MODEL, Pattern};

    #[test]
    fn every_keyword_is_understood() {
        assert_eq!(MODEL.unread, Vec::<String>::new());
        let top = MODEL.root().unwrap();
        assert_eq!(top.title, "督察项目数据文件");
        assert!(top.closed && top.field("case").unwrap().required);
        let signer = MODEL.entity("Document").unwrap().field("signer").unwrap();
        assert_eq!(signer.rule.refers_to.as_deref(), Some("Person"));
        assert_eq!(signer.rule.kind, Some(Kind::Text));
    }

    #[test]
    fn an_unknown_keyword_is_noticed() {
        let text = r##"{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","oneOf":[]}}}"##;
        assert_eq!(super::Schema::compile(text).unread, ["A: oneOf"]);
    }

    #[test]
    fn leading_look_ahead() {
        let p = Pattern::new(r"^(?!/)(?!.*\.\.)[^\\]+$").unwrap();
        assert!(p.matches("a/b.txt"));
        for bad in ["/a", "a/../b", r"a\b", ""] {
            assert!(!p.matches(bad), "{bad}");
        }
    }
}
