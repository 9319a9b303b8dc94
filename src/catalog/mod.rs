//! 目录与检索: the full-text index over the records of an archive (feature `search`).
//!
//! The index is a cache: everything in it can be made again from the store. What it promises is that any
//! stretch of one or more characters of an indexed text is found when asked for as a phrase, whatever way
//! its characters were written (繁简、全角半角、大小写、括号), and that nothing else is.
//!
//! * `fold` reduces writing to what counts, `variants` holds the 繁简异体 classes;
//! * `gram` cuts folded text into overlapping pairs of characters, the only terms of the index;
//! * `fields` says what is indexed under which name;
//! * `reading` understands what a clerk types, `plan` turns that into a query of the engine;
//! * `store` keeps the index, of which `schema` tells the shape and `fault` what can befall it;
//! * `sound` are the readings of names and titles, `facet` the columns that are counted, grouped and filtered by;
//! * `near` are records that only come near, for which `segment` takes long words apart and `alike` shows why;
//! * `engine` says what any engine must do, `check` proves that the index is the store, `disk` minds its files;
//! * `visible` is what may be seen, whose figures alone count in ranking, `sum` adds up scores in an order of its own, `run` are terms one after the other;
//! * `search` asks it, `gather` collects, `explain` says how, `hit` is an answer, `order` sorts the answers, `snippet` shows where they say so.

mod alike;
mod check;
mod disk;
mod engine;
mod entry;
mod explain;
mod facet;
mod fault;
mod fields;
mod fold;
mod gather;
mod gram;
mod hit;
mod near;
mod order;
mod plan;
mod query;
mod reading;
mod run;
mod schema;
mod search;
mod segment;
mod snippet;
mod sound;
mod store;
mod sum;
mod variants;
mod visible;

#[cfg(test)]
mod tests;

pub use check::{Fault, Proof};
pub use engine::Engine;
pub use entry::{Entry, Place, Role, TextPart};
pub use facet::Facet;
pub use hit::{Hit, Hits};
pub use query::{Query, Sort};
pub use store::Catalog;

/// `text` reduced to what counts for searching.
#[must_use]
pub fn folded(text: &str) -> String {
    fold::fold(text)
}
