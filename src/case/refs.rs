//! S-02 标识唯一, S-03 引用完整.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::schema::{Definitions, Schema, Shape};
use super::structure::nearest;
use super::tree::{Node, Tree, step};
use crate::diag::{Diagnostic, SourceFile, Span};

/// An entity with an id.
struct Known<'a> {
    /// Its definition's name.
    entity: &'a str,
    /// What that is called.
    title: &'a str,
    node: &'a Node,
    id: &'a Node,
}

struct Use<'a> {
    entity: &'a str,
    id: &'a str,
    node: &'a Node,
    path: String,
    field: &'a str,
}

#[derive(Default)]
struct Walk<'a> {
    known: Vec<(String, Known<'a>)>,
    uses: Vec<Use<'a>>,
}

/// Findings about ids and references of the whole file.
pub(super) fn check(
    source: &Arc<SourceFile>,
    definitions: &Definitions,
    root: &Node,
) -> Vec<Diagnostic> {
    let mut walk = Walk::default();
    if let Some(schema) = definitions.entity(&definitions.root) {
        walk.node(definitions, root, schema, &definitions.root, String::new(), "");
    }
    let mut findings = Vec::new();
    let span = |node: &Node| Span::new(source, node.range.clone());
    let mut index: BTreeMap<&str, &Known<'_>> = BTreeMap::new();
    for (path, known) in &walk.known {
        let Some(id) = known.id.text() else { continue };
        if let Some(first) = index.get(id) {
            findings.push(
                Diagnostic::error("S-02", format!("标识“{id}”重复"))
                    .at(span(known.id))
                    .path(format!("{path}/id"))
                    .related(span(first.id), format!("这里已用作{}的标识", first.title))
                    .hint("请换一个标识，并把引用它的地方一并改过来。"),
            );
        } else {
            index.insert(id, known);
        }
    }
    for used in &walk.uses {
        match index.get(used.id) {
            Some(known) if used.entity.is_empty() || known.entity == used.entity => {}
            Some(known) => {
                let wanted = title(definitions, used.entity);
                findings.push(
                    Diagnostic::error(
                        "S-03",
                        format!("{}应指向{wanted}，而“{}”是{}", used.field, used.id, known.title),
                    )
                    .at(span(used.node))
                    .path(&used.path)
                    .hint(format!("请改为某个{wanted}的标识。")),
                );
            }
            None => findings.push(dangling(definitions, used, &index, span(used.node))),
        }
    }
    findings
}

fn dangling(
    definitions: &Definitions,
    used: &Use<'_>,
    index: &BTreeMap<&str, &Known<'_>>,
    at: Span,
) -> Diagnostic {
    let wanted = title(definitions, used.entity);
    let fitting = index
        .iter()
        .filter(|(_, k)| used.entity.is_empty() || k.entity == used.entity)
        .map(|(id, _)| *id);
    let mut finding =
        Diagnostic::error("S-03", format!("{}“{}”不存在：没有这个标识的{wanted}", used.field, used.id))
            .at(at)
            .path(&used.path);
    if let Some(near) = nearest(used.id, fitting)
        && let Some(known) = index.get(near)
    {
        let name = ["name", "title"].iter().find_map(|f| known.node.get(f)?.text());
        finding = finding.hint(format!("是否应为“{near}”（{}）？", name.unwrap_or(known.title)));
    }
    finding.hint(format!("请先在数据文件中登记这个{wanted}，或改正标识。"))
}

fn title<'a>(definitions: &'a Definitions, entity: &str) -> &'a str {
    definitions.entity(entity).map_or("对象", |s| s.title.as_str())
}

impl<'a> Walk<'a> {
    fn node(
        &mut self,
        definitions: &'a Definitions,
        node: &'a Node,
        schema: &'a Schema,
        entity: &'a str,
        path: String,
        name: &'a str,
    ) {
        if let (Some(reference), Some(id)) = (&schema.reference, node.text()) {
            let field = if schema.title.is_empty() { name } else { schema.title.as_str() };
            self.uses.push(Use { entity: reference, id, node, path: path.clone(), field });
        }
        match (&schema.shape, &node.value) {
            (Shape::Entity(target), _) => {
                if let Some(definition) = definitions.entity(target) {
                    self.node(definitions, node, definition, target, path, name);
                }
            }
            (Shape::List { item, .. }, Tree::Seq(items)) => {
                for (i, child) in items.iter().enumerate() {
                    let here = if item.title.is_empty() && item.reference.is_some() {
                        schema.title.as_str()
                    } else {
                        name
                    };
                    self.node(definitions, child, item, "", format!("{path}/{i}"), here);
                }
            }
            (Shape::Object(object), Tree::Map(entries)) => {
                // The case's own id names the project, not something within the file.
                if let Some(id) = node.get("id").filter(|_| entity != "Case") {
                    let known = Known { entity, title: &schema.title, node, id };
                    self.known.push((path.clone(), known));
                }
                if entity == "Approval" {
                    self.approval(definitions, node, &path);
                }
                for (key, child) in entries {
                    if let Some(field) = object.field(&key.name) {
                        let child_path = format!("{path}/{}", step(&key.name));
                        self.node(definitions, child, field, "", child_path, &key.name);
                    }
                }
            }
            _ => {}
        }
    }

    /// 审批对象: what it points to depends on its 对象类别.
    fn approval(&mut self, definitions: &'a Definitions, node: &'a Node, path: &str) {
        let Some(subject) = node.get("subject") else { return };
        let Some(id) = subject.text() else { return };
        let entity = match node.get("subject_type").and_then(Node::text) {
            Some("文件") => "Document",
            Some("督察组") => "Team",
            Some("人选") => "Person",
            Some("公开事项") => "Disclosure",
            _ => return,
        };
        let entity = definitions.entity(entity).map_or("", |_| entity);
        let path = format!("{path}/subject");
        self.uses.push(Use { entity, id, node: subject, path, field: "审批对象" });
    }
}
