//! 检索: asks the index and puts the answers in a stable order.

use tantivy::collector::Count;
use tantivy::query::{EnableScoring, Occur, Query as EngineQuery, Weight};
use tantivy::schema::Value;
use tantivy::{DocAddress, Searcher, TantivyDocument, TantivyError};

use super::entry::Entry;
use super::facet::{FACETS, Facet};
use super::fault::guarded;
use super::fields::{self, Scope};
use super::gather::Gather;
use super::hit::{Hit, Hits};
use super::near;
use super::order::{Found, Gathered};
use super::plan::{self, Limits};
use super::query::Query;
use super::reading::{self, Days, Reading};
use super::snippet;
use super::store::Catalog;
use super::visible::Figures;
use crate::diag::{Diagnostic, Failure};

/// With fewer answers than this, near ones are offered beside them.
const FEW: usize = 10;

impl Catalog {
    /// Answers `query`. Safe beside another process that writes: it sees the state of the last commit.
    ///
    /// # Errors
    /// [`Failure::Usage`] for a field name or a date in `fields`, `from`, `to` that does not exist,
    /// [`Failure::World`] for I/O and damage.
    pub fn search(&self, query: &Query) -> Result<Hits, Failure> {
        let (reading, limits) = conditions(query)?;
        let answer = guarded(|| {
            let searcher = self.newest()?;
            self.answer(query, &reading, limits, &searcher)
        });
        answer.map_err(|e| self.failed(&e, "读取检索索引"))
    }

    fn answer(
        &self,
        query: &Query,
        reading: &Reading,
        limits: Limits,
        searcher: &Searcher,
    ) -> tantivy::Result<Hits> {
        let Some(wanted) = plan::wanted(reading, limits, true, &self.handles) else {
            let note = Diagnostic::warning("Q-01", "没有检索词，也没有限定条件")
                .hint("写出要查的字词，或限定检索项、日期。");
            return Ok(Hits { notes: vec![note], ..Hits::default() });
        };
        let exact = match reading.has_related() {
            true => plan::wanted(reading, limits, false, &self.handles),
            false => None,
        };
        let without = plan::excluded(reading, &self.handles);
        let gather = Gather {
            keep: query.offset.saturating_add(query.limit).min(everything(searcher)),
            sort: query.sort,
            recent: query.recent,
            facets: query.facets,
            by_case: query.by_case,
            exact: exact.map(|q| weight(&*q, searcher)).transpose()?,
            without: without.as_ref().map(|q| weight(&**q, searcher)).transpose()?,
        };
        let visible = self.visible(searcher, limits.secrecy)?;
        let figures = Figures { visible: &visible, searcher };
        let gathered = figures.gather(&*wanted, &gather)?;
        let mut notes = Vec::new();
        if gathered.related > 0 {
            notes.push(Diagnostic::warning(
                "Q-01",
                format!("其中 {} 件只含相近的写法，排在后面", gathered.related),
            ));
        }
        let mut hits = Hits { total: gathered.total, cases: gathered.cases, ..Hits::default() };
        for (at, one) in gathered.found.iter().enumerate().skip(query.offset) {
            let mut hit = self.hit(at + 1, one, reading, searcher)?;
            hit.of_case = query.by_case.then(|| gathered.of_case.get(&one.case).copied()).flatten();
            hits.hits.push(hit);
        }
        if query.near > 0 && query.offset == 0 && gathered.total < FEW {
            self.offer(query, reading, limits, &*wanted, &figures, &mut hits)?;
        }
        if hits.total == 0 && hits.near.is_empty() && reading.is_long() {
            notes.push(
                Diagnostic::warning("Q-01", "没有查到；较长的词按原样逐字查找")
                    .hint("可在词与词之间加空格，各词不必相连。"),
            );
        }
        hits.facets = facets(&gathered);
        hits.notes = notes;
        Ok(hits)
    }

    /// Adds what only comes near: it is told apart, and never among the hits.
    fn offer(
        &self,
        query: &Query,
        reading: &Reading,
        limits: Limits,
        wanted: &dyn EngineQuery,
        figures: &Figures<'_>,
        hits: &mut Hits,
    ) -> tantivy::Result<()> {
        let searcher = figures.searcher;
        let named: Vec<plan::Part> = vec![
            (Occur::Must, wanted.box_clone()),
            (Occur::Must, near::numbered(reading, &self.handles)),
        ];
        if hits.total > 0 && searcher.search(&plan::boolean(named), &Count)? > 0 {
            return Ok(());
        }
        let names = || self.names(figures);
        let Some((near, shown)) =
            near::near(reading, limits, hits.total > 0, &self.handles, names)?
        else {
            return Ok(());
        };
        let mut out: Vec<plan::Part> = vec![(Occur::Should, wanted.box_clone())];
        if let Some(without) = plan::excluded(reading, &self.handles) {
            out.push((Occur::Should, without));
        }
        let gather = Gather {
            keep: query.near,
            without: Some(weight(&*plan::boolean(out), searcher)?),
            ..Gather::best(query.near)
        };
        let gathered = figures.gather(&*near, &gather)?;
        for (at, one) in gathered.found.iter().enumerate() {
            hits.near.push(self.hit(at + 1, one, &shown, searcher)?);
        }
        Ok(())
    }

