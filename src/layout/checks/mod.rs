//! The checks, by the part of the standard they read.

pub(super) mod body;
pub(super) mod faces;
pub(super) mod forms;
pub(super) mod header;
pub(super) mod imprint;
pub(super) mod paper;
pub(super) mod parts;
pub(super) mod signature;
