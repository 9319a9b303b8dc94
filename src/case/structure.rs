//! S-01 结构与类型: one walk over tree and model.

use super::check::{Findings, Subject};
use super::schema::{Field, Rule, Schema};
use super::tree::{Key, Node, Value, child};
use super::{choice, fields, forms, references, types};
use crate::diag::Diagnostic;

/// Where a value stands, for words about it.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The schema that holds there.
    pub schema: &'a Schema,
    /// Chinese name of the field; a list's items bear the list's.
    pub title: &'a str,
    /// The entity the field belongs to.
    pub entity: &'a str,
    /// The field's key.
    pub field: &'a str,
    /// JSON Pointer of the value.
    pub pointer: &'a str,
}

/// Checks the whole tree, references within it included.
pub fn check(subject: Subject<'_>, findings: &mut Findings<'_>) {
    let schema = subject.schema;
    let Some(top) = schema.root() else { return };
    let place = Place { schema, title: &top.title, entity: &schema.top, field: "", pointer: "" };
    Walk { subject, findings }.value(subject.root, top, place);
}

struct Walk<'a, 'f, 's> {
    subject: Subject<'a>,
    findings: &'f mut Findings<'s>,
}

impl Walk<'_, '_, '_> {
    fn value(&mut self, node: &Node, rule: &Rule, place: Place<'_>) {
        let entity = rule.entity.as_deref();
        let written = rule;
        let rule = self.subject.schema.resolve(rule);
        if matches!(node.value, Value::Opaque) {
            return;
        }
        if types::is_empty(node) && types::is_required(place) {
            let finding = types::to_fill(written, place);
            self.refuse(finding, node, place);
            return;
        }
        if let Some(kind) = rule.kind
            && !types::is_a(node, kind)
        {
            let finding = types::wrong(node, rule, kind, place);
            self.refuse(finding, node, place);
            return;
        }
        if let Some(finding) = choice::check(node, rule, place) {
            self.refuse(finding, node, place);
            return;
        }
        match &node.value {
            Value::Map(entries) => self.fields(node, entries, rule, entity, place),
            Value::Seq(items) => self.items(node, items, rule, place),
            Value::Scalar(_) => self.scalar(node, rule, place),
            Value::Opaque => {}
        }
    }

    /// `finding` says why the value cannot be read for what it should be.
    fn refuse(&mut self, finding: Diagnostic, node: &Node, place: Place<'_>) {
        // An empty value that may be absent reads as absent.
        if !types::is_empty(node) || types::is_required(place) {
            self.findings.unreadable.push(place.pointer.to_owned());
        }
        self.findings.add(finding, &node.span, place.pointer);
    }

    fn items(&mut self, node: &Node, items: &[Node], rule: &Rule, place: Place<'_>) {
        if items.len() < rule.min_items {
            let finding = forms::too_few(place, rule.min_items);
            self.refuse(finding, node, place);
        }
        let Some(inner) = &rule.items else { return };
        for (i, item) in items.iter().enumerate() {
            let pointer = child(place.pointer, &i.to_string());
            self.value(item, inner, Place { pointer: &pointer, ..place });
        }
    }

    fn scalar(&mut self, node: &Node, rule: &Rule, place: Place<'_>) {
        let Some(text) = node.text() else {
            if let Some(finding) = forms::out_of_range(node, rule, place) {
                self.refuse(finding, node, place);
            }
            return;
        };
        match forms::check(text, rule, place) {
            Some(finding) => self.refuse(finding, node, place),
            None => {
                if let Some(kind) = &rule.refers_to {
                    references::check(self.subject, self.findings, node, kind, place);
                }
            }
        }
    }

    fn fields(
        &mut self,
        node: &Node,
        entries: &[(Key, Node)],
        rule: &Rule,
        entity: Option<&str>,
        place: Place<'_>,
    ) {
        let entity = entity.unwrap_or(place.entity);
        let absent: Vec<&Field> =
            rule.fields.iter().filter(|f| node.get(&f.name).is_none()).collect();
        let mut missing: Vec<&Field> = absent.iter().copied().filter(|f| f.required).collect();
        for (key, value) in entries {
            let pointer = child(place.pointer, &key.text);
            match rule.field(&key.text) {
                Some(field) => {
                    let place = Place {
                        schema: place.schema,
                        title: title_of(place.schema, field),
                        entity,
                        field: &field.name,
                        pointer: &pointer,
                    };
                    self.value(value, &field.rule, place);
                }
                None if rule.closed => {
                    let (finding, meant) =
                        fields::unknown(place.schema, key, rule, &absent, &mut missing);
                    self.findings.add(finding, &key.span, &pointer);
                    let meant = meant.map(|name| child(place.pointer, name));
                    self.findings.unreadable.extend(meant);
                }
                None => {}
            }
        }
        let gone = missing.iter().map(|f| child(place.pointer, &f.name));
        self.findings.unreadable.extend(gone);
        if !missing.is_empty() {
            let at = entries.first().map_or(&node.span, |(key, _)| &key.span);
            self.findings.add(
                fields::missing(place.schema, &missing, node, rule),
                at,
                place.pointer,
            );
        }
        if entity == "Approval" {
            references::subject_of_approval(self.subject, self.findings, node, place.pointer);
        }
    }
}

/// The Chinese name of a field, the entity's if it has none of its own.
pub fn title_of<'a>(schema: &'a Schema, field: &'a Field) -> &'a str {
    if field.rule.title.is_empty() { &schema.resolve(&field.rule).title } else { &field.rule.title }
}
