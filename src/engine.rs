//! 模板引擎: minijinja, tamed: undefined is an error, fuel is bounded, nothing is read outside the loaded set,
//! and every value that reaches a body is escaped so that data can never become markup.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior};

use crate::diag::{Diagnostic, SourceFile, Span};

pub use minijinja::value::{Kwargs, ValueKind};
pub use minijinja::{Error, ErrorKind as Kind, Value, context};

/// Steps a single rendering may take: far beyond any document, far below forever.
const FUEL: u64 = 3_000_000;

/// Name of the engine's own escaping.
const MARKUP: &str = "markup";

/// A serializable value as templates see it.
pub fn value(of: &impl serde::Serialize) -> Value {
    Value::from(minijinja::value::Serde(of))
}

/// An environment with the loaded templates and their sources for findings.
#[derive(Debug)]
pub struct Engine {
    environment: Environment<'static>,
    sources: BTreeMap<String, Arc<SourceFile>>,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// An empty engine.
    #[must_use]
    pub fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(64);
        environment.set_auto_escape_callback(|name| {
            // Bodies are markup; strings of a manifest and table cells are plain text.
            if std::path::Path::new(name).extension().is_some_and(|e| e == "j2") {
                AutoEscape::Custom(MARKUP.into())
            } else {
                AutoEscape::None
            }
        });
        environment.set_formatter(format_value);
        // A value that could call itself safe would be a hole in the wall between data and markup.
        for hole in ["safe", "escape", "e", "pprint", "tojson", "urlencode"] {
            environment.remove_filter(hole);
        }
        environment.remove_global("debug");
        Self { environment, sources: BTreeMap::new() }
    }

    /// The environment, to add functions and filters to.
    pub fn environment(&mut self) -> &mut Environment<'static> {
        &mut self.environment
    }

    /// Loads a template; its syntax is checked at once.
    ///
    /// # Errors
    /// K-03 with the place.
    pub fn load(&mut self, name: &str, source: &Arc<SourceFile>) -> Result<(), Box<Diagnostic>> {
        self.sources.insert(name.to_owned(), Arc::clone(source));
        self.environment
            .add_template_owned(name.to_owned(), source.text().to_owned())
            .map_err(|e| Box::new(self.finding(&e, name)))
    }

    /// Whether a template of that name is loaded.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.sources.contains_key(name)
    }

    /// The source of a loaded template.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<&Arc<SourceFile>> {
        self.sources.get(name)
    }

    /// Renders a loaded template.
    ///
    /// # Errors
    /// K-04 for an undefined name, K-05 for anything else, with the place.
    pub fn render(&self, name: &str, context: &Value) -> Result<String, Box<Diagnostic>> {
        let template = self.environment.get_template(name);
        template.and_then(|t| t.render(context)).map_err(|e| Box::new(self.finding(&e, name)))
    }

    /// The value of an expression, e.g. `doc.genre == '通知'`.
    ///
    /// # Errors
    /// As [`Self::render`]; the place is `at`.
    pub fn evaluate(
        &self,
        expression: &str,
        context: &Value,
        at: &Span,
    ) -> Result<Value, Box<Diagnostic>> {
        let compiled = self.environment.compile_expression(expression);
        compiled
            .and_then(|e| e.eval(context))
            .map_err(|e| Box::new(self.finding(&e, "").at(at.clone())))
    }

    /// An error as a finding: what, where (file, line, column), what to do.
    fn finding(&self, error: &Error, fallback: &str) -> Diagnostic {
        // The innermost error knows the place and the reason best.
        let mut inner = error;
        while let Some(next) = std::error::Error::source(inner).and_then(|s| s.downcast_ref()) {
            inner = next;
        }
        let detail = inner.detail().unwrap_or_default();
        let (code, message, hint) = words(inner.kind(), detail);
        let name = inner.name().or_else(|| error.name()).unwrap_or(fallback);
        let line = inner.line().or_else(|| error.line());
        let mut finding = Diagnostic::error(code, message);
        let Some(source) = self.sources.get(name).or_else(|| self.sources.get(fallback)) else {
            return finding.hint(hint);
        };
        let range = place(source, inner.range().or_else(|| error.range()), line);
        if code == "K-04" {
            let snippet = source.text().get(range.clone()).unwrap_or_default().trim();
            if !snippet.is_empty() {
                finding.message = format!("模板用了没有定义的字段“{snippet}”");
            }
        }
        finding.at(Span::new(source, range)).hint(hint)
    }
}

