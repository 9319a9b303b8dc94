//! 排列: collects what satisfies a query and puts it in a stable order.

use std::cmp::Ordering;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

use super::query::Sort;

/// A record that satisfies the query.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// 相关度.
    pub score: f64,
    /// Date as eight figures.
    pub date: u64,
    /// Where the engine keeps it.
    pub address: DocAddress,
    /// Whether it satisfies it only by a related form.
    pub related: bool,
}

/// The addresses of `found`, sorted.
pub(crate) fn addresses(found: &[Found]) -> Vec<DocAddress> {
    let mut out: Vec<DocAddress> = found.iter().map(|f| f.address).collect();
    out.sort_unstable();
    out
}

/// Puts the scores of related forms below all exact ones, so that the score tells the order.
pub(crate) fn keep_below(found: &mut [Found]) {
    let lowest = found.iter().filter(|f| !f.related).map(|f| f.score).fold(f64::INFINITY, f64::min);
    let highest = found.iter().filter(|f| f.related).map(|f| f.score).fold(0.0, f64::max);
    if lowest.is_finite() && highest > 0.0 {
        let factor = (lowest / 2.0 / highest).min(1.0);
        for one in found.iter_mut().filter(|f| f.related) {
            one.score = rounded(one.score * factor);
        }
    }
}

/// Scores are sums whose order differs with the history of the index; their last figures mean nothing.
fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

fn compare(sort: Sort, a: &Found, b: &Found) -> Ordering {
    let by_score = a.related.cmp(&b.related).then(b.score.total_cmp(&a.score));
    let by_date = b.date.cmp(&a.date);
    match sort {
        Sort::Relevance => by_score.then(by_date),
        Sort::Date => by_date.then(by_score),
    }
}

/// Sorts, ties by key as far as the first `end` are concerned.
pub(crate) fn order(
    mut found: Vec<Found>,
    sort: Sort,
    end: usize,
    searcher: &Searcher,
) -> tantivy::Result<Vec<Found>> {
    found.sort_by(|a, b| compare(sort, a, b));
    let Some(last) = end.checked_sub(1).and_then(|i| found.get(i)).cloned() else {
        return Ok(Vec::new());
    };
    // Those that tie with the last one belong in, too: their keys decide.
    let until = found.partition_point(|f| compare(sort, f, &last) != Ordering::Greater);
    found.truncate(until);
    let mut keyed = Vec::with_capacity(until);
    let mut columns = Vec::new();
    for reader in searcher.segment_readers() {
        columns.push(reader.fast_fields().str("key")?);
    }
    for one in found {
        let mut key = String::new();
        if let Some(Some(column)) = columns.get(one.address.segment_ord as usize)
            && let Some(ord) = column.term_ords(one.address.doc_id).next()
        {
            column.ord_to_str(ord, &mut key)?;
        }
        keyed.push((one, key));
    }
    keyed.sort_by(|(a, ka), (b, kb)| compare(sort, a, b).then_with(|| ka.cmp(kb)));
    Ok(keyed.into_iter().map(|(one, _)| one).collect())
}

/// Collects every record found with score and date.
pub(crate) struct Everything;

/// Collects within one segment.
pub(crate) struct InSegment {
    segment: SegmentOrdinal,
    dates: Arc<dyn ColumnValues<u64>>,
    found: Vec<Found>,
}

impl Collector for Everything {
    type Fruit = Vec<Found>;
    type Child = InSegment;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<InSegment> {
        let dates = reader.fast_fields().column_first_or_default("date")?;
        Ok(InSegment { segment, dates, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<Vec<Found>>) -> tantivy::Result<Vec<Found>> {
        Ok(fruits.into_iter().flatten().collect())
    }
}

impl SegmentCollector for InSegment {
    type Fruit = Vec<Found>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.found.push(Found {
            score: rounded(f64::from(score)),
            date: self.dates.get_val(doc),
            address: DocAddress::new(self.segment, doc),
            related: false,
        });
    }

    fn harvest(self) -> Vec<Found> {
        self.found
    }
}
