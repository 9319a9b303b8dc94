//! 各版: the versions of an issued document as the register keeps them, and their files got out again.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diag::{Diagnostic, Failure};
use crate::register::{Act, Entry, Line, Register, State, lines};
use crate::vocab::doc_number::DocNumber;

/// The NDJSON line `{"type":"version",…}`.
#[derive(Clone, Debug, Serialize)]
pub struct VersionLine {
    /// Always `version`.
    pub r#type: &'static str,
    /// 发文字号.
    pub number: String,
    /// 版次, from 1.
    pub version: usize,
    /// 补登, 印发 or 更正.
    pub act: &'static str,
    /// 标题.
    pub title: String,
    /// 成文日期.
    pub date: String,
    /// 经办人.
    pub by: String,
    /// 事由 of a revision.
    pub reason: String,
    /// 登记时刻.
    pub at: String,
    /// 条次.
    pub entry: u64,
    /// 数据: SHA-256.
    pub data: String,
    /// 模板: SHA-256.
    pub template: String,
    /// 定稿的文件: SHA-256 by name.
    pub files: BTreeMap<String, String>,
    /// Whether the number is void.
    pub void: bool,
}

/// A file of a version.
#[derive(Debug)]
pub struct VersionFile {
    /// Which version it is of.
    pub version: usize,
    /// SHA-256.
    pub sha256: String,
    /// Its bytes, as issued.
    pub bytes: Vec<u8>,
}

/// What the register says of `number`.
pub(super) fn line_of(register: &Register, number: &DocNumber) -> Result<Line, Failure> {
    let entries = register.entries()?;
    let found = lines(&entries).into_iter().find(|l| &l.first.number == number);
    found.ok_or_else(|| {
        Failure::Usage(format!("登记簿里没有 {number}；核对号码（anjuan number list）"))
    })
}

/// The version `wanted` of `line`, else the last one, with its number.
pub(super) fn version_of(line: &Line, wanted: Option<usize>) -> Result<(usize, &Entry), Failure> {
    let all = line.versions();
    let number = &line.first.number;
    let Some(last) = all.last() else {
        let words = format!("{number} 取了号，还没有发文，没有定稿");
        return Err(Failure::Usage(words));
    };
    let wanted = wanted.unwrap_or(last.number);
    let found = all.iter().find(|v| v.number == wanted);
    let found = found.map(|v| (v.number, v.entry));
    found.ok_or_else(|| {
        let words = if last.number == 1 {
            "只有第1版".to_owned()
        } else {
            format!("只有第1—{}版", last.number)
        };
        Failure::Usage(format!("{number} 没有第{wanted}版，{words}"))
    })
}

/// N-14: a version of which the register keeps no such file.
pub(super) fn not_kept((version, entry): (usize, &Entry), what: &str) -> Failure {
    let words = format!("{} 第{version}版没有存{what}", entry.number);
    let hint = match entry.act {
        Act::Enter => "它是补登的，发文时没有用登记簿；原件以归档的为准。",
        _ if entry.kept.is_empty() => "它是在登记簿保存定稿之前发的；原件以归档的为准。",
        _ => "发这一版的程序不带排版，只存了文字和数据（txt、json）。",
    };
    Failure::Rejected(vec![Diagnostic::error("N-14", words).hint(hint)])
}

/// 各版 of `number`, the first one first.
///
/// # Errors
/// [`Failure::Usage`] if the register has no such number, the register's.
pub fn versions_of(register: &Register, number: &DocNumber) -> Result<Vec<VersionLine>, Failure> {
    let line = line_of(register, number)?;
    let void = line.state() == State::Void;
    let told = |version: usize, e: &Entry| VersionLine {
        r#type: "version",
        number: e.number.to_string(),
        version,
        act: e.act.word(),
        title: e.title.clone(),
        date: e.day.clone(),
        by: e.by.clone(),
        reason: e.reason.clone(),
        at: e.at.clone(),
        entry: e.n,
        data: e.data.clone(),
        template: e.template.clone(),
        files: e.kept.clone(),
        void,
    };
    Ok(line.versions().iter().map(|v| told(v.number, v.entry)).collect())
}

/// The file `name` of a version of `number`, byte for byte as it was issued.
///
/// # Errors
/// [`Failure::Usage`] for a number, version or file that is not there, [`Failure::Rejected`] with N-14 for one that was
/// not kept or is not what was kept, the register's.
pub fn file_of(
    register: &Register,
    number: &DocNumber,
    version: Option<usize>,
    name: &str,
) -> Result<VersionFile, Failure> {
    let line = line_of(register, number)?;
    let (version, entry) = version_of(&line, version)?;
    let Some(bytes) = register.file(entry, name)? else {
        return Err(not_kept((version, entry), name));
    };
    let sha256 = entry.kept.get(name).cloned().unwrap_or_default();
    Ok(VersionFile { version, sha256, bytes })
}
