//! 重建: register and receipts made again from what the objects carry.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Serialize;

use super::papers::Papers;
use super::register::{self, Line};
use super::structure::{self, about};
use super::{EVENTS, OBJECTS, RECEIPTS, REGISTER, Store, disposal, lock, object};
use crate::container::create_folder;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::digest_bytes;

/// 重建结果.
#[derive(Debug, Serialize)]
pub struct Rebuilt {
    /// Lines of the register.
    pub accessions: usize,
    /// Receipts that were written.
    pub receipts: usize,
    /// Whether the register was written anew.
    pub register: bool,
    /// Where the register that was there before is kept, if it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
}

/// How the names of registers begin that were kept aside.
pub(super) const KEPT: &str = "events.before-";

impl Store {
    /// Makes register, receipts and the archive's own description again from the objects of the store at `root`. What
    /// the store cannot say (lines of objects that are gone) is not thrown away: then nothing is changed.
    ///
    /// # Errors
    /// [`Failure::NoArchive`] where there is no store, [`Failure::Locked`], [`Failure::No`] with findings when the
    /// objects do not make a whole chain.
    pub fn rebuild(root: &Path) -> Result<(Self, Rebuilt), Failure> {
        if !root.join(OBJECTS).join(object::ROOT).is_file() {
            return Err(Failure::NoArchive(root.to_path_buf()));
        }
        for part in [REGISTER, RECEIPTS] {
            create_folder(&root.join(part))?;
        }
        let store = Self { root: root.to_path_buf(), _lock: Some(lock(root)?) };
        disposal::resume(&store)?;
        if let Some(pending) = object::pending(&store.staging()) {
            let folder = store.objects().join(&pending.object);
            if folder.join(format!("v{}", pending.version)).is_dir() {
                object::settle(&store.staging(), &folder, pending.version)?;
            }
        }
        let events = store.events();
        let before = match fs::read(&events) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(WorldError::while_("读取登记簿", &events)(e).into()),
        };
        let (lines, papers) = store.gather(&before)?;
        let text: String = lines.iter().map(|l| format!("{l}\n")).collect();
        let mut rebuilt =
            Rebuilt { accessions: lines.len(), receipts: 0, register: text != before, kept: None };
        if rebuilt.register {
            if !text.starts_with(&before) {
                rebuilt.kept = Some(store.keep(&before)?);
            }
            store.write(&events, text.as_bytes())?;
        }
        for papers in &papers {
            let missing = |name: &&String| !store.receipts().join(name).is_file();
            rebuilt.receipts += papers.receipts.keys().filter(missing).count();
            store.put_receipts(papers)?;
        }
        if !matches!(store.about(), Ok(Some(_)))
            && let Some(first) = store.accessions()?.first()
        {
            let test = store.description(first)?.illustrative;
            store.put_about(test)?;
        }
        disposal::settle(&store)?;
        object::clear(&store.staging())?;
        Ok((store, rebuilt))
    }

    /// The register's lines in order, from the objects and what is sound of the register that is there.
    fn gather(&self, before: &str) -> Result<(Vec<String>, Vec<Papers>), Failure> {
        let mut lines: BTreeMap<u64, String> = BTreeMap::new();
        let mut findings = Vec::new();
        let mut all = Vec::new();
        let (ids, _) = structure::objects(self)?;
        for id in &ids {
            for version in 1..object::next(&self.objects(), id)? {
                let content = object::content(&self.objects(), id, version);
                let Some(papers) = Papers::read(&content)? else { continue };
                let place = |l: &Line| l.accession.bundle == *id && l.accession.version == version;
                match papers.line().filter(place) {
                    Some(line) if !lines.contains_key(&line.seq) => {
                        lines.insert(line.seq, papers.event.clone());
                        all.push(papers);
                    }
                    _ => findings.push(about(
                        Diagnostic::error("B-09", "随件保存的登记读不懂，或与别的对象重号"),
                        &content,
                    )),
                }
            }
        }
        let (sound, broken) = register::chain(before);
        for (text, line) in sound {
            match lines.get(&line.seq) {
                // A register that breaks off was changed: the objects are right. One that does not break off says that
                // it is right, too: that is for people.
                Some(carried) if *carried != text && broken.is_none() => findings.push(
                    about(
                        Diagnostic::error(
                            "B-06",
                            format!(
                                "登记簿第 {} 行与随件保存的登记不一致，两者都接得上前一行",
                                line.seq
                            ),
                        ),
                        &self.events(),
                    )
                    .hint("与备份核对；确认以库为准的，先把登记簿移到别处留作证据，再重建。"),
                ),
                Some(_) => {}
                None => drop(lines.insert(line.seq, text)),
            }
        }
        let mut prev = register::NOTHING;
        for (expected, (seq, text)) in (1..).zip(&lines) {
            let line: Option<Line> = serde_json::from_str(text).ok();
            if *seq != expected || line.is_none_or(|l| l.prev != prev) {
                let words = format!("第 {expected} 行接不上：库里缺少它所登记的对象");
                findings.push(
                    about(Diagnostic::error("B-05", words), &self.events())
                        .hint("从备份恢复缺少的对象后再重建；现有登记簿原样未动。"),
                );
                break;
            }
            prev = digest_bytes(text.as_bytes()).sha256;
        }
        if findings.is_empty() {
            Ok((lines.into_values().collect(), all))
        } else {
            Err(Failure::No(findings))
        }
    }

    /// Keeps the register that was there aside; gives its name.
    fn keep(&self, before: &str) -> Result<String, Failure> {
        let digest = digest_bytes(before.as_bytes()).sha256.to_string();
        let name = format!("{KEPT}{}.ndjson", &digest[..16]);
        debug_assert_ne!(name, EVENTS);
        self.write(&self.root.join(REGISTER).join(&name), before.as_bytes())?;
        Ok(name)
    }
}
