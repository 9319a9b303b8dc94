//! Packing: records and extras become one canonical bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bag;
use super::description::{Description, FileLine, Fonds, Item};
use super::eep;
use super::forms;
use super::handover::Mark;
use super::premis;
use super::profile::{HOWTO, SCHEMAS, VERIFIER, profile};
use super::xml::Element;
use crate::container::{Source, create_folder, name_fault, write_zip};
use crate::diag::{Checked, Diagnostic, Failure, Outcome, WorldError};
use crate::fixity::{Digest, DigestSet, digest_bytes, digest_reader};
use crate::record::{Content, Metadata, Record};

/// What a bundle is about.
#[derive(Clone, Debug)]
pub struct BundleSpec {
    /// 归档包编号: `[A-Z0-9-]{1,64}`; name of the bag's folder.
    pub id: String,
    /// 项目编号.
    pub case_id: String,
    /// 项目名称.
    pub case_title: String,
    /// 移交单位.
    pub sender: String,
    /// 接收单位.
    pub receiver: String,
    /// 移交日期, ISO 8601, from case data.
    pub date: String,
    /// 示例数据 (P-07).
    pub illustrative: bool,
    /// 全宗号.
    pub fonds_number: String,
    /// 全宗名称.
    pub fonds_name: String,
    /// 档案门类代码.
    pub category: String,
    /// 机构（问题）代码.
    pub unit: String,
    /// 归档年度.
    pub year: u16,
    /// Program and version.
    pub software: String,
    /// Items kept on paper.
    pub absent: Vec<Metadata>,
    /// 移交序号, when the sender keeps a book of hand-overs.
    pub handover: Option<Mark>,
}

/// A file that belongs to the bundle as a whole; it goes under 其他/.
#[derive(Clone, Debug)]
pub struct ExtraFile {
    /// Path under 其他/.
    pub path: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// A bundle written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleSummary {
    /// 归档包编号.
    pub id: String,
    /// Where it is.
    pub path: PathBuf,
    /// 件数.
    pub items: usize,
    /// Files in the bag, tag files included.
    pub files: usize,
    /// Size of the ZIP in bytes.
    pub bytes: u64,
    /// SHA-256 of the ZIP.
    pub sha256: Digest,
    /// SM3 of the ZIP.
    pub sm3: Digest,
}

/// Packs `records` (in any order) and `extras` into the bundle `out`. Same input, same bytes.
///
/// # Errors
/// P-06 and P-08 findings against records; failures of the world.
pub fn pack(
    spec: &BundleSpec,
    records: &[Record],
    extras: &[ExtraFile],
    out: &Path,
) -> Outcome<BundleSummary> {
    object(spec, records)?;
    let mut bag = Bag::default();
    let description = describe(spec, records, &mut bag);
    let io = |e| Failure::Bug(format!("XML: {e}"));
    for item in &description.items {
        let bytes = eep::metadata(&description, item).document().map_err(io)?;
        bag.payload(format!("{}/{}", item.folder, profile().names.metadata), bytes);
    }
    let names = &profile().names;
    let catalogue: Element = eep::catalogue(&description);
    bag.payload(format!("data/{}", names.catalogue), catalogue.document().map_err(io)?);
    bag.payload(format!("data/{}", names.note), note(&description).into_bytes());
    for (name, text) in SCHEMAS {
        bag.payload(format!("data/{}/{name}", names.schemas), text.as_bytes().to_vec());
    }
    forms(&description, &mut bag)?;
    for extra in extras {
        bag.add(
            format!("data/{}/{}", names.other, extra.path),
            Source::Memory(extra.bytes.clone()),
            digest_bytes(&extra.bytes),
        );
    }
    let premis = premis::premis(&description, &bag.content()).document().map_err(io)?;
    bag.payload(premis::PATH.into(), premis);
    let json = serde_json::to_string_pretty(&description)
        .map_err(|e| Failure::Bug(format!("bundle.json: {e}")))?;
    bag.tags(&description, json + "\n");
    bag.write(&spec.id, out)?;
    let zip =
        File::open(out).and_then(digest_reader).map_err(WorldError::while_("读取归档包", out))?;
    Ok(Checked::clean(BundleSummary {
        id: spec.id.clone(),
        path: out.to_path_buf(),
        items: records.len(),
        files: bag.files.len(),
        bytes: zip.size,
        sha256: zip.sha256,
        sm3: zip.sm3,
    }))
}

