//! Blocks: paragraphs, headings, lists, tables, rosters and pictures, each paired with its like and taken apart.

use super::{Change, Walk, whole};
use crate::compare::align::{Key, Step, align};
use crate::compare::{Kind, words};
use crate::document::{Block, Cell, Column, Item, MarkedRun, Marking, Roster, RosterEntry, Table};

/// Where one side is: what it is part of, and how many paragraphs and tables came before.
struct Side<'a> {
    of: &'a str,
    gone: &'static str,
    paragraphs: usize,
    tables: usize,
}

impl Side<'_> {
    fn paragraph(&mut self) -> String {
        self.paragraphs += 1;
        format!("{}{}第{}段", self.gone, self.of, self.paragraphs)
    }

    fn table(&mut self) -> String {
        self.tables += 1;
        format!("{}{}第{}表", self.gone, self.of, self.tables)
    }

    fn named(&self, what: &str) -> String {
        format!("{}{}{what}", self.gone, self.of)
    }
}

fn sort(block: &Block) -> &'static str {
    match block {
        Block::Heading { .. } => "heading",
        Block::Paragraph { .. } => "paragraph",
        Block::Table(_) => "table",
        Block::List { .. } => "list",
        Block::Division { .. } => "division",
        Block::Article { .. } => "article",
        Block::Roster(_) => "roster",
        Block::Figure { .. } => "figure",
    }
}

/// The words by which a block is known.
fn known(block: &Block) -> String {
    match block {
        Block::Heading { number, text, run_in, .. } => {
            format!("{number}{text}{}", run_in.as_deref().unwrap_or_default())
        }
        Block::Paragraph { text, .. } => text.clone(),
        Block::Division { number, text, .. } | Block::Article { number, text } => {
            format!("{number}{text}")
        }
        Block::List { items } => {
            items.iter().map(|i| format!("{}{}\n", i.number, i.text)).collect()
        }
        Block::Roster(r) => {
            format!("{}{}", r.label, r.entries.iter().map(entry).collect::<String>())
        }
        Block::Figure { alt, caption, .. } => {
            format!("{alt}{}", caption.as_deref().unwrap_or_default())
        }
        Block::Table(t) => {
            let heads = t.columns.iter().map(|c| c.header.as_str());
            let cells = t.rows.iter().flatten().flat_map(|c| c.0.iter().map(String::as_str));
            let caption = t.caption.as_deref().unwrap_or_default();
            [caption].into_iter().chain(heads).chain(cells).collect()
        }
    }
}

fn entry(e: &RosterEntry) -> String {
    let words = [e.name.as_str(), e.text.as_str()];
    words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("　")
}

fn row_words(row: &[Cell]) -> String {
    let cells: Vec<String> = row.iter().map(|cell| cell.0.join(" ")).collect();
    cells.join("　").trim().to_owned()
}

/// Number and words of a block that has them.
fn numbered(block: Option<&Block>) -> (&str, &str) {
    match block {
        Some(
            Block::Heading { number, text, .. }
            | Block::Division { number, text, .. }
            | Block::Article { number, text },
        ) => (number, text),
        Some(Block::Paragraph { text, .. }) => ("", text),
        _ => ("", ""),
    }
}

fn run_in(block: Option<&Block>) -> Option<&String> {
    match block {
        Some(Block::Heading { run_in, .. }) => run_in.as_ref(),
        _ => None,
    }
}

fn items(block: Option<&Block>) -> &[Item] {
    match block {
        Some(Block::List { items }) => items,
        _ => &[],
    }
}

fn as_roster(block: Option<&Block>) -> Option<&Roster> {
    match block {
        Some(Block::Roster(roster)) => Some(roster),
        _ => None,
    }
}

fn as_table(block: Option<&Block>) -> Option<&Table> {
    match block {
        Some(Block::Table(table)) => Some(table),
        _ => None,
    }
}

