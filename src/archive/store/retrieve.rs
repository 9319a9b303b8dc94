//! 调档: one record taken out with the evidence of where it comes from, so that someone who trusts neither us nor the
//! program can follow it from the file in hand to the receipt.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;

use super::papers::Papers;
use super::structure::about;
use super::{Accession, Store, object, register};
use crate::archive::bag;
use crate::archive::description::{Description, Item};
use crate::container::{Source, create_folder, vacant, write_atomically, write_zip};
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::{HashingSink, digest_bytes};
use crate::record::Metadata;
use crate::vocab::secrecy::Secrecy;

/// 调档结果.
#[derive(Debug, Serialize)]
pub struct Retrieved {
    /// 档号.
    pub record: String,
    /// 题名.
    pub title: String,
    /// 归档包编号.
    pub bundle: String,
    /// 接收号.
    pub accession: String,
    /// The folder or ZIP.
    pub path: PathBuf,
    /// Files of the record itself.
    pub files: usize,
}

/// How a clerk's keyboard writes the dot of a 档号 and the brackets of a 文号.
const WRITINGS: [(&[char], &str); 3] = [
    (&['.', '．', '•', '・', '‧'], "·"),
    (&['[', '［', '【', '(', '（'], "〔"),
    (&[']', '］', '】', ')', '）'], "〕"),
];

/// `id` as it was typed, and as it stands in a description.
fn writings(id: &str) -> Vec<String> {
    let mut out = vec![id.to_owned()];
    let proper = WRITINGS.iter().fold(id.to_owned(), |id, (typed, sign)| id.replace(*typed, sign));
    if proper != id {
        out.push(proper);
    }
    out
}

const RECORD: &str = "件";
const PAGES: &str = "正文.pdf";
const PROOF: &str = "证明";

impl Store {
    /// Writes the record `which` (its 档号 or 文号; or its id, `doc-28`, `归档包编号/doc-28` or `接收号/doc-28`) with its evidence
    /// to `out`: a new folder, or a ZIP if the name ends so.
    ///
    /// # Errors
    /// [`Failure::No`] when there is no such record, or more than one, or a file of it is damaged; what the system
    /// reports.
    pub fn retrieve(&self, which: &str, out: &Path) -> Result<Retrieved, Failure> {
        vacant(out)?;
        let (accession, description, item) = self.find(which)?;
        if let Some(gone) = self.destroyed(&accession)?.get(&item.metadata.archival_code) {
            let words = format!("{} {}", item.metadata.archival_code, gone.words());
            let hint = format!("库里只有存根；销毁清册是 disposals/{}.json。", gone.number);
            return Err(Failure::No(vec![Diagnostic::error("B-20", words).hint(hint)]));
        }
        let mut entries = self.record_files(&accession, &item)?;
        let files = entries.len();
        for (name, bytes) in self.proof(&accession, &description, &item)? {
            entries.insert(format!("{PROOF}/{name}"), Source::Memory(bytes.into()));
        }
        let note = note(&accession, &item);
        entries.insert("说明.txt".into(), Source::Memory(note.into_bytes().into()));
        let sums = sums(&entries)?;
        entries.insert("sha256.txt".into(), Source::Memory(sums.into_bytes().into()));
        put(&item.metadata.archival_code, &entries, out)?;
        Ok(Retrieved {
            record: item.metadata.archival_code,
            title: item.metadata.title,
            bundle: accession.bundle,
            accession: accession.number,
            path: out.to_path_buf(),
            files,
        })
    }

