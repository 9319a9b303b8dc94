//! 本机字体: the faces that offices have (方正小标宋, 仿宋 …), found by the names in their files.
//!
//! Only the table of names of each file is read until one is chosen.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use ttf_parser::{Permissions, PlatformId, name, name_id};
use typst::foundations::Bytes;
use typst::text::Font;

use super::faces::Face;
use crate::fixity::digest_bytes;

/// Folders within folders.
const DEPTH: usize = 6;
/// Faces in one collection file.
const FACES: u32 = 64;
/// A table of names is never longer; a damaged file may say anything.
const NAMES_BYTES: u32 = 1 << 20;

/// Which face of which file bears which names.
pub(super) struct Index(Vec<Entry>);

struct Entry {
    path: PathBuf,
    index: u32,
    /// Family, full and PostScript names, in small letters.
    names: Vec<String>,
}

impl Index {
    /// Reads the names of every font file under `folders`, in their order, then by path. A folder or a
    /// file that cannot be read is passed over: machines are full of them.
    pub(super) fn scan(folders: &[PathBuf]) -> Self {
        let mut files = Vec::new();
        folders.iter().for_each(|folder| walk(folder, DEPTH, &mut files));
        let mut entries = Vec::new();
        for path in files {
            for (index, names) in names_of(&path).unwrap_or_default() {
                entries.push(Entry { path: path.clone(), index, names });
            }
        }
        Self(entries)
    }

    /// The face that bears the first of `names` that any bears and that may be embedded.
    pub(super) fn load(&self, names: &[String]) -> Option<Face> {
        names.iter().map(|name| name.to_lowercase()).find_map(|name| {
            self.0.iter().filter(|entry| entry.names.contains(&name)).find_map(load)
        })
    }
}

fn load(entry: &Entry) -> Option<Face> {
    let bytes = fs::read(&entry.path).ok()?;
    let sha256 = digest_bytes(&bytes).sha256;
    let embeddable = ttf_parser::Face::parse(&bytes, entry.index)
        .is_ok_and(|face| face.permissions() != Some(Permissions::Restricted));
    if !embeddable {
        return None;
    }
    let font = Font::new(Bytes::new(bytes), entry.index)?;
    let file = entry.path.file_name()?.to_string_lossy().into_owned();
    Some(Face::new(font, file, sha256, true))
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if depth > 0 {
                walk(&path, depth - 1, files);
            }
        } else if path.extension().and_then(|e| e.to_str()).is_some_and(|e| {
            ["ttf", "otf", "ttc", "otc"].iter().any(|known| e.eq_ignore_ascii_case(known))
        }) {
            files.push(path);
        }
    }
}

/// The names of each face in a file.
fn names_of(path: &Path) -> io::Result<Vec<(u32, Vec<String>)>> {
    let mut file = File::open(path)?;
    let mut starts = vec![0];
    let mut tag = [0; 4];
    file.read_exact(&mut tag)?;
    if &tag == b"ttcf" {
        file.seek(SeekFrom::Start(8))?;
        let count = number(&mut file)?.min(FACES);
        starts = (0..count).map(|_| number(&mut file)).collect::<io::Result<_>>()?;
    }
    let mut out = Vec::new();
    for (index, start) in (0..).zip(starts) {
        if let Some(table) = name_table(&mut file, start)? {
            out.push((index, names(&table)));
        }
    }
    Ok(out)
}

fn number(file: &mut File) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_be_bytes(bytes))
}

fn name_table(file: &mut File, start: u32) -> io::Result<Option<Vec<u8>>> {
    file.seek(SeekFrom::Start(u64::from(start) + 4))?;
    let mut count = [0; 2];
    file.read_exact(&mut count)?;
    file.seek(SeekFrom::Start(u64::from(start) + 12))?;
    for _ in 0..u16::from_be_bytes(count) {
        let tag = number(file)?.to_be_bytes();
        let (_sum, offset, length) = (number(file)?, number(file)?, number(file)?);
        if &tag == b"name" {
            let mut table = vec![0; usize::try_from(length.min(NAMES_BYTES)).unwrap_or_default()];
            file.seek(SeekFrom::Start(u64::from(offset)))?;
            file.read_exact(&mut table)?;
            return Ok(Some(table));
        }
    }
    Ok(None)
}

fn names(table: &[u8]) -> Vec<String> {
    const WANTED: [u16; 4] = [
        name_id::FAMILY,
        name_id::FULL_NAME,
        name_id::POST_SCRIPT_NAME,
        name_id::TYPOGRAPHIC_FAMILY,
    ];
    let Some(table) = name::Table::parse(table) else { return Vec::new() };
    let mut out: Vec<String> = table
        .names
        .into_iter()
        .filter(|name| WANTED.contains(&name.name_id))
        .filter_map(|name| match name.platform_id {
            // Macintosh Roman: its ASCII half.
            PlatformId::Macintosh if name.name.is_ascii() => {
                Some(String::from_utf8_lossy(name.name).into_owned())
            }
            _ => name.to_string(),
        })
        .map(|name| name.trim().to_lowercase())
        .collect();
    out.sort();
    out.dedup();
    out
}
