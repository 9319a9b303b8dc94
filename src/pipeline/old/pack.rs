//! 入库: described old files get their 档号, are packed by 全宗, 年度 and 机构, inspected and received.

use std::collections::BTreeMap;
use std::path::Path;

use super::describe::Candidate;
use super::form::Form;
use super::{OldImport, OldOptions, State, about, line};
use crate::archive::{self, BundleSpec, Depth, Inspection, Outcome, Store};
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::{Digest, digest_bytes};
use crate::pipeline::{Event, Listener, Settings, Terms};
use crate::record::{Content, FileRole, Record, RecordFile};
use crate::vocab::archival_code::ArchivalCode;
use crate::vocab::date;

/// What stands for the whole import.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    fonds: String,
    fonds_name: String,
    category: String,
    unit: String,
    sender: String,
    receiver: String,
    date: String,
}

impl Settled {
    /// From the command line, else from the head of the 著录表.
    pub(super) fn new(o: &OldOptions, form: &Form, settings: &Settings) -> Result<Self, Failure> {
        let told = |option: &Option<String>, name: &str| {
            option.clone().or_else(|| form.head(name).map(str::to_owned))
        };
        let needed = |option: &Option<String>, name: &str, flag: &str| {
            told(option, name).ok_or_else(|| {
                Failure::Usage(format!("请用 {flag} 指明{name}，或写在 TOML 著录表的开头"))
            })
        };
        let fonds = needed(&o.fonds, "全宗号", "--fonds")?;
        let fonds_name = needed(&o.fonds_name, "全宗名称", "--fonds-name")?;
        let category = told(&o.category, "门类").unwrap_or_else(|| "WS".into());
        let unit = told(&o.unit, "机构代码").unwrap_or_else(|| "JD".into());
        let probe = format!("{fonds}-{category}·2000-Y-{unit}-0001");
        if ArchivalCode::parse(&probe).is_none() {
            return Err(Failure::Usage(format!(
                "全宗号“{fonds}”（4 位大写字母或数字）、门类“{category}”（2 位）或机构代码“{unit}”（大写字母或数字）不合档号规则"
            )));
        }
        let sender = told(&o.sender, "移交单位").unwrap_or_else(|| fonds_name.clone());
        let receiver = told(&o.receiver, "接收单位").unwrap_or_else(|| sender.clone());
        let today = || {
            let here = settings.clock.now() + chrono::TimeDelta::hours(8);
            here.date_naive().to_string()
        };
        let day = told(&o.date, "移交日期").unwrap_or_else(today);
        if date::parse(&day).is_none() {
            return Err(Failure::Usage(format!("移交日期“{day}”写法应为 2025-03-04")));
        }
        Ok(Self { fonds, fonds_name, category, unit, sender, receiver, date: day })
    }

    /// The code of an item without one.
    fn code(&self, c: &Candidate, item: u32) -> Option<ArchivalCode> {
        Some(ArchivalCode {
            fonds: self.fonds.clone(),
            category: self.category.clone(),
            year: c.year,
            retention: c.metadata.as_ref()?.retention,
            unit: self.unit.clone(),
            item,
        })
    }
}

/// What one bundle holds: 全宗, 门类, 年度, 机构, and its turn where 件号 have gaps.
type Group = (String, String, u16, String, usize);

/// What comes back, and why.
type Objected = (Candidate, Diagnostic);

