//! 可见: the records that may be seen, and the figures of the archive as if there were no others. Ranking, likeness and the
//! archive's own names are taken from these figures alone, so that nothing in an answer depends on what is hidden.

use std::collections::BTreeMap;

use tantivy::index::SegmentId;
use tantivy::query::{Bm25StatisticsProvider, Query};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Opstamp, Searcher, SegmentReader, TERMINATED, Term};

use super::fields::{self, FIELDS};
use super::gather::{Columns, Gather, Gathering};
use super::order::Gathered;
use super::schema::Handles;
use crate::vocab::secrecy::Secrecy;

/// Length of a value where length does not count in ranking: one for all, since the true average would say more about how
/// many records lack the field than about its values.
const USUAL: u64 = 20;

/// What may be seen of one state of the index.
pub(crate) struct Visible {
    /// The state.
    segments: BTreeMap<SegmentId, Option<Opstamp>>,
    /// Up to which 密级.
    most: Option<Secrecy>,
    /// Of each segment the records that may be seen, one bit each; none where all may.
    sets: Vec<Option<Vec<u64>>>,
    /// How many they are.
    docs: u64,
    /// How long their own texts are together, as the engine keeps lengths.
    length: u64,
    body: Option<Field>,
    /// Of each segment.
    columns: Vec<Columns>,
}

impl Visible {
    /// What may be seen up to `most` in the state that `searcher` sees.
    pub(crate) fn new(
        searcher: &Searcher,
        most: Option<Secrecy>,
        handles: &Handles,
    ) -> tantivy::Result<Self> {
        let at = FIELDS.iter().position(|f| f.id == fields::BODY);
        let body = at.and_then(|at| handles.fields.get(at)).copied();
        let segments = searcher.generation().segments().clone();
        let (sets, columns) = (Vec::new(), Vec::new());
        let mut out = Self { segments, most, sets, docs: 0, length: 0, body, columns };
        for reader in searcher.segment_readers() {
            let set = set(reader, most)?;
            let lengths = body.map(|body| reader.get_fieldnorms_reader(body)).transpose()?;
            for doc in (0..reader.max_doc()).filter(|&doc| has(&set, doc)) {
                out.docs += 1;
                out.length += lengths.as_ref().map_or(0, |l| u64::from(l.fieldnorm(doc)));
            }
            out.sets.push(set);
            out.columns.push(Columns::open(reader)?);
        }
        Ok(out)
    }

    /// Whether this is what may be seen up to `most` in the state that `searcher` sees.
    pub(crate) fn is_of(&self, searcher: &Searcher, most: Option<Secrecy>) -> bool {
        self.most == most && self.segments == *searcher.generation().segments()
    }

    /// Whether the record `doc` of a segment may be seen.
    pub(crate) fn has(&self, segment: usize, doc: DocId) -> bool {
        self.sets.get(segment).is_some_and(|set| has(set, doc))
    }

    /// Whether all records of a segment may be seen.
    pub(crate) fn has_all(&self, segment: usize) -> bool {
        self.sets.get(segment).is_some_and(Option::is_none)
    }

    /// In how many records that may be seen `term` stands.
    pub(crate) fn frequency(&self, term: &Term, searcher: &Searcher) -> tantivy::Result<u64> {
        let mut count = 0;
        for (reader, set) in searcher.segment_readers().iter().zip(&self.sets) {
            let inverted = reader.inverted_index(term.field())?;
            if set.is_none() {
                count += u64::from(inverted.doc_freq(term)?);
            } else if let Some(mut docs) = inverted.read_postings(term, IndexRecordOption::Basic)? {
                let mut doc = docs.doc();
                while doc != TERMINATED {
                    count += u64::from(has(set, doc));
                    doc = docs.advance();
                }
            }
        }
        Ok(count)
    }
}

/// The records of a segment that are there and may be seen; none if that is all of them.
fn set(reader: &SegmentReader, most: Option<Secrecy>) -> tantivy::Result<Option<Vec<u64>>> {
    let levels = reader.fast_fields().column_first_or_default::<u64>("level")?;
    let all = most.is_none_or(|most| levels.max_value() <= most as u64);
    if all && !reader.has_deletes() {
        return Ok(None);
    }
    let words = usize::try_from(reader.max_doc()).unwrap_or(0).div_ceil(64);
    let mut bits = vec![0; words];
    for doc in reader.doc_ids_alive() {
        if most.is_none_or(|most| levels.get_val(doc) <= most as u64)
            && let Some(word) = bits.get_mut(place(doc).0)
        {
            *word |= place(doc).1;
        }
    }
    Ok(Some(bits))
}

/// Word and bit of a record.
fn place(doc: DocId) -> (usize, u64) {
    (usize::try_from(doc / 64).unwrap_or(usize::MAX), 1 << (doc % 64))
}

fn has(set: &Option<Vec<u64>>, doc: DocId) -> bool {
    let (word, bit) = place(doc);
    set.as_ref().is_none_or(|bits| bits.get(word).is_some_and(|w| w & bit != 0))
}

/// The figures by which the engine ranks.
pub(crate) struct Figures<'a> {
    /// What may be seen.
    pub visible: &'a Visible,
    /// The index.
    pub searcher: &'a Searcher,
}

impl Figures<'_> {
    /// Collects what satisfies `query`, ranked by these figures.
    pub(crate) fn gather(&self, query: &dyn Query, gather: &Gather) -> tantivy::Result<Gathered> {
        let gathering = Gathering { gather, columns: &self.visible.columns };
        self.searcher.search_with_statistics_provider(query, &gathering, self)
    }
}

#[cfg(test)]
impl Figures<'_> {
    /// The key of what was found.
    pub(crate) fn key(&self, found: &super::order::Found) -> tantivy::Result<String> {
        let at = usize::try_from(found.address.segment_ord).unwrap();
        self.visible.columns[at].key(found.key)
    }
}

impl Bm25StatisticsProvider for Figures<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let of_body = Some(field) == self.visible.body;
        Ok(if of_body { self.visible.length.max(1) } else { self.visible.docs * USUAL })
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.visible.docs)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.visible.frequency(term, self.searcher)
    }
}
