//! 著录: of one old file, what is written, what is read and what is the rule, as a record's metadata.

use std::collections::BTreeMap;

use super::form::Row;
use super::{Found, State, about};
use crate::diag::Diagnostic;
use crate::extract::{Proposal, Reading, propose};
use crate::pipeline::TextReader;
use crate::pipeline::kept_format::{base, kept_name, settled_type};
use crate::record::{Known, Metadata, Provenance, TextNote};
use crate::vocab::archival_code::ArchivalCode;
use crate::vocab::date;
use crate::vocab::doc_number::DocNumber;
use crate::vocab::retention::Retention;
use crate::vocab::secrecy::Secrecy;

/// Of a long text so much is looked at for what it says of itself.
const LOOKED_AT: usize = 20_000;
/// Longest title (an inspection allows 1000 characters).
const LONGEST: usize = 500;

/// A file on its way into the archive.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) file: Found,
    /// Its attachments and their media types.
    pub(super) attachments: Vec<(Found, String)>,
    /// The description, as far as there is one; the 档号 is given out later.
    pub(super) metadata: Option<Metadata>,
    /// 归档年度.
    pub(super) year: u16,
    /// A 档号 that it has already.
    pub(super) code: Option<ArchivalCode>,
    pub(super) text: Option<String>,
    pub(super) media_type: String,
    /// Name within the record.
    pub(super) kept_name: String,
    pub(super) findings: Vec<Diagnostic>,
    /// Why it does not enter: returned or refused.
    pub(super) refused: Option<State>,
}

impl Candidate {
    /// A file that need not be looked into.
    pub(super) fn bare(file: Found) -> Self {
        Self {
            file,
            attachments: Vec::new(),
            metadata: None,
            year: 0,
            code: None,
            text: None,
            media_type: String::new(),
            kept_name: String::new(),
            findings: Vec::new(),
            refused: None,
        }
    }

    /// A finding about it.
    fn tell(&mut self, finding: Diagnostic) {
        let finding = about(&self.file.path, finding);
        self.findings.push(finding);
    }

    /// It comes back.
    fn back(&mut self, finding: Diagnostic) {
        self.tell(finding);
        self.refused = self.refused.max(Some(State::Returned));
    }
}

/// Elements as they were found, with how they are known.
struct Elements<'a> {
    row: Option<&'a Row>,
    defaults: &'a BTreeMap<&'static str, String>,
    known: BTreeMap<String, Known>,
}

impl Elements<'_> {
    /// What is written, else what was read, else the rule for all.
    fn take(&mut self, name: &'static str, read: Option<String>) -> Option<String> {
        let given = self.row.and_then(|r| r.get(name)).map(str::to_owned);
        let (value, known) = match (given, read, self.defaults.get(name)) {
            (Some(value), ..) => (value, Known::Given),
            (None, Some(value), _) => (value, Known::Read),
            (None, None, Some(value)) => (value.clone(), Known::Default),
            (None, None, None) => return None,
        };
        self.known.insert(name.to_owned(), known);
        Some(value)
    }

    /// The rule of this program.
    fn rule(&mut self, name: &str, value: impl Into<String>) -> String {
        self.known.insert(name.to_owned(), Known::Default);
        value.into()
    }
}

