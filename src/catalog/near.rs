//! 相近: what does not satisfy a query but comes near it — a word mistyped or heard, words that stand apart — and
//! what is like a given record. Offered beside the answers, never among them.

use std::collections::BTreeMap;

use tantivy::Term;
use tantivy::query::{
    Bm25StatisticsProvider, BoostQuery, ConstScoreQuery, Occur, Query as EngineQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::entry::{Entry, Role};
use super::fields::{self, FIELDS, Scope};
use super::fold::fold;
use super::plan::{self, Limits, Part};
use super::reading::{Clause, Condition, Reading};
use super::schema::Handles;
use super::visible::Figures;
use super::{alike, segment, sound};

/// Longest word that is looked for with slips, in characters.
const LONGEST: usize = 60;
/// How many telling pairs of characters make another record like this one.
const TELLING: usize = 40;
/// What each word adds that a near record comes near to: those with more of the words come first.
const EACH: f32 = 1000.0;
/// How much of a text is looked at for them, in characters.
const OPENING: usize = 20_000;

/// The engine's query for what comes near `reading`, and a reading that shows why. If there are answers already
/// (`some`), only long words are taken apart. None if there is nothing to come near to.
pub(crate) fn near(
    reading: &Reading,
    limits: Limits,
    some: bool,
    handles: &Handles,
    names: impl Fn() -> tantivy::Result<Vec<String>>,
) -> tantivy::Result<Option<(Box<dyn EngineQuery>, Reading)>> {
    let clauses: Vec<&Clause> = reading.clauses.iter().filter(|c| !c.exclude).collect();
    let words = |c: &Condition| c.forms.iter().map(|f| f.chars().count()).max().unwrap_or(0);
    let longest = clauses.iter().flat_map(|c| c.any.iter().flatten()).map(words).max().unwrap_or(0);
    if longest < if some { 6 } else { 2 } {
        return Ok(None);
    }
    let cutter = segment::Cutter::new(&names()?);
    let mut shown = Reading::default();
    let mut parts: Vec<Part> = Vec::new();
    for clause in &clauses {
        let mut any: Vec<Part> = Vec::new();
        for conditions in &clause.any {
            let mut all: Vec<Part> = Vec::new();
            for condition in conditions {
                let (query, pieces) = loosely(condition, &cutter, handles);
                all.push((Occur::Must, query));
                let of = Condition::new(condition.scope.clone(), Vec::new());
                let of = Condition { sounds: heard(condition), pieces, ..of };
                shown.clauses.push(Clause { any: vec![vec![of]], exclude: false });
            }
            any.push((Occur::Should, plan::boolean(all)));
        }
        parts.push((Occur::Should, plan::boolean(any)));
    }
    if parts.is_empty() {
        return Ok(None);
    }
    // One of several words may be missing altogether.
    let least = parts.len().saturating_sub(1).max(1);
    parts.extend(limits.parts(handles));
    Ok(Some((plan::most_of(parts, least, EACH), shown)))
}

/// Records whose 文号 is what was typed, as a whole: who names the number wants that one and no likenesses.
pub(crate) fn numbered(reading: &Reading, handles: &Handles) -> Box<dyn EngineQuery> {
    let mut any: Vec<Part> = Vec::new();
    for (at, (spec, &field)) in FIELDS.iter().zip(&handles.fields).enumerate() {
        if spec.id == fields::NUMBER {
            let asked = reading.wanted().filter(|c| c.scope.fields().contains(&at));
            let forms = asked.flat_map(|c| &c.forms);
            any.extend(forms.map(|form| (Occur::Should, plan::phrase(field, form, true))));
        }
    }
    plan::boolean(any)
}

fn heard(condition: &Condition) -> Vec<Vec<String>> {
    condition
        .forms
        .iter()
        .filter(|f| f.chars().count() > 1)
        .filter_map(|f| sound::alike(f))
        .collect()
}

/// What comes near `condition`, and the pieces that show it.
fn loosely(
    condition: &Condition,
    cutter: &segment::Cutter,
    handles: &Handles,
) -> (Box<dyn EngineQuery>, Vec<String>) {
    let scope = &condition.scope;
    let mut any: Vec<Part> = vec![(Occur::Should, plan::condition(condition, true, handles))];
    let mut pieces: Vec<String> =
        condition.forms.iter().filter(|form| alike::tells(form)).cloned().collect();
    for form in condition.forms.iter().chain(&condition.related) {
        let chars: Vec<char> = form.chars().take(LONGEST).collect();
        if chars.len() >= 4 && !scope.is_whole() {
            let pairs: Vec<String> = chars.windows(2).map(|p| p.iter().collect()).collect();
            // A wrong character spoils two pairs, but half of them must be there.
            let least = pairs.len().saturating_sub(2).max(pairs.len().div_ceil(2));
            for at in scope.fields() {
                let (Some(spec), Some(&field)) = (FIELDS.get(at), handles.fields.get(at)) else {
                    continue;
                };
                let terms = pairs
                    .iter()
                    .map(|p| (Occur::Should, Box::new(frequent(field, p)) as Box<dyn EngineQuery>));
                let query = plan::at_least(terms.collect(), least);
                any.push((Occur::Should, Box::new(BoostQuery::new(query, spec.weight))));
            }
            pieces.extend(alike::runs(&chars));
        }
        let words = cutter.words(form);
        if words.len() > 1 && !scope.is_whole() {
            let least = (words.len() * 3).div_ceil(5);
            let all = words.iter().map(|w| {
                let one = Condition::new(scope.clone(), vec![w.clone()]);
                (Occur::Should, plan::condition(&one, false, handles))
            });
            any.push((Occur::Should, plan::at_least(all.collect(), least)));
            pieces.extend(words.into_iter().filter(|word| alike::tells(word)));
        }
    }
    for run in heard(condition) {
        for at in scope.fields() {
            if let (Some(spec), Some(&Some(field))) = (FIELDS.get(at), handles.sounds.get(at)) {
                any.push((Occur::Should, plan::heard(field, &run, spec.weight)));
            }
        }
    }
    (plan::boolean(any), pieces)
}

fn frequent(field: Field, pair: &str) -> TermQuery {
    TermQuery::new(Term::from_field_text(field, pair), IndexRecordOption::WithFreqs)
}

/// The record whose key is `key`.
pub(crate) fn keyed(key: &str, handles: &Handles) -> Box<dyn EngineQuery> {
    let term = Term::from_field_text(handles.key, key);
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

/// The record with this 档号, 文号 or key.
pub(crate) fn named(code: &str, limits: Limits, handles: &Handles) -> Box<dyn EngineQuery> {
    let mut any: Vec<Part> = vec![(Occur::Should, keyed(code.trim(), handles))];
    for (spec, &field) in FIELDS.iter().zip(&handles.fields) {
        if matches!(spec.id, "code" | fields::NUMBER | "record") {
            any.push((Occur::Should, plan::phrase(field, &fold(code), true)));
        }
    }
    let mut parts: Vec<Part> = vec![(Occur::Must, plan::boolean(any))];
    parts.extend(limits.parts(handles));
    plan::boolean(parts)
}

/// The engine's query for what is like `entry`: a share of the pairs of characters that tell it from the others.
pub(crate) fn like(
    entry: &Entry,
    limits: Limits,
    handles: &Handles,
    figures: &Figures<'_>,
) -> tantivy::Result<Option<Box<dyn EngineQuery>>> {
    let Some(body) = FIELDS.iter().position(|f| f.id == fields::BODY) else { return Ok(None) };
    let Some(&field) = handles.fields.get(body) else { return Ok(None) };
    let mut text = format!("{0}\n{0}\n{0}", entry.metadata.title);
    for part in entry.texts.iter().filter(|p| p.role == Role::Main) {
        text.push('\n');
        text.extend(part.text.chars().take(OPENING));
    }
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for line in text.lines() {
        let chars: Vec<char> = fold(line).chars().collect();
        for pair in chars.windows(2).filter(|p| p.iter().all(|c| c.is_alphabetic())) {
            *counts.entry(pair.iter().collect()).or_default() += 1;
        }
    }
    let all = figures.total_num_docs()? as f64;
    let mut telling: Vec<(f64, String)> = Vec::new();
    for (pair, count) in counts {
        let others = figures.doc_freq(&Term::from_field_text(field, &pair))?;
        // What stands nowhere else, or nearly everywhere, makes nothing alike.
        if others > 1 && (others as f64) < all * 0.5 + 2.0 {
            let weight = f64::from(count).ln_1p() * (1.0 + all / others as f64).ln();
            telling.push((weight, pair));
        }
    }
    telling.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    telling.truncate(TELLING);
    if telling.is_empty() {
        return Ok(None);
    }
    let least = telling.len().div_ceil(4);
    let mut parts: Vec<Part> = Vec::new();
    for (_, pair) in &telling {
        let one = Condition::new(Scope::Only(vec![body]), vec![pair.clone()]);
        parts.push((Occur::Should, plan::condition(&one, false, handles)));
    }
    let mut parts: Vec<Part> = vec![(Occur::Must, plan::at_least(parts, least))];
    // The same case is alike a little by that.
    if let Some(case) = fields::scope("案件") {
        let same = Condition::new(case, vec![fold(&entry.metadata.case_id)]);
        let same = ConstScoreQuery::new(plan::condition(&same, false, handles), 1.0);
        parts.push((Occur::Should, Box::new(same)));
    }
    parts.extend(limits.parts(handles));
    Ok(Some(plan::boolean(parts)))
}
