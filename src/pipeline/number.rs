//! 文号: the register opened where it may lie, numbers of a case taken over, and the register written as a workbook or as
//! a manuscript to be printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::progress::write;
use crate::archive::cell_text as plain;
use crate::case;
use crate::diag::{Diagnostic, Failure};
use crate::ledger::{Cell, Plain};
use crate::register::{About, Line, Register, Taken, lines, network};
use crate::vocab::doc_number::DocNumber;

/// Where Linux says what is mounted where; other systems do not say.
const MOUNTS: &str = "/proc/self/mounts";

/// Opens the register at `path`.
///
/// # Errors
/// [`Failure::Refused`] with N-03 if it lies on a file system shared between machines; as [`Register::open`].
pub fn open_register(path: &Path, wait: Duration) -> Result<Register, Failure> {
    own_disk(path)?;
    Register::open(path, wait)
}

/// Makes a register at `path`.
///
/// # Errors
/// As [`open_register`] and [`Register::create`].
pub fn create_register(path: &Path, wait: Duration) -> Result<Register, Failure> {
    own_disk(path)?;
    Register::create(path, wait)
}

fn own_disk(path: &Path) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let real = fs::canonicalize(path).or_else(|_| fs::canonicalize(folder));
    let (Ok(real), Ok(mounts)) = (real, fs::read_to_string(MOUNTS)) else { return Ok(()) };
    match network(&mounts, &real) {
        None => Ok(()),
        Some(kind) => {
            let words = format!("{} 在网络盘上（{kind}）", path.display());
            let hint = "网络盘上的锁靠不住，两人可能取到同一个号：把登记簿放在一台机器自己的磁盘上，取号都在这台机器上办。";
            Err(Failure::Rejected(vec![Diagnostic::error("N-03", words).hint(hint)]))
        }
    }
}

/// Which numbers are meant.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// 机关代字; none means all.
    pub codes: Vec<String>,
    /// 年份.
    pub year: Option<u64>,
}

impl Choice {
    /// Whether `number` is meant.
    #[must_use]
    pub fn takes(&self, number: &DocNumber) -> bool {
        (self.codes.is_empty() || self.codes.contains(&number.code))
            && self.year.is_none_or(|year| number.year == year)
    }
}

/// What taking over came to.
#[derive(Debug)]
pub struct Adoption {
    /// Numbers that are in the register now, in order of number.
    pub taken: Vec<Taken>,
    /// 机关代字 in the case, with how many of its numbers were meant.
    pub codes: Vec<(String, usize)>,
    /// Numbers that could not be taken over.
    pub findings: Vec<Diagnostic>,
}

