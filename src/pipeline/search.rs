//! 检索: the index beside the store, derived from it and rebuilt from it whenever in doubt.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::Serialize;

use super::text::TextReader;
use super::{Event, Listener, access};
use crate::archive::{Accession, Store, StoredFile, StoredRecord};
use crate::catalog::{Catalog, Engine, Entry, Hits, Place, Proof, Query, Role, Sort, TextPart};
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::extract::{Extracted, Part, Reading};
use crate::record::FileRole;
use crate::vocab::secrecy::Secrecy;

/// How to search.
#[derive(Clone, Debug, Default)]
pub struct SearchOptions {
    /// `文种=通知` and the like.
    pub fields: Vec<(String, String)>,
    /// Earliest date, ISO 8601.
    pub from: Option<String>,
    /// Latest date, ISO 8601.
    pub to: Option<String>,
    /// By relevance, or newest first.
    pub by_date: bool,
    /// Newer records count more.
    pub recent: bool,
    /// Hits to give.
    pub limit: usize,
    /// Hits to pass over.
    pub offset: usize,
    /// The day it is, as eight figures, for 去年 and the like.
    pub today: Option<u64>,
    /// 密级 up to which records may be seen.
    pub max_secrecy: Option<Secrecy>,
    /// 查阅角色: what it may see stands in the archive's settings.
    pub role: Option<String>,
    /// Whether to count the values of what was found.
    pub facets: bool,
    /// Whether each case is given once.
    pub by_case: bool,
    /// Records that only come near, at most.
    pub near: usize,
    /// 档号, 文号 or key of the record that others are to be like; the query is not looked at then.
    pub similar: Option<String>,
    /// Whether to look up on which page of its PDF a document's own words stand.
    pub pages: bool,
}

/// Folder of the index within an archive.
pub(super) const INDEX: &str = "index";
/// Folder of texts that were read from files, within that of the index; derived as it is.
const TEXTS: &str = "texts";

/// The pages (PDF) of the record `key` (归档包编号/标识) for whoever is `role`; none if there are none that he may see.
///
/// # Errors
/// As [`search`], and B-10 for a damaged file.
#[cfg(feature = "workbench")]
pub fn pages_of(archive: &Path, key: &str, role: Option<&str>) -> Result<Option<Vec<u8>>, Failure> {
    let most = access::allowed(archive, role, None)?;
    Store::open_for_reading(archive)?.pages(key, most)
}

/// Searches the archive at `archive` for `text`. An index that lags behind the store is brought up first; if another
/// process is at that, the answer is from what the index holds, and a note says what it lacks.
///
/// # Errors
/// [`Failure::NoArchive`], or what store and index report.
pub fn search(archive: &Path, text: &str, options: &SearchOptions) -> Result<Hits, Failure> {
    let store = Store::open_for_reading(archive)?;
    let (query, notes) = query(archive, text, options)?;
    let (catalog, behind) = at_hand(&store, archive)?;
    let mut hits = match &options.similar {
        None => catalog.answer(&query)?,
        Some(code) => catalog.similar(code, &query)?.ok_or_else(|| {
            Failure::Usage(format!("没有（或无权查阅）档号、文号为「{code}」的件"))
        })?,
    };
    hits.notes.splice(0..0, notes.into_iter().chain(behind));
    if options.pages {
        super::paged::look_up(&store, &texts(archive), &mut hits)?;
    }
    Ok(hits)
}

/// How a query is read and how many records each part of it brings, a line each.
///
/// # Errors
/// As [`search`].
pub fn explain(
    archive: &Path,
    text: &str,
    options: &SearchOptions,
) -> Result<Vec<String>, Failure> {
    let store = Store::open_for_reading(archive)?;
    let (query, _) = query(archive, text, options)?;
    at_hand(&store, archive)?.0.explain(&query)
}

