//! The markup of bodies: paragraphs, four levels of headings and `:::` directives, nothing else.
//!
//! Markdown's inline rules (backslash escapes above all) are the parser library's; what the markup does not
//! have is refused by name, so that a slip of the pen never becomes a surprise on paper.

use std::sync::Arc;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::diag::{Diagnostic, SourceFile, Span};
use crate::document::{Block, PartRole, heading_number};

/// A body as parsed, before tables are filled in.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// The main text.
    pub(super) main: Vec<Piece>,
    /// What follows it.
    pub(super) parts: Vec<ParsedPart>,
    /// 附注.
    pub(super) note: Option<String>,
}

/// A part: its role, title and text.
#[derive(Debug)]
pub(super) struct ParsedPart {
    pub(super) role: PartRole,
    pub(super) title: String,
    pub(super) pieces: Vec<Piece>,
}

/// A block, or the place of a table.
#[derive(Debug)]
pub(super) enum Piece {
    Block(Block),
    Table(String),
}

struct Reader<'a> {
    body: &'a Arc<SourceFile>,
    findings: Vec<Diagnostic>,
    out: Parsed,
    counters: [u32; 4],
}

/// Parses `text`, the rendered body; findings are placed in the template `body`.
pub(super) fn parse(text: &str, body: &Arc<SourceFile>) -> (Parsed, Vec<Diagnostic>) {
    let mut reader =
        Reader { body, findings: Vec::new(), out: Parsed::default(), counters: [0; 4] };
    let mut segment = String::new();
    for line in text.lines() {
        // Indentation of the template's own blocks means nothing.
        let line = line.trim();
        if let Some(directive) = line.strip_prefix(":::") {
            reader.segment(&std::mem::take(&mut segment));
            reader.directive(directive.trim());
        } else {
            segment.push_str(line);
            segment.push('\n');
        }
    }
    reader.segment(&segment);
    reader.run_in();
    for part in &reader.out.parts {
        if part.pieces.is_empty() {
            let message = format!("“{}”没有内容", part.title);
            reader.findings.push(
                Diagnostic::warning("K-06", message)
                    .at(Span::new(body, 0..0))
                    .hint("附件或被印发的文件要有正文或表；没有时不要写这一节。"),
            );
        }
    }
    (reader.out, reader.findings)
}

