//! 发文: a document that has what its kind asks for gets the next number, in the register first and then in the data
//! file, and what it was made of is fixed. Whatever breaks off in between is taken up again by the same command.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::{Map, json};

use super::check::{judge_facts, load};
use super::mend::replace;
use super::{Event, Listener, Settings, fair_copy, frozen, rulepack};
use crate::case::{self, Amendment, CaseFile, DocumentEntry, amend};
use crate::diag::{Diagnostic, Failure, SourceFile, has_errors};
use crate::register::{About, Act, Entry, Kept, Line, Made, Register, Taken, lines};
use crate::rules::{self, Pack};
use crate::template::{Facts, Kinds};
use crate::vocab::doc_number::DocNumber;

/// 版式 that has no 版头 and so no place for a number.
const NO_HEAD: &str = "无版头";
/// 版式 of letters, whose numbers are a sequence of their own.
const LETTER: &str = "信函式";
/// What the code of letters ends with.
const LETTER_MARK: char = '函';
/// 状态 of a document that was issued.
const ISSUED: &str = "已印发";

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct IssueOptions {
    /// 标识 of the document.
    pub document: String,
    /// 成文日期; else the one in the case.
    pub on: Option<NaiveDate>,
    /// 机关代字; else that of the first issuer, with 函 for letters.
    pub code: Option<String>,
    /// 经办人.
    pub by: String,
    /// 更正的事由: a new version of what was issued, under its number.
    pub revise: Option<String>,
}

/// What was issued.
#[derive(Debug)]
pub struct Issued {
    /// 项目编号.
    pub case: String,
    /// The document's id.
    pub document: String,
    /// 标题.
    pub title: String,
    /// 发文字号.
    pub number: DocNumber,
    /// 成文日期.
    pub day: NaiveDate,
    /// Whether the number had been taken before and the command was taken up again.
    pub resumed: bool,
    /// SHA-256 over what its pages show; empty for a catalogue.
    pub data: String,
    /// SHA-256 over its kind's templates.
    pub template: String,
    /// 版次, from 1.
    pub version: usize,
    /// 定稿的文件: names and SHA-256 of what the register keeps.
    pub kept: Kept,
    /// The data file.
    pub file: PathBuf,
}

/// Issues a document of the case at `path`.
///
/// # Errors
/// [`Failure::Rejected`] for errors in the data, now or with the number in it, and for what must come before (N-10, N-12);
/// [`Failure::No`] with N-09 if it was issued before, with N-15 if there is nothing to revise; [`Failure::Usage`] for a document that is not there or a data file
/// that changed meanwhile; the register's failures.
pub fn issue(
    settings: &Settings,
    path: &Path,
    register: &mut Register,
    options: &IssueOptions,
    listen: Listener<'_>,
) -> Result<Issued, Failure> {
    let quiet: Listener<'_> = &|_| {};
    for listen in [listen, quiet, quiet] {
        if let Some(issued) = attempt(settings, path, register, options, listen)? {
            return Ok(issued);
        }
    }
    let words = format!("{} 在此期间一再被改动，没有写入；请再运行一次", path.display());
    Err(Failure::Usage(words))
}

