//! Digests of streams, in constant memory.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};
use sm3::Sm3;

use super::{Digest, DigestSet};

/// A reader that digests what passes through it.
pub struct HashingReader<R> {
    inner: R,
    size: u64,
    sha256: Sha256,
    sm3: Sm3,
}

impl<R: Read> HashingReader<R> {
    /// Wraps `inner`.
    pub fn new(inner: R) -> Self {
        Self { inner, size: 0, sha256: Sha256::new(), sm3: Sm3::new() }
    }

    /// Size and digests of everything read so far.
    pub fn finish(self) -> DigestSet {
        DigestSet {
            size: self.size,
            sha256: Digest(self.sha256.finalize().into()),
            sm3: Digest(self.sm3.finalize().into()),
        }
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.size += n as u64;
        self.sha256.update(&buf[..n]);
        self.sm3.update(&buf[..n]);
        Ok(n)
    }
}

/// A sink that keeps nothing of what is written into it but its digests.
#[derive(Default)]
pub struct HashingSink {
    size: u64,
    sha256: Sha256,
    sm3: Sm3,
}

impl HashingSink {
    /// Size and digests of everything written so far.
    #[must_use]
    pub fn finish(self) -> DigestSet {
        DigestSet {
            size: self.size,
            sha256: Digest(self.sha256.finalize().into()),
            sm3: Digest(self.sm3.finalize().into()),
        }
    }
}

impl io::Write for HashingSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.size += bytes.len() as u64;
        self.sha256.update(bytes);
        self.sm3.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads `reader` to its end.
///
/// # Errors
/// Whatever the reader reports.
pub fn digest_reader(reader: impl Read) -> io::Result<DigestSet> {
    let mut hashing = HashingReader::new(reader);
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match hashing.read(&mut buffer) {
            Ok(0) => return Ok(hashing.finish()),
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// Size and digests of `bytes`.
#[must_use]
pub fn digest_bytes(bytes: &[u8]) -> DigestSet {
    DigestSet {
        size: bytes.len() as u64,
        sha256: Digest(Sha256::digest(bytes).into()),
        sm3: Digest(Sm3::digest(bytes).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{digest_bytes, digest_reader};

    #[test]
    fn known_answers() {
        let d = digest_bytes(b"abc");
        assert_eq!(
            d.sha256.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            d.sm3.to_string(),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
        assert_eq!(d, digest_reader(&b"abc"[..]).unwrap());
    }
}
