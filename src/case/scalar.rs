//! Plain scalars by the core schema of YAML 1.2 (§10.3), so that typing is the same everywhere; dates are text.

/// What a scalar means.
#[derive(Clone, Debug, PartialEq)]
pub enum Typed<'a> {
    /// 空.
    Null,
    /// true or false.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// 文字.
    Text(&'a str),
}

/// Types a plain (unquoted) scalar.
#[must_use]
pub fn plain(text: &str) -> Typed<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Typed::Null,
        "true" | "True" | "TRUE" => return Typed::Bool(true),
        "false" | "False" | "FALSE" => return Typed::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Typed::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Typed::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Typed::Float(f64::NAN),
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("0o")
        && let Ok(n) = i64::from_str_radix(digits, 8)
        && all_digits(digits, 8)
    {
        return Typed::Int(n);
    }
    if let Some(digits) = text.strip_prefix("0x")
        && let Ok(n) = i64::from_str_radix(digits, 16)
        && all_digits(digits, 16)
    {
        return Typed::Int(n);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.is_empty() && all_digits(unsigned, 10) {
        return match text.parse::<i64>() {
            Ok(n) => Typed::Int(n),
            Err(_) => text.parse().map_or(Typed::Text(text), Typed::Float),
        };
    }
    if is_float(unsigned)
        && let Ok(x) = text.parse()
    {
        return Typed::Float(x);
    }
    Typed::Text(text)
}

fn all_digits(text: &str, radix: u32) -> bool {
    text.chars().all(|c| c.is_digit(radix))
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, Some(e.strip_prefix(['+', '-']).unwrap_or(e))),
        None => (text, None),
    };
    if exponent.is_some_and(|e| e.is_empty() || !all_digits(e, 10)) {
        return false;
    }
    match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && all_digits(fraction, 10),
        Some((whole, fraction)) => all_digits(whole, 10) && all_digits(fraction, 10),
        None => !mantissa.is_empty() && all_digits(mantissa, 10),
    }
}

#[cfg(test)]
mod tests {
    use super::{Typed, plain};

    #[test]
    fn core_schema() {
        for (text, want) in [
            ("", Typed::Null),
            ("~", Typed::Null),
            ("null", Typed::Null),
            ("true", Typed::Bool(true)),
            ("yes", Typed::Text("yes")),
            ("off", Typed::Text("off")),
            ("12", Typed::Int(12)),
            ("-3", Typed::Int(-3)),
            ("007", Typed::Int(7)),
            ("0o17", Typed::Int(15)),
            ("0x1F", Typed::Int(31)),
            ("0x-1", Typed::Text("0x-1")),
            ("1.50", Typed::Float(1.5)),
            (".5", Typed::Float(0.5)),
            ("1e3", Typed::Float(1000.0)),
            ("12e", Typed::Text("12e")),
            ("e12", Typed::Text("e12")),
            ("1_000", Typed::Text("1_000")),
            ("08:00", Typed::Text("08:00")),
            ("2025-03-04", Typed::Text("2025-03-04")),
            ("1.2.3", Typed::Text("1.2.3")),
            ("３", Typed::Text("３")),
            ("99999999999999999999", Typed::Float(1e20)),
        ] {
            assert_eq!(plain(text), want, "{text}");
        }
    }
}
