//! Stretches between directives: paragraphs, headings, lists and, in a manuscript, tables.

use std::ops::Range;

use pulldown_cmark::{Alignment, Event, OffsetIter, Options, Parser, Tag, TagEnd};

use super::{Line, Piece, Reader};
use crate::diag::Diagnostic;
use crate::document::{Align, Block, Cell, Column, Item, Table, heading_number};
use crate::engine::{one_line, unmask};

/// Lists under lists go no deeper than this.
const LIST_DEPTH: u8 = 2;
/// A column of a drawn table is at most this wide, in characters, when its width is not drawn.
const WIDEST: f64 = 16.0;
/// Up to this many characters a text stands on one line, if the table has room.
const SHORT: f64 = 9.0;
/// What a cell keeps free at its sides, in characters.
const INSET: f64 = 0.6;
/// Characters on a line of a table as wide as the core: 156 mm at 12 pt.
const ROOM: f64 = 36.8;

/// Lines without directives, with the numbers that they bear in the whole text.
#[derive(Default)]
pub(super) struct Stretch {
    text: String,
    numbers: Vec<usize>,
    /// Indents of the open list and of those under it.
    indents: Vec<usize>,
    gap: bool,
}

impl Stretch {
    /// Takes a line. Its indent is dropped, but items under an item are set under it.
    pub(super) fn push(&mut self, raw: &str, number: usize) {
        let line = raw.trim();
        if line.starts_with("- ") {
            let indent: usize = raw
                .chars()
                .take_while(|c| c.is_whitespace())
                .map(|c| if c == '\t' { 4 } else { 1 })
                .sum();
            while self.indents.last().is_some_and(|last| *last > indent) {
                self.indents.pop();
            }
            if self.indents.last().is_none_or(|last| *last < indent) {
                self.indents.push(indent);
            }
            self.text.push_str(&"  ".repeat(self.indents.len() - 1));
        } else if self.gap && !line.is_empty() {
            self.indents.clear();
        }
        self.gap = line.is_empty();
        self.text.push_str(line);
        self.text.push('\n');
        self.numbers.push(number);
    }

    /// The line that holds the byte at `offset`.
    fn line(&self, offset: usize) -> Line<'_> {
        let before = self.text.get(..offset).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let text = self.text.get(start..).and_then(|t| t.lines().next()).unwrap_or_default();
        let index = before.matches('\n').count();
        let number = self.numbers.get(index).or(self.numbers.last());
        Line { text: text.trim(), number: number.copied().unwrap_or_default() }
    }

    /// The lines of `range`.
    fn lines(&self, range: &Range<usize>) -> impl Iterator<Item = Line<'_>> {
        let raw = self.text.get(range.clone()).unwrap_or_default();
        let mut at = range.start;
        raw.split_inclusive('\n').map(move |piece| {
            let line = self.line(at);
            at += piece.len();
            line
        })
    }
}

type Events<'e> = OffsetIter<'e>;

