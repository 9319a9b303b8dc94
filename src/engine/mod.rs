//! 模板引擎: minijinja, tamed: undefined is an error, fuel is bounded, nothing is read outside the loaded set,
//! and every value that reaches a body is masked so that data can never become markup.

mod finding;
mod mask;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior};

use crate::diag::{Diagnostic, SourceFile, Span};

pub use finding::near;
pub use mask::{is_reserved, mask, one_line, unmask};
pub use minijinja::value::{Kwargs, ValueKind};
pub use minijinja::{Error, ErrorKind as Kind, State as RunState, Value, context};

/// Steps a single rendering may take: far beyond any document, far below forever.
const FUEL: u64 = 3_000_000;
/// The longest text a rendering may give, in bytes: some two thousand pages.
const LONGEST: usize = 4 << 20;
/// How deep macros and inclusions may call each other.
const DEPTH: usize = 64;
/// Ending of body templates; the names of plain ones (cells, captions) never have it.
const BODY: &str = ".j2";

/// A serializable value as templates see it.
pub fn value(of: &impl serde::Serialize) -> Value {
    Value::from(minijinja::value::Serde(of))
}

/// What a rendering may see.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Variables by name.
    pub values: Value,
    /// Names of all fields of the data, to guess from when one is misspelt.
    pub fields: Arc<BTreeSet<String>>,
}

impl Scope {
    /// The scope with `more` variables.
    #[must_use]
    pub fn with(&self, more: &Value) -> Self {
        let outer = self.values.clone();
        Self { values: context! { ..more.clone(), ..outer }, fields: Arc::clone(&self.fields) }
    }
}

/// Where a template stands: a stretch of a file, and the offset at which its text begins word for word
/// (none if the file writes it with escapes).
#[derive(Clone, Debug)]
struct Origin {
    span: Span,
    base: Option<usize>,
}

impl Origin {
    fn file(source: &Arc<SourceFile>) -> Self {
        Self { span: Span::new(source, 0..source.text().len()), base: Some(0) }
    }

    fn within(span: &Span, text: &str) -> Self {
        let inside = span.source.text().get(span.range.clone()).unwrap_or_default();
        let base = inside.find(text).map(|at| span.range.start + at);
        Self { span: span.clone(), base }
    }
}

