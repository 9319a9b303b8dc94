//! `anjuan stats`: 统计.

use serde_json::json;

use super::args::{StatsArgs, StatsBy};
use super::exit::Exit;
use super::show::Show;
use super::status::unsure;
use super::table::Table;
use crate::case::CaseFile;
use crate::diag::{Failure, WorldError};
use crate::pipeline::{self, Looked, Settings};
use crate::progress::{By, Figures, Statistics, Subject, chart, percent, share, statistics};
use crate::vocab::date::chinese;

/// Counts problems, tasks and complaints.
pub fn stats(args: &StatsArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let mut cases: Vec<Looked> = Vec::new();
    for path in &args.case {
        let looked = pipeline::look(path, settings, args.as_of)?;
        unsure(&looked, path, show);
        cases.push(looked);
    }
    let named: Vec<String> = cases
        .iter()
        .map(|c| format!("{}（截至{}）", c.case.model().case.title, chinese(c.day)))
        .collect();
    named.iter().for_each(|line| show.line(line));
    let given: Vec<(&CaseFile, _)> = cases.iter().map(|c| (&c.case, c.day)).collect();
    let mut charts = 0;
    for by in &args.by {
        for table in statistics(&given, by_of(*by)) {
            tell(&table, show);
            if let Some(folder) = &args.svg {
                let path = folder.join(file(&table));
                let svg = chart(&table, &named).map_err(WorldError::while_("画图", &path))?;
                pipeline::write(&path, &svg)?;
                show.object(&json!({
                    "type": "chart",
                    "subject": table.subject,
                    "by": table.by,
                    "path": path.display().to_string(),
                    "bytes": svg.len(),
                }));
                charts += 1;
            }
        }
    }
    let totals = statistics(&given, By::Status);
    let total = |subject| {
        totals.iter().find(|t| t.subject == subject).map(|t| figures(&t.total)).unwrap_or_default()
    };
    show.object(&json!({
        "type": "summary",
        "cases": cases.len(),
        "problems": total(Subject::Problems),
        "tasks": total(Subject::Tasks),
        "complaints": total(Subject::Complaints),
        "charts": charts,
    }));
    if let Some(folder) = args.svg.as_ref().filter(|_| charts > 0) {
        show.note(format!("{charts} 张图已存入 {}。", folder.display()));
    }
    Ok(Exit::Done)
}

fn by_of(by: StatsBy) -> By {
    match by {
        StatsBy::Unit => By::Unit,
        StatsBy::District => By::District,
        StatsBy::Category => By::Category,
        StatsBy::Status => By::Status,
    }
}

/// The name of the chart's file: for scripts, so plain letters.
fn file(table: &Statistics) -> String {
    let subject = match table.subject {
        Subject::Problems => "problems",
        Subject::Tasks => "tasks",
        Subject::Complaints => "complaints",
    };
    let by = match table.by {
        By::Unit => "unit",
        By::District => "district",
        By::Category => "category",
        By::Status => "status",
    };
    format!("{subject}-{by}.svg")
}

fn figures(figures: &Figures) -> serde_json::Value {
    let mut object = json!(figures);
    object["finished_percent"] = json!(percent(figures.finished()).trim_end_matches('%'));
    object
}

fn tell(table: &Statistics, show: &Show) {
    for row in &table.rows {
        let mut object = json!({
            "type": "stat",
            "subject": table.subject,
            "by": table.by,
            "name": row.name,
            "share_percent": percent(share(row.figures.total, table.total.total)).trim_end_matches('%'),
        });
        if let (Some(object), Some(more)) =
            (object.as_object_mut(), figures(&row.figures).as_object())
        {
            object.extend(more.clone());
        }
        show.object(&object);
    }
    lines(table).iter().for_each(|line| show.line(line));
}

fn lines(table: &Statistics) -> Vec<String> {
    let (subject, by) = (table.subject.name(), table.by.name());
    let mut out = vec![String::new()];
    if table.total.total == 0 {
        out.push(format!("没有{subject}。"));
        return out;
    }
    out.push(format!("{subject}（按{by}）"));
    let lines = if table.by == By::Status { by_status(table) } else { by_name(table) };
    out.extend(lines.into_iter().map(|line| format!("  {line}")));
    let sum: usize = table.rows.iter().map(|row| row.figures.total).sum();
    if sum > table.total.total {
        out.push(format!("  一件{subject}涉及几个{by}的，在各行分别计数，合计只计一次。"));
    }
    out
}

fn by_status(table: &Statistics) -> Vec<String> {
    let mut out = Table::new(["状态", "件数", "占比"]);
    for row in &table.rows {
        let total = row.figures.total;
        out.row([&row.name, &total.to_string(), &percent(share(total, table.total.total))]);
    }
    out.row(["合计", &table.total.total.to_string(), "100.0%"]);
    out.lines_within(usize::MAX)
}

fn by_name(table: &Statistics) -> Vec<String> {
    let [closed, done, long_term, open, overdue] = table.subject.states();
    let has_long_term = !long_term.is_empty();
    let cells = |name: &str, figures: &Figures| {
        let rate = percent(figures.finished());
        let parts = figures.parts().map(|count| count.to_string());
        (name.to_owned(), figures.total.to_string(), parts, rate)
    };
    let rows = table.rows.iter().map(|row| cells(&row.name, &row.figures));
    let rows: Vec<_> = rows.chain([cells("合计", &table.total)]).collect();
    let by = table.by.name();
    if has_long_term {
        let mut out = Table::new([by, "总数", closed, done, long_term, open, overdue, "完成率"]);
        for (name, total, [a, b, c, d, e], rate) in &rows {
            out.row([name, total, a, b, c, d, e, rate]);
        }
        out.lines_within(usize::MAX)
    } else {
        let mut out = Table::new([by, "总数", closed, done, open, overdue, "办结率"]);
        for (name, total, [a, b, _, d, e], rate) in &rows {
            out.row([name, total, a, b, d, e, rate]);
        }
        out.lines_within(usize::MAX)
    }
}
