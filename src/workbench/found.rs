//! 检索页: answers with their counts by field, pages, near ones and what leads on.

use maud::{Markup, html};

use super::asked::{Asked, PER_PAGE, encoded};
use super::pages::{findings, page};
use crate::catalog::{Facet, Hit, Hits};

/// How many values of a field are shown.
const VALUES: usize = 12;

/// 检索框.
pub(super) fn search_form(asked: &Asked) -> Markup {
    html! {
        form action="/search" method="get" role="search" {
            input type="search" name="q" value=(asked.q) aria-label="检索式" placeholder="检索档案库，如：污水管网 整改";
            @for (name, value) in [("sort", &asked.sort), ("recent", &asked.recent), ("by_case", &asked.by_case)] {
                @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
            }
            button { "检索" }
        }
    }
}

/// Nothing is asked yet.
pub(super) fn blank(asked: &Asked) -> Markup {
    page(
        "检索",
        &html! {
            h1 { "检索" }
            (search_form(asked))
            p { "想到什么字就输什么字，词与词之间加空格；要一字不差，加引号；只在某项里查，写作 题名：督察报告。" }
        },
    )
}

/// What was found.
pub(super) fn hits(asked: &Asked, hits: &Hits) -> Markup {
    page(
        "检索",
        &html! {
            h1 { @if asked.similar.is_empty() { "检索" } @else { "相似的件" } }
            (search_form(asked))
            @if !asked.similar.is_empty() { p { "与 " b { (asked.similar) } " 相似的，最像的在前。" } }
            (findings(&hits.notes))
            div.found {
                div.answers {
                    (summary(asked, hits))
                    @if !hits.hits.is_empty() {
                        (ways(asked))
                        ol start=(hits.hits[0].rank) { @for hit in &hits.hits { (one(asked, hit)) } }
                        (turning(asked, hits))
                    }
                    @if !hits.near.is_empty() {
                        h2 { "相近的" }
                        p { "这些并不含有所查的字词，只是相近：" }
                        ul.near { @for hit in &hits.near { (one(asked, hit)) } }
                    }
                }
                @if !hits.facets.is_empty() {
                    aside aria-label="按项缩小范围" {
                        h2 { "缩小范围" }
                        @for group in hits.facets.chunk_by(|a, b| a.field == b.field) { (counts(asked, group)) }
                    }
                }
            }
        },
    )
}

fn summary(asked: &Asked, hits: &Hits) -> Markup {
    html! {
        p {
            @if hits.total == 0 { "没有找到。" } @else {
                "共 " b { (hits.total) } " 件"
                @if let Some(cases) = hits.cases { "，分属 " b { (cases) } " 个案件" }
                "。 "
                a href=(asked.with(|_| ()).link("/search.xlsx")) { "导出 Excel 清单" }
            }
        }
    }
}

/// 排序 and 归并, with what holds now told as such.
fn ways(asked: &Asked) -> Markup {
    let by_date = asked.sort == "date";
    let set = |to: &mut String, on: bool| *to = if on { "1".into() } else { String::new() };
    let recent = !asked.recent.is_empty() && !by_date;
    let sort = |date: &str, on| {
        asked.with(|to| {
            to.sort = date.into();
            set(&mut to.recent, on);
        })
    };
    let grouped = !asked.by_case.is_empty();
    html! {
        nav aria-label="排列" {
            (choice("按相关度", !by_date && !recent, &sort("", false)))
            (choice("相关而且新的在前", recent, &sort("", true)))
            (choice("按日期", by_date, &sort("date", false)))
            @if asked.similar.is_empty() {
                span.gap {}
                (choice("逐件列出", !grouped, &asked.with(|to| set(&mut to.by_case, false))))
                (choice("每案一件", grouped, &asked.with(|to| set(&mut to.by_case, true))))
            }
        }
    }
}

fn choice(words: &str, now: bool, to: &Asked) -> Markup {
    html! {
        @if now { b aria-current="true" { (words) } } @else { a href=(to.link("/search")) { (words) } }
        " "
    }
}

/// One record.
fn one(asked: &Asked, hit: &Hit) -> Markup {
    let key = format!("{}/{}", hit.bundle, hit.record);
    let pages = format!("/record?key={}", encoded(&key));
    let code = if hit.archival_code.is_empty() { key } else { hit.archival_code.clone() };
    let like = Asked { similar: code, ..Asked::default() };
    html! {
        li {
            b { (hit.title) } " "
            @if let Some(n) = &hit.document_number { (n) " " }
            (hit.date)
            div.snippet { (snippet(&hit.snippet, &hit.highlights)) }
            div.place {
                (hit.genre) " · " (hit.responsible) " · " (hit.secrecy) " · " (hit.archival_code)
            }
            div.place {
                (hit.field)
                @if let Some(file) = &hit.file { "　" (file) }
                @if let Some(place) = &hit.place { "　" (place) }
                @if let Some(n) = hit.paragraph { "　第" (n) "段" }
                "　接收号 " (hit.accession) "　"
                a href=(like.link("/search")) { "相似的件" }
                "　" a href=(pages) target="_blank" { "打开" }
                @if let Some(n) = hit.of_case.filter(|n| *n > 1) {
                    "　" a href=(asked.with(|to| to.by_case = String::new()).narrowed("案件", &hit.case_id).link("/search")) {
                        "本案共 " (n) " 件"
                    }
                }
            }
        }
    }
}

/// 上一页、下一页.
fn turning(asked: &Asked, hits: &Hits) -> Markup {
    let pages = hits.cases.unwrap_or(hits.total).div_ceil(PER_PAGE).max(1);
    let now = asked.page();
    let to = |page: usize| Asked { page: page.to_string(), ..asked.clone() }.link("/search");
    html! {
        @if pages > 1 {
            nav aria-label="翻页" {
                @if now > 1 { a rel="prev" href=(to(now - 1)) { "上一页" } " " }
                "第 " (now) " 页，共 " (pages) " 页"
                @if now < pages { " " a rel="next" href=(to(now + 1)) { "下一页" } }
            }
        }
    }
}

/// 件数 of a field's values, each leading to those.
fn counts(asked: &Asked, group: &[Facet]) -> Markup {
    let Some(first) = group.first() else { return html! {} };
    // Likeness is not asked in words, so it cannot be narrowed by them.
    let leads = asked.similar.is_empty();
    html! {
        h3 { (first.field) }
        ul {
            @for facet in group.iter().take(VALUES) {
                li {
                    @if leads { a href=(asked.narrowed(facet.field, &facet.value).link("/search")) { (facet.value) } }
                    @else { (facet.value) }
                    " " span.count { (facet.count) }
                }
            }
            @if group.len() > VALUES { li { "……共 " (group.len()) " 种" } }
        }
    }
}

fn snippet(text: &str, highlights: &[(usize, usize)]) -> Markup {
    let chars: Vec<char> = text.chars().collect();
    let piece =
        |from: usize, to: usize| chars.get(from..to).unwrap_or_default().iter().collect::<String>();
    let mut at = 0;
    let mut parts = Vec::new();
    for &(start, end) in highlights {
        parts.push((piece(at, start), piece(start, end)));
        at = end;
    }
    let rest = piece(at, chars.len());
    html! { @for (plain, marked) in &parts { (plain) mark { (marked) } } (rest) }
}

/// The name under which the list is saved, as a header tells it.
pub(super) fn attachment() -> String {
    let name = encoded("检索结果清单.xlsx");
    format!("attachment; filename=\"hits.xlsx\"; filename*=UTF-8''{name}")
}
