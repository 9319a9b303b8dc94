//! 检索式的读法: understands what a clerk types (docs/search.md).
//!
//! Words all must occur; quotes keep a phrase together; 或 or OR joins alternatives; − before a word
//! excludes it; 检索项：值 looks in one field; 起..止 is a stretch of days. Nothing is ever an error.

mod date;
mod number;
mod words;

use crate::catalog::fields::{self, FIELDS, Scope};
use crate::catalog::fold::fold;
use crate::catalog::sound;
use crate::diag::{Diagnostic, SourceFile, Span};
use words::{Kind, Token};

pub(crate) use date::{Days, days};

/// Longest phrase looked for, in characters; more would say nothing more.
const LONGEST: usize = 1000;

/// Words that officials use for the same thing; both are found, the form asked for first.
const RELATED: &[(&str, &str)] = &[("督察", "督查")];

/// One thing that must hold of a record.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    /// Where to look.
    pub scope: Scope,
    /// Folded phrases, any of which satisfies.
    pub forms: Vec<String>,
    /// Folded phrases that satisfy too, but rank lower.
    pub related: Vec<String>,
    /// Days of the record that satisfy as well.
    pub days: Option<Days>,
    /// Runs of readings that satisfy too where names and titles stand, but rank lower.
    pub sounds: Vec<Vec<String>>,
    /// Stretches that only show likeness; none satisfies.
    pub pieces: Vec<String>,
}

impl Condition {
    /// That any of `forms` stands in `scope`.
    pub(crate) fn new(scope: Scope, forms: Vec<String>) -> Self {
        let (related, sounds, pieces) = (Vec::new(), Vec::new(), Vec::new());
        Self { scope, forms, related, days: None, sounds, pieces }
    }
}

/// Alternatives, each of conditions that all must hold; or, if excluded, must not.
#[derive(Clone, Debug)]
pub(crate) struct Clause {
    /// The alternatives.
    pub any: Vec<Vec<Condition>>,
    /// Whether records that satisfy it are left out.
    pub exclude: bool,
}

/// A query as understood: all clauses must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// The clauses.
    pub clauses: Vec<Clause>,
}

impl Reading {
    /// One phrase, as it stands.
    #[cfg(test)]
    pub(crate) fn phrase(text: &str) -> Self {
        let condition = exact(text, Scope::Open);
        Self { clauses: condition.map(one).into_iter().collect() }
    }

    /// The conditions whose matches are to be shown.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = &Condition> {
        self.clauses.iter().filter(|c| !c.exclude).flat_map(|c| c.any.iter().flatten())
    }

    /// Whether it only shows what is alike.
    pub(crate) fn is_likeness(&self) -> bool {
        self.wanted().any(|c| !c.pieces.is_empty())
    }

    /// Whether a word was typed that is long enough to be several.
    pub(crate) fn is_long(&self) -> bool {
        self.wanted().any(|c| c.forms.iter().any(|f| f.chars().count() > 8))
    }

    /// Whether a form that ranks lower is accepted anywhere.
    pub(crate) fn has_related(&self) -> bool {
        self.wanted().any(|c| !c.related.is_empty() || !c.sounds.is_empty())
    }
}

fn one(condition: Condition) -> Clause {
    Clause { any: vec![vec![condition]], exclude: false }
}

/// Reads a query.
pub(crate) fn read(text: &str, today: Option<u64>) -> (Reading, Vec<Diagnostic>) {
    let source = SourceFile::new("检索式", text);
    let mut notes = Vec::new();
    let tokens = words::split(text);
    let mut clauses: Vec<Clause> = Vec::new();
    // Whether the next clause is an alternative to the last.
    let mut joins = false;
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        let noted = notes.len();
        let mut note = |message: String| {
            notes.push(
                Diagnostic::warning("Q-01", message).at(Span::new(&source, token.range.clone())),
            );
        };
        if token.is_or() {
            let between = clauses.last().is_some_and(|c| !c.exclude)
                && after.first().is_some_and(|t| !t.exclude && !t.is_or());
            if between {
                joins = true;
                continue;
            }
            if tokens.len() > 1 {
                note("「或」的前后没有可供选择的词，未起作用；要查这个字，请加引号".to_owned());
                continue;
            }
        }
        if token.unclosed {
            note("引号没有收尾，读到末尾为止".to_owned());
        }
        let scope = token.field.as_deref().and_then(fields::scope).unwrap_or(Scope::Open);
        let number = number_in_two(token, &scope, after, &mut note);
        let mut clause = if let Some((clause, used)) = number {
            rest = after.get(used..).unwrap_or_default();
            clause
        } else if let Some(condition) = condition(token, scope, today, &mut note) {
            one(condition)
        } else {
            note("没有可查的字，未起作用".to_owned());
            joins = false;
            continue;
        };
        clause.exclude = token.exclude;
        if clause.exclude {
            // Only the word itself is left out; nothing of the other readings holds.
            notes.truncate(noted);
            for condition in clause.any.iter_mut().flatten() {
                // To leave 督察 out is not to leave 督查 out.
                condition.related.clear();
                condition.sounds.clear();
                if !condition.forms.is_empty() {
                    condition.days = None;
                }
            }
        }
        match clauses.last_mut() {
            Some(last) if joins => last.any.append(&mut clause.any),
            _ => clauses.push(clause),
        }
        joins = false;
    }
    (Reading { clauses }, notes)
}

