//! 检索: asks the index and puts the answers in a stable order.

use tantivy::schema::Value;
use tantivy::{Searcher, TantivyDocument, TantivyError};

use super::entry::Entry;
use super::fault::guarded;
use super::fields::{self, Scope};
use super::order::{Everything, Found, addresses, keep_below, order};
use super::plan;
use super::query::Query;
use super::reading::{self, Days, Reading};
use super::snippet;
use super::store::Catalog;
use crate::diag::{Diagnostic, Failure};

/// One record found.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
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
