//! 著录表: a row a file, columns as a 归档文件目录 has them (DA/T 22-2015) and what else an archive asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::{Found, RecordLine, State};
use crate::container::write_atomically;
use crate::diag::{CellPlace, Diagnostic, Failure, WorldError};
use crate::extract::table;
use crate::record::Known;

/// Elements: the column's own name, then others that lists use.
const ELEMENTS: &[&[&str]] = &[
    &["文件", "文件名", "原文件名", "电子文件名", "路径", "全文"],
    &["题名", "标题", "文件题名", "文件标题", "案卷题名"],
    &["责任者", "发文机关", "发文单位", "作者", "来文单位"],
    &["文号", "发文字号", "文件编号"],
    &["日期", "成文日期", "文件日期", "形成日期", "时间"],
    &["密级"],
    &["保管期限", "期限"],
    &["文种", "公文种类"],
    &["页数", "页"],
    &["年度", "归档年度"],
    &["档号", "原档号"],
    &["备注", "附注"],
    &["附件", "附件文件"],
    &["主送", "主送机关"],
    &["阶段"],
    &["公开属性", "开放状态"],
];

/// Elements that stand for all files: in the head of a TOML list, or on the command line.
const HEAD: &[&str] =
    &["全宗号", "全宗名称", "门类", "机构代码", "移交单位", "接收单位", "移交日期"];

/// The columns of a list that is written, in order.
const WRITTEN: &[&str] = &[
    "文件",
    "档号",
    "文号",
    "责任者",
    "题名",
    "日期",
    "密级",
    "页数",
    "保管期限",
    "文种",
    "年度",
    "备注",
];

/// 著录表.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// What stands for all.
    pub head: BTreeMap<String, String>,
    /// Rows.
    pub rows: Vec<Row>,
    /// The list's file, as typed.
    file: String,
}

/// What is written of one file.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Where: 第3行.
    pub place: String,
    /// The list's file.
    pub list: String,
    /// Element and value; no empty ones.
    pub values: BTreeMap<&'static str, String>,
}

impl Row {
    /// A value.
    pub fn get(&self, element: &str) -> Option<&str> {
        self.values.get(element).map(String::as_str)
    }

    /// A finding about a cell of this row.
    pub fn finding(&self, element: &str, finding: Diagnostic) -> Diagnostic {
        let cell = format!("{} {element}", self.place);
        finding.in_cell(CellPlace { file: self.list.clone(), cell })
    }
}

/// The element that a head of a column names.
fn element(head: &str) -> Option<&'static str> {
    let head: String =
        head.chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | '＊')).collect();
    let head = head.split(['（', '(']).next().unwrap_or_default();
    ELEMENTS.iter().find(|names| names.contains(&head)).and_then(|names| names.first().copied())
}

/// `字段=值` pairs as elements.
///
/// # Errors
/// A name that is no element.
pub fn elements(pairs: &[(String, String)]) -> Result<BTreeMap<&'static str, String>, Failure> {
    let one = |(name, value): &(String, String)| match element(name) {
        Some(element) if element != "文件" => Ok((element, value.clone())),
        _ => {
            let all: Vec<&str> =
                ELEMENTS.iter().skip(1).filter_map(|n| n.first().copied()).collect();
            Err(Failure::Usage(format!("没有著录项“{name}”；可以是 {}", all.join("、"))))
        }
    };
    pairs.iter().map(one).collect()
}

fn unusable(path: &Path, message: impl Into<String>) -> Failure {
    let place = CellPlace { file: path.display().to_string(), cell: String::new() };
    let hint = "表头须有“文件”一列，其余如 题名、责任者、文号、日期、密级、保管期限、页数、备注；CSV、Excel、TOML 均可。";
    Failure::Rejected(vec![Diagnostic::error("O-04", message).in_cell(place).hint(hint)])
}

