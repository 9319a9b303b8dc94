//! 生成公开版: public documents are composed from public data, looked through, and only then written.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::prove::{self, Leak};
use crate::case::{CaseFile, DocumentEntry};
use crate::container::{create_folder, write_atomically};
use crate::diag::{Checked, Failure, WorldError, has_errors};
use crate::disclose::{Made, Needles, Redaction, Review, Row};
use crate::pipeline::generate::safe_name;
use crate::pipeline::paper::{Paper, Press, exporters};
use crate::pipeline::{DocumentLine, Event, Listener, Settings, rulepack, write};
use crate::template::Facts;
use crate::typeset::{self, Typesetter};

/// Stands at the end of a public file's name.
const MARK: &str = "（公开版）";
/// Ends the name of the form that goes with the files.
const FORM: &str = "公开审查表.md";

/// What to make public.
#[derive(Clone, Debug, Default)]
pub struct DiscloseOptions {
    /// Only these kinds; empty for all.
    pub kinds: Vec<String>,
    /// Only these documents; empty for all.
    pub documents: Vec<String>,
    /// Formats; empty for PDF.
    pub formats: Vec<String>,
    /// Where the clerk's list of what was withheld goes; it holds the withheld words.
    pub list: Option<PathBuf>,
}

/// What came of it.
#[derive(Debug)]
pub struct Disclosed {
    /// Documents made.
    pub made: usize,
    /// Documents that could not be made, or were held back because something was left in them.
    pub failed: Vec<String>,
    /// Documents asked for that are not public.
    pub refused: usize,
    /// What was withheld, by field.
    pub rows: Vec<Row>,
    /// How many places a person has to judge.
    pub asks: usize,
    /// How many strings the files were searched for.
    pub searched: usize,
    /// The 公开审查表.
    pub form: PathBuf,
}

/// Makes the public versions of documents of the case under `out`.
///
/// # Errors
/// Faulty kinds, tables and choices, a list that would lie among the public files, and failures of the world.
pub fn disclose(
    settings: &Settings,
    case: &CaseFile,
    options: &DiscloseOptions,
    out: &Path,
    listen: Listener<'_>,
) -> Result<Disclosed, Failure> {
    let (pack, kinds) = rulepack::open(case, settings, listen)?;
    let formats = exporters(&options.formats)?;
    let public = super::public(settings, case)?;
    let choice = super::choose(case, &kinds, &options.kinds, &options.documents)?;
    create_folder(out)?;
    if let Some(list) = &options.list
        && within(list, out)
    {
        let words = "--list 的清单载有不公开的原文，不能放在公开件的目录里，请换一个地方";
        return Err(Failure::Usage(words.to_owned()));
    }
    let form = form_beside(out)?;
    let mut review = Review { case: case.model().case.title.clone(), ..Review::default() };
    for (entry, finding) in &choice.refused {
        // The form goes from hand to hand: the title of an inner document does not belong there.
        review.refused.push((entry.id.clone(), format!("公开属性为{}", entry.openness)));
        listen(Event::Finding(finding.clone()));
    }
    super::doubts(case, &public, &choice.open).into_iter().for_each(|f| listen(Event::Finding(f)));
    let typesetter =
        Typesetter::load(&settings.fonts()?, &settings.styles()?, &typeset::Options::default())?;
    let facts = Facts::new(&public.json).beside(&case.dir);
    let press = Press {
        case,
        kinds: &kinds,
        rules: &pack,
        facts: &facts,
        typesetter: &typesetter.value,
        measures: true,
        draft: false,
    };
    let needles = public.needles();
    let names = names(&choice.open, &public);
    listen(Event::Step("生成公开版", choice.open.len()));
    let printed: Result<Vec<Option<Paper>>, Failure> = settings.pool()?.install(|| {
        let one = |entry: &&DocumentEntry| {
            let paper = printed(press.print(entry, &Map::new(), &formats), listen);
            listen(Event::Tick);
            paper
        };
        choice.open.par_iter().map(one).collect()
    });
    let mut failed = Vec::new();
    for (entry, paper) in choice.open.iter().zip(printed?) {
        let (name, title) = names.get(&entry.id).cloned().unwrap_or_default();
        let line = DocumentLine {
            document: entry.id.clone(),
            kind: entry.kind.clone(),
            title: title.clone(),
            ..DocumentLine::default()
        };
        let files = match paper {
            Some(paper) => files(&paper, &name, &needles, out, listen, &line)?,
            None => None,
        };
        match files {
            Some(files) => {
                review.made.push(Made { title, files, reviewed: super::reviewed(case, entry) });
            }
            None => {
                failed.push(entry.id.clone());
                listen(Event::Document(line));
            }
        }
    }
    review.take(&public.withheld, &public.asks);
    review.searched = needles.count();
    write(&form, review.markdown().as_bytes())?;
    if let Some(list) = &options.list {
        write(list, &clerks_list(case, &public)?)?;
    }
    Ok(Disclosed {
        made: review.made.len(),
        failed,
        refused: choice.refused.len(),
        rows: review.rows,
        asks: public.asks.len(),
        searched: needles.count(),
        form,
    })
}

