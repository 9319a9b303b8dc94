//! A 计划与组织, B 准备与进驻.

use chrono::{Days, Months, NaiveDate};

use super::facts::{Facts, Row, part};
use super::{Says, Verdict, day};

/// R-01 年度计划依据.
pub fn annual_plan(f: &Facts<'_>, out: &mut Says<'_>) {
    let case = f.object("case");
    if !case.has("plan/annual") {
        out.say("none", &case.at("plan"), &[]);
    }
}

/// R-02 督察工作安排报批.
pub fn arrangement(f: &Facts<'_>, out: &mut Says<'_>) {
    if f.kind() != "例行督察" && !f.object("case").is("important") {
        return;
    }
    for plan in f.of_kind("arrangement") {
        for step in ["市委批准", "市政府批准"] {
            if f.approved(plan.id(), step).is_empty() {
                out.say(
                    "missing",
                    &plan.at(""),
                    &[("title", plan.text("title").into()), ("step", step.into())],
                );
            }
        }
    }
}

/// R-03 督察组组建报批.
pub fn team_approved(f: &Facts<'_>, out: &mut Says<'_>) {
    if f.kind() != "例行督察" && !f.object("case").is("important") {
        return;
    }
    for team in f.rows("teams") {
        let start = team.day("on_site/from");
        for step in ["市委批准", "市政府批准"] {
            let words = [("team", team.text("name").to_owned()), ("step", step.to_owned())];
            match f.approved_on(team.id(), step) {
                None => out.say("missing", &team.at(""), &words),
                Some(on) if start.is_some_and(|s| on > s) => {
                    out.say("late", &team.at("on_site"), &words);
                }
                Some(_) => {}
            }
        }
    }
}

fn leaders<'a>(team: Row<'a>, role: &str) -> Vec<(usize, Row<'a>)> {
    let all = team.items("members").iter().map(part).enumerate();
    all.filter(|(_, m)| role.is_empty() || m.text("role") == role).collect()
}

/// R-04 组长、副组长配备.
pub fn leaders_named(f: &Facts<'_>, out: &mut Says<'_>) {
    for team in f.rows("teams") {
        let name = team.text("name").to_owned();
        let heads = leaders(team, "组长").len();
        if heads != 1 {
            out.say(
                "head",
                &team.at("members"),
                &[("team", name.clone()), ("count", heads.to_string())],
            );
        }
        if leaders(team, "副组长").is_empty() {
            out.say("deputy", &team.at("members"), &[("team", name)]);
        }
    }
}

/// R-05 组长、副组长资格.
pub fn leaders_rank(f: &Facts<'_>, out: &mut Says<'_>) {
    for team in f.rows("teams") {
        for (i, member) in leaders(team, "") {
            let Some(person) = f.person(member.text("person")) else { continue };
            let rank = person.text("rank");
            let words = [("name", person.text("name").to_owned()), ("rank", rank.to_owned())];
            let at = team.at(&format!("members/{i}"));
            match member.text("role") {
                "组长" if !matches!(rank, "厅局级正职" | "厅局级副职" | "省部级") => {
                    out.say("head", &at, &words);
                }
                "副组长" => {
                    let bureau = f
                        .organ(person.text("organ"))
                        .is_some_and(|o| o.text("name").contains("生态环境局"));
                    let fits =
                        matches!(rank, "厅局级正职" | "厅局级副职" | "一级巡视员" | "二级巡视员");
                    if !(bureau && fits && person.text("duty_state") != "近期退出领导岗位")
                    {
                        out.say("deputy", &at, &words);
                    }
                }
                _ => {}
            }
        }
    }
}

/// R-06 组织部审核人选.
pub fn leaders_vetted(f: &Facts<'_>, out: &mut Says<'_>) {
    for (team, i, member) in heads(f) {
        let vetted = f.approved_on(member.text("person"), "市委组织部审核");
        let words = [("name", f.case.person_name(member.text("person")))];
        let at = team.at(&format!("members/{i}"));
        match (vetted, member.day("authorized_on")) {
            (None, _) => out.say("missing", &at, &words),
            (Some(vetted), Some(given)) if vetted > given => out.say("late", &at, &words),
            _ => {}
        }
    }
}

