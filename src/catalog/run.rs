//! 连写: records in which terms stand one right after the other, as a clerk's phrase does.
//!
//! The engine's own phrases look every term up twice for each of the fields that are asked, most of which hold nothing of it.
//! Here a field is left at the first term that it lacks, and only so many terms are asked as cover the phrase.

use std::collections::BTreeMap;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::query::{
    Bm25StatisticsProvider, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::gram;

/// Terms that stand one after the other, with their distances from the first.
#[derive(Clone, Debug)]
pub(crate) struct Phrase(Arc<[(u32, String)]>);

impl Phrase {
    /// `terms` one after the other.
    pub(crate) fn of(terms: impl IntoIterator<Item = String>) -> Self {
        Self((0..).zip(terms).collect())
    }

    /// As few terms of the index ([`gram`]) as hold every one of `chars`: signs stand before and after each value, so that no
    /// two values can make a match together.
    pub(crate) fn terms(chars: &[char]) -> Self {
        let mut out: Vec<(u32, String)> = Vec::new();
        let mut held = 0;
        while held < chars.len() && chars.len() > 1 {
            // The last ones reach back to what is held already.
            let of = |width: usize| held.min(chars.len().saturating_sub(width));
            let number = chars.get(of(3)..).and_then(|rest| rest.get(..3));
            let number = number.filter(|chars| gram::is_number(chars));
            let (at, width) = if number.is_some() { (of(3), 3) } else { (of(2), 2) };
            let term = chars.iter().skip(at).take(width).collect();
            out.push((u32::try_from(at).unwrap_or(u32::MAX), term));
            held = at + width;
        }
        Self(out.into())
    }
}

/// A phrase in one field, which is looked up in it as often as it is asked: most fields hold nothing of it.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    field: Field,
    phrase: Phrase,
    weight: Score,
}

impl Run {
    /// `phrase` in `field`, a match of which counts `weight` times.
    pub(crate) fn new(field: Field, phrase: &Phrase, weight: Score) -> Self {
        Self { field, phrase: phrase.clone(), weight }
    }

    /// Where a segment keeps the terms; none unless it has them all.
    fn look_up(&self, reader: &SegmentReader) -> tantivy::Result<Option<Vec<TermInfo>>> {
        let inverted = reader.inverted_index(self.field)?;
        let mut infos = Vec::new();
        for (_, term) in self.phrase.0.iter() {
            match inverted.terms().get(term)? {
                Some(info) => infos.push(info),
                None => return Ok(None),
            }
        }
        Ok(Some(infos).filter(|infos| !infos.is_empty()))
    }
}

impl Query for Run {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.weighed(scoring)?))
    }
}

impl Run {
    /// Where the terms stand, and what a match counts.
    pub(crate) fn weighed(&self, scoring: EnableScoring<'_>) -> tantivy::Result<RunWeight> {
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
                Some(Ranked::new(self, statistics_provider)?)
            }
            _ => None,
        };
        let places = self.phrase.0.iter().map(|(place, _)| *place).collect();
        Ok(RunWeight { field: self.field, places, found, ranked })
    }
}

/// Okapi BM25 with the engine's constants.
#[derive(Clone, Copy, Debug)]
struct Ranked {
    /// What a record gets that is full of the run.
    most: Score,
    /// How often it must stand in a record of no length for half of that.
    base: Score,
    /// By how much more for each sign of its length.
    slope: Score,
}

impl Ranked {
    const K1: Score = 1.2;
    const B: Score = 0.75;

    fn new(run: &Run, figures: &dyn Bm25StatisticsProvider) -> tantivy::Result<Self> {
        let docs = figures.total_num_docs()? as Score;
        let usual = figures.total_num_tokens(run.field)? as Score / docs;
        let mut rarity = 0.0;
        for (_, term) in run.phrase.0.iter() {
            let with = figures.doc_freq(&Term::from_field_text(run.field, term))? as Score;
            rarity += (1.0 + (docs - with + 0.5).max(0.0) / (with + 0.5)).ln();
        }
        let (k1, b) = (Self::K1, Self::B);
        let most = rarity * (1.0 + k1) * run.weight;
        Ok(Self { most, base: k1 * (1.0 - b), slope: k1 * b / usual })
    }