/// The paper, its findings told; none if they bar it.
fn printed(
    outcome: Result<Checked<Paper>, Failure>,
    listen: Listener<'_>,
) -> Result<Option<Paper>, Failure> {
    let (paper, findings) = match outcome {
        Ok(Checked { value, findings }) => (Some(value), findings),
        Err(Failure::Rejected(findings) | Failure::Faulty(findings)) => (None, findings),
        Err(other) => return Err(other),
    };
    let bars = has_errors(&findings);
    findings.into_iter().for_each(|f| listen(Event::Finding(f)));
    Ok(paper.filter(|_| !bars))
}

/// Writes the files of a document in which nothing withheld is left; none at all if there is in one.
fn files(
    paper: &Paper,
    name: &str,
    needles: &Needles,
    out: &Path,
    listen: Listener<'_>,
    line: &DocumentLine,
) -> Result<Option<Vec<String>>, Failure> {
    let mut leaks: Vec<Leak> = Vec::new();
    for rendition in &paper.renditions {
        let file = format!("{name}{}", rendition.suffix);
        leaks.extend(prove::look(&file, &rendition.bytes, needles).leaks);
    }
    if !leaks.is_empty() {
        leaks.iter().for_each(|leak| listen(Event::Finding(leak.finding())));
        return Ok(None);
    }
    let mut files = Vec::new();
    for rendition in &paper.renditions {
        let file = format!("{name}{}", rendition.suffix);
        let path = out.join(&file);
        write_atomically(&path, |f| f.write_all(&rendition.bytes))?;
        files.push(file);
        listen(Event::Document(paper.told(rendition, Some(path), line.clone())));
    }
    Ok(Some(files))
}

/// File names and titles by document id, from the public titles.
fn names(open: &[&DocumentEntry], public: &Redaction) -> BTreeMap<String, (String, String)> {
    let entries = public.json.get("documents").and_then(Json::as_array);
    let title = |id: &str| {
        let entry = entries.into_iter().flatten().find(|d| d.get("id").is_some_and(|v| v == id));
        entry.and_then(|d| d.get("title")).and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    let mut taken = BTreeSet::new();
    let mut out = BTreeMap::new();
    for document in open {
        let number = document.doc_number.as_ref().map(ToString::to_string);
        let lead = number.unwrap_or_else(|| document.issued_on.to_string());
        let title = title(&document.id);
        let base = safe_name(&format!("{lead} {}", title.trim_end_matches(MARK)));
        let mut name = format!("{base}{MARK}");
        let mut n = 1;
        while !taken.insert(name.clone()) {
            n += 1;
            name = format!("{base}（{n}）{MARK}");
        }
        out.insert(document.id.clone(), (name, title));
    }
    out
}

/// 不公开内容清单: for the office's own files.
fn clerks_list(case: &CaseFile, public: &Redaction) -> Result<Vec<u8>, Failure> {
    let value = json!({
        "case": case.model().case.id, "title": case.model().case.title, "withheld": public.withheld,
    });
    let mut text =
        serde_json::to_string_pretty(&value).map_err(|error| Failure::Bug(error.to_string()))?;
    text.push('\n');
    Ok(text.into_bytes())
}

/// The form's place: beside the folder, whose every file is published, and called after it.
fn form_beside(out: &Path) -> Result<PathBuf, Failure> {
    let whole = out.canonicalize().map_err(WorldError::while_("读取文件夹", out))?;
    let Some(name) = whole.file_name().map(|name| name.to_string_lossy().into_owned()) else {
        let words = "公开件要放在一个有名称的文件夹里，公开审查表写在它的旁边：如 --out 公开";
        return Err(Failure::Usage(words.to_owned()));
    };
    let beside = match out.file_name() {
        Some(_) => out.with_file_name(""),
        // `.`, `..` and the like.
        None => whole.with_file_name(""),
    };
    Ok(beside.join(format!("{name} {FORM}")))
}

/// Whether `path` lies in the folder `dir`, which is there.
fn within(path: &Path, dir: &Path) -> bool {
    let Ok(dir) = dir.canonicalize() else { return false };
    let there = path.ancestors().skip(1).find_map(|p| {
        let p = if p.as_os_str().is_empty() { Path::new(".") } else { p };
        p.canonicalize().ok()
    });
    there.is_some_and(|parent| parent.starts_with(&dir))
}
