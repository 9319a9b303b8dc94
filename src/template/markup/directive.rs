//! `:::` directives: parts, divisions and articles, rosters, pictures, tables, 附注 and signatures.

use pulldown_cmark::{Event, Parser, Tag};

use super::open::Open;
use super::{Caption, Line, ParsedPart, Piece, Reader};
use crate::document::{Block, PartRole, Roster, RosterEntry, Signature, SignatureForm};
use crate::engine::{near, one_line, unmask};
use crate::vocab::date;
use crate::vocab::numerals::chinese;

/// The directives and how they are written.
const DIRECTIVES: [(&str, &str); 15] = [
    ("附件", "::: 附件 标题"),
    ("另装附件", "::: 另装附件 标题"),
    ("印发", "::: 印发 标题"),
    ("印发件附件", "::: 印发件附件 标题"),
    ("署名", "::: 署名 机关名称|2025年3月4日"),
    ("表", "::: 表 名字"),
    ("横表", "::: 横表 表题"),
    ("图", "::: 图 文件名|替代文本|图题"),
    ("章", "::: 章 标题"),
    ("节", "::: 节 标题"),
    ("条", "::: 条 条文"),
    ("名单", "::: 名单 组长"),
    ("出席", "::: 出席"),
    ("请假", "::: 请假"),
    ("列席", "::: 列席"),
];
const NOTE: (&str, &str) = ("附注", "::: 附注 文字");

