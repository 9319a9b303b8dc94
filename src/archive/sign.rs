//! 签名: signatures over a bundle's tag manifest, kept in `signature/` beside what they sign.
//!
//! The tag manifest names the digest of every tag file, among them the manifest, which names the digest of every other
//! file: who signs its bytes signs the whole bag. Names are made of the key's fingerprint, and the page that says how to
//! check is a function of the keys alone, so that the same bundle signed by the same key is the same file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use chrono::NaiveDate;

use super::inspect::Inspection;
use super::pack::BundleSummary;
use super::{bag, inspect, reader};
use crate::container::{Source, write_zip};
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::digest_reader;
use crate::keys::{Algorithm, Keyring, PrivateKey, PublicKey};

/// Where signatures lie in the bag.
pub(super) const FOLDER: &str = "signature/";
/// What says how they are checked.
pub(super) const HOW: &str = "signature/怎样核验.txt";

/// 信任: by what the signer of a bundle is judged.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'a> {
    /// 密钥库, if there is one at hand.
    pub ring: Option<&'a Keyring>,
    /// The day on which it is asked.
    pub today: NaiveDate,
    /// Whether a bundle without a believable signature of its sender is refused; the ring's policy may ask it too.
    pub required: bool,
}

impl Trust<'_> {
    /// No key ring: signatures are only reckoned.
    #[must_use]
    pub fn nobody() -> Self {
        Self { ring: None, today: NaiveDate::MAX, required: false }
    }

    /// Who refuses a bundle without a believable signature of its sender, in words; none if nobody does.
    pub(super) fn demand(&self) -> Option<String> {
        let policy = self.ring.and_then(|ring| ring.policy.wants_sender());
        let option = || self.required.then(|| "接收方要求签名".to_owned());
        policy.map(|against| format!("M-11 {}", against.words)).or_else(option)
    }
}

/// Path of the public key.
pub(super) fn key_path(key: &PublicKey) -> String {
    format!("{FOLDER}{}.pub.pem", key.fingerprint().short())
}

/// Path of the signature.
pub(super) fn signature_path(key: &PublicKey) -> String {
    format!("{FOLDER}{}.{}.sig", key.fingerprint().short(), key.algorithm().id())
}

/// The stem and algorithm that the name of a signature states.
pub(super) fn stated(path: &str) -> Option<(&str, Algorithm)> {
    let (stem, algorithm) = path.strip_suffix(".sig")?.rsplit_once('.')?;
    Some((stem, Algorithm::of(algorithm)?))
}

/// Signs the bundle `zip` with `key` into `out` (which may be `zip` itself). A signature of the same key that is there already
/// stays as it is; those of others are kept.
///
/// # Errors
/// [`Failure::No`] for a bundle that does not pass inspection: nobody puts his name to what is broken; failures of the
/// world.
pub fn sign(zip: &Path, out: &Path, key: &PrivateKey) -> Result<BundleSummary, Failure> {
    let (opened, inspection) = sound(zip)?;
    let items = inspection.description.as_ref().map_or(0, |d| d.items.len());
    let part = inspection.description.and_then(|d| d.part);
    let signed = opened
        .small(bag::TAG_MANIFEST, u64::MAX)
        .ok_or_else(|| refuse(zip, "Z1", "没有 tagmanifest"))?;
    let mut files = BTreeMap::new();
    let mut keys = vec![key.public().clone()];
    for (path, _) in opened.files() {
        let source = opened.source(path).map_err(WorldError::while_("读取归档包", zip))?;
        files.insert(path.to_owned(), source);
        if path.starts_with(FOLDER)
            && path.ends_with(".pub.pem")
            && let Some(other) = opened.text(path).and_then(|t| PublicKey::from_pem(&t, path).ok())
            && other.fingerprint() != key.public().fingerprint()
        {
            keys.push(other);
        }
    }
    let memory = |bytes: Vec<u8>| Source::Memory(bytes.into());
    files.insert(key_path(key.public()), memory(key.public().to_pem().into_bytes()));
    files.insert(signature_path(key.public()), memory(key.sign(&signed)?));
    files.insert(HOW.into(), memory(how(&keys).into_bytes()));
    let count = files.len();
    let id = &opened.name;
    let entries = files.into_iter().map(|(p, s)| (format!("{id}/{p}"), s)).collect();
    write_zip(out, &entries)?;
    let whole =
        File::open(out).and_then(digest_reader).map_err(WorldError::while_("读取归档包", out))?;
    Ok(BundleSummary {
        id: id.clone(),
        path: out.to_path_buf(),
        items,
        files: count,
        bytes: whole.size,
        sha256: whole.sha256,
        sm3: whole.sm3,
        part,
        already: false,
    })
}

/// The files in `signature/` of a bundle with the tag manifest `list` that `key` alone has signed.
pub(super) fn pages(list: &[u8], key: &PrivateKey) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let public = key.public();
    Ok(vec![
        (key_path(public), public.to_pem().into_bytes()),
        (signature_path(public), key.sign(list)?),
        (HOW.into(), how(std::slice::from_ref(public)).into_bytes()),
    ])
}

/// The bundle `zip`, which passes inspection.
///
/// # Errors
/// [`Failure::No`] if it does not; failures of the world.
pub(super) fn sound(zip: &Path) -> Result<(reader::BundleReader, Inspection), Failure> {
    let opened = match reader::open(zip)? {
        Ok(opened) if zip.is_file() => opened,
        Ok(_) => return Err(Failure::Usage("签名的须是 ZIP 文件，不是文件夹".into())),
        Err(refusal) => return Err(refuse(zip, "S7", &refusal.reason)),
    };
    let inspection = inspect::inspect(&opened, zip, &Trust::nobody())?;
    match inspection.checks.iter().find(|c| c.outcome == inspect::Outcome::Fail) {
        Some(bad) => Err(refuse(zip, bad.id, &bad.message)),
        None => Ok((opened, inspection)),
    }
}

fn refuse(zip: &Path, id: &str, words: &str) -> Failure {
    let message = format!("{} 检测不合格，没有签名（{id} {words}）", zip.display());
    let hint = "用 anjuan verify 看全部检测结果，改正后重新打包。";
    Failure::No(vec![Diagnostic::error("P-06", message).hint(hint)])
}

/// How the signatures of `keys` are checked without this program.
pub(super) fn how(keys: &[PublicKey]) -> String {
    let mut keys: Vec<&PublicKey> = keys.iter().collect();
    keys.sort_by_key(|k| k.fingerprint());
    let mut out = String::from(
        "本包的电子签名签在 tagmanifest-sha256.txt 的全部字节上；它列有 manifest-sha256.txt 的摘要，后者列有全部文件的摘要。\n\
         核验不需要专门的程序，有 OpenSSL 3 和 sha256sum 即可，在本包的文件夹里逐行执行：\n\n\
         sha256sum -c manifest-sha256.txt\nsha256sum -c tagmanifest-sha256.txt\n",
    );
    for key in keys {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "\n{}，指纹 {}\n\
             openssl pkeyutl -verify -pubin -inkey {} -rawin{} -in {} -sigfile {}\n\
             openssl pkey -pubin -in {} -outform DER | sha256sum\n",
            key.algorithm().name(),
            key.fingerprint().grouped(),
            key_path(key),
            key.algorithm().openssl_options(),
            bag::TAG_MANIFEST,
            signature_path(key),
            key_path(key),
        );
    }
    out.push_str(
        "\n签名有效，只说明签名以后没有改动；公钥是谁的，须用另一途径（电话、当面、公函）核对指纹。\n",
    );
    out
}