impl Reader<'_> {
    fn say(&mut self, message: impl Into<String>, near: &str, hint: &str) {
        let finding = Diagnostic::error("K-06", message).at(self.place(near)).hint(hint);
        self.findings.push(finding);
    }

    /// Where `near` stands in the template, if the template has it word for word; else its beginning.
    fn place(&self, near: &str) -> Span {
        let text = self.body.text();
        let found = (!near.is_empty()).then(|| text.find(near)).flatten();
        let range = found.map_or(0..0, |at| at..at + near.len());
        Span::new(self.body, range)
    }

    fn push(&mut self, piece: Piece) {
        match self.out.parts.last_mut() {
            Some(part) => part.pieces.push(piece),
            None => self.out.main.push(piece),
        }
    }

    fn directive(&mut self, words: &str) {
        let (name, rest) = words.split_once([' ', '　']).unwrap_or((words, ""));
        let rest = rest.trim();
        match name {
            "附件" | "印发" if !rest.is_empty() => {
                let role = if name == "附件" { PartRole::Annex } else { PartRole::Issued };
                self.counters = [0; 4];
                let part = ParsedPart { role, title: inline(rest), pieces: Vec::new() };
                self.out.parts.push(part);
            }
            "表" if !rest.is_empty() => self.push(Piece::Table(rest.to_owned())),
            "附注" if !rest.is_empty() => {
                let note = inline(rest);
                self.out.note = Some(note.trim_matches(['（', '）']).to_owned());
            }
            "附件" | "印发" | "表" | "附注" => {
                self.say(
                    format!("“::: {name}”后面缺少内容"),
                    words,
                    "写作“::: 附件 标题”“::: 表 名字”。",
                );
            }
            _ => self.say(
                format!("没有“::: {name}”这个指令"),
                words,
                "可用的指令：附件、印发、表、附注。",
            ),
        }
    }

    fn segment(&mut self, text: &str) {
        let mut level = None;
        let mut words = String::new();
        let mut depth = 0;
        for event in Parser::new(text) {
            match event {
                Event::Start(Tag::Paragraph) if depth == 0 => words.clear(),
                Event::Start(Tag::Heading { level: l, .. }) if depth == 0 => {
                    words.clear();
                    level = Some(l);
                }
                Event::End(TagEnd::Paragraph) if depth == 0 => {
                    let text = tidy(&words);
                    if !text.is_empty() {
                        self.push(Piece::Block(Block::Paragraph { text, indent: true }));
                    }
                }
                Event::End(TagEnd::Heading(_)) if depth == 0 => {
                    if let Some(level) = level.take() {
                        self.heading(level, &tidy(&words));
                    }
                }
                Event::Text(t) if depth == 0 => words.push_str(&t),
                Event::SoftBreak | Event::HardBreak if depth == 0 => words.push('\n'),
                Event::Start(tag) => {
                    if depth == 0 {
                        self.refuse(&tag);
                    }
                    depth += 1;
                }
                Event::End(_) => depth = (depth - 1_i32).max(0),
                Event::Code(t) | Event::Html(t) | Event::InlineHtml(t) if depth == 0 => {
                    self.say(format!("正文中不能有代码或网页标记：{t}"), &t, "请写成普通文字。");
                }
                Event::Rule if depth == 0 => {
                    self.say("正文中不能有分隔线", "---", "请删去。");
                }
                _ => {}
            }
        }
    }

    fn refuse(&mut self, tag: &Tag<'_>) {
        let (what, hint) = match tag {
            Tag::List(_) | Tag::Item => {
                ("列表或手写的序号", "序号由程序编排：标题用 #、##、###、####，其余写成段落。")
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {
                ("强调记号", "公文正文不用加粗、斜体（GB/T 9704-2012 5.2.2）；请删去 * 或 _。")
            }
            Tag::BlockQuote(_) => ("引用记号", "请删去行首的 >。"),
            Tag::Link { .. } | Tag::Image { .. } => ("链接或图片", "请写成普通文字。"),
            Tag::CodeBlock(_) => ("代码块", "请写成普通段落。"),
            Tag::Table(_) => (
                "手写的表格",
                "表在 kind.toml 的 [[table]] 中定义，用 {{ table(\"名字\") }} 放置。",
            ),
            _ => ("这种标记", "请写成普通段落。"),
        };
        self.say(format!("正文中不能有{what}"), "", hint);
    }

    fn heading(&mut self, level: HeadingLevel, text: &str) {
        let level = level as u8;
        if text.is_empty() {
            self.say("有空的标题", "", "标题要有文字。");
            return;
        }
        if level > 4 {
            self.say(
                format!("标题“{text}”超过四级"),
                text,
                "公文结构层次最多四级（GB/T 9704-2012 7.3.3）。",
            );
            return;
        }
        let index = usize::from(level) - 1;
        // 「一、」之下可直接用「1.」；其余各级不得越级。
        let sound = match level {
            1 => true,
            3 => self.counters[0] > 0,
            _ => self.counters[index - 1] > 0,
        };
        if !sound {
            self.say(
                format!("标题“{text}”越级：第 {level} 级标题之上没有上一级标题"),
                text,
                "结构层次依次为 一、（一）1.（1）（GB/T 9704-2012 7.3.3）。",
            );
        }
        self.counters[index] += 1;
        for below in &mut self.counters[index + 1..] {
            *below = 0;
        }
        let number = heading_number(level, self.counters[index]);
        self.push(Piece::Block(Block::Heading {
            level,
            number,
            text: text.to_owned(),
            run_in: None,
        }));
    }

    /// A heading that ends in 「。」 takes the paragraph after it onto its line.
    fn run_in(&mut self) {
        join_run_in(&mut self.out.main);
        for part in &mut self.out.parts {
            join_run_in(&mut part.pieces);
        }
    }
}

fn join_run_in(pieces: &mut Vec<Piece>) {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        if let Piece::Block(Block::Paragraph { text, .. }) = &piece
            && let Some(Piece::Block(Block::Heading { text: heading, run_in, .. })) = out.last_mut()
            && heading.ends_with('。')
            && run_in.is_none()
        {
            *run_in = Some(text.clone());
            continue;
        }
        out.push(piece);
    }
    *pieces = out;
}

/// The words of an inline text with its escapes resolved.
pub(super) fn inline(text: &str) -> String {
    let mut out = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Text(t) | Event::Code(t) => out.push_str(&t),
            Event::SoftBreak | Event::HardBreak => out.push('\n'),
            _ => {}
        }
    }
    tidy(&out)
}

/// Line breaks within a paragraph go: nothing between Chinese characters, a space between Latin words.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        if latin(out.chars().last()) && latin(line.chars().next()) {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}
