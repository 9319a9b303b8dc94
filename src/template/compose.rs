//! Compose: one entry of `documents` and its kind make a document.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::facts::Facts;
use super::kinds::{Kind, Kinds};
use super::manifest::Body as BodySpec;
use super::markup::{self, Parsed, Piece};
use super::pictures;
use super::table;
use crate::diag::{Checked, Diagnostic, Failure, Outcome, Span, has_errors};
use crate::document::{
    Block, Body, Document, Form, Header, Imprint, Info, Mark, Part, PartRole, Signature,
    SignatureForm, Table, Title, break_title,
};
use crate::engine::{Scope, Value, near, one_line, value};
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
    let Some((json, pointer)) = facts.document(id) else {
        let message = format!("数据文件中没有标识为“{id}”的文件");
        let ids: Vec<String> =
            facts.documents().filter_map(|d| d["id"].as_str()).map(ToOwned::to_owned).collect();
        let guess = near(id, &ids).map(|n| format!("是否应为“{n}”？"));
        return Err(Failure::Rejected(vec![
            Diagnostic::error("S-03", message)
                .hint(guess.unwrap_or_else(|| "文件标识见数据文件 documents 各项的 id。".into())),
        ]));
    };
    let entry = Entry { facts, json, pointer };
    let kind = entry.kind(kinds)?;
    entry.admitted(kind)?;
    let scope = facts.scope(entry.context(), extra);
    let template = kind.template(choose(kinds, kind, &scope, &entry)?.file.get_ref());
    let mut findings = Vec::new();
    let mut parsed = Parsed::default();
    match kinds.engine.render(&template, &scope) {
        Ok(text) => (parsed, findings) = markup::parse(&text, &kinds.trace(kind, &template)),
        // Tables are tried all the same, so that all findings come at once.
        Err(finding) => {
            findings.push(*finding);
            for spec in &kind.table {
                findings.extend(table::fill(kinds, kind, spec, &scope).err().unwrap_or_default());
            }
        }
    }
    let mut tables = Tables { kinds, kind, scope: &scope, findings };
    let blocks = tables.place(std::mem::take(&mut parsed.main)).0;
    let number = entry.number();
    let (parts, annex_note) = parts(
        std::mem::take(&mut parsed.parts),
        number.as_deref(),
        &mut |pieces| tables.place(pieces),
        &|text| set_title(text, facts.words()),
    );
    let mut findings = tables.findings;
    let (assets, told) = pictures::load(facts.dir(), &parsed.pictures);
    findings.extend(told);
    if has_errors(&findings) {
        return Err(Failure::Faulty(findings));
    }
    let mut value = entry.document(kind, blocks, parts, annex_note, parsed.note);
    value.body.attendance = parsed.attendance;
    value.assets = assets;
    Ok(Checked { value, findings })
}

fn choose<'k>(
    kinds: &Kinds,
    kind: &'k Kind,
    scope: &Scope,
    entry: &Entry<'_>,
) -> Result<&'k BodySpec, Failure> {
    for body in &kind.body {
        let Some(when) = &body.when else { return Ok(body) };
        let holds = kinds
            .engine
            .evaluate(when.get_ref(), scope, &kind.place(when))
            .map_err(|finding| Failure::Faulty(vec![*finding]))?;
        if holds.is_true() {
            return Ok(body);
        }
    }
    let title = entry.text("title").unwrap_or_default();
    let message = format!("{}（{}）没有适合“{title}”的正文", kind.name, kind.code);
    Err(Failure::Faulty(vec![
        Diagnostic::error("K-01", message)
            .at(kind.line("code"))
            .path(entry.pointer.clone())
            .hint("请核对文种、版式，或在 kind.toml 中补一个不带 when 的 [[body]]。"),
    ]))
}

struct Tables<'a> {
    kinds: &'a Kinds,
    kind: &'a Kind,
    scope: &'a Scope,
    findings: Vec<Diagnostic>,
}

impl Tables<'_> {
    /// The blocks of a stretch with its tables filled, and whether it is one landscape table and nothing else.
    fn place(&mut self, pieces: Vec<Piece>) -> (Vec<Block>, bool) {
        let alone = pieces.len() == 1;
        let mut landscape = false;
        let mut blocks = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Block(block) => blocks.push(block),
                Piece::Drawn { table, .. } => blocks.push(Block::Table(table)),
                Piece::Table { id, at } => {
                    if let Some((table, lies)) = self.fill(&id, at) {
                        landscape = lies;
                        blocks.push(Block::Table(table));
                    }
                }
            }
        }
        (blocks, alone && landscape)
    }

    fn fill(&mut self, id: &str, at: Span) -> Option<(Table, bool)> {
        let Some(spec) = self.kind.table.iter().find(|t| t.id.get_ref() == id) else {
            let known: Vec<String> =
                self.kind.table.iter().map(|t| t.id.get_ref().clone()).collect();
            let hint = match near(id, &known) {
                Some(name) => format!("是否应为“{name}”？"),
                None if known.is_empty() => "表在 kind.toml 的 [[table]] 中定义。".into(),
                None => format!("清单中的表：{}。", known.join("、")),
            };
            self.findings.push(
                Diagnostic::error("K-06", format!("{} 的清单中没有表“{id}”", self.kind.slug))
                    .at(at)
                    .hint(hint),
            );
            return None;
        };
        match table::fill(self.kinds, self.kind, spec, self.scope) {
            Ok(table) => Some((table, spec.landscape)),
            Err(list) => {
                self.findings.extend(list);
                None
            }
        }
    }
}

