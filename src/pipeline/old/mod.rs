//! 旧档导入: documents of the time before enter the archive as records, by the ordinary way of a bundle.
//!
//! Files are read in bounded children, described by what a person wrote (著录表), else by what the document says of
//! itself, else by a rule for all; every element says which. What is unclear comes back in a list that can be
//! filled in and given again; the rest is packed, inspected and received like any bundle.

mod describe;
mod form;
mod grouping;
mod pack;
mod records;
mod resume;
mod sent_back;
mod settled;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Serialize;

use super::{Event, Listener, ReceiptLine, Settings, TextReader};
use crate::archive::{Inspection, Store};
use crate::diag::{CellPlace, Diagnostic, Failure, WorldError};
use crate::fixity::{Digest, DigestSet, digest_reader};
use crate::record::{Known, Metadata};

use form::Form;

use describe::Candidate;

/// More files than one import takes.
const MOST_FILES: usize = 200_000;

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct OldOptions {
    /// 著录表: CSV, workbook or TOML.
    pub meta: Option<PathBuf>,
    /// 全宗号.
    pub fonds: Option<String>,
    /// 全宗名称.
    pub fonds_name: Option<String>,
    /// 门类.
    pub category: Option<String>,
    /// 机构（问题）代码.
    pub unit: Option<String>,
    /// 移交单位; else the 全宗's name.
    pub sender: Option<String>,
    /// 接收单位; else the sender.
    pub receiver: Option<String>,
    /// 移交日期, ISO 8601; else today in UTC+8.
    pub date: Option<String>,
    /// Elements for files of which they are neither written nor read.
    pub set: Vec<(String, String)>,
    /// Most bytes of one bundle; what is more goes in as numbered parts. What a ZIP holds, if nothing is said.
    pub most: Option<u64>,
    /// 示例数据 (P-07).
    pub illustrative: bool,
    /// OCR program for pictures.
    pub ocr: Option<PathBuf>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Where to write the descriptions of all files, with how each element is known.
    pub list: Option<PathBuf>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 可导入 (dry run).
    Ready,
    /// 已导入.
    Imported,
    /// 已在库中.
    Already,
    /// 退回: something is missing or wrong.
    Returned,
    /// 拒收: a state secret.
    Refused,
}

/// The NDJSON line `{"type":"record",…}`.
#[derive(Clone, Debug, Serialize)]
pub struct RecordLine {
    /// Always `record`.
    pub r#type: &'static str,
    /// 标识; empty for what came back.
    pub record: String,
    /// 题名.
    pub title: String,
    /// The file.
    pub path: PathBuf,
    /// What became of it.
    pub state: State,
    /// 档号, if it has one by now.
    pub archival_code: String,
    /// The description.
    pub metadata: Option<Metadata>,
    /// How its elements are known.
    pub origin: BTreeMap<String, Known>,
    /// Media type by what the bytes are.
    pub media_type: String,
    /// Characters of text.
    pub characters: usize,
    /// 接收号, if it is in the archive.
    pub accession: String,
}

/// 导入结果.
#[derive(Debug, Default)]
pub struct OldImport {
    /// A line a file, in order of path.
    pub lines: Vec<RecordLine>,
    /// What was noticed.
    pub findings: Vec<Diagnostic>,
    /// Inspections of the bundles that were packed.
    pub inspections: Vec<Inspection>,
    /// Receipts.
    pub receipts: Vec<ReceiptLine>,
    /// The list of what came back, if one was written.
    pub returned: Option<PathBuf>,
}

impl OldImport {
    /// How many files are in this state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.lines.iter().filter(|l| l.state == state).count()
    }
}

/// One file to import.
#[derive(Clone, Debug)]
struct Found {
    path: PathBuf,
    /// Path from the folder that was named, for matching and telling.
    name: String,
    digests: DigestSet,
}

/// A finding about a file.
fn about(path: &Path, finding: Diagnostic) -> Diagnostic {
    finding.in_cell(CellPlace { file: path.display().to_string(), cell: String::new() })
}

