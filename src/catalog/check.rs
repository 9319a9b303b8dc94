//! 核对: proves that the index holds what the store holds, no more and no less, and finds it by its words.

use tantivy::collector::{Count, DocSetCollector};
use tantivy::query::Occur;

use super::disk::is_sound;
use super::entry::Entry;
use super::fault::guarded;
use super::fields::FIELDS;
use super::fold::fold;
use super::near::keyed;
use super::plan::{self, Part};
use super::schema::stored;
use super::store::{Catalog, INDEX_FOLDER};
use crate::diag::Failure;

/// How long the phrases are that are asked for, in folded characters.
const PHRASE: usize = 8;

/// What is wrong with a record in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 缺少.
    Missing,
    /// 重复.
    Double,
    /// 内容与库不一致.
    Differs,
    /// 其中的字词查不到.
    Unfound,
}

/// 核对结果.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// Records in the store.
    pub records: usize,
    /// Records in the index.
    pub indexed: usize,
    /// Phrases that were asked for.
    pub phrases: usize,
    /// Records with their keys that are not in the index as they should be.
    pub faults: Vec<(Fault, String)>,
    /// Records in the index that the store does not have.
    pub extra: usize,
    /// Whether the files of the index are as they were written.
    pub sound: bool,
}

impl Proof {
    /// Whether index and store agree.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.sound && self.extra == 0 && self.faults.is_empty()
    }
}

impl Catalog {
    /// Holds the index against `entries`, which are those it should have: each is there once and as it is, and is found
    /// by phrases from the beginning, the middle and the end of each of its values.
    ///
    /// # Errors
    /// The first failure among the entries; [`Failure::World`] for I/O and damage.
    pub fn check(
        &self,
        entries: impl Iterator<Item = Result<Entry, Failure>>,
    ) -> Result<Proof, Failure> {
        let failed = |e: &tantivy::TantivyError| self.failed(e, "核对检索索引");
        guarded(|| self.reader.reload()).map_err(|e| failed(&e))?;
        let sound = guarded(|| is_sound(&self.index, &self.dir.join(INDEX_FOLDER)));
        let mut proof = Proof { sound: sound.map_err(|e| failed(&e))?, ..Proof::default() };
        let mut seen = 0;
        for entry in entries {
            let entry = entry?;
            proof.records += 1;
            seen += guarded(|| self.held(&entry, &mut proof)).map_err(|e| failed(&e))?;
        }
        proof.indexed = usize::try_from(self.reader.searcher().num_docs()).unwrap_or(usize::MAX);
        proof.extra = proof.indexed.saturating_sub(seen);
        Ok(proof)
    }

    /// Looks one record up; how often it is there.
    fn held(&self, entry: &Entry, proof: &mut Proof) -> tantivy::Result<usize> {
        let searcher = self.reader.searcher();
        let key = entry.key();
        let own = keyed(&key, &self.handles);
        let found: Vec<_> = searcher.search(&own, &DocSetCollector)?.into_iter().collect();
        let &[at] = found.as_slice() else {
            let fault = if found.is_empty() { Fault::Missing } else { Fault::Double };
            proof.faults.push((fault, key));
            return Ok(found.len());
        };
        if stored(&self.entry(at, &searcher)?)? != stored(entry)? {
            proof.faults.push((Fault::Differs, key));
            return Ok(1);
        }
        for (spec, &field) in FIELDS.iter().zip(&self.handles.fields) {
            for value in (spec.values)(entry) {
                for phrase in phrases(value) {
                    proof.phrases += 1;
                    let parts: Vec<Part> = vec![
                        (Occur::Must, own.box_clone()),
                        (Occur::Must, plan::phrase(field, &phrase, false)),
                    ];
                    if searcher.search(&plan::boolean(parts), &Count)? != 1 {
                        proof.faults.push((Fault::Unfound, key));
                        return Ok(1);
                    }
                }
            }
        }
        Ok(1)
    }
}

/// What a value begins with, has in its middle and ends with.
fn phrases(value: &str) -> Vec<String> {
    let chars: Vec<char> = fold(value).chars().collect();
    let last = chars.len().saturating_sub(PHRASE);
    let mut starts = vec![0, last / 2, last];
    starts.dedup();
    let cut = |start| chars.iter().skip(start).take(PHRASE).collect::<String>();
    starts.into_iter().map(cut).filter(|p| !p.is_empty()).collect()
}
