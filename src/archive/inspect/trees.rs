//! XML of a bundle, parsed once however many checks look at it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Subject;
use crate::archive::xml::{self, Element};

/// Bytes of XML whose trees are kept; what goes beyond is parsed anew each time, so that memory is bounded.
const KEPT: u64 = 8 << 20;

/// A tree, or in words why there is none.
type Read = Result<Rc<Element>, String>;

/// Trees by path.
#[derive(Default)]
pub(super) struct Trees {
    known: RefCell<BTreeMap<String, Read>>,
    bytes: Cell<u64>,
}

impl Subject<'_> {
    /// The XML at `path`; none if it is not there or larger than `limit`.
    pub(super) fn tree(&self, path: &str, limit: u64) -> Option<Read> {
        if let Some(known) = self.trees.known.borrow().get(path) {
            return Some(known.clone());
        }
        let bytes = self.reader.small(path, limit)?;
        let read = xml::parse(&bytes).map(Rc::new);
        let kept = self.trees.bytes.get() + bytes.len() as u64;
        if kept <= KEPT {
            self.trees.bytes.set(kept);
            self.trees.known.borrow_mut().insert(path.to_owned(), read.clone());
        }
        Some(read)
    }
}