/// Imports `inputs` (files and folders) into the archive at `archive`, which is made if there is none.
///
/// # Errors
/// A 著录表 that cannot be used (O-04), failures of the world; what is wrong with single files is told in the result.
pub fn import_old(
    settings: &Settings,
    inputs: &[PathBuf],
    archive: &Path,
    options: &OldOptions,
    listen: Listener<'_>,
) -> Result<OldImport, Failure> {
    let mut out = OldImport::default();
    let form = match &options.meta {
        Some(path) => form::read(path, &mut out.findings)?,
        None => Form::default(),
    };
    let settled = settled::Settled::new(options, &form, settings)?;
    let files = collect(inputs, options)?;
    let mut resumed = resume::of(archive, &files)?;
    let known = known(archive, &resumed)?;
    let (mut main, attached) = form.pair(&files, &mut out.findings);
    out.findings.extend(twice(&files, &mut main, &attached));
    listen(Event::Step("读取旧档", main.len()));
    let reader = TextReader::new(options.ocr.clone());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.jobs)
        .build()
        .map_err(|e| Failure::Bug(format!("thread pool: {e}")))?;
    let defaults = form::elements(&options.set)?;
    let candidates: Vec<Candidate> = pool.install(|| {
        main.par_iter()
            .map(|(at, row)| {
                let candidate = match files.get(*at) {
                    Some(file) if known.contains_key(&file.digests.sha256) => {
                        Candidate::bare(file.clone())
                    }
                    Some(file) => {
                        let given = row.and_then(|r| form.rows.get(r));
                        let parts = attached.get(at).into_iter().flatten();
                        let parts = parts.filter_map(|a| files.get(*a).cloned()).collect();
                        describe::describe(file.clone(), parts, given, &defaults, &reader)
                    }
                    None => return None,
                };
                listen(Event::Tick);
                Some(candidate)
            })
            .flatten()
            .collect()
    });
    let mut fresh = Vec::new();
    for mut candidate in candidates {
        out.findings.append(&mut candidate.findings);
        if let Some((record, accession)) = known.get(&candidate.file.digests.sha256) {
            out.lines.push(line(&candidate, State::Already, Some(record.clone()), accession));
        } else if let Some(state) = candidate.refused {
            out.lines.push(line(&candidate, state, None, ""));
        } else {
            fresh.push(candidate);
        }
    }
    let import = pack::Import { settings, settled: &settled, root: archive, options, listen };
    import.enter(fresh, &mut resumed, &mut out)?;
    out.lines.sort_by(|a, b| a.path.cmp(&b.path));
    if let Some(path) = &options.list {
        form::write(path, &out.lines, &out.findings, |_| true)?;
    }
    if !options.dry_run && out.count(State::Returned) > 0 {
        let beside = options.meta.clone().or_else(|| inputs.first().cloned()).unwrap_or_default();
        let folder =
            if beside.is_dir() { beside.as_path() } else { beside.parent().unwrap_or(&beside) };
        let stem =
            options.meta.as_ref().and_then(|m| m.file_stem()).map_or("旧档".into(), |s| {
                s.to_string_lossy().trim_end_matches(".待补").to_owned()
            });
        let path = folder.join(format!("{stem}.待补.csv"));
        form::write(&path, &out.lines, &out.findings, |state| state == State::Returned)?;
        out.returned = Some(path);
    }
    Ok(out)
}

fn line(
    candidate: &Candidate,
    state: State,
    metadata: Option<Metadata>,
    accession: &str,
) -> RecordLine {
    let metadata = metadata.or_else(|| candidate.metadata.clone());
    let origin = metadata.as_ref().and_then(|m| m.provenance.as_ref()).map(|p| p.elements.clone());
    let inside = !matches!(state, State::Returned | State::Refused);
    RecordLine {
        r#type: "record",
        record: metadata.as_ref().filter(|_| inside).map(|m| m.id.clone()).unwrap_or_default(),
        title: metadata.as_ref().map_or_else(|| candidate.file.name.clone(), |m| m.title.clone()),
        path: candidate.file.path.clone(),
        state,
        archival_code: metadata.as_ref().map(|m| m.archival_code.clone()).unwrap_or_default(),
        origin: origin.unwrap_or_default(),
        metadata,
        media_type: candidate.media_type.clone(),
        characters: candidate.text.as_ref().map_or(0, |t| t.chars().count()),
        accession: accession.to_owned(),
    }
}

