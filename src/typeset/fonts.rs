//! 字库: the fonts a manifest lists, each checked against its digest, and the roles they play.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Deserialize;
use typst::foundations::Bytes;
use typst::text::Font;

use super::faces::{Face, FaceSet, Role};
use super::office;
use crate::diag::{Diagnostic, Failure, SourceFile, Span, WorldError};
use crate::fixity::{Digest, digest_bytes};

/// `fonts.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    font: Vec<Entry>,
    #[serde(default)]
    role: Vec<RoleEntry>,
}

/// What one of the standard's faces is set in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleEntry {
    /// Name in the style.
    name: String,
    /// Name for people.
    title: String,
    /// Files, the role's own first, then those that lend what it lacks.
    faces: Vec<toml::Spanned<String>>,
    /// Names of faces that offices have on their machines, best first.
    #[serde(default)]
    office: Vec<String>,
}

/// One font file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Family name as styles write it.
    family: String,
    /// File in the same folder.
    file: toml::Spanned<String>,
    /// SHA-256 of the file.
    sha256: toml::Spanned<String>,
    /// Licence, for people.
    #[serde(rename = "licence")]
    _licence: String,
    /// Where it comes from and what it is used for, for people.
    #[serde(rename = "note", default)]
    _note: String,
}

/// Reads the manifest and every font in it; all that is wrong is said at once.
pub(super) fn load(dir: &Path) -> Result<FaceSet, Failure> {
    let (faces, roles) = read_all(dir)?;
    Ok(FaceSet { faces, roles: roles.into_iter().map(|(role, _)| role).collect() })
}

/// The same with the faces of this machine first: for each role the first of its office faces that is found
/// in `folders`. What was found, and what was not, is said as notes.
pub(super) fn load_with_office(
    dir: &Path,
    folders: &[PathBuf],
) -> Result<(FaceSet, Vec<Diagnostic>), Failure> {
    let (mut faces, mut roles) = read_all(dir)?;
    let index = office::Index::scan(folders);
    let mut findings = Vec::new();
    // The house's face of a role → the machine's that stands before it wherever it is named.
    let mut before: Vec<(usize, usize)> = Vec::new();
    for (role, names) in &roles {
        let Some(&own) = role.faces.first() else { continue };
        match index.load(names) {
            Some(face) => {
                let shown = format!("{}（{}，SHA-256 {}）", face.family(), face.file, face.sha256);
                findings.push(Diagnostic::note("F-02", format!("{}用本机的 {shown}", role.title)));
                before.push((own, faces.len()));
                faces.push(face);
            }
            None if names.is_empty() => {}
            None => {
                let family = faces.get(own).map(Face::family).unwrap_or_default();
                let message = format!("{}：本机没有可用的字体，用字库的 {family}", role.title);
                let hint = format!("找过：{}。", names.join("、"));
                findings.push(Diagnostic::note("F-02", message).hint(hint));
            }
        }
    }
    for (role, _) in &mut roles {
        // Also where the house's face only lends: 西文 in a line of 仿宋.
        role.faces = role
            .faces
            .iter()
            .enumerate()
            .flat_map(|(i, &n)| {
                let lent = |own: usize| faces.get(own).is_some_and(|f| f.em_top.is_none());
                let mine = before.iter().find(|(own, _)| *own == n && (i == 0 || lent(n)));
                mine.map(|(_, office)| *office).into_iter().chain([n])
            })
            .collect();
    }
    Ok((FaceSet { faces, roles: roles.into_iter().map(|(role, _)| role).collect() }, findings))
}

type Roles = Vec<(Role, Vec<String>)>;

fn read_all(dir: &Path) -> Result<(Vec<Face>, Roles), Failure> {
    let path = dir.join("fonts.toml");
    let text = fs::read_to_string(&path).map_err(WorldError::while_("读取字库清单", &path))?;
    let source = SourceFile::new(path.display().to_string(), text);
    let manifest: Manifest = match toml::from_str(source.text()) {
        Ok(manifest) => manifest,
        Err(e) => {
            let finding = Diagnostic::error("K-08", format!("字库清单有误：{}", e.message()))
                .at(Span::new(&source, e.span().unwrap_or(0..0)))
                .hint("每种字体一节 [[font]]，写明 family、file、sha256、licence。");
            return Err(Failure::Faulty(vec![finding]));
        }
    };
    // Digests of tens of megabytes: the files are independent, their order is the manifest's.
    let read: Vec<_> = manifest.font.par_iter().map(|entry| read(dir, entry)).collect();
    let mut faces = Vec::new();
    let mut findings = Vec::new();
    for outcome in read {
        match outcome {
            Ok(read) => faces.extend(read),
            Err(fault) => {
                let place = Span::new(&source, fault.at);
                let mut finding = Diagnostic::error("K-08", fault.message).at(place);
                finding.hints.extend(fault.hint);
                findings.push(finding);
            }
        }
    }
    let mut roles = Vec::new();
    for entry in manifest.role {
        let mut numbers = Vec::new();
        for file in &entry.faces {
            match faces.iter().position(|face: &Face| &face.file == file.get_ref()) {
                Some(number) => numbers.push(number),
                // A file that could not be read has been named already.
                None if manifest.font.iter().any(|f| f.file.get_ref() == file.get_ref()) => {}
                None => {
                    let message = format!("{}用的文件“{}”不在清单中", entry.title, file.get_ref());
                    let place = Span::new(&source, file.span());
                    findings.push(Diagnostic::error("K-08", message).at(place));
                }
            }
        }
        let role = Role { name: entry.name, title: entry.title, faces: numbers };
        roles.push((role, entry.office));
    }
    if findings.is_empty() { Ok((faces, roles)) } else { Err(Failure::Faulty(findings)) }
}

/// What is wrong with one entry.
struct Fault {
    message: String,
    at: Range<usize>,
    hint: Option<String>,
}

fn read(dir: &Path, entry: &Entry) -> Result<Vec<Face>, Fault> {
    let file = entry.file.get_ref();
    if file.contains(['/', '\\']) || file.starts_with('.') {
        let message = format!("字体文件“{file}”须在字库文件夹内");
        return Err(Fault { message, at: entry.file.span(), hint: None });
    }
    let Some(expected) = Digest::parse(entry.sha256.get_ref()) else {
        let message = format!("字体文件“{file}”的 sha256 须为 64 位十六进制数");
        return Err(Fault { message, at: entry.sha256.span(), hint: None });
    };
    let bytes = fs::read(dir.join(file)).map_err(|e| Fault {
        message: format!("读不到字体文件“{file}”：{e}"),
        at: entry.file.span(),
        hint: Some(format!("放入 SHA-256 为 {expected} 的文件。")),
    })?;
    let found = digest_bytes(&bytes).sha256;
    if found != expected {
        return Err(Fault {
            message: format!("字体文件“{file}”与清单不符：应为 {expected}，实为 {found}"),
            at: entry.sha256.span(),
            hint: Some("换回清单所记的文件；字体确已更换的，更新清单并重新核对版面。".to_owned()),
        });
    }
    let faces: Vec<Font> = Font::iter(Bytes::new(bytes)).collect();
    let families: Vec<&str> = faces.iter().map(|f| f.info().family.as_str()).collect();
    if !families.contains(&entry.family.as_str()) {
        let named = families.join("、");
        let message = format!("字体文件“{file}”的字体名是“{named}”，清单写作“{}”", entry.family);
        return Err(Fault { message, at: entry.file.span(), hint: None });
    }
    Ok(faces.into_iter().map(|font| Face::new(font, file.clone(), found, false)).collect())
}
