//! `anjuan import` and `anjuan export`: 台账.

use std::path::Path;

use serde_json::{Value, json};

use super::args::{ExportArgs, ImportArgs};
use super::exit::Exit;
use super::show::Show;
use crate::diag::Failure;
use crate::ledger::{Deed, FORMS, Form, How, Options, Row, Taken, form, letters};
use crate::pipeline::{self, Import, Settings};

/// Findings about rows that are shown.
const SHOWN: usize = 500;

/// Takes the rows of a workbook into a case.
pub fn import(args: &ImportArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let ([workbook], Some(into)) = (args.files.as_slice(), &args.into) else {
        return Err(Failure::Usage("一次导入一个工作簿（--into 案件）".into()));
    };
    let options = Options {
        ledger: args.ledger.clone(),
        sheet: args.sheet.clone(),
        map: args.map.clone(),
        set: args.set.clone(),
        update: args.update,
    };
    let mut import = pipeline::import(into, workbook, &options, settings)?;
    for taken in &import.sheets {
        mapping(&import, taken, show);
    }
    for taken in &import.sheets {
        let name = sheet_name(&import, taken);
        taken.rows.iter().for_each(|row| row_line(args, name, row, show));
    }
    if args.dry_run {
        for line in import.diff().lines() {
            show.line(show.change(line));
        }
    } else {
        import.write()?;
    }
    let shown = if show.json() { usize::MAX } else { SHOWN };
    import.findings.iter().take(shown).for_each(|f| show.finding(f));
    if let Some(more) = import.findings.len().checked_sub(shown).filter(|n| *n > 0) {
        show.note(format!("还有 {more} 条提示没有列出，都写在退回的工作簿里。"));
    }
    import.new.iter().take(shown).for_each(|f| show.finding(f));
    if let Some(more) = import.new.len().checked_sub(shown).filter(|n| *n > 0) {
        show.note(format!("案件里还有 {more} 条新的提示，运行 anjuan check 查看。"));
    }
    Ok(conclude(&import, args.dry_run, show))
}

fn sheet_name<'a>(import: &'a Import, taken: &Taken) -> &'a str {
    import.book.sheets.get(taken.sheet).map_or("", |s| s.name.as_str())
}

/// Which column was taken for which field.
fn mapping(import: &Import, taken: &Taken, show: &Show) {
    let name = sheet_name(import, taken);
    let heading = &taken.heading;
    let label = |n: usize| taken.form.column.get(n);
    let columns: Vec<Value> = heading
        .bound
        .iter()
        .filter_map(|b| {
            let column = label(b.column)?;
            let at = letters(b.at);
            Some(json!({"column": at, "head": b.head, "field": column.field, "label": column.label, "how": b.how.word()}))
        })
        .collect();
    let unused: Vec<Value> =
        heading.unused.iter().map(|u| json!({"column": letters(u.at), "head": u.head})).collect();
    show.object(&json!({
        "type": "mapping", "sheet": name, "ledger": taken.form.ledger, "head_row": heading.rows.1 + 1,
        "columns": columns, "unused": unused,
    }));
    show.line(format!("工作表“{name}”：{}，第 {} 行是表头", taken.form.title, heading.rows.1 + 1));
    let same = heading.bound.iter().filter(|b| b.how == How::Same).count();
    for bound in heading.bound.iter().filter(|b| b.how != How::Same) {
        let Some(column) = label(bound.column) else { continue };
        show.line(format!(
            "  {:<3} {} → {}（{}）",
            letters(bound.at),
            bound.head,
            column.label,
            bound.how.word()
        ));
    }
    if same > 0 {
        show.line(format!("  另有 {same} 列，表头就是栏名"));
    }
}

/// What is done with a row.
fn row_line(args: &ImportArgs, sheet: &str, row: &Row, show: &Show) {
    let (word, deed, labels): (_, _, &[String]) = match &row.deed {
        Deed::Add { .. } => ("新增", "added", &[]),
        Deed::Change { labels, allowed: true, .. } => ("更新", "changed", labels),
        Deed::Change { labels, .. } => ("不同", "differs", labels),
        Deed::Same => ("未变", "same", &[]),
        Deed::Bad => ("退回", "bad", &[]),
    };
    let number = row.at + 1;
    show.object(&json!({
        "type": "row", "sheet": sheet, "row": number, "id": row.label, "deed": deed, "fields": labels,
    }));
    if row.deed != Deed::Same && (args.dry_run || matches!(row.deed, Deed::Change { .. })) {
        let labels =
            if labels.is_empty() { String::new() } else { format!("：{}", labels.join("、")) };
        show.line(format!("  第 {number} 行 {} {word}{labels}", row.label));
    }
}

fn conclude(import: &Import, dry: bool, show: &Show) -> Exit {
    let [added, changed, differs, same, bad] = import.counts();
    let (errors, warnings) = show.counts();
    show.object(&json!({
        "type": "summary", "errors": errors, "warnings": warnings, "added": added, "changed": changed,
        "differs": differs, "same": same, "bad": bad, "written": import.written, "returned": import.returned,
        "case_errors": import.errors,
    }));
    show.line(format!(
        "新增 {added}、更新 {changed}、未变 {same}、不同而未更新 {differs}、退回 {bad}。"
    ));
    let file = import.file.display();
    show.line(match (import.written, dry, added + changed) {
        (true, ..) => format!("已写入 {file}。"),
        (_, true, 1..) => format!("没有写入 {file}（--dry-run）。"),
        _ => format!("{file} 没有改动。"),
    });
    if let Some(path) = &import.returned {
        show.line(format!("退回的行在 {}：改好着色的单元格后直接导入它。", path.display()));
    }
    if import.errors > 0 {
        show.line(format!("案件现有 {} 处错误，运行 anjuan check 查看。", import.errors));
    }
    match (bad + differs, added + changed + same) {
        (0, _) => Exit::Done,
        (_, 0) => Exit::Rejected,
        _ => Exit::Partly,
    }
}

/// Writes ledgers of a case as a workbook.
pub fn export(args: &ExportArgs, show: &Show) -> Result<Exit, Failure> {
    let mut forms: Vec<&'static Form> = Vec::new();
    for name in &args.ledger {
        match form(name) {
            Some(form) => forms.push(form),
            None if name == "all" => forms.extend(FORMS.iter()),
            None => {
                let all: Vec<&str> = FORMS.iter().map(|f| f.ledger.as_str()).collect();
                let all = all.join("、");
                return Err(Failure::Usage(format!("没有台账“{name}”；可以是 {all}、all")));
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    forms.retain(|f| seen.insert(f.ledger.as_str()));
    let (rows, bytes) = pipeline::export_ledger(&args.case, &forms, &args.out)?;
    told(&forms, &rows, bytes, &args.out, show);
    Ok(Exit::Done)
}

fn told(forms: &[&'static Form], rows: &[usize], bytes: usize, out: &Path, show: &Show) {
    for (form, rows) in forms.iter().zip(rows) {
        show.object(&json!({
            "type": "ledger", "ledger": form.ledger, "title": form.title, "rows": rows, "path": out,
        }));
        show.line(format!("{}：{rows} 行", form.title));
    }
    show.object(&json!({"type": "summary", "path": out, "bytes": bytes, "ledgers": forms.len()}));
    show.line(format!("已写入 {}。", out.display()));
}
