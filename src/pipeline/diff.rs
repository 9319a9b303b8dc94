//! 比对: what differs between two versions of a document, or between a version and what the data would give now.

use std::path::Path;

use super::fair_copy::{PICTURE, TREE};
use super::frozen::{self, Tree};
use super::versions::{not_kept, version_of};
use super::{Settings, rulepack};
use crate::case::{self, CaseFile};
use crate::compare::{Comparison, compare};
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::document::Document;
use crate::register::{Entry, Line, Register, State, lines};
use crate::template::Facts;

/// Which versions; none means the last one, or what the data would give now.
#[derive(Clone, Copy, Debug, Default)]
pub struct Between {
    /// 版次 before.
    pub from: Option<usize>,
    /// 版次 after.
    pub to: Option<usize>,
}

/// Compares versions of the document `id` of the case at `path` that `register` keeps; without `to`, the version before
/// against what the data would give now.
///
/// # Errors
/// [`Failure::Usage`] for a document or version that is not there, [`Failure::Rejected`] with N-14 for a version that was
/// not kept or cannot be read, with every finding that bars the document as it is now; [`Failure::Refused`] for state
/// secrets; faults of kinds, the register's.
pub fn diff_versions(
    settings: &Settings,
    register: &Register,
    path: &Path,
    id: &str,
    between: Between,
) -> Result<Comparison, Failure> {
    let case = open(path)?;
    let line = issued(register, &case, id)?;
    // Against an older version than the one after, unless another one is asked for.
    let from = between.from.or(between.to.map(|to| to.saturating_sub(1).max(1)));
    let (number, entry) = version_of(&line, from)?;
    let old = kept(register, number, entry)?;
    let (new, after) = match between.to {
        Some(to) => {
            let (number, entry) = version_of(&line, Some(to))?;
            (kept(register, number, entry)?, of_version(number, entry))
        }
        None => (now(settings, &case, id)?, "现在的数据".to_owned()),
    };
    let words = format!("{}　{}与{after}对照", entry.number, of_version(number, entry));
    Ok(compare(&old, &new, &words))
}

/// Compares the document `id` of two cases, or two files `document.json`.
///
/// # Errors
/// [`Failure::Usage`] for what is not there, [`Failure::Rejected`] with every finding that bars the document;
/// [`Failure::Refused`] for state secrets; faults of kinds, the world's errors.
pub fn diff_files(
    settings: &Settings,
    old: &Path,
    new: &Path,
    id: Option<&str>,
) -> Result<Comparison, Failure> {
    let words = format!("{}与{}对照", old.display(), new.display());
    let (old, new) = (state(settings, old, id)?, state(settings, new, id)?);
    Ok(compare(&old, &new, &words))
}

fn state(settings: &Settings, path: &Path, id: Option<&str>) -> Result<Document, Failure> {
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
        let bytes = std::fs::read(path).map_err(WorldError::while_("读取公文数据", path))?;
        return read(&bytes).map_err(|error| {
            let words = format!("{} 不是公文数据（document.json）：{error}", path.display());
            let hint = "用 number show --out 取出的 .json，或者 --attach-data 随 PDF 附带的文件。";
            Failure::Rejected(vec![Diagnostic::error("N-14", words).hint(hint)])
        });
    }
    let Some(id) = id else {
        return Err(Failure::Usage(
            "比对两个案件的公文要写明是哪一份：--document doc-28；与发出的比对加 --register"
                .to_owned(),
        ));
    };
    now(settings, &open(path)?, id)
}

fn open(path: &Path) -> Result<CaseFile, Failure> {
    let case = case::load(path)?.value;
    let secrets = case::state_secrets(&case);
    if secrets.is_empty() { Ok(case) } else { Err(Failure::Refused(secrets)) }
}

fn of_version(number: usize, entry: &Entry) -> String {
    let on = entry.at.get(..10).unwrap_or_default();
    format!("第{number}版（{on} {}）", entry.act.word())
}

