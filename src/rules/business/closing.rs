//! F 销号五步法和复查 (R-55 to R-61; 五年工作计划四（十三）).

use std::collections::BTreeMap;

use super::facts::{Facts, Row};
use super::{Says, Verdict, day};

/// The steps in their order, each with the key of its day.
const STEPS: [(&str, &str, &str); 5] = [
    ("self_check", "date", "自查"),
    ("verification", "date", "核查"),
    ("publicity", "to", "公示"),
    ("archiving", "date", "归档"),
    ("filing", "date", "备案"),
];

fn closures<'a>(f: &Facts<'a>) -> Vec<(Row<'a>, Row<'a>)> {
    let tasks = f.rows("tasks").into_iter().filter(|t| t.has("closure"));
    tasks.map(|t| (t, t.part("closure"))).collect()
}

fn words(task: &Row<'_>) -> Vec<(&'static str, String)> {
    vec![("task", task.id().to_owned()), ("title", task.text("title").to_owned())]
}

/// R-55 五步齐全依序.
pub fn in_order(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for (task, closure) in closures(f) {
        let mut missing: Option<&str> = None;
        for (key, _, name) in STEPS {
            match (closure.has(key), missing) {
                (false, None) => missing = Some(name),
                (true, Some(before)) => {
                    let mut words = words(&task);
                    words.extend([("step", name.to_owned()), ("before", before.to_owned())]);
                    out.say("skipped", &task.at(&format!("closure/{key}")), &words);
                }
                _ => {}
            }
        }
        // Each day is not before the one in front of it; 公示 begins after 核查 and ends before 归档.
        let order = [
            ("self_check/date", "自查"),
            ("verification/date", "核查"),
            ("publicity/from", "公示开始"),
            ("publicity/to", "公示结束"),
            ("archiving/date", "归档"),
            ("filing/date", "备案"),
        ];
        let days: Vec<_> =
            order.iter().filter_map(|(k, name)| Some((closure.day(k)?, *k, *name))).collect();
        for pair in days.windows(2) {
            let [(a, _, before), (b, key, name)] = pair else { continue };
            if b < a {
                let mut words = words(&task);
                words.extend([("step", (*name).to_owned()), ("before", (*before).to_owned())]);
                out.say("order", &task.at(&format!("closure/{key}")), &words);
            }
        }
        if let Some(recheck) = closure.day("recheck/date")
            && (closure.day("verification/date").is_some_and(|v| recheck < v)
                || closure.day("filing/date").is_some_and(|l| recheck > l))
        {
            out.say("recheck", &task.at("closure/recheck/date"), &words(&task));
        }
    }
}

/// R-56 销号主体.
pub fn by_whom(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for (task, closure) in closures(f) {
        let mut doers = task.ids("organs");
        doers.push(task.text("lead_organ"));
        let judges = [task.text("supervisor"), task.text("acceptor")];
        for (key, name) in [
            ("self_check", "自查"),
            ("verification", "核查"),
            ("recheck", "复查"),
            ("filing", "备案"),
        ] {
            let organ = closure.text(&format!("{key}/organ"));
            if organ.is_empty() {
                continue;
            }
            let good = match key {
                "self_check" => doers.contains(&organ),
                "verification" => judges.contains(&organ),
                "recheck" => f.nature(organ) == "领导小组办公室",
                _ => f.is_inspected(organ),
            };
            if !good {
                let mut words = words(&task);
                words.extend([("step", name.to_owned()), ("organ", f.name(organ))]);
                out.say(key, &task.at(&format!("closure/{key}/organ")), &words);
            }
        }
    }
}

/// R-57 销号状态.
pub fn status_true(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for task in f.rows("tasks") {
        let closure = task.part("closure");
        let lacking: Vec<&str> = STEPS
            .iter()
            .map(|(key, _, name)| (*key, *name))
            .chain([("recheck", "复查")])
            .filter(|(key, _)| !closure.has(key))
            .map(|(_, name)| name)
            .collect();
        let closed = task.text("status") == "已销号";
        if closed && !lacking.is_empty() {
            let mut words = words(&task);
            words.push(("lacking", lacking.join("、")));
            out.say("lacking", &task.at("status"), &words);
        }
        if !closed && lacking.is_empty() {
            let mut words = words(&task);
            words.push(("status", task.text("status").to_owned()));
            out.say("not_set", &task.at("status"), &words);
        }
    }
}

/// R-58 措施全部完成.
pub fn measures_done(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for (task, closure) in closures(f) {
        let Some(checked) = closure.day("self_check/date") else { continue };
        for (i, m) in task.parts("measures").enumerate() {
            let done =
                m.text("status") == "持续推进" || m.day("done_on").is_some_and(|d| d <= checked);
            if !done {
                let mut words = words(&task);
                words.extend([
                    ("seq", m.number("seq").to_string()),
                    ("checked", day(Some(checked))),
                ]);
                out.say("open", &task.at(&format!("measures/{i}")), &words);
            }
        }
    }
}

/// R-59 公示期限: calendar days, first and last counted.
pub fn publicity_days(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let stated = f.object("case").number("deadlines/publicity_min_days");
    let least = if stated > 0 {
        stated
    } else {
        i64::try_from(out.days("publicity_min_days", 5)).unwrap_or(5)
    };
    for (task, closure) in closures(f) {
        if let (Some(from), Some(to)) = (closure.day("publicity/from"), closure.day("publicity/to"))
        {
            let days = (to - from).num_days() + 1;
            if days < least {
                let mut words = words(&task);
                words.extend([("days", days.to_string()), ("least", least.to_string())]);
                out.say("short", &task.at("closure/publicity/to"), &words);
            }
        }
    }
}

/// R-60 异议处理.
pub fn objections_settled(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for (task, closure) in closures(f) {
        let Some(archived) = closure.day("archiving/date") else { continue };
        for (i, o) in closure.parts("publicity/objections").enumerate() {
            if o.day("resolved_on").is_none_or(|d| d > archived) {
                out.say(
                    "open",
                    &task.at(&format!("closure/publicity/objections/{i}")),
                    &words(&task),
                );
            }
        }
    }
}

/// R-61 问题状态一致.
pub fn problem_status(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let mut by_problem: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for task in f.rows("tasks") {
        for id in task.ids("problems") {
            by_problem.entry(id).or_default().push(task.text("status"));
        }
    }
    for p in f.rows("problems") {
        let Some(states) = by_problem.get(p.id()) else { continue };
        let status = p.text("status");
        let all = |ok: &[&str]| states.iter().all(|s| ok.contains(s));
        let lasting = states.contains(&"长期坚持");
        let wanted = if all(&["已销号"]) {
            Some("已销号")
        } else if lasting && all(&["已销号", "长期坚持"]) {
            Some("长期坚持")
        } else {
            None
        };
        let good = match wanted {
            Some(wanted) => status == wanted,
            None => status != "已销号",
        };
        if !good {
            let words = [
                ("id", p.id().to_owned()),
                ("status", status.to_owned()),
                ("wanted", wanted.unwrap_or("整改中").to_owned()),
            ];
            out.say("differs", &p.at("status"), &words);
        }
    }
}

/// The rules of this file.
pub const TABLE: &[super::Rule] = &[
    ("R-55", in_order as Verdict),
    ("R-56", by_whom),
    ("R-57", status_true),
    ("R-58", measures_done),
    ("R-59", publicity_days),
    ("R-60", objections_settled),
    ("R-61", problem_status),
];
