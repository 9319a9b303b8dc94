//! What only the composed document shows: the order of headings, annexes named and present, requests in reports.

use super::{Found, Pack};
use crate::diag::Diagnostic;
use crate::document::{Block, Document, PartRole};

/// Everything that the rules say about a composed document of the kind `genre`.
#[must_use]
pub fn composed(document: &Document, genre: &str, pack: &Pack) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let found = &mut Found { case: None, pack, findings: &mut findings };
    headings(&document.body.blocks, found);
    for part in &document.parts {
        headings(&part.blocks, found);
    }
    annexes(document, found);
    if genre == "报告" && document.header.is_some() {
        requests(&document.body.blocks, found);
    }
    findings
}

/// W-41 层次序数.
fn headings(blocks: &[Block], found: &mut Found<'_>) {
    let mut above = 0;
    for block in blocks {
        match block {
            Block::Division { .. } | Block::Article { .. } => above = 0,
            Block::Heading { level, text, run_in, .. } => {
                let words = [("heading", text.clone())];
                if above == 0 && *level > 1 {
                    found.about("W-41", "first", text, &words);
                } else if *level > above + 1 && (above, *level) != (1, 3) {
                    found.about("W-41", "skipped", text, &words);
                }
                above = *level;
                if run_in.is_none()
                    && let Some(mark) = last_mark(text)
                {
                    let words = [("heading", text.clone()), ("mark", mark.to_string())];
                    found.about("W-41", "mark", text, &words);
                }
            }
            _ => {}
        }
    }
}

fn last_mark(text: &str) -> Option<char> {
    text.chars().last().filter(|c| "，；：、,;:".contains(*c))
}

/// P-02 附件一致.
fn annexes(document: &Document, found: &mut Found<'_>) {
    let titles: Vec<&String> = document
        .parts
        .iter()
        .filter(|part| part.role == PartRole::Annex)
        .map(|part| &part.title.text)
        .collect();
    let note = &document.body.annex_note;
    if note.iter().collect::<Vec<_>>() != titles {
        found.about("P-02", "note", &document.info.title, &[]);
    }
    for title in note {
        if let Some(mark) = title.chars().last().filter(|c| "。，；：、".contains(*c)) {
            let words = [("heading", title.clone()), ("mark", mark.to_string())];
            found.about("P-02", "mark", title, &words);
        }
    }
    for text in texts(&document.body.blocks) {
        for n in named(text) {
            if n > titles.len() {
                let words = [("n", n.to_string()), ("count", titles.len().to_string())];
                found.about("P-02", "missing", &format!("附件{n}"), &words);
            }
        }
    }
}

/// The numbers in 「附件2」, but not in 「《…》附件2」, which is another document's.
fn named(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices("附件").filter_map(|(at, word)| {
        let others = text[..at].ends_with(['》', '号', '的']);
        let digits: String =
            text[at + word.len()..].chars().take_while(char::is_ascii_digit).take(3).collect();
        if others { None } else { digits.parse().ok() }
    })
}

/// W-55 报告夹带请示.
fn requests(blocks: &[Block], found: &mut Found<'_>) {
    const WORDS: &[&str] = &[
        "请批示",
        "请批复",
        "请予批准",
        "请审批",
        "请予审批",
        "请予批示",
        "请予批复",
        "妥否，请",
        "当否，请",
    ];
    for text in texts(blocks) {
        // One finding a paragraph: 「妥否，请批示」 is one request.
        if let Some(words) = WORDS.iter().find(|words| text.contains(**words)) {
            found.about("W-55", "request", words, &[("words", (*words).to_owned())]);
        }
    }
}

fn texts(blocks: &[Block]) -> impl Iterator<Item = &str> {
    blocks.iter().flat_map(|block| -> Vec<&str> {
        match block {
            Block::Heading { text, run_in, .. } => {
                std::iter::once(text.as_str()).chain(run_in.as_deref()).collect()
            }
            Block::Paragraph { text, .. } | Block::Article { text, .. } => vec![text],
            Block::List { items } => items.iter().map(|item| item.text.as_str()).collect(),
            _ => Vec::new(),
        }
    })
}
