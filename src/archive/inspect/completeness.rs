//! 完整性: nothing is missing, nothing is there that should not be.

use std::collections::{BTreeMap, BTreeSet};

use super::forms;
use super::{COMPLETENESS, Check, Outcome, Report, Subject};
use crate::archive::parts::Part;
use crate::archive::profile::profile;
use crate::archive::reader::BundleReader;
use crate::archive::{bag, handover};

pub(super) fn checks(s: &Subject<'_>) -> Vec<Check> {
    vec![
        counts(s),
        octets(s),
        elements(s),
        blanks(s),
        process(s),
        numbers(s),
        contents(s),
        Report::new("W8", COMPLETENESS)
            .plain(Outcome::Manual, "正文所列附件是否齐全，请对照归档文件目录人工核对"),
        Report::new("W9", COMPLETENESS)
            .plain(Outcome::Manual, "归档范围是否齐全，请对照保管期限表人工核对"),
        package(s),
        folders(s),
        surplus(s.reader),
    ]
}

/// W1: the same number everywhere.
fn counts(s: &Subject<'_>) -> Check {
    let mut r = Report::new("W1", COMPLETENESS);
    let wanted = s.description.items.len();
    let names = &profile().names;
    let catalogue = s.tree(&format!("data/{}", names.catalogue), 1 << 26);
    let listed = catalogue.and_then(Result::ok).map(|root| root.children.len());
    let note = s.reader.text(&format!("data/{}", names.note)).unwrap_or_default();
    let noted = note
        .lines()
        .find_map(|l| l.strip_prefix("档案数量：")?.trim().strip_suffix(" 件")?.parse().ok());
    let counted = s.info.get("Item-Count").and_then(|n| n.parse().ok());
    for (where_, found) in
        [(names.catalogue.as_str(), listed), (names.note.as_str(), noted), (bag::INFO, counted)]
    {
        if found != Some(wanted) {
            let found = found.map_or_else(|| "读不出".into(), |n: usize| format!("{n} 件"));
            r.add(where_, format!("{wanted} 件"), found);
        }
    }
    if s.full {
        forms::counts(s, &mut r);
    }
    r.verdict(format!("总件数一致：{wanted} 件"), "总件数不一致")
}

/// W2: Payload-Oxum.
fn octets(s: &Subject<'_>) -> Check {
    let mut r = Report::new("W2", COMPLETENESS);
    let (octets, streams) = s
        .reader
        .files()
        .filter(|(p, _)| p.starts_with("data/"))
        .fold((0, 0), |(o, n), (_, size)| (o + size, n + 1));
    let found = format!("{octets}.{streams}");
    let stated = s.info.get("Payload-Oxum").cloned().unwrap_or_default();
    if stated != found {
        r.add(format!("{} Payload-Oxum", bag::INFO), &stated, &found);
    }
    if s.full {
        forms::octets(s, &mut r);
    }
    r.verdict(format!("总字节数一致：{octets} 字节、{streams} 个文件"), "总字节数不一致")
}

/// W3: every element that the metadata must have.
fn elements(s: &Subject<'_>) -> Check {
    const REQUIRED: [&str; 9] =
        ["题名", "责任者", "日期", "密级", "档号", "保管期限", "页数", "聚合层次", "电子文件号"];
    let mut r = Report::new("W3", COMPLETENESS);
    for item in &s.description.items {
        let path = format!("{}/{}", item.folder, profile().names.metadata);
        let Some(Ok(root)) = s.tree(&path, 1 << 24) else {
            continue;
        };
        for name in REQUIRED {
            let mut found = Vec::new();
            root.below(name, &mut found);
            if found.is_empty() {
                r.add(&path, format!("有“{name}”"), "没有");
            }
        }
    }
    r.verdict("元数据项齐全", "元数据缺项")
}

/// W4: required values are not blank.
fn blanks(s: &Subject<'_>) -> Check {
    let mut r = Report::new("W4", COMPLETENESS);
    for m in s.description.items.iter().map(|i| &i.metadata) {
        for (field, value) in [
            ("题名", &m.title),
            ("责任者", &m.responsible),
            ("日期", &m.date),
            ("文种", &m.genre),
            ("案件", &m.case_id),
        ] {
            if value.trim().is_empty() {
                r.add(format!("{}（{}）{field}", m.archival_code, m.id), "不为空", "空");
            }
        }
    }
    r.verdict("必填元数据都有内容", "必填元数据为空")
}

/// W5: process information.
fn process(s: &Subject<'_>) -> Check {
    let mut r = Report::new("W5", COMPLETENESS);
    for item in &s.description.items {
        let path = format!("{}/{}", item.folder, profile().names.metadata);
        let Some(Ok(root)) = s.tree(&path, 1 << 24) else {
            continue;
        };
        let mut acts = Vec::new();
        root.below("业务行为", &mut acts);
        let wanted: &[&str] =
            if s.full { &["形成", "归档", "移交"] } else { &["形成", "移交"] };
        for wanted in wanted.iter().copied() {
            if !acts.iter().any(|a| a.text.trim() == wanted) {
                r.add(&path, format!("有“{wanted}”的业务实体"), "没有");
            }
        }
    }
    if s.full {
        forms::events(s, &mut r);
    }
    r.verdict("有形成、移交过程信息", "缺少过程信息")
}

