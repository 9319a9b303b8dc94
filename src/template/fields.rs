//! 可用的数据: every path that a template can use, with its Chinese name, sort and meaning; known paths told
//! from unknown ones.

use std::collections::BTreeSet;

use serde::Serialize;

use super::additions::{Added, CATALOGUES, CELLS, EVERYWHERE, FILTERS, FUNCTIONS, Tool};
use crate::case::{Entity, Item, Sort, outline};
use crate::engine::near;

/// The entity that `doc` is.
const DOCUMENT: &str = "Document";
/// More names than this are not listed in advice.
const LISTED: usize = 12;

/// 一组数据项: an entity of the case, or what the program adds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldGroup {
    /// Its name in the schema; `+…` for what the program adds.
    pub entity: String,
    /// Its Chinese name.
    pub title: String,
    /// What it is.
    pub note: String,
    /// Where it stands: `problems[]`, `doc`; empty for the top itself.
    pub places: Vec<String>,
    /// Its fields.
    pub fields: Vec<FieldLine>,
}

/// 数据项 as a template author reads it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldLine {
    /// Its key; for functions and filters, how it is written.
    pub name: String,
    /// Every full path to it.
    pub paths: Vec<String>,
    /// Its Chinese name.
    pub label: String,
    /// What stands in it, in words: 文字, 日期, 引用到机关单位….
    pub sort: String,
    /// Whether the data must have it.
    pub required: bool,
    /// The values allowed, if only some are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// What is meant.
    pub meaning: String,
}

/// Everything a template can use: the case's data in the order of the schema, then what the program adds.
#[must_use]
pub fn field_groups() -> Vec<FieldGroup> {
    let mut groups: Vec<FieldGroup> = outline().iter().map(of_entity).collect();
    groups.push(of_added("+doc", "正在写的公文", "各处都可用", EVERYWHERE));
    groups.push(of_added("+cell", "表格单元格", "只在 kind.toml 的 cell 和表题里可用", CELLS));
    let only = "只有清单 reads 写了 records 的种类可用，在其他公文之后生成";
    groups.push(of_added("+records", "归档目录", only, CATALOGUES));
    groups.push(of_tools("+functions", "函数", "写作 {{ 函数(…) }}", FUNCTIONS));
    groups.push(of_tools("+filters", "过滤器", "写作 {{ 数据 | 过滤器 }}，可以连着用", FILTERS));
    groups
}

fn of_entity(entity: &Entity) -> FieldGroup {
    let mut places = entity.places.clone();
    if entity.name == DOCUMENT {
        places.insert(0, "doc".into());
    }
    let held_by_document: Vec<String> = (places.iter())
        .filter_map(|p| p.strip_prefix("documents[]."))
        .map(|rest| format!("doc.{rest}"))
        .collect();
    places.splice(0..0, held_by_document);
    let line = |item: &Item| FieldLine {
        name: item.name.clone(),
        paths: places.iter().map(|place| joined(place, &item.name)).collect(),
        label: item.title.clone(),
        sort: words(&item.sort, item.holds.as_deref(), item.list),
        required: item.required,
        choices: choices(&item.sort),
        meaning: item.note.clone(),
    };
    FieldGroup {
        fields: entity.items.iter().map(line).collect(),
        entity: entity.name.clone(),
        title: entity.title.clone(),
        note: entity.note.clone(),
        places,
    }
}

