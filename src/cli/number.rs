//! `anjuan number` and `anjuan issue`: 文号和发文.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::args::{
    AdoptArgs, EnterArgs, IssueArgs, ListArgs, NumberAction, NumberArgs, NumberCheckArgs,
    NumberExportArgs, RegisterAt, ShowArgs, TakeArgs, VoidArgs, Which,
};
use super::exit::Exit;
use super::show::{Show, summary};
use super::table::Table;
use crate::diag::Failure;
use crate::pipeline::{self, Choice, IssueOptions, Settings};
use crate::register::{About, Entry, Line, Register, State, audit, lines};
use crate::vocab::date;
use crate::vocab::doc_number::DocNumber;

/// Does what is asked of the register.
pub fn number(args: &NumberArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    match &args.action {
        NumberAction::Create(a) => {
            let register = pipeline::create_register(&a.at.register, wait(&a.at))?;
            let path = register.path();
            show.object(&json!({"type": "register", "path": path}));
            show.line(format!("已新建发文登记簿 {}。", path.display()));
            Ok(Exit::Done)
        }
        NumberAction::Take(a) => take(a, settings, show),
        NumberAction::Enter(a) => enter(a, settings, show),
        NumberAction::Void(a) => void(a, settings, show),
        NumberAction::List(a) => list(a, show),
        NumberAction::Check(a) => check(a, settings, show),
        NumberAction::Show(a) => versions(a, show),
        NumberAction::Export(a) => export(a, show),
        NumberAction::Adopt(a) => adopt(a, settings, show),
    }
}

fn wait(at: &RegisterAt) -> Duration {
    Duration::from_secs(at.wait.into())
}

fn open(at: &RegisterAt) -> Result<Register, Failure> {
    pipeline::open_register(&at.register, wait(at))
}

fn choice(which: &Which) -> Choice {
    Choice { codes: which.code.clone(), year: which.year }
}

fn today(settings: &Settings) -> NaiveDate {
    date::office_day(settings.clock.now())
}

fn year(day: NaiveDate) -> u64 {
    u64::try_from(day.year()).unwrap_or_default()
}

fn read(number: &str) -> Result<DocNumber, Failure> {
    DocNumber::parse(number).ok_or_else(|| {
        Failure::Usage(format!("“{number}”不是发文字号；写法如 渝环督办〔2026〕16号"))
    })
}

fn take(args: &TakeArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let code: String = args.code.split_whitespace().collect();
    if code.is_empty() || code.contains(['〔', '〕', '号']) {
        return Err(Failure::Usage(format!("“{}”不是机关代字；写法如 渝环督办", args.code)));
    }
    let today = today(settings);
    let (year, day) = match (args.year, args.on) {
        (Some(y), Some(on)) if y != year(on) => {
            let words = format!("文号年份是 {y}，成文日期 {on} 在另一年；两者须一致");
            return Err(Failure::Usage(words));
        }
        (_, Some(on)) => (year(on), Some(on)),
        (None, None) => (year(today), Some(today)),
        // For another year the day is not known.
        (Some(y), None) => (y, (y == year(today)).then_some(today)),
    };
    let about = About {
        case: args.case.clone().unwrap_or_default(),
        document: args.document.clone().unwrap_or_default(),
        title: args.title.clone().unwrap_or_default(),
        day: day.map(|d| d.to_string()).unwrap_or_default(),
        by: args.by.clone().unwrap_or_default(),
        reason: String::new(),
    };
    let mut register = open(&args.at)?;
    for _ in 0..args.count {
        let taken = register.take(&code, year, about.clone(), settings.clock.now())?;
        // Told as soon as it is on the disk.
        told(&taken.entry, taken.already, show);
    }
    Ok(Exit::Done)
}

/// A number that was taken or entered.
fn told(entry: &Entry, already: bool, show: &Show) {
    let mut value = object(entry, State::Used);
    if let Value::Object(map) = &mut value {
        map.insert("already".to_owned(), already.into());
    }
    show.object(&value);
    show.line(entry.number.to_string());
    if already {
        show.note(format!("{} 在登记簿里已有这个号。", entry.document));
    }
}

fn object(entry: &Entry, state: State) -> Value {
    let DocNumber { code, year, seq } = &entry.number;
    json!({
        "type": "number", "number": entry.number.to_string(), "code": code, "year": year, "seq": seq,
        "state": state.word(), "title": entry.title, "date": entry.day, "case": entry.case,
        "document": entry.document, "by": entry.by, "act": entry.act.word(), "reason": entry.reason,
        "at": entry.at, "entry": entry.n, "digest": entry.digest,
    })
}

fn enter(args: &EnterArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let number = read(&args.number)?;
    let about = About {
        title: args.title.clone().unwrap_or_default(),
        day: args.on.map(|d| d.to_string()).unwrap_or_default(),
        by: args.by.clone().unwrap_or_default(),
        reason: args.reason.clone().unwrap_or_default(),
        ..About::default()
    };
    let taken = open(&args.at)?.enter(number, about, settings.clock.now())?;
    told(&taken.entry, taken.already, show);
    Ok(Exit::Done)
}

