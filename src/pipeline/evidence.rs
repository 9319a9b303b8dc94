//! 证据材料: files are laid beside the data file and entered in it, with path, size and digest.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use similar::TextDiff;

use super::Settings;
use super::check::judge_facts;
use super::kept_format::{kept_name, settled_type};
use super::mend::replace;
use super::text::TextReader;
use crate::case::{self, Amendment, CaseFile, EvidenceEntry, amend};
use crate::container::{create_folder, name_fault, write_atomically};
use crate::diag::{Checked, Diagnostic, Failure, Severity, WorldError};
use crate::fixity::{Digest, DigestSet, digest_reader};

/// Where files of evidence lie if the case has none yet.
const FOLDER: &str = "attachments";
/// What an id of evidence begins with if the case has none yet.
const PREFIX: &str = "e-";

/// What is said of every file.
#[derive(Clone, Debug)]
pub struct EvidenceOptions {
    /// 类别.
    pub kind: String,
    /// 取得日期.
    pub on: NaiveDate,
    /// 取证人员: ids or names.
    pub by: Vec<String>,
    /// 名称; else the file's name.
    pub title: Option<String>,
    /// 标识; else the next.
    pub id: Option<String>,
    /// 提供单位: id or name.
    pub provider: Option<String>,
    /// 地点.
    pub place: Option<String>,
    /// 证明的问题.
    pub problems: Vec<String>,
    /// 原件、复印件、电子件.
    pub originality: String,
    /// 页数.
    pub pages: Option<u64>,
    /// 密级.
    pub secrecy: String,
}

/// A file entered, or one that was there already.
#[derive(Clone, Debug, Serialize)]
pub struct Entered {
    /// 标识.
    pub evidence: String,
    /// 名称.
    pub title: String,
    /// From the data file's folder.
    pub path: String,
    /// 媒体类型.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Its digest.
    pub sha256: Digest,
    /// Whether the case had these bytes as evidence before.
    pub already: bool,
    /// Pages of a format that has any.
    #[serde(skip)]
    pages: Option<u32>,
    /// The file to be copied; none if it lies in its place.
    #[serde(skip)]
    from: Option<PathBuf>,
}

/// What entering comes to; [`Entering::write`] puts it on the disk.
#[derive(Debug)]
pub struct Entering {
    /// The files, in order.
    pub entered: Vec<Entered>,
    /// What is found in the case only now; nothing that is wrong with the new items.
    pub new: Vec<Diagnostic>,
    /// The data file.
    pub file: PathBuf,
    case: CaseFile,
    old: String,
}

