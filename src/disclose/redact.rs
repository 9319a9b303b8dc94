//! 取舍: a case goes in, a case that is public comes out, and the list of what was taken from it.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::detect::{Detector, Found};
use super::mend::without;
use super::needle::{Needle, Needles, plain};
use super::table::{Policy, Table};
use crate::case::{self, CaseFile, Sort};
use crate::diag::Failure;

/// Texts shorter than this are too common to be looked for as they are.
const TELLING: usize = 8;

/// 不公开的一处: for the clerk's list, which never leaves the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// JSON Pointer of the value.
    pub path: String,
    /// Id of the sort.
    pub sort: String,
    /// Its name.
    pub name: String,
    /// 依据.
    pub ground: String,
    /// The withheld words; none where nothing could be recognised again (a date, a reference, a common word).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// What stands in its place.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub put: String,
    /// JSON Pointer of what was judged as one: the value, or the whole entry of a list that is not public.
    #[serde(skip)]
    pub unit: String,
}

/// 须人工判断的一处.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ask {
    /// JSON Pointer of the text.
    pub path: String,
    /// Which words.
    pub words: String,
}

/// What came of it.
#[derive(Debug)]
pub struct Redaction {
    /// The public case, in the form templates read.
    pub json: Json,
    /// Everything that was taken out, in the order of the data.
    pub withheld: Vec<Withheld>,
    /// What no rule decides.
    pub asks: Vec<Ask>,
}

impl Redaction {
    /// What must not be found in anything published.
    #[must_use]
    pub fn needles(&self) -> Needles {
        let all = self
            .withheld
            .iter()
            .filter_map(|w| Some(Needle { sort: w.name.clone(), words: w.words.clone()? }));
        Needles::new(all)
    }
}

/// Makes the public case.
///
/// # Errors
/// [`Failure::Bug`] for a pattern of the table that is none.
pub fn redact(case: &CaseFile, table: &Table) -> Result<Redaction, Failure> {
    let json = case.json();
    let mut survey = Survey::new(table);
    survey.walk(case::top(), json);
    survey.leaders(json);
    let persons: Vec<String> = list(json, "persons")
        .filter(|p| !survey.leaders.contains(text(p, "id")))
        .map(|p| text(p, "name").to_owned())
        .filter(|name| name.chars().count() > 1 && !survey.known.contains(name))
        .collect();
    let detector = Detector::new(table, &survey.public, &persons, &survey.texts)?;
    let mut hand = Hand {
        table,
        detector,
        survey: &survey,
        withheld: Vec::new(),
        asks: Vec::new(),
        shown: Vec::new(),
        unit: None,
    };
    let json = hand.entity(case::top(), json, "");
    let Hand { mut withheld, mut asks, shown, .. } = hand;
    // The same words may be public somewhere else; what is public is no leak.
    let shown = plain(&shown.join("\n"));
    for entry in withheld.iter_mut().filter(|w| w.sort == ITEM) {
        let public = |words: &String| shown.contains(&plain(words));
        entry.words = entry.words.take().filter(|words| !public(words));
    }
    asks.sort();
    asks.dedup();
    Ok(Redaction { json, withheld, asks })
}

/// The sort of whole fields.
const ITEM: &str = "item";

fn list<'a>(json: &'a Json, key: &str) -> impl Iterator<Item = &'a Json> {
    json.get(key).and_then(Json::as_array).into_iter().flatten()
}

fn text<'a>(json: &'a Json, key: &str) -> &'a str {
    json.get(key).and_then(Json::as_str).unwrap_or_default()
}

/// Whether words stand in the field that people write, and that therefore may hold anything.
fn free(entity: &str, field: &str) -> bool {
    let sort = case::shape(entity, field).map(|s| s.sort);
    match sort {
        Some(Sort::List(inner)) => matches!(*inner, Sort::Text),
        Some(sort) => sort == Sort::Text,
        None => true,
    }
}

/// What must be known of the whole case before any of it is judged.
struct Survey<'a> {
    table: &'a Table,
    /// All texts, public or not: reporters are named in any of them.
    texts: Vec<&'a str>,
    /// Numbers published on purpose.
    public: Vec<String>,
    /// Ids of entities that are left out whole.
    gone: BTreeSet<&'a str>,
    /// Ids of persons whose names are public.
    leaders: BTreeSet<&'a str>,
    /// Their names.
    known: BTreeSet<String>,
}

impl<'a> Survey<'a> {
    fn new(table: &'a Table) -> Self {
        Self {
            table,
            texts: Vec::new(),
            public: Vec::new(),
            gone: BTreeSet::new(),
            leaders: BTreeSet::new(),
            known: BTreeSet::new(),
        }
    }

