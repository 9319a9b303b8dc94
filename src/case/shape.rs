//! What a field of an entity takes, for those who fill it from elsewhere (a ledger, a form).

use super::schema::{Kind, MODEL, Rule};

/// 字段: what may stand in it.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Whether it must be there.
    pub required: bool,
    /// Its sort.
    pub sort: Sort,
}

/// Sorts of values.
#[derive(Clone, Debug, PartialEq)]
pub enum Sort {
    /// 标识: an id.
    Id,
    /// 文字.
    Text,
    /// 代码、号码: text that is no wording.
    Code,
    /// 日期.
    Day,
    /// 整数 between two bounds.
    Integer(Option<f64>, Option<f64>),
    /// 数 between two bounds.
    Number(Option<f64>, Option<f64>),
    /// 是否.
    Flag,
    /// One of these.
    Choice(Vec<String>),
    /// The id of such an entity.
    Reference(String),
    /// 列表 of such values.
    List(Box<Sort>),
    /// A group of fields, or a list of groups.
    Group,
}

/// What `path` (`seq`, `penalty.fine_wan`) of `entity` takes. A list of groups is stepped through as if it were
/// one group. A field of an optional group is not required.
#[must_use]
pub fn shape(entity: &str, path: &str) -> Option<Shape> {
    let mut rule = MODEL.entity(entity)?;
    let mut required = true;
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let field = rule.field(part)?;
        required &= field.required;
        if parts.peek().is_none() {
            return Some(Shape { required, sort: sort(part, &field.rule) });
        }
        rule = MODEL.resolve(&field.rule);
        if let Some(items) = &rule.items {
            rule = MODEL.resolve(items);
        }
    }
    None
}

/// The fields of `entity`, in the order of the model.
#[must_use]
pub fn fields(entity: &str) -> Vec<&'static str> {
    let rule = MODEL.entity(entity);
    rule.map(|rule| rule.fields.iter().map(|f| f.name.as_str()).collect()).unwrap_or_default()
}

/// The entity whose fields stand in the field `name` of `entity`, alone or in a list.
#[must_use]
pub fn group(entity: &str, name: &str) -> Option<&'static str> {
    let rule = &MODEL.entity(entity)?.field(name)?.rule;
    let items = rule.items.as_deref();
    rule.entity.as_deref().or_else(|| items.and_then(|items| items.entity.as_deref()))
}

/// The Chinese name of a field.
#[must_use]
pub fn title(entity: &str, name: &str) -> Option<&'static str> {
    let field = MODEL.entity(entity)?.field(name)?;
    Some(field.rule.title.as_str()).filter(|t| !t.is_empty())
}

/// The entity at the top of the model.
#[must_use]
pub fn top() -> &'static str {
    &MODEL.top
}

pub(super) fn sort(name: &str, rule: &Rule) -> Sort {
    if let Some(target) = &rule.refers_to {
        return Sort::Reference(target.clone());
    }
    if !rule.choices.is_empty() {
        return Sort::Choice(rule.choices.clone());
    }
    match rule.kind {
        Some(Kind::List) => {
            let items = rule.items.as_deref();
            match items.map_or(Sort::Text, |items| sort("", items)) {
                Sort::Group => Sort::Group,
                inner => Sort::List(Box::new(inner)),
            }
        }
        Some(Kind::Integer) => Sort::Integer(rule.minimum, rule.maximum),
        Some(Kind::Number) => Sort::Number(rule.minimum, rule.maximum),
        Some(Kind::Flag) => Sort::Flag,
        Some(Kind::Text) if rule.date => Sort::Day,
        Some(Kind::Text) if name == "id" => Sort::Id,
        Some(Kind::Text) if rule.coded || rule.pattern.is_some() => Sort::Code,
        Some(Kind::Text) => Sort::Text,
        _ => Sort::Group,
    }
}

#[cfg(test)]
mod tests {
    use super::{Sort, group, shape, title, top};

    #[test]
    fn groups_lead_to_their_entities() {
        assert_eq!(group(top(), "complaints"), Some("Complaint"));
        assert_eq!(group("Task", "closure"), Some("Closure"));
        assert_eq!(group("Task", "title"), None);
        assert_eq!(title("Complaint", "summary"), Some("举报内容"));
    }

    #[test]
    fn fields_of_every_sort() {
        let sort = |entity, path| shape(entity, path).unwrap().sort;
        assert_eq!(sort("Problem", "id"), Sort::Id);
        assert_eq!(sort("Problem", "found_on"), Sort::Day);
        assert_eq!(sort("Complaint", "penalty.fine_wan"), Sort::Number(Some(0.0), None));
        assert_eq!(sort("Task", "progress.percent"), Sort::Integer(Some(0.0), Some(100.0)));
        assert_eq!(
            sort("Problem", "responsible_organs"),
            Sort::List(Box::new(Sort::Reference("Organ".into())))
        );
        assert!(shape("Problem", "title").unwrap().required);
        assert!(!shape("Complaint", "spot_check.date").unwrap().required);
        assert!(shape("Problem", "titel").is_none());
    }
}
