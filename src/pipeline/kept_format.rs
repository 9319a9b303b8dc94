//! 收存的格式: under which media type and name a file is kept, by what its bytes are.

use crate::container::name_fault;

/// The last part of a path.
pub(super) fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Endings by which a format is kept; the first is given to a file that has another.
const KEPT: &[(&str, &[&str])] = &[
    ("application/pdf", &["pdf"]),
    ("image/png", &["png"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/tiff", &["tif"]),
    ("image/gif", &["gif"]),
    ("image/bmp", &["bmp"]),
    ("application/ofd", &["ofd"]),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"]),
    ("application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
    ("application/vnd.ms-excel", &["xls"]),
    ("text/html", &["html", "htm"]),
    ("message/rfc822", &["eml"]),
    ("text/csv", &["csv"]),
    ("text/plain", &["txt"]),
    ("application/xml", &["xml"]),
];

/// The media type a file is kept under and the ending it must have; empty for what is not kept.
pub(super) fn settled_type(name: &str, media: &str) -> (String, &'static str) {
    let ending = base(name).rsplit_once('.').map_or("", |(_, e)| e).to_lowercase();
    match KEPT.iter().find(|(m, _)| *m == media) {
        Some((m, endings)) => {
            let kept = endings.iter().find(|e| **e == ending).or(endings.first()).copied();
            ((*m).to_owned(), kept.unwrap_or_default())
        }
        None => (String::new(), if media == "application/zip" { "zip" } else { "" }),
    }
}

/// The name within the record: the file's own, if every system can keep it and it says what the file is.
pub(super) fn kept_name(name: &str, ending: &str) -> String {
    let own = base(name);
    let suits = own.to_lowercase().ends_with(&format!(".{ending}")) || ending.is_empty();
    let named = if suits { own.to_owned() } else { format!("{own}.{ending}") };
    if name_fault(&named).is_none() && !named.contains('/') {
        return named;
    }
    format!("原文.{}", if ending.is_empty() { "bin" } else { ending })
}

#[cfg(test)]
mod tests {
    use super::kept_name;

    #[test]
    fn names_say_what_the_file_is() {
        assert_eq!(kept_name("a/通知.PDF", "pdf"), "通知.PDF");
        assert_eq!(kept_name("通知.txt", "pdf"), "通知.txt.pdf");
        assert_eq!(kept_name("通知?#.pdf", "pdf"), "原文.pdf");
    }
}
