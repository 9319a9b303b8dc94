//! A bundle to be inspected: a ZIP behind the gate, or an unpacked folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::container::{
    CanonicalZip, Entry, LooseEntry, LooseZip, Refusal, Source, name_fault, open_loose, open_zip,
};
use crate::diag::WorldError;

/// Files of the bag by path from its root.
pub(super) struct BundleReader {
    /// Name of the bag's folder.
    pub(super) name: String,
    files: BTreeMap<String, Place>,
    zip: Option<CanonicalZip>,
    loose: Option<LooseZip>,
    /// What is wrong with names, links and the like.
    pub(super) faults: Vec<Refusal>,
    /// The first failure of the system at reading the ZIP: no verdict may be built on what could not be read.
    trouble: Mutex<Option<io::Error>>,
}

enum Place {
    Zip(Entry),
    Loose(LooseEntry),
    Disk(PathBuf, u64),
}

/// More files than this are no bundle (a guard against folders chosen by mistake).
const MAX_FILES: usize = 200_000;

/// Opens the bundle at `path`; the inner error says why it cannot be looked into at all.
pub(super) fn open(path: &Path) -> Result<Result<BundleReader, Refusal>, WorldError> {
    if path.is_dir() {
        return folder(path).map(Ok);
    }
    let zip = match open_zip(path)? {
        Ok(zip) => zip,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut files = BTreeMap::new();
    let mut top: Option<String> = None;
    for entry in zip.entries() {
        let refuse = |reason: &str| Refusal { name: entry.name.clone(), reason: reason.into() };
        let Some((folder, rest)) = entry.name.split_once('/') else {
            return Ok(Err(refuse("文件不在归档包的文件夹里")));
        };
        if !is_bundle_id(folder) {
            return Ok(Err(refuse(
                "归档包文件夹的名称只能是大写字母、数字和“-”，不超过 64 个字符",
            )));
        }
        if *top.get_or_insert_with(|| folder.to_owned()) != folder {
            return Ok(Err(refuse("一个 ZIP 里只能有一个归档包文件夹")));
        }
        files.insert(rest.to_owned(), Place::Zip(entry.clone()));
    }
    let Some(name) = top else {
        return Ok(Err(Refusal { name: String::new(), reason: "归档包是空的".into() }));
    };
    Ok(Ok(BundleReader {
        name,
        files,
        zip: Some(zip),
        loose: None,
        faults: Vec::new(),
        trouble: Mutex::default(),
    }))
}

/// Opens a ZIP of another program; what would make a canonical ZIP unsafe is a fault here too.
pub(super) fn open_foreign(path: &Path) -> Result<Result<BundleReader, Refusal>, WorldError> {
    let zip = match open_loose(path)? {
        Ok(zip) => zip,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // One folder that holds everything is the package; else the ZIP itself is.
    let tops: BTreeSet<&str> =
        zip.entries().iter().map(|e| e.name.split_once('/').map_or("", |(top, _)| top)).collect();
    let top = match (tops.len(), tops.first()) {
        (1, Some(top)) if !top.is_empty() => format!("{top}/"),
        _ => String::new(),
    };
    let mut files = BTreeMap::new();
    let mut faults = Vec::new();
    let mut folded = BTreeSet::new();
    for entry in zip.entries() {
        let name = entry.name.strip_prefix(&top).unwrap_or(&entry.name).to_owned();
        if let Some(reason) = name_fault(&name) {
            faults.push(Refusal { name: name.clone(), reason: reason.into() });
        }
        if !folded.insert(name.to_lowercase()) {
            let reason = "文件名重复，或只有大小写之别".to_owned();
            faults.push(Refusal { name: name.clone(), reason });
        }
        files.insert(name, Place::Loose(entry.clone()));
    }
    let stem = path.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let name = if top.is_empty() { stem } else { top.trim_end_matches('/').to_owned() };
    Ok(Ok(BundleReader {
        name,
        files,
        zip: None,
        loose: Some(zip),
        faults,
        trouble: Mutex::default(),
    }))
}

/// Whether `name` can be the number of a bundle, which becomes the name of a folder in the store.
pub(super) fn is_bundle_id(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

fn folder(root: &Path) -> Result<BundleReader, WorldError> {
    let mut files = BTreeMap::new();
    let mut faults = Vec::new();
    let mut todo = vec![(root.to_path_buf(), String::new())];
    while let Some((dir, prefix)) = todo.pop() {
        let entries = fs::read_dir(&dir).map_err(WorldError::while_("读取文件夹", &dir))?;
        for entry in entries {
            let entry = entry.map_err(WorldError::while_("读取文件夹", &dir))?;
            let path = entry.path();
            let part = entry.file_name().to_string_lossy().into_owned();
            let name = format!("{prefix}{part}");
            let fault = |reason: &str| Refusal { name: name.clone(), reason: reason.into() };
            // The link itself is looked at, never what it points to.
            let metadata =
                fs::symlink_metadata(&path).map_err(WorldError::while_("读取", &path))?;
            if metadata.is_dir() {
                todo.push((path, format!("{name}/")));
            } else if !metadata.is_file() {
                faults.push(fault("不是普通文件（链接或设备）"));
            } else {
                if let Some(reason) = name_fault(&name) {
                    faults.push(fault(reason));
                }
                files.insert(name, Place::Disk(path, metadata.len()));
            }
            if files.len() > MAX_FILES {
                faults.push(Refusal {
                    name: String::new(),
                    reason: format!("文件多于 {MAX_FILES} 个"),
                });
                todo.clear();
                break;
            }
        }
    }
    let name =
        root.canonicalize().ok().and_then(|p| Some(p.file_name()?.to_string_lossy().into_owned()));
    faults.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(BundleReader {
        name: name.unwrap_or_default(),
        files,
        zip: None,
        loose: None,
        faults,
        trouble: Mutex::default(),
    })
}

impl BundleReader {
    /// Name of the bag's folder where it says something, within a ZIP; a folder on a disk may bear any (RFC 8493 2).
    pub(super) fn packed_name(&self) -> Option<&str> {
        let packed = self.zip.is_some() || self.loose.is_some();
        packed.then_some(self.name.as_str())
    }

    /// Paths and sizes, in order of path.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.files.iter().map(|(name, place)| {
            let size = match place {
                Place::Zip(entry) => entry.size,
                Place::Loose(entry) => entry.size,
                Place::Disk(_, size) => *size,
            };
            (name.as_str(), size)
        })
    }

    /// Whether there is a file of that path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Its size, if it is there.
    pub(super) fn size(&self, path: &str) -> Option<u64> {
        self.files.get(path).map(|place| match place {
            Place::Zip(entry) => entry.size,
            Place::Loose(entry) => entry.size,
            Place::Disk(_, size) => *size,
        })
    }

    /// A stream of a file's bytes.
    pub(super) fn open(&self, path: &str) -> io::Result<Box<dyn Read>> {
        match (self.files.get(path), &self.zip) {
            (Some(Place::Disk(path, _)), _) => Ok(Box::new(File::open(path)?)),
            (Some(Place::Zip(entry)), Some(zip)) => Ok(Box::new(zip.read(entry)?)),
            (Some(Place::Loose(entry)), _) => match &self.loose {
                Some(zip) => Ok(Box::new(io::Cursor::new(zip.read(entry)?))),
                None => Err(io::ErrorKind::NotFound.into()),
            },
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// As [`BundleReader::open`]; of a ZIP the checksum in the headers is held against what was read, at its end.
    pub(super) fn open_checked(&self, path: &str) -> io::Result<Box<dyn Read>> {
        match (self.files.get(path), &self.zip) {
            (Some(Place::Zip(entry)), Some(zip)) => Ok(Box::new(zip.read_checked(entry)?)),
            _ => self.open(path),
        }
    }

    /// The last `most` bytes of a file.
    pub(super) fn tail(&self, path: &str, most: u64) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        match (self.files.get(path), &self.zip) {
            (Some(Place::Zip(entry)), Some(zip)) => return zip.tail(entry, most),
            (Some(Place::Disk(path, size)), _) => {
                let mut file = File::open(path)?;
                file.seek(io::SeekFrom::Start(size.saturating_sub(most)))?;
                file.take(most).read_to_end(&mut out)?;
            }
            (Some(Place::Loose(entry)), _) => {
                let skip = entry.size.saturating_sub(most);
                let mut stream = self.open(path)?;
                io::copy(&mut stream.by_ref().take(skip), &mut io::sink())?;
                stream.take(most).read_to_end(&mut out)?;
            }
            _ => return Err(io::ErrorKind::NotFound.into()),
        }
        Ok(out)
    }

    /// Where a file's bytes are, for copying them into another ZIP.
    pub(super) fn source(&self, path: &str) -> io::Result<Source> {
        match (self.files.get(path), &self.zip) {
            (Some(Place::Disk(path, _)), _) => Ok(Source::File(path.clone())),
            (Some(Place::Zip(entry)), Some(zip)) => Ok(zip.source(entry)),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// A small file's bytes; none if it is not there or larger than `limit`.
    pub(super) fn small(&self, path: &str, limit: u64) -> Option<Vec<u8>> {
        if self.size(path)? > limit {
            return None;
        }
        let mut out = Vec::new();
        match self.open(path).and_then(|file| file.take(limit).read_to_end(&mut out)) {
            Ok(_) => Some(out),
            Err(error) => {
                // A content that contradicts itself is for the checks; a disk that fails is not.
                if self.zip.is_some() && error.raw_os_error().is_some() {
                    self.trouble.lock().ok()?.get_or_insert(error);
                }
                None
            }
        }
    }

    /// What the system failed at, if anything, since this was last asked.
    pub(super) fn trouble(&self) -> io::Result<()> {
        let trouble = self.trouble.lock().ok().and_then(|mut first| first.take());
        trouble.map_or(Ok(()), Err)
    }

    /// A small file's text.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.small(path, 64 * 1024 * 1024)?).ok()
    }
}
