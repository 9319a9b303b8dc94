//! The pack's data, dates, deadlines, calendars and charts; cut-down and hostile cases.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::calendar::{Calendar, days_after, months_after};
use super::{By, Deadline, Pack, Sources, Urgency, chart, due, ics, statistics, status};
use crate::case::{self, CaseFile};
use crate::diag::{Failure, SourceFile};
use crate::vocab::date;
use crate::vocab::date::quarter;

mod calendar_file;

const EXAMPLES: [&str; 3] = ["routine", "special", "daily"];

fn package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(package(path)).unwrap()
}

fn pack_of(stages: &str, deadlines: &str) -> Result<Pack, Failure> {
    Pack::read(&Sources {
        stages: SourceFile::new("stages.toml", stages),
        deadlines: SourceFile::new("deadlines.toml", deadlines),
    })
}

fn pack() -> Pack {
    pack_named("chongqing-2021")
}

fn pack_named(name: &str) -> Pack {
    let folder = format!("templates/_rulepacks/{name}");
    pack_of(&read(&format!("{folder}/stages.toml")), &read(&format!("{folder}/deadlines.toml")))
        .unwrap()
}

fn example(name: &str) -> CaseFile {
    case::load(&package("examples").join(name)).unwrap().value
}

/// An example's data without what is null, changed and read again (JSON is YAML).
fn changed(name: &str, change: impl FnOnce(&mut Json)) -> Option<CaseFile> {
    let mut data = example(name).json().clone();
    without_nulls(&mut data);
    change(&mut data);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("case.yaml"), data.to_string()).unwrap();
    case::load(folder.path()).ok().map(|checked| checked.value)
}

