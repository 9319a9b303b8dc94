//! From a path to text: size, encoding, byte order mark.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::{Diagnostic, Failure, SourceFile, Span, WorldError};

/// The largest data file that is read.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Names looked for in a folder, in this order.
const NAMES: [&str; 3] = ["case.yaml", "case.yml", "case.json"];

/// The data file that `path` means: itself, or the one in the folder.
#[must_use]
pub fn locate(path: &Path) -> PathBuf {
    if !path.is_dir() {
        return path.to_path_buf();
    }
    let found = NAMES.iter().map(|name| path.join(name)).find(|file| file.is_file());
    found.unwrap_or_else(|| path.join(NAMES[0]))
}

/// Reads the text of `file`.
///
/// # Errors
/// The world's errors; a file too large or not in UTF-8 is rejected.
pub fn read(file: &Path) -> Result<Arc<SourceFile>, Failure> {
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|f| f.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(WorldError::while_("读取数据文件", file))?;
    decode(&file.display().to_string(), &bytes).map_err(|finding| Failure::Rejected(vec![*finding]))
}

/// The text of `bytes` under `name`; a UTF-8 byte order mark is left out.
///
/// # Errors
/// The finding that says why there is no text.
pub fn decode(name: &str, bytes: &[u8]) -> Result<Arc<SourceFile>, Box<Diagnostic>> {
    if bytes.len() > MAX_BYTES {
        let source = SourceFile::new(name, "");
        let message = format!("数据文件超过 {} MiB，不予读取", MAX_BYTES / 1024 / 1024);
        return Err(Box::new(
            Diagnostic::error("Y-07", message)
                .at(Span::new(&source, 0..0))
                .hint("照片、视频、扫描件放在 attachments 文件夹，数据文件里只写路径。"),
        ));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(name, text)),
        Err(error) => Err(Box::new(not_utf8(name, bytes, error.valid_up_to()))),
    }
}

fn not_utf8(name: &str, bytes: &[u8], offset: usize) -> Diagnostic {
    // The text before the offset is the same in the lossy reading, so the place stays right.
    let source = SourceFile::new(name, String::from_utf8_lossy(bytes));
    let rest = bytes.get(offset..).unwrap_or_default();
    let guess = if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        "看起来是 UTF-16（记事本的“Unicode”）"
    } else if looks_like_gbk(rest) {
        "看起来是 GBK（记事本的“ANSI”）"
    } else {
        "文件可能已损坏，或者不是文本文件"
    };
    let (line, _) = source.line_column(offset);
    Diagnostic::error(
        "Y-02",
        format!("数据文件不是 UTF-8 编码：第 {line} 行有读不出的字节（第 {} 字节）", offset + 1),
    )
    .at(Span::new(&source, offset..offset))
    .hint(format!("{guess}。用记事本打开，选“另存为”，编码选 UTF-8，再保存一次。"))
}

fn looks_like_gbk(rest: &[u8]) -> bool {
    match rest {
        [high, low, ..] => (0x81..=0xFE).contains(high) && (0x40..=0xFE).contains(low),
        _ => false,
    }
}
