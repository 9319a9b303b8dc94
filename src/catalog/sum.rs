//! 合计: queries whose score is the sum of their parts' scores, always added up in the order in which the parts were given.
//!
//! The engine's own sums depend on how long its lists are and where they end, thus on records that were taken away or may
//! not be seen. Sums of fractions differ with their order in the last figures, and ties would tell.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

use super::run::{Run, RunScorer, RunWeight};

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

/// What is asked of a part; runs, which nearly all are, without a detour for each record.
enum PartWeight {
    Run(RunWeight),
    Other(Box<dyn Weight>),
}

impl PartWeight {
    fn of(query: &dyn Query, scoring: EnableScoring<'_>) -> tantivy::Result<Self> {
        Ok(match query.downcast_ref::<Run>() {
            Some(run) => Self::Run(run.weighed(scoring)?),
            None => Self::Other(query.weight(scoring)?),
        })
    }

    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<Part>> {
        let part = match self {
            Self::Run(weight) => weight.run(reader, boost)?.map(|run| Part::Run(Box::new(run))),
            Self::Other(weight) => Some(Part::Other(weight.scorer(reader, boost)?)),
        };
        // What a record lacks adds nothing: most of the fields that are asked hold nothing of a word.
        Ok(part.filter(|part| part.doc() != TERMINATED))
    }
}

enum Part {
    Run(Box<RunScorer>),
    Other(Box<dyn Scorer>),
}

impl Part {
    fn boxed(self) -> Box<dyn Scorer> {
        match self {
            Self::Run(run) => run,
            Self::Other(other) => other,
        }
    }
}

impl DocSet for Part {
    fn advance(&mut self) -> DocId {
        match self {
            Self::Run(run) => run.advance(),
            Self::Other(other) => other.advance(),
        }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Run(run) => run.seek(target),
            Self::Other(other) => other.seek(target),
        }
    }

    fn doc(&self) -> DocId {
        match self {
            Self::Run(run) => run.doc(),
            Self::Other(other) => other.doc(),
        }
    }

    fn size_hint(&self) -> u32 {
        match self {
            Self::Run(run) => run.size_hint(),
            Self::Other(other) => other.size_hint(),
        }
    }

    fn cost(&self) -> u64 {
        match self {
            Self::Run(run) => run.cost(),
            Self::Other(other) => other.cost(),
        }
    }
}

impl Scorer for Part {
    fn score(&mut self) -> Score {
        match self {
            Self::Run(run) => run.score(),
            Self::Other(other) => other.score(),
        }
    }
}

struct SumWeight {
    must: Vec<Box<dyn Weight>>,
    any: Vec<PartWeight>,
    least: usize,
    each: Score,
}

impl Query for Sum {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let must: tantivy::Result<_> = self.must.iter().map(|q| q.weight(scoring)).collect();
        let any: tantivy::Result<_> =
            self.any.iter().map(|q| PartWeight::of(&**q, scoring)).collect();
        Ok(Box::new(SumWeight { must: must?, any: any?, least: self.least, each: self.each }))
    }
}

impl SumWeight {
    /// The parts of which some must hold, as far as they hold anything.
    fn parts(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Vec<Part>> {
        let parts = self.any.iter().map(|w| w.scorer(reader, boost));
        parts.filter_map(Result::transpose).collect()
    }

    /// Whether one of the parts by itself is as good as their sum.
    fn is_plain(&self) -> bool {
        self.each == 0.0 && self.least <= 1
    }
}

impl Weight for SumWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut any = self.parts(reader, boost)?;
        if self.must.is_empty() {
            return Ok(match any.len() {
                1 if self.is_plain() => any.remove(0).boxed(),
                _ => Box::new(Any::new(any, self.least.max(1), self.each * boost)),
            });
        }
        let must: tantivy::Result<_> = self.must.iter().map(|w| w.scorer(reader, boost)).collect();
        let mut must: Vec<Box<dyn Scorer>> = must?;
        if self.least == 0 {
            return Ok(Box::new(All::new(must, any)));
        }
        must.push(Box::new(Any::new(any, self.least, self.each * boost)));
        Ok(Box::new(All::new(must, Vec::new())))
    }

    fn for_each(
        &self,
        reader: &SegmentReader,
        found: &mut dyn FnMut(DocId, Score),
    ) -> tantivy::Result<()> {
        if !self.must.is_empty() {
            let mut scorer = self.scorer(reader, 1.0)?;
            each(&mut scorer, found);
            return Ok(());
        }
        let mut any = self.parts(reader, 1.0)?;
        match any.as_mut_slice() {
            [Part::Run(run)] if self.is_plain() => each(&mut **run, found),
            _ => Any::new(any, self.least.max(1), self.each).each(found),
        }
        Ok(())
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a sum is not explained".to_owned()))
    }
}

/// Tells of each record from where `scorer` stands on.
fn each(scorer: &mut impl Scorer, found: &mut dyn FnMut(DocId, Score)) {
    let mut doc = scorer.doc();
    while doc != TERMINATED {
        found(doc, scorer.score());
        doc = scorer.advance();
    }
}

/// Documents that at least so many of the parts have. There are few parts: looking through where they stand is quicker than
/// keeping them in order.
struct Any {
    parts: Vec<Part>,
    /// Where each of them stands.
    at: Vec<DocId>,
    least: usize,
    each: Score,
    doc: DocId,
}

impl Any {
    fn new(parts: Vec<Part>, least: usize, each: Score) -> Self {
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

    /// Tells of each record from here on. As long as one part goes on by itself the others are not looked at: a word stands
    /// in many texts, and in few titles.
    fn each(mut self, found: &mut dyn FnMut(DocId, Score)) {
        if self.least > 1 {
            return each(&mut self, found);
        }
        while self.doc != TERMINATED {
            let mut others = TERMINATED;
            let mut lead = None;
            for (nth, &at) in self.at.iter().enumerate() {
                if at == self.doc && lead.is_none() {
                    lead = Some(nth);
                } else {
                    others = others.min(at);
                }
            }
            if others > self.doc
                && let Some((part, at)) =
                    lead.and_then(|nth| self.parts.get_mut(nth).zip(self.at.get_mut(nth)))
            {
                while *at < others {
                    found(*at, self.each + part.score());
                    *at = part.advance();
                }
            } else {
                found(self.doc, self.score());
                self.step();
            }
            self.settle();
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
    also: Vec<Part>,
    doc: DocId,
}

impl All {
    fn new(must: Vec<Box<dyn Scorer>>, also: Vec<Part>) -> Self {
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
fn to(scorer: &mut impl Scorer, target: DocId) -> DocId {
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
