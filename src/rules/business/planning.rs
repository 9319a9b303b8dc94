//! A 计划与组织: plan, approval, heads of the teams.

use super::facts::{Facts, Row};
use super::{Says, Verdict};

/// R-01 年度计划依据.
pub fn annual_plan(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let case = f.object("case");
    if !case.has("plan/annual") {
        out.say("none", &case.at("plan"), &[]);
    }
}

/// R-02 督察工作安排报批.
pub fn arrangement(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn team_approved(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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

/// The members of a team in a role (all if empty), with their places.
pub fn leaders<'a>(team: Row<'a>, role: &str) -> Vec<(usize, Row<'a>)> {
    let all = team.parts("members").enumerate();
    all.filter(|(_, m)| role.is_empty() || m.text("role") == role).collect()
}

/// R-04 组长、副组长配备.
pub fn leaders_named(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn leaders_rank(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn leaders_vetted(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn head_from_pool(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn authorised(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
];