/// The parts of a document and its 附件说明; the annexes are numbered if there are several. `place` makes the
/// blocks of a part and says whether it lies on its side, `title` sets its title; `number` is the document's
/// 发文字号.
///
/// The annexes of an issued document are named at its end, and counted by themselves.
pub(super) fn parts(
    parsed: Vec<markup::ParsedPart>,
    number: Option<&str>,
    place: &mut dyn FnMut(Vec<Piece>) -> (Vec<Block>, bool),
    title: &dyn Fn(&str) -> Title,
) -> (Vec<Part>, Vec<String>) {
    let mut out: Vec<Part> = Vec::with_capacity(parsed.len());
    let mut own: Vec<usize> = Vec::new();
    let mut theirs: Vec<(usize, Vec<usize>)> = Vec::new();
    for (i, part) in parsed.into_iter().enumerate() {
        match (part.role, part.of_issued) {
            (PartRole::Issued, _) => theirs.push((i, Vec::new())),
            (PartRole::Annex, false) => own.push(i),
            (PartRole::Annex, true) => {
                if let Some((_, list)) = theirs.last_mut() {
                    list.push(i);
                }
            }
        }
        let (blocks, landscape) = place(part.pieces);
        out.push(Part {
            role: part.role,
            label: None,
            title: title(&part.title),
            blocks,
            signature: part.signature,
            landscape,
            apart: number.filter(|_| part.apart).map(ToOwned::to_owned),
        });
    }
    let note = label(&mut out, &own);
    for (issued, list) in theirs {
        let named = label(&mut out, &list);
        let lines: Vec<String> = match named.as_slice() {
            [only] => vec![format!("附件：{only}")],
            several => {
                let lead = |i| if i == 0 { "附件：" } else { "　　　" };
                several
                    .iter()
                    .enumerate()
                    .map(|(i, n)| format!("{}{}. {n}", lead(i), i + 1))
                    .collect()
            }
        };
        if let Some(part) = out.get_mut(issued) {
            part.blocks
                .extend(lines.into_iter().map(|text| Block::Paragraph { text, indent: true }));
        }
    }
    (out, note)
}

/// Labels the annexes at `places` 「附件」, or 「附件1」 and on if there are several; gives their titles.
fn label(parts: &mut [Part], places: &[usize]) -> Vec<String> {
    let mut titles = Vec::with_capacity(places.len());
    for (n, place) in places.iter().enumerate() {
        if let Some(part) = parts.get_mut(*place) {
            let several = places.len() > 1;
            part.label =
                Some(if several { format!("附件{}", n + 1) } else { "附件".to_owned() });
            titles.push(part.title.text.clone());
        }
    }
    titles
}

/// A title in lines; `names` stay whole.
pub(super) fn set_title(text: &str, names: &[String]) -> Title {
    break_title(&one_line(text), names)
}

/// One entry of `documents`, with ways to read it.
struct Entry<'a> {
    facts: &'a Facts<'a>,
    json: &'a Json,
    /// Its JSON Pointer.
    pointer: String,
}