/// Packs and receives `fresh`; what an inspection objects to comes back, the rest goes on.
pub(super) fn enter(
    settings: &Settings,
    settled: &Settled,
    root: &Path,
    mut fresh: Vec<Candidate>,
    options: &OldOptions,
    out: &mut OldImport,
    listen: Listener<'_>,
) -> Result<(), Failure> {
    fresh.sort_by(|a, b| {
        let day = |c: &Candidate| c.metadata.as_ref().map(|m| m.date.clone()).unwrap_or_default();
        (a.year, day(a), &a.file.name).cmp(&(b.year, day(b), &b.file.name))
    });
    loop {
        let (groups, bad) = group(settled, fresh, &taken(root)?);
        for (candidate, finding) in bad {
            out.findings.push(about(&candidate.file.path, finding));
            out.lines.push(line(&candidate, State::Returned, None, ""));
        }
        if options.dry_run {
            for candidate in groups.into_values().flatten() {
                out.lines.push(line(&candidate, State::Ready, None, ""));
            }
            return Ok(());
        }
        let Some((key, members)) = groups.iter().next() else { return Ok(()) };
        let rest: Vec<Candidate> =
            groups.iter().filter(|(k, _)| *k != key).flat_map(|(_, m)| m.clone()).collect();
        let (again, done) = one(settings, settled, root, key, members, options, out, listen)?;
        // Those that are left get their numbers anew.
        fresh = rest.into_iter().chain(again).collect();
        if !done && fresh.is_empty() {
            return Ok(());
        }
    }
}

/// Gives out 档号 and sorts into bundles; what cannot have its 档号 comes back.
fn group(
    settled: &Settled,
    fresh: Vec<Candidate>,
    taken: &BTreeMap<String, u32>,
) -> (BTreeMap<Group, Vec<Candidate>>, Vec<Objected>) {
    let mut coded: BTreeMap<ArchivalCode, Candidate> = BTreeMap::new();
    let (fresh, mut bad) = apart(fresh);
    let (given, open): (Vec<_>, Vec<_>) = fresh.into_iter().partition(|c| c.code.is_some());
    let mut next = taken.clone();
    for candidate in given {
        let Some(code) = candidate.code.clone() else { continue };
        let used = taken.contains_key(&code.to_string()) || coded.contains_key(&code);
        if used {
            let message = format!("档号 {code} 已经用在另一件上");
            bad.push((
                candidate,
                Diagnostic::error("O-04", message).hint("核对档号；空着的由程序续编。"),
            ));
            continue;
        }
        let last = next.entry(code.series()).or_default();
        *last = (*last).max(code.item);
        coded.insert(code, candidate);
    }
    for candidate in open {
        let Some(series) = settled.code(&candidate, 1).map(|c| c.series()) else { continue };
        let last = next.entry(series).or_default();
        *last += 1;
        if let Some(code) = settled.code(&candidate, *last) {
            coded.insert(code, candidate);
        }
    }
    // 件号 within a bundle run without gaps (W6): after a gap another bundle begins.
    let mut groups: BTreeMap<Group, Vec<Candidate>> = BTreeMap::new();
    let mut before: Option<(String, u32, usize)> = None;
    for (code, mut candidate) in coded {
        let series = code.series();
        let turn = match &before {
            Some((s, item, turn)) if *s == series => turn + usize::from(item + 1 != code.item),
            _ => 0,
        };
        before = Some((series, code.item, turn));
        if let Some(m) = &mut candidate.metadata {
            m.archival_code = code.to_string();
        }
        groups
            .entry((code.fonds, code.category, code.year, code.unit, turn))
            .or_default()
            .push(candidate);
    }
    (groups, bad)
}

/// Two items of one 文号 and one 题名 are one document (Z9): the second comes back.
fn apart(fresh: Vec<Candidate>) -> (Vec<Candidate>, Vec<Objected>) {
    let mut seen: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for candidate in fresh {
        let m = candidate.metadata.as_ref();
        let key = m.and_then(|m| Some((m.document_number.clone()?, m.title.clone())));
        let other = key.as_ref().and_then(|k| seen.get(k).cloned());
        match (key, other) {
            (_, Some(other)) => {
                let message = format!("与“{other}”的文号、题名相同，应是同一份文件");
                let hint = "另一种格式的，在著录表里写进那一件的“附件”；确是两件的，题名要能区分。";
                bad.push((candidate, Diagnostic::error("O-06", message).hint(hint)));
            }
            (key, None) => {
                if let Some(key) = key {
                    seen.insert(key, candidate.file.name.clone());
                }
                good.push(candidate);
            }
        }
    }
    (good, bad)
}

