//! 合计: queries whose score is the sum of their parts' scores, always added up in the order in which the parts were given.
//!
//! The engine's own sums depend on how long its lists are and where they end, thus on records that were taken away or may
//! not be seen. Sums of fractions differ with their order in the last figures, and ties would tell.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

/// All of `must`; at least so many of `any` as `least` says, which may be none.
#[derive(Debug)]
pub(crate) struct Sum {
    /// What must hold.
    pub must: Vec<Box<dyn Query>>,
    /// What may hold.
    pub any: Vec<Box<dyn Query>>,
    /// How many of these must, too.
    pub least: usize,
    /// What each of these that holds adds by itself: with much, those with more of them come first.
    pub each: Score,
}

impl Clone for Sum {
    fn clone(&self) -> Self {
        let copies = |of: &[Box<dyn Query>]| of.iter().map(|query| query.box_clone()).collect();
        Self { must: copies(&self.must), any: copies(&self.any), ..*self }
    }
}

struct SumWeight {
    must: Vec<Box<dyn Weight>>,
    any: Vec<Box<dyn Weight>>,
    least: usize,
    each: Score,
}

impl Query for Sum {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weights = |of: &[Box<dyn Query>]| of.iter().map(|q| q.weight(scoring)).collect();
        let (must, any): (tantivy::Result<_>, tantivy::Result<_>) =
            (weights(&self.must), weights(&self.any));
        Ok(Box::new(SumWeight { must: must?, any: any?, least: self.least, each: self.each }))
    }
}

impl Weight for SumWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let scorers = |of: &[Box<dyn Weight>]| -> tantivy::Result<Vec<Box<dyn Scorer>>> {
            of.iter().map(|w| w.scorer(reader, boost)).collect()
        };
        let mut must = scorers(&self.must)?;
        let mut any = scorers(&self.any)?;
        // What a record lacks adds nothing: most of the fields that are asked hold nothing of a word.
        any.retain(|part| part.doc() != TERMINATED);
        if must.is_empty() {
            if self.each == 0.0 && self.least <= 1 && any.len() == 1 {
                return Ok(any.remove(0));
            }
            return Ok(Box::new(Any::new(any, self.least.max(1), self.each * boost)));
        }
        if any.is_empty() && self.least == 0 {
            return Ok(Box::new(All::new(must, Vec::new())));
        }
        if self.least == 0 {
            return Ok(Box::new(All::new(must, any)));
        }
        must.push(Box::new(Any::new(any, self.least, self.each * boost)));
        Ok(Box::new(All::new(must, Vec::new())))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a sum is not explained".to_owned()))
    }
}

/// Documents that at least so many of the parts have. There are few parts: looking through where they stand is quicker than
/// keeping them in order.
struct Any {
    parts: Vec<Box<dyn Scorer>>,
    /// Where each of them stands.
    at: Vec<DocId>,
    least: usize,
    each: Score,
    doc: DocId,
}

impl Any {
    fn new(parts: Vec<Box<dyn Scorer>>, least: usize, each: Score) -> Self {
        let at = parts.iter().map(DocSet::doc).collect();
        let mut out = Self { parts, at, least, each, doc: 0 };
        out.settle();
        out
    }

    /// The first document from where the parts stand on that enough of them have.
    fn settle(&mut self) -> DocId {
        loop {
            self.doc = self.at.iter().min().copied().unwrap_or(TERMINATED);
            if self.doc == TERMINATED || self.least <= 1 || self.here() >= self.least {
                return self.doc;
            }
            self.step();
        }
    }

    /// How many have the document.
    fn here(&self) -> usize {
        self.at.iter().filter(|at| **at == self.doc).count()
    }

    /// Sends those that have the document one further.
    fn step(&mut self) {
        for (at, part) in self.at.iter_mut().zip(&mut self.parts) {
            if *at == self.doc {
                *at = part.advance();
            }
        }
    }
}

impl DocSet for Any {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        self.step();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.doc {
            return self.doc;
        }
        for (at, part) in self.at.iter_mut().zip(&mut self.parts) {
            if *at < target {
                *at = part.seek(target);
            }
        }
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.size_hint()))
    }

    fn cost(&self) -> u64 {
        self.parts.iter().map(DocSet::cost).sum()
    }
}

impl Scorer for Any {
    fn score(&mut self) -> Score {
        let mut sum = 0.0;
        for (at, part) in self.at.iter().zip(&mut self.parts) {
            if *at == self.doc {
                sum += self.each + part.score();
            }
        }
        sum
    }
}

/// Documents that all of the parts have; what else has them adds to their score.
struct All {
    must: Vec<Box<dyn Scorer>>,
    /// The parts, those with fewest documents first.
    order: Vec<usize>,
    also: Vec<Box<dyn Scorer>>,
    doc: DocId,
}

impl All {
    fn new(must: Vec<Box<dyn Scorer>>, also: Vec<Box<dyn Scorer>>) -> Self {
        let mut order: Vec<usize> = (0..must.len()).collect();
        order.sort_by_key(|&part| must.get(part).map_or(0, DocSet::cost));
        let mut out = Self { must, order, also, doc: 0 };
        out.settle(0);
        out
    }

    /// The first document from `candidate` on that all have.
    fn settle(&mut self, mut candidate: DocId) -> DocId {
        'again: while candidate < TERMINATED {
            for &part in &self.order {
                let Some(scorer) = self.must.get_mut(part) else { continue };
                let at = to(scorer, candidate);
                if at > candidate {
                    candidate = at;
                    continue 'again;
                }
            }
            break;
        }
        self.doc = candidate;
        candidate
    }
}

/// Sends `scorer` to `target`, never backwards; where it stands then.
fn to(scorer: &mut Box<dyn Scorer>, target: DocId) -> DocId {
    let at = scorer.doc();
    if at < target { scorer.seek(target) } else { at }
}

impl DocSet for All {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.settle(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.doc { self.doc } else { self.settle(target) }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.must.iter().map(DocSet::size_hint).min().unwrap_or(0)
    }

    fn cost(&self) -> u64 {
        self.must.iter().map(DocSet::cost).min().unwrap_or(0)
    }
}

impl Scorer for All {
    fn score(&mut self) -> Score {
        let mut sum = 0.0;
        for part in &mut self.must {
            sum += part.score();
        }
        for part in &mut self.also {
            if to(part, self.doc) == self.doc {
                sum += part.score();
            }
        }
        sum
    }
}
