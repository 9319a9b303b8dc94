//! 四性检测结果: every check, for people as a table, for scripts as NDJSON.

use serde::Serialize;
use serde_json::json;

use super::show::Show;
use crate::archive::{Inspection, Outcome};

/// Evidence lines shown per check before the rest is only counted.
const SHOWN: usize = 20;

#[derive(Serialize)]
struct Line<'a, T: Serialize> {
    r#type: &'static str,
    #[serde(flatten)]
    check: &'a T,
}

/// Tells every check's result, and the verdict.
pub fn draw(inspection: &Inspection, show: &Show) {
    for check in &inspection.checks {
        show.object(&Line { r#type: "check", check });
    }
    let count = |outcome| inspection.checks.iter().filter(|c| c.outcome == outcome).count();
    show.object(&json!({
        "type": "summary",
        "accepted": inspection.accepted,
        "quick": inspection.quick,
        "form": inspection.form,
        "pass": count(Outcome::Pass),
        "fail": count(Outcome::Fail),
        "warn": count(Outcome::Warn),
        "manual": count(Outcome::Manual),
    }));
    if show.json() {
        return;
    }
    for check in &inspection.checks {
        let bad = matches!(check.outcome, Outcome::Fail | Outcome::Warn);
        if !bad && show.quiet() {
            continue;
        }
        show.line(format!(
            "{} {:<4} {}　{}",
            word(check.outcome),
            check.id,
            check.property,
            check.message
        ));
        if bad {
            for e in check.evidence.iter().take(SHOWN) {
                let mut text = format!("       · {}", e.path);
                if let Some(expected) = &e.expected {
                    text.push_str(&format!("　应为 {expected}"));
                }
                if let Some(found) = &e.found {
                    text.push_str(&format!("　实为 {found}"));
                }
                show.line(text);
            }
            if check.evidence.len() > SHOWN {
                show.line(format!(
                    "       · 另有 {} 项（用 --json 看全部）",
                    check.evidence.len() - SHOWN
                ));
            }
        }
    }
    show.line(format!(
        "{}：{}（通过 {}，不通过 {}，警告 {}，须人工 {}）",
        heading(inspection),
        verdict(inspection),
        count(Outcome::Pass),
        count(Outcome::Fail),
        count(Outcome::Warn),
        count(Outcome::Manual)
    ));
}

/// What the verdict is on.
pub fn heading(inspection: &Inspection) -> &'static str {
    if inspection.quick { "快速检测结论" } else { "检测结论" }
}

/// 合格 or not; a quick inspection that found nothing proves nothing of the content.
pub fn verdict(inspection: &Inspection) -> &'static str {
    match (inspection.accepted, inspection.quick) {
        (false, _) if inspection.form.as_deref() == Some("sip") => "不是归档包",
        (false, _) => "不合格",
        (true, false) => "合格",
        (true, true) => "未发现问题，接收前须做全面检测",
    }
}

/// An outcome in words.
pub fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "通过　",
        Outcome::Fail => "不通过",
        Outcome::Warn => "警告　",
        Outcome::Manual => "须人工",
        Outcome::Na => "不适用",
    }
}
