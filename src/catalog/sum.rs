//! 合计: queries whose score is the sum of their parts' scores, always added up in the order in which the parts were given.
//!
//! The engine's own sums depend on how long its lists are and where they end, thus on records that were taken away or may
//! not be seen. Sums of fractions differ with their order in the last figures, and ties would tell.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

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

/// Documents that at least so many of the parts have.
struct Any {
    parts: Vec<Box<dyn Scorer>>,
    /// The parts that stand further on, with where they stand; not those at their end.
    ahead: BinaryHeap<Reverse<(DocId, usize)>>,
    /// The parts that have the document, in order.
    here: Vec<usize>,
    least: usize,
    each: Score,
    doc: DocId,
}

impl Any {
    fn new(parts: Vec<Box<dyn Scorer>>, least: usize, each: Score) -> Self {
        let (ahead, here) = (BinaryHeap::new(), Vec::new());
        let mut out = Self { parts, ahead, here, least, each, doc: 0 };
        for part in 0..out.parts.len() {
            let at = out.parts.get(part).map_or(TERMINATED, DocSet::doc);
            out.wait(at, part);
        }
        out.settle();
        out
    }

    /// Keeps in mind where a part stands, unless it is at its end.
    fn wait(&mut self, at: DocId, part: usize) {
        if at != TERMINATED {
            self.ahead.push(Reverse((at, part)));
        }
    }

    /// The first document among those ahead that enough parts have.
    fn settle(&mut self) -> DocId {
        loop {
            self.here.clear();
            let Some(Reverse((doc, _))) = self.ahead.peek().copied() else {
                self.doc = TERMINATED;
                return TERMINATED;
            };
            self.doc = doc;
            while let Some(Reverse((at, part))) = self.ahead.peek().copied()
                && at == doc
            {
                self.ahead.pop();
                self.here.push(part);
            }
            if self.here.len() >= self.least {
                return doc;
            }
            self.step();
        }
    }

    /// Sends those that are here one further.
    fn step(&mut self) {
        let mut here = std::mem::take(&mut self.here);
        for part in here.drain(..) {
            let at = self.parts.get_mut(part).map_or(TERMINATED, DocSet::advance);
            self.wait(at, part);
        }
        // Its room is used again.
        self.here = here;
    }
}

impl DocSet for Any {
    fn advance(&mut self) -> DocId {
        self.step();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.doc {
            return self.doc;
        }
        self.ahead.extend(self.here.drain(..).map(|part| Reverse((self.doc, part))));
        while let Some(Reverse((at, part))) = self.ahead.peek().copied()
            && at < target
        {
            self.ahead.pop();
            let at = self.parts.get_mut(part).map_or(TERMINATED, |scorer| scorer.seek(target));
            self.wait(at, part);
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
        for &part in &self.here {
            sum += self.each + self.parts.get_mut(part).map_or(0.0, Scorer::score);
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