/// One attempt; nothing if another process wrote the data file meanwhile.
fn attempt(
    settings: &Settings,
    path: &Path,
    register: &mut Register,
    options: &IssueOptions,
    listen: Listener<'_>,
) -> Result<Option<Issued>, Failure> {
    let now = settings.clock.now();
    let case = load(path, settings, listen)?;
    let found = case.model().documents.iter().position(|d| d.id == options.document);
    let Some((index, entry)) = found.and_then(|n| Some((n, case.model().documents.get(n)?))) else {
        let all: Vec<&str> = case.model().documents.iter().map(|d| d.id.as_str()).collect();
        let near = case::nearest(&options.document, all.iter().copied());
        let near = near.map(|id| format!("，是不是 {id}")).unwrap_or_default();
        let words = format!("案件里没有公文 {}{near}", options.document);
        return Err(Failure::Usage(words));
    };
    let (pack, kinds) = rulepack::open(&case, settings, &|_| {})?;
    let Some(kind) = kinds.get(&entry.kind) else {
        let words = format!("没有种类 {}", entry.kind);
        let finding = Diagnostic::error("K-02", words);
        let at = format!("/documents/{index}/kind");
        return Err(Failure::Rejected(vec![finding.at(case.span_near(&at)).path(at)]));
    };
    let template = frozen::template(settings, kind)?;
    let before = register.number_of(&case.model().case.id, &entry.id)?;
    let work = |day| Work {
        settings,
        case: &case,
        entry,
        index,
        kinds: &kinds,
        pack: &pack,
        day,
        by: &options.by,
        now,
    };
    if let Some(number) = &entry.doc_number {
        let there = before.as_ref().map(|e| &e.number);
        if there != Some(number) {
            return Err(Failure::Rejected(vec![astray(&case, index, number, there)]));
        }
        let work = work(entry.issued_on);
        let entries = register.entries()?;
        let line = lines(&entries).into_iter().find(|l| &l.first.number == number);
        let versions = line.as_ref().map(Line::versions).unwrap_or_default();
        return match (versions.last(), &options.revise) {
            (Some(last), None) => Err(Failure::No(vec![work.again(number, last.entry)])),
            (Some(last), Some(reason)) => {
                let lacking = rules::before_issue(
                    (&case, &pack),
                    index,
                    &kind.approvals,
                    &kind.articles,
                    work.day,
                );
                if !lacking.is_empty() {
                    return Err(Failure::Rejected(lacking));
                }
                let (made, told) = work.made(&case, template)?;
                told.into_iter().for_each(|f| listen(Event::Finding(f)));
                if last.entry.kept.is_empty() {
                    listen(Event::Finding(work.unseen(last.number)));
                }
                work.revise(register, number, (last.number, last.entry), &made, reason).map(Some)
            }
            (None, Some(_)) => Err(Failure::No(vec![work.not_yet()])),
            (None, None) => {
                let (made, told) = work.made(&case, template)?;
                told.into_iter().for_each(|f| listen(Event::Finding(f)));
                match work.fix(register, number, &made)? {
                    (issued, None) => Ok(Some(issued)),
                    (_, Some(entry)) => Err(Failure::No(vec![work.again(number, &entry)])),
                }
            }
        };
    }
    if options.revise.is_some() {
        return Err(Failure::No(vec![work(entry.issued_on).not_yet()]));
    }
    let day = match &before {
        Some(e) => same_day(options.on, &e.day, entry)?,
        None => options.on.unwrap_or(entry.issued_on),
    };
    let code = code(&case, index, entry, options)?;
    let lacking = rules::before_issue((&case, &pack), index, &kind.approvals, &kind.articles, day);
    if !lacking.is_empty() {
        return Err(Failure::Rejected(lacking));
    }
    let wanted = match before {
        Some(e) => e.number,
        None => register.next(&code, year(day))?,
    };
    // A register that began after the case would give one of the case's numbers again.
    let mut all = case.model().documents.iter();
    if let Some(other) = all.find(|d| d.doc_number.as_ref() == Some(&wanted)) {
        return Err(Failure::Rejected(vec![unknown(&case, index, &wanted, other)]));
    }
    // First in memory: a number is not taken for what the rules or the template would then refuse.
    let work = work(day);
    let mut draft = work.with(&wanted, &template)?;
    let Taken { entry: taken, already } = register.take(&code, year(day), work.about(), now)?;
    if taken.number != wanted {
        draft = work.with(&taken.number, &template)?;
    }
    let Draft { source, made, findings } = draft;
    let (old, new) = (case.source.text(), source.text());
    // While the register is held, nobody else issues from this data file.
    match register.alone(|| replace(&case::file(path), old, new)) {
        Err(Failure::Usage(_)) => return Ok(None),
        written => written?,
    }
    findings.into_iter().for_each(|f| listen(Event::Finding(f)));
    let (mut issued, before) = work.fix(register, &taken.number, &made)?;
    issued.resumed = already;
    if let Some(entry) = before.filter(|e| e.data != issued.data) {
        // The number was lost from the data file (an older copy, say), and more with it.
        let words = format!("{}“{}”与登记的定稿不同", issued.number, issued.title);
        let finding = Diagnostic::warning("N-13", words);
        let on = entry.at.get(..10).unwrap_or_default();
        let hint = format!("{on} 已按另一内容发文：与发出的核对，把数据改回来。");
        listen(Event::Finding(finding.hint(hint)));
    }
    Ok(Some(issued))
}

/// The data file with the number in it, and what the document is then.
struct Draft {
    source: Arc<SourceFile>,
    made: Made,
    findings: Vec<Diagnostic>,
}

/// One document on its way.
struct Work<'a> {
    settings: &'a Settings,
    case: &'a CaseFile,
    entry: &'a DocumentEntry,
    index: usize,
    kinds: &'a Kinds,
    pack: &'a Pack,
    day: NaiveDate,
    by: &'a str,
    now: DateTime<Utc>,
}

