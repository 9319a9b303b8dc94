//! 库存结构: whether an object is what the OCFL specification says, told from names and sizes without reading what is
//! kept in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use super::inventory::{self, Inventory};
use super::{Store, object};
use crate::archive::reader::is_bundle_id;
use crate::container::is_unfinished;
use crate::diag::{CellPlace, Diagnostic, Failure, WorldError};

/// An object as it lies there.
pub(super) struct Object {
    /// Its inventory, if there is one that can be read.
    pub(super) inventory: Option<Inventory>,
    /// Content files of all versions by path from the object's folder, with their sizes.
    pub(super) files: BTreeMap<String, u64>,
    /// What is wrong.
    pub(super) findings: Vec<Diagnostic>,
}

/// A finding about a file of the archive.
pub(super) fn about(finding: Diagnostic, path: &Path) -> Diagnostic {
    finding.in_cell(CellPlace { file: path.display().to_string(), cell: String::new() })
}

/// What lies in a folder: names in order, with what each is.
pub(super) fn names(folder: &Path) -> Result<Vec<(String, fs::FileType)>, WorldError> {
    let world = || WorldError::while_("读取文件夹", folder);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(world()(e)),
    };
    let mut out = Vec::new();
    for entry in entries {
        let entry = entry.map_err(world())?;
        let kind = entry.file_type().map_err(world())?;
        out.push((entry.file_name().to_string_lossy().into_owned(), kind));
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(out)
}

/// A file that has no business where it lies.
pub(super) fn stray(path: &Path, name: &str) -> Diagnostic {
    if is_unfinished(name) {
        let words = "写到一半的临时文件，是写入中断留下的";
        return about(Diagnostic::warning("B-02", words), path)
            .hint("用 anjuan doctor --repair 清除；它从未被登记，清除不丢内容。");
    }
    about(Diagnostic::warning("B-03", "不属于档案库的文件"), path)
        .hint("查明来历后移出档案库；程序不会自行删除。")
}

/// The objects of the store by name, and what else lies there.
pub(super) fn objects(store: &Store) -> Result<(Vec<String>, Vec<Diagnostic>), Failure> {
    let root = store.objects();
    let mut ids = Vec::new();
    let mut findings = Vec::new();
    for (name, kind) in names(&root)? {
        let path = root.join(&name);
        if kind.is_dir() && is_bundle_id(&name) {
            ids.push(name);
        } else if ![object::ROOT, "ocfl_layout.json", "extensions"].contains(&name.as_str()) {
            findings.push(stray(&path, &name));
        }
    }
    if !root.join(object::ROOT).is_file() && !ids.is_empty() {
        let words = "缺少 OCFL 库的声明文件";
        findings.push(about(Diagnostic::error("B-09", words), &root.join(object::ROOT)));
    }
    Ok((ids, findings))
}

