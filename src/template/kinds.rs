//! Kinds: the folders under `templates/`, read once.

use std::fs;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::functions::{self, is_table_id};
use super::manifest::{self, Closed, Manifest};
use super::markup::Trace;
use crate::diag::{
    Checked, Diagnostic, Failure, Outcome, SourceFile, Span, WorldError, has_errors,
};
use crate::engine::{Engine, near};

/// More empty rows than this are a slip of the pen.
const MAX_BLANK: usize = 500;

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
    /// The folder.
    pub folder: PathBuf,
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

    /// The line of the manifest on which a top-level key stands.
    pub(super) fn line(&self, key: &str) -> Span {
        let mut start = 0;
        for line in self.source.text().split_inclusive('\n') {
            let range = start..start + line.trim_end().len();
            if line.trim_start().strip_prefix(key).is_some_and(|l| l.trim_start().starts_with('='))
            {
                return Span::new(&self.source, range);
            }
            start += line.len();
        }
        Span::new(&self.source, 0..0)
    }

    /// As [`Self::line`], for those who place findings of their own.
    #[must_use]
    pub fn place_of(&self, key: &str) -> Span {
        self.line(key)
    }

    /// Where a value of the manifest stands.
    pub(super) fn place<T>(&self, value: &Spanned<T>) -> Span {
        Span::new(&self.source, value.span())
    }
}

impl Kinds {
    /// Reads every kind under `dirs`: the house's folder, then the office's own; folders whose names begin with `_`
    /// hold shared things.
    ///
    /// # Errors
    /// [`Failure::Faulty`] with every finding against manifests and templates; a folder name that is there twice is
    /// one too.
    pub fn scan(dirs: &[impl AsRef<Path>]) -> Outcome<Self> {
        Self::scan_with(dirs, None, None)
    }

