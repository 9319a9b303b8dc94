//! I 联合行文和依据, J 归档.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, Row};
use super::{Says, Verdict, day};

/// R-75 联合行文会签.
pub fn countersigned(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for d in f.rows("documents") {
        let issuers = d.ids("issuers");
        if issuers.len() < 2 {
            continue;
        }
        let signed = f.approved(d.id(), "会签");
        for organ in issuers {
            let on = signed.iter().find(|a| a.text("organ") == organ).map(|a| a.day("decided_on"));
            let words = [("title", d.text("title").to_owned()), ("organ", f.name(organ))];
            match on {
                None => out.say("unsigned", &d.at("issuers"), &words),
                Some(on) if on > d.day("issued_on") => out.say("late", &d.at("issued_on"), &words),
                Some(_) => {}
            }
        }
    }
}

/// R-77 依据文件先后.
pub fn basis_first(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for d in f.rows("documents") {
        for basis in d.ids("basis").into_iter().filter_map(|id| f.document(id)) {
            if basis.day("issued_on") > d.day("issued_on") {
                let words = [
                    ("title", d.text("title").to_owned()),
                    ("basis", basis.text("title").to_owned()),
                    ("on", day(basis.day("issued_on"))),
                ];
                out.say("later", &d.at("basis"), &words);
            }
        }
    }
}

/// R-81 应归档件齐全: what a kind of inspection has at each stage stands in the pack.
pub fn papers_there(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let documents = f.rows("documents");
    let there: BTreeSet<&str> = documents.iter().map(|d| d.text("kind")).collect();
    let complaints = !f.rows("complaints").is_empty();
    let important = f.object("case").is("important");
    for wanted in out.required() {
        let applies = wanted.case_types.iter().any(|t| t == f.kind())
            && f.past(&wanted.stage)
            && (!wanted.complaints || complaints)
            && (!wanted.important || important);
        if applies {
            for kind in wanted.kinds.iter().filter(|k| !there.contains(k.as_str())) {
                let words = [
                    ("kind", kind.clone()),
                    ("stage", wanted.stage.clone()),
                    ("source", wanted.source.clone()),
                ];
                out.say("none", "/documents", &words);
            }
        }
    }
}

/// R-83 归档移交.
pub fn handed_over(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let archive = f.object("archive");
    let report = f.object("report").day("completed_on");
    let handovers: Vec<_> = archive.parts("handovers").collect();
    let mut items: Vec<_> = f
        .rows("documents")
        .iter()
        .filter(|d| d.text("kind") != f.code("handover_list"))
        .filter_map(|d| d.day("issued_on"))
        .chain(f.rows("evidence").iter().filter_map(|e| e.day("collected_on")))
        .collect();
    items.sort();
    let mut order: Vec<usize> = (0..handovers.len()).collect();
    let row = |i: usize| handovers[i];
    order.sort_by_key(|&i| row(i).day("date"));
    let mut before = 0;
    for i in order {
        let h = row(i);
        let Some(date) = h.day("date") else { continue };
        let words = [("scope", h.text("scope").to_owned()), ("date", day(Some(date)))];
        let at = |key: &str| archive.at(&format!("handovers/{i}/{key}"));
        if report.is_some_and(|r| date < r) {
            out.say("early", &at("date"), &words);
        }
        if f.nature(h.text("to")) != "领导小组办公室" {
            out.say("receiver", &at("to"), &words);
        }
        let until = items.partition_point(|d| *d <= date);
        let counted = i64::try_from(until - before).unwrap_or(i64::MAX);
        if h.has("item_count") && h.number("item_count") != counted {
            let words = [
                words[0].clone(),
                ("told", h.number("item_count").to_string()),
                ("counted", counted.to_string()),
            ];
            out.say("count", &at("item_count"), &words);
        }
        before = until;
    }
    if f.reached("归档") && before < items.len() && !handovers.is_empty() {
        out.say("rest", &archive.at("handovers"), &[("rest", (items.len() - before).to_string())]);
    }
}

/// R-84 校验值与路径.
pub fn files_once(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let (mut paths, mut digests) = (BTreeSet::new(), BTreeMap::new());
    for row in f.rows("evidence").into_iter().chain(f.rows("documents")) {
        if !row.has("file") {
            continue;
        }
        let (path, digest) = (row.text("file/path"), row.text("file/sha256"));
        if !paths.insert(path) {
            out.say("path", &row.at("file/path"), &[("path", path.into())]);
        } else if let Some(other) = digests.insert(digest, path) {
            out.say(
                "digest",
                &row.at("file/sha256"),
                &[("path", path.into()), ("other", other.into())],
            );
        }
    }
}

/// R-85 序号连续.
pub fn numbers_run(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    for (list, name) in
        [("problems", "问题"), ("tasks", "整改任务"), ("material_requests", "调阅资料")]
    {
        let rows = f.rows(list);
        let mut sorted: Vec<&Row<'_>> = rows.iter().collect();
        sorted.sort_by_key(|r| r.number("seq"));
        for (n, row) in (1..).zip(&sorted) {
            if row.number("seq") != n {
                let words = [
                    ("name", name.to_owned()),
                    ("seq", row.number("seq").to_string()),
                    ("wanted", n.to_string()),
                ];
                out.say("gap", &row.at("seq"), &words);
                break;
            }
        }
    }
}

/// The rules of this file.
pub const TABLE: &[super::Rule] = &[
    ("R-75", countersigned as Verdict),
    ("R-77", basis_first),
    ("R-81", papers_there),
    ("R-83", handed_over),
    ("R-84", files_once),
    ("R-85", numbers_run),
];
