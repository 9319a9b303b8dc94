//! 修改对照表: every change in a table of its own, behind the document, also what cannot be marked in place.

use super::Comparison;
use crate::document::{Align, Block, Cell, Column, Document, Part, PartRole, Table, Title};

/// Heads of the table with their widths.
const HEADS: [(&str, f64, Align); 3] =
    [("序号", 1.0, Align::Center), ("位置", 3.5, Align::Left), ("修改", 9.0, Align::Left)];

impl Comparison {
    /// 花脸稿: the document with the words of both and the list of changes at its end; every page says what it is.
    #[must_use]
    pub fn draft(&self) -> Document {
        const WORD: &str = "花脸稿";
        let mut draft = self.merged.clone();
        // What is an example stays one (P-07).
        let example = draft.watermark.take().unwrap_or_default();
        draft.watermark = Some(format!("{example}{WORD}"));
        draft.info.title = format!("{WORD}：{}", draft.info.title);
        let column = |(header, width, align): (&str, f64, Align)| Column {
            header: header.to_owned(),
            width,
            align,
        };
        let cell = |text: String| Cell(vec![text]);
        let row = |(n, change): (usize, &super::Change)| {
            vec![cell(n.to_string()), cell(change.place.clone()), cell(change.words())]
        };
        let title = "修改对照表".to_owned();
        draft.parts.push(Part {
            role: PartRole::Issued,
            label: None,
            title: Title { lines: vec![title.clone()], text: title },
            blocks: vec![Block::Table(Table {
                id: "changes".to_owned(),
                caption: None,
                columns: HEADS.map(column).into(),
                rows: (1..).zip(&self.changes).map(row).collect(),
            })],
            signature: None,
            landscape: false,
            apart: None,
        });
        draft
    }
}
