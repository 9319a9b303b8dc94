//! `rules.toml`: a pack as it is written, held against the checks that the program has, and laid over its bases.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::{Approval, Fetch, Pack, Required, Rule, Say};
use crate::case::{self, Sort};
use crate::diag::{Diagnostic, Failure, Severity, SourceFile, Span, read_table};
use crate::rules::{FIGURES, Figure, known};

/// 规则包 as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    title: String,
    #[serde(default)]
    case_types: Vec<String>,
    #[serde(default)]
    shared_kinds: Option<Vec<String>>,
    #[serde(default)]
    base: Vec<Base>,
    #[serde(default)]
    params: BTreeMap<String, Spanned<f64>>,
    #[serde(default)]
    kinds: BTreeMap<String, String>,
    #[serde(default)]
    required: Vec<Required>,
    #[serde(default)]
    approval: Vec<Approval>,
    #[serde(default)]
    rule: Vec<Spanned<Entry>>,
}

/// A pack that this one stands on, whole or some rules of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    pack: Spanned<String>,
    rules: Option<Vec<Spanned<String>>>,
}

/// One rule as it is written: whole, or what differs from the base.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: Option<String>,
    severity: Option<Weight>,
    source: Option<String>,
    applies: Option<Vec<String>>,
    off: Option<bool>,
    #[serde(default)]
    say: BTreeMap<String, Say>,
}

/// How heavy a rule weighs, as a pack writes it.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Weight {
    Error,
    Warning,
}

/// Reads the pack `name`; `above` are those that stand on it.
pub(super) fn read(
    name: &str,
    fetch: &mut Fetch<'_>,
    above: &mut Vec<String>,
    findings: &mut Vec<Diagnostic>,
) -> Result<Pack, Failure> {
    let source = fetch(name)?;
    let text: Text = match read_table(&source, "K-12", "规则包", "写法见 docs/rulepacks.md。")
    {
        Ok(text) => text,
        Err(finding) => {
            findings.push(*finding);
            return Ok(Pack::default());
        }
    };
    above.push(name.to_owned());
    let mut pack = Pack::default();
    for base in &text.base {
        let told = base.pack.as_ref();
        if above.contains(told) {
            let message = format!("规则包“{told}”站在自己上面");
            findings.push(fault(&source, &base.pack, message, "base 只写别的规则包。"));
            continue;
        }
        lay(&mut pack, read(told, fetch, above, findings)?, base, &source, findings);
    }
    above.pop();
    pack.name = name.to_owned();
    pack.title = text.title;
    pack.case_types = text.case_types;
    pack.shared_kinds = text.shared_kinds;
    pack.kinds.extend(text.kinds);
    pack.required.extend(text.required);
    for approval in text.approval {
        check(&approval, &source, findings);
        over(&mut pack, approval);
    }
    for (name, figure) in text.params {
        if let Some(message) = misfit(&name, *figure.as_ref()) {
            findings.push(fault(&source, &figure, message, "各项数的含义见本文件开头的说明。"));
        }
        pack.params.insert(name, figure.into_inner());
    }
    let mut own: Vec<String> = Vec::new();
    for entry in text.rule {
        let id = entry.as_ref().id.clone();
        let wrong = if !known().any(|k| k == id) {
            Some((format!("程序没有规则“{id}”的检查"), "规则号见 docs/rules.md。"))
        } else if own.contains(&id) {
            Some((format!("规则“{id}”写了两次"), "一条规则写一处。"))
        } else {
            None
        };
        if let Some((message, hint)) = wrong {
            findings.push(fault(&source, &entry, message, hint));
        }
        own.push(id);
        set(&mut pack, entry, &source, findings);
    }
    Ok(pack)
}

/// Lays a base under what there is.
fn lay(
    pack: &mut Pack,
    below: Pack,
    base: &Base,
    source: &Arc<SourceFile>,
    findings: &mut Vec<Diagnostic>,
) {
    let wanted = base.rules.as_ref();
    for id in wanted.into_iter().flatten() {
        if !below.rules.iter().any(|rule| rule.id == *id.as_ref()) {
            let message = format!("规则包“{}”里没有规则“{}”", base.pack.as_ref(), id.as_ref());
            findings.push(fault(source, id, message, "rules 只列那个规则包里有的规则。"));
        }
    }
    pack.params.extend(below.params);
    pack.kinds.extend(below.kinds);
    if wanted.is_none() {
        pack.required.extend(below.required);
        below.approvals.into_iter().for_each(|approval| over(pack, approval));
    }
    let kept = |rule: &Rule| wanted.is_none_or(|ids| ids.iter().any(|id| *id.as_ref() == rule.id));
    for rule in below.rules.into_iter().filter(kept) {
        pack.rules.retain(|other| other.id != rule.id);
        pack.rules.push(rule);
    }
}