/// Reads a 著录表.
///
/// # Errors
/// O-04 when it cannot be used at all.
pub fn read(path: &Path, findings: &mut Vec<Diagnostic>) -> Result<Form, Failure> {
    let bytes = fs::read(path).map_err(WorldError::while_("读取著录表", path))?;
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
        return toml_form(path, &bytes);
    }
    let table = table(&bytes).map_err(|why| unusable(path, format!("著录表读不出：{why}")))?;
    let file = path.display().to_string();
    // The head is the first row that names the files; titles may stand above it.
    let head = table.rows.iter().position(|(_, r)| r.iter().any(|c| element(c) == Some("文件")));
    let Some(head) = head else {
        return Err(unusable(path, "著录表里没有“文件”一列"));
    };
    let columns: Vec<Option<&'static str>> = table
        .rows
        .get(head)
        .map(|(_, r)| r.iter().map(|c| element(c)).collect())
        .unwrap_or_default();
    if let Some((number, row)) = table.rows.get(head) {
        let known =
            |c: &str| element(c).is_some() || matches!(c.trim(), "" | "序号" | "原因" | "依据");
        for unknown in row.iter().filter(|c| !known(c)) {
            let place = CellPlace { file: file.clone(), cell: format!("第 {number} 行") };
            let message = format!("列“{}”没有用到", unknown.trim());
            findings.push(Diagnostic::note("O-04", message).in_cell(place));
        }
    }
    let mut rows = Vec::new();
    for (number, cells) in table.rows.iter().skip(head + 1) {
        let mut row =
            Row { place: format!("第 {number} 行"), list: file.clone(), ..Row::default() };
        for (element, cell) in columns.iter().zip(cells) {
            if let (Some(element), false) = (element, cell.trim().is_empty()) {
                row.values.entry(element).or_insert_with(|| cell.trim().to_owned());
            }
        }
        rows.push(row);
    }
    Ok(Form { head: BTreeMap::new(), rows, file })
}

/// `"全宗号" = "Z109"` and `[["件"]]` tables.
fn toml_form(path: &Path, bytes: &[u8]) -> Result<Form, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|_| unusable(path, "著录表不是 UTF-8 编码"))?;
    let read: toml::Table = toml::from_str(text)
        .map_err(|e| unusable(path, format!("著录表读不懂：{}", e.message())))?;
    let words = |value: &toml::Value| match value {
        toml::Value::String(s) => s.trim().to_owned(),
        toml::Value::Array(list) => {
            list.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join("；")
        }
        toml::Value::Integer(n) => n.to_string(),
        toml::Value::Datetime(d) => d.to_string(),
        _ => String::new(),
    };
    let mut form = Form { file: path.display().to_string(), ..Form::default() };
    for (name, value) in &read {
        match value {
            toml::Value::Array(list) if name == "件" => {
                for (i, item) in list.iter().enumerate() {
                    let mut row = Row {
                        place: format!("第 {} 件", i + 1),
                        list: form.file.clone(),
                        ..Row::default()
                    };
                    for (name, value) in item.as_table().into_iter().flatten() {
                        let element = element(name).ok_or_else(|| {
                            unusable(path, format!("第 {} 件：没有著录项“{name}”", i + 1))
                        })?;
                        row.values.insert(element, words(value));
                    }
                    form.rows.push(row);
                }
            }
            value if HEAD.contains(&name.as_str()) => {
                form.head.insert(name.clone(), words(value));
            }
            _ => {
                return Err(unusable(
                    path,
                    format!("没有“{name}”这一项；可以是 {}、件", HEAD.join("、")),
                ));
            }
        }
    }
    Ok(form)
}

/// A main file (index into the files) and its row, if it has one.
type Main = (usize, Option<usize>);

