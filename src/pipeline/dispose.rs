//! 鉴定清单: the list of what has run out, as a workbook or a manuscript, for those who decide.

use std::fmt::Write as _;
use std::path::Path;

use chrono::NaiveDate;

use super::keeping::Disposal;
use crate::archive::cell_text;
use crate::container::{vacant, write_atomically};
use crate::diag::Failure;
use crate::ledger::{Cell, Plain};

const TITLE: &str = "到期档案鉴定清单";
const HEADS: &[(&str, f64)] = &[
    ("序号", 6.0),
    ("档号", 28.0),
    ("题名", 48.0),
    ("责任者", 24.0),
    ("文号", 20.0),
    ("日期", 12.0),
    ("保管期限", 9.0),
    ("期满日", 12.0),
    ("页数", 6.0),
    ("接收号", 11.0),
    ("鉴定意见", 16.0),
    ("备注", 12.0),
];

/// Whether a list may be written to `out`, before anything is looked up.
///
/// # Errors
/// [`Failure::Usage`] for a name that is taken, another ending, or no `organ` where the list is a manuscript.
pub fn may_write_disposal(organ: Option<&str>, out: &Path) -> Result<(), Failure> {
    match (out.extension().and_then(|e| e.to_str()), organ) {
        (Some("xlsx" | "toml"), _) | (Some("md"), Some(_)) => {}
        (Some("md"), None) => {
            let words = "写成文稿要用 --organ 写明鉴定单位，如 --organ 市档案室";
            return Err(Failure::Usage(words.to_owned()));
        }
        _ => {
            let words = format!(
                "{} 要以 .xlsx（工作簿）、.md（文稿）或 .toml（销毁清册）结尾",
                out.display()
            );
            return Err(Failure::Usage(words));
        }
    }
    // An opinion may have been filled in since.
    vacant(out)
}

/// Writes the list to `out`: `.toml`, a 销毁清册 to be filled in and carried out; `.xlsx`; or `.md`, a manuscript that `anjuan set` prints, for which `organ` decides.
///
/// # Errors
/// [`Failure::Usage`] for another ending or no `organ`; the world's.
pub fn write_disposal(
    list: &Disposal,
    day: NaiveDate,
    organ: Option<&str>,
    out: &Path,
) -> Result<(), Failure> {
    may_write_disposal(organ, out)?;
    let day = day.format("%Y-%m-%d").to_string();
    let bytes = match out.extension().and_then(|e| e.to_str()) {
        Some("xlsx") => {
            let rows = (1_u32..).zip(&list.expired).map(|(n, e)| {
                let text = |t: &str| (!t.is_empty()).then(|| Cell::Text(t.to_owned()));
                vec![
                    Some(Cell::Number(n.into())),
                    text(&e.record),
                    text(&e.title),
                    text(&e.responsible),
                    text(e.document_number.as_deref().unwrap_or_default()),
                    Some(Cell::Day(e.date.clone())),
                    text(e.retention.name()),
                    Some(Cell::Day(e.until.clone())),
                    Some(Cell::Number(e.pages.into())),
                    text(&e.accession),
                    None,
                    text(if e.files == 0 { "纸质" } else { "" }),
                ]
            });
            let rows: Vec<_> = rows.collect();
            let subtitle = format!("截至 {day}　共 {} 件", list.expired.len());
            let table = Plain {
                name: TITLE,
                title: TITLE,
                subtitle: &subtitle,
                heads: HEADS,
                rows: &rows,
                day: &day,
            };
            table.workbook()?
        }
        Some("md") => manuscript(list, organ.unwrap_or_default(), &day).into_bytes(),
        _ => super::destroy::blank(list, &day).into_bytes(),
    };
    write_atomically(out, |file| std::io::Write::write_all(file, &bytes))?;
    Ok(())
}

fn manuscript(list: &Disposal, organ: &str, day: &str) -> String {
    let quoted = serde_json::Value::from(organ).to_string();
    let mut out = format!(
        "---\nform: 无版头\ntitle: {TITLE}\nissuers: [{quoted}]\ndate: {day}\nsignature: 不署名\nimprint: false\n---\n\
         鉴定单位：{}。截至{day}，保管期限已满{}件；另有未满{}件，永久保管{}件。\n\n\
         保管期限自归档年度的次年1月1日起算（国家档案局令第8号）。期满只是提请鉴定，是否销毁由鉴定小组决定；\
         未经批准，任何一件都不得销毁。\n\n::: 表 到期档案\n\n\
         | 序号 | 档号 | 题名 | 保管期限 | 期满日 | 鉴定意见 |\n\
         |:----:|----------------|--------------------|:------:|:--------:|----------|\n",
        cell_text(organ),
        list.expired.len(),
        list.running,
        list.permanent,
    );
    for (n, e) in (1..).zip(&list.expired) {
        let cells = [&e.record, &e.title].map(|cell| cell_text(cell));
        let _ = writeln!(
            out,
            "| {n} | {} | {} | {} |  |",
            cells.join(" | "),
            e.retention.name(),
            e.until
        );
    }
    out.push_str("\n鉴定小组成员（签名）：\n\n批准人（签名）：\n\n日期：\n");
    out
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{may_write_disposal, write_disposal};
    use crate::diag::Failure;
    use crate::ledger::Book;
    use crate::pipeline::keeping::{Disposal, Expired};
    use crate::vocab::retention::Retention;

    fn list() -> Disposal {
        let one = Expired {
            record: "Z109-WS·2015-D10-DCB-0001".into(),
            title: "关于|试验*的通知".into(),
            responsible: "甲市办公室".into(),
            document_number: None,
            date: "2015-03-04".into(),
            retention: Retention::Years10,
            year: 2015,
            until: "2025-12-31".into(),
            pages: 2,
            bundle: "AJ-1".into(),
            accession: "2016-0001".into(),
            files: 0,
        };
        Disposal { expired: vec![one], permanent: 3, running: 4 }
    }

    #[test]
    fn the_list_is_a_workbook_or_a_manuscript() {
        let dir = tempfile::tempdir().unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let at = |name: &str| dir.path().join(name);
        write_disposal(&list(), day, None, &at("清单.xlsx")).unwrap();
        assert!(Book::open(&at("清单.xlsx")).is_ok());
        let bytes = std::fs::read(at("清单.xlsx")).unwrap();
        write_disposal(&list(), day, None, &at("又一份.xlsx")).unwrap();
        assert_eq!(std::fs::read(at("又一份.xlsx")).unwrap(), bytes);
        let refused = write_disposal(&list(), day, None, &at("清单.xlsx"));
        assert!(matches!(refused, Err(Failure::Usage(_))), "written over");
        write_disposal(&list(), day, Some("市档案室"), &at("清单.md")).unwrap();
        let text = std::fs::read_to_string(at("清单.md")).unwrap();
        let row = "| 1 | Z109-WS·2015-D10-DCB-0001 | 关于/试验\\*的通知 | 10年 | 2025-12-31 |  |";
        assert!(text.contains(row), "{text}");
        assert!(text.contains("已满1件；另有未满4件，永久保管3件"));
        for (name, organ) in
            [("又.md", None), ("清单.doc", Some("市档案室")), ("清单.md", Some("室"))]
        {
            assert!(may_write_disposal(organ, &at(name)).is_err(), "{name} is refused before");
            let refused = write_disposal(&list(), day, organ, &at(name));
            assert!(matches!(refused, Err(Failure::Usage(_))), "{name}");
        }
    }
}
