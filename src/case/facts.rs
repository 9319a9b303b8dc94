//! S-04 事实不晚于时点, and P-08 涉密拒收.

use std::sync::Arc;

use super::tree::Node;
use crate::diag::{Diagnostic, SourceFile, Span};
use crate::vocab::date;

/// Facts that have happened: list, field, what it is called.
const FACTS: [(&str, &str, &str); 8] = [
    ("documents", "issued_on", "成文日期"),
    ("complaints", "received_on", "受理日期"),
    ("complaints", "closed_on", "办结日期"),
    ("feedback", "date", "反馈日期"),
    ("disclosures", "published_on", "公开日期"),
    ("transfers", "date", "移交日期"),
    ("events", "date", "事项日期"),
    ("evidence", "collected_on", "取得日期"),
];

/// Facts dated after `as_of`.
pub(super) fn not_after_as_of(source: &Arc<SourceFile>, root: &Node) -> Vec<Diagnostic> {
    let Some(as_of) = root.get("as_of").and_then(Node::text).and_then(date::parse) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (list, field, name) in FACTS {
        for (i, item) in root.get(list).map(Node::items).unwrap_or_default().iter().enumerate() {
            // A draft's date is a plan, not a fact.
            let status = item.get("status").and_then(Node::text);
            if list == "documents" && !matches!(status, Some("已印发" | "已归档")) {
                continue;
            }
            let Some(node) = item.get(field) else { continue };
            let Some(day) = node.text().and_then(date::parse) else { continue };
            if day > as_of {
                let message = format!("{name}{day}晚于数据时点（as_of）{as_of}");
                out.push(
                    Diagnostic::error("S-04", message)
                        .at(Span::new(source, node.range.clone()))
                        .path(format!("/{list}/{i}/{field}"))
                        .hint("尚未发生的事不写入数据；若已发生，请把 as_of 改为今天。"),
                );
            }
        }
    }
    out
}

/// Documents and evidence marked as state secrets; they are not processed here.
pub(super) fn state_secrets(source: &Arc<SourceFile>, root: &Node) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for list in ["documents", "evidence"] {
        for (i, item) in root.get(list).map(Node::items).unwrap_or_default().iter().enumerate() {
            let Some(node) = item.get("secrecy") else { continue };
            let Some(mark @ ("秘密" | "机密" | "绝密")) = node.text() else { continue };
            let title = item.get("title").and_then(Node::text).unwrap_or_default();
            out.push(
                Diagnostic::error("P-08", format!("“{title}”标为{mark}，本程序不处理涉密件"))
                    .at(Span::new(source, node.range.clone()))
                    .path(format!("/{list}/{i}/secrecy"))
                    .hint("请在涉密计算机上按保密规定办理，并从数据文件中移出该件；密级由人确定，程序不改。"),
            );
        }
    }
    out
}