/// The forms under 其他/, made from what is packed.
fn forms(d: &Description, bag: &mut Bag) -> Result<(), Failure> {
    let names = &profile().names;
    for (name, element) in [
        (&names.filing_list, forms::filing_list(d)),
        (&names.volume_list, forms::volume_list(d)),
        (&names.log, forms::log(d)),
    ] {
        let bytes = element.document().map_err(|e| Failure::Bug(format!("XML: {e}")))?;
        bag.payload(names.form(name), bytes);
    }
    let content = forms::content(d, bag.content().into_iter());
    for (name, value) in [
        (&names.filing_note, forms::filing_note(d)),
        (&names.cover, forms::cover(d)),
        (&names.volume_note, forms::volume_note(d)),
        (&names.handover, forms::handover(d, &content)),
        (&names.sums, forms::sums(d, &content)),
    ] {
        let json = serde_json::to_string_pretty(&value)
            .map_err(|e| Failure::Bug(format!("{name}: {e}")))?;
        bag.payload(names.form(name), (json + "\n").into_bytes());
    }
    bag.payload(names.form(&names.verifier), VERIFIER.as_bytes().to_vec());
    bag.payload(names.form(&names.howto), HOWTO.as_bytes().to_vec());
    Ok(())
}

/// Everything against packing these records.
fn object(spec: &BundleSpec, records: &[Record]) -> Result<(), Failure> {
    let sound = !spec.id.is_empty()
        && spec.id.len() <= 64
        && spec.id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    if !sound {
        return Err(Failure::Bug(format!("bundle id {:?}", spec.id)));
    }
    let mut secrets = Vec::new();
    let mut findings = Vec::new();
    if records.is_empty() {
        findings.push(
            Diagnostic::error("P-06", "没有可归档的电子文件").hint("请先生成公文或登记证据文件。"),
        );
    }
    let mut codes = BTreeMap::new();
    for record in records {
        let m = &record.metadata;
        if m.secrecy.is_state_secret() {
            let message = format!("“{}”为{}，不能装入非密归档包", m.title, m.secrecy.name());
            secrets
                .push(Diagnostic::error("P-08", message).hint("涉密件请在涉密计算机上另行归档。"));
        }
        if m.code().is_none() {
            let message = format!("“{}”的档号“{}”不合规则", m.title, m.archival_code);
            findings.push(
                Diagnostic::error("P-06", message)
                    .hint("档号由全宗号（4 位大写字母或数字）、门类（2 位）、年度、机构代码组成，请检查 archive 各项。"),
            );
        }
        if let Some(other) = codes.insert(&m.archival_code, &m.title) {
            let message = format!("档号 {} 重复：“{other}”与“{}”", m.archival_code, m.title);
            findings.push(Diagnostic::error("P-06", message));
        }
        // Systems that do not tell capitals from small letters keep only one of two such names.
        let mut names = BTreeSet::from([profile().names.metadata.to_lowercase()]);
        for file in &record.files {
            if !names.insert(file.name.to_lowercase()) {
                let message = format!("“{}”已有名为“{}”的文件", m.title, file.name);
                let hint = "同一件里的文件不能重名（不分大小写），请改文件名后重新登记。";
                findings.push(Diagnostic::error("P-06", message).hint(hint));
            }
            if let Some(fault) = name_fault(&file.name) {
                let message = format!("“{}”的文件“{}”：{fault}", m.title, file.name);
                findings.push(Diagnostic::error("P-06", message).hint("请改文件名后重新登记。"));
            }
        }
    }
    if !findings.is_empty() {
        findings.append(&mut secrets);
        return Err(Failure::Rejected(findings));
    }
    if secrets.is_empty() { Ok(()) } else { Err(Failure::Refused(secrets)) }
}

/// Files of the bag by path from its root.
#[derive(Default)]
struct Bag {
    files: BTreeMap<String, (Source, DigestSet)>,
}

impl Bag {
    fn add(&mut self, path: String, source: Source, digests: DigestSet) {
        self.files.insert(path, (source, digests));
    }

    fn payload(&mut self, path: String, bytes: Vec<u8>) {
        let digests = digest_bytes(&bytes);
        self.add(path, Source::Memory(bytes.into()), digests);
    }

    /// Digests of the payload by path.
    fn content(&self) -> BTreeMap<&str, &DigestSet> {
        let payload = self.files.iter().filter(|(p, _)| p.starts_with("data/"));
        payload.map(|(p, (_, d))| (p.as_str(), d)).collect()
    }

    fn digests(
        &self,
        of: impl Fn(&DigestSet) -> Digest,
        want: impl Fn(&str) -> bool,
    ) -> BTreeMap<String, Digest> {
        self.files.iter().filter(|(p, _)| want(p)).map(|(p, (_, d))| (p.clone(), of(d))).collect()
    }

    fn tags(&mut self, description: &Description, json: String) {
        let payload = |p: &str| p.starts_with("data/");
        let manifest = bag::sums(&self.digests(|d| d.sha256, payload));
        let (octets, streams) = self
            .files
            .iter()
            .filter(|(p, _)| payload(p))
            .fold((0, 0), |(o, s), (_, (_, d))| (o + d.size, s + 1));
        let info = info(description, octets, streams);
        self.payload(bag::DECLARATION.into(), bag::DECLARATION_TEXT.into());
        self.payload(bag::INFO.into(), info.into_bytes());
        self.payload(bag::MANIFEST.into(), manifest.into_bytes());
        self.payload(bag::DESCRIPTION.into(), json.into_bytes());
        let sm3 = bag::sums(&self.digests(|d| d.sm3, |_| true));
        self.payload(bag::SM3_SUMS.into(), sm3.into_bytes());
        let tags = bag::sums(&self.digests(|d| d.sha256, |p| !payload(p)));
        self.payload(bag::TAG_MANIFEST.into(), tags.into_bytes());
    }

