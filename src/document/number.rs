//! 结构层次序数: the numbers of headings (GB/T 9704-2012 7.3.3).

use crate::vocab::numerals::chinese;

/// The number of the `n`th heading (1-based) at `level` (1 to 4) with its mark:
/// `一、`, `（一）`, `1.`, `（1）`.
#[must_use]
pub fn heading_number(level: u8, n: u32) -> String {
    match level {
        1 => format!("{}、", chinese(n)),
        2 => format!("（{}）", chinese(n)),
        3 => format!("{n}."),
        _ => format!("（{n}）"),
    }
}

#[cfg(test)]
mod tests {
    use super::heading_number;

    #[test]
    fn four_levels_as_the_standard_has_them() {
        assert_eq!(heading_number(1, 12), "十二、");
        assert_eq!(heading_number(2, 3), "（三）");
        assert_eq!(heading_number(3, 10), "10.");
        assert_eq!(heading_number(4, 1), "（1）");
    }
}
