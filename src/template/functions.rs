//! Functions and filters of templates (docs/template-guide.md lists them).

use chrono::NaiveDate;
use minijinja::State;

use super::facts::ENTITIES;
use crate::engine::{Engine, Error, Kind as ErrorKind, Value, ValueKind};
use crate::vocab::{date, numerals};

/// Adds them all.
pub(super) fn register(engine: &mut Engine) {
    let env = engine.environment();
    env.add_function("get", get);
    env.add_function("daterange", daterange);
    env.add_function("table", table);
    env.add_filter("obj", obj);
    env.add_filter("name", |state: &State<'_, '_>, v: &Value| names(state, v, &["name", "title"]));
    env.add_filter("short", |state: &State<'_, '_>, v: &Value| {
        names(state, v, &["short_name", "short_title", "name", "title"])
    });
    env.add_filter("cdate", |v: &Value| Ok::<_, Error>(date::chinese(day(v)?)));
    env.add_filter("cmonth", |v: &Value| Ok::<_, Error>(day(v)?.format("%Y年%-m月").to_string()));
    env.add_filter("date8", |v: &Value| Ok::<_, Error>(date::eight_figures(day(v)?)));
    env.add_filter("cn", cn);
    env.add_filter("zh_join", zh_join);
    env.add_filter("stop", |v: &Value| Ok::<_, Error>(format!("{}。", bare(v)?)));
    env.add_filter("nostop", bare);
    env.add_filter("num", num);
    env.add_filter("percent", percent);
    env.add_filter("docno", docno);
    env.add_filter("paras", paras);
}

fn wrong(words: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, words.into())
}

/// `get(id)`: the entity with that id.
fn get(state: &State<'_, '_>, id: &Value) -> Result<Value, Error> {
    let entities = state.lookup(ENTITIES).unwrap_or_default();
    let found = entities.get_item(id)?;
    if found.is_undefined() {
        Err(wrong(format!("数据中没有标识为“{id}”的对象")))
    } else {
        Ok(found)
    }
}

/// Entities for an id or a list of ids.
fn obj(state: &State<'_, '_>, value: &Value) -> Result<Value, Error> {
    if value.kind() == ValueKind::Seq {
        return value
            .try_iter()?
            .map(|id| get(state, &id))
            .collect::<Result<Vec<_>, _>>()
            .map(Value::from);
    }
    get(state, value)
}

/// The first of `fields` that an entity has; of a list, joined by 、.
fn names(state: &State<'_, '_>, value: &Value, fields: &[&str]) -> Result<String, Error> {
    match value.kind() {
        ValueKind::None => Ok(String::new()),
        ValueKind::Seq | ValueKind::Iterable => {
            let all: Result<Vec<_>, _> =
                value.try_iter()?.map(|v| names(state, &v, fields)).collect();
            Ok(all?.join("、"))
        }
        ValueKind::String => names(state, &get(state, value)?, fields),
        _ => fields
            .iter()
            .filter_map(|f| value.get_attr(f).ok())
            .find_map(|v| v.as_str().map(ToOwned::to_owned))
            .ok_or_else(|| wrong("这个对象没有名称")),
    }
}

fn day(value: &Value) -> Result<NaiveDate, Error> {
    let text = value.as_str().unwrap_or_default();
    date::parse(text).ok_or_else(|| wrong(format!("“{value}”不是日期（2025-03-04）")))
}

fn daterange(from: &Value, to: &Value) -> Result<String, Error> {
    Ok(date::span(day(from)?, day(to)?))
}

/// The directive that places a table; honoured only in a paragraph of its own.
fn table(id: &str) -> Result<Value, Error> {
    let plain =
        !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if !plain {
        return Err(wrong(format!("表的名字“{id}”不对")));
    }
    Ok(Value::from_safe_string(format!("\n\n::: 表 {id}\n\n")))
}

fn cn(value: &Value) -> Result<String, Error> {
    let n = i64::try_from(value.clone()).ok().and_then(|n| u32::try_from(n).ok());
    n.map(numerals::chinese).ok_or_else(|| wrong(format!("“{value}”不是可写成汉字的整数")))
}

fn zh_join(list: &Value, separator: Option<&str>) -> Result<String, Error> {
    let all: Vec<String> = list.try_iter()?.map(|v| v.to_string()).collect();
    Ok(all.join(separator.unwrap_or("、")))
}

/// The text without a stop at its end.
fn bare(value: &Value) -> Result<String, Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if value.is_none() {
        return Ok(String::new());
    }
    Ok(value
        .to_string()
        .trim_end()
        .trim_end_matches(['。', '；', '，', '、', '.', ';', ','])
        .to_owned())
}

/// A number without trailing zeros.
fn num(value: &Value) -> Result<String, Error> {
    let n = f64::try_from(value.clone()).map_err(|_| wrong(format!("“{value}”不是数字")))?;
    let text = format!("{n:.4}");
    Ok(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

fn percent(part: &Value, whole: &Value, digits: Option<usize>) -> Result<String, Error> {
    let number = |v: &Value| f64::try_from(v.clone()).map_err(|_| wrong(format!("“{v}”不是数字")));
    let (part, whole) = (number(part)?, number(whole)?);
    if whole == 0.0 {
        return Err(wrong("百分比的总数不能为零"));
    }
    let text = format!("{:.*}", digits.unwrap_or(1).min(6), part * 100.0 / whole);
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    Ok(format!("{text}%"))
}

/// 发文字号 of a document (id or entry); nothing if it has none.
fn docno(state: &State<'_, '_>, value: &Value) -> Result<String, Error> {
    let entity = if value.kind() == ValueKind::String { get(state, value)? } else { value.clone() };
    let number = entity.get_attr("doc_number")?;
    if number.is_none() || number.is_undefined() {
        return Ok(String::new());
    }
    let part = |name: &str| number.get_attr(name);
    Ok(format!("{}〔{}〕{}号", part("code")?, part("year")?, part("seq")?))
}

/// The paragraphs of a text of several lines.
fn paras(value: &Value) -> Vec<String> {
    let text = if value.is_none() { String::new() } else { value.to_string() };
    text.lines().map(str::trim).filter(|l| !l.is_empty()).map(ToOwned::to_owned).collect()
}