/// Reads and describes a file.
pub(super) fn describe(
    file: Found,
    parts: Vec<Found>,
    row: Option<&Row>,
    defaults: &BTreeMap<&'static str, String>,
    reader: &TextReader,
) -> Candidate {
    let won = reader.read(&file.path, &file.name);
    let extracted = won.extracted;
    let mut c = Candidate::bare(file);
    let (media, ending) = settled_type(&c.file.name, &extracted.media_type);
    c.media_type = media;
    c.kept_name = kept_name(&c.file.name, ending);
    if c.kept_name != base(&c.file.name) {
        let message =
            format!("文件名与内容不符或不便长期保存，库中改称“{}”，内容不变", c.kept_name);
        c.tell(Diagnostic::note("O-07", message));
    }
    match &extracted.reading {
        Reading::Text => {}
        Reading::NoText(why)
            if !c.media_type.is_empty() && ending != "zip" && c.file.digests.size > 0 =>
        {
            let finding = Diagnostic::warning("O-01", format!("没有文字可供检索：{why}"));
            c.tell(finding.hint("题名等请在著录表里填写；要检索全文，先用识别程序做出带文字层的 PDF，或用 --ocr 指明识别程序。"));
        }
        other => {
            let finding = Diagnostic::error("O-02", format!("不能导入：{}", other.words()));
            c.back(finding.hint("请解开、解密、修复或另存为 PDF 后再导入。"));
        }
    }
    if c.media_type.is_empty() && c.refused.is_none() {
        c.back(Diagnostic::error(
            "O-02",
            format!("不能导入：{}不在可收的格式之列", extracted.format),
        ));
    }
    let text = extracted.text();
    let head: String = text.chars().take(LOOKED_AT).collect();
    let mut said = propose(&head);
    let grid = c.media_type == "text/csv" || extracted.format.ends_with("工作簿");
    if grid {
        // Cells are no head of a document.
        said = Proposal { secrecy: said.secrecy, ..Proposal::default() };
    }
    if said.title.is_none() {
        let title = extracted.property("title").map(str::to_owned);
        said.title = title.filter(|t| t.chars().count() > 3 && !t.is_ascii());
    }
    let mut elements = Elements { row, defaults, known: BTreeMap::new() };
    secrecy(&mut c, &said, &mut elements);
    let metadata = metadata(&mut c, said, &mut elements, extracted.pages);
    let note = TextNote {
        format: extracted.format.clone(),
        encoding: extracted.encoding.clone(),
        ocr: won.ocr,
        notes: extracted.notes.clone(),
    };
    let text_note = (!text.is_empty()).then_some(note);
    let provenance =
        Provenance { file: c.file.name.clone(), elements: elements.known, text: text_note };
    c.metadata = Some(Metadata { provenance: Some(provenance), ..metadata });
    c.text = (!text.is_empty()).then_some(text);
    for part in parts {
        attach(&mut c, part, reader);
    }
    c
}

/// An attachment: it must be of a format that can be kept, and no secret.
fn attach(c: &mut Candidate, part: Found, reader: &TextReader) {
    let extracted = reader.read(&part.path, &part.name).extracted;
    let (media, ending) = settled_type(&part.name, &extracted.media_type);
    let head: String = extracted.text().chars().take(LOOKED_AT).collect();
    if let Some(secrecy) = propose(&head).secrecy.filter(|s| s.is_state_secret()) {
        secret(c, &part.name, secrecy);
    }
    let bad = matches!(extracted.reading, Reading::Damaged(_) | Reading::Encrypted);
    if media.is_empty() || bad {
        let why = if bad {
            extracted.reading.words()
        } else {
            format!("{}不在可收的格式之列", extracted.format)
        };
        c.back(Diagnostic::error("O-02", format!("附件“{}”不能导入：{why}", part.name)));
        return;
    }
    let name = kept_name(&part.name, ending);
    c.attachments.push((Found { name, ..part }, media));
}

fn secret(c: &mut Candidate, name: &str, secrecy: Secrecy) {
    let message = format!("“{name}”标有{}，不能导入", secrecy.name());
    let finding = Diagnostic::error("P-08", message);
    c.tell(finding.hint("涉密件请在涉密计算机上另行归档；已解密的，先在原件上办理解密标识。"));
    c.refused = Some(State::Refused);
}

/// P-08, by what is written and by what stands at the head of the document.
fn secrecy(c: &mut Candidate, said: &Proposal, elements: &mut Elements<'_>) {
    let given = elements.row.and_then(|r| r.get("密级")).and_then(secrecy_of);
    let ruled = elements.defaults.get("密级").and_then(|s| secrecy_of(s));
    let worst = given.or(ruled).into_iter().chain(said.secrecy).max();
    if let Some(secrecy) = worst.filter(|s| s.is_state_secret()) {
        let name = c.file.name.clone();
        secret(c, &name, secrecy);
    }
}

