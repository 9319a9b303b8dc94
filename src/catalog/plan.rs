//! 检索计划: turns a reading into a query of the engine.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BoostQuery, ConstScoreQuery, EmptyQuery, InvertedIndexRangeQuery, Occur,
    Query as EngineQuery, RangeQuery,
};
use tantivy::schema::Field;

use super::fields::{self, FIELDS};
use super::gram;
use super::reading::{Clause, Condition, Days, Reading};
use super::run::{Phrase, Run};
use super::schema::Handles;
use super::sum::Sum;
use crate::vocab::secrecy::Secrecy;

/// How much a value that is the phrase and nothing else counts over one that contains it.
const WHOLE_BONUS: f32 = 2.0;
/// How much a 文号 counts that is what was typed: more than anything, however often others cite it.
const NUMBERED: f32 = 10_000.0;
/// How much a related form counts.
const RELATED: f32 = 0.5;

pub(crate) type Part = (Occur, Box<dyn EngineQuery>);

/// What holds of every answer, whatever was typed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// Days of the record.
    pub days: Option<Days>,
    /// 密级 up to which records may be seen.
    pub secrecy: Option<Secrecy>,
}

impl Limits {
    /// As conditions of the engine.
    pub(crate) fn parts(self, handles: &Handles) -> Vec<Part> {
        let mut out: Vec<Part> = Vec::new();
        if let Some(days) = self.days {
            out.push((Occur::Must, within(days, handles)));
        }
        if let Some(most) = self.secrecy {
            let bound = |n: u64| Bound::Included(Term::from_field_u64(handles.level, n));
            let range = RangeQuery::new(bound(0), bound(most as u64));
            out.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(range), 0.0))));
        }
        out
    }
}

/// The engine's query for what `reading` asks for; with `related` forms or without. None if nothing is
/// asked, not even to leave something out.
///
/// What is to be left out is another query ([`excluded`]) whose answers the search takes away: the
/// engine's own exclusion calls a phrase scorer in a way that its assertions forbid (tantivy 0.27).
pub(crate) fn wanted(
    reading: &Reading,
    limits: Limits,
    related: bool,
    handles: &Handles,
) -> Option<Box<dyn EngineQuery>> {
    let mut parts: Vec<Part> = Vec::new();
    for one in reading.clauses.iter().filter(|c| !c.exclude) {
        parts.push((Occur::Must, clause(one, related, handles)));
    }
    if parts.is_empty() && (!reading.clauses.is_empty() || limits.days.is_some()) {
        parts.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
    }
    if parts.is_empty() {
        return None;
    }
    parts.extend(limits.parts(handles));
    Some(boolean(parts))
}

/// The engine's query for what `reading` leaves out, if anything.
pub(crate) fn excluded(reading: &Reading, handles: &Handles) -> Option<Box<dyn EngineQuery>> {
    let parts: Vec<Part> = reading
        .clauses
        .iter()
        .filter(|c| c.exclude)
        .map(|c| (Occur::Should, clause(c, false, handles)))
        .collect();
    (!parts.is_empty()).then(|| boolean(parts))
}

fn clause(clause: &Clause, related: bool, handles: &Handles) -> Box<dyn EngineQuery> {
    let any = clause.any.iter().map(|all| {
        let all = all.iter().map(|c| (Occur::Must, condition(c, related, handles))).collect();
        (Occur::Should, boolean(all))
    });
    boolean(any.collect())
}

pub(crate) fn boolean(mut parts: Vec<Part>) -> Box<dyn EngineQuery> {
    match parts.as_slice() {
        [] => Box::new(EmptyQuery),
        [(Occur::Must | Occur::Should, _)] => parts.remove(0).1,
        _ => {
            let least = usize::from(parts.iter().all(|(occur, _)| *occur == Occur::Should));
            at_least(parts, least)
        }
    }
}

/// All that must hold, and so many of what may as `least` says.
pub(crate) fn at_least(parts: Vec<Part>, least: usize) -> Box<dyn EngineQuery> {
    most_of(parts, least, 0.0)
}

