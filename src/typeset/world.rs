//! The closed world a style runs in: its own files, one document, one plan.

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use typst::diag::{FileError, FileResult, Severity, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};

use super::faces::FaceSet;
use crate::diag::{Diagnostic, Failure, SourceFile, Span, WorldError};

/// The document, for every document under one name: typst numbers file names once per process and never
/// frees a number.
static DOCUMENT: LazyLock<Option<FileId>> = LazyLock::new(|| file_id("document.json"));
/// The layout plan.
static LAYOUT: LazyLock<Option<FileId>> = LazyLock::new(|| file_id("layout.json"));
/// What all documents of a process share: faces, and whether data is attached.
static DESK: LazyLock<Option<FileId>> = LazyLock::new(|| file_id("desk.json"));

fn file_id(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(name).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// Pictures that one document may hold.
pub(super) const MOST_ASSETS: usize = 1000;

/// The name of a document's picture in its world, the same for every document for the same reason.
pub(super) fn asset_name(index: usize) -> String {
    format!("asset-{index}")
}

/// One file of the style: as typst reads it and as findings point into it.
pub(super) struct StyleFile {
    source: Source,
    shown: Arc<SourceFile>,
}

/// Reads every `*.typ` of a style's folder, sorted by name.
pub(super) fn read_style(dir: &Path) -> Result<Vec<StyleFile>, Failure> {
    let entries = fs::read_dir(dir).map_err(WorldError::while_("读取样式文件夹", dir))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(WorldError::while_("读取样式文件夹", dir))?;
        if let Ok(name) = entry.file_name().into_string()
            && name.ends_with(".typ")
        {
            names.push(name);
        }
    }
    names.sort();
    let mut files = Vec::new();
    for name in &names {
        let path = dir.join(name);
        let text = fs::read_to_string(&path).map_err(WorldError::while_("读取样式", &path))?;
        let Some(id) = file_id(name) else { continue };
        files.push(StyleFile {
            source: Source::new(id, text.clone()),
            shown: SourceFile::new(path.display().to_string(), text),
        });
    }
    if names.iter().all(|n| n != "main.typ") {
        let message = format!("样式文件夹 {} 中没有 main.typ", dir.display());
        return Err(Failure::Faulty(vec![Diagnostic::error("K-07", message)]));
    }
    Ok(files)
}

/// What all documents of a process share.
pub(super) struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    desk: Bytes,
    style: Vec<StyleFile>,
    main: Option<FileId>,
}

impl Shared {
    pub(super) fn new(
        faces: &FaceSet,
        style: Vec<StyleFile>,
        attach_data: bool,
    ) -> Result<Self, Failure> {
        let desk = serde_json::json!({ "faces": faces.to_json(), "attach_data": attach_data });
        let desk =
            serde_json::to_vec(&desk).map_err(|e| Failure::Bug(format!("字体表转 JSON：{e}")))?;
        let fonts: Vec<Font> = faces.faces.iter().map(|face| face.font.clone()).collect();
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            desk: Bytes::new(desk),
            style,
            main: file_id("main.typ"),
        })
    }

    fn style_file(&self, id: FileId) -> Option<&StyleFile> {
        self.style.iter().find(|f| f.source.id() == id)
    }
}

/// The world of one compilation.
pub(super) struct DocWorld<'a> {
    shared: &'a Shared,
    main: FileId,
    document: Bytes,
    layout: Bytes,
    assets: Vec<(FileId, Bytes)>,
}

impl<'a> DocWorld<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        document: Bytes,
        layout: Bytes,
        pictures: &[Bytes],
    ) -> Result<Self, Failure> {
        let main = shared.main.ok_or_else(|| Failure::Bug("main.typ 没有编号".to_owned()))?;
        let numbered = pictures.iter().take(MOST_ASSETS).enumerate();
        let assets =
            numbered.filter_map(|(i, b)| Some((file_id(&asset_name(i))?, b.clone()))).collect();
        Ok(Self { shared, main, document, layout, assets })
    }

    /// What typst says, as findings with the style's file, line and column.
    pub(super) fn findings(
        &self,
        said: &[SourceDiagnostic],
        code: &'static str,
    ) -> Vec<Diagnostic> {
        said.iter().map(|d| self.finding(d, code)).collect()
    }

    fn finding(&self, said: &SourceDiagnostic, code: &'static str) -> Diagnostic {
        let words = match said.severity {
            Severity::Error => "样式出错",
            Severity::Warning => "排版引擎提示",
        };
        let mut finding = Diagnostic::error(code, format!("{words}：{}", said.message));
        if let Some(span) = self.place(said.span) {
            finding = finding.at(span);
        }
        for point in &said.trace {
            if let Some(span) = self.place(point.span.into()) {
                finding = finding.related(span, point.v.to_string());
            }
        }
        if said.message.starts_with("unknown font family") {
            finding = finding.hint("字库里没有这种字体：核对 fonts.toml 与样式里的字体名。");
        }
        for hint in &said.hints {
            finding = finding.hint(hint.v.to_string());
        }
        finding
    }

    fn place(&self, span: typst::syntax::DiagSpan) -> Option<Span> {
        let file = self.shared.style_file(span.id()?)?;
        Some(Span::new(&file.shown, self.range(span)?))
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

impl World for DocWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.shared.style_file(id).map(|f| f.source.clone()).ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if Some(id) == *DOCUMENT {
            Ok(self.document.clone())
        } else if Some(id) == *LAYOUT {
            Ok(self.layout.clone())
        } else if Some(id) == *DESK {
            Ok(self.shared.desk.clone())
        } else {
            let asset = self.assets.iter().find(|(own, _)| *own == id);
            asset.map(|(_, bytes)| bytes.clone()).ok_or_else(|| not_found(id))
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
