//! 文稿: one free document as a text file, its elements in front matter, its words after it.
//!
//! The front matter is read as a case file is: with places, driven by `archive-schema/paper.schema.json`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::check::{self, Findings, Subject};
use super::entities::Entities;
use super::schema::Schema;
use super::tree::Node;
use super::{normal, parse, secrets, source, structure};
use crate::diag::{Checked, Diagnostic, Failure, Outcome, SourceFile, Span, has_errors};
use crate::engine::is_reserved;

/// The published schema's text.
pub const TEXT: &str = include_str!("../../archive-schema/paper.schema.json");

/// The compiled schema of the front matter.
pub static HEAD: LazyLock<Schema> = LazyLock::new(|| Schema::compile(TEXT));

/// The line before and after the front matter.
const FENCE: &str = "---";

/// A manuscript as read.
#[derive(Debug)]
pub struct Manuscript {
    /// The whole file.
    pub source: Arc<SourceFile>,
    /// The folder it lies in; its pictures are beside it.
    pub dir: PathBuf,
    /// What its front matter says.
    pub head: Head,
    /// Offset at which the words begin.
    pub body: usize,
    root: Node,
}

/// 文稿的要素: the front matter, typed.
#[derive(Clone, Debug, Deserialize)]
pub struct Head {
    /// 版式, as 公文 people call it: 文件式, 信函式, 命令式, 纪要式, 无版头.
    pub form: String,
    /// 文种.
    pub genre: Option<String>,
    /// 标题.
    pub title: String,
    /// 发文机关, host first.
    pub issuers: Vec<String>,
    /// 发文机关标志, if it is not the issuers' names.
    #[serde(default)]
    pub mark: Vec<String>,
    /// What follows the mark: 文件, 令, or nothing.
    pub suffix: Option<String>,
    /// 发文字号.
    pub number: Option<String>,
    /// 份号.
    pub copy_no: Option<String>,
    /// 密级和保密期限.
    pub secrecy: Option<String>,
    /// 紧急程度.
    pub urgency: Option<String>,
    /// 签发人.
    #[serde(default)]
    pub signers: Vec<String>,
    /// 主送机关.
    pub recipients: Option<String>,
    /// 成文日期, ISO 8601.
    pub date: String,
    /// 署名方式.
    pub signature: Option<String>,
    /// 签名章.
    #[serde(default)]
    pub stamps: Vec<Stamp>,
    /// 机关层级.
    pub organ_level: Option<String>,
    /// 印章直径 in mm.
    #[serde(default)]
    pub seals: Vec<f64>,
    /// 附注.
    pub note: Option<String>,
    /// 抄送机关.
    pub copies: Option<String>,
    /// 印发机关.
    pub print_office: Option<String>,
    /// 印发日期, ISO 8601.
    pub printed_on: Option<String>,
    /// Whether there is a 版记.
    pub imprint: Option<bool>,
    /// Words that the title keeps whole.
    #[serde(default)]
    pub keep: Vec<String>,
    /// 水印.
    pub watermark: Option<String>,
}

/// 签名章: who stamps.
#[derive(Clone, Debug, Deserialize)]
pub struct Stamp {
    /// 职务, in full.
    pub post: String,
    /// 姓名.
    pub name: String,
}

impl Manuscript {
    /// The words after the front matter.
    #[must_use]
    pub fn words(&self) -> &str {
        self.source.text().get(self.body..).unwrap_or_default()
    }

    /// Where the value at a JSON Pointer of the front matter stands, or would stand.
    #[must_use]
    pub fn span_near(&self, pointer: &str) -> Span {
        Span::new(&self.source, self.root.nearest(pointer).span.clone())
    }

    /// P-08 涉密拒收: the finding if the manuscript bears a mark of state secrecy. Where it is not empty, the
    /// step is refused ([`Failure::Refused`]).
    #[must_use]
    pub fn state_secrets(&self) -> Option<Diagnostic> {
        secrets::mark(&self.source, self.root.get("secrecy"), "文稿", "/secrecy")
    }
}

