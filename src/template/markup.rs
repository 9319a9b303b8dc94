//! The markup of bodies: paragraphs, four levels of headings and `:::` directives, nothing else.
//!
//! Markdown's inline rules are the parser library's; what the markup does not have is refused by name, so that
//! a slip of the pen never becomes a surprise on paper. Data comes with masks on (`engine::mask`), so whatever
//! is refused here was written by the template.

mod trace;

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::diag::Diagnostic;
use crate::document::{Block, PartRole, heading_number};
use crate::engine::{one_line, unmask};

pub(super) use trace::Trace;

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
    /// The rendered line that begins it.
    line: String,
}

/// A block, or the place of a table with the rendered line that asks for it.
#[derive(Debug)]
pub(super) enum Piece {
    Block(Block),
    Table { id: String, line: String },
}

struct Reader<'a> {
    trace: &'a Trace,
    findings: Vec<Diagnostic>,
    out: Parsed,
    counters: [u32; 4],
}

/// Parses `text`, the rendered body; findings are placed in the templates that `trace` knows.
pub(super) fn parse(text: &str, trace: &Trace) -> (Parsed, Vec<Diagnostic>) {
    let mut reader =
        Reader { trace, findings: Vec::new(), out: Parsed::default(), counters: [0; 4] };
    let mut segment = String::new();
    for line in text.lines() {
        // Indentation of the template's own blocks means nothing.
        let line = line.trim();
        if let Some(directive) = line.strip_prefix(":::") {
            reader.segment(&std::mem::take(&mut segment));
            reader.directive(directive.trim(), line);
        } else {
            segment.push_str(line);
            segment.push('\n');
        }
    }
    reader.segment(&segment);
    reader.finish();
    (reader.out, reader.findings)
}

