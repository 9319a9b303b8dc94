//! XML of bundles: UTF-8, names with their prefixes.

pub(super) use crate::xml::Element;
use crate::xml::{self, Rules};

/// Reads a document; a DTD, other encodings, or anything not well-formed is refused in words.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "不是 UTF-8 编码".to_owned())?;
    xml::parse(text, Rules::STRICT)
}