    fn score(self, length: u32, times: u32, boost: Score) -> Score {
        let times = times as Score;
        self.most * boost * (times / (times + self.base + self.slope * length as Score))
    }
}

/// A run that was looked up.
pub(crate) struct RunWeight {
    field: Field,
    places: Vec<u32>,
    found: BTreeMap<SegmentId, Vec<TermInfo>>,
    ranked: Option<Ranked>,
}

impl RunWeight {
    /// The records of a segment that hold it; none if the segment lacks one of its terms.
    pub(crate) fn run(
        &self,
        reader: &SegmentReader,
        boost: Score,
    ) -> tantivy::Result<Option<RunScorer>> {
        let Some(infos) = self.found.get(&reader.segment_id()) else { return Ok(None) };
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
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else { return Ok(None) };
        let ranked = self.ranked;
        let lengths = match ranked {
            Some(_) => reader.fieldnorms_readers().get_field(self.field)?,
            None => None,
        };
        let rest = parts.collect();
        let (starts, next) = (Vec::new(), Vec::new());
        let mut scorer = RunScorer { first, rest, ranked, boost, lengths, times: 0, starts, next };
        scorer.settle();
        Ok(Some(scorer))
    }
}

impl Weight for RunWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.run(reader, boost)? {
            Some(run) => Box::new(run),
            None => Box::new(EmptyScorer),
        })
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

/// Records that hold the run; the parts, that with fewest records first, stand at the same one.
pub(crate) struct RunScorer {
    first: Part,
    rest: Vec<Part>,
    ranked: Option<Ranked>,
    boost: Score,
    /// Where length counts in ranking.
    lengths: Option<FieldNormReader>,
    /// How often a run of several terms stands in the record.
    times: u32,
    starts: Vec<u32>,
    next: Vec<u32>,
}

impl RunScorer {
    /// From where the first part stands on, the first record that holds the run.
    fn settle(&mut self) -> DocId {
        let Self { first, rest, .. } = self;
        let mut doc = first.postings.doc();
        if rest.is_empty() {
            return doc;
        }
        'again: while doc != TERMINATED {
            for part in &mut *rest {
                let at = part.postings.doc();
                let at = if at < doc { part.postings.seek(doc) } else { at };
                if at > doc {
                    doc = if at == TERMINATED { at } else { first.postings.seek(at) };
                    continue 'again;
                }
            }
            self.times = times(first, rest, &mut self.starts, &mut self.next);
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
        self.first.postings.advance();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc() < target {
            self.first.postings.seek(target);
            self.settle();
        }
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.first.postings.doc()
    }

    fn size_hint(&self) -> u32 {
        self.first.postings.size_hint()
    }

    fn cost(&self) -> u64 {
        u64::from(self.size_hint()) * (self.rest.len() + 1) as u64
    }
}

impl Scorer for RunScorer {
    fn score(&mut self) -> Score {
        let Some(ranked) = self.ranked else { return 1.0 };
        let length = self.lengths.as_ref().map_or(1, |lengths| lengths.fieldnorm(self.doc()));
        let times = if self.rest.is_empty() { self.first.postings.term_freq() } else { self.times };
        ranked.score(length, times, self.boost)
    }
}

#[cfg(test)]
mod tests {
    use super::Phrase;

    #[test]
    fn as_few_terms_as_hold_every_character() {
        let terms = |text: &str| {
            let chars: Vec<char> = text.chars().collect();
            Phrase::terms(&chars).0.iter().map(|(at, t)| format!("{at}{t}")).collect::<Vec<_>>()
        };
        assert_eq!(terms("生态环境"), ["0生态", "2环境"]);
        assert_eq!(terms("生态环"), ["0生态", "1态环"]);
        assert_eq!(terms("2025"), ["0202", "1025"]);
        assert_eq!(terms("202506"), ["0202", "3506"]);
        assert_eq!(terms("第2025年"), ["0第2", "2025", "45年"]);
        assert!(terms("污").is_empty());
    }
}
