//! The one heavy test binary: everything that needs the whole program.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; files are spoiled on purpose"
)]

mod support;

mod alone;
mod author;
mod bad_input;
mod chain;
mod disclose;
mod evidence;
mod examples;
mod face;
mod handover;
mod index;
mod kept;
mod ledger;
mod number;
mod old;
mod progress;
mod readme;
mod rules;
mod search;
mod set;
mod versions;
mod wording;
mod workbench;