fn without_nulls(value: &mut Json) {
    match value {
        Json::Object(map) => {
            map.retain(|_, v| !v.is_null());
            map.values_mut().for_each(without_nulls);
        }
        Json::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

fn day(text: &str) -> NaiveDate {
    date::parse(text).unwrap()
}

fn told(list: &[Deadline]) -> Vec<String> {
    list.iter().map(|d| format!("{} {} {} {:?}", d.rule, d.item, d.due, d.urgency)).collect()
}

#[test]
fn the_packs_name_only_kinds_and_case_types_that_exist() {
    let mut types = BTreeSet::new();
    for (name, kinds) in
        [("chongqing-2021", "templates"), ("lishui-2017", "templates/_rulepacks/lishui-2017/kinds")]
    {
        types.extend(names_what_exists(name, kinds));
    }
    let schema: Json = serde_json::from_str(case::SCHEMA).unwrap();
    let known = schema.pointer("/$defs/Case/properties/case_type/enum").unwrap();
    let known = known.as_array().unwrap().iter().map(|t| t.as_str().unwrap().to_owned());
    assert_eq!(types, known.collect());
}

/// The case types of a pack, whose flows name only kinds that stand under `kinds` (and the hand-over list).
fn names_what_exists(name: &str, kinds: &str) -> Vec<String> {
    let mut codes = BTreeSet::from(["D45".to_owned()]);
    for entry in fs::read_dir(package(kinds)).unwrap() {
        let manifest = entry.unwrap().path().join("kind.toml");
        if let Ok(text) = fs::read_to_string(manifest) {
            let line = text.lines().find(|l| l.starts_with("code")).unwrap();
            codes.insert(line.split('"').nth(1).unwrap().to_owned());
        }
    }
    let pack = pack_named(name);
    let schema: Json = serde_json::from_str(case::SCHEMA).unwrap();
    let at = |pointer: &str| schema.pointer(pointer).unwrap().as_array().unwrap().clone();
    let stages = at("/$defs/Case/properties/stage/enum");
    for flow in pack.flows() {
        let named: Vec<Json> = flow.stage.iter().map(|s| json!(s.name)).collect();
        assert_eq!(named, stages, "{}", flow.case_type);
        for stage in &flow.stage {
            let needs = stage.begins.iter().chain(stage.step.iter().flat_map(|s| &s.need));
            for need in needs {
                let kinds =
                    need.document.iter().chain(need.of.iter().filter(|of| of.starts_with('D')));
                kinds.for_each(|code| assert!(codes.contains(code), "{code}"));
            }
            for step in &stage.step {
                assert!(!step.article.is_empty() && !step.need.is_empty(), "{}", step.id);
            }
        }
    }
    for rule in &pack.rules {
        assert!(!rule.article.is_empty(), "{}", rule.id);
    }
    pack.flows().iter().map(|flow| flow.case_type.clone()).collect()
}

#[test]
fn what_a_stage_requires_is_required_by_the_catalogue() {
    // 文件目录 required_by_stage: everything archived by stage stands in the stages of that type.
    let required = [
        (
            "例行督察",
            "D03 D04 D05 D06 D07 D09 D10 D11 D12 D13 D24 D25 D26 D27 D28 D29 D30 D35 D36 D38 D39 D40 D41 D42 D44 D45",
        ),
        ("专项督察", "D04 D07 D11 D13 D24 D35 D36 D39 D40 D41 D42 D45"),
        ("日常督察", "D07 D13 D25 D32 D35 D36 D39 D40 D42 D45"),
        ("驻点督察", "D07 D46 D13 D25 D32 D35 D36 D40 D42 D45"),
    ];
    let pack = pack();
    for (case_type, kinds) in required {
        let steps = pack.flow(case_type).unwrap().stage.iter().flat_map(|s| &s.step);
        let needs: Vec<_> = steps.flat_map(|s| &s.need).filter(|n| !n.optional).collect();
        for kind in kinds.split(' ') {
            assert!(
                needs.iter().any(|n| n.document.iter().any(|d| d == kind)),
                "{case_type} {kind}"
            );
        }
    }
}

#[test]
fn a_faulty_pack_is_told_with_its_place() {
    let flow = "[[flow]]\ncase_type = \"例行督察\"\n[[flow.stage]]\nname = \"准备\"\n[[flow.stage.step]]\nid = \"a\"\nname = \"甲\"\narticle = \"一\"\n";
    let stages = format!("{flow}need = [{{ event = \"约谈\" }}]\n");
    let rule = "[[deadline]]\nid = \"x\"\nname = \"甲\"\narticle = \"一\"\ntitle = \"甲\"\n";
    let good = format!("{rule}due = \"case.deadlines.plan_due_on\"\n");
    assert!(pack_of(&stages, &good).is_ok());
    for (stages, deadlines, words) in [
        (format!("{flow}need = [{{ evnt = \"约谈\" }}]"), good.clone(), "没有“evnt”"),
        (format!("{flow}need = [{{ event = \"约谈\", field = \"a\" }}]"), good.clone(), "之一"),
        (format!("{flow}need = [{{ approval = \"会签\" }}]"), good.clone(), "of"),
        (format!("{flow}need = [{{ list = \"plan\" }}]"), good.clone(), "date"),
        (format!("{flow}after = [\"b\"]\nneed = []"), good.clone(), "前面的环节"),
        (format!("{stages}[[flow.stage]]\nname = \"进驻\"\nstep = []"), good.clone(), "begins"),
        (stages.clone(), rule.to_owned(), "due"),
        (stages.clone(), format!("{rule}days = 3"), "from"),
        (stages.clone(), format!("{rule}from = \"a\"\ndays = 3\nmonths = 1"), "一种"),
        (stages.clone(), format!("{good}{good}"), "重复"),
        (
            stages.clone(),
            format!("{good}[[calendar]]\nyear = 2025\noff = [[\"2025-02-30\", \"2025-03-01\"]]"),
            "起止",
        ),
        (stages.clone(), format!("{good}[[calendar]]\nyear = 2025\nwork = [\"明天\"]"), "上班"),
        ("flow = 3".to_owned(), good.clone(), "类型不对"),
    ] {
        let Err(Failure::Faulty(findings)) = pack_of(&stages, &deadlines) else {
            panic!("{stages}{deadlines}");
        };
        let said: Vec<&str> = findings.iter().map(|f| f.message.as_str()).collect();
        assert!(said.iter().any(|m| m.contains(words)), "{words}: {said:?}");
        assert!(findings.iter().all(|f| f.at.is_some() && !f.hints.is_empty()));
    }
}

#[test]
fn the_examples_are_done() {
    let pack = pack();
    for name in EXAMPLES {
        let case = example(name);
        let today = case.model().as_of;
        let at = status(&case, &pack, today).unwrap();
        assert_eq!((at.stage.as_str(), at.next), ("归档", None), "{name}");
        assert_eq!(at.stage, at.declared);
        assert!(due(&case, &pack, today).is_empty(), "{name}");
        let counted = statistics(&[(&case, today)], By::Status);
        let states = |list: &str, field: &str| {
            case.json()[list]
                .as_array()
                .map_or(0, |items| items.iter().filter(|i| i["status"] == field).count())
        };
        assert_eq!(counted[0].total.closed, states("problems", "已销号"));
        assert_eq!(counted[1].total.closed, states("tasks", "已销号"));
        assert_eq!(counted[1].total.long_term, states("tasks", "长期坚持"));
        assert_eq!(counted[2].total.closed, states("complaints", "已办结"));
        assert_eq!(counted[2].total.done, states("complaints", "阶段性办结"));
    }
}

#[test]
fn the_stages_follow_the_days_of_a_case() {
    let (case, pack) = (example("routine"), pack());
    for (on, stage, next) in [
        ("2025-01-01", "准备", "survey"),
        ("2025-03-01", "准备", "team"),
        ("2025-03-09", "准备", "announcement"),
        ("2025-03-10", "进驻", "inquiry"),
        ("2025-03-24", "进驻", "on-the-spot"),
        ("2025-03-25", "报告", "report"),
        ("2025-05-01", "报告", "deliberation"),
        ("2025-06-01", "报告", "submission"),
        ("2025-06-05", "反馈", "issue"),
        ("2025-06-11", "反馈", "feedback"),
        ("2025-06-18", "整改", "plan"),
        ("2025-09-01", "整改", "dispatch"),
        ("2025-12-01", "整改", "progress"),
        ("2026-03-01", "整改", "tasks"),
        ("2026-08-28", "销号", "checks"),
        ("2026-10-20", "归档", "last-handover"),
    ] {
        let at = status(&case, &pack, day(on)).unwrap();
        let step = at.next_step().map(|s| s.id.as_str());
        assert_eq!((at.stage.as_str(), step), (stage, Some(next)), "{on}");
    }
}

#[test]
fn the_law_keeps_its_order() {
    // An important 专项 whose report was never approved: whatever came after, approval is what comes next.
    let case = changed("special", |data| {
        let approvals = data["approvals"].as_array_mut().unwrap();
        approvals.retain(|a| !(a["subject"] == "doc-24" && a["step"] == "市委批准"));
    });
    let case = case.unwrap();
    let at = status(&case, &pack(), case.model().as_of).unwrap();
    assert_eq!(at.next_step().unwrap().id, "submission");
    let needs = &at.next_step().unwrap().needs;
    let missing: Vec<&str> = needs.iter().filter(|n| !n.met).map(|n| n.what.as_str()).collect();
    assert_eq!(missing, ["市委批准《濛水河流域水环境问题专项督察报告》"]);
    // Refused is not approved; a draft is not issued.
    let case = changed("special", |data| {
        for approval in data["approvals"].as_array_mut().unwrap() {
            if approval["subject"] == "doc-24" {
                approval["result"] = json!("不同意");
            }
        }
    });
    let at = status(&case.unwrap(), &pack(), day("2026-11-15")).unwrap();
    assert_eq!(at.next_step().unwrap().id, "deliberation");
    let case = changed("daily", |data| {
        for document in data["documents"].as_array_mut().unwrap() {
            if document["kind"] == "D32" {
                document["status"] = json!("送审");
            }
        }
    });
    let at = status(&case.unwrap(), &pack(), day("2026-11-12")).unwrap();
    let step = at.stages.iter().flat_map(|s| &s.steps).find(|s| s.id == "opinion").unwrap();
    assert!(!step.done && step.needs[0].missing[0].contains("送审"), "{step:?}");
}

#[test]
fn deadlines_are_counted_as_the_articles_say() {
    let (case, pack) = (example("routine"), pack());
    let of = |rule: &str, on: &str| {
        let list = due(&case, &pack, day(on));
        told(&list.into_iter().filter(|d| d.rule == rule).collect::<Vec<_>>())
    };
    assert_eq!(of("progress", "2025-08-14"), [] as [&str; 0]);
    assert_eq!(of("progress", "2025-09-01"), ["progress plan-1 2026-02-15 Later"]);
    assert_eq!(of("progress", "2026-02-05"), ["progress plan-1 2026-02-15 Month"]);
    assert_eq!(of("progress", "2026-02-06"), [] as [&str; 0]);
    assert_eq!(of("plan", "2025-06-30"), ["plan 2025-06-18 2025-07-30 Month"]);
    assert_eq!(of("dispatch", "2025-09-30"), [] as [&str; 0]);
    assert_eq!(of("dispatch", "2025-10-01"), ["dispatch 2025Q4 2025-12-31 Later"]);
    assert_eq!(of("supervision", "2026-07-10"), ["supervision s-01 2026-07-20 Month"]);
    assert_eq!(of("task", "2026-07-10").first().unwrap(), "task T21 2026-06-30 Overdue");
    assert_eq!(
        of("publicity", "2026-01-19"),
        [format!("publicity {} 2026-01-25 Week", publicity(&case))]
    );
    assert_eq!(of("publicity", "2026-01-26"), [] as [&str; 0]);
    assert_eq!(of("complaint", "2025-03-12").len(), 7);
    assert!(
        of("complaint", "2025-03-12").iter().all(|c| c.ends_with("Month") || c.ends_with("Week"))
    );
}

fn publicity(case: &CaseFile) -> String {
    let tasks = case.json()["tasks"].as_array().unwrap();
    let first = tasks.iter().filter(|t| t["closure"]["publicity"]["to"] == "2026-01-25");
    let ids: Vec<String> = first
        .map(|t| {
            format!(
                "{}/{}",
                t["id"].as_str().unwrap(),
                super::facts::label(&t["closure"]["publicity"])
            )
        })
        .map(|s| s.trim_end_matches('/').to_owned())
        .collect();
    ids.join("+")
}

#[test]
fn without_a_date_of_its_own_a_plan_is_due_after_thirty_workdays() {
    let pack = pack();
    for (name, on, due_on) in
        [("routine", "2025-06-20", "2025-07-30"), ("special", "2025-12-09", "2026-01-20")]
    {
        let case = changed(name, |data| {
            data["case"]["deadlines"].as_object_mut().unwrap().remove("plan_due_on");
        });
        let list = due(&case.unwrap(), &pack, day(on));
        let plan = list.iter().find(|d| d.rule == "plan").unwrap();
        // The date that the examples' author gave, by the State Council's calendars.
        assert_eq!(plan.due, day(due_on), "{name}");
        assert!(plan.note.as_ref().unwrap().contains("30个工作日"));
    }
}

#[test]
fn a_quarter_without_dispatch_is_overdue_and_a_major_matter_too() {
    let case = changed("routine", |data| {
        data["dispatches"].as_array_mut().unwrap().remove(1);
        data["documents"].as_array_mut().unwrap().retain(|d| d["kind"] != "D21");
        data["tasks"][0].as_object_mut().unwrap().remove("completed_on");
        data["tasks"][0]["status"] = json!("正在推进");
        data["tasks"][0].as_object_mut().unwrap().remove("closure");
    });
    let case = case.unwrap();
    let list = due(&case, &pack(), case.model().as_of);
    assert_eq!(
        told(&list),
        [
            "major 2025-03-19 2025-03-22 Overdue"
                .replace("2025-03-19 ", &format!("{} ", label_of_major(&case))),
            "task T01 2025-11-30 Overdue".to_owned(),
            "dispatch 2025Q4 2025-12-31 Overdue".to_owned(),
        ]
    );
    assert_eq!(list[1].days_left, -345);
    let counted = statistics(&[(&case, case.model().as_of)], By::Unit);
    assert_eq!((counted[1].total.overdue, counted[1].total.total), (1, 32));
}

fn label_of_major(case: &CaseFile) -> String {
    let events = case.json()["events"].as_array().unwrap();
    super::facts::label(events.iter().find(|e| e["major"] == true).unwrap())
}

#[test]
fn several_cases_are_counted_together() {
    let cases = EXAMPLES.map(example);
    let given: Vec<(&CaseFile, NaiveDate)> = cases.iter().map(|c| (c, c.model().as_of)).collect();
    for by in [By::Unit, By::District, By::Category, By::Status] {
        let tables = statistics(&given, by);
        let totals: Vec<usize> = tables.iter().map(|t| t.total.total).collect();
        assert_eq!(totals, [24, 60, 30]);
        assert_eq!(tables[1].total.parts().iter().sum::<usize>(), 60);
        for table in &tables {
            let parts = |f: &super::Figures| f.parts().iter().sum::<usize>() == f.total;
            assert!(table.rows.iter().all(|row| parts(&row.figures) && row.figures.total > 0));
        }
    }
}

#[test]
fn charts_are_xml_in_black_and_white_and_hostile_names_stay_text() {
    let evil = "\"><script>&]]>\u{1}局";
    let case = changed("daily", |data| {
        for organ in data["organs"].as_array_mut().unwrap() {
            organ["name"] = json!(evil);
        }
    });
    let case = case.unwrap();
    let given = [(&case, case.model().as_of)];
    let notes = ["甲<乙".to_owned()];
    for by in [By::Unit, By::District, By::Category, By::Status] {
        for table in statistics(&given, by) {
            let svg = chart(&table, &notes).unwrap();
            assert_eq!(svg, chart(&table, &notes).unwrap());
            let text = String::from_utf8(svg).unwrap();
            let mut reader = quick_xml::Reader::from_str(&text);
            reader.config_mut().check_end_names = true;
            let mut seen = String::new();
            loop {
                match reader.read_event().unwrap() {
                    quick_xml::events::Event::Eof => break,
                    quick_xml::events::Event::Text(words) => {
                        seen.push_str(&words.decode().unwrap());
                    }
                    quick_xml::events::Event::Start(start) => {
                        assert_ne!(start.name().as_ref(), b"script");
                    }
                    _ => {}
                }
            }
            assert!(!text.contains('\u{1}') && text.contains("font-family=\"sans-serif\""));
            assert!(text.contains("<pattern id=\"late\""));
            // No colour but shades of grey.
            for (at, _) in text.match_indices("=\"#") {
                let shade = &text[at + 3..at + 6];
                assert!(shade.chars().all(|c| shade.starts_with(c)), "{shade}");
            }
        }
    }
}

#[test]
fn a_case_with_almost_nothing_stands_at_its_beginning() {
    let case = changed("routine", |data| {
        let keep = ["schema_version", "illustrative", "rulepack", "as_of", "case", "organs"];
        let map = data.as_object_mut().unwrap();
        map.retain(|key, _| keep.contains(&key.as_str()));
        map["case"]["stage"] = json!("准备");
        map["case"]["deadlines"] = json!({});
    });
    let case = case.unwrap();
    let at = status(&case, &pack(), case.model().as_of).unwrap();
    assert_eq!((at.stage.as_str(), at.next), ("准备", Some((0, 0))));
    // No complaints: their steps do not apply.
    assert!(at.stages[1].steps.iter().all(|s| s.id != "complaints" && s.id != "on-the-spot"));
    assert!(due(&case, &pack(), case.model().as_of).is_empty());
    assert!(statistics(&[(&case, case.model().as_of)], By::Unit).iter().all(|t| t.rows.is_empty()));
    assert!(
        status(
            &changed("daily", |d| d["case"]["case_type"] = json!("巡视")).unwrap(),
            &pack(),
            at.day
        )
        .is_none()
    );
}

#[test]
fn months_end_where_they_end() {
    for (from, months, to) in [
        ("2025-08-31", 6, "2026-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2025-08-15", 6, "2026-02-15"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2025-03-31", 1, "2025-04-30"),
    ] {
        assert_eq!(months_after(day(from), months), Some(day(to)), "{from}");
    }
    assert_eq!(quarter(day("2024-02-29")), Some(("2024Q1".into(), day("2024-03-31"))));
    assert_eq!(quarter(day("2025-12-31")), Some(("2025Q4".into(), day("2025-12-31"))));
    let pack = pack();
    assert_eq!(pack.calendar.workdays_after(day("2025-09-30"), 1), Some(day("2025-10-09")));
    assert_eq!(pack.calendar.workdays_after(day("2026-02-13"), 2), Some(day("2026-02-24")));
    assert!(pack.calendar.knows(day("2025-01-01"), day("2026-12-31")));
    assert!(!pack.calendar.knows(day("2026-12-31"), day("2027-01-01")));
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (1..200_000i32).prop_map(|n| NaiveDate::from_num_days_from_ce_opt(n + 600_000).unwrap())
}

proptest! {
    #[test]
    fn months_keep_their_day_or_take_the_last(from in any_day(), months in 0u32..400) {
        let to = months_after(from, months).unwrap();
        let count = |d: NaiveDate| d.year() * 12 + i32::try_from(d.month0()).unwrap();
        prop_assert_eq!(count(to) - count(from), i32::try_from(months).unwrap());
        if to.day() != from.day() {
            prop_assert!(to.day() < from.day());
            prop_assert_eq!(to.succ_opt().unwrap().day(), 1);
        }
    }

    #[test]
    fn workdays_are_all_counted(from in any_day(), count in 0u32..120) {
        let calendar = Calendar::default();
        let to = calendar.workdays_after(from, count).unwrap();
        let between = from.iter_days().skip(1).take_while(|d| *d <= to);
        prop_assert_eq!(between.filter(|d| calendar.is_workday(*d)).count(), count as usize);
        prop_assert!(count == 0 || calendar.is_workday(to));
        prop_assert_eq!((days_after(from, count).unwrap() - from).num_days(), i64::from(count));
    }

    #[test]
    fn quarters_follow_one_another(from in any_day()) {
        let (name, end) = quarter(from).unwrap();
        prop_assert!(from <= end && (end - from).num_days() < 92);
        let next = quarter(end.succ_opt().unwrap()).unwrap();
        prop_assert!(next.0 > name || next.1.year() > 9999);
        prop_assert!(next.1 > end);
    }
}

/// Removes list entries and fields as `choices` say, one choice for each in turn.
fn cut_down(value: &mut Json, choices: &mut impl Iterator<Item = u8>) {
    match value {
        Json::Array(items) => {
            items.retain(|_| choices.next().unwrap_or(255) > 60);
            items.iter_mut().for_each(|item| cut_down(item, choices));
        }
        Json::Object(map) => {
            map.retain(|_, _| choices.next().unwrap_or(255) > 2);
            map.values_mut().for_each(|value| cut_down(value, choices));
        }
        Json::String(text) if choices.next() == Some(0) => *text = "不是日期".into(),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn cut_down_cases_never_panic(
        which in 0usize..3,
        choices in prop::collection::vec(any::<u8>(), 3000),
        off in -900i64..400,
    ) {
        let keep = ["case", "as_of", "illustrative", "rulepack", "schema_version"];
        let case = changed(EXAMPLES[which], |data| {
            let mut choices = choices.iter().copied().cycle().take(200_000);
            for (key, value) in data.as_object_mut().unwrap().iter_mut() {
                if !keep.contains(&key.as_str()) {
                    cut_down(value, &mut choices);
                }
            }
        });
        let Some(case) = case else { return Ok(()) };
        let pack = pack();
        let on = case.model().as_of + chrono::Duration::days(off);
        let at = status(&case, &pack, on).unwrap();
        let open = at.stages.iter().flat_map(|s| &s.steps).any(|s| !s.done);
        prop_assert_eq!(open, at.next.is_some());
        let is_done = |id: &String| {
            at.stages.iter().flat_map(|s| &s.steps).filter(|s| s.id == *id).all(|s| s.done)
        };
        let lawful = at.next_step().is_none_or(|step| !step.done && step.after.iter().all(is_done));
        prop_assert!(lawful);
        let list = due(&case, &pack, on);
        for deadline in &list {
            prop_assert_eq!(deadline.urgency == Urgency::Overdue, deadline.due < on);
            prop_assert!(!deadline.milestone || deadline.due >= on);
        }
        calendar_file::strict(&ics(&list), list.len());
        for by in [By::Unit, By::District, By::Category, By::Status] {
            for table in statistics(&[(&case, on)], by) {
                prop_assert!(chart(&table, &[]).is_ok());
            }
        }
    }
}
