//! 索引库: the index on disk, made again whenever it is in doubt.

use std::fs;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::{Directory, MmapDirectory};
use tantivy::indexer::{LogMergePolicy, MergePolicy, NoMergePolicy};
use tantivy::query::{InvertedIndexRangeQuery, Query as EngineQuery};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyError, Term};

use super::disk::{is_sound, lock, put, reset, size};
use super::entry::Entry;
use super::fault::{failure, guarded, is_damage};
use super::gram::{self, Grams};
use super::schema::{Handles, document, schema};
use super::sound::{self, Sounds};
use super::visible::Visible;
use crate::diag::{Failure, WorldError};
use crate::vocab::secrecy::Secrecy;

/// Changes whenever the fields, the folding or the engine's format change.
pub(super) const VERSION: &str = "anjuan-catalog 3 tantivy 0.27 fold 1\n";
pub(super) const VERSION_FILE: &str = "VERSION";
pub(super) const DAMAGED_FILE: &str = "DAMAGED";
pub(super) const INDEX_FOLDER: &str = "index";
/// The engine's list of files, put in place whole with each commit.
const STATE_FILE: &str = "meta.json";
/// Memory (bytes) for one batch of records before it is written, the engine's minimum with some room.
const HEAP: usize = 20_000_000;
/// The same when everything is written: fewer batches to merge.
const LARGE_HEAP: usize = 100_000_000;
/// Up to this size every byte of the index is checked on opening; above, only the files' ends.
const CHECKED_SIZE: u64 = 32 << 20;

