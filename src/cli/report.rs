//! 报告: draws findings for people: place, words, caret, clause, way out.

use std::io::{self, Write as _};
use std::panic::PanicHookInfo;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diag::{Diagnostic, Severity};

/// How many characters of a long line are shown around the place.
const LINE_LIMIT: usize = 160;

/// What is still to be filled in.
pub const TO_FILL: &str = "S-05";

/// One finding as text, with colours or without.
pub fn draw(finding: &Diagnostic, color: bool) -> String {
    if finding.code == TO_FILL {
        return to_fill(finding);
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let level = level.with_name(finding.severity.word());
    let title = level.primary_title(finding.message.as_str()).id(finding.code.as_ref());
    let mut group = Group::with_title(title);
    if let Some(span) = &finding.at {
        let (line, column) = span.line_column();
        let shown = clip(span.source.text(), span.source.line_start(line), &span.range);
        // The place as `file:line:column` stands first even if the line is shown in part.
        let path = format!("{}:{line}:{column}", span.source.name());
        let snippet = Snippet::source(shown.text)
            .line_start(line)
            .annotation(AnnotationKind::Primary.span(shown.range));
        let mut text = format!("{path}\n");
        text.push_str(&renderer.render(&[group.element(snippet)]));
        return finish(text, finding, color);
    }
    group = group.element(annotate_snippets::Padding);
    let mut text = match &finding.cell {
        Some(place) => format!("{} {}", place.file, place.cell).trim_end().to_owned() + "\n",
        None => String::new(),
    };
    text.push_str(&renderer.render(&[group]));
    finish(text.trim_end().trim_end_matches('|').trim_end().to_owned(), finding, color)
}

/// What is to be filled in is many and simple: one line each, without the empty line of the file.
fn to_fill(finding: &Diagnostic) -> String {
    let place = finding.at.as_ref().map(|span| {
        let (line, column) = span.line_column();
        format!("{}:{line}:{column} ", span.source.name())
    });
    format!("{}{}：{}", place.unwrap_or_default(), finding.message, finding.hints.join(""))
}

/// Adds second places, the JSON Pointer, the clause and hints.
fn finish(mut text: String, finding: &Diagnostic, _color: bool) -> String {
    let mut add = |label: &str, words: &str| {
        text.push_str("\n  = ");
        text.push_str(label);
        text.push('：');
        text.push_str(words);
    };
    for (span, words) in &finding.related {
        let (line, column) = span.line_column();
        add("另见", &format!("{}:{line}:{column} {words}", span.source.name()));
    }
    if let Some(path) = finding.path.as_deref().filter(|p| !p.is_empty()) {
        add("位置", path);
    }
    if let Some(clause) = finding.clause() {
        add("依据", clause);
    }
    for hint in &finding.hints {
        add("办法", hint);
    }
    text.push('\n');
    text
}

struct Clipped {
    text: String,
    range: std::ops::Range<usize>,
}

/// The line around `range`, cut at both ends if it is long.
fn clip(text: &str, line_start: usize, range: &std::ops::Range<usize>) -> Clipped {
    let line_end = text[line_start..].find('\n').map_or(text.len(), |i| line_start + i);
    let start = range.start.clamp(line_start, line_end);
    let end = range.end.clamp(start, line_end);
    let mut from = line_start;
    let before = text[line_start..start].char_indices().rev().nth(LINE_LIMIT / 2);
    if let Some((i, _)) = before {
        from = line_start + i;
    }
    let mut to = line_end;
    if let Some((i, _)) = text[start..line_end].char_indices().nth(LINE_LIMIT / 2) {
        to = start + i;
    }
    let (head, tail) =
        (if from > line_start { "…" } else { "" }, if to < line_end { "…" } else { "" });
    let shift = head.len();
    Clipped {
        text: format!("{head}{}{tail}", text[from..to].trim_end_matches('\r')),
        range: start - from + shift..end.min(to) - from + shift,
    }
}

/// What a panic says: that it is our mistake, and where.
pub fn panic_message(info: &PanicHookInfo<'_>) {
    // What a foreign file does to its parser is told as a finding against the file.
    #[cfg(feature = "typeset")]
    if std::thread::current().name() == Some(crate::pdf::THREAD) {
        return;
    }
    if std::thread::current().name() == Some(crate::ledger::THREAD) {
        return;
    }
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let words = info.payload_as_str().unwrap_or("（无说明）");
    let _ = writeln!(
        io::stderr(),
        "程序内部错误：这是程序自身的错误，不是您的数据有误（退出码 70）。\n  位置：{place}\n  说明：{words}\n  已写好的文件不受影响；请把以上内容和所用数据一并反馈。"
    );
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::diag::{Diagnostic, SourceFile, Span};

    #[test]
    fn a_finding_says_where_what_why_and_what_to_do() {
        let source = SourceFile::new("case.yaml", "case:\n  title: 甲\n  stge: 归档\n");
        let at = source.text().find("stge").unwrap();
        let finding = Diagnostic::error("S-01", "未知字段“stge”")
            .at(Span::new(&source, at..at + 4))
            .path("/case/stge")
            .hint("是否应为“stage”？");
        let text = draw(&finding, false);
        assert!(text.starts_with("case.yaml:3:3\n"), "{text}");
        for part in
            ["错误[S-01]", "未知字段", "^^^^", "位置：/case/stge", "办法：是否应为“stage”？"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let source =
            SourceFile::new("a.yaml", format!("{}坏{}\n", "长".repeat(500), "尾".repeat(500)));
        let at = source.text().find('坏').unwrap();
        let text = draw(&Diagnostic::error("Y-01", "坏").at(Span::new(&source, at..at + 3)), false);
        assert!(text.contains('坏') && text.chars().count() < 600, "{text}");
    }
}
