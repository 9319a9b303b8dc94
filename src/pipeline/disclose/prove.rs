//! 核查公开件: what was withheld is looked for in every file, by two readers that share nothing, in pages, metadata,
//! attachments, bookmarks, alternative texts, decoded streams and file names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::case;
use crate::diag::{CellPlace, Diagnostic, Failure, WorldError};
use crate::disclose::Needles;
use crate::pdf;
use crate::pipeline::Settings;

/// 泄漏: one withheld string in one place of a file; the string itself is not told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Leak {
    /// Path of the file within the folder.
    pub file: String,
    /// Where in it.
    pub place: String,
    /// Name of the sort.
    pub sort: String,
    /// The string, masked.
    pub masked: String,
}

impl Leak {
    /// D-04.
    #[must_use]
    pub fn finding(&self) -> Diagnostic {
        let message = format!("公开件里留有不公开的内容：{} {}", self.sort, self.masked);
        Diagnostic::error("D-04", message)
            .in_cell(CellPlace { file: self.file.clone(), cell: self.place.clone() })
            .hint(
                "不要公开这个文件；原文见 disclose --list 写出的清单。改正来源后重新生成，再核查。",
            )
    }
}

/// 核查结果.
#[derive(Debug, Default)]
pub struct Proof {
    /// Files looked at.
    pub files: usize,
    /// Strings looked for.
    pub strings: usize,
    /// What was found, by file and place.
    pub leaks: Vec<Leak>,
    /// What could not be looked into: file, why.
    pub opaque: Vec<(String, String)>,
    /// Files with pictures, which only a person can look at, and how many.
    pub pictures: Vec<(String, usize)>,
}

impl Proof {
    /// Everything that speaks against publishing, and what a person has to see.
    #[must_use]
    pub fn findings(&self) -> Vec<Diagnostic> {
        let at = |file: &String| CellPlace { file: file.clone(), cell: String::new() };
        let opaque = self.opaque.iter().map(|(file, why)| {
            Diagnostic::error("D-05", format!("看不透，不能证明没有泄漏：{why}"))
                .in_cell(at(file))
                .hint("由数据重新生成这个文件；不要用别的软件另存或加密。")
        });
        let pictures = self.pictures.iter().map(|(file, count)| {
            Diagnostic::warning("D-06", format!("有 {count} 幅图片，里面的文字程序读不了"))
                .in_cell(at(file))
                .hint("请人逐幅看过，确认没有人脸、号码、门牌等。")
        });
        self.leaks.iter().map(Leak::finding).chain(opaque).chain(pictures).collect()
    }

    /// Whether the files may be published as far as a program can tell.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.leaks.is_empty() && self.opaque.is_empty() && self.files > 0
    }
}

/// Looks for what is withheld of the case at `case` in every file under `dir`.
///
/// # Errors
/// [`Failure::Refused`] for state secrets (P-08); what cannot be read.
pub fn prove_disclosed(settings: &Settings, dir: &Path, case: &Path) -> Result<Proof, Failure> {
    let case = case::load(case)?.value;
    let secrets = case::state_secrets(&case);
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    let needles = super::public(settings, &case)?.needles();
    let mut proof = Proof { strings: needles.count(), ..Proof::default() };
    for path in walk(dir)? {
        let bytes = fs::read(&path).map_err(WorldError::while_("读取公开件", &path))?;
        let name = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().into_owned();
        let one = look(&name, &bytes, &needles);
        proof.files += 1;
        proof.leaks.extend(one.leaks);
        proof.opaque.extend(one.opaque);
        proof.pictures.extend(one.pictures);
    }
    Ok(proof)
}

/// The files under a folder, in order; links are files too, and looked at.
fn walk(dir: &Path) -> Result<Vec<PathBuf>, WorldError> {
    let fault = || WorldError::while_("读取公开件的目录", dir);
    let mut out = Vec::new();
    for entry in fs::read_dir(dir).map_err(fault())? {
        let path = entry.map_err(fault())?.path();
        if path.is_dir() && !path.is_symlink() {
            out.extend(walk(&path)?);
        } else {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}

/// Looks into one file.
pub(super) fn look(name: &str, bytes: &[u8], needles: &Needles) -> Proof {
    let mut eye = Eye { name, needles, leaks: BTreeSet::new(), proof: Proof::default() };
    eye.text("文件名", name);
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if bytes.starts_with(b"%PDF-") || ending == "pdf" {
        eye.pdf(bytes);
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        eye.png(bytes);
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        eye.text("正文", text);
    } else {
        eye.bytes("内容", bytes);
        eye.opaque("不是 PDF、PNG 或 UTF-8 文本");
    }
    let Eye { leaks, mut proof, .. } = eye;
    proof.leaks = leaks.into_iter().collect();
    proof
}

struct Eye<'a> {
    name: &'a str,
    needles: &'a Needles,
    leaks: BTreeSet<Leak>,
    proof: Proof,
}

impl Eye<'_> {
    fn text(&mut self, place: &str, text: &str) {
        let found = self.needles.within(text);
        self.found(place, &found);
    }

    fn bytes(&mut self, place: &str, bytes: &[u8]) {
        let found = self.needles.within_bytes(bytes);
        self.found(place, &found);
    }

    fn found(&mut self, place: &str, found: &[&crate::disclose::Needle]) {
        self.leaks.extend(found.iter().map(|needle| Leak {
            file: self.name.to_owned(),
            place: place.to_owned(),
            sort: needle.sort.clone(),
            masked: needle.masked(),
        }));
    }

    fn opaque(&mut self, why: &str) {
        let entry = (self.name.to_owned(), why.to_owned());
        if !self.proof.opaque.contains(&entry) {
            self.proof.opaque.push(entry);
        }
    }

    fn pdf(&mut self, bytes: &[u8]) {
        match pdf::read(bytes.to_vec()) {
            Ok(sheets) => {
                for (i, sheet) in sheets.iter().enumerate() {
                    let cells = sheet.runs.iter().flat_map(|r| &r.cells);
                    let text: String = cells.map(|c| c.text.as_str()).collect();
                    self.text(&format!("正文第{}面", i + 1), &text);
                }
            }
            Err(_) => self.opaque("页面读不了"),
        }
        let inner = pdf::inner(bytes);
        for (place, text) in &inner.texts {
            self.text(place, text);
        }
        for (place, part) in &inner.bytes {
            self.bytes(place, part);
        }
        for why in &inner.opaque {
            self.opaque(why);
        }
        if inner.pictures > 0 {
            self.proof.pictures.push((self.name.to_owned(), inner.pictures));
        }
    }

    /// A picture of a page made here is as good as the page; what else its file carries is not.
    fn png(&mut self, bytes: &[u8]) {
        let mut at = 8;
        while let Some(head) = bytes.get(at..at + 8) {
            let (length, kind) = head.split_at(4);
            let length = length.iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
            let end = at.saturating_add(12).saturating_add(length);
            if matches!(kind, b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf") {
                self.bytes("图片的文字信息", bytes.get(at + 8..end).unwrap_or_default());
                self.opaque("图片带有文字信息");
            }
            at = end;
        }
        if at < bytes.len() {
            self.opaque("图片后面还有数据");
        }
    }
}
