//! 空白数据文件: a case to begin with, laid out from the schema. What must be filled in stands there empty; what may be
//! stands in comments, each with its Chinese name, what is meant and how it is written.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::schema::{Field, Kind, MODEL, Rule};
use super::shape::{Sort, sort};
use super::structure::title_of;

/// What stands at the head of the file.
const HEAD: &str = "\
# 督察项目数据。没有 # 的是必填项，冒号后面空一格写内容；带 # 的用到时把行首的 # 和空格去掉再填。
# 编号、电话、以 0 开头的数字加引号。单位、人员、问题等各起一个标识（id），别处用标识引用。
# 随时运行 anjuan check 加这个文件夹，看还有什么没有填、填得对不对。填好的样子见 examples 里的示例。
";

/// A blank case; `given` are values by JSON Pointer (`/case/stage`), written as they stand.
#[must_use]
pub fn blank(given: &BTreeMap<&str, String>) -> String {
    let mut form = Form { given, out: HEAD.to_owned() };
    if let Some(top) = MODEL.root() {
        for field in &top.fields {
            form.out.push('\n');
            let line = if field.required { Line::start() } else { Line::start().aside() };
            form.field(field, &line, "");
        }
    }
    form.out
}

/// How a value is written and what is meant by it, in a few words; empty if the schema says nothing.
#[must_use]
pub fn advice(name: &str, rule: &Rule) -> String {
    let told = if rule.note.is_empty() { &MODEL.resolve(rule).note } else { &rule.note };
    let rule = MODEL.resolve(rule);
    let named = |entity: &str| MODEL.title(entity).to_owned();
    let way = match sort(name, rule) {
        Sort::Choice(all) => format!("可以填：{}。", all.join("、")),
        Sort::Day => "写成 2025-03-04 这样。".to_owned(),
        Sort::Flag => "是写 true，否写 false。".to_owned(),
        Sort::Reference(to) => format!("填“{}”里的标识。", named(&to)),
        Sort::List(inner) => match *inner {
            Sort::Reference(to) => format!("写成 [标识, 标识]，填“{}”里的标识。", named(&to)),
            Sort::Choice(all) => format!("写成 [一项, 又一项]，可以填：{}。", all.join("、")),
            _ => "写成 [一项, 又一项]。".to_owned(),
        },
        Sort::Integer(..) => "写整数，不写单位。".to_owned(),
        Sort::Number(..) => "写数，不写单位。".to_owned(),
        Sort::Id | Sort::Text | Sort::Code | Sort::Group => String::new(),
    };
    let note = told.trim_end_matches('。');
    let stop = if note.is_empty() { "" } else { "。" };
    format!("{note}{stop}{way}")
}

/// What a line begins with.
#[derive(Clone)]
struct Line {
    indent: usize,
    /// In a comment.
    aside: bool,
    /// The first field of a list's item.
    dash: bool,
}

impl Line {
    fn start() -> Self {
        Self { indent: 0, aside: false, dash: false }
    }

    fn aside(&self) -> Self {
        Self { aside: true, ..self.clone() }
    }

    fn deeper(&self) -> Self {
        Self { indent: self.indent + 2, dash: false, ..self.clone() }
    }

    /// The beginning of a line with data.
    fn lead(&self) -> String {
        let hash = if self.aside { "# " } else { "" };
        format!("{hash}{}{}", self.spaces(), if self.dash { "- " } else { "" })
    }

    fn spaces(&self) -> String {
        " ".repeat(if self.dash { self.indent.saturating_sub(2) } else { self.indent })
    }
}

struct Form<'a> {
    given: &'a BTreeMap<&'a str, String>,
    out: String,
}

