//! 接收: a bundle inspected and, if it is acceptable, taken in once.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::papers::Papers;
use super::receipts::tagmanifest;
use super::register::{self, Tail};
use super::{ABOUT, About, Accession, FORMAT, Receipt, Reception, Store, object};
use crate::archive::description::Description;
use crate::archive::inspect;
use crate::archive::reader::{self, BundleReader};
use crate::archive::sign::Trust;
use crate::clock::Clock;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::{DigestSet, digest_reader};
use crate::keys::PrivateKey;

impl Store {
    /// As [`Store::receive_by`], by somebody who knows no keys.
    #[cfg(test)]
    pub fn receive(&mut self, zip: &Path, clock: &Clock) -> Result<Reception, Failure> {
        self.receive_by(zip, clock, &Trust::nobody(), None)
    }

    /// Inspects the bundle `zip` and, if it is acceptable, takes it in. The same ZIP twice is one accession. Signatures are
    /// judged by `trust`, the receipt is signed with `key` and lies in the object with the other papers.
    ///
    /// # Errors
    /// [`Failure::Refused`] when illustrative and real data would mix (P-07); [`Failure::No`] for a part that contradicts others
    /// of its group (B-25); failures of the key and of the world.
    pub fn receive_by(
        &mut self,
        zip: &Path,
        clock: &Clock,
        trust: &Trust<'_>,
        key: Option<&PrivateKey>,
    ) -> Result<Reception, Failure> {
        let opened = match reader::open(zip)? {
            Ok(opened) if zip.is_file() => opened,
            Ok(_) => return Err(Failure::Usage("接收的须是 ZIP 文件，不是文件夹".into())),
            // Another program's package may pass as what it is; received are bundles alone.
            Err(refusal) => {
                return Ok(Reception { inspection: inspect::refused(refusal), receipt: None });
            }
        };
        let mut inspection = inspect::inspect(&opened, zip, trust)?;
        let Some(description) = inspection.description.clone().filter(|_| inspection.accepted)
        else {
            return Ok(Reception { inspection, receipt: None });
        };
        self.admit(&description)?;
        let digests = File::open(zip)
            .and_then(digest_reader)
            .map_err(WorldError::while_("读取归档包", zip))?;
        let tail = self.tail()?;
        self.order(&description, tagmanifest(&opened), &mut inspection)?;
        if let Some((accession, papers)) = self.earlier(&description.id, &digests)? {
            let path = self.receipt_path(&accession);
            if let Some(papers) = papers {
                self.registered(&papers, tail.as_ref())?;
                self.put_receipts(&papers)?;
            } else if !path.is_file()
                && let Some(line) = self.line_of(&accession.number)?
            {
                let receipts = self.receipts_of(&line, &inspection, None)?;
                self.put_receipts(&Papers { event: line, receipts })?;
            }
            object::clear(&self.staging())?;
            let signed = key.map(|k| self.sign_receipt(&accession.number, k)).transpose()?;
            let receipt = Receipt { accession: accession.number, path, signed, already: true };
            return Ok(Reception { inspection, receipt: Some(receipt) });
        }
        self.joins(&description)?;
        let accession = self.accession(&description, &digests, &opened, (clock, tail.as_ref()))?;
        let event = register::line(tail.as_ref(), &accession)?;
        let receipts = self.receipts_of(&event, &inspection, key)?;
        let papers = Papers { event, receipts };
        let (staging, objects) = (self.staging(), self.objects());
        object::clear(&staging)?;
        let place = (accession.bundle.as_str(), accession.version);
        let who = (accession.time.as_str(), accession.sender.as_str());
        object::add(&staging, &objects, place, &opened, &papers, who)?;
        register::append(&self.events(), &papers.event)?;
        self.put_receipts(&papers)?;
        object::clear(&staging)?;
        let path = self.receipt_path(&accession);
        let signed = key.map(|_| path.with_extension("signed.json"));
        let receipt = Receipt { accession: accession.number, path, signed, already: false };
        Ok(Reception { inspection, receipt: Some(receipt) })
    }

    fn accession(
        &self,
        description: &Description,
        digests: &DigestSet,
        opened: &BundleReader,
        (clock, tail): (&Clock, Option<&Tail>),
    ) -> Result<Accession, Failure> {
        let time = clock.now();
        let year = time.format("%Y").to_string();
        let accession = Accession {
            number: format!("{year}-{:04}", self.running(&year, tail)? + 1),
            bundle: description.id.clone(),
            version: object::next(&self.objects(), &description.id)?,
            time: time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            sha256: digests.sha256,
            sm3: digests.sm3,
            items: description.items.len(),
            sender: description.sender.clone(),
            receiver: description.receiver.clone(),
            case_title: description.case_title.clone(),
            tagmanifest: tagmanifest(opened),
            handover: description.handover,
        };
        // A receipt of this number means that the register has lost its end.
        let receipt = self.receipt_path(&accession);
        if receipt.exists() { Err(self.register_behind(&receipt)) } else { Ok(accession) }
    }

