//! 取值: from what stands in a cell to the value of a field, and back.

use serde_json::{Number, Value as Json};

use super::cell::{Cell, number, plain, trim};
use super::form::{COMMON, Column, Form};
use super::names::{Found, Names};
use crate::case::{Sort, half_width, iso_date, nearest, short};
use crate::vocab::numerals::chinese;

/// A number below this in a column of days is a serial number: the year 2100.
pub const LAST_SERIAL: f64 = 73_051.0;

/// Why a cell gives no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// T-04, T-06 or T-08.
    pub code: &'static str,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub hint: String,
}

fn fault<T>(
    code: &'static str,
    reason: impl Into<String>,
    hint: impl Into<String>,
) -> Result<T, Fault> {
    Err(Fault { code, reason: reason.into(), hint: hint.into() })
}

/// What a column takes.
#[must_use]
pub fn sort(form: &Form, column: &Column) -> Sort {
    if let Some(entity) = form.parent_of(column) {
        return Sort::Reference(entity.to_owned());
    }
    if form.measures.as_ref() == Some(&column.field) {
        return Sort::List(Box::new(Sort::Text));
    }
    form.shape(column).map_or(Sort::Text, |shape| shape.sort)
}

/// The value of `cell` for `column`; nothing if nothing is written.
///
/// # Errors
/// Why there is no value.
pub fn read(
    cell: &Cell,
    form: &Form,
    column: &Column,
    names: &Names,
) -> Result<Option<Json>, Fault> {
    if let Cell::Fault(error) = cell {
        let hint = "在 Excel 里改正这一格的公式，或直接写上值。";
        return fault("T-08", format!("“{}”这一格是错误值 {error}", column.label), hint);
    }
    let sort = sort(form, column);
    if cell.is_blank()
        || (!matches!(sort, Sort::Text | Sort::Flag | Sort::List(_)) && is_dash(cell))
    {
        return Ok(None);
    }
    one(cell, form, column, &sort, names)
}

/// Whether a cell says in so many words that there is nothing.
fn is_dash(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if COMMON.blank.iter().any(|b| b == trim(text)))
}

fn one(
    cell: &Cell,
    form: &Form,
    column: &Column,
    sort: &Sort,
    names: &Names,
) -> Result<Option<Json>, Fault> {
    let label = &column.label;
    let shown = cell.shown();
    Ok(Some(match sort {
        Sort::Text => Json::String(words(cell)?),
        Sort::Code if column.field.ends_with("period") => quarter(&shown, label)?,
        Sort::Code => Json::String(code(cell, label)?),
        Sort::Id => Json::String(identifier(cell, form, label)?),
        Sort::Day => day(cell, label)?,
        Sort::Integer(min, max) => within(integer(cell, column)?, (*min, *max), label)?,
        Sort::Number(min, max) => within(decimal(cell, column)?, (*min, *max), label)?,
        Sort::Flag => flag(cell, label)?,
        Sort::Choice(choices) => choice(&shown, column, choices)?,
        Sort::Reference(kind) => Json::String(reference(&shown, label, kind, names)?),
        Sort::List(inner) => {
            let items = match &**inner {
                Sort::Text => {
                    if is_dash(cell) {
                        return Ok(None);
                    }
                    lines(&words(cell)?).into_iter().map(Json::String).collect()
                }
                inner => {
                    if is_dash(cell) {
                        return Ok(None);
                    }
                    several(&shown, form, column, inner, names)?
                }
            };
            if items.is_empty() {
                return Ok(None);
            }
            Json::Array(items)
        }
        Sort::Group => return Ok(None),
    }))
}

/// Text without what is not seen at its ends.
fn words(cell: &Cell) -> Result<String, Fault> {
    Ok(match cell {
        Cell::Day(day) => match day.split('-').collect::<Vec<_>>().as_slice() {
            [y, m, d] => {
                let bare = |part: &str| part.trim_start_matches('0').to_owned();
                format!("{y}年{}月{}日", bare(m), bare(d))
            }
            _ => day.clone(),
        },
        other => trim(&other.shown()).to_owned(),
    })
}