/// 文号 typed with a space instead of brackets: `渝环督办2025 16`.
fn number_in_two(
    token: &Token,
    scope: &Scope,
    after: &[Token],
    note: &mut impl FnMut(String),
) -> Option<(Clause, usize)> {
    let next = after.first()?;
    let plain = |t: &Token| t.kind == Kind::Word && t.field.is_none();
    if !plain(next) || next.exclude || token.kind != Kind::Word {
        return None;
    }
    let number = number::read(&fold(&token.text))?;
    let (seq, closed) = number::sequence(&fold(&next.text))?;
    if number.seq.is_some() {
        return None;
    }
    let open = format!("{}{seq}", number.head());
    let whole = format!("{open}{}", number::hao());
    note(format!("按文号读作「{}〔{}〕{seq}号」", number.prefix, number.year));
    let related = if closed { Vec::new() } else { vec![open] };
    let mut any = vec![vec![Condition { related, ..Condition::new(scope.clone(), vec![whole]) }]];
    if !number.bracketed {
        // As two words, too: 「重庆市2025 16」 need not be a 文号.
        let words = [&token.text, &next.text];
        any.push(words.into_iter().filter_map(|w| exact(w, scope.clone())).collect());
    }
    Some((Clause { any, exclude: false }, 1))
}

/// What one token asks for; none if nothing is left of it after folding.
fn condition(
    token: &Token,
    scope: Scope,
    today: Option<u64>,
    note: &mut impl FnMut(String),
) -> Option<Condition> {
    if scope == Scope::Date {
        if let Some(days) = days(&token.text).or_else(|| date::relative(&token.text, today)) {
            return Some(Condition { days: Some(days), ..Condition::new(scope, vec![]) });
        }
        note(format!(
            "「{}」不是日期，按文字查找；日期写作 2025-03-04、2025年3月 或 2025-03..2025-06",
            token.text
        ));
        return exact(&token.text, Scope::Open);
    }
    valued(&token.text, scope, token.kind == Kind::Quoted, today, note)
}

/// A clause on a field given as name and value; none if the value folds to nothing.
pub(crate) fn field_clause(scope: Scope, value: &str) -> Option<Clause> {
    let silent = &mut |_| ();
    let inner = words::unquote(value.trim());
    if inner.is_none()
        && let [first, second] = words::split(value).as_slice()
        && let Some((clause, _)) =
            number_in_two(first, &scope, std::slice::from_ref(second), silent)
    {
        return Some(clause);
    }
    valued(inner.unwrap_or(value), scope, inner.is_some(), None, silent).map(one)
}

fn valued(
    text: &str,
    scope: Scope,
    quoted: bool,
    today: Option<u64>,
    note: &mut impl FnMut(String),
) -> Option<Condition> {
    let mut condition = exact(text, scope)?;
    if condition.scope.is_whole() {
        condition.forms.extend(spellings(&condition.forms));
        return Some(condition);
    }
    if quoted {
        return Some(condition);
    }
    let folded = condition.forms.first().cloned().unwrap_or_default();
    if condition.scope == Scope::Open {
        if let Some(found) = date::stretch(&folded) {
            note(format!("按日期读作 {found}"));
            return Some(Condition { days: Some(found), ..Condition::new(Scope::Date, vec![]) });
        }
        if let Some(found) = date::mention(&folded).or_else(|| date::relative(text, today)) {
            note(format!(
                "除文中写有「{text}」的以外，也找日期在 {found} 的；只按日期查，请写「日期：{text}」；只按文字查，请加引号"
            ));
            condition.days = Some(found);
        }
    }
    if let Some(number) = number::read(&folded).filter(|n| !n.is_regular()) {
        let head = number.head();
        match &number.seq {
            None => condition.forms.push(head),
            Some(seq) => {
                condition.forms.push(format!("{head}{seq}{}", number::hao()));
                if !number.closed {
                    condition.related.push(format!("{head}{seq}"));
                }
            }
        }
        let seq = number.seq.map(|s| format!("{s}号")).unwrap_or_default();
        note(format!("也按文号读作「{}〔{}〕{seq}」", number.prefix, number.year));
    }
    let also: Vec<String> = condition.forms.iter().flat_map(|form| related(form)).collect();
    if !also.is_empty() {
        note("「督察」「督查」都查，与所写相同的排在前面；只查所写的词，请加引号".to_owned());
        condition.related.extend(also);
    }
    let named = matches!(&condition.scope, Scope::Only(_));
    let sounded = condition.scope.fields().iter().any(|&i| FIELDS[i].sounds);
    if sounded {
        condition.sounds = sound::heard(&folded, named);
        if !condition.sounds.is_empty() {
            note(format!(
                "「{text}」也按拼音查题名和名称，与所写相同的排在前面；只查所写的字母，请加引号"
            ));
        }
    }
    Some(condition)
}

/// The text as one phrase.
fn exact(text: &str, scope: Scope) -> Option<Condition> {
    let folded: String = fold(text).chars().take(LONGEST).collect();
    let some = !folded.is_empty();
    some.then(|| Condition::new(scope, vec![folded]))
}

/// 2025年 for 2025, 30 for 30年: other ways to write the value of a list.
fn spellings(forms: &[String]) -> Vec<String> {
    let year = fold("年");
    forms
        .iter()
        .map(|form| form.strip_suffix(&year).map_or_else(|| format!("{form}{year}"), str::to_owned))
        .collect()
}

fn related(folded: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (a, b) in RELATED {
        let (a, b) = (fold(a), fold(b));
        for (from, to) in [(&a, &b), (&b, &a)] {
            if folded.contains(from.as_str()) {
                out.push(folded.replace(from.as_str(), to));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
