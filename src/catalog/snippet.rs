//! 摘录: the stretch of text that shows why a record was found.

use super::alike;
use super::entry::{Entry, Role, TextPart};
use super::fields::{self, FIELDS};
use super::fold::{self, Folded};
use super::reading::Reading;
use super::sound;

/// How long a snippet gets, in characters (more only if a match is longer).
const LENGTH: usize = 120;
/// How far before the first match it may begin.
const LEAD: usize = 40;
/// More pieces than a condition has.
const PIECES: usize = 1 << 16;
/// Where text was left out in mid-sentence.
const ELLIPSIS: char = '…';

/// A snippet with its place.
#[derive(Debug, Default)]
pub(crate) struct Snippet {
    /// 检索项.
    pub field: &'static str,
    /// File name, if from a file's text.
    pub file: Option<String>,
    /// The text.
    pub text: String,
    /// Matches, half-open ranges of characters.
    pub highlights: Vec<(usize, usize)>,
    /// Page, sheet or member of the file.
    pub place: Option<String>,
    /// Paragraph within the place or the file, from 1.
    pub paragraph: Option<usize>,
}

/// One match in the original text.
#[derive(Clone, Copy, Debug)]
struct Match {
    start: usize,
    end: usize,
    /// Which of the wanted conditions it satisfies.
    what: usize,
}

/// The snippet from the value in which most of the wanted conditions are met; among equals the first field.
pub(crate) fn best(entry: &Entry, reading: &Reading) -> Snippet {
    let mut best: Option<(usize, Snippet)> = None;
    for (at, spec) in FIELDS.iter().enumerate() {
        for (nth, value) in (spec.values)(entry).into_iter().enumerate() {
            let matches = matches(value, at, reading);
            let mut met: Vec<usize> = matches.iter().map(|m| m.what).collect();
            met.sort_unstable();
            met.dedup();
            let count = if reading.is_likeness() {
                densest(&matches).map_or(0, |(count, _)| count)
            } else {
                met.len()
            };
            if count > best.as_ref().map_or(0, |(most, _)| *most) {
                let (text, highlights) = cut(value, &matches);
                let part = part(entry, spec.id, nth);
                let within = part.filter(|_| spec.id != "attachment_name");
                let (place, paragraph) = within.map_or((None, None), |p| {
                    standing(p, densest(&matches).map_or(0, |(_, at)| at))
                });
                let file = part.map(|p| p.name.clone());
                let shown = Snippet { field: spec.name, file, text, highlights, place, paragraph };
                best = Some((count, shown));
            }
        }
    }
    best.map_or_else(|| opening(entry), |(_, snippet)| snippet)
}

/// Nothing was asked that stands in the text: its beginning.
fn opening(entry: &Entry) -> Snippet {
    let body = entry.texts.iter().enumerate().find(|(_, p)| p.role == Role::Main);
    match body.filter(|(_, p)| !p.text.trim().is_empty()) {
        Some((_, part)) => Snippet {
            field: "正文",
            file: Some(part.name.clone()),
            text: cut(&part.text, &[]).0,
            highlights: Vec::new(),
            place: None,
            paragraph: None,
        },
        None => Snippet {
            field: "题名",
            file: None,
            text: cut(&entry.metadata.title, &[]).0,
            highlights: Vec::new(),
            place: None,
            paragraph: None,
        },
    }
}

/// Where the character `at` of a text stands: page, sheet or member, and the paragraph there.
fn standing(part: &TextPart, at: usize) -> (Option<String>, Option<usize>) {
    let place = part.places.iter().rev().find(|p| p.at <= at);
    let from = place.map_or(0, |p| p.at);
    let before: String = part.text.chars().take(at + 1).skip(from).collect();
    let paragraphs = before.lines().filter(|l| !l.trim().is_empty()).count();
    (place.map(|p| p.name.clone()), Some(paragraphs.max(1)))
}

/// The file that the `nth` value of a text field is from.
fn part<'a>(entry: &'a Entry, field: &str, nth: usize) -> Option<&'a TextPart> {
    let role = match field {
        fields::BODY => Role::Main,
        "attachment" | "attachment_name" => Role::Attachment,
        _ => return None,
    };
    entry.texts.iter().filter(|p| p.role == role).nth(nth)
}

