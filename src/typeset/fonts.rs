//! 字库: the fonts a manifest lists, each checked against its digest.

use std::fs;
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;
use serde::Deserialize;
use typst::foundations::Bytes;
use typst::text::Font;

use crate::diag::{Diagnostic, Failure, SourceFile, Span, WorldError};
use crate::fixity::{Digest, digest_bytes};

/// `fonts.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    font: Vec<Entry>,
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
pub(super) fn load(dir: &Path) -> Result<Vec<Font>, Failure> {
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
    let mut fonts = Vec::new();
    let mut findings = Vec::new();
    for outcome in read {
        match outcome {
            Ok(faces) => fonts.extend(faces),
            Err(fault) => {
                let place = Span::new(&source, fault.at);
                let mut finding = Diagnostic::error("K-08", fault.message).at(place);
                finding.hints.extend(fault.hint);
                findings.push(finding);
            }
        }
    }
    if findings.is_empty() { Ok(fonts) } else { Err(Failure::Faulty(findings)) }
}

/// What is wrong with one entry.
struct Fault {
    message: String,
    at: Range<usize>,
    hint: Option<String>,
}

fn read(dir: &Path, entry: &Entry) -> Result<Vec<Font>, Fault> {
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
    Ok(faces)
}