impl Reader<'_> {
    /// Reads a stretch without directives.
    pub(super) fn segment(&mut self, stretch: &Stretch) {
        let text = stretch.text.as_str();
        let mut options = Options::empty();
        options.set(Options::ENABLE_TABLES, self.trace.is_free());
        let parser = Parser::new_ext(text, options);
        let mut hidden: Vec<Range<usize>> =
            parser.reference_definitions().iter().map(|(_, d)| d.span.clone()).collect();
        hidden.sort_by_key(|r| r.start);
        for range in hidden {
            self.say(
                "“[…]: …”会被当作链接定义而消失",
                stretch.line(range.start),
                "请写成普通文字，或在 [ 前加 \\。",
            );
        }
        let mut words = String::new();
        let mut level = None;
        let mut events = parser.into_offset_iter();
        while let Some((event, range)) = events.next() {
            let line = stretch.line(range.start);
            match event {
                Event::Start(Tag::Paragraph) => words.clear(),
                Event::Start(Tag::Heading { level: l, .. }) => {
                    words.clear();
                    level = Some(l as u8);
                }
                Event::End(TagEnd::Paragraph) => self.paragraph(&words, stretch, &range),
                Event::End(TagEnd::Heading(_)) => {
                    if let Some(level) = level.take() {
                        self.heading(level, &one_line(&words), line);
                    }
                }
                Event::Text(t) => words.push_str(&unmask(&t)),
                Event::SoftBreak | Event::HardBreak => words.push('\n'),
                Event::Start(Tag::List(None)) if line.text.starts_with("- ") => {
                    let mut items = Vec::new();
                    self.list(&mut events, stretch, 1, &mut items);
                    self.push(Piece::Block(Block::List { items }));
                }
                Event::Start(Tag::Table(aligns)) => {
                    self.table(&mut events, stretch, &aligns, range);
                }
                Event::Start(tag) => {
                    self.refuse(&tag, line);
                    skip(&mut events);
                }
                other => self.foreign(&other, line),
            }
        }
        if let Some(caption) = self.caption.take() {
            let hint = "“::: 表 表题”下面紧接着写表：一行表头、一行 |---|---|、每行一行数据。";
            self.say_at("“::: 表”下面没有表", caption.at, hint);
        }
    }

    /// Code, HTML and rules are refused; the ends of what has been read mean nothing more.
    fn foreign(&mut self, event: &Event<'_>, line: Line<'_>) {
        match event {
            Event::Code(_) | Event::Html(_) | Event::InlineHtml(_) => {
                let hint = if self.trace.is_free() {
                    "请写成普通文字；半角的 < 和 ` 前面加 \\。"
                } else {
                    "请写成普通文字；说明用 {# … #}。"
                };
                self.say("正文中不能有代码或网页标记", line, hint);
            }
            Event::Rule => self.say("正文中不能有分隔线", line, "请删去。"),
            _ => {}
        }
    }

    /// Reads a list up to its end.
    fn list(
        &mut self,
        events: &mut Events<'_>,
        stretch: &Stretch,
        level: u8,
        items: &mut Vec<Item>,
    ) {
        let mut n = 0;
        let mut words = String::new();
        // Whether the item at hand has been put down: before the list under it, or at its end.
        let mut put = true;
        while let Some((event, range)) = events.next() {
            let line = stretch.line(range.start);
            match event {
                Event::Start(Tag::Item) => {
                    words.clear();
                    put = false;
                    n += 1;
                    self.stray_marks(stretch, &range);
                }
                // A list with gaps; a second paragraph cannot be, since indents are dropped.
                Event::Start(Tag::Paragraph) => {}
                Event::Text(t) => words.push_str(&unmask(&t)),
                Event::SoftBreak | Event::HardBreak => words.push('\n'),
                Event::Start(Tag::List(None)) if line.text.starts_with("- ") => {
                    self.item(&mut put, &words, level, n, line, items);
                    if level == LIST_DEPTH {
                        self.say(
                            "列举超过两级",
                            line,
                            "列举最多两级：（一）和 1.；再分层请用标题。",
                        );
                        skip(events);
                    } else {
                        self.list(events, stretch, level + 1, items);
                    }
                }
                Event::End(TagEnd::Item) => self.item(&mut put, &words, level, n, line, items),
                Event::End(TagEnd::List(_)) => return,
                Event::Start(tag) => {
                    self.refuse(&tag, line);
                    skip(events);
                }
                other => self.foreign(&other, line),
            }
        }
    }

    fn item(
        &mut self,
        put: &mut bool,
        words: &str,
        level: u8,
        n: u32,
        line: Line<'_>,
        items: &mut Vec<Item>,
    ) {
        if std::mem::replace(put, true) {
            return;
        }
        let text = one_line(words);
        if text.is_empty() {
            self.say(
                "有空的列举项",
                line,
                "“- ”后面要有文字；数据可能为空时，先用 {% if %} 判断。",
            );
        }
        // （一）, and 1. under it.
        items.push(Item { level, number: heading_number(level + 1, n), text });
    }

    /// Reads a table as drawn, up to its end.
    fn table(
        &mut self,
        events: &mut Events<'_>,
        stretch: &Stretch,
        aligns: &[Alignment],
        range: Range<usize>,
    ) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut words = String::new();
        while let Some((event, range)) = events.next() {
            let line = stretch.line(range.start);
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
                Event::Start(Tag::TableCell) => words.clear(),
                Event::Text(t) => words.push_str(&unmask(&t)),
                Event::End(TagEnd::TableCell) => {
                    if let Some(row) = rows.last_mut() {
                        row.push(one_line(&words));
                    }
                }
                Event::End(TagEnd::Table) => break,
                Event::Start(tag) => {
                    self.refuse(&tag, line);
                    skip(events);
                }
                other => self.foreign(&other, line),
            }
        }
        for line in stretch.lines(&range).skip(2) {
            let cells = line.text.trim_matches('|').replace("\\|", "").matches('|').count() + 1;
            if cells > aligns.len() {
                let message = format!("表的这一行有 {cells} 格，表头只有 {} 格", aligns.len());
                self.say(message, line, "多出的格会丢失：补上表头，或者在文字里的 | 前加 \\。");
            }
        }
        let head = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
        let drawn = stretch.lines(&range).nth(1).map_or("", |line| line.text);
        let columns = columns(head, &rows, aligns, drawn);
        let cell = |text: String| Cell(Some(text).filter(|t| !t.is_empty()).into_iter().collect());
        let rows = rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
        let caption = self.caption.take();
        self.drawn += 1;
        let landscape = caption.as_ref().is_some_and(|c| c.landscape);
        let caption = caption.and_then(|c| c.text);
        let table = Table { id: format!("t{}", self.drawn), caption, columns, rows };
        self.push(Piece::Drawn { table, landscape });
    }

    fn paragraph(&mut self, words: &str, stretch: &Stretch, range: &Range<usize>) {
        self.stray_marks(stretch, range);
        let text = one_line(words);
        if !text.is_empty() {
            self.push(Piece::Block(Block::Paragraph { text, indent: true }));
        }
    }

    /// Marks that were meant as such but do not stand as they should.
    fn stray_marks(&mut self, stretch: &Stretch, range: &Range<usize>) {
        for line in stretch.lines(range) {
            if line.text.contains(":::") {
                let hint = "指令（包括 {{ table(\"名字\") }}）要单独成行，前后不能有别的文字。";
                self.say("指令没有单独成行", line, hint);
            } else if line.text.trim_start_matches('#').len() < line.text.len() {
                self.say("标题的 # 后面缺少空格", line, "写作“# 标题”“## 标题”。");
            }
        }
    }

    /// Refuses what the markup does not have.
    pub(super) fn refuse(&mut self, tag: &Tag<'_>, line: Line<'_>) {
        let (what, hint) = match tag {
            Tag::List(_) | Tag::Item => (
                "手写的序号，列举也不能用 * 和 +",
                "序号由程序编排：标题用 #、##、###、####，列举用“- ”，其余写成段落。",
            ),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {
                ("强调记号", "公文正文不用加粗、斜体；请删去 * 或 _。")
            }
            Tag::BlockQuote(_) => ("引用记号", "请删去行首的 >。"),
            Tag::Link { .. } | Tag::Image { .. } => {
                ("链接或图片", "请写成普通文字；图用“::: 图 文件名|替代文本|图题”。")
            }
            Tag::CodeBlock(_) => ("代码块", "请写成普通段落。"),
            Tag::HtmlBlock if self.trace.is_free() => ("网页标记", "请写成普通文字。"),
            Tag::HtmlBlock => ("网页标记", "请写成普通文字；说明用 {# … #}。"),
            _ => ("这种标记", "请写成普通段落。"),
        };
        self.say(format!("正文中不能有{what}"), line, hint);
    }

    fn heading(&mut self, level: u8, text: &str, line: Line<'_>) {
        if !line.text.starts_with('#') {
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
                    .at(self.trace.place(line.text, line.number))
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
}

/// Passes over what a start has begun, its end included.
fn skip(events: &mut Events<'_>) {
    let mut depth = 1_u32;
    while depth > 0 {
        match events.next() {
            Some((Event::Start(_), _)) => depth += 1,
            Some((Event::End(_), _)) => depth -= 1,
            Some(_) => {}
            None => return,
        }
    }
}

/// The columns: as wide as their dashes if these differ, else as their words ask for; but no short word is
/// broken for it.
fn columns(
    head: Vec<String>,
    rows: &[Vec<String>],
    aligns: &[Alignment],
    drawn: &str,
) -> Vec<Column> {
    let dashes: Vec<usize> =
        drawn.trim_matches('|').split('|').map(|d| d.matches('-').count()).collect();
    let alike = dashes.windows(2).all(|pair| pair.first() == pair.last());
    let longest = |i: usize, header: &str| {
        let cells = rows.iter().filter_map(|row| row.get(i)).map(String::as_str);
        cells.chain([header]).map(columns_of).fold(0.0, f64::max)
    };
    #[expect(clippy::cast_precision_loss, reason = "a few characters")]
    let wished = |(i, header): (usize, &String)| match dashes.get(i) {
        Some(&d) if !alike && d > 0 => d as f64,
        _ => longest(i, header).clamp(2.0, WIDEST),
    };
    let wishes: Vec<f64> = head.iter().enumerate().map(wished).collect();
    let least: Vec<f64> =
        head.iter().enumerate().map(|(i, h)| longest(i, h).min(SHORT) + INSET).collect();
    let widths = shared_out(&wishes, &least);
    let column = |((i, header), width): ((usize, String), f64)| {
        let align = match aligns.get(i) {
            Some(Alignment::Center) => Align::Center,
            Some(Alignment::Right) => Align::Right,
            _ => Align::Left,
        };
        Column { header, width, align }
    };
    head.into_iter().enumerate().zip(widths).map(column).collect()
}

/// Width of a text in characters: letters and digits take half of one.
fn columns_of(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
}

/// `ROOM` shared out in the proportion of the wishes, where each gets what it needs at least, if all can.
fn shared_out(wishes: &[f64], least: &[f64]) -> Vec<f64> {
    if least.iter().sum::<f64>() >= ROOM {
        return wishes.to_vec();
    }
    let mut fixed = vec![false; wishes.len()];
    loop {
        let taken: f64 = least.iter().zip(&fixed).filter(|(_, f)| **f).map(|(l, _)| l).sum();
        let open: f64 = wishes.iter().zip(&fixed).filter(|(_, f)| !**f).map(|(w, _)| w).sum();
        let widths: Vec<f64> = wishes
            .iter()
            .zip(least)
            .zip(&fixed)
            .map(|((w, l), f)| if *f { *l } else { w / open * (ROOM - taken) })
            .collect();
        let short = widths.iter().zip(least).map(|(w, l)| w + 1e-9 < *l);
        let narrow: Vec<bool> = short.zip(&fixed).map(|(narrow, f)| narrow && !f).collect();
        if !narrow.contains(&true) {
            // Two decimals: the widths are shown in texts and compared.
            return widths.into_iter().map(|w| (w * 100.0).round() / 100.0).collect();
        }
        for (f, n) in fixed.iter_mut().zip(narrow) {
            *f |= n;
        }
    }
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
