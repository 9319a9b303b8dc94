//! 看样: one document rendered by itself, again and again; the last good pages stay until there are better ones.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Map;

use super::generate::{GenerateOptions, generate};
use super::kinds::add_sample;
use super::paper::{Paper, Press, exporters};
use super::{Event, Listener, Settings, Watch, choice, rulepack, set};
use crate::case;
use crate::container::{create_folder, write_atomically};
use crate::diag::{Failure, WorldError};
use crate::template::{Facts, stands_alone};
use crate::typeset::{Options, Typesetter};

/// What to look at and where to put it.
#[derive(Clone, Debug)]
pub struct PreviewOptions {
    /// A case, or a manuscript (`.md`).
    pub what: PathBuf,
    /// A document of the case.
    pub document: Option<String>,
    /// A kind, by code, name or folder.
    pub kind: Option<String>,
    /// Where the pages go.
    pub out: PathBuf,
    /// Formats; empty for PDF and PNG.
    pub formats: Vec<String>,
    /// Fonts and attached data.
    pub typeset: Options,
}

/// One rendering that came out.
#[derive(Clone, Debug)]
pub struct Previewed {
    /// The document's id, or the manuscript's name.
    pub document: String,
    /// 题名.
    pub title: String,
    /// Whether the entry was made up from the kind's manifest.
    pub made_up: bool,
    /// Pages.
    pub pages: usize,
    /// The files written.
    pub paths: Vec<PathBuf>,
}

/// A desk for previews. Fonts and styles are read once, and again when they change.
pub struct Preview<'a> {
    settings: &'a Settings,
    options: PreviewOptions,
    typesetter: Option<Typesetter>,
}

impl<'a> Preview<'a> {
    /// A desk for what `options` say.
    ///
    /// # Errors
    /// [`Failure::Usage`] if they cannot be followed: an unknown format, neither document nor kind of a case.
    pub fn new(settings: &'a Settings, mut options: PreviewOptions) -> Result<Self, Failure> {
        if options.formats.is_empty() {
            options.formats = vec!["pdf".into(), "png".into()];
        }
        exporters(&options.formats)?;
        let chosen = options.document.is_some() || options.kind.is_some();
        if is_manuscript(&options.what) == chosen {
            let words = if chosen {
                "文稿自己就是一份公文，不用写 --document、--kind"
            } else {
                "请用 --document 指明案件里的哪份文件，或用 --kind 指明哪个种类；文件和种类用 anjuan generate、anjuan kinds 查看"
            };
            return Err(Failure::Usage(words.into()));
        }
        Ok(Self { settings, options, typesetter: None })
    }

    /// The files that a preview depends on.
    #[must_use]
    pub fn watch(&self) -> Watch {
        let what = &self.options.what;
        let mut roots = if is_manuscript(what) {
            // Its pictures lie beside it, perhaps in a folder.
            let beside = what.parent().filter(|p| !p.as_os_str().is_empty());
            vec![(beside.unwrap_or(Path::new(".")).to_path_buf(), 2)]
        } else {
            let file = case::file(what);
            let beside = file.parent().filter(|p| !p.as_os_str().is_empty());
            vec![Watch::deep(beside.unwrap_or(Path::new(".")).to_path_buf())]
        };
        let kinds = self.settings.kind_folders().unwrap_or_default();
        roots.extend(kinds.into_iter().map(Watch::deep));
        let out = &self.options.out;
        // As it is named from the working folder, and as a walk from `.` names it.
        Watch::new(roots, vec![out.clone(), Path::new(".").join(out)])
    }

    /// Takes note of what changed: a change of style or fonts wants them read anew.
    pub fn take_note(&mut self, changed: &[PathBuf]) {
        let style = |path: &PathBuf| {
            let folders = [self.settings.styles(), self.settings.fonts()];
            folders.iter().flatten().any(|folder| path.starts_with(folder))
        };
        if changed.iter().any(style) {
            self.typesetter = None;
        }
    }

    /// Renders once. The files of the last good rendering are replaced only when all of the new one is made; pages
    /// that it has no more go.
    ///
    /// # Errors
    /// Every finding that bars the document, and failures of the world; nothing is written then.
    pub fn render(&mut self, listen: Listener<'_>) -> Result<Previewed, Failure> {
        if self.typesetter.is_none() {
            let (fonts, styles) = (self.settings.fonts()?, self.settings.styles()?);
            let loaded = Typesetter::load(&fonts, &styles, &self.options.typeset)?;
            loaded.findings.into_iter().for_each(|f| listen(Event::Finding(f)));
            self.typesetter = Some(loaded.value);
        }
        let Some(typesetter) = &self.typesetter else {
            return Err(Failure::Bug("no typesetter".into()));
        };
        // Laying out recurses deeply: the work is done on a thread with the stack for it.
        let pool = self.settings.pool()?;
        let (name, made_up, paper) = pool.install(|| self.paper(typesetter, listen))?;
        let paths = self.write(&name, &paper)?;
        Ok(Previewed {
            document: name,
            title: paper.document.info.title.clone(),
            made_up,
            pages: paper.pages,
            paths,
        })
    }

