//! 回执: what the receiver gives back for a bundle, signed if it has a key; the order of hand-overs as its register shows it.

use std::fs;
use std::path::PathBuf;

use super::{Accession, Store};
use crate::archive::bag;
use crate::archive::description::Description;
use crate::archive::handover::{Body, Passed, RegisterHead, Role, Signed, head_of, judge};
use crate::archive::inspect::{Check, Inspection, process_log};
use crate::archive::reader::BundleReader;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::{Digest, digest_bytes};
use crate::keys::PrivateKey;

/// SHA-256 of the tag manifest.
pub(super) fn tagmanifest(bundle: &BundleReader) -> Option<Digest> {
    bundle.small(bag::TAG_MANIFEST, 64 << 20).map(|bytes| digest_bytes(&bytes).sha256)
}

impl Store {
    /// S8: whether a hand-over is missing before this one.
    pub(super) fn order(
        &self,
        known: &[Accession],
        description: &Description,
        tagmanifest: Option<Digest>,
    ) -> Result<Check, Failure> {
        let passed = |mark, tagmanifest: Option<Digest>| {
            Some(Passed { mark: mark?, tagmanifest: tagmanifest? })
        };
        let pair = |sender: &str, receiver: &str| {
            sender == description.sender && receiver == description.receiver
        };
        let before: Vec<Passed> = known
            .iter()
            .filter(|a| pair(&a.sender, &a.receiver))
            .filter_map(|a| passed(a.handover, a.tagmanifest))
            .collect();
        let returned: Vec<Passed> = self
            .returns()?
            .iter()
            .filter(|slip| pair(&slip.sender, &slip.receiver))
            .filter_map(|slip| passed(slip.handover, slip.tagmanifest))
            .collect();
        let now = passed(description.handover, tagmanifest);
        Ok(process_log(judge(&before, &returned, now.as_ref()), description.handover))
    }

    /// The text of a receipt.
    pub(super) fn receipt_body(
        &self,
        accession: &Accession,
        inspection: &Inspection,
    ) -> Result<Body, Failure> {
        let events = self.events();
        let read = || fs::read(&events).map_err(WorldError::while_("读取登记簿", &events));
        let bytes = read()?;
        let own = head_of(&bytes, &accession.number);
        // What the same sender was told the last time.
        let before = self.accessions()?;
        let earlier = before
            .iter()
            .take_while(|a| a.number != accession.number)
            .filter(|a| a.sender == accession.sender)
            .last()
            .and_then(|a| Some((a.number.clone(), head_of(&bytes, &a.number)?)));
        let register = own.map(|head| RegisterHead::new(head, earlier));
        Body::receipt(accession, register, inspection)
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
        let (plain, path) = self.receipt_paths(number);
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
        let folder = self.root.join("receipts");
        // A number is a name here, never a path.
        let name: String = number.chars().filter(|c| !matches!(c, '/' | '\\' | '.')).collect();
        (folder.join(format!("{name}.json")), folder.join(format!("{name}.signed.json")))
    }
}
