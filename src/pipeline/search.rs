//! 检索: the index beside the store, derived from it and rebuilt from it whenever in doubt.

use std::fs;
use std::path::Path;

use crate::archive::{Accession, Store, StoredRecord};
use crate::catalog::{Catalog, Entry, Hits, Query, Role, Sort, TextPart};
use crate::diag::{Failure, WorldError};
use crate::record::FileRole;

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
    /// Hits to give.
    pub limit: usize,
    /// Hits to pass over.
    pub offset: usize,
}

/// Folder of the index within an archive.
pub(super) const INDEX: &str = "index";

/// Searches the archive at `archive` for `text`. An index that lags behind the store is brought up first.
///
/// # Errors
/// [`Failure::NoArchive`], or what store and index report.
pub fn search(archive: &Path, text: &str, options: &SearchOptions) -> Result<Hits, Failure> {
    let store = Store::open_for_reading(archive)?;
    let catalog = bring_up(&store, archive)?;
    let (mut query, notes) = Query::parse(text);
    query.fields.extend(options.fields.iter().cloned());
    query.from = options.from.clone().or(query.from);
    query.to = options.to.clone().or(query.to);
    query.sort = if options.by_date { Sort::Date } else { Sort::Relevance };
    query.limit = options.limit;
    query.offset = options.offset;
    let mut hits = catalog.search(&query)?;
    hits.notes.splice(0..0, notes);
    Ok(hits)
}

/// Brings the index of `store` up to date.
///
/// # Errors
/// What store and index report.
pub fn index(store: &Store, archive: &Path) -> Result<(), Failure> {
    bring_up(store, archive).map(drop)
}

fn bring_up(store: &Store, archive: &Path) -> Result<Catalog, Failure> {
    let mut catalog = Catalog::open(&archive.join(INDEX))?;
    let (count, last) = store.reached()?;
    let target = watermark(count, &last);
    let present = catalog.watermark()?;
    if !catalog.needs_rebuild() && present.as_deref() == Some(target.as_str()) {
        return Ok(catalog);
    }
    // Only what is new is read, from the register's end; everything only when the index cannot be relied on.
    let new = match present.as_deref().and_then(|mark| mark.split_once(':')) {
        Some((n, last)) if !catalog.needs_rebuild() => match n.parse() {
            Ok(n) => store.since(n, last)?,
            Err(_) => None,
        },
        _ => None,
    };
    match new {
        Some(new) if new.iter().all(|a| a.version == 1) => {
            let mut added = Vec::new();
            for accession in &new {
                added.extend(entries(store, accession)?);
            }
            catalog.add(&added, &target)?;
        }
        _ => {
            let mut all = Vec::new();
            for accession in store.current()? {
                all.extend(entries(store, &accession)?);
            }
            catalog.rebuild(all.into_iter(), &target)?;
        }
    }
    Ok(catalog)
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
    index(store, archive)
}

/// `<count>:<last accession>`: what the index holds when it holds everything.
fn watermark(count: u64, last: &str) -> String {
    format!("{count}:{last}")
}

fn entries(store: &Store, accession: &Accession) -> Result<Vec<Entry>, Failure> {
    let records = store.records(accession)?;
    records.into_iter().map(|record| entry(record, accession)).collect()
}

fn entry(record: StoredRecord, accession: &Accession) -> Result<Entry, Failure> {
    let mut texts = Vec::new();
    let has_text = record.files.iter().any(|f| f.role == FileRole::Text);
    for file in &record.files {
        let role = match file.role {
            FileRole::Text => Role::Main,
            FileRole::Main if !has_text && file.media_type.starts_with("text/") => Role::Main,
            FileRole::Attachment if file.media_type.starts_with("text/") => Role::Attachment,
            _ => continue,
        };
        let bytes = fs::read(&file.path).map_err(WorldError::while_("读取库中文件", &file.path))?;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}').to_owned();
        texts.push(TextPart { role, name: file.name.clone(), text });
    }
    Ok(Entry {
        metadata: record.metadata,
        bundle: accession.bundle.clone(),
        accession: accession.number.clone(),
        texts,
    })
}
