//! 销毁清册: the list of what has run out as a data file, filled in and approved; and what it orders, carried out.

use std::fmt::Write as _;
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::keeping::{Disposal, until};
use super::{Settings, today};
use crate::archive::{Approval, Destruction, Doomed, Store};
use crate::diag::{Diagnostic, Failure, SourceFile, Span, WorldError, read_table};
use crate::vocab::date;
use crate::vocab::retention::Retention;

const FORMAT: &str = "anjuan-disposal-list/1";
const DESTROY: &str = "销毁";
const KEEP: &str = "续存";
/// Fewest 监销人.
const WITNESSES: usize = 2;
const HINT: &str = "改正销毁清册；空白清册用 anjuan dispose list --out 清册.toml 另做。";

/// The list as a data file to be filled in.
pub(super) fn blank(list: &Disposal, day: &str) -> String {
    let mut out = format!(
        "# 档案销毁清册。鉴定人逐件填鉴定意见（{DESTROY}、{KEEP}），批准后填批准各项，两名以上监销人签名；\n\
         # 核对：anjuan dispose carry-out 清册.toml --approval 批准文号 --archive 档案库 --dry-run\n\
         format = \"{FORMAT}\"\nas_of = \"{day}\"\n\
         approval = \"\"       # 批准文号\norgan = \"\"          # 批准单位\n\
         approved_by = \"\"    # 批准人\napproved_on = \"\"    # 批准日期，如 2036-03-01\n\
         reason = \"保管期限已满，经鉴定没有继续保存的价值\"\n\
         appraisers = []     # 鉴定人\nsupervisors = []    # 监销人，如 [\"张三\", \"李四\"]\n"
    );
    let paper = list.expired.iter().filter(|e| e.files == 0).count();
    if paper > 0 {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# 另有 {paper} 件纸质件没有电子文件，不在此列，另行销毁。");
    }
    for e in list.expired.iter().filter(|e| e.files > 0) {
        out.push_str("\n[[item]]\n");
        let retention = e.retention.name().to_owned();
        for (key, value) in [
            ("record", &e.record),
            ("title", &e.title),
            ("bundle", &e.bundle),
            ("accession", &e.accession),
            ("retention", &retention),
            ("until", &e.until),
        ] {
            let clean: String =
                value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let _ = writeln!(out, "{key} = {}", serde_json::Value::from(clean));
        }
        out.push_str("opinion = \"\"\n");
    }
    out
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    format: Spanned<String>,
    as_of: Spanned<String>,
    approval: Spanned<String>,
    organ: Spanned<String>,
    approved_by: Spanned<String>,
    approved_on: Spanned<String>,
    reason: Spanned<String>,
    appraisers: Spanned<Vec<String>>,
    supervisors: Spanned<Vec<String>>,
    #[serde(default)]
    item: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    record: Spanned<String>,
    title: Spanned<String>,
    bundle: String,
    accession: String,
    retention: Spanned<Retention>,
    until: Spanned<String>,
    opinion: Spanned<String>,
}

/// 销毁结果.
#[derive(Debug)]
pub struct CarriedOut {
    /// What was destroyed; of a trial, what would be.
    pub destroyed: Vec<(String, String)>,
    /// 续存 by the list.
    pub kept: usize,
    /// The destruction; none of a trial.
    pub destruction: Option<Destruction>,
}