/// What is asked, within what may be seen.
fn query(
    archive: &Path,
    text: &str,
    options: &SearchOptions,
) -> Result<(Query, Vec<Diagnostic>), Failure> {
    let (mut query, notes) = Query::parse_on(text, options.today);
    query.fields.extend(options.fields.iter().cloned());
    query.from = options.from.clone().or(query.from);
    query.to = options.to.clone().or(query.to);
    query.sort = if options.by_date { Sort::Date } else { Sort::Relevance };
    query.recent = options.today.filter(|_| options.recent);
    query.limit = options.limit;
    query.offset = options.offset;
    query.facets = options.facets;
    query.by_case = options.by_case;
    query.near = options.near;
    query.max_secrecy = access::allowed(archive, options.role.as_deref(), options.max_secrecy)?;
    Ok((query, notes))
}

/// Holds the index of the archive at `archive` against its store.
///
/// # Errors
/// [`Failure::NoArchive`], or what store and index report.
pub fn index_check(archive: &Path) -> Result<Proof, Failure> {
    let store = Store::open_for_reading(archive)?;
    let catalog = bring_up(&store, archive)?;
    let texts = texts(archive);
    catalog.check(all(&store, &texts)?)
}

/// Brings the index of `store` up to date. If another process is writing it, it stays behind until the next search, and
/// a note says so.
///
/// # Errors
/// What store and index report.
pub fn index(store: &Store, archive: &Path) -> Result<Option<Diagnostic>, Failure> {
    match bring_up(store, archive) {
        Ok(_) => Ok(None),
        Err(Failure::Locked(_)) => Ok(Some(
            Diagnostic::warning("Q-02", "检索索引正由另一进程编制，尚不含这一批")
                .hint("不影响入库；下次检索时自动补上。"),
        )),
        Err(other) => Err(other),
    }
}

/// The index, up to date, or as it stands if another process is bringing it up; then with what it lacks.
fn at_hand(store: &Store, archive: &Path) -> Result<(Catalog, Option<Diagnostic>), Failure> {
    match bring_up(store, archive) {
        Ok(catalog) => Ok((catalog, None)),
        Err(Failure::Locked(path)) => {
            let catalog = Catalog::open(&archive.join(INDEX))?;
            let Some(mark) = catalog.reached()? else { return Err(Failure::Locked(path)) };
            let (count, _) = store.reached()?;
            let held = mark.split_once(':').and_then(|(n, _)| n.parse().ok()).unwrap_or(0);
            let note = (held < count).then(|| {
                let words = format!("检索索引正由另一进程编制，尚不含最近 {} 次接收", count - held);
                Diagnostic::warning("Q-02", words).hint("稍后再查一次。")
            });
            Ok((catalog, note))
        }
        Err(other) => Err(other),
    }
}

/// Brings the index of the archive at `archive` up to date, telling how far it is: after a new version of the program, or
/// when the index is damaged, that takes a while. If another process is at it, nothing is done.
///
/// # Errors
/// [`Failure::NoArchive`], or what store and index report.
pub fn prepare(archive: &Path, listen: Listener<'_>) -> Result<(), Failure> {
    let store = Store::open_for_reading(archive)?;
    match told(&store, archive, listen) {
        Ok(_) | Err(Failure::Locked(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

fn bring_up(store: &Store, archive: &Path) -> Result<Catalog, Failure> {
    told(store, archive, &|_| {})
}

/// [`bring_up`], with a tick for each accession.
fn told(store: &Store, archive: &Path, listen: Listener<'_>) -> Result<Catalog, Failure> {
    let mut catalog = Catalog::open(&archive.join(INDEX))?;
    let (count, last) = store.reached()?;
    let target = watermark(count, &last);
    let present = catalog.reached()?;
    if present.as_deref() == Some(target.as_str()) {
        return Ok(catalog);
    }
    let texts = texts(archive);
    // Only what is new is read, from the register's end; everything only when the index cannot be relied on.
    let new = match present.as_deref().and_then(|mark| mark.split_once(':')) {
        Some((n, last)) => match n.parse() {
            Ok(n) => store.since(n, last)?,
            Err(_) => None,
        },
        _ => None,
    };
    match new {
        Some(new) => {
            // Of a bundle that came twice meanwhile only the last counts.
            let newest: BTreeMap<String, Accession> =
                new.into_iter().map(|a| (a.bundle.clone(), a)).collect();
            let corrected = newest.values().filter(|a| a.version > 1).map(|a| a.bundle.clone());
            let corrected: Vec<String> = corrected.collect();
            listen(Event::Step("编制索引", newest.len()));
            let newest = newest.into_values().inspect(|_| listen(Event::Tick));
            catalog.put(&mut each(store, newest, &texts), &corrected, &target)?;
        }
        _ => {
            let current = store.current()?;
            listen(Event::Step("重建索引", current.len()));
            let current = current.into_iter().inspect(|_| listen(Event::Tick));
            catalog.replace(&mut each(store, current, &texts), &target)?;
        }
    }
    Ok(catalog)
}

/// What the index should hold, one accession at a time: memory does not grow with the archive.
fn all<'a>(
    store: &'a Store,
    texts: &'a Texts,
) -> Result<impl Iterator<Item = Result<Entry, Failure>> + 'a, Failure> {
    Ok(each(store, store.current()?.into_iter(), texts))
}

/// What the index should hold of `accessions`, one at a time.
fn each<'a>(
    store: &'a Store,
    accessions: impl Iterator<Item = Accession> + 'a,
    texts: &'a Texts,
) -> impl Iterator<Item = Result<Entry, Failure>> + 'a {
    accessions.flat_map(|accession| match entries(store, &accession, texts) {
        Ok(entries) => entries.into_iter().map(Ok).collect(),
        Err(failure) => vec![Err(failure)],
    })
}

