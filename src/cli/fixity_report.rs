//! 巡检报告: what a check of stored files found, as a manuscript, text or data.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::inspection_report::SOFTWARE;
use super::report_form::Form;
use crate::archive::{FixitySummary, ObjectCheck, cell_text};
use crate::diag::Diagnostic;
use crate::vocab::date;

/// A report on one run.
pub struct Report<'a> {
    /// Its figures.
    pub summary: &'a FixitySummary,
    /// Every object checked.
    pub checks: &'a [ObjectCheck],
    /// When it ended.
    pub now: DateTime<Utc>,
}

impl Report<'_> {
    /// Its text.
    pub fn text(&self, form: Form) -> String {
        match form {
            Form::Json => self.json(),
            Form::Text => self.plain(),
            Form::Manuscript => self.manuscript(),
        }
    }

    fn time(&self) -> String {
        self.now.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// `anjuan-fixity/1`.
    fn json(&self) -> String {
        let objects = self.checks.iter().map(|check| {
            let mut line = serde_json::to_value(check).unwrap_or_default();
            if let Some(map) = line.as_object_mut() {
                map.shift_insert(0, "type".into(), "object".into());
                let findings = serde_json::to_value(&check.findings).unwrap_or_default();
                map.insert("findings".into(), findings);
            }
            line
        });
        let page = json!({
            "format": "anjuan-fixity/1",
            "time": self.time(),
            "summary": self.summary,
            "objects": objects.collect::<Vec<Value>>(),
        });
        serde_json::to_string_pretty(&page).unwrap_or_default() + "\n"
    }

    fn facts(&self) -> [(&'static str, String); 6] {
        let s = self.summary;
        let verdict = match s.damaged {
            0 => "全部完好".to_owned(),
            n => format!("{n} 个包有损坏"),
        };
        let oldest = match (s.never, &s.oldest) {
            (0, Some(oldest)) => date::office_time(oldest),
            (never, _) => format!("还有 {never} 个包从未查过"),
        };
        [
            ("巡检时间", date::office_time(&self.time())),
            ("检查范围", format!("库中 {} 个包，查了 {} 个", s.objects, s.checked)),
            ("检查数量", format!("{} 个文件、{} 字节", s.files, s.bytes)),
            ("结果", verdict),
            ("全库最久的一次检查", oldest),
            ("检查程序", SOFTWARE.to_owned()),
        ]
    }

    fn findings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.checks.iter().flat_map(|c| &c.findings)
    }

    /// What hands fill.
    fn signing(&self) -> [String; 3] {
        let day = date::chinese(date::office_day(self.now));
        [
            "检查人（签名）：　　　　　　　审核人（签名）：".into(),
            "单位（盖章）：".into(),
            format!("检查日期：{day}"),
        ]
    }

    fn plain(&self) -> String {
        let mut out = String::from("档案库巡检报告\n\n");
        // Writing to a String cannot fail.
        for (key, value) in self.facts() {
            let _ = writeln!(out, "{key}：{value}");
        }
        out.push('\n');
        for c in self.checks {
            let _ = writeln!(
                out,
                "{}　{} v{}　{} 个文件、{} 字节",
                word(c.sound),
                c.object,
                c.version,
                c.files,
                c.bytes
            );
            for f in &c.findings {
                let _ = writeln!(out, "    · {}　{}　{}", f.code, place(f), f.message);
            }
        }
        out.push('\n');
        for line in self.signing() {
            let _ = writeln!(out, "{line}");
        }
        out
    }

    fn manuscript(&self) -> String {
        let day = date::office_day(self.now);
        let mut out = format!(
            "---\nform: 无版头\ntitle: 档案库巡检报告\nissuers: [档案保管单位]\nsignature: 不署名\nimprint: false\n\
             date: {day}\n---\n::: 表 巡检情况\n\n| 项目 | 内容 |\n|------|------------------|\n"
        );
        // Writing to a String cannot fail.
        for (key, value) in self.facts() {
            let _ = writeln!(out, "| {key} | {} |", cell_text(&value));
        }
        out.push_str(
            "\n::: 表 检查的包\n\n| 归档包 | 版本 | 文件数 | 字节数 | 结果 |\n\
             |------------------|:---:|----:|-------:|:----:|\n",
        );
        for c in self.checks {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                cell_text(&c.object),
                c.version,
                c.files,
                c.bytes,
                word(c.sound)
            );
        }
        if self.findings().next().is_some() {
            out.push_str(
                "\n::: 表 发现的损坏\n\n| 编号 | 位置 | 问题 |\n|:----:|--------------|--------------|\n",
            );
        }
        for f in self.findings() {
            let cells = [place(f), &f.message].map(cell_text);
            let _ = writeln!(out, "| {} | {} |", f.code, cells.join(" | "));
        }
        for line in self.signing() {
            let _ = writeln!(out, "\n{line}");
        }
        out
    }
}

fn word(sound: bool) -> &'static str {
    if sound { "完好" } else { "损坏" }
}

fn place(finding: &Diagnostic) -> &str {
    finding.cell.as_ref().map(|c| c.file.as_str()).unwrap_or_default()
}
