//! 四性检测报告: the results of an inspection as a file: a manuscript that `set` prints, text, or JSON.
//!
//! It says in which bytes (by their digests), when and by which program it was found.

use chrono::NaiveDate;
use serde_json::json;
use std::fmt::Write as _;

use super::inspection::{heading, verdict, word};
use super::report_form::Form;
use crate::archive::{Check, Inspection, Outcome, cell_text as plain};
use crate::diag::Failure;
use crate::fixity::DigestSet;
use crate::vocab::date;

/// What made a report.
pub(super) const SOFTWARE: &str = concat!("anjuan ", env!("CARGO_PKG_VERSION"));
const PROPERTIES: [&str; 4] = ["真实性", "完整性", "可用性", "安全性"];

/// A report on one bundle.
pub struct Report<'a> {
    /// The results.
    pub inspection: &'a Inspection,
    /// Digests of the file inspected; none for a folder.
    pub whole: Option<DigestSet>,
    /// 检测日期.
    pub day: NaiveDate,
}

impl Report<'_> {
    /// Its text.
    ///
    /// # Errors
    /// None but our own.
    pub fn text(&self, form: Form) -> Result<String, Failure> {
        match form {
            Form::Json => self.json(),
            Form::Text => Ok(self.plain()),
            Form::Manuscript => Ok(self.manuscript()),
        }
    }

    /// `anjuan-report/1` (report.schema.json).
    fn json(&self) -> Result<String, Failure> {
        let page = json!({
            "format": "anjuan-report/1",
            "bundle": self.inspection.name,
            "profile": self.inspection.form,
            "quick": self.inspection.quick,
            "accepted": self.inspection.accepted,
            "sha256": self.whole.map(|d| d.sha256),
            "sm3": self.whole.map(|d| d.sm3),
            "date": self.day.to_string(),
            "software": SOFTWARE,
            "checks": self.inspection.checks,
        });
        let text = serde_json::to_string_pretty(&page)
            .map_err(|e| Failure::Bug(format!("report: {e}")))?;
        Ok(text + "\n")
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut out = vec![
            ("归档包", self.inspection.name.clone()),
            ("格式", form_name(self.inspection)),
            ("检测方式", if self.inspection.quick { "快速" } else { "全面" }.into()),
        ];
        if let Some(digests) = &self.whole {
            out.push(("大小", format!("{} 字节", digests.size)));
            out.push(("SHA-256", digests.sha256.to_string()));
            out.push(("SM3", digests.sm3.to_string()));
        }
        out.push(("检测日期", date::chinese(self.day)));
        out.push(("检测程序", SOFTWARE.into()));
        out
    }

    fn plain(&self) -> String {
        let mut out = String::from("四性检测报告（DA/T 70-2018）\n\n");
        // Writing to a String cannot fail.
        for (key, value) in self.facts() {
            let _ = writeln!(out, "{key}：{value}");
        }
        for property in PROPERTIES {
            let _ = writeln!(out, "\n{property}");
            for check in self.inspection.checks.iter().filter(|c| c.property == property) {
                let _ = writeln!(
                    out,
                    "  {} {:<3} {}：{}",
                    word(check.outcome),
                    check.id,
                    check.name,
                    check.message
                );
                for line in evidence(check) {
                    let _ = writeln!(out, "         · {line}");
                }
            }
        }
        let _ = writeln!(
            out,
            "\n{}：{}（{}）",
            heading(self.inspection),
            verdict(self.inspection),
            totals(self.inspection)
        );
        out.push('\n');
        for line in self.signing() {
            let _ = writeln!(out, "{line}");
        }
        out
    }

    fn manuscript(&self) -> String {
        let mut out = String::from("---\nform: 无版头\ntitle: 四性检测报告\n");
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "issuers: [档案接收单位]\nsignature: 不署名\nimprint: false\ndate: {}\n---",
            self.day
        );
        let name = plain(&self.inspection.name);
        let _ = writeln!(
            out,
            "依据DA/T 70—2018，对归档包{name}的真实性、完整性、可用性、安全性进行了检测，结论为：{}。{}。\n",
            verdict(self.inspection),
            totals(self.inspection)
        );
        out.push_str("::: 表 归档包\n\n| 项目 | 内容 |\n|----|------------|\n");
        for (key, value) in self.facts() {
            let _ = writeln!(out, "| {key} | {} |", plain(&grouped(&value)));
        }
        for property in PROPERTIES {
            let _ = writeln!(
                out,
                "\n::: 表 {property}\n\n| 编号 | 项目 | 结果 | 说明 |\n|:---:|-------|:----:|------------|"
            );
            for check in self.inspection.checks.iter().filter(|c| c.property == property) {
                let _ = writeln!(
                    out,
                    "| {} | {} | {} | {} |",
                    check.id,
                    plain(check.name),
                    word(check.outcome).trim_end_matches('　'),
                    plain(&check.message)
                );
            }
        }
        let bad: Vec<&Check> = self
            .inspection
            .checks
            .iter()
            .filter(|c| {
                matches!(c.outcome, Outcome::Fail | Outcome::Warn) && !c.evidence.is_empty()
            })
            .collect();
        if !bad.is_empty() {
            out.push_str(
            "\n::: 表 发现的问题\n\n| 编号 | 位置 | 应为 | 实为 |\n|:---:|--------|------|------|\n",
        );
            for check in bad {
                for e in &check.evidence {
                    let cell = |v: Option<&String>| plain(&grouped(v.map_or("—", String::as_str)));
                    let _ = writeln!(
                        out,
                        "| {} | {} | {} | {} |",
                        check.id,
                        plain(&e.path),
                        cell(e.expected.as_ref()),
                        cell(e.found.as_ref())
                    );
                }
            }
        }
        for line in self.signing() {
            let _ = writeln!(out, "\n{line}");
        }
        out
    }

    /// What hands fill: names, and the seal over unit and day.
    fn signing(&self) -> [String; 3] {
        [
            "检测人（签名）：　　　　　　　审核人（签名）：".into(),
            "检测单位（盖章）：".into(),
            format!("检测日期：{}", date::chinese(self.day)),
        ]
    }
}