/// Carries out the approved list at `path`, whose 批准文号 must be `approval`; a trial only checks. Nothing is touched unless
/// everything holds.
///
/// # Errors
/// [`Failure::Rejected`] with every B-21 against the list, [`Failure::No`] with what the store has against it,
/// [`Failure::NoArchive`], [`Failure::Locked`], what the system reports.
pub fn carry_out(
    settings: &Settings,
    archive: &Path,
    path: &Path,
    approval: &str,
    trial: bool,
) -> Result<CarriedOut, Failure> {
    let text = std::fs::read_to_string(path).map_err(WorldError::while_("读取销毁清册", path))?;
    let source = SourceFile::new(path.display().to_string(), text);
    let list: List = read_table(&source, "B-21", "销毁清册", HINT)
        .map_err(|finding| Failure::Rejected(vec![*finding]))?;
    let reader = Reader { source: &source, today: today(settings), findings: Vec::new() };
    let (doomed, kept) = reader.check(&list, approval)?;
    let destroyed = |items: Vec<crate::archive::Destroyed>| {
        items.into_iter().map(|i| (i.record, i.title)).collect()
    };
    let titles: Vec<&str> = wanted(&list).map(|row| row.title.get_ref().as_str()).collect();
    let same = |items: &[crate::archive::Destroyed]| {
        let other = items.iter().zip(&titles).find(|(item, title)| item.title != **title);
        other.map_or(Ok(()), |(item, title)| {
            let words =
                format!("{} 的题名在库里是“{}”，清册上是“{title}”", item.record, item.title);
            Err(Failure::No(vec![Diagnostic::error("B-21", words).hint(HINT)]))
        })
    };
    if trial {
        let items = Store::open_for_reading(archive)?.doom(&doomed)?;
        same(&items)?;
        return Ok(CarriedOut { destroyed: destroyed(items), kept, destruction: None });
    }
    let mut store = Store::open(archive, false)?;
    same(&store.doom(&doomed)?)?;
    let approval = Approval {
        approval: list.approval.into_inner(),
        organ: list.organ.into_inner(),
        approved_by: list.approved_by.into_inner(),
        approved_on: list.approved_on.into_inner(),
        reason: list.reason.into_inner(),
        appraisers: list.appraisers.into_inner(),
        supervisors: list.supervisors.into_inner(),
        list: source.text().to_owned(),
    };
    let done = store.destroy(&approval, &doomed, &settings.clock)?;
    #[cfg(feature = "search")]
    super::search::index_anew(&store, archive)?;
    let items = destroyed(done.items.clone());
    Ok(CarriedOut { destroyed: items, kept, destruction: Some(done) })
}

fn wanted(list: &List) -> impl Iterator<Item = &Row> {
    list.item.iter().filter(|row| row.opinion.get_ref() == DESTROY)
}