/// W6: 件号 run without a gap within each 保管期限, paper items included.
fn numbers(s: &Subject<'_>) -> Check {
    let mut r = Report::new("W6", COMPLETENESS);
    let mut runs: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    let all = s.description.items.iter().map(|i| &i.metadata).chain(&s.description.absent);
    for code in all.filter_map(crate::record::Metadata::code) {
        runs.entry(code.series()).or_default().insert(code.item);
    }
    for (run, items) in &runs {
        let last = items.last().copied().unwrap_or_default();
        let first = items.first().copied().unwrap_or(1);
        for missing in (first..=last).filter(|n| !items.contains(n)).take(1000) {
            r.add(format!("{run}-{missing:04}"), "件号连续", "缺号");
        }
    }
    let paper = s.description.absent.len();
    let good = if paper == 0 {
        "件号连续".to_owned()
    } else {
        format!("件号连续（另有 {paper} 件未附电子文件，已在目录中列明）")
    };
    r.or(Outcome::Warn, good, "件号不连续")
}

/// W7: every item has content.
fn contents(s: &Subject<'_>) -> Check {
    let mut r = Report::new("W7", COMPLETENESS);
    for item in &s.description.items {
        if item.files.is_empty() {
            r.add(&item.folder, "至少一个文件", "没有");
        }
        for file in &item.files {
            let path = format!("{}/{}", item.folder, file.name);
            if s.reader.size(&path) == Some(0) {
                r.add(path, "大于 0 字节", "0 字节");
            }
        }
    }
    r.verdict("每件都有内容", "有空的件或空文件")
}

/// W10: what the package says of itself.
fn package(s: &Subject<'_>) -> Check {
    let mut r = Report::new("W10", COMPLETENESS);
    let d = s.description;
    for (key, wanted) in [
        ("Source-Organization", d.sender.as_str()),
        ("Transfer-Receiver", d.receiver.as_str()),
        ("External-Identifier", d.id.as_str()),
        ("Bagging-Date", d.date.as_str()),
        ("External-Description", d.case_title.as_str()),
        ("Internal-Sender-Identifier", d.case_id.as_str()),
        ("Bag-Software-Agent", d.software.as_str()),
        ("Fonds-Number", d.fonds.number.as_str()),
        ("Bundle-Format", d.format.as_str()),
        ("Illustrative", if d.illustrative { "yes" } else { "no" }),
    ] {
        let found = s.info.get(key).map(String::as_str).unwrap_or_default();
        if found != wanted || wanted.is_empty() {
            r.add(format!("{} {key}", bag::INFO), wanted, found);
        }
    }
    for key in handover::KEYS {
        let lines = d.handover.map(|mark| mark.lines()).unwrap_or_default();
        let wanted = lines.into_iter().find(|(k, _)| *k == key).map(|(_, v)| v).unwrap_or_default();
        let found = s.info.get(key).map(String::as_str).unwrap_or_default();
        if found != wanted {
            r.add(format!("{} {key}", bag::INFO), wanted, found);
        }
    }
    let lines = d.part.as_ref().map(Part::lines).unwrap_or_default();
    for key in ["Bag-Group-Identifier", "Bag-Count", "Bag-Group-Digest"] {
        let wanted = lines.iter().find(|(k, _)| *k == key).map_or("", |(_, v)| v.as_str());
        let found = s.info.get(key).map(String::as_str).unwrap_or_default();
        if found != wanted {
            r.add(format!("{} {key}", bag::INFO), wanted, found);
        }
    }
    for (wanted, found) in d.part.iter().flat_map(|part| part.faults(&d.id)) {
        r.add(format!("{} part", bag::DESCRIPTION), wanted, found);
    }
    if s.full {
        forms::fields(&s.info, &mut r);
    }
    r.verdict("信息包元数据完整", "信息包元数据不完整或不一致")
}

/// W11: folders and items, one to one.
fn folders(s: &Subject<'_>) -> Check {
    let mut r = Report::new("W11", COMPLETENESS);
    let d = s.description;
    let root = format!("data/{}/{}/", d.fonds.number, d.fonds.category);
    let known: BTreeSet<String> = d
        .items
        .iter()
        .flat_map(|i| {
            let metadata = std::iter::once(profile().names.metadata.as_str());
            let names = i.files.iter().map(|f| f.name.as_str()).chain(metadata);
            names.map(|n| format!("{}/{n}", i.folder)).collect::<Vec<_>>()
        })
        .collect();
    for (path, _) in s.reader.files().filter(|(p, _)| p.starts_with(&root)) {
        if !known.contains(path) {
            r.add(path, "", "不属于任何一件");
        }
    }
    for path in &known {
        if !s.reader.has(path) {
            r.add(path, "在包内", "没有这个文件");
        }
    }
    for item in &d.items {
        if !item.folder.ends_with(&format!("/{}", item.metadata.archival_code)) {
            r.add(&item.folder, format!("以档号 {} 为名", item.metadata.archival_code), "不符");
        }
    }
    r.verdict("件与文件夹一一对应", "件与文件夹对不上")
}

/// W12: files that no manifest lists, and listed files that are not there.
pub(super) fn surplus(reader: &BundleReader) -> Check {
    let mut r = Report::new("W12", COMPLETENESS);
    let lines = |list| bag::read_sums(&reader.text(list).unwrap_or_default()).0;
    let (payload, tags) = (lines(bag::MANIFEST), lines(bag::TAG_MANIFEST));
    for (path, _) in reader.files() {
        let listed = payload.contains_key(path)
            || tags.contains_key(path)
            || path == bag::TAG_MANIFEST
            || path.starts_with("signature/");
        if !listed {
            r.add(path, "", "清单上没有这个文件");
        }
    }
    for path in payload.keys().chain(tags.keys()) {
        if !reader.has(path) {
            r.add(path, "在包内", "清单上有，包内没有");
        }
    }
    r.verdict("没有清单外的文件，也没有缺失的文件", "有多余或缺失的文件")
}