fn matches(value: &str, field: usize, reading: &Reading) -> Vec<Match> {
    let mut out = Vec::new();
    let mut folded: Option<Folded> = None;
    let mut chars: Vec<char> = Vec::new();
    for (what, condition) in reading.wanted().enumerate() {
        if !condition.scope.fields().contains(&field) {
            continue;
        }
        let folded = folded.get_or_insert_with(|| {
            chars = value.chars().collect();
            fold::with_origins(value)
        });
        for form in condition.forms.iter().chain(&condition.related) {
            let needle: Vec<char> = form.chars().collect();
            if condition.scope.is_whole() && needle != folded.chars {
                continue;
            }
            for (start, end) in occurrences(folded, &needle) {
                let marks = chars.iter().skip(end).take_while(|c| fold::is_attached(**c)).count();
                out.push(Match { start, end: end + marks, what });
            }
        }
        for (nth, piece) in condition.pieces.iter().enumerate() {
            // Each shows something of its own: where many stand together, it is most alike.
            let what = (what + 1) * PIECES + nth;
            for (start, end) in alike::standing(folded, piece) {
                out.push(Match { start, end, what });
            }
        }
        if FIELDS.get(field).is_some_and(|f| f.sounds) {
            for (start, end) in
                condition.sounds.iter().flat_map(|run| sound::occurrences(value, run))
            {
                out.push(Match { start, end, what });
            }
        }
    }
    out.sort_by_key(|m| (m.start, m.end, m.what));
    out
}

/// Where `needle` occurs, as ranges of the original characters.
fn occurrences<'a>(
    folded: &'a Folded,
    needle: &'a [char],
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let width = needle.len().max(1);
    folded.chars.windows(width).zip(folded.origin.windows(width)).filter_map(
        move |(chars, origin)| {
            let (first, last) = (origin.first()?, origin.last()?);
            (chars == needle).then_some((*first, last + 1))
        },
    )
}

/// The start of the first match from which on most of the conditions are met within a snippet's length, and how many.
fn densest(matches: &[Match]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    for (at, m) in matches.iter().enumerate() {
        let within = matches.iter().skip(at).take_while(|n| n.end <= m.start + LENGTH - LEAD);
        // Few conditions, so a list will do; a long run of matches is not walked to its end.
        let mut met: Vec<usize> = Vec::new();
        for n in within.take(LENGTH) {
            if !met.contains(&n.what) {
                met.push(n.what);
            }
        }
        if best.is_none_or(|(most, _)| met.len() > most) {
            best = Some((met.len(), m.start));
        }
    }
    best
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n' | '\r' | '｡')
}

/// Cuts the snippet around the matches; gives it with the matches in it, merged.
fn cut(value: &str, matches: &[Match]) -> (String, Vec<(usize, usize)>) {
    let chars: Vec<char> = value.chars().collect();
    let marked = merged(matches);
    let focus = densest(matches).map_or(0, |(_, at)| at);
    let focus_end = marked.iter().find(|(s, e)| *s <= focus && focus < *e).map_or(focus, |m| m.1);

    let from = focus.saturating_sub(LEAD);
    let sentence = (from..focus).rev().find(|&i| ends_sentence(chars[i])).map(|i| i + 1);
    let mut start = sentence.unwrap_or(from);
    let mut open_start = sentence.is_none() && start > 0;
    if let Some((s, _)) = marked.iter().find(|(s, e)| *s < start && start < *e) {
        start = *s;
        open_start = start > 0;
    }
    while start > 0 && chars.get(start).is_some_and(|c| fold::is_attached(*c)) {
        start -= 1;
    }
    while start < focus && chars.get(start).is_some_and(|c| c.is_whitespace()) {
        start += 1;
    }

    let limit = (start + LENGTH).max(focus_end).min(chars.len());
    let mut end = limit;
    let mut open_end = limit < chars.len();
    if open_end
        && let Some(i) =
            (focus_end.saturating_sub(1).max(start)..limit).rev().find(|&i| ends_sentence(chars[i]))
    {
        end = i + 1;
        open_end = false;
    }
    if let Some((_, e)) = marked.iter().find(|(s, e)| *s < end && end < *e) {
        end = *e;
        open_end = end < chars.len();
    }
    while chars.get(end).is_some_and(|c| fold::is_attached(*c)) {
        end += 1;
    }
    while end > focus_end.max(start) && chars.get(end - 1).is_some_and(|c| c.is_whitespace()) {
        end -= 1;
    }

    let mut text = String::new();
    let shift = usize::from(open_start);
    if open_start {
        text.push(ELLIPSIS);
    }
    let inside = chars.get(start..end).unwrap_or_default();
    // One sign for one, so that the offsets hold; a snippet is one line.
    text.extend(inside.iter().map(|&c| if c.is_whitespace() || c.is_control() { ' ' } else { c }));
    if open_end {
        text.push(ELLIPSIS);
    }
    let highlights = marked
        .into_iter()
        .filter(|(s, e)| *s >= start && *e <= end)
        .map(|(s, e)| (s - start + shift, e - start + shift))
        .collect();
    (text, highlights)
}

/// The matches as ranges that neither overlap nor touch.
fn merged(matches: &[Match]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for m in matches {
        match out.last_mut() {
            Some((_, end)) if m.start <= *end => *end = (*end).max(m.end),
            _ => out.push((m.start, m.end)),
        }
    }
    out
}
