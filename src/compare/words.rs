//! Two texts word by word: pieces that give back both sides exactly, and what a person says of them.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::Kind;
use crate::document::{MarkedRun, Marking, cut_words};

/// Words of both sides together up to which they are compared one by one; more are compared by sentences first.
const MOST: usize = 8_000;
/// A stretch of so few characters that stays between two changes is read as part of them.
const ISLAND: usize = 2;
/// If less than one part in so many stays, the whole is read as replaced.
const LEFT: usize = 5;
/// Characters of a quotation.
const QUOTED: usize = 40;
/// Characters of what stays that are shown on each side of a change.
const AROUND: usize = 14;

/// `old` and `new` as runs: without what was inserted they give `old`, without what was deleted `new`.
#[must_use]
pub fn runs(old: &str, new: &str) -> Vec<MarkedRun> {
    if old == new {
        return run(Marking::Kept, old).into_iter().collect();
    }
    if old.is_empty() || new.is_empty() {
        let whole = [run(Marking::Deleted, old), run(Marking::Inserted, new)];
        return whole.into_iter().flatten().collect();
    }
    let (a, b) = (cut_words(old), cut_words(new));
    let mut groups = Groups::default();
    fine_or_coarse(&a, &b, &mut groups);
    groups.join_islands();
    let kept: usize = groups.0.iter().map(|g| count(&g.kept)).sum();
    if kept * LEFT < count(old).max(count(new)) {
        let whole = [run(Marking::Deleted, old), run(Marking::Inserted, new)];
        return whole.into_iter().flatten().collect();
    }
    groups.runs()
}

fn run(mark: Marking, text: &str) -> Option<MarkedRun> {
    (!text.is_empty()).then(|| MarkedRun { mark, text: text.to_owned() })
}

fn count(text: &str) -> usize {
    text.chars().count()
}

/// What was struck out and put in, and what stays after it.
#[derive(Default)]
struct Group {
    deleted: String,
    inserted: String,
    kept: String,
}

/// In order; the first one may begin with what stays.
#[derive(Default)]
struct Groups(Vec<Group>);

impl Groups {
    fn keep(&mut self, words: &[&str]) {
        if self.0.is_empty() {
            self.0.push(Group::default());
        }
        if let Some(last) = self.0.last_mut() {
            words.iter().for_each(|w| last.kept.push_str(w));
        }
    }

    fn change(&mut self, old: &[&str], new: &[&str]) {
        if old.is_empty() && new.is_empty() {
            return;
        }
        if self.0.last().is_none_or(|last| !last.kept.is_empty()) {
            self.0.push(Group::default());
        }
        if let Some(last) = self.0.last_mut() {
            old.iter().for_each(|w| last.deleted.push_str(w));
            new.iter().for_each(|w| last.inserted.push_str(w));
        }
    }

    /// Joins changes between which next to nothing stays.
    fn join_islands(&mut self) {
        let mut out: Vec<Group> = Vec::new();
        for group in std::mem::take(&mut self.0) {
            let changed = !(group.deleted.is_empty() && group.inserted.is_empty());
            match out.last_mut() {
                Some(last)
                    if changed
                        && !(last.deleted.is_empty() && last.inserted.is_empty())
                        && count(&last.kept) <= ISLAND =>
                {
                    let island = std::mem::take(&mut last.kept);
                    last.deleted.push_str(&island);
                    last.inserted.push_str(&island);
                    last.deleted.push_str(&group.deleted);
                    last.inserted.push_str(&group.inserted);
                    last.kept = group.kept;
                }
                _ => out.push(group),
            }
        }
        self.0 = out;
    }

    fn runs(self) -> Vec<MarkedRun> {
        let mut out = Vec::new();
        for group in self.0 {
            out.extend(run(Marking::Deleted, &group.deleted));
            out.extend(run(Marking::Inserted, &group.inserted));
            out.extend(run(Marking::Kept, &group.kept));
        }
        out
    }
}

