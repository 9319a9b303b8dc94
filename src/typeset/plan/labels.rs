//! Reading what the style said of itself: metadata under labels.

use typst::foundations::{Dict, Label, Selector, Value};
use typst::introspection::{Introspector, MetadataElem};
use typst::utils::PicoStr;
use typst_layout::PagedDocument;

use crate::typeset::frames::mm;

/// A metadata element of the style.
pub(super) struct Mark {
    /// Page, counted from 1.
    pub(super) page: usize,
    /// Distance from the page's top.
    pub(super) y_mm: f64,
    /// The value if it is a number or a length (then in millimetres).
    pub(super) number: Option<f64>,
    fields: Option<Dict>,
}

impl Mark {
    /// A number of the value's dictionary.
    pub(super) fn field(&self, name: &str) -> Option<f64> {
        self.fields.as_ref()?.get(name).ok().and_then(number)
    }

    /// A whole number of the value's dictionary, 0 if it has none.
    pub(super) fn index(&self, name: &str) -> usize {
        self.field(name).map_or(0, |x| x as usize)
    }

    /// Whether a field of the value's dictionary is this word.
    pub(super) fn says(&self, name: &str, word: &str) -> bool {
        let value = self.fields.as_ref().and_then(|d| d.get(name).ok());
        matches!(value, Some(Value::Str(s)) if s.as_str() == word)
    }
}

/// The elements that bear `label`, in order; `page` and `y_mm` of their value go before where they stand.
pub(super) fn labelled(document: &PagedDocument, label: &str) -> Vec<Mark> {
    let Some(label) = Label::new(PicoStr::intern(label)) else { return Vec::new() };
    let introspector = document.introspector();
    let mut marks = Vec::new();
    for content in &introspector.query(&Selector::Label(label)) {
        let Some(position) = content.location().and_then(|l| introspector.position(l)) else {
            continue;
        };
        let value = content.to_packed::<MetadataElem>().map(|m| &m.value);
        let fields = match value {
            Some(Value::Dict(dict)) => Some(dict.clone()),
            _ => None,
        };
        let mut mark = Mark {
            page: position.page.get(),
            y_mm: mm(position.point.y),
            number: value.and_then(number),
            fields,
        };
        if let Some(page) = mark.field("page") {
            mark.page = page as usize;
        }
        if let Some(y) = mark.field("y_mm") {
            mark.y_mm = y;
        }
        marks.push(mark);
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