/// Looks at object `id`.
pub(super) fn examine(store: &Store, id: &str) -> Result<Object, Failure> {
    let folder = store.objects().join(id);
    let mut out = Object { inventory: None, files: BTreeMap::new(), findings: Vec::new() };
    let bad = |words: String, path: &Path| {
        about(Diagnostic::error("B-09", words), path)
            .hint("用 anjuan doctor --repair 试修；修不了的从备份恢复这个对象的文件夹。")
    };
    let mut versions = BTreeSet::new();
    for (name, kind) in names(&folder)? {
        let number = name.strip_prefix('v').and_then(|n| n.parse::<u32>().ok());
        match number {
            Some(n) if kind.is_dir() => drop(versions.insert(n)),
            _ if [inventory::OBJECT, inventory::INVENTORY, inventory::SIDECAR, "logs"]
                .contains(&name.as_str()) => {}
            _ => out.findings.push(stray(&folder.join(&name), &name)),
        }
    }
    let declaration = folder.join(inventory::OBJECT);
    if fs::read_to_string(&declaration).ok().as_deref() != Some(inventory::OBJECT_TEXT) {
        out.findings.push(bad("缺少 OCFL 对象的声明文件，或内容不对".into(), &declaration));
    }
    let list = folder.join(inventory::INVENTORY);
    let Ok(Some(read)) = inventory::read(&folder) else {
        out.findings.push(bad("缺少库存清单，或读不懂".into(), &list));
        return Ok(out);
    };
    if !sound_sidecar(&folder) {
        out.findings.push(bad("库存清单与它的摘要文件不符".into(), &list));
    }
    if read.id != format!("info:anjuan/{id}") {
        out.findings.push(bad(format!("库存清单写的是 {}，不是这个对象", read.id), &list));
    }
    let newest = read.newest();
    if newest == 0 || versions != (1..=newest).collect() {
        let words = format!("库存清单写到 {}，文件夹里的版本与之不符", read.head);
        out.findings.push(bad(words, &folder));
    }
    for n in &versions {
        let version = folder.join(format!("v{n}"));
        if !sound_sidecar(&version) {
            let words = "版本内的库存清单缺失，或与摘要不符".into();
            out.findings.push(bad(words, &version.join(inventory::INVENTORY)));
        }
        walk(&folder, &format!("v{n}/content"), &mut out)?;
    }
    if fs::read(folder.join(format!("v{newest}")).join(inventory::INVENTORY)).ok()
        != fs::read(&list).ok()
    {
        out.findings.push(bad("库存清单与最新版本内的不一致".into(), &list));
    }
    compare(&folder, &read, &mut out);
    out.inventory = Some(read);
    Ok(out)
}

/// Whether the inventory in `folder` is there and has the digest that its sidecar says.
pub(super) fn sound_sidecar(folder: &Path) -> bool {
    let Ok(text) = fs::read(folder.join(inventory::INVENTORY)) else { return false };
    let sidecar = fs::read_to_string(folder.join(inventory::SIDECAR)).unwrap_or_default();
    sidecar == inventory::sidecar(&text)
}

/// Files under `under`, links told and never followed.
fn walk(folder: &Path, under: &str, out: &mut Object) -> Result<(), Failure> {
    let mut todo = vec![under.to_owned()];
    while let Some(dir) = todo.pop() {
        for (name, kind) in names(&folder.join(&dir))? {
            let path = format!("{dir}/{name}");
            let place = folder.join(&path);
            if kind.is_dir() {
                todo.push(path);
            } else if kind.is_file() {
                let size = fs::symlink_metadata(&place).map_or(0, |m| m.len());
                out.files.insert(path, size);
            } else {
                let finding = Diagnostic::error("B-12", "库内有链接或设备，不是普通文件");
                out.findings.push(about(finding, &place).hint("查明来历；从备份恢复原来的文件。"));
            }
        }
    }
    Ok(())
}

/// Files against the inventory's manifest, both ways; every state's digests within the manifest.
fn compare(folder: &Path, read: &Inventory, out: &mut Object) {
    let listed: BTreeSet<&str> = read.manifest.values().flatten().map(String::as_str).collect();
    for path in listed.iter().filter(|p| !out.files.contains_key(**p)) {
        let finding = Diagnostic::error("B-11", "库存清单里的文件不见了");
        out.findings.push(
            about(finding, &folder.join(path))
                .hint("从备份恢复这个文件，再运行 anjuan fixity 复核。"),
        );
    }
    for path in out.files.keys().filter(|p| !listed.contains(p.as_str())) {
        let finding = Diagnostic::error("B-12", "库存清单里没有的文件");
        out.findings
            .push(about(finding, &folder.join(path)).hint("查明来历后移出；程序不会自行删除。"));
    }
    for (name, version) in &read.versions {
        if let Some(digest) = version.state.keys().find(|d| !read.manifest.contains_key(*d)) {
            let words = format!("版本 {name} 用到的摘要 {digest} 不在清单里");
            let finding = Diagnostic::error("B-09", words);
            out.findings.push(about(finding, &folder.join(inventory::INVENTORY)));
        }
    }
}
