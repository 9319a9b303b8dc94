//! 写入数据文件的文字: values as YAML that reads back as the same values, in the manner of the examples.

use serde_json::{Map, Value as Json};

use super::scalar::{self, Typed};

/// A line is not made longer than this many characters where a list or a group can be broken instead.
const WIDTH: usize = 100;

/// `value` on one line; `flow` where it stands within brackets.
#[must_use]
pub fn inline(value: &Json, flow: bool) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(flag) => flag.to_string(),
        Json::Number(n) => n.to_string(),
        Json::String(text) => word(text, flow),
        Json::Array(items) => {
            let all: Vec<String> = items.iter().map(|item| inline(item, true)).collect();
            format!("[{}]", all.join(", "))
        }
        Json::Object(map) => {
            let all: Vec<String> = present(map)
                .map(|(key, value)| format!("{}: {}", word(key, true), inline(value, true)))
                .collect();
            format!("{{{}}}", all.join(", "))
        }
    }
}

/// Lines of one item of a block list whose dash stands at column `indent`.
#[must_use]
pub fn item(value: &Json, indent: usize) -> Vec<String> {
    let pad = " ".repeat(indent);
    let Json::Object(map) = value else {
        return vec![format!("{pad}- {}", inline(value, false))];
    };
    let short = format!("{pad}- {}", inline(value, false));
    if map.len() > 1 && flat(value) && short.chars().count() <= WIDTH && indent > 2 {
        return vec![short];
    }
    let mut lines: Vec<String> =
        present(map).flat_map(|(key, value)| field(key, value, indent + 2)).collect();
    match lines.first_mut() {
        Some(first) => first.replace_range(indent..=indent, "-"),
        None => lines.push(format!("{pad}- {{}}")),
    }
    lines
}

/// Lines of a field whose key stands at column `indent`.
#[must_use]
pub fn field(key: &str, value: &Json, indent: usize) -> Vec<String> {
    let key = format!("{}{}:", " ".repeat(indent), word(key, false));
    let rest = after_colon(value, indent, key.chars().count());
    let mut lines = vec![format!("{key}{}", rest.inline)];
    lines.extend(rest.below);
    lines
}

/// What follows a key's colon.
#[derive(Debug)]
pub struct After {
    /// On the same line, with the space before it; empty if everything stands below.
    pub inline: String,
    /// Lines below.
    pub below: Vec<String>,
}

/// What follows the colon of a key at column `indent` whose line is `used` characters long so far.
#[must_use]
pub fn after_colon(value: &Json, indent: usize, used: usize) -> After {
    let line = inline(value, false);
    let one_line = match value {
        Json::Array(items) => items.is_empty() || items.iter().all(|i| !i.is_object()),
        Json::Object(map) => map.is_empty() || flat(value),
        _ => true,
    };
    let breaks = matches!(value, Json::Array(_) | Json::Object(_));
    if one_line && (!breaks || used + line.chars().count() < WIDTH) {
        return After { inline: format!(" {line}"), below: Vec::new() };
    }
    let below = match value {
        Json::Array(items) => items.iter().flat_map(|i| item(i, indent + 2)).collect(),
        Json::Object(map) => present(map).flat_map(|(k, v)| field(k, v, indent + 2)).collect(),
        _ => Vec::new(),
    };
    After { inline: String::new(), below }
}

/// The fields that say something.
fn present(map: &Map<String, Json>) -> impl Iterator<Item = (&String, &Json)> {
    map.iter().filter(|(_, value)| !value.is_null())
}

fn flat(value: &Json) -> bool {
    let plain = |v: &Json| !matches!(v, Json::Array(_) | Json::Object(_));
    value.as_object().is_some_and(|map| map.values().all(plain))
}

/// A text as a scalar: as it is where that is safe, else in double quotes.
#[must_use]
pub fn word(text: &str, flow: bool) -> String {
    if is_plain(text, flow) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let begins = first.is_alphanumeric() || "（《“‘【、，。〔①②③④⑤⑥⑦⑧⑨⑩".contains(first);
    let inside = |c: char| {
        c.is_alphanumeric()
            || " -_./+()=;~".contains(c)
            || "，。、；：？！（）《》〈〉“”‘’【】〔〕…—–·％℃№×≤≥±μ²³".contains(c)
            || (!flow && ",".contains(c))
    };
    begins
        && !text.ends_with(' ')
        && text.chars().all(inside)
        && matches!(scalar::plain(text), Typed::Text(_))
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // What YAML does not let stand by itself, and what nobody sees.
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {
                out.push_str(&format!("\\x{:02X}", u32::from(c)));
            }
            '\u{2028}'..='\u{202e}'
            | '\u{feff}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{fff9}'..='\u{ffff}' => {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c if u32::from(c) & 0xfffe == 0xfffe => {
                out.push_str(&format!("\\U{:08X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::{field, inline, item};
    use crate::case::{normal, parse};
    use crate::diag::SourceFile;

    fn read(text: &str) -> Option<Json> {
        let reading = parse::read(&SourceFile::new("a.yaml", text), &|_| false);
        if !reading.findings.is_empty() {
            return None;
        }
        reading.root.as_ref().map(normal::plain)
    }

    #[test]
    fn items_look_like_those_of_the_examples() {
        let value = json!({
            "id": "c-001", "accept_no": "D3CQ202503100001", "batch": 1, "types": ["大气", "噪声"], "key": true,
            "place": "12", "verdict": null, "summary": "油烟: 直排 # 长期",
            "penalty": {"ordered": 12, "fine_wan": 1.5}
        });
        assert_eq!(
            item(&value, 2).join("\n"),
            "  - id: c-001\n    accept_no: D3CQ202503100001\n    batch: 1\n    types: [大气, 噪声]\n    \
             key: true\n    place: \"12\"\n    summary: \"油烟: 直排 # 长期\"\n    \
             penalty: {ordered: 12, fine_wan: 1.5}"
        );
        let long = json!(["长".repeat(60), "句".repeat(60)]);
        assert_eq!(field("facts", &long, 4).len(), 3);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn any_text_reads_back(texts in proptest::collection::vec(any::<String>(), 1..4)) {
            let value = json!({"a": texts.first(), "b": texts, "c": {"d": texts.last()}});
            prop_assert_eq!(read(&item(&json!([value.clone()])[0], 4).join("\n")), Some(json!([value])));
            prop_assert_eq!(read(&format!("x: {}", inline(&value, true))), Some(json!({"x": value})));
        }

        #[test]
        fn marks_and_figures_read_back(text in "[-+?:,#&*!|>'\"%@`{}\\[\\]~.0-9a-zA-Z 年，：\n]{0,8}") {
            let value = json!({"a": text, "b": [text], "text": {"d": text}});
            prop_assert_eq!(read(&item(&value, 0).join("\n")), Some(json!([value])));
            prop_assert_eq!(read(&format!("- {}", inline(&value, true))), Some(json!([value])));
        }
    }
}
