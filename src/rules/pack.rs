//! 规则包: severity, source, applicability and words of every rule, with figures and kinds, as data that is read at
//! run time. A pack may stand on others and say only what differs.

mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use crate::diag::{Diagnostic, Failure, Severity, SourceFile};

/// The pack that every jurisdiction stands on: what the 条例 and the standards ask of any document.
#[cfg(test)]
pub const NATIONAL: &str = "national";

/// Fetches the text of a pack by its name.
pub type Fetch<'a> = dyn FnMut(&str) -> Result<Arc<SourceFile>, Failure> + 'a;

/// A rule pack.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    /// Its name: that of its folder.
    pub name: String,
    /// 名称.
    pub title: String,
    /// 督察类型 that it knows; all if empty.
    pub case_types: Vec<String>,
    /// 目录代码 of the kinds of the house that its documents may use besides its own; all if none are listed.
    pub shared_kinds: Option<Vec<String>>,
    rules: Vec<Rule>,
    params: BTreeMap<String, f64>,
    kinds: BTreeMap<String, String>,
    required: Vec<Required>,
    approvals: Vec<Approval>,
}

/// 审批: when a step that kinds ask for before issue (`approvals` of kind.toml) is asked for, and what else it may have
/// been taken on. A step that no pack speaks of is always asked for, on the document itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// 环节 it speaks of.
    pub steps: Vec<Spanned<String>>,
    /// 督察类型 in which they are asked for; all if empty.
    #[serde(default)]
    pub case_types: Vec<Spanned<String>>,
    /// Whether they are also asked for in other types where the case is 重要.
    #[serde(default)]
    pub important: bool,
    /// 公开属性 of documents for which they are asked; all if empty.
    #[serde(default)]
    pub openness: Vec<Spanned<String>>,
    /// Whether they decide on the matter itself, so that one taken on what a document rests on holds for it.
    #[serde(default)]
    pub matter: bool,
    /// What it rests on.
    pub source: String,
}

/// 应归档件: kinds that a case has once `stage` is past.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Required {
    /// 督察类型.
    pub case_types: Vec<String>,
    /// 阶段.
    pub stage: String,
    /// 目录代码.
    pub kinds: Vec<String>,
    /// Only where there are 信访件.
    #[serde(default)]
    pub complaints: bool,
    /// Only where the case is 重要.
    #[serde(default)]
    pub important: bool,
    /// What it rests on.
    pub source: String,
}

/// One rule of a pack.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How heavy it weighs.
    pub severity: Severity,
    /// What it rests on.
    pub source: String,
    /// 督察类型 that it concerns; all if empty.
    pub applies: Vec<String>,
    /// Switched off for this jurisdiction.
    pub off: bool,
    /// What it says, by what was found.
    say: BTreeMap<String, Say>,
}

/// Words with `{…}` for what is put in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    /// What is wrong.
    message: String,
    /// What to do.
    hint: String,
}

impl Pack {
    /// Reads the pack `name` and those it stands on. Rule ids and figures are held against `known`.
    ///
    /// # Errors
    /// [`Failure::Faulty`] with K-12 for everything that is wrong with it; what `fetch` reports.
    pub fn read(name: &str, fetch: &mut Fetch<'_>) -> Result<Self, Failure> {
        let mut findings = Vec::new();
        let pack = text::read(name, fetch, &mut Vec::new(), &mut findings)?;
        if findings.is_empty() { Ok(pack) } else { Err(Failure::Faulty(findings)) }
    }

    /// Whether the pack has rule `id` and it concerns inspections of this type (any, if it is empty).
    #[must_use]
    pub fn applies(&self, id: &str, case_type: &str) -> bool {
        self.rule(id).is_some_and(|rule| rule.concerns(case_type))
    }

    /// Its rules.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// A figure of the pack.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.params.get(name).copied()
    }

    /// 目录代码 of the kind that plays `part` in the rules; empty if the pack has none.
    #[must_use]
    pub fn kind(&self, part: &str) -> &str {
        self.kinds.get(part).map_or("", String::as_str)
    }

    /// What must be among the documents, by stage.
    #[must_use]
    pub fn required(&self) -> &[Required] {
        &self.required
    }

    /// What the pack says of the approval `step`.
    #[must_use]
    pub fn approval(&self, step: &str) -> Option<&Approval> {
        self.approvals.iter().find(|a| a.steps.iter().any(|s| s.as_ref() == step))
    }

    /// The finding that the pack words under `key` of rule `id`.
    #[must_use]
    pub fn finding(&self, id: &'static str, key: &str, words: &BTreeMap<&str, &str>) -> Diagnostic {
        let Some(rule) = self.rule(id) else {
            return Diagnostic::error(id, format!("违反规则 {id}")).hint("规则包里没有这一条。");
        };
        // A pack that is silent about this case still names the rule and its source.
        let (message, hint) = match rule.say.get(key) {
            Some(say) => (fill(&say.message, words), fill(&say.hint, words)),
            None => (format!("不符合{}（{id}）", rule.name), format!("见{}。", rule.source)),
        };
        let made = match rule.severity {
            Severity::Error => Diagnostic::error(id, message),
            Severity::Warning | Severity::Note => Diagnostic::warning(id, message),
        };
        made.clause_of(rule.source.as_str()).hint(hint)
    }
}

impl Approval {
    /// Whether it is asked for in inspections of this type, 重要 or not, for documents of this 公开属性.
    #[must_use]
    pub fn asked(&self, case_type: &str, important: bool, openness: &str) -> bool {
        let among = |list: &[Spanned<String>], word: &str| {
            list.is_empty() || list.iter().any(|s| s.as_ref() == word)
        };
        among(&self.openness, openness)
            && (among(&self.case_types, case_type) || self.important && important)
    }
}

impl Rule {
    /// Whether the rule is in force for inspections of this type (any, if it is empty).
    #[must_use]
    pub fn concerns(&self, case_type: &str) -> bool {
        let any = self.applies.is_empty() || case_type.is_empty();
        !self.off && (any || self.applies.iter().any(|t| t == case_type))
    }
}

/// Puts words in, in one walk: what is put in is not looked at again.
fn fill(text: &str, words: &BTreeMap<&str, &str>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            rest = after;
            break;
        };
        out.push_str(words.get(name).copied().unwrap_or("……"));
        rest = tail;
    }
    out.push_str(rest);
    out
}
