//! Parsers of what other offices send, as the explorer calls them. They read or refuse; they never panic.

use std::io::Write as _;

use super::description::Description;
use super::handover::{Body, Signed};
use super::{Depth, bag, verify, xml};

/// A whole bundle, canonical or foreign.
pub fn bundle(bytes: &[u8]) {
    let file = tempfile::NamedTempFile::with_suffix(".zip");
    let Ok(mut file) = file else { return };
    if file.write_all(bytes).is_ok() {
        let _ = verify(file.path(), Depth::Full);
    }
}

/// `manifest-sha256.txt`; what is read without fault is spelled in one way only.
pub fn digest_list(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (lines, faults) = bag::read_sums(&text);
    assert!(!faults.is_empty() || bag::sums(&lines) == text, "two spellings of one list");
}

/// `bag-info.txt`.
pub fn bag_info(bytes: &[u8]) {
    let _ = bag::read_info(&String::from_utf8_lossy(bytes));
}

/// `bundle.json`.
pub fn description(bytes: &[u8]) {
    let _ = serde_json::from_slice::<Description>(bytes);
}

/// Any XML of a bundle; what was read can be written and is read as the same.
pub fn xml(bytes: &[u8]) {
    let Ok(read) = xml::parse(bytes) else { return };
    let Ok(written) = read.document() else { return };
    assert!(xml::parse(&written).is_ok(), "what was read cannot be read again");
}

/// A receipt or a return slip.
pub fn receipt(bytes: &[u8]) {
    if let Ok(signed) = Signed::parse(bytes) {
        let _ = Body::read(&signed);
    }
}