/// Text in half-width characters on one line.
fn half(text: &str) -> String {
    let text: String = text.chars().map(half_width).collect();
    trim(&text).split(['\n', '\r']).map(trim).collect()
}

fn code(cell: &Cell, label: &str) -> Result<String, Fault> {
    if let Cell::Number(n) = cell
        && (n.abs() >= 1e15 || n.fract() != 0.0)
    {
        return fault(
            "T-04",
            format!("“{label}”是数 {n}，超过 15 位的号码在 Excel 里已丢失末尾几位"),
            "把这一列设为“文本”格式，再重新填写号码。",
        );
    }
    Ok(half(&cell.shown()))
}

fn identifier(cell: &Cell, form: &Form, label: &str) -> Result<String, Fault> {
    let text = code(cell, label)?;
    // A bare number in the column of ids means the id with that number.
    match (&form.id, text.parse::<u64>()) {
        (Some(id), Ok(n)) => Ok(format!("{}{n:0width$}", id.prefix, width = id.width)),
        _ => Ok(text),
    }
}

fn day(cell: &Cell, label: &str) -> Result<Json, Fault> {
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

fn integer(cell: &Cell, column: &Column) -> Result<Json, Fault> {
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

fn decimal(cell: &Cell, column: &Column) -> Result<Json, Fault> {
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

fn within(value: Json, (min, max): (Option<f64>, Option<f64>), label: &str) -> Result<Json, Fault> {
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

fn flag(cell: &Cell, label: &str) -> Result<Json, Fault> {
    if let Cell::Flag(flag) = cell {
        return Ok(Json::Bool(*flag));
    }
    let said = cell.shown();
    let key = plain(&said);
    let is = |list: &[String]| list.iter().any(|word| plain(word) == key);
    match (is(&COMMON.yes), is(&COMMON.no)) {
        (true, _) => Ok(Json::Bool(true)),
        (_, true) => Ok(Json::Bool(false)),
        _ => fault(
            "T-04",
            format!("“{label}”的“{}”看不出是还是否", short(trim(&said))),
            "写“是”或“否”。",
        ),
    }
}

fn choice(said: &str, column: &Column, choices: &[String]) -> Result<Json, Fault> {
    let key = plain(said);
    let found = choices.iter().find(|c| plain(c) == key).or_else(|| {
        column.choices.iter().find(|(other, _)| plain(other) == key).map(|(_, choice)| choice)
    });
    if let Some(found) = found {
        return Ok(Json::String(found.clone()));
    }
    let words = choices.iter().chain(column.choices.keys()).map(String::as_str);
    let near = nearest(trim(said), words).map(|word| column.choices.get(word).map_or(word, |w| w));
    let hint = match near {
        Some(near) => format!("是否应为“{near}”？可写：{}。", choices.join("、")),
        None => format!("可写：{}。", choices.join("、")),
    };
    fault("T-04", format!("“{}”不能是“{}”", column.label, short(trim(said))), hint)
}

/// 2025Q3, however it is written.
fn quarter(said: &str, label: &str) -> Result<Json, Fault> {
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

fn reference(said: &str, label: &str, kind: &str, names: &Names) -> Result<String, Fault> {
    match names.find(kind, said) {
        Found::One(id) => Ok(id),
        Found::Many(ids) => fault(
            "T-06",
            format!("“{label}”的“{}”不止一个：{}", short(trim(said)), ids.join("、")),
            "写标识（id），或写全称。",
        ),
        Found::None(like) => {
            let hint = match like {
                Some(like) => format!("是否应为“{like}”？确实没有的，先写进案件的数据文件。"),
                None => "先把它写进案件的数据文件，或者改正名称。".to_owned(),
            };
            fault("T-06", format!("“{label}”的“{}”在案件里没有", short(trim(said))), hint)
        }
    }
}

/// Values of a list written in one cell.
fn several(
    said: &str,
    form: &Form,
    column: &Column,
    sort: &Sort,
    names: &Names,
) -> Result<Vec<Json>, Fault> {
    let part = |text: &str| one(&Cell::Text(text.to_owned()), form, column, sort, names);
    // A name may hold what else sets names apart.
    if let Ok(Some(whole)) = part(said) {
        return Ok(vec![whole]);
    }
    let mut out: Vec<Json> = Vec::new();
    for piece in split(said) {
        let values = match part(piece) {
            Ok(value) => vec![value],
            // 甲局 乙局
            Err(first) => {
                let pieces: Vec<&str> = piece.split_whitespace().collect();
                if pieces.len() < 2 {
                    return Err(first);
                }
                pieces.into_iter().map(part).collect::<Result<_, _>>().map_err(|_| first)?
            }
        };
        for value in values.into_iter().flatten() {
            if !out.contains(&value) {
                out.push(value);
            }
        }
    }
    Ok(out)
}

/// The names written in one cell.
#[must_use]
pub fn split(text: &str) -> Vec<&str> {
    text.split(['、', '，', ',', '；', ';', '\n', '/'])
        .map(trim)
        .filter(|p| !p.is_empty())
        .collect()
}

/// The sentences of a list written in one cell: one a line, or set apart by semicolons; their numbers are left out
/// where all have one.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let apart: &[char] = if text.contains('\n') { &['\n'] } else { &['；', ';'] };
    let parts: Vec<&str> = text.split(apart).map(trim).filter(|p| !p.is_empty()).collect();
    let bare: Vec<Option<&str>> =
        parts.iter().enumerate().map(|(n, part)| unnumbered(part, n + 1)).collect();
    let all = parts.len() > 1 && bare.iter().all(Option::is_some);
    let chosen =
        parts.iter().zip(&bare).map(|(part, bare)| if all { bare.unwrap_or(part) } else { part });
    chosen.map(str::to_owned).collect()
}

/// `part` without the number `n` before it: `1.`, `1、`, `（1）`, `(1)`, `①`, `一、`.
fn unnumbered(part: &str, n: usize) -> Option<&str> {
    let n32 = u32::try_from(n).ok()?;
    let ring = char::from_u32(0x2460 + n32 - 1).filter(|_| n <= 20);
    if let Some(rest) = ring.and_then(|ring| part.strip_prefix(ring)) {
        return Some(trim(rest)).filter(|r| !r.is_empty());
    }
    let figures = [n.to_string(), chinese(n32)];
    for figure in &figures {
        for (open, close) in
            [("", "."), ("", "．"), ("", "、"), ("（", "）"), ("(", ")"), ("", ")"), ("", "）")]
        {
            let rest = part
                .strip_prefix(open)
                .and_then(|p| p.strip_prefix(figure.as_str()))
                .and_then(|p| p.strip_prefix(close));
            // 1.5公里 is no numbered line.
            if let Some(rest) = rest
                && !(close == "." && rest.starts_with(|c: char| c.is_ascii_digit()))
                && !trim(rest).is_empty()
            {
                return Some(trim(rest));
            }
        }
    }
    None
}

/// The cell that shows `value`; nothing for null and for empty lists.
#[must_use]
pub fn write(value: &Json, sort: &Sort, names: &Names) -> Option<Cell> {
    Some(match (value, sort) {
        (Json::Null, _) => return None,
        (Json::Array(items), _) if items.is_empty() => return None,
        (Json::Array(items), Sort::List(inner)) => {
            let text = |item: &Json| write(item, inner, names).map(|c| c.shown());
            let texts: Vec<String> = items.iter().filter_map(text).collect();
            Cell::Text(if **inner == Sort::Text { numbered(&texts) } else { texts.join("、") })
        }
        (Json::String(id), Sort::Reference(kind)) => Cell::Text(names.label(kind, id)),
        (Json::String(day), Sort::Day) => Cell::Day(day.clone()),
        (Json::String(text), _) => Cell::Text(text.clone()),
        (Json::Bool(flag), _) => Cell::Flag(*flag),
        (Json::Number(n), _) => Cell::Number(n.as_f64()?),
        (other, _) => Cell::Text(other.to_string()),
    })
}

/// Sentences one a line, numbered if there are several.
fn numbered(texts: &[String]) -> String {
    match texts {
        [one] => one.clone(),
        all => {
            let line =
                |(n, text): (usize, &String)| format!("{}. {}", n + 1, text.replace('\n', ""));
            all.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
        }
    }
}
