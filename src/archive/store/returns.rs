//! 退回: bundles that were not taken in, with the reasons; a chain of their own, for nothing else in the archive tells of them.

use std::fs::File;
use std::path::Path;

use super::Store;
use crate::archive::handover::{Body, ReturnTerms, Returned, Signed, Slip, give_back};
use crate::archive::inspect::{self, Outcome};
use crate::archive::reader;
use crate::clock::Clock;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::digest_reader;

impl Store {
    /// 退回登记, in order.
    ///
    /// # Errors
    /// H-07 for a broken chain, the world's errors.
    pub fn returns(&self) -> Result<Vec<Slip>, Failure> {
        Ok(give_back::read(&self.root)?.0)
    }

    /// Gives the bundle `zip` back: entered first, then written. The same ZIP is given back once; asked again, its slip is the
    /// same.
    ///
    /// # Errors
    /// H-10 for a bundle that was received, [`Failure::Usage`] without a reason, the key's and the world's errors.
    pub fn give_back(
        &mut self,
        zip: &Path,
        terms: &ReturnTerms<'_>,
        clock: &Clock,
    ) -> Result<Returned, Failure> {
        let digests = File::open(zip)
            .and_then(digest_reader)
            .map_err(WorldError::while_("读取归档包", zip))?;
        if let Some(accession) = self.accessions()?.into_iter().find(|a| a.sha256 == digests.sha256)
        {
            let words = format!("这个包已接收入库（接收号 {}），不能再退回", accession.number);
            let hint = "发现问题的，请移交方改正后另行移交，作为新的版本接收。";
            return Err(Failure::No(vec![Diagnostic::error("H-10", words).hint(hint)]));
        }
        // As at reception: what is no bundle is refused, whatever else it may be.
        let opened = reader::open(zip)?;
        let inspection = match &opened {
            Ok(opened) => inspect::inspect(opened, zip, &terms.trust)?,
            Err(refusal) => inspect::refused(refusal.clone()),
        };
        let failed = inspection.checks.iter().any(|c| c.outcome == Outcome::Fail);
        if terms.reason.is_empty() && !failed {
            let words = "检测没有不合格项；要退回须用 --reason 写明理由".to_owned();
            return Err(Failure::Usage(words));
        }
        let mut chain = give_back::open(&self.root)?;
        let there = chain.entries.iter().find(|s| s.sha256 == digests.sha256).cloned();
        let already = there.is_some();
        let slip = match there {
            Some(slip) => slip,
            None => {
                let time = clock.now();
                let year = time.format("%Y").to_string();
                let of_year = format!("T{year}-");
                let n = chain.entries.iter().filter(|s| s.number.starts_with(&of_year)).count() + 1;
                let opened = opened.ok();
                let slip = Slip {
                    number: format!("{of_year}{n:04}"),
                    time: time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
                    bundle: opened.as_ref().map(|r| r.name.clone()).unwrap_or_default(),
                    sender: inspection
                        .description
                        .as_ref()
                        .map(|d| d.sender.clone())
                        .unwrap_or_default(),
                    receiver: inspection
                        .description
                        .as_ref()
                        .map(|d| d.receiver.clone())
                        .unwrap_or_default(),
                    sha256: digests.sha256,
                    sm3: digests.sm3,
                    tagmanifest: opened.as_ref().and_then(super::receipts::tagmanifest),
                    handover: inspection.description.as_ref().and_then(|d| d.handover),
                    reason: terms.reason.to_owned(),
                    by: terms.by.to_owned(),
                };
                chain.append(slip.clone())?;
                slip
            }
        };
        let head = *chain.head();
        let body = Body::returned(&slip, head, &inspection)?;
        let path = self.root.join("receipts").join(format!("{}.json", slip.number));
        // The head of the chain moves on; a slip that was written stays as it was.
        let signed = if already && path.is_file() {
            Signed::read(&path)?
        } else {
            let mut signed = Signed::of(body.text()?);
            if let Some(key) = terms.key {
                signed.sign(crate::archive::Role::Receiver, key)?;
            }
            signed.write(&path)?;
            signed
        };
        Ok(Returned { body: Body::read(&signed)?, signed, path, already })
    }
}
