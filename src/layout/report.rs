//! What was measured: one row a clause and element, findings, and the summary for the record.

use serde::{Deserialize, Serialize};

use super::measure::{near, outside, within};
use crate::diag::{Diagnostic, Severity};

/// 结论 of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// 合格.
    Pass,
    /// 不合格.
    Fail,
    /// 提示: allowed, but to be looked at.
    Warn,
    /// 不适用, or not to be told from the page.
    Na,
}

/// One row: a clause, an element, what is required and what was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clause {
    /// Number in the acceptance list: `G-07`.
    pub code: &'static str,
    /// Clause of GB/T 9704-2012.
    pub clause: &'static str,
    /// Element and what of it was measured.
    pub element: String,
    /// What the standard asks for, with the tolerance.
    pub required: String,
    /// What stands on the page.
    pub measured: String,
    /// The verdict.
    pub outcome: Verdict,
    /// Where: `第2面`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Greatest distance in mm from the figure asked for, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviation_mm: Option<f64>,
    #[serde(skip)]
    severity: Severity,
}

/// All rows of one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// In the order of the acceptance list.
    pub clauses: Vec<Clause>,
}

/// 版面检测声明: what the record keeps of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Rows that passed.
    pub pass: usize,
    /// Rows that failed.
    pub fail: usize,
    /// Rows to be looked at.
    pub warn: usize,
    /// Numbers of the checks that failed.
    pub failed: Vec<String>,
    /// Numbers of the checks with something to look at.
    pub warned: Vec<String>,
    /// Greatest distance in mm from the standard's figures over all rows that passed.
    pub max_deviation_mm: f64,
}

impl Report {
    pub(super) fn take(&mut self, out: Out) {
        let Out { code, clause, element, severity, mut rows } = out;
        if rows.is_empty() {
            rows.push(Clause {
                code,
                clause,
                element: element.to_owned(),
                required: String::new(),
                measured: "本件没有此项".to_owned(),
                outcome: Verdict::Na,
                place: String::new(),
                deviation_mm: None,
                severity,
            });
        }
        self.clauses.append(&mut rows);
    }

    /// Rows that fail as findings; what is only to be looked at stays in the table.
    #[must_use]
    pub fn findings(&self, document: &str) -> Vec<Diagnostic> {
        let failed = self.clauses.iter().filter(|c| c.outcome == Verdict::Fail);
        failed
            .map(|c| {
                let place = if c.place.is_empty() { String::new() } else { format!("{}，", c.place) };
                let message = format!(
                    "{document}版面：{}：{place}应为{}，实为{}",
                    c.element, c.required, c.measured
                );
                let finding = match c.severity {
                    Severity::Error => Diagnostic::error(c.code, message),
                    Severity::Warning | Severity::Note => Diagnostic::warning(c.code, message),
                };
                finding.hint(format!(
                    "依 GB/T 9704-2012 {} 核对；由本程序排出的，是样式的问题，用 anjuan layout 看全部量测。",
                    c.clause
                ))
            })
            .collect()
    }

    /// What the record keeps.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let count = |v| self.clauses.iter().filter(|c| c.outcome == v).count();
        let codes = |v| {
            let mut codes: Vec<String> =
                self.clauses.iter().filter(|c| c.outcome == v).map(|c| c.code.to_owned()).collect();
            codes.dedup();
            codes
        };
        let passed = self.clauses.iter().filter(|c| c.outcome == Verdict::Pass);
        let most = passed.filter_map(|c| c.deviation_mm).map(f64::abs).fold(0.0, f64::max);
        Summary {
            pass: count(Verdict::Pass),
            fail: count(Verdict::Fail),
            warn: count(Verdict::Warn),
            failed: codes(Verdict::Fail),
            warned: codes(Verdict::Warn),
            max_deviation_mm: hundredths(most),
        }
    }
}