/// Whether the index of `store` is up to date; told without changing anything.
///
/// # Errors
/// What the store reports.
pub fn index_is_current(store: &Store, archive: &Path) -> Result<bool, Failure> {
    let (count, last) = store.reached()?;
    let target = watermark(count, &last);
    Ok(Catalog::peek(&archive.join(INDEX)).as_deref() == Some(target.as_str()))
}

/// Throws the index away and makes it again from the store.
///
/// # Errors
/// What store and index report.
pub fn index_anew(store: &Store, archive: &Path) -> Result<(), Failure> {
    let folder = archive.join(INDEX);
    match fs::remove_dir_all(&folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            return Err(WorldError::while_("清除检索索引", &folder)(e).into());
        }
        _ => {}
    }
    bring_up(store, archive).map(drop)
}

/// `<count>:<last accession>`: what the index holds when it holds everything.
fn watermark(count: u64, last: &str) -> String {
    format!("{count}:{last}")
}

fn texts(archive: &Path) -> Texts {
    Texts { reader: TextReader::new(None), folder: archive.join(INDEX).join(TEXTS) }
}

/// Up to this size (bytes) a UTF-8 text is read here; no document's is larger. What is larger is read by the child, which
/// takes no more characters than [`crate::extract::Limits`] allows, so that one file cannot fill the memory.
const READ_HERE: u64 = 16 << 20;

/// Who reads texts from files, and where they are kept.
pub(super) struct Texts {
    reader: TextReader,
    folder: PathBuf,
}

impl Texts {
    /// The text of a stored file. What is UTF-8 text is read here, all else by a child.
    pub(super) fn of(&self, file: &StoredFile) -> Result<Extracted, Failure> {
        let size = fs::metadata(&file.path).map_or(0, |m| m.len());
        if file.media_type.starts_with("text/plain") && size <= READ_HERE {
            let bytes =
                fs::read(&file.path).map_err(WorldError::while_("读取库中文件", &file.path))?;
            if let Ok(text) = String::from_utf8(bytes) {
                let text = text.trim_start_matches('\u{feff}').to_owned();
                let mut plain = Extracted::nothing(&file.media_type, "文本", Reading::Text);
                if text.trim().is_empty() {
                    plain.reading = Reading::NoText("空文件".into());
                }
                plain.parts.push(Part { place: String::new(), text });
                return Ok(plain);
            }
        }
        Ok(self.reader.kept(&self.folder, file.sha256, &file.path, &file.name))
    }
}

fn entries(store: &Store, accession: &Accession, texts: &Texts) -> Result<Vec<Entry>, Failure> {
    let records = store.records(accession)?;
    records.into_par_iter().map(|record| entry(record, accession, texts)).collect()
}

/// What a file is to the index; none where another file of the record has its text.
fn role(record: &StoredRecord, file: &StoredFile) -> Option<Role> {
    let has_text = record.files.iter().any(|f| f.role == FileRole::Text);
    match file.role {
        FileRole::Text => Some(Role::Main),
        FileRole::Main => (!has_text).then_some(Role::Main),
        FileRole::Attachment => Some(Role::Attachment),
    }
}

