//! 随件文书: the register's line and the receipt, kept inside the object of the bundle they are about, so that
//! the store alone can say everything that the register and the receipts say.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::register::Line;
use crate::diag::WorldError;

/// Folder within a version's content, beside the bag's.
pub(super) const FOLDER: &str = "accession";
const EVENT: &str = "event.json";
const RECEIPTS: &str = "receipts";

/// The papers of one reception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Papers {
    /// The register's line, without its line feed.
    pub(super) event: String,
    /// Files of `receipts/` by name.
    pub(super) receipts: BTreeMap<String, Vec<u8>>,
}

impl Papers {
    /// The register's line, read; none if it is none.
    pub(super) fn line(&self) -> Option<Line> {
        serde_json::from_str(&self.event).ok()
    }

    /// The files as they lie in a version's content: logical path → bytes.
    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut out = BTreeMap::new();
        out.insert(format!("{FOLDER}/{EVENT}"), format!("{}\n", self.event).into_bytes());
        for (name, bytes) in &self.receipts {
            out.insert(format!("{FOLDER}/{RECEIPTS}/{name}"), bytes.clone());
        }
        out
    }

    /// The papers in a version's `content`; none where it was stored without.
    pub(super) fn read(content: &Path) -> Result<Option<Self>, WorldError> {
        let folder = content.join(FOLDER);
        let path = folder.join(EVENT);
        let event = match fs::read_to_string(&path) {
            Ok(text) => text.trim_end_matches('\n').to_owned(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(WorldError::while_("读取随件登记", &path)(e)),
        };
        let mut receipts = BTreeMap::new();
        let folder = folder.join(RECEIPTS);
        let world = || WorldError::while_("读取随件回执", &folder);
        for entry in fs::read_dir(&folder).map_err(world())? {
            let entry = entry.map_err(world())?;
            let bytes = fs::read(entry.path()).map_err(world())?;
            receipts.insert(entry.file_name().to_string_lossy().into_owned(), bytes);
        }
        Ok(Some(Self { event, receipts }))
    }
}
