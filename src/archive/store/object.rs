//! OCFL 1.1 objects: one a bundle, named by its id; every version holds the whole bag in a folder of its own and,
//! beside it, the papers of its reception.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::inventory::{self, Inventory, State, User, Version};
use super::papers::Papers;
use crate::archive::reader::BundleReader;
use crate::container::{create_folder, sync_folder, write_through};
use crate::diag::{Failure, WorldError};
use crate::fixity::digest_reader;

/// The declaration of an OCFL root.
pub(super) const ROOT: &str = "0=ocfl_1.1";
/// Where a version is built before it is moved into place; beside the root, which holds objects only.
pub(super) const STAGING: &str = ".staging";
const PENDING: &str = "pending.json";

/// 接收中: the version that is being moved into place. While this lies in staging, the reception is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) object: String,
    pub(super) version: u32,
}

/// Makes `root` an OCFL root.
pub(super) fn prepare(staging: &Path, root: &Path) -> Result<(), Failure> {
    let mark = root.join(ROOT);
    if mark.is_file() {
        return Ok(());
    }
    create_folder(root)?;
    write_through(staging, &mark, |f| f.write_all(b"ocfl_1.1\n"))?;
    Ok(())
}

/// What was under way when the last writer ended, if anything.
pub(super) fn pending(staging: &Path) -> Option<Pending> {
    serde_json::from_str(&fs::read_to_string(staging.join(PENDING)).ok()?).ok()
}

/// Empties staging.
pub(super) fn clear(staging: &Path) -> Result<(), WorldError> {
    match fs::remove_dir_all(staging) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            Err(WorldError::while_("清理暂存区", staging)(e))
        }
        _ => Ok(()),
    }
}

/// The folder with the content of one version.
pub(super) fn content(root: &Path, id: &str, version: u32) -> PathBuf {
    root.join(id).join(format!("v{version}")).join("content")
}

/// The folder with the bag of one version.
pub(super) fn bag(root: &Path, id: &str, version: u32) -> PathBuf {
    content(root, id, version).join(id)
}

/// The version that a bundle of object `id` would become.
pub(super) fn next(root: &Path, id: &str) -> Result<u32, Failure> {
    Ok(inventory::read(&root.join(id))?.map_or(0, |i| i.newest()) + 1)
}

/// Adds the bundle with its papers as version `number` of object `id`. What lies in staging afterwards is for
/// [`clear`] once the reception is over.
pub(super) fn add(
    staging: &Path,
    root: &Path,
    (id, number): (&str, u32),
    bundle: &BundleReader,
    papers: &Papers,
    (created, sender): (&str, &str),
) -> Result<(), Failure> {
    let object = root.join(id);
    let before = inventory::read(&object)?;
    let version = staging.join(format!("v{number}"));
    let content = version.join("content");
    let state =
        copy(bundle, id, papers, &content).map_err(WorldError::while_("写入暂存区", &content))?;
    let inventory = extend(before, id, number, state, (created, sender));
    let text = inventory.text()?;
    inventory::write(staging, &version, &text)?;
    let pending = Pending { object: id.into(), version: number };
    let line = serde_json::to_string(&pending).map_err(|e| Failure::Bug(e.to_string()))?;
    let move_ =
        |from: &Path, to: &Path| fs::rename(from, to).map_err(WorldError::while_("入库", to));
    if number == 1 {
        let whole = staging.join("object");
        create_folder(&whole)?;
        move_(&version, &whole.join("v1"))?;
        let declaration = inventory::OBJECT_TEXT.as_bytes();
        write_through(staging, &whole.join(inventory::OBJECT), |f| f.write_all(declaration))?;
        inventory::write(staging, &whole, &text)?;
        write_through(staging, &staging.join(PENDING), |f| f.write_all(line.as_bytes()))?;
        move_(&whole, &object)?;
    } else {
        write_through(staging, &staging.join(PENDING), |f| f.write_all(line.as_bytes()))?;
        move_(&version, &object.join(format!("v{number}")))?;
        sync_folder(&object).map_err(WorldError::while_("入库", &object))?;
        inventory::write(staging, &object, &text)?;
    }
    sync_folder(root).map_err(WorldError::while_("入库", root))?;
    Ok(())
}

/// Makes the root inventory of an object that of its newest version, which is in place.
pub(super) fn settle(staging: &Path, object: &Path, version: u32) -> Result<(), WorldError> {
    let path = object.join(format!("v{version}")).join(inventory::INVENTORY);
    let text = fs::read_to_string(&path).map_err(WorldError::while_("读取库存清单", &path))?;
    let there = fs::read_to_string(object.join(inventory::INVENTORY)).unwrap_or_default();
    let sidecar = fs::read_to_string(object.join(inventory::SIDECAR)).unwrap_or_default();
    if there == text && sidecar == inventory::sidecar(text.as_bytes()) {
        return Ok(());
    }
    create_folder(staging)?;
    inventory::write(staging, object, &text)
}

/// Copies the bag and its papers; gives digest → paths.
fn copy(bundle: &BundleReader, id: &str, papers: &Papers, to: &Path) -> io::Result<State> {
    let mut state = State::new();
    let mut folders = BTreeSet::new();
    let mut put = |path: String, from: &mut dyn io::Read| -> io::Result<()> {
        let place = to.join(&path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
            // A folder that holds only folders must last, too.
            let inside = folder.ancestors().take_while(|f| f.starts_with(to));
            folders.extend(inside.map(Path::to_path_buf));
        }
        let mut file = File::create_new(&place)?;
        io::copy(from, &mut file)?;
        file.sync_all()?;
        // Digested from what lies on the disk now, not from what came in.
        let digest = digest_reader(File::open(&place)?)?.sha256;
        state.entry(digest.to_string()).or_default().push(path);
        Ok(())
    };
    for (path, _) in bundle.files() {
        put(format!("{id}/{path}"), &mut bundle.open(path)?)?;
    }
    for (path, bytes) in papers.files() {
        put(path, &mut bytes.as_slice())?;
    }
    folders.iter().rev().try_for_each(|f| sync_folder(f))?;
    to.parent().map_or(Ok(()), sync_folder)?;
    state.values_mut().for_each(|paths| paths.sort());
    Ok(state)
}

fn extend(
    before: Option<Inventory>,
    id: &str,
    number: u32,
    state: State,
    (created, sender): (&str, &str),
) -> Inventory {
    let mut inventory = before.unwrap_or_else(|| Inventory::new(id));
    let name = format!("v{number}");
    for (digest, paths) in &state {
        let places = inventory.manifest.entry(digest.clone()).or_default();
        places.extend(paths.iter().map(|p| format!("{name}/content/{p}")));
    }
    let version = Version {
        created: created.into(),
        message: if number == 1 {
            "接收".into()
        } else {
            format!("第 {number} 次移交（更正）")
        },
        user: User { name: sender.into() },
        state,
    };
    inventory.versions.insert(name.clone(), version);
    inventory.head = name;
    inventory
}
