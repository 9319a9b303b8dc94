//! 外来的文字: text and XML of packages that other programs made, in UTF-8 or in GB18030 (with GB2312 and GBK, its subsets).

use std::borrow::Cow;

use encoding_rs::GB18030;

use super::xml::{self, Element};
use crate::xml::declared_encoding;

/// The text of a file: UTF-8, with or without its mark, else GB18030; none for what is neither.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.trim_start_matches('\u{feff}').to_owned()),
        Err(_) => chinese(bytes),
    }
}

/// Reads an XML document in the encoding that it declares; without a declaration it is UTF-8.
///
/// # Errors
/// In words, as [`xml::parse`]; an encoding that is none of ours, or not the one declared.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, String> {
    match declared(bytes).as_deref() {
        None | Some("UTF-8" | "UTF8" | "US-ASCII" | "ASCII") => {
            xml::parse(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes))
        }
        Some(name @ ("GB18030" | "GBK" | "GB2312" | "CP936")) => {
            let text = chinese(bytes).ok_or_else(|| format!("声明为 {name}，内容不是"))?;
            xml::parse(text.as_bytes())
        }
        Some(name) => Err(format!("声明的编码是 {name}，本程序只认 UTF-8、GB18030、GB2312、GBK")),
    }
}

fn chinese(bytes: &[u8]) -> Option<String> {
    GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
}

/// The encoding of the XML declaration, in capitals.
fn declared(bytes: &[u8]) -> Option<String> {
    declared_encoding(bytes).map(|name| name.to_uppercase())
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::{parse, text};

    fn gb(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn the_declared_encoding_is_the_one_that_is_read() {
        // 𬬻 has four bytes in GB18030 and none in GBK.
        let page =
            |name: &str| format!("<?xml version=\"1.0\" encoding=\"{name}\"?><题名>督察𬬻</题名>");
        for name in ["GB18030", "gb2312", "GBK"] {
            assert_eq!(parse(&gb(&page(name))).unwrap().text, "督察𬬻");
        }
        assert_eq!(parse(page("UTF-8").as_bytes()).unwrap().text, "督察𬬻");
        assert_eq!(parse(format!("\u{feff}{}", page("utf-8")).as_bytes()).unwrap().text, "督察𬬻");
        assert!(parse(&gb(&page("UTF-8"))).is_err(), "not what it declares");
        assert!(parse(&gb("<a>督察</a>")).is_err(), "nothing declared is UTF-8");
        assert!(parse(page("UTF-16").as_bytes()).unwrap_err().contains("UTF-16"));
        let dtd = gb("<?xml version='1.0' encoding='GB18030'?><!DOCTYPE a><a/>");
        assert!(parse(&dtd).unwrap_err().contains("DTD"));
        assert!(parse(b"<?xml version='1.0' encoding='GB18030'?><a>\xff\xff</a>").is_err());
    }

    #[test]
    fn a_text_is_read_in_either() {
        assert_eq!(text("移交单位：甲".as_bytes()).unwrap(), "移交单位：甲");
        assert_eq!(text("\u{feff}移交单位：甲".as_bytes()).unwrap(), "移交单位：甲");
        assert_eq!(text(&gb("移交单位：甲")).unwrap(), "移交单位：甲");
        assert_eq!(text(b"\xff\xfe\x00"), None);
    }
}
