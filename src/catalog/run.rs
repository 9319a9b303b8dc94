//! 连写: records in which terms stand one right after the other, as a clerk's phrase does.
//!
//! The engine's own phrases look every term up twice for each of the fields that are asked, most of which hold nothing of it.
//! Here a field is left at the first term that it lacks, and only so many terms are asked as cover the phrase.

use std::collections::BTreeMap;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// Terms of one field with their distances from the first.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    field: Field,
    terms: Vec<(u32, Term)>,
}

impl Run {
    /// `terms` of `field` one after the other.
    pub(crate) fn of(field: Field, terms: impl IntoIterator<Item = Term>) -> Self {
        Self { field, terms: (0..).zip(terms).collect() }
    }

    /// The overlapping pairs of `chars`, as few of them as hold every character: signs stand before and after each value
    /// ([`super::gram`]), so that no two values can make a match together.
    pub(crate) fn pairs(field: Field, chars: &[char]) -> Self {
        let pairs: Vec<(u32, &[char])> = (0..).zip(chars.windows(2)).collect();
        let last = pairs.len().saturating_sub(1);
        let kept = pairs.into_iter().enumerate().filter(|(nth, _)| nth % 2 == 0 || *nth == last);
        let term = |pair: &[char]| Term::from_field_text(field, &pair.iter().collect::<String>());
        Self { field, terms: kept.map(|(_, (at, pair))| (at, term(pair))).collect() }
    }
}

impl Query for Run {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let Some(searcher) = scoring.searcher() else {
            return Err(TantivyError::InvalidArgument("a run needs a searcher".to_owned()));
        };
        let mut found = BTreeMap::new();
        for reader in searcher.segment_readers() {
            if let Some(infos) = self.look_up(reader)? {
                found.insert(reader.segment_id(), infos);
            }
        }
        let ranked = match scoring {
            EnableScoring::Enabled { statistics_provider, .. } if !found.is_empty() => {
                let terms: Vec<Term> = self.terms.iter().map(|(_, term)| term.clone()).collect();
                Some(Bm25Weight::for_terms(statistics_provider, &terms)?)
            }
            _ => None,
        };
        let places = self.terms.iter().map(|(place, _)| *place).collect();
        Ok(Box::new(RunWeight { field: self.field, places, found, ranked }))
    }
}

impl Run {
    /// Where a segment keeps the terms; none unless it has them all.
    fn look_up(&self, reader: &SegmentReader) -> tantivy::Result<Option<Vec<TermInfo>>> {
        let inverted = reader.inverted_index(self.field)?;
        let mut infos = Vec::with_capacity(self.terms.len());
        for (_, term) in &self.terms {
            match inverted.get_term_info(term)? {
                Some(info) => infos.push(info),
                None => return Ok(None),
            }
        }
        Ok(Some(infos).filter(|infos| !infos.is_empty()))
    }
}

struct RunWeight {
    field: Field,
    places: Vec<u32>,
    found: BTreeMap<SegmentId, Vec<TermInfo>>,
    ranked: Option<Bm25Weight>,
}

impl Weight for RunWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let Some(infos) = self.found.get(&reader.segment_id()) else {
            return Ok(Box::new(EmptyScorer));
        };
        let inverted = reader.inverted_index(self.field)?;
        let option = match infos.as_slice() {
            [_] => IndexRecordOption::WithFreqs,
            _ => IndexRecordOption::WithFreqsAndPositions,
        };
        let furthest = self.places.iter().max().copied().unwrap_or(0);
        let mut parts = Vec::with_capacity(infos.len());
        for (place, info) in self.places.iter().zip(infos) {
            let postings = inverted.read_postings_from_terminfo(info, option)?;
            parts.push(Part { postings, shift: furthest - place });
        }
        parts.sort_by_key(|part| part.postings.doc_freq());
        let ranked = self.ranked.as_ref().map(|weight| weight.boost_by(boost));
        let lengths = match &ranked {
            Some(_) => reader.fieldnorms_readers().get_field(self.field)?,
            None => None,
        };
        let lengths = lengths.unwrap_or_else(|| FieldNormReader::constant(reader.max_doc(), 1));
        let mut scorer =
            RunScorer { parts, ranked, lengths, times: 0, starts: Vec::new(), next: Vec::new() };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a run is not explained".to_owned()))
    }
}

struct Part {
    postings: SegmentPostings,
    /// Added to its positions they are those of the last term.
    shift: u32,
}

/// Records that hold the run; the parts, those with fewest records first, stand at the same one.
struct RunScorer {
    parts: Vec<Part>,
    ranked: Option<Bm25Weight>,
    lengths: FieldNormReader,
    /// How often the run stands in the record.
    times: u32,
    starts: Vec<u32>,
    next: Vec<u32>,
}

impl RunScorer {
    /// From where the first part stands on, the first record that holds the run.
    fn settle(&mut self) -> DocId {
        let Some((first, rest)) = self.parts.split_first_mut() else { return TERMINATED };
        let mut doc = first.postings.doc();
        'again: while doc != TERMINATED {
            for part in &mut *rest {
                let at = part.postings.doc();
                let at = if at < doc { part.postings.seek(doc) } else { at };
                if at > doc {
                    doc = if at == TERMINATED { at } else { first.postings.seek(at) };
                    continue 'again;
                }
            }
            self.times = match rest {
                [] => first.postings.term_freq(),
                _ => times(first, rest, &mut self.starts, &mut self.next),
            };
            if self.times > 0 {
                return doc;
            }
            doc = first.postings.advance();
        }
        if first.postings.doc() != TERMINATED {
            first.postings.seek(TERMINATED);
        }
        TERMINATED
    }
}

/// How often the parts stand at their places in the record at which they are.
fn times(first: &mut Part, rest: &mut [Part], starts: &mut Vec<u32>, next: &mut Vec<u32>) -> u32 {
    first.postings.positions_with_offset(first.shift, starts);
    for part in rest {
        part.postings.positions_with_offset(part.shift, next);
        let mut others = next.iter().copied().peekable();
        starts.retain(|&at| {
            while others.next_if(|&other| other < at).is_some() {}
            others.peek() == Some(&at)
        });
        if starts.is_empty() {
            return 0;
        }
    }
    u32::try_from(starts.len()).unwrap_or(u32::MAX)
}

impl DocSet for RunScorer {
    fn advance(&mut self) -> DocId {
        match self.parts.first_mut() {
            Some(first) => {
                first.postings.advance();
                self.settle()
            }
            None => TERMINATED,
        }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        match self.parts.first_mut() {
            Some(first) if first.postings.doc() < target => {
                first.postings.seek(target);
                self.settle()
            }
            _ => self.doc(),
        }
    }

    fn doc(&self) -> DocId {
        self.parts.first().map_or(TERMINATED, |first| first.postings.doc())
    }

    fn size_hint(&self) -> u32 {
        self.parts.first().map_or(0, |first| first.postings.size_hint())
    }

    fn cost(&self) -> u64 {
        u64::from(self.size_hint()) * self.parts.len() as u64
    }
}

impl Scorer for RunScorer {
    fn score(&mut self) -> Score {
        let length = self.lengths.fieldnorm_id(self.doc());
        self.ranked.as_ref().map_or(1.0, |weight| weight.score(length, self.times))
    }
}
