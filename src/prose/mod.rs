//! 文字规则: slips in running text against GB/T 15834 (punctuation), GB/T 15835 (numerals) and GB 3100 (units),
//! each with its exact place and, where only one answer is right, the replacement.
//!
//! Pure functions over one text: no file, no case, no page. Every check walks the characters once and looks a
//! bounded way ahead or back, so the time is linear in the text. What might be a code, an address, a formula or a
//! foreign sentence is left alone: a false alarm costs more than a slip that a reader sees anyway.

mod codes;
mod dates;
mod guard;
mod line;
mod marks;
mod notation;
mod numbers;
mod order;
mod pairs;
mod ranges;
mod units;

use std::ops::Range;

pub use codes::check_code;
use line::Line;

/// One slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Finding code (`W-…`).
    pub code: &'static str,
    /// Byte range in the text, on character boundaries.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// The replacement for the range, where it is certain.
    pub fix: Option<String>,
}

/// All slips of a text, by place; no two overlap.
#[must_use]
pub fn check(text: &str) -> Vec<Slip> {
    // Most texts of a large case are short and plain; what can have no slip is not walked.
    if text.chars().nth(1).is_none() && !text.chars().any(notation::is_wide) {
        return Vec::new();
    }
    let line = Line::new(text);
    let mut found = Found { line: &line, slips: Vec::new() };
    notation::check(&line, &mut found);
    dates::check(&line, &mut found);
    ranges::check(&line, &mut found);
    numbers::check(&line, &mut found);
    units::check(&line, &mut found);
    order::check(&line, &mut found);
    pairs::check(&line, &mut found);
    marks::check(&line, &mut found);
    found.finish()
}

/// The text with every certain replacement made, repeatedly, until nothing certain is left.
#[cfg(test)]
fn mend(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..8 {
        let slips = check(&text);
        let mut changed = false;
        for slip in slips.iter().rev() {
            if let Some(fix) = &slip.fix {
                text.replace_range(slip.range.clone(), fix);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    text
}

/// Slips being gathered; indices count characters until they are finished.
struct Found<'a> {
    line: &'a Line,
    slips: Vec<Slip>,
}

impl Found<'_> {
    /// A slip at the characters `range` with a certain replacement.
    fn certain(
        &mut self,
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        let fix = fix.into();
        let hint = if fix.is_empty() {
            "删去这里的字符。".to_owned()
        } else {
            format!("改为“{}”。", shown(&fix))
        };
        self.add(code, range, message.into(), hint, Some(fix));
    }

    /// A slip at the characters `range` that a person must decide.
    fn doubtful(
        &mut self,
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(code, range, message.into(), hint.into(), None);
    }

    fn add(
        &mut self,
        code: &'static str,
        range: Range<usize>,
        message: String,
        hint: String,
        fix: Option<String>,
    ) {
        let range = self.line.bytes(range);
        if !range.is_empty() {
            self.slips.push(Slip { code, range, message, hint, fix });
        }
    }

    /// By place; of two that overlap the one found first stays, since wider readings are tried first.
    fn finish(self) -> Vec<Slip> {
        let mut taken: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
        let mut kept = Vec::with_capacity(self.slips.len());
        for slip in self.slips {
            let before = taken.range(..slip.range.end).next_back();
            if before.is_some_and(|(_, end)| *end > slip.range.start) {
                continue;
            }
            taken.insert(slip.range.start, slip.range.end);
            kept.push(slip);
        }
        kept.sort_by_key(|slip| slip.range.start);
        kept
    }
}

/// Quotation marks inside the quotation marks of a message become single ones.
fn shown(text: &str) -> String {
    text.replace('“', "‘").replace('”', "’")
}

#[cfg(test)]
mod tests;