/// Adds what is said of approvals; of a step it speaks of, what was said before no longer holds.
fn over(pack: &mut Pack, approval: Approval) {
    for other in &mut pack.approvals {
        other.steps.retain(|s| !approval.steps.iter().any(|own| own.as_ref() == s.as_ref()));
    }
    pack.approvals.push(approval);
}

/// Holds the words of an approval against the model of the case.
fn check(approval: &Approval, source: &Arc<SourceFile>, findings: &mut Vec<Diagnostic>) {
    for (what, entity, field, words) in [
        ("审批环节", "Approval", "step", &approval.steps),
        ("督察类型", "Case", "case_type", &approval.case_types),
        ("公开属性", "Document", "openness", &approval.openness),
    ] {
        let Some(Sort::Choice(known)) = case::shape(entity, field).map(|shape| shape.sort) else {
            continue;
        };
        for word in words.iter().filter(|word| !known.contains(word.as_ref())) {
            let message = format!("没有“{}”这种{what}", word.as_ref());
            let hint = format!("可写：{}。", known.join("、"));
            findings.push(fault(source, word, message, &hint));
        }
    }
}

/// Adds a rule, or changes the one of the base.
fn set(
    pack: &mut Pack,
    entry: Spanned<Entry>,
    source: &Arc<SourceFile>,
    findings: &mut Vec<Diagnostic>,
) {
    let place = entry.span();
    let entry = entry.into_inner();
    let severity = entry.severity.map(|weight| match weight {
        Weight::Error => Severity::Error,
        Weight::Warning => Severity::Warning,
    });
    if let Some(rule) = pack.rules.iter_mut().find(|rule| rule.id == entry.id) {
        rule.name = entry.name.unwrap_or_else(|| rule.name.clone());
        rule.severity = severity.unwrap_or(rule.severity);
        rule.source = entry.source.unwrap_or_else(|| rule.source.clone());
        rule.applies = entry.applies.unwrap_or_else(|| rule.applies.clone());
        rule.off = entry.off.unwrap_or(rule.off);
        rule.say.extend(entry.say);
        return;
    }
    let missing = [
        ("name", entry.name.is_none()),
        ("severity", entry.severity.is_none()),
        ("source", entry.source.is_none()),
        ("say", entry.say.is_empty()),
    ];
    let missing: Vec<&str> = missing.iter().filter(|(_, is)| *is).map(|(n, _)| *n).collect();
    if !missing.is_empty() {
        let message = format!("规则“{}”缺少 {}", entry.id, missing.join("、"));
        let hint = "所依的规则包（base）里没有这一条，要写全。";
        let finding = Diagnostic::error("K-12", message).at(Span::new(source, place));
        findings.push(finding.hint(hint));
    }
    pack.rules.push(Rule {
        id: entry.id,
        name: entry.name.unwrap_or_default(),
        severity: severity.unwrap_or(Severity::Error),
        source: entry.source.unwrap_or_default(),
        applies: entry.applies.unwrap_or_default(),
        off: entry.off.unwrap_or_default(),
        say: entry.say,
    });
}

/// What is wrong with a figure.
fn misfit(name: &str, value: f64) -> Option<String> {
    let Some((_, figure)) = FIGURES.iter().find(|(known, _)| *known == name) else {
        return Some(format!("规则没有用到“{name}”这个数"));
    };
    match figure {
        Figure::Whole if value < 0.0 || value.fract() != 0.0 || value > 36_500.0 => {
            Some(format!("“{name}”要写 0 到 36500 的整数，写的是 {value}"))
        }
        Figure::Share if !(0.0..=1.0).contains(&value) => {
            Some(format!("“{name}”要写 0 到 1 的数，写的是 {value}"))
        }
        _ => None,
    }
}

fn fault<T>(
    source: &Arc<SourceFile>,
    place: &Spanned<T>,
    message: String,
    hint: &str,
) -> Diagnostic {
    Diagnostic::error("K-12", message).at(Span::new(source, place.span())).hint(hint)
}