/// Reads `files` into the case at `path`, in memory.
///
/// # Errors
/// [`Failure::Refused`] for state secrets (P-08), before anything is copied; [`Failure::Rejected`] if there is no readable case,
/// for files that an archive does not take (O-02, A-03), for names that are taken and for what the schema or the rules refuse;
/// [`Failure::Usage`] for options that do not fit.
pub fn enter_evidence(
    path: &Path,
    files: &[PathBuf],
    options: &EvidenceOptions,
    settings: &Settings,
) -> Result<Entering, Failure> {
    if files.len() > 1 && (options.title.is_some() || options.id.is_some()) {
        let words = "--title、--id 只用于一个文件；几个文件的名称取各自的文件名";
        return Err(Failure::Usage(words.to_owned()));
    }
    let before = judge_facts(case::load(path)?, settings)?;
    let secrets = case::state_secrets(&before.value);
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    let case = before.value;
    let mut desk = Desk { case: &case, entered: Vec::new(), refused: Vec::new() };
    desk.known(options);
    for file in files {
        desk.lay(file, options)?;
    }
    let Desk { entered, refused, .. } = desk;
    if !refused.is_empty() {
        return Err(Failure::Rejected(refused));
    }
    let fresh: Vec<&Entered> = entered.iter().filter(|e| !e.already).collect();
    let mut amendments = Vec::new();
    for e in &fresh {
        let item = item(&case, e, options);
        amendments.push(Amendment::Add { list: "/evidence".to_owned(), item });
    }
    // What evidence proves is written on both sides.
    let lists: Vec<String> =
        options.problems.iter().filter_map(|id| evidence_of(&case, id)).collect();
    for list in &lists {
        amendments.extend(
            fresh.iter().map(|e| Amendment::Add { list: list.clone(), item: json!(e.evidence) }),
        );
    }
    let old = case.source.text().to_owned();
    let file = case::file(path);
    if fresh.is_empty() {
        return Ok(Entering { entered, new: Vec::new(), file, case, old });
    }
    let source = amend(&case, &amendments).map_err(|_| {
        let finding = Diagnostic::error("A-05", "证据材料写不进数据文件，没有改动");
        let finding = finding.at(case.span_near("/evidence")).path("/evidence");
        Failure::Rejected(vec![
            finding.hint("把 evidence（和问题的 evidence）写成列表，再运行一次。"),
        ])
    })?;
    let key = |f: &Diagnostic| (f.code.clone(), f.message.clone(), f.path.clone());
    let known: std::collections::BTreeSet<_> = before.findings.iter().map(key).collect();
    let Checked { value: case, findings } = judge_facts(case::reread(&case, source)?, settings)?;
    let secrets = case::state_secrets(&case);
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    let new: Vec<_> = findings.into_iter().filter(|f| !known.contains(&key(f))).collect();
    // What is wrong with the entry itself bars it; what follows from it elsewhere (a count that no longer fits) is told.
    let first = case.model().evidence.len().saturating_sub(fresh.len());
    let own = |f: &Diagnostic| {
        let path = f.path.as_deref().unwrap_or_default();
        let rest = path.strip_prefix("/evidence/").and_then(|rest| rest.split('/').next());
        rest.and_then(|n| n.parse().ok()).is_some_and(|n: usize| n >= first)
            || lists.iter().any(|list| path.starts_with(list))
    };
    if new.iter().any(|f| f.severity == Severity::Error && own(f)) {
        return Err(Failure::Rejected(new));
    }
    Ok(Entering { entered, new, file, case, old })
}

impl Entering {
    /// The change of the data file as a unified diff.
    #[must_use]
    pub fn diff(&self) -> String {
        let name = self.case.source.name();
        TextDiff::from_lines(self.old.as_str(), self.case.source.text())
            .unified_diff()
            .context_radius(1)
            .header(name, name)
            .to_string()
    }

    /// Copies the files, then writes the data file, each whole or not at all. What breaks off in between is taken up again by the
    /// same command: a copy that is there with the same bytes is not made again.
    ///
    /// # Errors
    /// The world's errors; [`Failure::Usage`] if a file or the data file has changed since it was read.
    pub fn write(&self) -> Result<(), Failure> {
        for e in &self.entered {
            let Some(from) = &e.from else { continue };
            let to = self.case.dir.join(&e.path);
            if let Some(folder) = to.parent() {
                create_folder(folder)?;
            }
            let mut source = File::open(from).map_err(WorldError::while_("读取文件", from))?;
            write_atomically(&to, |out| io::copy(&mut source, out).map(drop))?;
            if digest(&to)?.sha256 != e.sha256 {
                fs::remove_file(&to).map_err(WorldError::while_("删除文件", &to))?;
                let words = format!("{} 在复制时被改动，没有登记；请再运行一次", from.display());
                return Err(Failure::Usage(words));
            }
        }
        if self.case.source.text() != self.old {
            replace(&self.file, &self.old, self.case.source.text())?;
        }
        Ok(())
    }
}

/// The case, and what was laid beside it so far.
struct Desk<'a> {
    case: &'a CaseFile,
    entered: Vec<Entered>,
    refused: Vec<Diagnostic>,
}

