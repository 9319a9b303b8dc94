//! Attachments beside the data file: safe paths, files there, sizes and digests as stated (A-01 to A-03, P-05).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::check::{Findings, Subject};
use super::near;
use super::schema::{MODEL, Rule};
use super::tree::{Node, Value, child};
use crate::diag::Diagnostic;
use crate::fixity::{Digest, DigestSet, digest_each, digest_reader};

/// The entity that stands for a file.
const FILE: &str = "FileRef";

/// Digests of files by the path that the case writes.
pub type Digests = BTreeMap<String, DigestSet>;

/// Checks every file that the case names, in order of the file; gives the digests of those that could be read.
#[must_use]
pub fn check(subject: Subject<'_>, dir: &Path) -> (Vec<Diagnostic>, Digests) {
    let mut findings = Findings::new(subject.source);
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let digests = all(subject, dir);
    let mut desk = Desk { dir, listings: BTreeMap::new(), digests };
    if let Some(top) = MODEL.root() {
        walk(subject.root, top, "", &mut |node, pointer| {
            desk.check(node, pointer, &mut findings);
        });
    }
    (findings.into_list(), desk.digests)
}

/// The digests of what can be read without more ado, each file read once, the largest first over all cores. What is left is for
/// [`Desk::check`], which says why.
fn all(subject: Subject<'_>, dir: &Path) -> Digests {
    let desk = Desk { dir, listings: BTreeMap::new(), digests: BTreeMap::new() };
    let mut files = BTreeMap::new();
    if let Some(top) = MODEL.root() {
        walk(subject.root, top, "", &mut |node, _| {
            let path = node.get("path").and_then(Node::text).filter(|path| safe(path).is_ok());
            let Some(path) = path.filter(|path| !path.is_empty()) else { return };
            let file = dir.join(path);
            if let Ok(meta) = fs::metadata(&file)
                && meta.is_file()
                && !desk.escapes(&file)
            {
                files.insert(path.to_owned(), meta.len());
            }
        });
    }
    let open = |path: &String| File::open(dir.join(path));
    digest_each(files.into_iter().collect(), open).unwrap_or_default()
}

fn walk(node: &Node, rule: &Rule, pointer: &str, each: &mut dyn FnMut(&Node, &str)) {
    if rule.entity.as_deref() == Some(FILE) {
        each(node, pointer);
        return;
    }
    let rule = MODEL.resolve(rule);
    match &node.value {
        Value::Map(entries) => {
            for (key, value) in entries {
                if let Some(field) = rule.field(&key.text) {
                    walk(value, &field.rule, &child(pointer, &key.text), each);
                }
            }
        }
        Value::Seq(items) => {
            if let Some(inner) = &rule.items {
                for (i, item) in items.iter().enumerate() {
                    walk(item, inner, &child(pointer, &i.to_string()), each);
                }
            }
        }
        Value::Scalar(_) | Value::Opaque => {}
    }
}

/// The folder of the case; what was listed and read once is kept.
struct Desk<'a> {
    dir: &'a Path,
    listings: BTreeMap<PathBuf, Vec<String>>,
    digests: Digests,
}

