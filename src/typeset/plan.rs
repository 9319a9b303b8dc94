//! 版面计划: what a style cannot settle in one pass.
//!
//! Where the 版记 goes depends on where the text ends, and where the text ends must not depend on the
//! 版记; so the text is laid out first, its end is read from the frames, and it is laid out again with
//! the place of the 版记 given (GB/T 9704-2012 7.4, 最后一面). Likewise a signature that fell on a page
//! without text is fetched back by a small change of the line pitch (7.3.5.5).

use serde::Serialize;
use typst::diag::Warned;
use typst::foundations::{Bytes, Label, Selector, Value};
use typst::introspection::{Introspector, MetadataElem};
use typst::utils::PicoStr;
use typst_layout::PagedDocument;

use super::adjustment::Adjustment;
use super::frames::{self, mm};
use super::turn;
use super::world::{DocWorld, Shared};
use crate::diag::{Diagnostic, Failure};
use crate::document::{Document, Form};

/// Lower edge of the core.
const CORE_BOTTOM_MM: f64 = 262.0;
/// Line pitch that fills the core with 22 lines.
const PITCH_PT: f64 = 29.609;
/// Changes of the line pitch to try, smallest first; together with [`PITCH_PT`] 28.5 to 31.5 pt.
const PITCH_CHANGES_PT: &[f64] = &[0.1, -0.1, 0.3, -0.3, 0.6, -0.6, 1.0, -1.1, 1.4, 1.89];

/// Where the 版记 goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ImprintPlace {
    /// Not settled yet: the first pass.
    Auto,
    /// At the foot of the page where the text ends.
    Same,
    /// At the foot of a page of its own.
    Next,
    /// On a page of its own after an empty one; neither carries a number (7.5).
    BlankNext,
    /// There is none.
    None,
}

/// `layout.json`.
#[derive(Clone, Copy, Debug, Serialize)]
struct Plan {
    imprint: ImprintPlace,
    /// Change of the line pitch in points.
    squeeze_pt: f64,
}

/// A document laid out for good.
pub(super) struct Laid {
    pub(super) document: PagedDocument,
    pub(super) findings: Vec<Diagnostic>,
    pub(super) adjustments: Vec<Adjustment>,
}

/// Lays `doc` out as often as it takes.
pub(super) fn lay_out(shared: &Shared, doc: &Document) -> Result<Laid, Failure> {
    let json = serde_json::to_vec(doc).map_err(|e| Failure::Bug(format!("公文转 JSON：{e}")))?;
    let data = Bytes::new(json);
    let start = if doc.imprint.is_some() { ImprintPlace::Auto } else { ImprintPlace::None };
    let mut plan = Plan { imprint: start, squeeze_pt: 0.0 };
    let (mut laid, mut notes) = (compile(shared, &data, plan)?, Vec::new());
    let mut adjustments = Vec::new();
    if let Some(lonely) = lonely_signature(&laid.document, doc) {
        let mut mended = None;
        for &change in PITCH_CHANGES_PT {
            let tried = Plan { squeeze_pt: change, ..plan };
            let attempt = compile(shared, &data, tried)?;
            if lonely_signature(&attempt.document, doc).is_none() {
                mended = Some((tried, attempt));
                break;
            }
        }
        if let Some((tried, attempt)) = mended {
            let message = format!(
                "署名原落在没有正文的第{lonely}页，行距由{PITCH_PT:.1}磅改为{:.1}磅",
                PITCH_PT + tried.squeeze_pt
            );
            adjustments.push(Adjustment {
                clause: "GB/T 9704-2012 7.3.5.5".to_owned(),
                what: message.clone(),
                before: PITCH_PT,
                after: PITCH_PT + tried.squeeze_pt,
                unit: "磅".to_owned(),
            });
            notes.push(Diagnostic::warning("L-03", message));
            (plan, laid) = (tried, attempt);
        } else {
            let message = format!("署名所在的第{lonely}页没有正文，调整行距也不能避免");
            let hint = "增减正文字数，使署名页至少有一行正文。";
            notes.push(Diagnostic::warning("L-03", message).hint(hint));
        }
    }
    if plan.imprint == ImprintPlace::Auto {
        let (place, last_page) = imprint_place(&laid.document, doc.form)?;
        plan.imprint = place;
        laid = compile(shared, &data, plan)?;
        let pages = laid.document.pages().len();
        if pages != last_page {
            let message = format!("版记应在第{last_page}页，排完却共{pages}页");
            let hint = "这是样式的问题：版记不得改变正文的分页。";
            notes.push(Diagnostic::error("L-04", message).hint(hint));
        }
    }
    laid.findings.extend(notes);
    laid.adjustments = adjustments;
    Ok(laid)
}