impl Desk<'_> {
    fn evidence(&self) -> &[EvidenceEntry] {
        &self.case.model().evidence
    }

    /// Names must be of those whom the case knows; ids are left to the check of references.
    fn known(&mut self, options: &EvidenceOptions) {
        let model = self.case.model();
        let persons: Vec<_> = model.persons.iter().map(|p| (&*p.id, &*p.name)).collect();
        let organs: Vec<_> = model.organs.iter().map(|o| (&*o.id, &*o.name)).collect();
        let by = options.by.iter().map(|name| (name, &persons, "persons", "人员"));
        let from = options.provider.iter().map(|name| (name, &organs, "organs", "单位"));
        for (name, all, list, what) in by.chain(from) {
            let word = id_of(name, all);
            if word.is_ascii() {
                continue;
            }
            let near = case::nearest(name, all.iter().map(|(_, known)| *known));
            let near = near.map(|n| format!("，是不是{n}")).unwrap_or_default();
            let several = all.iter().filter(|(_, known)| known == name).count() > 1;
            let (words, hint) = if several {
                let words = format!("案件里叫“{name}”的{what}不止一个");
                (words, "用标识（id）指明是哪一个。".to_owned())
            } else {
                let words = format!("案件里没有{what}“{name}”{near}");
                (words, format!("先在数据文件的 {list} 里写上，或用标识（id）指明。"))
            };
            self.refused.push(Diagnostic::error("A-05", words).hint(hint));
        }
    }

    /// Finds a file's place and number.
    fn lay(&mut self, file: &Path, options: &EvidenceOptions) -> Result<(), Failure> {
        let meta = fs::metadata(file).map_err(WorldError::while_("读取文件", file))?;
        if !meta.is_file() || meta.len() == 0 {
            let what = if meta.is_file() { "是空的" } else { "不是文件" };
            self.refuse("O-02", file, what, "逐个写明要登记的文件。");
            return Ok(());
        }
        let digests = digest(file)?;
        if let Some(there) = self.same(&digests) {
            self.entered.push(there);
            return Ok(());
        }
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let extracted = TextReader::new(None).read(file, &name).extracted;
        let (media, ending) = settled_type(&name, &extracted.media_type);
        if media.is_empty() {
            let words = "不在归档包可收的格式之列（PDF、OFD、PNG、JPEG、TIFF、TXT、CSV、XML 和 Word、Excel 等原始格式）";
            let hint = "另存为 PDF、PNG、JPEG、TXT 等再登记；不能另存的（如视频），登记纸质件或写明存放何处的说明。";
            self.refuse("O-02", file, words, hint);
            return Ok(());
        }
        let media_type = match (&extracted.encoding, media.as_str()) {
            (Some(encoding), "text/plain") => {
                format!("{media}; charset={}", encoding.to_lowercase())
            }
            _ => media,
        };
        let id = options.id.clone().unwrap_or_else(|| self.next());
        let (path, from) = match self.within(file) {
            Some(path) => (path, None),
            None => {
                let path = format!("{}/{id}_{}", self.folder(), kept_name(&name, ending));
                (path, Some(file.to_path_buf()))
            }
        };
        if let Some(why) = name_fault(&path) {
            self.refuse("A-03", file, &format!("不便归档：{why}"), "改好文件名再登记。");
            return Ok(());
        }
        let there = self.case.dir.join(&path);
        let from = match from {
            // What is there stays: the same bytes are used, others are never written over.
            Some(_) if fs::symlink_metadata(&there).is_ok() => {
                if !there.is_file() || digest(&there)?.sha256 != digests.sha256 {
                    let words = format!("要放到 {path}，那里已有内容不同的文件，没有改动它");
                    self.refuse("A-05", file, &words, "核对那个文件；这一份用 --id 另给标识。");
                    return Ok(());
                }
                None
            }
            from => from,
        };
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let stem = stem.strip_prefix(&format!("{id}_")).unwrap_or(stem);
        self.entered.push(Entered {
            title: options.title.clone().unwrap_or_else(|| stem.to_owned()),
            evidence: id,
            path,
            media_type,
            size: digests.size,
            sha256: digests.sha256,
            already: false,
            pages: extracted.pages,
            from,
        });
        Ok(())
    }

    fn refuse(&mut self, code: &'static str, file: &Path, what: &str, hint: &str) {
        let words = format!("{} {what}", file.display());
        self.refused.push(Diagnostic::error(code, words).hint(hint));
    }

    /// The evidence that has these bytes, of the case or of this run.
    fn same(&self, digests: &DigestSet) -> Option<Entered> {
        let sha256 = digests.sha256;
        let old = self.evidence().iter().find_map(|e| {
            let file = e.file.as_ref().filter(|f| Digest::parse(&f.sha256) == Some(sha256))?;
            Some(Entered {
                evidence: e.id.clone(),
                title: e.title.clone(),
                path: file.path.clone(),
                media_type: file.media_type.clone(),
                size: file.size,
                sha256,
                already: true,
                pages: None,
                from: None,
            })
        });
        let new = || self.entered.iter().find(|e| e.sha256 == sha256).cloned();
        old.or_else(new).map(|e| Entered { already: true, from: None, ..e })
    }

    /// The next id: the number after the greatest, as wide as the others.
    fn next(&self) -> String {
        let ids = self.evidence().iter().map(|e| e.id.as_str());
        let ids = ids.chain(self.entered.iter().map(|e| e.evidence.as_str()));
        let last = ids.filter_map(split).max_by_key(|(_, n, _)| *n);
        let (prefix, n, width) = last.unwrap_or((PREFIX, 0, 3));
        format!("{prefix}{:0width$}", n + 1)
    }

    /// Where the case's evidence lies.
    fn folder(&self) -> &str {
        let mut paths = self.evidence().iter().rev().filter_map(|e| e.file.as_ref());
        paths.find_map(|f| f.path.rsplit_once('/')).map_or(FOLDER, |(folder, _)| folder)
    }

    /// The path of a file that lies beside the data file already.
    fn within(&self, file: &Path) -> Option<String> {
        let dir =
            if self.case.dir.as_os_str().is_empty() { Path::new(".") } else { &self.case.dir };
        let inner = file.canonicalize().ok()?;
        let inner = inner.strip_prefix(dir.canonicalize().ok()?).ok()?;
        let parts: Option<Vec<&str>> = inner.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    }
}

