//! 移交与接收: what passes between two offices besides the bundle itself, all of it files that travel on a stick.
//!
//! ```text
//! sender    book: 移交 n° 3 ── bundle (n° 3, digest of n° 2, signed) ──▶ receiver: inspection, store, register
//!           book: 回执     ◀── receipt, signed, with the register's head ──        or 退回单, naming files and reasons
//!           countersigned ──────────────────────────────────────────────▶ both hold the twice-signed receipt
//! ```
//!
//! Hand-overs are numbered for each pair of sender and receiver, so that one that went missing shows. The sender's book and the
//! receiver's register are chains; the bundle tells the head of the book, the receipt repeats it and tells the head of the
//! register, so that neither can later be another.

mod book;
mod chain;
mod form;
mod manuscript;
mod order;
mod pass;
mod print;
mod receipt;
mod returned;
mod signed;
mod stationery;

pub use book::{Act, Book, Entry};
pub(super) use chain::{Chain, Head};
pub use form::form;
pub use manuscript::manuscripts;
pub use order::Mark;
pub(super) use order::{KEYS, Passed, judge};
pub use pass::{Passing, hand_over};
pub use print::{Print, PrintSet, prints};
pub(super) use receipt::RegisterHead;
pub use receipt::{Body, Verdict, examine};
pub(super) use returned::give_back;
pub use returned::{ReturnTerms, Returned, Slip};
pub use signed::{Role, Signed};
pub use stationery::Stationery;
