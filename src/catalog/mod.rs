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
//! * `search` asks it, `order` sorts the answers, `snippet` shows where they say so.

mod entry;
mod fault;
mod fields;
mod fold;
mod gram;
mod order;
mod plan;
mod query;
mod reading;
mod schema;
mod search;
mod snippet;
mod store;
mod variants;

#[cfg(test)]
mod tests;

pub use entry::{Entry, Role, TextPart};
pub use query::{Query, Sort};
pub use search::Hits;
pub use store::Catalog;