    fn walk(&mut self, entity: &str, json: &'a Json) {
        let Some(map) = json.as_object() else { return };
        if let Some(rule) = self.table.leave_out.iter().find(|l| l.entity == entity) {
            let is = |key: &String, value: &String| match map.get(key) {
                Some(Json::String(text)) => text == value,
                Some(Json::Bool(flag)) => flag.to_string() == *value,
                _ => false,
            };
            if !rule.unless.iter().any(|(key, value)| is(key, value)) {
                self.gone.extend(map.get("id").and_then(Json::as_str));
            }
        }
        for (key, value) in map {
            let field = format!("{entity}.{key}");
            if self.table.public.fields.contains(&field) {
                self.public.extend(value.as_str().map(ToOwned::to_owned));
            }
            match (case::group(entity, key), value) {
                (Some(inner), Json::Array(items)) => items.iter().for_each(|i| self.walk(inner, i)),
                (Some(inner), value) => self.walk(inner, value),
                (None, value) if free(entity, key) => {
                    self.texts.extend(value.as_str());
                    self.texts
                        .extend(value.as_array().into_iter().flatten().filter_map(Json::as_str));
                }
                _ => {}
            }
        }
    }

    fn leaders(&mut self, json: &'a Json) {
        let persons = &self.table.persons;
        for member in list(json, "teams").flat_map(|t| list(t, "members")) {
            if persons.roles.iter().any(|r| r == text(member, "role")) {
                self.leaders.insert(text(member, "person"));
            }
        }
        for person in list(json, "persons") {
            if persons.ranks.iter().any(|r| r == text(person, "rank")) {
                self.leaders.insert(text(person, "id"));
            }
            if self.leaders.contains(text(person, "id")) {
                self.known.insert(text(person, "name").to_owned());
            }
        }
    }
}

/// The hand that takes things out.
struct Hand<'a> {
    table: &'a Table,
    detector: Detector<'a>,
    survey: &'a Survey<'a>,
    withheld: Vec<Withheld>,
    asks: Vec<Ask>,
    /// Texts that are public.
    shown: Vec<String>,
    /// The field or entry that is being left out whole, if one is.
    unit: Option<String>,
}

