//! Composes a free document: front matter and body of a manuscript become the tree. Text is text; no engine runs.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::compose::{parts, set_title};
use super::markup::{self, Piece, Trace, without_brackets};
use super::pictures;
use crate::case::{Head, Manuscript};
use crate::diag::{Checked, Diagnostic, Failure, Outcome, Span, has_errors};
use crate::document::{
    Block, Body, Document, Form, Header, Imprint, Info, Mark, Part, Signature, SignatureForm,
};
use crate::engine::one_line;
use crate::vocab::date;

/// Makes the document that `manuscript` writes.
///
/// # Errors
/// Every finding against it ([`Failure::Rejected`]).
pub fn compose_manuscript(manuscript: &Manuscript) -> Outcome<Document> {
    let trace = Trace::manuscript(&manuscript.source, manuscript.body);
    let (parsed, mut findings) = markup::parse(manuscript.words(), &trace);
    let (assets, told) = pictures::load(Some(&manuscript.dir), &parsed.pictures);
    findings.extend(told);
    findings.extend(contradictions(manuscript));
    if parsed.main.is_empty() {
        let end = manuscript.source.text().trim_end().len();
        let finding = Diagnostic::error("S-01", "文稿没有正文")
            .at(Span::new(&manuscript.source, end..end))
            .hint("正文写在第二行“---”之后；首页必须显示正文（GB/T 9704-2012 7.3.3）。");
        findings.push(finding);
    }
    if has_errors(&findings) {
        return Err(Failure::Rejected(findings));
    }
    let words = words(&manuscript.head);
    let paper = Paper { head: &manuscript.head, form: form(&manuscript.head) };
    let blocks = parsed.main.into_iter().map(block).collect();
    let number = manuscript.head.number.as_deref();
    let (parts, annex_note) =
        parts(parsed.parts, number, &mut |pieces| place(pieces), &|t| set_title(t, &words));
    let mut document = paper.document(&words, blocks, parts, annex_note);
    document.body.attendance = parsed.attendance;
    document.body.note = parsed.note.or(document.body.note);
    document.assets = assets;
    Ok(Checked { value: document, findings })
}

fn place(pieces: Vec<Piece>) -> (Vec<Block>, bool) {
    let landscape = matches!(pieces.as_slice(), [Piece::Drawn { landscape: true, .. }]);
    (pieces.into_iter().map(block).collect(), landscape)
}

fn block(piece: Piece) -> Block {
    match piece {
        Piece::Block(block) => block,
        Piece::Drawn { table, .. } => Block::Table(table),
        // A manuscript's directive never asks for a kind's table.
        Piece::Table { id, .. } => Block::Paragraph { text: id, indent: true },
    }
}

fn form(head: &Head) -> Form {
    match head.form.as_str() {
        "信函式" => Form::Letter,
        "命令式" => Form::Order,
        "纪要式" => Form::Minutes,
        "文件式" => Form::Document,
        _ => Form::Plain,
    }
}

/// Words that a title keeps whole, the longest first.
fn words(head: &Head) -> Vec<String> {
    let named = [&head.keep, &head.issuers, &head.mark, &head.signers].into_iter().flatten();
    let mut words: Vec<String> = named.filter(|w| w.chars().count() > 1).cloned().collect();
    words.sort_by_key(|w| Reverse(w.chars().count()));
    words.dedup();
    words
}

/// S-01: elements that do not go together.
fn contradictions(manuscript: &Manuscript) -> Vec<Diagnostic> {
    let head = &manuscript.head;
    let signature = signature_form(head, form(head));
    let mut findings = Vec::new();
    let mut say = |field: &str, message: &str, hint: &str| {
        let pointer = format!("/{field}");
        let at = manuscript.span_near(&pointer);
        findings.push(Diagnostic::error("S-01", message).at(at).path(pointer).hint(hint));
    };
    match (signature, head.stamps.is_empty()) {
        (Some(SignatureForm::Stamped), true) => say(
            "signature",
            "用签名章的文稿没有写谁签名",
            "补上 stamps，每人一项：“- post: 市长”“  name: 姓名”；不用签名章的，写 signature: 不署名。",
        ),
        (Some(SignatureForm::Stamped), false) | (_, true) => {}
        _ => say(
            "stamps",
            "写了签名章，署名方式却不是签名章",
            "写 signature: 签名章，或者删去 stamps。",
        ),
    }
    if !head.seals.is_empty() && head.seals.len() != head.issuers.len() {
        let message =
            format!("印章直径有 {} 个，发文机关有 {} 个", head.seals.len(), head.issuers.len());
        say("seals", &message, "一个机关一个，按同样的次序写。");
    }
    if !head.signers.is_empty() && head.form != "文件式" {
        say("signers", "只有文件式的上行文才有签发人", "删去 signers，或者改用文件式。");
    }
    if head.form == "无版头" {
        let shown = [
            ("number", head.number.is_some()),
            ("copy_no", head.copy_no.is_some()),
            ("urgency", head.urgency.is_some()),
            ("mark", !head.mark.is_empty()),
        ];
        for (field, _) in shown.iter().filter(|(_, there)| *there) {
            say(field, "无版头的文稿没有版头，这一项印不出来", "删去这一项，或者改用别的版式。");
        }
    }
    if let (Some(issued), Some(printed)) =
        (date::parse(&head.date), head.printed_on.as_deref().and_then(date::parse))
        && printed < issued
    {
        say("printed_on", "印发日期早于成文日期", "核对两个日期。");
    }
    findings
}

