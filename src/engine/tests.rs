//! The wall holds, errors know their places.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Engine, Scope, Value, context, is_reserved, mask, one_line, unmask};
use crate::diag::{Diagnostic, SourceFile, Span};

fn scope(values: Value) -> Scope {
    let fields = ["title", "name", "measures"].map(ToOwned::to_owned);
    Scope { values, fields: Arc::new(fields.into_iter().collect()) }
}

fn render(body: &str, values: Value) -> Result<String, Box<Diagnostic>> {
    let mut engine = Engine::new();
    engine.load(
        "_partials/m.md.j2",
        &SourceFile::new("m", "{% macro say(v) %}# {{ v }}{% endmacro %}"),
    )?;
    engine.load("k/body.md.j2", &SourceFile::new("k/body.md.j2", body))?;
    engine.render("k/body.md.j2", &scope(values))
}

#[test]
fn line_breaks_join_as_chinese_is_set() {
    for (text, line) in [
        ("甲\n乙", "甲乙"),
        ("甲\r\n  乙", "甲乙"),
        ("one\ntwo", "one two"),
        ("one,\ntwo", "one, two"),
        ("2025年\n3月", "2025年3月"),
        ("甲 \t 乙", "甲 乙"),
        ("  甲  ", "甲"),
        ("张　三", "张　三"),
        ("a\u{7}b\u{2028}c", "ab c"),
        ("\n\n", ""),
    ] {
        assert_eq!(one_line(text), line, "{text:?}");
    }
}

#[test]
fn no_road_leads_around_the_mask() {
    let raw = "*a* {{ x }} [b](c)\n::: 附件 x";
    let want = mask(raw);
    assert!(!want.contains(|c: char| c.is_ascii_punctuation()));
    for body in [
        "{{ v }}",
        "{% autoescape false %}{{ v }}{% endautoescape %}",
        "{% autoescape 'none' %}{{ v }}{% endautoescape %}",
        "{% set s %}{{ v }}{% endset %}{{ s }}",
        "{% set s %}{{ v }}{% endset %}{{ s | replace('甲', v) }}",
        "{% set s %}%s{% endset %}{{ s | format(v) }}",
        "{{ [v] | join }}",
        "{% set e %}{% endset %}{{ [e, v] | join }}",
        "{% set e %}{% endset %}{{ e ~ v }}",
        "{% set e %}{% endset %}{{ v | join(e) | replace('a', 'a') }}",
        "{% filter trim %}{{ v }}{% endfilter %}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ v }}{% endcall %}",
    ] {
        let Ok(out) = render(body, context! { v => raw }) else { continue };
        assert!(!out.contains(['*', '[', '`', ':', '#']), "{body}: {out}");
    }
    for filter in ["safe", "escape", "e", "tojson", "urlencode"] {
        let error = render(&format!("{{{{ v|{filter} }}}}"), context! { v => "x" }).unwrap_err();
        assert_eq!(error.code, "K-03");
    }
}

#[test]
fn macros_of_bodies_serve_plain_templates_too() {
    let mut engine = Engine::new();
    let partial = SourceFile::new("m", "{% macro say(v) %}{{ v }}！{% endmacro %}");
    engine.load("_partials/m.md.j2", &partial).unwrap();
    let manifest = SourceFile::new("kind.toml", "x");
    let cell = "{% import '_partials/m.md.j2' as m %}{{ m.say(v) }}{{ v }}";
    engine.load_within("k/kind.toml#t.0", cell, &Span::new(&manifest, 0..1)).unwrap();
    let out = engine.render("k/kind.toml#t.0", &scope(context! { v => "1.5*2\n甲" })).unwrap();
    assert_eq!(out, "1.5*2甲！1.5*2\n甲");
}

