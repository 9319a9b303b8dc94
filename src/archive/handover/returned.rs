//! 退回单: why a bundle is given back, file by file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Body, Mark, Signed};
use crate::archive::sign::Trust;
use crate::fixity::Digest;
use crate::keys::PrivateKey;

/// 退回登记: one bundle given back. What a bundle that could not be opened does not tell is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// 退回号, e.g. `T2026-0001`.
    pub number: String,
    /// When, RFC 3339.
    pub time: String,
    /// 归档包编号.
    pub bundle: String,
    /// 移交单位.
    pub sender: String,
    /// 接收单位.
    pub receiver: String,
    /// SHA-256 of the ZIP.
    pub sha256: Digest,
    /// SM3 of the ZIP.
    pub sm3: Digest,
    /// SHA-256 of its tag manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagmanifest: Option<Digest>,
    /// 移交序号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<Mark>,
    /// 退回理由, besides what the inspection found.
    pub reason: String,
    /// 经办人.
    pub by: String,
}

/// On which terms a bundle is given back.
#[derive(Clone, Copy, Debug)]
pub struct ReturnTerms<'a> {
    /// 退回理由; may be empty when the inspection found enough.
    pub reason: &'a str,
    /// 经办人.
    pub by: &'a str,
    /// The receiver's key, if the slip is to be signed.
    pub key: Option<&'a PrivateKey>,
    /// By what signatures are judged.
    pub trust: Trust<'a>,
}

/// A bundle given back.
#[derive(Clone, Debug)]
pub struct Returned {
    /// What the slip says.
    pub body: Body,
    /// The slip.
    pub signed: Signed,
    /// Where the archive keeps it.
    pub path: PathBuf,
    /// Whether it had been given back before.
    pub already: bool,
}

/// The chain of what was given back.
pub(in crate::archive) mod give_back {
    use super::{Path, PathBuf, Slip};
    use crate::archive::handover::chain::Chain;
    use crate::diag::Failure;

    /// Its file in the archive's `register/`.
    pub(in crate::archive) const FILE: &str = "returns.ndjson";

    /// Opens it in the archive at `root`.
    pub(in crate::archive) fn open(root: &Path) -> Result<Chain<Slip>, Failure> {
        Chain::open(&path(root))
    }

    /// Its entries, and whether its last line is whole; nothing is mended.
    pub(in crate::archive) fn read(root: &Path) -> Result<(Vec<Slip>, bool), Failure> {
        let (chain, torn) = Chain::read(&path(root))?;
        Ok((chain.entries, torn.is_none()))
    }

    /// Where it lies.
    pub(in crate::archive) fn path(root: &Path) -> PathBuf {
        root.join("register").join(FILE)
    }
}
