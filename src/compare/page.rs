//! 比对的网页: one file that needs nothing else, the document with its marks and beside it the list of changes. Every
//! word is escaped; there is no script in it.

use std::collections::BTreeSet;

use super::{Change, Comparison};
use crate::document::{Block, Imprint, Marking, Roster, Signature, SignatureForm, Table};

const STYLE: &str = include_str!("page.css");

/// The comparison as a page of its own, in UTF-8.
#[must_use]
pub fn page(comparison: &Comparison) -> String {
    let mut page = Page { comparison, out: String::new(), named: BTreeSet::new() };
    page.draw();
    page.out
}

struct Page<'a> {
    comparison: &'a Comparison,
    out: String,
    /// Changes whose place has a name already.
    named: BTreeSet<usize>,
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What no page may hold is shown as what it is not.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

impl Page<'_> {
    fn draw(&mut self) {
        let Comparison { changes, merged, marked, .. } = self.comparison;
        let title = escape(&merged.info.title);
        let note = escape(&marked.note);
        let count = changes.len();
        self.put(&format!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>花脸稿：{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <header>\n<h1>花脸稿：{title}</h1>\n<p>{note}。<del>红字加删除线</del>为删去，<ins>蓝字加下划线</ins>为增加。本页供核对用，不是正式公文。</p>\n</header>\n\
             <div class=\"both\">\n<main>\n"
        ));
        self.head();
        self.text("h2", "", "/body/title/lines/0", &merged.body.title.text);
        self.text(
            "p",
            "flush",
            "/body/recipients",
            merged.body.recipients.as_deref().unwrap_or_default(),
        );
        self.blocks("/body/blocks", &merged.body.blocks);
        for (n, roster) in merged.body.attendance.iter().enumerate() {
            self.roster(&format!("/body/attendance/{n}"), roster);
        }
        for (n, name) in merged.body.annex_note.iter().enumerate() {
            let lead = if n == 0 { "附件：" } else { "　　　" };
            self.led("p", "", lead, &format!("/body/annex_note/{n}"), name);
        }
        self.signature("/body/signature", merged.body.signature.as_ref());
        self.text("p", "", "/body/note", merged.body.note.as_deref().unwrap_or_default());
        for (n, part) in merged.parts.iter().enumerate() {
            let at = format!("/parts/{n}");
            self.put("<section>\n");
            self.text(
                "p",
                "flush",
                &format!("{at}/apart"),
                part.apart.as_deref().unwrap_or_default(),
            );
            self.text(
                "p",
                "flush",
                &format!("{at}/label"),
                part.label.as_deref().unwrap_or_default(),
            );
            self.text("h2", "", &format!("{at}/title/lines/0"), &part.title.text);
            self.blocks(&format!("{at}/blocks"), &part.blocks);
            self.signature(&format!("{at}/signature"), part.signature.as_ref());
            self.put("</section>\n");
        }
        if let Some(imprint) = &merged.imprint {
            self.imprint(imprint);
        }
        self.put(&format!("</main>\n<nav>\n<h2>修改 {count} 处</h2>\n<ol>\n"));
        for (n, change) in changes.iter().enumerate() {
            self.listed(n, change);
        }
        self.put("</ol>\n</nav>\n</div>\n</body>\n</html>\n");
    }

    fn put(&mut self, words: &str) {
        self.out.push_str(words);
    }

    fn listed(&mut self, n: usize, change: &Change) {
        let (place, words) = (escape(&change.place), escape(&change.words()));
        if self.named.contains(&n) {
            self.put(&format!("<li><a href=\"#c{n}\">{place}</a>：{words}</li>\n"));
        } else {
            self.put(&format!("<li><b>{place}</b>：{words}</li>\n"));
        }
    }

    /// The words at `pointer` with their marks.
    fn words(&mut self, pointer: &str, text: &str) {
        let Some(runs) = self.comparison.marked.runs.get(pointer) else {
            return self.put(&escape(text));
        };
        let of = self.comparison.of.get(pointer).copied();
        let first = of.filter(|n| self.named.insert(*n));
        if let Some(n) = first {
            self.put(&format!("<span id=\"c{n}\">"));
        }
        for run in runs {
            let words = escape(&run.text);
            let drawn = match run.mark {
                Marking::Kept => words,
                Marking::Deleted => format!("<del>{words}</del>"),
                Marking::Inserted => format!("<ins>{words}</ins>"),
            };
            self.put(&drawn);
        }
        if first.is_some() {
            self.put("</span>");
        }
    }

    fn text(&mut self, tag: &str, class: &str, pointer: &str, text: &str) {
        self.led(tag, class, "", pointer, text);
    }

    /// A paragraph, after words that are never marked; nothing for an empty one.
    fn led(&mut self, tag: &str, class: &str, lead: &str, pointer: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        self.open(tag, class);
        self.put(&escape(lead));
        self.words(pointer, text);
        self.put(&format!("</{tag}>\n"));
    }

    fn open(&mut self, tag: &str, class: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.put(&format!("<{tag}{class}>"));
    }

    fn head(&mut self) {
        let Some(header) = &self.comparison.merged.header else { return };
        let mark = format!("{}{}", header.mark.names.join("　"), header.mark.suffix);
        for words in [&header.copy_no, &header.security, &header.urgency].into_iter().flatten() {
            self.put(&format!("<p class=\"flush\">{}</p>\n", escape(words)));
        }
        self.put(&format!("<p class=\"centre\"><b>{}</b></p>\n", escape(&mark)));
        self.text("p", "centre", "/header/number", header.number.as_deref().unwrap_or_default());
        if !header.signers.is_empty() {
            let signers = escape(&header.signers.join("　"));
            self.put(&format!("<p class=\"right\">签发人：{signers}</p>\n"));
        }
    }

    fn blocks(&mut self, pointer: &str, blocks: &[Block]) {
        for (n, block) in blocks.iter().enumerate() {
            let at = format!("{pointer}/{n}");
            match block {
                Block::Paragraph { text, .. } => self.text("p", "", &format!("{at}/text"), text),
                Block::Heading { number, text, run_in, .. } => {
                    let tag = if run_in.is_some() { "p" } else { "h3" };
                    self.open(tag, "");
                    self.words(&format!("{at}/number"), number);
                    self.words(&format!("{at}/text"), text);
                    self.words(&format!("{at}/run_in"), run_in.as_deref().unwrap_or_default());
                    self.put(&format!("</{tag}>\n"));
                }
                Block::Division { number, text, .. } | Block::Article { number, text } => {
                    let centred = matches!(block, Block::Division { .. });
                    self.open("p", if centred { "centre" } else { "" });
                    self.put("<b>");
                    self.words(&format!("{at}/number"), number);
                    self.put("</b>　");
                    self.words(&format!("{at}/text"), text);
                    self.put("</p>\n");
                }
                Block::List { items } => {
                    for (k, item) in items.iter().enumerate() {
                        self.open("p", "");
                        self.words(&format!("{at}/items/{k}/number"), &item.number);
                        self.words(&format!("{at}/items/{k}/text"), &item.text);
                        self.put("</p>\n");
                    }
                }
                Block::Roster(roster) => self.roster(&at, roster),
                Block::Figure { alt, caption, .. } => {
                    self.put(&format!("<p class=\"centre\">［图：{}］</p>\n", escape(alt)));
                    let caption = caption.as_deref().unwrap_or_default();
                    self.text("p", "centre", &format!("{at}/caption"), caption);
                }
                Block::Table(table) => self.table(&at, table),
            }
        }
    }

    fn roster(&mut self, at: &str, roster: &Roster) {
        for (n, entry) in roster.entries.iter().enumerate() {
            let label =
                if n == 0 { format!("{}：", roster.label) } else { "　　　".to_owned() };
            let gap = if entry.name.is_empty() || entry.text.is_empty() { "" } else { "　" };
            self.open("p", "");
            self.put(&escape(&format!("{label}{}{gap}", entry.name)));
            self.words(&format!("{at}/entries/{n}/text"), &entry.text);
            self.put("</p>\n");
        }
    }

    fn table(&mut self, at: &str, table: &Table) {
        let caption = table.caption.as_deref().unwrap_or_default();
        self.text("p", "centre", &format!("{at}/caption"), caption);
        self.put("<table>\n<thead><tr>");
        for (n, column) in table.columns.iter().enumerate() {
            self.put("<th>");
            self.words(&format!("{at}/columns/{n}/header"), &column.header);
            self.put("</th>");
        }
        self.put("</tr></thead>\n<tbody>\n");
        for (y, row) in table.rows.iter().enumerate() {
            self.put("<tr>");
            for (x, cell) in row.iter().enumerate() {
                self.put("<td>");
                for (n, text) in cell.0.iter().enumerate() {
                    if n > 0 {
                        self.put("<br>");
                    }
                    self.words(&format!("{at}/rows/{y}/{x}/{n}"), text);
                }
                self.put("</td>");
            }
            self.put("</tr>\n");
        }
        self.put("</tbody>\n</table>\n");
    }

    fn signature(&mut self, at: &str, signature: Option<&Signature>) {
        let Some(s) = signature else { return };
        let shown = if s.form == SignatureForm::Stamped { &s.posts } else { &s.names };
        for name in shown {
            self.put(&format!("<p class=\"right\">{}</p>\n", escape(name)));
        }
        self.text("p", "right", &format!("{at}/date"), &s.date);
    }

    fn imprint(&mut self, imprint: &Imprint) {
        self.put("<section>\n");
        let copies = imprint.copies.as_deref().unwrap_or_default();
        self.led("p", "flush", "抄送：", "/imprint/copies", copies);
        self.text("p", "flush", "/imprint/office", &imprint.office);
        self.text("p", "flush", "/imprint/date", &imprint.date);
        self.put("</section>\n");
    }
}
