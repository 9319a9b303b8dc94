//! 种类自检: whether a kind's templates, manifest and sample cases agree, branches not taken included.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fields::{FieldGroup, Known, groups_read, known, variables};
use super::kinds::{Kind, Kinds};
use crate::diag::{Diagnostic, SourceFile, Span};
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

/// Checks `kind` as it stands: every path its templates read exists in the data model (K-04,
/// untaken branches too); what the manifest declares under `reads`, the templates of its folder and its tables
/// are used (K-01).
#[must_use]
pub fn inspect_kind(kinds: &Kinds, kind: &Kind) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let reads = reads(kinds, kind);
    for read in &reads {
        for path in &read.paths {
            if let Some(hint) = missing(kinds, kind, read, path) {
                let message = format!("模板用了没有定义的字段“{path}”");
                let finding = Diagnostic::error("K-04", message).at(found(&read.at, path));
                let finding = if hint.is_empty() { finding } else { finding.hint(hint) };
                findings.push(finding.hint("可用的字段：anjuan kinds fields --find 词。"));
            }
        }
    }
    let shared = shared_reads(kinds, kind);
    for declared in &kind.reads {
        let all = reads.iter().flat_map(|r| &r.paths).chain(&shared);
        let used = all.into_iter().any(|path| covers(declared, path));
        if !used {
            findings.push(
                Diagnostic::warning("K-01", format!("清单的 reads 写了“{declared}”，模板没有用到"))
                    .at(found(&kind.line("reads"), &format!("\"{declared}\"")))
                    .hint("请从 reads 中删去，或核对写法。"),
            );
        }
    }
    findings.extend(idle(kinds, kind));
    findings
}

/// Whether documents of `kind` can be tried without the pages of the others (catalogues cannot).
#[must_use]
pub fn stands_alone(kind: &Kind) -> bool {
    !kind.reads.iter().any(|r| RECORDS.contains(&r.as_str()))
}

/// What the templates read that `kind` includes or imports, near or far.
fn shared_reads(kinds: &Kinds, kind: &Kind) -> BTreeSet<String> {
    let engine = &kinds.engine;
    let mut open: Vec<&str> = engine.names(&kind.slug).collect();
    let mut met: BTreeSet<&str> = open.iter().copied().collect();
    let mut out = BTreeSet::new();
    while let Some(name) = open.pop() {
        let Some(source) = engine.source(name) else { continue };
        // A template names another by its full name, in quotes.
        for other in engine.names("_partials").chain(engine.names(&kind.slug)) {
            if source.text().contains(other) && met.insert(other) {
                out.extend(engine.reads(other));
                open.push(other);
            }
        }
    }
    out
}

/// Templates of the folder that nothing names, tables that nothing places.
fn idle(kinds: &Kinds, kind: &Kind) -> Vec<Diagnostic> {
    let engine = &kinds.engine;
    let bodies: Vec<(&str, &Arc<SourceFile>)> = (engine.names(&kind.slug))
        .filter(|n| n.ends_with(".j2"))
        .filter_map(|n| Some((n, engine.source(n)?)))
        .collect();
    let mut out = Vec::new();
    for (name, source) in &bodies {
        let chosen = kind.body.iter().any(|b| kind.template(b.file.get_ref()) == *name);
        let named = |text: &str| text.contains(name);
        // Any template may include one of another kind's folder by its full name.
        if !chosen && !engine.sources().any(|other| named(other.text())) {
            out.push(
                Diagnostic::warning("K-01", "这个模板没有用到")
                    .at(Span::new(source, 0..0))
                    .hint("请在 kind.toml 的 [[body]] 中写上它的文件名；不用了的请删去。"),
            );
        }
    }
    for table in &kind.table {
        let id = table.id.get_ref();
        let placed = |text: &str| {
            text.split("table(").skip(1).any(|rest| {
                let inside = rest.trim_start().trim_start_matches(['\'', '"']);
                // A name put together by the template cannot be told from here.
                let literal = rest.trim_start().starts_with(['\'', '"']);
                !literal
                    || inside.strip_prefix(id.as_str()).is_some_and(|r| r.starts_with(['\'', '"']))
            })
        };
        if !engine.sources().any(|source| placed(source.text())) {
            out.push(
                Diagnostic::warning("K-01", format!("表“{id}”没有用到"))
                    .at(kind.place(&table.id))
                    .hint(format!("在正文中单独一行写 {{{{ table('{id}') }}}}；不用了的请删去。")),
            );
        }
    }
    out
}

impl Kinds {
    /// The data that a template of `kind` has to do with: what it reads, what that holds, functions and filters.
    #[must_use]
    pub fn fields_of(&self, kind: &Kind) -> Vec<FieldGroup> {
        let own = |read: &Reads, path: &String| {
            read.own.iter().any(|o| path.split('.').next() == Some(o))
                || self.engine.is_global(path)
        };
        let all = reads(self, kind);
        let read = all.iter().flat_map(|r| r.paths.iter().filter(|p| !own(r, p)).cloned());
        groups_read(&read.chain(kind.reads.iter().cloned()).chain(["doc".into()]).collect())
    }
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

/// Advice if there is no `path` (empty if none can be given); none if there is, or if it cannot be told.
fn missing(kinds: &Kinds, kind: &Kind, read: &Reads, path: &str) -> Option<String> {
    let root = path.split('.').next().unwrap_or_default();
    let records = RECORDS.contains(&root) && kind.reads.iter().any(|r| r == "records");
    if records || read.own.contains(&root) || kinds.engine.is_global(root) {
        return None;
    }
    match known(path) {
        Some(Known::Yes) => None,
        Some(Known::No(hint)) => Some(hint.unwrap_or_default()),
        None if root == "row" || root == "loop_index" => {
            Some(format!("“{root}”只在 kind.toml 的 cell 里可用；正文里请用 {{% for %}}。"))
        }
        None => {
            let names = variables();
            Some(near(root, &names).map(|n| format!("是否应为“{n}”？")).unwrap_or_default())
        }
    }
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
