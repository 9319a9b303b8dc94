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
        "检测结论：{}（通过 {}，不通过 {}，警告 {}，须人工 {}）",
        if inspection.accepted { "合格" } else { "不合格" },
        count(Outcome::Pass),
        count(Outcome::Fail),
        count(Outcome::Warn),
        count(Outcome::Manual)
    ));
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "通过　",
        Outcome::Fail => "不通过",
        Outcome::Warn => "警告　",
        Outcome::Manual => "须人工",
        Outcome::Na => "不适用",
    }
}