impl Work<'_> {
    /// The case with `number` in it, judged and composed.
    fn with(&self, number: &DocNumber, template: &str) -> Result<Draft, Failure> {
        let source = numbered(self.case, self.index, number, self.day)?;
        let after = judge_facts(case::reread(self.case, source)?, self.settings)?;
        if has_errors(&after.findings) {
            return Err(Failure::Rejected(after.findings));
        }
        let case = after.value;
        let (made, findings) = self.made(&case, template.to_owned())?;
        Ok(Draft { source: case.source.clone(), made, findings })
    }

    /// What the document is by the data of `case`, and its files.
    fn made(&self, case: &CaseFile, template: String) -> Result<(Made, Vec<Diagnostic>), Failure> {
        let facts = Facts::new(case.json()).beside(&case.dir);
        let tree = frozen::tree((self.kinds, self.pack), case, &facts, &self.entry.id)?;
        let (files, findings) = fair_copy::files(self.settings, case, &self.entry.id, &tree)?;
        Ok((Made { data: tree.digest, template, files }, findings))
    }

    fn about(&self) -> About {
        About {
            case: self.case.model().case.id.clone(),
            document: self.entry.id.clone(),
            title: self.entry.title.clone(),
            day: self.day.to_string(),
            by: self.by.to_owned(),
            reason: String::new(),
        }
    }

    /// N-09: `entry` says that it was issued before.
    fn again(&self, number: &DocNumber, entry: &Entry) -> Diagnostic {
        let on = entry.at.get(..10).unwrap_or_default();
        let done = match entry.act {
            Act::Enter => "补登",
            Act::Revise => "更正",
            _ => "发文",
        };
        let words = format!("“{}”已于 {on} {done}：{number}", self.entry.title);
        Diagnostic::error("N-09", words)
            .hint("发出的公文不改动。内容要改的，改好数据后作更正：加 --revise --reason 事由 --by 姓名；文号不变，原来的各版都保留。")
            .hint("文号发错了的，作废原号，从数据文件里删去 doc_number，改正后重新发文。")
    }

    /// N-15: there is nothing yet that could be revised.
    fn not_yet(&self) -> Diagnostic {
        let words = format!("“{}”还没有发文，没有可更正的", self.entry.title);
        Diagnostic::error("N-15", words).hint("第一次发文不用 --revise：anjuan issue。")
    }

    /// N-14: nothing is kept of the version before, so nobody can say what this one changes.
    fn unseen(&self, version: usize) -> Diagnostic {
        let title = &self.entry.title;
        let words = format!(
            "登记簿里没有“{title}”第{version}版的定稿（补登的），看不出这一版改了什么、改没改"
        );
        Diagnostic::warning("N-14", words)
            .hint("请与发出的原件核对；原件另外保存，登记簿从这一版起才有定稿。")
    }

    /// Enters a new version after the one `last`.
    fn revise(
        &self,
        register: &mut Register,
        number: &DocNumber,
        (version, last): (usize, &Entry),
        made: &Made,
        reason: &str,
    ) -> Result<Issued, Failure> {
        let same = |(name, digest): (&String, &String)| last.kept.get(name) == Some(digest);
        if last.data == made.data && made.kept().iter().all(same) {
            let words = format!("“{}”与第{version}版没有不同", self.entry.title);
            let hint = "先改正数据文件，看改了哪里（anjuan diff），再作更正。";
            return Err(Failure::No(vec![Diagnostic::error("N-15", words).hint(hint)]));
        }
        let about = About { reason: reason.to_owned(), ..self.about() };
        let entry = register.revise(number, about, made, &last.digest, self.now)?;
        Ok(self.issued(number, made, version + 1, entry.kept))
    }

    fn issued(&self, number: &DocNumber, made: &Made, version: usize, kept: Kept) -> Issued {
        Issued {
            case: self.case.model().case.id.clone(),
            document: self.entry.id.clone(),
            title: self.entry.title.clone(),
            number: number.clone(),
            day: self.day,
            resumed: false,
            data: made.data.clone(),
            template: made.template.clone(),
            version,
            kept,
            file: PathBuf::from(self.case.source.name()),
        }
    }

    /// Enters what the document was made of. What was entered before stays, and is given back.
    fn fix(
        &self,
        register: &mut Register,
        number: &DocNumber,
        made: &Made,
    ) -> Result<(Issued, Option<Entry>), Failure> {
        let Taken { entry, already } = register.issue(number, self.about(), made, self.now)?;
        let mut issued = self.issued(number, made, 1, entry.kept.clone());
        issued.resumed = true;
        Ok((issued, already.then_some(entry)))
    }
}

