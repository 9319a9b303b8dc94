//! 接收: verify, take into the store, index, receipt.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Event, Listener, Settings};
use crate::archive::{Inspection, Store, Trust};
use crate::diag::Failure;
use crate::keys::PrivateKey;

/// The NDJSON line `{"type":"receipt",…}`.
#[derive(Clone, Debug, Serialize)]
pub struct ReceiptLine {
    /// Always `receipt`.
    pub r#type: &'static str,
    /// 接收号.
    pub accession: String,
    /// Where the receipt lies.
    pub path: PathBuf,
    /// Whether the same bundle had been received before.
    pub already: bool,
    /// Where the signed receipt lies, which goes back to the sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<PathBuf>,
}

/// On which terms bundles are received.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// By what signatures are judged.
    pub trust: Trust<'a>,
    /// The key that signs the receipt.
    pub key: Option<&'a PrivateKey>,
}

impl Terms<'_> {
    /// No key ring, no signed receipt.
    #[must_use]
    pub fn plain() -> Self {
        Self { trust: Trust::nobody(), key: None }
    }
}

/// Verifies the bundle and, if it is acceptable, takes it into the archive at `archive` (made if `create`)
/// and indexes it.
///
/// # Errors
/// The store's refusals and failures of the world; an unacceptable bundle is told by the inspection.
pub fn receive(
    settings: &Settings,
    bundle: &Path,
    archive: &Path,
    create: bool,
    terms: &Terms<'_>,
    listen: Listener<'_>,
) -> Result<(Inspection, Option<ReceiptLine>), Failure> {
    let mut done = receive_all(settings, &[bundle], archive, create, terms, listen)?;
    done.pop().ok_or_else(|| Failure::Bug("a reception without an inspection".into()))
}

/// As [`receive`], of several bundles in this order, up to the first that is not acceptable. What is to be said of their groups is
/// said when all are in.
///
/// # Errors
/// As [`receive`].
pub fn receive_all(
    settings: &Settings,
    bundles: &[&Path],
    archive: &Path,
    create: bool,
    terms: &Terms<'_>,
    listen: Listener<'_>,
) -> Result<Vec<(Inspection, Option<ReceiptLine>)>, Failure> {
    let mut done: Vec<(Inspection, Option<ReceiptLine>)> = Vec::new();
    for bundle in bundles {
        let came = one(settings, bundle, archive, create, terms, listen)?;
        let refused = came.1.is_none();
        done.push(came);
        if refused {
            break;
        }
    }
    let groups: BTreeSet<&str> = (done.iter().filter(|(_, receipt)| receipt.is_some()))
        .filter_map(|(inspection, _)| Some(inspection.part()?.group.as_str()))
        .collect();
    if !groups.is_empty() {
        let store = Store::open_for_reading(archive)?;
        for group in groups {
            let told = store.groups(Some(group))?;
            told.into_iter().for_each(|finding| listen(Event::Finding(finding)));
        }
    }
    Ok(done)
}

fn one(
    settings: &Settings,
    bundle: &Path,
    archive: &Path,
    create: bool,
    terms: &Terms<'_>,
    listen: Listener<'_>,
) -> Result<(Inspection, Option<ReceiptLine>), Failure> {
    listen(Event::Step("检测和接收", 0));
    let mut store = Store::open(archive, create)?;
    let reception = store.receive_by(bundle, &settings.clock, &terms.trust, terms.key)?;
    let Some(receipt) = reception.receipt else {
        return Ok((reception.inspection, None));
    };
    #[cfg(feature = "search")]
    {
        listen(Event::Step("编制索引", 0));
        if let Some(behind) = super::search::index(&store, archive)? {
            listen(Event::Finding(behind));
        }
    }
    let line = ReceiptLine {
        r#type: "receipt",
        accession: receipt.accession,
        path: receipt.path,
        already: receipt.already,
        signed: receipt.signed,
    };
    Ok((reception.inspection, Some(line)))
}
