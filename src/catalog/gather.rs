//! 收集: what satisfies a query, within a segment and over all. Memory grows with the answers asked for, not with those
//! there are.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{ColumnValues, StrColumn};
use tantivy::query::{Scorer, Weight};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TantivyError};

use super::facet::{self, FACETS};
use super::order::{Candidate, Found, Gathered, compare, freshness, thousandths};
use super::query::Sort;

/// What to collect.
pub(crate) struct Gather {
    /// How many of the first.
    pub keep: usize,
    /// In which order.
    pub sort: Sort,
    /// The day from which on newer records count more, as eight figures.
    pub recent: Option<u64>,
    /// Whether to count values.
    pub facets: bool,
    /// Whether only the best of each case.
    pub by_case: bool,
    /// Those that satisfy the query exactly; none if all do.
    pub exact: Option<Box<dyn Weight>>,
    /// Those to leave out.
    pub without: Option<Box<dyn Weight>>,
}

impl Gather {
    /// The best `keep`, nothing else.
    pub(crate) fn best(keep: usize) -> Self {
        let (sort, facets, by_case) = (Sort::Relevance, false, false);
        Self { keep, sort, recent: None, facets, by_case, exact: None, without: None }
    }
}

/// The columns by which answers are put in order, opened once for each state of the index.
#[derive(Clone)]
pub(crate) struct Columns {
    dates: Arc<dyn ColumnValues<u64>>,
    keys: Option<StrColumn>,
}

impl Columns {
    /// Those of a segment.
    pub(crate) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        Ok(Self { dates: columns.column_first_or_default("date")?, keys: columns.str("key")? })
    }

    /// The key of a rank.
    pub(crate) fn key(&self, rank: u64) -> tantivy::Result<String> {
        word(&self.keys, Some(rank))
    }
}

/// The value of a column that has this rank; nothing if there is none.
fn word(column: &Option<StrColumn>, rank: Option<u64>) -> tantivy::Result<String> {
    let mut text = String::new();
    if let (Some(column), Some(rank)) = (column, rank) {
        column.ord_to_str(rank, &mut text)?;
    }
    Ok(text)
}

/// What to collect, out of a state whose columns are open.
pub(crate) struct Gathering<'a> {
    /// What to collect.
    pub gather: &'a Gather,
    /// Of each segment.
    pub columns: &'a [Columns],
}

/// Collects within one segment.
pub(crate) struct InSegment {
    segment: SegmentOrdinal,
    keep: usize,
    sort: Sort,
    recent: Option<u64>,
    open: Columns,
    cases: Option<StrColumn>,
    columns: Vec<(usize, StrColumn, Vec<u64>)>,
    exact: Option<Box<dyn Scorer>>,
    without: Option<Box<dyn Scorer>>,
    total: usize,
    related: usize,
    lowest_exact: u64,
    highest_related: u64,
    best: BinaryHeap<Candidate>,
    /// Behind this nothing is among the first, whatever its date and key, which need not be looked up then: whether by a
    /// related form, and relevance.
    bar: (bool, u64),
    /// The same as the engine tells it, a little lower, where nothing else is asked of a record than its relevance: most of
    /// many answers are done with at once.
    floor: Option<Score>,
    best_of: BTreeMap<Option<u64>, (Candidate, usize)>,
}

impl Collector for Gathering<'_> {
    type Fruit = Gathered;
    type Child = InSegment;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<InSegment> {
        let Some(open) = usize::try_from(segment).ok().and_then(|at| self.columns.get(at)) else {
            return Err(TantivyError::InternalError("a segment without columns".to_owned()));
        };
        let asked = self.gather;
        let columns = reader.fast_fields();
        let scorer = |weight: &Option<Box<dyn Weight>>| {
            weight.as_ref().map(|w| w.scorer(reader, 1.0)).transpose()
        };
        let mut counted = Vec::new();
        if asked.facets {
            for (at, spec) in FACETS.iter().enumerate() {
                if let Some(column) = columns.str(spec.id)? {
                    let counts = vec![0; column.num_terms()];
                    counted.push((at, column, counts));
                }
            }
        }
        let plain = asked.exact.is_none()
            && asked.without.is_none()
            && asked.recent.is_none()
            && !asked.facets
            && !asked.by_case;
        Ok(InSegment {
            floor: plain.then_some(0.0),
            segment,
            keep: asked.keep,
            sort: asked.sort,
            recent: asked.recent,
            open: open.clone(),
            cases: if asked.by_case { columns.str(facet::CASE)? } else { None },
            columns: counted,
            exact: scorer(&asked.exact)?,
            without: scorer(&asked.without)?,
            total: 0,
            related: 0,
            lowest_exact: u64::MAX,
            highest_related: 0,
            best: BinaryHeap::new(),
            bar: (true, 0),
            best_of: BTreeMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<Gathered>>) -> tantivy::Result<Gathered> {
        let mut all = Gathered::new();
        for fruit in fruits {
            let one = fruit?;
            all.total += one.total;
            all.related += one.related;
            all.lowest_exact = all.lowest_exact.min(one.lowest_exact);
            all.highest_related = all.highest_related.max(one.highest_related);
            all.found.extend(one.found);
            for (counts, more) in all.facets.iter_mut().zip(one.facets) {
                for (value, count) in more {
                    *counts.entry(value).or_default() += count;
                }
            }
            for (case, count) in one.of_case {
                *all.of_case.entry(case).or_default() += count;
            }
        }
        let sort = self.gather.sort;
        let of = |f: &Found| (f.related, f.score, f.date);
        let by_rank = |f: &Found| (f.address.segment_ord, f.key);
        all.found.sort_by(|a, b| compare(sort, of(a), of(b)).then(by_rank(a).cmp(&by_rank(b))));
        let same = |a: &Found, b: &Found| compare(sort, of(a), of(b)).is_eq();
        for equal in all.found.chunk_by_mut(same) {
            self.by_key(equal)?;
        }
        if self.gather.by_case {
            let mut seen = BTreeSet::new();
            all.found.retain(|f| seen.insert(f.case.clone()));
            all.cases = Some(all.of_case.len());
        }
        all.found.truncate(self.gather.keep);
        all.keep_below();
        Ok(all)
    }
}

impl Gathering<'_> {
    /// Puts what is equal in all else in the order of the keys. Within a segment it is; a key is looked up (some
    /// microseconds) only to compare it with that of another segment.
    fn by_key(&self, equal: &mut [Found]) -> tantivy::Result<()> {
        let segment = |f: &Found| f.address.segment_ord;
        if equal.first().map(segment) == equal.last().map(segment) {
            return Ok(());
        }
        let mut keyed = Vec::with_capacity(equal.len());
        for one in &*equal {
            let columns = usize::try_from(segment(one)).ok().and_then(|at| self.columns.get(at));
            keyed.push((columns.map(|c| c.key(one.key)).transpose()?, one.clone()));
        }
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (slot, (_, one)) in equal.iter_mut().zip(keyed) {
            *slot = one;
        }
        Ok(())
    }
}

