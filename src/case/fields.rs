//! Fields that are not known, and fields that are missing; both together when they look alike.

use super::near;
use super::schema::{Field, Rule, Schema};
use super::structure::title_of;
use super::tree::{Key, Node};
use crate::diag::Diagnostic;

/// The most fields that a hint lists.
const LISTED: usize = 12;

/// S-01: `key` is no field of `rule`; `absent` are the fields still free. The field that it was probably meant to be is given
/// back, and taken out of `missing`: one slip, one finding.
#[must_use]
pub fn unknown<'a>(
    schema: &'a Schema,
    key: &Key,
    rule: &'a Rule,
    absent: &[&'a Field],
    missing: &mut Vec<&'a Field>,
) -> (Diagnostic, Option<&'a str>) {
    let name = near::short(&key.text);
    if let Some((field, _)) = key.text.split_once('：')
        && let Some(field) = rule.field(field.trim())
    {
        missing.retain(|f| f.name != field.name);
        let finding = Diagnostic::error("Y-04", "字段名后面用了全角冒号“：”")
            .hint("改成半角冒号加一个空格“: ”。");
        return (finding, Some(&field.name));
    }
    let by_title = absent.iter().copied().find(|f| title_of(schema, f) == key.text.trim());
    let by_missing = || {
        let near = near::nearest(&key.text, missing.iter().map(|f| f.name.as_str()))?;
        rule.field(near)
    };
    let by_name = || rule.field(near::nearest(&key.text, absent.iter().map(|f| f.name.as_str()))?);
    if let Some(field) = by_title.or_else(by_missing).or_else(by_name) {
        missing.retain(|f| f.name != field.name);
        let message =
            format!("未知字段 {name}，是否应为 {}（{}）", field.name, title_of(schema, field));
        let finding =
            Diagnostic::error("S-01", message).hint(format!("把 {name} 改成 {}。", field.name));
        return (finding, Some(&field.name));
    }
    let finding = Diagnostic::error("S-01", format!("未知字段 {name}：“{}”没有这一项", rule.title));
    let finding = match schema.owners(&key.text) {
        [] => {
            let all: Vec<String> = absent
                .iter()
                .take(LISTED)
                .map(|f| format!("{}（{}）", f.name, title_of(schema, f)))
                .collect();
            if all.is_empty() {
                finding.hint("删去这一项。")
            } else {
                finding.hint(format!("删去这一项；还可以填：{}。", all.join("、")))
            }
        }
        owners => {
            let titles: Vec<&str> = owners.iter().take(3).map(|o| schema.title(o)).collect();
            let more = if owners.len() > titles.len() { "等" } else { "" };
            finding.hint(format!(
                "{name} 是“{}”{more}的字段，看看是不是缩进错了层。",
                titles.join("”“")
            ))
        }
    };
    (finding, None)
}

/// S-01: required fields that `node` lacks.
#[must_use]
pub fn missing(schema: &Schema, missing: &[&Field], node: &Node, rule: &Rule) -> Diagnostic {
    let names: Vec<String> =
        missing.iter().map(|f| format!("{}（{}）", title_of(schema, f), f.name)).collect();
    let label = ["id", "name", "title"].iter().find_map(|key| node.get(key)?.text());
    let whose = label.map(|text| format!(" {}", near::short(text))).unwrap_or_default();
    Diagnostic::error("S-01", format!("“{}”{whose} 缺少必填项：{}", rule.title, names.join("、")))
        .hint("在这里补上，每项一行。")
}
