//! `anjuan due`: 时限.

use serde_json::{Value, json};

use super::args::DueArgs;
use super::exit::Exit;
use super::show::Show;
use super::status::unsure;
use super::table::Table;
use crate::diag::Failure;
use crate::pipeline::{self, Looked, Settings};
use crate::progress::{self, Deadline, Urgency, is_overdue};
use crate::vocab::date::chinese;

/// Wider lists of organs do not push the others further.
const ORGANS: usize = 60;

/// Lists what is not yet done and when it is due.
pub fn due(args: &DueArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let mut all: Vec<Deadline> = Vec::new();
    let mut said = Vec::new();
    for path in &args.case {
        let looked = pipeline::look(path, settings, args.as_of)?;
        unsure(&looked, path, show);
        let mut list = progress::due(&looked.case, &looked.pack, looked.day);
        list.retain(|d| args.within.is_none_or(|days| d.days_left <= i64::from(days)));
        said.push(say(&looked, &list, args.within));
        all.extend(list);
    }
    all.sort_by_key(|deadline| deadline.due);
    if let Some(path) = &args.ics {
        pipeline::write(path, progress::ics(&all).as_bytes())?;
    }
    said.iter().for_each(|line| show.line(line));
    lines(&all).iter().for_each(|line| show.line(line));
    all.iter().for_each(|deadline| show.object(&object(deadline)));
    let count = |urgency| all.iter().filter(|d| d.urgency == urgency).count();
    show.object(&json!({
        "type": "summary",
        "cases": args.case.len(),
        "deadlines": all.len(),
        "overdue": count(Urgency::Overdue),
        "week": count(Urgency::Week),
        "month": count(Urgency::Month),
        "later": count(Urgency::Later),
        "ics": args.ics.as_ref().map(|path| path.display().to_string()),
    }));
    if let Some(path) = &args.ics {
        show.note(format!("日历已存为 {}（{}项）。", path.display(), all.len()));
    }
    Ok(if args.exit_code && is_overdue(&all) { Exit::Overdue } else { Exit::Done })
}

/// One sentence about a case.
fn say(looked: &Looked, list: &[Deadline], within: Option<u32>) -> String {
    let info = &looked.case.model().case;
    let overdue = list.iter().filter(|d| d.urgency == Urgency::Overdue).count();
    let said = match within {
        _ if !list.is_empty() => format!("未办结{}项，其中逾期{overdue}项。", list.len()),
        Some(days) => format!("没有逾期的，{days}天内也没有到期的。"),
        None => "没有未办结的时限。".to_owned(),
    };
    format!("{}（{}），截至{}：{said}", info.title, info.id, chinese(looked.day))
}

/// The tables, the most urgent first.
fn lines(all: &[Deadline]) -> Vec<String> {
    let mut out = Vec::new();
    let several = all.iter().any(|d| all.first().is_some_and(|first| d.case != first.case));
    for urgency in Urgency::ALL {
        let list: Vec<&Deadline> = all.iter().filter(|d| d.urgency == urgency).collect();
        if !list.is_empty() {
            out.push(String::new());
            out.push(format!("{}（{}项）", heading(urgency), list.len()));
            out.extend(table(&list, several));
            out.extend(notes(&list));
        }
    }
    out
}

fn heading(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Overdue => "已逾期",
        Urgency::Week => "7日内到期",
        Urgency::Month => "30日内到期",
        Urgency::Later => "30日以后到期",
    }
}

/// `several`: whether there is more than one case, so that each line says which.
fn table(list: &[&Deadline], several: bool) -> Vec<String> {
    let mut table = Table::new(["到期日", "还有", "时限", "责任单位", "依据", "事项"]);
    for deadline in list {
        let left = match deadline.days_left {
            0 => "今天".to_owned(),
            days if days < 0 => format!("逾期{}天", -days),
            days => format!("{days}天"),
        };
        let title = if several {
            format!("［{}］{}", deadline.case, deadline.title)
        } else {
            deadline.title.clone()
        };
        let name = if deadline.note.is_some() {
            format!("{}*", deadline.name)
        } else {
            deadline.name.clone()
        };
        let date = deadline.due.to_string();
        table.row([&date, &left, &name, &deadline.organs.join("、"), &deadline.article, &title]);
    }
    table.lines_within(ORGANS).into_iter().map(|line| format!("  {line}")).collect()
}

/// What the stars mean, each once.
fn notes(list: &[&Deadline]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for deadline in list {
        if let Some(note) = &deadline.note {
            let line = format!("  * {}：{note}。", deadline.name);
            if !out.contains(&line) {
                out.push(line);
            }
        }
    }
    out
}

fn object(deadline: &Deadline) -> Value {
    json!({
        "type": "deadline",
        "case": deadline.case,
        "rule": deadline.rule,
        "name": deadline.name,
        "item": deadline.item,
        "title": deadline.title,
        "organs": deadline.organs,
        "due": deadline.due.to_string(),
        "as_of": deadline.as_of.to_string(),
        "days_left": deadline.days_left,
        "urgency": deadline.urgency,
        "milestone": deadline.milestone,
        "article": deadline.article,
        "note": deadline.note,
    })
}
