//! 命中: an answer as it is told.

use super::facet::Facet;
use crate::diag::Diagnostic;

/// One record found.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Hit {
    /// 序号, from 1.
    pub rank: usize,
    /// 相关度; only its order means something.
    pub score: f64,
    /// 标识 within the bundle.
    pub record: String,
    /// 归档包.
    pub bundle: String,
    /// 接收号.
    pub accession: String,
    /// 文号.
    pub document_number: Option<String>,
    /// 题名.
    pub title: String,
    /// 日期.
    pub date: String,
    /// 文件种类.
    pub kind: String,
    /// 文种.
    pub genre: String,
    /// 检索项 that the snippet is from.
    pub field: &'static str,
    /// File name, if the snippet is from a file's text.
    pub file: Option<String>,
    /// 摘录.
    pub snippet: String,
    /// Matches in the snippet as half-open ranges of characters, ascending, not touching.
    pub highlights: Vec<(usize, usize)>,
    /// 档号.
    pub archival_code: String,
    /// 责任者.
    pub responsible: String,
    /// 密级.
    pub secrecy: &'static str,
    /// 案件.
    pub case_id: String,
    /// 案件题名.
    pub case_title: String,
    /// 位置 within the file: 第3页, 工作表“台账”; none where the file has none, or it is not known.
    pub place: Option<String>,
    /// 页 within the file, from 1.
    pub page: Option<u32>,
    /// 段 within the place or the file, from 1.
    pub paragraph: Option<usize>,
    /// Whether it satisfies the query only by a related form.
    pub related: bool,
    /// How many records of its case satisfy it, if the answer is grouped by case.
    pub of_case: Option<usize>,
}

/// The answer.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    /// How many records satisfy the query.
    pub total: usize,
    /// How many cases they are of, if the answer is grouped by case.
    pub cases: Option<usize>,
    /// The ones asked for.
    pub hits: Vec<Hit>,
    /// 相近: records that do not satisfy the query but come near it, the nearest first; never among the hits.
    pub near: Vec<Hit>,
    /// 分面计数, most frequent first within a field; empty unless asked for.
    pub facets: Vec<Facet>,
    /// What the asker should know.
    pub notes: Vec<Diagnostic>,
}