impl Desk<'_> {
    fn check(&mut self, node: &Node, pointer: &str, findings: &mut Findings<'_>) {
        let Some(place) = node.get("path") else { return };
        let Some(path) = place.text().filter(|path| !path.is_empty()) else { return };
        let at = child(pointer, "path");
        if let Err(why) = safe(path) {
            let finding =
                Diagnostic::error("A-03", format!("附件路径“{}”不能用：{why}", near::short(path)))
                    .hint("写相对于数据文件所在文件夹的路径，如 attachments/现场照片.jpg。");
            findings.add(finding, &place.span, &at);
            return;
        }
        let file = self.dir.join(path);
        let Ok(meta) = fs::metadata(&file) else {
            let mut finding = Diagnostic::error("A-01", format!("附件不存在：{path}"));
            if findings.wants_suggestions() {
                finding = finding.hint(self.similar(path));
            }
            findings.add(finding, &place.span, &at);
            return;
        };
        if !meta.is_file() {
            let message = format!("附件应为一个文件，这里是文件夹：{path}");
            findings.add(Diagnostic::error("A-01", message), &place.span, &at);
            return;
        }
        if self.escapes(&file) {
            let message = format!("附件路径“{path}”经链接指到了数据文件夹之外");
            let finding = Diagnostic::error("A-03", message).hint("把文件本身复制到数据文件夹里。");
            findings.add(finding, &place.span, &at);
            return;
        }
        match self.digest(path, &file) {
            Ok(actual) => compare(node, pointer, &actual, findings),
            Err(error) => {
                let message = format!("附件读不出来：{path}（{error}）");
                let finding =
                    Diagnostic::error("A-01", message).hint("看看文件是否正被别的程序占用。");
                findings.add(finding, &place.span, &at);
            }
        }
    }

    fn digest(&mut self, path: &str, file: &Path) -> io::Result<DigestSet> {
        if let Some(known) = self.digests.get(path) {
            return Ok(*known);
        }
        let digest = File::open(file).and_then(digest_reader)?;
        self.digests.insert(path.to_owned(), digest);
        Ok(digest)
    }

    fn escapes(&self, file: &Path) -> bool {
        match (fs::canonicalize(self.dir), fs::canonicalize(file)) {
            (Ok(dir), Ok(file)) => !file.starts_with(dir),
            _ => true,
        }
    }

    /// A hint that names a file of a similar name in the same folder.
    fn similar(&mut self, path: &str) -> String {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let dir = self.dir.join(folder);
        if !dir.is_dir() {
            return format!("文件夹 {folder} 不存在；附件放在数据文件所在的文件夹里。");
        }
        let names = self.listings.entry(dir).or_insert_with_key(|dir| listing(dir));
        let composed: String = name.nfc().collect();
        let same = names.iter().find(|n| n.nfc().eq(composed.chars()));
        let near = same
            .map(String::as_str)
            .or_else(|| near::nearest(name, names.iter().map(String::as_str)));
        match near {
            Some(near) if folder.is_empty() => format!("文件夹里有“{near}”，是不是它？"),
            Some(near) => format!("文件夹里有“{folder}/{near}”，是不是它？"),
            None => "把文件放到这个位置，或者改正路径。".to_owned(),
        }
    }
}

fn listing(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn compare(node: &Node, pointer: &str, actual: &DigestSet, findings: &mut Findings<'_>) {
    if let Some(place) = node.get("size")
        && let Some(size) = place.integer()
        && u64::try_from(size).is_ok_and(|size| size != actual.size)
    {
        let message = format!("附件大小不符：登记 {size} 字节，实际 {} 字节", actual.size);
        let finding = Diagnostic::error("A-02", message)
            .hint(format!("核对附件是不是登记的那一份；确认无误后改成 size: {}。", actual.size));
        findings.add(finding, &place.span, &child(pointer, "size"));
    }
    if let Some(place) = node.get("sha256")
        && let Some(stated) = place.text().and_then(Digest::parse)
        && stated != actual.sha256
    {
        let message = format!("附件的校验值不符：登记 {stated}，实际 {}", actual.sha256);
        let finding = Diagnostic::error("P-05", message).hint(
            "附件登记以后被改动过或换成了另一份：换回原件；确认要用这一份的，按实际值改 sha256 和 size。",
        );
        findings.add(finding, &place.span, &child(pointer, "sha256"));
    }
}

/// Whether `path` stays within the folder and means the same file on every system.
fn safe(path: &str) -> Result<(), &'static str> {
    if path.contains('\\') {
        return Err("用了反斜杠 \\，应为 /");
    }
    if path.starts_with('/') || path.get(1..2) == Some(":") {
        return Err("是绝对路径");
    }
    if path.contains("..") {
        return Err("含有“..”");
    }
    if path.chars().any(char::is_control) {
        return Err("含有看不见的控制字符");
    }
    if path.split('/').any(|part| part.is_empty() || part == ".") {
        return Err("有空的一段，或者有“.”");
    }
    if !path.nfc().eq(path.chars()) {
        return Err("文件名的编码不是规范形式（Unicode NFC），请重新输入文件名");
    }
    let plain = Path::new(path).components().all(|c| matches!(c, Component::Normal(_)));
    if plain { Ok(()) } else { Err("不是相对路径") }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn paths() {
        for good in ["attachments/e-001_现场.txt", "a.txt", "附件/照 片 1.jpg"] {
            assert_eq!(safe(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "/etc/passwd",
            "../a",
            "a/../../b",
            r"a\b",
            "C:/a",
            "a//b",
            "./a",
            "a/",
            "a\0b",
            "e\u{301}.txt",
        ] {
            assert!(safe(bad).is_err(), "{bad:?}");
        }
    }
}
