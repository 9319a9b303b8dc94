//! `anjuan return`, `receipt` and `handover`: 退回、回执和移交.

use std::path::Path;

use serde_json::{Value, json};

use super::args::{
    CountersignArgs, FormArgs, HandoverAction, HandoverArgs, HandoverPrintArgs, KeepArgs,
    ReceiptAction, ReceiptArgs, ReceiptVerifyArgs, ReturnArgs,
};
use super::exit::Exit;
use super::secret::{self, Hands};
use super::show::Show;
use super::table::Table;
use crate::archive::{
    self, Act, Body, Book, Depth, Entry, ReturnTerms, Returned, Role, Signed, Store, Verdict,
};
use crate::diag::{Diagnostic, Failure, has_errors};
use crate::keys::Keyring;
use crate::pipeline::{self, Settings};

/// Gives a bundle back.
pub fn give_back(args: &ReturnArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let hands = Hands::of(&args.with, false, settings, show)?;
    let terms = ReturnTerms {
        reason: &args.reason,
        by: &args.by,
        key: hands.key.as_ref(),
        trust: hands.trust(),
    };
    // What comes first may have to go back: the archive is made, as at reception.
    let mut store = Store::open(&args.archive, true)?;
    let returned = store.give_back(&args.bundle, &terms, &settings.clock)?;
    slip(&returned, &args.out, show)?;
    Ok(Exit::Done)
}

/// Writes the slip to `out` and, as a manuscript, beside it.
pub fn slip(returned: &Returned, out: &Path, show: &Show) -> Result<(), Failure> {
    returned.signed.write(out)?;
    let page = out.with_extension("md");
    pipeline::write(&page, returned.body.slip().as_bytes())?;
    let body = &returned.body;
    show.object(&json!({
        "type": "return", "number": body.number, "bundle": body.bundle, "path": out, "page": page, "kept": returned.path,
        "signed": !returned.signed.signatures.is_empty(), "already": returned.already,
    }));
    let again = if returned.already { "（此前已退回，退回单不变）" } else { "" };
    show.line(format!(
        "退回号 {}{again}\n  退回单 {}\n  排印用的文稿 {}（anjuan set）",
        body.number,
        out.display(),
        page.display()
    ));
    Ok(())
}

/// Does what is asked with a receipt.
pub fn receipt(args: &ReceiptArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    match &args.action {
        ReceiptAction::Verify(a) => verify(a, settings, show),
        ReceiptAction::Countersign(a) => countersign(a, settings, show),
        ReceiptAction::Keep(a) => keep(a, settings, show),
        ReceiptAction::Print(a) => {
            let body = Body::read(&Signed::read(&a.file)?)?;
            if !body.is_return() {
                let words = "这是回执，不是退回单；登记表用 anjuan handover form --receipt 填写";
                return Err(Failure::Usage(words.into()));
            }
            pipeline::write(&a.to, body.slip().as_bytes())?;
            show.object(&json!({"type": "summary", "path": a.to}));
            show.line(format!("已写到 {}", a.to.display()));
            Ok(Exit::Done)
        }
    }
}

/// Draws a verdict; whether nothing speaks against the receipt.
fn told(v: &Verdict, show: &Show) -> bool {
    let b = &v.body;
    for finding in &v.findings {
        show.finding(finding);
    }
    let good = !has_errors(&v.findings);
    let signatures: Vec<Value> =
        v.told.iter().map(|(role, words)| json!({"role": role, "words": words})).collect();
    show.object(&json!({
        "type": "receipt_check", "kind": b.word(), "number": b.number, "bundle": b.bundle,
        "sender": b.sender, "receiver": b.receiver, "time": b.time,
        "sequence": b.handover.map(|m| m.sequence), "reason": b.reason, "signatures": signatures,
        "entered": v.entered, "good": good,
    }));
    let nth = b.handover.map_or_else(String::new, |m| format!("，第 {} 次移交", m.sequence));
    show.line(format!(
        "{} {}（{}{nth}）{} → {}",
        b.word(),
        b.number,
        b.bundle,
        b.sender,
        b.receiver
    ));
    if !b.reason.is_empty() {
        show.line(format!("  理由 {}", b.reason));
    }
    for (role, words) in &v.told {
        show.line(format!("  {}　{words}", role.word()));
    }
    show.line(if good { "核对结论：相符" } else { "核对结论：不符" });
    good
}

