//! What a directive opened and the lines after it fill: a roster, an article.

use super::{Line, Piece, Reader};
use crate::document::{Block, Roster};

/// An open roster or article.
pub(super) enum Open {
    /// 名单, or 出席、请假、列席 of the main text.
    Roster { roster: Roster, attendance: bool, gap: bool, number: usize, label: String },
    /// 条: its number, and its words as written so far.
    Article { number: String, words: String, at: usize, first: String },
}

impl Open {
    /// A roster without entries.
    pub(super) fn roster(label: String, attendance: bool, line: Line<'_>) -> Self {
        let roster = Roster { label, entries: Vec::new() };
        let (number, label) = (line.number, line.text.to_owned());
        Self::Roster { roster, attendance, gap: false, number, label }
    }

    /// An article of which the directive's own line is known.
    pub(super) fn article(number: String, words: String, line: Line<'_>) -> Self {
        Self::Article { number, words, at: line.number, first: line.text.to_owned() }
    }
}

impl Reader<'_> {
    /// Takes `line` into what is open; false if it does not belong there.
    ///
    /// Loops of a template leave empty lines, so an empty line ends a roster only if no `姓名|职务` follows.
    pub(super) fn goes_on(&mut self, line: Line<'_>) -> bool {
        let empty = line.text.is_empty();
        let bar = line.text.contains('|') || (self.trace.is_free() && line.text.contains('｜'));
        match &mut self.open {
            None => return false,
            Some(Open::Roster { gap, .. }) if empty => *gap = true,
            Some(Open::Roster { roster, gap, .. }) => {
                if *gap && !bar && !roster.entries.is_empty() {
                    self.close();
                    return false;
                }
                *gap = false;
                self.entry(line.text, line);
            }
            Some(Open::Article { words, .. }) => {
                let block = line.text.starts_with("- ") || line.text.starts_with('#');
                if (empty && !words.is_empty()) || block {
                    self.close();
                    return false;
                }
                if !words.is_empty() {
                    words.push('\n');
                }
                words.push_str(line.text);
            }
        }
        true
    }

    /// Puts what is open where it belongs.
    pub(super) fn close(&mut self) {
        match self.open.take() {
            None => {}
            Some(Open::Roster { roster, attendance, number, label, .. }) => {
                if roster.entries.is_empty() {
                    let line = Line { text: &label, number };
                    let hint = "下面每行写一人“姓名|职务”，或者写一段文字。";
                    self.say(format!("名单“{}”是空的", roster.label), line, hint);
                } else if attendance {
                    self.out.attendance.push(roster);
                } else {
                    self.push(Piece::Block(Block::Roster(roster)));
                }
            }
            Some(Open::Article { number, words, at, first }) => {
                let line = Line { text: &first, number: at };
                let text = self.inline(&words, line);
                if text.is_empty() {
                    self.say(format!("{number}没有条文"), line, "写作“::: 条 条文”。");
                }
                self.push(Piece::Block(Block::Article { number, text }));
            }
        }
    }
}
