//! 要素: which line is what, told from the page itself; a document, if there is one, only helps to name them.

use super::measure::{CELL, LEFT, SIZE4, date, looks_like_date, within};
use super::page::{Bar, Line, Page};
use crate::document::{Block, Document, Form, SignatureForm};
use crate::sheet::{Area, Face, Sheet, Turn};

/// Red letters of twenty joint issuers may be this small and are still the mark.
pub(super) const MARK_LEAST_PT: f64 = 6.0;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// 发文机关标志.
    Mark,
    /// 份号.
    CopyNo,
    /// 密级 or 紧急程度.
    Security,
    /// The line of 发文字号.
    Number,
    /// A line of signers above the one of 文号.
    Signers,
    /// 标题, of the document or of a part.
    Title,
    /// 主送机关.
    Recipients,
    /// 正文.
    Text,
    /// 章、节: centred.
    Division,
    /// 附件说明.
    AnnexNote,
    /// 署名, 职务.
    Signature,
    /// 成文日期.
    Date,
    /// 附注.
    Note,
    /// 「附件1」.
    Label,
    /// In a table.
    Table,
    /// 版记.
    Imprint,
    /// Captions, centred lines and what the page does not explain.
    Other,
}

/// A line and what it is.
#[derive(Clone, Debug)]
pub(super) struct Placed<'a> {
    pub(super) line: Line<'a>,
    pub(super) role: Role,
    /// How many of its first characters are a heading, and in which face.
    pub(super) head: Option<(usize, Face)>,
    /// Level of the heading that begins here.
    pub(super) level: Option<u8>,
    /// Number of the part, 0 for the main text.
    pub(super) part: usize,
}

/// Everything that was recognised.
pub(super) struct Case<'a> {
    pub(super) pages: Vec<Page<'a>>,
    pub(super) lines: Vec<Placed<'a>>,
    pub(super) form: Form,
    pub(super) document: Option<&'a Document>,
    /// Whether something was declared as squeezed (7.3.5.5).
    pub(super) adjusted: bool,
    /// Em boxes and ink of the mark.
    pub(super) mark: Option<MarkAt>,
    /// The red rule under 文号.
    pub(super) red_rule: Option<Bar>,
    /// Rules of the 版记, top to bottom.
    pub(super) imprint_rules: Vec<Bar>,
    /// Headings of the document that were not found on any page.
    pub(super) lost_heads: Vec<String>,
}

/// Where the mark stands.
#[derive(Clone, Debug)]
pub(super) struct MarkAt {
    pub(super) ink: Area,
    pub(super) em: Area,
    pub(super) lines: Vec<usize>,
}

impl<'a> Case<'a> {
    pub(super) fn read(
        sheets: &'a [Sheet],
        document: Option<&'a Document>,
        adjusted: bool,
    ) -> Self {
        let pages: Vec<Page<'a>> =
            sheets.iter().enumerate().map(|(i, sheet)| Page::read(i, sheet)).collect();
        let mut lines = Vec::new();
        for page in &pages {
            for line in &page.lines {
                let role = if page.in_table(line) { Role::Table } else { Role::Other };
                let line = line.clone();
                lines.push(Placed { line, role, head: None, level: None, part: 0 });
            }
        }
        let mut case = Self {
            pages,
            lines,
            form: Form::Plain,
            document,
            adjusted,
            mark: None,
            red_rule: None,
            imprint_rules: Vec::new(),
            lost_heads: Vec::new(),
        };
        case.find_mark();
        case.form = case.told_form();
        case.find_imprint();
        let start = case.find_header();
        case.find_body(start);
        case.find_heads();
        case
    }