    /// As [`Self::scan`], for a jurisdiction: the kinds under `own` come first and stand in the place of those in
    /// `dirs` that have the same code; of the others only the `shared` are there (all, if it does not say).
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn scan_with(
        dirs: &[impl AsRef<Path>],
        own: Option<&Path>,
        shared: Option<&[String]>,
    ) -> Outcome<Self> {
        let mut engine = Engine::new();
        functions::register(&mut engine);
        let mut findings = Vec::new();
        let mut kinds: Vec<Kind> = Vec::new();
        let mut all: Vec<(PathBuf, bool)> = match own {
            Some(own) => folders(own)?.into_iter().map(|path| (path, true)).collect(),
            None => Vec::new(),
        };
        let mine = all.len();
        for dir in dirs {
            all.extend(folders(dir.as_ref())?.into_iter().map(|path| (path, false)));
        }
        for (folder, is_own) in all {
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
            if let Some(other) = kinds.iter().find(|k| k.slug == slug) {
                let at = Span::new(&SourceFile::new(path.to_string_lossy(), ""), 0..0);
                let message = format!("文件夹“{slug}”有两个");
                findings.push(
                    Diagnostic::error("K-01", message)
                        .at(at)
                        .related(other.line("code"), "先用于这里")
                        .hint("种类文件夹的名称不能重复，请改名。"),
                );
                continue;
            }
            let source = match read(&path, "读取种类清单")? {
                Ok(source) => source,
                Err(finding) => {
                    findings.push(*finding);
                    continue;
                }
            };
            let manifest = match manifest::read(&source) {
                Ok(manifest) => manifest,
                Err(finding) => {
                    findings.push(*finding);
                    // The bodies are read all the same, so that all findings come at once.
                    load_bodies(&mut engine, &folder, &slug, &mut findings)?;
                    continue;
                }
            };
            let used = shared.is_none_or(|codes| codes.iter().any(|c| *c == *manifest.code));
            let covered = mine > 0 && kinds.iter().any(|k| k.code == manifest.code);
            if !is_own && (covered || !used) {
                continue;
            }
            let kind = Kind { slug, folder: folder.clone(), source, manifest };
            load_bodies(&mut engine, &folder, &kind.slug, &mut findings)?;
            load_cells(&mut engine, &kind, &mut findings);
            inspect(&engine, &kind, &kinds, &mut findings);
            kinds.push(kind);
        }
        if kinds.is_empty() && findings.is_empty() {
            let names: Vec<String> =
                dirs.iter().map(|d| d.as_ref().display().to_string()).collect();
            findings.push(
                Diagnostic::error("K-01", format!("{} 中没有文件种类", names.join("、")))
                    .hint("每个种类是一个文件夹，内有 kind.toml 和正文模板。"),
            );
        }
        if has_errors(&findings) {
            return Err(Failure::Faulty(findings));
        }
        kinds.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Checked { value: Self { engine, kinds }, findings })
    }

    /// The templates that a body of `kind` may have been rendered from.
    pub(super) fn trace(&self, kind: &Kind, template: &str) -> Trace {
        let names = self.engine.names(&kind.slug).chain(self.engine.names("_partials"));
        let bodies = names.filter(|n| n.ends_with(".j2"));
        let body = self.engine.source(template).unwrap_or(&kind.source);
        Trace::new(body, bodies.filter_map(|n| self.engine.source(n).cloned()))
    }

    /// Where `words` stand first in the templates of `kind`, its manifest or the shared templates.
    #[must_use]
    pub fn find_words(&self, kind: &Kind, words: &str) -> Option<Span> {
        let names = self.engine.names(&kind.slug).chain(self.engine.names("_partials"));
        let sources = names.filter_map(|n| self.engine.source(n)).chain([&kind.source]);
        sources.into_iter().find_map(|source| {
            let at = source.text().find(words)?;
            Some(Span::new(source, at..at + words.len()))
        })
    }

    /// The templates in the folder of `kind`: file name and text.
    pub(super) fn bodies(&self, kind: &Kind) -> Vec<(String, String)> {
        let inside =
            |name: &str| name.strip_prefix(&format!("{}/", kind.slug)).map(ToOwned::to_owned);
        self.engine
            .names(&kind.slug)
            .filter(|name| name.ends_with(".j2"))
            .filter_map(|name| Some((inside(name)?, self.engine.source(name)?.text().to_owned())))
            .collect()
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

/// A text file; one that is missing or no text is a finding, other trouble is the world's.
fn read(
    path: &Path,
    doing: &'static str,
) -> Result<Result<Arc<SourceFile>, Box<Diagnostic>>, WorldError> {
    let name = path.to_string_lossy();
    let told = |message: String, hint: &str| {
        let at = Span::new(&SourceFile::new(name.clone(), ""), 0..0);
        Ok(Err(Box::new(Diagnostic::error("K-01", message).at(at).hint(hint))))
    };
    match fs::read_to_string(path) {
        Ok(text) => Ok(Ok(SourceFile::new(name.clone(), text))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => told(
            "种类文件夹里没有 kind.toml".into(),
            "每个种类是一个文件夹，内有 kind.toml 和正文模板；不是种类的文件夹，名称以 _ 开头。",
        ),
        Err(e) if e.kind() == io::ErrorKind::InvalidData => {
            told("不是 UTF-8 编码的文本".into(), "请另存为 UTF-8 编码。")
        }
        Err(e) => Err(WorldError::while_(doing, path)(e)),
    }
}

fn load_bodies(
    engine: &mut Engine,
    folder: &Path,
    slug: &str,
    findings: &mut Vec<Diagnostic>,
) -> Result<(), WorldError> {
    for path in entries(folder)? {
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
        if !name.ends_with(".j2") || !path.is_file() {
            continue;
        }
        match read(&path, "读取模板")? {
            Ok(source) => {
                let told = engine.load(&format!("{slug}/{name}"), &source);
                findings.extend(told.err().map(|f| *f));
            }
            Err(finding) => findings.push(*finding),
        }
    }
    Ok(())
}

/// Loads what a manifest holds of templates and checks its expressions.
fn load_cells(engine: &mut Engine, kind: &Kind, findings: &mut Vec<Diagnostic>) {
    let mut told = Vec::new();
    for body in &kind.body {
        told.extend(body.when.as_ref().map(|when| engine.check(when.get_ref(), &kind.place(when))));
    }
    for table in &kind.table {
        told.push(engine.check(table.rows.get_ref(), &kind.place(&table.rows)));
        let id = table.id.get_ref();
        let cells = table.column.iter().map(|c| &c.cell).chain(&table.caption);
        for (i, cell) in cells.enumerate() {
            told.push(engine.load_within(&kind.cell(id, i), cell.get_ref(), &kind.place(cell)));
        }
    }
    findings.extend(told.into_iter().filter_map(Result::err).map(|f| *f));
}

/// What a manifest promises must be there, and its words must be those of the data.
fn inspect(engine: &Engine, kind: &Kind, before: &[Kind], findings: &mut Vec<Diagnostic>) {
    if let Some(other) = before.iter().find(|k| k.code == kind.code) {
        findings.push(
            Diagnostic::error("K-01", format!("目录代码 {} 已用于 {}", kind.code, other.slug))
                .at(kind.line("code"))
                .related(other.line("code"), "先用于这里")
                .hint("每个种类的目录代码不能重复。"),
        );
    }
    for Closed { key, what, values, known, optional } in manifest::closed(kind) {
        for value in values.iter().filter(|v| !known.contains(v)) {
            let guess = near(value, &known).map(|n| format!("是否应为“{n}”？"));
            findings.push(
                Diagnostic::error("K-01", format!("没有“{value}”这种{what}"))
                    .at(kind.line(key))
                    .hint(guess.unwrap_or_else(|| format!("可写：{}。", known.join("、")))),
            );
        }
        if values.is_empty() && !optional {
            findings.push(
                Diagnostic::error("K-01", format!("清单的 {key}（{what}）是空的"))
                    .at(kind.line(key)),
            );
        }
    }
    if kind.body.is_empty() {
        findings.push(Diagnostic::error("K-01", "清单没有正文（[[body]]）").at(kind.line("body")));
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
    for (i, table) in kind.table.iter().enumerate() {
        let id = table.id.get_ref();
        let mut say = |message: String, at: Span| {
            findings.push(Diagnostic::error("K-01", message).at(at));
        };
        if !is_table_id(id) {
            say(format!("表的名字“{id}”只能用英文字母、数字、_ 和 -"), kind.place(&table.id));
        }
        if kind.table.iter().take(i).any(|t| t.id.get_ref() == id) {
            say(format!("表的名字“{id}”重复"), kind.place(&table.id));
        }
        if table.column.is_empty()
            || table.column.iter().any(|c| !(c.width > 0.0 && c.width.is_finite()))
        {
            say(format!("表 {id} 至少要有一列，列宽须大于 0"), kind.place(&table.id));
        }
        if table.blank_rows > MAX_BLANK {
            say(format!("表 {id} 的空行（blank_rows）不能超过 {MAX_BLANK}"), kind.place(&table.id));
        }
    }
}
