//! 回避和人员构成 (R-09 to R-13; 办法第10、12条).

use chrono::Months;

use super::facts::{Facts, Row};
use super::planning::leaders;
use super::{Says, Verdict};

fn members<'a>(f: &Facts<'a>) -> Vec<(Row<'a>, Row<'a>)> {
    let all = f
        .rows("teams")
        .into_iter()
        .flat_map(|t| leaders(t, "").into_iter().map(move |(_, m)| (t, m)));
    all.filter_map(|(team, m)| Some((team, f.person(m.text("person"))?))).collect()
}

/// R-09 地域回避.
pub fn native_place(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
        for (i, post) in person.parts("recusal/past_posts").enumerate() {
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
pub fn own_office(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for (_, person) in members(f) {
        let name = person.text("name").to_owned();
        if f.is_inspected(person.text("organ")) {
            out.say(
                "own",
                &person.at("organ"),
                &[("name", name.clone()), ("organ", f.name(person.text("organ")))],
            );
        }
        for (i, relative) in person.parts("recusal/relatives").enumerate() {
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
pub fn interests(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for evidence in f.rows("evidence") {
        let problems = evidence.ids("problems");
        let about: Vec<&str> = problems
            .iter()
            .filter_map(|id| f.problem(id))
            .flat_map(|p| p.ids("responsible_organs"))
            .chain([evidence.text("provider")])
            .collect();
        for id in evidence.ids("collected_by") {
            let Some(person) = f.person(id) else { continue };
            for interest in person.parts("recusal/interests") {
                let (organ, problem) = (interest.text("organ"), interest.text("problem"));
                let with = if !organ.is_empty() && about.contains(&organ) {
                    f.name(organ)
                } else if !problem.is_empty() && problems.contains(&problem) {
                    format!("问题{problem}")
                } else {
                    continue;
                };
                let words = [
                    ("name", person.text("name").to_owned()),
                    ("with", with),
                    ("title", evidence.text("title").to_owned()),
                ];
                out.say("took_part", &evidence.at("collected_by"), &words);
            }
        }
    }
}

/// R-12 回避申报在先.
pub fn declared_before(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn bureau_share(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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

/// The rules of this file.
pub const TABLE: &[super::Rule] = &[
    ("R-09", native_place as Verdict),
    ("R-10", own_office),
    ("R-11", interests),
    ("R-12", declared_before),
    ("R-13", bureau_share),
];