    /// Lines with a role.
    pub(super) fn with(&self, role: Role) -> impl Iterator<Item = &Placed<'a>> {
        self.lines.iter().filter(move |l| l.role == role)
    }

    /// The red double rules of a letter: pairs of lying red bars less than 3 mm apart.
    pub(super) fn red_pairs(&self) -> Vec<(Bar, Bar)> {
        let Some(page) = self.pages.first() else { return Vec::new() };
        let red: Vec<Bar> =
            page.bars.iter().copied().filter(|b| b.colour.is_red() && b.length() > 100.0).collect();
        let mut out = Vec::new();
        let mut at = 0;
        while let (Some(a), Some(b)) = (red.get(at), red.get(at + 1)) {
            if b.area.top - a.area.bottom < 3.0 {
                out.push((*a, *b));
                at += 2;
            } else {
                at += 1;
            }
        }
        out
    }

    fn told_form(&self) -> Form {
        if let Some(document) = self.document {
            return if document.header.is_none() { Form::Plain } else { document.form };
        }
        let words: String = self.with(Role::Mark).map(|l| l.line.text.as_str()).collect();
        if !self.red_pairs().is_empty() {
            Form::Letter
        } else if words.is_empty() {
            Form::Plain
        } else if words.ends_with('令') {
            Form::Order
        } else if words.ends_with("纪要") {
            Form::Minutes
        } else {
            Form::Document
        }
    }

    fn find_mark(&mut self) {
        let mut at: Option<MarkAt> = None;
        for (i, placed) in self.lines.iter_mut().enumerate() {
            if placed.line.page != 1 {
                break;
            }
            for run in &placed.line.runs {
                if !run.colour.is_red() || run.size < MARK_LEAST_PT || run.turn != Turn::Upright {
                    continue;
                }
                let em = run.area(0.0, 0.0);
                let inks = run.cells.iter().filter_map(|c| c.ink);
                let ink = inks.reduce(Area::with).unwrap_or(em);
                placed.role = Role::Mark;
                at = Some(match at.take() {
                    None => MarkAt { ink, em, lines: vec![i] },
                    Some(mut old) => {
                        old.ink = old.ink.with(ink);
                        old.em = old.em.with(em);
                        if old.lines.last() != Some(&i) {
                            old.lines.push(i);
                        }
                        old
                    }
                });
            }
        }
        self.mark = at;
    }

    /// 版记: from the lowest line with 「印发」 in 4 号 upwards, and black rules of the core's width around it.
    fn find_imprint(&mut self) {
        let Some(page) = self.pages.last() else { return };
        let mut inside = false;
        let mut top = f64::INFINITY;
        let letter = self.form == Form::Letter;
        for placed in self.lines.iter_mut().rev() {
            if placed.line.page != page.number {
                break;
            }
            let small = within(placed.line.size, SIZE4);
            let begins = placed.line.text.ends_with("印发")
                || (letter && placed.line.x0 < 40.0 && placed.line.bottom > 240.0);
            let below = top - placed.line.bottom < 7.0;
            if small && ((!inside && begins) || (inside && below)) {
                inside = true;
                top = placed.line.top;
                placed.role = Role::Imprint;
            } else if inside {
                break;
            }
        }
        if inside {
            let rules =
                page.bars.iter().copied().filter(|b| {
                    b.colour.is_black() && b.length() > 140.0 && b.area.bottom > top - 6.0
                });
            self.imprint_rules = rules.collect();
        }
    }

    /// 版头; gives the index of the first line after it.
    fn find_header(&mut self) -> usize {
        let rule = self.pages.first().and_then(|page| {
            let below = self.mark.as_ref()?.ink.bottom;
            page.bars
                .iter()
                .copied()
                .find(|b| b.colour.is_red() && b.length() > 100.0 && b.area.top > below - 1.0)
        });
        let pair = self.red_pairs().first().map(|(_, b)| b.area.bottom);
        let mark_bottom = self.mark.as_ref().map(|m| m.ink.bottom);
        let (Some(mark_bottom), Some(mark_top)) =
            (mark_bottom, self.mark.as_ref().map(|m| m.ink.top))
        else {
            return 0;
        };
        if !matches!(self.form, Form::Letter | Form::Order) {
            self.red_rule = rule;
        }
        let letter = self.form == Form::Letter;
        let end = match (self.form, self.red_rule) {
            (Form::Letter, _) => pair.unwrap_or(mark_bottom) + 40.0,
            (_, Some(rule)) => rule.area.top,
            _ => mark_bottom + 60.0,
        };
        let mut last = 0;
        let mut number = None;
        // Of several lines with a number, the lowest has it; those above it name signers.
        let mut demoted = Vec::new();
        for (i, placed) in self.lines.iter_mut().enumerate() {
            let line = &placed.line;
            if line.page != 1 || (line.top > end && placed.role != Role::Mark) {
                break;
            }
            if placed.role == Role::Mark {
                last = i + 1;
                continue;
            }
            let text = line.text.as_str();
            let beside = line.bottom < mark_top || (letter && line.x0 < LEFT + 2.0);
            if beside && text.len() == 6 && text.chars().all(|c| c.is_ascii_digit()) {
                placed.role = Role::CopyNo;
            } else if beside
                && ["绝密", "机密", "秘密", "特急", "加急", "特提", "平急"]
                    .iter()
                    .any(|w| text.starts_with(w))
            {
                placed.role = Role::Security;
                // In a letter the number may stand on the same line.
                if letter && text.ends_with('号') {
                    placed.role = Role::Number;
                    number = Some(i);
                }
            } else if line.top > mark_bottom - 1.0 {
                // 纪要 are counted by issues: 第12期.
                let mark =
                    text.contains('号') || (self.form == Form::Minutes && text.ends_with('期'));
                let numbered = mark && line.size < 18.0 && text.chars().any(|c| c.is_ascii_digit());
                if numbered {
                    placed.role = Role::Number;
                    demoted.extend(number.replace(i));
                } else if self.red_rule.is_some() {
                    placed.role = Role::Signers;
                } else {
                    // A letter's or an order's header ends with its last known element.
                    break;
                }
            } else {
                continue;
            }
            last = i + 1;
            if self.form == Form::Order && number.is_some() {
                break;
            }
        }
        for i in demoted {
            if let Some(placed) = self.lines.get_mut(i) {
                placed.role = Role::Signers;
            }
        }
        last
    }

    /// From the title to the last part.
    fn find_body(&mut self, start: usize) {
        let document = self.document;
        let has_title = self.form != Form::Order;
        let mut part = 0;
        let mut stage = if has_title { Stage::Title } else { Stage::Text };
        let mut page = 0;
        let mut started = false;
        let mut above = f64::NEG_INFINITY;
        let wants_recipients = document.map(|d| d.body.recipients.is_some());
        let dates = self.date_line(start);
        let names = dates.map(|at| self.name_lines(start, at)).unwrap_or_default();
        for i in start..self.lines.len() {
            let first_of_page = self.lines.get(i).is_some_and(|l| l.line.page != page);
            let opens_part = first_of_page && i > start && self.opens_part(i);
            let Some(placed) = self.lines.get_mut(i) else { break };
            page = placed.line.page;
            if placed.role == Role::Imprint || placed.role == Role::Mark {
                continue;
            }
            if opens_part {
                part += 1;
                stage = Stage::Title;
                started = false;
            }
            placed.part = part;
            if placed.role == Role::Table {
                stage = Stage::Text;
                continue;
            }
            let line = &placed.line;
            let large = line.size >= 19.0;
            if stage == Stage::Title {
                if is_label(&line.text) && !started {
                    placed.role = Role::Label;
                    continue;
                }
                if large {
                    placed.role = Role::Title;
                    started = true;
                    continue;
                }
                stage = if part == 0 && wants_recipients != Some(false) {
                    Stage::Recipients
                } else {
                    Stage::Text
                };
            }
            if stage == Stage::Recipients {
                let flush = line.x0 < LEFT + 3.0;
                if flush && (wants_recipients == Some(true) || started_like_recipients(&line.text))
                {
                    placed.role = Role::Recipients;
                    if line.last() == '：' {
                        stage = Stage::Text;
                    }
                    continue;
                }
                stage = Stage::Text;
            }
            if Some(i) == dates {
                placed.role = Role::Date;
                stage = Stage::AfterDate;
                continue;
            }
            if names.contains(&i) {
                placed.role = Role::Signature;
                continue;
            }
            if stage == Stage::AfterDate {
                placed.role = if line.first() == '（' { Role::Note } else { Role::Other };
                continue;
            }
            if part == 0 && line.text.starts_with("附件：") {
                stage = Stage::AnnexNote;
            }
            // The note ends with the first blank line.
            if stage == Stage::AnnexNote && above > 0.0 && line.top - above > 9.0 {
                stage = Stage::Text;
            }
            above = f64::NEG_INFINITY;
            if stage == Stage::AnnexNote {
                above = line.bottom;
                placed.role = Role::AnnexNote;
                continue;
            }
            let body_size = (15.0..17.0).contains(&line.size);
            let centred = (line.centre() - 106.0).abs() < 1.5 && line.x0 > LEFT + 3.0 * CELL;
            placed.role = match (body_size, centred) {
                (true, false) => Role::Text,
                (true, true) => Role::Division,
                (false, _) => Role::Other,
            };
        }
    }

    /// Whether line `i`, the first of its page, begins a 附件 or an issued document.
    fn opens_part(&self, i: usize) -> bool {
        let Some(first) = self.lines.get(i) else { return false };
        if first.role == Role::Table {
            return false;
        }
        if is_label(&first.line.text) {
            return true;
        }
        first.line.size >= 19.0
    }

    /// The last line of the main text that is a date and nothing else.
    fn date_line(&self, start: usize) -> Option<usize> {
        let wanted = self.document.map(|d| d.body.signature.as_ref().map(|s| s.date.as_str()));
        if wanted == Some(None) {
            return None;
        }
        let mut found = None;
        let mut page = 0;
        for (i, placed) in self.lines.iter().enumerate().skip(start) {
            let new_page = placed.line.page != page;
            page = placed.line.page;
            if new_page && i > start && self.opens_part(i) {
                break;
            }
            let text = placed.line.text.as_str();
            let is_date = match wanted.flatten() {
                Some(date) => text == date,
                None => date(text).is_some() || looks_like_date(text),
            };
            if is_date && placed.role != Role::Imprint && placed.line.x0 > 60.0 {
                found = Some(i);
            }
        }
        found
    }

    /// Lines of names (and posts) above the date.
    fn name_lines(&self, start: usize, at: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let signature = self.document.and_then(|d| d.body.signature.as_ref());
        let mut page = self.lines.get(at).map_or(0, |l| l.line.page);
        let named = |text: &str| match signature {
            Some(s) => {
                let mut words: Vec<&str> = match s.form {
                    SignatureForm::Stamped => s.posts.iter().map(String::as_str).collect(),
                    _ => s.names.iter().map(String::as_str).collect(),
                };
                words.extend(s.posts.iter().map(String::as_str));
                let squashed =
                    |w: &str| w.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                // A long name may be folded.
                words.iter().map(|w| squashed(w)).any(|w| {
                    let folded = text.chars().count() >= 3 && w.contains(text);
                    !w.is_empty() && (text.contains(&w) || folded)
                })
            }
            None => false,
        };
        let mut below = self.lines.get(at).map_or(0.0, |l| l.line.top);
        for i in (start..at).rev() {
            let Some(placed) = self.lines.get(i) else { break };
            let line = &placed.line;
            let belongs = match signature {
                Some(_) => named(&line.text) && line.x0 > LEFT + 1.0,
                // The line right above the date and those that stand like it.
                None => line.x0 > 40.0 && below - line.bottom < 8.0 && line.last() != '。',
            };
            // Many names may need more than a page: the names go on before the first line of this one.
            if line.page != page && signature.is_none() || !belongs {
                break;
            }
            page = line.page;
            below = line.top;
            out.push(i);
        }
        out.reverse();
        out
    }

    /// Headings, articles and list labels among the text.
    fn find_heads(&mut self) {
        let Some(document) = self.document else {
            for placed in self.lines.iter_mut().filter(|l| l.role == Role::Text) {
                if placed.line.x0 > LEFT + CELL
                    && let Some((level, _)) = guessed_level(&placed.line.text)
                {
                    let end = placed.line.text.chars().position(|c| c == '。');
                    let count = end.map_or(placed.line.text.chars().count(), |e| e + 1);
                    placed.level = Some(level);
                    placed.head = Some((count, face_of_level(level)));
                }
            }
            return;
        };
        let mut wanted = heads(document).into_iter();
        let mut next = wanted.next();
        // A heading goes on until its characters are used up.
        let mut open: Option<(String, Face)> = None;
        for placed in &mut self.lines {
            if matches!(placed.role, Role::Table | Role::Imprint | Role::Mark) {
                continue;
            }
            let text = placed.line.text.clone();
            if let Some((rest, face)) = open.take() {
                placed.head = Some((rest.chars().count().min(text.chars().count()), face));
                if placed.role == Role::Other {
                    placed.role = Role::Text;
                }
                open = left(&rest, &text).map(|r| (r, face));
                continue;
            }
            if !matches!(placed.role, Role::Text | Role::Division | Role::Other) {
                continue;
            }
            let Some(head) = &next else { continue };
            if !(text.starts_with(&head.text) || head.text.starts_with(&text)) || text.is_empty() {
                continue;
            }
            placed.level = head.level;
            placed.head = Some((head.text.chars().count().min(text.chars().count()), head.face));
            if let Some(role) = head.role {
                placed.role = role;
            }
            open = left(&head.text, &text).map(|r| (r, head.face));
            next = wanted.next();
        }
        self.lost_heads = next.into_iter().chain(wanted).map(|h| h.text).collect();
    }
}