/// Packs one bundle and receives it. Those it was refused for come back as told; the others are given back to be
/// tried again. True when it is in.
#[expect(clippy::too_many_arguments, reason = "one step of `enter`, told apart for its length")]
fn one(
    settings: &Settings,
    settled: &Settled,
    root: &Path,
    key: &Group,
    members: &[Candidate],
    options: &OldOptions,
    out: &mut OldImport,
    listen: Listener<'_>,
) -> Result<(Vec<Candidate>, bool), Failure> {
    let (fonds, category, year, unit, _) = key;
    let title = format!("旧档（{year}年度）");
    let id = bundle_id(fonds, *year, members);
    let mut records = Vec::new();
    for candidate in members {
        records.extend(record(candidate, &id, &title));
    }
    unique_texts(&mut records);
    let spec = BundleSpec {
        id: id.clone(),
        case_id: id.clone(),
        case_title: title,
        sender: settled.sender.clone(),
        receiver: settled.receiver.clone(),
        date: settled.date.clone(),
        illustrative: options.illustrative,
        fonds_number: fonds.clone(),
        fonds_name: settled.fonds_name.clone(),
        category: category.clone(),
        unit: unit.clone(),
        year: *year,
        software: concat!("anjuan ", env!("CARGO_PKG_VERSION")).into(),
        absent: Vec::new(),
        handover: None,
        part: None,
    };
    listen(Event::Step("打包入库", 0));
    let folder = tempfile::tempdir().map_err(WorldError::while_("建立临时文件夹", root))?;
    let zip = folder.path().join(format!("{id}.zip"));
    archive::pack(&spec, &records, &[], &zip)?;
    let inspection = archive::verify(&zip, Depth::Full)?;
    if !inspection.accepted {
        let again = refuse(members, &inspection, out);
        out.inspections.push(inspection);
        return Ok((again, false));
    }
    let (inspection, receipt) =
        crate::pipeline::receive(settings, &zip, root, true, &Terms::plain(), listen)?;
    out.inspections.push(inspection);
    let accession = receipt.as_ref().map(|r| r.accession.clone()).unwrap_or_default();
    out.receipts.extend(receipt);
    for (candidate, record) in members.iter().zip(records) {
        out.lines.push(line(candidate, State::Imported, Some(record.metadata), &accession));
    }
    Ok((Vec::new(), true))
}

/// Tells what the inspection objects to of each item; gives back those that it does not name. If it names none, all
/// come back.
fn refuse(members: &[Candidate], inspection: &Inspection, out: &mut OldImport) -> Vec<Candidate> {
    let failed: Vec<_> = inspection.checks.iter().filter(|c| c.outcome == Outcome::Fail).collect();
    let named = |c: &Candidate| {
        let code = c.metadata.as_ref().map_or("", |m| m.archival_code.as_str());
        failed.iter().find_map(|check| {
            let evidence =
                check.evidence.iter().find(|e| !code.is_empty() && e.path.contains(code))?;
            let found = evidence.found.clone().unwrap_or_else(|| check.message.clone());
            Some(format!("检测不合格（{}）：{found}", check.id))
        })
    };
    let any = members.iter().any(|c| named(c).is_some());
    let mut again = Vec::new();
    for candidate in members {
        let why = match named(candidate) {
            Some(why) => why,
            None if any => {
                again.push(candidate.clone());
                continue;
            }
            None => {
                let ids: Vec<&str> = failed.iter().map(|c| c.id).collect();
                format!("所在的包检测不合格（{}）", ids.join("、"))
            }
        };
        let finding = Diagnostic::error("O-02", why).hint("请修复文件，或另存为 PDF 后再导入。");
        out.findings.push(about(&candidate.file.path, finding));
        out.lines.push(line(candidate, State::Returned, None, ""));
    }
    again
}

