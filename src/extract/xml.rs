//! XML within documents: whatever its encoding, names without prefixes.

use super::plain;
pub(super) use crate::xml::Element as Node;
use crate::xml::{self, Rules, declared_encoding};

/// Reads a part.
pub(super) fn parse(bytes: &[u8]) -> Result<Node, String> {
    let decoded = match declared_encoding(bytes) {
        Some(label) if std::str::from_utf8(bytes).is_err() => {
            plain::declared(&label, bytes).unwrap_or_else(|| plain::decode(bytes))
        }
        _ => plain::decode(bytes),
    };
    let named = |why: String| if why.starts_with("XML") { why } else { format!("XML {why}") };
    xml::parse(&decoded.text, Rules::OFFICE).map_err(named)
}
