//! Several things written in one cell.

use crate::ledger::cell::trim;
use crate::vocab::numerals::chinese;

/// The names written in one cell.
#[must_use]
pub fn split(text: &str) -> Vec<&str> {
    text.split(['、', '，', ',', '；', ';', '\n', '/'])
        .map(trim)
        .filter(|p| !p.is_empty())
        .collect()
}

/// The sentences of a list written in one cell: one a line, or set apart by semicolons; their numbers are left out
/// where all have one.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let apart: &[char] = if text.contains('\n') { &['\n'] } else { &['；', ';'] };
    let parts: Vec<&str> = text.split(apart).map(trim).filter(|p| !p.is_empty()).collect();
    let bare: Vec<Option<&str>> =
        parts.iter().enumerate().map(|(n, part)| unnumbered(part, n + 1)).collect();
    let all = parts.len() > 1 && bare.iter().all(Option::is_some);
    let chosen =
        parts.iter().zip(&bare).map(|(part, bare)| if all { bare.unwrap_or(part) } else { part });
    chosen.map(str::to_owned).collect()
}

/// `part` without the number `n` before it: `1.`, `1、`, `（1）`, `(1)`, `①`, `一、`.
fn unnumbered(part: &str, n: usize) -> Option<&str> {
    let n32 = u32::try_from(n).ok()?;
    let ring = char::from_u32(0x2460 + n32 - 1).filter(|_| n <= 20);
    if let Some(rest) = ring.and_then(|ring| part.strip_prefix(ring)) {
        return Some(trim(rest)).filter(|r| !r.is_empty());
    }
    let figures = [n.to_string(), chinese(n32)];
    for figure in &figures {
        for (open, close) in
            [("", "."), ("", "．"), ("", "、"), ("（", "）"), ("(", ")"), ("", ")"), ("", "）")]
        {
            let rest = part
                .strip_prefix(open)
                .and_then(|p| p.strip_prefix(figure.as_str()))
                .and_then(|p| p.strip_prefix(close));
            // 1.5公里 is no numbered line.
            if let Some(rest) = rest
                && !(close == "." && rest.starts_with(|c: char| c.is_ascii_digit()))
                && !trim(rest).is_empty()
            {
                return Some(trim(rest));
            }
        }
    }
    None
}

/// Sentences one a line, numbered if there are several.
pub fn numbered(texts: &[String]) -> String {
    match texts {
        [one] => one.clone(),
        all => {
            let line =
                |(n, text): (usize, &String)| format!("{}. {}", n + 1, text.replace('\n', ""));
            all.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
        }
    }
}
