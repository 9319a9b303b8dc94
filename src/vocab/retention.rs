//! 保管期限 (国家档案局令第8号): how long a record is kept.

use serde::{Deserialize, Serialize};

/// 保管期限.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Retention {
    /// 10年.
    #[serde(rename = "10年")]
    Years10,
    /// 30年.
    #[serde(rename = "30年")]
    Years30,
    /// 永久.
    #[serde(rename = "永久")]
    Permanent,
}

impl Retention {
    /// 保管期限代码 (DA/T 22-2015): Y, D30, D10.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Permanent => "Y",
            Self::Years30 => "D30",
            Self::Years10 => "D10",
        }
    }

    /// The period's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Permanent => "永久",
            Self::Years30 => "30年",
            Self::Years10 => "10年",
        }
    }
}
