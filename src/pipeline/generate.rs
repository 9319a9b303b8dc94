//! 生成: renders the documents of a case, in parallel; one bad document does not stop the others.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Map;

use super::as_issued::Sent;
use super::deposit::{self, Item};
use super::paper::{Paper, Press, exporters};
use super::{DocumentLine, Event, Listener, Settings, choice, left_over, rulepack};
use crate::case::{CaseFile, DocumentEntry};
use crate::container::{create_folder, write_atomically};
use crate::diag::{Diagnostic, Failure, Severity};
use crate::export::Exporter;
use crate::template::{Facts, Kinds};
use crate::typeset::{self, Typesetter};

/// What to generate and where to put it.
#[derive(Clone, Debug, Default)]
pub struct GenerateOptions {
    /// Only these kinds (`D28`); empty for all.
    pub kinds: Vec<String>,
    /// Only these documents (`doc-28`); empty for all.
    pub documents: Vec<String>,
    /// Formats; empty for PDF.
    pub formats: Vec<String>,
    /// Fonts of this machine, attached data.
    pub typeset: typeset::Options,
    /// Leaves out measuring the pages.
    pub unmeasured: bool,
    /// 样稿: every page says so, and so does the file's name.
    pub draft: bool,
    /// 发出的: documents by id that stand as they were issued, whatever the data would give now.
    pub sent: BTreeMap<String, Sent>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Generated {
    /// Documents made, with their papers, by id.
    pub papers: BTreeMap<String, Paper>,
    /// The case's items in filing order, with the pages as made.
    pub items: Vec<Item>,
    /// Documents that could not be made.
    pub failed: Vec<String>,
    /// Documents whose kind has no folder among the templates.
    pub without_kind: Vec<String>,
}

/// Renders the chosen documents of `case`. Every document is announced through `listen`; files are
/// written under `out` when it is given, and what earlier runs left there is told.
///
/// # Errors
/// Faulty kinds, fonts or styles, unknown choices, and failures of the world stop everything.
pub fn generate(
    settings: &Settings,
    case: &CaseFile,
    options: &GenerateOptions,
    out: Option<&Path>,
    listen: Listener<'_>,
) -> Result<Generated, Failure> {
    let generated = make(settings, case, options, out, listen)?;
    if let Some(out) = out {
        let documents = &case.model().documents;
        let told = left_over::find(out, &names(documents), &generated.failed)?;
        told.into_iter().for_each(|f| listen(Event::Finding(f)));
    }
    Ok(generated)
}

fn make(
    settings: &Settings,
    case: &CaseFile,
    options: &GenerateOptions,
    out: Option<&Path>,
    listen: Listener<'_>,
) -> Result<Generated, Failure> {
    let (pack, kinds) = rulepack::open(case, settings, listen)?;
    let formats = exporters(&options.formats)?;
    let chosen = choose(case, &kinds, options)?;
    let typesetter = Typesetter::load(&settings.fonts()?, &settings.styles()?, &options.typeset)?;
    typesetter.findings.into_iter().for_each(|f| listen(Event::Finding(f)));
    let facts = Facts::new(case.json()).beside(&case.dir);
    let press = Press {
        case,
        kinds: &kinds,
        rules: &pack,
        facts: &facts,
        typesetter: &typesetter.value,
        measures: !options.unmeasured,
        draft: options.draft,
    };
    if let Some(out) = out {
        create_folder(out)?;
    }
    // Of all documents, so that a file's name does not hang on what else was chosen.
    let names = names(&case.model().documents);
    let makes_pdf = options.formats.is_empty() || options.formats.iter().any(|f| f == "pdf");
    let sent = &options.sent;
    let mark = if options.draft { left_over::DRAFT } else { "" };
    let work = Work { press, formats: formats.clone(), names, mark, out, listen, sent };

    let mut generated = Generated { without_kind: chosen.without_kind, ..Generated::default() };
    listen(Event::Step("生成公文", chosen.documents.len()));
    let pool = settings.pool()?;

    // 目录类文件 tell of the others' pages, so they come after them.
    let (late, early): (Vec<_>, Vec<_>) =
        chosen.documents.iter().copied().partition(|d| {
            kinds.get(&d.kind).is_some_and(|k| k.reads.iter().any(|r| r == "records"))
        });
    let done = pool.install(|| work.render(&early, &|_| Map::new()))?;
    generated.take(done);
    if late.is_empty() {
        generated.items = deposit::items(case, &kinds, &generated.papers)?;
        return Ok(generated);
    }
    // A catalogue tells of every document, whatever was chosen: the others are made too, but not written.
    let made = |d: &&DocumentEntry| makes_pdf && generated.papers.contains_key(&d.id);
    let others: Vec<&DocumentEntry> = (case.model().documents.iter())
        .filter(|d| kinds.get(&d.kind).is_some_and(|k| k.reads.iter().all(|r| r != "records")))
        .filter(|d| !made(d) && !generated.failed.contains(&d.id))
        .collect();
    let only_faults = |event: Event| match event {
        Event::Finding(finding) if finding.severity == Severity::Error => {
            listen(Event::Finding(finding));
        }
        Event::Tick => listen(Event::Tick),
        _ => {}
    };
    if !others.is_empty() {
        listen(Event::Step("排出目录要列的其他公文", others.len()));
    }
    let pdf = exporters(&[])?;
    let aside = Work { formats: pdf, out: None, listen: &only_faults, ..work };
    let mut told = Generated::default();
    told.take(pool.install(|| aside.render(&others, &|_| Map::new()))?);
    if makes_pdf {
        told.papers.append(&mut generated.papers);
    }
    generated.items = deposit::items(case, &kinds, &told.papers)?;
    if makes_pdf {
        let chosen = |d: &&DocumentEntry| Some((d.id.clone(), told.papers.remove(&d.id)?));
        generated.papers = early.iter().filter_map(chosen).collect();
    }
    generated.failed.append(&mut told.failed);
    let work = Work { formats, listen, out, ..aside };
    // A list of what is handed over would count what could not be made as without file.
    let (late, barred): (Vec<_>, Vec<_>) = late
        .into_iter()
        .partition(|d| options.draft || missing(case, d, &generated).next().is_none());
    for document in barred {
        listen(Event::Finding(without(case, document, &generated)));
        listen(Event::Document(line(document)));
        listen(Event::Tick);
        generated.failed.push(document.id.clone());
    }
    let done = pool.install(|| {
        work.render(&late, &|d| deposit::catalogue_context(case, &d.id, &generated.items))
    })?;
    generated.take(done);
    Ok(generated)
}

/// 题名 of documents that the catalogue `document` would list and that could not be made.
fn missing<'a>(
    case: &CaseFile,
    document: &DocumentEntry,
    generated: &'a Generated,
) -> impl Iterator<Item = &'a str> {
    deposit::listed(case, &document.id, &generated.items)
        .map(|item| &item.record.metadata)
        .filter(|m| generated.failed.contains(&m.id))
        .map(|m| m.title.as_str())
}

