//! The one heavy test binary: everything that needs the whole program.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; files are spoiled on purpose"
)]

mod support;

mod bad_input;
mod chain;
mod disclose;
mod examples;
mod face;
mod ledger;
mod progress;
mod readme;
mod set;
mod wording;
mod workbench;
