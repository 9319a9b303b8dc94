//! The one heavy test binary: everything that needs the whole program.

mod support;

mod bad_input;
mod chain;
mod examples;
mod face;
mod readme;