/// 检索目录: the full-text index over the records of one archive.
pub struct Catalog {
    pub(crate) dir: PathBuf,
    pub(crate) index: Index,
    pub(crate) reader: IndexReader,
    pub(crate) handles: Handles,
    damaged: AtomicBool,
    /// The engine's list of files at the state that `reader` sees.
    state: Mutex<Vec<u8>>,
    /// What may be seen of the state last asked.
    visible: Mutex<Option<Arc<Visible>>>,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl Catalog {
    /// Opens the index in `dir`, creating it if there is none. An index of another version, or a damaged
    /// one, is emptied; it then [needs to be rebuilt](Self::needs_rebuild).
    ///
    /// # Errors
    /// [`Failure::World`] for I/O, [`Failure::Locked`] if it must be emptied while another process writes.
    pub fn open(dir: &Path) -> Result<Self, Failure> {
        let folder = dir.join(INDEX_FOLDER);
        fs::create_dir_all(&folder).map_err(WorldError::while_("建立检索目录", &folder))?;
        if let Some(catalog) = Self::usable(dir)? {
            return Ok(catalog);
        }
        // Another process may have been at it just then: look again while none can be.
        let lock = lock(dir)?;
        if let Some(catalog) = Self::usable(dir)? {
            return Ok(catalog);
        }
        reset(dir, &lock)?;
        Self::attach(dir).map_err(|e| failure(&e, "打开检索索引", dir))
    }

    /// The watermark of the index in `dir`, nothing being made or mended; none if there is no usable index.
    #[must_use]
    pub fn peek(dir: &Path) -> Option<String> {
        let there = dir.join(INDEX_FOLDER).is_dir();
        there.then(|| Self::usable(dir).ok().flatten()?.watermark().ok()?).flatten()
    }

    /// The index in `dir`; none if it is missing, of another version or damaged.
    fn usable(dir: &Path) -> Result<Option<Self>, Failure> {
        let current = fs::read_to_string(dir.join(VERSION_FILE)).is_ok_and(|v| v == VERSION);
        if !current || dir.join(DAMAGED_FILE).exists() {
            return Ok(None);
        }
        match Self::attach(dir) {
            Ok(catalog) => Ok(Some(catalog)),
            Err(error) if is_damage(&error) => Ok(None),
            Err(error) => Err(failure(&error, "打开检索索引", dir)),
        }
    }

    fn attach(dir: &Path) -> tantivy::Result<Self> {
        let folder = dir.join(INDEX_FOLDER);
        let (schema, handles) = schema();
        let dir = dir.to_path_buf();
        // Whatever the engine does on damaged files, it must not take us along.
        guarded(move || {
            let index = Index::open(MmapDirectory::open(&folder)?)?;
            if index.schema() != schema {
                return Err(TantivyError::SchemaError("another schema".to_owned()));
            }
            if size(&folder) <= CHECKED_SIZE && !is_sound(&index, &folder)? {
                return Err(TantivyError::InternalError("checksum".to_owned()));
            }
            index.tokenizers().register(gram::NAME, Grams);
            index.tokenizers().register(sound::NAME, Sounds);
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
            let (damaged, state) = (AtomicBool::new(false), Mutex::default());
            Ok(Self { dir, index, reader, handles, damaged, state, visible: Mutex::new(None) })
        })
    }

    /// Whether the index holds nothing that can be relied on: it is new, was emptied, or turned out to be
    /// damaged. [`Self::rebuild`] from the store mends it.
    #[must_use]
    pub fn needs_rebuild(&self) -> bool {
        self.damaged.load(Ordering::Relaxed) || !matches!(self.watermark(), Ok(Some(_)))
    }

    /// What the caller gave with the last change: compare it with the store to know whether the index is
    /// up to date.
    ///
    /// # Errors
    /// [`Failure::World`] for I/O.
    pub fn watermark(&self) -> Result<Option<String>, Failure> {
        let metas = guarded(|| self.index.load_metas());
        metas.map(|m| m.payload).map_err(|e| self.failed(&e, "读取检索索引"))
    }

    /// Adds `entries`, each in place of an earlier one with the same key.
    #[cfg(test)]
    pub fn add(&mut self, entries: &[Entry], watermark: &str) -> Result<(), Failure> {
        self.supersede(entries.iter().cloned().map(Ok), &[], watermark)
    }

    /// Adds `entries`, each in place of an earlier one with the same key, and in place of whatever there is of the
    /// bundles `superseded`, in one step that is done wholly or not at all. They are taken one by one.
    ///
    /// # Errors
    /// [`Failure::Locked`] if another process writes, [`Failure::World`] for I/O, or the first failure among the
    /// entries; nothing is changed then.
    pub fn supersede(
        &mut self,
        entries: impl Iterator<Item = Result<Entry, Failure>>,
        superseded: &[String],
        watermark: &str,
    ) -> Result<(), Failure> {
        self.write(entries, watermark, Some(superseded))
    }

    /// Puts `entries`, no two of which have the same key, in place of everything, in one step that is done wholly or not at
    /// all. They are taken one by one: memory does not grow with their number.
    ///
    /// # Errors
    /// [`Failure::Locked`] if another process writes, [`Failure::World`] for I/O, or the first failure among the
    /// entries; nothing is changed then.
    pub fn rebuild(
        &mut self,
        entries: impl Iterator<Item = Result<Entry, Failure>>,
        watermark: &str,
    ) -> Result<(), Failure> {
        if self.damaged.load(Ordering::Relaxed) {
            let lock = lock(&self.dir)?;
            reset(&self.dir, &lock)?;
            *self = Self::attach(&self.dir).map_err(|e| failure(&e, "打开检索索引", &self.dir))?;
        }
        self.write(entries, watermark, None)
    }

    /// The records of `bundle`: their keys begin with it and a stroke, which no number of a bundle contains.
    fn keys_of(&self, bundle: &str) -> Box<dyn EngineQuery> {
        let key = |end: char| Term::from_field_text(self.handles.key, &format!("{bundle}{end}"));
        // '0' is the sign after '/'.
        let range =
            InvertedIndexRangeQuery::new(Bound::Included(key('/')), Bound::Excluded(key('0')));
        Box::new(range)
    }

    /// Without `superseded` everything that was there goes.
    fn write(
        &mut self,
        entries: impl Iterator<Item = Result<Entry, Failure>>,
        watermark: &str,
        superseded: Option<&[String]>,
    ) -> Result<(), Failure> {
        let mut lost = None;
        let written = guarded(|| {
            // One thread: the same records in the same order make the same index.
            let heap = if superseded.is_none() { LARGE_HEAP } else { HEAP };
            let mut writer: IndexWriter = self.index.writer_with_num_threads(1, heap)?;
            writer.set_merge_policy(Box::new(NoMergePolicy));
            match superseded {
                None => drop(writer.delete_all_documents()?),
                Some(bundles) => {
                    for bundle in bundles {
                        writer.delete_query(self.keys_of(bundle))?;
                    }
                }
            }
            for entry in entries {
                let entry = match entry {
                    Ok(entry) => entry,
                    Err(failure) => {
                        lost = Some(failure);
                        writer.rollback()?;
                        return Ok(());
                    }
                };
                // Each deletion is kept in memory (over a kilobyte) until the commit; where everything goes there is none.
                if superseded.is_some() {
                    writer.delete_term(Term::from_field_text(self.handles.key, &entry.key()));
                }
                writer.add_document(document(&entry, &self.handles)?)?;
            }
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(watermark);
            commit.commit()?;
            match superseded {
                None => self.merge_all(&mut writer)?,
                Some(_) => self.merge(&mut writer)?,
            }
            writer.garbage_collect_files().wait()?;
            self.remove_strays()?;
            writer.wait_merging_threads()?;
            self.reader.reload()
        });
        match lost {
            Some(failure) => Err(failure),
            None => written.map_err(|e| self.failed(&e, "写入检索索引")),
        }
    }

    /// Merges everything into one: each text is copied once, and questions ask in one place.
    fn merge_all(&self, writer: &mut IndexWriter) -> tantivy::Result<()> {
        let mut metas = self.index.searchable_segment_metas()?;
        metas.sort_by_key(|meta| (meta.max_doc(), meta.num_docs(), meta.id()));
        let all: Vec<_> = metas.iter().map(tantivy::SegmentMeta::id).collect();
        if all.len() > 1 {
            writer.merge(&all).wait()?;
        }
        Ok(())
    }

    /// Merges here and now, not in the background at some time; always where something was replaced, so
    /// that texts that are gone leave the files.
    fn merge(&self, writer: &mut IndexWriter) -> tantivy::Result<()> {
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(f32::MIN_POSITIVE);
        loop {
            let mut metas = self.index.searchable_segment_metas()?;
            metas.sort_by_key(|meta| (meta.max_doc(), meta.num_docs(), meta.id()));
            let candidates = policy.compute_merge_candidates(&metas);
            if candidates.is_empty() {
                return Ok(());
            }
            for candidate in candidates {
                writer.merge(&candidate.0).wait()?;
            }
        }
    }

    /// Removes files that the engine lost track of: texts that are gone must not stay in them.
    fn remove_strays(&self) -> tantivy::Result<()> {
        let known = self.index.directory().list_managed_files();
        for entry in fs::read_dir(self.dir.join(INDEX_FOLDER))? {
            let entry = entry?;
            let name = PathBuf::from(entry.file_name());
            // Names with a dot in front are the engine's locks and its own list.
            let own = name.to_string_lossy().starts_with('.');
            if !own && !known.contains(&name) && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// The state of the last commit, whichever process made it. Only where there was one is the index opened anew.
    pub(crate) fn newest(&self) -> tantivy::Result<Searcher> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = self.index.directory().atomic_read(Path::new(STATE_FILE))?;
        if *state != newest {
            self.reader.reload()?;
            *state = newest;
        }
        Ok(self.reader.searcher())
    }

    /// What may be seen up to `most` in the state that `searcher` sees.
    pub(crate) fn visible(
        &self,
        searcher: &Searcher,
        most: Option<Secrecy>,
    ) -> tantivy::Result<Arc<Visible>> {
        let mut last = self.visible.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = last.as_ref().filter(|seen| seen.is_of(searcher, most)) {
            return Ok(Arc::clone(same));
        }
        let seen = Arc::new(Visible::new(searcher, most, &self.handles)?);
        *last = Some(Arc::clone(&seen));
        Ok(seen)
    }

    /// Our failure for an error of the engine; damage is remembered for the next opening.
    pub(crate) fn failed(&self, error: &TantivyError, doing: &'static str) -> Failure {
        if !is_damage(error) {
            return failure(error, doing, &self.dir);
        }
        // The files are as they were written: then it is not they that are at fault.
        if guarded(|| is_sound(&self.index, &self.dir.join(INDEX_FOLDER))).is_ok_and(|sound| sound)
        {
            return Failure::Bug(format!("{doing}：{error}"));
        }
        self.damaged.store(true, Ordering::Relaxed);
        // If even this cannot be written, the next search fails the same way.
        let _ = put(&self.dir, DAMAGED_FILE, "");
        failure(error, doing, &self.dir)
    }
}
