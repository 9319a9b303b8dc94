//! Stages, deadlines and figures of cases, as a clerk and a script see them.

use insta::assert_snapshot;

use crate::support::desk::{Desk, project};

/// The three examples, as paths from the project.
fn examples() -> [String; 3] {
    ["routine", "special", "daily"]
        .map(|name| project().join("examples").join(name).to_str().unwrap().to_owned())
}

#[test]
fn status_tells_what_is_done_and_what_comes_next() {
    let desk = Desk::new();
    let mut all = String::new();
    for (case, name) in examples().iter().zip(["routine", "special", "daily"]) {
        all.push_str(&format!(
            "$ anjuan status {name}\n{}\n",
            desk.run(&["status", case]).expect(0).stdout
        ));
    }
    let [routine, special, daily] = examples();
    for (case, name, day) in [
        (&routine, "routine", "2025-03-05"),
        (&routine, "routine", "2025-06-01"),
        (&special, "special", "2025-11-20"),
        (&daily, "daily", "2026-04-05"),
    ] {
        let answer = desk.run(&["status", case, "--as-of", day]).expect(0);
        all.push_str(&format!("$ anjuan status {name} --as-of {day}\n{}\n", answer.stdout));
    }
    assert_snapshot!(all);
}

#[test]
fn due_groups_what_is_open_by_urgency() {
    let desk = Desk::new();
    let [routine, special, daily] = examples();
    let mut all = String::new();
    let mut run = |args: &[&str], code: i32| {
        let typed: Vec<&str> =
            args.iter().map(|a| a.rsplit_once("/examples/").map_or(*a, |(_, name)| name)).collect();
        let answer = desk.run(args).expect(code);
        all.push_str(&format!("$ anjuan {}\n{}退出码 {code}\n\n", typed.join(" "), answer.stdout));
    };
    run(&["due", &routine, &special, &daily], 0);
    run(&["due", &routine, &special, &daily, "--exit-code"], 0);
    run(&["due", &routine, "--as-of", "2025-03-15"], 0);
    run(&["due", &routine, "--as-of", "2025-09-01"], 0);
    run(&["due", &special, "--as-of", "2026-06-17", "--within", "30"], 0);
    run(&["due", &special, "--as-of", "2026-06-17", "--within", "30", "--exit-code"], 14);
    run(&["due", &daily, "--as-of", "2026-05-01"], 0);
    run(&["due", &routine, &special, &daily, "--as-of", "2026-07-10", "--within", "7"], 0);
    assert_snapshot!(all);
}

#[test]
fn stats_count_by_unit_district_category_and_status() {
    let desk = Desk::new();
    let [routine, special, daily] = examples();
    let mut all = String::new();
    for by in ["unit", "district", "category", "status"] {
        let answer = desk.run(&["stats", &routine, &special, &daily, "--by", by]).expect(0);
        all.push_str(&format!(
            "$ anjuan stats routine special daily --by {by}\n{}\n",
            answer.stdout
        ));
    }
    let answer =
        desk.run(&["stats", &special, "--as-of", "2026-06-20", "--by", "unit,status"]).expect(0);
    all.push_str(&format!(
        "$ anjuan stats special --as-of 2026-06-20 --by unit,status\n{}",
        answer.stdout
    ));
    assert_snapshot!(all);
}

#[test]
fn charts_and_calendars_are_written_whole_and_the_same() {
    let desk = Desk::new();
    let [routine, special, daily] = examples();
    for out in ["a", "b"] {
        let (charts, file) = (desk.at(&format!("{out}/图")), desk.at(&format!("{out}/时限.ics")));
        let (charts, file) = (charts.to_str().unwrap(), file.to_str().unwrap());
        let asked = ["--as-of", "2026-07-10"];
        let both =
            [&["stats", &routine, &special, "--svg", charts, "--by", "unit,status"], &asked[..]];
        desk.run(&both.concat()).expect(0);
        desk.run(&[&["due", &routine, &special, &daily, "--ics", file], &asked[..]].concat())
            .expect(0);
    }
    let mut names: Vec<String> = std::fs::read_dir(desk.at("a/图"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "complaints-status.svg",
            "complaints-unit.svg",
            "problems-status.svg",
            "problems-unit.svg",
            "tasks-status.svg",
            "tasks-unit.svg"
        ]
    );
    for name in names.iter().map(|n| format!("图/{n}")).chain(["时限.ics".to_owned()]) {
        let read = |side: &str| std::fs::read(desk.at(&format!("{side}/{name}"))).unwrap();
        assert_eq!(read("a"), read("b"), "{name}");
    }
    assert_snapshot!(std::fs::read_to_string(desk.at("a/图/tasks-unit.svg")).unwrap());
}

#[test]
fn scripts_get_objects() {
    let desk = Desk::new();
    let [routine, special, _] = examples();
    let answer = desk.run(&["status", &routine, "--as-of", "2025-06-01", "--json"]).expect(0);
    assert_eq!(answer.of_type("stage").len(), 7);
    let next = &answer.of_type("next")[0];
    assert_eq!(
        (&next["step"], &next["article"]),
        (&"submission".into(), &"办法第20条、第21条".into())
    );
    assert_eq!(next["needs"][1]["met"], true);
    assert_eq!(next["needs"][2]["met"], false);
    assert_eq!(answer.of_type("summary")[0]["stage"], "报告");
    let answer =
        desk.run(&["due", &routine, &special, "--as-of", "2026-07-10", "--json"]).expect(0);
    let summary = &answer.of_type("summary")[0];
    assert_eq!((&summary["cases"], &summary["overdue"]), (&2.into(), &3.into()));
    assert_eq!(answer.of_type("deadline").len() as u64, summary["deadlines"].as_u64().unwrap());
    let answer = desk.run(&["stats", &routine, "--by", "category", "--json"]).expect(0);
    assert_eq!(answer.of_type("summary")[0]["tasks"]["finished_percent"], "93.8");
}

#[test]
fn a_wrong_pack_an_unknown_type_and_bad_data_are_told() {
    let desk = Desk::new();
    let case = desk.example("daily", "案");
    let case = case.to_str().unwrap();
    let answer = desk.run(&["due", case, "--as-of", "去年"]);
    assert!(answer.code == Some(2) && answer.stderr.contains("日期写法"), "{answer:?}");
    desk.edit("案/case.yaml", "rulepack: chongqing-2021", "rulepack: ../chongqing-2021");
    let answer = desk.run(&["status", case]).expect(5);
    assert!(answer.stderr.contains("K-12") && answer.stderr.contains("case.yaml:"), "{answer:?}");
    desk.edit("案/case.yaml", "rulepack: ../chongqing-2021", "rulepack: chongqing-1997");
    let answer = desk.run(&["stats", case]).expect(5);
    assert!(answer.stderr.contains("没有规则包“chongqing-1997”"), "{answer:?}");
    // Data with errors still has a state, and that it has errors is said.
    desk.edit("案/case.yaml", "rulepack: chongqing-1997", "rulepack: chongqing-2021");
    desk.edit("案/case.yaml", "supervisor: o-gzw", "supervisor: o-nobody");
    let answer = desk.run(&["status", case]).expect(0);
    assert!(answer.stderr.contains("处错误"), "{answer:?}");
}
