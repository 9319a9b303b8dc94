//! 归档规范: names and rules of a bundle, from archive-schema/dat93-bagit/profile.toml.
//!
//! The profile is compiled in: a receiver needs the program and the bundle, nothing else.

use std::sync::OnceLock;

use serde::Deserialize;

/// The profile's own text, and the schemas that travel in every bundle.
pub(super) const SCHEMAS: [(&str, &str); 3] = [
    ("profile.toml", include_str!("../../archive-schema/dat93-bagit/profile.toml")),
    ("catalog-dat93.xsd", include_str!("../../archive-schema/dat93-bagit/catalog-dat93.xsd")),
    ("eep-dat48.xsd", include_str!("../../archive-schema/dat93-bagit/eep-dat48.xsd")),
];

/// 归档规范.
#[derive(Debug, Deserialize)]
pub(super) struct Profile {
    /// Format and version of the bundle, e.g. `anjuan-bundle/1`.
    pub(super) format: String,
    pub(super) names: Names,
    pub(super) note: Note,
    pub(super) format_allowed: Vec<FormatAllowed>,
    /// 原始格式: kept as received, no promise that they can be read in the long run.
    #[serde(default)]
    pub(super) format_original: Vec<FormatAllowed>,
}

/// Names within the payload.
#[derive(Debug, Deserialize)]
pub(super) struct Names {
    pub(super) note: String,
    pub(super) catalogue: String,
    pub(super) metadata: String,
    pub(super) other: String,
    pub(super) schemas: String,
}

/// What 说明文件 must say.
#[derive(Debug, Deserialize)]
pub(super) struct Note {
    pub(super) required: Vec<String>,
}

/// A long-term format.
#[derive(Debug, Deserialize)]
pub(super) struct FormatAllowed {
    pub(super) extension: String,
    pub(super) media_type: String,
    magic: String,
}

impl FormatAllowed {
    /// The bytes a file of this format begins with; empty for text.
    pub(super) fn magic(&self) -> Vec<u8> {
        let digits = self.magic.as_bytes().chunks_exact(2);
        digits
            .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect()
    }
}

/// The one profile there is.
pub(super) fn profile() -> &'static Profile {
    static READ: OnceLock<Profile> = OnceLock::new();
    READ.get_or_init(|| {
        let (_, text) = SCHEMAS[0];
        #[expect(clippy::expect_used, reason = "compiled in; a test reads it")]
        toml::from_str(text).expect("the compiled-in profile can be read")
    })
}