    /// Records that are most like the one with `code` (档号, or key), which is not among them; none if there is no
    /// such record that may be seen.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub fn similar(&self, code: &str, query: &Query) -> Result<Option<Hits>, Failure> {
        let (reading, limits) = conditions(query)?;
        let answer = guarded(|| {
            let searcher = self.newest()?;
            let own = near::named(code, limits, &self.handles);
            let visible = self.visible(&searcher, limits.secrecy)?;
            let figures = Figures { visible: &visible, searcher: &searcher };
            let first = figures.gather(&*own, &Gather::best(1))?.found.into_iter().next();
            let Some(first) = first else { return Ok(None) };
            let entry = self.entry(first.address, &searcher)?;
            let Some(like) = near::like(&entry, limits, &self.handles, &figures)? else {
                return Ok(Some(Hits::default()));
            };
            let gather = Gather {
                sort: query.sort,
                recent: query.recent,
                facets: query.facets,
                without: Some(weight(&*near::keyed(&entry.key(), &self.handles), &searcher)?),
                ..Gather::best(query.offset.saturating_add(query.limit).min(everything(&searcher)))
            };
            let gathered = figures.gather(&*like, &gather)?;
            let mut hits =
                Hits { total: gathered.total, facets: facets(&gathered), ..Hits::default() };
            for (at, one) in gathered.found.iter().enumerate().skip(query.offset) {
                hits.hits.push(self.hit(at + 1, one, &reading, &searcher)?);
            }
            Ok(Some(hits))
        });
        answer.map_err(|e| self.failed(&e, "读取检索索引"))
    }

    /// How `query` was read and how much each part of it brings, a line each.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub fn explain(&self, query: &Query) -> Result<Vec<String>, Failure> {
        let (reading, limits) = conditions(query)?;
        let lines = guarded(|| {
            let searcher = self.newest()?;
            super::explain::lines(&reading, limits, query, &self.handles, &searcher)
        });
        lines.map_err(|e| self.failed(&e, "读取检索索引"))
    }

    /// How many records `query` finds and the first ones, in order, nothing being read of them.
    #[cfg(test)]
    pub(crate) fn gathered(&self, query: &Query) -> Result<(usize, Vec<Found>), Failure> {
        let (reading, limits) = conditions(query)?;
        let found = guarded(|| {
            let wanted = plan::wanted(&reading, limits, true, &self.handles);
            let Some(wanted) = wanted else { return Ok((0, Vec::new())) };
            let searcher = self.reader.searcher();
            let visible = self.visible(&searcher, limits.secrecy)?;
            let figures = Figures { visible: &visible, searcher: &searcher };
            let all = figures.gather(&*wanted, &Gather::best(query.limit))?;
            Ok((all.total, all.found))
        });
        found.map_err(|e| self.failed(&e, "读取检索索引"))
    }

    /// The keys of what was found.
    #[cfg(test)]
    pub(crate) fn keys(&self, found: &[Found]) -> Vec<String> {
        let searcher = self.reader.searcher();
        let visible = self.visible(&searcher, None).unwrap();
        let figures = Figures { visible: &visible, searcher: &searcher };
        found.iter().map(|one| figures.key(one).unwrap()).collect()
    }

    pub(crate) fn entry(&self, at: DocAddress, searcher: &Searcher) -> tantivy::Result<Entry> {
        let doc: TantivyDocument = searcher.doc(at)?;
        let data = doc.get_first(self.handles.data).and_then(|v| v.as_str()).unwrap_or_default();
        serde_json::from_str(data)
            .map_err(|e| TantivyError::InternalError(format!("stored entry: {e}")))
    }

    fn hit(
        &self,
        rank: usize,
        found: &Found,
        reading: &Reading,
        searcher: &Searcher,
    ) -> tantivy::Result<Hit> {
        let entry = self.entry(found.address, searcher)?;
        Ok(told(rank, found.score as f64 / 1000.0, found.related, entry, reading))
    }
}

/// `entry` as an answer to `reading`.
pub(crate) fn told(rank: usize, score: f64, related: bool, entry: Entry, reading: &Reading) -> Hit {
    let shown = snippet::best(&entry, reading);
    let metadata = entry.metadata;
    Hit {
        rank,
        score,
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
        archival_code: metadata.archival_code,
        responsible: metadata.responsible,
        secrecy: metadata.secrecy.name(),
        case_id: metadata.case_id,
        case_title: metadata.case_title,
        page: shown.place.as_deref().and_then(page),
        place: shown.place,
        paragraph: shown.paragraph,
        related,
        of_case: None,
    }
}

/// 3 of 第3页.
fn page(place: &str) -> Option<u32> {
    place.strip_prefix('第')?.strip_suffix('页')?.parse().ok()
}

fn everything(searcher: &Searcher) -> usize {
    usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX)
}

fn weight(query: &dyn EngineQuery, searcher: &Searcher) -> tantivy::Result<Box<dyn Weight>> {
    query.weight(EnableScoring::disabled_from_searcher(searcher))
}

fn facets(gathered: &Gathered) -> Vec<Facet> {
    let mut out = Vec::new();
    for (spec, counts) in FACETS.iter().zip(&gathered.facets) {
        let mut of: Vec<Facet> = counts
            .iter()
            .map(|(value, &count)| Facet { field: spec.name, value: value.clone(), count })
            .collect();
        of.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        out.append(&mut of);
    }
    out
}

/// Everything the query asks: what was typed, and what was set beside it.
pub(crate) fn conditions(query: &Query) -> Result<(Reading, Limits), Failure> {
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
    Ok((reading, Limits { days, secrecy: query.max_secrecy }))
}

fn readable(text: &str) -> Result<Days, Failure> {
    reading::days(text).ok_or_else(|| {
        Failure::Usage(format!("「{text}」不是日期；日期写作 2025-03-04、2025-03 或 2025年3月4日"))
    })
}