    /// The pages of the record `which` as a person reads them: the PDF of its 正文, or its first PDF, held against the manifest.
    /// None if there is no such record, if it is more secret than `most`, was destroyed, is on paper or has no PDF: which of
    /// these is not told.
    ///
    /// # Errors
    /// [`Failure::No`] when a file of it is damaged (B-10); what the system reports.
    pub fn pages(&self, which: &str, most: Option<Secrecy>) -> Result<Option<Vec<u8>>, Failure> {
        let (accession, item) = match self.find(which) {
            Ok((accession, _, item)) => (accession, item),
            Err(Failure::No(_)) => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let code = &item.metadata.archival_code;
        let hidden = most.is_some_and(|most| item.metadata.secrecy > most);
        if hidden || self.destroyed(&accession)?.contains_key(code) {
            return Ok(None);
        }
        let files = self.record_files(&accession, &item)?;
        let first = || files.iter().find(|(name, _)| name.ends_with(".pdf")).map(|(_, file)| file);
        let Some(file) = files.get(&format!("{RECORD}/{PAGES}")).or_else(first) else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        file.copy_to(&mut bytes).map_err(WorldError::while_("读取库中文件", Path::new(which)))?;
        Ok(Some(bytes))
    }

    /// The one record that `which` means.
    fn find(&self, which: &str) -> Result<(Accession, Description, Item), Failure> {
        let (bundle, id) =
            which.split_once('/').map_or((None, which), |(b, i)| (Some(b.trim()), i));
        let writings = writings(id.trim());
        let means = |code: &str, id: &str, number: Option<&str>| {
            let any = |text: &str| writings.iter().any(|w| w == text);
            any(code) || any(id) || number.is_some_and(any)
        };
        let mut found = Vec::new();
        for accession in self.current()? {
            if bundle.is_some_and(|b| b != accession.bundle && b != accession.number) {
                continue;
            }
            // Most lists do not hold it: they need not be read as data.
            let list = self.bag(&accession).join(bag::DESCRIPTION);
            let text =
                fs::read_to_string(&list).map_err(WorldError::while_("读取库中清单", &list))?;
            if !writings.iter().any(|w| text.contains(w)) {
                continue;
            }
            let description = self.description(&accession)?;
            let same = |m: &Metadata| means(&m.archival_code, &m.id, m.document_number.as_deref());
            for item in description.items.iter().filter(|i| same(&i.metadata)) {
                found.push((accession.clone(), description.clone(), item.clone()));
            }
            for paper in &description.absent {
                if same(paper) {
                    let words = format!("{which} 是纸质件，库里没有它的电子文件");
                    let hint = format!("到库房按档号 {} 调取原件。", paper.archival_code);
                    return Err(Failure::No(vec![Diagnostic::error("B-19", words).hint(hint)]));
                }
            }
        }
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(Failure::No(vec![
                Diagnostic::error("B-19", format!("档案库里没有 {which}"))
                    .hint("用 anjuan search 或 anjuan browse --list 查出它的档号。"),
            ])),
            n => {
                let all: Vec<String> = found
                    .iter()
                    .take(10)
                    .map(|(a, _, i)| {
                        format!("{}/{}（{}）", a.bundle, i.metadata.id, i.metadata.title)
                    })
                    .collect();
                Err(Failure::No(vec![
                    Diagnostic::error("B-19", format!("{which} 指 {n} 件：{}", all.join("、")))
                        .hint("写档号，或写成 归档包编号/标识。"),
                ]))
            }
        }
    }

    /// The files of the record, each held against the bag's manifest.
    fn record_files(
        &self,
        accession: &Accession,
        item: &Item,
    ) -> Result<BTreeMap<String, Source>, Failure> {
        let root = self.bag(accession);
        let mut out = BTreeMap::new();
        let mut findings = Vec::new();
        for (path, wanted) in self.manifest(accession)? {
            let Some(name) = path.strip_prefix(&format!("{}/", item.folder)) else { continue };
            let place = root.join(&path);
            let bytes = fs::read(&place).map_err(WorldError::while_("读取库中文件", &place))?;
            let found = digest_bytes(&bytes).sha256;
            if found != wanted {
                let words = format!("文件损坏：SHA-256 应为 {wanted}，实为 {found}");
                findings.push(
                    about(Diagnostic::error("B-10", words), &place)
                        .hint("从备份恢复这个文件后再调档；没有写出任何文件。"),
                );
            }
            out.insert(format!("{RECORD}/{name}"), Source::File(place));
        }
        if findings.is_empty() { Ok(out) } else { Err(Failure::No(findings)) }
    }

    fn manifest(
        &self,
        accession: &Accession,
    ) -> Result<BTreeMap<String, crate::fixity::Digest>, Failure> {
        let path = self.bag(accession).join(bag::MANIFEST);
        let text = fs::read_to_string(&path).map_err(WorldError::while_("读取库中清单", &path))?;
        Ok(bag::read_sums(&text).0)
    }

    /// What leads from the files to the receipt.
    fn proof(
        &self,
        accession: &Accession,
        d: &Description,
        item: &Item,
    ) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        let root = self.bag(accession);
        let mut out = BTreeMap::new();
        for path in [bag::DECLARATION, bag::INFO, bag::MANIFEST, bag::TAG_MANIFEST, bag::SM3_SUMS] {
            let place = root.join(path);
            let bytes = fs::read(&place).map_err(WorldError::while_("读取库中清单", &place))?;
            out.insert(path.rsplit('/').next().unwrap_or(path).to_owned(), bytes);
        }
        for (list, name) in [(bag::MANIFEST, "本件-sha256.txt"), (bag::SM3_SUMS, "本件-sm3.txt")]
        {
            let place = root.join(list);
            let text =
                fs::read_to_string(&place).map_err(WorldError::while_("读取库中清单", &place))?;
            let folder = format!("  {}/", item.folder);
            let own = text.lines().filter(|l| l.contains(&folder));
            out.insert(name.into(), own.fold(String::new(), |t, l| t + l + "\n").into_bytes());
        }
        let excerpt = json!({
            "format": "anjuan-evidence/1",
            "bundle": {
                "format": d.format, "id": d.id, "case_id": d.case_id, "case_title": d.case_title,
                "sender": d.sender, "receiver": d.receiver, "date": d.date,
                "illustrative": d.illustrative, "fonds": d.fonds,
            },
            "item": item,
        });
        let text =
            serde_json::to_string_pretty(&excerpt).map_err(|e| Failure::Bug(e.to_string()))?;
        out.insert("bundle-excerpt.json".into(), (text + "\n").into_bytes());
        let (line, chain) = self.chain_from(accession)?;
        out.insert("register-line.ndjson".into(), (line + "\n").into_bytes());
        out.insert("register-chain.txt".into(), chain.into_bytes());
        let content = object::content(&self.objects(), &accession.bundle, accession.version);
        let receipts = match Papers::read(&content)? {
            Some(papers) => papers.receipts,
            None => {
                let name = format!("{}.json", accession.number);
                let path = self.receipts().join(&name);
                let bytes = fs::read(&path).map_err(WorldError::while_("读取回执", &path))?;
                BTreeMap::from([(name, bytes)])
            }
        };
        out.extend(receipts.into_iter().map(|(name, bytes)| (format!("receipt-{name}"), bytes)));
        Ok(out)
    }

    /// The register's line of an accession, and the digests of it and all lines after it.
    fn chain_from(&self, accession: &Accession) -> Result<(String, String), Failure> {
        let text = register::text(&self.events())?;
        let (lines, _) = register::chain(&text);
        let from = lines.iter().position(|(_, l)| l.accession.number == accession.number);
        let lines = from.map_or(&[][..], |at| &lines[at..]);
        let mut chain = String::new();
        for (text, line) in lines {
            let _ = writeln!(chain, "{} {}", line.seq, digest_bytes(text.as_bytes()).sha256);
        }
        Ok((lines.first().map(|(text, _)| text.clone()).unwrap_or_default(), chain))
    }
}