fn hundredths(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

/// Rows of one check as they are measured.
pub(super) struct Out {
    code: &'static str,
    clause: &'static str,
    element: &'static str,
    severity: Severity,
    rows: Vec<Clause>,
}

/// One measured length and the page it was measured on.
pub(super) type Measured = (f64, usize);

impl Out {
    pub(super) fn new(
        code: &'static str,
        clause: &'static str,
        element: &'static str,
        severity: Severity,
    ) -> Self {
        Self { code, clause, element, severity, rows: Vec::new() }
    }

    /// A row in plain words. `part` is what of the element: empty for the element itself.
    pub(super) fn say(
        &mut self,
        part: &str,
        required: impl Into<String>,
        measured: impl Into<String>,
        outcome: Verdict,
        page: Option<usize>,
    ) {
        let element = match part {
            "" => self.element.to_owned(),
            part => format!("{}：{part}", self.element),
        };
        self.rows.push(Clause {
            code: self.code,
            clause: self.clause,
            element,
            required: required.into(),
            measured: measured.into(),
            outcome,
            place: page.map(|p| format!("第{p}面")).unwrap_or_default(),
            deviation_mm: None,
            severity: self.severity,
        });
    }

    /// A row that holds or does not.
    pub(super) fn holds(
        &mut self,
        part: &str,
        required: impl Into<String>,
        measured: impl Into<String>,
        holds: bool,
        page: Option<usize>,
    ) {
        let outcome = if holds { Verdict::Pass } else { Verdict::Fail };
        self.say(part, required, measured, outcome, page);
    }

    /// A length against one figure with a tolerance.
    pub(super) fn near(&mut self, part: &str, want: f64, tolerance: f64, measured: Measured) {
        self.all(part, want, tolerance, &[measured]);
    }

    /// Several lengths against one figure: one row, with the worst of them and where it is.
    pub(super) fn all(&mut self, part: &str, want: f64, tolerance: f64, measured: &[Measured]) {
        let worst =
            measured.iter().max_by(|a, b| (a.0 - want).abs().total_cmp(&(b.0 - want).abs()));
        let Some(&(worst, page)) = worst else { return };
        let bad = measured.iter().filter(|m| !near(m.0, want, tolerance)).count();
        let required = format!("{want:.2}±{tolerance} 毫米");
        let words = spread(measured, worst, bad);
        self.holds(part, required, words, bad == 0, Some(page));
        self.deviate(worst - want);
    }

    /// Several lengths against a range.
    pub(super) fn range(&mut self, part: &str, range: (f64, f64), measured: &[Measured]) {
        let far = |m: &Measured| outside(m.0, range).abs();
        let Some(&(worst, page)) = measured.iter().max_by(|a, b| far(a).total_cmp(&far(b))) else {
            return;
        };
        let bad = measured.iter().filter(|m| !within(m.0, range)).count();
        let required = format!("{}—{} 毫米", short(range.0), short(range.1));
        let words = spread(measured, worst, bad);
        self.holds(part, required, words, bad == 0, Some(page));
        self.deviate(outside(worst, range));
    }

    /// Makes the last row's failure something to look at.
    pub(super) fn soften(&mut self) {
        if let Some(row) = self.rows.last_mut()
            && row.outcome == Verdict::Fail
        {
            row.outcome = Verdict::Warn;
        }
    }

    fn deviate(&mut self, by: f64) {
        if let Some(row) = self.rows.last_mut() {
            row.deviation_mm = Some(hundredths(by));
        }
    }
}

fn spread(measured: &[Measured], worst: f64, bad: usize) -> String {
    let low = measured.iter().map(|m| m.0).fold(f64::INFINITY, f64::min);
    let high = measured.iter().map(|m| m.0).fold(f64::NEG_INFINITY, f64::max);
    if bad > 1 {
        format!("{worst:.2} 毫米等 {bad} 处（共量 {} 处）", measured.len())
    } else if bad == 1 || high - low < 0.005 {
        format!("{worst:.2} 毫米")
    } else {
        format!("{low:.2}—{high:.2} 毫米（{} 处）", measured.len())
    }
}

/// A length with two decimals at most.
fn short(length: f64) -> String {
    let text = format!("{length:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
