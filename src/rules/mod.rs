//! 规则: what the 公文处理工作条例 (2012) asks of a document as an act: kind, direction, addressees, signer,
//! number, dates; and what only the composed document shows.
//!
//! A check is a row of a table in Rust, keyed by its rule id; how heavy it weighs, what it rests on and its words
//! are data of the rule pack (`templates/_rulepacks/`).

mod acts;
mod business;
mod issue;
mod matrix;
mod pack;
mod paper;

use std::collections::BTreeMap;

pub use issue::before_issue;
pub use paper::composed;

use crate::case::{CaseFile, DocumentEntry};
use crate::diag::{Diagnostic, Severity};
use pack::{NAME, PACK};

/// One check over one document of the case.
struct Check {
    run: fn(&Act<'_>, &mut Found<'_>),
}

/// The checks, in the order of their rules.
const CHECKS: &[Check] = &[
    Check { run: acts::number },
    Check { run: matrix::upward },
    Check { run: acts::joint },
    Check { run: acts::dates },
    Check { run: matrix::addressees },
    Check { run: acts::authority },
    Check { run: acts::title },
    Check { run: matrix::direction },
    Check { run: acts::reply },
];

/// One document of a case, as an act of its issuers.
struct Act<'a> {
    case: &'a CaseFile,
    entry: &'a DocumentEntry,
    index: usize,
}

/// Everything that the rules say about the documents of a case, as acts of their issuers.
#[must_use]
pub fn check(case: &CaseFile) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (index, entry) in case.model().documents.iter().enumerate() {
        let act = Act { case, entry, index };
        let mut found = Found { case: Some(case), findings: &mut out };
        for check in CHECKS {
            (check.run)(&act, &mut found);
        }
    }
    acts::twice(case, &mut Found { case: Some(case), findings: &mut out });
    out
}

/// 业务规则: everything that 实施办法 and 五年工作计划 ask of the case, whose ids must be sound.
#[must_use]
pub fn business(case: &CaseFile) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let named = case.json().get("rulepack").and_then(|name| name.as_str()).unwrap_or_default();
    if named != NAME {
        let message = format!("规则包“{named}”没有业务规则，本项目的业务规则没有检查");
        let hint = format!("现有业务规则的是 {NAME}；核对 rulepack。");
        let finding = Diagnostic::warning("K-12", message).path("/rulepack").hint(hint);
        return vec![finding.at(case.span_near("/rulepack"))];
    }
    business::check(case, &mut Found { case: Some(case), findings: &mut out });
    out
}

/// Findings being gathered.
struct Found<'a> {
    case: Option<&'a CaseFile>,
    findings: &'a mut Vec<Diagnostic>,
}

impl Found<'_> {
    /// What the pack says under `key` of rule `id`, about `pointer`.
    fn say(&mut self, id: &'static str, key: &str, pointer: &str, words: &[(&str, String)]) {
        let made = made(id, key, words).path(pointer);
        let made = match self.case {
            Some(case) => made.at(case.span_near(pointer)),
            None => made,
        };
        self.findings.push(made);
    }

    /// What the pack says, about words of a composed document.
    fn about(&mut self, id: &'static str, key: &str, about: &str, words: &[(&str, String)]) {
        self.findings.push(made(id, key, words).about(about));
    }
}

fn made(id: &'static str, key: &str, words: &[(&str, String)]) -> Diagnostic {
    let words: BTreeMap<&str, &str> = words.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let (severity, message, hint) = PACK.say(id, key, &words);
    match severity {
        Severity::Error => Diagnostic::error(id, message),
        Severity::Warning | Severity::Note => Diagnostic::warning(id, message),
    }
    .hint(hint)
}

#[cfg(test)]
mod tests;
