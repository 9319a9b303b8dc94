//! 格式: what a file is, by its bytes. One table; a row is a format.

use super::out::Out;
use super::{Reading, eml, html, listing, ofd, pdf, picture, plain, word, workbook};

/// One format.
pub(super) struct Format {
    /// Media type.
    pub(super) media_type: &'static str,
    /// What people call it.
    pub(super) name: &'static str,
    /// Whether the bytes (and, where they do not tell, the name's ending) are of this format.
    is: fn(&Look<'_>) -> bool,
    /// Reads it.
    pub(super) read: fn(&[u8], &str, &mut Out) -> Reading,
}

/// What is looked at to tell a format.
struct Look<'a> {
    bytes: &'a [u8],
    /// The name's ending in small letters.
    ending: String,
    /// Names of a ZIP's entries.
    names: Vec<String>,
}

impl Look<'_> {
    fn starts(&self, magic: &[u8]) -> bool {
        self.bytes.starts_with(magic)
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|n| n == name)
    }

    fn under(&self, folder: &str) -> bool {
        self.names.iter().any(|n| n.starts_with(folder))
    }

    /// A name of a stream in an OLE file, which holds them as UTF-16.
    fn stream(&self, name: &str) -> bool {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.starts(OLE) && self.bytes.windows(wide.len()).any(|w| w == wide)
    }

    /// The beginning as a text would be read, small letters.
    fn head(&self) -> String {
        let head = self.bytes.get(..2048.min(self.bytes.len())).unwrap_or_default();
        let head: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
        String::from_utf8_lossy(&head).trim_start_matches('\u{feff}').trim_start().to_lowercase()
    }
}

const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const ZIP: &[u8] = b"PK\x03\x04";