fn place(source: &SourceFile, range: Option<Range<usize>>, line: Option<usize>) -> Range<usize> {
    let text = source.text();
    if let Some(range) = range.filter(|r| r.end <= text.len() && r.start <= r.end) {
        return range;
    }
    let start = source.line_start(line.unwrap_or(1));
    let end = text.get(start..).and_then(|t| t.find('\n')).map_or(text.len(), |i| start + i);
    start..end
}

fn words(kind: ErrorKind, detail: &str) -> (&'static str, String, &'static str) {
    match kind {
        ErrorKind::UndefinedError => (
            "K-04",
            "模板用了没有定义的字段".into(),
            "请检查字段名的写法；字段和说明见 archive-schema/case.schema.json 与模板编写指南。",
        ),
        ErrorKind::SyntaxError => (
            "K-03",
            format!("模板语法有误：{detail}"),
            "请检查 {{ }}、{% %} 是否成对、语句是否写全。",
        ),
        ErrorKind::UnknownFilter
        | ErrorKind::UnknownFunction
        | ErrorKind::UnknownTest
        | ErrorKind::UnknownMethod => (
            "K-03",
            format!("模板用了没有的函数或过滤器：{detail}"),
            "可用的函数和过滤器见模板编写指南。",
        ),
        ErrorKind::TemplateNotFound => {
            ("K-03", format!("引用的模板不存在：{detail}"), "请检查 include、import 的文件名。")
        }
        ErrorKind::OutOfFuel => {
            ("K-05", "模板运行的步数过多，可能写成了无尽的循环".into(), "请检查循环和递归。")
        }
        _ => (
            "K-05",
            format!("模板运行出错：{kind}（{detail}）"),
            "请检查这一处的写法和所用的数据。",
        ),
    }
}

/// Writes a value: escaped in bodies, plain elsewhere; nothing for none, `是`/`否` for booleans.
fn format_value(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::new(ErrorKind::UndefinedError, "undefined value"));
    }
    if value.is_none() {
        return Ok(());
    }
    if value.kind() == ValueKind::Bool {
        return out.write_str(if value.is_true() { "是" } else { "否" }).map_err(Error::from);
    }
    let text = value.to_string();
    // A safe string can only come from our own functions and from captured blocks already escaped.
    let in_body = matches!(state.auto_escape(), AutoEscape::Custom(name) if name == MARKUP);
    if in_body && !value.is_safe() {
        return out.write_str(&escape(&text)).map_err(Error::from);
    }
    out.write_str(&text).map_err(Error::from)
}

/// `text` so that it reads as itself in a body: ASCII punctuation behind a backslash, white space (line breaks
/// too) as single spaces, none at the ends.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        for c in word.chars() {
            if c.is_ascii_punctuation() {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Engine, Value, context, escape};
    use crate::diag::SourceFile;

    fn render(body: &str, value: Value) -> Result<String, Box<crate::diag::Diagnostic>> {
        let mut engine = Engine::new();
        engine.load("k/body.md.j2", &SourceFile::new("k/body.md.j2", body))?;
        engine.render("k/body.md.j2", &value)
    }

    #[test]
    fn values_are_escaped_and_cannot_call_themselves_safe() {
        assert_eq!(escape("# 一\n\n::: 附件 x"), "\\# 一 \\:\\:\\: 附件 x");
        let out = render("{{ v }}", context! { v => "*a* {{ x }} [b](c)" }).unwrap();
        assert_eq!(out, "\\*a\\* \\{\\{ x \\}\\} \\[b\\]\\(c\\)");
        let error = render("{{ v|safe }}", context! { v => "x" }).unwrap_err();
        assert_eq!(error.code, "K-03");
    }

    #[test]
    fn an_undefined_field_is_told_with_its_place() {
        let error = render("甲\n乙{{ doc.titel }}", context! { doc => context! { title => "t" } })
            .unwrap_err();
        assert_eq!(error.code, "K-04");
        assert!(error.message.contains("titel"), "{}", error.message);
        assert_eq!(error.at.as_ref().unwrap().line_column().0, 2);
    }

    #[test]
    fn endless_loops_run_out_of_fuel() {
        let body =
            "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}";
        let error = render(body, context! {}).unwrap_err();
        assert_eq!(error.code, "K-05");
    }
}
