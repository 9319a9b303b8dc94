//! E 整改进展、调度和督办.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};

use super::facts::{Facts, Row};
use super::rectification::both;
use super::{Says, Verdict, day};
use crate::vocab::date::{quarter, quarter_words};

/// R-47 进展报告六个月: the same day six months on, the last day of a shorter month.
pub fn progress_in_time(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let stated =
        u32::try_from(f.object("case").number("deadlines/progress_months")).ok().filter(|n| *n > 0);
    let months = stated.unwrap_or_else(|| out.months("progress_months", 6));
    for plan in f.rows("plan") {
        let Some(due) =
            plan.day("issued_on").and_then(|d| d.checked_add_months(Months::new(months)))
        else {
            continue;
        };
        let reports = f.rows("progress_reports");
        let first = reports
            .iter()
            .filter(|r| r.text("plan") == plan.id() && r.text("kind") == "进展报告")
            .filter_map(|r| Some((r.day("date")?, r)))
            .min_by_key(|r| r.0);
        let words = |on: Option<NaiveDate>| {
            [
                ("title", plan.text("title").to_owned()),
                ("due", day(Some(due))),
                ("on", day(on)),
                ("months", months.to_string()),
            ]
        };
        match first {
            Some((on, report)) if on > due => out.say("late", &report.at("date"), &words(Some(on))),
            None if f.as_of().is_some_and(|now| now > due) => {
                out.say("none", &plan.at("issued_on"), &words(None));
            }
            _ => {}
        }
    }
}

/// R-48 整改报告主送.
pub fn report_to_whom(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for report in f.rows("progress_reports") {
        let Some(d) = f.document(report.text("document")) else { continue };
        let to = d.ids("recipients");
        let good = if f.kind() == "例行督察" {
            both(f, &to)
        } else {
            to.iter().any(|o| matches!(f.nature(o), "领导小组" | "领导小组办公室"))
        };
        if !good {
            let key = if f.kind() == "例行督察" { "routine" } else { "other" };
            out.say(key, &d.at("recipients"), &[("title", d.text("title").into())]);
        }
    }
}

fn tasks_of<'a>(f: &Facts<'a>, plan: &str) -> Vec<Row<'a>> {
    f.rows("tasks").into_iter().filter(|t| t.text("plan") == plan).collect()
}

/// R-49 综合报告时点.
pub fn final_after_all(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let reports = f.rows("progress_reports");
    for report in reports.iter().filter(|r| r.text("kind") == "综合报告") {
        let Some(on) = report.day("date") else { continue };
        for task in tasks_of(f, report.text("plan")) {
            let lasting = task.text("status") == "长期坚持";
            let open = !lasting && task.day("completed_on").is_none_or(|d| d > on);
            if open {
                let words = [
                    ("on", day(Some(on))),
                    ("task", task.id().to_owned()),
                    ("title", task.text("title").to_owned()),
                ];
                out.say("open", &report.at("date"), &words);
            }
        }
        let earlier = reports
            .iter()
            .filter(|r| r.text("kind") == "进展报告" && r.text("plan") == report.text("plan"));
        if earlier.filter_map(|r| r.day("date")).any(|d| d > on) {
            out.say("before", &report.at("date"), &[("on", day(Some(on)))]);
        }
    }
}

/// R-50 报告数字与台账一致.
pub fn same_sums(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for report in f.rows("progress_reports") {
        let tasks = tasks_of(f, report.text("plan"));
        let cutoff = report.day("cutoff_on");
        let done = tasks
            .iter()
            .filter(|t| matches!((t.day("completed_on"), cutoff), (Some(d), Some(c)) if d <= c))
            .count();
        let told = |key: &str| report.number(key);
        let words = |what: &str, told: i64, counted: i64| {
            [
                ("kind", report.text("kind").to_owned()),
                ("what", what.to_owned()),
                ("told", told.to_string()),
                ("counted", counted.to_string()),
            ]
        };
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        if told("total") != count(tasks.len()) {
            out.say(
                "differs",
                &report.at("total"),
                &words("任务总数", told("total"), count(tasks.len())),
            );
        }
        if cutoff.is_some() && told("finished") != count(done) {
            out.say(
                "differs",
                &report.at("finished"),
                &words("已完成数", told("finished"), count(done)),
            );
        }
        let sum = told("finished") + told("ongoing");
        if sum != told("total") {
            out.say("sum", &report.at("ongoing"), &words("已完成与推进之和", sum, told("total")));
        }
    }
}

