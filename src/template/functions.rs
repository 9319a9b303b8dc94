//! Functions and filters of templates (docs/template-guide.md lists them).

use chrono::{Datelike, NaiveDate};

use super::facts::ENTITIES;
use crate::engine::{
    Engine, Error, Kind as ErrorKind, Kwargs, RunState as State, Value, ValueKind, unmask,
};
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
    env.add_filter("cmonth", cmonth);
    env.add_filter("date8", |v: &Value| Ok::<_, Error>(date::eight_figures(day(v)?)));
    env.add_filter("cn", cn);
    env.add_filter("zh_join", zh_join);
    env.add_filter("stop", stop);
    env.add_filter("nostop", bare);
    env.add_filter("num", num);
    env.add_filter("percent", percent);
    env.add_filter("docno", docno);
    env.add_filter("paras", paras);
}

fn wrong(words: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, words.into())
}

/// Filters get undefined values as they are; here they are errors like everywhere else.
fn defined(value: &Value) -> Result<&Value, Error> {
    // A look into an undefined value is the way to the engine's own error, which knows what was undefined.
    if value.is_undefined() {
        value.get_attr("_").map(|_| value).and(Err(ErrorKind::UndefinedError.into()))
    } else {
        Ok(value)
    }
}

/// `get(id)`: the entity with that id.
fn get(state: &State<'_, '_>, id: &Value) -> Result<Value, Error> {
    if defined(id)?.is_none() {
        return Err(wrong("这里没有填写标识（空值）；可先用 {% if %} 判断"));
    }
    let entities = state.lookup(ENTITIES).unwrap_or_default();
    let found =
        if id.kind() == ValueKind::String { entities.get_item(id)? } else { Value::UNDEFINED };
    if found.is_undefined() {
        Err(wrong(format!("数据中没有标识为“{id}”的对象")))
    } else {
        Ok(found)
    }
}

fn is_list(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable)
}

/// Entities for an id or a list of ids; an entity is itself.
fn obj(state: &State<'_, '_>, value: &Value) -> Result<Value, Error> {
    if is_list(defined(value)?) {
        return value
            .try_iter()?
            .map(|id| obj(state, &id))
            .collect::<Result<Vec<_>, _>>()
            .map(Value::from);
    }
    if value.kind() == ValueKind::Map { Ok(value.clone()) } else { get(state, value) }
}

