//! `anjuan browse` and `anjuan dispose`: 馆藏和到期档案.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::args::{
    BrowseArgs, By, DisposeAction, DisposeArgs, DisposeCarryOutArgs, DisposeListArgs,
};
use super::exit::Exit;
use super::show::Show;
use super::table::Table;
use crate::archive::{Holding, Store};
use crate::diag::Failure;
use crate::pipeline::{self, Settings};

const ALL: [By; 5] = [By::Fonds, By::Year, By::Retention, By::Case, By::Genre];

/// Counts and lists what an archive holds; exit 1 when nothing of what was asked for is there.
pub fn browse(args: &BrowseArgs, show: &Show) -> Result<Exit, Failure> {
    let store = Store::open_for_reading(&args.archive)?;
    let mut tally = Tally::new(&args.by);
    let mut table = Table::new(["档号", "题名", "日期", "期限", "文种", "页数", "接收号"]);
    let (mut records, mut listed) = (0_usize, 0_usize);
    let mut bundles = BTreeSet::new();
    store.holdings(&mut |held| {
        if !wanted(args, &held) {
            return;
        }
        records += 1;
        bundles.insert(held.bundle.clone());
        if !args.list {
            return tally.add(&held);
        }
        if records <= args.offset || args.limit.is_some_and(|most| listed >= most) {
            return;
        }
        listed += 1;
        show.object(&line(&held));
        let m = &held.metadata;
        let pages = m.pages.to_string();
        let mark = if held.destroyed.is_some() { "（已销毁，存根）" } else { "" };
        table.row([
            &m.archival_code,
            &format!("{}{mark}", m.title),
            &m.date,
            m.retention.name(),
            &m.genre,
            &pages,
            &held.accession,
        ]);
    })?;
    tally.show(show);
    if args.list && listed > 0 {
        table.lines().iter().for_each(|line| show.line(line));
    }
    store.groups(None)?.iter().for_each(|finding| show.finding(finding));
    let mut summary = json!({"type": "summary", "records": records, "bundles": bundles.len()});
    if args.list {
        summary["listed"] = listed.into();
    }
    show.object(&summary);
    show.line(format!("共 {records} 件，在 {} 个包里。", bundles.len()));
    Ok(if records == 0 { Exit::No } else { Exit::Done })
}

fn wanted(args: &BrowseArgs, held: &Holding) -> bool {
    let m = &held.metadata;
    args.fonds.as_ref().is_none_or(|f| *f == held.fonds)
        && args.year.is_none_or(|y| y == held.year)
        && args.retention.as_ref().is_none_or(|r| r == m.retention.name())
        && args.case.as_ref().is_none_or(|c| *c == m.case_id || m.case_title.contains(c))
        && args.genre.as_ref().is_none_or(|g| *g == m.genre)
}

fn line(held: &Holding) -> Value {
    let m = &held.metadata;
    let mut out = json!({
        "type": "record",
        "record": m.archival_code,
        "id": m.id,
        "title": m.title,
        "document_number": m.document_number,
        "responsible": m.responsible,
        "date": m.date,
        "kind": m.kind,
        "genre": m.genre,
        "retention": m.retention.name(),
        "secrecy": m.secrecy.name(),
        "pages": m.pages,
        "case": m.case_id,
        "fonds": held.fonds,
        "year": held.year,
        "bundle": held.bundle,
        "accession": held.accession,
        "files": held.files,
    });
    if let Some(words) = &held.destroyed {
        out["destroyed"] = words.as_str().into();
    }
    out
}

fn word(by: By) -> &'static str {
    match by {
        By::Fonds => "全宗",
        By::Year => "年度",
        By::Retention => "保管期限",
        By::Case => "案件",
        By::Genre => "文种",
    }
}

fn value(by: By, held: &Holding) -> String {
    let m = &held.metadata;
    match by {
        By::Fonds => format!("{} {}", held.fonds, held.fonds_name),
        By::Year => held.year.to_string(),
        By::Retention => m.retention.name().to_owned(),
        By::Case => format!("{} {}", m.case_id, m.case_title),
        By::Genre => m.genre.clone(),
    }
}

#[derive(Default)]
struct Count {
    records: usize,
    pages: u64,
    bundles: BTreeSet<String>,
}

/// Counts by one thing, or by several at once.
struct Grouping {
    by: Vec<By>,
    counts: BTreeMap<Vec<String>, Count>,
}

/// All counts.
struct Tally {
    groupings: Vec<Grouping>,
}

impl Tally {
    fn new(by: &[By]) -> Self {
        let grouping = |by: &[By]| Grouping { by: by.to_vec(), counts: BTreeMap::new() };
        let groupings = if by.is_empty() {
            ALL.iter().map(|b| grouping(&[*b])).collect()
        } else {
            vec![grouping(by)]
        };
        Self { groupings }
    }

