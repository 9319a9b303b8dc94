//! What the engine says in English, as a template author reads it: 「这里不该是…，应是…」.

use super::finding::near;

/// Names of filters, tests and functions that templates may call, to guess from when one is misspelt: the
/// engine's own and the house's.
const CALLABLE: &[&str] = &[
    "abs",
    "batch",
    "capitalize",
    "chain",
    "cdate",
    "cmonth",
    "cn",
    "date8",
    "daterange",
    "default",
    "dict",
    "dictsort",
    "divisibleby",
    "docno",
    "equalto",
    "first",
    "float",
    "format",
    "get",
    "groupby",
    "in",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "name",
    "namespace",
    "none",
    "nostop",
    "num",
    "obj",
    "paras",
    "percent",
    "range",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "short",
    "slice",
    "sort",
    "split",
    "stop",
    "string",
    "sum",
    "table",
    "title",
    "trim",
    "unique",
    "upper",
    "zh_join",
    "zip",
];
/// Words that begin or end a statement.
const STATEMENTS: &[&str] = &[
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "endset",
    "macro",
    "endmacro",
    "include",
    "import",
    "from",
    "call",
    "endcall",
    "filter",
    "endfilter",
    "with",
    "endwith",
];

/// A complaint about syntax, in Chinese as far as its form is known.
pub(super) fn syntax(detail: &str) -> String {
    if let Some((found, wanted)) =
        detail.strip_prefix("unexpected ").and_then(|rest| rest.split_once(", expected "))
    {
        return match found {
            "end of input" => format!("写到末尾也没有见到{}", token(wanted)),
            _ => format!("这里是{}，应是{}", token(found), token(wanted)),
        };
    }
    if let Some(name) = detail.strip_prefix("unknown statement ") {
        return if name.starts_with("end") || name == "else" || name == "elif" {
            format!("“{name}”没有与它成对的开头，或者中间有别的语句没有结束")
        } else {
            match guess(name, STATEMENTS) {
                Some(near) => format!("没有“{name}”这种语句，是否应为“{near}”"),
                None => format!("没有“{name}”这种语句"),
            }
        };
    }
    match detail {
        "unexpected end of string" => "引号没有成对".into(),
        "unexpected end of comment" => "说明 {# 没有写 #} 结束".into(),
        "unexpected end of raw block" => "raw 没有写 endraw 结束".into(),
        "unexpected character" => "有不认识的符号；语句里的引号、括号、逗号、竖线都用半角".into(),
        "unexpected input after end of variable block" | "unexpected input after expression" => {
            "一项数据写完后还有多余的字".into()
        }
        "empty subscript" => "方括号里没有写数".into(),
        _ => match detail.strip_prefix("unexpected ") {
            Some(found) => format!("这里不该是{}", token(found)),
            None => detail.to_owned(),
        },
    }
}

/// A filter, test or function that is not there: its name, and the one that was perhaps meant.
pub(super) fn unknown(detail: &str) -> (String, Option<&'static str>) {
    let name = detail.trim_end_matches(" is unknown");
    let name = ["filter ", "test "].iter().find_map(|p| name.strip_prefix(p)).unwrap_or(name);
    (name.to_owned(), guess(name, CALLABLE))
}

fn guess(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let names: Vec<String> = known.iter().map(ToString::to_string).collect();
    let found = near(name, &names)?.to_owned();
    known.iter().copied().find(|k| *k == found)
}

/// The engine's name of a token.
fn token(name: &str) -> String {
    match name {
        "end of input" => "末尾".into(),
        "start of variable block" => "“{{”".into(),
        "end of variable block" => "“}}”".into(),
        "start of block" => "“{%”".into(),
        "end of block" => "“%}”".into(),
        "identifier" => "名字".into(),
        "string" => "带引号的文字".into(),
        "integer" | "float" => "数字".into(),
        "template-data" => "正文".into(),
        "keyword" => "语句的名字".into(),
        "expression" => "数据".into(),
        _ => {
            // `)` or `,`: each quoted in the Chinese way.
            let parts: Vec<&str> = name.split('`').filter(|p| !p.trim().is_empty()).collect();
            if name.contains('`') {
                parts
                    .iter()
                    .map(|p| match p.trim() {
                        "or" => "或".to_owned(),
                        "," => "“,”".to_owned(),
                        other => format!("“{other}”"),
                    })
                    .collect()
            } else {
                format!("“{name}”")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::diag::SourceFile;
    use crate::engine::{Engine, Scope, context};

    fn said(body: &str) -> String {
        let mut engine = Engine::new();
        let source: Arc<SourceFile> = SourceFile::new("k/body.md.j2", body);
        let scope = Scope { values: context! { a => "x" }, fields: Arc::default() };
        // Syntax is told when a template is loaded, a filter that is not there when it is called.
        let loaded = engine.load("k/body.md.j2", &source);
        let done = loaded.and_then(|()| engine.render("k/body.md.j2", &scope));
        let finding = done.unwrap_err();
        assert_eq!(finding.code, "K-03");
        assert!(finding.at.is_some());
        format!("{} {}", finding.message, finding.hints.concat())
    }

    #[test]
    fn slips_of_syntax_are_told_in_chinese() {
        for (body, words) in [
            ("{% if a %}甲", "末尾"),
            ("{{ a", "“}}”"),
            ("{% for p on problems %}{% endfor %}", "“in”"),
            ("{% iff problems %}{% endif %}", "是否应为“if”"),
            ("甲{% endif %}", "没有与它成对的开头"),
            ("{{ a ｜ b }}", "半角"),
            ("{{ get(“a”) }}", "半角"),
            ("{{ get('a) }}", "引号没有成对"),
            ("{# 说明", "#}"),
            ("{{ a b }}", "“}}”"),
            ("{{ a | cdat }}", "是否应为“cdate”"),
        ] {
            let said = said(body);
            assert!(said.contains(words), "{body}: {said}");
            let english = said
                .split(|c: char| !c.is_ascii_alphabetic())
                .any(|w| ["unexpected", "expected", "unknown", "identifier", "block"].contains(&w));
            assert!(!english, "{body}: {said}");
        }
    }
}
