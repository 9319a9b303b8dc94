//! 公文: the typed tree of one official document, between wording and layout.
//!
//! Everything a page shows stands in this tree (GB/T 9704-2012 第7章: 版头、主体、版记); the style only
//! places it. The tree reaches typst as JSON data, never as source text.

mod marked;
mod number;
mod text;
mod title;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use marked::{Marked, MarkedRun, Marking};
pub use number::heading_number;
pub use title::{break_name, break_title, cut_words};

/// 公文 (GB/T 9704-2012 7.1): 版头、主体、版记, and the parts that follow the main text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What the PDF's metadata says of the document.
    pub info: Info,
    /// 版式: which of the standard's forms the document takes.
    pub form: Form,
    /// 水印: words set behind every page (P-07 「示例」, 「样稿」), or none.
    pub watermark: Option<String>,
    /// 版头 (7.2): everything above the red rule; none for 无版头.
    pub header: Option<Header>,
    /// 主体 (7.3) up to the 附注.
    pub body: Body,
    /// 被印发的文件 and 附件 (7.3.7), in order, each on a new side.
    pub parts: Vec<Part>,
    /// 版记 (7.4); none for 无版头.
    pub imprint: Option<Imprint>,
    /// Pictures that [`Block::Figure`] names, by name. They reach the style as files, not as JSON.
    #[serde(skip)]
    pub assets: BTreeMap<String, Vec<u8>>,
}

/// Descriptive metadata of the document as a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Info {
    /// 标识: the document's id within its case, e.g. `doc-28`.
    pub id: String,
    /// 题名, without line breaks.
    pub title: String,
    /// 责任者: the issuing organs' names joined by 、.
    pub author: String,
    /// 成文日期, ISO 8601 `2025-03-04`; also the PDF's creation date.
    pub date: String,
    /// 主题词-like words for the PDF (文种, 文号, case title).
    pub keywords: Vec<String>,
}

/// 版式 (GB/T 9704-2012 第7章、第10章).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 文件式.
    Document,
    /// 信函式 (10.1).
    Letter,
    /// 命令(令) (10.2).
    Order,
    /// 纪要式 (10.3).
    Minutes,
    /// 无版头: reports, lists and forms that travel with another document.
    Plain,
}

/// 版头 (7.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// 份号 (7.2.1): six digits.
    pub copy_no: Option<String>,
    /// 密级和保密期限 (7.2.2), e.g. `机密★1年`.
    pub security: Option<String>,
    /// 紧急程度 (7.2.3): 特急 or 加急.
    pub urgency: Option<String>,
    /// 发文机关标志 (7.2.4).
    pub mark: Mark,
    /// 发文字号 (7.2.5), e.g. `渝环督办〔2025〕16号`.
    pub number: Option<String>,
    /// 上行文: number at the left, signers at the right (7.2.5, 7.2.6).
    pub upward: bool,
    /// 签发人 (7.2.6): names in the order of the issuers.
    pub signers: Vec<String>,
}

/// 发文机关标志 (7.2.4): host first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Issuers' names as they stand in the red head.
    pub names: Vec<String>,
    /// 「文件」, or empty when the mark is the name alone.
    pub suffix: String,
}

/// 主体 (7.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// 标题 (7.3.1).
    pub title: Title,
    /// 主送机关 (7.3.2) with its final 「：」, or none.
    pub recipients: Option<String>,
    /// 正文 (7.3.3).
    pub blocks: Vec<Block>,
    /// 出席、请假、列席 of 纪要 (10.3), one blank line under the text.
    #[serde(default)]
    pub attendance: Vec<Roster>,
    /// 附件说明 (7.3.4): the annexes' titles; one is unnumbered.
    pub annex_note: Vec<String>,
    /// 发文机关署名、成文日期、印章 (7.3.5).
    pub signature: Option<Signature>,
    /// 附注 (7.3.6) without its brackets.
    pub note: Option<String>,
}

/// 标题: its whole text and its lines, broken by meaning (7.3.1 「回行时，要做到词意完整」).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Title {
    /// The text in one piece.
    pub text: String,
    /// The lines to set; joined they give `text`.
    pub lines: Vec<String>,
}

impl Title {
    /// `self` as a document of `form` shows it: an order has no title (10.2).
    #[must_use]
    pub fn shown_in(&self, form: Form) -> Self {
        if form == Form::Order {
            Self { text: String::new(), lines: Vec::new() }
        } else {
            self.clone()
        }
    }
}

/// 署名、成文日期、印章 (7.3.5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// What will be put on the paper beside the name.
    pub form: SignatureForm,
    /// Issuers' names, host first; with [`SignatureForm::Stamped`] the persons' names, which the stamps show
    /// and the page does not.
    pub names: Vec<String>,
    /// 职务 of those who stamp, in full, one for each name (7.3.5.3); empty otherwise.
    #[serde(default)]
    pub posts: Vec<String>,
    /// Diameter of each issuer's seal in mm (国发〔1999〕25号: 42, 45 or 50), one for each name;
    /// empty where no seal is put.
    #[serde(default)]
    pub seals_mm: Vec<f64>,
    /// 成文日期 as shown: `2025年3月4日`.
    pub date: String,
}

