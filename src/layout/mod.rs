//! 版面检查: finished pages held against GB/T 9704-2012, clause by clause.
//!
//! The checks read coordinates of what stands on the pages ([`crate::sheet`]), never the style that put it there, so
//! that style and check cannot be wrong in the same way. The document, if it is at hand, says what must be there; for
//! a foreign PDF the elements are told from the page and what cannot be known does not apply.
//!
//! One table ([`CHECKS`]): a row for each item of the acceptance list, with clause, element and function.

mod checks;
mod elements;
mod measure;
mod page;
mod report;

use crate::diag::Severity;
use crate::document::Document;
use crate::sheet::Sheet;

use elements::Case;
use report::Out;
pub use report::{Clause, Report, Verdict};

/// One check: an item of the acceptance list.
struct Check {
    /// `G-07`; also the code of its findings.
    code: &'static str,
    /// Clause of GB/T 9704-2012.
    clause: &'static str,
    /// Element of the document.
    element: &'static str,
    /// How a failure weighs as a finding.
    severity: Severity,
    /// Measures, and says what was found.
    run: fn(&Case<'_>, &mut Out),
}

const fn row(
    code: &'static str,
    clause: &'static str,
    element: &'static str,
    severity: Severity,
    run: fn(&Case<'_>, &mut Out),
) -> Check {
    Check { code, clause, element, severity, run }
}

use Severity::{Error, Warning};

/// The table. Errors bar a document: what is cut off, printed over or outside the core cannot go out; the others
/// are departures that an office sees and decides on.
static CHECKS: &[Check] = &[
    row("G-01", "5.1", "纸张", Error, checks::paper::size),
    row("G-02", "5.2.1", "版心", Error, checks::paper::core),
    row("G-03", "5.2.3", "行与字", Warning, checks::paper::grid),
    row("G-04", "5.2.2", "字体字号颜色", Warning, checks::faces::faces),
    row("G-05", "7.2.4", "发文机关标志", Warning, checks::header::mark),
    row("G-06", "7.2.5", "发文字号、签发人", Warning, checks::header::number),
    row("G-07", "7.2.7", "红色分隔线", Warning, checks::header::red_rule),
    row("G-08", "7.3.1", "标题", Warning, checks::body::title),
    row("G-09", "7.3.2", "主送机关", Warning, checks::body::recipients),
    row("G-10", "7.3.3", "首页正文", Warning, checks::body::first_page),
    row("G-11", "7.3.3", "段落缩进", Warning, checks::body::indents),
    row("G-12", "7.3.3", "结构层次", Warning, checks::body::headings),
    row("G-13", "7.3.4", "附件说明", Warning, checks::body::annex_note),
    row("G-14", "7.3.5", "署名与印章位置", Warning, checks::signature::signature),
    row("G-15", "7.3.5.4", "成文日期", Warning, checks::signature::date_of_document),
    row("G-16", "7.3.7", "附件", Warning, checks::parts::annexes),
    row("G-17", "7.4", "版记", Warning, checks::imprint::imprint),
    row("G-18", "7.5", "页码", Warning, checks::imprint::page_numbers),
    row("G-19", "10", "特定格式", Warning, checks::forms::forms),
    row("G-20", "8", "横排表格", Warning, checks::parts::wide_pages),
];

/// Measures every clause. `document` says what must be there, if it is known; `adjusted` whether a squeeze was
/// declared (7.3.5.5).
#[must_use]
pub fn check(sheets: &[Sheet], document: Option<&Document>, adjusted: bool) -> Report {
    let case = Case::read(sheets, document, adjusted);
    let mut report = Report::default();
    for check in CHECKS {
        let mut out = Out::new(check.code, check.clause, check.element, check.severity);
        (check.run)(&case, &mut out);
        report.take(out);
    }
    report
}
