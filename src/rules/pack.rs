//! 规则包: severity, source and words of every rule, as data.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::diag::Severity;

/// The pack that comes with the program.
const TEXT: &str = include_str!("../../templates/_rulepacks/chongqing-2021/rules.toml");

/// The pack, read once.
pub static PACK: LazyLock<Pack> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

/// A rule pack.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Its rules.
    #[serde(default)]
    pub rule: Vec<Rule>,
    /// Figures that rules ask for: days, months, shares.
    #[serde(default)]
    pub params: BTreeMap<String, f64>,
    /// 目录代码 of the kinds that play a part in rules, by part.
    #[serde(default)]
    pub kinds: BTreeMap<String, String>,
    /// What must be among the documents once a stage is past.
    #[serde(default)]
    pub required: Vec<Required>,
}

/// 应归档件: kinds that a case has once `stage` is past.
#[derive(Debug, Deserialize)]
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
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How heavy it weighs.
    pub severity: Weight,
    /// What it rests on.
    pub source: String,
    /// 督察类型 that it concerns; all if empty.
    #[serde(default)]
    pub applies: Vec<String>,
    /// Switched off for this jurisdiction.
    #[serde(default)]
    pub off: bool,
    /// What it says, by what was found.
    pub say: BTreeMap<String, Say>,
}

/// How heavy a rule weighs, as the pack writes it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// 错误.
    Error,
    /// 警告.
    Warning,
}

/// Words with `{…}` for what is put in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Pack {
    /// Whether the pack has rule `id` and it concerns inspections of this type.
    #[must_use]
    pub fn applies(&self, id: &str, case_type: &str) -> bool {
        self.rule.iter().find(|rule| rule.id == id).is_some_and(|rule| {
            !rule.off && (rule.applies.is_empty() || rule.applies.iter().any(|t| t == case_type))
        })
    }

    /// A figure of the pack.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.params.get(name).copied()
    }

    /// Severity, message and hint for `key` of rule `id`.
    #[must_use]
    pub fn say(
        &self,
        id: &str,
        key: &str,
        words: &BTreeMap<&str, &str>,
    ) -> (Severity, String, String) {
        let Some(rule) = self.rule.iter().find(|rule| rule.id == id) else {
            return (Severity::Error, format!("违反规则 {id}"), "规则包里没有这一条。".into());
        };
        let severity = match rule.severity {
            Weight::Warning => Severity::Warning,
            Weight::Error => Severity::Error,
        };
        match rule.say.get(key) {
            Some(say) => (severity, fill(&say.message, words), fill(&say.hint, words)),
            // A pack that is silent about this case still names the rule and its source.
            None => {
                let message = format!("不符合{}（{id}）", rule.name);
                (severity, message, format!("见{}。", rule.source))
            }
        }
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