    fn paper(
        &self,
        typesetter: &Typesetter,
        listen: Listener<'_>,
    ) -> Result<(String, bool, Paper), Failure> {
        let formats = exporters(&self.options.formats)?;
        let what = &self.options.what;
        if is_manuscript(what) {
            let done = set::press(typesetter, what, &formats)?;
            done.findings.into_iter().for_each(|f| listen(Event::Finding(f)));
            let name = what.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            return Ok((name, false, done.value));
        }
        let mut case = super::load(what, self.settings, listen)?;
        let (rules, kinds) = rulepack::open(&case, self.settings, listen)?;
        let (id, made_up) = match (&self.options.document, &self.options.kind) {
            (Some(id), _) => (id.clone(), false),
            (None, Some(kind)) => {
                let kind = kinds.named(kind).map_err(|f| Failure::Faulty(vec![*f]))?;
                let mut own = case.model().documents.iter().filter(|d| d.kind == kind.code);
                match own.next().map(|d| d.id.clone()) {
                    Some(id) => (id, false),
                    None => (add_sample(kind, &mut case)?, true),
                }
            }
            (None, None) => return Err(Failure::Bug("nothing to preview".into())),
        };
        let Some(entry) = case.model().documents.iter().find(|d| d.id == id) else {
            let finding = choice::no_document(&case, &id).at(case.span_near("/documents"));
            return Err(Failure::Rejected(vec![finding]));
        };
        // A catalogue tells of the others' pages: they are made first.
        if kinds.get(&entry.kind).is_some_and(|kind| !stands_alone(kind)) {
            let options = GenerateOptions {
                documents: vec![id.clone()],
                formats: self.options.formats.clone(),
                typeset: self.options.typeset.clone(),
                ..GenerateOptions::default()
            };
            let only = |event: Event| match event {
                Event::Document(_) => {}
                other => listen(other),
            };
            let mut made = generate(self.settings, &case, &options, None, &only)?;
            let paper = made.papers.remove(&id).ok_or_else(|| Failure::Rejected(Vec::new()))?;
            return Ok((id, made_up, paper));
        }
        let facts = Facts::new(case.json()).beside(&case.dir);
        let press = Press {
            case: &case,
            kinds: &kinds,
            rules: &rules,
            facts: &facts,
            typesetter,
            measures: true,
            draft: false,
        };
        let kind = kinds.get(&entry.kind);
        let place = |finding| match kind {
            Some(kind) => super::kinds::placed(finding, &kinds, kind, &case),
            None => finding,
        };
        let done = press
            .print(entry, &Map::new(), &formats)
            .map_err(|failure| failure.map_findings(place))?;
        done.findings.into_iter().map(place).for_each(|f| listen(Event::Finding(f)));
        Ok((id, made_up, done.value))
    }

    fn write(&self, name: &str, paper: &Paper) -> Result<Vec<PathBuf>, Failure> {
        let out = &self.options.out;
        create_folder(out)?;
        let mut paths = Vec::new();
        for rendition in &paper.renditions {
            let path = out.join(format!("{name}{}", rendition.suffix));
            write_atomically(&path, |file| file.write_all(&rendition.bytes))?;
            paths.push(path);
        }
        remove_stale_pages(out, name, &paths)?;
        Ok(paths)
    }
}

/// Removes `name-7.png` of a longer rendering; other files are left alone.
fn remove_stale_pages(out: &Path, name: &str, written: &[PathBuf]) -> Result<(), WorldError> {
    let doing = "清理看样的旧图";
    let written: BTreeSet<&PathBuf> = written.iter().collect();
    if !written.iter().any(|p| p.extension().is_some_and(|e| e == "png")) {
        return Ok(());
    }
    for entry in fs::read_dir(out).map_err(WorldError::while_(doing, out))? {
        let path = entry.map_err(WorldError::while_(doing, out))?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let page = file.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
        let page = page.and_then(|rest| rest.strip_suffix(".png"));
        let numbered = page.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if numbered && !written.contains(&path) {
            fs::remove_file(&path).map_err(WorldError::while_(doing, &path))?;
        }
    }
    Ok(())
}

/// A manuscript by its name; everything else is a case.
fn is_manuscript(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("md") || e.eq_ignore_ascii_case("markdown"))
}