/// Every file below `inputs`, in order of path; hidden ones, links, the lists themselves are left out.
fn collect(inputs: &[PathBuf], options: &OldOptions) -> Result<Vec<Found>, Failure> {
    let mut paths: BTreeMap<PathBuf, String> = BTreeMap::new();
    for input in inputs {
        let about = fs::metadata(input).map_err(WorldError::while_("读取", input))?;
        if about.is_dir() {
            walk(input, input, &mut paths)?;
        } else {
            let name = input.file_name().map(|n| n.to_string_lossy().into_owned());
            paths.insert(input.clone(), name.unwrap_or_default());
        }
        if paths.len() > MOST_FILES {
            return Err(Failure::Usage(format!("一次最多导入 {MOST_FILES} 个文件，请分批")));
        }
    }
    let meta = options.meta.as_ref().and_then(|m| m.canonicalize().ok());
    let own = |path: &Path| {
        path.to_string_lossy().ends_with(".待补.csv")
            || (meta.is_some() && path.canonicalize().ok() == meta)
    };
    let mut out = Vec::new();
    for (path, name) in paths {
        if own(&path) {
            continue;
        }
        let digests =
            File::open(&path).and_then(digest_reader).map_err(WorldError::while_("读取", &path))?;
        out.push(Found { path, name, digests });
    }
    if out.is_empty() {
        return Err(Failure::Usage("没有找到要导入的文件".into()));
    }
    Ok(out)
}

fn walk(root: &Path, folder: &Path, out: &mut BTreeMap<PathBuf, String>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(WorldError::while_("读取文件夹", folder))? {
        let entry = entry.map_err(WorldError::while_("读取文件夹", folder))?;
        let hidden = entry.file_name().to_string_lossy().starts_with(['.', '~']);
        let kind = entry.file_type().map_err(WorldError::while_("读取", folder))?;
        let path = entry.path();
        if hidden || kind.is_symlink() {
            continue;
        }
        if kind.is_dir() {
            walk(root, &path, out)?;
        } else if kind.is_file() && out.len() <= MOST_FILES {
            let name = path.strip_prefix(root).unwrap_or(&path);
            let name = name.to_string_lossy().replace('\\', "/");
            out.insert(path, name);
        }
    }
    Ok(())
}

/// The archive at `root`, if there is one by now.
fn archive_at(root: &Path) -> Result<Option<Store>, Failure> {
    match Store::open_for_reading(root) {
        Ok(store) => Ok(Some(store)),
        Err(Failure::NoArchive(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Main files that the archive holds already, but for those of groups that are to be completed.
fn known(archive: &Path, resumed: &[resume::Resumed]) -> Result<resume::Known, Failure> {
    let Some(store) = archive_at(archive)? else { return Ok(resume::Known::new()) };
    let mut out = resume::Known::new();
    for accession in store.accessions()? {
        if resume::any(resumed, &accession.bundle) {
            continue;
        }
        for record in store.records(&accession)? {
            if let Some(file) = record.files.first() {
                out.insert(file.sha256, (record.metadata.clone(), accession.number.clone()));
            }
        }
    }
    Ok(out)
}

/// Files with the same bytes: one stays.
fn twice(
    files: &[Found],
    main: &mut Vec<(usize, Option<usize>)>,
    attached: &BTreeMap<usize, Vec<usize>>,
) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<Digest, usize> = BTreeMap::new();
    let mut gone = BTreeSet::new();
    let mut findings = Vec::new();
    // One that is described goes before one that is not.
    let described = main.iter().filter(|(_, row)| row.is_some());
    for (at, _) in described.chain(main.iter().filter(|(_, row)| row.is_none())) {
        let Some(file) = files.get(*at) else { continue };
        if let Some(first) = seen.get(&file.digests.sha256).and_then(|f| files.get(*f)) {
            let message = format!("与“{}”内容完全相同，只导入一次", first.name);
            findings.push(about(&file.path, Diagnostic::warning("O-06", message)));
            gone.insert(*at);
        } else {
            seen.insert(file.digests.sha256, *at);
        }
    }
    main.retain(|(at, _)| !gone.contains(at) || attached.contains_key(at));
    findings
}
