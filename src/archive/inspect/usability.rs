//! 可用性: what is there can be read, now and later.

use std::io::Read;

use super::{Check, Outcome, Report, Subject, USABILITY};
use crate::archive::foreign_text;
use crate::archive::profile::{FormatAllowed, profile};
use crate::archive::reader::BundleReader;
use crate::record::FileRole;

pub(super) fn checks(s: &Subject<'_>) -> Vec<Check> {
    vec![
        readable(s.reader, |path| Some(s.tree(path, LIMIT)?.map(drop))),
        Report::new("K2", USABILITY).plain(Outcome::Na, "接收入库后由索引回读检查"),
        formats(s),
        opens(s),
        long_term(s),
        environment(s),
        plain(s.reader, "data/"),
    ]
}

/// Bytes of an XML file that may be read into memory.
const LIMIT: u64 = 1 << 26;

/// K1 of a package that another program made, in whatever encoding it declares.
pub(super) fn readable_foreign(reader: &BundleReader) -> Check {
    let read = |path: &str| Some(foreign_text::parse(&reader.small(path, LIMIT)?).map(drop));
    readable(reader, read)
}

/// K1: all XML parses, without a DTD; `read` reads one file, and gives nothing where it is too large.
fn readable(reader: &BundleReader, read: impl Fn(&str) -> Option<Result<(), String>>) -> Check {
    let mut r = Report::new("K1", USABILITY);
    let mut n = 0;
    for (path, _) in reader.files() {
        let lower = path.to_lowercase();
        if !(lower.ends_with(".xml") || lower.ends_with(".xsd")) {
            continue;
        }
        n += 1;
        match read(path) {
            Some(Ok(())) => {}
            Some(Err(reason)) => r.add(path, "可读的 XML", reason),
            None => r.add(path, "可读的 XML", "过大或读不出"),
        }
    }
    r.verdict(format!("{n} 个 XML 文件可读，没有 DTD"), "XML 文件不可读")
}

/// The first bytes of a file.
fn head(reader: &BundleReader, path: &str) -> Vec<u8> {
    let mut out = Vec::new();
    if let Ok(file) = reader.open(path) {
        // What cannot be read has no head.
        let _ = file.take(1024).read_to_end(&mut out);
    }
    out
}

/// K3: formats on the list, by what the file begins with.
fn formats(s: &Subject<'_>) -> Check {
    let mut r = Report::new("K3", USABILITY);
    let mut originals = Report::new("K3", USABILITY);
    for item in &s.description.items {
        for file in &item.files {
            let path = format!("{}/{}", item.folder, file.name);
            let extension = file.name.rsplit_once('.').map_or("", |(_, e)| e).to_lowercase();
            let extension = if extension == "jpeg" { "jpg".into() } else { extension };
            let with =
                |list: &'static [FormatAllowed]| list.iter().find(|f| f.extension == extension);
            let original = with(&profile().format_original);
            let Some(format) = with(&profile().format_allowed).or(original) else {
                r.add(path, "长期保存格式", format!("扩展名 {extension} 不在允许之列"));
                continue;
            };
            if original.is_some() {
                originals.add(&path, "长期保存格式", format!("原始格式 {extension}"));
            }
            let head = head(s.reader, &path);
            if !head.starts_with(&format.magic()) {
                r.add(&path, format!("{extension} 文件"), "文件开头不是这种格式");
            } else if !file.media_type.starts_with(&format.media_type) {
                r.add(&path, &format.media_type, &file.media_type);
            }
        }
    }
    if r.evidence.is_empty() && !originals.evidence.is_empty() {
        return originals.or(Outcome::Warn, "", "有只能按原始格式保存的文件，请另存长期保存格式");
    }
    r.verdict("文件格式都在允许之列，名实相符", "文件格式不符")
}

/// K4: a PDF has a beginning and an end.
fn opens(s: &Subject<'_>) -> Check {
    let mut r = Report::new("K4", USABILITY);
    for item in &s.description.items {
        for file in item.files.iter().filter(|f| f.media_type == "application/pdf") {
            let path = format!("{}/{}", item.folder, file.name);
            let tail = s.reader.tail(&path, 64).unwrap_or_default();
            if !tail.windows(5).any(|w| w == b"%%EOF") {
                r.add(&path, "完整的 PDF", "缺少结尾");
            }
        }
    }
    r.verdict("PDF 文件首尾完整", "PDF 文件不完整")
}

/// K5: every item has a file in a long-term form.
fn long_term(s: &Subject<'_>) -> Check {
    let mut r = Report::new("K5", USABILITY);
    let mut originals = Report::new("K5", USABILITY);
    for item in &s.description.items {
        let is = |list: &[FormatAllowed], media: &str| {
            list.iter().any(|a| media.starts_with(&a.media_type))
        };
        // A text for the index keeps the words and not the page.
        let fit = item
            .files
            .iter()
            .any(|f| f.role != FileRole::Text && is(&profile().format_allowed, &f.media_type));
        if fit {
            continue;
        }
        let text = item.files.iter().any(|f| f.role == FileRole::Text);
        if item.files.iter().any(|f| is(&profile().format_original, &f.media_type)) {
            let found =
                if text { "只有原始格式和检索文本" } else { "只有原始格式" };
            originals.add(&item.folder, "至少一个长期保存格式的文件", found);
        } else {
            r.add(&item.folder, "至少一个长期保存格式的文件", "没有");
        }
    }
    if r.evidence.is_empty() && !originals.evidence.is_empty() {
        return originals.or(Outcome::Warn, "", "有的件只有原始格式，不保证长期可读");
    }
    r.verdict("每件都有长期保存格式的文件", "有的件没有长期保存格式的文件")
}

/// K6: the environment is stated.
fn environment(s: &Subject<'_>) -> Check {
    let mut r = Report::new("K6", USABILITY);
    let path = format!("data/{}", profile().names.note);
    let text = s.reader.text(&path).unwrap_or_default();
    if !text.lines().any(|l| l.strip_prefix("软硬件环境：").is_some_and(|v| !v.trim().is_empty()))
    {
        r.add(path, "有“软硬件环境”", "没有");
    }
    r.verdict("说明了软硬件环境", "没有说明软硬件环境")
}

/// K7: nothing encrypted, no archive within the archive.
pub(super) fn plain(reader: &BundleReader, within: &str) -> Check {
    const ARCHIVES: [(&[u8], &str); 5] = [
        (b"PK\x03\x04", "ZIP"),
        (b"Rar!", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b", "gzip"),
        (b"\xd0\xcf\x11\xe0", "OLE 复合文档"),
    ];
    let mut r = Report::new("K7", USABILITY);
    for (path, _) in reader.files().filter(|(p, _)| p.starts_with(within)) {
        let head = head(reader, path);
        // Documents that are ZIP or OLE inside are no packed archives.
        let extension = path.rsplit_once('.').map_or("", |(_, e)| e).to_lowercase();
        let known = profile().format_allowed.iter().chain(&profile().format_original);
        if known.filter(|f| f.extension == extension).any(|f| {
            let magic = f.magic();
            !magic.is_empty() && head.starts_with(&magic)
        }) {
            continue;
        }
        if let Some((_, name)) = ARCHIVES.iter().find(|(magic, _)| head.starts_with(magic)) {
            r.add(path, "不压缩、不嵌套", *name);
        }
    }
    r.verdict("没有加密、压缩或嵌套的包", "有压缩或嵌套的包")
}
