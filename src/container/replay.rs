//! 还原: the bytes of the canonical ZIP of given files, written from front to back without a file of their own, so that
//! what is kept unpacked can be held against the digest of what was once received.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

/// What the headers say of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Bytes.
    pub size: u32,
    /// CRC-32.
    pub crc: u32,
}

/// A reader that takes the CRC-32 of what passes through it.
#[derive(Debug)]
pub struct CrcReader<R> {
    inner: R,
    crc: crc32fast::Hasher,
}

impl<R: Read> CrcReader<R> {
    /// Wraps `inner`.
    pub fn new(inner: R) -> Self {
        Self { inner, crc: crc32fast::Hasher::new() }
    }

    /// The CRC-32 of everything read so far.
    pub fn finish(self) -> u32 {
        self.crc.finalize()
    }
}

impl<R: Read> Read for CrcReader<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.crc.update(&buf[..n]);
        Ok(n)
    }
}

/// Writes the canonical ZIP of `entries` to `out`; `open` gives an entry's bytes.
///
/// # Errors
/// What reading and writing report; [`io::ErrorKind::InvalidData`] when an entry has another size than stated.
pub fn replay_zip<R: Read>(
    entries: &BTreeMap<String, Stated>,
    open: impl Fn(&str) -> io::Result<R>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut central = Vec::new();
    let mut at: u32 = 0;
    for (name, stated) in entries {
        let common = common(name, *stated)?;
        central.extend(0x0201_4b50_u32.to_le_bytes());
        central.extend((3_u16 << 8 | 10).to_le_bytes());
        central.extend(&common);
        // Comment, disk, internal attributes: none.
        central.extend([0; 6]);
        central.extend((0o100_644_u32 << 16).to_le_bytes());
        central.extend(at.to_le_bytes());
        central.extend(name.as_bytes());
        out.write_all(&0x0403_4b50_u32.to_le_bytes())?;
        out.write_all(&common)?;
        out.write_all(name.as_bytes())?;
        let copied = io::copy(&mut open(name)?, out)?;
        if copied != u64::from(stated.size) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let record = 30 + name.len() as u64 + copied;
        at = u32::try_from(u64::from(at) + record).map_err(|_| io::ErrorKind::FileTooLarge)?;
    }
    let count = u16::try_from(entries.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let size = u32::try_from(central.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    out.write_all(&central)?;
    out.write_all(&0x0605_4b50_u32.to_le_bytes())?;
    out.write_all(&[0; 4])?;
    out.write_all(&count.to_le_bytes())?;
    out.write_all(&count.to_le_bytes())?;
    out.write_all(&size.to_le_bytes())?;
    out.write_all(&at.to_le_bytes())?;
    out.write_all(&[0; 2])
}

/// The fields that local and central header share, from "version needed" to the length of the extra field.
fn common(name: &str, stated: Stated) -> io::Result<Vec<u8>> {
    let length = u16::try_from(name.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    let flags: u16 = if name.is_ascii() { 0 } else { 1 << 11 };
    let mut out = Vec::with_capacity(26);
    // Version, flags, method, time, date.
    for field in [10, flags, 0, 0, 0x0021] {
        out.extend(field.to_le_bytes());
    }
    out.extend(stated.crc.to_le_bytes());
    out.extend(stated.size.to_le_bytes());
    out.extend(stated.size.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Read;

    use super::{CrcReader, Stated, replay_zip};
    use crate::container::{Source, write_zip};

    #[test]
    fn the_replayed_bytes_are_those_of_the_written_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zip");
        let files = BTreeMap::from([("a/甲.txt", "内容"), ("a/b.txt", ""), ("z", "zzz")]);
        let sources =
            files.iter().map(|(n, t)| ((*n).to_owned(), Source::Memory(t.as_bytes().into())));
        write_zip(&path, &sources.collect()).unwrap();
        let stated = files.iter().map(|(n, t)| {
            let mut reader = CrcReader::new(t.as_bytes());
            reader.read_to_end(&mut Vec::new()).unwrap();
            ((*n).to_owned(), Stated { size: t.len() as u32, crc: reader.finish() })
        });
        let mut out = Vec::new();
        let stated: BTreeMap<_, _> = stated.collect();
        replay_zip(&stated, |n| Ok(files[n].as_bytes()), &mut out).unwrap();
        assert_eq!(out, std::fs::read(&path).unwrap());
        // A file that has another size than it had is no such ZIP.
        assert!(replay_zip(&stated, |_| Ok(&b"xx"[..]), &mut Vec::new()).is_err());
    }
}
