//! 归档: from papers and evidence to records (件) with 档号, in filing order.
//!
//! Here the two wings meet: the making wing's papers and the case's evidence become records, and nothing
//! of cases or templates goes on from here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::paper::Paper;
use crate::case::{Archive, CaseFile, DocumentEntry, EvidenceEntry, FileRef};
use crate::diag::{Failure, WorldError};
use crate::fixity::{digest_bytes, digest_reader};
use crate::record::{
    Content, FileRole, LayoutAdjustment, LayoutNote, LentCharacter, MachineFace, Metadata, Record,
    RecordFile,
};
use crate::template::Kinds;
use crate::typeset::{FaceUse, Substitute};
use crate::vocab::archival_code::ArchivalCode;
use crate::vocab::retention::Retention;

/// One item of the case's filing list; an item without files is kept on paper.
#[derive(Clone, Debug)]
pub struct Item {
    /// The record: metadata, and the electronic files there are.
    pub record: Record,
    /// 文件 or 证据.
    pub class: &'static str,
    /// Which hand-over it belongs to (index into `archive.handovers`), if any.
    pub handover: Option<usize>,
}

/// All items of `case` in filing order: hand-over by hand-over, what has not been handed over last; in each the
/// documents by date, then evidence by date. 件号 run per 保管期限 (DA/T 22-2015), so that they have no gap whatever
/// is still to come. Catalogues themselves are not items.
///
/// # Errors
/// An attachment that cannot be read.
pub fn items(
    case: &CaseFile,
    kinds: &Kinds,
    papers: &BTreeMap<String, Paper>,
) -> Result<Vec<Item>, Failure> {
    let model = case.model();
    let is_catalogue = |d: &&DocumentEntry| {
        kinds.get(&d.kind).is_some_and(|k| k.reads.iter().any(|r| r == "records"))
    };
    let documents = model.documents.iter().filter(|d| !is_catalogue(d)).map(Source::Document);
    let mut sources: Vec<Source<'_>> = documents.collect();
    let mut evidence: Vec<&EvidenceEntry> = model.evidence.iter().collect();
    evidence.sort_by_key(|e| &e.id);
    sources.extend(evidence.into_iter().map(Source::Evidence));
    sources.sort_by_key(|source| {
        let handed = handed_over(case, source.date()).map_or(NaiveDate::MAX, |(_, day)| day);
        (handed, matches!(source, Source::Evidence(_)), source.date())
    });

    let mut codes = Codes { archive: model.archive.as_ref(), next: BTreeMap::new() };
    let mut out = Vec::new();
    for source in sources {
        let handover = handover(case, source.date());
        let (record, class) = match source {
            Source::Document(d) => {
                let paper = papers.get(&d.id);
                let mut files = paper.map(document_files).unwrap_or_default();
                if let Some(file) = &d.file {
                    // The signed copy stands beside what was made from the data; alone, it is the document.
                    let role = if files.is_empty() { FileRole::Main } else { FileRole::Attachment };
                    files.push(attached(case, file, role, d.pages)?);
                }
                (Record { metadata: document_metadata(case, d, paper, &mut codes), files }, "文件")
            }
            Source::Evidence(e) => {
                let metadata = evidence_metadata(case, e, &mut codes);
                let files = match &e.file {
                    Some(file) => vec![attached(case, file, FileRole::Main, e.pages)?],
                    None => Vec::new(),
                };
                (Record { metadata, files }, "证据")
            }
        };
        out.push(Item { record, class, handover });
    }
    Ok(out)
}

/// What becomes an item.
#[derive(Clone, Copy)]
enum Source<'a> {
    Document(&'a DocumentEntry),
    Evidence(&'a EvidenceEntry),
}

impl Source<'_> {
    /// 成文日期 or the day of collecting.
    fn date(self) -> NaiveDate {
        match self {
            Self::Document(d) => d.issued_on,
            Self::Evidence(e) => e.collected_on,
        }
    }
}

/// Gives out 档号: 件号 count from 1 within each 保管期限.
struct Codes<'a> {
    archive: Option<&'a Archive>,
    next: BTreeMap<Retention, u32>,
}

impl Codes<'_> {
    fn take(&mut self, retention: Retention) -> String {
        let Some(archive) = self.archive else { return String::new() };
        let item = self.next.entry(retention).or_insert(0);
        *item += 1;
        ArchivalCode {
            fonds: archive.fonds_no.clone(),
            category: archive.category.clone(),
            year: u16::try_from(archive.year).unwrap_or_default(),
            retention,
            unit: archive.unit_code.clone(),
            item: *item,
        }
        .to_string()
    }
}

/// The first hand-over on or after `date` (domain model: 上次移交之后至本次移交日形成的件).
fn handover(case: &CaseFile, date: NaiveDate) -> Option<usize> {
    handed_over(case, date).map(|h| h.0)
}