fn signature_form(head: &Head, form: Form) -> Option<SignatureForm> {
    match head.signature.as_deref() {
        Some("加盖印章") => Some(SignatureForm::Sealed),
        Some("不加盖印章") => Some(SignatureForm::Unsealed),
        Some("签名章") => Some(SignatureForm::Stamped),
        Some(_) => None,
        None => match form {
            Form::Document | Form::Letter => Some(SignatureForm::Sealed),
            Form::Order => Some(SignatureForm::Stamped),
            Form::Minutes | Form::Plain => None,
        },
    }
}

/// 国发〔1999〕25号: 42 mm in counties and below, 50 mm for central organs, 45 mm otherwise.
fn diameter(level: Option<&str>) -> f64 {
    match level {
        Some("区县级" | "乡镇街道级") => 42.0,
        Some("中央") => 50.0,
        _ => 45.0,
    }
}

struct Paper<'a> {
    head: &'a Head,
    form: Form,
}

impl Paper<'_> {
    fn document(
        &self,
        words: &[String],
        blocks: Vec<Block>,
        parts: Vec<Part>,
        annex_note: Vec<String>,
    ) -> Document {
        let head = self.head;
        let title = set_title(&head.title, words);
        let body = Body {
            recipients: head
                .recipients
                .as_deref()
                .map(|text| format!("{}：", one_line(text).trim_end_matches(['：', ':']))),
            blocks,
            attendance: Vec::new(),
            annex_note,
            signature: self.signature(),
            note: head.note.as_deref().map(|n| without_brackets(&one_line(n)).to_owned()),
            title: title.shown_in(self.form),
        };
        let info = Info {
            id: head.number.clone().unwrap_or_else(|| title.text.clone()),
            title: title.text.clone(),
            author: head.issuers.join("、"),
            date: head.date.clone(),
            keywords: [head.genre.clone(), head.number.clone()].into_iter().flatten().collect(),
        };
        Document {
            info,
            form: self.form,
            watermark: head.watermark.clone(),
            header: (self.form != Form::Plain).then(|| self.header()),
            body,
            parts,
            imprint: self.imprint(),
            assets: BTreeMap::new(),
        }
    }

    fn header(&self) -> Header {
        let head = self.head;
        let names = match (head.mark.is_empty(), self.form) {
            (false, _) => head.mark.clone(),
            // 10.1: a letter shows the host alone.
            (true, Form::Letter) => head.issuers.iter().take(1).cloned().collect(),
            _ => head.issuers.clone(),
        };
        let suffix = head.suffix.as_deref().unwrap_or(match self.form {
            Form::Document => "文件",
            Form::Order => "令",
            _ => "",
        });
        Header {
            copy_no: head.copy_no.clone(),
            security: head.secrecy.clone().filter(|s| s != "公开" && s != "内部"),
            urgency: head.urgency.clone(),
            mark: Mark { names, suffix: suffix.to_owned() },
            number: head.number.clone(),
            upward: !head.signers.is_empty(),
            signers: head.signers.clone(),
        }
    }

    fn signature(&self) -> Option<Signature> {
        let head = self.head;
        let form = signature_form(head, self.form)?;
        let (names, posts) = if form == SignatureForm::Stamped {
            head.stamps.iter().map(|s| (s.name.clone(), s.post.clone())).unzip()
        } else {
            (head.issuers.clone(), Vec::new())
        };
        let seals_mm = match form {
            SignatureForm::Sealed if head.seals.is_empty() => {
                vec![diameter(head.organ_level.as_deref()); names.len()]
            }
            SignatureForm::Sealed => head.seals.clone(),
            _ => Vec::new(),
        };
        let date = date::parse(&head.date).map(date::chinese).unwrap_or_default();
        Some(Signature { form, names, posts, seals_mm, date })
    }

    fn imprint(&self) -> Option<Imprint> {
        let head = self.head;
        let wanted = head.imprint.unwrap_or(match self.form {
            Form::Document => true,
            Form::Letter => head.copies.is_some(),
            _ => false,
        });
        let printed = head.printed_on.as_deref().unwrap_or(&head.date);
        let printed = date::parse(printed).map(date::chinese).unwrap_or_default();
        wanted.then(|| Imprint {
            copies: head
                .copies
                .as_deref()
                .map(|text| format!("{}。", one_line(text).trim_end_matches(['。', '.']))),
            office: head
                .print_office
                .clone()
                .or_else(|| head.issuers.first().cloned())
                .unwrap_or_default(),
            date: format!("{printed}印发"),
        })
    }
}