fn joined(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

fn of_added(entity: &str, title: &str, note: &str, all: &[Added]) -> FieldGroup {
    let line = |a: &Added| FieldLine {
        name: a.path.into(),
        paths: vec![a.path.into()],
        label: a.title.into(),
        sort: a.sort.into(),
        required: false,
        choices: Vec::new(),
        meaning: a.note.into(),
    };
    FieldGroup {
        entity: entity.into(),
        title: title.into(),
        note: note.into(),
        places: Vec::new(),
        fields: all.iter().map(line).collect(),
    }
}

fn of_tools(entity: &str, title: &str, note: &str, all: &[Tool]) -> FieldGroup {
    let line = |t: &Tool| FieldLine {
        name: t.name.into(),
        paths: vec![t.usage.into()],
        label: t.title.into(),
        sort: title.into(),
        required: false,
        choices: Vec::new(),
        meaning: t.note.into(),
    };
    FieldGroup {
        entity: entity.into(),
        title: title.into(),
        note: note.into(),
        places: Vec::new(),
        fields: all.iter().map(line).collect(),
    }
}

fn title_of(entity: &str) -> &str {
    entity_of(entity).map_or(entity, |e| e.title.as_str())
}

fn words(sort: &Sort, holds: Option<&str>, list: bool) -> String {
    match sort {
        Sort::Id => "标识".into(),
        Sort::Text => "文字".into(),
        Sort::Code => "文字（代码、号码）".into(),
        Sort::Day => "日期".into(),
        Sort::Integer(..) => "整数".into(),
        Sort::Number(..) => "数".into(),
        Sort::Flag => "是否".into(),
        Sort::Choice(_) => "选一项".into(),
        Sort::Reference(to) => format!("引用到{}", title_of(to)),
        Sort::List(inner) => format!("列表：{}", words(inner, holds, false)),
        Sort::Group => {
            let what = holds.map_or("一组数据", title_of);
            if list { format!("列表：{what}") } else { format!("一组数据：{what}") }
        }
    }
}

fn choices(sort: &Sort) -> Vec<String> {
    match sort {
        Sort::Choice(all) => all.clone(),
        Sort::List(inner) => choices(inner),
        _ => Vec::new(),
    }
}

/// The groups that a kind with these reads has to do with: those in which they stand, and those that these hold or
/// refer to.
pub(super) fn groups_read(reads: &BTreeSet<String>) -> Vec<FieldGroup> {
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for path in reads {
        let (root, rest) = path.split_once('.').unwrap_or((path, ""));
        let (mut entity, rest) = match root {
            "doc" => (entity_of(DOCUMENT), rest),
            _ => (outline().first(), path.as_str()),
        };
        for step in rest.split('.').filter(|s| !s.is_empty()) {
            let Some(inside) = entity else { break };
            let item = inside.items.iter().find(|i| i.name == step);
            // The top is a long list of lists; it is told where a field of its own is read.
            if !is_top(inside) || item.is_some_and(|i| i.holds.is_none()) {
                wanted.insert(&inside.name);
            }
            entity = item.and_then(|i| entity_of(i.holds.as_deref().or(referred(&i.sort))?));
        }
        wanted.extend(entity.filter(|e| !is_top(e)).map(|e| e.name.as_str()));
    }
    let near: Vec<&str> = (outline().iter())
        .filter(|e| !is_top(e) && wanted.contains(e.name.as_str()))
        .flat_map(|e| &e.items)
        .filter_map(|i| i.holds.as_deref().or(referred(&i.sort)))
        .collect();
    wanted.extend(near);
    let records = reads.iter().any(|r| r == "records" || r == "classes" || r == "handover");
    let chosen = |g: &FieldGroup| match g.entity.as_str() {
        "+records" => records,
        name if name.starts_with('+') => true,
        name => wanted.contains(name),
    };
    field_groups().into_iter().filter(chosen).collect()
}

fn is_top(entity: &Entity) -> bool {
    entity.places.iter().any(String::is_empty)
}

fn entity_of(name: &str) -> Option<&'static Entity> {
    outline().iter().find(|e| e.name == name)
}

fn referred(sort: &Sort) -> Option<&str> {
    match sort {
        Sort::Reference(to) => Some(to),
        Sort::List(inner) => referred(inner),
        _ => None,
    }
}

/// The groups with the fields about `word`: its name, path, Chinese name, sort, values or meaning has it.
/// A group whose own name has it stays whole.
#[must_use]
pub fn find_fields(groups: &[FieldGroup], word: &str) -> Vec<FieldGroup> {
    let word = word.to_lowercase();
    let has = |text: &String| text.to_lowercase().contains(&word);
    let about = |f: &FieldLine| {
        [&f.name, &f.label, &f.sort, &f.meaning].into_iter().any(has)
            || f.paths.iter().any(has)
            || f.choices.iter().any(has)
    };
    let mut out = Vec::new();
    for group in groups {
        let whole = has(&group.title) || group.entity.to_lowercase() == word;
        let fields: Vec<FieldLine> =
            group.fields.iter().filter(|f| whole || about(f)).cloned().collect();
        if !fields.is_empty() {
            out.push(FieldGroup { fields, ..group.clone() });
        }
    }
    out
}

