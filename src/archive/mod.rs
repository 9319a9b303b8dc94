//! 归档: records into a bundle, a bundle inspected, a bundle received into the store.
//!
//! A bundle is a BagIt bag whose payload is a DA/T 93 transfer package (docs/bundle-format.md). The receiving
//! side trusts nothing that the bundle states: no path, no size, no digest.

mod assemble;
mod bag;
mod cell_text;
mod description;
mod eep;
mod foreign_text;
mod forms;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod handover;
#[cfg(test)]
mod hostile;
mod inspect;
#[cfg(test)]
mod oracle;
mod pack;
mod parts;
mod premis;
mod profile;
mod reader;
mod sign;
mod sip;
mod store;
#[cfg(test)]
mod tests;
mod unpack;
mod xml;

pub use cell_text::cell_text;
pub use handover::{
    Act, Body, Book, Entry, Passing, Print, PrintSet, ReturnTerms, Returned, Role, Signed,
    Stationery, Verdict, examine, form, hand_over, manuscripts, prints,
};
pub use inspect::{Check, Depth, How, Inspection, Outcome, verify};
#[cfg(test)]
pub use pack::pack;
pub use pack::{BundleSpec, BundleSummary, ExtraFile};
pub use parts::{MOST, Part};
pub use sign::{Trust, sign};
pub use sip::{Sip, export_sip};
pub use store::{
    Accession, Approval, Destroyed, Destruction, Doomed, FixityPlan, FixitySummary, Health,
    Holding, ObjectCheck, Rebuilt, Sample, Store, StoredFile, StoredRecord,
};
pub use unpack::export_bag;
