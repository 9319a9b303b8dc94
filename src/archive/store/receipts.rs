//! 回执: what the receiver gives back for a bundle, signed if it has a key; the order of hand-overs as its register shows it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::Store;
use super::register::{self, Line};
use crate::archive::bag;
use crate::archive::description::Description;
use crate::archive::handover::{Body, Head, Passed, RegisterHead, Role, Signed, judge};
use crate::archive::inspect::Inspection;
use crate::archive::reader::BundleReader;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::{Digest, digest_bytes};
use crate::keys::PrivateKey;

/// SHA-256 of the tag manifest.
pub(super) fn tagmanifest(bundle: &BundleReader) -> Option<Digest> {
    bundle.small(bag::TAG_MANIFEST, 64 << 20).map(|bytes| digest_bytes(&bytes).sha256)
}

impl Store {
    /// S8: whether a hand-over is missing before this one; told in `inspection`.
    pub(super) fn order(
        &self,
        description: &Description,
        tagmanifest: Option<Digest>,
        inspection: &mut Inspection,
    ) -> Result<(), Failure> {
        let passed = |mark, tagmanifest: Option<Digest>| {
            Some(Passed { mark: mark?, tagmanifest: tagmanifest? })
        };
        let pair = |sender: &str, receiver: &str| {
            sender == description.sender && receiver == description.receiver
        };
        // Only lines with a number are read as such; whether the chain holds is for the doctor.
        let text = register::text(&self.events())?;
        let before: Vec<Passed> = text
            .lines()
            .filter(|line| line.contains("\"handover\":"))
            .filter_map(|line| serde_json::from_str::<Line>(line).ok())
            .filter(|l| pair(&l.accession.sender, &l.accession.receiver))
            .filter_map(|l| passed(l.accession.handover, l.accession.tagmanifest))
            .collect();
        let returned: Vec<Passed> = self
            .returns()?
            .iter()
            .filter(|slip| pair(&slip.sender, &slip.receiver))
            .filter_map(|slip| passed(slip.handover, slip.tagmanifest))
            .collect();
        let now = passed(description.handover, tagmanifest);
        inspection.order(judge(&before, &returned, now.as_ref()), description.handover);
        Ok(())
    }

    /// The receipts of an accession that is registered by `line`: its text and, with a key, the signed one.
    pub(super) fn receipts_of(
        &self,
        line: &str,
        inspection: &Inspection,
        key: Option<&PrivateKey>,
    ) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        let read: Line =
            serde_json::from_str(line).map_err(|e| Failure::Bug(format!("register: {e}")))?;
        let own = Head { entries: read.seq, head: digest_bytes(line.as_bytes()).sha256 };
        let register = RegisterHead::new(own, self.told_before(&read)?);
        let number = &read.accession.number;
        let body = Body::receipt(&read.accession, Some(register), inspection)?.text()?;
        let mut out = BTreeMap::from([(format!("{number}.json"), body.clone().into_bytes())]);
        if let Some(key) = key {
            let mut signed = Signed::of(body);
            signed.sign(Role::Receiver, key)?;
            out.insert(format!("{number}.signed.json"), signed.text()?.into_bytes());
        }
        Ok(out)
    }

    /// What the same sender was told the last time before `line`; read from the register's end.
    fn told_before(&self, line: &Line) -> Result<Option<(String, Head)>, Failure> {
        let text = register::text(&self.events())?;
        let whole = text.rfind('\n').map_or("", |at| &text[..at]);
        let earlier = whole.rsplit('\n').find_map(|body| {
            let read: Line = serde_json::from_str(body).ok()?;
            let same = read.seq < line.seq && read.accession.sender == line.accession.sender;
            same.then_some((body, read))
        });
        Ok(earlier.map(|(body, read)| {
            let head = Head { entries: read.seq, head: digest_bytes(body.as_bytes()).sha256 };
            (read.accession.number, head)
        }))
    }

    /// The register's line of an accession.
    pub(super) fn line_of(&self, number: &str) -> Result<Option<String>, Failure> {
        let text = register::text(&self.events())?;
        let is = |body: &&str| {
            let read: Option<Line> = serde_json::from_str(body).ok();
            read.is_some_and(|l| l.accession.number == number)
        };
        Ok(text.lines().find(is).map(str::to_owned))
    }

    /// The receipt of `accession`, signed by the receiver; what is signed already stays.
    ///
    /// # Errors
    /// H-06 if there is no such receipt, the key's and the world's errors.
    pub fn sign_receipt(&self, accession: &str, key: &PrivateKey) -> Result<PathBuf, Failure> {
        let (plain, path) = self.receipt_paths(accession);
        let body = fs::read_to_string(&plain).map_err(WorldError::while_("读取回执", &plain))?;
        let there = path.is_file().then(|| Signed::read(&path)).transpose()?;
        if let Some(there) = there.filter(|s| s.body == body && !s.signatures.is_empty()) {
            drop(there);
            return Ok(path);
        }
        let mut signed = Signed::of(body);
        signed.sign(Role::Receiver, key)?;
        signed.write(&path)?;
        Ok(path)
    }

    /// Keeps a receipt that the sender has countersigned: its text must be the one that was given out.
    ///
    /// # Errors
    /// H-03 for another text.
    pub fn keep_receipt(&self, signed: &Signed, number: &str) -> Result<PathBuf, Failure> {
        let (plain, _) = self.receipt_paths(number);
        // Beside the one that only the receiver signed: the object carries that one, and it stays as it was.
        let path = plain.with_extension("countersigned.json");
        let body = fs::read_to_string(&plain).unwrap_or_default();
        if body.is_empty() || body != signed.body {
            let words = format!("会签的回执 {number} 与本库发出的不是同一份");
            let hint = "核对接收号；回执只由发出它的档案库归档。";
            return Err(Failure::No(vec![Diagnostic::error("H-03", words).hint(hint)]));
        }
        signed.write(&path)?;
        Ok(path)
    }

    fn receipt_paths(&self, number: &str) -> (PathBuf, PathBuf) {
        let folder = self.receipts();
        // A number is a name here, never a path.
        let name: String = number.chars().filter(|c| !matches!(c, '/' | '\\' | '.')).collect();
        (folder.join(format!("{name}.json")), folder.join(format!("{name}.signed.json")))
    }
}
