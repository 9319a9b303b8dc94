//! Reading the pages back: has every character a glyph (P-01), is every text on a page (L-02).

use std::collections::BTreeMap;

use typst::layout::Transform;
use typst_layout::PagedDocument;

use super::flow::{Flow, Needle};
use super::frames::{self, Run};
use super::texts::{Placed, code_point, quote};
use crate::diag::Diagnostic;
use crate::document::Document;

/// Below this baseline stands nothing but the page number (7.5: 7 mm under the core's edge at 262 mm).
pub(super) const BELOW_CORE_MM: f64 = 264.0;
/// Larger than any text of a document save the red mark; a watermark is larger still.
pub(super) const WATERMARK_PT: f64 = 30.0;
/// Characters that make a text unlike any other of the document.
const UNMISTAKABLE: usize = 12;

/// The characters that no font can draw: character → the font that was asked for it, and the run it stands in.
pub(super) type Undrawn = BTreeMap<char, (String, String)>;

/// Reads them off the pages.
pub(super) fn undrawn(document: &PagedDocument) -> Undrawn {
    let mut missing = Undrawn::new();
    for page in document.pages() {
        frames::walk(&page.frame, Transform::identity(), &mut |_, run| {
            for glyph in run.glyphs.iter().filter(|g| g.id == 0) {
                for c in run.text.get(glyph.range()).unwrap_or_default().chars() {
                    missing.entry(c).or_insert_with(|| {
                        (run.font.font().info().family.clone(), run.text.to_string())
                    });
                }
            }
        });
    }
    missing
}

/// P-01 for each of them, once.
pub(super) fn missing_glyphs(missing: &Undrawn, texts: &[Placed<'_>]) -> Vec<Diagnostic> {
    missing
        .iter()
        .map(|(c, (family, run))| {
            let mut places = texts.iter().filter_map(|placed| {
                let at = placed.text.chars().position(|d| d == *c)?;
                Some(format!("{}“{}”", placed.place, quote(placed.text, at)))
            });
            let place = places.next().unwrap_or_else(|| format!("样式所写“{run}”"));
            let more = match places.count() {
                0 => String::new(),
                n => format!("，另有{n}处"),
            };
            Diagnostic::error(
                "P-01",
                format!("字库中没有“{c}”（{}）的字形：{place}{more}", code_point(*c)),
            )
            .about(*c)
            .hint(format!("该处用的字体是 {family}；补充含有此字的字体，或核对用字是否有误。"))
        })
        .collect()
}

/// L-02 for each text that did not reach a page.
pub(super) fn lost_text(
    document: &PagedDocument,
    doc: &Document,
    texts: &[Placed<'_>],
    undrawn: &Undrawn,
) -> Vec<Diagnostic> {
    let runs = frames::runs(document);
    let watermark = doc.watermark.as_deref().map(squash);
    let is_watermark = |run: &Run| run.size > WATERMARK_PT && Some(&run.text) == watermark.as_ref();
    // What can stand between two halves of a text: page numbers and the watermark. It is left out.
    let mut flow = String::new();
    let mut margin = String::new();
    for run in &runs {
        let marginal = run.y > BELOW_CORE_MM || is_watermark(run);
        (if marginal { &mut margin } else { &mut flow }).push_str(&run.text);
    }
    let flow = Flow::new(&flow);
    let mut findings = Vec::new();
    let mut wanted: BTreeMap<char, i64> = BTreeMap::new();
    // Where the last running text began, and where the search for the next text begins: most texts follow
    // each other on the pages as in the document.
    let (mut reached, mut hint) = (0, 0);
    for placed in texts {
        let text = squash(placed.text);
        for c in text.chars() {
            *wanted.entry(c).or_default() += 1;
        }
        let needle = Needle::new(&text);
        if placed.running && needle.len() >= UNMISTAKABLE {
            match flow.only_place(&needle) {
                Some(at) if at < reached => findings.push(out_of_order(placed)),
                Some(at) => reached = at,
                None => {}
            }
        }
        let found = flow.find(&needle, hint).or_else(|| flow.find(&needle, 0));
        if let Some(at) = found {
            hint = at + needle.len();
        }
        let shown = found.is_some()
            || margin.contains(&text)
            || flow.in_pieces(&needle, document.pages().len() + 1);
        // What has no glyph is told by P-01; its run is cut there, and no second word about it helps.
        if !shown && !text.chars().any(|c| undrawn.contains_key(&c)) {
            findings.push(
                Diagnostic::error(
                    "L-02",
                    format!("{}没有完整排到页面上：“{}”", placed.place, quote(placed.text, 0)),
                )
                .hint("这是样式或字库的问题，所出文件不得使用。"),
            );
        }
    }
    // Around a character without glyph the engine gives its runs' texts cut short.
    if findings.is_empty() && undrawn.is_empty() {
        findings.extend(short_count(&wanted, flow.chars().iter().copied().chain(margin.chars())));
    }
    findings
}

fn out_of_order(placed: &Placed<'_>) -> Diagnostic {
    let message = format!("{}排在了它后面的文字之后：“{}”", placed.place, quote(placed.text, 0));
    Diagnostic::error("L-02", message).hint("这是样式的问题，所出文件不得使用。")
}

/// L-02 if the pages of a form hold fewer of some character than its texts.
pub(super) fn lost_characters(
    document: &PagedDocument,
    texts: &[Placed<'_>],
    undrawn: &Undrawn,
) -> Option<Diagnostic> {
    let mut wanted: BTreeMap<char, i64> = BTreeMap::new();
    for c in texts.iter().flat_map(|placed| placed.text.chars()).filter(|c| !c.is_whitespace()) {
        *wanted.entry(c).or_default() += 1;
    }
    let runs = frames::runs(document);
    // What has no glyph is told by P-01, and its run is cut there.
    let shown = runs.iter().flat_map(|run| run.text.chars());
    undrawn.is_empty().then(|| short_count(&wanted, shown)).flatten()
}

/// A text that occurs twice may be lost once: each character must be there as often as it is wanted.
fn short_count(
    wanted: &BTreeMap<char, i64>,
    shown: impl Iterator<Item = char>,
) -> Option<Diagnostic> {
    let mut left = wanted.clone();
    for c in shown {
        if let Some(n) = left.get_mut(&c) {
            *n -= 1;
        }
    }
    let lost: Vec<String> =
        left.iter().filter(|(_, n)| **n > 0).take(20).map(|(c, n)| format!("“{c}”{n}处")).collect();
    if lost.is_empty() {
        return None;
    }
    let message = format!("页面上的字比公文里的少：{}", lost.join("、"));
    Some(Diagnostic::error("L-02", message).hint("这是样式或字库的问题，所出文件不得使用。"))
}

pub(super) fn squash(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