/// P-06: the catalogue is not made before everything that it lists is.
fn without(case: &CaseFile, document: &DocumentEntry, generated: &Generated) -> Diagnostic {
    let all: Vec<_> = missing(case, document, generated).map(|t| format!("“{t}”")).collect();
    let words = format!(
        "“{}”没有生成：要列入的 {} 份公文没有做成，{}",
        document.title,
        all.len(),
        all.join("、")
    );
    let index = case.model().documents.iter().position(|d| d.id == document.id);
    let at = format!("/documents/{}", index.unwrap_or_default());
    Diagnostic::error("P-06", words)
        .at(case.span_near(&format!("{at}/id")))
        .path(at)
        .hint("先改正那几份公文，再生成目录；要先看样子，用 --draft。")
}

impl Generated {
    fn take(&mut self, done: Vec<(String, Option<Paper>)>) {
        for (id, paper) in done {
            match paper {
                Some(paper) => drop(self.papers.insert(id, paper)),
                None => self.failed.push(id),
            }
        }
    }
}

struct Chosen<'a> {
    documents: Vec<&'a DocumentEntry>,
    without_kind: Vec<String>,
}

fn choose<'a>(
    case: &'a CaseFile,
    kinds: &Kinds,
    options: &GenerateOptions,
) -> Result<Chosen<'a>, Failure> {
    let codes = choice::named(case, kinds, &options.kinds, &options.documents)?;
    let entries = &case.model().documents;
    let wanted = |d: &&DocumentEntry| {
        (codes.is_empty() || codes.contains(&d.kind))
            && (options.documents.is_empty() || options.documents.contains(&d.id))
    };
    let (documents, without): (Vec<_>, Vec<_>) =
        entries.iter().filter(wanted).partition(|d| kinds.get(&d.kind).is_some());
    let without_kind = without.into_iter().map(|d| d.id.clone()).collect();
    Ok(Chosen { documents, without_kind })
}

