//! The document as plain text, in reading order: what the index searches and what golden texts compare.

use super::{Block, Document, Form, Roster, Signature, SignatureForm, Table};

impl Document {
    /// The words of the whole document in reading order, one paragraph a line, cells separated by tabs.
    /// The watermark and page numbers are not part of the text.
    #[must_use]
    pub fn plain_text(&self) -> String {
        let mut out = Vec::new();
        if let Some(header) = &self.header {
            out.extend(header.copy_no.clone());
            out.extend(header.security.clone());
            out.extend(header.urgency.clone());
            out.extend(header.mark.names.iter().cloned());
            out.push(header.mark.suffix.clone());
            out.extend(header.number.clone());
            if !header.signers.is_empty() {
                out.push(format!("签发人：{}", header.signers.join("　")));
            }
        }
        out.push(self.body.title.text.clone());
        out.extend(self.body.recipients.clone());
        blocks(&self.body.blocks, &mut out);
        self.body.attendance.iter().for_each(|r| roster(r, &mut out));
        match self.body.annex_note.as_slice() {
            [] => {}
            [only] => out.push(format!("附件：{only}")),
            several => {
                for (i, name) in several.iter().enumerate() {
                    let lead = if i == 0 { "附件：" } else { "" };
                    out.push(format!("{lead}{}. {name}", i + 1));
                }
            }
        }
        signature(self.body.signature.as_ref(), &mut out);
        if let Some(note) = &self.body.note {
            out.push(format!("（{note}）"));
        }
        for part in &self.parts {
            match (&part.apart, &part.label) {
                (Some(number), Some(label)) => out.push(format!("{number}{label}")),
                (_, label) => out.extend(label.clone()),
            }
            out.push(part.title.text.clone());
            blocks(&part.blocks, &mut out);
            signature(part.signature.as_ref(), &mut out);
        }
        if let Some(imprint) = &self.imprint {
            if let Some(copies) = &imprint.copies {
                out.push(format!("抄送：{copies}"));
            }
            // 10.1: the 版记 of a letter has neither 印发机关 nor 印发日期.
            if self.form != Form::Letter {
                out.push(format!("{}　{}", imprint.office, imprint.date));
            }
        }
        out.retain(|line| !line.is_empty());
        let mut text = out.join("\n");
        text.push('\n');
        text
    }
}

fn blocks(blocks: &[Block], out: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Heading { number, text, run_in, .. } => {
                out.push(format!("{number}{text}{}", run_in.as_deref().unwrap_or_default()));
            }
            Block::Paragraph { text, .. } => out.push(text.clone()),
            Block::Table(t) => table(t, out),
            Block::List { items } => {
                out.extend(items.iter().map(|i| format!("{}{}", i.number, i.text)));
            }
            Block::Division { number, text, .. } | Block::Article { number, text } => {
                out.push(format!("{number}　{text}"));
            }
            Block::Roster(r) => roster(r, out),
            Block::Figure { alt, caption, .. } => {
                out.push(format!("［图：{alt}］"));
                out.extend(caption.clone());
            }
        }
    }
}

fn roster(roster: &Roster, out: &mut Vec<String>) {
    let mut lead = format!("{}：", roster.label);
    for entry in &roster.entries {
        let words = [entry.name.as_str(), entry.text.as_str()];
        let words: Vec<&str> = words.into_iter().filter(|w| !w.is_empty()).collect();
        out.push(format!("{lead}{}", words.join("　")));
        lead.clear();
    }
}

fn table(table: &Table, out: &mut Vec<String>) {
    out.extend(table.caption.clone());
    out.push(table.columns.iter().map(|c| c.header.as_str()).collect::<Vec<_>>().join("\t"));
    for row in &table.rows {
        out.push(row.iter().map(|cell| cell.0.join(" ")).collect::<Vec<_>>().join("\t"));
    }
}

fn signature(signature: Option<&Signature>, out: &mut Vec<String>) {
    if let Some(s) = signature {
        // A 签名章 shows the name; the page has the post alone.
        if s.form == SignatureForm::Stamped {
            out.extend(s.posts.iter().cloned());
        } else {
            out.extend(s.names.iter().cloned());
        }
        out.push(s.date.clone());
    }
}
