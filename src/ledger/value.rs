//! 取值: from what stands in a cell to the value of a field, and back.

mod days;
mod lists;
mod numbers;

use serde_json::Value as Json;

use super::cell::{Cell, plain, trim};
use super::form::{COMMON, Column, Form};
use super::names::{Found, Names};
use crate::case::{Sort, half_width, nearest, short};

use days::{day, quarter};
pub use lists::split;
use lists::{lines, numbered};
use numbers::{decimal, integer, within};

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
    let optional = form.shape(column).is_some_and(|s| !s.required);
    if optional && sort == Sort::Text && is_stroke(cell) {
        return Ok(None);
    }
    if cell.is_blank()
        || (!matches!(sort, Sort::Text | Sort::Flag | Sort::List(_)) && is_dash(cell))
    {
        return Ok(None);
    }
    one(cell, form, column, &sort, names)
}

/// Whether a cell is struck out: `/`, `—`.
fn is_stroke(cell: &Cell) -> bool {
    let stroke = |c: char| !c.is_alphanumeric();
    matches!(cell, Cell::Text(text) if is_dash(cell) && trim(text).chars().all(stroke))
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