impl Reader<'_> {
    /// Reads the directive `words`, which stands on `line`.
    pub(super) fn directive(&mut self, words: &str, line: Line<'_>) {
        let (name, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        if rest.contains(":::") {
            self.say("一行里有两个指令", line, "每个 ::: 指令单独成行。");
            return;
        }
        let free = self.trace.is_free();
        let rows = DIRECTIVES.iter().chain([&NOTE]).filter(|(n, _)| free || *n != "横表");
        let Some((_, form)) = rows.clone().find(|(n, _)| *n == name) else {
            let name = unmask(name);
            let message = format!("没有“::: {name}”这个指令");
            let known: Vec<String> = rows.clone().map(|(n, _)| (*n).to_owned()).collect();
            let guess = near(&name, &known).map(|n| format!("是否应为“::: {n}”？"));
            let all: Vec<&str> = rows.map(|(_, form)| *form).collect();
            let hint = format!("可用的指令：{}。", all.join("；"));
            self.say(message, line, &format!("{}{hint}", guess.unwrap_or_default()));
            return;
        };
        match name {
            "条" => {
                let number = self.count(2);
                let text = rest.to_owned();
                self.open = Some(Open::article(format!("第{number}条"), text, line));
                return;
            }
            "出席" | "请假" | "列席" => {
                if !self.out.parts.is_empty() {
                    let hint = "把它移到第一个“::: 附件”“::: 印发”之前。";
                    self.say(format!("“::: {name}”要写在主体里"), line, hint);
                }
                self.open = Some(Open::roster(name.to_owned(), true, line));
                if !rest.is_empty() {
                    self.entry(rest, line);
                }
                return;
            }
            "表" | "横表" if free => {
                let text = Some(self.inline(rest, line)).filter(|t| !t.is_empty());
                let at = self.trace.place(line.text, line.number);
                self.caption = Some(Caption { text, landscape: name == "横表", at });
                return;
            }
            _ => {}
        }
        let fields = self.fields(rest, line);
        let first = fields.first().cloned().unwrap_or_default();
        if first.is_empty() {
            self.say(format!("“::: {name}”后面缺少内容"), line, &format!("写作“{form}”。"));
            return;
        }
        match name {
            "图" => self.picture(&fields, line),
            "署名" => self.signature(fields, line),
            "名单" => self.open = Some(Open::roster(self.inline(rest, line), false, line)),
            _ => {
                // A bar that does not part anything is a bar.
                let rest = self.inline(rest, line);
                self.plain(name, rest, line);
            }
        }
    }

    /// A directive whose words are one text.
    fn plain(&mut self, name: &str, rest: String, line: Line<'_>) {
        let at = self.trace.place(line.text, line.number);
        match name {
            "表" => self.push(Piece::Table { id: rest, at }),
            "附注" => {
                if self.out.note.is_some() {
                    self.say("有两处附注", line, "一份公文只有一个附注，请合并。");
                }
                self.out.note = Some(without_brackets(&rest).to_owned());
            }
            "章" => {
                let number = format!("第{}章", self.count(0));
                if let Some(section) = self.articles.get_mut(1) {
                    *section = 0;
                }
                self.push(Piece::Block(Block::Division { level: 1, number, text: rest }));
            }
            "节" => {
                if self.articles.first() == Some(&0) {
                    self.say("“::: 节”之上没有章", line, "节设在章之下，先写“::: 章 标题”。");
                }
                let number = format!("第{}节", self.count(1));
                self.push(Piece::Block(Block::Division { level: 2, number, text: rest }));
            }
            _ => {
                let role = if name == "印发" { PartRole::Issued } else { PartRole::Annex };
                self.counters = [0; 4];
                self.articles = [0; 3];
                let of_issued = name == "印发件附件";
                let issued = |p: &ParsedPart| p.role == PartRole::Issued;
                if of_issued && !self.out.parts.iter().any(issued) {
                    let hint = "先写“::: 印发 标题”；公文自己的附件写“::: 附件 标题”。";
                    self.say("“::: 印发件附件”之前没有被印发的文件", line, hint);
                }
                self.out.parts.push(ParsedPart {
                    role,
                    title: rest,
                    apart: name == "另装附件",
                    of_issued,
                    pieces: Vec::new(),
                    signature: None,
                    at,
                });
            }
        }
    }

    /// The next number of 章 (0), 节 (1) or 条 (2), in Chinese. Articles count through chapters.
    fn count(&mut self, of: usize) -> String {
        let counter = self.articles.get_mut(of).map(|n| {
            *n += 1;
            *n
        });
        chinese(counter.unwrap_or_default())
    }

    fn picture(&mut self, fields: &[String], line: Line<'_>) {
        let [file, alt, caption @ ..] = fields else {
            let hint =
                "写作“::: 图 文件名|替代文本|图题”；替代文本说明图上是什么，读屏软件要念它。";
            self.say("图缺少替代文本", line, hint);
            return;
        };
        if alt.is_empty() || caption.len() > 1 {
            let hint = "写作“::: 图 文件名|替代文本|图题”，图题可以不写。";
            self.say("“::: 图”的写法不对", line, hint);
            return;
        }
        self.out.pictures.push((file.clone(), self.trace.place(line.text, line.number)));
        let caption = caption.first().filter(|c| !c.is_empty()).cloned();
        let (file, alt) = (file.clone(), alt.clone());
        self.push(Piece::Block(Block::Figure { file, alt, caption }));
    }

    /// The signature of an issued document.
    fn signature(&mut self, mut fields: Vec<String>, line: Line<'_>) {
        let day = fields.pop().unwrap_or_default();
        let shown = date::parse(&day).map_or(day, date::chinese);
        if fields.is_empty() || fields.iter().any(String::is_empty) || !is_date(&shown) {
            let hint = "写作“::: 署名 机关名称|2025年3月4日”，几个机关之间也用 | 隔开。";
            self.say("“::: 署名”的写法不对", line, hint);
            return;
        }
        let Some(part) = self.out.parts.last_mut() else {
            let hint = "它只用于“::: 印发”的文件或附件自带的署名；公文本身的署名由程序编排。";
            self.say("“::: 署名”不能写在主体里", line, hint);
            return;
        };
        part.signature = Some(Signature {
            form: SignatureForm::Unsealed,
            names: fields,
            posts: Vec::new(),
            seals_mm: Vec::new(),
            date: shown,
        });
    }

    /// One line of an open roster: `姓名|职务`, or running text.
    pub(super) fn entry(&mut self, text: &str, line: Line<'_>) {
        let fields = self.fields(text, line);
        if fields.len() > 2 {
            self.say("名单的一行里有两个 |", line, "写作“姓名|职务”。");
        }
        if let Some(Open::Roster { roster, .. }) = &mut self.open {
            add_entry(roster, fields);
        }
    }

    /// The words of a directive or a line, parted by `|` (in a manuscript also by `｜`): what data brings is no
    /// bar, since data is masked.
    fn fields(&mut self, text: &str, line: Line<'_>) -> Vec<String> {
        let text = if self.trace.is_free() { text.replace('｜', "|") } else { text.to_owned() };
        text.split('|').map(|field| self.inline(field.trim(), line)).collect()
    }

    /// The words of a directive: inline text, nothing else.
    pub(super) fn inline(&mut self, text: &str, line: Line<'_>) -> String {
        let mut out = String::new();
        // Behind a letter nothing reads as a block.
        let guarded = format!("x{text}");
        for event in Parser::new(&guarded) {
            match event {
                Event::Text(t) => out.push_str(&t),
                Event::SoftBreak | Event::HardBreak => out.push('\n'),
                Event::Start(Tag::Paragraph) | Event::End(_) => {}
                Event::Start(tag) => self.refuse(&tag, line),
                _ => self.say("指令里不能有代码或网页标记", line, "请写成普通文字。"),
            }
        }
        one_line(&unmask(out.strip_prefix('x').unwrap_or(&out)))
    }
}

/// Adds a line to a roster; running text that goes on over lines is one entry.
fn add_entry(roster: &mut Roster, mut fields: Vec<String>) {
    if fields.len() > 1 {
        let text = fields.split_off(1).join("|");
        let name = fields.pop().unwrap_or_default();
        roster.entries.push(RosterEntry { name, text });
        return;
    }
    let text = fields.pop().unwrap_or_default();
    match roster.entries.last_mut() {
        Some(entry) if entry.name.is_empty() => {
            entry.text = one_line(&format!("{}\n{text}", entry.text));
        }
        _ => roster.entries.push(RosterEntry { name: String::new(), text }),
    }
}

/// `2025年3月4日`, a day that exists.
fn is_date(text: &str) -> bool {
    let figures: Vec<&str> = text.split(['年', '月', '日']).collect();
    let [year, month, day, ""] = figures.as_slice() else { return false };
    date::parse(&format!("{year:0>4}-{month:0>2}-{day:0>2}"))
        .is_some_and(|d| date::chinese(d) == text)
}

/// 附注 is set in brackets by the style: the one pair around the whole goes.
pub(in crate::template) fn without_brackets(text: &str) -> &str {
    let inner = text.strip_prefix('（').and_then(|t| t.strip_suffix('）'));
    inner.filter(|t| !t.contains(['（', '）'])).unwrap_or(text)
}
