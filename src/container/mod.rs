//! 容器: files written whole or not at all, and the canonical ZIP with the gate in front of it.
//!
//! A bundle travels as one ZIP whose bytes are fully determined by its entries: stored, sorted, fixed times,
//! UTF-8 names, nothing extra. The gate accepts exactly that form and nothing else, so that no two readers
//! can see different things in one file.

mod atomic;
mod canonical;
mod foreign;
mod gate;
mod loose;
mod names;
mod replay;
#[cfg(test)]
mod tests;
mod window;

pub use atomic::{
    create_folder, is_unfinished, replace_atomically, sync_folder, vacant, write_atomically,
    write_secretly, write_through,
};
pub use canonical::{
    MOST_BYTES, MOST_ENTRIES, Source, Witness, write_zip, write_zip_before, zip_size,
};
#[cfg(test)]
pub use foreign::remade;
pub use foreign::{Bounds, Parts, Unfit, parts, take_in, take_in_bytes};
pub use gate::{CanonicalZip, Entry, Refusal, open_zip};
pub use loose::{LooseEntry, LooseZip, open_loose};
pub use names::name_fault;
pub use replay::{CrcReader, Stated, replay_zip};