/// What of `whole` is left after a line.
fn left(whole: &str, line: &str) -> Option<String> {
    let rest: String = whole.chars().skip(line.chars().count()).collect();
    (!rest.is_empty()).then_some(rest)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Title,
    Recipients,
    Text,
    AnnexNote,
    AfterDate,
}

/// A text of the document that has a face of its own.
struct Head {
    text: String,
    face: Face,
    level: Option<u8>,
    role: Option<Role>,
}

/// 7.3.3: 黑体, 楷体, 仿宋, 仿宋.
pub(super) fn face_of_level(level: u8) -> Face {
    match level {
        1 => Face::Hei,
        2 => Face::Kai,
        _ => Face::FangSong,
    }
}

fn heads(document: &Document) -> Vec<Head> {
    let squash = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let mut out = Vec::new();
    let mut take = |blocks: &[Block]| {
        for block in blocks {
            match block {
                Block::Heading { level, number, text, .. } => out.push(Head {
                    text: squash(&format!("{number}{text}")),
                    face: face_of_level(*level),
                    level: Some(*level),
                    role: None,
                }),
                Block::Article { number, .. } => out.push(Head {
                    text: squash(number),
                    face: Face::Hei,
                    level: None,
                    role: None,
                }),
                Block::Division { number, text, .. } => out.push(Head {
                    text: squash(&format!("{number}{text}")),
                    face: Face::Hei,
                    level: None,
                    role: Some(Role::Division),
                }),
                _ => {}
            }
        }
    };
    take(&document.body.blocks);
    document.parts.iter().for_each(|part| take(&part.blocks));
    out
}

