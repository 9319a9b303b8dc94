//! P-08 涉密拒收 (办法第45条; 保守国家秘密法): what bears a mark of state secrecy is not processed here.

use std::sync::Arc;

use super::check::Subject;
use super::tree::{Node, child};
use crate::diag::{Diagnostic, SourceFile, Span};

/// Marks of state secrecy; the model knows no 绝密, but whoever writes it is refused all the same.
const MARKS: [&str; 3] = ["秘密", "机密", "绝密"];

/// Finds documents and evidence with such a mark.
#[must_use]
pub fn find(subject: Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (list, what) in [("documents", "文件"), ("evidence", "证据")] {
        let items = subject.root.get(list).map(Node::items).unwrap_or_default();
        for (i, item) in items.iter().enumerate() {
            let id = item.get("id").and_then(Node::text).unwrap_or_default();
            let pointer = child(&child(&format!("/{list}"), &i.to_string()), "secrecy");
            let whose = format!("{what} {id} ");
            found.extend(mark(subject.source, item.get("secrecy"), &whose, &pointer));
        }
    }
    found
}

/// P-08 if `node`, the 密级 of what `whose` names, is a mark of state secrecy.
#[must_use]
pub fn mark(
    source: &Arc<SourceFile>,
    node: Option<&Node>,
    whose: &str,
    pointer: &str,
) -> Option<Diagnostic> {
    let node = node?;
    let mark = node.text()?.trim();
    // 「机密★10年」 is the same mark with its term.
    if !MARKS.iter().any(|m| mark.starts_with(m)) {
        return None;
    }
    let message = format!("{whose}的密级是“{mark}”，本系统不处理涉密文件");
    let finding = Diagnostic::error("P-08", message)
        .at(Span::new(source, node.span.clone()))
        .path(pointer)
        .hint("把它移出数据文件，按保密规定在涉密系统里办理；密级由人确定，程序不代为改动。");
    Some(finding)
}
