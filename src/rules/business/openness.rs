//! H 公开与保密 (R-68 to R-72).

use std::collections::BTreeSet;

use regex_lite::Regex;

use super::facts::{Facts, Row};
use super::{Says, Verdict};
use crate::case::half_width;

/// R-68 公开须审核.
pub fn reviewed_first(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn only_public(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn all_public(f: &Facts<'_>, out: &mut Says<'_, '_>) {
    let disclosures = f.rows("disclosures");
    let there: BTreeSet<&str> = disclosures.iter().map(|g| g.text("kind")).collect();
    for (kind, stage) in DUE {
        if f.reached(stage) && !there.contains(kind) {
            out.say("none", "/disclosures", &[("kind", kind.into())]);
        }
    }
}

/// Without full-width forms, blanks and hyphens, in which numbers hide.
fn folded(text: &str) -> String {
    text.chars().map(half_width).filter(|c| !matches!(c, ' ' | '-')).collect()
}

/// R-71 个人信息: mobile phone and identity numbers.
pub fn personal_data(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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
pub fn secrecy_and_openness(f: &Facts<'_>, out: &mut Says<'_, '_>) {
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

/// The rules of this file.
pub const TABLE: &[super::Rule] = &[
    ("R-68", reviewed_first as Verdict),
    ("R-69", only_public),
    ("R-70", all_public),
    ("R-71", personal_data),
    ("R-72", secrecy_and_openness),
];
