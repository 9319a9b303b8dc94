//! Compose: one entry of `documents` and its kind make a document.

use serde_json::{Map, Value as Json};

use super::facts::Facts;
use super::kinds::{Kind, Kinds};
use super::manifest::Body as BodySpec;
use super::markup::{self, Parsed, Piece};
use super::table;
use crate::diag::{Checked, Diagnostic, Failure, Outcome, has_errors};
use crate::document::{
    Block, Body, Document, Form, Header, Imprint, Info, Mark, Part, PartRole, Signature, Title,
    break_title,
};
use crate::engine::{Value, value};
use crate::vocab::date;
use crate::vocab::doc_number::DocNumber;

/// Makes the document `id` of the case. `extra` is added to the context (`records` for catalogues).
///
/// # Errors
/// Every finding against the entry ([`Failure::Rejected`]) or the kind ([`Failure::Faulty`]).
pub fn compose(
    kinds: &Kinds,
    facts: &Facts<'_>,
    id: &str,
    extra: &Map<String, Json>,
) -> Outcome<Document> {
    let Some(entry) = facts.document(id) else {
        let message = format!("数据文件中没有标识为“{id}”的文件");
        return Err(Failure::Rejected(vec![Diagnostic::error("S-03", message)]));
    };
    let entry = Entry { facts, json: entry };
    let code = entry.text("kind").unwrap_or_default();
    let Some(kind) = kinds.get(code) else {
        let message = format!("没有文件种类“{code}”（文件“{id}”）");
        return Err(Failure::Rejected(vec![
            Diagnostic::error("K-02", message).hint("用 anjuan kinds 查看现有种类。"),
        ]));
    };
    entry.admitted(kind)?;
    let context = facts.context(entry.context(), extra);
    let body = choose(kinds, kind, &context)?;
    let template = kind.template(body.file.get_ref());
    let mut findings = Vec::new();
    let mut parsed = Parsed::default();
    match kinds.engine.render(&template, &context) {
        Ok(text) => {
            let source = kinds.engine.source(&template).unwrap_or(&kind.source);
            let (done, said) = markup::parse(&text, source);
            parsed = done;
            findings.extend(said);
        }
        // Tables are tried all the same, so that all findings come at once.
        Err(finding) => {
            findings.push(*finding);
            for spec in &kind.table {
                if let Err(list) = table::fill(kinds, kind, spec, &context) {
                    findings.extend(list);
                }
            }
        }
    }
    let mut tables = Tables { kinds, kind, context: &context, findings, landscape: false };
    let blocks = tables.place(std::mem::take(&mut parsed.main));
    let parts = tables.parts(std::mem::take(&mut parsed.parts), facts);
    let findings = tables.findings;
    if has_errors(&findings) {
        return Err(Failure::Faulty(findings));
    }
    let value = entry.document(kind, blocks, parts, parsed.note);
    Ok(Checked { value, findings })
}

fn choose<'k>(kinds: &Kinds, kind: &'k Kind, context: &Value) -> Result<&'k BodySpec, Failure> {
    for body in &kind.body {
        let Some(when) = &body.when else { return Ok(body) };
        let holds = kinds
            .engine
            .evaluate(when.get_ref(), context, &kind.place(when))
            .map_err(|finding| Failure::Faulty(vec![*finding]))?;
        if holds.is_true() {
            return Ok(body);
        }
    }
    Err(Failure::Rejected(vec![
        Diagnostic::error("K-01", format!("{}（{}）没有适合这份文件的正文", kind.name, kind.code))
            .hint("请核对文种、版式，或在 kind.toml 中补一个 [[body]]。"),
    ]))
}

struct Tables<'a> {
    kinds: &'a Kinds,
    kind: &'a Kind,
    context: &'a Value,
    findings: Vec<Diagnostic>,
    /// Whether a table of the part at hand lies on its side.
    landscape: bool,
}

impl Tables<'_> {
    fn place(&mut self, pieces: Vec<Piece>) -> Vec<Block> {
        self.landscape = false;
        pieces.into_iter().filter_map(|piece| self.piece(piece)).collect()
    }

    fn piece(&mut self, piece: Piece) -> Option<Block> {
        let id = match piece {
            Piece::Block(block) => return Some(block),
            Piece::Table(id) => id,
        };
        let Some(spec) = self.kind.table.iter().find(|t| t.id.get_ref() == &id) else {
            let known: Vec<_> = self.kind.table.iter().map(|t| t.id.get_ref().as_str()).collect();
            self.findings.push(
                Diagnostic::error("K-06", format!("{} 的清单中没有表“{id}”", self.kind.slug))
                    .hint(format!("清单中的表：{}。", known.join("、"))),
            );
            return None;
        };
        self.landscape |= spec.landscape;
        match table::fill(self.kinds, self.kind, spec, self.context) {
            Ok(table) => Some(Block::Table(table)),
            Err(list) => {
                self.findings.extend(list);
                None
            }
        }
    }

    fn parts(&mut self, parsed: Vec<markup::ParsedPart>, facts: &Facts<'_>) -> Vec<Part> {
        let annexes = parsed.iter().filter(|p| p.role == PartRole::Annex).count();
        let mut n = 0;
        let mut out = Vec::with_capacity(parsed.len());
        for part in parsed {
            let label = (part.role == PartRole::Annex).then(|| {
                n += 1;
                if annexes == 1 { "附件".to_owned() } else { format!("附件{n}") }
            });
            let blocks = self.place(part.pieces);
            let title = break_title(&part.title, facts.words());
            let landscape = self.landscape;
            out.push(Part { role: part.role, label, title, blocks, signature: None, landscape });
        }
        out
    }
}

/// One entry of `documents`, with ways to read it.
struct Entry<'a> {
    facts: &'a Facts<'a>,
    json: &'a Json,
}