fn compile(shared: &Shared, document: &Bytes, plan: Plan) -> Result<Laid, Failure> {
    let plan = serde_json::to_vec(&plan).map_err(|e| Failure::Bug(format!("版面计划：{e}")))?;
    let world = DocWorld::new(shared, document.clone(), Bytes::new(plan))?;
    let Warned { output, warnings } = typst::compile::<PagedDocument>(&world);
    match output {
        Ok(document) => Ok(Laid {
            document,
            findings: world.findings(&warnings, "L-01"),
            adjustments: Vec::new(),
        }),
        Err(errors) => Err(Failure::Faulty(world.findings(&errors, "K-07"))),
    }
}

/// Where the 版记 goes, by where the text ended (7.4.1, 7.5): on the last side, which is an even page
/// of paper printed on both sides; in a letter (10.1) wherever the text ends. With it the number of
/// pages that makes.
fn imprint_place(document: &PagedDocument, form: Form) -> Result<(ImprintPlace, usize), Failure> {
    let end = labelled(document, "body-end").pop();
    let height = labelled(document, "imprint-height").pop().and_then(|m| m.number);
    let (Some(end), Some(height)) = (end, height) else {
        let message = "样式没有标出 <body-end> 和 <imprint-height>，定不了版记的位置";
        return Err(Failure::Faulty(vec![Diagnostic::error("K-07", message)]));
    };
    let landscape = end
        .page
        .checked_sub(1)
        .and_then(|i| document.pages().get(i))
        .is_some_and(turn::is_landscape);
    let fits = !landscape && end.y_mm + height <= CORE_BOTTOM_MM + 0.01;
    let place = place_for(end.page, fits, form);
    let more = match place {
        ImprintPlace::Next => 1,
        ImprintPlace::BlankNext => 2,
        ImprintPlace::Auto | ImprintPlace::Same | ImprintPlace::None => 0,
    };
    Ok((place, end.page + more))
}

fn place_for(page: usize, fits: bool, form: Form) -> ImprintPlace {
    let even = page.is_multiple_of(2);
    match (fits, even, form) {
        (true, _, Form::Letter) | (true, true, _) => ImprintPlace::Same,
        (false, _, Form::Letter) | (_, false, _) => ImprintPlace::Next,
        (false, true, _) => ImprintPlace::BlankNext,
    }
}

/// The page (from 1) of a signature that has no text above it.
fn lonely_signature(document: &PagedDocument, doc: &Document) -> Option<usize> {
    let marks = labelled(document, "signature-page");
    if marks.is_empty() {
        return None;
    }
    let notes: Vec<&str> = doc.body.annex_note.iter().map(String::as_str).collect();
    let runs = frames::runs(document);
    marks.iter().map(|mark| (mark.page, mark.y_mm)).find_map(|(page, y)| {
        let text_above = runs.iter().any(|run| {
            run.page + 1 == page
                && run.y < y
                && run.size < 30.0
                && !run.text.is_empty()
                && !run.text.starts_with("附件：")
                && !notes.iter().any(|note| note.contains(&run.text))
        });
        (!text_above).then_some(page)
    })
}

/// A metadata element of the style.
struct Mark {
    page: usize,
    y_mm: f64,
    /// The value if it is a number or a length (then in millimetres).
    number: Option<f64>,
}

/// The elements that bear `label`, in order; `page` and `y_mm` of their value go before where they stand.
fn labelled(document: &PagedDocument, label: &str) -> Vec<Mark> {
    let Some(label) = Label::new(PicoStr::intern(label)) else { return Vec::new() };
    let introspector = document.introspector();
    let mut marks = Vec::new();
    for content in &introspector.query(&Selector::Label(label)) {
        let Some(position) = content.location().and_then(|l| introspector.position(l)) else {
            continue;
        };
        let (mut page, mut y_mm) = (position.page.get(), mm(position.point.y));
        let value = content.to_packed::<MetadataElem>().map(|m| &m.value);
        if let Some(Value::Dict(dict)) = value {
            let field = |name: &str| dict.get(name).ok().and_then(number);
            if let Some(p) = field("page") {
                page = p as usize;
            }
            if let Some(y) = field("y_mm") {
                y_mm = y;
            }
        }
        marks.push(Mark { page, y_mm, number: value.and_then(number) });
    }
    marks
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Float(x) => Some(*x),
        Value::Length(l) => Some(mm(l.abs)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::ImprintPlace::{BlankNext, Next, Same};
    use super::place_for;
    use crate::document::Form::{Document, Letter, Minutes};

    #[test]
    fn the_imprint_ends_an_even_page() {
        assert_eq!(place_for(2, true, Document), Same);
        assert_eq!(place_for(3, true, Document), Next);
        assert_eq!(place_for(3, false, Minutes), Next);
        assert_eq!(place_for(2, false, Document), BlankNext);
        assert_eq!(place_for(1, true, Letter), Same);
        assert_eq!(place_for(2, false, Letter), Next);
    }
}
