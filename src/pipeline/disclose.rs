//! 公开版: the public data of a case, and which of its documents may be made public.

#[cfg(feature = "typeset")]
mod make;
#[cfg(feature = "typeset")]
mod prove;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;

use super::Settings;
use crate::case::{CaseFile, DocumentEntry};
use crate::diag::{Diagnostic, Failure, SourceFile, WorldError};
use crate::disclose::{Redaction, Table, redact};
use crate::template::Kinds;

#[cfg(feature = "typeset")]
pub use make::{DiscloseOptions, disclose};
#[cfg(feature = "typeset")]
pub use prove::prove_disclosed;

/// 公开属性 of what is made public without being asked for.
const OPEN: &str = "主动公开";
/// 公开属性 of what is given to those who apply.
const ON_REQUEST: &str = "依申请公开";

/// The public data of `case`, by the table of its rule pack.
///
/// # Errors
/// [`Failure::Faulty`] with K-12 if the pack has no usable table.
pub(super) fn public(settings: &Settings, case: &CaseFile) -> Result<Redaction, Failure> {
    let name = case.json().get("rulepack").and_then(|name| name.as_str()).unwrap_or_default();
    let mut fetch = |name: &str| {
        let told = |message: String, hint: &str| {
            let finding = Diagnostic::error("K-12", message).at(case.span_near("/rulepack"));
            Failure::Faulty(vec![finding.path("/rulepack").hint(hint)])
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            let hint = "写成规则包文件夹的名称，如 chongqing-2021。";
            return Err(told(format!("规则包的名称“{name}”不成立"), hint));
        }
        let path = settings.templates()?.join("_rulepacks").join(name).join("disclosure.toml");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(SourceFile::new(path.to_string_lossy(), text)),
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => {
                let hint =
                    "公开取舍表写在规则包的 disclosure.toml 里；没有它就不知道什么可以公开。";
                Err(told(format!("规则包“{name}”没有可用的 disclosure.toml"), hint))
            }
            Err(error) => Err(WorldError::while_("读取公开取舍表", &path)(error).into()),
        }
    };
    let source = fetch(name)?;
    let table = Table::read(&source, &mut fetch)?;
    redact(case, &table)
}

/// Documents to make public, and findings for those that were asked for and are not public.
pub(super) struct Choice<'a> {
    pub(super) open: Vec<&'a DocumentEntry>,
    /// Documents asked for by name that are refused, with the reason.
    pub(super) refused: Vec<(&'a DocumentEntry, Diagnostic)>,
}

/// Chooses among the documents of `case`: all public ones, or those asked for.
///
/// # Errors
/// [`Failure::Faulty`] for kinds (K-02) and ids (S-03) that are not there.
pub(super) fn choose<'a>(
    case: &'a CaseFile,
    kinds: &Kinds,
    codes: &[String],
    ids: &[String],
) -> Result<Choice<'a>, Failure> {
    let entries = &case.model().documents;
    let codes = super::choice::named(case, kinds, codes, ids)?;
    let asked = !codes.is_empty() || !ids.is_empty();
    let mut choice = Choice { open: Vec::new(), refused: Vec::new() };
    for (i, entry) in entries.iter().enumerate() {
        let wanted = (codes.is_empty() || codes.contains(&entry.kind))
            && (ids.is_empty() || ids.contains(&entry.id));
        if !wanted {
            continue;
        }
        if entry.openness == OPEN && kinds.get(&entry.kind).is_some() {
            choice.open.push(entry);
        } else if asked {
            let pointer = format!("/documents/{i}/openness");
            choice.refused.push((entry, refusal(case, entry, &pointer)));
        }
    }
    Ok(choice)
}

/// D-01: why a document is not made public, and what can be done.
fn refusal(case: &CaseFile, entry: &DocumentEntry, pointer: &str) -> Diagnostic {
    let message =
        format!("“{}”（{}）的公开属性是{}，不主动公开", entry.title, entry.id, entry.openness);
    let hint = if entry.openness == ON_REQUEST {
        "有人申请时依照《政府信息公开条例》第二十七条、第三十七条办理；要主动公开其内容，另立一份公开稿或公开版，经公开审核后在 documents 中列为主动公开。"
    } else {
        "内部文件不直接公开；属于办法第三十八条公开事项的，另立一份公开稿，经公开审核后在 documents 中列为主动公开。"
    };
    Diagnostic::error("D-01", message).at(case.span_near(pointer)).path(pointer).hint(hint)
}

/// D-02, D-03: what a person has to look at before `open` is published.
pub(super) fn doubts(
    case: &CaseFile,
    public: &Redaction,
    open: &[&DocumentEntry],
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for ask in &public.asks {
        let shown = if ask.words.chars().all(|c| c.is_ascii_digit() || c == 'X') {
            "一串数字，不像手机号、身份证号，也说不清是什么".to_owned()
        } else {
            format!("“{}”", ask.words)
        };
        out.push(
            Diagnostic::warning("D-02", format!("这段文字里有{shown}，能否公开须由人判断"))
                .at(case.span_near(&ask.path))
                .path(ask.path.clone())
                .hint("涉及个人隐私、商业秘密的，在数据文件里改写后重新生成；可以公开的，在审查表上注明。"),
        );
    }
    for entry in open.iter().filter(|d| reviewed(case, d).is_none()) {
        let place = case.model().documents.iter().position(|d| d.id == entry.id);
        let pointer = format!("/documents/{}", place.unwrap_or_default());
        out.push(
            Diagnostic::warning("D-03", format!("“{}”没有公开审核的记载", entry.title))
                .at(case.span_near(&pointer))
                .path(pointer)
                .hint("公开前办理公开审核，记入 approvals（环节：公开审核）和 disclosures。"),
        );
    }
    out
}

/// 公开审核 of a document, or of the 公开事项 it belongs to: who, when.
pub(super) fn reviewed(case: &CaseFile, entry: &DocumentEntry) -> Option<(String, String)> {
    let json = case.json();
    let rows = |key: &str| json.get(key).and_then(|v| v.as_array()).into_iter().flatten();
    let text = |row: &serde_json::Value, key: &str| {
        row.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned()
    };
    let mut subjects = vec![entry.id.clone()];
    subjects.extend(
        rows("disclosures").filter(|g| text(g, "document") == entry.id).map(|g| text(g, "id")),
    );
    rows("approvals")
        .find(|a| text(a, "step") == "公开审核" && subjects.contains(&text(a, "subject")))
        .map(|a| (case.organ_name(&text(a, "organ")), text(a, "decided_on")))
}
