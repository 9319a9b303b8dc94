//! Values of the wrong type, and how to write them right.

use super::blank::advice;
use super::near;
use super::scalar::Typed;
use super::schema::{Kind, Rule};
use super::structure::Place;
use super::tree::{Node, Scalar, Style, Value};
use crate::diag::Diagnostic;

/// Whether `node` is of type `kind` (JSON Schema 2020-12 §6.1.1).
#[must_use]
pub fn is_a(node: &Node, kind: Kind) -> bool {
    match (&node.value, kind) {
        (Value::Map(_), Kind::Object) | (Value::Seq(_), Kind::List) => true,
        (Value::Scalar(scalar), _) => match (scalar.typed(), kind) {
            (Typed::Text(_), Kind::Text)
            | (Typed::Bool(_), Kind::Flag)
            | (Typed::Int(_), Kind::Integer | Kind::Number) => true,
            (Typed::Float(x), Kind::Number) => x.is_finite(),
            (Typed::Float(x), Kind::Integer) => x.fract() == 0.0 && x.abs() < 9.0e15,
            _ => false,
        },
        _ => false,
    }
}

/// S-01: `node` is not of type `kind`.
#[must_use]
pub fn wrong(node: &Node, rule: &Rule, kind: Kind, place: Place<'_>) -> Diagnostic {
    if let (Kind::Object, Value::Scalar(scalar)) = (kind, &node.value)
        && let Some((field, _)) = scalar.text.split_once('：')
        && rule.field(field.trim()).is_some()
    {
        return Diagnostic::error("Y-04", "字段名后面用了全角冒号“：”")
            .hint("改成半角冒号加一个空格“: ”。");
    }
    let expected = match kind {
        _ if rule.date => "日期",
        Kind::Text => "文字",
        Kind::Integer => "整数",
        Kind::Number => "数",
        Kind::Flag => " true 或 false",
        Kind::List => "列表",
        Kind::Object => "一组字段",
    };
    let message = format!("“{}”应为{expected}，这里是{}", place.title, found(node));
    let finding = Diagnostic::error("S-01", message);
    match hint(node, rule, kind, place) {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// What stands there, in a few words.
#[must_use]
pub fn found(node: &Node) -> String {
    match &node.value {
        Value::Map(_) => "一组字段".to_owned(),
        Value::Seq(_) => "列表".to_owned(),
        Value::Opaque => "别名".to_owned(),
        Value::Scalar(scalar) => match scalar.typed() {
            Typed::Null => "空的".to_owned(),
            Typed::Bool(flag) => flag.to_string(),
            Typed::Int(_) => format!("整数 {}", near::short(&scalar.text)),
            Typed::Float(_) => format!("数 {}", near::short(&scalar.text)),
            Typed::Text(text) => format!("文字“{}”", near::short(text)),
        },
    }
}

fn hint(node: &Node, rule: &Rule, kind: Kind, place: Place<'_>) -> Option<String> {
    let field = place.field;
    let scalar = match &node.value {
        Value::Scalar(scalar) => scalar,
        Value::Map(_) if kind == Kind::List => {
            return Some("列表的每一项以“- ”开头，看看是不是漏了。".to_owned());
        }
        Value::Seq(items) if items.len() == 1 && kind != Kind::Object => {
            return Some("这里只写一个值，不要方括号和“- ”。".to_owned());
        }
        _ => return None,
    };
    if scalar.typed() == Typed::Null {
        return Some("填上内容；没有内容就删去这一行。".to_owned());
    }
    let text = scalar.text.as_str();
    match kind {
        _ if rule.date => near::iso_date(text).map(|day| format!("写成 {day}。")),
        Kind::Text => Some(format!("加引号：{field}: \"{}\"。", near::short(text))),
        Kind::Integer | Kind::Number => number_hint(scalar),
        Kind::Flag => flag_hint(text),
        Kind::List => Some(format!("写成列表：{field}: [{}]。", near::short(text))),
        Kind::Object => Some("换到下一行，缩进两个空格，每行写一个“字段: 值”。".to_owned()),
    }
}

/// Whether nothing stands there.
#[must_use]
pub fn is_empty(node: &Node) -> bool {
    matches!(&node.value, Value::Scalar(scalar) if scalar.typed() == Typed::Null)
}

/// Whether the field must be filled in; an item of its list is not the field.
#[must_use]
pub fn is_required(place: Place<'_>) -> bool {
    let field = place.schema.entity(place.entity).and_then(|rule| rule.field(place.field));
    field.is_some_and(|f| f.required) && place.pointer.rsplit('/').next() == Some(place.field)
}

/// S-05: the field is there, and is still to be filled in.
#[must_use]
pub fn to_fill(rule: &Rule, place: Place<'_>) -> Diagnostic {
    let message = format!("“{}”（{}）还没有填", place.title, place.field);
    let advice = advice(place.field, rule);
    let hint = if advice.is_empty() { "在冒号后面填上内容。".to_owned() } else { advice };
    Diagnostic::error("S-05", message).hint(hint)
}

fn number_hint(scalar: &Scalar) -> Option<String> {
    let half: String = scalar.text.chars().map(near::half_width).collect();
    let half = half.trim();
    let is_number = |t: &str| matches!(super::scalar::plain(t), Typed::Int(_) | Typed::Float(_));
    if is_number(half) {
        if scalar.style == Style::Plain && half == scalar.text {
            let whole = half.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '+');
            return Some(if whole { "数太大了。" } else { "这里只能写整数。" }.to_owned());
        }
        let what = if scalar.style == Style::Plain { "用半角数字" } else { "去掉引号" };
        return Some(format!("{what}：{half}。"));
    }
    let digits: String =
        half.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    if digits.is_empty() {
        Some("写阿拉伯数字，不加引号。".to_owned())
    } else {
        Some(format!("只写数字，不写单位：{digits}。"))
    }
}

fn flag_hint(text: &str) -> Option<String> {
    let value = match text.to_ascii_lowercase().as_str() {
        "是" | "有" | "yes" | "y" | "on" | "1" | "true" => "true",
        "否" | "无" | "no" | "n" | "off" | "0" | "false" => "false",
        _ => return Some("是写 true，否写 false，不加引号。".to_owned()),
    };
    Some(format!("写成 {value}，不加引号。"))
}
