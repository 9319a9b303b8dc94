//! A look at the page tree before the parser takes it.

/// See below.
pub(super) fn is_sound(_bytes: &[u8]) -> bool {
    true
}
