//! Numbers as people write them: full-width, with units, as text, as percentages.

use serde_json::{Number, Value as Json};

use super::{Fault, fault, half};
use crate::case::short;
use crate::ledger::cell::{Cell, number, trim};
use crate::ledger::form::{COMMON, Column};

fn figure(cell: &Cell, column: &Column) -> Option<f64> {
    let percent = column.label.contains(['％', '%']);
    match cell {
        Cell::Number(n) => Some(*n),
        Cell::Percent(n) => Some(if percent { (n * 1e10).round() / 1e8 } else { *n }),
        Cell::Text(text) => {
            let text = half(text).replace([',', ' '], "");
            let units = COMMON.units.iter().map(|u| half(u));
            let bare = units.filter_map(|u| text.strip_suffix(&u).map(str::to_owned)).next();
            let text = bare.unwrap_or(text);
            let sound = text.chars().all(|c| c.is_ascii_digit() || "+-.".contains(c));
            if sound { text.parse().ok() } else { None }
        }
        _ => None,
    }
}

/// A whole number.
pub fn integer(cell: &Cell, column: &Column) -> Result<Json, Fault> {
    let said = cell.shown();
    let label = &column.label;
    match figure(cell, column) {
        #[expect(clippy::cast_possible_truncation, reason = "within ±2^53 and whole")]
        Some(n) if n.fract() == 0.0 && n.abs() < 9.0e15 => Ok(Json::from(n as i64)),
        Some(n) if column.label.contains('％') && (0.0..1.0).contains(&n) => fault(
            "T-04",
            format!("“{label}”的 {said} 不是整数"),
            format!("按百分数写：{}，或设为百分比格式。", number(n * 100.0)),
        ),
        Some(_) => fault("T-04", format!("“{label}”的 {said} 不是整数"), "写整数。"),
        None => fault(
            "T-04",
            format!("“{label}”的“{}”不是整数", short(trim(&said))),
            "只写阿拉伯数字。",
        ),
    }
}

/// A number.
pub fn decimal(cell: &Cell, column: &Column) -> Result<Json, Fault> {
    let said = cell.shown();
    let value = figure(cell, column).filter(|n| n.is_finite()).and_then(|n| {
        #[expect(clippy::cast_possible_truncation, reason = "within ±2^53 and whole")]
        if n.fract() == 0.0 && n.abs() < 9.0e15 {
            return Some(Json::from(n as i64));
        }
        Number::from_f64((n * 1e9).round() / 1e9).map(Json::Number)
    });
    match value {
        Some(value) => Ok(value),
        None => fault(
            "T-04",
            format!("“{}”的“{}”不是数", column.label, short(trim(&said))),
            "只写阿拉伯数字，单位写在表头里。",
        ),
    }
}

/// A number between two bounds.
pub fn within(
    value: Json,
    (min, max): (Option<f64>, Option<f64>),
    label: &str,
) -> Result<Json, Fault> {
    let n = value.as_f64().unwrap_or_default();
    let (low, high) = (min.is_some_and(|m| n < m), max.is_some_and(|m| n > m));
    if !low && !high {
        return Ok(value);
    }
    let hint = match (min, max) {
        (Some(min), Some(max)) => format!("写 {} 至 {} 的数。", number(min), number(max)),
        (Some(min), None) => format!("不能小于 {}。", number(min)),
        (_, max) => format!("不能大于 {}。", number(max.unwrap_or_default())),
    };
    fault("T-04", format!("“{label}”不能是 {}", number(n)), hint)
}
