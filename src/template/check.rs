//! 种类自检: whether a kind's templates, manifest and sample cases agree, branches not taken included.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::compose::compose;
use super::facts::Facts;
use super::kinds::{Kind, Kinds};
use crate::diag::{Diagnostic, Failure, Span};
use crate::engine::near;

/// What `pipeline` adds for catalogues, announced by `records` in the manifest's `reads`.
const RECORDS: [&str; 3] = ["records", "handover", "classes"];

/// What one template reads and where it stands.
struct Reads {
    at: Span,
    paths: BTreeSet<String>,
    /// Names that only this template has (`row`, `loop_index` in cells).
    own: &'static [&'static str],
}

/// Checks `kind`: every path its templates read exists in the samples' data (K-04, untaken branches too), what
/// the manifest declares under `reads` is read (K-01), and every document of this kind composes. Catalogues want
/// the pages of others and are not composed.
#[must_use]
pub fn check_kind(kinds: &Kinds, kind: &Kind, samples: &[&Facts<'_>]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let reads = reads(kinds, kind);
    let catalogue = kind.reads.iter().any(|r| RECORDS.contains(&r.as_str()));
    for read in &reads {
        for path in &read.paths {
            if let Some(hint) = missing(kinds, kind, read, path, samples) {
                let message = format!("模板用了没有定义的字段“{path}”");
                let finding = Diagnostic::error("K-04", message).at(found(&read.at, path));
                findings.push(if hint.is_empty() { finding } else { finding.hint(hint) });
            }
        }
    }
    for declared in &kind.reads {
        let used = reads.iter().flat_map(|r| &r.paths).any(|path| covers(declared, path));
        if !used {
            findings.push(
                Diagnostic::warning("K-01", format!("清单的 reads 写了“{declared}”，模板没有用到"))
                    .at(kind.line("reads"))
                    .hint("请从 reads 中删去，或核对写法。"),
            );
        }
    }
    for facts in samples.iter().filter(|_| !catalogue) {
        for entry in facts.documents().filter(|d| d["kind"] == kind.code.as_str()) {
            let id = entry["id"].as_str().unwrap_or_default();
            match compose(kinds, facts, id, &Map::new()) {
                Ok(checked) => findings.extend(checked.findings),
                Err(Failure::Rejected(list) | Failure::Faulty(list)) => findings.extend(list),
                Err(_) => {}
            }
        }
    }
    let mut told = BTreeSet::new();
    findings.retain(|f| {
        let at = f.at.as_ref().map(|s| (s.source.name().to_owned(), s.range.start));
        told.insert((f.code.to_string(), f.message.clone(), at))
    });
    findings
}

fn reads(kinds: &Kinds, kind: &Kind) -> Vec<Reads> {
    let engine = &kinds.engine;
    let mut out = Vec::new();
    for name in engine.names(&kind.slug).filter(|n| n.ends_with(".j2")) {
        if let Some(source) = engine.source(name) {
            out.push(Reads { at: Span::new(source, 0..0), paths: engine.reads(name), own: &[] });
        }
    }
    for when in kind.body.iter().filter_map(|b| b.when.as_ref()) {
        let paths = engine.expression_reads(when.get_ref());
        out.push(Reads { at: kind.place(when), paths, own: &[] });
    }
    for table in &kind.table {
        let paths = engine.expression_reads(table.rows.get_ref());
        out.push(Reads { at: kind.place(&table.rows), paths, own: &[] });
        for (i, cell) in table.column.iter().map(|c| &c.cell).chain(&table.caption).enumerate() {
            let paths = engine.reads(&kind.cell(table.id.get_ref(), i));
            out.push(Reads { at: kind.place(cell), paths, own: &["row", "loop_index"] });
        }
    }
    out
}

/// Advice if no sample has `path`; none if some has it, or if it cannot be told.
fn missing(
    kinds: &Kinds,
    kind: &Kind,
    read: &Reads,
    path: &str,
    samples: &[&Facts<'_>],
) -> Option<String> {
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    let records = RECORDS.contains(&root) && kind.reads.iter().any(|r| r == "records");
    if records || read.own.contains(&root) || kinds.engine.is_global(root) || samples.is_empty() {
        return None;
    }
    if root == "doc" {
        let mut entries = samples
            .iter()
            .flat_map(|f| f.documents())
            .filter(|d| d["kind"] == kind.code.as_str())
            .peekable();
        entries.peek()?;
        // `number` is the program's own: the 发文字号 as text.
        let step = rest.split('.').next().unwrap_or_default();
        return if step == "number" { None } else { lacking(entries.collect(), rest) };
    }
    let roots: Vec<&Json> = samples.iter().filter_map(|f| f.get(&format!("/{root}"))).collect();
    if roots.is_empty() {
        let names: Vec<String> = samples
            .iter()
            .flat_map(|f| f.variables())
            .chain(["doc"])
            .map(ToOwned::to_owned)
            .collect();
        return Some(near(root, &names).map(|n| format!("是否应为“{n}”？")).unwrap_or_default());
    }
    lacking(roots, rest)
}

/// Follows `rest` from `values`; advice at the first object that lacks a step, none at what is no object.
fn lacking(mut values: Vec<&Json>, rest: &str) -> Option<String> {
    for step in rest.split('.').filter(|s| !s.is_empty()) {
        let objects: Vec<_> = values.iter().filter_map(|v| v.as_object()).collect();
        // A method of a list or a text, or nothing to look into.
        if objects.is_empty() || objects.len() < values.iter().filter(|v| !v.is_null()).count() {
            return None;
        }
        let next: Vec<&Json> = objects.iter().filter_map(|o| o.get(step)).collect();
        if next.is_empty() {
            let names: Vec<String> = objects.iter().flat_map(|o| o.keys().cloned()).collect();
            return Some(
                near(step, &names).map(|n| format!("是否应为“{n}”？")).unwrap_or_default(),
            );
        }
        values = next;
    }
    None
}

/// Whether reading `path` makes use of what `declared` announces.
fn covers(declared: &str, path: &str) -> bool {
    let within = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    within(declared, path)
        || within(path, declared)
        || (declared == "records" && RECORDS.contains(&path))
}

/// Where `path` stands first in what `at` points to (a whole file if it points to its beginning).
fn found(at: &Span, path: &str) -> Span {
    let text = at.source.text();
    let range = if at.range.is_empty() { 0..text.len() } else { at.range.clone() };
    let start = range.start;
    match text.get(range).and_then(|t| t.find(path)) {
        Some(i) => Span::new(&at.source, start + i..start + i + path.len()),
        None => at.clone(),
    }
}