/// Takes over the numbers that the documents of the case at `path` have already. What is there is left alone.
///
/// # Errors
/// [`Failure::Refused`] for state secrets (P-08), [`Failure::Rejected`] if there is no readable case, the register's.
pub fn adopt(
    register: &mut Register,
    path: &Path,
    choice: &Choice,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Adoption, Failure> {
    let case = case::load(path)?.value;
    let secrets = case::state_secrets(&case);
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    let documents = case.model().documents.iter().enumerate();
    let mut numbered: Vec<_> =
        documents.filter_map(|(n, d)| d.doc_number.clone().map(|number| (number, n, d))).collect();
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for (number, ..) in &numbered {
        *codes.entry(number.code.clone()).or_default() += usize::from(choice.takes(number));
    }
    numbered.retain(|(number, ..)| choice.takes(number));
    numbered.sort_by(|a, b| a.0.cmp(&b.0));
    let codes = codes.into_iter().collect();
    let mut out = Adoption { taken: Vec::new(), codes, findings: Vec::new() };
    for (number, index, document) in numbered {
        let about = About {
            case: case.model().case.id.clone(),
            document: document.id.clone(),
            title: document.title.clone(),
            day: document.issued_on.to_string(),
            by: by.to_owned(),
            reason: String::new(),
        };
        match register.enter(number, about, now) {
            Ok(taken) => out.taken.push(taken),
            Err(Failure::Rejected(list)) => {
                let pointer = format!("/documents/{index}/doc_number");
                let placed =
                    list.into_iter().map(|f| f.at(case.span_near(&pointer)).path(&*pointer));
                out.findings.extend(placed);
            }
            Err(other) => return Err(other),
        }
    }
    Ok(out)
}

/// Heads of the workbook with their widths.
const HEADS: &[(&str, f64)] = &[
    ("发文字号", 22.0),
    ("机关代字", 12.0),
    ("年份", 7.0),
    ("顺序号", 8.0),
    ("标题", 44.0),
    ("成文日期", 12.0),
    ("状态", 7.0),
    ("经办人", 10.0),
    ("登记日期", 12.0),
    ("登记方式", 9.0),
    ("项目编号", 18.0),
    ("文件标识", 12.0),
    ("作废事由", 24.0),
    ("作废日期", 12.0),
    ("作废经办人", 12.0),
    ("印发登记日期", 13.0),
    ("数据校验值（SHA-256）", 20.0),
    ("模板校验值（SHA-256）", 20.0),
    ("条次", 7.0),
    ("条目校验值（SHA-256）", 20.0),
    ("更正次数", 9.0),
    ("末次更正日期", 12.0),
    ("末次更正事由", 24.0),
];

/// Writes the numbers of `choice` to `out`: a workbook (`.xlsx`), or a manuscript that `anjuan set` prints (`.md`), for
/// which `organ` is the office that keeps the register. Gives how many numbers there are.
///
/// # Errors
/// [`Failure::Usage`] for another ending or no `organ`, the register's and the world's.
pub fn export_register(
    register: &Register,
    choice: &Choice,
    organ: Option<&str>,
    out: &Path,
) -> Result<usize, Failure> {
    let entries = register.entries()?;
    let mut all = lines(&entries);
    all.retain(|line| choice.takes(&line.first.number));
    // The time of the last entry, not of the writing: the same register gives the same bytes.
    let last = entries.last();
    let day = last.map_or("2000-01-01", |e| first_ten(&e.at));
    let tail = last
        .map_or_else(|| "没有条目".to_owned(), |e| format!("截至第{}条，校验值 {}", e.n, e.digest));
    let bytes = match out.extension().and_then(|e| e.to_str()) {
        Some("xlsx") => {
            let rows: Vec<Vec<Option<Cell>>> = all.iter().map(row).collect();
            let subtitle = format!("共 {} 个号　{tail}", all.len());
            let name = "发文登记簿";
            Plain { name, title: name, subtitle: &subtitle, heads: HEADS, rows: &rows, day }
                .workbook()?
        }
        Some("md") => {
            let Some(organ) = organ else {
                let words = "写成文稿要用 --organ 写明登记单位，如 --organ 市督察办";
                return Err(Failure::Usage(words.to_owned()));
            };
            manuscript(&all, organ, day, &tail).into_bytes()
        }
        _ => {
            let words = format!("{} 要以 .xlsx（工作簿）或 .md（文稿）结尾", out.display());
            return Err(Failure::Usage(words));
        }
    };
    write(out, &bytes)?;
    Ok(all.len())
}

fn first_ten(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

fn row(line: &Line) -> Vec<Option<Cell>> {
    let text = |t: &str| (!t.is_empty()).then(|| Cell::Text(t.to_owned()));
    let day = |t: &str| (!t.is_empty()).then(|| Cell::Day(first_ten(t).to_owned()));
    #[expect(clippy::cast_precision_loss, reason = "numbers of documents are small")]
    let whole = |n: u64| Some(Cell::Number(n as f64));
    let (first, void, issue) = (&line.first, line.void.as_ref(), line.issue.as_ref());
    vec![
        text(&first.number.to_string()),
        text(&first.number.code),
        whole(first.number.year),
        whole(first.number.seq),
        text(&first.title),
        day(&first.day),
        text(line.state().word()),
        text(&first.by),
        day(&first.at),
        text(first.act.word()),
        text(&first.case),
        text(&first.document),
        void.and_then(|e| text(&e.reason)),
        void.and_then(|e| day(&e.at)),
        void.and_then(|e| text(&e.by)),
        issue.and_then(|e| day(&e.at)),
        issue.and_then(|e| text(&e.data)),
        issue.and_then(|e| text(&e.template)),
        whole(first.n),
        text(&first.digest),
        (!line.revisions.is_empty()).then(|| whole(line.revisions.len() as u64)).flatten(),
        line.revisions.last().and_then(|e| day(&e.at)),
        line.revisions.last().and_then(|e| text(&e.reason)),
    ]
}

/// The printed register: a document without a head, one table for each 机关代字 and year.
fn manuscript(all: &[Line], organ: &str, day: &str, tail: &str) -> String {
    let quoted = serde_json::Value::from(organ).to_string();
    let mut out = format!(
        "---\nform: 无版头\ntitle: 发文登记簿\nissuers: [{quoted}]\ndate: {day}\nsignature: 不署名\nimprint: false\n---\n\
         登记单位：{}。共{}个号。\n\n{tail}。\n",
        plain(organ),
        all.len()
    );
    let mut series: BTreeMap<(&str, u64), Vec<&Line>> = BTreeMap::new();
    for line in all {
        let number = &line.first.number;
        series.entry((&number.code, number.year)).or_default().push(line);
    }
    for ((code, year), lines) in series {
        let _ = write!(
            out,
            "\n::: 表 {}〔{year}〕\n\n| 顺序号 | 标题 | 成文日期 | 经办人 | 备注 |\n\
             |:----:|------------------------|:--------:|:------:|------------|\n",
            plain(code)
        );
        for line in lines {
            let first = &line.first;
            let remark = match (&line.void, line.revisions.last()) {
                (Some(void), _) => format!("作废：{}", void.reason),
                (None, Some(last)) => {
                    format!(
                        "更正{}次，{}：{}",
                        line.revisions.len(),
                        first_ten(&last.at),
                        last.reason
                    )
                }
                (None, None) => String::new(),
            };
            let cells = [&first.title, &first.day, &first.by, &remark].map(|cell| plain(cell));
            let _ = writeln!(out, "| {} | {} |", first.number.seq, cells.join(" | "));
        }
    }
    out
}

#[cfg(test)]
mod tests;
