//! Plain scalars by the YAML 1.2 core schema; everything quoted is text, and so are dates.

use super::tree::Tree;

/// The value of an unquoted scalar.
pub(super) fn plain(text: &str) -> Tree {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Tree::Null,
        "true" | "True" | "TRUE" => return Tree::Bool(true),
        "false" | "False" | "FALSE" => return Tree::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        // A number too long for a number (or with leading zeros lost on writing) stays text.
        return text.parse().map_or_else(|_| Tree::Text(text.into()), Tree::Int);
    }
    if is_float(digits)
        && let Ok(number) = text.parse::<f64>()
        && number.is_finite()
    {
        return Tree::Float(number);
    }
    Tree::Text(text.into())
}

/// `1.5`, `.5`, `1e3`; not `.`, `e3`, `1.2.3`.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, Some(e.strip_prefix(['-', '+']).unwrap_or(e))),
        None => (text, None),
    };
    let figures = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    figures(whole)
        && figures(part)
        && !(whole.is_empty() && part.is_empty())
        && exponent.is_none_or(|e| !e.is_empty() && figures(e))
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::case::tree::Tree;

    #[test]
    fn core_schema() {
        assert!(matches!(plain("2025"), Tree::Int(2025)));
        assert!(matches!(plain("-3"), Tree::Int(-3)));
        assert!(matches!(plain("1.5"), Tree::Float(x) if (x - 1.5).abs() < 1e-12));
        assert!(matches!(plain("1e3"), Tree::Float(_)));
        assert!(matches!(plain("true"), Tree::Bool(true)));
        assert!(matches!(plain(""), Tree::Null));
        for text in ["2025-03-04", "08:00", "1.2.3", ".", "e3", "yes", "0x1F", "1_000", "nan"] {
            assert!(matches!(plain(text), Tree::Text(_)), "{text}");
        }
    }
}
