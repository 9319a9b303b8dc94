//! E 整改方案和任务.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::facts::{Facts, Row};
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
pub fn plan_in_time(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn both(f: &Facts<'_>, organs: &[&str]) -> bool {
    let has = |kind: &str| {
        organs
            .iter()
            .any(|o| f.nature(o) == kind && f.organ(o).is_some_and(|r| r.text("level") == "市级"))
    };
    has("党委") && has("政府")
}

/// R-42 例行整改方案报送对象.
pub fn plan_to_whom(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for plan in f.rows("plan") {
        if let Some(d) = f.document(plan.text("submitted_doc"))
            && !both(f, &d.ids("recipients"))
        {
            out.say("other", &d.at("recipients"), &[("title", d.text("title").into())]);
        }
    }
}

/// R-43 问题全覆盖.
pub fn all_covered(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn measures_in_time(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
        for (i, m) in task.parts("measures").enumerate() {
            if m.day("due_on").is_some_and(|d| d > deadline) {
                out.say("late", &task.at(&format!("measures/{i}/due_on")), &words);
            }
        }
    }
}

/// R-45 属地主体责任.
pub fn local_duty(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
            let district = f.problem(id).map_or("", |p| p.text("district"));
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
pub fn not_own_judge(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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

/// The rules of this file.
pub const TABLE: &[super::Rule] = &[
    ("R-41", plan_in_time as Verdict),
    ("R-42", plan_to_whom),
    ("R-43", all_covered),
    ("R-44", measures_in_time),
    ("R-45", local_duty),
    ("R-46", not_own_judge),
];
