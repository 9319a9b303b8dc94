//! 入库: described old files get their 档号, are packed by 全宗, 年度 and 机构, inspected and received.

use std::collections::BTreeMap;
use std::path::Path;

use super::describe::Candidate;
use super::form::Form;
use super::resume::{self, Resumed};
use super::{OldImport, OldOptions, State, about, archive_at, line};
use crate::archive::{self, BundleSpec, Depth, Inspection, Outcome, Passing};
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::{Digest, digest_bytes};
use crate::pipeline::receive::receive_all;
use crate::pipeline::{Event, Listener, Settings, Terms, moment};
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
        let today = || date::office_day(settings.clock.now()).to_string();
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

/// One import: what it stands under, and where it goes.
pub(super) struct Import<'a> {
    pub(super) settings: &'a Settings,
    pub(super) settled: &'a Settled,
    /// The archive.
    pub(super) root: &'a Path,
    pub(super) options: &'a OldOptions,
    pub(super) listen: Listener<'a>,
}

impl Import<'_> {
    /// Packs and receives `fresh`; what an inspection objects to comes back, the rest goes on.
    pub(super) fn enter(
        &self,
        mut fresh: Vec<Candidate>,
        resumed: &mut Vec<Resumed>,
        out: &mut OldImport,
    ) -> Result<(), Failure> {
        fresh.sort_by(|a, b| {
            let day =
                |c: &Candidate| c.metadata.as_ref().map(|m| m.date.clone()).unwrap_or_default();
            (a.year, day(a), &a.file.name).cmp(&(b.year, day(b), &b.file.name))
        });
        loop {
            let (groups, bad) = group(self.settled, fresh, &taken(self.root, resumed)?);
            for (candidate, finding) in bad {
                out.findings.push(about(&candidate.file.path, finding));
                out.lines.push(line(&candidate, State::Returned, None, ""));
            }
            if self.options.dry_run {
                for candidate in groups.into_values().flatten() {
                    let digest = &candidate.file.digests.sha256;
                    let held = resumed.iter().find_map(|r| r.held.get(digest));
                    out.lines.push(match held {
                        Some((m, by)) => line(&candidate, State::Already, Some(m.clone()), by),
                        None => line(&candidate, State::Ready, None, ""),
                    });
                }
                return Ok(());
            }
            let Some((key, members)) = groups.iter().next() else { return Ok(()) };
            let rest: Vec<Candidate> =
                groups.iter().filter(|(k, _)| *k != key).flat_map(|(_, m)| m.clone()).collect();
            let again = self.one(key, members, resumed, out)?;
            // Those that are left get their numbers anew.
            fresh = rest.into_iter().chain(again).collect();
        }
    }

    /// Packs one bundle, or the parts that it makes, and receives it. What cannot enter is told; those to be tried again are
    /// given back.
    fn one(
        &self,
        key: &Group,
        members: &[Candidate],
        resumed: &mut Vec<Resumed>,
        out: &mut OldImport,
    ) -> Result<Vec<Candidate>, Failure> {
        let (settings, settled, listen) = (self.settings, self.settled, self.listen);
        let (fonds, category, year, unit, _) = key;
        let title = format!("旧档（{year}年度）");
        let id = bundle_id(fonds, *year, members);
        let mut records = Vec::new();
        for candidate in members {
            records.extend(record(candidate, &id, &title));
        }
        unique_texts(&mut records);
        let going_on = resumed.iter().find(|r| r.is(&id, members)).map(|r| r.date.clone());
        let spec = BundleSpec {
            id: id.clone(),
            case_id: id.clone(),
            case_title: title,
            sender: settled.sender.clone(),
            receiver: settled.receiver.clone(),
            date: going_on.clone().unwrap_or_else(|| settled.date.clone()),
            illustrative: self.options.illustrative,
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
        let folder =
            tempfile::tempdir().map_err(WorldError::while_("建立临时文件夹", self.root))?;
        let zip = folder.path().join(format!("{id}.zip"));
        let most = self.options.most.unwrap_or(archive::MOST);
        let terms = Passing { book: None, key: None, at: &moment(settings), most };
        let packed = match archive::hand_over(&spec, &records, &[], &zip, terms) {
            Err(Failure::Rejected(found)) if found.iter().all(|f| f.code == "P-09") => {
                return too_large(members, found, out);
            }
            other => other?.value,
        };
        // All of them are looked at before the first goes in.
        let mut inspections = Vec::new();
        for part in &packed {
            inspections.push(archive::verify(&part.path, Depth::Full)?);
        }
        if inspections.iter().any(|i| !i.accepted) {
            inspections.retain(|i| !i.accepted);
            let again = refuse(members, &inspections, out);
            out.inspections.extend(inspections);
            return Ok(again);
        }
        // What is in stays as it is, if this is not the group that was begun.
        let strange = |r: &Resumed| going_on.is_none() && members.iter().any(|c| r.holds(c));
        if let Some(at) = resumed.iter().position(strange) {
            return Ok(apart_from(&resumed.remove(at), members, out));
        }
        let paths: Vec<&Path> = packed.iter().map(|p| p.path.as_path()).collect();
        let plain = Terms::plain();
        let received = receive_all(settings, &paths, self.root, true, &plain, listen)?;
        let mut places: BTreeMap<String, (String, State)> = BTreeMap::new();
        for (inspection, receipt) in received {
            if let Some(r) = &receipt {
                let state = if r.already { State::Already } else { State::Imported };
                let codes = inspection.codes().map(str::to_owned);
                places.extend(codes.map(|code| (code, (r.accession.clone(), state))));
            }
            out.receipts.extend(receipt);
            out.inspections.push(inspection);
        }
        for (candidate, record) in members.iter().zip(records) {
            let code = &record.metadata.archival_code;
            let (accession, state) =
                places.get(code).cloned().unwrap_or((String::new(), State::Imported));
            out.lines.push(line(candidate, state, Some(record.metadata), &accession));
        }
        resumed.retain(|r| r.group != id);
        Ok(Vec::new())
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

/// P-09: those that fit no part come back, the others are given back; if it names none, all come back.
fn too_large(
    members: &[Candidate],
    found: Vec<Diagnostic>,
    out: &mut OldImport,
) -> Result<Vec<Candidate>, Failure> {
    let id = |c: &Candidate| c.metadata.as_ref().map(|m| m.id.clone());
    let (mut again, mut any) = (Vec::new(), false);
    for candidate in members {
        let why = found.iter().find(|f| f.path.is_some() && f.path == id(candidate));
        let Some(why) = why else {
            again.push(candidate.clone());
            continue;
        };
        any = true;
        out.findings.push(about(&candidate.file.path, why.clone()));
        out.lines.push(line(candidate, State::Returned, None, ""));
    }
    if any { Ok(again) } else { Err(Failure::Rejected(found)) }
}

/// What the archive holds is told as such; the others are given back.
fn apart_from(held: &Resumed, members: &[Candidate], out: &mut OldImport) -> Vec<Candidate> {
    let (there, others): (Vec<_>, Vec<_>) = members.iter().cloned().partition(|c| held.holds(c));
    for candidate in there {
        if let Some((m, accession)) = held.held.get(&candidate.file.digests.sha256) {
            out.lines.push(line(&candidate, State::Already, Some(m.clone()), accession));
        }
    }
    others
}

/// Tells what inspections that do not accept object to of each item; gives back those that they do not name. If they
/// name none, all come back.
fn refuse(
    members: &[Candidate],
    inspections: &[Inspection],
    out: &mut OldImport,
) -> Vec<Candidate> {
    let checks = inspections.iter().flat_map(|i| &i.checks);
    let failed: Vec<_> = checks.filter(|c| c.outcome == Outcome::Fail).collect();
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

/// The highest 件号 of every series in the archive, and every 档号 itself (as 0), but for groups that are to be completed.
fn taken(root: &Path, resumed: &[Resumed]) -> Result<BTreeMap<String, u32>, Failure> {
    let Some(store) = archive_at(root)? else { return Ok(BTreeMap::new()) };
    let mut out = BTreeMap::new();
    for accession in store.accessions()? {
        if resume::any(resumed, &accession.bundle) {
            continue;
        }
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