fn verify(args: &ReceiptVerifyArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let signed = Signed::read(&args.file)?;
    let ring = args.keyring.as_ref().map(|at| Keyring::open(at, false)).transpose()?;
    let book = args.book.as_ref().map(|at| Book::open(at, false)).transpose()?;
    let today = pipeline::today(settings);
    let verdict =
        archive::examine(&signed, ring.as_ref(), today, args.bundle.as_deref(), book.as_ref())?;
    Ok(if told(&verdict, show) { Exit::Done } else { Exit::No })
}

fn countersign(args: &CountersignArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let mut signed = Signed::read(&args.file)?;
    let ring = Keyring::open(&args.at.keyring, false)?;
    let own = ring.own_key(&args.key)?;
    let mut book = args.book.as_ref().map(|at| Book::open(at, false)).transpose()?;
    let today = pipeline::today(settings);
    let bundle = args.bundle.as_deref();
    if bundle.is_none() && book.is_none() {
        let words = "会签前要与移交的包核对：用 --bundle 指明归档包，或用 --book 指明移交登记簿";
        return Err(Failure::Usage(words.into()));
    }
    let mut verdict = archive::examine(&signed, Some(&ring), today, bundle, book.as_ref())?;
    if !verdict.body.sender.split('、').any(|name| name == own.holder) {
        let words = format!(
            "密钥“{}”是{}的，{}的移交单位是{}",
            own.name,
            own.holder,
            verdict.body.word(),
            verdict.body.sender
        );
        verdict.findings.push(Diagnostic::error("M-10", words).hint("用移交单位的密钥会签。"));
    }
    if !told(&verdict, show) {
        return Ok(Exit::No);
    }
    let password = secret::password(&args.password, settings, show, &args.key)?;
    let key = ring.unlock(&args.key, &password, today)?;
    signed.sign(Role::Sender, &key)?;
    signed.write(&args.file)?;
    let at = pipeline::moment(settings);
    let entered = match &mut book {
        Some(book) => book.enter_answer(&signed, &verdict, &at)?,
        None => false,
    };
    show.object(&json!({
        "type": "countersigned", "number": verdict.body.number, "path": args.file, "entered": entered,
    }));
    let words = if entered { "，已记入移交登记簿" } else { "" };
    show.line(format!("已会签 {}{words}；请把它送回接收方归档。", args.file.display()));
    Ok(Exit::Done)
}

fn keep(args: &KeepArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let signed = Signed::read(&args.file)?;
    let ring = Keyring::open(&args.at.keyring, false)?;
    let today = pipeline::today(settings);
    let mut verdict = archive::examine(&signed, Some(&ring), today, None, None)?;
    if signed.signatures.len() < 2 {
        let words = format!("{} 没有移交方的会签", args.file.display());
        let hint = "请移交方用 anjuan receipt countersign 会签。";
        verdict.findings.push(Diagnostic::error("M-10", words).hint(hint));
    }
    if !told(&verdict, show) {
        return Ok(Exit::No);
    }
    let store = Store::open(&args.archive, false)?;
    let path = store.keep_receipt(&signed, &verdict.body.number)?;
    show.object(&json!({"type": "kept", "number": verdict.body.number, "path": path}));
    show.line(format!("已归档 {}", path.display()));
    Ok(Exit::Done)
}

/// Does what is asked of hand-overs.
pub fn handover(args: &HandoverArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    match &args.action {
        HandoverAction::List(a) => {
            let book = Book::open(&a.book, false)?;
            let findings = list(&book, show);
            Ok(if findings { Exit::No } else { Exit::Done })
        }
        HandoverAction::Void(a) => {
            let mut book = Book::open(&a.book, false)?;
            let at = pipeline::moment(settings);
            let entry = book.void(&a.sender, &a.receiver, &a.reason, &at)?;
            show.object(&line(&entry, Some(&entry)));
            show.line(format!("第 {} 次移交（{}）已作废。", entry.mark.sequence, entry.bundle));
            Ok(Exit::Done)
        }
        HandoverAction::Form(a) => form(a, show),
        HandoverAction::Print(a) if a.manuscript => manuscripts(a, show),
        HandoverAction::Print(a) => print(a, settings, show),
    }
}