/// The fields most like `word` where none has it whole: those that have most of its pieces of two characters
/// (整改时限: 整改, 改时, 时限).
#[must_use]
pub fn near_fields(groups: &[FieldGroup], word: &str) -> Vec<FieldGroup> {
    let characters: Vec<char> =
        word.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let pieces: BTreeSet<String> = characters.windows(2).map(|w| w.iter().collect()).collect();
    let score = |group: &FieldGroup, field: &FieldLine| {
        let text =
            [&group.title, &field.label, &field.meaning].map(|t| t.to_lowercase()).join("\n");
        pieces.iter().filter(|p| text.contains(p.as_str())).count()
    };
    let best = groups.iter().flat_map(|g| g.fields.iter().map(|f| score(g, f))).max().unwrap_or(0);
    let mut out = Vec::new();
    for group in groups.iter().filter(|_| best > 0) {
        let alike = group.fields.iter().filter(|f| score(group, f) == best);
        let fields: Vec<FieldLine> = alike.cloned().collect();
        if !fields.is_empty() {
            out.push(FieldGroup { fields, ..group.clone() });
        }
    }
    out
}

/// The group called `name`, by its name in the schema, its Chinese name or a place (`problems`); or the name
/// that was perhaps meant.
///
/// # Errors
/// The nearest Chinese or English name, if one is near.
pub fn field_group<'a>(
    groups: &'a [FieldGroup],
    name: &str,
) -> Result<Vec<&'a FieldGroup>, Option<String>> {
    let place = |g: &FieldGroup| g.places.iter().any(|p| p.trim_end_matches("[]") == name);
    let found: Vec<&FieldGroup> = (groups.iter())
        .filter(|g| g.title == name || g.entity.eq_ignore_ascii_case(name) || place(g))
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let within: Vec<&FieldGroup> = groups.iter().filter(|g| g.title.contains(name)).collect();
    if !within.is_empty() {
        return Ok(within);
    }
    let names: Vec<String> = (groups.iter())
        .flat_map(|g| [g.title.clone(), g.entity.clone()].into_iter().chain(g.places.clone()))
        .collect();
    Err(near(name, &names).map(ToOwned::to_owned))
}

/// What the model says of a path: advice if it cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// There is such a thing, or it cannot be told.
    Yes,
    /// There is none; what to do, if anything can be said.
    No(Option<String>),
}

/// Follows `path` (`case.deadlines.report_due_on`, `doc.title`) through the model. `None` if the first name is
/// none of the model's.
pub(super) fn known(path: &str) -> Option<Known> {
    let top = outline().first()?;
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    let (mut entity, rest) = if root == "doc" {
        // `number` is the program's own: the 发文字号 as text.
        match rest.split_once('.').map_or(rest, |(step, _)| step) {
            "" | "number" => return Some(Known::Yes),
            _ => (entity_of(DOCUMENT)?, rest),
        }
    } else if top.items.iter().any(|i| i.name == root) {
        (top, path)
    } else {
        return None;
    };
    let mut at = if root == "doc" { "doc".to_owned() } else { String::new() };
    let mut steps = rest.split('.').peekable();
    while let Some(step) = steps.next() {
        let Some(item) = entity.items.iter().find(|i| i.name == step) else {
            return Some(Known::No(advice(step, entity)));
        };
        at = joined(&at, step);
        let Some(next) = steps.peek() else { break };
        if item.list {
            let hint = format!("“{at}”是列表；请用 {{% for %}} 逐项取，或用 {at}[0]。");
            return Some(Known::No(Some(hint)));
        }
        if let Sort::Reference(to) = &item.sort {
            let what = title_of(to);
            let hint = format!("“{at}”是{what}的标识；要先取出对象：({at} | obj).{next}。");
            return Some(Known::No(Some(hint)));
        }
        let Some(inner) = item.holds.as_deref().and_then(entity_of) else {
            let hint = format!("“{at}”是{}，没有下一级的字段。", words(&item.sort, None, false));
            return Some(Known::No(Some(hint)));
        };
        entity = inner;
    }
    Some(Known::Yes)
}

/// Names of the model's own variables, and `doc`.
pub(super) fn variables() -> Vec<String> {
    let top = outline().first().into_iter().flat_map(|top| &top.items);
    top.map(|item| item.name.clone()).chain(["doc".into()]).collect()
}

