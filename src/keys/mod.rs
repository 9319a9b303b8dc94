//! 密钥: keys that sign, the public keys of other offices, and whether their signatures are to be believed.
//!
//! Two questions are kept apart. *Is the signature right?* is arithmetic ([`PublicKey::verifies`]). *Whose is it, and did it
//! count on that day?* is what the office itself has written into its key ring ([`Keyring::standing`]). A private key is on the
//! disk only under a password, and in memory only as long as it is needed.

mod algorithm;
mod fault;
mod password;
mod policy;
mod private;
mod public;
mod ring;
mod standing;
#[cfg(test)]
mod tests;

pub use algorithm::Algorithm;
pub use password::Password;
pub use policy::{Against, Policy};
pub use private::PrivateKey;
pub use public::{Fingerprint, PublicKey};
pub use ring::{Keyring, NewKey, Revocation, TrustedKey};
pub use standing::{Purpose, Standing, Weight};
