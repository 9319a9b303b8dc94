//! 字符串: the tokens of a PDF's syntax as far as text goes, and the encodings of its strings.

/// A piece of syntax.
#[derive(Debug, PartialEq)]
pub(super) enum Token {
    /// `/Name`, escapes resolved.
    Name(String),
    /// `(…)` or `<…>`, escapes resolved.
    String(Vec<u8>),
    /// An operator or a number.
    Word(()),
}

/// All names, strings and words, in order.
pub(super) fn tokens(bytes: &[u8]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    let ends = |b: u8| b.is_ascii_whitespace() || b"/[]<>(){}%".contains(&b) || b == 0;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'(' => {
                let (string, end) = literal(bytes, at + 1);
                out.push(Token::String(string));
                at = end;
            }
            b'<' if bytes.get(at + 1) == Some(&b'<') => at += 2,
            b'<' => {
                let rest = bytes.get(at + 1..).unwrap_or_default();
                let end = rest.iter().position(|b| *b == b'>').unwrap_or(rest.len());
                out.push(Token::String(super::filter::unhex(rest.get(..end).unwrap_or_default())));
                at += end + 2;
            }
            b'/' => {
                let rest = bytes.get(at + 1..).unwrap_or_default();
                let end = rest.iter().position(|b| ends(*b)).unwrap_or(rest.len());
                out.push(Token::Name(name(rest.get(..end).unwrap_or_default())));
                at += end + 1;
            }
            b if ends(b) => at += 1,
            _ => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += rest.iter().position(|b| ends(*b)).unwrap_or(rest.len());
                out.push(Token::Word(()));
            }
        }
    }
    out
}

fn name(raw: &[u8]) -> String {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(byte) = raw.get(at).copied() {
        let code = raw.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(code) if byte == b'#' => {
                out.push(code);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A string in parentheses from `at` on, and where what follows it begins.
fn literal(bytes: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut depth = 0;
    while let Some(byte) = bytes.get(at).copied() {
        at += 1;
        match byte {
            b'\\' => {
                let Some(next) = bytes.get(at).copied() else { break };
                at += 1;
                match next {
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'b' => out.push(8),
                    b'f' => out.push(12),
                    b'\r' => at += usize::from(bytes.get(at) == Some(&b'\n')),
                    b'\n' => {}
                    b'0'..=b'7' => {
                        let mut code = u32::from(next - b'0');
                        for _ in 0..2 {
                            match bytes.get(at) {
                                Some(digit @ b'0'..=b'7') => {
                                    code = code * 8 + u32::from(digit - b'0');
                                    at += 1;
                                }
                                _ => break,
                            }
                        }
                        out.push(u8::try_from(code & 0xFF).unwrap_or_default());
                    }
                    other => out.push(other),
                }
            }
            b'(' => {
                depth += 1;
                out.push(byte);
            }
            b')' if depth == 0 => break,
            b')' => {
                depth -= 1;
                out.push(byte);
            }
            other => out.push(other),
        }
    }
    (out, at)
}

/// A text string: UTF-16 or UTF-8 by its mark, else UTF-8 if it is that, else byte by byte.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let utf16 = |rest: &[u8], le: bool| -> String {
        let unit = |p: &[u8]| match p {
            [a, b] if le => u16::from_le_bytes([*a, *b]),
            [a, b] => u16::from_be_bytes([*a, *b]),
            _ => 0,
        };
        char::decode_utf16(rest.chunks_exact(2).map(unit))
            .map(|c| c.unwrap_or('\u{FFFD}'))
            .collect()
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, false),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, true),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
        },
    }
}

/// A text with the numbered characters of XML (`&#x5F20;`) and JSON (`\u5F20`) written out, tags gone.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\\', '<']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let coded = tail.strip_prefix("&#").and_then(|code| {
            let (code, after) = code.split_once(';')?;
            let number = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => code.parse().ok()?,
            };
            Some((char::from_u32(number)?, after))
        });
        let coded = coded.or_else(|| {
            let code = tail.strip_prefix("\\u")?;
            let number = u32::from_str_radix(code.get(..4)?, 16).ok()?;
            Some((char::from_u32(number)?, code.get(4..)?))
        });
        if let Some((c, after)) = coded {
            out.push(c);
            rest = after;
        } else if let Some(after) = tail.strip_prefix('<').and_then(|t| t.split_once('>')) {
            rest = after.1;
        } else {
            let mut chars = tail.chars();
            out.extend(chars.next());
            rest = chars.as_str();
        }
    }
    out.push_str(rest);
    out
}