/// Whether `set`, which goes forward with the documents, has `doc`.
fn holds(set: &mut Box<dyn Scorer>, doc: DocId) -> bool {
    if set.doc() < doc {
        set.seek(doc);
    }
    set.doc() == doc
}

impl InSegment {
    /// Sets the bar at the last of the best ones, if there are enough.
    fn raise(&mut self) {
        if self.sort == Sort::Relevance
            && self.best.len() >= self.keep
            && let Some(last) = self.best.peek()
        {
            self.bar = (last.related, last.score);
            let floor = last.score.saturating_sub(1) as Score / 1000.0 * 0.999_999;
            self.floor = self.floor.map(|_| floor);
        }
    }
}

impl SegmentCollector for InSegment {
    type Fruit = tantivy::Result<Gathered>;

    fn collect(&mut self, doc: DocId, score: Score) {
        if self.floor.is_some_and(|floor| score < floor) {
            self.total += 1;
            return;
        }
        if self.without.as_mut().is_some_and(|set| holds(set, doc)) {
            return;
        }
        let related = self.exact.as_mut().is_some_and(|set| !holds(set, doc));
        let boost = self.recent.map_or(1.0, |today| freshness(self.open.dates.get_val(doc), today));
        let score = thousandths(f64::from(score) * boost);
        self.total += 1;
        if related {
            self.related += 1;
            self.highest_related = self.highest_related.max(score);
        } else {
            self.lowest_exact = self.lowest_exact.min(score);
        }
        for (_, column, counts) in &mut self.columns {
            for ord in column.term_ords(doc) {
                if let Some(slot) = usize::try_from(ord).ok().and_then(|i| counts.get_mut(i)) {
                    *slot += 1;
                }
            }
        }
        if related.cmp(&self.bar.0).then(self.bar.1.cmp(&score)).is_gt() {
            return;
        }
        let first = |c: &StrColumn| c.term_ords(doc).next();
        let case = self.cases.as_ref().and_then(first);
        let key = self.open.keys.as_ref().and_then(first).unwrap_or_default();
        let date = self.open.dates.get_val(doc);
        let one = Candidate { sort: self.sort, score, date, related, key, doc, case };
        if self.cases.is_some() {
            let (best, count) = self.best_of.entry(case).or_insert((one, 0));
            *count += 1;
            if one < *best {
                *best = one;
            }
        } else if self.best.len() < self.keep {
            self.best.push(one);
            self.raise();
        } else if self.best.peek().is_some_and(|last| one < *last) {
            if let Some(mut last) = self.best.peek_mut() {
                *last = one;
            }
            self.raise();
        }
    }

    fn harvest(self) -> tantivy::Result<Gathered> {
        let mut out = Gathered::new();
        out.total = self.total;
        out.related = self.related;
        out.lowest_exact = self.lowest_exact;
        out.highest_related = self.highest_related;
        for (case, (_, count)) in &self.best_of {
            *out.of_case.entry(word(&self.cases, *case)?).or_default() += count;
        }
        let best = self.best.into_iter().chain(self.best_of.into_values().map(|(best, _)| best));
        for one in best {
            out.found.push(Found {
                score: one.score,
                date: one.date,
                address: DocAddress::new(self.segment, one.doc),
                related: one.related,
                key: one.key,
                case: word(&self.cases, one.case)?,
            });
        }
        for (at, column, counts) in self.columns {
            let column = Some(column);
            for (ord, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                let value = word(&column, u64::try_from(ord).ok())?;
                if let Some(counts) = out.facets.get_mut(at) {
                    counts.insert(value, count);
                }
            }
        }
        Ok(out)
    }
}