/// Holds a list against what is asked of it.
struct Reader<'a> {
    source: &'a std::sync::Arc<SourceFile>,
    today: NaiveDate,
    findings: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn bad<T>(&mut self, at: &Spanned<T>, words: String) {
        let finding = Diagnostic::error("B-21", words).at(Span::new(self.source, at.span()));
        self.findings.push(finding.hint(HINT));
    }

    fn check(mut self, list: &List, approval: &str) -> Result<(Vec<Doomed>, usize), Failure> {
        if list.format.get_ref() != FORMAT {
            self.bad(&list.format, format!("清册的格式须为 {FORMAT}"));
        }
        for (field, name) in [
            (&list.approval, "批准文号（approval）"),
            (&list.organ, "批准单位（organ）"),
            (&list.approved_by, "批准人（approved_by）"),
            (&list.reason, "销毁理由（reason）"),
        ] {
            if field.get_ref().trim().is_empty() {
                self.bad(field, format!("没有填{name}；未经批准，任何一件都不得销毁"));
            }
        }
        if list.approval.get_ref() != approval {
            let words = format!("清册的批准文号与 --approval 给出的“{approval}”不同");
            self.bad(&list.approval, words);
        }
        self.days(list);
        self.people(list);
        let mut doomed: Vec<Doomed> = Vec::new();
        let mut kept = 0;
        for row in &list.item {
            match row.opinion.get_ref().as_str() {
                DESTROY => self.row(row, &mut doomed),
                KEEP => kept += 1,
                other => {
                    let words = format!(
                        "{} 的鉴定意见“{other}”应为{DESTROY}或{KEEP}",
                        row.record.get_ref()
                    );
                    self.bad(&row.opinion, words);
                }
            }
        }
        if doomed.is_empty() && self.findings.is_empty() {
            self.bad(&list.format, format!("没有一件的鉴定意见为{DESTROY}"));
        }
        if self.findings.is_empty() {
            Ok((doomed, kept))
        } else {
            Err(Failure::Rejected(self.findings))
        }
    }

    fn days(&mut self, list: &List) {
        let (as_of, on) =
            (date::parse(list.as_of.get_ref()), date::parse(list.approved_on.get_ref()));
        if as_of.is_none() {
            self.bad(&list.as_of, "截止日期（as_of）不是日期".into());
        }
        match on {
            None => self.bad(&list.approved_on, "没有填批准日期（approved_on），或不是日期".into()),
            Some(on) if on > self.today => {
                self.bad(&list.approved_on, format!("批准日期 {on} 还没有到"));
            }
            Some(on) if as_of.is_some_and(|as_of| on < as_of) => {
                self.bad(&list.approved_on, format!("批准日期 {on} 早于清册的截止日期"));
            }
            Some(_) => {}
        }
    }

    fn people(&mut self, list: &List) {
        let distinct = |names: &[String]| {
            let mut names: Vec<&str> =
                names.iter().map(|n| n.trim()).filter(|n| !n.is_empty()).collect();
            names.sort_unstable();
            names.dedup();
            names.len()
        };
        if distinct(list.appraisers.get_ref()) == 0 {
            self.bad(&list.appraisers, "没有填鉴定人（appraisers）".into());
        }
        let supervisors = list.supervisors.get_ref();
        if distinct(supervisors) < WITNESSES || distinct(supervisors) != supervisors.len() {
            let words = format!("监销人（supervisors）须为 {WITNESSES} 名以上不同的人");
            self.bad(&list.supervisors, words);
        }
        if supervisors.contains(list.approved_by.get_ref()) {
            let words = format!("批准人 {} 不能又是监销人", list.approved_by.get_ref());
            self.bad(&list.supervisors, words);
        }
    }

    fn row(&mut self, row: &Row, doomed: &mut Vec<Doomed>) {
        let record = row.record.get_ref();
        let retention = *row.retention.get_ref();
        if retention == Retention::Permanent {
            return self.bad(&row.retention, format!("{record} 永久保管，不得销毁"));
        }
        let code = crate::vocab::archival_code::ArchivalCode::parse(record);
        let last = code.and_then(|code| until(retention, code.year));
        match last {
            Some(last) if last.to_string() != *row.until.get_ref() => {
                self.bad(&row.until, format!("{record} 的期满日应为 {last}"));
            }
            Some(last) if last >= self.today => {
                self.bad(&row.until, format!("{record} 的保管期限到 {last} 才满"));
            }
            Some(_) => {}
            None => self.bad(&row.record, format!("{record} 不是合规则的档号，算不出期满日")),
        }
        if doomed.iter().any(|d| d.record == *record && d.bundle == row.bundle) {
            return self.bad(&row.record, format!("{record} 在清册上有两次"));
        }
        doomed.push(Doomed {
            record: record.clone(),
            bundle: row.bundle.clone(),
            accession: row.accession.clone(),
            retention,
            until: row.until.get_ref().clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{List, Reader, blank};
    use crate::diag::{Failure, SourceFile, read_table};
    use crate::pipeline::keeping::{Disposal, Expired};
    use crate::vocab::date;
    use crate::vocab::retention::Retention;

    fn filled() -> String {
        let one = |n: u32, files| Expired {
            record: format!("Z109-WS·2015-D10-DCB-{n:04}"),
            title: "关于“试验”的\n通知".into(),
            responsible: "甲市办公室".into(),
            document_number: None,
            date: "2015-03-04".into(),
            retention: Retention::Years10,
            year: 2015,
            until: "2025-12-31".into(),
            pages: 2,
            bundle: "AJ-1".into(),
            accession: "2016-0001".into(),
            files,
        };
        let list =
            Disposal { expired: vec![one(1, 1), one(2, 1), one(3, 0)], permanent: 0, running: 0 };
        let mut text = blank(&list, "2026-01-01");
        assert!(text.contains("另有 1 件纸质件") && !text.contains("DCB-0003"), "{text}");
        for (from, to) in [
            ("approval = \"\"", "approval = \"1号\""),
            ("organ = \"\"", "organ = \"甲市档案局\""),
            ("approved_by = \"\"", "approved_by = \"赵六\""),
            ("approved_on = \"\"", "approved_on = \"2026-02-01\""),
            ("appraisers = []", "appraisers = [\"王五\"]"),
            ("supervisors = []", "supervisors = [\"张三\", \"李四\"]"),
        ] {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        text.replacen("opinion = \"\"", "opinion = \"销毁\"", 1).replacen(
            "opinion = \"\"",
            "opinion = \"续存\"",
            1,
        )
    }

    /// What is wrong with a list, as `line: words`; none if it holds.
    fn wrong(text: &str) -> Vec<String> {
        let source: Arc<SourceFile> = SourceFile::new("清册.toml", text);
        let list: List = match read_table(&source, "B-21", "销毁清册", "") {
            Ok(list) => list,
            Err(finding) => return vec![finding.message],
        };
        let today = date::parse("2026-03-01").unwrap();
        let reader = Reader { source: &source, today, findings: Vec::new() };
        match reader.check(&list, "1号") {
            Ok((doomed, kept)) => {
                assert_eq!((doomed.len(), kept), (1, 1));
                assert_eq!(doomed[0].record, "Z109-WS·2015-D10-DCB-0001");
                Vec::new()
            }
            Err(Failure::Rejected(findings)) => {
                findings.into_iter().map(|f| format!("{}: {}", f.code, f.message)).collect()
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_list_as_it_is_made_and_filled_in_holds() {
        assert_eq!(wrong(&filled()), Vec::<String>::new());
    }

    #[test]
    fn every_gap_in_a_list_is_told() {
        let text = filled();
        for (from, to, words) in [
            ("approval = \"1号\"", "approval = \"2号\"", "--approval"),
            ("organ = \"甲市档案局\"", "organ = \" \"", "批准单位"),
            ("approved_by = \"赵六\"", "approved_by = \"张三\"", "不能又是监销人"),
            ("\"2026-02-01\"", "\"2026-03-02\"", "还没有到"),
            ("\"2026-02-01\"", "\"2025-12-30\"", "早于清册"),
            ("[\"张三\", \"李四\"]", "[\"张三\"]", "2 名以上"),
            ("[\"张三\", \"李四\"]", "[\"张三\", \"张三\"]", "2 名以上"),
            ("[\"王五\"]", "[]", "鉴定人"),
            ("opinion = \"续存\"", "opinion = \"\"", "鉴定意见"),
            ("until = \"2025-12-31\"", "until = \"2024-12-31\"", "期满日应为"),
            ("retention = \"10年\"", "retention = \"永久\"", "永久保管"),
            ("retention = \"10年\"", "retention = \"30年\"", "期满日应为 2045-12-31"),
            ("-0001\"", "-1\"", "不是合规则的档号"),
            ("format = \"", "form = \"", "form"),
        ] {
            assert!(text.contains(from), "{from}");
            let found = wrong(&text.replacen(from, to, 1));
            assert!(found.iter().any(|f| f.contains(words)), "{from} → {to}: {found:?}");
        }
        let running = filled().replace("2015-D10", "2016-D10").replace("2025-12-31", "2026-12-31");
        assert!(wrong(&running)[0].contains("才满"));
        let twice = text.replace("-0002\"", "-0001\"").replace("续存\"\n", "销毁\"\n");
        assert!(wrong(&twice).iter().any(|f| f.contains("两次")), "{:?}", wrong(&twice));
    }
}
