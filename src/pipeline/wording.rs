//! 文字规则 over a case: slips in its texts as findings at their very characters.

use crate::case::{self, CaseFile, Text};
use crate::diag::{Diagnostic, Span};
use crate::prose::{self, Slip};

/// The most findings about wording that are listed.
const MAX_FINDINGS: usize = 1000;

/// Findings about every text of the case.
pub fn check(case: &CaseFile) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut unlisted = 0;
    for text in case::texts(case) {
        for slip in slips(&text) {
            if out.len() < MAX_FINDINGS {
                out.push(finding(case, &text, slip));
            } else {
                unlisted += 1;
            }
        }
    }
    if unlisted > 0 {
        let message = format!("文字问题太多，还有 {unlisted} 处没有列出");
        out.push(
            Diagnostic::warning("W-00", message)
                .hint("用 anjuan check --fix 改好有把握的，再看剩下的。"),
        );
    }
    out
}

/// The slips of a text, by what sort of text it is.
pub(super) fn slips(text: &Text<'_>) -> Vec<Slip> {
    if text.coded { prose::check_code(text.words) } else { prose::check(text.words) }
}

/// One slip as a finding. In titles of documents brackets and title marks are a rule of their own.
fn finding(case: &CaseFile, text: &Text<'_>, slip: Slip) -> Diagnostic {
    let span = text.span(case, &slip.range);
    let title = text.field == ("Document", "title");
    let strict = match slip.code {
        "W-14" => true,
        "W-11" => text
            .words
            .get(slip.range.clone())
            .is_some_and(|mark| matches!(mark, "(" | ")" | "<" | ">")),
        _ => false,
    };
    let made = if title && strict {
        Diagnostic::error("R-90", slip.message)
    } else {
        Diagnostic::warning(slip.code, slip.message)
    };
    let folded = folds(&span);
    let made = made.at(span).path(text.pointer.clone());
    if slip.code == "W-21" && folded {
        return made.hint("这段文字在数据文件里换了行，换行会变成空格：把两行接成一行。");
    }
    made.hint(slip.hint)
}

/// Whether the place lies over the end of a line.
fn folds(span: &Span) -> bool {
    span.source.text().get(span.range.clone()).is_some_and(|t| t.contains('\n'))
}
