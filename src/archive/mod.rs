//! 归档: records into a bundle, a bundle inspected, a bundle received into the store.
//!
//! A bundle is a BagIt bag whose payload is a DA/T 93 transfer package (docs/bundle-format.md). The receiving
//! side trusts nothing that the bundle states: no path, no size, no digest.

mod bag;
mod description;
mod eep;
mod handover;
mod inspect;
mod pack;
mod profile;
mod reader;
mod sign;
mod store;
#[cfg(test)]
mod tests;
mod xml;

pub use handover::{
    Act, Body, Book, Entry, ReturnTerms, Returned, Role, Signed, Verdict, examine, form, hand_over,
};
pub use inspect::{Inspection, Outcome, verify, verify_by};
#[cfg(test)]
pub use pack::pack;
pub use pack::{BundleSpec, BundleSummary, ExtraFile};
pub use sign::{Trust, sign};
pub use store::{Accession, Store, StoredRecord};
