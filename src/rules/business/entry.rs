//! B 准备与进驻.

use chrono::{Days, NaiveDate};

use super::facts::Facts;
use super::{Says, Verdict, day};

/// R-14 临时党支部.
pub fn party_branch(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let lead = out.days("party_branch_lead_days", 7);
    for team in f.rows("teams") {
        let (Some(from), Some(to)) = (team.day("on_site/from"), team.day("on_site/to")) else {
            continue;
        };
        let words = [("team", team.text("name").to_owned()), ("lead", lead.to_string())];
        match team.day("party_branch/established_on") {
            None => out.say("none", &team.at(""), &words),
            Some(on)
                if on > to
                    || from.checked_sub_days(Days::new(lead)).is_some_and(|first| on < first) =>
            {
                out.say("when", &team.at("party_branch/established_on"), &words);
            }
            Some(_) => {}
        }
    }
}

/// R-15 动员培训在先.
pub fn trained_before(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for team in f.rows("teams") {
        let words = [("team", team.text("name").to_owned())];
        match (team.day("training_on"), team.day("on_site/from")) {
            (None, _) => out.say("none", &team.at(""), &words),
            (Some(on), Some(start)) if on >= start => {
                out.say("late", &team.at("training_on"), &words);
            }
            _ => {}
        }
    }
}

/// R-16 进驻通知时序.
pub fn notice_in_time(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let approved: Option<NaiveDate> = f
        .of_kind("arrangement")
        .iter()
        .flat_map(|p| ["市委批准", "市政府批准"].map(|step| f.approved_on(p.id(), step)))
        .flatten()
        .max();
    for notice in f.of_kind("entry_notice") {
        let words = [("title", notice.text("title").to_owned()), ("approved", day(approved))];
        let on = notice.day("issued_on");
        if on < approved {
            out.say("early", &notice.at("issued_on"), &words);
        }
        if let (Some(on), Some((start, _))) = (on, f.on_site())
            && on >= start
        {
            out.say("late", &notice.at("issued_on"), &words);
        }
    }
}

/// R-17 进驻通知主送.
pub fn notice_to_all(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let notices = f.of_kind("entry_notice");
    let Some(first) = notices.first() else { return };
    let sent: Vec<&str> = notices.iter().flat_map(|n| n.ids("recipients")).collect();
    for organ in f.object("case").ids("inspected_organs") {
        if !sent.contains(&organ) {
            out.say("left_out", &first.at("recipients"), &[("organ", f.name(organ))]);
        }
    }
}

/// Events that belong to the days on site.
const ON_SITE: [&str; 8] =
    ["动员会", "工作汇报会", "个别谈话", "走访问询", "座谈会", "列席会议", "下沉督察", "调阅资料"];

/// R-18 进驻期活动日期.
pub fn events_on_site(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let Some((from, to)) = f.on_site() else { return };
    for event in f.rows("events") {
        if !ON_SITE.contains(&event.text("kind")) {
            continue;
        }
        let last = event.day("to").or_else(|| event.day("date"));
        if event.day("date").is_some_and(|d| d < from) || last.is_some_and(|d| d > to) {
            let words = [
                ("title", event.text("title").to_owned()),
                ("from", day(Some(from))),
                ("to", day(Some(to))),
            ];
            out.say("outside", &event.at("date"), &words);
        }
    }
}

/// R-19 公告先于受理.
pub fn announced_before(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let notice = f
        .rows("disclosures")
        .into_iter()
        .filter(|g| g.text("kind") == "督察工作安排")
        .filter_map(|g| g.day("published_on"))
        .min();
    let Some(notice) = notice else { return };
    let first = f
        .rows("complaints")
        .into_iter()
        .filter_map(|c| Some((c.day("received_on")?, c)))
        .min_by_key(|c| c.0);
    if let Some((on, complaint)) = first
        && on < notice
    {
        out.say(
            "early",
            &complaint.at("received_on"),
            &[("on", day(Some(on))), ("notice", day(Some(notice)))],
        );
    }
}

/// R-20 调阅资料时序.
pub fn materials(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for request in f.rows("material_requests") {
        let words =
            [("title", request.text("title").to_owned()), ("due", day(request.day("due_on")))];
        match (request.day("requested_on"), request.day("received_on")) {
            (Some(asked), Some(got)) if got < asked => {
                out.say("before", &request.at("received_on"), &words);
            }
            (Some(_), None) if request.day("due_on") < f.as_of() && request.has("due_on") => {
                out.say("overdue", &request.at("due_on"), &words);
            }
            _ => {}
        }
    }
}

/// The rules of this file.
pub const TABLE: &[super::Rule] = &[
    ("R-14", party_branch as Verdict),
    ("R-15", trained_before),
    ("R-16", notice_in_time),
    ("R-17", notice_to_all),
    ("R-18", events_on_site),
    ("R-19", announced_before),
    ("R-20", materials),
];
