//! Tables: rows from an expression, cells from plain templates; cells never see markup.

use crate::diag::{Diagnostic, Span};
use crate::document::{Cell, Column, Table};
use crate::engine::{Value, context};

use super::kinds::{Kind, Kinds};
use super::manifest::TableSpec;

/// More rows than this are a mistake in the expression.
const MAX_ROWS: usize = 20_000;

/// Fills the table `spec` of `kind`. Findings of all its cells come together, each cell's once.
pub(super) fn fill(
    kinds: &Kinds,
    kind: &Kind,
    spec: &TableSpec,
    context: &Value,
) -> Result<Table, Vec<Diagnostic>> {
    let id = spec.id.get_ref();
    let engine = &kinds.engine;
    let place = kind.place(&spec.rows);
    let rows =
        engine.evaluate(spec.rows.get_ref(), context, &place).map_err(|finding| vec![*finding])?;
    let rows: Vec<Value> = rows
        .try_iter()
        .map_err(|_| {
            let message = format!("表 {id} 的行（rows）不是列表");
            vec![Diagnostic::error("K-05", message).at(place.clone())]
        })?
        .take(MAX_ROWS + 1)
        .collect();
    if rows.len() > MAX_ROWS {
        let message = format!("表 {id} 超过 {MAX_ROWS} 行");
        return Err(vec![Diagnostic::error("K-05", message).at(place)]);
    }
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut spoiled = vec![false; spec.column.len()];
    let mut out = Vec::with_capacity(rows.len() + spec.blank_rows);
    for (i, row) in rows.into_iter().enumerate() {
        let context = context! { row, loop_index => i + 1, ..context.clone() };
        let mut cells = Vec::with_capacity(spec.column.len());
        for (j, column) in spec.column.iter().enumerate() {
            if spoiled.get(j).copied().unwrap_or_default() {
                continue;
            }
            match engine.render(&kind.cell(id, j), &context) {
                Ok(text) => cells.push(cell(&text)),
                Err(finding) => {
                    findings.push(within(*finding, &kind.place(&column.cell)));
                    if let Some(mark) = spoiled.get_mut(j) {
                        *mark = true;
                    }
                }
            }
        }
        out.push(cells);
    }
    let caption = spec.caption.as_ref().filter(|c| !c.get_ref().is_empty()).map(|caption| {
        engine
            .render(&kind.cell(id, spec.column.len()), context)
            .map_err(|finding| findings.push(within(*finding, &kind.place(caption))))
            .unwrap_or_default()
    });
    if !findings.is_empty() {
        return Err(findings);
    }
    out.extend((0..spec.blank_rows).map(|_| vec![Cell::default(); spec.column.len()]));
    let columns = spec
        .column
        .iter()
        .map(|c| Column { header: c.header.clone(), width: c.width, align: c.align })
        .collect();
    Ok(Table { id: id.clone(), caption, columns, rows: out })
}

/// A finding within a cell's template, placed in the manifest that holds the cell.
fn within(finding: Diagnostic, cell: &Span) -> Diagnostic {
    finding.at(cell.clone())
}

fn cell(text: &str) -> Cell {
    let lines = text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    Cell(lines.filter(|l| !l.is_empty()).collect())
}
