//! 随机数: the only room that may ask the machine for chance. Keys, salts and initial vectors are made of it.
//!
//! Signatures need none: both algorithms derive what they need from key and message, so the same bundle signed twice is
//! the same bytes.

use std::io;
use std::path::Path;

use crate::diag::{Failure, WorldError};

/// A source of chance.
#[derive(Clone, Debug)]
pub enum Entropy {
    /// The system's generator.
    System,
    /// A fixed row of bytes, for tests.
    #[cfg(test)]
    Fixed(u64),
}

impl Entropy {
    /// Fills `out`.
    ///
    /// # Errors
    /// [`Failure::World`] when the system gives none.
    pub fn fill(&mut self, out: &mut [u8]) -> Result<(), Failure> {
        match self {
            Self::System => getrandom::fill(out).map_err(|e| {
                let told = io::Error::other(e.to_string());
                WorldError::while_("向系统取随机数", Path::new(""))(told).into()
            }),
            #[cfg(test)]
            Self::Fixed(state) => {
                for byte in out {
                    // SplitMix64.
                    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                    let mut z = *state;
                    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                    *byte = z.to_be_bytes()[0];
                }
                Ok(())
            }
        }
    }
}