fn void(args: &VoidArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let number = read(&args.number)?;
    let reason = args.reason.trim();
    if reason.is_empty() {
        return Err(Failure::Usage("作废要写明事由：--reason".to_owned()));
    }
    let entry = open(&args.at)?.void(&number, reason, args.by.trim(), settings.clock.now())?;
    show.object(&object(&entry, State::Void));
    show.line(format!("{number} 已作废：{reason}"));
    if !entry.document.is_empty() {
        show.note(format!("从案件 {} 的 {} 里删去 doc_number。", entry.case, entry.document));
    }
    Ok(Exit::Done)
}

fn list(args: &ListArgs, show: &Show) -> Result<Exit, Failure> {
    let entries = open(&args.at)?.entries()?;
    let choice = choice(&args.which);
    let mut all = lines(&entries);
    all.retain(|line| choice.takes(&line.first.number));
    let mut table = Table::new(["发文字号", "状态", "成文日期", "经办人", "标题"]);
    for line in &all {
        show.object(&of_line(line));
        let first = &line.first;
        let title = match &line.void {
            Some(void) => format!("{}（{}）", first.title, void.reason),
            None => first.title.clone(),
        };
        let number = first.number.to_string();
        table.row([&number, line.state().word(), &first.day, &first.by, &title]);
    }
    if !all.is_empty() {
        table.lines().iter().for_each(|line| show.line(line));
    }
    let void = all.iter().filter(|l| l.state() == State::Void).count();
    show.object(&json!({"type": "summary", "numbers": all.len(), "void": void}));
    show.line(format!("共 {} 个号，其中作废 {void} 个。", all.len()));
    Ok(Exit::Done)
}

fn of_line(line: &Line) -> Value {
    let mut value = object(&line.first, line.state());
    let Value::Object(map) = &mut value else { return value };
    if let Some(void) = &line.void {
        let told = json!({"reason": void.reason, "by": void.by, "at": void.at, "entry": void.n});
        map.insert("void".to_owned(), told);
    }
    if let Some(issue) = &line.issue {
        let told = json!({"data": issue.data, "template": issue.template, "at": issue.at, "entry": issue.n});
        map.insert("issue".to_owned(), told);
    }
    map.insert("versions".to_owned(), line.versions().len().into());
    value
}

fn check(args: &NumberCheckArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let register = open(&args.at)?;
    if let Some(words) = register.damage()? {
        show.note(words);
        return Err(register.spoiled());
    }
    let entries = register.entries()?;
    let mut findings = audit(&entries, args.known.as_deref().map(str::trim));
    findings.extend(register.audit_kept(&entries)?);
    for case in &args.case {
        findings.extend(pipeline::compare(settings, &register, case)?);
    }
    findings.iter().for_each(|f| show.finding(f));
    let numbers = lines(&entries).len();
    let last = entries.last();
    let (errors, warnings) = show.counts();
    show.object(&json!({
        "type": "summary", "errors": errors, "warnings": warnings, "numbers": numbers,
        "entries": entries.len(), "digest": last.map(|e| e.digest.as_str()),
    }));
    show.line(format!("共 {numbers} 个号、{} 条登记。", entries.len()));
    if let Some(last) = last {
        show.line(format!("第{}条的校验值：{}", last.n, last.digest));
    }
    if findings.is_empty() {
        show.line("没有缺号、重号，日期次序、校验链和定稿都对。");
        return Ok(Exit::Done);
    }
    Ok(Exit::No)
}

fn versions(args: &ShowArgs, show: &Show) -> Result<Exit, Failure> {
    let number = read(&args.number)?;
    let register = open(&args.at)?;
    let Some(out) = &args.out else {
        let all = pipeline::versions_of(&register, &number)?;
        let mut table = Table::new(["版次", "登记日期", "事项", "经办人", "文件", "事由"]);
        for line in &all {
            show.object(line);
            let names: Vec<&str> = line.files.keys().map(String::as_str).collect();
            let at = date::office_time(&line.at);
            let on = at.get(..10).unwrap_or_default();
            let version = format!("第{}版", line.version);
            table.row([&version, on, line.act, &line.by, &names.join("、"), &line.reason]);
        }
        show.object(
            &json!({"type": "summary", "number": number.to_string(), "versions": all.len()}),
        );
        let title = all.last().map_or("（还没有发文）", |line| line.title.as_str());
        let void = if all.iter().any(|line| line.void) { "（已作废）" } else { "" };
        show.line(format!("{number}{void}  {title}"));
        if !all.is_empty() {
            table.lines().iter().for_each(|line| show.line(line));
        }
        return Ok(Exit::Done);
    };
    let name = out.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
    let Some(name) = name.filter(|n| ["pdf", "txt", "json"].contains(&n.as_str())) else {
        let words = format!("{} 要以 .pdf、.txt 或 .json 结尾", out.display());
        return Err(Failure::Usage(words));
    };
    let version = args.version.map(|v| v as usize);
    let file = pipeline::file_of(&register, &number, version, &name)?;
    pipeline::write(out, &file.bytes)?;
    show.object(&json!({
        "type": "file", "number": number.to_string(), "version": file.version, "path": out,
        "bytes": file.bytes.len(), "sha256": file.sha256,
    }));
    show.line(format!(
        "{number} 第{}版：{}\n  SHA-256 {}",
        file.version,
        out.display(),
        file.sha256
    ));
    Ok(Exit::Done)
}