/// The formats, the first that fits is it.
pub(super) static FORMATS: &[Format] = &[
    Format {
        media_type: "application/pdf",
        name: "PDF",
        is: |l| {
            let head = l.bytes.get(..1024.min(l.bytes.len())).unwrap_or_default();
            head.windows(5).any(|w| w == b"%PDF-")
        },
        read: pdf::read,
    },
    Format {
        media_type: "image/png",
        name: "PNG 图像",
        is: |l| l.starts(b"\x89PNG\r\n\x1a\n"),
        read: picture::read,
    },
    Format {
        media_type: "image/jpeg",
        name: "JPEG 图像",
        is: |l| l.starts(b"\xff\xd8\xff"),
        read: picture::read,
    },
    Format {
        media_type: "image/gif",
        name: "GIF 图像",
        is: |l| l.starts(b"GIF87a") || l.starts(b"GIF89a"),
        read: picture::read,
    },
    Format {
        media_type: "image/tiff",
        name: "TIFF 图像",
        is: |l| l.starts(b"II*\0") || l.starts(b"MM\0*"),
        read: picture::read,
    },
    Format {
        media_type: "image/bmp",
        name: "BMP 图像",
        is: |l| l.starts(b"BM") && l.bytes.get(6..10) == Some(&[0; 4]),
        read: picture::read,
    },
    Format {
        media_type: "application/ofd",
        name: "OFD",
        is: |l| l.has("OFD.xml"),
        read: ofd::read,
    },
    Format {
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        name: "Word 文档",
        is: |l| l.under("word/"),
        read: word::read,
    },
    Format {
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        name: "Excel 工作簿",
        is: |l| l.under("xl/"),
        read: workbook::read,
    },
    Format {
        media_type: "application/vnd.oasis.opendocument.spreadsheet",
        name: "ODS 工作簿",
        is: |l| l.has("content.xml") && l.ending == "ods",
        read: workbook::read,
    },
    Format {
        media_type: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        name: "PowerPoint 演示文稿",
        is: |l| l.under("ppt/"),
        read: |_, _, _| Reading::Unsupported("PowerPoint 演示文稿：请另存为 PDF 后再导入".into()),
    },
    Format {
        media_type: "application/vnd.oasis.opendocument",
        name: "OpenDocument 文档",
        is: |l| l.has("content.xml") && l.has("mimetype"),
        read: |_, _, _| {
            Reading::Unsupported("OpenDocument 文档：请另存为 .docx 或 PDF 后再导入".into())
        },
    },
    Format {
        media_type: "application/vnd.ms-office.encrypted",
        name: "加密的 Office 文档",
        is: |l| l.stream("EncryptedPackage"),
        read: |_, _, _| Reading::Encrypted,
    },
    Format {
        media_type: "application/vnd.ms-excel",
        name: "旧版 Excel 工作簿",
        is: |l| l.stream("Workbook") || l.stream("Book"),
        read: workbook::read,
    },
    Format {
        media_type: "application/msword",
        name: "旧版 Word 文档",
        is: |l| l.stream("WordDocument"),
        read: |_, _, _| {
            Reading::Unsupported("旧版 Word 文档（.doc）：请另存为 .docx 或 PDF 后再导入".into())
        },
    },
    Format {
        media_type: "application/x-ole-storage",
        name: "OLE 复合文档",
        is: |l| l.starts(OLE),
        read: |_, _, _| Reading::Unsupported("OLE 复合文档：请另存为 PDF 后再导入".into()),
    },
    Format {
        media_type: "application/zip",
        name: "ZIP 压缩包",
        is: |l| l.starts(ZIP) || l.starts(b"PK\x05\x06"),
        read: listing::read,
    },
    Format {
        media_type: "application/x-compressed",
        name: "压缩包",
        is: |l| {
            [&b"Rar!"[..], b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\xfd7zXZ", b"BZh"]
                .iter()
                .any(|m| l.starts(m))
        },
        read: |_, _, _| Reading::Unsupported("压缩包：请解开后再导入".into()),
    },
    Format {
        media_type: "application/rtf",
        name: "RTF 文档",
        is: |l| l.starts(b"{\\rtf"),
        read: |_, _, _| Reading::Unsupported("RTF 文档：请另存为 .docx 或 PDF 后再导入".into()),
    },
    Format {
        media_type: "message/rfc822",
        name: "邮件",
        is: |l| eml::is(l.bytes, &l.ending),
        read: eml::read,
    },
    Format {
        media_type: "text/html",
        name: "网页",
        is: |l| {
            let head = l.head();
            let page = head.starts_with("<!doctype html") || head.starts_with("<html");
            let tags = head.contains("<html") || head.contains("<body") || head.contains("<head");
            page || tags || (matches!(l.ending.as_str(), "html" | "htm") && head.contains('<'))
        },
        read: html::read,
    },
    Format {
        media_type: "application/xml",
        name: "XML",
        is: |l| l.head().starts_with("<?xml"),
        read: plain::xml,
    },
    Format {
        media_type: "text/csv",
        name: "CSV",
        is: |l| l.ending == "csv" && plain::is(l.bytes),
        read: plain::read,
    },
    Format {
        media_type: "text/plain",
        name: "文本",
        is: |l| plain::is(l.bytes),
        read: plain::read,
    },
    Format {
        media_type: "application/octet-stream",
        name: "文件",
        is: |_| true,
        read: |bytes, _, _| {
            if bytes.is_empty() {
                Reading::NoText("空文件".into())
            } else {
                Reading::Unsupported("认不出的格式".into())
            }
        },
    },
];

/// The format of `bytes`.
pub(super) fn of(bytes: &[u8], name: &str) -> &'static Format {
    let ending = name.rsplit_once('.').map_or("", |(_, e)| e).to_lowercase();
    let names = if bytes.starts_with(ZIP) { listing::names(bytes) } else { Vec::new() };
    let look = Look { bytes, ending, names };
    let found = FORMATS.iter().find(|f| (f.is)(&look));
    #[expect(clippy::expect_used, reason = "the last row fits everything")]
    found.expect("the last row fits")
}
