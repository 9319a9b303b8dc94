//! 其他算法: digests that manifests of other programs are made with; we only check them.

use std::io::{self, Read};

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use sm3::Sm3;

/// An algorithm of a BagIt manifest, by the name in `manifest-<name>.txt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// MD5: shows accidents, no proof against forgery.
    Md5,
    /// SHA-1: as MD5.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
    /// SM3 (GB/T 32905-2016).
    Sm3,
}

impl Algorithm {
    /// By name; none if it is not known here.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().replace('-', "").as_str() {
            "md5" => Self::Md5,
            "sha1" => Self::Sha1,
            "sha256" => Self::Sha256,
            "sha512" => Self::Sha512,
            "sm3" => Self::Sm3,
            _ => return None,
        })
    }

    /// Whether it still proves that nobody changed the bytes on purpose.
    #[must_use]
    pub fn strong(self) -> bool {
        !matches!(self, Self::Md5 | Self::Sha1)
    }
}

/// The digest of all that `reader` gives, in lower-case hexadecimal figures.
///
/// # Errors
/// Whatever the reader reports.
pub fn digest_by(algorithm: Algorithm, reader: &mut dyn Read) -> io::Result<String> {
    match algorithm {
        Algorithm::Md5 => of::<Md5>(reader),
        Algorithm::Sha1 => of::<Sha1>(reader),
        Algorithm::Sha256 => of::<Sha256>(reader),
        Algorithm::Sha512 => of::<Sha512>(reader),
        Algorithm::Sm3 => of::<Sm3>(reader),
    }
}

fn of<D: Digest>(reader: &mut dyn Read) -> io::Result<String> {
    use std::fmt::Write as _;
    let mut digest = D::new();
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => digest.update(&buffer[..n]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let mut out = String::new();
    for byte in digest.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, digest_by};

    #[test]
    fn known_answers() {
        for (name, answer) in [
            ("md5", "900150983cd24fb0d6963f7d28e17f72"),
            ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            ("sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        ] {
            let algorithm = Algorithm::named(name).unwrap();
            assert_eq!(digest_by(algorithm, &mut &b"abc"[..]).unwrap(), answer);
        }
        let long = digest_by(Algorithm::Sha512, &mut &b"abc"[..]).unwrap();
        assert!(long.starts_with("ddaf35a193617aba") && long.len() == 128, "{long}");
        assert_eq!(Algorithm::named("crc32"), None);
    }
}
