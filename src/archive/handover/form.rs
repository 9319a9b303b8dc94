//! 电子档案移交与接收登记表, 电子档案数字摘要表, 退回单: as data, and as manuscripts that can be printed.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::{Body, Mark};
use crate::archive::cell_text as plain;
use crate::archive::inspect::{Inspection, Outcome};
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::{Digest, digest_reader};
use crate::vocab::date;

/// The four properties, with their names on the form (档发〔2012〕7号).
const PROPERTIES: [(&str, &str); 4] =
    [("真实性", "准确性"), ("完整性", "完整性"), ("可用性", "可用性"), ("安全性", "安全性")];
/// Bytes of a GB as the form counts it.
const GIGABYTE: f64 = 1_073_741_824.0;

/// 电子档案移交与接收登记表, with the table of digests.
#[derive(Clone, Debug, Serialize)]
pub struct Form {
    /// Always `anjuan-handover-form/1`.
    pub format: &'static str,
    /// 交接工作名称.
    pub work: String,
    /// 内容描述.
    pub content: String,
    /// 移交单位.
    pub sender: String,
    /// 接收单位.
    pub receiver: String,
    /// 移交序号, if the sender counts.
    pub handover: Option<Mark>,
    /// 移交日期.
    pub date: String,
    /// 移交电子档案数量（件）.
    pub items: usize,
    /// 其中文件数.
    pub files: usize,
    /// 移交数据量, bytes of the ZIP.
    pub bytes: u64,
    /// 移交数据量, GB with three decimals.
    pub gigabytes: String,
    /// 载体（包）编号; also 载体起止顺序号, for one bundle is one carrier.
    pub carrier: String,
    /// 移交载体类型、规格.
    pub carrier_kind: String,
    /// 数字摘要 of the ZIP.
    pub sha256: Digest,
    /// 数字摘要 of the ZIP.
    pub sm3: Digest,
    /// SHA-256 of the tag manifest.
    pub tagmanifest: Option<Digest>,
    /// 移交单位检验: name and result.
    pub checked_by_sender: Vec<(String, String)>,
    /// 接收单位检验, from its receipt; none before there is one.
    pub checked_by_receiver: Option<Vec<(String, String)>>,
    /// 接收号.
    pub accession: Option<String>,
    /// 接收时间.
    pub received: Option<String>,
}

/// Fills the form for the bundle `zip`, as inspected (`inspection`) and, if there is one, as received (`receipt`).
///
/// # Errors
/// [`Failure::No`] for a bundle that cannot be read or a receipt of another one; the world's errors.
pub fn form(
    zip: &Path,
    inspection: &Inspection,
    carrier_kind: &str,
    receipt: Option<&Body>,
) -> Result<Form, Failure> {
    let Some(d) = &inspection.description else {
        let words = format!("{} 读不懂，填不了登记表", zip.display());
        return Err(Failure::No(vec![
            Diagnostic::error("P-06", words).hint("用 anjuan verify 看检测结果。"),
        ]));
    };
    let whole = std::fs::File::open(zip)
        .and_then(digest_reader)
        .map_err(WorldError::while_("读取归档包", zip))?;
    let tagmanifest = super::pass::tagmanifest(zip).ok();
    if let Some(body) = receipt.filter(|b| b.tagmanifest != tagmanifest || b.is_return()) {
        let words = format!("{} {} 不是 {} 的回执", body.word(), body.number, zip.display());
        return Err(Failure::No(vec![Diagnostic::error("H-03", words)]));
    }
    let mine: Vec<(&str, &str)> =
        inspection.checks.iter().map(|c| (c.property, word(c.outcome))).collect();
    let theirs = receipt.map(|body| {
        let text =
            |c: &Value, key: &str| c.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
        let all: Vec<(String, String)> =
            body.checks.iter().map(|c| (text(c, "property"), text(c, "outcome"))).collect();
        results(&all.iter().map(|(p, o)| (p.as_str(), o.as_str())).collect::<Vec<_>>())
    });
    #[expect(clippy::cast_precision_loss, reason = "three decimals of a GB")]
    let gigabytes = format!("{:.3}", whole.size as f64 / GIGABYTE);
    let nth = d.handover.map_or_else(String::new, |m| format!("第 {} 次", m.sequence));
    Ok(Form {
        format: "anjuan-handover-form/1",
        work: format!("{}向{}{nth}移交电子档案", d.sender, d.receiver),
        content: format!("{}（{}）归档文件材料", d.case_title, d.case_id),
        sender: d.sender.clone(),
        receiver: d.receiver.clone(),
        handover: d.handover,
        date: d.date.clone(),
        items: d.items.len(),
        files: d.items.iter().map(|i| i.files.len()).sum(),
        bytes: whole.size,
        gigabytes,
        carrier: d.id.clone(),
        carrier_kind: carrier_kind.to_owned(),
        sha256: whole.sha256,
        sm3: whole.sm3,
        tagmanifest,
        checked_by_sender: results(&mine),
        checked_by_receiver: theirs,
        accession: receipt.map(|b| b.number.clone()),
        received: receipt.map(|b| b.time.clone()),
    })
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "PASS",
        Outcome::Fail => "FAIL",
        Outcome::Warn => "WARN",
        Outcome::Manual => "MANUAL",
        Outcome::Na => "NA",
    }
}