/// As [`handover`], with its date.
fn handed_over(case: &CaseFile, date: NaiveDate) -> Option<(usize, NaiveDate)> {
    let handovers = case.model().archive.as_ref()?.handovers.iter().map(|h| h.date).enumerate();
    handovers.filter(|(_, day)| *day >= date).min_by_key(|(_, day)| *day)
}

fn stage(case: &CaseFile, date: NaiveDate) -> Option<String> {
    let index = handover(case, date)?;
    Some(case.model().archive.as_ref()?.handovers.get(index)?.scope.clone())
}

fn document_metadata(
    case: &CaseFile,
    d: &DocumentEntry,
    paper: Option<&Paper>,
    codes: &mut Codes<'_>,
) -> Metadata {
    let model = case.model();
    let names = |ids: &[String]| ids.iter().map(|id| case.organ_name(id)).collect::<Vec<_>>();
    Metadata {
        id: d.id.clone(),
        archival_code: codes.take(d.retention),
        title: d.title.clone(),
        responsible: names(&d.issuers).join("、"),
        document_number: d.doc_number.as_ref().map(ToString::to_string),
        date: d.issued_on.to_string(),
        secrecy: d.secrecy,
        retention: d.retention,
        kind: d.kind.clone(),
        genre: d.genre.clone(),
        pages: paper
            .and_then(|p| u32::try_from(p.pages).ok())
            .or_else(|| d.pages.and_then(|n| u32::try_from(n).ok()))
            .unwrap_or_default(),
        recipients: d
            .recipients_text
            .clone()
            .map_or_else(|| names(&d.recipients), |text| vec![text]),
        copies: names(&d.copies),
        signer: d.signer.as_deref().map(|id| case.person_name(id)),
        openness: Some(d.openness.clone()),
        case_id: model.case.id.clone(),
        case_title: model.case.title.clone(),
        stage: stage(case, d.issued_on),
        districts: districts(case),
        note: None,
        layout: paper.and_then(layout_note),
        provenance: None,
    }
}

/// What the record keeps of the measured pages; nothing if they were not measured.
fn layout_note(paper: &Paper) -> Option<LayoutNote> {
    let summary = paper.layout.summary();
    let adjustments = paper.adjustments.iter().map(|a| LayoutAdjustment {
        clause: a.clause.clone(),
        what: a.what.clone(),
        before: a.before,
        after: a.after,
        unit: a.unit.clone(),
    });
    (!paper.layout.clauses.is_empty()).then(|| LayoutNote {
        pass: summary.pass,
        fail: summary.fail,
        warn: summary.warn,
        failed: summary.failed,
        warned: summary.warned,
        max_deviation_mm: summary.max_deviation_mm,
        adjustments: adjustments.collect(),
        machine_faces: paper.faces.iter().filter(|f| f.of_machine).map(machine_face).collect(),
        substitutes: paper.substitutes.iter().map(lent).collect(),
    })
}

fn machine_face(face: &FaceUse) -> MachineFace {
    MachineFace {
        role: face.role.clone(),
        family: face.family.clone(),
        file: face.file.clone(),
        sha256: face.sha256,
    }
}

fn lent(s: &Substitute) -> LentCharacter {
    LentCharacter { character: s.character, wanted: s.wanted.clone(), used: s.used.clone() }
}

fn evidence_metadata(case: &CaseFile, e: &EvidenceEntry, codes: &mut Codes<'_>) -> Metadata {
    let model = case.model();
    // 证据随督察报告和整改文件永久保存 (令第8号: 督察报告及其依据材料).
    let retention = Retention::Permanent;
    let responsible = match e.provider.as_deref() {
        Some(id) => case.organ_name(id),
        None => e.collected_by.iter().map(|id| case.person_name(id)).collect::<Vec<_>>().join("、"),
    };
    Metadata {
        id: e.id.clone(),
        archival_code: codes.take(retention),
        title: e.title.clone(),
        responsible,
        document_number: None,
        date: e.collected_on.to_string(),
        secrecy: e.secrecy,
        retention,
        kind: "证据".into(),
        genre: e.kind.clone(),
        pages: e.pages.and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
        recipients: Vec::new(),
        copies: Vec::new(),
        signer: None,
        openness: None,
        case_id: model.case.id.clone(),
        case_title: model.case.title.clone(),
        stage: stage(case, e.collected_on),
        districts: districts(case),
        note: Some(e.originality.clone()),
        layout: None,
        provenance: None,
    }
}

fn districts(case: &CaseFile) -> Vec<String> {
    let model = case.model();
    let wanted = &model.case.districts;
    model.districts.iter().filter(|d| wanted.contains(&d.id)).map(|d| d.name.clone()).collect()
}