/// The level a number at a line's start speaks of, and the number.
pub(super) fn guessed_level(text: &str) -> Option<(u8, u32)> {
    const FIGURES: &str = "一二三四五六七八九十";
    let chinese = |t: &str| {
        let n = t.chars().take_while(|c| FIGURES.contains(*c)).count();
        let digits: Vec<u32> = t
            .chars()
            .take(n)
            .filter_map(|c| FIGURES.chars().position(|f| f == c))
            .filter_map(|p| u32::try_from(p + 1).ok())
            .collect();
        let value = match *digits.as_slice() {
            [a] => a,
            [10, b] => 10 + b,
            [a, 10] => a * 10,
            [a, 10, b] => a * 10 + b,
            _ => 0,
        };
        (value, n)
    };
    let arabic = |t: &str| {
        let digits: String = t.chars().take_while(char::is_ascii_digit).collect();
        (digits.parse::<u32>().unwrap_or(0), digits.len())
    };
    let after = |t: &str, n: usize| t.chars().nth(n);
    if let Some(rest) = text.strip_prefix('（') {
        let (value, n) = chinese(rest);
        if value > 0 && after(rest, n) == Some('）') {
            return Some((2, value));
        }
        let (value, n) = arabic(rest);
        return (value > 0 && n <= 3 && after(rest, n) == Some('）')).then_some((4, value));
    }
    let (value, n) = chinese(text);
    if value > 0 && after(text, n) == Some('、') {
        return Some((1, value));
    }
    let (value, n) = arabic(text);
    let dot =
        after(text, n) == Some('.') && !after(text, n + 1).is_some_and(|c| c.is_ascii_digit());
    (value > 0 && n <= 3 && dot).then_some((3, value))
}

