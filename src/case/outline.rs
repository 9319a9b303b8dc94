//! The data model laid out for those who read it: every entity, where it stands, every field with its title,
//! sort and meaning.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::schema::{Kind, MODEL, Rule};
use super::shape::{Sort, sort};

/// 实体: a group of fields that stands at one or more places of the data file.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its name in the schema.
    pub name: String,
    /// Its Chinese name.
    pub title: String,
    /// What it is; may be empty.
    pub note: String,
    /// Where it stands, from the top: `problems[]`, `case.plan`; the top itself is the empty path.
    pub places: Vec<String>,
    /// Its fields, in the order of the schema.
    pub items: Vec<Item>,
}

/// 数据项: one field of an entity.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its key.
    pub name: String,
    /// Its Chinese name.
    pub title: String,
    /// What is meant; may be empty.
    pub note: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What stands in it.
    pub sort: Sort,
    /// The entity it holds, or holds a list of.
    pub holds: Option<String>,
    /// Whether it is a list.
    pub list: bool,
}

/// Every entity that can be reached from the top, the top first, in the order in which they are met.
#[must_use]
pub fn outline() -> &'static [Entity] {
    static OUTLINE: LazyLock<Vec<Entity>> = LazyLock::new(lay_out);
    &OUTLINE
}

/// Whether `text` has the form that a text field asks for (`Document`, `kind`: `D28`).
#[must_use]
pub fn admits(entity: &str, field: &str, text: &str) -> bool {
    let field = MODEL.entity(entity).and_then(|rule| rule.field(field));
    field.is_some_and(|field| field.rule.pattern.as_ref().is_none_or(|p| p.matches(text)))
}

fn lay_out() -> Vec<Entity> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut order = Vec::new();
    walk(&MODEL.top, "", &mut Vec::new(), &mut places, &mut order);
    let entity = |name: String| {
        let rule = MODEL.entity(&name)?;
        Some(Entity {
            title: rule.title.clone(),
            note: rule.note.clone(),
            places: places.remove(&name).unwrap_or_default(),
            items: rule.fields.iter().map(|f| item(&f.name, f.required, &f.rule)).collect(),
            name,
        })
    };
    order.into_iter().filter_map(entity).collect()
}

fn item(name: &str, required: bool, rule: &Rule) -> Item {
    Item {
        name: name.to_owned(),
        title: rule.title.clone(),
        note: rule.note.clone(),
        required,
        sort: match &rule.constant {
            Some(only) => Sort::Choice(vec![only.clone()]),
            None => sort(name, rule),
        },
        holds: held(rule).map(ToOwned::to_owned),
        list: rule.kind == Some(Kind::List),
    }
}

/// The entity that stands at a place, or in a list there.
fn held(rule: &Rule) -> Option<&str> {
    rule.entity.as_deref().or_else(|| rule.items.as_ref()?.entity.as_deref())
}

/// Notes where `entity` and what it holds stand; `open` are the entities on the way, so that one that holds
/// itself ends the walk.
fn walk(
    entity: &str,
    place: &str,
    open: &mut Vec<String>,
    places: &mut BTreeMap<String, Vec<String>>,
    order: &mut Vec<String>,
) {
    let Some(rule) = MODEL.entity(entity) else { return };
    if !places.contains_key(entity) {
        order.push(entity.to_owned());
    }
    places.entry(entity.to_owned()).or_default().push(place.to_owned());
    if open.iter().any(|name| name == entity) {
        return;
    }
    open.push(entity.to_owned());
    for field in &rule.fields {
        if let Some(inner) = held(&field.rule) {
            let dot = if place.is_empty() { "" } else { "." };
            let list = if field.rule.entity.is_none() { "[]" } else { "" };
            walk(inner, &format!("{place}{dot}{}{list}", field.name), open, places, order);
        }
    }
    open.pop();
}

#[cfg(test)]
mod tests {
    use super::{Sort, admits, outline};
    use crate::case::schema::MODEL;

    #[test]
    fn every_entity_is_reached_and_every_field_has_a_name_and_a_meaning() {
        let all = outline();
        assert_eq!(all[0].places, [""]);
        let problem = all.iter().find(|e| e.name == "Problem").unwrap();
        assert_eq!(problem.places, ["problems[]"]);
        let penalty = all.iter().find(|e| e.name == "Penalty").unwrap();
        assert!(penalty.places.contains(&"complaints[].penalty".to_owned()));
        let title = problem.items.iter().find(|i| i.name == "title").unwrap();
        assert!(title.required && title.sort == Sort::Text && !title.list);
        for entity in all {
            assert!(!entity.title.is_empty(), "{}", entity.name);
            for item in &entity.items {
                assert!(MODEL.entity(&entity.name).unwrap().field(&item.name).is_some());
                assert!(!item.title.is_empty(), "{}.{}", entity.name, item.name);
                assert!(!item.note.is_empty(), "{}.{} 没有说明", entity.name, item.name);
            }
        }
    }

    #[test]
    fn the_form_of_a_text_is_that_of_the_schema() {
        assert!(admits("Document", "kind", "D51") && !admits("Document", "kind", "51"));
        assert!(!admits("Document", "kind", "D511"));
    }
}