/// An environment with the loaded templates and their places for findings.
#[derive(Debug)]
pub struct Engine {
    environment: Environment<'static>,
    origins: BTreeMap<String, Origin>,
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
        environment.set_recursion_limit(DEPTH);
        // Places of errors are kept in debug mode only, which is off by default in a release build.
        environment.set_debug(true);
        // Makes what macros and blocks captured known as written by the template; see `write`.
        environment.set_auto_escape_callback(|name| {
            if name.ends_with(BODY) {
                AutoEscape::Custom("markup".into())
            } else {
                AutoEscape::None
            }
        });
        environment.set_formatter(write);
        // A value that could call itself safe would be a hole in the wall between data and markup.
        for hole in ["safe", "escape", "e", "tojson", "urlencode", "pprint"] {
            environment.remove_filter(hole);
        }
        environment.remove_global("debug");
        Self { environment, origins: BTreeMap::new() }
    }

    /// The environment, to add functions and filters to.
    pub fn environment(&mut self) -> &mut Environment<'static> {
        &mut self.environment
    }

    /// Loads a template file; its syntax is checked at once.
    ///
    /// # Errors
    /// K-03 with the place.
    pub fn load(&mut self, name: &str, source: &Arc<SourceFile>) -> Result<(), Box<Diagnostic>> {
        self.add(name, source.text(), Origin::file(source))
    }

    /// Loads the template `text` that stands at `span` of another file.
    ///
    /// # Errors
    /// K-03 with the place.
    pub fn load_within(
        &mut self,
        name: &str,
        text: &str,
        span: &Span,
    ) -> Result<(), Box<Diagnostic>> {
        self.add(name, text, Origin::within(span, text))
    }

    fn add(&mut self, name: &str, text: &str, origin: Origin) -> Result<(), Box<Diagnostic>> {
        let added = self.environment.add_template_owned(name.to_owned(), text.to_owned());
        let told = added.map_err(|e| self.tell(&e, Some(&origin), None));
        self.origins.insert(name.to_owned(), origin);
        told
    }

    /// Whether a template of that name is loaded.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.origins.contains_key(name)
    }

    /// The file of a loaded template.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<&Arc<SourceFile>> {
        self.origins.get(name).map(|origin| &origin.span.source)
    }

    /// Names of the loaded templates in `folder`.
    pub fn names<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let inside =
            move |n: &&str| n.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.origins.keys().map(String::as_str).filter(inside)
    }

    /// The files of all loaded templates.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<SourceFile>> {
        self.origins.values().map(|origin| &origin.span.source)
    }

    /// Variables that a template reads and does not set itself, with their simple paths (`case.title`).
    #[must_use]
    pub fn reads(&self, name: &str) -> BTreeSet<String> {
        let template = self.environment.get_template(name);
        template.map(|t| t.undeclared_variables(true).into_iter().collect()).unwrap_or_default()
    }

    /// As [`Self::reads`], for an expression.
    #[must_use]
    pub fn expression_reads(&self, expression: &str) -> BTreeSet<String> {
        let compiled = self.environment.compile_expression(expression);
        compiled.map(|e| e.undeclared_variables(true).into_iter().collect()).unwrap_or_default()
    }

    /// Whether every template may call `name` without being given it (functions, `range`, `loop`).
    #[must_use]
    pub fn is_global(&self, name: &str) -> bool {
        name == "loop" || self.environment.globals().any(|(global, _)| global == name)
    }

    /// Renders a loaded template. Bodies come with masks on ([`mask()`]), plain templates as they are.
    ///
    /// # Errors
    /// K-04 for an undefined name, K-05 for anything else, with the place.
    pub fn render(&self, name: &str, scope: &Scope) -> Result<String, Box<Diagnostic>> {
        let rendered = self.environment.get_template(name).and_then(|t| t.render(&scope.values));
        let text = rendered.map_err(|e| self.tell(&e, self.origins.get(name), Some(scope)))?;
        if text.len() > LONGEST {
            return Err(Box::new(finding::too_long(LONGEST, self.origins.get(name))));
        }
        // A plain template may have called a macro of a body.
        Ok(if name.ends_with(BODY) { text } else { unmask(&text) })
    }

    /// Checks the syntax of an expression at `at`.
    ///
    /// # Errors
    /// K-03 with the place.
    pub fn check(&self, expression: &str, at: &Span) -> Result<(), Box<Diagnostic>> {
        let origin = Origin::within(at, expression);
        match self.environment.compile_expression(expression) {
            Ok(_) => Ok(()),
            Err(e) => Err(self.tell(&e, Some(&origin), None)),
        }
    }

    /// The value of an expression at `at`, e.g. `doc.genre == '通知'`.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn evaluate(
        &self,
        expression: &str,
        scope: &Scope,
        at: &Span,
    ) -> Result<Value, Box<Diagnostic>> {
        let origin = Origin::within(at, expression);
        let compiled = self.environment.compile_expression(expression);
        let value = compiled.and_then(|e| e.eval(&scope.values));
        let value = value.and_then(|v| {
            if v.is_undefined() {
                Err(Error::new(ErrorKind::UndefinedError, format!("`{expression}` is undefined")))
            } else {
                Ok(v)
            }
        });
        value.map_err(|e| self.tell(&e, Some(&origin), Some(scope)))
    }

    fn tell(
        &self,
        error: &Error,
        otherwise: Option<&Origin>,
        scope: Option<&Scope>,
    ) -> Box<Diagnostic> {
        Box::new(finding::finding(error, &self.origins, otherwise, scope))
    }
}

/// Writes a value: masked in bodies, plain elsewhere; nothing for none, 是 or 否 for booleans.
fn write(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = match value.kind() {
        ValueKind::Undefined => return Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::None => return Ok(()),
        ValueKind::Bool => if value.is_true() { "是" } else { "否" }.to_owned(),
        ValueKind::String | ValueKind::Number => value.to_string(),
        _ => {
            let words =
                "这里得到的是列表或对象，不是文字；列表用 zh_join 或 name 连成文字，对象取它的字段";
            return Err(Error::new(ErrorKind::InvalidOperation, words));
        }
    };
    // The template's name decides, not its auto-escape state, which `{% autoescape %}` could change. A safe
    // string can only come from our own functions and from what a body captured, masked already.
    let plain = value.is_safe() || !state.name().ends_with(BODY);
    out.write_str(&if plain { text } else { mask(&text) }).map_err(Error::from)
}