impl Entry<'_> {
    /// The entry's kind.
    fn kind<'k>(&self, kinds: &'k Kinds) -> Result<&'k Kind, Failure> {
        let code = self.text("kind").unwrap_or_default();
        kinds.get(code).ok_or_else(|| {
            let title = self.text("title").unwrap_or_default();
            // All codes look alike; the title may say what was meant.
            let named = |k: &&Kind| k.name.chars().count() > 1 && title.contains(&k.name);
            let guess = kinds.iter().find(named);
            let hint = guess.map_or_else(
                || "用 anjuan kinds 查看现有种类。".to_owned(),
                |k| format!("是否应为 {}（{}）？用 anjuan kinds 查看现有种类。", k.code, k.name),
            );
            Failure::Rejected(vec![
                Diagnostic::error("K-02", format!("没有文件种类“{code}”（“{title}”）"))
                    .path(format!("{}/kind", self.pointer))
                    .hint(hint),
            ])
        })
    }

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

    /// 文种 and 版式 as the kind has them; R-91: no character of the program's own in the data.
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
                findings.push(
                    Diagnostic::error("R-78", message)
                        .path(format!("{}/{field}", self.pointer))
                        .hint("请核对文件种类、文种和版式。"),
                );
            }
        }
        for pointer in self.facts.strays() {
            findings.push(
                Diagnostic::error("R-91", "文字中有程序内部使用的字符（U+FDD0—U+FDEF）")
                    .path(pointer.clone())
                    .hint("这些字符看不见也不能印出，请删去后重新输入这段文字。"),
            );
        }
        if findings.is_empty() { Ok(()) } else { Err(Failure::Rejected(findings)) }
    }

    fn document(
        &self,
        kind: &Kind,
        blocks: Vec<Block>,
        parts: Vec<Part>,
        annex_note: Vec<String>,
        note: Option<String>,
    ) -> Document {
        let form = match self.text("format") {
            Some("信函式") => Form::Letter,
            Some("命令式") => Form::Order,
            Some("纪要式") => Form::Minutes,
            Some("文件式") => Form::Document,
            _ => Form::Plain,
        };
        let issuers = self.names("issuers");
        let title = set_title(self.text("title").unwrap_or_default(), self.facts.words());
        let body = Body {
            recipients: self.recipients(kind.recipients_line.unwrap_or(form == Form::Document)),
            blocks,
            attendance: Vec::new(),
            annex_note,
            signature: kind.sign.then(|| self.signature(kind, form, &issuers)),
            note: note.or_else(|| self.text("note").map(one_line)),
            title: title.shown_in(form),
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
            assets: BTreeMap::new(),
        }
    }

    /// 7.3.5.3: an order bears its signers' stamps and posts; everything else the issuers' names.
    fn signature(&self, kind: &Kind, form: Form, issuers: &[String]) -> Signature {
        let date = self.chinese_date("issued_on").unwrap_or_default();
        let signers = self.signers();
        if form == Form::Order && !signers.is_empty() {
            let post = |id: &&str| self.facts.entity_text(id, "position").unwrap_or_default();
            return Signature {
                form: SignatureForm::Stamped,
                names: signers.iter().map(|id| self.facts.name(id)).collect(),
                posts: signers.iter().map(post).collect(),
                seals_mm: Vec::new(),
                date,
            };
        }
        let form = if kind.seal { SignatureForm::Sealed } else { SignatureForm::Unsealed };
        Signature {
            form,
            names: issuers.to_vec(),
            posts: Vec::new(),
            seals_mm: if kind.seal { self.seals() } else { Vec::new() },
            date,
        }
    }

    /// 签发人, the host's first.
    fn signers(&self) -> Vec<&str> {
        self.text("signer").into_iter().chain(self.list("co_signers")).collect()
    }

    /// Diameters of the issuers' seals in mm (国发〔1999〕25号): 42 in counties and below, 50 for central organs,
    /// 45 otherwise.
    fn seals(&self) -> Vec<f64> {
        let diameter = |id| match self.facts.entity_text(id, "level").as_deref() {
            Some("区县级" | "乡镇街道级") => 42.0,
            Some("中央") => 50.0,
            _ => 45.0,
        };
        self.list("issuers").into_iter().map(diameter).collect()
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
        // 「文件」 belongs to 文件式 (7.2.4), 「令」 to orders (10.2); a letter shows the name alone (10.1).
        let suffix = match (kind.mark.as_str(), self.text("format")) {
            ("文件", Some("命令式")) => "令",
            ("文件", format) if format != Some("文件式") => "",
            (mark, _) => mark,
        };
        let secret = matches!(self.text("secrecy"), Some("秘密" | "机密" | "绝密"));
        let security = self.text("secrecy").filter(|_| secret).map(|mark| {
            match self.json["secrecy_years"].as_u64() {
                Some(years) => format!("{mark}★{years}年"),
                None => mark.to_owned(),
            }
        });
        let signers = self.signers().into_iter().filter(|_| upward);
        let signers = signers.map(|id| self.facts.name(id)).collect();
        Header {
            copy_no: self.text("copy_no").map(ToOwned::to_owned),
            security,
            urgency: self.text("urgency").filter(|u| *u != "平件").map(ToOwned::to_owned),
            mark: Mark { names: issuers.to_vec(), suffix: suffix.to_owned() },
            number: self.number(),
            upward,
            signers,
        }
    }

    /// 主送机关 with its colon: the general form if there is one, else the names.
    fn recipients(&self, wanted: bool) -> Option<String> {
        let named = self.names("recipients").join("、");
        let words = self.text("recipients_text").map_or(named, one_line);
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
