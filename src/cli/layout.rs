//! `anjuan layout`: 版面检查, a table of clause, requirement, measure and verdict.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::json;

use super::args::LayoutArgs;
use super::exit::Exit;
use super::show::Show;
use super::table::Table;
use crate::diag::Failure;
use crate::layout::Verdict;
use crate::pipeline::{self, ClauseLine, Measured, Settings};

/// Measures documents and tells every clause.
pub fn layout(args: &LayoutArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let listen = |event| show.event(event, |_| {});
    let (measured, failed) = if is_pdf(&args.what) {
        (vec![pipeline::layout_of_file(&args.what)?], Vec::new())
    } else {
        pipeline::layout_of_case(settings, &args.what, &args.document, &listen)?
    };
    show.finish();
    if args.deviations {
        deviations(&measured, show);
    } else {
        measured.iter().for_each(|one| document(one, show));
    }
    let count =
        |v| measured.iter().flat_map(|m| &m.report.clauses).filter(|c| c.outcome == v).count();
    let pages: usize = measured.iter().map(|m| m.pages).sum();
    show.object(&json!({
        "type": "summary",
        "documents": measured.len(),
        "failed_documents": failed,
        "pages": pages,
        "pass": count(Verdict::Pass),
        "fail": count(Verdict::Fail),
        "warn": count(Verdict::Warn),
        "na": count(Verdict::Na),
    }));
    show.line(format!(
        "共 {} 件 {pages} 面：合格 {} 项，不合格 {} 项，提示 {} 项。",
        measured.len(),
        count(Verdict::Pass),
        count(Verdict::Fail),
        count(Verdict::Warn)
    ));
    Ok(if !failed.is_empty() && measured.is_empty() {
        Exit::Rejected
    } else if !failed.is_empty() {
        Exit::Partly
    } else if count(Verdict::Fail) > 0 {
        Exit::No
    } else {
        Exit::Done
    })
}

/// A PDF file by its name or its first bytes; everything else is a case.
fn is_pdf(path: &Path) -> bool {
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("pdf")) {
        return true;
    }
    let mut head = [0; 5];
    path.is_file()
        && File::open(path).is_ok_and(|mut f| f.read_exact(&mut head).is_ok())
        && &head == b"%PDF-"
}

fn document(one: &Measured, show: &Show) {
    for clause in &one.report.clauses {
        show.object(&ClauseLine { r#type: "clause", document: &one.document, clause });
    }
    for adjustment in &one.adjustments {
        show.object(
            &json!({"type": "adjustment", "document": one.document, "adjustment": adjustment}),
        );
    }
    if show.json() {
        return;
    }
    show.line(format!("{}（{} 面）", one.document, one.pages));
    let mut table = Table::new(["结论", "编号", "条款", "要素", "要求", "实测", "位置"]);
    for c in &one.report.clauses {
        if show.quiet() && !matches!(c.outcome, Verdict::Fail | Verdict::Warn) {
            continue;
        }
        table.row([
            word(c.outcome),
            c.code,
            c.clause,
            &c.element,
            &c.required,
            &c.measured,
            &c.place,
        ]);
    }
    table.lines().iter().for_each(|line| show.line(line));
    for a in &one.adjustments {
        show.line(format!(
            "  调整：{}（{}，{}→{} {}）",
            a.what, a.clause, a.before, a.after, a.unit
        ));
    }
    show.line("");
}

fn deviations(measured: &[Measured], show: &Show) {
    let lines = pipeline::deviations(measured);
    let mut table =
        Table::new(["编号", "条款", "要素", "要求", "件数", "最大偏差", "不合格", "何处"]);
    for line in &lines {
        show.object(line);
        table.row([
            line.code,
            line.clause,
            &line.element,
            &line.required,
            &line.documents.to_string(),
            &format!("{:+.2}", line.max_mm),
            &line.fails.to_string(),
            &line.worst,
        ]);
    }
    table.lines().iter().for_each(|line| show.line(line));
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "合格",
        Verdict::Fail => "不合格",
        Verdict::Warn => "提示",
        Verdict::Na => "不适用",
    }
}
