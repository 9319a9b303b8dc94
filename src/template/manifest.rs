//! kind.toml: what a kind says of itself.

use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use crate::case;
use crate::diag::{Diagnostic, SourceFile, read_table};
use crate::document::Align;

/// The manifest as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// 目录代码, e.g. `D28`.
    pub code: String,
    /// 名称.
    pub name: String,
    /// 文种 that documents of this kind may have.
    pub genres: Vec<String>,
    /// 版式 that they may have.
    pub forms: Vec<String>,
    /// 督察类型 they occur in.
    pub case_types: Vec<String>,
    /// 发文（形成）机关, as a role.
    #[serde(default)]
    pub issuer: String,
    /// 主送, as a role.
    #[serde(default)]
    pub recipients: String,
    /// 抄送, as a role.
    #[serde(default)]
    pub copies: String,
    /// 发文前审批.
    #[serde(default)]
    pub approvals: Vec<String>,
    /// 依据条文.
    pub articles: Vec<String>,
    /// 保管期限, the least.
    pub retention: String,
    /// 密级 by default.
    pub secrecy: String,
    /// 公开属性.
    pub openness: String,
    /// Whether seals are put on it.
    pub seal: bool,
    /// Suffix of the red mark: 文件, or nothing.
    #[serde(default = "default_mark")]
    pub mark: String,
    /// Whether 署名 and 成文日期 stand at the end of the main text.
    #[serde(default = "yes")]
    pub sign: bool,
    /// Whether there is a 版记 (文件式 only).
    #[serde(default = "yes")]
    pub imprint: bool,
    /// Whether 主送机关 are set; by default in 文件式 only.
    #[serde(default)]
    pub recipients_line: Option<bool>,
    /// Data it reads: paths into the case, and `records` for catalogues.
    #[serde(default)]
    pub reads: Vec<String>,
    /// Bodies, the first whose `when` holds.
    pub body: Vec<Body>,
    /// Tables.
    #[serde(default)]
    pub table: Vec<TableSpec>,
}

/// One body.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// File in the kind's folder.
    pub file: Spanned<String>,
    /// Expression; none means always.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
}

/// One table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// Name by which a body places it.
    pub id: Spanned<String>,
    /// 表题, a plain template; empty for none.
    #[serde(default)]
    pub caption: Option<Spanned<String>>,
    /// Expression that gives the rows.
    pub rows: Spanned<String>,
    /// Whether it lies on its side.
    #[serde(default)]
    pub landscape: bool,
    /// Empty rows added for filling in by hand.
    #[serde(default)]
    pub blank_rows: usize,
    /// Columns.
    pub column: Vec<ColumnSpec>,
}

/// One column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnSpec {
    /// 表头.
    pub header: String,
    /// Relative width, in characters.
    pub width: f64,
    /// Alignment.
    #[serde(default)]
    pub align: Align,
    /// The cell, a plain template over `row` and `loop_index`.
    pub cell: Spanned<String>,
}

fn default_mark() -> String {
    "文件".into()
}

fn yes() -> bool {
    true
}

/// A key of the manifest whose values come from a closed set.
pub(super) struct Closed {
    /// The key.
    pub key: &'static str,
    /// What it is, in words.
    pub what: &'static str,
    /// What the manifest says.
    pub values: Vec<String>,
    /// What it may say.
    pub known: Vec<String>,
    /// Whether it may say nothing.
    pub optional: bool,
}

/// The keys whose values come from a closed set: what the model of the case knows, and what the program tells apart.
pub(super) fn closed(kind: &Manifest) -> [Closed; 7] {
    let row = |key, what, values: &[String], known| Closed {
        key,
        what,
        values: values.to_vec(),
        known,
        optional: key == "approvals",
    };
    let one = std::slice::from_ref::<String>;
    [
        row("genres", "文种", &kind.genres, choices("Document", "genre")),
        row("forms", "版式", &kind.forms, choices("Document", "format")),
        row("case_types", "督察类型", &kind.case_types, choices("Case", "case_type")),
        row("approvals", "审批环节", &kind.approvals, choices("Approval", "step")),
        row("retention", "保管期限", one(&kind.retention), choices("Document", "retention")),
        row("secrecy", "密级", one(&kind.secrecy), choices("Document", "secrecy")),
        row("openness", "公开属性", one(&kind.openness), choices("Document", "openness")),
    ]
}

fn choices(entity: &str, field: &str) -> Vec<String> {
    match case::shape(entity, field).map(|shape| shape.sort) {
        Some(case::Sort::Choice(all)) => all,
        _ => Vec::new(),
    }
}

/// Reads a manifest.
///
/// # Errors
/// K-01 with line and column.
pub(super) fn read(source: &Arc<SourceFile>) -> Result<Manifest, Box<Diagnostic>> {
    read_table(source, "K-01", "清单", "清单的写法见模板编写指南。")
}
