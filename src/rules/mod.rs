//! 规则: what the 公文处理工作条例 (2012) asks of a document as an act: kind, direction, addressees, signer,
//! number, dates; and what only the composed document shows.
//!
//! A check is a row of a table in Rust, keyed by its rule id; how heavy it weighs, what it rests on and its words
//! are data of the rule pack (`templates/_rulepacks/`), which is handed in.

mod acts;
mod business;
mod issue;
mod matrix;
mod pack;
mod paper;
mod unchecked;

use std::collections::BTreeMap;

pub use issue::before_issue;
#[cfg(test)]
pub use pack::NATIONAL;
pub use pack::{Pack, Required};
pub use paper::composed;
pub use unchecked::{Unchecked, unchecked};

use crate::case::{CaseFile, DocumentEntry};
use crate::diag::Diagnostic;

/// Rules over documents as acts and over composed documents; 业务规则 have a table of their own.
const ACTS: [&str; 13] = [
    "R-73", "R-74", "R-75", "R-76", "R-79", "R-80", "R-89", "P-02", "W-41", "W-43", "W-51", "W-52",
    "W-55",
];

/// What a figure of a pack may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// 天数、月数: whole and not negative.
    Whole,
    /// 比例: from 0 to 1.
    Share,
}

/// The figures that checks ask of a pack.
pub const FIGURES: [(&str, Figure); 6] = [
    ("recusal_lookback_months", Figure::Whole),
    ("progress_months", Figure::Whole),
    ("publicity_min_days", Figure::Whole),
    ("major_report_days", Figure::Whole),
    ("party_branch_lead_days", Figure::Whole),
    ("ecobureau_min_share", Figure::Share),
];

/// The ids that a pack may word: every check of the program.
pub fn known() -> impl Iterator<Item = &'static str> {
    let mut ids: Vec<&str> = ACTS.into_iter().chain(business::ids()).chain(["R-82"]).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter()
}

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

/// Whether only the composed document shows what rule `id` looks at.
#[must_use]
pub fn is_of_composed(id: &str) -> bool {
    matches!(id, "P-02" | "W-41" | "W-55")
}

/// Everything that the rules say about the documents of a case, as acts of their issuers.
#[must_use]
pub fn check(case: &CaseFile, pack: &Pack) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (index, entry) in case.model().documents.iter().enumerate() {
        let act = Act { case, entry, index };
        let mut found = Found { case: Some(case), pack, findings: &mut out };
        for check in CHECKS {
            (check.run)(&act, &mut found);
        }
    }
    acts::twice(case, &mut Found { case: Some(case), pack, findings: &mut out });
    out
}

/// R-82 保管期限下限; `floor` is what a kind asks, by 目录代码.
#[must_use]
pub fn retention<'k>(
    case: &CaseFile,
    pack: &Pack,
    floor: &dyn Fn(&str) -> Option<&'k str>,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for (index, entry) in case.model().documents.iter().enumerate() {
        let mut found = Found { case: Some(case), pack, findings: &mut out };
        acts::retention(&Act { case, entry, index }, floor, &mut found);
    }
    out
}

/// 业务规则: everything that the pack's jurisdiction asks of the case, whose ids must be sound. Rules that would look at
/// what cannot be read are left out, and a note says which.
#[must_use]
pub fn business(case: &CaseFile, pack: &Pack) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let case_type = case.model().case.case_type.as_str();
    if !pack.case_types.is_empty() && !pack.case_types.iter().any(|t| t == case_type) {
        let message = format!("规则包“{}”（{}）没有“{case_type}”", pack.name, pack.title);
        let hint = format!(
            "这个规则包的督察类型是{}；核对 rulepack 和 case_type。",
            pack.case_types.join("、")
        );
        let finding = Diagnostic::error("K-12", message).path("/case/case_type").hint(hint);
        return vec![finding.at(case.span_near("/case/case_type"))];
    }
    let mut found = Found { case: Some(case), pack, findings: &mut out };
    let mut ids = business::check(case, pack, &mut found);
    if !ids.is_empty() {
        ids.sort_unstable();
        ids.dedup();
        out.push(unchecked(Unchecked::These(&ids)));
    }
    out
}

/// Ids of the 业务规则 that [`business()`] leaves out: all of them where ids are not `sound`, else those that would look at
/// what cannot be read.
#[must_use]
pub fn left_out(case: &CaseFile, pack: &Pack, sound: bool) -> Vec<&'static str> {
    if !sound {
        return business::ids().collect();
    }
    business::check(case, pack, &mut Found { case: Some(case), pack, findings: &mut Vec::new() })
}

/// Findings being gathered.
struct Found<'a> {
    case: Option<&'a CaseFile>,
    pack: &'a Pack,
    findings: &'a mut Vec<Diagnostic>,
}

impl Found<'_> {
    /// What the pack says under `key` of rule `id`, about `pointer`; nothing where the rule is not in force.
    fn say(&mut self, id: &'static str, key: &str, pointer: &str, words: &[(&str, String)]) {
        let Some(made) = self.made(id, key, words) else { return };
        let made = made.path(pointer);
        self.findings.push(match self.case {
            Some(case) => made.at(case.span_near(pointer)),
            None => made,
        });
    }

    /// What the pack says, about words of a composed document.
    fn about(&mut self, id: &'static str, key: &str, about: &str, words: &[(&str, String)]) {
        if let Some(made) = self.made(id, key, words) {
            self.findings.push(made.about(about));
        }
    }

    fn made(&self, id: &'static str, key: &str, words: &[(&str, String)]) -> Option<Diagnostic> {
        let case_type = self.case.map_or("", |case| case.model().case.case_type.as_str());
        if !self.pack.applies(id, case_type) {
            return None;
        }
        let words: BTreeMap<&str, &str> = words.iter().map(|(k, v)| (*k, v.as_str())).collect();
        Some(self.pack.finding(id, key, &words))
    }
}

#[cfg(test)]
mod tests;
