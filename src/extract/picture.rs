//! 图像: their size; words on them are for people, or for an OCR program of the machine.

use super::Reading;
use super::out::Out;

pub(super) fn read(bytes: &[u8], _: &str, out: &mut Out) -> Reading {
    out.pages = Some(1);
    if let Some((width, height)) = size(bytes) {
        out.property("pixels", &format!("{width}×{height}"));
    }
    Reading::NoText("图像，没有文字层".into())
}

/// Width and height in pixels, if the head tells.
fn size(b: &[u8]) -> Option<(u32, u32)> {
    let big16 =
        |at: usize| Some(u32::from(u16::from_be_bytes(b.get(at..at + 2)?.try_into().ok()?)));
    let little16 =
        |at: usize| Some(u32::from(u16::from_le_bytes(b.get(at..at + 2)?.try_into().ok()?)));
    let big32 = |at: usize| Some(u32::from_be_bytes(b.get(at..at + 4)?.try_into().ok()?));
    let little32 = |at: usize| Some(u32::from_le_bytes(b.get(at..at + 4)?.try_into().ok()?));
    match b {
        [0x89, b'P', ..] => Some((big32(16)?, big32(20)?)),
        [b'G', b'I', b'F', ..] => Some((little16(6)?, little16(8)?)),
        [b'B', b'M', ..] => Some((little32(18)?, little32(22)?)),
        [0xFF, 0xD8, ..] => jpeg(b),
        [b'I', b'I', ..] => tiff(b, &little16, &little32),
        [b'M', b'M', ..] => tiff(b, &big16, &big32),
        _ => None,
    }
}

/// The first frame head of a JPEG.
fn jpeg(b: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2_usize;
    loop {
        let &[0xFF, marker, high, low] = b.get(at..at.checked_add(4)?)? else { return None };
        let frame = matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
        if frame {
            let pair = |at: usize| {
                Some(u32::from(u16::from_be_bytes(b.get(at..at + 2)?.try_into().ok()?)))
            };
            return Some((pair(at + 7)?, pair(at + 5)?));
        }
        at = at.checked_add(2 + usize::from(u16::from_be_bytes([high, low])))?;
    }
}

type Number<'a> = &'a dyn Fn(usize) -> Option<u32>;

/// Tags 256 and 257 of the first directory.
fn tiff(b: &[u8], short: Number<'_>, long: Number<'_>) -> Option<(u32, u32)> {
    let at = usize::try_from(long(4)?).ok()?;
    if at.checked_add(2)? > b.len() {
        return None;
    }
    let (mut width, mut height) = (None, None);
    for n in 0..usize::try_from(short(at)?).ok()? {
        let entry = at + 2 + n * 12;
        let value = if short(entry + 2)? == 3 { short(entry + 8) } else { long(entry + 8) };
        match short(entry)? {
            256 => width = value,
            257 => height = value,
            _ => {}
        }
    }
    Some((width?, height?))
}
