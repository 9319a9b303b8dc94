//! 压缩包: its members listed, none unpacked; and the guarded way into formats that are ZIPs inside.

use super::Reading;
use super::out::Out;
use super::plain;
use crate::container::{self, Bounds, Parts, Unfit};

/// Names of the entries of a ZIP, as far as they can be read.
pub(super) fn names(bytes: &[u8]) -> Vec<String> {
    let bounds = Bounds { file: u64::MAX, entries: 100_000, unfolded: 0 };
    let parts = container::parts(bytes, bounds, |_| false).unwrap_or_default();
    parts.entries.iter().map(|(raw, _)| name(raw)).collect()
}

/// A name in UTF-8, or in GBK as Chinese systems write it.
fn name(raw: &[u8]) -> String {
    plain::decode(raw).text.replace('\\', "/")
}

/// The wanted parts of a document that is a ZIP inside, or why not.
pub(super) fn parts(
    bytes: &[u8],
    out: &Out,
    wanted: impl Fn(&str) -> bool,
) -> Result<Parts, Reading> {
    let bounds = Bounds {
        file: out.limits.file,
        entries: out.limits.members,
        unfolded: out.limits.unfolded,
    };
    let parts = container::parts(bytes, bounds, wanted).map_err(|unfit| refused(&unfit))?;
    if parts.locked && parts.taken.is_empty() {
        return Err(Reading::Encrypted);
    }
    Ok(parts)
}

pub(super) fn refused(unfit: &Unfit) -> Reading {
    Reading::Damaged(match unfit {
        Unfit::Large => "文件过大，不予读取".into(),
        Unfit::NotZip(_) => "压缩结构不完整".into(),
        Unfit::Many(n) => format!("里面有 {n} 个部件，不予读取"),
        Unfit::Unfolds => "解开后过大，不予读取".into(),
        Unfit::Damaged(part) => format!("部件 {part} 读不出来"),
    })
}

/// A ZIP: what is in it.
pub(super) fn read(bytes: &[u8], _: &str, out: &mut Out) -> Reading {
    let bounds = Bounds { file: out.limits.file, entries: 1_000_000, unfolded: 0 };
    let parts = match container::parts(bytes, bounds, |_| false) {
        Ok(parts) => parts,
        Err(unfit) => return refused(&unfit),
    };
    let mut list = String::new();
    for (raw, size) in &parts.entries {
        let name = name(raw);
        if name.ends_with('/') {
            continue;
        }
        list.push_str(&name);
        list.push('\n');
        if !out.member(&name, *size) {
            break;
        }
    }
    out.part("目录", &list);
    if parts.locked {
        return Reading::Encrypted;
    }
    Reading::NoText("压缩包：只列出里面的文件，没有读".into())
}