fn line(entry: &Entry, answer: Option<&Entry>) -> Value {
    json!({
        "type": "handover", "sender": entry.sender, "receiver": entry.receiver,
        "sequence": entry.mark.sequence, "bundle": entry.bundle, "date": entry.date, "at": entry.at,
        "tagmanifest": entry.tagmanifest, "answer": answer.map(|a| a.act.word()),
        "number": answer.map(|a| a.number.clone()), "answered": answer.map(|a| a.at.clone()),
        "reason": answer.map(|a| a.reason.clone()),
    })
}

/// Draws the book; whether it has open ends.
fn list(book: &Book, show: &Show) -> bool {
    let mut table =
        Table::new(["次", "归档包", "移交单位", "接收单位", "移交日期", "结果", "接收、退回号"]);
    for entry in book.entries().iter().filter(|e| e.act == Act::Handed) {
        let answer = book.answer(entry);
        show.object(&line(entry, answer));
        let (result, number) =
            answer.map_or(("等待回执", ""), |a| (a.act.word(), a.number.as_str()));
        table.row([
            &entry.mark.sequence.to_string(),
            &entry.bundle,
            &entry.sender,
            &entry.receiver,
            &entry.date,
            result,
            number,
        ]);
    }
    for text in table.lines() {
        show.line(text);
    }
    let findings = book.open_ends();
    for finding in &findings {
        show.finding(finding);
    }
    let head = book.head();
    show.object(&json!({
        "type": "summary", "entries": head.entries, "head": head.head, "findings": findings.len(),
    }));
    show.line(format!("共 {} 条，校验值 {}", head.entries, head.head));
    !findings.is_empty()
}

fn form(args: &FormArgs, show: &Show) -> Result<Exit, Failure> {
    let inspection = archive::verify(&args.bundle, Depth::Full)?;
    let body = match &args.receipt {
        Some(file) => Some(Body::read(&Signed::read(file)?)?),
        None => None,
    };
    let form = archive::form(&args.bundle, &inspection, &args.carrier, body.as_ref())?;
    let text = match args.to.extension().and_then(|e| e.to_str()) {
        Some("md") => form.manuscript(),
        Some("json") => {
            serde_json::to_string_pretty(&form).map_err(|e| Failure::Bug(format!("JSON: {e}")))?
                + "\n"
        }
        _ => {
            let words = format!("{} 要以 .md（文稿）或 .json（数据）结尾", args.to.display());
            return Err(Failure::Usage(words));
        }
    };
    pipeline::write_new(&args.to, text.as_bytes())?;
    show.object(&json!({"type": "summary", "path": args.to}));
    show.line(format!("已写到 {}", args.to.display()));
    Ok(Exit::Done)
}

fn manuscripts(args: &HandoverPrintArgs, show: &Show) -> Result<Exit, Failure> {
    let texts = archive::manuscripts(&archive::verify(&args.bundle, Depth::Full)?)?;
    for (name, text) in &texts {
        let path = args.out.join(name);
        pipeline::write(&path, text.as_bytes())?;
        show.object(&json!({"type": "print", "path": path}));
        show.line(path.display().to_string());
    }
    show.object(&json!({"type": "summary", "path": args.out, "files": texts.len()}));
    show.line(format!("已写 {} 份文稿；用 anjuan set 排印。", texts.len()));
    Ok(Exit::Done)
}

#[cfg(feature = "typeset")]
fn print(args: &HandoverPrintArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let (printed, findings) =
        pipeline::print_forms(settings, &args.bundle, args.box_spine, &args.out)?;
    for finding in &findings {
        show.finding(finding);
    }
    for form in &printed {
        show.object(&json!({
            "type": "print", "path": form.path, "title": form.title, "pages": form.pages,
        }));
        show.line(format!("{}（{} 页）", form.path.display(), form.pages));
    }
    show.object(&json!({"type": "summary", "path": args.out, "files": printed.len()}));
    show.line(format!("已印 {} 份 PDF；封面、脊背按实际大小（100%，不缩放）打印。", printed.len()));
    Ok(Exit::Done)
}

#[cfg(not(feature = "typeset"))]
fn print(_: &HandoverPrintArgs, _: &Settings, _: &Show) -> Result<Exit, Failure> {
    let words = "这个程序不带排版，印不了 PDF；加 --manuscript 写成文稿，在有排版的机器上用 anjuan set 排印";
    Err(Failure::Usage(words.into()))
}
