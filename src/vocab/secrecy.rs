//! 密级: who may see a document. State secrets are not processed here by default (P-08).

use serde::{Deserialize, Serialize};

/// 密级 or work-secret marking, as the case file writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Secrecy {
    /// 公开.
    #[serde(rename = "公开")]
    Public,
    /// 内部 (工作秘密).
    #[serde(rename = "内部")]
    Internal,
    /// 秘密.
    #[serde(rename = "秘密")]
    Confidential,
    /// 机密.
    #[serde(rename = "机密")]
    Secret,
    /// 绝密.
    #[serde(rename = "绝密")]
    TopSecret,
}

impl Secrecy {
    /// The marking's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "公开",
            Self::Internal => "内部",
            Self::Confidential => "秘密",
            Self::Secret => "机密",
            Self::TopSecret => "绝密",
        }
    }

    /// Whether this is a national secret (保守国家秘密法).
    #[must_use]
    pub fn is_state_secret(self) -> bool {
        self >= Self::Confidential
    }
}
