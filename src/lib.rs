//! 案卷 (anjuan): a document generation and archival pipeline for ecological-environment inspection
//! (生态环境保护督察).
//!
//! The pipeline, as prose: a *case file* is read and checked ([`case`]); a *kind*'s wording is rendered over
//! it and parsed into a *document* ([`template`], [`document`]); a *style* sets the document into *pages*
//! (`typeset`) and an *exporter* turns pages into files (`export`). Files and metadata become *records*
//! ([`record`]), which are *packed* into a *bundle* ([`archive`]); a bundle is *verified*, *received* into the
//! store and *indexed* (`catalog`). [`pipeline`] walks these steps; [`cli`] is its face.
//!
//! Modules stand in the order of their floors (docs/architecture.md); a module may name only lower ones.

#![forbid(unsafe_code)]
// Dead code is judged in the full build; a smaller one leaves out those who call it.
#![cfg_attr(
    not(all(feature = "typeset", feature = "search", feature = "workbench")),
    allow(dead_code, unused_imports)
)]
// Tests spoil files on purpose.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

// floor 1
mod clock;
mod diag;
// floor 2
mod container;
mod engine;
mod entropy;
mod fixity;
mod sheet;
mod vocab;
mod xml;
// floor 3
mod case;
mod document;
mod keys;
mod prose;
mod record;
mod register;
// floor 4
mod archive;
#[cfg(feature = "search")]
mod catalog;
mod compare;
mod disclose;
mod layout;
mod ledger;
mod pdf;
mod progress;
mod rules;
mod template;
#[cfg(feature = "typeset")]
mod typeset;
// floor 5
#[cfg(feature = "typeset")]
mod export;
mod extract;
// floor 6
mod pipeline;
// floor 7
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzz;
#[cfg(all(test, not(fuzzing)))]
mod fuzz;
#[cfg(feature = "workbench")]
mod workbench;
// floor 8
pub mod cli;