impl Hand<'_> {
    fn entity(&mut self, entity: &str, json: &Json, path: &str) -> Json {
        let Some(map) = json.as_object() else { return json.clone() };
        let mut out = Map::new();
        for (key, value) in map {
            let path = format!("{path}/{key}");
            let kept = match self.table.policy(entity, key) {
                Policy::Withhold(ground) => {
                    match value.as_array() {
                        Some(items) => {
                            for (i, item) in items.iter().enumerate() {
                                self.whole(entity, key, item, &format!("{path}/{i}"), ground);
                            }
                        }
                        None => self.whole(entity, key, value, &path, ground),
                    }
                    if value.is_array() { Json::Array(Vec::new()) } else { Json::Null }
                }
                _ if entity == "Person" && key == "name" => self.name(map, value, &path),
                _ if entity == "Document" && key == "title" => self.title(map, value, &path),
                policy => self.field(entity, key, value, &path, policy),
            };
            out.insert(key.clone(), kept);
        }
        Json::Object(out)
    }

    fn field(
        &mut self,
        entity: &str,
        key: &str,
        value: &Json,
        path: &str,
        policy: Policy<'_>,
    ) -> Json {
        if let Some(inner) = case::group(entity, key) {
            return match value {
                Json::Array(items) => {
                    let mut kept = Vec::new();
                    for (i, item) in items.iter().enumerate() {
                        let path = format!("{path}/{i}");
                        let rule = self.table.leave_out.iter().find(|l| l.entity == inner);
                        match rule.filter(|_| self.survey.gone.contains(text(item, "id"))) {
                            Some(rule) => {
                                self.unit = Some(path.clone());
                                self.leave_all(inner, item, &path, &rule.ground);
                                self.unit = None;
                            }
                            None => kept.push(self.entity(inner, item, &path)),
                        }
                    }
                    Json::Array(kept)
                }
                other => self.entity(inner, other, path),
            };
        }
        let named = matches!(entity, "Organ" | "District");
        let published = self.table.public.fields.contains(&format!("{entity}.{key}"));
        let reads = policy == Policy::Words || (free(entity, key) && !named && !published);
        match value {
            Json::String(id) if self.survey.gone.contains(id.as_str()) => Json::Null,
            Json::String(words) if reads => Json::String(self.words(words, path)),
            Json::Array(items) => {
                let gone = |v: &&Json| !v.as_str().is_some_and(|id| self.survey.gone.contains(id));
                let items: Vec<Json> = items.iter().filter(gone).cloned().collect();
                let each = items.into_iter().enumerate().map(|(i, item)| match item {
                    Json::String(words) if reads => {
                        Json::String(self.words(&words, &format!("{path}/{i}")))
                    }
                    other => other,
                });
                Json::Array(each.collect())
            }
            other => {
                self.shown.extend(other.as_str().map(ToOwned::to_owned));
                other.clone()
            }
        }
    }

    /// A public text without personal data.
    fn words(&mut self, words: &str, path: &str) -> String {
        let found = self.detector.find(words);
        self.note(&found, path);
        self.asks
            .extend(found.asks.iter().map(|w| Ask { path: path.to_owned(), words: w.clone() }));
        let mut kept = without(words, &found.hits);
        if kept.trim().is_empty() && !words.trim().is_empty() {
            kept.clone_from(&self.table.words.empty);
        }
        self.shown.push(kept.clone());
        kept
    }

    fn note(&mut self, found: &Found, path: &str) {
        for hit in &found.hits {
            self.push(path, hit.sort, None, Some(hit.words.clone()), &hit.put);
        }
    }

    fn push(
        &mut self,
        path: &str,
        sort: &str,
        ground: Option<&str>,
        words: Option<String>,
        put: &str,
    ) {
        let row = self.table.sort(sort);
        let ground = ground.or(row.map(|r| r.ground.as_str())).unwrap_or_default();
        self.withheld.push(Withheld {
            path: path.to_owned(),
            sort: sort.to_owned(),
            name: row.map_or_else(String::new, |r| r.name.clone()),
            ground: self.table.ground(ground).to_owned(),
            words,
            put: put.to_owned(),
            unit: self.unit.clone().unwrap_or_else(|| path.to_owned()),
        });
    }

    /// 姓名: public for those who lead.
    fn name(&mut self, person: &Map<String, Json>, value: &Json, path: &str) -> Json {
        let id = person.get("id").and_then(Json::as_str).unwrap_or_default();
        let name = value.as_str().unwrap_or_default();
        if self.survey.leaders.contains(id) || self.survey.known.contains(name) {
            return value.clone();
        }
        let put = self.table.sort("person").map_or_else(String::new, |s| s.put.clone());
        let words = Some(name.to_owned()).filter(|n| n.chars().count() > 1);
        self.push(path, "person", None, words, &put);
        Json::String(put)
    }

    /// 标题 of a document: one that is not public is spoken of by its 文种.
    fn title(&mut self, document: &Map<String, Json>, value: &Json, path: &str) -> Json {
        let get = |key: &str| document.get(key).and_then(Json::as_str).unwrap_or_default();
        let title = value.as_str().unwrap_or_default();
        if !self.table.inner.openness.iter().any(|o| o == get("openness")) {
            return Json::String(self.words(title, path));
        }
        let put = format!("{}{}", self.table.inner.title, get("genre"));
        self.push(path, ITEM, Some("inner_document"), telling(title), &put);
        Json::String(put)
    }

    /// A field, or an entry of one, that is left out whole.
    fn whole(&mut self, entity: &str, key: &str, value: &Json, path: &str, ground: &str) {
        self.unit = Some(path.to_owned());
        self.leave(entity, key, value, path, ground);
        self.unit = None;
    }

    /// A field that is not public.
    fn leave(&mut self, entity: &str, key: &str, value: &Json, path: &str, ground: &str) {
        match value {
            Json::Null => {}
            Json::Array(items) if items.is_empty() => {}
            Json::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.leave(entity, key, item, &format!("{path}/{i}"), ground);
                }
            }
            Json::Object(_) => match case::group(entity, key) {
                Some(inner) => self.leave_all(inner, value, path, ground),
                None => self.push(path, ITEM, Some(ground), None, ""),
            },
            Json::String(words) if free(entity, key) => {
                let found = self.detector.find(words);
                self.push(path, ITEM, Some(ground), telling(words), "");
                self.note(&found, path);
            }
            _ => self.push(path, ITEM, Some(ground), None, ""),
        }
    }

    /// A group of fields that is not public.
    fn leave_all(&mut self, entity: &str, value: &Json, path: &str, ground: &str) {
        for (key, value) in value.as_object().into_iter().flatten() {
            if key != "id" {
                self.leave(entity, key, value, &format!("{path}/{key}"), ground);
            }
        }
    }
}

/// Words long enough to be known again.
fn telling(words: &str) -> Option<String> {
    Some(words.to_owned()).filter(|w| w.chars().filter(|c| !c.is_whitespace()).count() >= TELLING)
}
