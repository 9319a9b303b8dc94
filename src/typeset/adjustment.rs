//! 版面调整: what was made narrower, wider or moved so that a document fits its pages.

use serde::{Deserialize, Serialize};

/// One departure from the grid that a clause of GB/T 9704-2012 allows or asks for. A list of them goes into
/// the record, so that whoever measures the pages later knows that they were meant so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adjustment {
    /// The clause that allows it: `GB/T 9704-2012 7.3.5.5`.
    pub clause: String,
    /// What was done and why, a sentence for a clerk.
    pub what: String,
    /// The measure by the grid.
    pub before: f64,
    /// The measure on these pages.
    pub after: f64,
    /// Unit of both: 磅, 毫米, 字, 处.
    pub unit: String,
}
