//! `anjuan import … --archive DIR` and `anjuan index gaps`: 旧档; and the hidden command of the reading child.

use std::io::Write as _;

use serde_json::json;

use super::args::{ExtractChildArgs, ImportArgs};
#[cfg(feature = "search")]
use super::args::{IndexAction, IndexArgs};
use super::exit::Exit;
use super::show::Show;
use super::table::Table;
use super::{inspection, receive};
use crate::diag::{Failure, WorldError};
use crate::pipeline::{self, ChildLimits, OldImport, OldOptions, OldState, RecordLine, Settings};
use crate::record::Known;

/// Files that are listed for people.
const SHOWN: usize = 500;

/// Imports old files into an archive.
pub fn import(args: &ImportArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let Some(archive) = &args.archive else {
        return Err(Failure::Usage("请用 --archive 指明档案库".into()));
    };
    let old = &args.old;
    let options = OldOptions {
        meta: old.meta.clone(),
        fonds: old.fonds.clone(),
        fonds_name: old.fonds_name.clone(),
        category: old.category.clone(),
        unit: old.unit.clone(),
        sender: old.sender.clone(),
        receiver: old.receiver.clone(),
        date: old.date.clone(),
        set: args.set.clone(),
        most: old.part_size,
        illustrative: old.illustrative,
        ocr: old.ocr.clone(),
        dry_run: args.dry_run,
        list: old.list.clone(),
    };
    let listen = |event| show.event(event, |_| {});
    let done = pipeline::import_old(settings, &args.files, archive, &options, &listen)?;
    show.finish();
    done.lines.iter().for_each(|l| show.object(l));
    done.findings.iter().for_each(|f| show.finding(f));
    if !show.json() {
        table(&done, show);
    }
    // An inspection is shown where it refused something; the receipts keep them all.
    done.inspections.iter().filter(|i| !i.accepted).for_each(|i| inspection::draw(i, show));
    done.receipts.iter().for_each(|r| receive::receipt(r, show));
    Ok(conclude(&done, args, show))
}

fn word(state: OldState) -> &'static str {
    match state {
        OldState::Ready => "可导入",
        OldState::Imported => "已导入",
        OldState::Already => "已在库",
        OldState::Returned => "退回",
        OldState::Refused => "拒收",
    }
}

/// A value, marked where nobody wrote it: * read from the document, ? by rule.
fn marked(line: &RecordLine, element: &str, value: &str) -> String {
    let mark = match line.origin.get(element) {
        Some(Known::Read) => "*",
        Some(Known::Default) => "?",
        _ => "",
    };
    format!("{value}{mark}")
}

fn table(done: &OldImport, show: &Show) {
    let mut table = Table::new(["状态", "日期", "文号", "责任者", "密级", "期限", "题名", "文件"]);
    for line in done.lines.iter().take(SHOWN) {
        let path = line.path.display().to_string();
        let Some(m) = &line.metadata else {
            table.row([word(line.state), "", "", "", "", "", &line.title, &path]);
            continue;
        };
        let number = m.document_number.clone().unwrap_or_default();
        let cells = [
            marked(line, "日期", &m.date),
            marked(line, "文号", &number),
            marked(line, "责任者", &m.responsible),
            marked(line, "密级", m.secrecy.name()),
            marked(line, "保管期限", m.retention.name()),
            marked(line, "题名", &m.title),
        ];
        let [date, number, responsible, secrecy, retention, title] = &cells;
        table.row([word(line.state), date, number, responsible, secrecy, retention, title, &path]);
    }
    table.lines().iter().for_each(|l| show.line(l));
    if let Some(more) = done.lines.len().checked_sub(SHOWN).filter(|n| *n > 0) {
        show.line(format!("另有 {more} 个文件（用 --json 或 --list 看全部）"));
    }
    show.line("（* 从原文读出，? 按默认；不对的写进著录表，用 --meta 导入）");
}

fn conclude(done: &OldImport, args: &ImportArgs, show: &Show) -> Exit {
    let count = |state| done.count(state);
    let (errors, warnings) = show.counts();
    show.object(&json!({
        "type": "summary", "errors": errors, "warnings": warnings, "files": done.lines.len(),
        "ready": count(OldState::Ready), "imported": count(OldState::Imported), "already": count(OldState::Already),
        "returned": count(OldState::Returned), "refused": count(OldState::Refused),
        "bundles": done.receipts.len(), "list": args.old.list, "returned_list": done.returned,
    }));
    show.line(format!(
        "{}{}，已在库中 {}，退回 {}，拒收 {}。",
        if args.dry_run { "可导入 " } else { "导入 " },
        count(OldState::Ready) + count(OldState::Imported),
        count(OldState::Already),
        count(OldState::Returned),
        count(OldState::Refused)
    ));
    if let Some(path) = &args.old.list {
        show.line(format!("著录写在 {}：核对改正后用 --meta 导入。", path.display()));
    }
    if let Some(path) = &done.returned {
        show.line(format!("退回的列在 {}：补好后用 --meta 再导入。", path.display()));
    }
    let good = count(OldState::Ready) + count(OldState::Imported) + count(OldState::Already);
    match (count(OldState::Returned), count(OldState::Refused), good) {
        (0, 0, _) => Exit::Done,
        (0, _, 0) => Exit::Refused,
        (_, _, 0) => Exit::Rejected,
        _ => Exit::Partly,
    }
}

/// Lists what cannot be found by its words, or holds the index against the store.
#[cfg(feature = "search")]
pub fn index(args: &IndexArgs, show: &Show) -> Result<Exit, Failure> {
    let archive = match &args.action {
        IndexAction::Gaps { archive } => archive,
        IndexAction::Check { archive } => return super::search::check(archive, show),
    };
    let (gaps, files) = pipeline::gaps(archive)?;
    let mut table = Table::new(["档号", "文件", "原因", "题名"]);
    for gap in &gaps {
        show.object(gap);
        table.row([&gap.archival_code, &gap.file, &gap.reason, &gap.title]);
    }
    show.object(&json!({"type": "summary", "files": files, "gaps": gaps.len()}));
    if !gaps.is_empty() {
        table.lines().iter().for_each(|l| show.line(l));
    }
    show.line(format!("{files} 个文件中有 {} 个没有文字可供检索。", gaps.len()));
    Ok(Exit::Done)
}

/// Reads one file within limits and writes what was read, for the parent.
pub fn child(args: &ExtractChildArgs) -> Result<Exit, Failure> {
    let limits = ChildLimits { seconds: args.seconds, memory: args.memory };
    let json = pipeline::extract_child(&args.file, &args.ending, limits)?;
    let written = std::io::stdout().lock().write_all(json.as_bytes());
    written.map_err(WorldError::while_("写出", &args.file))?;
    Ok(Exit::Done)
}
