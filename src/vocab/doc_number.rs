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

impl DocNumber {
    /// Reads a number as people type it: brackets of any sort about the year, 第 and leading noughts let pass.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let open = text.find(['〔', '[', '［', '（', '(', '【', '﹝'])?;
        let (code, rest) = text.split_at(open);
        let close = rest.find(['〕', ']', '］', '）', ')', '】', '﹞'])?;
        let year = rest.get(..close)?.trim_start_matches(|c: char| !c.is_ascii_digit());
        let seq = rest.get(close..)?.trim_start_matches(|c: char| !c.is_alphanumeric());
        let seq = seq.trim_start_matches('第');
        let seq = seq.strip_suffix('号').unwrap_or(seq);
        let figures = |t: &str, most: usize| {
            (!t.is_empty() && t.len() <= most && t.bytes().all(|b| b.is_ascii_digit()))
                .then(|| t.parse::<u64>().ok())
                .flatten()
        };
        let year = figures(year, 4).filter(|y| *y >= 1000)?;
        let seq = figures(seq, 9).filter(|n| *n > 0)?;
        (!code.is_empty()).then(|| Self { code: code.to_owned(), year, seq })
    }
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

    #[test]
    fn read_as_typed() {
        let n = Some(DocNumber { code: "渝环督办".into(), year: 2025, seq: 8 });
        for typed in [
            "渝环督办〔2025〕8号",
            "渝环督办[2025]8号",
            "渝环督办（2025）第 008 号",
            "渝环督办【2025】8",
        ] {
            assert_eq!(DocNumber::parse(typed), n, "{typed}");
        }
        for typed in [
            "",
            "渝环督办2025 8号",
            "〔2025〕8号",
            "渝环督办〔25〕8号",
            "渝环督办〔2025〕0号",
            "渝环督办〔2025〕八号",
        ] {
            assert_eq!(DocNumber::parse(typed), None, "{typed}");
        }
    }
}
