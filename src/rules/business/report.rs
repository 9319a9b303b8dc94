//! D 报告与反馈.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::{Says, Verdict, day};

/// R-29 报告形成时限.
pub fn report_in_time(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let report = f.object("report");
    let Some(done) = report.day("completed_on") else { return };
    let due = f.object("case").day("deadlines/report_due_on");
    let words =
        [("done", day(Some(done))), ("due", day(due)), ("end", day(f.on_site().map(|o| o.1)))];
    if f.on_site().is_some_and(|(_, end)| done < end) {
        out.say("early", &report.at("completed_on"), &words);
    }
    if due.is_some_and(|due| done > due) {
        out.say("late", &report.at("completed_on"), &words);
    }
}

/// R-30 交换意见在先.
pub fn exchanged_first(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let report = f.object("report");
    if !report.has("title") || f.kind() == "专项督察" {
        return;
    }
    let next = match f.kind() {
        "例行督察" => f.approved_on(report.text("document"), "领导小组审议"),
        _ => f.of_kind("daily_opinion").iter().filter_map(|d| d.day("issued_on")).min(),
    };
    let words = [("exchanged", day(report.day("exchanged_on"))), ("next", day(next))];
    match (report.day("exchanged_on"), next) {
        (None, Some(_)) => out.say("none", &report.at(""), &words),
        (Some(on), Some(next)) if on > next => out.say("late", &report.at("exchanged_on"), &words),
        _ => {}
    }
}

/// R-31 审议先于报审.
pub fn considered_first(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let report = f.object("report");
    let document = report.text("document");
    let considered = f.approved_on(document, "领导小组审议");
    let sent = report.day("submitted_on");
    let mut approved: Vec<_> =
        ["市委批准", "市政府批准"].iter().filter_map(|s| f.approved_on(document, s)).collect();
    approved.sort();
    let words = [
        ("considered", day(considered)),
        ("sent", day(sent)),
        ("approved", day(approved.first().copied())),
    ];
    if let (Some(a), Some(b)) = (considered, sent)
        && a > b
    {
        out.say("sent", &report.at("submitted_on"), &words);
    }
    if let (Some(b), Some(c)) = (sent, approved.first().copied())
        && b > c
    {
        out.say("approved", &report.at("submitted_on"), &words);
    }
}

/// R-32 报告经批准方可印发.
pub fn approved_first(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let report = f.object("report").text("document");
    for notice in f.of_kind("report_issue") {
        let issued = notice.day("issued_on");
        for step in ["市委批准", "市政府批准"] {
            let words = [("title", notice.text("title").to_owned()), ("step", step.to_owned())];
            let on = f.approved_on(report, step).max(f.approved_on(notice.id(), step));
            match (on, issued) {
                (None, _) => out.say("missing", &notice.at(""), &words),
                (Some(on), Some(issued)) if on > issued => {
                    out.say("early", &notice.at("issued_on"), &words);
                }
                _ => {}
            }
        }
    }
}

/// R-33 印发主体.
pub fn issuer(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for kind in ["report_submission", "report_issue"] {
        for d in f.of_kind(kind) {
            for (i, organ) in d.ids("issuers").into_iter().enumerate() {
                if f.nature(organ) != "领导小组办公室" {
                    let words = [("title", d.text("title").to_owned()), ("organ", f.name(organ))];
                    out.say("other", &d.at(&format!("issuers/{i}")), &words);
                }
            }
        }
    }
}

/// R-34 反馈时序与主体.
pub fn feedback_after(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let report = f.object("report").text("document");
    let approved = ["市委批准", "市政府批准"].iter().filter_map(|s| f.approved_on(report, s)).max();
    let printed = f.of_kind("report_issue").iter().filter_map(|d| d.day("issued_on")).min();
    let after = approved.max(printed);
    for fb in f.rows("feedback") {
        if let (Some(on), Some(after)) = (fb.day("date"), after)
            && on < after
        {
            out.say("early", &fb.at("date"), &[("on", day(Some(on))), ("after", day(Some(after)))]);
        }
        if let Some(d) = f.document(fb.text("document"))
            && !d.ids("issuers").iter().any(|o| f.nature(o) == "督察组")
        {
            out.say("issuer", &d.at("issuers"), &[("title", d.text("title").into())]);
        }
    }
}