/// The result of each property.
fn results(checks: &[(&str, &str)]) -> Vec<(String, String)> {
    let one = |(property, name): (&str, &str)| {
        let count =
            |outcome: &str| checks.iter().filter(|(p, o)| *p == property && *o == outcome).count();
        let (fail, warn, manual) = (count("FAIL"), count("WARN"), count("MANUAL"));
        let mut words =
            if fail > 0 { format!("不合格（{fail}项）") } else { "合格".to_owned() };
        if warn > 0 {
            let _ = write!(words, "，警告{warn}项");
        }
        if manual > 0 {
            let _ = write!(words, "，须人工{manual}项");
        }
        (name.to_owned(), words)
    };
    PROPERTIES.map(one).to_vec()
}

/// The head of a manuscript.
pub(super) fn head(title: &str, organ: &str, day: &str) -> String {
    format!(
        "---\nform: 无版头\ntitle: {title}\nissuers: [{}]\ndate: {day}\nsignature: 不署名\nimprint: false\n---\n",
        Value::from(organ)
    )
}

fn table(out: &mut String, title: &str, heads: &[&str], marks: &str, rows: &[Vec<String>]) {
    grid(out, &format!("::: 表 {title}"), heads, marks, rows);
}

/// A table under the line `mark`.
pub(super) fn grid(
    out: &mut String,
    mark: &str,
    heads: &[&str],
    marks: &str,
    rows: &[Vec<String>],
) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\n{mark}\n\n| {} |\n{marks}\n", heads.join(" | "));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

impl Form {
    /// The form as a manuscript for `anjuan set`; what people sign stays empty.
    #[must_use]
    pub fn manuscript(&self) -> String {
        let mut out = head("电子档案移交与接收登记表", &self.sender, &self.date);
        let row = |name: &str, value: String| vec![name.to_owned(), value];
        let mut rows = vec![
            row("交接工作名称", self.work.clone()),
            row("内容描述", self.content.clone()),
            row("移交电子档案数量", format!("{}件（{}个文件）", self.items, self.files)),
            row("移交数据量", format!("{}GB（{}字节）", self.gigabytes, self.bytes)),
            row("载体起止顺序号", self.carrier.clone()),
            row("移交载体类型、规格", self.carrier_kind.clone()),
        ];
        if let Some(mark) = self.handover {
            rows.push(row("移交次序", format!("第{}次", mark.sequence)));
            if let Some(book) = mark.book {
                let words = format!("打包时{}条，{}", book.entries, book.head);
                rows.push(row("移交登记簿校验值", words));
            }
        }
        if let Some(number) = &self.accession {
            rows.push(row("接收号", number.clone()));
        }
        let marks = "|:------:|------------------------|";
        let _ = writeln!(
            out,
            "移交单位：{}。接收单位：{}。",
            plain(&self.sender),
            plain(&self.receiver)
        );
        table(&mut out, "移交情况", &["项目", "内容"], marks, &rows);
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (at, (name, mine)) in self.checked_by_sender.iter().enumerate() {
            let theirs = self.checked_by_receiver.as_ref().and_then(|all| all.get(at));
            let theirs = theirs.map_or_else(|| "　".to_owned(), |(_, words)| words.clone());
            rows.push(vec![name.clone(), mine.clone(), theirs]);
        }
        for name in ["载体外观", "填表人（签名）", "审核人（签名）", "单位（印章）", "年月日"]
        {
            rows.push(vec![name.into(), "　".into(), "　".into()]);
        }
        let marks = "|:------:|------------|------------|";
        table(&mut out, "检验内容", &["检验内容", "移交单位", "接收单位"], marks, &rows);
        let digest = |name: &str, value: String| {
            vec![self.carrier.clone(), name.to_owned(), value, self.gigabytes.clone()]
        };
        let mut rows = vec![
            digest("整包，SHA-256", self.sha256.to_string()),
            digest("整包，SM3", self.sm3.to_string()),
        ];
        rows.extend(self.tagmanifest.map(|d| digest("标签清单，SHA-256", d.to_string())));
        let heads = ["载体（包）编号", "内容说明", "数字摘要", "实际容量（GB）"];
        let marks = "|:--------:|:------:|------------------------|:----:|";
        table(&mut out, "电子档案数字摘要", &heads, marks, &rows);
        out
    }
}