fn count(inspection: &Inspection, outcome: Outcome) -> usize {
    inspection.checks.iter().filter(|c| c.outcome == outcome).count()
}

fn totals(inspection: &Inspection) -> String {
    let n = |outcome| count(inspection, outcome);
    format!(
        "通过 {} 项，不通过 {} 项，警告 {} 项，须人工 {} 项，不适用 {} 项",
        n(Outcome::Pass),
        n(Outcome::Fail),
        n(Outcome::Warn),
        n(Outcome::Manual),
        n(Outcome::Na)
    )
}

fn form_name(inspection: &Inspection) -> String {
    match inspection.form.as_deref() {
        Some("bagit") => "BagIt 包（其他程序制作）".into(),
        Some("dat93") => "移交信息包（其他程序制作，没有 BagIt 清单）".into(),
        Some("sip") => "国际提交信息包（E-ARK SIP），不是归档包".into(),
        Some(format) => format.into(),
        None => "不能识别".into(),
    }
}

/// Every fact of what did not pass.
fn evidence(check: &Check) -> Vec<String> {
    let lines = check.evidence.iter().map(|e| {
        let mut line = e.path.clone();
        if let Some(expected) = &e.expected {
            let _ = write!(line, "　应为 {expected}");
        }
        if let Some(found) = &e.found {
            let _ = write!(line, "　实为 {found}");
        }
        line
    });
    lines.collect()
}

/// A digest in groups of sixteen figures, so that a cell can break it.
fn grouped(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let digest = word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
        if !digest {
            return word.to_owned();
        }
        let groups = (0..4).filter_map(|i| word.get(i * 16..(i + 1) * 16));
        groups.collect::<Vec<_>>().join(" ")
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::NaiveDate;
    use serde_json::Value;

    use super::Report;
    use crate::archive::{Depth, Inspection, verify};
    use crate::cli::report_form::Form;

    fn sample() -> (Inspection, Inspection) {
        let zip = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bundles/v1.zip");
        let dir = tempfile::tempdir().unwrap();
        let cut = dir.path().join("cut.zip");
        let mut bytes = std::fs::read(&zip).unwrap();
        let at = bytes.windows(5).position(|w| w == b"%PDF-").unwrap();
        bytes[at + 9] ^= 1;
        std::fs::write(&cut, bytes).unwrap();
        (verify(&zip, Depth::Full).unwrap(), verify(&cut, Depth::Full).unwrap())
    }

    #[test]
    fn a_report_tells_every_check_and_every_fault_in_each_form() {
        let (good, bad) = sample();
        let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let text = std::fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("archive-schema/dat93-bagit/report.schema.json"),
        )
        .unwrap();
        let judge = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
        for (inspection, verdict) in [(&good, "合格"), (&bad, "不合格")] {
            let report = Report { inspection, whole: None, day };
            let json: Value = serde_json::from_str(&report.text(Form::Json).unwrap()).unwrap();
            let faults: Vec<String> = judge.iter_errors(&json).map(|e| e.to_string()).collect();
            assert!(faults.is_empty(), "{faults:#?}");
            assert_eq!(json["checks"].as_array().unwrap().len(), inspection.checks.len());
            for form in [Form::Text, Form::Manuscript] {
                let text = report.text(form).unwrap();
                assert!(
                    text.contains(&format!("结论：{verdict}"))
                        || text.contains(&format!("结论为：{verdict}。")),
                    "{text}"
                );
                for check in &inspection.checks {
                    assert!(
                        text.contains(check.id) && text.contains(check.name),
                        "{} {text}",
                        check.id
                    );
                }
                assert_eq!(text.contains("正文.pdf"), !inspection.accepted, "{text}");
                for line in ["检测人（签名）", "审核人（签名）", "检测单位（盖章）"]
                {
                    assert!(text.contains(line), "{text}");
                }
                assert!(text.ends_with("检测日期：2026年11月24日\n"), "{text}");
            }
        }
    }
}
