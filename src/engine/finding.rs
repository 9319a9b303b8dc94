//! Errors of templates as findings: what, where (file, line, column), what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use minijinja::{Error, ErrorKind, Value, value::ValueKind};

use super::{Origin, Scope, words};
use crate::diag::{Diagnostic, SourceFile, Span};

/// Below this two words are not alike.
const ALIKE: f64 = 0.84;
/// More fields than this are not listed.
const LISTED: usize = 16;

/// Where an undefined value was met first, as far as the engine says: its expression, template and line.
struct Undefined {
    path: String,
    template: Option<String>,
    line: Option<usize>,
}

/// `error` as a finding, placed in the template of `origins` that it names, else at `otherwise`.
pub(super) fn finding(
    error: &Error,
    origins: &BTreeMap<String, Origin>,
    otherwise: Option<&Origin>,
    scope: Option<&Scope>,
) -> Diagnostic {
    // The innermost error of the engine knows the reason best, and mostly the place too.
    let mut chain = vec![error];
    while let Some(next) =
        chain.last().and_then(|e| std::error::Error::source(*e)).and_then(|s| s.downcast_ref())
    {
        chain.push(next);
    }
    let inner = chain.last().copied().unwrap_or(error);
    let named = chain.iter().rev().copied().find(|e| e.name().is_some()).unwrap_or(inner);
    let detail = inner.detail().unwrap_or_default();
    let mut origin = named.name().and_then(|n| origins.get(n)).or(otherwise);
    let mut place = origin.map(|o| o.place(named.range(), named.line()));
    let Some(undefined) = undefined(inner, detail) else {
        let (code, message, hint) = told(inner.kind(), detail);
        let finding = Diagnostic::error(code, message).hint(hint);
        return match place {
            Some(place) => finding.at(place),
            None => finding,
        };
    };
    let Undefined { path, template, line } = undefined;
    if let Some(elsewhere) = template.as_ref().and_then(|t| origins.get(t)) {
        origin = Some(elsewhere);
    }
    if line.is_some() {
        place = origin.map(|o| o.place(None, line));
    }
    let mut finding = Diagnostic::error("K-04", format!("模板用了没有定义的字段“{path}”"));
    if let Some(place) = place {
        finding = finding.at(narrowed(place, &path));
    }
    if let Some(hint) = scope.and_then(|scope| advice(&path, scope)) {
        finding = finding.hint(hint);
    }
    finding.hint("可用的字段、函数和变量：anjuan kinds fields --find 词。")
}

/// K-05 for a rendering that is longer than `bytes`.
pub(super) fn too_long(bytes: usize, origin: Option<&Origin>) -> Diagnostic {
    // A Chinese character takes three bytes.
    let words = format!("模板写出的文字过多（超过{}万字）", bytes / 3 / 10_000);
    let finding = Diagnostic::error("K-05", words)
        .hint("请检查循环：是不是把整个列表在另一个循环里又写了一遍。");
    match origin {
        Some(origin) => finding.at(origin.place(None, Some(1))),
        None => finding,
    }
}

/// The expression that turned out undefined, if that is the trouble.
fn undefined(error: &Error, detail: &str) -> Option<Undefined> {
    // The engine says "`doc.titel` is undefined", perhaps in brackets behind another complaint, and perhaps
    // "from line 3" or "from name:3".
    let named = detail.find("` is undefined").and_then(|end| {
        let begin = detail.get(..end)?.rfind('`')?;
        let path = detail.get(begin + 1..end)?.to_owned();
        let from =
            detail.get(end..)?.split_once("from ").map(|(_, from)| from.trim_end_matches(')'));
        let (template, line) = match from.map(|f| f.strip_prefix("line ").ok_or(f)) {
            Some(Ok(line)) => (None, line.parse().ok()),
            Some(Err(place)) => {
                let (name, line) = place.rsplit_once(':').unwrap_or((place, ""));
                (Some(name.to_owned()), line.parse().ok())
            }
            None => (None, None),
        };
        Some(Undefined { path, template, line })
    });
    if named.is_some() || error.kind() != ErrorKind::UndefinedError {
        return named;
    }
    let snippet = error.template_source().zip(error.range()).and_then(|(text, r)| text.get(r));
    let path = snippet.unwrap_or_default().trim().to_owned();
    Some(Undefined { path, template: None, line: None })
}

/// The words `path` on the line where `place` begins, if they stand there; else `place`.
fn narrowed(place: Span, path: &str) -> Span {
    let text = place.source.text();
    let start = text.get(..place.range.start).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    let line = text.get(start..).and_then(|t| t.lines().next()).unwrap_or_default();
    let from = place.range.start - start;
    // Within the place itself first, then before it on its line.
    let after = line.get(from..).and_then(|l| l.find(path)).map(|at| from + at);
    let found = after.or_else(|| line.find(path)).filter(|_| !path.is_empty());
    match found {
        Some(at) => Span::new(&place.source, start + at..start + at + path.len()),
        None => place,
    }
}

