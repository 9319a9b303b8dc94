//! 签名算法: Ed25519 (RFC 8032) and SM2 with SM3 (GB/T 32918, GM/T 0009).

/// 签名算法.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// SM2 with SM3 (GB/T 32918.2-2016), the signer's id being the usual one (GM/T 0009).
    Sm2,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ed25519, Self::Sm2];

    /// As it stands in names of files and in data.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::Sm2 => "sm2",
        }
    }

    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::Sm2 => "SM2（SM3）",
        }
    }

    /// The algorithm called `id`.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.id() == id)
    }

    /// What `openssl pkeyutl` must be told besides `-rawin`.
    #[must_use]
    pub fn openssl_options(self) -> &'static str {
        match self {
            Self::Ed25519 => "",
            Self::Sm2 => " -digest sm3 -pkeyopt distid:1234567812345678",
        }
    }
}
