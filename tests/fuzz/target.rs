//! One explorer a parser: the binary's name is the parser's.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| anjuan::fuzz::run(env!("CARGO_BIN_NAME"), bytes));
