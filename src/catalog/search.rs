//! 检索: asks the index and puts the answers in a stable order.

use std::cmp::Ordering;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::schema::Value;
use tantivy::{
    DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyDocument,
    TantivyError,
};

use super::entry::Entry;
use super::fields::{self, Scope};
use super::plan;
use super::query::{Query, Sort};
use super::reading::{self, Days, Reading};
use super::snippet;
use super::store::{Catalog, guarded};
use crate::diag::{Diagnostic, Failure};

/// One record found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// 序号, from 1.
    pub rank: usize,
    /// 相关度; only its order means something.
    pub score: f64,
    /// 标识 within the bundle.
    pub record: String,
    /// 归档包.
    pub bundle: String,
    /// 接收号.
    pub accession: String,
    /// 文号.
    pub document_number: Option<String>,
    /// 题名.
    pub title: String,
    /// 日期.
    pub date: String,
    /// 文件种类.
    pub kind: String,
    /// 文种.
    pub genre: String,
    /// 检索项 that the snippet is from.
    pub field: &'static str,
    /// File name, if the snippet is from a file's text.
    pub file: Option<String>,
    /// 摘录.
    pub snippet: String,
    /// Matches in the snippet as half-open ranges of characters, ascending, not touching.
    pub highlights: Vec<(usize, usize)>,
}

/// The answer.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    /// How many records satisfy the query.
    pub total: usize,
    /// The ones asked for.
    pub hits: Vec<Hit>,
    /// What the asker should know.
    pub notes: Vec<Diagnostic>,
}

impl Catalog {
    /// Answers `query`. Safe beside another process that writes: it sees the state of the last commit.
    ///
    /// # Errors
    /// [`Failure::Usage`] for a field name or a date in `fields`, `from`, `to` that does not exist,
    /// [`Failure::World`] for I/O and damage.
    pub fn search(&self, query: &Query) -> Result<Hits, Failure> {
        let (reading, days) = conditions(query)?;
        let answer = guarded(|| {
            self.reader.reload()?;
            self.answer(query, &reading, days)
        });
        answer.map_err(|e| self.failed(&e, "读取检索索引"))
    }

    fn answer(
        &self,
        query: &Query,
        reading: &Reading,
        days: Option<Days>,
    ) -> tantivy::Result<Hits> {
        let Some(plan) = plan::wanted(reading, days, true, &self.handles) else {
            let note = Diagnostic::warning("Q-01", "没有检索词，也没有限定条件")
                .hint("写出要查的字词，或限定检索项、日期。");
            return Ok(Hits { notes: vec![note], ..Hits::default() });
        };
        let searcher = self.reader.searcher();
        let mut found = searcher.search(&plan, &Everything)?;
        if let Some(out) = plan::excluded(reading, &self.handles) {
            let out = addresses(&searcher.search(&out, &Everything)?);
            found.retain(|f| out.binary_search(&f.address).is_err());
        }
        let mut notes = Vec::new();
        if reading.has_related()
            && let Some(exact) = plan::wanted(reading, days, false, &self.handles)
        {
            let exact = addresses(&searcher.search(&exact, &Everything)?);
            for one in &mut found {
                one.related = exact.binary_search(&one.address).is_err();
            }
            let related = found.iter().filter(|f| f.related).count();
            if related > 0 {
                notes.push(Diagnostic::warning(
                    "Q-01",
                    format!("其中 {related} 件只含相近的写法，排在后面"),
                ));
                keep_below(&mut found);
            }
        }
        if found.is_empty()
            && reading.wanted().any(|c| c.forms.iter().any(|f| f.chars().count() > 8))
        {
            notes.push(
                Diagnostic::warning("Q-01", "没有查到；较长的词按原样逐字查找")
                    .hint("可在词与词之间加空格，各词不必相连。"),
            );
        }
        let total = found.len();
        let end = query.offset.saturating_add(query.limit).min(total);
        let ordered = order(found, query.sort, end, &searcher)?;
        let mut hits = Vec::new();
        for (at, one) in ordered.iter().enumerate().take(end).skip(query.offset) {
            hits.push(self.hit(at + 1, one, reading, &searcher)?);
        }
        Ok(Hits { total, hits, notes })
    }

    fn hit(
        &self,
        rank: usize,
        found: &Found,
        reading: &Reading,
        searcher: &Searcher,
    ) -> tantivy::Result<Hit> {
        let doc: TantivyDocument = searcher.doc(found.address)?;
        let data = doc.get_first(self.handles.data).and_then(|v| v.as_str()).unwrap_or_default();
        let entry: Entry = serde_json::from_str(data)
            .map_err(|e| TantivyError::InternalError(format!("stored entry: {e}")))?;
        let shown = snippet::best(&entry, reading);
        let metadata = entry.metadata;
        Ok(Hit {
            rank,
            score: found.score,
            record: metadata.id,
            bundle: entry.bundle,
            accession: entry.accession,
            document_number: metadata.document_number,
            title: metadata.title,
            date: metadata.date,
            kind: metadata.kind,
            genre: metadata.genre,
            field: shown.field,
            file: shown.file,
            snippet: shown.text,
            highlights: shown.highlights,
        })
    }
}

/// Everything the query asks: what was typed, and what was set beside it.
fn conditions(query: &Query) -> Result<(Reading, Option<Days>), Failure> {
    let mut reading = query.reading.clone();
    let mut days: Option<Days> = None;
    let mut narrow = |more: Days| {
        let from = days.map_or(more.from, |d| d.from.max(more.from));
        let to = days.map_or(more.to, |d| d.to.min(more.to));
        days = Some(Days { from, to });
    };
    for (name, value) in &query.fields {
        match fields::scope(name) {
            None => {
                let names = fields::names().join("、");
                return Err(Failure::Usage(format!("没有检索项「{name}」；可用的检索项：{names}")));
            }
            Some(Scope::Date) => narrow(readable(value)?),
            Some(scope) => {
                // A value of nothing but white space sets no condition.
                reading.clauses.extend(reading::field_clause(scope, value));
            }
        }
    }
    if let Some(from) = &query.from {
        narrow(Days { to: u64::MAX, ..readable(from)? });
    }
    if let Some(to) = &query.to {
        narrow(Days { from: 0, ..readable(to)? });
    }
    Ok((reading, days))
}

fn readable(text: &str) -> Result<Days, Failure> {
    reading::days(text).ok_or_else(|| {
        Failure::Usage(format!("「{text}」不是日期；日期写作 2025-03-04、2025-03 或 2025年3月4日"))
    })
}

/// A record that satisfies the query.
#[derive(Clone, Debug)]
struct Found {
    score: f64,
    date: u64,
    address: DocAddress,
    /// Whether it satisfies it only by a related form.
    related: bool,
}

fn addresses(found: &[Found]) -> Vec<DocAddress> {
    let mut out: Vec<DocAddress> = found.iter().map(|f| f.address).collect();
    out.sort_unstable();
    out
}

/// Puts the scores of related forms below all exact ones, so that the score tells the order.
fn keep_below(found: &mut [Found]) {
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
fn order(
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
struct Everything;

struct InSegment {
    segment: SegmentOrdinal,
    dates: std::sync::Arc<dyn ColumnValues<u64>>,
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