/// What may have been meant by the undefined `path`.
fn advice(path: &str, scope: &Scope) -> Option<String> {
    let Some((base, field)) = path.rsplit_once('.') else {
        let names: BTreeSet<String> = keys(&scope.values).into_iter().collect();
        return near(path, &names).map(|name| format!("是否应为“{name}”？"));
    };
    match resolve(base, &scope.values) {
        Some(value) if value.is_none() => {
            Some(format!("“{base}”这里没有填；可先用 {{% if {base} %}} 判断。"))
        }
        Some(value) if value.kind() == ValueKind::String => Some(format!(
            "“{base}”是标识或文字，不是对象；标识要先取出对象：({base} | obj).{field}。"
        )),
        Some(value) if value.kind() == ValueKind::Seq => {
            Some(format!("“{base}”是列表；请用 {{% for %}} 逐项取，或用 {base}[0]。"))
        }
        Some(value) if value.kind() == ValueKind::Map => {
            let fields: BTreeSet<String> = keys(&value).into_iter().collect();
            let guess = near(field, &fields).map(|name| format!("是否应为“{name}”？"));
            guess.or_else(|| {
                let listed: Vec<_> = fields.into_iter().take(LISTED + 1).collect();
                (!listed.is_empty() && listed.len() <= LISTED)
                    .then(|| format!("“{base}”的字段：{}。", listed.join("、")))
            })
        }
        // A loop's own variable is out of reach here: any field of the case may be meant.
        _ => near(field, scope.fields.iter()).map(|name| format!("是否应为“{name}”？")),
    }
}

fn resolve(path: &str, values: &Value) -> Option<Value> {
    path.split('.').try_fold(values.clone(), |value, step| {
        let (name, index) = match step.strip_suffix(']').and_then(|s| s.split_once('[')) {
            Some((name, index)) => (name, Some(index.parse::<usize>().ok()?)),
            None => (step, None),
        };
        let mut next = value.get_attr(name).ok()?;
        if let Some(index) = index {
            next = next.get_item(&Value::from(index)).ok()?;
        }
        (!next.is_undefined()).then_some(next)
    })
}

fn keys(value: &Value) -> Vec<String> {
    let keys = value.try_iter().into_iter().flatten();
    keys.filter_map(|k| k.as_str().map(ToOwned::to_owned)).filter(|k| !k.starts_with('_')).collect()
}

/// The name most like `word`, if any is like it.
pub fn near<'a>(word: &str, names: impl IntoIterator<Item = &'a String>) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    for name in names {
        let score = strsim::jaro_winkler(word, name);
        // One slip in a short word weighs too much for the score.
        let slip = word.chars().count() > 2 && strsim::osa_distance(word, name) == 1;
        if (score >= ALIKE || slip) && best.is_none_or(|(other, _)| score > other) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

impl Origin {
    /// The place of `range` (or `line`) of the template in the file that holds it.
    pub(super) fn place(&self, range: Option<Range<usize>>, line: Option<usize>) -> Span {
        let Some(base) = self.base else { return self.span.clone() };
        let text = self.span.source.text();
        let bounded = range
            .map(|r| base + r.start..base + r.end)
            .filter(|r| r.start <= r.end && r.end <= self.span.range.end.max(text.len()))
            .filter(|r| text.get(r.clone()).is_some());
        let range = bounded.unwrap_or_else(|| line_of(&self.span.source, base, line.unwrap_or(1)));
        Span::new(&self.span.source, range)
    }
}

/// The `line`th line from `base` on.
fn line_of(source: &SourceFile, base: usize, line: usize) -> Range<usize> {
    let (first, _) = source.line_column(base);
    let start = if line <= 1 { base } else { source.line_start(first + line - 1) };
    let text = source.text();
    let end = text.get(start..).and_then(|t| t.find('\n')).map_or(text.len(), |i| start + i);
    start..end
}

fn told(kind: ErrorKind, detail: &str) -> (&'static str, String, &'static str) {
    match kind {
        ErrorKind::SyntaxError | ErrorKind::BadEscape => (
            "K-03",
            format!("模板语法有误：{}", words::syntax(detail)),
            "请检查 {{ }}、{% %} 是否成对、语句是否写全。",
        ),
        ErrorKind::UnknownFilter | ErrorKind::UnknownFunction | ErrorKind::UnknownTest => {
            let (name, guess) = words::unknown(detail);
            let guess = guess.map(|g| format!("，是否应为“{g}”")).unwrap_or_default();
            (
                "K-03",
                format!("没有“{name}”这个函数或过滤器{guess}"),
                "可用的函数和过滤器：anjuan kinds fields --entity 过滤器，--entity 函数。",
            )
        }
        ErrorKind::TemplateNotFound => (
            "K-03",
            format!("引用的模板不存在：{detail}"),
            "只能引用同一模板目录里的文件，写作“_partials/文件名.md.j2”或“种类文件夹/文件名.j2”。",
        ),
        ErrorKind::OutOfFuel => (
            "K-05",
            "模板运行的步数过多或者写出的文字过多，可能写成了无尽的循环".into(),
            "请检查循环和递归：循环里又套循环时，次数是两层相乘。",
        ),
        _ if detail.contains("recursion limit") => (
            "K-05",
            "宏或引用的模板互相调用，层数过多".into(),
            "请检查宏是不是调用了自己，文件是不是引用了自己。",
        ),
        _ if detail.contains("too many elements") || detail.contains("is too large") => {
            ("K-05", "模板要造的列表或文字过长".into(), "请检查 range(…) 和乘号里的数。")
        }
        ErrorKind::MissingArgument | ErrorKind::TooManyArguments => (
            "K-05",
            format!("函数或过滤器的参数个数不对：{detail}"),
            "用法见模板编写指南的函数表。",
        ),
        // Our own functions speak Chinese already.
        ErrorKind::InvalidOperation if detail.chars().any(|c| c as u32 > 0x2E80) => {
            ("K-05", format!("模板运行出错：{detail}"), "请检查这一处的写法和所用的数据。")
        }
        _ => (
            "K-05",
            format!("模板运行出错：{kind}（{detail}）"),
            "请检查这一处的写法和所用的数据。",
        ),
    }
}
