//! 业务规则: what 实施办法 and 五年工作计划 ask of a case. A check is a row of a table; whom it
//! concerns, its figures, weight, source and words are data of the rule pack.

mod closing;
mod complaints;
mod entry;
mod facts;
mod keeping;
mod openness;
mod outcome;
mod planning;
mod rectification;
mod recusal;
mod report;
mod tracking;
mod watch;

use chrono::NaiveDate;

pub use facts::Facts;

use super::Found;
use super::{Pack, Required};
use crate::case::CaseFile;
use crate::vocab::date;
use watch::Watch;

/// 阶段, in their order.
const STAGES: [&str; 7] = ["准备", "进驻", "报告", "反馈", "整改", "销号", "归档"];

/// One check over the facts of a case.
pub type Verdict = fn(&Facts<'_>, &mut Says<'_, '_>);
/// A rule's id and its check.
pub type Rule = (&'static str, Verdict);

/// All checks, in the order of their rules within each file.
const TABLES: [&[Rule]; 11] = [
    planning::TABLE,
    recusal::TABLE,
    entry::TABLE,
    complaints::TABLE,
    report::TABLE,
    rectification::TABLE,
    tracking::TABLE,
    closing::TABLE,
    outcome::TABLE,
    openness::TABLE,
    keeping::TABLE,
];

/// Ids of all business rules that are checked here.
pub fn ids() -> impl Iterator<Item = &'static str> {
    TABLES.iter().flat_map(|table| table.iter().map(|(id, _)| *id))
}

/// Runs those that the pack applies to this case. A rule that looks at what cannot be read says nothing, and its id is
/// given back.
pub fn check(case: &CaseFile, pack: &Pack, found: &mut Found<'_>) -> Vec<&'static str> {
    let watch = Watch::over(case.json(), &case.unreadable());
    let facts = Facts::of(case, pack, &watch);
    let kind = facts.kind();
    let in_doubt = watch.take();
    let mut unchecked = Vec::new();
    for (id, verdict) in TABLES.iter().flat_map(|table| table.iter()) {
        if pack.applies(id, kind) {
            let before = found.findings.len();
            verdict(&facts, &mut Says { id, found });
            if watch.take() || in_doubt {
                found.findings.truncate(before);
                unchecked.push(*id);
            }
        }
    }
    unchecked
}

/// What one rule says.
pub struct Says<'s, 'f> {
    id: &'static str,
    found: &'s mut Found<'f>,
}

fn day(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "（未填）".to_owned(), date::chinese)
}

impl Says<'_, '_> {
    /// What the pack says under `key`, about `pointer`.
    pub fn say(&mut self, key: &str, pointer: &str, words: &[(&str, String)]) {
        self.found.say(self.id, key, pointer, words);
    }

    /// A parameter of the pack in days.
    pub fn days(&self, name: &str, otherwise: u64) -> u64 {
        let value = self.found.pack.number(name).filter(|n| *n >= 0.0 && n.fract() == 0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole and not negative"
        )]
        value.map_or(otherwise, |n| n as u64)
    }

    /// A parameter of the pack in months.
    pub fn months(&self, name: &str, otherwise: u32) -> u32 {
        u32::try_from(self.days(name, u64::from(otherwise))).unwrap_or(otherwise)
    }

    /// A parameter of the pack between 0 and 1.
    pub fn share(&self, name: &str, otherwise: f64) -> f64 {
        self.found.pack.number(name).filter(|n| (0.0..=1.0).contains(n)).unwrap_or(otherwise)
    }

    /// What must be among the documents, by stage.
    pub fn required(&self) -> Vec<Required> {
        self.found.pack.required().to_vec()
    }
}
