//! The standard's figures (GB/T 9704-2012 5.2) and small helpers of measuring. Millimetres.

/// Left edge of the core.
pub(super) const LEFT: f64 = 28.0;
/// Right edge of the core.
pub(super) const RIGHT: f64 = 184.0;
/// Upper edge of the core.
pub(super) const TOP: f64 = 37.0;
/// Lower edge of the core.
pub(super) const BOTTOM: f64 = 262.0;
/// Middle of the core.
pub(super) const MIDDLE: f64 = 106.0;
/// 一字 of 3 号: 28 of them fill a line.
pub(super) const CELL: f64 = 156.0 / 28.0;
/// 一字 of 4 号.
pub(super) const CELL4: f64 = 4.94;
/// Baseline to baseline when 22 lines of 3 号 fill the core.
pub(super) const PITCH: f64 = 10.445;
/// 空二行: two bare lines up to two lines with the space above them.
pub(super) const TWO_LINES: (f64, f64) = (20.8, 26.5);
/// 空一行, likewise.
pub(super) const ONE_LINE: (f64, f64) = (10.4, 15.5);
/// 3 号 in points: the printer's and the word processor's.
pub(super) const SIZE3: (f64, f64) = (15.7, 16.1);
/// 2 号.
pub(super) const SIZE2: (f64, f64) = (20.9, 22.5);
/// 4 号.
pub(super) const SIZE4: (f64, f64) = (13.5, 14.5);

/// Whether `x` lies in a range, with a hair's breadth for arithmetic.
pub(super) fn within(x: f64, (low, high): (f64, f64)) -> bool {
    x >= low - 0.005 && x <= high + 0.005
}

/// Whether two lengths agree to a tolerance.
pub(super) fn near(x: f64, want: f64, tolerance: f64) -> bool {
    within(x, (want - tolerance, want + tolerance))
}

/// How far `x` lies outside a range; 0 within it.
pub(super) fn outside(x: f64, (low, high): (f64, f64)) -> f64 {
    if x < low { x - low } else { (x - high).max(0.0) }
}

/// The middle value; none of none.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// A 汉字.
pub(super) fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// `2025年3月4日` as (year, month, day), written as the standard wants it (no leading zeros) and a real day.
pub(super) fn date(text: &str) -> Option<(u32, u32, u32)> {
    let (year, rest) = text.strip_suffix('日')?.split_once('年')?;
    let (month, day) = rest.split_once('月')?;
    let number = |t: &str| {
        let plain = !t.is_empty() && !t.starts_with('0') && t.chars().all(|c| c.is_ascii_digit());
        plain.then(|| t.parse::<u32>().ok()).flatten()
    };
    let (y, m, d) = (number(year)?, number(month)?, number(day)?);
    let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    let days = match m {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (year.len() == 4 && d <= days).then_some((y, m, d))
}

/// Whether a text would be a date if it were written well.
pub(super) fn looks_like_date(text: &str) -> bool {
    let rest = text
        .trim_start_matches(|c: char| c.is_ascii_digit() || "〇零一二三四五六七八九十".contains(c));
    rest.len() < text.len()
        && rest.starts_with('年')
        && text.ends_with('日')
        && text.contains('月')
        && text.chars().count() <= 12
}

#[cfg(test)]
mod tests {
    use super::{date, looks_like_date, median, near, outside, within};

    #[test]
    fn dates_are_real_and_without_zeros() {
        assert_eq!(date("2025年3月4日"), Some((2025, 3, 4)));
        assert_eq!(date("2024年2月29日"), Some((2024, 2, 29)));
        for bad in ["2025年2月29日", "2025年03月4日", "25年3月4日", "2025年13月1日", "2025年3月"]
        {
            assert_eq!(date(bad), None, "{bad}");
        }
        assert!(looks_like_date("二〇二五年三月四日") && looks_like_date("2025年03月04日"));
        assert!(!looks_like_date("年终总结日"));
    }

    #[test]
    fn ranges_have_a_hair_of_slack_and_deviations_a_sign() {
        assert!(near(1.0, 1.5, 0.5) && !near(1.0, 1.52, 0.5));
        assert!(within(2.0, (2.0, 3.0)));
        assert!((outside(1.5, (2.0, 3.0)) + 0.5).abs() < 1e-9 && outside(2.5, (2.0, 3.0)) == 0.0);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![]), None);
    }
}
