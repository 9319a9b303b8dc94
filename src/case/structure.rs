//! S-01 结构与类型: the tree against the published schema, all findings at once.

use std::fmt::Write as _;

use super::schema::{Definitions, Object, Schema, Shape};
use super::tree::{Key, Node, Tree, step};
use crate::diag::{Diagnostic, SourceFile, Span};
use crate::vocab::date;
use std::sync::Arc;

/// How alike two names must be to be taken for one (0 to 1).
const ALIKE: f64 = 0.6;

pub(super) struct Checker<'a> {
    pub(super) source: &'a Arc<SourceFile>,
    pub(super) definitions: &'a Definitions,
    pub(super) findings: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn say(&mut self, node: &Node, path: &str, message: String) -> &mut Diagnostic {
        let at = Span::new(self.source, node.range.clone());
        self.push(Diagnostic::error("S-01", message).at(at).path(path))
    }

    fn push(&mut self, finding: Diagnostic) -> &mut Diagnostic {
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// Checks `node` against `schema`; `name` is the field's own name.
    pub(super) fn check(&mut self, node: &Node, schema: &Schema, name: &str, path: &str) {
        if let Some(wanted) = &schema.constant {
            if node.text() != wanted.as_str() {
                let wanted = wanted.as_str().unwrap_or_default();
                let said = format!("{}应为“{wanted}”", label(name, schema));
                self.say(node, path, said).hints.push(format!("请写 {name}: \"{wanted}\"（带引号）。"));
            }
            return;
        }
        match (&schema.shape, &node.value) {
            (Shape::Any, _) | (Shape::Bool, Tree::Bool(_)) => {}
            (Shape::Text, Tree::Text(text)) => self.text(node, text, schema, name, path),
            (Shape::Int, Tree::Int(n)) => {
                #[expect(clippy::cast_precision_loss, reason = "limits are small")]
                let number = *n as f64;
                self.number(node, number, schema, name, path);
            }
            (Shape::Number, Tree::Int(n)) => {
                #[expect(clippy::cast_precision_loss, reason = "limits are small")]
                let number = *n as f64;
                self.number(node, number, schema, name, path);
            }
            // JSON Schema counts 3.0 as an integer.
            (Shape::Int, Tree::Float(n)) if n.fract() == 0.0 => {
                self.number(node, *n, schema, name, path);
            }
            (Shape::Number, Tree::Float(n)) => self.number(node, *n, schema, name, path),
            (Shape::Choice(choices), Tree::Text(text)) if choices.contains(text) => {}
            (Shape::Choice(choices), Tree::Text(text)) => {
                let said = format!("{}没有“{text}”这个取值", label(name, schema));
                let near = nearest(text, choices.iter().map(String::as_str));
                let finding = self.say(node, path, said);
                if let Some(near) = near {
                    finding.hints.push(format!("是否应为“{near}”？"));
                }
                finding.hints.push(format!("可用的取值：{}。", choices.join("、")));
            }
            (Shape::List { item, min }, Tree::Seq(items)) => {
                if items.len() < *min {
                    let said = format!("{}至少要有 {min} 项", label(name, schema));
                    self.say(node, path, said).hints.push("请补充内容。".into());
                }
                for (i, child) in items.iter().enumerate() {
                    self.check(child, item, name, &format!("{path}/{i}"));
                }
            }
            (Shape::Entity(entity), _) => {
                let definitions = self.definitions;
                if let Some(definition) = definitions.entity(entity) {
                    self.check(node, definition, name, path);
                }
            }
            (Shape::Object(object), Tree::Map(entries)) => self.object(node, entries, object, schema, path),
            (Shape::Open(value), Tree::Map(entries)) => {
                for (key, child) in entries {
                    self.check(child, value, &key.name, &format!("{path}/{}", step(&key.name)));
                }
            }
            _ => self.wrong_type(node, schema, name, path),
        }
    }

    fn text(&mut self, node: &Node, text: &str, schema: &Schema, name: &str, path: &str) {
        if text.chars().count() < schema.min_length {
            let said = format!("{}不能为空", label(name, schema));
            self.say(node, path, said).hints.push("请填写内容；没有内容的字段请删去整行。".into());
            return;
        }
        if schema.is_date {
            if date::parse(text).is_none() {
                let said = format!("{}“{text}”不是有效的日期", label(name, schema));
                let hint = iso(text).map_or_else(
                    || "日期写作 2025-03-04，且须是真实存在的日子。".into(),
                    |day| format!("是否应为 {day}？日期写作 2025-03-04。"),
                );
                self.say(node, path, said).hints.push(hint);
            }
            return;
        }
        if let Some((pattern, regex)) = &schema.pattern
            && !regex.is_match(text)
        {
            let said = format!("{}“{text}”的写法不对", label(name, schema));
            let hint = form_hint(pattern);
            self.say(node, path, said).hints.push(hint);
        }
    }

    fn number(&mut self, node: &Node, n: f64, schema: &Schema, name: &str, path: &str) {
        let limit = match (schema.minimum, schema.maximum) {
            (Some(min), _) if n < min => format!("不能小于 {min}"),
            (_, Some(max)) if n > max => format!("不能大于 {max}"),
            _ => return,
        };
        let said = format!("{}{limit}，这里是 {n}", label(name, schema));
        self.say(node, path, said).hints.push("请核对数字。".into());
    }

    fn wrong_type(&mut self, node: &Node, schema: &Schema, name: &str, path: &str) {
        let wanted = match &schema.shape {
            Shape::Text if schema.is_date => "日期",
            Shape::Text | Shape::Choice(_) => "文字",
            Shape::Int => "整数",
            Shape::Number => "数字",
            Shape::Bool => "true 或 false",
            Shape::List { .. } => "列表",
            _ => "一组字段",
        };
        let raw = self.source.text().get(node.range.clone()).unwrap_or_default();
        let raw = raw.lines().next().unwrap_or_default();
        let shown: String = raw.chars().take(20).collect();
        let found = node.kind();
        let hint = match (&schema.shape, &node.value) {
            (_, Tree::Null) => "请填写内容；没有内容的字段请删去整行。".into(),
            (Shape::Text | Shape::Choice(_), Tree::Int(_) | Tree::Float(_) | Tree::Bool(_)) => {
                format!("若这是编号或文字，请加引号：{name}: \"{shown}\"。")
            }
            (Shape::Int | Shape::Number, Tree::Text(_)) => {
                "请写半角数字，不加引号、不带单位。".into()
            }
            (Shape::List { .. }, _) => "列表的每一项以“- ”开头，另起一行；或写作 [甲, 乙]。".into(),
            (_, Tree::Seq(_)) => "这里只能写一个值，不能写列表。".into(),
            (Shape::Object(_) | Shape::Open(_), _) => "请换行，把各字段缩进写在下面。".into(),
            _ => "请按要求的类型填写。".into(),
        };
        let said = format!("{}应为{wanted}，这里是{found}", label(name, schema));
        let said = match node.value {
            Tree::Map(_) | Tree::Seq(_) | Tree::Null => said,
            _ => format!("{said}“{shown}”"),
        };
        self.say(node, path, said).hints.push(hint);
    }

    fn object(
        &mut self,
        node: &Node,
        entries: &[(Key, Node)],
        object: &Object,
        schema: &Schema,
        path: &str,
    ) {
        let mut missing: Vec<&str> = object
            .required
            .iter()
            .map(String::as_str)
            .filter(|field| node.get(field).is_none())
            .collect();
        for (key, child) in entries {
            let child_path = format!("{path}/{}", step(&key.name));
            if let Some(field) = object.field(&key.name) {
                self.check(child, field, &key.name, &child_path);
                continue;
            }
            if !object.closed {
                continue;
            }
            // A name that is nearly a missing one is that one, misspelt: one finding, not two.
            let absent = object
                .fields
                .iter()
                .map(|(name, _)| name.as_str())
                .filter(|name| node.get(name).is_none());
            let near = nearest(&key.name, absent);
            let at = Span::new(self.source, key.range.clone());
            let message = format!("{}没有“{}”这个字段", owner(schema), key.name);
            let finding = self.push(Diagnostic::error("S-01", message).at(at).path(&child_path));
            if let Some(near) = near {
                let title = object.field(near).map(|f| f.title.as_str()).unwrap_or_default();
                finding.hints.push(format!("是否应为“{near}”（{title}）？"));
                missing.retain(|m| *m != near);
                // What stands under the misspelt name is checked as what was meant.
                if let Some(field) = object.field(near) {
                    self.check(child, field, near, &child_path);
                }
            } else {
                finding.hints.push("请删去，或改为数据模型中的字段（见 archive-schema/case.schema.json）。".into());
            }
        }
        if !missing.is_empty() {
            let mut list = String::new();
            for name in &missing {
                let title = object.field(name).map(|f| f.title.as_str()).unwrap_or_default();
                // Writing to a String cannot fail.
                let _ = write!(list, "{}{name}（{title}）", if list.is_empty() { "" } else { "、" });
            }
            let said = format!("{}缺少必填字段：{list}", owner(schema));
            let path = format!("{path}/{}", step(missing.first().copied().unwrap_or_default()));
            let range = node.range.start..first_line_end(self.source, node);
            let at = Span::new(self.source, range);
            self.push(Diagnostic::error("S-01", said).at(at).path(path))
                .hints
                .push("请补上。".into());
        }
    }
}

