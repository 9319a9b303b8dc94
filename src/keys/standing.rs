//! 签名人可信与否: what the key ring says of a key on a day. Separate from arithmetic.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 用途: what a key may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// 移交: bundles, and the sender's part of receipts.
    #[serde(rename = "移交")]
    Handover,
    /// 接收: receipts and returns.
    #[serde(rename = "接收")]
    Receipt,
    /// 全部.
    #[serde(rename = "全部")]
    All,
}

impl Purpose {
    /// As it stands in the key ring.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Handover => "移交",
            Self::Receipt => "接收",
            Self::All => "全部",
        }
    }

    /// Whether a key for this may sign what `wanted` needs.
    #[must_use]
    pub fn covers(self, wanted: Self) -> bool {
        self == Self::All || self == wanted
    }
}

/// 可信程度 of a key for a purpose on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not in the key ring.
    Unknown,
    /// In the key ring, for something else.
    OtherPurpose {
        /// 持有单位.
        holder: String,
        /// What it is for.
        purpose: Purpose,
    },
    /// 可信.
    Trusted {
        /// 持有单位.
        holder: String,
    },
    /// 尚未生效 on the day of signing.
    NotYet {
        /// 持有单位.
        holder: String,
        /// First day.
        from: NaiveDate,
    },
    /// 已过期 on the day of signing.
    Expired {
        /// 持有单位.
        holder: String,
        /// Last day.
        to: NaiveDate,
    },
    /// It counted when it signed, but no longer today.
    ExpiredSince {
        /// 持有单位.
        holder: String,
        /// Last day.
        to: NaiveDate,
    },
    /// 已撤销 on the day of signing.
    Revoked {
        /// 持有单位, if known.
        holder: String,
        /// Since when.
        on: NaiveDate,
        /// Why.
        reason: String,
    },
    /// It counted when it signed, and was revoked afterwards.
    RevokedSince {
        /// 持有单位.
        holder: String,
        /// Since when.
        on: NaiveDate,
        /// Why.
        reason: String,
    },
}

/// How a standing weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// To be believed.
    Good,
    /// A person must look.
    Doubtful,
    /// Not to be believed.
    Bad,
}

impl Standing {
    /// How it weighs.
    #[must_use]
    pub fn weight(&self) -> Weight {
        match self {
            Self::Trusted { .. } => Weight::Good,
            Self::Unknown
            | Self::OtherPurpose { .. }
            | Self::ExpiredSince { .. }
            | Self::RevokedSince { .. } => Weight::Doubtful,
            Self::NotYet { .. } | Self::Expired { .. } | Self::Revoked { .. } => Weight::Bad,
        }
    }

    /// 持有单位, where it is known and the key was good on the day of signing.
    #[must_use]
    pub fn holder(&self) -> Option<&str> {
        match self {
            Self::Trusted { holder }
            | Self::ExpiredSince { holder, .. }
            | Self::RevokedSince { holder, .. } => Some(holder),
            _ => None,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Unknown => "签名人不在信任登记中".into(),
            Self::OtherPurpose { holder, purpose } => {
                format!("{holder}的密钥只登记用于{}", purpose.word())
            }
            Self::Trusted { holder } => format!("签名人可信：{holder}"),
            Self::NotYet { holder, from } => format!("{holder}的密钥到 {from} 才生效"),
            Self::Expired { holder, to } => format!("{holder}的密钥在签名日期前已过期（{to}）"),
            Self::ExpiredSince { holder, to } => {
                format!("{holder}的密钥签名时有效，现已过期（{to}）；请与移交方核实签名日期")
            }
            Self::Revoked { holder, on, reason } => {
                format!("{holder}的密钥已于 {on} 撤销（{reason}），不晚于签名日期")
            }
            Self::RevokedSince { holder, on, reason } => format!(
                "{holder}的密钥签名时有效，后于 {on} 撤销（{reason}）；签名日期可能倒填，请与移交方核实"
            ),
        }
    }
}
