//! The pages' words and shape. Values are escaped by the template macro; none is ever spliced into HTML.

use maud::{DOCTYPE, Markup, html};

use super::asked::Asked;
use super::found::search_form;
use crate::case::CaseFile;
use crate::diag::{Checked, Diagnostic, Failure, Severity, has_errors};

pub(super) fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · 案卷" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                header { a href="/" { "案卷" } }
                main { (body) }
            }
        }
    }
}

/// The case: findings, then documents.
pub(super) fn overview(
    checked: &Checked<CaseFile>,
    searchable: bool,
    shown: impl Fn(&str) -> bool,
) -> Markup {
    let model = checked.value.model();
    let case = &model.case;
    page(
        &case.title,
        &html! {
            h1 { (case.title) }
            p { (case.id) "　" (case.case_type) "　数据时点 " (model.as_of) }
            @if searchable { (search_form(&Asked::default())) }
            h2 { "校验" }
            @if checked.findings.is_empty() { p.good { "没有错误，没有警告。" } }
            @else {
                p { (counted(&checked.findings)) }
                (findings(&checked.findings))
            }
            @if has_errors(&checked.findings) {
                p { "数据还有错误：下面打开的是带“样稿”水印的文件，改正后刷新就是正式的样子。" }
            }
            h2 { "公文与材料（" (model.documents.len()) " 份）" }
            table {
                thead { tr { th { "成文日期" } th { "文号" } th { "题名" } th { "种类" } th { "看样" } } }
                tbody {
                    @for d in &model.documents {
                        tr {
                            td.nowrap { (d.issued_on) }
                            td.nowrap { @if let Some(n) = &d.doc_number { (n) } }
                            td { (d.title) }
                            td { (d.kind) }
                            td.nowrap {
                                @if shown(&d.kind) {
                                    a href={ "/documents/" (d.id) ".pdf" } { "PDF" } " "
                                    a href={ "/documents/" (d.id) ".txt" } { "文本" }
                                } @else { "尚无模板" }
                            }
                        }
                    }
                }
            }
        },
    )
}

/// Why there is nothing to show.
pub(super) fn failure(failure: &Failure) -> Markup {
    let (words, list): (String, &[Diagnostic]) = match failure {
        Failure::Rejected(list) => ("数据须先改正。".into(), list),
        Failure::Faulty(list) => ("模板或所选项目有误。".into(), list),
        Failure::Refused(list) => ("按保密等规定不予处理。".into(), list),
        Failure::No(list) => ("结果为否。".into(), list),
        Failure::Key(list) => ("密钥或口令有误。".into(), list),
        Failure::Usage(words) => (words.clone(), &[]),
        Failure::NoArchive(path) => (format!("{} 不是档案库。", path.display()), &[]),
        Failure::Locked(path) => {
            (format!("{} 正被另一进程使用，请稍后再试。", path.display()), &[])
        }
        Failure::World(error) => (error.to_string(), &[]),
        Failure::Bug(words) => (format!("程序自身的错误：{words}"), &[]),
    };
    page(
        "未能完成",
        &html! { h1 { "未能完成" } p { (words) (counted(list)) } (findings(list)) p { a href="/" { "返回" } } },
    )
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// How many findings there are of each weight, the heaviest first: 3 处错误、1 处警告。
fn counted(list: &[Diagnostic]) -> String {
    let count = |s: Severity| (s, list.iter().filter(|f| f.severity == s).count());
    let all = [Severity::Error, Severity::Warning, Severity::Note].map(count);
    let there = all.iter().filter(|(_, n)| *n > 0);
    let words: Vec<String> = there.map(|(s, n)| format!("{n} 处{}", s.word())).collect();
    if words.is_empty() { String::new() } else { format!("{}。", words.join("、")) }
}

pub(super) fn findings(list: &[Diagnostic]) -> Markup {
    html! {
        ul.findings {
            @for f in list {
                li class=(class(f.severity)) {
                    b { (f.severity.word()) " " (f.code) } " " (f.message)
                    @if let Some(at) = &f.at {
                        @let (line, column) = at.line_column();
                        div.place { (at.source.name()) ":" (line) ":" (column) }
                    }
                    @if let Some(clause) = f.clause() { div { "依据：" (clause) } }
                    @for hint in &f.hints { div { "办法：" (hint) } }
                }
            }
        }
    }
}
