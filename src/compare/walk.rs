//! Through two trees at once: what differs, and one tree that holds the words of both.

use std::collections::BTreeMap;

use super::align::{Key, Step, align};
use super::{Change, Comparison, Kind, words};
use crate::document::{
    Body, Document, Form, Header, Imprint, Marked, MarkedRun, Marking, Part, Signature,
    SignatureForm, Title,
};

mod blocks;

/// Compares two states of a document.
pub fn compare(old: &Document, new: &Document, note: &str) -> Comparison {
    let mut walk = Walk {
        changes: Vec::new(),
        same: 0,
        runs: BTreeMap::new(),
        of: BTreeMap::new(),
        old: &old.assets,
        new: &new.assets,
        assets: BTreeMap::new(),
    };
    let header = walk.header(old.header.as_ref(), new.header.as_ref());
    let shown = [old.body.title.shown_in(old.form), new.body.title.shown_in(new.form)];
    let title = walk.title("标题", "/body/title", &shown[0], &shown[1]);
    let body = Body {
        title,
        recipients: walk.option(
            "主送机关",
            "/body/recipients",
            [old.body.recipients.as_ref(), new.body.recipients.as_ref()],
        ),
        blocks: walk.blocks(["正文", "正文"], "/body/blocks", &old.body.blocks, &new.body.blocks),
        attendance: walk.rosters("/body/attendance", &old.body.attendance, &new.body.attendance),
        annex_note: walk.list(
            "附件说明",
            "/body/annex_note",
            &old.body.annex_note,
            &new.body.annex_note,
        ),
        signature: walk.signature(
            "",
            "/body/signature",
            old.body.signature.as_ref(),
            new.body.signature.as_ref(),
        ),
        note: walk.option("附注", "/body/note", [old.body.note.as_ref(), new.body.note.as_ref()]),
    };
    let parts = walk.parts(&old.parts, &new.parts);
    let letter = new.form == Form::Letter;
    let imprint = walk.imprint(old.imprint.as_ref(), new.imprint.as_ref(), letter);
    let merged = Document {
        info: new.info.clone(),
        form: new.form,
        watermark: new.watermark.clone(),
        header,
        body,
        parts,
        imprint,
        assets: walk.assets,
    };
    let marked = Marked { note: note.to_owned(), runs: walk.runs };
    Comparison { changes: walk.changes, same: walk.same, merged, marked, of: walk.of }
}

/// What a header says of one thing.
type Of<'a> = &'a dyn Fn(&Header) -> Option<String>;

/// What was found so far.
struct Walk<'a> {
    changes: Vec<Change>,
    same: usize,
    runs: BTreeMap<String, Vec<MarkedRun>>,
    of: BTreeMap<String, usize>,
    old: &'a BTreeMap<String, Vec<u8>>,
    new: &'a BTreeMap<String, Vec<u8>>,
    assets: BTreeMap<String, Vec<u8>>,
}

fn whole(mark: Marking, text: &str) -> Vec<MarkedRun> {
    vec![MarkedRun { mark, text: text.to_owned() }]
}

fn joined(runs: &[MarkedRun]) -> String {
    runs.iter().map(|r| r.text.as_str()).collect()
}

