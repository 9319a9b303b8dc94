//! File names that every system can keep (docs/bundle-format.md §3).

use unicode_normalization::is_nfc;

/// What is wrong with `path` as the name of an entry, if anything: not NFC, not relative, `..`, characters some
/// system refuses, too long.
#[must_use]
pub fn name_fault(path: &str) -> Option<&'static str> {
    const FORBIDDEN: [char; 12] =
        ['\\', ':', '*', '?', '"', '<', '>', '|', '#', '%', '+', '\u{7f}'];
    if path.is_empty() || path.len() > 240 {
        return Some("路径为空或超过 240 字节");
    }
    if !is_nfc(path) {
        return Some("文件名不是 NFC 形式");
    }
    if path.chars().any(|c| c.is_control() || FORBIDDEN.contains(&c)) {
        return Some("文件名含有不允许的字符");
    }
    if path.chars().any(is_treacherous) {
        return Some("文件名含有私用区、看不见或改变书写方向的字符");
    }
    for segment in path.split('/') {
        if segment.is_empty() || segment == "." || segment == ".." {
            return Some("路径含有空段、“.”或“..”");
        }
        if segment.len() > 180 {
            return Some("文件名超过 180 字节");
        }
        if segment.ends_with(['.', ' ']) || segment.starts_with(' ') {
            return Some("文件名以空格或句点结尾，或以空格开头");
        }
    }
    None
}

/// Characters that look different everywhere (private use), cannot be seen, or turn the direction of what follows.
fn is_treacherous(c: char) -> bool {
    matches!(c,
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}'
        | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}'
        | '\u{e0000}'..='\u{e0fff}')
}