/// What may have been meant by `step`, which `entity` has not: a name like it, or its Chinese name.
fn advice(step: &str, entity: &Entity) -> Option<String> {
    let by_title = entity.items.iter().find(|i| i.title == step);
    let names: Vec<String> = entity.items.iter().map(|i| i.name.clone()).collect();
    if let Some(item) = by_title {
        return Some(format!("“{step}”的字段名是“{}”。", item.name));
    }
    if let Some(name) = near(step, &names) {
        return Some(format!("是否应为“{name}”？"));
    }
    if names.len() <= LISTED {
        return Some(format!("{}的字段：{}。", entity.title, names.join("、")));
    }
    Some(format!("{}的字段见 anjuan kinds fields --entity {}。", entity.title, entity.title))
}

#[cfg(test)]
mod tests {
    use super::{Known, field_group, field_groups, find_fields, groups_read, known, near_fields};

    #[test]
    fn fields_are_listed_found_and_worded() {
        let all = field_groups();
        let paths: usize = all.iter().flat_map(|g| &g.fields).map(|f| f.paths.len()).sum();
        assert!(paths > 500, "{paths}");
        let field = |entity: &str, name: &str| {
            let group = field_group(&all, entity).unwrap()[0];
            group.fields.iter().find(|f| f.name == name).unwrap().clone()
        };
        assert_eq!(field("问题", "responsible_organs").sort, "列表：引用到机关单位");
        assert_eq!(field("Case", "plan").sort, "一组数据：计划依据");
        assert_eq!(field("problems", "title").paths, ["problems[].title"]);
        assert!(field("Document", "issued_on").paths.contains(&"doc.issued_on".to_owned()));
        assert!(field("DocNumber", "seq").paths.contains(&"doc.doc_number.seq".to_owned()));
        assert!(field("问题", "severity").choices.contains(&"严重".to_owned()));
        assert_eq!(field("过滤器", "cdate").paths, ["as_of | cdate"]);
        assert_eq!(field_group(&all, "Problm"), Err(Some("Problem".into())));
        let found = find_fields(&all, "整改目标");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].fields[0].paths, ["tasks[].goal"]);
        assert!(find_fields(&all, "CDATE").iter().any(|g| g.entity == "+filters"));
        assert!(find_fields(&all, "整改时限").is_empty());
        let near = near_fields(&all, "整改时限");
        assert!(near.iter().any(|g| g.entity == "Task"), "{near:#?}");
        assert!(near_fields(&all, "鑫淼").is_empty());
        let version = field("CaseFile", "schema_version");
        assert_eq!((version.sort.as_str(), version.choices.len()), ("选一项", 1));
    }

    #[test]
    fn a_kind_s_data_are_what_it_reads_and_what_that_leads_to() {
        let reads = |paths: &[&str]| {
            let paths = paths.iter().map(ToString::to_string).collect();
            groups_read(&paths).into_iter().map(|g| g.entity).collect::<Vec<_>>()
        };
        let data = |paths: &[&str]| {
            reads(paths).into_iter().filter(|n| !n.starts_with('+')).collect::<Vec<_>>()
        };
        assert_eq!(data(&["material_requests"]), ["Organ", "MaterialRequest"]);
        assert_eq!(data(&["case.deadlines.report_due_on"])[..2], ["Case", "PlanRef"]);
        assert_eq!(data(&["as_of"]), ["CaseFile"]);
        assert!(data(&["doc"]).contains(&"DocNumber".to_owned()));
        assert!(!reads(&["doc"]).contains(&"+records".to_owned()));
        assert!(reads(&["records"]).contains(&"+records".to_owned()));
    }

    #[test]
    fn a_path_is_known_or_advice_is_given() {
        let hint = |path: &str| match known(path) {
            Some(Known::No(hint)) => hint.unwrap_or_default(),
            other => panic!("{path}: {other:?}"),
        };
        for good in ["case.deadlines.report_due_on", "doc.number", "doc.doc_number.seq", "problems"]
        {
            assert_eq!(known(good), Some(Known::Yes), "{good}");
        }
        assert_eq!(known("cse.title"), None);
        assert!(hint("case.titel").contains("title"));
        assert!(hint("case.项目名称").contains("“title”"));
        assert!(hint("problems.title").contains("列表"));
        assert!(hint("case.office.name").contains("(case.office | obj).name"));
        assert!(hint("doc.title.text").contains("没有下一级"));
        assert!(hint("case.deadlines.zzz").contains("report_due_on"));
    }
}
