//! 私钥: made, kept under a password (PKCS#8, PBES2 with scrypt and AES-256-CBC), signing.

use std::{fmt, io};

use ed25519_dalek::{Signer as _, SigningKey};
use pkcs8::rand_core::{TryCryptoRng, TryRng};
use pkcs8::{
    EncodePrivateKey, EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef, SecretDocument,
};
use sm2::dsa;
use zeroize::Zeroizing;

use super::fault::{unreadable, wrong_password};
use super::public::SM2_ID;
use super::{Algorithm, Password, PublicKey};
use crate::diag::Failure;
use crate::entropy::Entropy;

const LABEL: &str = "ENCRYPTED PRIVATE KEY";
/// No key of ours is larger.
const MAX_PEM: usize = 8192;
/// Salt and initial vector: what encrypting draws.
const DRAWN: usize = 32;

/// 私钥. Its bytes are wiped when it goes.
pub struct PrivateKey {
    inner: Inner,
    public: PublicKey,
}

enum Inner {
    Ed25519(Box<SigningKey>),
    Sm2(Box<sm2::SecretKey>),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey(of {:?})", self.public)
    }
}

impl PrivateKey {
    /// 生成密钥.
    ///
    /// # Errors
    /// What the source of chance reports.
    pub fn generate(algorithm: Algorithm, entropy: &mut Entropy) -> Result<Self, Failure> {
        let mut bytes = Zeroizing::new([0; 32]);
        loop {
            entropy.fill(bytes.as_mut())?;
            let inner = match algorithm {
                Algorithm::Ed25519 => Inner::Ed25519(Box::new(SigningKey::from_bytes(&bytes))),
                // One draw in four thousand million is no number below the order of the curve.
                Algorithm::Sm2 => match sm2::SecretKey::from_slice(bytes.as_slice()) {
                    Ok(key) => Inner::Sm2(Box::new(key)),
                    Err(_) => continue,
                },
            };
            return Self::of(inner)
                .ok_or_else(|| Failure::Bug("a new key has no public key".into()));
        }
    }

    fn of(inner: Inner) -> Option<Self> {
        let public = match &inner {
            Inner::Ed25519(key) => PublicKey::ed25519(key.verifying_key()),
            Inner::Sm2(key) => PublicKey::sm2(key.public_key()),
        };
        Some(Self { inner, public: public? })
    }

    /// Opens a private key in PEM; `what` names it in findings.
    ///
    /// # Errors
    /// [`Failure::Key`]: M-01 for what is no encrypted key of ours, M-02 for a wrong password.
    pub fn from_pem(text: &str, password: &Password, what: &str) -> Result<Self, Failure> {
        if text.len() > MAX_PEM {
            return Err(unreadable(what, "文件太大，不是私钥"));
        }
        let (label, document) =
            SecretDocument::from_pem(text).map_err(|_| unreadable(what, "不是完整的 PEM"))?;
        if label != LABEL {
            let words = if label.ends_with("PRIVATE KEY") {
                "私钥没有用口令加密；可用 openssl pkcs8 -topk8 -v2 aes256 -scrypt 加密后再用"
                    .to_owned()
            } else {
                format!("标签是“{label}”，应为“{LABEL}”")
            };
            return Err(unreadable(what, &words));
        }
        let encrypted = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
            .map_err(|_| unreadable(what, "不是加密的 PKCS#8 私钥，或加密方式不认识"))?;
        let plain = encrypted.decrypt(password.bytes()).map_err(|_| wrong_password(what))?;
        // A wrong password passes the padding once in some hundred times; what comes out is no key.
        let info =
            PrivateKeyInfoRef::try_from(plain.as_bytes()).map_err(|_| wrong_password(what))?;
        let inner = if info.algorithm.oid == ed25519_dalek::pkcs8::ALGORITHM_OID {
            let key = SigningKey::try_from(info);
            Inner::Ed25519(Box::new(key.map_err(|_| unreadable(what, "不是 Ed25519 私钥"))?))
        } else {
            let key = sm2::SecretKey::try_from(info);
            Inner::Sm2(Box::new(key.map_err(|_| unreadable(what, "算法不是 Ed25519，也不是 SM2"))?))
        };
        Self::of(inner).ok_or_else(|| unreadable(what, "私钥没有对应的公钥"))
    }

    /// In PEM under `password`; salt and initial vector come from `entropy`.
    ///
    /// # Errors
    /// What the source of chance reports.
    pub fn to_pem(
        &self,
        password: &Password,
        entropy: &mut Entropy,
    ) -> Result<Zeroizing<String>, Failure> {
        let bug = |_| Failure::Bug("a key cannot be written".into());
        let plain = match &self.inner {
            Inner::Ed25519(key) => {
                // Without the public key (version 1), which not every OpenSSL reads.
                let mut bytes = ed25519_dalek::pkcs8::KeypairBytes::from(key.as_ref());
                bytes.public_key = None;
                bytes.to_pkcs8_der()
            }
            Inner::Sm2(key) => key.to_pkcs8_der(),
        }
        .map_err(bug)?;
        let info = PrivateKeyInfoRef::try_from(plain.as_bytes()).map_err(bug)?;
        let mut drawn = Drawn { bytes: [0; DRAWN], used: 0 };
        entropy.fill(&mut drawn.bytes)?;
        let encrypted = info.encrypt_with_rng(&mut drawn, password.bytes()).map_err(bug)?;
        encrypted
            .to_pem(LABEL, LineEnding::LF)
            .map_err(|_| Failure::Bug("a key cannot be written".into()))
    }

    /// Its public key.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// 签名 over `message`: 64 bytes of Ed25519, DER of SM2. The same message gives the same bytes (SM2's nonce is derived from
    /// key and message, RFC 6979 with SM3).
    ///
    /// # Errors
    /// [`Failure::Bug`] when arithmetic fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let bug = |_| Failure::Bug("signing failed".into());
        let signature = match &self.inner {
            Inner::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Inner::Sm2(key) => {
                let key = dsa::SigningKey::new(SM2_ID, key).map_err(bug)?;
                key.try_sign(message).map_err(bug)?.to_der().as_bytes().to_vec()
            }
        };
        // A slip of memory while signing can betray the key; what does not verify is not given out.
        if self.public.verifies(message, &signature) {
            Ok(signature)
        } else {
            Err(Failure::Bug("a signature does not verify".into()))
        }
    }
}

/// Bytes drawn beforehand, handed out once.
struct Drawn {
    bytes: [u8; DRAWN],
    used: usize,
}

impl TryRng for Drawn {
    type Error = io::Error;

    fn try_next_u32(&mut self) -> Result<u32, io::Error> {
        let mut out = [0; 4];
        self.try_fill_bytes(&mut out)?;
        Ok(u32::from_le_bytes(out))
    }

    fn try_next_u64(&mut self) -> Result<u64, io::Error> {
        let mut out = [0; 8];
        self.try_fill_bytes(&mut out)?;
        Ok(u64::from_le_bytes(out))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), io::Error> {
        let rest = self.bytes.get(self.used..self.used + out.len());
        // Nothing may be encrypted under bytes that were not drawn.
        out.copy_from_slice(rest.ok_or(io::ErrorKind::UnexpectedEof)?);
        self.used += out.len();
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}
