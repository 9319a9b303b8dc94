//! 数字: Chinese numerals for headings, rounds and batches (GB/T 15835-2011 keeps Arabic for statistics).

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// `n` in Chinese numerals: `0` → 零, `12` → 十二, `105` → 一百零五. Above 9999 the Arabic form is kept.
#[must_use]
pub fn chinese(n: u32) -> String {
    if n == 0 {
        return "零".into();
    }
    if n > 9999 {
        return n.to_string();
    }
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = n / unit % 10;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('零');
            gap = false;
        }
        // 十至十九 are read without the leading 一.
        if !(unit == 10 && digit == 1 && out.is_empty()) {
            out.push(DIGITS[digit as usize]);
        }
        out.push_str(name);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::chinese;

    #[test]
    fn reads_as_an_official_would_write() {
        for (n, word) in [
            (0, "零"),
            (1, "一"),
            (10, "十"),
            (15, "十五"),
            (20, "二十"),
            (99, "九十九"),
            (100, "一百"),
            (105, "一百零五"),
            (110, "一百一十"),
            (1010, "一千零一十"),
            (2003, "二千零三"),
            (9999, "九千九百九十九"),
            (10000, "10000"),
        ] {
            assert_eq!(chinese(n), word);
        }
    }
}