impl Reader<'_> {
    /// Says what is wrong with the rendered `line`.
    fn say(&mut self, message: impl Into<String>, line: &str, hint: &str) {
        let (message, at) = (message.into(), self.trace.place(line));
        // A slip in a loop's body is one slip.
        let same = |f: &Diagnostic| {
            f.message == message
                && f.at.as_ref().is_some_and(|s| s.line_column() == at.line_column())
        };
        if !self.findings.iter().any(same) {
            self.findings.push(Diagnostic::error("K-06", message).at(at).hint(hint));
        }
    }

    fn push(&mut self, piece: Piece) {
        match self.out.parts.last_mut() {
            Some(part) => part.pieces.push(piece),
            None => self.out.main.push(piece),
        }
    }

    fn directive(&mut self, words: &str, line: &str) {
        let (name, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        if rest.contains(":::") {
            self.say("一行里有两个指令", line, "每个 ::: 指令单独成行。");
            return;
        }
        let known = matches!(name, "附件" | "印发" | "表" | "附注");
        if !known {
            let message = format!("没有“::: {}”这个指令", unmask(name));
            self.say(
                message,
                line,
                "可用的指令：“::: 附件 标题”“::: 印发 标题”“::: 表 名字”“::: 附注 文字”。",
            );
            return;
        }
        let rest = self.inline(rest, line);
        if rest.is_empty() {
            self.say(
                format!("“::: {name}”后面缺少内容"),
                line,
                "写作“::: 附件 标题”“::: 表 名字”。",
            );
            return;
        }
        match name {
            "表" => self.push(Piece::Table { id: rest, line: line.to_owned() }),
            "附注" => {
                if self.out.note.is_some() {
                    self.say("有两处附注", line, "一份公文只有一个附注，请合并。");
                }
                self.out.note = Some(without_brackets(&rest).to_owned());
            }
            _ => {
                let role = if name == "附件" { PartRole::Annex } else { PartRole::Issued };
                self.counters = [0; 4];
                let part =
                    ParsedPart { role, title: rest, pieces: Vec::new(), line: line.to_owned() };
                self.out.parts.push(part);
            }
        }
    }

    /// The words of a directive: inline text, nothing else.
    fn inline(&mut self, text: &str, line: &str) -> String {
        let mut out = String::new();
        // Behind a letter nothing reads as a block.
        let guarded = format!("x{text}");
        for event in Parser::new(&guarded) {
            match event {
                Event::Text(t) => out.push_str(&t),
                Event::Start(Tag::Paragraph) | Event::End(_) => {}
                Event::Start(tag) => self.refuse(&tag, line),
                _ => self.say("指令里不能有代码或网页标记", line, "请写成普通文字。"),
            }
        }
        one_line(&unmask(out.strip_prefix('x').unwrap_or(&out)))
    }

    /// Reads a stretch without directives.
    fn segment(&mut self, text: &str) {
        let parser = Parser::new(text);
        let mut hidden: Vec<Range<usize>> =
            parser.reference_definitions().iter().map(|(_, d)| d.span.clone()).collect();
        hidden.sort_by_key(|r| r.start);
        for range in hidden {
            self.say(
                "“[…]: …”会被当作链接定义而消失",
                line_at(text, range.start),
                "请写成普通文字，或在 [ 前加 \\。",
            );
        }
        let mut words = String::new();
        let mut level = None;
        let mut depth = 0_u32;
        for (event, range) in parser.into_offset_iter() {
            let line = line_at(text, range.start);
            match event {
                Event::Start(Tag::Paragraph) if depth == 0 => words.clear(),
                Event::Start(Tag::Heading { level: l, .. }) if depth == 0 => {
                    words.clear();
                    level = Some(l as u8);
                }
                Event::End(TagEnd::Paragraph) if depth == 0 => {
                    self.paragraph(&words, text.get(range).unwrap_or_default());
                }
                Event::End(TagEnd::Heading(_)) if depth == 0 => {
                    if let Some(level) = level.take() {
                        self.heading(level, &one_line(&words), line);
                    }
                }
                Event::Text(t) if depth == 0 => words.push_str(&unmask(&t)),
                Event::SoftBreak | Event::HardBreak if depth == 0 => words.push('\n'),
                Event::Start(tag) => {
                    if depth == 0 {
                        self.refuse(&tag, line);
                    }
                    depth += 1;
                }
                Event::End(_) => depth = depth.saturating_sub(1),
                Event::Code(_) | Event::Html(_) | Event::InlineHtml(_) if depth == 0 => {
                    self.say(
                        "正文中不能有代码或网页标记",
                        line,
                        "请写成普通文字；说明用 {# … #}。",
                    );
                }
                Event::Rule if depth == 0 => self.say("正文中不能有分隔线", line, "请删去。"),
                _ => {}
            }
        }
    }

    fn paragraph(&mut self, words: &str, raw: &str) {
        for line in raw.lines() {
            if line.contains(":::") {
                let hint = "指令（包括 {{ table(\"名字\") }}）要单独成行，前后不能有别的文字。";
                self.say("指令没有单独成行", line, hint);
            } else if line.trim_start_matches('#').len() < line.len() {
                self.say("标题的 # 后面缺少空格", line, "写作“# 标题”“## 标题”。");
            }
        }
        let text = one_line(words);
        if !text.is_empty() {
            self.push(Piece::Block(Block::Paragraph { text, indent: true }));
        }
    }

    fn refuse(&mut self, tag: &Tag<'_>, line: &str) {
        let (what, hint) = match tag {
            Tag::List(_) | Tag::Item => {
                ("列表或手写的序号", "序号由程序编排：标题用 #、##、###、####，其余写成段落。")
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {
                ("强调记号", "公文正文不用加粗、斜体；请删去 * 或 _。")
            }
            Tag::BlockQuote(_) => ("引用记号", "请删去行首的 >。"),
            Tag::Link { .. } | Tag::Image { .. } => ("链接或图片", "请写成普通文字。"),
            Tag::CodeBlock(_) => ("代码块", "请写成普通段落。"),
            Tag::HtmlBlock => ("网页标记", "请写成普通文字；说明用 {# … #}。"),
            _ => ("这种标记", "请写成普通段落。"),
        };
        self.say(format!("正文中不能有{what}"), line, hint);
    }

    fn heading(&mut self, level: u8, text: &str, line: &str) {
        if !line.starts_with('#') {
            self.say("文字下面不能有 === 或 --- 的线", line, "标题写作“# 标题”。");
            return;
        }
        if text.is_empty() {
            self.say("有空的标题", line, "标题要有文字；数据可能为空时，先用 {% if %} 判断。");
            return;
        }
        let Some(counter) = self.counters.get_mut(usize::from(level) - 1) else {
            let message = format!("标题“{text}”超过四级");
            self.say(message, line, "公文结构层次最多四级（GB/T 9704-2012 7.3.3）。");
            return;
        };
        *counter += 1;
        let n = *counter;
        // 「一、」之下可直接用「1.」；其余各级不得越级。
        let above = usize::from(level).saturating_sub(2);
        let sound = match level {
            1 => true,
            3 => self.counters.iter().take(2).any(|c| *c > 0),
            _ => self.counters.get(above).is_some_and(|c| *c > 0),
        };
        if !sound {
            self.say(
                format!("标题“{text}”越级：第 {level} 级标题之上没有上一级标题"),
                line,
                "结构层次依次为 一、（一）1.（1），只可从“一、”直接到“1.”（GB/T 9704-2012 7.3.3）。",
            );
        }
        if !sound && let Some(parent) = self.counters.get_mut(above) {
            // Told once; the headings that follow are not to blame.
            *parent = 1;
        }
        self.counters.iter_mut().skip(usize::from(level)).for_each(|below| *below = 0);
        if is_numbered(text) {
            self.findings.push(
                Diagnostic::warning("K-06", format!("标题“{text}”自带序号"))
                    .at(self.trace.place(line))
                    .hint("标题的序号由程序编排，请删去手写的序号。"),
            );
        }
        let number = heading_number(level, n);
        self.push(Piece::Block(Block::Heading {
            level,
            number,
            text: text.to_owned(),
            run_in: None,
        }));
    }

    /// Joins run-in headings; tells of parts without content.
    fn finish(&mut self) {
        join_run_in(&mut self.out.main);
        for part in &mut self.out.parts {
            join_run_in(&mut part.pieces);
            if part.pieces.is_empty() {
                self.findings.push(
                    Diagnostic::warning("K-06", format!("“{}”没有内容", part.title))
                        .at(self.trace.place(&part.line))
                        .hint("附件或被印发的文件要有正文或表；没有时不要写这一节。"),
                );
            }
        }
    }
}

/// A heading that ends in 「。」 takes the paragraph after it onto its line.
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

/// The line of `text` that holds the byte at `offset`.
fn line_at(text: &str, offset: usize) -> &str {
    let start = text.get(..offset).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    text.get(start..).and_then(|t| t.lines().next()).unwrap_or_default()
}

/// Whether a heading begins as the program's own numbers do.
fn is_numbered(text: &str) -> bool {
    let text = text.trim_start_matches(['（', '(']);
    let rest =
        text.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    rest.len() < text.len()
        && rest.starts_with(['、', '.', '．', '）', ')'])
        && !rest.trim_start_matches('.').starts_with(|c: char| c.is_ascii_digit())
}

/// 附注 is set in brackets by the style: the one pair around the whole goes.
fn without_brackets(text: &str) -> &str {
    let inner = text.strip_prefix('（').and_then(|t| t.strip_suffix('）'));
    inner.filter(|t| !t.contains(['（', '）'])).unwrap_or(text)
}
