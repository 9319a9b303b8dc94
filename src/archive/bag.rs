//! BagIt tag files (RFC 8493): written and read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::fixity::Digest;

/// Names of the tag files.
pub(super) const DECLARATION: &str = "bagit.txt";
pub(super) const INFO: &str = "bag-info.txt";
pub(super) const MANIFEST: &str = "manifest-sha256.txt";
pub(super) const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
pub(super) const DESCRIPTION: &str = "metadata/bundle.json";
pub(super) const SM3_SUMS: &str = "metadata/sm3sums.txt";
/// Content of `bagit.txt`.
pub(super) const DECLARATION_TEXT: &str =
    "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Lines `<digest>  <path>` in order of path.
pub(super) fn sums(lines: &BTreeMap<String, Digest>) -> String {
    let mut out = String::new();
    for (path, digest) in lines {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{digest}  {path}");
    }
    out
}

/// More lines than a bundle can have entries: such a list is not read to its end.
const MOST_LINES: usize = 65_535;

/// Reads such lines; a line that is none is told in words, and so is a spelling that [`sums`] does not write.
pub(super) fn read_sums(text: &str) -> (BTreeMap<String, Digest>, Vec<String>) {
    let mut out = BTreeMap::new();
    let mut faults = Vec::new();
    for (i, line) in text.lines().enumerate() {
        if i == MOST_LINES {
            faults.push(format!("多于 {MOST_LINES} 行，一个包里没有这么多文件"));
            break;
        }
        let parsed = line.split_once("  ").and_then(|(d, p)| Some((Digest::parse(d)?, p)));
        match parsed {
            Some((digest, path)) => {
                if out.insert(path.to_owned(), digest).is_some() {
                    faults.push(format!("第 {} 行重复列出 {path}", i + 1));
                }
            }
            None => faults.push(format!("第 {} 行不是“摘要  路径”", i + 1)),
        }
    }
    // One content has one spelling: a list that was only respelled was touched all the same.
    if faults.is_empty() && sums(&out) != text {
        faults.push("写法不规范：摘要用小写，按路径排序，每行以换行结束".to_owned());
    }
    (out, faults)
}

/// Reads `key: value` lines.
pub(super) fn read_info(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(k, v)| (k.trim().to_owned(), v.trim().to_owned()))
        .collect()
}