    /// The last running number of `year`.
    fn running(&self, year: &str, tail: Option<&Tail>) -> Result<usize, Failure> {
        let Some(last) = tail.map(|t| t.line.accession.number.as_str()) else { return Ok(0) };
        match last.split_once('-') {
            Some((of, n)) if of == year => Ok(n.parse().unwrap_or_default()),
            Some((of, _)) if of < year => Ok(0),
            // The clock went back over a turn of the year: the one case in which all lines are read.
            _ => {
                let of_year = |a: &Accession| {
                    a.number.split_once('-').filter(|(y, _)| *y == year)?.1.parse().ok()
                };
                Ok(self.accessions()?.iter().filter_map(of_year).max().unwrap_or(0))
            }
        }
    }

    /// The register's last line, which must be the one that its object carries.
    fn tail(&self) -> Result<Option<Tail>, Failure> {
        let tail = register::tail(&self.events())?;
        if let Some(t) = &tail {
            let a = &t.line.accession;
            let content = object::content(&self.objects(), &a.bundle, a.version);
            if Papers::read(&content)?.is_some_and(|p| p.event != t.text) {
                let reason = "接收登记簿末行与库中随件保存的登记不一致，登记簿可能被改动";
                return Err(self.doubtful(reason));
            }
        }
        Ok(tail)
    }

    /// The accession under which the same ZIP was received before, with its papers.
    fn earlier(
        &self,
        id: &str,
        digests: &DigestSet,
    ) -> Result<Option<(Accession, Option<Papers>)>, Failure> {
        let objects = self.objects();
        for version in 1..object::next(&objects, id)? {
            let Some(papers) = Papers::read(&object::content(&objects, id, version))? else {
                // Stored before objects carried their papers.
                let known = self.accessions()?;
                let same = |a: &Accession| a.bundle == id && a.sha256 == digests.sha256;
                return Ok(known.into_iter().find(same).map(|a| (a, None)));
            };
            let line = papers.line().ok_or_else(|| self.doubtful("库中随件保存的登记读不懂"))?;
            if line.accession.sha256 == digests.sha256 {
                return Ok(Some((line.accession, Some(papers))));
            }
        }
        Ok(None)
    }

    /// Whether the register reaches as far as what the store knows.
    fn registered(&self, papers: &Papers, tail: Option<&Tail>) -> Result<(), Failure> {
        let reached = tail.map_or(0, |t| t.line.seq);
        if papers.line().is_some_and(|l| l.seq <= reached) {
            return Ok(());
        }
        Err(self.register_behind(&self.events()))
    }

    fn register_behind(&self, path: &Path) -> Failure {
        let reason = "接收登记簿比库里少，可能丢失了末尾几行；先运行 anjuan doctor --archive 查明";
        WorldError::while_("核对登记簿", path)(
            io::Error::new(io::ErrorKind::InvalidData, reason),
        )
        .into()
    }

    fn doubtful(&self, reason: &str) -> Failure {
        let error = io::Error::new(io::ErrorKind::InvalidData, reason.to_owned());
        WorldError::while_("核对登记簿", &self.events())(error).into()
    }

    /// P-07: illustrative data only into test archives, and nothing else into them.
    fn admit(&self, description: &Description) -> Result<(), Failure> {
        if let Some(about) = self.about()? {
            if about.test == description.illustrative {
                return Ok(());
            }
            let message = if about.test {
                "这是测试库，只存示例数据，不接收正式归档包"
            } else {
                "这是正式档案库，不接收示例数据的归档包"
            };
            return Err(Failure::Refused(vec![
                Diagnostic::error("P-07", message).hint("请另选一个档案库目录（没有时会新建）。"),
            ]));
        }
        self.put_about(description.illustrative)
    }

    /// Writes what kind of archive this is.
    pub(super) fn put_about(&self, test: bool) -> Result<(), Failure> {
        let about = About { format: FORMAT.into(), test };
        Ok(self.write(&self.root.join(ABOUT), &json(&about)?)?)
    }

    fn receipt_path(&self, accession: &Accession) -> PathBuf {
        self.receipts().join(format!("{}.json", accession.number))
    }

    /// Writes the receipts that an object carries, where they are not there already.
    pub(super) fn put_receipts(&self, papers: &Papers) -> Result<(), WorldError> {
        for (name, bytes) in &papers.receipts {
            let path = self.receipts().join(name);
            if !path.is_file() {
                self.write(&path, bytes)?;
            }
        }
        Ok(())
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let text =
        serde_json::to_string_pretty(value).map_err(|e| Failure::Bug(format!("JSON: {e}")))?;
    Ok((text + "\n").into_bytes())
}
