//! The register: one line an accession, each with the SHA-256 of the line before.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Accession;
use crate::container::sync_folder;
use crate::diag::{Failure, WorldError};
use crate::fixity::{Digest, digest_bytes};

/// A line read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Line {
    /// Counts from 1.
    pub(super) seq: u64,
    /// SHA-256 of the line before, without its line feed; zeros for the first.
    pub(super) prev: Digest,
    #[serde(flatten)]
    pub(super) accession: Accession,
}

/// The end of the register: what a new line hangs on.
#[derive(Clone, Debug)]
pub(super) struct Tail {
    /// The last line's text, without its line feed.
    pub(super) text: String,
    /// The last line.
    pub(super) line: Line,
}

/// Lines with their texts.
pub(super) type Lines = Vec<(String, Line)>;

/// Longest line that is looked for at the end of the register.
const LONGEST: u64 = 64 * 1024;
/// What the first line hangs on.
pub(super) const NOTHING: Digest = Digest([0; 32]);

/// All accessions; a broken chain is an error, not a guess.
pub(super) fn read(path: &Path) -> Result<Vec<Accession>, Failure> {
    let (lines, broken) = chain(&text(path)?);
    if let Some(n) = broken {
        return Err(broken_at(path, n).into());
    }
    Ok(lines.into_iter().map(|(_, line)| line.accession).collect())
}

/// The register's text; empty if there is none.
pub(super) fn text(path: &Path) -> Result<String, WorldError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(WorldError::while_("读取登记簿", path)(e)),
    }
}

/// The lines of `text` as far as the chain holds, each with its text, and the number of the line that breaks it.
/// A last line without its end was never acknowledged and does not count.
pub(super) fn chain(text: &str) -> (Lines, Option<usize>) {
    let mut out = Vec::new();
    let mut prev = NOTHING;
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let Some(body) = line.strip_suffix('\n') else { break };
        let parsed: Option<Line> = serde_json::from_str(body).ok();
        let Some(line) = parsed.filter(|l| l.prev == prev && l.seq == i as u64 + 1) else {
            return (out, Some(i + 1));
        };
        prev = digest_bytes(body.as_bytes()).sha256;
        out.push((body.to_owned(), line));
    }
    (out, None)
}

fn broken_at(path: &Path, line: usize) -> WorldError {
    let reason = format!("接收登记簿第 {line} 行与前一行的摘要对不上，登记簿可能被改动");
    WorldError::while_("核对登记簿", path)(io::Error::new(io::ErrorKind::InvalidData, reason))
}

/// The last line, read from the end: a reception does not read the whole register.
pub(super) fn tail(path: &Path) -> Result<Option<Tail>, Failure> {
    let text = end(path, LONGEST)?;
    // A line without its end was never acknowledged.
    let whole = text.rfind('\n').map_or("", |at| &text[..at]);
    let Some(last) = whole.rsplit('\n').next().filter(|l| !l.is_empty()) else { return Ok(None) };
    match serde_json::from_str::<Line>(last) {
        Ok(line) => Ok(Some(Tail { text: last.to_owned(), line })),
        Err(_) => Err(broken_at(path, text.lines().count()).into()),
    }
}

/// The lines after the first `count`, read from the end, the chain among them proved; none if the register does
/// not reach so far, or if `last` is not the number of the `count`-th.
pub(super) fn since(
    path: &Path,
    (count, last): (u64, &str),
) -> Result<Option<Vec<Accession>>, Failure> {
    let newest = tail(path)?.map_or(0, |t| t.line.seq);
    let Some(new) = newest.checked_sub(count) else { return Ok(None) };
    let text = end(path, LONGEST.saturating_mul(new + 1))?;
    let whole = text.rfind('\n').map_or("", |at| &text[..at]);
    let wanted = usize::try_from(new + u64::from(count > 0)).unwrap_or(usize::MAX);
    let mut lines: Vec<&str> = whole.rsplit('\n').take(wanted).collect();
    lines.reverse();
    let mut out = Vec::new();
    let mut before: Option<&str> = None;
    for (i, body) in lines.into_iter().enumerate().filter(|(_, l)| !l.is_empty()) {
        let parsed: Option<Line> = serde_json::from_str(body).ok();
        let expected = before.map(|b| digest_bytes(b.as_bytes()).sha256);
        let sound =
            |l: &Line| expected.or((count == 0).then_some(NOTHING)).is_none_or(|d| d == l.prev);
        let Some(line) = parsed.filter(sound) else {
            let at = usize::try_from(count).unwrap_or(0) + i + usize::from(count == 0);
            return Err(broken_at(path, at).into());
        };
        before = Some(body);
        if line.seq == count && line.accession.number != last {
            return Ok(None);
        }
        if line.seq > count {
            out.push(line.accession);
        }
    }
    Ok(Some(out))
}

/// The last `most` bytes of the register, from the first whole line on.
fn end(path: &Path, most: u64) -> Result<String, WorldError> {
    let world = || WorldError::while_("读取登记簿", path);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(e) => return Err(world()(e)),
    };
    let from = file.metadata().map_err(world())?.len().saturating_sub(most);
    file.seek(SeekFrom::Start(from)).map_err(world())?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(world())?;
    if from > 0 {
        let first = bytes.iter().position(|b| *b == b'\n').map_or(bytes.len(), |i| i + 1);
        bytes.drain(..first);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Where a last line that a crash left without its end begins; none if the register ends as it should.
pub(super) fn torn(path: &Path) -> Result<Option<u64>, WorldError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(WorldError::while_("读取登记簿", path)(e)),
    };
    let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    Ok((whole != bytes.len()).then_some(whole as u64))
}

/// Cuts off a last line that a crash left without its end.
pub(super) fn repair(path: &Path) -> Result<(), WorldError> {
    let whole = ends_well(path).map_err(WorldError::while_("读取登记簿", path))?;
    if whole {
        return Ok(());
    }
    let Some(length) = torn(path)? else { return Ok(()) };
    cut(path, length).map_err(WorldError::while_("修复登记簿", path))
}

/// Whether the register is empty or ends with a line feed; reads one byte.
fn ends_well(path: &Path) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(e) => return Err(e),
    };
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn cut(path: &Path, length: u64) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    file.set_len(length)?;
    file.sync_all()
}

/// The line that registers `accession` after `last`.
pub(super) fn line(last: Option<&Tail>, accession: &Accession) -> Result<String, Failure> {
    let line = Line {
        seq: last.map_or(0, |t| t.line.seq) + 1,
        prev: last.map_or(NOTHING, |t| digest_bytes(t.text.as_bytes()).sha256),
        accession: accession.clone(),
    };
    serde_json::to_string(&line).map_err(|e| Failure::Bug(format!("register: {e}")))
}

/// Adds a line; it is on disk when this returns, wholly or not at all.
pub(super) fn append(path: &Path, line: &str) -> Result<(), WorldError> {
    let write = || -> io::Result<()> {
        let mut file = File::options().create(true).append(true).open(path)?;
        let length = file.metadata()?.len();
        let written = file.write_all(format!("{line}\n").as_bytes()).and_then(|()| file.sync_all());
        if let Err(error) = written {
            // What cannot be cut off now is cut off when the store is opened next.
            let _ = file.set_len(length);
            return Err(error);
        }
        path.parent().map_or(Ok(()), sync_folder)
    };
    write().map_err(WorldError::while_("写入登记簿", path))
}
