//! 读不出的数据项: values that the schema refuses. A rule that has looked at one would judge a gap, not a fact.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ptr;

use serde_json::Value;

/// Knows the unreadable values of a case, and whether one of them was looked at.
#[derive(Default)]
pub struct Watch {
    /// By address: the case outlives the rules, and its values do not move.
    unreadable: BTreeSet<usize>,
    seen: Cell<bool>,
}

impl Watch {
    /// Over the values of `json` at `pointers`. Of a list with a bad item the whole list is meant.
    pub fn over(json: &Value, pointers: &[String]) -> Self {
        let mut unreadable = BTreeSet::new();
        for pointer in pointers {
            unreadable.extend(json.pointer(pointer).map(address));
            let list = pointer.rsplit_once('/').and_then(|(up, _)| json.pointer(up));
            unreadable.extend(list.filter(|up| up.is_array()).map(address));
        }
        Self { unreadable, seen: Cell::new(false) }
    }

    /// `value` is being looked at.
    pub fn look(&self, value: &Value) {
        if !self.unreadable.is_empty() && self.unreadable.contains(&address(value)) {
            self.seen.set(true);
        }
    }

    /// Whether an unreadable value was looked at since this was last asked.
    pub fn take(&self) -> bool {
        self.seen.replace(false)
    }
}

fn address(value: &Value) -> usize {
    ptr::from_ref(value).addr()
}