fn metadata(
    c: &mut Candidate,
    said: Proposal,
    elements: &mut Elements<'_>,
    pages: Option<u32>,
) -> Metadata {
    // What is written and what the document says should agree.
    if let Some(row) = elements.row {
        let read = [("文号", said.number.clone()), ("日期", said.date.clone())];
        for (name, read) in read {
            let (Some(given), Some(read)) = (row.get(name), read) else { continue };
            let given = normal(name, given).unwrap_or_else(|| given.to_owned());
            if given != read {
                let message = format!("{name}著录为“{given}”，原文像是“{read}”，按著录的导入");
                let finding = row.finding(name, Diagnostic::warning("O-05", message));
                c.findings.push(finding.about(c.file.path.display().to_string()));
            }
        }
    }
    let stem =
        base(&c.file.name).rsplit_once('.').map_or(base(&c.file.name), |(s, _)| s).to_owned();
    let title = elements.take("题名", said.title).unwrap_or_else(|| elements.rule("题名", stem));
    let title: String =
        title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect();
    let number = typed(c, elements, "文号", said.number);
    let day = typed(c, elements, "日期", said.date);
    let open = c.refused.is_none();
    if open && day.is_none() && elements.row.is_none_or(|r| r.get("日期").is_none()) {
        let finding = Diagnostic::error(
            "O-03",
            "不知道文件日期：著录表里没有，原文里也没有单独成行的成文日期",
        );
        c.back(finding.hint("在著录表“日期”一列填写，如 2019-10-26；只知年份的，问明后再导入。"));
    }
    let responsible = elements.take("责任者", said.issuer).unwrap_or_default();
    if open && responsible.is_empty() {
        let finding =
            Diagnostic::error("O-03", "不知道责任者：著录表里没有，原文里也没有读出发文机关");
        c.back(finding.hint("在著录表“责任者”一列填写，或用 --set 责任者=… 统一指定。"));
    }
    let genre = elements.take("文种", said.genre).unwrap_or_else(|| elements.rule("文种", "其他"));
    let secrecy = typed(c, elements, "密级", said.secrecy.map(|s| s.name().to_owned()))
        .or_else(|| Some(elements.rule("密级", Secrecy::Internal.name())))
        .and_then(|s| secrecy_of(&s))
        .unwrap_or(Secrecy::Internal);
    let retention = typed(c, elements, "保管期限", None)
        .or_else(|| Some(elements.rule("保管期限", Retention::Permanent.name())))
        .and_then(|r| retention_of(&r))
        .unwrap_or(Retention::Permanent);
    let pages = typed(c, elements, "页数", pages.filter(|p| *p > 0).map(|p| p.to_string()))
        .unwrap_or_else(|| elements.rule("页数", "1"));
    let year =
        typed(c, elements, "年度", day.as_deref().and_then(|d| d.get(..4)).map(str::to_owned));
    c.year = year.and_then(|y| y.parse().ok()).unwrap_or_default();
    let recipients = elements.take("主送", said.recipients);
    let mut note = elements.take("备注", None);
    if let Some(code) = elements.take("档号", None) {
        c.code = ArchivalCode::parse(&code);
        match &c.code {
            Some(parsed) if parsed.retention != retention => {
                c.back(Diagnostic::error(
                    "O-04",
                    format!("档号 {code} 与保管期限“{}”不一致", retention.name()),
                ));
            }
            Some(parsed) => c.year = parsed.year,
            None => {
                let old = format!("原档号：{code}");
                note = Some(note.map_or(old.clone(), |n| format!("{n}；{old}")));
            }
        }
    }
    let id: String = c.file.digests.sha256.to_string().chars().take(12).collect();
    Metadata {
        id: format!("old-{id}"),
        archival_code: c.code.as_ref().map(ToString::to_string).unwrap_or_default(),
        title,
        responsible,
        document_number: number,
        date: day.unwrap_or_default(),
        secrecy,
        retention,
        kind: "旧档".into(),
        genre,
        pages: pages.parse().unwrap_or(1),
        recipients: recipients.into_iter().collect(),
        copies: Vec::new(),
        signer: None,
        openness: elements.take("公开属性", None),
        case_id: String::new(),
        case_title: String::new(),
        stage: elements.take("阶段", None),
        districts: Vec::new(),
        note,
        layout: None,
        provenance: None,
    }
}

