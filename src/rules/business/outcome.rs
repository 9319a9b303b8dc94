//! G 结果运用, K 纪律与措施.

use chrono::Days;

use super::facts::Facts;
use super::{Says, Verdict, day};

/// R-62 移送对象匹配.
pub fn right_receiver(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for x in f.rows("transfers") {
        let to = x.text("to");
        let (nature, level) = (f.nature(to), f.organ(to).map_or("", |o| o.text("level")));
        let (good, wanted) = match x.text("kind") {
            "督察结果" => (nature == "组织部门", "组织（人事）部门"),
            "责任追究" => (
                matches!(nature, "纪检监察机关" | "组织部门" | "国资监管机构党委")
                    || f.is_inspected(to),
                "纪检监察机关、组织（人事）部门、国资监管机构党委或者被督察对象",
            ),
            "损害赔偿" => (
                matches!(nature, "政府" | "政府部门") && matches!(level, "区县级" | "市级"),
                "区县政府或者市政府指定的市级部门",
            ),
            "公益诉讼" => (nature == "检察机关", "检察机关"),
            "涉嫌犯罪" => (
                matches!(nature, "纪检监察机关" | "公安机关" | "检察机关"),
                "监察、公安或者检察机关",
            ),
            _ => continue,
        };
        if !good {
            let words = [
                ("kind", x.text("kind").to_owned()),
                ("organ", f.name(to)),
                ("wanted", wanted.to_owned()),
            ];
            out.say("other", &x.at("to"), &words);
        }
    }
}

/// R-63 清单和案卷.
pub fn list_and_files(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for x in f.rows("transfers").iter().filter(|x| x.text("kind") == "责任追究") {
        let lacking: Vec<&str> = [("problem_list", "问题清单"), ("case_files", "案卷")]
            .into_iter()
            .filter(|(key, _)| !x.has(key))
            .map(|(_, name)| name)
            .collect();
        if !lacking.is_empty() {
            out.say(
                "lacking",
                &x.at(""),
                &[("organ", f.name(x.text("to"))), ("lacking", lacking.join("、"))],
            );
        }
    }
}

/// R-64 跨区县赔偿.
pub fn damages_level(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for x in f.rows("transfers").iter().filter(|x| x.text("kind") == "损害赔偿") {
        let to = x.text("to");
        let (nature, level) = (f.nature(to), f.organ(to).map_or("", |o| o.text("level")));
        let words = [("organ", f.name(to))];
        let (key, wanted) = match x.is("cross_district") {
            true => ("across", ("市级", "政府部门")),
            false => ("within", ("区县级", "政府")),
        };
        if (level, nature) != wanted {
            out.say(key, &x.at("to"), &words);
        }
    }
}

/// R-65 督察结果移送.
pub fn result_sent(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    if f.reached("归档") && !f.rows("transfers").iter().any(|x| x.text("kind") == "督察结果")
    {
        out.say("none", "/transfers", &[]);
    }
}

/// R-66 移送时点.
pub fn after_approval(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let report = f.object("report").text("document");
    let approved = ["市委批准", "市政府批准"].iter().filter_map(|s| f.approved_on(report, s)).max();
    for x in f.rows("transfers") {
        let kind = x.text("kind");
        if matches!(kind, "督察结果" | "责任追究")
            && let (Some(on), Some(approved)) = (x.day("date"), approved)
            && on < approved
        {
            out.say(
                "early",
                &x.at("date"),
                &[("kind", kind.into()), ("on", day(Some(on))), ("approved", day(Some(approved)))],
            );
        }
    }
}

/// R-67 问责数字.
pub fn accountability_sums(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for x in f.rows("transfers") {
        let r = x.part("result");
        let total = r.number("persons_total");
        if total == 0 {
            continue;
        }
        let sum = |keys: &[&str]| keys.iter().map(|k| r.number(k)).sum::<i64>();
        let ranks = sum(&["bureau", "division", "section"]);
        let ways = sum(&["discipline", "admonish", "org_handling", "criticism", "judicial"]);
        if ranks != total {
            out.say(
                "ranks",
                &x.at("result/persons_total"),
                &[("total", total.to_string()), ("sum", ranks.to_string())],
            );
        }
        if ways < total {
            out.say(
                "ways",
                &x.at("result/persons_total"),
                &[("total", total.to_string()), ("sum", ways.to_string())],
            );
        }
    }
}

/// R-86 重大情况请示报告.
pub fn major_reported(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let within = out.days("major_report_days", 3);
    for event in f.rows("events").iter().filter(|e| e.is("major")) {
        let words = [("title", event.text("title").to_owned()), ("days", within.to_string())];
        let reports: Vec<_> = event
            .ids("documents")
            .into_iter()
            .filter_map(|id| f.document(id))
            .filter(|d| d.text("kind") == f.code("major_report"))
            .filter_map(|d| d.day("issued_on"))
            .collect();
        let last = event.day("date").and_then(|d| d.checked_add_days(Days::new(within)));
        match (reports.iter().min(), last) {
            (None, _) => out.say("none", &event.at(""), &words),
            (Some(on), Some(last)) if *on > last => out.say("late", &event.at("documents"), &words),
            _ => {}
        }
    }
}

/// R-87 约谈文书.
pub fn talk_papers(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for talk in f.rows("talks").iter().filter(|t| t.text("kind") == "约谈") {
        let lacking: Vec<&str> = [("notice_doc", "约谈通知"), ("minutes_doc", "约谈纪要")]
            .into_iter()
            .filter(|(key, _)| !talk.has(key))
            .map(|(_, name)| name)
            .collect();
        if !lacking.is_empty() {
            out.say(
                "lacking",
                &talk.at(""),
                &[("on", day(talk.day("date"))), ("lacking", lacking.join("、"))],
            );
        }
    }
}

/// R-88 区域限批要素.
pub fn restriction_whole(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for r in f.rows("restrictions") {
        let words = [("area", r.text("area").to_owned())];
        if !r.has("basis") {
            out.say("basis", &r.at("basis"), &words);
        }
        if matches!((r.day("from"), r.day("lifted_on")), (Some(a), Some(b)) if b < a) {
            out.say("lifted", &r.at("lifted_on"), &words);
        }
        if (r.text("status") == "已解除" || r.has("lifted_on")) && !r.has("lift_doc") {
            out.say("paper", &r.at("status"), &words);
        }
    }
}

/// The rules of this file.
pub const TABLE: &[super::Rule] = &[
    ("R-62", right_receiver as Verdict),
    ("R-63", list_and_files),
    ("R-64", damages_level),
    ("R-65", result_sent),
    ("R-66", after_approval),
    ("R-67", accountability_sums),
    ("R-86", major_reported),
    ("R-87", talk_papers),
    ("R-88", restriction_whole),
];
