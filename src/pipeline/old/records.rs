//! 件: what of an old file goes into a bundle, and the bundle's number.

use super::describe::Candidate;
use crate::fixity::{Digest, digest_bytes};
use crate::record::{Content, FileRole, Record, RecordFile};

/// 归档包编号 from what is in it: the same files give the same.
pub(super) fn bundle_id(fonds: &str, year: u16, members: &[Candidate]) -> String {
    let mut lines: Vec<String> =
        members.iter().map(|c| c.file.digests.sha256.to_string()).collect();
    lines.sort();
    let digest = digest_bytes(lines.join("\n").as_bytes()).sha256.to_string().to_uppercase();
    format!("JD-{fonds}-{year}-{}", digest.get(..12).unwrap_or_default())
}

/// The record of a file: the original bytes, the text for the index beside them, the attachments.
pub(super) fn record(c: &Candidate, id: &str, title: &str) -> Option<Record> {
    let mut metadata = c.metadata.clone()?;
    metadata.case_id = id.to_owned();
    metadata.case_title = title.to_owned();
    let mut files = vec![RecordFile {
        role: FileRole::Main,
        name: c.kept_name.clone(),
        media_type: c.media_type.clone(),
        pages: Some(metadata.pages),
        digests: c.file.digests,
        content: Content::File(c.file.path.clone()),
    }];
    // A text that is UTF-8 is its own text.
    let note = metadata.provenance.as_ref().and_then(|p| p.text.as_ref());
    let plain = c.media_type == "text/plain"
        && note.is_some_and(|n| n.encoding.as_deref() == Some("UTF-8"));
    if let Some(text) = c.text.as_ref().filter(|_| !plain) {
        let bytes = format!("{text}\n").into_bytes();
        files.push(RecordFile {
            role: FileRole::Text,
            name: free("检索文本.txt", &files),
            media_type: "text/plain; charset=utf-8".into(),
            pages: None,
            digests: digest_bytes(&bytes),
            content: Content::Memory(bytes.into()),
        });
    }
    for (file, media) in &c.attachments {
        files.push(RecordFile {
            role: FileRole::Attachment,
            name: free(&file.name, &files),
            media_type: media.clone(),
            pages: None,
            digests: file.digests,
            content: Content::File(file.path.clone()),
        });
    }
    Some(Record { metadata, files })
}

/// A name that no other file of the record has.
fn free(name: &str, files: &[RecordFile]) -> String {
    let used = |n: &str| files.iter().any(|f| f.name.to_lowercase() == n.to_lowercase());
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let numbered = (2..).map(|n| format!("{stem}（{n}）.{ending}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|n| !used(n)).unwrap_or_default()
}

/// Two files of one content are not allowed in a bundle (Z9): a text that is there already is left out, the index
/// reads it from the original.
pub(super) fn unique_texts(records: &mut [Record]) {
    let mut seen: Vec<Digest> = records
        .iter()
        .flat_map(|r| &r.files)
        .filter(|f| f.role != FileRole::Text)
        .map(|f| f.digests.sha256)
        .collect();
    for record in records {
        record.files.retain(|file| {
            let new = file.role != FileRole::Text || !seen.contains(&file.digests.sha256);
            if file.role == FileRole::Text {
                seen.push(file.digests.sha256);
            }
            new
        });
    }
}