fn entry(record: StoredRecord, accession: &Accession, texts: &Texts) -> Result<Entry, Failure> {
    let mut parts = Vec::new();
    for file in &record.files {
        let Some(role) = role(&record, file) else { continue };
        let (text, places) = joined(texts.of(file)?);
        if !text.is_empty() {
            parts.push(TextPart { role, name: file.name.clone(), text, places });
        }
    }
    Ok(Entry {
        metadata: record.metadata,
        bundle: accession.bundle.clone(),
        accession: accession.number.clone(),
        texts: parts,
    })
}

/// The whole text, parts apart by a blank line, and where its pages, sheets and members begin.
fn joined(extracted: Extracted) -> (String, Vec<Place>) {
    let mut text = String::new();
    let mut places = Vec::new();
    let mut at = 0;
    for part in extracted.parts.into_iter().filter(|p| !p.text.is_empty()) {
        if at > 0 {
            text.push_str("\n\n");
            at += 2;
        }
        if !part.place.is_empty() {
            places.push(Place { at, name: part.place });
        }
        at += part.text.chars().count();
        text.push_str(&part.text);
    }
    (text, places)
}

/// 无文字的文件: the NDJSON line `{"type":"gap",…}`.
#[derive(Clone, Debug, Serialize)]
pub struct GapLine {
    /// Always `gap`.
    pub r#type: &'static str,
    /// 标识 of the record.
    pub record: String,
    /// 档号.
    pub archival_code: String,
    /// 题名.
    pub title: String,
    /// 接收号.
    pub accession: String,
    /// The file.
    pub file: String,
    /// Its media type.
    pub media_type: String,
    /// Why there is no text.
    pub reason: String,
}

/// The files of the archive at `archive` that cannot be found by their words, and how many files there are that
/// should be.
///
/// # Errors
/// [`Failure::NoArchive`], or what the store reports.
pub fn gaps(archive: &Path) -> Result<(Vec<GapLine>, usize), Failure> {
    let store = Store::open_for_reading(archive)?;
    let texts = texts(archive);
    let mut out = Vec::new();
    let mut files = 0;
    for accession in store.current()? {
        for record in store.records(&accession)? {
            for file in record.files.iter().filter(|f| role(&record, f).is_some()) {
                files += 1;
                let extracted = texts.of(file)?;
                let mut words = extracted.reading.words();
                if words.is_empty() {
                    words.push_str(extracted.cut().unwrap_or_default());
                }
                if !words.is_empty() {
                    out.push(GapLine {
                        r#type: "gap",
                        record: record.metadata.id.clone(),
                        archival_code: record.metadata.archival_code.clone(),
                        title: record.metadata.title.clone(),
                        accession: accession.number.clone(),
                        file: file.name.clone(),
                        media_type: file.media_type.clone(),
                        reason: words,
                    });
                }
            }
        }
    }
    Ok((out, files))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{READ_HERE, StoredFile, texts};
    use crate::extract::Limits;
    use crate::fixity::digest_bytes;
    use crate::record::FileRole;

    /// A log of hundreds of megabytes among the evidence once took nine times its size of memory to be indexed.
    #[test]
    fn a_text_of_any_size_is_indexed_in_bounds_and_what_is_cut_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("日志.txt");
        let most = Limits::default().characters;
        for (length, cut) in [(1000, false), (most + 1000, true)] {
            assert!(!cut || length as u64 > READ_HERE);
            let text = "督察整改污水管网\n".repeat(length / 9 + 1);
            fs::write(&path, &text).unwrap();
            let file = StoredFile {
                role: FileRole::Attachment,
                name: "日志.txt".into(),
                media_type: "text/plain; charset=utf-8".into(),
                path: path.clone(),
                sha256: digest_bytes(text.as_bytes()).sha256,
            };
            let extracted = texts(dir.path()).of(&file).unwrap();
            let count: usize = extracted.parts.iter().map(|p| p.text.chars().count()).sum();
            assert!(count <= most, "{count}");
            assert_eq!(extracted.cut().is_some(), cut);
        }
    }
}