/// Readable, safe and unique file names without extension, by document id: 文号 or date, then title.
fn names(documents: &[DocumentEntry]) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::new();
    let mut out = BTreeMap::new();
    for document in documents {
        let lead = document
            .doc_number
            .as_ref()
            .map_or_else(|| document.issued_on.to_string(), ToString::to_string);
        let base = safe_name(&format!("{lead} {}", document.title));
        let mut name = base.clone();
        let mut n = 1;
        while !taken.insert(name.clone()) {
            n += 1;
            name = format!("{base}（{n}）");
        }
        out.insert(document.id.clone(), name);
    }
    out
}

/// `text` as a file name: characters that some system refuses become full-width, at most 180 bytes.
pub(super) fn safe_name(text: &str) -> String {
    const FULL_WIDTH: [(char, char); 13] = [
        ('/', '／'),
        ('\\', '＼'),
        (':', '：'),
        ('*', '＊'),
        ('?', '？'),
        ('"', '＂'),
        ('<', '＜'),
        ('>', '＞'),
        ('|', '｜'),
        ('#', '＃'),
        ('%', '％'),
        ('+', '＋'),
        ('~', '～'),
    ];
    let mut name: String = text
        .chars()
        .filter(|c| !c.is_control())
        .map(|c| FULL_WIDTH.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to))
        .collect();
    name.truncate(name.floor_char_boundary(180));
    name.trim_matches([' ', '.']).into()
}

struct Work<'a> {
    press: Press<'a>,
    formats: Vec<&'static dyn Exporter>,
    names: BTreeMap<String, String>,
    mark: &'static str,
    out: Option<&'a Path>,
    listen: Listener<'a>,
    sent: &'a BTreeMap<String, Sent>,
}

type Context<'a> = dyn Fn(&DocumentEntry) -> Map<String, serde_json::Value> + Sync + 'a;

impl Work<'_> {
    /// Renders `documents`; a document with findings against it is `None`, the world's failures stop all.
    fn render(
        &self,
        documents: &[&DocumentEntry],
        context: &Context<'_>,
    ) -> Result<Vec<(String, Option<Paper>)>, Failure> {
        documents.par_iter().map(|d| self.one(d, context)).collect()
    }

    fn one(
        &self,
        document: &DocumentEntry,
        context: &Context<'_>,
    ) -> Result<(String, Option<Paper>), Failure> {
        let listen = self.listen;
        let printed = self.press.print(document, &context(document), &self.formats);
        let result = match printed {
            Ok(mut checked) => {
                if let Some(sent) = self.sent.get(&document.id) {
                    checked.findings.extend(sent.put(&mut checked.value)?);
                }
                checked.findings.into_iter().for_each(|f| listen(Event::Finding(f)));
                self.write(document, &checked.value)?;
                Some(checked.value)
            }
            Err(Failure::Rejected(findings) | Failure::Faulty(findings)) => {
                findings.into_iter().for_each(|f| listen(Event::Finding(f)));
                listen(Event::Document(line(document)));
                None
            }
            Err(other) => return Err(other),
        };
        listen(Event::Tick);
        Ok((document.id.clone(), result))
    }

    fn write(&self, document: &DocumentEntry, paper: &Paper) -> Result<(), Failure> {
        for rendition in &paper.renditions {
            let name = || format!("{}{}{}", self.mark, self.names[&document.id], rendition.suffix);
            let path: Option<PathBuf> = self.out.map(|out| out.join(name()));
            if let Some(path) = &path {
                write_atomically(path, |file| file.write_all(&rendition.bytes))?;
            }
            (self.listen)(Event::Document(paper.told(rendition, path, line(document))));
        }
        Ok(())
    }
}

fn line(document: &DocumentEntry) -> DocumentLine {
    DocumentLine {
        document: document.id.clone(),
        kind: document.kind.clone(),
        title: document.title.clone(),
        ..DocumentLine::default()
    }
}

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn names_are_safe_on_every_system_and_short_enough() {
        assert_eq!(safe_name("a/b:c?."), "a／b：c？");
        let long = safe_name(&"督察".repeat(60));
        assert!(long.len() <= 180 && long.chars().all(|c| "督察".contains(c)));
    }
}
