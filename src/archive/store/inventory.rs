//! 库存清单: the OCFL 1.1 inventory of an object, read and written.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::container::write_through;
use crate::diag::{Failure, WorldError};
use crate::fixity::digest_bytes;

/// Names within an object.
pub(super) const OBJECT: &str = "0=ocfl_object_1.1";
pub(super) const INVENTORY: &str = "inventory.json";
pub(super) const SIDECAR: &str = "inventory.json.sha256";
/// Content of the object's declaration.
pub(super) const OBJECT_TEXT: &str = "ocfl_object_1.1\n";

/// Digest → paths.
pub(super) type State = BTreeMap<String, Vec<String>>;

/// The OCFL inventory, as far as we write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Inventory {
    pub(super) id: String,
    pub(super) r#type: String,
    #[serde(rename = "digestAlgorithm")]
    pub(super) algorithm: String,
    pub(super) head: String,
    pub(super) manifest: State,
    pub(super) versions: BTreeMap<String, Version>,
}

/// One version of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) created: String,
    pub(super) message: String,
    pub(super) user: User,
    pub(super) state: State,
}

/// Who made a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) name: String,
}

impl Inventory {
    /// An inventory without versions.
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: format!("info:anjuan/{id}"),
            r#type: "https://ocfl.io/1.1/spec/#inventory".into(),
            algorithm: "sha256".into(),
            head: String::new(),
            manifest: State::new(),
            versions: BTreeMap::new(),
        }
    }

    /// The number of its newest version.
    pub(super) fn newest(&self) -> u32 {
        self.head.strip_prefix('v').and_then(|n| n.parse().ok()).unwrap_or_default()
    }

    /// Its form on disk.
    pub(super) fn text(&self) -> Result<String, Failure> {
        let text = serde_json::to_string_pretty(self);
        Ok(text.map_err(|e| Failure::Bug(format!("inventory: {e}")))? + "\n")
    }
}

/// The inventory in `folder`; none if there is none.
pub(super) fn read(folder: &Path) -> Result<Option<Inventory>, WorldError> {
    let path = folder.join(INVENTORY);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(WorldError::while_("读取库存清单", &path)(e)),
    };
    serde_json::from_str(&text).map(Some).map_err(|_| {
        WorldError::while_("读懂库存清单", &path)(io::ErrorKind::InvalidData.into())
    })
}

/// What the sidecar of an inventory must say.
pub(super) fn sidecar(text: &[u8]) -> String {
    format!("{} {INVENTORY}\n", digest_bytes(text).sha256)
}

/// Writes an inventory and its sidecar into `folder`, by way of `staging`.
pub(super) fn write(staging: &Path, folder: &Path, text: &str) -> Result<(), WorldError> {
    write_through(staging, &folder.join(INVENTORY), |f| f.write_all(text.as_bytes()))?;
    let line = sidecar(text.as_bytes());
    write_through(staging, &folder.join(SIDECAR), |f| f.write_all(line.as_bytes()))
}
