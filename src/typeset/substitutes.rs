//! 代用字: characters that a role's own face lacks and another face lends (F-01).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use typst::layout::{Frame, FrameItem};
use typst::text::TextItem;
use typst_layout::PagedDocument;

use super::faces::{FaceSet, FaceUse};
use super::texts::{Placed, code_point, quote};
use crate::diag::Diagnostic;

/// 代用字: one character that is drawn by another face than its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Substitute {
    /// The character.
    pub character: char,
    /// 本体: the face that was asked for, 「仿宋 `FandolFang R`」.
    pub wanted: String,
    /// 代用: the family that draws it.
    pub used: String,
    /// Where it stands first: 「正文第3段“…”」.
    pub place: String,
    /// In how many texts it stands.
    pub places: usize,
}

/// Every substitute of a document, once per character, in order of code point.
pub(super) fn substitutes(
    document: &PagedDocument,
    faces: &FaceSet,
    texts: &[Placed<'_>],
) -> Vec<Substitute> {
    let mut found: BTreeMap<char, (BTreeSet<usize>, usize)> = BTreeMap::new();
    for page in document.pages() {
        search(&page.frame, faces, &mut found);
    }
    found
        .into_iter()
        .filter_map(|(character, (roles, lender))| {
            let wanted: Vec<String> = roles
                .iter()
                .filter_map(|&r| faces.roles.get(r))
                .filter_map(|r| Some(format!("{} {}", r.title, faces.own(r)?.family())))
                .collect();
            let mut places = texts.iter().filter_map(|placed| {
                let at = placed.text.chars().position(|c| c == character)?;
                Some(format!("{}“{}”", placed.place, quote(placed.text, at)))
            });
            let first = places.next();
            Some(Substitute {
                character,
                wanted: wanted.join("、"),
                used: faces.faces.get(lender)?.family().to_owned(),
                places: first.iter().count() + places.count(),
                place: first.unwrap_or_else(|| "样式所写".to_owned()),
            })
        })
        .collect()
}

/// F-01 for each.
pub(super) fn notes(substitutes: &[Substitute]) -> impl Iterator<Item = Diagnostic> {
    substitutes.iter().map(|s| {
        let more = if s.places > 1 { format!("，共{}处", s.places) } else { String::new() };
        let c = s.character;
        let message = format!(
            "“{c}”（{}）用{}代替，{}没有此字：{}{more}",
            code_point(c),
            s.used,
            s.wanted,
            s.place
        );
        Diagnostic::note("F-01", message)
            .about(c)
            .hint("核对用字无误即可；要字形一致的，装入有此字的字体后用 --fonts office。")
    })
}

/// Looks for runs of lenders; the role is that of the nearest run of the same line.
fn search(frame: &Frame, faces: &FaceSet, found: &mut BTreeMap<char, (BTreeSet<usize>, usize)>) {
    let mut line: Vec<(&TextItem, usize)> = Vec::new();
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => search(&group.frame, faces, found),
            FrameItem::Text(text) => {
                if let Some(number) = faces.number(text.font.font()) {
                    line.push((text, number));
                }
            }
            _ => {}
        }
    }
    for (i, &(run, lender)) in line.iter().enumerate() {
        let lacking = |role: &usize, c: char| {
            faces.roles.get(*role).is_some_and(|r| {
                r.faces.iter().skip(1).any(|&n| n == lender)
                    && faces.own(r).is_some_and(|own| !own.has(c))
            })
        };
        for c in run.text.chars().filter(|c| !c.is_whitespace() && !FaceSet::is_sign(*c)) {
            let mut roles: BTreeSet<usize> =
                (0..faces.roles.len()).filter(|role| lacking(role, c)).collect();
            if roles.is_empty() {
                continue;
            }
            // Neighbours before, then behind, say which of the roles it was.
            let (before, behind) = line.split_at(i);
            let near = before.iter().rev().chain(behind).find_map(|&(_, n)| {
                roles
                    .iter()
                    .copied()
                    .find(|&r| faces.roles.get(r).is_some_and(|r| r.faces.first() == Some(&n)))
            });
            if let Some(role) = near {
                roles = BTreeSet::from([role]);
            } else if faces.is_own(lender) {
                // Set in a face of its own right, nothing says that it was lent.
                continue;
            }
            let entry = found.entry(c).or_insert_with(|| (BTreeSet::new(), lender));
            entry.0.extend(roles);
        }
    }
}

/// The faces that a document is set in, by role.
pub(super) fn faces_used(document: &PagedDocument, faces: &FaceSet) -> Vec<FaceUse> {
    let mut numbers = BTreeSet::new();
    for page in document.pages() {
        super::frames::walk(&page.frame, typst::layout::Transform::identity(), &mut |_, run| {
            numbers.extend(faces.number(run.font.font()));
        });
    }
    let role = |number: usize| {
        let own = faces.roles.iter().find(|r| r.faces.first() == Some(&number));
        own.map_or_else(|| "代用".to_owned(), |r| r.title.clone())
    };
    numbers.into_iter().filter_map(|n| faces.face_use(&role(n), n)).collect()
}