impl Walk<'_> {
    fn change(&mut self, place: &str, kind: Kind, runs: Vec<MarkedRun>) -> usize {
        self.changes.push(Change { place: place.to_owned(), kind, runs });
        self.changes.len() - 1
    }

    /// Marks the text at `pointer`, which belongs to the change `index`.
    fn mark(&mut self, pointer: &str, index: usize, runs: Vec<MarkedRun>) -> String {
        let text = joined(&runs);
        self.runs.insert(pointer.to_owned(), runs);
        self.of.insert(pointer.to_owned(), index);
        text
    }

    /// A text that stands on both sides; gives the words of both.
    fn text(&mut self, place: &str, pointer: &str, old: &str, new: &str) -> String {
        if old == new {
            self.same += usize::from(!new.is_empty());
            return new.to_owned();
        }
        let runs = words::runs(old, new);
        let kind = match (old.is_empty(), new.is_empty()) {
            (true, _) => Kind::Added,
            (_, true) => Kind::Removed,
            _ => Kind::Changed,
        };
        let index = self.change(place, kind, runs.clone());
        self.mark(pointer, index, runs)
    }

    /// As [`Self::text`], for what the style cannot mark: it shows the new words, the list of changes both.
    fn told(&mut self, place: &str, old: &str, new: &str) {
        if old == new {
            self.same += usize::from(!new.is_empty());
            return;
        }
        let kind = match (old.is_empty(), new.is_empty()) {
            (true, _) => Kind::Added,
            (_, true) => Kind::Removed,
            _ => Kind::Changed,
        };
        self.change(place, kind, words::runs(old, new));
    }

    fn option(
        &mut self,
        place: &str,
        pointer: &str,
        [old, new]: [Option<&String>; 2],
    ) -> Option<String> {
        let word = |side: Option<&String>| side.cloned().unwrap_or_default();
        let both = self.text(place, pointer, &word(old), &word(new));
        (old.is_some() || new.is_some()).then_some(both)
    }

    fn title(&mut self, place: &str, pointer: &str, old: &Title, new: &Title) -> Title {
        let text = self.text(place, &format!("{pointer}/lines/0"), &old.text, &new.text);
        if old.text == new.text {
            return new.clone();
        }
        // The lines of neither side would hold the words of both.
        Title { lines: vec![text.clone()], text }
    }

    fn header(&mut self, old: Option<&Header>, new: Option<&Header>) -> Option<Header> {
        let words = |h: Option<&Header>, of: &dyn Fn(&Header) -> Option<String>| {
            h.and_then(of).unwrap_or_default()
        };
        let told: [(&str, Of<'_>); 5] = [
            ("份号", &|h| h.copy_no.clone()),
            ("密级和保密期限", &|h| h.security.clone()),
            ("紧急程度", &|h| h.urgency.clone()),
            ("发文机关标志", &|h| {
                Some(format!("{}{}", h.mark.names.join("、"), h.mark.suffix))
            }),
            ("签发人", &|h| Some(h.signers.join("、"))),
        ];
        for (place, of) in told {
            self.told(place, &words(old, of), &words(new, of));
        }
        let mut both = new.or(old)?.clone();
        let number = |h: Option<&Header>| h.and_then(|h| h.number.clone());
        let (before, after) = (number(old), number(new));
        both.number = self.option("发文字号", "/header/number", [before.as_ref(), after.as_ref()]);
        Some(both)
    }

    /// Texts that are items of a list.
    fn list(&mut self, place: &str, pointer: &str, old: &[String], new: &[String]) -> Vec<String> {
        let keys = |side: &[String]| -> Vec<Key> {
            side.iter().map(|text| Key::new("", text.clone())).collect()
        };
        let mut out = Vec::new();
        for step in align(&keys(old), &keys(new)) {
            let at = format!("{pointer}/{}", out.len());
            let (i, j) = match step {
                Step::Both(i, j) => (Some(i), Some(j)),
                Step::Old(i) => (Some(i), None),
                Step::New(j) => (None, Some(j)),
            };
            let word = |side: &[String], n: Option<usize>| {
                n.and_then(|n| side.get(n)).cloned().unwrap_or_default()
            };
            let place = match (i, j) {
                (_, Some(j)) => format!("{place}第{}项", j + 1),
                (Some(i), None) => format!("原{place}第{}项", i + 1),
                (None, None) => continue,
            };
            out.push(self.text(&place, &at, &word(old, i), &word(new, j)));
        }
        out
    }

    fn signature(
        &mut self,
        of: &str,
        pointer: &str,
        old: Option<&Signature>,
        new: Option<&Signature>,
    ) -> Option<Signature> {
        let names = |s: Option<&Signature>| {
            s.map(|s| if s.form == SignatureForm::Stamped { &s.posts } else { &s.names })
                .map(|names| names.join("、"))
                .unwrap_or_default()
        };
        self.told(&format!("{of}署名"), &names(old), &names(new));
        let date = |s: Option<&Signature>| s.map(|s| s.date.clone()).unwrap_or_default();
        let at = format!("{pointer}/date");
        let date = self.text(&format!("{of}成文日期"), &at, &date(old), &date(new));
        Some(Signature { date, ..new.or(old)?.clone() })
    }

    fn parts(&mut self, old: &[Part], new: &[Part]) -> Vec<Part> {
        let keys = |side: &[Part]| -> Vec<Key> {
            let sort = |p: &Part| if p.label.is_some() { "附件" } else { "印发件" };
            side.iter().map(|p| Key::new(sort(p), p.title.text.clone())).collect()
        };
        let mut out = Vec::new();
        for step in align(&keys(old), &keys(new)) {
            let (before, after) = step.of(old, new);
            let at = format!("/parts/{}", out.len());
            out.extend(self.part(&at, before, after));
        }
        out
    }

    fn part(&mut self, at: &str, old: Option<&Part>, new: Option<&Part>) -> Option<Part> {
        let shell = new.or(old)?;
        let name = |p: &Part| p.label.clone().unwrap_or_else(|| "印发件".to_owned());
        let none = Title { text: String::new(), lines: Vec::new() };
        let label = |p: Option<&Part>| p.and_then(|p| p.label.clone());
        let apart = |p: Option<&Part>| p.and_then(|p| p.apart.clone());
        let of = match new {
            Some(part) => name(part),
            None => format!("原{}", name(shell)),
        };
        let before = old.map_or_else(|| of.clone(), name);
        let (labels, aparts) = ([label(old), label(new)], [apart(old), apart(new)]);
        Some(Part {
            role: shell.role,
            landscape: shell.landscape,
            label: self.option(
                &of,
                &format!("{at}/label"),
                [labels[0].as_ref(), labels[1].as_ref()],
            ),
            apart: self.option(
                &format!("{of}的发文字号"),
                &format!("{at}/apart"),
                [aparts[0].as_ref(), aparts[1].as_ref()],
            ),
            title: self.title(
                &format!("{of}标题"),
                &format!("{at}/title"),
                old.map_or(&none, |p| &p.title),
                new.map_or(&none, |p| &p.title),
            ),
            blocks: self.blocks(
                [&before, &of],
                &format!("{at}/blocks"),
                old.map_or(&[], |p| &p.blocks),
                new.map_or(&[], |p| &p.blocks),
            ),
            signature: self.signature(
                &of,
                &format!("{at}/signature"),
                old.and_then(|p| p.signature.as_ref()),
                new.and_then(|p| p.signature.as_ref()),
            ),
        })
    }

    fn imprint(
        &mut self,
        old: Option<&Imprint>,
        new: Option<&Imprint>,
        letter: bool,
    ) -> Option<Imprint> {
        let copies = |i: Option<&Imprint>| i.and_then(|i| i.copies.clone());
        let (before, after) = (copies(old), copies(new));
        let copies = self.option("抄送机关", "/imprint/copies", [before.as_ref(), after.as_ref()]);
        // A letter shows neither office nor date (10.1).
        let word = |i: Option<&Imprint>, of: &dyn Fn(&Imprint) -> String| {
            i.filter(|_| !letter).map(of).unwrap_or_default()
        };
        let office = |i: &Imprint| i.office.clone();
        let date = |i: &Imprint| i.date.clone();
        let office =
            self.text("印发机关", "/imprint/office", &word(old, &office), &word(new, &office));
        let date = self.text("印发日期", "/imprint/date", &word(old, &date), &word(new, &date));
        new.or(old)?;
        Some(Imprint { copies, office, date })
    }
}
