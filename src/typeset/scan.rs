//! 字符合法性 (GB 18030-2022): characters that cannot be seen, or that mean nothing outside one machine.

use std::collections::BTreeMap;

use super::texts::{Placed, code_point, quote};
use crate::diag::Diagnostic;

/// What is wrong with a character, if anything. A line break within a text is allowed.
pub(super) fn fault(c: char) -> Option<&'static str> {
    Some(match u32::from(c) {
        0x0A => return None,
        0x00..=0x1F | 0x7F..=0x9F => "控制字符",
        0x061C | 0x200E | 0x200F | 0x202A..=0x202E | 0x2066..=0x2069 => "双向文字控制符",
        0x180B..=0x180D | 0x180F | 0xFE00..=0xFE0F | 0xE0100..=0xE01EF => "异体字选择符",
        0x00AD | 0x180E | 0x200B..=0x200D | 0x2060..=0x2065 | 0x206A..=0x206F => "零宽字符",
        0xFEFF => "字节顺序标记",
        0x2028 | 0x2029 => "行、段分隔符",
        0xFFF9..=0xFFFB | 0xE0000..=0xE007F => "格式控制符",
        0xFFFC => "对象替换符",
        0xFFFD => "替换符",
        0xE000..=0xF8FF | 0xF0000..=0xFFFFD | 0x10_0000..=0x10_FFFD => "私用区字符",
        0xFDD0..=0xFDEF => "非字符",
        u if u & 0xFFFE == 0xFFFE => "非字符",
        _ => return None,
    })
}

/// R-91 for each faulty character, once, at its first place.
pub(super) fn forbidden(texts: &[Placed<'_>]) -> Vec<Diagnostic> {
    let mut found: BTreeMap<char, (&'static str, String, usize)> = BTreeMap::new();
    for placed in texts {
        for (i, c) in placed.text.chars().enumerate() {
            if let Some(what) = fault(c) {
                let place = || format!("{}“{}”", placed.place, quote(placed.text, i));
                found.entry(c).or_insert_with(|| (what, place(), 0)).2 += 1;
            }
        }
    }
    found
        .into_iter()
        .map(|(c, (what, place, times))| {
            let more = if times > 1 { format!("（共{times}处）") } else { String::new() };
            let hint = match what {
                "私用区字符" => "换成该字在 GB 18030-2022 中的正式编码。",
                "替换符" => "原文在转换编码时已损坏，按原件重新录入该字。",
                _ => "从案卷数据中删去该字符。",
            };
            let message = format!("{place}含有{what} {}{more}", code_point(c));
            Diagnostic::error("R-91", message).about(c).hint(hint)
        })
        .collect()
}