fn export(args: &NumberExportArgs, show: &Show) -> Result<Exit, Failure> {
    let register = open(&args.at)?;
    let choice = choice(&args.which);
    let numbers = pipeline::export_register(&register, &choice, args.organ.as_deref(), &args.to)?;
    show.object(&json!({"type": "summary", "path": args.to, "numbers": numbers}));
    show.line(format!("已写入 {}：{numbers} 个号。", args.to.display()));
    Ok(Exit::Done)
}

fn adopt(args: &AdoptArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let mut register = open(&args.at)?;
    let by = args.by.as_deref().unwrap_or_default();
    let now = settings.clock.now();
    let out = pipeline::adopt(&mut register, &args.case, &choice(&args.which), by, now)?;
    let mut added = 0;
    for taken in &out.taken {
        added += usize::from(!taken.already);
        let mut value = object(&taken.entry, State::Used);
        if let Value::Object(map) = &mut value {
            map.insert("already".to_owned(), taken.already.into());
        }
        show.object(&value);
        if !taken.already {
            show.line(format!("{}  {}", taken.entry.number, taken.entry.title));
        }
    }
    out.findings.iter().for_each(|f| show.finding(f));
    let (already, refused) = (out.taken.len() - added, out.findings.len());
    let (errors, warnings) = show.counts();
    show.object(&json!({
        "type": "summary", "errors": errors, "warnings": warnings, "added": added, "already": already,
        "refused": refused,
    }));
    show.line(format!("登记 {added} 个号，此前已有 {already} 个，没有登记 {refused} 个。"));
    if out.taken.is_empty() && refused == 0 {
        let all: Vec<&str> = out.codes.iter().map(|(code, _)| code.as_str()).collect();
        show.note(match all.as_slice() {
            [] => "案件里没有一份公文有发文字号。".to_owned(),
            all => format!("案件里没有要的号；有号的机关代字是 {}。", all.join("、")),
        });
    } else if args.which.code.is_empty() && out.codes.len() > 1 {
        let meant = out.codes.iter().filter(|(_, n)| *n > 0);
        let each: Vec<String> = meant.map(|(code, n)| format!("{code} {n} 个")).collect();
        show.note(format!(
            "没有写 --code，案件里各机关的号都在内：{}。只登记本单位编的号，用 --code 写明机关代字，可用逗号并列。",
            each.join("、")
        ));
    }
    Ok(match (refused, out.taken.len()) {
        (0, _) => Exit::Done,
        (_, 0) => Exit::Rejected,
        _ => Exit::Partly,
    })
}

/// Issues a document: its number, in the register and in the case.
pub fn issue(args: &IssueArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let mut register = open(&args.at)?;
    let options = IssueOptions {
        document: args.document.clone(),
        on: args.on,
        code: args.code.clone(),
        by: args.by.as_deref().unwrap_or_default().trim().to_owned(),
        revise: args.reason.as_deref().filter(|_| args.revise).map(|r| r.trim().to_owned()),
    };
    if options.revise.as_ref().is_some_and(|r| r.is_empty() || options.by.is_empty()) {
        return Err(Failure::Usage("更正要写明事由和经办人：--reason、--by".to_owned()));
    }
    let listen = |event| show.event(event, |_| {});
    let issued = pipeline::issue(settings, &args.case, &mut register, &options, &listen)?;
    show.finish();
    let DocNumber { code, year, seq } = &issued.number;
    let file: &PathBuf = &issued.file;
    show.object(&json!({
        "type": "issued", "case": issued.case, "document": issued.document, "title": issued.title,
        "number": issued.number.to_string(), "code": code, "year": year, "seq": seq,
        "date": issued.day.to_string(), "resumed": issued.resumed, "data": issued.data,
        "template": issued.template, "version": issued.version, "files": issued.kept, "file": file,
    }));
    let (errors, warnings) = show.counts();
    show.object(&summary(errors, warnings));
    show.line(format!("{}  {}", issued.number, issued.title));
    if !issued.kept.contains_key("pdf") {
        show.note("这个程序不带排版：定稿只存了文字和数据，没有 PDF。");
    }
    if options.revise.is_some() {
        show.line(format!(
            "已登记更正，为第{}版，定稿已存入登记簿；前面各版仍可取出。",
            issued.version
        ));
        return Ok(Exit::Done);
    }
    let resumed = if issued.resumed { "（接着上次没有办完的）" } else { "" };
    show.line(format!("已登记，定稿已存入登记簿，已写入 {}{resumed}。", file.display()));
    Ok(Exit::Done)
}