/// R-51 季调度不断档.
pub fn every_quarter(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let plans = f.rows("plan");
    let Some(first) = plans.iter().filter_map(|p| p.day("issued_on")).min() else { return };
    let reports = f.rows("progress_reports");
    let ends: Vec<Option<NaiveDate>> = plans
        .iter()
        .map(|p| {
            let own =
                reports.iter().filter(|r| r.text("kind") == "综合报告" && r.text("plan") == p.id());
            own.filter_map(|r| r.day("date")).max()
        })
        .collect();
    let all_done = ends.iter().all(Option::is_some);
    let Some(last) = (if all_done { ends.into_iter().flatten().max() } else { f.as_of() }) else {
        return;
    };
    let dispatches = f.rows("dispatches");
    let there: BTreeSet<&str> = dispatches.iter().map(|d| d.text("period")).collect();
    let mut at = quarter(first);
    while let Some((period, end)) = at.filter(|(_, end)| *end <= last) {
        if end > first && !there.contains(period.as_str()) {
            out.say("gap", "/dispatches", &[("period", quarter_words(&period))]);
        }
        at = end.succ_opt().and_then(quarter);
    }
}

/// States as 调度 counts them.
const COUNTED: [(&str, &str); 6] = [
    ("closed", "已销号"),
    ("done", "已完成"),
    ("on_schedule", "正在推进"),
    ("behind", "滞后"),
    ("not_started", "未启动"),
    ("long_term", "长期坚持"),
];

/// R-52 调度统计一致.
pub fn dispatch_sums(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let tasks = f.rows("tasks");
    for d in f.rows("dispatches") {
        let period = d.text("period");
        let mut by_status: BTreeMap<&str, i64> = BTreeMap::new();
        for task in &tasks {
            match task.parts("progress").find(|p| p.text("period") == period) {
                Some(p) => *by_status.entry(p.text("status")).or_default() += 1,
                None => out.say(
                    "missing",
                    &task.at("progress"),
                    &[("task", task.id().into()), ("period", quarter_words(period))],
                ),
            }
        }
        let mut compare = |key: &str, what: &str, counted: i64| {
            if d.number(key) != counted {
                let words = [
                    ("period", quarter_words(period)),
                    ("what", what.to_owned()),
                    ("told", d.number(key).to_string()),
                    ("counted", counted.to_string()),
                ];
                out.say("differs", &d.at(key), &words);
            }
        };
        for (key, status) in COUNTED {
            compare(key, status, by_status.get(status).copied().unwrap_or_default());
        }
        compare("total", "任务总数", i64::try_from(tasks.len()).unwrap_or(i64::MAX));
    }
}

/// R-53 逾期须督办.
pub fn overdue_urged(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let supervisions = f.rows("supervisions");
    let urged: BTreeSet<&str> = supervisions.iter().flat_map(|s| s.ids("tasks")).collect();
    for task in f.rows("tasks") {
        let Some(deadline) = task.day("deadline") else { continue };
        let late = match task.day("completed_on") {
            Some(done) => done > deadline,
            None => {
                task.text("status") != "长期坚持" && f.as_of().is_some_and(|now| now > deadline)
            }
        };
        if late && !urged.contains(task.id()) {
            let words = [
                ("task", task.id().to_owned()),
                ("title", task.text("title").to_owned()),
                ("deadline", day(Some(deadline))),
            ];
            out.say("none", &task.at("deadline"), &words);
        }
    }
}

/// R-54 进度不倒退.
pub fn no_step_back(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for task in f.rows("tasks") {
        let mut steps: Vec<(usize, Row<'_>)> = task.parts("progress").enumerate().collect();
        steps.sort_by_key(|(_, p)| p.text("period"));
        for pair in steps.windows(2) {
            let [(_, a), (i, b)] = pair else { continue };
            if b.number("percent") < a.number("percent") {
                let words = [
                    ("task", task.id().to_owned()),
                    ("period", quarter_words(b.text("period"))),
                    ("before", a.number("percent").to_string()),
                    ("after", b.number("percent").to_string()),
                ];
                out.say("back", &task.at(&format!("progress/{i}/percent")), &words);
            }
        }
    }
}

/// The rules of this file.
pub const TABLE: &[super::Rule] = &[
    ("R-47", progress_in_time as Verdict),
    ("R-48", report_to_whom),
    ("R-49", final_after_all),
    ("R-50", same_sums),
    ("R-51", every_quarter),
    ("R-52", dispatch_sums),
    ("R-53", overdue_urged),
    ("R-54", no_step_back),
];