/// The number of a document that has versions: the one that is not void, else the last.
fn issued(register: &Register, case: &CaseFile, id: &str) -> Result<Line, Failure> {
    let entries = register.entries()?;
    let of_it = |l: &Line| l.first.case == case.model().case.id && l.first.document == id;
    let all: Vec<Line> = lines(&entries).into_iter().filter(of_it).collect();
    let used = all.iter().find(|l| l.state() == State::Used).or(all.last()).cloned();
    used.ok_or_else(|| {
        let known: Vec<&str> = case.model().documents.iter().map(|d| d.id.as_str()).collect();
        let near = case::nearest(id, known.iter().copied());
        let near = match near {
            _ if known.contains(&id) => "，这份公文还没有发文".to_owned(),
            Some(near) => format!("，是不是 {near}"),
            None => String::new(),
        };
        let words = format!("登记簿里没有案件 {} 的公文 {id}{near}", case.model().case.id);
        Failure::Usage(words)
    })
}

/// The document of a version, from the register.
pub(super) fn kept(register: &Register, number: usize, entry: &Entry) -> Result<Document, Failure> {
    let Some(bytes) = register.file(entry, TREE)? else {
        return Err(not_kept((number, entry), "数据，不能比对"));
    };
    let mut document = read(&bytes).map_err(|error| {
        let words = format!("{} 第{number}版的数据这个程序读不了：{error}", entry.number);
        let hint =
            "它是另一版程序存的：用那一版程序比对，或者取出两版的 .txt 来看（number show）。";
        Failure::Rejected(vec![Diagnostic::error("N-14", words).hint(hint)])
    })?;
    for name in entry.kept.keys() {
        if let Some(picture) = name.strip_prefix(PICTURE)
            && let Some(bytes) = register.file(entry, name)?
        {
            document.assets.insert(picture.to_owned(), bytes);
        }
    }
    Ok(document)
}

/// A tree as JSON; fields that a later program added may be absent, those it dropped are passed over.
fn read(bytes: &[u8]) -> Result<Document, serde_json::Error> {
    serde_json::from_slice(bytes)
}

/// The document as the data would give it now.
fn now(settings: &Settings, case: &CaseFile, id: &str) -> Result<Document, Failure> {
    let documents = &case.model().documents;
    let Some((index, entry)) = documents.iter().enumerate().find(|(_, d)| d.id == id) else {
        let near = case::nearest(id, documents.iter().map(|d| d.id.as_str()));
        let near = near.map(|id| format!("，是不是 {id}")).unwrap_or_default();
        let words = format!("案件 {} 里没有公文 {id}{near}", case.model().case.id);
        return Err(Failure::Usage(words));
    };
    let (pack, kinds) = rulepack::open(case, settings, &|_| {})?;
    if kinds.get(&entry.kind).is_none() {
        let at = format!("/documents/{index}/kind");
        let finding = Diagnostic::error("K-02", format!("没有种类 {}", entry.kind));
        let hint = "这个种类现在没有了：仍可比对已发的两版（--from、--to）。";
        return Err(Failure::Rejected(vec![finding.at(case.span_near(&at)).path(at).hint(hint)]));
    }
    let facts = Facts::new(case.json()).beside(&case.dir);
    let Tree { document, .. } = frozen::tree((&kinds, &pack), case, &facts, id)?;
    document.ok_or_else(|| {
        let words = format!("“{}”列的是其他公文，没有自己的数据，不能这样比对", entry.title);
        Failure::Usage(words)
    })
}

/// 花脸稿 of a comparison as PDF.
///
/// # Errors
/// Findings that bar it, faults of fonts and styles.
#[cfg(feature = "typeset")]
pub fn marked_pdf(settings: &Settings, comparison: &Comparison) -> Result<Vec<u8>, Failure> {
    use crate::diag::has_errors;
    use crate::typeset::{Options, Typesetter};

    let typesetter =
        Typesetter::load(&settings.fonts()?, &settings.styles()?, &Options::default())?;
    let set = typesetter.value.typeset_marked(&comparison.draft(), &comparison.marked)?;
    if has_errors(&set.findings) {
        return Err(Failure::Rejected(set.findings));
    }
    set.value.to_pdf()
}
