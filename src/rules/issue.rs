//! 发文前: what a document must have gone through before it gets its number. Approvals are records of the case.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value as Json;

use super::Pack;
use crate::case::{CaseFile, DocumentEntry};
use crate::diag::Diagnostic;
use crate::vocab::date;

/// Result of an approval that is none.
const REFUSED: &str = "不同意";

/// N-10 for each of `steps` that the document at `index` of the case still lacks on `day`; the pack says which are asked
/// for, `articles` is what the document's kind rests on.
#[must_use]
pub fn before_issue(
    (case, pack): (&CaseFile, &Pack),
    index: usize,
    steps: &[String],
    articles: &[String],
    day: NaiveDate,
) -> Vec<Diagnostic> {
    let Some(entry) = case.model().documents.get(index) else { return Vec::new() };
    let at = format!("/documents/{index}");
    let matter = Matter::of(case, entry);
    let case_type = case.model().case.case_type.as_str();
    let important = case.json().pointer("/case/important").and_then(Json::as_bool) == Some(true);
    let mut out = Vec::new();
    for step in steps {
        let said = pack.approval(step);
        if said.is_some_and(|a| !a.asked(case_type, important, &entry.openness)) {
            continue;
        }
        let all: Vec<&Json> = matter.records(case, step, said.is_some_and(|a| a.matter)).collect();
        let passed = all.iter().filter(|a| word(a, "result") != REFUSED);
        // The first that passed: a later one does not undo it.
        let passed = passed.filter_map(|a| date::parse(word(a, "decided_on"))).min();
        let mut rests: Vec<&str> = articles.iter().map(String::as_str).collect();
        rests.extend(said.map(|a| a.source.as_str()));
        let rests = match rests.as_slice() {
            [] => String::new(),
            rests => format!("依据{}。", rests.join("、")),
        };
        let (message, hint) = match passed {
            Some(on) if on <= day => continue,
            Some(on) => (
                format!("“{}”的{step}在 {on}，晚于成文日期 {day}", entry.title),
                "审批之后成文：核对 decided_on 和成文日期。".to_owned(),
            ),
            None if !all.is_empty() => (
                format!("“{}”的{step}结果是不同意", entry.title),
                "修改后重新报审，批准后在 approvals 里另记一条。".to_owned(),
            ),
            None => (
                format!("“{}”还没有{step}", entry.title),
                format!(
                    "批准后在 approvals 里记一条：subject 是 {}（或所依据的文件），step 是 {step}。",
                    entry.id
                ),
            ),
        };
        out.push(
            Diagnostic::error("N-10", message)
                .at(case.span_near(&format!("{at}/id")))
                .path(at.clone())
                .hint(format!("{hint}{rests}")),
        );
    }
    out
}

/// What an approval of a document may have been given to.
struct Matter<'a> {
    id: &'a str,
    /// Documents that it rests on, directly or not.
    basis: BTreeSet<&'a str>,
    /// What the case has that names the document: a disclosure, a team or a person whom it authorises.
    named: BTreeSet<&'a str>,
}

impl<'a> Matter<'a> {
    fn of(case: &'a CaseFile, entry: &'a DocumentEntry) -> Self {
        let documents = &case.model().documents;
        let mut basis = BTreeSet::new();
        let mut open: Vec<&str> = entry.basis.iter().map(String::as_str).collect();
        while let Some(id) = open.pop() {
            if basis.insert(id) {
                let next = documents.iter().find(|d| d.id == id);
                open.extend(next.into_iter().flat_map(|d| &d.basis).map(String::as_str));
            }
        }
        let mut named = BTreeSet::new();
        if let Json::Object(top) = case.json() {
            for (list, value) in top.iter().filter(|(k, _)| *k != "documents" && *k != "approvals")
            {
                // The report, the feedback and the like are not what is approved; things in lists are.
                if value.is_array() || list == "teams" {
                    name(value, &entry.id, &mut Vec::new(), &mut named);
                }
            }
        }
        for document in documents {
            named.remove(document.id.as_str());
        }
        Self { id: &entry.id, basis, named }
    }

    /// Approvals at `step` that bear on the document; on what it rests on too, if the step decides on the `matter`.
    fn records<'c>(
        &self,
        case: &'c CaseFile,
        step: &str,
        matter: bool,
    ) -> impl Iterator<Item = &'c Json> {
        let all = case.json().get("approvals").and_then(Json::as_array).into_iter().flatten();
        all.filter(move |a| {
            let subject = word(a, "subject");
            word(a, "step") == step
                && (subject == self.id
                    || self.named.contains(subject)
                    // Minutes are the proof of what was decided.
                    || word(a, "document") == self.id
                    || matter && self.basis.contains(subject))
        })
    }
}

/// Collects the words beside each place where `id` stands, and the ids of what it lies in.
fn name<'a>(value: &'a Json, id: &str, above: &mut Vec<&'a str>, out: &mut BTreeSet<&'a str>) {
    match value {
        Json::Object(map) => {
            let own = map.get("id").and_then(Json::as_str);
            above.extend(own);
            if map.values().any(|v| v.as_str() == Some(id)) {
                out.extend(above.iter().copied());
                out.extend(map.values().filter_map(Json::as_str));
            }
            map.values().for_each(|v| name(v, id, above, out));
            if own.is_some() {
                above.pop();
            }
        }
        Json::Array(items) => items.iter().for_each(|v| name(v, id, above, out)),
        _ => {}
    }
}

fn word<'a>(value: &'a Json, field: &str) -> &'a str {
    value.get(field).and_then(Json::as_str).unwrap_or_default()
}
