//! 表格里的字: any text as text of a manuscript, for the forms and reports that `anjuan set` prints.

/// `text` for a cell or a line: what has a meaning there stands with a backslash, no character of it ends a cell or a line.
#[must_use]
pub fn cell_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => out.push(' '),
            '|' => out.push('/'),
            '｜' => out.push('／'),
            c if c.is_ascii_punctuation()
                && !matches!(c, '-' | '.' | ',' | ':' | ';' | '/' | '(' | ')') =>
            {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