/// Heads and deputies of all teams.
fn heads<'a>(f: &Facts<'a>) -> Vec<(Row<'a>, usize, Row<'a>)> {
    let all = f
        .rows("teams")
        .into_iter()
        .flat_map(|t| leaders(t, "").into_iter().map(move |(i, m)| (t, i, m)));
    all.filter(|(_, _, m)| matches!(m.text("role"), "组长" | "副组长")).collect()
}

/// R-07 组长出自人选库.
pub fn head_from_pool(f: &Facts<'_>, out: &mut Says<'_>) {
    for (team, i, member) in heads(f) {
        if member.text("role") != "组长" {
            continue;
        }
        let Some(person) = f.person(member.text("person")) else { continue };
        if !person.ids("pools").contains(&"组长人选库") {
            out.say(
                "outside",
                &team.at(&format!("members/{i}")),
                &[("name", person.text("name").into())],
            );
        }
    }
}

/// R-08 一次一授权.
pub fn authorised(f: &Facts<'_>, out: &mut Says<'_>) {
    for (team, i, member) in heads(f) {
        let words = [("name", f.case.person_name(member.text("person")))];
        let at = team.at(&format!("members/{i}"));
        match (member.day("authorized_on"), team.day("on_site/from")) {
            (None, _) => out.say("missing", &at, &words),
            (Some(given), Some(start)) if given > start => {
                out.say("late", &format!("{at}/authorized_on"), &words);
            }
            _ => {}
        }
        if !member.has("authorization") && member.has("authorized_on") {
            out.say("paper", &at, &words);
        }
    }
}

fn members<'a>(f: &Facts<'a>) -> Vec<(Row<'a>, Row<'a>)> {
    let all = f
        .rows("teams")
        .into_iter()
        .flat_map(|t| leaders(t, "").into_iter().map(move |(_, m)| (t, m)));
    all.filter_map(|(team, m)| Some((team, f.person(m.text("person"))?))).collect()
}

/// R-09 地域回避.
pub fn native_place(f: &Facts<'_>, out: &mut Says<'_>) {
    let districts: Vec<Row<'_>> = f.rows("districts");
    let ours = f.object("case").ids("districts");
    let names: Vec<(&str, &str)> = districts
        .iter()
        .filter(|d| ours.contains(&d.id()))
        .flat_map(|d| [d.text("name"), d.text("short_name")].map(|n| (d.id(), n)))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    let back = out.months("recusal_lookback_months", 60);
    for (team, person) in members(f) {
        let since = team.day("on_site/from").and_then(|d| d.checked_sub_months(Months::new(back)));
        let name = person.text("name").to_owned();
        let place = person.text("recusal/native_place");
        let district = person.text("recusal/native_district");
        let named = names.iter().find(|(id, n)| place.contains(n) || *id == district);
        if let Some((_, district)) = named {
            let words =
                [("name", name.clone()), ("place", place.into()), ("district", (*district).into())];
            out.say("native", &person.at("recusal/native_place"), &words);
        }
        for (i, post) in person.items("recusal/past_posts").iter().map(part).enumerate() {
            let recent = match (post.day("to"), since) {
                (Some(to), Some(since)) => to >= since,
                _ => true,
            };
            let seat = f.organ(post.text("organ")).map_or("", |o| o.text("district"));
            let there = ours.contains(&post.text("district")) || ours.contains(&seat);
            if recent && there {
                out.say(
                    "post",
                    &person.at(&format!("recusal/past_posts/{i}")),
                    &[("name", name.clone()), ("months", back.to_string())],
                );
            }
        }
    }
}

