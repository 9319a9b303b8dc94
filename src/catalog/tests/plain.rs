//! An engine that looks through every text: slow, and plainly right. What the suite and the other engine are held to.

use std::collections::BTreeMap;

use crate::catalog::engine::Engine;
use crate::catalog::facet::{FACETS, Facet};
use crate::catalog::fields::FIELDS;
use crate::catalog::fold::fold;
use crate::catalog::plan::Limits;
use crate::catalog::reading::{Clause, Condition, Days, Reading};
use crate::catalog::schema::day;
use crate::catalog::search::{conditions, told};
use crate::catalog::{Entry, Hits, Query, Sort, sound};
use crate::diag::Failure;

/// The records, in memory.
#[derive(Default)]
pub(super) struct Plain {
    entries: BTreeMap<String, Entry>,
    watermark: Option<String>,
}

fn within(entry: &Entry, days: Days) -> bool {
    (days.from.max(1)..=days.to).contains(&day(&entry.metadata.date))
}

fn holds(condition: &Condition, entry: &Entry, related: bool) -> bool {
    let fields = condition.scope.fields();
    let whole = condition.scope.is_whole();
    let stands = |form: &String, value: &str| {
        let value = fold(value);
        if whole { value == *form } else { value.contains(form.as_str()) }
    };
    let found = fields.iter().any(|&at| {
        (FIELDS[at].values)(entry).into_iter().any(|value| {
            condition.forms.iter().any(|f| stands(f, value))
                || related && condition.related.iter().any(|f| stands(f, value))
                || related
                    && FIELDS[at].sounds
                    && condition.sounds.iter().any(|r| !sound::occurrences(value, r).is_empty())
        })
    });
    found || condition.days.is_some_and(|days| within(entry, days))
}

fn clause(clause: &Clause, entry: &Entry, related: bool) -> bool {
    clause.any.iter().any(|all| all.iter().all(|c| holds(c, entry, related)))
}

fn satisfies(reading: &Reading, limits: Limits, entry: &Entry, related: bool) -> bool {
    let asked = reading.clauses.iter().filter(|c| !c.exclude).all(|c| clause(c, entry, related));
    let out = reading.clauses.iter().filter(|c| c.exclude).any(|c| clause(c, entry, false));
    asked
        && !out
        && limits.days.is_none_or(|days| within(entry, days))
        && limits.secrecy.is_none_or(|most| entry.metadata.secrecy <= most)
        && (!reading.clauses.is_empty() || limits.days.is_some())
}

impl Engine for Plain {
    fn reached(&self) -> Result<Option<String>, Failure> {
        Ok(self.watermark.clone())
    }

    fn put(
        &mut self,
        entries: &mut dyn Iterator<Item = Result<Entry, Failure>>,
        superseded: &[String],
        watermark: &str,
    ) -> Result<(), Failure> {
        let new: Vec<Entry> = entries.collect::<Result<_, Failure>>()?;
        self.entries.retain(|_, e| !superseded.contains(&e.bundle));
        self.entries.extend(new.into_iter().map(|e| (e.key(), e)));
        self.watermark = Some(watermark.to_owned());
        Ok(())
    }

    fn replace(
        &mut self,
        entries: &mut dyn Iterator<Item = Result<Entry, Failure>>,
        watermark: &str,
    ) -> Result<(), Failure> {
        let new: Result<Vec<Entry>, Failure> = entries.collect();
        self.entries = new?.into_iter().map(|e| (e.key(), e)).collect();
        self.watermark = Some(watermark.to_owned());
        Ok(())
    }

    fn answer(&self, query: &Query) -> Result<Hits, Failure> {
        let (reading, limits) = conditions(query)?;
        let mut found: Vec<(bool, &Entry)> = self
            .entries
            .values()
            .filter(|e| satisfies(&reading, limits, e, true))
            .map(|e| (!satisfies(&reading, limits, e, false), e))
            .collect();
        let total = found.len();
        let mut facets = Vec::new();
        for spec in FACETS.iter().filter(|_| query.facets) {
            let mut counts: BTreeMap<String, u64> = BTreeMap::new();
            let values = found.iter().flat_map(|(_, e)| (spec.values)(e));
            values.filter(|v| !v.is_empty()).for_each(|v| *counts.entry(v).or_default() += 1);
            let mut of: Vec<Facet> = counts
                .into_iter()
                .map(|(value, count)| Facet { field: spec.name, value, count })
                .collect();
            of.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
            facets.append(&mut of);
        }
        // It knows no relevance: only what is exact comes first.
        found.sort_by_key(|(related, e)| {
            let date = std::cmp::Reverse(day(&e.metadata.date));
            let first = if query.sort == Sort::Date { 0 } else { u8::from(*related) };
            (first, date, *related, e.key())
        });
        let mut cases: Option<usize> = None;
        if query.by_case {
            let mut seen = std::collections::BTreeSet::new();
            found.retain(|(_, e)| seen.insert(e.metadata.case_id.clone()));
            cases = Some(found.len());
        }
        let page = found.iter().enumerate().skip(query.offset).take(query.limit);
        let hits = page
            .map(|(at, (related, e))| told(at + 1, 0.0, *related, (*e).clone(), &reading))
            .collect();
        Ok(Hits { total, cases, hits, facets, ..Hits::default() })
    }
}
