//! 流水线: the steps of the house in their order, each a function over plain values.
//!
//! `check` → `generate` → `pack` → `verify` → `receive` → `search`; `run` walks them all. This room alone
//! knows where things lie (settings) and in what order they happen; it says what happened through events.

mod check;
#[cfg(feature = "typeset")]
mod deposit;
mod disclose;
mod event;
#[cfg(feature = "typeset")]
mod generate;
#[cfg(all(test, feature = "typeset"))]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod golden;
#[cfg(feature = "typeset")]
mod layout;
mod ledger;
mod mend;
#[cfg(feature = "typeset")]
mod pack;
#[cfg(feature = "typeset")]
mod paper;
mod progress;
mod receive;
#[cfg(feature = "typeset")]
mod run;
#[cfg(feature = "search")]
mod search;
#[cfg(feature = "typeset")]
mod set;
mod settings;
mod verify;
mod wording;

#[cfg(feature = "typeset")]
pub use check::load_to_redact;
pub use check::{check, load};
#[cfg(feature = "typeset")]
pub use disclose::{DiscloseOptions, disclose, prove_disclosed};
pub use event::{DocumentLine, Event, Listener};
#[cfg(feature = "typeset")]
pub use generate::{GenerateOptions, generate};
#[cfg(feature = "typeset")]
pub use layout::{ClauseLine, Measured, deviations, layout_of_case, layout_of_file};
pub use ledger::{Import, export_ledger, import};
pub use mend::mend;
#[cfg(feature = "typeset")]
pub use pack::{BundleLine, pack};
pub use progress::{Looked, look, write};
pub use receive::{ReceiptLine, receive};
#[cfg(feature = "typeset")]
pub use run::run;
#[cfg(feature = "search")]
pub use search::{SearchOptions, search};
#[cfg(feature = "typeset")]
pub use set::{SetOptions, set};
pub use settings::Settings;
pub use verify::verify;
