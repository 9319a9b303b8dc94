//! PDF: the words of its pages, whoever made it, hidden text layers of scans included.

use super::Reading;
use super::out::Out;
use crate::pdf::{NoWords, words};
use crate::sheet::reading;

pub(super) fn read(bytes: &[u8], _: &str, out: &mut Out) -> Reading {
    let mut number = 0_usize;
    let mut silent = 0_usize;
    let heard = words(bytes.to_vec(), |placed| {
        number += 1;
        let text = reading(placed);
        silent += usize::from(text.trim().is_empty());
        out.part(format!("第{number}页"), &text)
    });
    let seen = match heard {
        Ok(seen) => seen,
        Err(NoWords::Encrypted) => return Reading::Encrypted,
        Err(NoWords::Damaged) => return Reading::Damaged("不是完整的 PDF".into()),
        Err(NoWords::TooManyPages) => return Reading::Damaged("页数过多".into()),
    };
    out.pages = u32::try_from(seen.pages).ok();
    for (name, value) in &seen.properties {
        out.property(name, value);
    }
    if seen.untold > 0 && out.has_text() {
        out.note(format!("{} 个字只有字形，读不出", seen.untold));
    }
    if silent > 0 && out.has_text() {
        out.note(format!("{} 页中有 {silent} 页没有文字", seen.pages));
    }
    if out.has_text() {
        Reading::Text
    } else if seen.untold > 0 {
        Reading::NoText("字只有字形，没有编码，读不出".into())
    } else if seen.pictures > 0 {
        Reading::NoText("扫描件，没有文字层".into())
    } else {
        Reading::NoText("页面上没有文字".into())
    }
}
