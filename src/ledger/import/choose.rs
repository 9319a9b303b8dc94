//! Which sheets of a workbook go in, and as which ledgers.

use std::collections::BTreeMap;

use super::{NOWHERE, Options};
use crate::diag::{Diagnostic, Failure};
use crate::ledger::book::{Book, Sheet, place};
use crate::ledger::cell::plain;
use crate::ledger::form::{FORMS, Form};
use crate::ledger::head::{self, Heading, Hints};
use crate::ledger::memory::Memory;

/// A sheet by its place in the book, the ledger it is, its heads.
pub type Choice = (usize, &'static Form, Heading);

/// Which sheets go in, as which ledgers.
pub fn choose(
    book: &Book,
    wanted: Option<&'static Form>,
    options: &Options,
    memory: &Memory,
    findings: &mut Vec<Diagnostic>,
) -> Result<Vec<Choice>, Failure> {
    let reject = |finding: Diagnostic| Failure::Rejected(vec![finding]);
    let listed: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
    let whole = || place(&book.name, "");
    if let Some(name) = &options.sheet
        && book.sheet(name).is_none()
    {
        let finding = Diagnostic::error("T-02", format!("工作簿里没有工作表“{name}”"));
        return Err(reject(
            finding.in_cell(whole()).hint(format!("有这些工作表：{}。", listed.join("、"))),
        ));
    }
    let mut chosen: Vec<Choice> = Vec::new();
    let mut weak: Vec<Choice> = Vec::new();
    for (index, sheet) in book.sheets.iter().enumerate() {
        if options.sheet.as_ref().is_some_and(|name| sheet.name != name.trim()) {
            continue;
        }
        let guess = recognise(sheet, options, memory);
        if let Some(why) = &sheet.refused
            && (options.sheet.is_some() || guess.is_some() || book.sheets.len() == 1)
        {
            let finding =
                Diagnostic::error("T-01", format!("工作表“{}”{why}，不予读取", sheet.name));
            let hint = "删去表格末尾的空行、空列，或分成几个工作簿。";
            return Err(reject(finding.in_cell(place(&book.name, &sheet.name)).hint(hint)));
        }
        match (wanted, guess) {
            (Some(form), Some((guess, heading))) if guess.ledger == form.ledger => {
                chosen.push((index, form, heading));
            }
            (Some(form), _) => {
                let heading = head::find(sheet, form, &hints(options, memory, form));
                weak.extend(heading.map(|heading| (index, form, heading)));
            }
            (None, Some((guess, heading))) => chosen.push((index, guess, heading)),
            (None, None) if !sheet.rows.is_empty() => {
                let message = format!("工作表“{}”认不出是哪一种台账，没有导入", sheet.name);
                let finding = Diagnostic::note("T-02", message);
                findings.push(finding.in_cell(place(&book.name, &sheet.name)));
            }
            (None, None) => {}
        }
    }
    if chosen.is_empty()
        && let Some(best) = weak.into_iter().max_by_key(|(i, _, h)| (h.bound.len(), usize::MAX - i))
    {
        chosen.push(best);
    }
    if chosen.is_empty() {
        return Err(reject(unrecognised(book, wanted, &listed)));
    }
    let order = |form: &Form| FORMS.iter().position(|f| f.ledger == form.ledger);
    chosen.sort_by_key(|(index, form, _)| (order(form), *index));
    Ok(chosen)
}

fn unrecognised(book: &Book, wanted: Option<&Form>, listed: &[&str]) -> Diagnostic {
    let message = match wanted {
        Some(form) => format!("在工作簿里找不到{}的表头", form.title),
        None => "认不出工作簿里是哪一种台账".to_owned(),
    };
    let heads = |form: &Form| {
        let labels: Vec<&str> = form.column.iter().take(8).map(|c| c.label.as_str()).collect();
        labels.join("、")
    };
    let hint = match wanted {
        Some(form) => {
            format!("表头要有这样的栏：{}……；也可用 --map \"表头=字段\" 指明。", heads(form))
        }
        None => {
            let names: Vec<&str> = FORMS.iter().map(|f| f.ledger.as_str()).collect();
            format!("用 --as 指明：{}。", names.join("、"))
        }
    };
    Diagnostic::error("T-02", message)
        .in_cell(place(&book.name, ""))
        .hint(hint)
        .hint(format!("有这些工作表：{}；用 --sheet 指明其中一个。", listed.join("、")))
}

/// What is said beforehand about the heads of a ledger.
fn hints(options: &Options, memory: &Memory, form: &Form) -> Hints {
    let mut said = BTreeMap::new();
    for (head, name) in &options.map {
        let field = match name.as_str() {
            name if NOWHERE.contains(&name) => String::new(),
            name => match form.column(name).and_then(|n| form.column.get(n)) {
                Some(column) => column.field.clone(),
                None => continue,
            },
        };
        said.insert(plain(head), field);
    }
    Hints { said, remembered: memory.of(form) }
}

/// The ledger that a sheet looks most like, if one stands out.
fn recognise(
    sheet: &Sheet,
    options: &Options,
    memory: &Memory,
) -> Option<(&'static Form, Heading)> {
    let mut found: Vec<(usize, &'static Form, Heading)> = Vec::new();
    for form in FORMS.iter() {
        let Some(heading) = head::find(sheet, form, &hints(options, memory, form)) else {
            continue;
        };
        let bound = heading.bound.len();
        let own = heading.bound.iter().filter(|b| b.how <= head::How::Same).count();
        let unknown = heading.unused.iter().filter(|u| u.why.is_none()).count();
        if bound >= 3 {
            found.push(((4 * bound + own).saturating_sub(2 * unknown), form, heading));
        }
    }
    let top = found.iter().map(|(score, ..)| *score).max().unwrap_or_default();
    if found.iter().filter(|(score, ..)| *score == top).count() != 1 {
        return None;
    }
    found.into_iter().find(|(score, ..)| *score == top).map(|(_, form, heading)| (form, heading))
}
