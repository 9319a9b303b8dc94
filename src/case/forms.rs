//! Texts, dates and numbers of the wrong form.

use super::near;
use super::scalar::Typed;
use super::schema::{Pattern, Rule};
use super::structure::Place;
use super::tree::{Node, Value};
use crate::diag::Diagnostic;
use crate::vocab::date;

/// The form of 发文字号 in a manuscript.
const DOC_NUMBER: &str = "^([一-鿿]{2,12}〔(19|20)[0-9]{2}〕[1-9][0-9]*号|〔(19|20)[0-9]{2}〕[1-9][0-9]*号|第[1-9][0-9]*[号期])$";
/// The form of 密级和保密期限 in a manuscript.
const SECRECY: &str = "^(公开|内部|(秘密|机密|绝密)(★([1-9][0-9]*年|[1-9][0-9]*个月|长期))?)$";

/// S-01 if `text` has not the form that `rule` asks for.
#[must_use]
pub fn check(text: &str, rule: &Rule, place: Place<'_>) -> Option<Diagnostic> {
    if rule.min_length > 0 && text.chars().nth(rule.min_length - 1).is_none() {
        let message = format!("“{}”不能是空的", place.title);
        return Some(Diagnostic::error("S-01", message).hint("填上内容；没有内容就删去这一行。"));
    }
    if rule.date {
        return if date::parse(text).is_some() { None } else { Some(bad_date(text, place)) };
    }
    // Paths of attachments are judged as such.
    if (place.entity, place.field) == ("FileRef", "path") {
        return None;
    }
    let pattern = rule.pattern.as_ref()?;
    if pattern.matches(text) { None } else { Some(bad_form(text, pattern, place)) }
}

fn bad_date(text: &str, place: Place<'_>) -> Diagnostic {
    let shown = near::short(text);
    if let Some(iso) = near::iso_date(text) {
        return Diagnostic::error("S-01", format!("“{}”的日期写法不对：“{shown}”", place.title))
            .hint(format!("写成 {iso}。"));
    }
    match near::figures(text) {
        Some((year, month, _)) if (1..=12).contains(&month) => {
            let message = format!("“{}”没有这一天：“{shown}”", place.title);
            Diagnostic::error("S-01", message).hint(match last_day(year, month) {
                Some(last) => format!("{year}年{month}月只有{last}天。"),
                None => "日期写成 2025-03-04 这样。".to_owned(),
            })
        }
        Some(_) => Diagnostic::error("S-01", format!("“{}”没有这一天：“{shown}”", place.title))
            .hint("月份从 01 到 12。"),
        None => Diagnostic::error("S-01", format!("“{}”应为日期，这里是“{shown}”", place.title))
            .hint("日期写成 2025-03-04 这样：年四位，月、日两位，用半角“-”连接。"),
    }
}

fn last_day(year: u32, month: u32) -> Option<u32> {
    (28..=31).rev().find(|day| date::parse(&format!("{year:04}-{month:02}-{day:02}")).is_some())
}

fn bad_form(text: &str, pattern: &Pattern, place: Place<'_>) -> Diagnostic {
    let message = format!("“{}”的写法不对：“{}”", place.title, near::short(text));
    let finding = Diagnostic::error("S-01", message);
    if place.pointer.rsplit('/').next().is_some_and(|last| last.parse::<usize>().is_ok())
        && text.contains(['，', '、'])
    {
        return finding.hint("列表里各项之间用半角逗号加空格“, ”隔开。");
    }
    let half: String = text.trim().chars().map(near::half_width).collect();
    if half != text && pattern.matches(&half) {
        return finding.hint(format!("用半角字符：{half}。"));
    }
    finding.hint(match pattern.text.as_str() {
        "^[A-Za-z][A-Za-z0-9._-]{0,63}$" => {
            "标识以英文字母开头，只用英文字母、数字和 . _ -，最多 64 个字符。".to_owned()
        }
        "^[0-2][0-9]:[0-5][0-9]$" => "时刻写成 \"08:00\"，用半角冒号，加引号。".to_owned(),
        "^[0-9]{4}Q[1-4]$" => "季度写成 2025Q1 这样。".to_owned(),
        "^[0-9a-f]{64}$" => "SHA-256 是 64 位，只有数字和小写字母 a 到 f。".to_owned(),
        DOC_NUMBER => {
            "写作 甲政发〔2025〕8号：六角括号〔〕，年份四位，顺序号不加“第”、不编虚位（GB/T \
             9704-2012 7.2.5）；令号、期号写作 第8号、第3期。"
                .to_owned()
        }
        SECRECY => "写作 公开 或 内部；涉密的文稿不在这里办理。".to_owned(),
        "^D[0-9]{2}$" => "文件种类写目录代码，如 D28。".to_owned(),
        "^[0-9]{6}$" => "写 6 位数字并加引号，如 \"000001\"。".to_owned(),
        other => format!("应符合 {other}。"),
    })
}

/// S-01: fewer items than asked for.
#[must_use]
pub fn too_few(place: Place<'_>, least: usize) -> Diagnostic {
    Diagnostic::error("S-01", format!("“{}”至少要有 {least} 项", place.title))
}

/// S-01 if `node` is a number out of the range that `rule` allows.
#[must_use]
pub fn out_of_range(node: &Node, rule: &Rule, place: Place<'_>) -> Option<Diagnostic> {
    let Value::Scalar(scalar) = &node.value else { return None };
    #[expect(clippy::cast_precision_loss, reason = "bounds of the model are small")]
    let number = match scalar.typed() {
        Typed::Int(n) => n as f64,
        Typed::Float(x) => x,
        _ => return None,
    };
    let (words, bound) = match (rule.minimum, rule.maximum) {
        (Some(least), _) if number < least => ("不能小于", least),
        (_, Some(most)) if number > most => ("不能大于", most),
        _ => return None,
    };
    let message = format!("“{}”{words} {bound}，这里是 {}", place.title, near::short(&scalar.text));
    Some(Diagnostic::error("S-01", message))
}