/// Reads the manuscript at `path`.
///
/// # Errors
/// [`Failure::World`] if the file cannot be read; [`Failure::Rejected`] with every finding against its front
/// matter; [`Failure::Refused`] if a faulty one bears a mark of state secrecy besides.
pub fn load_manuscript(path: &Path) -> Outcome<Manuscript> {
    let source = source::read(path)?;
    let dir = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let (head, body) = split(&source).map_err(|finding| Failure::Rejected(vec![*finding]))?;
    // As long as the file up to the words, so that every place in it is a place in the file.
    let front = SourceFile::new(source.name(), source.text().get(..head).unwrap_or_default());
    let is_field = |name: &str| !HEAD.owners(name).is_empty();
    let parse::Reading { root, mut findings } = parse::read(&front, &is_field);
    let Some(root) = root.filter(|root| !root.is_null()) else {
        if !has_errors(&findings) {
            findings.push(nothing(&source, "两行“---”之间没有内容"));
        }
        return Err(Failure::Rejected(findings));
    };
    let entities = Entities::default();
    let subject = Subject { schema: &HEAD, source: &source, root: &root, entities: &entities };
    let mut list = Findings::new(&source);
    structure::check(subject, &mut list);
    findings.extend(list.into_list());
    findings.extend(strays(&source));
    let secret = secrets::mark(&source, root.get("secrecy"), "文稿", "/secrecy");
    if has_errors(&findings) {
        let refused = secret.is_some();
        findings.extend(secret);
        check::sort(&mut findings);
        return Err(if refused { Failure::Refused(findings) } else { Failure::Rejected(findings) });
    }
    match Head::deserialize(&normal::plain(&root)) {
        Ok(head) => {
            let dir = if dir.as_os_str().is_empty() { PathBuf::from(".") } else { dir };
            Ok(Checked { value: Manuscript { source, dir, head, body, root }, findings })
        }
        Err(error) => {
            let message = format!("文稿的要素读不成：{error}");
            let finding = Diagnostic::error("S-01", message).at(Span::new(&source, 0..0));
            Err(Failure::Rejected(vec![finding]))
        }
    }
}

/// Where the front matter ends and where the words begin.
fn split(source: &Arc<SourceFile>) -> Result<(usize, usize), Box<Diagnostic>> {
    let mut lines = source.text().split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first.trim_end() != FENCE {
        return Err(Box::new(nothing(source, "文稿开头没有要素")));
    }
    let mut at = first.len();
    for line in lines {
        if line.trim_end() == FENCE {
            return Ok((at, at + line.len()));
        }
        at += line.len();
    }
    let finding = Diagnostic::error("Y-01", "要素没有结束：缺少第二行“---”")
        .at(Span::new(source, 0..first.trim_end().len()))
        .hint("要素写完后另起一行写“---”，正文从下一行开始。");
    Err(Box::new(finding))
}

fn nothing(source: &Arc<SourceFile>, message: &str) -> Diagnostic {
    Diagnostic::error("S-01", message).at(Span::new(source, 0..0)).hint(
        "文稿第一行写“---”，以下每行一项，如“title: 关于……的通知”，再写一行“---”，然后写正文。",
    )
}

/// characters that the program keeps for its own use, line by line.
fn strays(source: &Arc<SourceFile>) -> Vec<Diagnostic> {
    let found = source.text().char_indices().filter(|(_, c)| is_reserved(*c));
    let finding = |(at, c): (usize, char)| {
        Diagnostic::error("R-91", "文字中有程序内部使用的字符（U+FDD0—U+FDEF）")
            .at(Span::new(source, at..at + c.len_utf8()))
            .hint("这些字符看不见也不能印出，请删去后重新输入这段文字。")
    };
    found.take(20).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::HEAD;

    #[test]
    fn every_keyword_of_the_schema_is_understood() {
        assert_eq!(HEAD.unread, Vec::<String>::new());
        let top = HEAD.root().unwrap();
        assert!(top.closed && top.field("title").unwrap().required);
    }
}