/// The long-term form and its plain text, if the paper has a PDF.
fn document_files(paper: &Paper) -> Vec<RecordFile> {
    let Some(pdf) = paper.renditions.iter().find(|r| r.format == "pdf") else {
        return Vec::new();
    };
    let text: Vec<u8> = paper.document.plain_text().into_bytes();
    vec![
        RecordFile {
            role: FileRole::Main,
            name: "正文.pdf".into(),
            media_type: "application/pdf".into(),
            pages: u32::try_from(paper.pages).ok(),
            digests: pdf.digests,
            content: Content::Memory(pdf.bytes.clone()),
        },
        RecordFile {
            role: FileRole::Text,
            name: "正文.txt".into(),
            media_type: "text/plain; charset=utf-8".into(),
            pages: None,
            digests: digest_bytes(&text),
            content: Content::Memory(text.into()),
        },
    ]
}

/// A file beside the case file.
fn attached(
    case: &CaseFile,
    file: &FileRef,
    role: FileRole,
    pages: Option<u64>,
) -> Result<RecordFile, Failure> {
    let path = case.dir.join(&file.path);
    let digests = match case.attached(&file.path) {
        Some(known) => known,
        None => File::open(&path)
            .and_then(digest_reader)
            .map_err(WorldError::while_("读取附件", &path))?,
    };
    let name = Path::new(&file.path)
        .file_name()
        .map_or_else(|| file.path.clone(), |n| n.to_string_lossy().into_owned());
    Ok(RecordFile {
        role,
        name,
        media_type: file.media_type.clone(),
        pages: pages.and_then(|n| u32::try_from(n).ok()),
        digests,
        content: Content::File(path),
    })
}

/// The hand-over that `document` tells of.
fn own(case: &CaseFile, document: &str) -> Option<usize> {
    let handovers = case.model().archive.as_ref().map_or(&[][..], |a| &a.handovers);
    handovers.iter().position(|h| h.document == document)
}

/// The items that the catalogue `document` lists.
pub fn listed<'a>(
    case: &CaseFile,
    document: &str,
    items: &'a [Item],
) -> impl Iterator<Item = &'a Item> {
    let index = own(case, document);
    items.iter().filter(move |i| i.handover.is_some() && i.handover == index)
}

/// What a catalogue's template gets beside the case: `records`, `handover`, `classes`.
#[must_use]
pub fn catalogue_context(case: &CaseFile, document: &str, items: &[Item]) -> Map<String, Value> {
    let index = own(case, document);
    let mine: Vec<&Item> = listed(case, document, items).collect();
    let records: Vec<Value> = mine.iter().enumerate().map(|(n, item)| row(n + 1, item)).collect();
    let classes: Vec<Value> =
        ["文件", "证据"].into_iter().map(|class| class_row(class, &mine)).collect();
    let handover = index.and_then(|i| case.json().pointer(&format!("/archive/handovers/{i}")));
    let mut out = Map::new();
    out.insert("records".into(), records.into());
    out.insert("classes".into(), classes.into());
    out.insert("handover".into(), handover.cloned().unwrap_or(Value::Null));
    out
}

fn row(seq: usize, item: &Item) -> Value {
    let m = &item.record.metadata;
    let main = item.record.files.first();
    json!({
        "seq": seq,
        "code": m.archival_code,
        "number": m.document_number,
        "responsible": m.responsible,
        "title": m.title,
        "date": m.date,
        "secrecy": m.secrecy,
        "pages": m.pages,
        "kind": m.kind,
        "genre": m.genre,
        "class": item.class,
        "files": item.record.files.len(),
        "sha256": main.map(|f| f.digests.sha256),
        "note": m.note,
    })
}

/// One line of the hand-over list; the class's digest is SHA-256 over `<sha256>  <档号>/<name>` lines of all
/// its files, in groups of 16 figures so that a cell can break it.
fn class_row(class: &str, items: &[&Item]) -> Value {
    let of_class = || items.iter().filter(|i| i.class == class);
    let mut lines = String::new();
    let mut files = 0;
    for item in of_class() {
        for file in &item.record.files {
            files += 1;
            let code = &item.record.metadata.archival_code;
            // Writing to a String cannot fail.
            let _ = writeln!(lines, "{}  {code}/{}", file.digests.sha256, file.name);
        }
    }
    let digest = digest_bytes(lines.as_bytes()).sha256.to_string();
    let groups: Vec<&str> = (0..4).filter_map(|i| digest.get(i * 16..(i + 1) * 16)).collect();
    json!({
        "name": class,
        "items": of_class().count(),
        "pages": of_class().map(|i| i.record.metadata.pages).sum::<u32>(),
        "files": files,
        "digest": if files == 0 { Value::Null } else { groups.join(" ").into() },
    })
}
