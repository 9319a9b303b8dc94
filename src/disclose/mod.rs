//! 公开版: what of a case may be made public, and the proof that nothing else was.
//!
//! A table of the rule pack (`disclosure.toml`) says of every field of the model whether it is public; a field that
//! it does not name is not. Free texts that are public are read for personal data first. What comes out is a case
//! in the same form, from which the same templates compose: nothing is ever painted over. What was taken out is
//! listed, and the list is what the finished files are searched for (docs/decisions/0017-disclosure.md).

mod detect;
mod digits;
mod fold;
mod mend;
mod needle;
mod people;
mod redact;
mod review;
mod table;
#[cfg(test)]
mod tests;

pub use needle::{Needle, Needles};
pub use redact::{Redaction, redact};
pub use review::{Made, Review, Row};
pub use table::Table;