/// The highest 件号 of every series in the archive, and every 档号 itself (as 0).
fn taken(root: &Path) -> Result<BTreeMap<String, u32>, Failure> {
    let store = match Store::open_for_reading(root) {
        Ok(store) => store,
        Err(Failure::NoArchive(_)) => return Ok(BTreeMap::new()),
        Err(other) => return Err(other),
    };
    let mut out = BTreeMap::new();
    for accession in store.accessions()? {
        for record in store.records(&accession)? {
            if let Some(code) = record.metadata.code() {
                let last = out.entry(code.series()).or_default();
                *last = code.item.max(*last);
                out.insert(code.to_string(), 0);
            }
        }
    }
    Ok(out)
}

/// 归档包编号 from what is in it: the same files give the same.
fn bundle_id(fonds: &str, year: u16, members: &[Candidate]) -> String {
    let mut lines: Vec<String> =
        members.iter().map(|c| c.file.digests.sha256.to_string()).collect();
    lines.sort();
    let digest = digest_bytes(lines.join("\n").as_bytes()).sha256.to_string().to_uppercase();
    format!("JD-{fonds}-{year}-{}", digest.get(..12).unwrap_or_default())
}

/// The record of a file: the original bytes, the text for the index beside them, the attachments.
fn record(c: &Candidate, id: &str, title: &str) -> Option<Record> {
    let mut metadata = c.metadata.clone()?;
    metadata.case_id = id.to_owned();
    metadata.case_title = title.to_owned();
    let mut files = vec![RecordFile {
        role: FileRole::Main,
        name: c.kept_name.clone(),
        media_type: c.media_type.clone(),
        pages: Some(metadata.pages),
        digests: c.file.digests,
        content: Content::File(c.file.path.clone()),
    }];
    // A text that is UTF-8 is its own text.
    let note = metadata.provenance.as_ref().and_then(|p| p.text.as_ref());
    let plain = c.media_type == "text/plain"
        && note.is_some_and(|n| n.encoding.as_deref() == Some("UTF-8"));
    if let Some(text) = c.text.as_ref().filter(|_| !plain) {
        let bytes = format!("{text}\n").into_bytes();
        files.push(RecordFile {
            role: FileRole::Text,
            name: free("检索文本.txt", &files),
            media_type: "text/plain; charset=utf-8".into(),
            pages: None,
            digests: digest_bytes(&bytes),
            content: Content::Memory(bytes.into()),
        });
    }
    for (file, media) in &c.attachments {
        files.push(RecordFile {
            role: FileRole::Attachment,
            name: free(&file.name, &files),
            media_type: media.clone(),
            pages: None,
            digests: file.digests,
            content: Content::File(file.path.clone()),
        });
    }
    Some(Record { metadata, files })
}

/// A name that no other file of the record has.
fn free(name: &str, files: &[RecordFile]) -> String {
    let used = |n: &str| files.iter().any(|f| f.name.to_lowercase() == n.to_lowercase());
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let numbered = (2..).map(|n| format!("{stem}（{n}）.{ending}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|n| !used(n)).unwrap_or_default()
}

/// Two files of one content are not allowed in a bundle (Z9): a text that is there already is left out, the index
/// reads it from the original.
fn unique_texts(records: &mut [Record]) {
    let mut seen: Vec<Digest> = records
        .iter()
        .flat_map(|r| &r.files)
        .filter(|f| f.role != FileRole::Text)
        .map(|f| f.digests.sha256)
        .collect();
    for record in records {
        record.files.retain(|file| {
            let new = file.role != FileRole::Text || !seen.contains(&file.digests.sha256);
            if file.role == FileRole::Text {
                seen.push(file.digests.sha256);
            }
            new
        });
    }
}