/// The same, each of what may hold adding `each` by itself.
pub(crate) fn most_of(parts: Vec<Part>, least: usize, each: f32) -> Box<dyn EngineQuery> {
    let (mut must, mut any) = (Vec::new(), Vec::new());
    for (occur, query) in parts {
        if occur == Occur::Must { must.push(query) } else { any.push(query) }
    }
    Box::new(Sum { must, any, least, each })
}

fn within(days: Days, handles: &Handles) -> Box<dyn EngineQuery> {
    let bound = |day| Bound::Included(Term::from_field_u64(handles.date, day));
    // A record without a readable date has 0 and lies in no stretch.
    let range = RangeQuery::new(bound(days.from.max(1)), bound(days.to));
    Box::new(ConstScoreQuery::new(Box::new(range), 0.0))
}

pub(crate) fn condition(
    condition: &Condition,
    related: bool,
    handles: &Handles,
) -> Box<dyn EngineQuery> {
    let whole = condition.scope.is_whole();
    let mut parts: Vec<Part> = Vec::new();
    let forms: Vec<(Form, Form)> =
        condition.forms.iter().map(|f| (Form::new(f, whole), Form::new(f, true))).collect();
    let near: Vec<Form> = condition.related.iter().map(|f| Form::new(f, whole)).collect();
    for at in condition.scope.fields() {
        let (Some(spec), Some(&field)) = (FIELDS.get(at), handles.fields.get(at)) else { continue };
        let mut add = |form: &Form, weight: f32| {
            if form.whole && spec.id == fields::NUMBER {
                let itself = ConstScoreQuery::new(form.within(field, 1.0), NUMBERED);
                parts.push((Occur::Should, Box::new(itself)));
            }
            parts.push((Occur::Should, form.within(field, weight)));
        };
        for (form, itself) in &forms {
            add(form, spec.weight);
            if !whole && spec.weight > 1.0 {
                add(itself, spec.weight * WHOLE_BONUS);
            }
        }
        if related {
            for form in &near {
                add(form, spec.weight * RELATED);
            }
            if let Some(&Some(field)) = handles.sounds.get(at) {
                for run in &condition.sounds {
                    let weight = spec.weight * RELATED;
                    parts.push((Occur::Should, heard(field, run, weight)));
                }
            }
        }
    }
    if let Some(days) = condition.days {
        parts.push((Occur::Should, within(days, handles)));
    }
    boolean(parts)
}

/// A run of characters as it is looked up in the fields.
struct Form {
    /// The character, if it is one only.
    one: Option<char>,
    phrase: Phrase,
    whole: bool,
}

impl Form {
    /// `form` as a run of characters, or as a whole value.
    fn new(form: &str, whole: bool) -> Self {
        let mut chars: Vec<char> = form.chars().collect();
        if whole {
            chars.insert(0, gram::START);
            chars.push(gram::END);
        }
        let one = if let [one] = chars.as_slice() { Some(*one) } else { None };
        Self { one, phrase: Phrase::terms(&chars), whole }
    }

    /// What holds it in `field`, which counts `weight` times.
    fn within(&self, field: Field, weight: f32) -> Box<dyn EngineQuery> {
        match self.one {
            Some(one) => Box::new(BoostQuery::new(beginning_with(field, one), weight)),
            None => Box::new(Run::new(field, &self.phrase, weight)),
        }
    }
}

/// `form` as a run of characters in `field`, or as a whole value of it.
pub(crate) fn phrase(field: Field, form: &str, whole: bool) -> Box<dyn EngineQuery> {
    Form::new(form, whole).within(field, 1.0)
}

/// A run of readings in `field`, which counts `weight` times.
pub(crate) fn heard(field: Field, run: &[String], weight: f32) -> Box<dyn EngineQuery> {
    Box::new(Run::new(field, &Phrase::of(run.iter().cloned()), weight))
}

/// Any pair that begins with `c`; each character of a text begins one.
fn beginning_with(field: Field, c: char) -> Box<dyn EngineQuery> {
    let bound = |c: char| Term::from_field_text(field, c.encode_utf8(&mut [0; 4]));
    let next = (c..=char::MAX).nth(1);
    let upper = next.map_or(Bound::Unbounded, |next| Bound::Excluded(bound(next)));
    Box::new(InvertedIndexRangeQuery::new(Bound::Included(bound(c)), upper))
}
