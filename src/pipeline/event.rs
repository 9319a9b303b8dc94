//! What the pipeline says while it works; the face decides how to show it.

use std::path::PathBuf;

use serde::Serialize;

use crate::diag::Diagnostic;
use crate::fixity::Digest;

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// A finding about data.
    Finding(Diagnostic),
    /// A step begins: its name and the number of things to do (0 if it cannot be counted).
    Step(&'static str, usize),
    /// One thing of the present step is done.
    Tick,
    /// A document was written, or could not be.
    Document(DocumentLine),
}

/// Who listens to events; called from several threads.
pub type Listener<'a> = &'a (dyn Fn(Event) + Sync);

/// One document in one format: the NDJSON line `{"type":"document",…}`.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentLine {
    /// Always `document`.
    pub r#type: &'static str,
    /// Its id within the case.
    pub document: String,
    /// 文件种类; none for a free document.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// 题名.
    pub title: String,
    /// 输出格式: pdf, png, txt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Where it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// Pages of the whole document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<usize>,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// SHA-256.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
    /// SM3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sm3: Option<Digest>,
    /// 所用字体: faces it is set in; with faces of this machine, bytes depend on the machine.
    #[cfg(feature = "typeset")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fonts: Vec<crate::typeset::FaceUse>,
    /// 代用字: characters that another face lends.
    #[cfg(feature = "typeset")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub substitutes: Vec<crate::typeset::Substitute>,
    /// Whether it was made.
    pub ok: bool,
}

impl Default for DocumentLine {
    /// A document that was not made.
    fn default() -> Self {
        Self {
            r#type: "document",
            document: String::new(),
            kind: String::new(),
            title: String::new(),
            format: None,
            path: None,
            pages: None,
            bytes: None,
            sha256: None,
            sm3: None,
            #[cfg(feature = "typeset")]
            fonts: Vec::new(),
            #[cfg(feature = "typeset")]
            substitutes: Vec::new(),
            ok: false,
        }
    }
}