#[test]
fn an_undefined_field_is_told_with_its_place_and_a_guess() {
    let doc = || context! { doc => context! { title => "t", signer => "p-1", note => () } };
    for (body, column, path, guess) in [
        ("甲\n乙{{ doc.titel }}", 5, "doc.titel", "title"),
        ("甲\n乙{{ doc.titel | upper }}", 5, "doc.titel", "title"),
        ("甲\n{% if dok.title %}x{% endif %}", 7, "dok", "doc"),
        ("甲\n{{ doc.signer.name }}", 4, "doc.signer.name", "obj"),
        ("甲\n{{ doc.note.date }}", 4, "doc.note.date", "没有填"),
        ("甲\n{% for d in [doc] %}{{ d.titel }}{% endfor %}", 24, "d.titel", "title"),
    ] {
        let error = render(body, doc()).unwrap_err();
        assert_eq!(error.code, "K-04", "{body}: {error:?}");
        assert!(error.message.contains(&format!("“{path}”")), "{}", error.message);
        assert!(error.hints[0].contains(guess), "{body}: {:?}", error.hints);
        assert_eq!(error.at.as_ref().unwrap().line_column(), (2, column), "{body}");
    }
}

#[test]
fn errors_in_macros_stand_where_the_macro_stands() {
    let error = render("甲\n\n{% from '_partials/m.md.j2' import say %}{{ say(w) }}", context! {})
        .unwrap_err();
    assert_eq!(
        (error.code.as_ref(), error.at.as_ref().unwrap().source.name()),
        ("K-04", "k/body.md.j2")
    );
    let mut engine = Engine::new();
    let partial = SourceFile::new("m", "{% macro say(v) %}\n{{ v.x }}{% endmacro %}");
    engine.load("_partials/m.md.j2", &partial).unwrap();
    let body = "{% from '_partials/m.md.j2' import say %}{{ say(w) }}";
    engine.load("k/body.md.j2", &SourceFile::new("k/body.md.j2", body)).unwrap();
    let error =
        engine.render("k/body.md.j2", &scope(context! { w => context! { y => 1 } })).unwrap_err();
    let at = error.at.unwrap();
    assert_eq!((at.source.name(), at.line_column()), ("m", (2, 4)));
}

#[test]
fn expressions_are_placed_in_the_manifest_that_holds_them() {
    let engine = Engine::new();
    let manifest = SourceFile::new("kind.toml", "id = \"t\"\nrows = \"case.problms\"\n");
    let at = manifest.text().find("\"case").unwrap();
    let span = Span::new(&manifest, at..at + 14);
    let values = context! { case => context! { problems => Vec::<String>::new() } };
    let error = engine.evaluate("case.problms", &scope(values), &span).unwrap_err();
    assert_eq!((error.code.as_ref(), error.at.as_ref().unwrap().line_column()), ("K-04", (2, 9)));
    assert!(error.hints[0].contains("problems"));
    let error = engine.check("case.", &span).unwrap_err();
    assert_eq!((error.code.as_ref(), error.at.as_ref().unwrap().line_column().0), ("K-03", 2));
}

#[test]
fn lists_and_objects_are_not_words() {
    for body in ["{{ v }}", "{{ v[0] }}"] {
        let error = render(body, context! { v => vec![context! { a => 1 }] }).unwrap_err();
        assert!(error.code == "K-05" && error.message.contains("不是文字"), "{}", error.message);
    }
}

#[test]
fn endless_loops_run_out_of_fuel() {
    let body =
        "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}";
    let error = render(body, context! {}).unwrap_err();
    assert!(error.code == "K-05" && error.message.contains("步数"), "{}", error.message);
    let error = render("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", context! {}).unwrap_err();
    assert_eq!(error.code, "K-05");
}

proptest! {
    #[test]
    fn masking_hides_all_punctuation_once_and_for_all(text in any::<String>()) {
        let text: String = text.chars().filter(|c| !is_reserved(*c)).collect();
        let masked = mask(&text);
        prop_assert!(!masked.contains(|c: char| c.is_ascii_punctuation() || c.is_control()));
        prop_assert_eq!(&mask(&masked), &masked);
        prop_assert_eq!(unmask(&masked), one_line(&text));
        prop_assert_eq!(one_line(&one_line(&text)), one_line(&text));
    }
}
