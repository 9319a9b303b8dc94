//! 签名文书: a text with the signatures of one or both sides, in one file.
//!
//! The text is kept as a string, so that its bytes are exactly what was signed. The second signature is over the text
//! and the first signature together: who countersigns confirms both.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::container::write_atomically;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::keys::{PrivateKey, PublicKey};

/// Name of the form.
const FORMAT: &str = "anjuan-signed/1";
/// Largest file that is read (a receipt lists every finding).
const MAX_BYTES: u64 = 64 << 20;

/// 签名方.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 接收方.
    Receiver,
    /// 移交方.
    Sender,
}

impl Role {
    /// For people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Receiver => "接收方",
            Self::Sender => "移交方",
        }
    }
}

/// 签名文书.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Always `anjuan-signed/1`.
    pub format: String,
    /// The text that was signed.
    pub body: String,
    /// Signatures in the order in which they were made.
    pub signatures: Vec<Signature>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Whose.
    pub role: Role,
    /// `ed25519` or `sm2`.
    pub algorithm: String,
    /// 指纹 of the key.
    pub fingerprint: String,
    /// The key, PEM.
    pub public_key: String,
    /// The signature, Base64.
    pub value: String,
}

impl Signed {
    /// A text that nobody has signed yet.
    #[must_use]
    pub fn of(body: String) -> Self {
        Self { format: FORMAT.into(), body, signatures: Vec::new() }
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`Failure::No`] with H-06 for what is none, what the system reports.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let world = || WorldError::while_("读取回执", path);
        let size = std::fs::metadata(path).map_err(world())?.len();
        let bad = |words: &str| {
            let message = format!("{} 不是回执或退回单：{words}", path.display());
            Failure::No(vec![
                Diagnostic::error("H-06", message).hint("核对文件是否传错、是否完整。"),
            ])
        };
        if size > MAX_BYTES {
            return Err(bad("文件太大"));
        }
        let bytes = std::fs::read(path).map_err(world())?;
        Self::parse(&bytes).map_err(|words| bad(&words))
    }

    /// Reads `bytes`; what is wrong is told in words.
    pub(in crate::archive) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let out: Self = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
        if out.format != FORMAT {
            return Err(format!("格式为 {}，本程序只认 {FORMAT}", out.format));
        }
        if out.signatures.len() > 2 {
            return Err("签名多于两个".into());
        }
        Ok(out)
    }

    /// Writes it to `path`, whole.
    ///
    /// # Errors
    /// What the system reports.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        use std::io::Write as _;
        let text = self.text()?;
        write_atomically(path, |file| file.write_all(text.as_bytes()))?;
        Ok(())
    }

    /// As the file has it.
    pub(in crate::archive) fn text(&self) -> Result<String, Failure> {
        serde_json::to_string_pretty(self)
            .map(|text| text + "\n")
            .map_err(|e| Failure::Bug(format!("JSON: {e}")))
    }

    /// What the signature at `index` is over.
    fn message(&self, index: usize) -> Vec<u8> {
        let mut out = self.body.clone().into_bytes();
        for earlier in self.signatures.iter().take(index) {
            out.extend_from_slice(earlier.value.as_bytes());
        }
        out
    }

    /// Adds the signature of `role`; one that is there already is not doubled.
    ///
    /// # Errors
    /// The key's.
    pub fn sign(&mut self, role: Role, key: &PrivateKey) -> Result<(), Failure> {
        if self.signatures.iter().any(|s| s.role == role) {
            return Ok(());
        }
        let value = STANDARD.encode(key.sign(&self.message(self.signatures.len()))?);
        let public = key.public();
        self.signatures.push(Signature {
            role,
            algorithm: public.algorithm().id().into(),
            fingerprint: public.fingerprint().to_string(),
            public_key: public.to_pem(),
            value,
        });
        Ok(())
    }

    /// The key behind the signature at `index`, if the signature is right.
    #[must_use]
    pub fn reckon(&self, index: usize) -> Option<PublicKey> {
        let signature = self.signatures.get(index)?;
        let key = PublicKey::from_pem(&signature.public_key, "公钥").ok()?;
        let stated = key.algorithm().id() == signature.algorithm
            && key.fingerprint().to_string() == signature.fingerprint;
        let value = STANDARD.decode(&signature.value).ok()?;
        (stated && key.verifies(&self.message(index), &value)).then_some(key)
    }
}
