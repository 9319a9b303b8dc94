//! Every text of a document with the name of its place, as findings say it.

use crate::document::{Block, Document, Form, Part, Roster, Signature, SignatureForm};

/// One text and where it stands.
pub(super) struct Placed<'a> {
    /// 「标题」, 「正文第3段」, 「附件2表格第1行第2列」.
    pub(super) place: String,
    /// The text.
    pub(super) text: &'a str,
    /// Whether it is running text, which must show in the order of the document.
    pub(super) running: bool,
}

/// All texts that must show on the pages, in reading order.
pub(super) fn texts(doc: &Document) -> Vec<Placed<'_>> {
    let mut out = List(Vec::new());
    if let Some(watermark) = &doc.watermark {
        out.push("水印", watermark);
    }
    if let Some(header) = &doc.header {
        out.some("份号", header.copy_no.as_ref());
        out.some("密级和保密期限", header.security.as_ref());
        out.some("紧急程度", header.urgency.as_ref());
        // 10.1: a letter's mark is the host's name alone.
        let letter = doc.form == Form::Letter;
        for name in header.mark.names.iter().take(if letter { 1 } else { usize::MAX }) {
            out.push("发文机关标志", name);
        }
        if !letter {
            out.push("发文机关标志", &header.mark.suffix);
        }
        out.some("发文字号", header.number.as_ref());
        for name in &header.signers {
            out.push("签发人", name);
        }
    }
    let body = &doc.body;
    out.push("标题", &body.title.text);
    out.some("主送机关", body.recipients.as_ref());
    out.blocks("正文", &body.blocks);
    for roster in &body.attendance {
        out.roster("正文", roster);
    }
    for name in &body.annex_note {
        out.push("附件说明", name);
    }
    out.signature("", body.signature.as_ref());
    out.some("附注", body.note.as_ref());
    let mut issued = 0;
    for part in &doc.parts {
        out.part(part, &mut issued);
    }
    if let Some(imprint) = &doc.imprint {
        out.some("抄送机关", imprint.copies.as_ref());
        // 10.1: the 版记 of a letter has neither 印发机关 nor 印发日期.
        if doc.form != Form::Letter {
            out.push("印发机关", &imprint.office);
            out.push("印发日期", &imprint.date);
        }
    }
    out.0
}

struct List<'a>(Vec<Placed<'a>>);

impl<'a> List<'a> {
    fn push(&mut self, place: impl Into<String>, text: &'a str) {
        if !text.is_empty() {
            self.0.push(Placed { place: place.into(), text, running: false });
        }
    }

    fn run(&mut self, place: String, text: &'a str) {
        self.0.push(Placed { place, text, running: true });
    }

    fn some(&mut self, place: &str, text: Option<&'a String>) {
        if let Some(text) = text {
            self.push(place, text);
        }
    }

    fn part(&mut self, part: &'a Part, issued: &mut usize) {
        let name = part.label.clone().unwrap_or_else(|| {
            *issued += 1;
            format!("印发件{issued}")
        });
        self.some(&format!("{name}的发文字号"), part.apart.as_ref());
        self.some(&name, part.label.as_ref());
        self.push(format!("{name}标题"), &part.title.text);
        self.blocks(&name, &part.blocks);
        self.signature(&name, part.signature.as_ref());
    }

    fn signature(&mut self, of: &str, signature: Option<&'a Signature>) {
        if let Some(s) = signature {
            let shown = if s.form == SignatureForm::Stamped { &s.posts } else { &s.names };
            for name in shown {
                self.push(format!("{of}署名"), name);
            }
            self.push(format!("{of}成文日期"), &s.date);
        }
    }

    fn roster(&mut self, of: &str, roster: &'a Roster) {
        let of = format!("{of}名单“{}”", roster.label);
        self.push(of.clone(), &roster.label);
        for entry in &roster.entries {
            self.push(format!("{of}姓名"), &entry.name);
            self.push(of.clone(), &entry.text);
        }
    }

    fn blocks(&mut self, of: &str, blocks: &'a [Block]) {
        let (mut paragraphs, mut tables) = (0, 0);
        for block in blocks {
            match block {
                Block::Heading { number, text, run_in, .. } => {
                    self.push(format!("{of}标题“{number}”"), number);
                    self.run(format!("{of}标题“{number}”"), text);
                    if let Some(run_in) = run_in {
                        paragraphs += 1;
                        self.run(format!("{of}第{paragraphs}段"), run_in);
                    }
                }
                Block::Paragraph { text, .. } => {
                    paragraphs += 1;
                    self.run(format!("{of}第{paragraphs}段"), text);
                }
                Block::List { items } => {
                    for item in items {
                        paragraphs += 1;
                        self.push(format!("{of}第{paragraphs}段序号"), &item.number);
                        self.run(format!("{of}第{paragraphs}段"), &item.text);
                    }
                }
                Block::Division { number, text, .. } => {
                    self.push(format!("{of}“{number}”"), number);
                    self.run(format!("{of}“{number}”标题"), text);
                }
                Block::Article { number, text } => {
                    self.push(format!("{of}“{number}”"), number);
                    self.run(format!("{of}“{number}”正文"), text);
                }
                Block::Roster(roster) => self.roster(of, roster),
                Block::Figure { caption, .. } => self.some(&format!("{of}图题"), caption.as_ref()),
                Block::Table(table) => {
                    tables += 1;
                    let of = format!("{of}第{tables}表");
                    self.some(&format!("{of}表题"), table.caption.as_ref());
                    for column in &table.columns {
                        self.push(format!("{of}表头"), &column.header);
                    }
                    for (r, row) in table.rows.iter().enumerate() {
                        for (c, cell) in row.iter().enumerate() {
                            for text in &cell.0 {
                                self.push(format!("{of}第{}行第{}列", r + 1, c + 1), text);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// About ten characters on either side of the `at`th character (0-based) of `text`.
pub(super) fn quote(text: &str, at: usize) -> String {
    let start = at.saturating_sub(10);
    let piece: String = text.chars().skip(start).take(at - start + 11).map(visible).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if text.chars().count() > at + 11 { "…" } else { "" };
    format!("{before}{piece}{after}")
}

/// A character that a message can show.
fn visible(c: char) -> String {
    if super::scan::fault(c).is_some() || c == '\n' { code_point(c) } else { c.to_string() }
}

/// `U+4E00`.
pub(super) fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}
