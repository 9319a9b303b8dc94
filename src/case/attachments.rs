//! 附件: the files beside the case are there, of the size and digest that the case says (P-05).

use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use unicode_normalization::is_nfc;

use super::structure::nearest;
use super::tree::{Node, Tree, step};
use crate::diag::{Diagnostic, SourceFile, Span};
use crate::fixity::digest_reader;

/// Findings about every `file` in the case; `dir` is the folder of the case file.
pub(super) fn check(source: &Arc<SourceFile>, root: &Node, dir: &Path) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut todo = vec![(root, String::new())];
    while let Some((node, path)) = todo.pop() {
        match &node.value {
            Tree::Map(entries) => {
                for (key, child) in entries {
                    let path = format!("{path}/{}", step(&key.name));
                    if key.name == "file" && child.get("path").is_some() {
                        out.extend(file(source, child, &path, dir));
                    } else {
                        todo.push((child, path));
                    }
                }
            }
            Tree::Seq(items) => {
                todo.extend(items.iter().enumerate().map(|(i, n)| (n, format!("{path}/{i}"))));
            }
            _ => {}
        }
    }
    out
}

fn file(source: &Arc<SourceFile>, node: &Node, path: &str, dir: &Path) -> Option<Diagnostic> {
    let place = node.get("path")?;
    let name = place.text()?;
    let say = |code: &'static str, message: String, at: &Node, field: &str| {
        Diagnostic::error(code, message)
            .at(Span::new(source, at.range.clone()))
            .path(format!("{path}/{field}"))
    };
    let Some(full) = safe(name, dir) else {
        let message = format!("附件路径“{name}”不安全或不规范");
        return Some(say("A-03", message, place, "path").hint(
            "路径从数据文件所在的文件夹写起，用 / 分隔，不能用 ..、绝对路径、反斜杠，也不能指到文件夹之外。",
        ));
    };
    let Ok(metadata) = fs::metadata(&full) else {
        let finding = say("A-01", format!("附件“{name}”不存在"), place, "path");
        return Some(match similar(&full, dir) {
            Some(near) => finding.hint(format!("是否应为“{near}”？")),
            None => finding.hint("请把文件放到这个位置，或改正路径。"),
        });
    };
    if !metadata.is_file() {
        return Some(
            say("A-01", format!("附件“{name}”不是文件"), place, "path").hint("请改为文件的路径。"),
        );
    }
    if let Some(size) = node.get("size")
        && let Tree::Int(wanted) = size.value
        && u64::try_from(wanted).ok() != Some(metadata.len())
    {
        let message =
            format!("附件“{name}”的大小不符：登记为 {wanted} 字节，实际为 {} 字节", metadata.len());
        return Some(say("A-02", message, size, "size").hint(
            "文件可能被改过或放错了。请换回原件；若确认新文件无误，请更新 size 和 sha256。",
        ));
    }
    let wanted = node.get("sha256")?;
    let digests = match File::open(&full).and_then(digest_reader) {
        Ok(digests) => digests,
        Err(error) => {
            let message = format!("附件“{name}”无法读取：{error}");
            return Some(say("A-01", message, place, "path").hint("请检查文件权限和磁盘。"));
        }
    };
    let found = digests.sha256.to_string();
    if wanted.text() == Some(found.as_str()) {
        return None;
    }
    let message = format!(
        "附件“{name}”的 SHA-256 不符：登记为 {}，实际为 {found}",
        wanted.text().unwrap_or_default()
    );
    Some(say("P-05", message, wanted, "sha256").hint(
        "文件内容与登记时不同。请换回原件；若确认新文件无误，请更新 sha256。",
    ))
}

/// The file's place, if `name` is a plain relative path that stays within `dir`, links included.
fn safe(name: &str, dir: &Path) -> Option<PathBuf> {
    let plain = Path::new(name).components().all(|c| matches!(c, Component::Normal(_)));
    let clean = !name.is_empty() && !name.contains('\\') && is_nfc(name)
        && !name.chars().any(char::is_control);
    if !plain || !clean {
        return None;
    }
    let full = dir.join(name);
    match (full.canonicalize(), dir.canonicalize()) {
        (Ok(real), Ok(home)) => real.starts_with(home).then_some(full),
        // A file that is not there cannot lead astray.
        _ => Some(full),
    }
}

/// A file beside the missing one with nearly its name.
fn similar(missing: &Path, dir: &Path) -> Option<String> {
    let folder = missing.parent()?;
    let wanted = missing.file_name()?.to_str()?;
    let mut names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .filter_map(|e| e.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    let near = nearest(wanted, names.iter().map(String::as_str))?;
    let near = folder.join(near);
    Some(near.strip_prefix(dir).ok()?.to_string_lossy().into_owned())
}