impl Entry<'_> {
    fn text(&self, field: &str) -> Option<&str> {
        self.json[field].as_str()
    }

    fn list(&self, field: &str) -> Vec<&str> {
        self.json[field].as_array().into_iter().flatten().filter_map(Json::as_str).collect()
    }

    fn names(&self, field: &str) -> Vec<String> {
        self.list(field).into_iter().map(|id| self.facts.name(id)).collect()
    }

    fn number(&self) -> Option<String> {
        let number: DocNumber = serde_json::from_value(self.json["doc_number"].clone()).ok()?;
        Some(number.to_string())
    }

    fn chinese_date(&self, field: &str) -> Option<String> {
        self.text(field).and_then(date::parse).map(date::chinese)
    }

    /// `doc` as templates see it: the entry, and its 发文字号 as text.
    fn context(&self) -> Value {
        let mut map = self.json.as_object().cloned().unwrap_or_default();
        map.insert("number".into(), self.number().map_or(Json::Null, Json::String));
        value(&map)
    }

    /// 文种 and 版式 as the kind has them.
    fn admitted(&self, kind: &Kind) -> Result<(), Failure> {
        let mut findings = Vec::new();
        for (field, name, allowed) in
            [("genre", "文种", &kind.genres), ("format", "版式", &kind.forms)]
        {
            let value = self.text(field).unwrap_or_default();
            if !allowed.iter().any(|a| a == value) {
                let message = format!(
                    "“{}”的{name}是{value}，而{}（{}）应为{}",
                    self.text("title").unwrap_or_default(),
                    kind.name,
                    kind.code,
                    allowed.join("、")
                );
                findings
                    .push(Diagnostic::error("R-78", message).hint("请核对文件种类、文种和版式。"));
            }
        }
        if findings.is_empty() { Ok(()) } else { Err(Failure::Rejected(findings)) }
    }

    fn document(
        &self,
        kind: &Kind,
        blocks: Vec<Block>,
        parts: Vec<Part>,
        note: Option<String>,
    ) -> Document {
        let form = match self.text("format") {
            Some("信函式") => Form::Letter,
            Some("纪要式") => Form::Minutes,
            Some("文件式") => Form::Document,
            _ => Form::Plain,
        };
        let issuers = self.names("issuers");
        let annex_note = parts
            .iter()
            .filter(|p| p.role == PartRole::Annex)
            .map(|p| p.title.text.clone())
            .collect();
        let title = break_title(self.text("title").unwrap_or_default(), self.facts.words());
        let body = Body {
            recipients: self.recipients(kind.recipients_line.unwrap_or(form == Form::Document)),
            blocks,
            annex_note,
            signature: kind.sign.then(|| Signature {
                sealed: kind.seal,
                names: issuers.clone(),
                date: self.chinese_date("issued_on").unwrap_or_default(),
            }),
            note: note.or_else(|| self.text("note").map(ToOwned::to_owned)),
            title: title.clone(),
        };
        let header = (form != Form::Plain).then(|| self.header(kind, &issuers));
        Document {
            info: self.info(&title, &issuers),
            form,
            watermark: (self.facts.get("/illustrative") == Some(&Json::Bool(true)))
                .then(|| "示例".to_owned()),
            header,
            body,
            parts,
            imprint: (form == Form::Document && kind.imprint).then(|| self.imprint(&issuers)),
        }
    }

    fn info(&self, title: &Title, issuers: &[String]) -> Info {
        let case = self.facts.get("/case/title").and_then(Json::as_str);
        let words = [self.text("genre"), self.number().as_deref(), case]
            .into_iter()
            .flatten()
            .map(ToOwned::to_owned)
            .collect();
        Info {
            id: self.text("id").unwrap_or_default().to_owned(),
            title: title.text.clone(),
            author: issuers.join("、"),
            date: self.text("issued_on").unwrap_or_default().to_owned(),
            keywords: words,
        }
    }

    fn header(&self, kind: &Kind, issuers: &[String]) -> Header {
        let upward = matches!(self.text("genre"), Some("请示" | "报告"))
            && self.text("format") == Some("文件式");
        let secret = matches!(self.text("secrecy"), Some("秘密" | "机密" | "绝密"));
        let security = self.text("secrecy").filter(|_| secret).map(|mark| {
            match self.json["secrecy_years"].as_u64() {
                Some(years) => format!("{mark}★{years}年"),
                None => mark.to_owned(),
            }
        });
        let signers = match self.text("signer") {
            Some(id) if upward => vec![self.facts.name(id)],
            _ => Vec::new(),
        };
        Header {
            copy_no: self.text("copy_no").map(ToOwned::to_owned),
            security,
            urgency: self.text("urgency").filter(|u| *u != "平件").map(ToOwned::to_owned),
            mark: Mark { names: issuers.to_vec(), suffix: kind.mark.clone() },
            number: self.number(),
            upward,
            signers,
        }
    }

    /// 主送机关 with its colon: the general form if there is one, else the names.
    fn recipients(&self, wanted: bool) -> Option<String> {
        let named = self.names("recipients").join("、");
        let words = self.text("recipients_text").map_or(named, ToOwned::to_owned);
        (wanted && !words.is_empty()).then(|| format!("{}：", words.trim_end_matches(['：', ':'])))
    }

    fn imprint(&self, issuers: &[String]) -> Imprint {
        let copies = self.names("copies");
        let printed = self.chinese_date("printed_on").or_else(|| self.chinese_date("issued_on"));
        Imprint {
            copies: (!copies.is_empty()).then(|| format!("{}。", copies.join("，"))),
            office: issuers.first().cloned().unwrap_or_default(),
            date: format!("{}印发", printed.unwrap_or_default()),
        }
    }
}
