//! The register: one line an accession, each with the SHA-256 of the line before.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Accession;
use crate::container::sync_folder;
use crate::diag::{Failure, WorldError};
use crate::fixity::{Digest, digest_bytes};

#[derive(Serialize, Deserialize)]
struct Line {
    /// Counts from 1.
    seq: u64,
    /// SHA-256 of the line before, without its line feed; zeros for the first.
    prev: Digest,
    #[serde(flatten)]
    accession: Accession,
}

/// All accessions; a broken chain is an error, not a guess.
pub(super) fn read(path: &Path) -> Result<Vec<Accession>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(WorldError::while_("读取登记簿", path)(e).into()),
    };
    let mut out = Vec::new();
    let mut prev = Digest([0; 32]);
    for (i, line) in text.split_inclusive('\n').enumerate() {
        // A line without its end was never acknowledged.
        let Some(body) = line.strip_suffix('\n') else { break };
        let parsed: Option<Line> = serde_json::from_str(body).ok();
        let sound = parsed.filter(|l| l.prev == prev && l.seq == i as u64 + 1);
        let Some(line) = sound else {
            let reason = format!("接收登记簿第 {} 行与前一行的摘要对不上，登记簿可能被改动", i + 1);
            let bad = std::io::Error::new(std::io::ErrorKind::InvalidData, reason);
            return Err(WorldError::while_("核对登记簿", path)(bad).into());
        };
        prev = digest_bytes(body.as_bytes()).sha256;
        out.push(line.accession);
    }
    Ok(out)
}

/// Cuts off a last line that a crash left without its end.
pub(super) fn repair(path: &Path) -> Result<(), WorldError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(WorldError::while_("读取登记簿", path)(e)),
    };
    let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    if whole == bytes.len() {
        return Ok(());
    }
    let cut = || -> std::io::Result<()> {
        let file = File::options().write(true).open(path)?;
        file.set_len(whole as u64)?;
        file.sync_all()
    };
    cut().map_err(WorldError::while_("修复登记簿", path))
}

/// Adds an accession; it is on disk when this returns.
pub(super) fn append(path: &Path, accession: &Accession) -> Result<(), Failure> {
    let before = fs::read_to_string(path).unwrap_or_default();
    let last = before.lines().last();
    let line = Line {
        seq: before.lines().count() as u64 + 1,
        prev: last.map_or(Digest([0; 32]), |l| digest_bytes(l.as_bytes()).sha256),
        accession: accession.clone(),
    };
    let text = serde_json::to_string(&line).map_err(|e| Failure::Bug(format!("register: {e}")))?;
    let write = || -> std::io::Result<()> {
        let mut file = File::options().create(true).append(true).open(path)?;
        file.write_all(format!("{text}\n").as_bytes())?;
        file.sync_all()?;
        path.parent().map_or(Ok(()), sync_folder)
    };
    write().map_err(WorldError::while_("写入登记簿", path))?;
    Ok(())
}