fn fine_or_coarse(a: &[&str], b: &[&str], out: &mut Groups) {
    if a.len() + b.len() <= MOST {
        return diff(a, b, out);
    }
    let (old, new) = (sentences(a), sentences(b));
    if old.len() + new.len() > MOST {
        return out.change(a, b);
    }
    let (left, right): (Vec<String>, Vec<String>) =
        (old.iter().map(|s| s.concat()).collect(), new.iter().map(|s| s.concat()).collect());
    for op in capture_diff_slices(Algorithm::Myers, &left, &right) {
        let from: Vec<&str> = old.get(op.old_range()).unwrap_or_default().concat();
        let to: Vec<&str> = new.get(op.new_range()).unwrap_or_default().concat();
        match op.tag() {
            DiffTag::Equal => out.keep(&from),
            _ if from.len() + to.len() <= MOST => {
                diff(&from, &to, out);
            }
            _ => out.change(&from, &to),
        }
    }
}

fn diff(a: &[&str], b: &[&str], out: &mut Groups) {
    for op in capture_diff_slices(Algorithm::Myers, a, b) {
        let from = a.get(op.old_range()).unwrap_or_default();
        let to = b.get(op.new_range()).unwrap_or_default();
        match op.tag() {
            DiffTag::Equal => out.keep(from),
            _ => out.change(from, to),
        }
    }
}

/// Words up to the end of each sentence.
fn sentences<'a, 'b>(words: &'b [&'a str]) -> Vec<&'b [&'a str]> {
    words.split_inclusive(|w| w.ends_with(['。', '；', '！', '？', '\n'])).collect()
}

/// 将“…”改为“…”；在“…”后增加“…”；删去“…”.
#[must_use]
pub fn told(kind: Kind, runs: &[MarkedRun]) -> String {
    let whole = |mark| -> String {
        runs.iter().filter(|r| r.mark == mark).map(|r| r.text.as_str()).collect()
    };
    match kind {
        Kind::Added => return format!("增加“{}”", quote(&whole(Marking::Inserted))),
        Kind::Removed => return format!("删去“{}”", quote(&whole(Marking::Deleted))),
        Kind::Changed => {}
    }
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    let mut before = "";
    while let Some(first) = runs.get(at) {
        let next = runs.get(at + 1).filter(|r| r.mark == Marking::Inserted);
        match (first.mark, next) {
            (Marking::Kept, _) => before = &first.text,
            (Marking::Deleted, Some(next)) => {
                out.push(format!("将“{}”改为“{}”", quote(&first.text), quote(&next.text)));
                at += 1;
            }
            (Marking::Deleted, None) => out.push(format!("删去“{}”", quote(&first.text))),
            (Marking::Inserted, _) if before.is_empty() => {
                out.push(format!("在开头增加“{}”", quote(&first.text)));
            }
            (Marking::Inserted, _) => {
                out.push(format!("在“{}”后增加“{}”", tail(before, 8), quote(&first.text)));
            }
        }
        at += 1;
    }
    out.join("；")
}

fn quote(text: &str) -> String {
    let text = text.replace('\n', " ");
    if count(&text) <= QUOTED { text } else { format!("{}……", head(&text, QUOTED)) }
}

fn head(text: &str, n: usize) -> &str {
    text.char_indices().nth(n).map_or(text, |(at, _)| text.split_at(at).0)
}

fn tail(text: &str, n: usize) -> &str {
    let skip = count(text).saturating_sub(n);
    text.char_indices().nth(skip).map_or("", |(at, _)| text.split_at(at).1)
}

/// The runs in one line.
#[must_use]
pub fn line(runs: &[MarkedRun], paint: &dyn Fn(Marking, String) -> String) -> String {
    let mut out = String::new();
    for (at, run) in runs.iter().enumerate() {
        match run.mark {
            Marking::Kept => {
                let (first, last) = (at == 0, at + 1 == runs.len());
                let long = count(&run.text) > AROUND * 2 + 4;
                match (first, last) {
                    _ if !long => out.push_str(&run.text),
                    (true, true) => out.push_str(&run.text),
                    (true, false) => {
                        out.push('…');
                        out.push_str(tail(&run.text, AROUND));
                    }
                    (false, true) => {
                        out.push_str(head(&run.text, AROUND));
                        out.push('…');
                    }
                    (false, false) => {
                        out.push_str(head(&run.text, AROUND));
                        out.push('…');
                        out.push_str(tail(&run.text, AROUND));
                    }
                }
            }
            Marking::Deleted => out.push_str(&paint(run.mark, format!("〔-{}-〕", run.text))),
            Marking::Inserted => out.push_str(&paint(run.mark, format!("〔+{}+〕", run.text))),
        }
    }
    out.replace('\n', " ")
}
