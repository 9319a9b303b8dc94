//! 装包: everything that one bundle holds, put together with its digests before a byte of it is written.
//!
//! Size, tag manifest and signature of the bundle are known from here on, so that parts can be planned, hand-overs numbered
//! and a bundle that lies there already be recognised without writing anything.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::path::Path;

use super::description::{Description, FileLine, Fonds, Item};
use super::handover::Mark;
use super::pack::{BundleSpec, BundleSummary, ExtraFile};
use super::parts::{Part, Size};
use super::profile::{HOWTO, SCHEMAS, VERIFIER, profile};
use super::xml::Element;
use super::{bag, eep, forms, premis, reader, sign};
use crate::container::{Source, Witness, write_zip_before, zip_size};
use crate::diag::{Failure, WorldError};
use crate::fixity::{Digest, DigestSet, Sha256Sum, digest_bytes, digest_each, digest_reader};
use crate::keys::PrivateKey;
use crate::record::{Content, Record};

/// Files of the bag by path from its root.
pub(super) struct Bag {
    id: String,
    items: usize,
    part: Option<Part>,
    files: BTreeMap<String, (Source, DigestSet)>,
}

impl Bag {
    /// The bag of `records` and `extras`; same input, same bag.
    pub(super) fn of(
        spec: &BundleSpec,
        records: &[&Record],
        extras: &[ExtraFile],
    ) -> Result<Self, Failure> {
        let (id, part) = (spec.id.clone(), spec.part.clone());
        let mut bag = Self { id, items: records.len(), part, files: BTreeMap::new() };
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
        Ok(bag)
    }

    /// What its ZIP comes to.
    pub(super) fn size(&self) -> Size {
        let prefix = self.id.len() + 1;
        let lengths = self.files.iter().map(|(path, (_, d))| (prefix + path.len(), d.size));
        Size { bytes: zip_size(lengths), entries: self.files.len() }
    }

    /// SHA-256 of the tag manifest.
    pub(super) fn tagmanifest(&self) -> Option<Digest> {
        self.files.get(bag::TAG_MANIFEST).map(|(_, d)| d.sha256)
    }

    /// Adds the signature of `key`.
    pub(super) fn sign(&mut self, key: &PrivateKey) -> Result<(), Failure> {
        let Some((Source::Memory(list), _)) = self.files.get(bag::TAG_MANIFEST) else {
            return Err(Failure::Bug("a bag without a tag manifest".into()));
        };
        for (path, bytes) in sign::pages(&list.clone(), key)? {
            self.payload(path, bytes);
        }
        Ok(())
    }

    /// Writes the ZIP `out`. What is copied is digested on the way: a file that is no longer what it was is not packed.
    pub(super) fn write(&self, out: &Path) -> Result<(), Failure> {
        let entries =
            self.files.iter().map(|(p, (s, _))| (format!("{}/{p}", self.id), s.clone())).collect();
        let mut witness = Copied { bag: self, sum: Sha256Sum::default() };
        write_zip_before(out, &entries, &mut witness)
    }

    /// Whether the ZIP at `path` is, byte for byte, what [`Bag::write`] would write: every file in it is digested again.
    pub(super) fn lies_at(&self, path: &Path) -> Result<bool, Failure> {
        if !path.is_file() {
            return Ok(false);
        }
        let Ok(there) = reader::open(path)? else { return Ok(false) };
        let same = there.name == self.id
            && there.files().eq(self.files.iter().map(|(p, (_, d))| (p.as_str(), d.size)));
        if !same {
            return Ok(false);
        }
        let files = there.files().map(|(path, size)| (path.to_owned(), size)).collect();
        // A checksum in a header that the bytes do not have reads as an error: that is another file, too.
        let found = digest_each(files, |path| there.open_checked(path));
        Ok(found
            .is_ok_and(|all| all.iter().all(|(p, d)| self.files.get(p).is_some_and(|f| f.1 == *d))))
    }

    /// What is told of the bundle, which lies at `path`.
    pub(super) fn summary(&self, path: &Path, already: bool) -> Result<BundleSummary, Failure> {
        let zip = File::open(path)
            .and_then(digest_reader)
            .map_err(WorldError::while_("读取归档包", path))?;
        Ok(BundleSummary {
            id: self.id.clone(),
            path: path.to_path_buf(),
            items: self.items,
            files: self.files.len(),
            bytes: zip.size,
            sha256: zip.sha256,
            sm3: zip.sm3,
            part: self.part.clone(),
            already,
        })
    }

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
}

/// Holds what is copied against the digests that the manifests state.
struct Copied<'a> {
    bag: &'a Bag,
    sum: Sha256Sum,
}

impl Witness for Copied<'_> {
    fn bytes(&mut self, bytes: &[u8]) {
        self.sum.update(bytes);
    }

    fn end(&mut self, name: &str) -> io::Result<()> {
        let (size, digest) = std::mem::take(&mut self.sum).finish();
        let path = name.split_once('/').map_or("", |(_, path)| path);
        let stated = self.bag.files.get(path);
        if stated.is_some_and(|(_, d)| d.size == size && d.sha256 == digest) {
            return Ok(());
        }
        let from = match stated {
            Some((Source::File(from), _)) => from.display().to_string(),
            _ => path.to_owned(),
        };
        let words = format!("{from} 在打包期间变了，与开始时的摘要不符；请勿在打包时改动附件");
        Err(io::Error::new(io::ErrorKind::InvalidData, words))
    }
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

fn describe(spec: &BundleSpec, records: &[&Record], bag: &mut Bag) -> Description {
    let fonds = Fonds {
        number: spec.fonds_number.clone(),
        name: spec.fonds_name.clone(),
        category: spec.category.clone(),
        unit: spec.unit.clone(),
        year: spec.year,
    };
    let mut records = records.to_vec();
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
        part: spec.part.clone(),
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
        ("内容描述", forms::about(d)),
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
    let part = d.part.iter().flat_map(Part::lines);
    for (key, value) in d.handover.iter().flat_map(Mark::lines).chain(part) {
        let _ = writeln!(out, "{key}: {value}");
    }
    out
}