impl Form {
    /// Which file is described by which row, and which files are attachments of which. Without rows every file is a
    /// record of its own.
    pub(super) fn pair(
        &self,
        files: &[Found],
        findings: &mut Vec<Diagnostic>,
    ) -> (Vec<Main>, BTreeMap<usize, Vec<usize>>) {
        let mut find = |row: &Row, wanted: &str| {
            let wanted = wanted.replace('\\', "/");
            let bare = wanted.rsplit('/').next().unwrap_or(&wanted);
            let whole = files.iter().position(|f| f.name == wanted || f.path == Path::new(&wanted));
            let by_name = || {
                let mut same = files.iter().enumerate().filter(|(_, f)| {
                    f.name.rsplit('/').next() == Some(bare) && !wanted.contains('/')
                });
                let first = same.next()?.0;
                same.next().is_none().then_some(first)
            };
            let found = whole.or_else(by_name);
            if found.is_none() {
                let message = format!("要导入的文件里没有“{wanted}”，或者同名的不止一个");
                let hint = "写从所给文件夹起的路径，如 2017/通知.pdf。";
                findings.push(row.finding("文件", Diagnostic::error("O-04", message).hint(hint)));
            }
            found
        };
        let mut rows: BTreeMap<usize, usize> = BTreeMap::new();
        let mut attached: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        let mut again = Vec::new();
        for (r, row) in self.rows.iter().enumerate() {
            let Some(at) = row.get("文件").and_then(|name| find(row, name)) else { continue };
            if rows.insert(at, r).is_some() {
                again.push(row.finding(
                    "文件",
                    Diagnostic::warning("O-04", "这个文件著录了两次，以后一行为准"),
                ));
            }
            let names = row.get("附件").unwrap_or_default().split(['；', ';', '\n']);
            let parts: Vec<usize> = names
                .map(str::trim)
                .filter(|n| !n.is_empty())
                .filter_map(|name| find(row, name))
                .filter(|part| *part != at)
                .collect();
            taken.extend(parts.iter().copied());
            if !parts.is_empty() {
                attached.insert(at, parts);
            }
        }
        findings.append(&mut again);
        let main = (0..files.len())
            .filter(|at| !taken.contains(at) || rows.contains_key(at))
            .map(|at| (at, rows.get(&at).copied()))
            .collect();
        (main, attached)
    }

    /// What stands for all.
    #[must_use]
    pub fn head(&self, name: &str) -> Option<&str> {
        self.head.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }
}

/// Writes the descriptions of the files in the wanted states as CSV: it can be corrected and given as a 著录表.
///
/// # Errors
/// What the system reports.
pub fn write(
    path: &Path,
    lines: &[RecordLine],
    findings: &[Diagnostic],
    wanted: impl Fn(State) -> bool,
) -> Result<(), Failure> {
    let cell = |text: &str| {
        if text.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    // The mark makes spreadsheet programs read UTF-8.
    let mut out = String::from("\u{feff}");
    out.push_str(&WRITTEN.join(","));
    out.push_str(",原因,依据\r\n");
    for line in lines.iter().filter(|l| wanted(l.state)) {
        let m = line.metadata.as_ref();
        let text = |f: fn(&crate::record::Metadata) -> String| m.map(f).unwrap_or_default();
        let known = |state: Known| {
            let names = line.origin.iter().filter(|(_, k)| **k == state);
            names.map(|(n, _)| n.as_str()).collect::<Vec<_>>().join("、")
        };
        let place = line.path.display().to_string();
        let reasons: Vec<&str> = findings
            .iter()
            .filter(|f| {
                f.about.as_deref() == Some(&place)
                    || f.cell.as_ref().is_some_and(|c| c.file == place)
            })
            .map(|f| f.message.as_str())
            .collect();
        let mut basis = Vec::new();
        for (words, state) in [("读出", Known::Read), ("默认", Known::Default)] {
            let names = known(state);
            if !names.is_empty() {
                basis.push(format!("{words}：{names}"));
            }
        }
        let cells = [
            place.clone(),
            text(|m| m.archival_code.clone()),
            text(|m| m.document_number.clone().unwrap_or_default()),
            text(|m| m.responsible.clone()),
            text(|m| m.title.clone()),
            text(|m| m.date.clone()),
            text(|m| m.secrecy.name().to_owned()),
            text(|m| if m.pages == 0 { String::new() } else { m.pages.to_string() }),
            text(|m| m.retention.name().to_owned()),
            text(|m| m.genre.clone()),
            text(|m| m.date.get(..4).unwrap_or_default().to_owned()),
            text(|m| m.note.clone().unwrap_or_default()),
            reasons.join("；"),
            basis.join("；"),
        ];
        out.push_str(&cells.map(|c| cell(&c)).join(","));
        out.push_str("\r\n");
    }
    write_atomically(path, |file| file.write_all(out.as_bytes()))?;
    Ok(())
}
