//! 公钥: read, written, named by its fingerprint; whether a signature is its own.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::VerifyingKey;
use pkcs8::spki::{DecodePublicKey, EncodePublicKey, SubjectPublicKeyInfoRef};
use pkcs8::{Document, LineEnding};
use sm2::dsa;
use sm2::dsa::signature::Verifier;

use super::Algorithm;
use super::fault::unreadable;
use crate::diag::Failure;
use crate::fixity::{Digest, digest_bytes};

/// The signer's id that enters every SM2 signature when nothing else is agreed on (GM/T 0009-2012 §10).
pub(super) const SM2_ID: &str = "1234567812345678";
/// No key of ours is larger.
const MAX_PEM: usize = 8192;
const LABEL: &str = "PUBLIC KEY";

/// 公钥.
#[derive(Clone, PartialEq)]
pub struct PublicKey {
    inner: Inner,
    fingerprint: Fingerprint,
}

#[derive(Clone, PartialEq)]
enum Inner {
    Ed25519(VerifyingKey),
    Sm2(sm2::PublicKey),
}

/// 指纹: SHA-256 of the key's `SubjectPublicKeyInfo`, which names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint(Digest);

/// Figures of a fingerprint that name a file.
const SHORT: usize = 16;

impl Fingerprint {
    /// The first 16 figures, for names of files.
    #[must_use]
    pub fn short(&self) -> String {
        self.0.to_string().chars().take(SHORT).collect()
    }

    /// In groups of four, as it is read out on the telephone.
    #[must_use]
    pub fn grouped(&self) -> String {
        let all = self.0.to_string();
        let groups: Vec<&str> =
            (0..all.len()).step_by(4).filter_map(|at| all.get(at..at + 4)).collect();
        groups.join(" ")
    }

    /// Reads 64 hexadecimal figures, grouped by spaces, colons or hyphens or not at all.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String =
            text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ':' | '-')).collect();
        Digest::parse(&plain).map(Self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm().id(), self.fingerprint)
    }
}

impl PublicKey {
    /// Reads a public key in PEM (`SubjectPublicKeyInfo`); `what` names it in findings.
    ///
    /// # Errors
    /// [`Failure::Key`] with M-01.
    pub fn from_pem(text: &str, what: &str) -> Result<Self, Failure> {
        if text.len() > MAX_PEM {
            return Err(unreadable(what, "文件太大，不是公钥"));
        }
        if text.contains("PRIVATE KEY-----") {
            return Err(unreadable(what, "这是私钥，不是公钥；私钥不得交给别人"));
        }
        let (label, document) =
            Document::from_pem(text).map_err(|_| unreadable(what, "不是完整的 PEM"))?;
        if label != LABEL {
            return Err(unreadable(what, &format!("标签是“{label}”，应为“{LABEL}”")));
        }
        let der = document.as_bytes();
        let info = SubjectPublicKeyInfoRef::try_from(der)
            .map_err(|_| unreadable(what, "不是 SubjectPublicKeyInfo"))?;
        let inner = if info.algorithm.oid == ed25519_dalek::pkcs8::ALGORITHM_OID {
            let key = VerifyingKey::from_public_key_der(der).ok().filter(|k| !k.is_weak());
            Inner::Ed25519(key.ok_or_else(|| unreadable(what, "不是可用的 Ed25519 公钥"))?)
        } else {
            let key = sm2::PublicKey::from_public_key_der(der);
            Inner::Sm2(key.map_err(|_| unreadable(what, "算法不是 Ed25519，也不是 SM2"))?)
        };
        Self::of(inner).ok_or_else(|| unreadable(what, "公钥的编码有误"))
    }

    pub(super) fn ed25519(key: VerifyingKey) -> Option<Self> {
        Self::of(Inner::Ed25519(key))
    }

    pub(super) fn sm2(key: sm2::PublicKey) -> Option<Self> {
        Self::of(Inner::Sm2(key))
    }

    /// One key has one fingerprint, however its point was written in the file it came from.
    fn of(inner: Inner) -> Option<Self> {
        let der = encode(&inner)?;
        Some(Self { inner, fingerprint: Fingerprint(digest_bytes(der.as_bytes()).sha256) })
    }

    /// In PEM, with line feeds.
    #[must_use]
    pub fn to_pem(&self) -> String {
        // What was read or derived can be written.
        encode(&self.inner)
            .and_then(|der| der.to_pem(LABEL, LineEnding::LF).ok())
            .unwrap_or_default()
    }

    /// Its algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.inner {
            Inner::Ed25519(_) => Algorithm::Ed25519,
            Inner::Sm2(_) => Algorithm::Sm2,
        }
    }

    /// Its name.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// 验签: whether `signature` (64 bytes of Ed25519, DER of SM2) is this key's over `message`. Arithmetic only.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.inner {
            Inner::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|s| key.verify_strict(message, &s).is_ok()),
            Inner::Sm2(key) => {
                let parsed = dsa::Signature::from_der(signature);
                let key = dsa::VerifyingKey::new(SM2_ID, *key);
                matches!((key, parsed), (Ok(k), Ok(s)) if k.verify(message, &s).is_ok())
            }
        }
    }
}

fn encode(inner: &Inner) -> Option<Document> {
    match inner {
        Inner::Ed25519(key) => key.to_public_key_der().ok(),
        Inner::Sm2(key) => key.to_public_key_der().ok(),
    }
}

impl FromStr for Fingerprint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| "指纹是 64 位十六进制数字，可以分组".to_owned())
    }
}
