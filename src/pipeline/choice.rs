//! 点名: documents and kinds that the user names; what is not there is told with what was probably meant.

use crate::case::{self, CaseFile};
use crate::diag::{Diagnostic, Failure};
use crate::template::Kinds;

/// The codes of the kinds called `names`, and whether every one of the documents `ids` is there.
///
/// # Errors
/// [`Failure::Faulty`] for kinds (K-02) and ids (S-03) that are not there.
pub fn named(
    case: &CaseFile,
    kinds: &Kinds,
    names: &[String],
    ids: &[String],
) -> Result<Vec<String>, Failure> {
    let mut codes = Vec::new();
    let mut problems = Vec::new();
    for name in names {
        match kinds.named(name) {
            Ok(kind) => codes.push(kind.code.clone()),
            Err(finding) => problems.push(*finding),
        }
    }
    let entries = &case.model().documents;
    let gone = ids.iter().filter(|id| !entries.iter().any(|d| &d.id == *id));
    problems.extend(gone.map(|id| no_document(case, id)));
    if problems.is_empty() { Ok(codes) } else { Err(Failure::Faulty(problems)) }
}

/// S-03: no document is called `id`.
pub fn no_document(case: &CaseFile, id: &str) -> Diagnostic {
    let entries = &case.model().documents;
    let near = case::nearest(id, entries.iter().map(|d| d.id.as_str()));
    let meant = entries
        .iter()
        .find(|d| near == Some(d.id.as_str()))
        .or_else(|| entries.iter().find(|d| d.title.contains(id)));
    let finding = Diagnostic::error("S-03", format!("数据文件中没有标识为“{id}”的文件"));
    let finding = match meant {
        Some(d) => finding.hint(format!("是否应为 {}（{}）？", d.id, d.title)),
        None => finding,
    };
    finding.hint("文件标识见数据文件 documents 各项的 id。")
}
