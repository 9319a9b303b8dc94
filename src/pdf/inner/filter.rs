//! 解码: the bytes of a stream as they were before its filters.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

/// More than this out of one stream is refused.
const MOST: u64 = 512 << 20;

/// What decoding came to.
#[derive(Debug)]
pub(super) enum Decoded {
    /// Bytes.
    Bytes(Vec<u8>),
    /// A picture in a format of its own.
    Picture,
    /// Why there are none.
    Not(String),
}

pub(super) fn decode(dict: &[u8], data: &[u8]) -> Decoded {
    let mut bytes = data.to_vec();
    for name in filters(dict) {
        let done = match name.as_slice() {
            b"FlateDecode" | b"Fl" => inflate(&bytes),
            b"ASCIIHexDecode" | b"AHx" => Some(unhex(&bytes)),
            b"ASCII85Decode" | b"A85" => Some(un85(&bytes)),
            b"RunLengthDecode" | b"RL" => Some(unrun(&bytes)),
            b"DCTDecode" | b"DCT" | b"JPXDecode" | b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode" => {
                return Decoded::Picture;
            }
            other => {
                let name = String::from_utf8_lossy(other);
                return Decoded::Not(format!("有一段数据用 {name} 编码，读不了"));
            }
        };
        match done {
            Some(done) => bytes = done,
            None => return Decoded::Not("有一段数据解不开".to_owned()),
        }
    }
    let picture = super::names(dict).any(|n| n == b"Image");
    if !picture && predicted(dict) {
        return Decoded::Not("有一段数据用了预测编码，读不了".to_owned());
    }
    Decoded::Bytes(bytes)
}

/// The names after /Filter (or /F of a picture within contents), in order.
fn filters(dict: &[u8]) -> Vec<Vec<u8>> {
    let Some(at) = super::find(dict, b"/Filter", 0) else { return Vec::new() };
    let rest = dict.get(at + 7..).unwrap_or_default().trim_ascii_start();
    let list = if rest.starts_with(b"[") {
        rest.split(|b| *b == b']').next().unwrap_or_default()
    } else {
        let next = rest.iter().skip(1).position(|b| b"/>[<".contains(b));
        rest.get(..next.map_or(rest.len(), |n| n + 1)).unwrap_or_default()
    };
    super::names(list).map(<[u8]>::to_vec).collect()
}

fn predicted(dict: &[u8]) -> bool {
    super::find(dict, b"/Predictor", 0).is_some_and(|at| {
        let rest = dict.get(at + 10..).unwrap_or_default().trim_ascii_start();
        !rest.starts_with(b"1") || rest.get(1).is_some_and(u8::is_ascii_digit)
    })
}

/// As much as can be had: a damaged end does not hide what stands before it. None if nothing can.
fn inflate(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut reader = ZlibDecoder::new(data).take(MOST);
    let mut chunk = vec![0; 1 << 16];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => out.extend_from_slice(chunk.get(..n)?),
            Err(_) if out.is_empty() && !data.is_empty() => return None,
            Err(_) => break,
        }
    }
    (u64::try_from(out.len()).ok()? < MOST).then_some(out)
}

pub(super) fn unhex(data: &[u8]) -> Vec<u8> {
    let digits =
        data.iter().take_while(|b| **b != b'>').filter_map(|b| char::from(*b).to_digit(16));
    let digits: Vec<u8> = digits.filter_map(|d| u8::try_from(d).ok()).collect();
    digits
        .chunks(2)
        .map(|pair| {
            pair.iter().take(2).fold(0, |n, d| n * 16 + d) << if pair.len() < 2 { 4 } else { 0 }
        })
        .collect()
}

fn un85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut group: Vec<u32> = Vec::new();
    for byte in data.iter().take_while(|b| **b != b'~') {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => continue,
        }
        if group.len() == 5 {
            let n = group.iter().fold(0u32, |n, d| n.wrapping_mul(85).wrapping_add(*d));
            out.extend(n.to_be_bytes());
            group.clear();
        }
    }
    if group.len() > 1 {
        let keep = group.len() - 1;
        group.resize(5, 84);
        let n = group.iter().fold(0u32, |n, d| n.wrapping_mul(85).wrapping_add(*d));
        out.extend(n.to_be_bytes().iter().take(keep));
    }
    out
}

fn unrun(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(length) = data.get(at).copied().filter(|n| *n != 128) {
        at += 1;
        if length < 128 {
            let end = (at + usize::from(length) + 1).min(data.len());
            out.extend_from_slice(data.get(at..end).unwrap_or_default());
            at = end;
        } else if let Some(byte) = data.get(at) {
            out.resize(out.len() + 257 - usize::from(length), *byte);
            at += 1;
        }
    }
    out
}
