//! E 整改.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate};

use super::facts::{Facts, Row, part};
use super::{Says, Verdict, day};

/// The day from which a plan counts: feedback to its organs, or 督察意见.
fn begun(f: &Facts<'_>, plan: &Row<'_>) -> Option<NaiveDate> {
    let organs = plan.ids("organs");
    let fed = f
        .rows("feedback")
        .into_iter()
        .filter(|fb| fb.ids("organs").iter().any(|o| organs.contains(o)))
        .filter_map(|fb| fb.day("date"))
        .min();
    fed.or_else(|| f.of_kind("daily_opinion").iter().filter_map(|d| d.day("issued_on")).min())
}

/// R-41 整改方案时限.
pub fn plan_in_time(f: &Facts<'_>, out: &mut Says<'_>) {
    let due = f.object("case").day("deadlines/plan_due_on");
    for plan in f.rows("plan") {
        let begun = begun(f, &plan);
        let (sent, issued) = (plan.day("submitted_on"), plan.day("issued_on"));
        let words = [
            ("title", plan.text("title").to_owned()),
            ("begun", day(begun)),
            ("due", day(due)),
            ("sent", day(sent)),
        ];
        let later = |a: Option<NaiveDate>, b: Option<NaiveDate>| matches!((a, b), (Some(a), Some(b)) if a > b);
        if later(begun, sent) {
            out.say("early", &plan.at("submitted_on"), &words);
        }
        if later(sent, due) {
            out.say("late", &plan.at("submitted_on"), &words);
        }
        if later(sent, issued) {
            out.say("issued", &plan.at("issued_on"), &words);
        }
        if sent.is_none() && later(f.as_of(), due) {
            out.say("missing", &plan.at(""), &words);
        }
    }
}

/// Whether `organs` has 市委 and 市政府.
fn both(f: &Facts<'_>, organs: &[&str]) -> bool {
    let has = |kind: &str| {
        organs
            .iter()
            .any(|o| f.nature(o) == kind && f.organ(o).is_some_and(|r| r.text("level") == "市级"))
    };
    has("党委") && has("政府")
}

/// R-42 例行整改方案报送对象.
pub fn plan_to_whom(f: &Facts<'_>, out: &mut Says<'_>) {
    for plan in f.rows("plan") {
        if let Some(d) = f.document(plan.text("submitted_doc"))
            && !both(f, &d.ids("recipients"))
        {
            out.say("other", &d.at("recipients"), &[("title", d.text("title").into())]);
        }
    }
}

/// R-43 问题全覆盖.
pub fn all_covered(f: &Facts<'_>, out: &mut Says<'_>) {
    let tasks = f.rows("tasks");
    if tasks.is_empty() {
        return;
    }
    let listed = if f.rows("feedback").is_empty() { "in_report" } else { "in_feedback" };
    let covered: BTreeSet<&str> = tasks.iter().flat_map(|t| t.ids("problems")).collect();
    let mut known = BTreeSet::new();
    for p in f.rows("problems").into_iter().filter(|p| p.is(listed)) {
        known.insert(p.id());
        if !covered.contains(p.id()) {
            out.say(
                "left_out",
                &p.at(""),
                &[("id", p.id().into()), ("title", p.text("title").into())],
            );
        }
    }
    for task in tasks {
        for id in task.ids("problems").into_iter().filter(|id| !known.contains(id)) {
            out.say(
                "not_listed",
                &task.at("problems"),
                &[("task", task.id().into()), ("id", id.into())],
            );
        }
    }
}

/// R-44 措施时限.
pub fn measures_in_time(f: &Facts<'_>, out: &mut Says<'_>) {
    for task in f.rows("tasks") {
        let words = [
            ("task", task.id().to_owned()),
            ("title", task.text("title").to_owned()),
            ("deadline", day(task.day("deadline"))),
        ];
        let Some(deadline) = task.day("deadline") else {
            if matches!(task.text("deadline_type"), "限期整改" | "立行立改") {
                out.say("none", &task.at(""), &words);
            }
            continue;
        };
        for (i, m) in task.items("measures").iter().map(part).enumerate() {
            if m.day("due_on").is_some_and(|d| d > deadline) {
                out.say("late", &task.at(&format!("measures/{i}/due_on")), &words);
            }
        }
    }
}

/// R-45 属地主体责任.
pub fn local_duty(f: &Facts<'_>, out: &mut Says<'_>) {
    let problems: BTreeMap<&str, Row<'_>> =
        f.rows("problems").into_iter().map(|p| (p.id(), p)).collect();
    for task in f.rows("tasks") {
        let mut organs = task.ids("organs");
        organs.push(task.text("lead_organ"));
        let firm = |o: &&str| f.organ(o).is_some_and(|r| r.text("level") == "企业");
        if organs.iter().any(firm) {
            continue;
        }
        let seats: Vec<&str> =
            organs.iter().map(|o| f.organ(o).map_or("", |r| r.text("district"))).collect();
        for id in task.ids("problems") {
            let district = problems.get(id).map_or("", |p| p.text("district"));
            if !district.is_empty() && !seats.contains(&district) {
                out.say(
                    "none",
                    &task.at("lead_organ"),
                    &[("task", task.id().into()), ("problem", id.into())],
                );
            }
        }
    }
}

