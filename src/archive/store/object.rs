//! OCFL 1.1 objects: one a bundle, named by its id; every version holds the whole bag.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::archive::reader::BundleReader;
use crate::container::{create_folder, sync_folder, write_atomically};
use crate::diag::{Failure, WorldError};
use crate::fixity::{digest_bytes, digest_reader};

const ROOT: &str = "0=ocfl_1.1";
const OBJECT: &str = "0=ocfl_object_1.1";
const INVENTORY: &str = "inventory.json";
const SIDECAR: &str = "inventory.json.sha256";
/// Where a version is built before it is moved into place.
const STAGING: &str = ".staging";

/// The OCFL inventory, as far as we write it.
#[derive(Serialize, Deserialize)]
struct Inventory {
    id: String,
    r#type: String,
    #[serde(rename = "digestAlgorithm")]
    algorithm: String,
    head: String,
    manifest: BTreeMap<String, Vec<String>>,
    versions: BTreeMap<String, Version>,
}

#[derive(Serialize, Deserialize)]
struct Version {
    created: String,
    message: String,
    user: User,
    state: BTreeMap<String, Vec<String>>,
}

#[derive(Serialize, Deserialize)]
struct User {
    name: String,
}

/// Makes `root` an OCFL root and clears what a crash left in staging.
pub(super) fn prepare(root: &Path) -> Result<(), Failure> {
    let mark = root.join(ROOT);
    if !mark.is_file() {
        write_atomically(&mark, |file| file.write_all(b"ocfl_1.1\n"))?;
    }
    // Staging lies beside the root: an OCFL root holds objects only.
    let staging = staging(root);
    if staging.exists() {
        fs::remove_dir_all(&staging).map_err(WorldError::while_("清理暂存区", &staging))?;
    }
    Ok(())
}

fn staging(root: &Path) -> PathBuf {
    root.parent().unwrap_or(root).join(STAGING)
}

/// The folder with the bag of one version.
pub(super) fn content(root: &Path, id: &str, version: u32) -> PathBuf {
    root.join(id).join(format!("v{version}")).join("content")
}

/// Adds the bundle as a new version of object `id` (or finds it there already); gives the version's number.
pub(super) fn add(
    root: &Path,
    id: &str,
    bundle: &BundleReader,
    created: &str,
) -> Result<u32, Failure> {
    let object = root.join(id);
    let before = read(&object)?;
    let head = before.as_ref().map_or(0, |i| i.versions.len());
    let number = u32::try_from(head + 1).unwrap_or(u32::MAX);
    let staging = staging(root);
    let version = staging.join(format!("v{number}"));
    let state = copy(bundle, &version.join("content"))
        .map_err(WorldError::while_("写入暂存区", &version))?;
    if let Some(same) =
        before.as_ref().and_then(|i| i.versions.get(&i.head)).filter(|v| v.state == state)
    {
        // The bag is there: a crash came between storing and registering it.
        let _ = &same.created;
        fs::remove_dir_all(&staging).map_err(WorldError::while_("清理暂存区", &staging))?;
        return Ok(number - 1);
    }
    let inventory = extend(before, id, number, state, created);
    let text = serde_json::to_string_pretty(&inventory)
        .map_err(|e| Failure::Bug(format!("inventory: {e}")))?
        + "\n";
    write_inventory(&version, &text)?;
    if head == 0 {
        let whole = staging.join("object");
        create_folder(&whole)?;
        fs::rename(&version, whole.join("v1")).map_err(WorldError::while_("移动", &version))?;
        write_atomically(&whole.join(OBJECT), |file| file.write_all(b"ocfl_object_1.1\n"))?;
        write_inventory(&whole, &text)?;
        fs::rename(&whole, &object).map_err(WorldError::while_("入库", &object))?;
    } else {
        let place = object.join(format!("v{number}"));
        // A version without an inventory that knows it is what a crash left.
        if place.exists() {
            fs::remove_dir_all(&place).map_err(WorldError::while_("清理", &place))?;
        }
        fs::rename(&version, &place).map_err(WorldError::while_("入库", &place))?;
        sync_folder(&object).map_err(WorldError::while_("入库", &object))?;
        write_inventory(&object, &text)?;
    }
    sync_folder(root).map_err(WorldError::while_("入库", root))?;
    let _ = fs::remove_dir_all(&staging);
    Ok(number)
}

fn read(object: &Path) -> Result<Option<Inventory>, Failure> {
    let path = object.join(INVENTORY);
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|_| {
        WorldError::while_("读懂库存清单", &path)(io::ErrorKind::InvalidData.into()).into()
    })
}

/// Copies the bag; gives digest → paths.
fn copy(bundle: &BundleReader, to: &Path) -> io::Result<BTreeMap<String, Vec<String>>> {
    let mut state: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut folders = std::collections::BTreeSet::new();
    for (path, _) in bundle.files() {
        let place = to.join(path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
            folders.insert(folder.to_path_buf());
        }
        let mut file = File::create_new(&place)?;
        io::copy(&mut bundle.open(path)?, &mut file)?;
        file.sync_all()?;
        // Digested from what lies on the disk now, not from what came in.
        let digests = digest_reader(File::open(&place)?)?;
        state.entry(digests.sha256.to_string()).or_default().push(path.to_owned());
    }
    folders.iter().try_for_each(|f| sync_folder(f))?;
    Ok(state)
}

fn extend(
    before: Option<Inventory>,
    id: &str,
    number: u32,
    state: BTreeMap<String, Vec<String>>,
    created: &str,
) -> Inventory {
    let mut inventory = before.unwrap_or_else(|| Inventory {
        id: format!("info:anjuan/{id}"),
        r#type: "https://ocfl.io/1.1/spec/#inventory".into(),
        algorithm: "sha256".into(),
        head: String::new(),
        manifest: BTreeMap::new(),
        versions: BTreeMap::new(),
    });
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
        user: User { name: "anjuan".into() },
        state,
    };
    inventory.versions.insert(name.clone(), version);
    inventory.head = name;
    inventory
}

fn write_inventory(folder: &Path, text: &str) -> Result<(), WorldError> {
    let digest = digest_bytes(text.as_bytes()).sha256;
    write_atomically(&folder.join(INVENTORY), |file| file.write_all(text.as_bytes()))?;
    write_atomically(&folder.join(SIDECAR), |file| writeln!(file, "{digest} {INVENTORY}"))
}