/// R-10 任职回避.
pub fn own_office(f: &Facts<'_>, out: &mut Says<'_>) {
    for (_, person) in members(f) {
        let name = person.text("name").to_owned();
        if f.is_inspected(person.text("organ")) {
            out.say(
                "own",
                &person.at("organ"),
                &[("name", name.clone()), ("organ", f.name(person.text("organ")))],
            );
        }
        for (i, relative) in person.items("recusal/relatives").iter().map(part).enumerate() {
            if f.is_inspected(relative.text("organ")) {
                out.say(
                    "relative",
                    &person.at(&format!("recusal/relatives/{i}")),
                    &[("name", name.clone()), ("organ", f.name(relative.text("organ")))],
                );
            }
        }
    }
}

/// R-11 公务回避.
pub fn interests(f: &Facts<'_>, out: &mut Says<'_>) {
    let problems = f.rows("problems");
    for evidence in f.rows("evidence") {
        let about: Vec<&str> = problems
            .iter()
            .filter(|p| evidence.ids("problems").contains(&p.id()))
            .flat_map(|p| p.ids("responsible_organs"))
            .chain([evidence.text("provider")])
            .collect();
        for id in evidence.ids("collected_by") {
            let Some(person) = f.person(id) else { continue };
            for interest in person.items("recusal/interests").iter().map(part) {
                if about.contains(&interest.text("organ")) {
                    out.say(
                        "took_part",
                        &evidence.at("collected_by"),
                        &[
                            ("name", person.text("name").into()),
                            ("organ", f.name(interest.text("organ"))),
                            ("title", evidence.text("title").into()),
                        ],
                    );
                }
            }
        }
    }
}

/// R-12 回避申报在先.
pub fn declared_before(f: &Facts<'_>, out: &mut Says<'_>) {
    for (team, person) in members(f) {
        let words = [("name", person.text("name").to_owned())];
        match (person.day("recusal/declared_on"), team.day("on_site/from")) {
            (None, _) => out.say("missing", &person.at("recusal"), &words),
            (Some(on), Some(start)) if on > start => {
                out.say("late", &person.at("recusal/declared_on"), &words);
            }
            _ => {}
        }
    }
}

/// R-13 人员以市生态环境局为主体.
pub fn bureau_share(f: &Facts<'_>, out: &mut Says<'_>) {
    let least = out.share("ecobureau_min_share", 0.5);
    for team in f.rows("teams") {
        let all = team.items("members").len();
        let ours = leaders(team, "")
            .iter()
            .filter_map(|(_, m)| f.person(m.text("person")))
            .filter_map(|p| f.organ(p.text("organ")))
            .filter(|o| o.text("level") == "市级" && o.text("name").contains("生态环境"))
            .count();
        let share = ours as f64 / all.max(1) as f64;
        if all > 0 && share < least {
            let words = [
                ("team", team.text("name").to_owned()),
                ("ours", ours.to_string()),
                ("all", all.to_string()),
                ("least", format!("{:.0}", least * 100.0)),
            ];
            out.say("few", &team.at("members"), &words);
        }
    }
}

/// R-14 临时党支部.
pub fn party_branch(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn trained_before(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn notice_in_time(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn notice_to_all(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn events_on_site(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn announced_before(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn materials(f: &Facts<'_>, out: &mut Says<'_>) {
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
    ("R-01", annual_plan as Verdict),
    ("R-02", arrangement),
    ("R-03", team_approved),
    ("R-04", leaders_named),
    ("R-05", leaders_rank),
    ("R-06", leaders_vetted),
    ("R-07", head_from_pool),
    ("R-08", authorised),
    ("R-09", native_place),
    ("R-10", own_office),
    ("R-11", interests),
    ("R-12", declared_before),
    ("R-13", bureau_share),
    ("R-14", party_branch),
    ("R-15", trained_before),
    ("R-16", notice_in_time),
    ("R-17", notice_to_all),
    ("R-18", events_on_site),
    ("R-19", announced_before),
    ("R-20", materials),
];
