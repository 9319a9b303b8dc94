//! 大小: how large a bundle may be, as people write it.

use crate::archive::MOST;

/// Least that is taken for a size of bundles: below it a bundle's own forms would hardly fit.
const LEAST: u64 = 1_000_000;

/// Bytes of `4.3GB`, `700MB`, `4GiB`: decimal units of 1000, binary ones of 1024.
///
/// # Errors
/// What is wrong with it, for people.
pub fn parse(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 6] = [
        ("gib", 1 << 30),
        ("mib", 1 << 20),
        ("kib", 1 << 10),
        ("gb", 1_000_000_000),
        ("mb", 1_000_000),
        ("kb", 1_000),
    ];
    let strange = || "写成数字加单位，如 4.3GB、700MB、4GiB".to_owned();
    let lower = text.trim().to_lowercase();
    let (figures, unit) = UNITS
        .iter()
        .find_map(|(name, unit)| Some((lower.strip_suffix(name)?.trim(), *unit)))
        .ok_or_else(strange)?;
    let (whole, part) = figures.split_once('.').unwrap_or((figures, "0"));
    let digits = |s: &str| !s.is_empty() && s.len() <= 9 && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return Err(strange());
    }
    let number = |s: &str| s.parse::<u64>().map_err(|_| strange());
    let scale = 10_u64.pow(u32::try_from(part.len()).unwrap_or(0));
    let bytes = number(whole)?.saturating_mul(unit) + number(part)? * unit / scale;
    if bytes < LEAST {
        return Err("太小，至少 1MB".into());
    }
    // 4GiB and 4.3GB are how people call what a ZIP holds, which is a little less.
    if bytes > 4_300_000_000 {
        return Err("一个包最多 4GiB，去掉这个选项即按最大".into());
    }
    Ok(bytes.min(MOST))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::archive::MOST;

    #[test]
    fn sizes_as_people_write_them() {
        for (text, bytes) in [
            ("700MB", 700_000_000),
            ("4.3 GB", MOST),
            ("1.5gib", 3 << 29),
            ("4GiB", MOST),
            ("650MiB", 650 << 20),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
        for bad in ["", "4", "4G", "-1GB", "1KB", "9GB", "1.GB", ".5GB", "1,5GB", "∞GB"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
