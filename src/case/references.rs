//! S-02 标识唯一, S-03 引用完整.

use super::check::{Findings, Subject};
use super::entities::Entity;
use super::near;
use super::schema::MODEL;
use super::structure::Place;
use super::tree::{Node, child};
use crate::diag::Diagnostic;

/// The most ids that are compared for a suggestion.
const COMPARED: usize = 20_000;
/// The most ids that a suggestion names.
const SUGGESTED: usize = 3;

/// S-02: ids used more than once.
pub fn duplicates(subject: Subject<'_>, findings: &mut Findings<'_>) {
    for again in &subject.entities.again {
        let Some(first) = subject.entities.get(&again.id) else { continue };
        let message =
            format!("标识 {} 用了两次：{}，{}", again.id, named(first), named(&again.entity));
        let finding = Diagnostic::error("S-02", message)
            .related(findings.span(&first.span), "第一次用在这里")
            .hint("全文件的标识都不能相同，给其中一个换一个标识，并改好引用它的地方。");
        findings.add(finding, &again.entity.span, &child(&again.entity.pointer, "id"));
    }
}

/// S-03 if the id in `node` is not that of a `kind`.
pub fn check(
    subject: Subject<'_>,
    findings: &mut Findings<'_>,
    node: &Node,
    kind: &str,
    place: Place<'_>,
) {
    let Some(id) = node.text() else { return };
    judge(subject, findings, node, id, Some(kind), place.title, place.pointer);
}

/// S-03 for an approval, whose subject's kind is said by another field.
pub fn subject_of_approval(
    subject: Subject<'_>,
    findings: &mut Findings<'_>,
    approval: &Node,
    pointer: &str,
) {
    let text = |key: &str| approval.get(key).and_then(Node::text);
    let (Some(said), Some(id), Some(node)) =
        (text("subject_type"), text("subject"), approval.get("subject"))
    else {
        return;
    };
    let kind = match said {
        "文件" => Some("Document"),
        "督察组" => Some("Team"),
        "人选" => Some("Person"),
        "公开事项" => Some("Disclosure"),
        "归档" => None,
        _ => return,
    };
    let rule = MODEL.entity("Approval").and_then(|rule| rule.field("subject"));
    if !rule.and_then(|f| f.rule.pattern.as_ref()).is_none_or(|p| p.matches(id)) {
        return;
    }
    judge(subject, findings, node, id, kind, "对象标识", &child(pointer, "subject"));
}

fn judge(
    subject: Subject<'_>,
    findings: &mut Findings<'_>,
    node: &Node,
    id: &str,
    kind: Option<&str>,
    title: &str,
    pointer: &str,
) {
    let wanted = kind.map_or("事项", |k| MODEL.title(k));
    let finding = match subject.entities.get(id) {
        Some(entity) if kind.is_none_or(|k| k == entity.kind) => return,
        Some(entity) => {
            let message = format!("“{title}”应引用{wanted}，{id} 却是{}", named(entity));
            Diagnostic::error("S-03", message).related(findings.span(&entity.span), "它在这里")
        }
        None => Diagnostic::error("S-03", format!("“{title}”引用的{wanted} {id} 不存在")),
    };
    if !findings.wants_suggestions() {
        findings.add(finding, &node.span, pointer);
        return;
    }
    let near = suggestions(subject, id, kind);
    let finding = if near.is_empty() {
        let known = subject.entities.get(id).is_some();
        finding.hint(if known {
            format!("这里填{wanted}的标识。")
        } else {
            format!("改成已有的标识，或者先在文件里登记这个{wanted}。")
        })
    } else {
        finding.hint(format!("是不是 {}？", near.join("，或者 ")))
    };
    findings.add(finding, &node.span, pointer);
}

/// Ids of the right kind that look like `id`, or whose entity bears that name; the likest first.
fn suggestions(subject: Subject<'_>, id: &str, kind: Option<&str>) -> Vec<String> {
    let mut scored: Vec<(f64, &str, &Entity)> = subject
        .entities
        .iter()
        .filter(|(_, entity)| kind.is_none_or(|k| k == entity.kind))
        .take(COMPARED)
        .map(|(other, entity)| {
            let alike = near::likeness(id, other);
            (if entity.label == id { 1.0 } else { alike }, other, entity)
        })
        .filter(|(score, ..)| *score >= 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let best = scored.into_iter().take(SUGGESTED);
    best.map(|(_, other, entity)| format!("{other}（{}）", near::short(&entity.label))).collect()
}

fn named(entity: &Entity) -> String {
    let title = MODEL.title(&entity.kind);
    if entity.label.is_empty() {
        title.to_owned()
    } else {
        format!("{title}“{}”", near::short(&entity.label))
    }
}