    fn write(&self, id: &str, out: &Path) -> Result<(), Failure> {
        if let Some(folder) = out.parent().filter(|p| !p.as_os_str().is_empty()) {
            create_folder(folder)?;
        }
        let entries =
            self.files.iter().map(|(p, (s, _))| (format!("{id}/{p}"), s.clone())).collect();
        write_zip(out, &entries)
    }
}

fn describe(spec: &BundleSpec, records: &[Record], bag: &mut Bag) -> Description {
    let fonds = Fonds {
        number: spec.fonds_number.clone(),
        name: spec.fonds_name.clone(),
        category: spec.category.clone(),
        unit: spec.unit.clone(),
        year: spec.year,
    };
    let mut records: Vec<&Record> = records.iter().collect();
    records.sort_by(|a, b| a.metadata.archival_code.cmp(&b.metadata.archival_code));
    let mut items = Vec::with_capacity(records.len());
    for record in records {
        let m = &record.metadata;
        let folder =
            format!("data/{}/{}/{}/{}", fonds.number, fonds.category, fonds.year, m.archival_code);
        let mut files = Vec::with_capacity(record.files.len());
        for file in &record.files {
            let source = match &file.content {
                Content::Memory(bytes) => Source::Memory(bytes.clone()),
                Content::File(path) => Source::File(path.clone()),
            };
            bag.add(format!("{folder}/{}", file.name), source, file.digests);
            files.push(FileLine {
                role: file.role,
                name: file.name.clone(),
                media_type: file.media_type.clone(),
                pages: file.pages,
                size: file.digests.size,
                sha256: file.digests.sha256,
                sm3: file.digests.sm3,
            });
        }
        items.push(Item { metadata: m.clone(), folder, files });
    }
    let mut absent = spec.absent.clone();
    absent.sort_by(|a, b| a.archival_code.cmp(&b.archival_code));
    Description {
        format: profile().format.clone(),
        id: spec.id.clone(),
        case_id: spec.case_id.clone(),
        case_title: spec.case_title.clone(),
        sender: spec.sender.clone(),
        receiver: spec.receiver.clone(),
        date: spec.date.clone(),
        illustrative: spec.illustrative,
        software: spec.software.clone(),
        fonds,
        items,
        absent,
        handover: spec.handover,
    }
}

/// 说明文件: one `键：值` a line.
fn note(d: &Description) -> String {
    let first = d.items.first().map_or("", |i| &i.metadata.archival_code);
    let last = d.items.last().map_or("", |i| &i.metadata.archival_code);
    let mut out = String::new();
    for (key, value) in [
        ("移交单位", d.sender.clone()),
        ("接收单位", d.receiver.clone()),
        ("内容描述", format!("{}（{}）归档文件材料", d.case_title, d.case_id)),
        ("起止档号", format!("{first} 至 {last}")),
        ("档案数量", format!("{} 件", d.items.len())),
        ("移交日期", d.date.clone()),
        (
            "软硬件环境",
            format!("PDF/A、PNG、TXT、CSV、XML 阅读软件；本包由 {} 生成，不依赖该软件", d.software),
        ),
        ("载体编号", d.id.clone()),
        ("制作单位", d.sender.clone()),
        ("检查单位", d.receiver.clone()),
    ] {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{key}：{value}");
    }
    out
}

fn info(d: &Description, octets: u64, streams: u64) -> String {
    let mut out = String::new();
    for (key, value) in [
        ("BagIt-Profile-Identifier", profile().bagit_profile.clone()),
        ("Source-Organization", d.sender.clone()),
        ("Transfer-Receiver", d.receiver.clone()),
        ("External-Identifier", d.id.clone()),
        ("External-Description", d.case_title.clone()),
        ("Internal-Sender-Identifier", d.case_id.clone()),
        ("Bagging-Date", d.date.clone()),
        ("Payload-Oxum", format!("{octets}.{streams}")),
        ("Fonds-Number", d.fonds.number.clone()),
        ("Item-Count", d.items.len().to_string()),
        ("Bundle-Format", d.format.clone()),
        ("Illustrative", if d.illustrative { "yes" } else { "no" }.into()),
        ("Bag-Software-Agent", d.software.clone()),
    ] {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{key}: {value}");
    }
    for (key, value) in d.handover.iter().flat_map(Mark::lines) {
        let _ = writeln!(out, "{key}: {value}");
    }
    out
}
