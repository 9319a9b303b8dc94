//! 退回的件: which items cannot enter and why, and which are to be tried again.

use super::describe::Candidate;
use super::resume::Resumed;
use super::{OldImport, State, about, line};
use crate::archive::{Inspection, Outcome};
use crate::diag::{Diagnostic, Failure};

/// P-09: those that fit no part come back, the others are given back; if it names none, all come back.
pub(super) fn too_large(
    members: &[Candidate],
    found: Vec<Diagnostic>,
    out: &mut OldImport,
) -> Result<Vec<Candidate>, Failure> {
    let id = |c: &Candidate| c.metadata.as_ref().map(|m| m.id.clone());
    let (mut again, mut any) = (Vec::new(), false);
    for candidate in members {
        let why = found.iter().find(|f| f.path.is_some() && f.path == id(candidate));
        let Some(why) = why else {
            again.push(candidate.clone());
            continue;
        };
        any = true;
        out.findings.push(about(&candidate.file.path, why.clone()));
        out.lines.push(line(candidate, State::Returned, None, ""));
    }
    if any { Ok(again) } else { Err(Failure::Rejected(found)) }
}

/// What the archive holds is told as such; the others are given back.
pub(super) fn apart_from(
    held: &Resumed,
    members: &[Candidate],
    out: &mut OldImport,
) -> Vec<Candidate> {
    let (there, others): (Vec<_>, Vec<_>) = members.iter().cloned().partition(|c| held.holds(c));
    for candidate in there {
        if let Some((m, accession)) = held.held.get(&candidate.file.digests.sha256) {
            out.lines.push(line(&candidate, State::Already, Some(m.clone()), accession));
        }
    }
    others
}

/// Tells what inspections that do not accept object to of each item; gives back those that they do not name. If they
/// name none, all come back.
pub(super) fn refuse(
    members: &[Candidate],
    inspections: &[Inspection],
    out: &mut OldImport,
) -> Vec<Candidate> {
    let checks = inspections.iter().flat_map(|i| &i.checks);
    let failed: Vec<_> = checks.filter(|c| c.outcome == Outcome::Fail).collect();
    let named = |c: &Candidate| {
        let code = c.metadata.as_ref().map_or("", |m| m.archival_code.as_str());
        failed.iter().find_map(|check| {
            let evidence =
                check.evidence.iter().find(|e| !code.is_empty() && e.path.contains(code))?;
            let found = evidence.found.clone().unwrap_or_else(|| check.message.clone());
            Some(format!("检测不合格（{}）：{found}", check.id))
        })
    };
    let any = members.iter().any(|c| named(c).is_some());
    let mut again = Vec::new();
    for candidate in members {
        let why = match named(candidate) {
            Some(why) => why,
            None if any => {
                again.push(candidate.clone());
                continue;
            }
            None => {
                let ids: Vec<&str> = failed.iter().map(|c| c.id).collect();
                format!("所在的包检测不合格（{}）", ids.join("、"))
            }
        };
        let finding = Diagnostic::error("O-02", why).hint("请修复文件，或另存为 PDF 后再导入。");
        out.findings.push(about(&candidate.file.path, finding));
        out.lines.push(line(candidate, State::Returned, None, ""));
    }
    again
}