/// `sha256sum -c` checks this.
fn sums(entries: &BTreeMap<String, Source>) -> Result<String, Failure> {
    let mut lines = BTreeMap::new();
    for (name, source) in entries {
        let mut hashing = HashingSink::default();
        let read = source.copy_to(&mut hashing);
        read.map_err(WorldError::while_("读取库中文件", Path::new(name)))?;
        lines.insert(name.clone(), hashing.finish().sha256);
    }
    Ok(bag::sums(&lines))
}

fn put(code: &str, entries: &BTreeMap<String, Source>, out: &Path) -> Result<(), Failure> {
    if out.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip")) {
        let inside = entries.iter().map(|(n, s)| (format!("{code}/{n}"), s.clone())).collect();
        return write_zip(out, &inside);
    }
    for (name, source) in entries {
        let place = out.join(name);
        if let Some(folder) = place.parent() {
            create_folder(folder)?;
        }
        write_atomically(&place, |file| source.copy_to(file))?;
    }
    Ok(())
}

/// 说明: what is here and how to follow it, with commands that every Linux has.
fn note(accession: &Accession, item: &Item) -> String {
    let m = &item.metadata;
    let number = &accession.number;
    let tag = accession.tagmanifest.map_or_else(
        || "（由旧版程序入库，回执里没有这一项）".to_owned(),
        |digest| digest.to_string(),
    );
    format!(
        "调档说明\n\n\
         档号：{}\n题名：{}\n责任者：{}\n日期：{}\n保管期限：{}\n\
         归档包：{}（第 {} 版）\n接收号：{number}\n接收时间：{}\n移交单位：{}\n接收单位：{}\n\n\
         “{RECORD}”文件夹是这一件的全部文件和它的元数据，与入库时一字不差；“{PROOF}”文件夹是来源证明。\n\
         不用本程序也能核对，逐步如下（在本文件夹里执行）：\n\n\
         1. 本文件夹没有缺损：\n   sha256sum -c sha256.txt\n\
         2. 每个文件的摘要写在移交时的清单里（两条命令列出的摘要应逐个相同）：\n   \
         sha256sum {RECORD}/*\n   cat {PROOF}/本件-sha256.txt\n   \
         grep -F -f {PROOF}/本件-sha256.txt {PROOF}/manifest-sha256.txt\n\
         3. 清单的摘要写在总清单里：\n   sha256sum {PROOF}/manifest-sha256.txt\n   \
         grep manifest-sha256.txt {PROOF}/tagmanifest-sha256.txt\n\
         4. 总清单的摘要写在回执和登记里（tagmanifest 一项）：\n   \
         sha256sum {PROOF}/tagmanifest-sha256.txt\n   \
         grep tagmanifest {PROOF}/receipt-{number}.json {PROOF}/register-line.ndjson\n   应为 {tag}\n\
         5. 这一行登记在登记簿的链上：它的摘要是 register-chain.txt 第一行，其后各行是此后每次登记的摘要；\n   \
         head -c -1 {PROOF}/register-line.ndjson | sha256sum\n   \
         可请档案库的保管单位用自己的登记簿核对其中任何一行。\n\
         6. 回执中的 sha256、sm3 是整个归档包的摘要，移交单位凭它核对自己留存的归档包。\n",
        m.archival_code,
        m.title,
        m.responsible,
        m.date,
        m.retention.name(),
        accession.bundle,
        accession.version,
        accession.time,
        accession.sender,
        accession.receiver,
    )
}