/// The ways to sign (7.3.5.1—7.3.5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureForm {
    /// 加盖印章 (7.3.5.1).
    Sealed,
    /// 不加盖印章 (7.3.5.2).
    Unsealed,
    /// 加盖签发人签名章 (7.3.5.3): 命令, 任免, 议案.
    Stamped,
}

/// What follows the main text on a new side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// 被印发的文件, or 附件.
    pub role: PartRole,
    /// 「附件」 or 「附件2」 (7.3.7); none for an issued document.
    pub label: Option<String>,
    /// The part's own title.
    pub title: Title,
    /// Its text.
    pub blocks: Vec<Block>,
    /// Signature of an issued document that carries its own.
    pub signature: Option<Signature>,
    /// Whether the whole part lies on its side (8: A4纸型横排表格).
    pub landscape: bool,
    /// 发文字号 of the main document, for an annex that is bound apart from it (7.3.7): it stands before the
    /// label on line 1.
    #[serde(default)]
    pub apart: Option<String>,
}

/// The two kinds of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartRole {
    /// 被印发、转发的文件: no label, not named in the 附件说明.
    Issued,
    /// 附件 (7.3.7).
    Annex,
}

/// 版记 (7.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imprint {
    /// 抄送机关 (7.4.2) without 「抄送：」, with the final 「。」; none if nobody is copied.
    pub copies: Option<String>,
    /// 印发机关 (7.4.3).
    pub office: String,
    /// 印发日期 with 「印发」: `2025年3月4日印发`.
    pub date: String,
}

/// One block of running text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// 结构层次序数 (7.3.3): 一、（一）1.（1）.
    Heading {
        /// 1 to 4.
        level: u8,
        /// The number with its mark: `一、`, `（二）`, `3.`, `（4）`.
        number: String,
        /// Words of the heading.
        text: String,
        /// A heading that ends in 「。」 runs on: the paragraph that follows on the same line.
        run_in: Option<String>,
    },
    /// A paragraph, first line indented by two characters.
    Paragraph {
        /// Its words.
        text: String,
        /// Whether the first line is indented (7.3.3); false only for forms.
        indent: bool,
    },
    /// 表格.
    Table(Table),
    /// 列举: items with numbers of their own, each a paragraph in 仿宋.
    List {
        /// Items in order.
        items: Vec<Item>,
    },
    /// 章、节 of a regulation, centred in 黑体.
    Division {
        /// 1 章, 2 节.
        level: u8,
        /// `第一章`, `第二节`.
        number: String,
        /// Words of the heading.
        text: String,
    },
    /// 条 of a regulation: its number in 黑体, its text on the same line.
    Article {
        /// `第一条`.
        number: String,
        /// Its first paragraph; others follow as paragraphs.
        text: String,
    },
    /// 人员名单: a label, and persons or running text hanging after it.
    Roster(Roster),
    /// 图: a picture that [`Document::assets`] holds.
    Figure {
        /// Name in [`Document::assets`].
        file: String,
        /// 替代文本: what the picture shows, for those who cannot see it (PDF/UA-1 7.3).
        alt: String,
        /// 图题, if there is one.
        caption: Option<String>,
    },
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// 1 or 2: an item under another one.
    pub level: u8,
    /// Its number with its mark: `（一）`, `1.`.
    pub number: String,
    /// Its words.
    pub text: String,
}

/// 名单: 「组长：」 and who, 「出席：」 and who (10.3). Turnovers hang after the colon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Roster {
    /// Words before the colon, without it: `出席`, `副组长`.
    pub label: String,
    /// Entries, each on a line of its own.
    pub entries: Vec<RosterEntry>,
}

/// One line of a roster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RosterEntry {
    /// 姓名; a name of two characters is spread over three by the style. Empty for running text.
    #[serde(default)]
    pub name: String,
    /// 职务、单位, or running text if there is no name.
    #[serde(default)]
    pub text: String,
}

/// 表格 with a head that repeats on every page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Identifier in the kind's manifest.
    pub id: String,
    /// 表题, if the table has one of its own.
    pub caption: Option<String>,
    /// Columns, left to right.
    pub columns: Vec<Column>,
    /// Cells by row; every row has as many as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// 表头.
    pub header: String,
    /// Relative width (any unit; the style divides the core's width in proportion).
    pub width: f64,
    /// How its cells are set.
    pub align: Align,
}

/// Alignment of a column's cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// 左对齐.
    #[default]
    Left,
    /// 居中.
    Center,
    /// 右对齐.
    Right,
}

/// A cell: its paragraphs, none for an empty cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cell(pub Vec<String>);
