//! 台账: ledgers in workbooks. Rows come in as facts of a case, or go back with a reason; facts go out as formatted
//! sheets. Which column is which field is data (`templates/_ledgers/`).

mod book;
mod cell;
mod form;
mod head;
mod import;
mod memory;
mod names;
mod out;
mod plain;
mod rows;
#[cfg(test)]
mod tests;
mod value;

pub use book::{Book, THREAD};
pub use cell::{Cell, letters};
pub use form::{FORMS, Form, form};
pub use head::How;
pub use import::{Options, Taken, import};
pub use memory::Memory;
pub use out::{export, give_back};
pub use plain::Plain;
pub use rows::{Deed, Row};
