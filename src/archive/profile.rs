//! 归档规范: names and rules of a bundle, from archive-schema/dat93-bagit/profile.toml.
//!
//! The profile is compiled in: a receiver needs the program and the bundle, nothing else.

use std::sync::OnceLock;

use serde::Deserialize;

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../archive-schema/dat93-bagit/", $name)))),*]
    };
}

/// The profile's own text, and the schemas that travel in every bundle.
pub(super) const SCHEMAS: [(&str, &str); 13] = shipped![
    "profile.toml",
    "bagit-profile.json",
    "catalog-dat93.xsd",
    "eep-dat48.xsd",
    "filing-dat22.xsd",
    "log.xsd",
    "volume-gb9705.xsd",
    "bundle.schema.json",
    "handover.schema.json",
    "receipt.schema.json",
    "report.schema.json",
    "sums.schema.json",
    "volume.schema.json",
];

/// 核验程序: the independent verifier, and how to use it and other tools.
pub(super) const VERIFIER: &str = include_str!("../../archive-schema/dat93-bagit/verify.py");
/// 怎样核验.
pub(super) const HOWTO: &str = include_str!("../../archive-schema/dat93-bagit/怎样核验.txt");

/// 归档规范.
#[derive(Debug, Deserialize)]
pub(super) struct Profile {
    /// Format and version of the bundle, e.g. `anjuan-bundle/2`.
    pub(super) format: String,
    /// Formats before this one, which are still read.
    pub(super) older: Vec<String>,
    /// BagIt-Profile-Identifier.
    pub(super) bagit_profile: String,
    pub(super) names: Names,
    pub(super) note: Note,
    pub(super) format_allowed: Vec<FormatAllowed>,
    /// 原始格式: kept as received, no promise that they can be read in the long run.
    #[serde(default)]
    pub(super) format_original: Vec<FormatAllowed>,
    check: Vec<CheckRow>,
}

/// A row of the table of checks.
#[derive(Debug, Deserialize)]
pub(super) struct CheckRow {
    pub(super) id: String,
    /// 真实性、完整性、可用性、安全性.
    pub(super) property: String,
    pub(super) name: String,
    /// Place in DA/T 70-2018, where one is known.
    pub(super) dat70: Option<String>,
}

/// Names within the payload.
#[derive(Debug, Deserialize)]
pub(super) struct Names {
    pub(super) note: String,
    pub(super) catalogue: String,
    pub(super) metadata: String,
    pub(super) other: String,
    pub(super) schemas: String,
    /// 归档文件目录 (DA/T 22-2015); this and all below stand under 其他/.
    pub(super) filing_list: String,
    /// 备考表 (DA/T 22-2015 6.4.2).
    pub(super) filing_note: String,
    /// 案卷封面 (GB/T 9705-2008).
    pub(super) cover: String,
    /// 卷内文件目录 (GB/T 9705-2008).
    pub(super) volume_list: String,
    /// 卷内备考表 (GB/T 9705-2008).
    pub(super) volume_note: String,
    /// 电子档案移交与接收登记表 (档发〔2012〕7号).
    pub(super) handover: String,
    /// 电子档案数字摘要表 (档发〔2012〕7号).
    pub(super) sums: String,
    /// 业务日志.
    pub(super) log: String,
    /// 核验程序.
    pub(super) verifier: String,
    /// 怎样核验.
    pub(super) howto: String,
}

impl Names {
    /// The path of a form from the bag's root.
    pub(super) fn form(&self, name: &str) -> String {
        format!("data/{}/{name}", self.other)
    }

    /// All that format 2 requires under 其他/.
    pub(super) fn forms(&self) -> [&str; 10] {
        [
            &self.filing_list,
            &self.filing_note,
            &self.cover,
            &self.volume_list,
            &self.volume_note,
            &self.handover,
            &self.sums,
            &self.log,
            &self.verifier,
            &self.howto,
        ]
    }
}

impl Profile {
    /// The table of checks, in order.
    pub(super) fn checks(&self) -> &[CheckRow] {
        &self.check
    }

    /// The row of a check.
    pub(super) fn check(&self, id: &str) -> Option<&CheckRow> {
        self.check.iter().find(|row| row.id == id)
    }

    /// Whether bundles of this format can be read.
    pub(super) fn reads(&self, format: &str) -> bool {
        format == self.format || self.older.iter().any(|f| f == format)
    }
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