    fn add(&mut self, held: &Holding) {
        for Grouping { by, counts } in &mut self.groupings {
            let key: Vec<String> = by.iter().map(|b| value(*b, held)).collect();
            let count = counts.entry(key).or_default();
            count.records += 1;
            count.pages += u64::from(held.metadata.pages);
            count.bundles.insert(held.bundle.clone());
        }
    }

    fn show(&self, show: &Show) {
        for Grouping { by, counts } in self.groupings.iter().filter(|g| !g.counts.is_empty()) {
            let heads: Vec<&str> = by.iter().map(|b| word(*b)).collect();
            let head = heads.join("／");
            let mut table = Table::new([head.as_str(), "件数", "页数", "包数"]);
            for (key, count) in counts {
                show.object(&json!({
                    "type": "group",
                    "by": heads,
                    "value": key,
                    "records": count.records,
                    "pages": count.pages,
                    "bundles": count.bundles.len(),
                }));
                let figures = [count.records as u64, count.pages, count.bundles.len() as u64];
                let [records, pages, bundles] = figures.map(|n| n.to_string());
                table.row([key.join("／").as_str(), &records, &pages, &bundles]);
            }
            table.lines().iter().for_each(|line| show.line(line));
            show.line("");
        }
    }
}

/// Does what is asked about records whose period has run out.
pub fn dispose(args: &DisposeArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    match &args.action {
        DisposeAction::List(a) => list(a, show),
        DisposeAction::CarryOut(a) => carry_out(a, settings, show),
    }
}

fn carry_out(
    args: &DisposeCarryOutArgs,
    settings: &Settings,
    show: &Show,
) -> Result<Exit, Failure> {
    let (list, archive) = (&args.list, &args.archive);
    let done = pipeline::carry_out(settings, archive, list, &args.approval, args.dry_run)?;
    let mut table = Table::new(["档号", "题名"]);
    for (record, title) in &done.destroyed {
        show.object(&json!({"type": "destroyed", "record": record, "title": title}));
        table.row([record, title]);
    }
    table.lines().iter().for_each(|line| show.line(line));
    let number = done.destruction.as_ref().map(|d| d.number.as_str());
    let stub = number.map(|n| args.archive.join("disposals").join(format!("{n}.json")));
    show.object(&json!({
        "type": "summary", "number": number, "records": done.destroyed.len(), "kept": done.kept, "path": stub,
    }));
    match (number, stub) {
        (Some(number), Some(stub)) => show.line(format!(
            "已销毁 {} 件（{number}），续存 {} 件；存根留在库内，销毁清册永久保存：{}\n  备份里的同一内容须另行销毁。",
            done.destroyed.len(),
            done.kept,
            stub.display()
        )),
        _ => show.line(format!(
            "核对无误：将销毁 {} 件，续存 {} 件；没有改动任何东西。",
            done.destroyed.len(),
            done.kept
        )),
    }
    Ok(Exit::Done)
}

fn list(args: &DisposeListArgs, show: &Show) -> Result<Exit, Failure> {
    if let Some(out) = &args.out {
        pipeline::may_write_disposal(args.organ.as_deref(), out)?;
    }
    let list = pipeline::expired(&args.archive, args.as_of)?;
    let mut table = Table::new(["档号", "题名", "期限", "期满日", "页数", "接收号"]);
    for e in &list.expired {
        let mut object = serde_json::to_value(e).unwrap_or_default();
        if let Some(map) = object.as_object_mut() {
            map.shift_insert(0, "type".into(), "expired".into());
        }
        show.object(&object);
        let pages = e.pages.to_string();
        table.row([&e.record, &e.title, e.retention.name(), &e.until, &pages, &e.accession]);
    }
    if !list.expired.is_empty() {
        table.lines().iter().for_each(|line| show.line(line));
    }
    if let Some(out) = &args.out {
        pipeline::write_disposal(&list, args.as_of, args.organ.as_deref(), out)?;
    }
    show.object(&json!({
        "type": "summary",
        "as_of": args.as_of.to_string(),
        "expired": list.expired.len(),
        "running": list.running,
        "permanent": list.permanent,
        "path": args.out,
    }));
    show.line(format!(
        "截至 {}：期满 {} 件，未满 {} 件，永久 {} 件（自归档年度次年 1 月 1 日起算，国家档案局令第8号）。",
        args.as_of,
        list.expired.len(),
        list.running,
        list.permanent
    ));
    show.line("  期满只是提请鉴定；批准以后才能用 anjuan dispose carry-out 销毁。");
    if let Some(out) = &args.out {
        show.line(format!("  清单 {}", out.display()));
    }
    Ok(Exit::Done)
}
