//! 代码、号码: full-width characters where a code is meant (W-01). A code is no wording: programs compare it letter by
//! letter, and `Ｄ１` is not `D1` to them.

use super::Slip;
use super::line::is_han;

/// Slips of a text that is a code or a number, by place. Brackets and quotation marks are told only where there is no
/// Chinese character: 机关代字 such as 渝环（辐）准 are written with them.
#[must_use]
pub fn check_code(text: &str) -> Vec<Slip> {
    let numeral = !text.chars().any(is_han);
    let mut slips: Vec<Slip> = Vec::new();
    let mut last = None;
    for (at, c) in text.char_indices() {
        let Some(by) = narrow(c, numeral) else { continue };
        let end = at + c.len_utf8();
        match slips.last_mut().filter(|slip| slip.range.end == at) {
            Some(slip) => {
                slip.range.end = end;
                // A long dash is two characters and one hyphen.
                if !(by == "-" && last == Some("-")) {
                    slip.fix.get_or_insert_default().push_str(by);
                }
            }
            None => slips.push(Slip {
                code: "W-01",
                range: at..end,
                message: String::new(),
                hint: String::new(),
                fix: Some(by.to_owned()),
            }),
        }
        last = Some(by);
    }
    let mut whole = text.to_owned();
    for slip in slips.iter().rev() {
        whole.replace_range(slip.range.clone(), slip.fix.as_deref().unwrap_or_default());
    }
    for slip in &mut slips {
        let words = text.get(slip.range.clone()).unwrap_or_default();
        slip.message = match slip.fix.as_deref() {
            Some("") => "代码、号码里不写引号".to_owned(),
            _ => format!("代码、号码里的“{words}”不是半角字符"),
        };
        slip.hint = format!("整个写作 {whole}，程序按字符逐个比对，全角、半角不算同一个。");
    }
    slips
}

/// What stands for `c` in a code; nothing if `c` may stay.
fn narrow(c: char, numeral: bool) -> Option<&'static str> {
    const ASCII: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    let wide = |c: char| {
        let i = usize::try_from(u32::from(c).checked_sub(0xff01)?).ok()?;
        ASCII.get(i..=i)
    };
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '－' | '．' | '／' | '＿' | '＋' | '＃' => {
            wide(c)
        }
        _ if !numeral => None,
        '\u{ff01}'..='\u{ff5e}' => wide(c),
        '—' | '–' | '―' | '‐' | '‑' | '−' => Some("-"),
        '\u{3000}' => Some(" "),
        '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』' | '《' | '》' => Some(""),
        '【' | '〔' => Some("["),
        '】' | '〕' => Some("]"),
        '。' => Some("."),
        '、' => Some(","),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::check_code;

    #[test]
    fn codes_are_half_width() {
        let mended = |text: &str| {
            let mut out = text.to_owned();
            for slip in check_code(text).iter().rev() {
                out.replace_range(slip.range.clone(), slip.fix.as_deref().unwrap());
            }
            out
        };
        for (text, want) in [
            ("Ｄ１CQ20250304０００１", "D1CQ202503040001"),
            ("（０２３）12345678", "(023)12345678"),
            ("023——6789", "023-6789"),
            ("“500197”", "500197"),
            ("渝环（辐）准", "渝环（辐）准"),
            ("渝环Ａ", "渝环A"),
            ("渝环督办", "渝环督办"),
            ("application/pdf", "application/pdf"),
        ] {
            assert_eq!(mended(text), want, "{text}");
            assert!(check_code(want).is_empty(), "{want}");
        }
        let slips = check_code("Ｄ1Ｃ");
        assert_eq!(slips.len(), 2);
        assert!(slips.iter().all(|s| s.hint.starts_with("整个写作 D1C，")), "{slips:?}");
    }
}