fn ids<'a>(it: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    it.into_iter().collect()
}

/// R-35 报告与反馈问题一致.
pub fn same_problems(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let report = f.object("report");
    let sections = ids(report.parts("sections").flat_map(|s| s.ids("problems")));
    let told = ids(f.rows("feedback").into_iter().flat_map(|fb| fb.ids("problems")));
    for p in f.rows("problems") {
        let words = [("id", p.id().to_owned()), ("title", p.text("title").to_owned())];
        if report.has("sections") && p.is("in_report") != sections.contains(p.id()) {
            out.say(
                if p.is("in_report") { "no_section" } else { "no_mark" },
                &p.at("in_report"),
                &words,
            );
        }
        if !f.rows("feedback").is_empty() && p.is("in_feedback") != told.contains(p.id()) {
            out.say(
                if p.is("in_feedback") { "not_told" } else { "not_marked" },
                &p.at("in_feedback"),
                &words,
            );
        }
        if p.is("in_feedback") && !p.is("in_report") {
            out.say("beyond", &p.at("in_feedback"), &words);
        }
    }
}

/// R-36 问题须有证据.
pub fn proven(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let mut back: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for e in f.rows("evidence") {
        for problem in e.ids("problems") {
            back.entry(problem).or_default().insert(e.id());
        }
    }
    for p in f.rows("problems").into_iter().filter(|p| p.is("in_report")) {
        let named = ids(p.ids("evidence"));
        let words = [("id", p.id().to_owned()), ("title", p.text("title").to_owned())];
        if named.is_empty() {
            out.say("none", &p.at(""), &words);
            continue;
        }
        let back = back.remove(p.id()).unwrap_or_default();
        for id in named.symmetric_difference(&back) {
            out.say("one_way", &p.at("evidence"), &[words[0].clone(), ("evidence", (*id).into())]);
        }
    }
}

/// R-37 取证二人以上.
pub fn two_collectors(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for e in f.rows("evidence") {
        let record = matches!(e.text("kind"), "现场检查记录" | "询问笔录" | "谈话记录");
        if record && e.ids("collected_by").len() < 2 {
            let words =
                [("title", e.text("title").to_owned()), ("kind", e.text("kind").to_owned())];
            out.say("one", &e.at("collected_by"), &words);
        }
    }
}

/// R-38 日常督察报送层级.
pub fn opinion_reviewed(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for d in f.of_kind("daily_opinion") {
        let words = [("title", d.text("title").to_owned())];
        if f.approved(d.id(), "领导小组办公室审核").is_empty() {
            out.say("office", &d.at(""), &words);
        }
        if f.object("case").is("important") && f.approved(d.id(), "领导小组审议").is_empty() {
            out.say("group", &d.at(""), &words);
        }
    }
}

/// R-39 专项督察成果形式.
pub fn outcome_form(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let has = ["report_issue", "circular", "feedback"].iter().any(|k| !f.of_kind(k).is_empty());
    if f.reached("整改") && !has {
        out.say("none", "/documents", &[]);
    }
}

/// R-40 反馈对象.
pub fn feedback_to_all(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let feedback = f.rows("feedback");
    let Some(first) = feedback.first() else { return };
    let told = ids(feedback.iter().flat_map(|fb| fb.ids("organs")));
    let ours = ids(f.object("case").ids("inspected_organs"));
    for organ in ours.difference(&told) {
        out.say("left_out", &first.at("organs"), &[("organ", f.name(organ))]);
    }
    for organ in told.difference(&ours) {
        out.say("beyond", &first.at("organs"), &[("organ", f.name(organ))]);
    }
}

/// The rules of this file.
pub const TABLE: &[super::Rule] = &[
    ("R-29", report_in_time as Verdict),
    ("R-30", exchanged_first),
    ("R-31", considered_first),
    ("R-32", approved_first),
    ("R-33", issuer),
    ("R-34", feedback_after),
    ("R-35", same_problems),
    ("R-36", proven),
    ("R-37", two_collectors),
    ("R-38", opinion_reviewed),
    ("R-39", outcome_form),
    ("R-40", feedback_to_all),
];