/// The end of the first line of `node`: a missing field is shown at its parent's beginning.
fn first_line_end(source: &SourceFile, node: &Node) -> usize {
    let text = source.text().get(node.range.clone()).unwrap_or_default();
    node.range.start + text.find('\n').unwrap_or(text.len())
}

fn label(name: &str, schema: &Schema) -> String {
    if schema.title.is_empty() { format!("“{name}”") } else { format!("{}（{name}）", schema.title) }
}

fn owner(schema: &Schema) -> String {
    if schema.title.is_empty() { String::new() } else { format!("“{}”中", schema.title) }
}

/// The most alike of `names`, if any is alike enough.
pub(super) fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    names
        .map(|name| (strsim::jaro_winkler(word, name), name))
        .filter(|(score, name)| *score >= 0.85 || strsim::normalized_levenshtein(word, name) >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name)
}

/// `2025/3/4`, `2025.3.4`, `2025年3月4日`, `20250304` as ISO 8601.
fn iso(text: &str) -> Option<String> {
    let digits: String =
        text.chars().map(|c| if c.is_ascii_digit() { c } else { ' ' }).collect();
    let mut parts: Vec<&str> = digits.split_whitespace().collect();
    if parts.len() == 1 && parts.first().is_some_and(|p| p.len() == 8) {
        let whole = parts.remove(0);
        parts = vec![whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?];
    }
    let [year, month, day] = parts.as_slice() else { return None };
    let day = format!("{year}-{month:0>2}-{day:0>2}");
    date::parse(&day).map(|_| day)
}

fn form_hint(pattern: &str) -> String {
    match pattern {
        "^[A-Za-z][A-Za-z0-9._-]{0,63}$" => {
            "标识以英文字母开头，只用英文字母、数字和 . _ -，不超过 64 个字符。".into()
        }
        "^[0-9a-f]{64}$" => "SHA-256 是 64 个小写十六进制字符。".into(),
        "^[0-9]{6}$" => "请写 6 位数字并加引号，如 \"000001\"。".into(),
        "^[0-9]{4}Q[1-4]$" => "季度写作 2025Q3。".into(),
        "^D[0-9]{2}$" => "文件种类写目录代码，如 D28。".into(),
        "^[0-2][0-9]:[0-5][0-9]$" => "时刻写作 \"08:00\"（加引号）。".into(),
        _ => format!("应符合 {pattern}。"),
    }
}