impl Body {
    /// 退回单 as a manuscript for `anjuan set`: the reasons, check by check and file by file.
    #[must_use]
    pub fn slip(&self) -> String {
        let at = date::office_time(&self.time);
        let day = at.get(..10).unwrap_or("2000-01-01");
        let organ = if self.receiver.is_empty() { "接收单位" } else { &self.receiver };
        let mut out = head("电子档案退回单", organ, day);
        let nth = self.handover.map_or_else(String::new, |m| format!("第{}次移交的", m.sequence));
        let from = if self.sender.is_empty() { "移交单位" } else { &self.sender };
        let name =
            if self.bundle.is_empty() { "（打不开，编号不详）" } else { &self.bundle };
        let _ = writeln!(
            out,
            "退回号：{}。{}{nth}归档包{}不予接收，现予退回。\n\n整包的SHA-256：{}。",
            self.number,
            plain(from),
            plain(name),
            self.sha256
        );
        if !self.reason.is_empty() {
            let _ = writeln!(out, "\n退回理由：{}。", plain(self.reason.trim_end_matches('。')));
        }
        let text =
            |v: &Value, key: &str| v.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
        let mut rows = Vec::new();
        for check in &self.checks {
            let id = text(check, "id");
            let bad = text(check, "outcome") == "FAIL";
            let result = if bad { "不合格" } else { "警告" };
            let evidence = check.get("evidence").and_then(Value::as_array);
            let evidence = evidence.map(Vec::as_slice).unwrap_or_default();
            if evidence.is_empty() {
                rows.push(vec![id.clone(), result.into(), "整包".into(), text(check, "message")]);
            }
            for fact in evidence {
                let (expected, found) = (text(fact, "expected"), text(fact, "found"));
                let mut words = text(check, "message");
                if !expected.is_empty() {
                    let _ = write!(words, "；应为{expected}");
                }
                if !found.is_empty() {
                    let _ = write!(words, "；实为{found}");
                }
                rows.push(vec![id.clone(), result.into(), text(fact, "path"), words]);
            }
        }
        if !rows.is_empty() {
            let heads = ["检测项", "结果", "文件、项目", "原因"];
            let marks = "|:----:|:----:|------------|------------------------|";
            table(&mut out, "退回原因", &heads, marks, &rows);
        }
        // The seal goes over unit and day; what the other side signs stays empty.
        let [by, unit] = [&self.by, &self.receiver].map(|text| plain(text));
        let day = day.parse().map(date::chinese).unwrap_or_default();
        let _ = write!(
            out,
            "\n经办人（签名）：{by}\n\n退回单位（盖章）：{unit}\n\n退回日期：{day}\n\n\
             移交单位签收人（签名）：\n\n签收日期：\n"
        );
        out
    }
}
