//! Days and quarters as people write them, and as Excel counts them.

use serde_json::Value as Json;

use super::{Fault, LAST_SERIAL, fault, half};
use crate::case::{iso_date, short};
use crate::ledger::cell::{Cell, plain, trim};

/// A day, however it is written.
pub fn day(cell: &Cell, label: &str) -> Result<Json, Fault> {
    let hint = "年月日写全，如 2025-03-01，或设为日期格式。";
    let said = cell.shown();
    let text = match cell {
        Cell::Day(day) => day.clone(),
        // A serial number whose format was lost, or a day written as eight figures.
        Cell::Number(n) if (18_264.0..LAST_SERIAL).contains(n) => serial(*n),
        _ => {
            let text = half(&said);
            // 2025-03-01 00:00:00
            let head = text.split([' ', 'T']).next().unwrap_or_default();
            if text.contains(':') { head.to_owned() } else { text }
        }
    };
    let text = text.replace(['（', '）', '(', ')'], "");
    if let Some(iso) = iso_date(&text) {
        return Ok(Json::String(iso));
    }
    let figures = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).count();
    let reason = match cell {
        Cell::Text(_) if figures == 2 => format!("“{label}”的“{}”不全", short(trim(&said))),
        Cell::Day(_) => format!("“{label}”的 {said} 不是实有的日期"),
        _ => format!("“{label}”的“{}”不是日期", short(trim(&said))),
    };
    fault("T-04", reason, hint)
}

/// The day of a serial number of the 1900 system.
fn serial(n: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "the caller has bounded it")]
    let days = n as i64;
    let day = chrono::NaiveDate::from_ymd_opt(1899, 12, 30)
        .and_then(|epoch| epoch.checked_add_signed(chrono::TimeDelta::days(days)));
    day.map(|d| d.format("%Y-%m-%d").to_string()).unwrap_or_default()
}

/// 2025Q3, however it is written.
pub fn quarter(said: &str, label: &str) -> Result<Json, Fault> {
    let text = plain(said).replace('第', "");
    let sound = (|| {
        let year = text.get(..4).filter(|y| y.chars().all(|c| c.is_ascii_digit()))?;
        let rest = text.get(4..)?.trim_start_matches(['年', '-', '.', '/', 'q']);
        let rest = rest.trim_end_matches("季度").trim_end_matches('季').trim_end_matches('q');
        let n = match rest {
            "1" | "一" => 1,
            "2" | "二" => 2,
            "3" | "三" => 3,
            "4" | "四" => 4,
            _ => return None,
        };
        Some(format!("{year}Q{n}"))
    })();
    match sound {
        Some(quarter) => Ok(Json::String(quarter)),
        None => fault(
            "T-04",
            format!("“{label}”的“{}”不是季度", short(trim(said))),
            "写成 2025Q3，或 2025年第三季度。",
        ),
    }
}
