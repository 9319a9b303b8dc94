//! 图: the pictures that a document names, read from beside its file: safe paths, PNG or JPEG, bounded.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use crate::container::name_fault;
use crate::diag::{Diagnostic, Span};

/// The largest picture file that is read.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// The most pixels of a picture: unpacked it takes four bytes for each.
const MAX_PIXELS: u64 = 50_000_000;

/// Reads the pictures that `wanted` names from `dir`; without a folder there are none to be had.
pub(super) fn load(
    dir: Option<&Path>,
    wanted: &[(String, Span)],
) -> (BTreeMap<String, Vec<u8>>, Vec<Diagnostic>) {
    let (mut assets, mut findings) = (BTreeMap::new(), Vec::new());
    for (name, at) in wanted {
        if assets.contains_key(name) {
            continue;
        }
        match one(dir, name) {
            Ok(bytes) => drop(assets.insert(name.clone(), bytes)),
            Err(finding) => findings.push(finding.at(at.clone())),
        }
    }
    (assets, findings)
}

fn one(dir: Option<&Path>, name: &str) -> Result<Vec<u8>, Box<Diagnostic>> {
    let unsafe_path = |why: &str| -> Box<Diagnostic> {
        Diagnostic::error("A-03", format!("图的路径“{name}”不能用：{why}"))
            .hint("写相对于所在文件夹的路径，如 附图/位置图.png。")
            .into()
    };
    if let Some(why) = name_fault(name) {
        return Err(unsafe_path(why));
    }
    let missing = || -> Box<Diagnostic> {
        Diagnostic::error("A-01", format!("图不存在：{name}"))
            .hint("把图放在文稿（数据文件）所在的文件夹里，或者改正文件名。")
            .into()
    };
    let dir = dir.ok_or_else(missing)?;
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let file = fs::canonicalize(dir.join(name)).map_err(|_| missing())?;
    if !fs::canonicalize(dir).is_ok_and(|dir| file.starts_with(dir)) {
        return Err(unsafe_path("它经链接指到了文件夹之外"));
    }
    let unusable = |why: String| -> Box<Diagnostic> {
        Diagnostic::error("A-04", format!("图“{name}”不能用：{why}"))
            .hint("图用 PNG 或 JPEG 格式，不超过 16 MiB、五千万像素；照片先缩小到够印的大小。")
            .into()
    };
    if !file.is_file() {
        return Err(unusable("不是文件".into()));
    }
    let mut bytes = Vec::new();
    File::open(&file)
        .and_then(|f| f.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| unusable(format!("读不出来（{error}）")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(unusable("文件超过 16 MiB".into()));
    }
    let (width, height) =
        size(&bytes).ok_or_else(|| unusable("不是 PNG 或 JPEG 图，或者已损坏".into()))?;
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(unusable(format!("大小是 {width}×{height} 像素")));
    }
    Ok(bytes)
}

/// Width and height in pixels, if the bytes begin as a PNG (ISO/IEC 15948) or a JPEG (ITU-T T.81) does.
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize, len: usize| {
        let field = bytes.get(at..at + len)?;
        Some(field.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)))
    };
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let header = bytes.get(12..16)? == b"IHDR";
        return Some((number(16, 4)?, number(20, 4)?)).filter(|_| header);
    }
    if !bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return None;
    }
    // Segments up to the start of a frame, SOF0 to SOF15 without DHT, JPG and DAC.
    let mut at = 2;
    loop {
        let (0xFF, marker) = (*bytes.get(at)?, *bytes.get(at + 1)?) else { return None };
        match marker {
            0xFF => at += 1,
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                return Some((number(at + 7, 2)?, number(at + 5, 2)?));
            }
            0xD9 | 0xDA => return None,
            _ => at += 2 + usize::try_from(number(at + 2, 2)?).ok()?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read_from_the_first_bytes() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 1, 44, 0, 0, 0, 200, 8, 2, 0, 0, 0]);
        assert_eq!(size(&png), Some((300, 200)));
        let jpeg = [
            0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC4, 0, 2, 0xFF, 0xC2, 0, 17, 8, 0, 200, 1,
            44,
        ];
        assert_eq!(size(&jpeg), Some((300, 200)));
        for bad in [&b"GIF89a"[..], b"\x89PNG", b"<svg/>", &jpeg[..12], &[0xFF, 0xD8, 0xFF, 0xD9]] {
            assert_eq!(size(bad), None);
        }
    }
}
