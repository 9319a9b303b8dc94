//! P-08 涉密拒收 (办法第45条; 保守国家秘密法): what bears a mark of state secrecy is not processed here.

use super::check::Subject;
use super::tree::{Node, child};
use crate::diag::{Diagnostic, Span};

/// Marks of state secrecy; the model knows no 绝密, but whoever writes it is refused all the same.
const MARKS: [&str; 3] = ["秘密", "机密", "绝密"];

/// Finds documents and evidence with such a mark.
#[must_use]
pub fn find(subject: Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (list, what) in [("documents", "文件"), ("evidence", "证据")] {
        let items = subject.root.get(list).map(Node::items).unwrap_or_default();
        for (i, item) in items.iter().enumerate() {
            let Some(node) = item.get("secrecy") else { continue };
            let Some(mark) = node.text().map(str::trim) else { continue };
            // 「机密★10年」 is the same mark with its term.
            if !MARKS.iter().any(|m| mark.starts_with(m)) {
                continue;
            }
            let id = item.get("id").and_then(Node::text).unwrap_or_default();
            let pointer = child(&child(&format!("/{list}"), &i.to_string()), "secrecy");
            found.push(
                Diagnostic::error(
                    "P-08",
                    format!("{what} {id} 的密级是“{mark}”，本系统不处理涉密文件"),
                )
                .at(Span::new(subject.source, node.span.clone()))
                .path(pointer)
                .hint(
                    "把它移出数据文件，按保密规定在涉密系统里办理；密级由人确定，程序不代为改动。",
                ),
            );
        }
    }
    found
}
