//! 排列: the order of answers, which is total: by relevance or date, and the record's key as the last word.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use tantivy::{DocAddress, DocId};

use super::facet::FACETS;
use super::query::Sort;

/// A record that satisfies the query.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// 相关度, in thousandths.
    pub score: u64,
    /// Date as eight figures.
    pub date: u64,
    /// Where the engine keeps it.
    pub address: DocAddress,
    /// Whether it satisfies it only by a related form.
    pub related: bool,
    /// Rank of its key in its segment; the key is the last word in the order.
    pub key: u64,
    /// 案件, if answers are grouped by it.
    pub case: String,
}

/// What was collected.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// How many there are.
    pub total: usize,
    /// How many of them only by a related form.
    pub related: usize,
    /// How many cases they are of, if grouped.
    pub cases: Option<usize>,
    /// The first ones, in order.
    pub found: Vec<Found>,
    /// For each of [`FACETS`] the values with their counts.
    pub facets: Vec<BTreeMap<String, u64>>,
    /// Of each case the number of its records, if grouped.
    pub of_case: BTreeMap<String, usize>,
    /// Lowest score of those that satisfy it exactly.
    pub lowest_exact: u64,
    /// Highest score of the others.
    pub highest_related: u64,
}

impl Gathered {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            lowest_exact: u64::MAX,
            facets: vec![BTreeMap::new(); FACETS.len()],
            ..Self::default()
        }
    }

    /// Puts the scores of related forms below all exact ones, so that the score tells the order.
    pub(crate) fn keep_below(&mut self) {
        if self.lowest_exact < u64::MAX && self.highest_related > 0 {
            let factor = self.lowest_exact as f64 / 2.0 / self.highest_related as f64;
            for one in self.found.iter_mut().filter(|f| f.related) {
                one.score = rounded(one.score as f64 * factor.min(1.0));
            }
        }
    }
}

/// A score that is not below zero, without what stands behind the point.
fn rounded(score: f64) -> u64 {
    // A cast is quicker than the library's rounding.
    (score + 0.5) as u64
}

/// Scores are sums whose order differs with the history of the index: what stands behind thousandths means nothing.
pub(crate) fn thousandths(score: f64) -> u64 {
    rounded(score * 1000.0)
}

/// The order of answers, but for the key.
pub(crate) fn compare(sort: Sort, a: (bool, u64, u64), b: (bool, u64, u64)) -> Ordering {
    let by_score = a.0.cmp(&b.0).then(b.1.cmp(&a.1));
    let by_date = b.2.cmp(&a.2);
    match sort {
        Sort::Relevance => by_score.then(by_date),
        Sort::Date => by_date.then(by_score),
    }
}

/// One candidate within a segment; the greatest is the one to drop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// The order it is compared in.
    pub sort: Sort,
    /// 相关度, in thousandths.
    pub score: u64,
    /// Date as eight figures.
    pub date: u64,
    /// Whether it satisfies the query only by a related form.
    pub related: bool,
    /// Rank of its key in the segment.
    pub key: u64,
    /// Its number in the segment.
    pub doc: DocId,
    /// Rank of its case in the segment.
    pub case: Option<u64>,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        let of = |c: &Self| (c.related, c.score, c.date);
        compare(self.sort, of(self), of(other)).then(self.key.cmp(&other.key))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

/// How much more a record counts that is `date` old on `today`: twice on the day itself, half of that a year before.
pub(crate) fn freshness(date: u64, today: u64) -> f64 {
    let days = |n: u64| (n / 10000 * 365 + n / 100 % 100 * 30 + n % 100) as f64;
    let years = (days(today) - days(date)).max(0.0) / 365.0;
    if date == 0 { 1.0 } else { 1.0 + (-years).exp2() }
}
