//! Values that must be one of a few.

use super::near;
use super::schema::Rule;
use super::structure::Place;
use super::tree::Node;
use super::types;
use crate::diag::Diagnostic;

/// S-01 if `node` is not the constant or one of the choices that `rule` allows.
#[must_use]
pub fn check(node: &Node, rule: &Rule, place: Place<'_>) -> Option<Diagnostic> {
    if let Some(constant) = &rule.constant
        && node.text() != Some(constant)
    {
        let message = format!("“{}”只能是“{constant}”，这里是{}", place.title, types::found(node));
        let hint = format!("写成 {}: \"{constant}\"，引号不能省。", place.field);
        return Some(Diagnostic::error("S-01", message).hint(hint));
    }
    if rule.choices.is_empty() || node.text().is_some_and(|t| rule.choices.iter().any(|c| c == t)) {
        return None;
    }
    let message = format!("“{}”没有{}这一项", place.title, shown(node));
    let mut finding = Diagnostic::error("S-01", message);
    let near =
        node.text().and_then(|t| near::nearest(t.trim(), rule.choices.iter().map(String::as_str)));
    if let Some(near) = near {
        finding = finding.hint(format!("是不是“{near}”？"));
    }
    Some(finding.hint(format!("可以填：{}。", rule.choices.join("、"))))
}

fn shown(node: &Node) -> String {
    match node.text() {
        Some(text) => format!("“{}”", near::short(text)),
        None => format!("（{}）", types::found(node)),
    }
}
