//! What is no prose within prose: addresses, file names, codes made of Latin letters, figures and hyphens.

/// Marks the characters that no check may touch.
pub fn guarded(chars: &[char]) -> Vec<bool> {
    let mut out = vec![false; chars.len()];
    let mut i = 0;
    while i < chars.len() {
        if !is_code(chars[i]) {
            i += 1;
            continue;
        }
        let end = i + chars[i..].iter().take_while(|c| is_code(**c)).count();
        let token: String = chars[i..end].iter().collect();
        if is_address(&token) || is_file(&token) || is_coded(&token) {
            // Marks that close the sentence around it are not part of it.
            let tail = token.chars().rev().take_while(|c| ",.;:!?()'\"".contains(*c)).count();
            let start = if is_file(&token) { name_start(chars, i) } else { i };
            out[start..end - tail].fill(true);
        }
        i = end;
    }
    out
}

fn is_code(c: char) -> bool {
    c.is_ascii_graphic()
}

/// Where the name of a file begins that ends with the code at `i`: 「方案(终稿).pdf」 begins at 方 or before.
fn name_start(chars: &[char], i: usize) -> usize {
    const LONGEST: usize = 60;
    let ends = |c: char| c.is_whitespace() || "，。、；：《“".contains(c);
    i - chars[..i].iter().rev().take(LONGEST).take_while(|c| !ends(**c)).count()
}

fn is_address(token: &str) -> bool {
    token.contains("://") || token.contains("www.") || token.contains('@') || token.contains(":\\")
}

/// `plan.pdf`, and what is left of 「方案.pdf」 after its Han characters.
fn is_file(token: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "pdf", "doc", "docx", "xls", "xlsx", "csv", "txt", "png", "jpg", "jpeg", "tif", "tiff",
        "ofd", "zip", "json", "yaml", "yml", "xml", "html", "mp4", "wps", "et", "ppt", "pptx",
    ];
    token.rsplit_once('.').is_some_and(|(_, end)| {
        let end = end.trim_end_matches([',', ';', ':', ')', '"', '\'']).to_ascii_lowercase();
        ENDINGS.contains(&end.as_str())
    })
}

/// Letters and hyphens or slashes together with figures: `GB/T`, `CQ-LX-2025-01-03`, `NH3-N`, `p-012`.
fn is_coded(token: &str) -> bool {
    let body = token.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let letters = body.starts_with(|c: char| c.is_ascii_alphabetic());
    letters && body.contains(['-', '_']) && body.bytes().any(|b| b.is_ascii_digit())
}
