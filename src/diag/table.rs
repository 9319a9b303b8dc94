//! A TOML text read into a value, or a finding that says in Chinese where it is wrong.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::{Diagnostic, SourceFile, Span};

/// Reads `source`; `code`, `what` (规则包, 清单) and `hint` go into the finding.
///
/// # Errors
/// The first slip, with line and column: a reader of TOML stops there.
pub fn read_table<T: DeserializeOwned>(
    source: &Arc<SourceFile>,
    code: &'static str,
    what: &str,
    hint: &str,
) -> Result<T, Box<Diagnostic>> {
    toml::from_str(source.text()).map_err(|error| {
        let words = error.message();
        let at = Span::new(source, error.span().unwrap_or(0..0));
        let mut finding = Diagnostic::error(code, chinese(what, words)).at(at);
        let quoted: Vec<&str> = words.split('`').skip(1).step_by(2).collect();
        if let [wrong, known @ ..] = quoted.as_slice()
            && words.starts_with("unknown")
            && let Some(near) = known.iter().max_by(|a, b| {
                strsim::jaro_winkler(wrong, a).total_cmp(&strsim::jaro_winkler(wrong, b))
            })
        {
            finding = finding.hint(format!("是否应为“{near}”？"));
        }
        Box::new(finding.hint(hint))
    })
}

/// What the reader of TOML says, in Chinese where it is one of the common things.
fn chinese(what: &str, words: &str) -> String {
    let quoted = words.split('`').nth(1).unwrap_or_default();
    if words.starts_with("unknown field") {
        format!("{what}中没有“{quoted}”这一项")
    } else if words.starts_with("missing field") {
        format!("{what}缺少“{quoted}”")
    } else if words.starts_with("duplicate") {
        format!("{what}中有重复的项（{words}）")
    } else if words.starts_with("invalid type") {
        format!("{what}中这一项的类型不对（{words}）")
    } else if words.starts_with("unknown variant") {
        format!("{what}中没有“{quoted}”这个取值")
    } else {
        format!("{what}写法有误（{words}）")
    }
}
