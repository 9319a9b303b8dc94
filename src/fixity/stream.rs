//! Digests of streams, in constant memory.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest as _, Sha256};
use sm3::Sm3;

use super::{Digest, DigestSet};

/// Fewer bytes than these are digested sooner than another thread has begun.
const ALONE: u64 = 1 << 20;
/// Bytes of a file that are held at once.
const BUFFER: usize = 256 * 1024;

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

/// SHA-256 and size alone, for what was digested wholly before and is held against that.
#[derive(Default)]
pub struct Sha256Sum {
    size: u64,
    sha256: Sha256,
}

impl Sha256Sum {
    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    /// How many they were, and their digest.
    #[must_use]
    pub fn finish(self) -> (u64, Digest) {
        (self.size, Digest(self.sha256.finalize().into()))
    }
}

/// Digests of many files, each read once, in constant memory: over all cores, the largest first, so that no core is left
/// with a large one at the end. `files` are names and sizes. What comes out does not depend on the number of cores.
///
/// # Errors
/// What `open` or reading reports; of several, that of the first name.
pub fn digest_each<K: Ord + Clone + Send + Sync, R: Read>(
    mut files: Vec<(K, u64)>,
    open: impl Fn(&K) -> io::Result<R> + Sync,
) -> Result<BTreeMap<K, DigestSet>, (K, io::Error)> {
    files.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((name, _)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((name.clone(), open(name).and_then(digest_reader)));
        }
        done
    };
    // Threads of its own: a worker of the pool that waits for others takes up other work meanwhile, and so, of many such
    // calls at once, one would come to stand on the other.
    let bytes: u64 = files.iter().map(|(_, size)| size).sum();
    let most = if bytes < ALONE { 1 } else { rayon::current_num_threads().min(files.len()) };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..most).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all.into_iter()
        .map(|(name, read)| read.map_err(|e| (name.clone(), e)).map(|d| (name, d)))
        .collect()
}

/// Reads `reader` to its end.
///
/// # Errors
/// Whatever the reader reports.
pub fn digest_reader(reader: impl Read) -> io::Result<DigestSet> {
    let mut reader = reader;
    let mut buffer = vec![0; BUFFER];
    let (mut size, mut sha256, mut sm3) = (0, Sha256::new(), Sm3::new());
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => {
                let (sha256, sm3) = (sha256.finalize().into(), sm3.finalize().into());
                return Ok(DigestSet { size, sha256: Digest(sha256), sm3: Digest(sm3) });
            }
            Ok(n) => {
                size += n as u64;
                let bytes = &buffer[..n];
                sha256.update(bytes);
                sm3.update(bytes);
            }
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
    use super::{digest_bytes, digest_each, digest_reader};

    #[test]
    fn many_files_come_out_the_same_whatever_the_cores() {
        let text = |n: &usize| vec![u8::try_from(*n % 251).unwrap(); n * 7_001];
        let files: Vec<(usize, u64)> = (0..60).map(|n| (n, n as u64 * 700_100)).collect();
        let of = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| digest_each(files.clone(), |n| Ok(std::io::Cursor::new(text(n)))))
                .unwrap()
        };
        let (one, four) = (of(1), of(4));
        assert_eq!(one, four);
        assert_eq!(one.len(), 60);
        assert!(one.iter().all(|(n, d)| *d == digest_bytes(&text(n))));
        let bad = |n: &usize| {
            if *n > 40 { Err(std::io::ErrorKind::NotFound.into()) } else { Ok(&b""[..]) }
        };
        assert_eq!(digest_each(files, bad).unwrap_err().0, 41, "the first, whichever core met it");
    }

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