fn year(day: NaiveDate) -> u64 {
    u64::try_from(day.year()).unwrap_or_default()
}

/// A number that was reserved keeps its day.
fn same_day(
    asked: Option<NaiveDate>,
    reserved: &str,
    entry: &DocumentEntry,
) -> Result<NaiveDate, Failure> {
    let day = crate::vocab::date::parse(reserved).unwrap_or(entry.issued_on);
    match asked {
        Some(asked) if asked != day => Err(Failure::Usage(format!(
            "{} 已按 {day} 取号；接着发文不要改日期，要改的先作废原号",
            entry.id
        ))),
        _ => Ok(day),
    }
}

/// 机关代字 of the sequence from which the document gets its number.
fn code(
    case: &CaseFile,
    index: usize,
    entry: &DocumentEntry,
    options: &IssueOptions,
) -> Result<String, Failure> {
    let told = |message: String, at: &str, hint: &str| {
        let finding = Diagnostic::error("N-12", message).at(case.span_near(at)).path(at);
        Failure::Rejected(vec![finding.hint(hint)])
    };
    if let Some(code) = &options.code {
        return Ok(code.clone());
    }
    if entry.format == NO_HEAD {
        return Err(told(
            format!("“{}”没有版头，不编发文字号", entry.title),
            &format!("/documents/{index}/format"),
            "表单、记录、公告等不取号；确实要编号的，用 --code 写明机关代字。",
        ));
    }
    let host = entry.issuers.first().and_then(|id| case.organ(id));
    let Some(code) = host.and_then(|o| o.doc_code.clone()) else {
        let name = host.map_or_else(|| entry.issuers.concat(), |o| o.name.clone());
        return Err(told(
            format!("主办机关“{name}”没有发文机关代字"),
            &format!("/documents/{index}/issuers"),
            "在 organs 里填它的 doc_code，或者用 --code 写明机关代字。",
        ));
    };
    let letter = entry.format == LETTER && !code.ends_with(LETTER_MARK);
    Ok(if letter { format!("{code}{LETTER_MARK}") } else { code })
}

/// The data file's text with the number in it.
fn numbered(
    case: &CaseFile,
    index: usize,
    number: &DocNumber,
    day: NaiveDate,
) -> Result<Arc<SourceFile>, Failure> {
    let pointer = format!("/documents/{index}");
    let mut fields = Map::new();
    let number = json!({"code": number.code, "year": number.year, "seq": number.seq});
    fields.insert("doc_number".to_owned(), number);
    fields.insert("issued_on".to_owned(), json!(day.to_string()));
    fields.insert("status".to_owned(), json!(ISSUED));
    let at = pointer.clone();
    amend(case, &[Amendment::Set { pointer, fields }]).map_err(|_| {
        let words = "文号写不进数据文件，没有改动";
        let finding = Diagnostic::error("N-11", words).at(case.span_near(&at)).path(at);
        Failure::Rejected(vec![
            finding.hint("把这份公文的 doc_number、issued_on、status 各写成单独一行，再运行一次。"),
        ])
    })
}

/// N-11: the case says one number, the register another, or none.
fn astray(
    case: &CaseFile,
    index: usize,
    number: &DocNumber,
    there: Option<&DocNumber>,
) -> Diagnostic {
    let at = format!("/documents/{index}/doc_number");
    let (words, hint) = match there {
        Some(there) => (
            format!("数据文件里的文号是 {number}，登记簿里是 {there}"),
            "核对哪一个是印发时用的，改正数据文件，或者作废登记簿里的号。",
        ),
        None => (
            format!("数据文件里已有文号 {number}，登记簿里没有（或已作废）"),
            "已经发文的，用 anjuan number adopt 登记；没有发文或者号已作废的，从数据文件里删去 doc_number。",
        ),
    };
    Diagnostic::error("N-11", words).at(case.span_near(&at)).path(at).hint(hint)
}

/// N-11: the number that the register would give next stands in the case already.
fn unknown(case: &CaseFile, index: usize, wanted: &DocNumber, other: &DocumentEntry) -> Diagnostic {
    let at = format!("/documents/{index}");
    let words = format!("下一个号 {wanted} 在案件里已由“{}”使用，登记簿里没有", other.title);
    let hint = "登记簿晚于案件建立：先用 anjuan number adopt 登记案件里已有的号，再发文。";
    Diagnostic::error("N-11", words).at(case.span_near(&format!("{at}/id"))).path(at).hint(hint)
}

#[cfg(test)]
mod tests;
