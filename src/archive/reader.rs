//! A bundle to be inspected: a ZIP behind the gate, or an unpacked folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::container::{CanonicalZip, Entry, Refusal, Source, name_fault, open_zip};
use crate::diag::WorldError;

/// Files of the bag by path from its root.
pub(super) struct BundleReader {
    /// Name of the bag's folder.
    pub(super) name: String,
    files: BTreeMap<String, Place>,
    zip: Option<CanonicalZip>,
    /// What is wrong with names, links and the like.
    pub(super) faults: Vec<Refusal>,
}

enum Place {
    Zip(Entry),
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
        if *top.get_or_insert_with(|| folder.to_owned()) != folder {
            return Ok(Err(refuse("一个 ZIP 里只能有一个归档包文件夹")));
        }
        files.insert(rest.to_owned(), Place::Zip(entry.clone()));
    }
    let Some(name) = top else {
        return Ok(Err(Refusal { name: String::new(), reason: "归档包是空的".into() }));
    };
    Ok(Ok(BundleReader { name, files, zip: Some(zip), faults: Vec::new() }))
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
    Ok(BundleReader { name: name.unwrap_or_default(), files, zip: None, faults })
}

impl BundleReader {
    /// Paths and sizes, in order of path.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.files.iter().map(|(name, place)| {
            let size = match place {
                Place::Zip(entry) => entry.size,
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
            Place::Disk(_, size) => *size,
        })
    }

    /// A stream of a file's bytes.
    pub(super) fn open(&self, path: &str) -> io::Result<Box<dyn Read>> {
        match (self.files.get(path), &self.zip) {
            (Some(Place::Disk(path, _)), _) => Ok(Box::new(File::open(path)?)),
            (Some(Place::Zip(entry)), Some(zip)) => Ok(Box::new(zip.read(entry)?)),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// A file, to be copied into another bundle.
    pub(super) fn source(&self, path: &str) -> Option<Source> {
        match (self.files.get(path)?, &self.zip) {
            (Place::Disk(path, _), _) => Some(Source::File(path.clone())),
            (Place::Zip(entry), Some(zip)) => Some(zip.source(entry)),
            (Place::Zip(_), None) => None,
        }
    }

    /// A small file's bytes; none if it is not there or larger than `limit`.
    pub(super) fn small(&self, path: &str, limit: u64) -> Option<Vec<u8>> {
        if self.size(path)? > limit {
            return None;
        }
        let mut out = Vec::new();
        self.open(path).ok()?.take(limit).read_to_end(&mut out).ok()?;
        Some(out)
    }

    /// A small file's text.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.small(path, 64 * 1024 * 1024)?).ok()
    }
}
