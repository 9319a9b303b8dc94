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
