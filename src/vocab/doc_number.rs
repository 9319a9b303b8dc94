//! 发文字号 (GB/T 9704-2012 7.2.5): 机关代字、年份、顺序号.

use std::fmt;

use serde::{Deserialize, Serialize};

/// 发文字号, e.g. `渝环督办〔2025〕16号`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DocNumber {
    /// 机关代字.
    pub code: String,
    /// 年份, four figures.
    pub year: u64,
    /// 顺序号: from 1, without leading zeros, without 「第」.
    pub seq: u64,
}

impl fmt::Display for DocNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}〔{}〕{}号", self.code, self.year, self.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::DocNumber;

    #[test]
    fn six_angle_brackets_and_no_zeros() {
        let n = DocNumber { code: "渝环督办".into(), year: 2025, seq: 8 };
        assert_eq!(n.to_string(), "渝环督办〔2025〕8号");
    }
}