impl Form<'_> {
    fn field(&mut self, field: &Field, line: &Line, above: &str) {
        let pointer = format!("{above}/{}", field.name);
        let title = title_of(&MODEL, field);
        let needed = if field.required { "，必填" } else { "" };
        let advice = advice(&field.name, &field.rule);
        let said = if advice.is_empty() { String::new() } else { format!("：{advice}") };
        let told = format!("{title}（{}{needed}）{said}", field.name);
        let lead = line.lead();
        let group = MODEL.resolve(&field.rule);
        let optional = !group.fields.is_empty() && group.fields.iter().all(|f| !f.required);
        let value = match (&field.rule.constant, self.given.get(pointer.as_str())) {
            (None, None) if optional && field.required => " {}".to_owned(),
            (_, Some(given)) => format!(" {given}"),
            (Some(only), None) => format!(" \"{only}\""),
            (None, None) => String::new(),
        };
        // A comment within a comment would become data once its sign is taken away.
        let sign = if line.aside { "# # " } else { "# " };
        let indent = line.spaces();
        // Writing to a String cannot fail.
        let _ = match line.aside {
            true => writeln!(self.out, "{sign}{indent}{told}"),
            false => writeln!(self.out, "{indent}{sign}{told}"),
        };
        let _ = writeln!(self.out, "{lead}{}:{value}", field.name);
        let rule = MODEL.resolve(&field.rule);
        if let Some(items) = field.rule.items.as_deref().filter(|_| rule.kind == Some(Kind::List)) {
            let inner = MODEL.resolve(items);
            if !inner.fields.is_empty() {
                self.group(
                    inner,
                    &Line { dash: true, ..line.deeper().deeper() },
                    &format!("{pointer}/0"),
                );
            }
        } else if !rule.fields.is_empty() {
            self.group(rule, &line.deeper(), &pointer);
        }
    }

    /// The fields of a group: those that must be there, then the others, in a comment or by name.
    fn group(&mut self, rule: &Rule, line: &Line, pointer: &str) {
        let mut line = line.clone();
        for field in rule.fields.iter().filter(|f| f.required) {
            self.field(field, &line, pointer);
            line.dash = false;
        }
        let others: Vec<&Field> = rule.fields.iter().filter(|f| !f.required).collect();
        let named: Vec<String> =
            others.iter().map(|f| format!("{}（{}）", f.name, title_of(&MODEL, f))).collect();
        if others.is_empty() {
            return;
        }
        let sign = if line.aside { "# # " } else { "# " };
        let indent = line.spaces();
        let told = match others.len() == rule.fields.len() {
            true => format!("可以填：{}；写成 {{项: 值, 项: 值}}。", named.join("、")),
            false => format!("还可以填：{}。", named.join("、")),
        };
        let _ = match line.aside {
            true => writeln!(self.out, "{sign}{indent}{told}"),
            false => writeln!(self.out, "{indent}{sign}{told}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{HEAD, blank};
    use crate::case::load;
    use crate::diag::Failure;

    /// The findings against `text` as a case.
    fn findings(text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("case.yaml"), text).unwrap();
        let Err(Failure::Rejected(list)) = load(folder.path()) else {
            panic!("nothing to fill in")
        };
        list.iter().map(|f| format!("{} {} {:?}", f.code, f.message, f.path)).collect()
    }

    #[test]
    fn what_must_be_filled_in_is_all_that_is_wrong_with_it() {
        let text = blank(&BTreeMap::from([("/case/stage", "准备".to_owned())]));
        let first = findings(&text);
        assert!(first.iter().all(|f| f.starts_with("S-05 ")), "{first:#?}");
        assert!(first.iter().any(|f| f.contains("“项目编号”（id）还没有填")), "{first:#?}");
        assert!(!first.iter().any(|f| f.contains("/case/stage")), "{first:#?}");

        // The same holds of what stands in comments, once their signs are taken away.
        let body = text.strip_prefix(HEAD).unwrap();
        let data = |line: &str| {
            let key = line.trim_start_matches([' ', '-']).trim_end_matches(" {}");
            let key = key.strip_suffix(':').unwrap_or_default();
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        let open = |line: &str| match line.strip_prefix("# ") {
            Some(rest)
                if rest.starts_with('#') || rest.trim_start().starts_with('#') || data(rest) =>
            {
                rest.to_owned()
            }
            _ => line.to_owned(),
        };
        let whole: Vec<String> = body.lines().map(open).collect();
        let all = findings(&whole.join("\n"));
        let empty =
            |f: &String| f.starts_with("S-05 ") || f.starts_with("S-01 “声明”应为文字，这里是空的");
        assert!(all.iter().all(empty), "{all:#?}");
        assert!(all.len() > first.len() * 3, "{} and {}", first.len(), all.len());
    }
}
