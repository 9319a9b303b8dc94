//! 页码: on which page of its PDF the words stand that were found in a document's plain text.
//!
//! The texts of our own documents come from the tree and know no pages; the PDF beside them does. It is read for the
//! answers shown, and what was read is kept as any other text is.

use super::search::Texts;
use crate::archive::Store;
use crate::catalog::{Hits, folded};
use crate::diag::Failure;
use crate::record::FileRole;

/// How many characters around the words are looked for, and how few will do.
const CONTEXT: [usize; 6] = [40, 20, 10, 4, 2, 0];

/// Adds pages to the answers that lack them.
pub(super) fn look_up(store: &Store, texts: &Texts, hits: &mut Hits) -> Result<(), Failure> {
    let current = store.current()?;
    for hit in hits.hits.iter_mut().filter(|h| h.page.is_none() && h.paragraph.is_some()) {
        let Some(accession) = current.iter().find(|a| a.number == hit.accession) else { continue };
        let records = store.records(accession)?;
        let Some(record) = records.into_iter().find(|r| r.metadata.id == hit.record) else {
            continue;
        };
        let own = record
            .files
            .iter()
            .any(|f| f.role == FileRole::Text && Some(&f.name) == hit.file.as_ref());
        let Some(pdf) = record.files.iter().find(|f| f.role == FileRole::Main).filter(|_| own)
        else {
            continue;
        };
        let pages: Vec<(u32, String)> = texts
            .of(pdf)?
            .parts
            .iter()
            .filter_map(|p| {
                let number = p.place.strip_prefix('第')?.strip_suffix('页')?.parse().ok()?;
                Some((number, folded(&p.text)))
            })
            .collect();
        let found = page(&hit.snippet, &hit.highlights, &pages);
        hit.page = found;
        hit.place = found.map(|n| format!("第{n}页"));
    }
    Ok(())
}

/// The first page that has the first words marked in `snippet` with as much around them as can be.
fn page(snippet: &str, highlights: &[(usize, usize)], pages: &[(u32, String)]) -> Option<u32> {
    let &(start, end) = highlights.first()?;
    let chars: Vec<char> = snippet.chars().collect();
    let inside = |i: usize| chars.get(i).is_some_and(|c| *c != '…');
    CONTEXT.into_iter().find_map(|more| {
        let from = (start.saturating_sub(more / 2)..=start).find(|&i| (i..start).all(inside))?;
        let to = (end..=(end + more).min(chars.len())).rev().find(|&i| (end..i).all(inside))?;
        let needle = folded(&chars.get(from..to)?.iter().collect::<String>());
        pages.iter().find(|(_, text)| !needle.is_empty() && text.contains(&needle)).map(|(n, _)| *n)
    })
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn the_page_is_that_of_the_surroundings() {
        let pages = [(1, "关于整改的通知甲".to_owned()), (2, "乙整改不力丙".to_owned())];
        assert_eq!(page("…乙整改不力丙", &[(2, 4)], &pages), Some(2));
        assert_eq!(page("…乙整改不力，", &[(2, 4)], &pages), Some(2));
        assert_eq!(page("整改", &[(0, 2)], &pages), Some(1));
        assert_eq!(page("销号", &[(0, 2)], &pages), None);
    }
}