/// The first of `fields` that an entity has; of a list, joined by 、.
fn names(state: &State<'_, '_>, value: &Value, fields: &[&str]) -> Result<String, Error> {
    match defined(value)?.kind() {
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
    if defined(value)?.is_none() {
        return Err(wrong("这里没有填写日期（空值）；可先用 {% if %} 判断"));
    }
    let text = value.as_str().unwrap_or_default();
    date::parse(text).ok_or_else(|| wrong(format!("“{value}”不是日期（应为 2025-03-04 的样子）")))
}

fn cmonth(value: &Value) -> Result<String, Error> {
    let day = day(value)?;
    Ok(format!("{}年{}月", day.year(), day.month()))
}

fn daterange(from: &Value, to: &Value) -> Result<String, Error> {
    let (from, to) = (day(from)?, day(to)?);
    if from > to {
        return Err(wrong(format!(
            "起止日期颠倒：{}在{}之后",
            date::chinese(from),
            date::chinese(to)
        )));
    }
    Ok(date::span(from, to))
}

/// The directive that places a table; honoured only on a line of its own.
fn table(id: &str) -> Result<Value, Error> {
    if !is_table_id(id) {
        return Err(wrong(format!("表的名字“{id}”只能用英文字母、数字、_ 和 -")));
    }
    Ok(Value::from_safe_string(format!("::: 表 {id}")))
}

/// Whether `id` may name a table: ASCII letters, figures, `_` and `-`.
pub(super) fn is_table_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn cn(value: &Value) -> Result<String, Error> {
    let n = i64::try_from(defined(value)?.clone()).ok().and_then(|n| u32::try_from(n).ok());
    n.map(numerals::chinese).ok_or_else(|| wrong(format!("“{value}”不是可写成汉字的整数")))
}

/// `zh_join("；")` or `zh_join(sep="；")`.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands named options over by value")]
fn zh_join(list: &Value, sep: Option<String>, options: Kwargs) -> Result<String, Error> {
    let sep: Option<String> = sep.map_or_else(|| options.get("sep"), |s| Ok(Some(s)))?;
    options.assert_all_used()?;
    if defined(list)?.is_none() {
        return Ok(String::new());
    }
    if !is_list(list) {
        return Err(wrong("zh_join 只用于列表"));
    }
    let mut all = Vec::new();
    for item in list.try_iter()? {
        match item.kind() {
            ValueKind::String | ValueKind::Number => all.push(item.to_string()),
            _ => {
                return Err(wrong(
                    "zh_join 的列表里要是文字；对象先用 map(attribute='…') 或 name 取出文字",
                ));
            }
        }
    }
    Ok(all.join(sep.as_deref().unwrap_or("、")))
}

/// The text without stops at its end.
fn bare(value: &Value) -> Result<String, Error> {
    // What a macro captured wears masks; the marks at its end are marks all the same.
    let text = unmask(&words(value)?);
    Ok(text.trim_end_matches(|c: char| c.is_whitespace() || "。；，、.;,".contains(c)).to_owned())
}

/// With one 。at its end; nothing stays nothing.
fn stop(value: &Value) -> Result<String, Error> {
    let text = bare(value)?;
    Ok(if text.is_empty() { text } else { format!("{text}。") })
}

fn number(value: &Value) -> Result<f64, Error> {
    let n = f64::try_from(defined(value)?.clone()).ok().filter(|n| n.is_finite());
    n.ok_or_else(|| wrong(format!("“{value}”不是数字")))
}

/// A decimal without trailing zeros, and without the crumbs of binary sums.
fn trimmed(n: f64, digits: usize) -> String {
    let text = format!("{n:.digits$}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.to_owned() }
}

fn num(value: &Value) -> Result<String, Error> {
    Ok(trimmed(number(value)?, 6))
}

/// `percent(total)`, `percent(total, 2)` or `percent(total, digits=2)`; ties go to the even digit (GB/T 8170).
#[expect(clippy::needless_pass_by_value, reason = "the engine hands named options over by value")]
fn percent(
    part: &Value,
    whole: &Value,
    digits: Option<usize>,
    options: Kwargs,
) -> Result<String, Error> {
    let digits: Option<usize> = digits.map_or_else(|| options.get("digits"), |d| Ok(Some(d)))?;
    options.assert_all_used()?;
    let (part, whole) = (number(part)?, number(whole)?);
    if whole == 0.0 {
        return Err(wrong("百分比的总数不能为零"));
    }
    Ok(format!("{}%", trimmed(part * 100.0 / whole, digits.unwrap_or(1).min(6))))
}

/// 发文字号 of a document (id or entry); nothing if it has none.
fn docno(state: &State<'_, '_>, value: &Value) -> Result<String, Error> {
    if defined(value)?.is_none() {
        return Ok(String::new());
    }
    let entity = obj(state, value)?;
    let number = entity.get_attr("doc_number")?;
    if number.is_undefined() {
        return Err(wrong("docno 只用于文件（documents 的一项或它的标识）"));
    }
    if number.is_none() {
        return Ok(String::new());
    }
    let part = |name: &str| number.get_attr(name);
    Ok(format!("{}〔{}〕{}号", part("code")?, part("year")?, part("seq")?))
}

/// A value as words; a list or an object is none.
fn words(value: &Value) -> Result<String, Error> {
    match defined(value)?.kind() {
        ValueKind::None => Ok(String::new()),
        ValueKind::String | ValueKind::Number => Ok(value.to_string()),
        _ => Err(wrong(
            "这里要的是文字，得到的是列表或对象；列表用 zh_join 连成文字，或用 {% for %} 逐项写",
        )),
    }
}

/// The paragraphs of a text of several lines, or of a list of texts.
fn paras(value: &Value) -> Result<Vec<String>, Error> {
    let texts = if is_list(defined(value)?) {
        value.try_iter()?.map(|v| words(&v)).collect::<Result<Vec<_>, _>>()?
    } else {
        vec![words(value)?]
    };
    let lines = texts.iter().flat_map(|t| t.lines()).map(str::trim).filter(|l| !l.is_empty());
    Ok(lines.map(ToOwned::to_owned).collect())
}
