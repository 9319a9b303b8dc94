//! H 公开与保密, J 归档 (R-68 to R-72, R-75, R-77, R-81, R-83 to R-85).

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;

use super::facts::{Facts, Row};
use super::{Says, Verdict, day};

/// R-68 公开须审核.
pub fn reviewed_first(f: &Facts<'_>, out: &mut Says<'_>) {
    for g in f.rows("disclosures") {
        let words = [("title", g.text("title").to_owned())];
        match (f.approved_on(g.id(), "公开审核"), g.day("published_on")) {
            (None, _) => out.say("none", &g.at(""), &words),
            (Some(on), Some(published)) if on > published => {
                out.say("late", &g.at("published_on"), &words);
            }
            _ => {}
        }
    }
}

/// R-69 内部件不得直接公开.
pub fn only_public(f: &Facts<'_>, out: &mut Says<'_>) {
    for g in f.rows("disclosures") {
        if let Some(d) = f.document(g.text("document"))
            && d.text("secrecy") != "公开"
        {
            let words =
                [("title", d.text("title").to_owned()), ("secrecy", d.text("secrecy").to_owned())];
            out.say("secrecy", &g.at("document"), &words);
        }
        let inner = g.ids("source_docs").into_iter().filter_map(|id| f.document(id));
        if !g.is("redacted") && inner.clone().any(|d| d.text("secrecy") != "公开") {
            out.say("unredacted", &g.at("redacted"), &[("title", g.text("title").into())]);
        }
    }
}

/// What a routine inspection makes public, and from which stage on (办法第38条).
const DUE: [(&str, &str); 4] = [
    ("督察工作安排", "报告"),
    ("督察报告主要内容", "整改"),
    ("督察整改方案", "销号"),
    ("督察整改落实情况", "归档"),
];

/// R-70 应公开事项.
pub fn all_public(f: &Facts<'_>, out: &mut Says<'_>) {
    let disclosures = f.rows("disclosures");
    let there: BTreeSet<&str> = disclosures.iter().map(|g| g.text("kind")).collect();
    for (kind, stage) in DUE {
        if f.reached(stage) && !there.contains(kind) {
            out.say("none", "/disclosures", &[("kind", kind.into())]);
        }
    }
}

/// Full-width figures and letters as half-width ones.
fn folded(text: &str) -> String {
    let half = |c: char| match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(half).filter(|c| !matches!(c, ' ' | '-' | '\u{3000}')).collect()
}

/// R-71 个人信息: mobile phone and identity numbers.
pub fn personal_data(f: &Facts<'_>, out: &mut Says<'_>) {
    let pattern = |p: &str| Regex::new(p).ok();
    let found = [
        ("手机号", pattern(r"(?:^|[^0-9])1[3-9][0-9]{9}(?:[^0-9]|$)")),
        ("身份证号", pattern(r"(?:^|[^0-9])[1-9][0-9]{16}[0-9Xx](?:[^0-9Xx]|$)")),
    ];
    let mut look = |row: &Row<'_>, key: &str| {
        let text = folded(row.text(key));
        for (what, pattern) in &found {
            if pattern.as_ref().is_some_and(|p| p.is_match(&text)) {
                out.say("found", &row.at(key), &[("what", (*what).into())]);
            }
        }
    };
    for c in f.rows("complaints") {
        for key in ["summary", "place", "findings", "handling"] {
            look(&c, key);
        }
    }
    for g in f.rows("disclosures") {
        for key in ["title", "text"] {
            look(&g, key);
        }
    }
}

/// R-72 密级与公开属性.
pub fn secrecy_and_openness(f: &Facts<'_>, out: &mut Says<'_>) {
    for d in f.rows("documents") {
        let (secrecy, openness) = (d.text("secrecy"), d.text("openness"));
        let words = [("title", d.text("title").to_owned()), ("secrecy", secrecy.to_owned())];
        if matches!(secrecy, "秘密" | "机密") {
            if !d.has("secrecy_years") || !d.has("copy_no") {
                out.say("marks", &d.at("secrecy"), &words);
            }
            if openness != "不予公开" {
                out.say("open", &d.at("openness"), &words);
            }
        } else if secrecy != "公开" && openness == "主动公开" {
            out.say("inner", &d.at("openness"), &words);
        }
    }
}

/// R-75 联合行文会签.
pub fn countersigned(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn basis_first(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn papers_there(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn handed_over(f: &Facts<'_>, out: &mut Says<'_>) {
    let archive = f.object("archive");
    let report = f.object("report").day("completed_on");
    let handovers = archive.items("handovers");
    let mut items: Vec<_> = f
        .rows("documents")
        .iter()
        .filter(|d| d.text("kind") != super::facts::code("handover_list"))
        .filter_map(|d| d.day("issued_on"))
        .chain(f.rows("evidence").iter().filter_map(|e| e.day("collected_on")))
        .collect();
    items.sort();
    let mut order: Vec<usize> = (0..handovers.len()).collect();
    let row = |i: usize| super::facts::part(&handovers[i]);
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
pub fn files_once(f: &Facts<'_>, out: &mut Says<'_>) {
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
pub fn numbers_run(f: &Facts<'_>, out: &mut Says<'_>) {
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
    ("R-68", reviewed_first as Verdict),
    ("R-69", only_public),
    ("R-70", all_public),
    ("R-71", personal_data),
    ("R-72", secrecy_and_openness),
    ("R-75", countersigned),
    ("R-77", basis_first),
    ("R-81", papers_there),
    ("R-83", handed_over),
    ("R-84", files_once),
    ("R-85", numbers_run),
];
