//! 档号 (DA/T 22-2015, DA/T 13-2022): `Z109-WS·2025-Y-DCB-0001`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::retention::Retention;

/// 档号: 全宗号-门类代码·年度-保管期限代码-机构（问题）代码-件号.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ArchivalCode {
    /// 全宗号: four capitals or figures.
    pub fonds: String,
    /// 档案门类代码: two capitals, WS for 文书.
    pub category: String,
    /// 归档年度.
    pub year: u16,
    /// 保管期限.
    pub retention: Retention,
    /// 机构（问题）代码.
    pub unit: String,
    /// 件号, from 1; four figures with leading zeros.
    pub item: u32,
}

impl fmt::Display for ArchivalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.series(), self.item)
    }
}

impl ArchivalCode {
    /// Everything before the 件号; 件号 run from 1 within it.
    #[must_use]
    pub fn series(&self) -> String {
        let Self { fonds, category, year, retention, unit, .. } = self;
        format!("{fonds}-{category}·{year}-{}-{unit}", retention.code())
    }

    /// Reads a 档号; none if it does not follow the grammar.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (fonds, rest) = text.split_once('-')?;
        let (category, rest) = rest.split_once('·')?;
        let mut parts = rest.split('-');
        let year = parts.next()?;
        let retention = match parts.next()? {
            "Y" => Retention::Permanent,
            "D30" => Retention::Years30,
            "D10" => Retention::Years10,
            _ => return None,
        };
        let unit = parts.next()?;
        let item = parts.next()?;
        let capital = |s: &str| {
            !s.is_empty() && s.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        let figures = |s: &str| s.len() == 4 && s.bytes().all(|b| b.is_ascii_digit());
        let sound = parts.next().is_none()
            && fonds.len() == 4
            && category.len() == 2
            && [fonds, category, unit].into_iter().all(capital)
            && figures(year)
            && item.len() >= 4
            && item.bytes().all(|b| b.is_ascii_digit());
        if !sound {
            return None;
        }
        Some(Self {
            fonds: fonds.into(),
            category: category.into(),
            year: year.parse().ok()?,
            retention,
            unit: unit.into(),
            item: item.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ArchivalCode;

    #[test]
    fn what_is_written_is_read() {
        let text = "Z109-WS·2025-D30-DCB-0012";
        let code = ArchivalCode::parse(text).unwrap();
        assert_eq!(code.item, 12);
        assert_eq!(code.to_string(), text);
    }

    #[test]
    fn near_misses_are_refused() {
        for bad in [
            "Z109-WS-2025-Y-DCB-0001",
            "Z109-WS·2025-Y-DCB-1",
            "z109-WS·2025-Y-DCB-0001",
            "Z109-WS·2025-D20-DCB-0001",
            "Z109-WS·2025-Y-DCB-0001-2",
            "Z109-WS·25-Y-DCB-0001",
            "",
        ] {
            assert!(ArchivalCode::parse(bad).is_none(), "{bad}");
        }
    }
}
