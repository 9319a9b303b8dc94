//! 校验: reads a case and says everything that is wrong with it.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Event, Listener, Settings, rulepack, wording};
use crate::case::{self, CaseFile};
#[cfg(feature = "typeset")]
use crate::diag::Severity;
use crate::diag::{Checked, Diagnostic, Failure, Outcome, has_errors};
use crate::rules::{self, Pack, Unchecked};

/// Reads the case at `path` (a folder with `case.yaml`, or the file) and gives it with all findings.
///
/// # Errors
/// When the file cannot be read, or is so broken that there is no case to speak of; [`Failure::Faulty`] if its rule
/// pack is faulty.
pub fn check(path: &Path, settings: &Settings) -> Outcome<CaseFile> {
    judge(case::load(path).map_err(nothing_checked)?, settings)
}

/// Where the data are so far from a case that there is nothing to hold rules to, this is said.
fn nothing_checked(failure: Failure) -> Failure {
    match failure {
        Failure::Rejected(mut list) if list.iter().any(|f| f.code.starts_with("S-")) => {
            list.push(rules::unchecked(Unchecked::All));
            Failure::Rejected(list)
        }
        other => other,
    }
}

/// Adds every finding about a case that was read, by place.
pub(super) fn judge(mut checked: Checked<CaseFile>, settings: &Settings) -> Outcome<CaseFile> {
    checked.findings.extend(case::check(&checked.value));
    judge_rest(checked, settings)
}

/// As [`judge`], but for the attachments, which may be large and are not looked at.
pub(super) fn judge_facts(
    mut checked: Checked<CaseFile>,
    settings: &Settings,
) -> Outcome<CaseFile> {
    checked.findings.extend(case::check_facts(&checked.value));
    judge_rest(checked, settings)
}

fn judge_rest(mut checked: Checked<CaseFile>, settings: &Settings) -> Outcome<CaseFile> {
    checked.findings.extend(case::state_secrets(&checked.value));
    match rulepack::of(&checked.value, settings)? {
        Ok(pack) => {
            checked.findings.extend(rules::check(&checked.value, &pack));
            if sound(&checked.findings) {
                checked.findings.extend(rules::business(&checked.value, &pack));
            } else {
                checked.findings.push(rules::unchecked(Unchecked::Business));
            }
            let kinds = rulepack::kinds_of(&pack, settings)?.value;
            let floor = |code: &str| kinds.get(code).map(|kind| kind.retention.as_str());
            checked.findings.extend(rules::retention(&checked.value, &pack, &floor));
        }
        Err(unknown) => checked.findings.push(*unknown),
    }
    checked.findings.extend(wording::check(&checked.value));
    checked.findings.sort_by_key(|f| f.at.as_ref().map_or(usize::MAX, |span| span.range.start));
    Ok(checked)
}

/// Whether ids are as they should be: where they are twice there or lead nowhere, what follows from them would be noise.
fn sound(findings: &[Diagnostic]) -> bool {
    findings.iter().all(|f| f.code != "S-02" && f.code != "S-03")
}

/// Ids of rules that [`check`] left out because of the errors that it found.
#[must_use]
pub fn left_out(checked: &Checked<CaseFile>, pack: &Pack) -> BTreeSet<&'static str> {
    rules::left_out(&checked.value, pack, sound(&checked.findings)).into_iter().collect()
}

/// Reads a case for 样稿: what is wrong with it is passed on and does not stop.
///
/// # Errors
/// [`Failure::Refused`] for state secrets (P-08); else as [`check`].
#[cfg(feature = "typeset")]
pub fn load_draft(
    path: &Path,
    settings: &Settings,
    listen: Listener<'_>,
) -> Result<CaseFile, Failure> {
    let Checked { value, findings } = check(path, settings)?;
    let (secrets, findings): (Vec<Diagnostic>, Vec<Diagnostic>) =
        findings.into_iter().partition(|f| f.code == "P-08");
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    findings.into_iter().for_each(|f| listen(Event::Finding(f)));
    Ok(value)
}

/// Reads a case for work on it: warnings are passed on, errors stop.
///
/// # Errors
/// [`Failure::Refused`] for state secrets (P-08), [`Failure::Rejected`] for errors in the data; else as [`check`].
pub fn load(path: &Path, settings: &Settings, listen: Listener<'_>) -> Result<CaseFile, Failure> {
    admit(check(path, settings)?, listen)
}

/// As [`load`], for work that begins with taking personal data out: R-71, which tells that there is some, is a warning
/// then.
///
/// # Errors
/// As [`load`].
#[cfg(feature = "typeset")]
pub fn load_to_redact(
    path: &Path,
    settings: &Settings,
    listen: Listener<'_>,
) -> Result<CaseFile, Failure> {
    let mut checked = check(path, settings)?;
    for finding in checked.findings.iter_mut().filter(|f| f.code == "R-71") {
        finding.severity = Severity::Warning;
    }
    admit(checked, listen)
}

fn admit(checked: Checked<CaseFile>, listen: Listener<'_>) -> Result<CaseFile, Failure> {
    let Checked { value, findings } = checked;
    let (secrets, findings): (Vec<Diagnostic>, Vec<Diagnostic>) =
        findings.into_iter().partition(|f| f.code == "P-08");
    // Before anything else: advice on how to go on with a secret would be wrong.
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    if has_errors(&findings) {
        return Err(Failure::Rejected(findings));
    }
    findings.into_iter().for_each(|f| listen(Event::Finding(f)));
    Ok(value)
}
