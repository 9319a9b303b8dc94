//! 取字: the text of any file that an office has (PDF, Word, OFD, web page, mail …), by what its bytes are.
//!
//! Every format is one file of this room and one row of [`kind::FORMATS`]. Nothing a file states is trusted: not
//! its name, not its sizes; what comes out is bounded. A parser that panics costs its own file's text and nothing
//! else; time and memory are limited by whoever runs this room in a process of its own
//! (docs/decisions/0020-extract.md).

mod eml;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod html;
mod kind;
mod listing;
mod ofd;
mod out;
mod pdf;
mod picture;
mod plain;
mod reading;
mod table;
#[cfg(test)]
mod tests;
mod word;
mod workbook;
mod xml;

use std::thread;

use serde::{Deserialize, Serialize};

pub use reading::{Proposal, propose};
pub use table::table;

use out::Out;

/// Stack for parsers that follow nesting.
const STACK: usize = 64 << 20;
/// Name of the thread that reads a foreign file; a panic there is the file's fault, not ours.
pub const THREAD: &str = "extract";

/// How much is taken from one file.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file.
    pub file: u64,
    /// Bytes of all that it unfolds to.
    pub unfolded: u64,
    /// Characters of text.
    pub characters: usize,
    /// Entries, sheets, pages, attachments.
    pub members: usize,
    /// How deep files within files are opened.
    pub depth: u8,
}

impl Default for Limits {
    /// What no office document comes near to.
    fn default() -> Self {
        Self {
            file: 256 << 20,
            unfolded: 256 << 20,
            characters: 20_000_000,
            members: 20_000,
            depth: 1,
        }
    }
}

/// What reading a file came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "reason", rename_all = "snake_case")]
pub enum Reading {
    /// There is text.
    Text,
    /// 没有文字: a picture, a scan, an empty file; why, in words.
    NoText(String),
    /// 已加密.
    Encrypted,
    /// 已损坏, or made to harm; why, in words.
    Damaged(String),
    /// A format that is not read here; which, in words.
    Unsupported(String),
}

impl Reading {
    /// Why there is no text, in words; empty where there is.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Text => String::new(),
            Self::NoText(why) | Self::Unsupported(why) => why.clone(),
            Self::Encrypted => "已加密".into(),
            Self::Damaged(why) => format!("已损坏：{why}"),
        }
    }
}

/// A piece of the text and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// 第3页, 工作表“台账”, 附件“名单.docx”; empty for the file itself.
    pub place: String,
    /// Paragraphs, one a line.
    pub text: String,
}

/// A file within the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its size in bytes, as stated.
    pub bytes: u64,
}

/// 取字结果.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// Media type by what the bytes are.
    pub media_type: String,
    /// What the format is called.
    pub format: String,
    /// How it went.
    #[serde(flatten)]
    pub reading: Reading,
    /// The text.
    pub parts: Vec<Part>,
    /// 文件属性 as the file has them: `title`, `author`, `created` …, in order.
    pub properties: Vec<(String, String)>,
    /// Files within.
    pub members: Vec<Member>,
    /// Pages, where the format has any.
    pub pages: Option<u32>,
    /// Character encoding of a text.
    pub encoding: Option<String>,
    /// What a reader should know: characters that could not be read, text cut off.
    pub notes: Vec<String>,
}

impl Extracted {
    /// A file of which nothing could be read.
    #[must_use]
    pub fn nothing(media_type: &str, format: &str, reading: Reading) -> Self {
        Self {
            media_type: media_type.into(),
            format: format.into(),
            reading,
            parts: Vec::new(),
            properties: Vec::new(),
            members: Vec::new(),
            pages: None,
            encoding: None,
            notes: Vec::new(),
        }
    }

    /// The whole text, parts apart by a blank line.
    #[must_use]
    pub fn text(&self) -> String {
        let parts: Vec<&str> =
            self.parts.iter().map(|p| p.text.as_str()).filter(|t| !t.is_empty()).collect();
        parts.join("\n\n")
    }

    /// Why part of the text is missing; none if all of it is there.
    #[must_use]
    pub fn cut(&self) -> Option<&'static str> {
        self.notes.iter().any(|n| n == out::CUT).then_some(out::CUT)
    }

    /// A 文件属性.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// The text of `bytes`. `name` is the file's name: it helps only where the bytes do not tell (CSV among texts).
/// Never panics, always ends but where a parser runs on for ever.
#[must_use]
pub fn extract(bytes: &[u8], name: &str, limits: &Limits) -> Extracted {
    let damaged = |why: &str| {
        Extracted::nothing("application/octet-stream", "文件", Reading::Damaged(why.into()))
    };
    if bytes.len() as u64 > limits.file {
        return damaged(&format!("超过 {} MB，不予读取", limits.file >> 20));
    }
    thread::scope(|scope| {
        let reader = thread::Builder::new()
            .name(THREAD.to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, || within(bytes, name, limits, limits.depth));
        match reader.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(extracted)) => extracted,
            Ok(Err(_)) => {
                let row = kind::of(bytes, name);
                let why = Reading::Damaged("内容有误，读到一半出错".into());
                Extracted::nothing(row.media_type, row.name, why)
            }
            Err(_) => damaged("没有内存可供读取"),
        }
    })
}

/// A file, or a file within a file.
fn within(bytes: &[u8], name: &str, limits: &Limits, depth: u8) -> Extracted {
    let row = kind::of(bytes, name);
    let mut out = Out::new(limits, depth);
    let reading = (row.read)(bytes, name, &mut out);
    out.finish(row, reading)
}
