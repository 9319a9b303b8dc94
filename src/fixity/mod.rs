//! 数字摘要: SHA-256 and SM3 (GB/T 32905-2016) of bytes, both in one read.

mod digest;
mod other;
mod stream;

pub use digest::{Digest, DigestSet};
pub use other::{Algorithm, digest_by};
pub use stream::{HashingSink, Sha256Sum, digest_bytes, digest_each, digest_reader};
