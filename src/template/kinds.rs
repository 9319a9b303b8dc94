//! Kinds: the folders under `templates/`, read once.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::functions;
use super::manifest::{self, Manifest};
use crate::diag::{Checked, Diagnostic, Failure, Outcome, SourceFile, Span, WorldError};
use crate::engine::Engine;

/// All kinds, with their templates loaded.
#[derive(Debug)]
pub struct Kinds {
    pub(super) engine: Engine,
    kinds: Vec<Kind>,
}

/// 文件种类: one folder.
#[derive(Debug)]
pub struct Kind {
    /// Name of the folder.
    pub slug: String,
    /// Its manifest's text, for findings.
    pub(super) source: Arc<SourceFile>,
    manifest: Manifest,
}

impl Deref for Kind {
    type Target = Manifest;

    fn deref(&self) -> &Manifest {
        &self.manifest
    }
}

impl Kind {
    /// The name under which a file of this kind is loaded.
    pub(super) fn template(&self, file: &str) -> String {
        format!("{}/{file}", self.slug)
    }

    /// The name of a cell's template.
    pub(super) fn cell(&self, table: &str, column: usize) -> String {
        format!("{}/kind.toml#{table}.{column}", self.slug)
    }

    /// Where a value of the manifest stands.
    pub(super) fn place<T>(&self, value: &Spanned<T>) -> Span {
        Span::new(&self.source, value.span())
    }
}

impl Kinds {
    /// Reads every kind under `dir`; folders whose names begin with `_` hold shared things.
    ///
    /// # Errors
    /// [`Failure::Faulty`] with every finding against manifests and templates.
    pub fn scan(dir: &Path) -> Outcome<Self> {
        let mut engine = Engine::new();
        functions::register(&mut engine);
        let mut findings = Vec::new();
        let mut kinds: Vec<Kind> = Vec::new();
        for folder in folders(dir)? {
            let slug = folder.file_name().map(|n| n.to_string_lossy().into_owned());
            let slug = slug.unwrap_or_default();
            if slug == "_partials" {
                load_bodies(&mut engine, &folder, &slug, &mut findings)?;
                continue;
            }
            if slug.starts_with(['_', '.']) {
                continue;
            }
            let path = folder.join("kind.toml");
            let text =
                fs::read_to_string(&path).map_err(WorldError::while_("读取种类清单", &path))?;
            let source = SourceFile::new(path.to_string_lossy(), text);
            let manifest = match manifest::read(&source) {
                Ok(manifest) => manifest,
                Err(finding) => {
                    findings.push(*finding);
                    continue;
                }
            };
            let kind = Kind { slug, source, manifest };
            load_bodies(&mut engine, &folder, &kind.slug, &mut findings)?;
            load_cells(&mut engine, &kind, &mut findings);
            inspect(&engine, &kind, &kinds, &mut findings);
            kinds.push(kind);
        }
        if kinds.is_empty() && findings.is_empty() {
            findings.push(
                Diagnostic::error("K-01", format!("{} 中没有文件种类", dir.display()))
                    .hint("每个种类是一个文件夹，内有 kind.toml 和正文模板。"),
            );
        }
        if !findings.is_empty() {
            return Err(Failure::Faulty(findings));
        }
        kinds.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Checked::clean(Self { engine, kinds }))
    }

    /// The kind with this 目录代码.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Kind> {
        self.kinds.iter().find(|k| k.code == code)
    }

    /// All kinds, in order of code.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter()
    }
}

/// The folders in `dir`, in order of name.
fn folders(dir: &Path) -> Result<Vec<PathBuf>, WorldError> {
    let mut out = entries(dir)?;
    out.retain(|p| p.is_dir());
    Ok(out)
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>, WorldError> {
    let mut out = Vec::new();
    for entry in fs::read_dir(dir).map_err(WorldError::while_("读取模板目录", dir))? {
        out.push(entry.map_err(WorldError::while_("读取模板目录", dir))?.path());
    }
    out.sort();
    Ok(out)
}

fn load_bodies(
    engine: &mut Engine,
    folder: &Path,
    slug: &str,
    findings: &mut Vec<Diagnostic>,
) -> Result<(), WorldError> {
    for path in entries(folder)? {
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
        if !name.ends_with(".j2") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(WorldError::while_("读取模板", &path))?;
        let source = SourceFile::new(path.to_string_lossy(), text);
        if let Err(finding) = engine.load(&format!("{slug}/{name}"), &source) {
            findings.push(*finding);
        }
    }
    Ok(())
}

fn load_cells(engine: &mut Engine, kind: &Kind, findings: &mut Vec<Diagnostic>) {
    for table in &kind.table {
        let id = table.id.get_ref();
        let cells = table.column.iter().map(|c| &c.cell).chain(&table.caption);
        for (i, cell) in cells.enumerate() {
            let source = SourceFile::new(kind.source.name(), cell.get_ref().as_str());
            if let Err(finding) = engine.load(&kind.cell(id, i), &source) {
                findings.push(finding.at(kind.place(cell)));
            }
        }
    }
}

/// What a manifest promises must be there.
fn inspect(engine: &Engine, kind: &Kind, before: &[Kind], findings: &mut Vec<Diagnostic>) {
    if let Some(other) = before.iter().find(|k| k.code == kind.code) {
        findings.push(
            Diagnostic::error("K-01", format!("目录代码 {} 已用于 {}", kind.code, other.slug))
                .at(Span::new(&kind.source, 0..0))
                .hint("每个种类的目录代码不能重复。"),
        );
    }
    if kind.body.is_empty() {
        findings.push(
            Diagnostic::error("K-01", "清单没有正文（[[body]]）").at(Span::new(&kind.source, 0..0)),
        );
    }
    for body in &kind.body {
        if !engine.has(&kind.template(body.file.get_ref())) {
            findings.push(
                Diagnostic::error("K-01", format!("正文模板 {} 不存在", body.file.get_ref()))
                    .at(kind.place(&body.file))
                    .hint("正文模板放在种类的文件夹里，文件名以 .j2 结尾。"),
            );
        }
    }
    for table in &kind.table {
        let id = table.id.get_ref();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        {
            findings.push(
                Diagnostic::error("K-01", format!("表的名字“{id}”只能用英文字母、数字、_ 和 -"))
                    .at(kind.place(&table.id)),
            );
        }
        if table.column.is_empty() || table.column.iter().any(|c| !(c.width > 0.0)) {
            findings.push(
                Diagnostic::error("K-01", format!("表 {id} 至少要有一列，列宽须大于 0"))
                    .at(kind.place(&table.id)),
            );
        }
    }
}
