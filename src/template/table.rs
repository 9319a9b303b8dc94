//! Tables: rows from an expression, cells from plain templates; cells never see markup.

use crate::diag::Diagnostic;
use crate::document::{Cell, Column, Table};
use crate::engine::{Scope, Value, ValueKind, context, one_line};

use super::kinds::{Kind, Kinds};
use super::manifest::TableSpec;

/// More rows than this are a mistake in the expression.
const MAX_ROWS: usize = 20_000;

/// Fills the table `spec` of `kind`. Findings of all its cells come together, each cell's once.
pub(super) fn fill(
    kinds: &Kinds,
    kind: &Kind,
    spec: &TableSpec,
    scope: &Scope,
) -> Result<Table, Vec<Diagnostic>> {
    let id = spec.id.get_ref();
    let engine = &kinds.engine;
    let place = kind.place(&spec.rows);
    let rows =
        engine.evaluate(spec.rows.get_ref(), scope, &place).map_err(|finding| vec![*finding])?;
    // The engine would walk over the letters of a text and the keys of an object.
    let list = matches!(rows.kind(), ValueKind::Seq | ValueKind::Iterable);
    let rows: Vec<Value> = list
        .then(|| rows.try_iter().ok())
        .flatten()
        .ok_or_else(|| {
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
        let scope = scope.with(&context! { row, loop_index => i + 1 });
        let mut cells = Vec::with_capacity(spec.column.len());
        for j in 0..spec.column.len() {
            if spoiled.get(j).copied().unwrap_or_default() {
                continue;
            }
            match engine.render(&kind.cell(id, j), &scope) {
                Ok(text) => cells.push(cell(&text)),
                Err(finding) => {
                    findings.push(*finding);
                    if let Some(mark) = spoiled.get_mut(j) {
                        *mark = true;
                    }
                }
            }
        }
        out.push(cells);
    }
    let caption = spec.caption.as_ref().and_then(|_| {
        let caption = engine.render(&kind.cell(id, spec.column.len()), scope);
        let caption = caption.map_err(|finding| findings.push(*finding)).unwrap_or_default();
        Some(one_line(&caption)).filter(|c| !c.is_empty())
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

/// The paragraphs of a cell: its lines.
fn cell(text: &str) -> Cell {
    Cell(text.lines().map(one_line).filter(|l| !l.trim().is_empty()).collect())
}