impl Walk<'_> {
    pub(super) fn blocks(
        &mut self,
        of: [&str; 2],
        pointer: &str,
        old: &[Block],
        new: &[Block],
    ) -> Vec<Block> {
        let keys = |side: &[Block]| -> Vec<Key> {
            side.iter().map(|b| Key::new(sort(b), known(b))).collect()
        };
        let [before, after] = of;
        let before = before.strip_prefix('原').unwrap_or(before);
        let mut left = Side { of: before, gone: "原", paragraphs: 0, tables: 0 };
        let mut right = Side { of: after, gone: "", paragraphs: 0, tables: 0 };
        let mut out = Vec::new();
        for step in align(&keys(old), &keys(new)) {
            let at = format!("{pointer}/{}", out.len());
            let (a, b) = step.of(old, new);
            match (a, b) {
                (Some(Block::Table(x)), Some(Block::Table(y)))
                    if x.columns.len() != y.columns.len() =>
                {
                    // Columns that came or went: the one table goes, the other comes.
                    out.extend(self.block(
                        &at,
                        (&mut left, Some(&Block::Table(x.clone()))),
                        (&mut right, None),
                    ));
                    let at = format!("{pointer}/{}", out.len());
                    out.extend(self.block(&at, (&mut left, None), (&mut right, b)));
                }
                _ => out.extend(self.block(&at, (&mut left, a), (&mut right, b))),
            }
        }
        out
    }

    /// One block of either side or of both.
    fn block(
        &mut self,
        at: &str,
        (left, a): (&mut Side<'_>, Option<&Block>),
        (right, b): (&mut Side<'_>, Option<&Block>),
    ) -> Option<Block> {
        let shell = b.or(a)?;
        // Both sides count on; the place is told by the new one, by the old one for what is gone.
        let mut place = |count: &dyn Fn(&mut Side<'_>) -> String| {
            let old = a.is_some().then(|| count(left));
            let new = b.is_some().then(|| count(right));
            new.or(old).unwrap_or_default()
        };
        let ((n1, t1), (n2, t2)) = (numbered(a), numbered(b));
        let told = if b.is_some() { n2 } else { n1 };
        Some(match shell {
            Block::Paragraph { indent, .. } => {
                let text =
                    self.text(&place(&|side| side.paragraph()), &format!("{at}/text"), t1, t2);
                Block::Paragraph { text, indent: *indent }
            }
            Block::Heading { level, .. } => {
                let named = place(&|side| side.named(&format!("标题“{told}”")));
                let (number, text) = self.numbered(&named, at, (n1, t1), (n2, t2));
                let (r1, r2) = (run_in(a), run_in(b));
                // Only the side that has it counts it.
                let old = r1.map(|_| left.paragraph());
                let place = r2.map(|_| right.paragraph()).or(old).unwrap_or_default();
                let run_in = self.option(&place, &format!("{at}/run_in"), [r1, r2]);
                Block::Heading { level: *level, number, text, run_in }
            }
            Block::Division { level, .. } => {
                let named = place(&|side| side.named(&format!("“{told}”")));
                let (number, text) = self.numbered(&named, at, (n1, t1), (n2, t2));
                Block::Division { level: *level, number, text }
            }
            Block::Article { .. } => {
                let named = place(&|side| side.named(&format!("“{told}”")));
                let (number, text) = self.numbered(&named, at, (n1, t1), (n2, t2));
                Block::Article { number, text }
            }
            Block::List { .. } => {
                Block::List { items: self.items(at, (left, items(a)), (right, items(b))) }
            }
            Block::Roster(roster) => {
                let name = format!("名单“{}”", roster.label);
                let named = place(&|side| side.named(&name));
                Block::Roster(self.roster(&named, at, as_roster(a), as_roster(b))?)
            }
            Block::Figure { .. } => self.figure(&place(&|side| side.named("图")), at, a, b)?,
            Block::Table(_) => Block::Table(self.table(
                &place(&|side| side.table()),
                at,
                as_table(a),
                as_table(b),
            )?),
        })
    }

    /// A number and its words: one change if both come or go together, else one for each.
    fn numbered(
        &mut self,
        place: &str,
        at: &str,
        old: (&str, &str),
        new: (&str, &str),
    ) -> (String, String) {
        let (number, text) = (format!("{at}/number"), format!("{at}/text"));
        let gone = |side: (&str, &str)| side.0.is_empty() && side.1.is_empty();
        let (mark, kind, side) = match (gone(old), gone(new)) {
            (true, false) => (Marking::Inserted, Kind::Added, new),
            (false, true) => (Marking::Deleted, Kind::Removed, old),
            _ => {
                let number = self.text(&format!("{place}序号"), &number, old.0, new.0);
                return (number, self.text(place, &text, old.1, new.1));
            }
        };
        let index = self.change(place, kind, whole(mark, &format!("{}{}", side.0, side.1)));
        let mut put = |pointer: &str, words: &str| {
            if words.is_empty() {
                String::new()
            } else {
                self.mark(pointer, index, whole(mark, words))
            }
        };
        (put(&number, side.0), put(&text, side.1))
    }

    fn items(
        &mut self,
        at: &str,
        (left, old): (&mut Side<'_>, &[Item]),
        (right, new): (&mut Side<'_>, &[Item]),
    ) -> Vec<Item> {
        let keys = |side: &[Item]| -> Vec<Key> {
            side.iter().map(|i| Key::new("", i.text.clone())).collect()
        };
        let mut out = Vec::new();
        for step in align(&keys(old), &keys(new)) {
            let (a, b) = step.of(old, new);
            let Some(shell) = b.or(a) else { continue };
            let gone = a.map(|_| left.paragraph());
            let place = b.map(|_| right.paragraph()).or(gone).unwrap_or_default();
            let words = |i: Option<&Item>| {
                i.map(|i| (i.number.clone(), i.text.clone())).unwrap_or_default()
            };
            let (x, y) = (words(a), words(b));
            let pointer = format!("{at}/items/{}", out.len());
            let (number, text) = self.numbered(&place, &pointer, (&x.0, &x.1), (&y.0, &y.1));
            out.push(Item { level: shell.level, number, text });
        }
        out
    }

    pub(super) fn rosters(&mut self, pointer: &str, old: &[Roster], new: &[Roster]) -> Vec<Roster> {
        let keys = |side: &[Roster]| -> Vec<Key> {
            side.iter().map(|r| Key::new("", r.label.clone())).collect()
        };
        let mut out = Vec::new();
        for step in align(&keys(old), &keys(new)) {
            let (a, b) = step.of(old, new);
            let at = format!("{pointer}/{}", out.len());
            let label = b.or(a).map(|r| r.label.clone()).unwrap_or_default();
            let gone = if b.is_none() { "原" } else { "" };
            out.extend(self.roster(&format!("{gone}名单“{label}”"), &at, a, b));
        }
        out
    }

    /// A roster. Its label and the names of those who stay are not marked in place; who comes or goes is, as one line.
    fn roster(
        &mut self,
        place: &str,
        at: &str,
        old: Option<&Roster>,
        new: Option<&Roster>,
    ) -> Option<Roster> {
        let shell = new.or(old)?;
        if let (Some(a), Some(b)) = (old, new) {
            self.told(&format!("{place}名称"), &a.label, &b.label);
        }
        let keys = |side: Option<&Roster>| -> Vec<Key> {
            let all = side.map_or(&[][..], |r| &r.entries);
            // A person is known by the name: another name is another person.
            all.iter()
                .map(|e| {
                    Key::new("", if e.name.is_empty() { e.text.clone() } else { e.name.repeat(4) })
                })
                .collect()
        };
        let get = |side: Option<&Roster>, n: usize| side.and_then(|r| r.entries.get(n).cloned());
        let mut entries = Vec::new();
        for step in align(&keys(old), &keys(new)) {
            let pointer = format!("{at}/entries/{}/text", entries.len());
            let (a, b) = match step {
                Step::Both(i, j) => (get(old, i), get(new, j)),
                Step::Old(i) => (get(old, i), None),
                Step::New(j) => (None, get(new, j)),
            };
            entries.push(match (a, b) {
                (Some(a), Some(b)) if a.name == b.name => {
                    let of = if b.name.is_empty() {
                        place.to_owned()
                    } else {
                        format!("{place}{}", b.name)
                    };
                    RosterEntry { text: self.text(&of, &pointer, &a.text, &b.text), name: b.name }
                }
                (a, b) => {
                    let word = |e: Option<RosterEntry>| e.map(|e| entry(&e)).unwrap_or_default();
                    let text = self.text(place, &pointer, &word(a), &word(b));
                    RosterEntry { name: String::new(), text }
                }
            });
        }
        Some(Roster { label: shell.label.clone(), entries })
    }

    fn figure(
        &mut self,
        place: &str,
        at: &str,
        old: Option<&Block>,
        new: Option<&Block>,
    ) -> Option<Block> {
        let parts = |side: Option<&Block>| match side {
            Some(Block::Figure { file, alt, caption }) => {
                Some((file.clone(), alt.clone(), caption.clone()))
            }
            _ => None,
        };
        let (a, b) = (parts(old), parts(new));
        let bytes = (
            a.as_ref().and_then(|(file, ..)| self.old.get(file)),
            b.as_ref().and_then(|(file, ..)| self.new.get(file)),
        );
        let alts =
            [&a, &b].map(|side| side.as_ref().map(|(_, alt, _)| alt.clone()).unwrap_or_default());
        if a.is_some() && b.is_some() && bytes.0 != bytes.1 {
            // Two pictures under the same words.
            let runs = vec![
                MarkedRun { mark: Marking::Deleted, text: format!("［原图：{}］", alts[0]) },
                MarkedRun { mark: Marking::Inserted, text: format!("［新图：{}］", alts[1]) },
            ];
            self.changes.push(Change { place: place.to_owned(), kind: Kind::Changed, runs });
        } else {
            self.told(place, &alts[0], &alts[1]);
        }
        let captions = [&a, &b].map(|side| side.as_ref().and_then(|(.., caption)| caption.clone()));
        let caption = self.option(
            &format!("{place}题"),
            &format!("{at}/caption"),
            [captions[0].as_ref(), captions[1].as_ref()],
        );
        // The picture of the new side, of the old one for what is gone; names of the two sides do not meet.
        let file = format!("图{}", self.assets.len() + 1);
        if let Some(bytes) = bytes.1.or(bytes.0) {
            self.assets.insert(file.clone(), bytes.clone());
        }
        let [old_alt, new_alt] = alts;
        let alt = if b.is_some() { new_alt } else { old_alt };
        Some(Block::Figure { file, alt, caption })
    }

    fn table(
        &mut self,
        place: &str,
        at: &str,
        old: Option<&Table>,
        new: Option<&Table>,
    ) -> Option<Table> {
        let shell = new.or(old)?;
        let captions = [old, new].map(|t| t.and_then(|t| t.caption.as_ref()));
        let caption = self.option(&format!("{place}表题"), &format!("{at}/caption"), captions);
        let head = |t: Option<&Table>, n: usize| {
            t.and_then(|t| t.columns.get(n)).map(|c| c.header.clone()).unwrap_or_default()
        };
        let mut columns = Vec::new();
        if let (Some(_), Some(_)) = (old, new) {
            for (n, column) in shell.columns.iter().enumerate() {
                let pointer = format!("{at}/columns/{n}/header");
                let place = format!("{place}表头第{}列", n + 1);
                let header = self.text(&place, &pointer, &head(old, n), &head(new, n));
                columns.push(Column { header, ..column.clone() });
            }
        } else {
            let (mark, kind) = one_sided(new.is_some());
            let heads: Vec<&str> = shell.columns.iter().map(|c| c.header.as_str()).collect();
            let index = self.change(&format!("{place}表头"), kind, whole(mark, &heads.join("　")));
            for (n, column) in shell.columns.iter().enumerate() {
                if !column.header.is_empty() {
                    self.mark(
                        &format!("{at}/columns/{n}/header"),
                        index,
                        whole(mark, &column.header),
                    );
                }
                columns.push(column.clone());
            }
        }
        let none = Vec::new();
        let (before, after) = (old.map_or(&none, |t| &t.rows), new.map_or(&none, |t| &t.rows));
        let keys = |rows: &[Vec<Cell>]| -> Vec<Key> {
            rows.iter().map(|row| Key::new("", row_words(row))).collect()
        };
        let mut rows = Vec::new();
        for step in align(&keys(before), &keys(after)) {
            let pointer = format!("{at}/rows/{}", rows.len());
            let row = match step {
                Step::Both(i, j) => match (before.get(i), after.get(j)) {
                    (Some(a), Some(b)) => {
                        let name = |n: usize| {
                            let head = head(new, n);
                            let head = if head.is_empty() { head } else { format!("（{head}）") };
                            format!("{place}第{}行第{}列{head}", j + 1, n + 1)
                        };
                        let cells = b.iter().enumerate();
                        let empty = Cell::default();
                        let cells = cells.map(|(n, b)| {
                            self.cell(
                                &name(n),
                                &format!("{pointer}/{n}"),
                                a.get(n).unwrap_or(&empty),
                                b,
                            )
                        });
                        cells.collect()
                    }
                    _ => continue,
                },
                Step::Old(i) => {
                    let gone = if place.starts_with('原') { "" } else { "原" };
                    let place = format!("{gone}{place}第{}行", i + 1);
                    self.row(&place, &pointer, before.get(i), false)
                }
                Step::New(j) => {
                    self.row(&format!("{place}第{}行", j + 1), &pointer, after.get(j), true)
                }
            };
            rows.push(row);
        }
        Some(Table { id: shell.id.clone(), caption, columns, rows })
    }

    /// A row of one side alone: one change, every cell marked.
    fn row(&mut self, place: &str, pointer: &str, row: Option<&Vec<Cell>>, new: bool) -> Vec<Cell> {
        let Some(row) = row else { return Vec::new() };
        let (mark, kind) = one_sided(new);
        let index = self.change(place, kind, whole(mark, &row_words(row)));
        for (x, cell) in row.iter().enumerate() {
            for (y, text) in cell.0.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                self.mark(&format!("{pointer}/{x}/{y}"), index, whole(mark, text));
            }
        }
        row.clone()
    }

    /// A cell that both sides have: its paragraphs in order.
    fn cell(&mut self, place: &str, pointer: &str, old: &Cell, new: &Cell) -> Cell {
        // An empty paragraph and none look the same.
        if old.0.join("\n") == new.0.join("\n") {
            self.same += usize::from(!new.0.is_empty());
            return new.clone();
        }
        let lines = old.0.len().max(new.0.len());
        let side = |cell: &Cell, n: usize| cell.0.get(n).cloned().unwrap_or_default();
        let mut out = Vec::new();
        let mut runs: Vec<MarkedRun> = Vec::new();
        let index = self.changes.len();
        for n in 0..lines {
            let (a, b) = (side(old, n), side(new, n));
            let here = words::runs(&a, &b);
            if n > 0 {
                let mark = match (n < old.0.len(), n < new.0.len()) {
                    (true, false) => Marking::Deleted,
                    (false, true) => Marking::Inserted,
                    _ => Marking::Kept,
                };
                runs.push(MarkedRun { mark, text: "\n".to_owned() });
            }
            runs.extend(here.iter().cloned());
            let text = if a == b { b } else { self.mark(&format!("{pointer}/{n}"), index, here) };
            out.push(text);
        }
        let gone = |cell: &Cell| cell.0.iter().all(String::is_empty);
        let kind = match (gone(old), gone(new)) {
            (true, false) => Kind::Added,
            (false, true) => Kind::Removed,
            _ => Kind::Changed,
        };
        self.change(place, kind, runs);
        Cell(out)
    }
}

fn one_sided(new: bool) -> (Marking, Kind) {
    if new { (Marking::Inserted, Kind::Added) } else { (Marking::Deleted, Kind::Removed) }
}