/// A value of its type, in the house's form; one that is none comes back.
fn typed(
    c: &mut Candidate,
    elements: &mut Elements<'_>,
    name: &'static str,
    read: Option<String>,
) -> Option<String> {
    let value = elements.take(name, read)?;
    let found = normal(name, &value);
    if found.is_none() {
        let wanted = match name {
            "日期" => "写作 2019-10-26、20191026 或 2019年10月26日",
            "密级" => "为 公开、内部",
            "保管期限" => "为 永久、30年、10年",
            "文号" => "写作 渝环发〔2019〕12号；没有文号的空着",
            _ => "为大于 0 的整数",
        };
        let finding = Diagnostic::error("O-04", format!("{name}“{value}”读不懂，应{wanted}"));
        let finding = match elements.row.filter(|r| r.get(name).is_some()) {
            Some(row) => row.finding(name, finding),
            None => about(&c.file.path, finding),
        };
        c.findings.push(finding.about(c.file.path.display().to_string()));
        c.refused = c.refused.max(Some(State::Returned));
    }
    found
}

/// The house's form of a value.
fn normal(name: &str, value: &str) -> Option<String> {
    let value: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    match name {
        "文号" => DocNumber::parse(&value).map(|n| n.to_string()),
        "日期" => day(&value),
        "密级" => secrecy_of(&value).map(|s| s.name().to_owned()),
        "保管期限" => retention_of(&value).map(|r| r.name().to_owned()),
        "页数" => value
            .trim_end_matches('页')
            .parse::<u32>()
            .ok()
            .filter(|n| *n > 0)
            .map(|n| n.to_string()),
        "年度" => value
            .trim_end_matches("年度")
            .trim_end_matches('年')
            .parse::<u16>()
            .ok()
            .filter(|y| (1900..2200).contains(y))
            .map(|y| y.to_string()),
        _ => Some(value),
    }
}

/// A day as lists write it.
fn day(value: &str) -> Option<String> {
    let figures = value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit());
    let iso = if figures {
        format!("{}-{}-{}", value.get(..4)?, value.get(4..6)?, value.get(6..)?)
    } else {
        let pieces: Vec<&str> =
            value.split(['-', '.', '/', '年', '月', '日']).filter(|p| !p.is_empty()).collect();
        let [year, month, day] = pieces.as_slice() else { return None };
        format!("{year:0>4}-{month:0>2}-{day:0>2}")
    };
    date::parse(&iso).map(|d| d.to_string())
}

fn secrecy_of(value: &str) -> Option<Secrecy> {
    Some(match value.trim() {
        "公开" | "非密" | "无" | "普通" => Secrecy::Public,
        "内部" | "内部资料" | "工作秘密" => Secrecy::Internal,
        other if other.starts_with("秘密") => Secrecy::Confidential,
        other if other.starts_with("机密") => Secrecy::Secret,
        other if other.starts_with("绝密") => Secrecy::TopSecret,
        _ => return None,
    })
}

fn retention_of(value: &str) -> Option<Retention> {
    Some(match value.trim() {
        "永久" | "Y" | "长期（永久）" => Retention::Permanent,
        "30年" | "定期30年" | "D30年" | "长期" | "三十年" => Retention::Years30,
        "10年" | "定期10年" | "短期" | "十年" => Retention::Years10,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{day, normal};

    #[test]
    fn values_as_lists_write_them() {
        for typed in ["2019-10-26", "20191026", "2019年10月26日", "2019.10.26", "2019/10/26"] {
            assert_eq!(day(typed).as_deref(), Some("2019-10-26"), "{typed}");
        }
        assert_eq!(day("2019-3-4").as_deref(), Some("2019-03-04"));
        for not in ["2019", "2019-13-01", "20190000", "去年"] {
            assert_eq!(day(not), None, "{not}");
        }
        assert_eq!(normal("文号", "渝环发[2019]012号").as_deref(), Some("渝环发〔2019〕12号"));
        assert_eq!(normal("保管期限", "长期").as_deref(), Some("30年"));
        assert_eq!(normal("页数", "12 页").as_deref(), Some("12"));
        assert_eq!(normal("页数", "0"), None);
    }
}