/// `e-027` as prefix, number and width.
fn split(id: &str) -> Option<(&str, u64, usize)> {
    let prefix = id.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = id.get(prefix.len()..)?;
    Some((prefix, digits.parse().ok()?, digits.len()))
}

fn digest(path: &Path) -> Result<DigestSet, Failure> {
    let digests = File::open(path).and_then(digest_reader);
    Ok(digests.map_err(WorldError::while_("读取文件", path))?)
}

/// The pointer of the list of evidence of the problem `id`; none if there is no such problem.
fn evidence_of(case: &CaseFile, id: &str) -> Option<String> {
    let problems = case.json().get("problems")?.as_array()?;
    let at = problems.iter().position(|p| p.get("id").is_some_and(|other| other == id))?;
    Some(format!("/problems/{at}/evidence"))
}

/// The id meant by `word`, an id or the name of one alone; else `word`, which the check of references then tells.
fn id_of(word: &str, known: &[(&str, &str)]) -> String {
    let mut named = known.iter().filter(|(_, name)| *name == word);
    match (known.iter().any(|(id, _)| *id == word), named.next(), named.next()) {
        (false, Some((id, _)), None) => (*id).to_owned(),
        _ => word.to_owned(),
    }
}

/// The item as it is written, fields in the order of the schema.
fn item(case: &CaseFile, e: &Entered, options: &EvidenceOptions) -> Json {
    let model = case.model();
    let persons: Vec<_> = model.persons.iter().map(|p| (&*p.id, &*p.name)).collect();
    let organs: Vec<_> = model.organs.iter().map(|o| (&*o.id, &*o.name)).collect();
    let mut map = Map::new();
    let mut put = |key: &str, value: Json| {
        if !value.is_null() {
            map.insert(key.to_owned(), value);
        }
    };
    put("id", json!(e.evidence));
    put("kind", json!(options.kind));
    put("title", json!(e.title));
    put("collected_on", json!(options.on.to_string()));
    put("collected_by", json!(options.by.iter().map(|p| id_of(p, &persons)).collect::<Vec<_>>()));
    put("provider", json!(options.provider.as_ref().map(|o| id_of(o, &organs))));
    put("place", json!(options.place));
    if !options.problems.is_empty() {
        put("problems", json!(options.problems));
    }
    put("originality", json!(options.originality));
    put("pages", json!(options.pages.or(e.pages.map(u64::from))));
    put(
        "file",
        json!({"path": e.path, "media_type": e.media_type, "size": e.size, "sha256": e.sha256.to_string()}),
    );
    put("secrecy", json!(options.secrecy));
    Json::Object(map)
}