/// 「附件」, 「附件2」, or a label after the number of the main document (7.3.7).
pub(super) fn is_label(text: &str) -> bool {
    let tail = match text.rfind("附件") {
        Some(at) if at == 0 || text.get(..at).is_some_and(|t| t.ends_with('号')) => text.get(at..),
        _ => None,
    };
    tail.and_then(|t| t.strip_prefix("附件"))
        .is_some_and(|n| n.len() <= 3 && n.chars().all(|c| c.is_ascii_digit()))
}

fn started_like_recipients(text: &str) -> bool {
    text.ends_with('：') || text.ends_with('、') || (text.contains('、') && !text.contains('。'))
}

#[cfg(test)]
mod tests {
    use super::{guessed_level, is_label};

    #[test]
    fn numbers_of_headings_are_told_from_other_numbers() {
        assert_eq!(guessed_level("一、总体要求"), Some((1, 1)));
        assert_eq!(guessed_level("二十一、附则"), Some((1, 21)));
        assert_eq!(guessed_level("（三）压实责任"), Some((2, 3)));
        assert_eq!(guessed_level("4.加强监测"), Some((3, 4)));
        assert_eq!(guessed_level("（12）到期"), Some((4, 12)));
        for text in ["3.5万吨", "2025年", "十分重要", "（略）", "（2025年）"] {
            assert_eq!(guessed_level(text), None, "{text}");
        }
    }

    #[test]
    fn labels_of_annexes() {
        assert!(is_label("附件") && is_label("附件12") && is_label("渝环督办〔2025〕8号附件1"));
        assert!(!is_label("附件：1.名单") && !is_label("详见附件1") && !is_label("附件目录"));
    }
}
