//! Mending words in the data file: only the characters that are named change, every other byte stays.

use std::ops::Range;
use std::sync::Arc;

use super::tree::{Node, Scalar, Style, Value};
use super::{CaseFile, Text, letters, parse, scalar, schema};
use crate::diag::SourceFile;

/// One replacement within a text of the case.
#[derive(Clone, Debug)]
pub struct Change {
    /// JSON Pointer of the text.
    pub pointer: String,
    /// Bytes of its words that are replaced.
    pub range: Range<usize>,
    /// By what.
    pub by: String,
}

/// A data file with its words mended.
#[derive(Clone, Debug)]
pub struct Mended {
    /// The whole file.
    pub source: Arc<SourceFile>,
    /// Which of the changes were made, by their place in the list.
    pub made: Vec<usize>,
}

/// Makes `changes` in the file's text. A change is left out if its place cannot be told for sure, if it lies
/// over the end of a line, or if the value would no longer be text.
///
/// Nothing if the file so made would not read as the same data with just these words replaced.
#[must_use]
pub fn mend(case: &CaseFile, texts: &[Text<'_>], changes: &[Change]) -> Option<Mended> {
    let old = case.source.text();
    let mut places: Vec<(Range<usize>, &str)> = Vec::new();
    let mut made = Vec::new();
    let mut wanted = case.root.clone();
    let mut next = 0;
    for text in texts {
        let start = next;
        while changes.get(next).is_some_and(|c| c.pointer == text.pointer) {
            next += 1;
        }
        let Some(own) = changes.get(start..next).filter(|own| !own.is_empty()) else { continue };
        let mut words = text.words.to_owned();
        let mut here = Vec::new();
        for (n, change) in own.iter().enumerate().rev() {
            let Some(place) = letters::range(old, text.node(), &change.range) else { continue };
            let written = old.get(place.clone()).unwrap_or("\n");
            if written.contains(['\n', '\r']) {
                continue;
            }
            words.replace_range(change.range.clone(), &change.by);
            here.push((place, change.by.as_str(), start + n));
        }
        if let Some(node) = at(&mut wanted, &text.pointer)
            && let Value::Scalar(Scalar { text, style }) = &mut node.value
            && (*style != Style::Plain || matches!(scalar::plain(&words), scalar::Typed::Text(_)))
        {
            *text = words;
            for (place, by, n) in here {
                places.push((place, by));
                made.push(n);
            }
        }
    }
    places.sort_by_key(|(place, _)| place.start);
    made.sort_unstable();
    let mut new = String::with_capacity(old.len());
    let mut done = 0;
    for (place, by) in places {
        new.push_str(old.get(done..place.start)?);
        new.push_str(by);
        done = place.end;
    }
    new.push_str(old.get(done..)?);
    let source = SourceFile::new(case.source.name(), new);
    let is_field = |name: &str| !schema::MODEL.owners(name).is_empty();
    let read = parse::read(&source, &is_field).root?;
    same(&wanted, &read).then_some(Mended { source, made })
}

fn at<'a>(root: &'a mut Node, pointer: &str) -> Option<&'a mut Node> {
    let mut node = root;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        node = match &mut node.value {
            Value::Map(entries) => &mut entries.iter_mut().find(|(key, _)| key.text == part)?.1,
            Value::Seq(items) => items.get_mut(part.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(node)
}

/// Whether two trees hold the same data in the same order.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Scalar(a), Value::Scalar(b)) => a.text == b.text && a.typed() == b.typed(),
        (Value::Seq(a), Value::Seq(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|((k, a), (l, b))| k.text == l.text && same(a, b))
        }
        (Value::Opaque, Value::Opaque) => true,
        _ => false,
    }
}