/// R-46 不得自督自验.
pub fn not_own_judge(f: &Facts<'_>, out: &mut Says<'_>) {
    for task in f.rows("tasks") {
        let mut doers = task.ids("organs");
        doers.push(task.text("lead_organ"));
        for (key, role) in [("supervisor", "督导单位"), ("acceptor", "验收单位")] {
            let organ = task.text(key);
            if !organ.is_empty() && doers.contains(&organ) {
                let words = [
                    ("task", task.id().to_owned()),
                    ("role", role.to_owned()),
                    ("organ", f.name(organ)),
                ];
                out.say("own", &task.at(key), &words);
            }
        }
    }
}

/// R-47 进展报告六个月: the same day six months on, the last day of a shorter month.
pub fn progress_in_time(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn report_to_whom(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn final_after_all(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn same_sums(f: &Facts<'_>, out: &mut Says<'_>) {
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

/// `2025Q3` as year and quarter.
fn period(day: NaiveDate) -> String {
    format!("{}Q{}", day.year(), day.month0() / 3 + 1)
}

/// `2025Q3` as people write it.
fn quarter(period: &str) -> String {
    match period.split_once('Q') {
        Some((year, n)) => format!("{year}年第{n}季度"),
        None => period.to_owned(),
    }
}

/// Last day of the quarter of `day`.
fn quarter_end(day: NaiveDate) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1)?;
    first.checked_add_months(Months::new(3))?.pred_opt()
}

/// R-51 季调度不断档.
pub fn every_quarter(f: &Facts<'_>, out: &mut Says<'_>) {
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
    let mut at = quarter_end(first);
    while let Some(end) = at.filter(|end| *end <= last) {
        if end > first && !there.contains(period(end).as_str()) {
            out.say("gap", "/dispatches", &[("period", quarter(&period(end)))]);
        }
        at = end.succ_opt().and_then(quarter_end);
    }
}

/// States as 调度 counts them.
const COUNTED: [(&str, &str, &str); 6] = [
    ("closed", "已销号", "已销号"),
    ("done", "已完成", "已完成"),
    ("on_schedule", "正在推进", "正在推进"),
    ("behind", "滞后", "滞后"),
    ("not_started", "未启动", "未启动"),
    ("long_term", "长期坚持", "长期坚持"),
];

/// R-52 调度统计一致.
pub fn dispatch_sums(f: &Facts<'_>, out: &mut Says<'_>) {
    let tasks = f.rows("tasks");
    for d in f.rows("dispatches") {
        let period = d.text("period");
        let mut by_status: BTreeMap<&str, i64> = BTreeMap::new();
        for task in &tasks {
            match task.items("progress").iter().map(part).find(|p| p.text("period") == period) {
                Some(p) => *by_status.entry(p.text("status")).or_default() += 1,
                None => out.say(
                    "missing",
                    &task.at("progress"),
                    &[("task", task.id().into()), ("period", quarter(period))],
                ),
            }
        }
        let mut compare = |key: &str, what: &str, counted: i64| {
            if d.number(key) != counted {
                let words = [
                    ("period", quarter(period)),
                    ("what", what.to_owned()),
                    ("told", d.number(key).to_string()),
                    ("counted", counted.to_string()),
                ];
                out.say("differs", &d.at(key), &words);
            }
        };
        for (key, status, what) in COUNTED {
            compare(key, what, by_status.get(status).copied().unwrap_or_default());
        }
        compare("total", "任务总数", i64::try_from(tasks.len()).unwrap_or(i64::MAX));
    }
}

/// R-53 逾期须督办.
pub fn overdue_urged(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn no_step_back(f: &Facts<'_>, out: &mut Says<'_>) {
    for task in f.rows("tasks") {
        let mut steps: Vec<(usize, Row<'_>)> =
            task.items("progress").iter().map(part).enumerate().collect();
        steps.sort_by_key(|(_, p)| p.text("period"));
        for pair in steps.windows(2) {
            let [(_, a), (i, b)] = pair else { continue };
            if b.number("percent") < a.number("percent") {
                let words = [
                    ("task", task.id().to_owned()),
                    ("period", quarter(b.text("period"))),
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
    ("R-41", plan_in_time as Verdict),
    ("R-42", plan_to_whom),
    ("R-43", all_covered),
    ("R-44", measures_in_time),
    ("R-45", local_duty),
    ("R-46", not_own_judge),
    ("R-47", progress_in_time),
    ("R-48", report_to_whom),
    ("R-49", final_after_all),
    ("R-50", same_sums),
    ("R-51", every_quarter),
    ("R-52", dispatch_sums),
    ("R-53", overdue_urged),
    ("R-54", no_step_back),
];
