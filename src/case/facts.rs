//! S-04 事实不晚于时点: what has happened did not happen after the day that counts as today.

use super::check::{Findings, Subject};
use super::tree::{Node, child};
use crate::diag::Diagnostic;
use crate::vocab::date;

/// Lists of the top, and the dates in their items that are facts.
const FACTS: &[(&str, &[(&str, &str)])] = &[
    ("events", &[("date", "事件日期")]),
    ("complaints", &[("received_on", "受理日期"), ("closed_on", "办结日期")]),
    ("feedback", &[("date", "反馈日期")]),
    ("transfers", &[("date", "移交日期")]),
    ("disclosures", &[("published_on", "公开日期")]),
    ("documents", &[("issued_on", "成文日期")]),
];

/// Reports facts dated after `as_of`.
pub fn later_than_as_of(subject: Subject<'_>, findings: &mut Findings<'_>) {
    let Some(as_of) = subject.root.get("as_of") else { return };
    let Some(today) = as_of.text().and_then(date::parse) else { return };
    for (list, dates) in FACTS {
        let items = subject.root.get(list).map(Node::items).unwrap_or_default();
        for (i, item) in items.iter().enumerate() {
            if *list == "documents" && !is_issued(item) {
                continue;
            }
            for (field, words) in *dates {
                let Some(node) = item.get(field) else { continue };
                let Some(day) = node.text().and_then(date::parse) else { continue };
                if day > today {
                    let message = format!("{words} {day} 晚于数据时点 {today}，还没有发生");
                    let finding = Diagnostic::error("S-04", message)
                        .related(findings.span(&as_of.span), "数据时点")
                        .hint("核对这个日期；如果确已发生，把数据时点 as_of 改到这一天或以后。");
                    let pointer = child(&child(&format!("/{list}"), &i.to_string()), field);
                    findings.add(finding, &node.span, &pointer);
                }
            }
        }
    }
}

fn is_issued(document: &Node) -> bool {
    document.get("status").and_then(Node::text).is_some_and(|s| matches!(s, "已印发" | "已归档"))
}
