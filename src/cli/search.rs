//! `anjuan search` and `anjuan index check`: 检索.

use std::path::Path;
use std::time::Instant;

use serde_json::json;

use super::args::{SearchArgs, SortBy};
use super::exit::Exit;
use super::show::Show;
use crate::catalog::{Facet, Fault, Hit};
use crate::diag::{Diagnostic, Failure};
use crate::pipeline::{self, SearchOptions, Settings};
use crate::vocab::date::eight_figures;

/// How many near records are offered.
const NEAR: usize = 5;
/// How many values of a field are told where people read.
const VALUES: usize = 8;

/// Searches an archive; exit 1 when nothing was found.
pub fn search(args: &SearchArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let begin = Instant::now();
    let day = pipeline::today(settings);
    let options = SearchOptions {
        fields: args.field.clone(),
        from: args.from.clone(),
        to: args.to.clone(),
        by_date: args.sort == SortBy::Date,
        recent: args.recent,
        limit: args.limit,
        offset: args.offset,
        today: eight_figures(day).parse().ok(),
        max_secrecy: args.max_secrecy,
        role: args.role.clone(),
        facets: args.facets,
        by_case: args.by_case,
        near: NEAR,
        similar: args.similar.clone(),
        pages: args.pages,
    };
    let text = args.query.join(" ");
    pipeline::prepare(&args.archive, &|event| show.event(event, |_| {}))?;
    show.finish();
    if args.explain {
        for line in pipeline::explain(&args.archive, &text, &options)? {
            show.object(&json!({"type": "explain", "text": line}));
            show.line(line);
        }
    }
    let hits = pipeline::search(&args.archive, &text, &options)?;
    for note in &hits.notes {
        show.finding(note);
    }
    hits.hits.iter().for_each(|hit| tell(hit, "hit", show));
    if !hits.near.is_empty() {
        show.line(if hits.total == 0 {
            "没有找到。是不是要找（下面的只是相近，并不含有所查的字词）："
        } else {
            "另有相近的（并不含有所查的字词）："
        });
        hits.near.iter().for_each(|hit| tell(hit, "near", show));
    }
    tell_facets(&hits.facets, show);
    let listed = match &args.xlsx {
        Some(out) => {
            Some(pipeline::list_hits(&args.archive, &text, &options, &day.to_string(), out)?)
        }
        None => None,
    };
    let millis = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut summary = json!({"type": "summary", "total": hits.total, "millis": millis});
    if let Some(map) = summary.as_object_mut() {
        map.insert("near".into(), hits.near.len().into());
        map.extend(hits.cases.map(|n| ("cases".into(), n.into())));
        map.extend(listed.map(|n| ("listed".into(), n.into())));
    }
    show.object(&summary);
    if let (Some(n), Some(out)) = (listed, &args.xlsx) {
        show.line(format!("清单 {n} 件，写到 {}。", out.display()));
    }
    if hits.total == 0 {
        if hits.near.is_empty() {
            show.line("没有找到。");
        }
        return Ok(Exit::No);
    }
    let of = hits.cases.map(|n| format!("，分属 {n} 个案件")).unwrap_or_default();
    show.line(format!("共 {} 件{of}，列出 {} 件（{millis} 毫秒）。", hits.total, hits.hits.len()));
    Ok(Exit::Done)
}

/// One answer.
fn tell(hit: &Hit, kind: &str, show: &Show) {
    let mut object = serde_json::to_value(hit).unwrap_or_default();
    if let Some(map) = object.as_object_mut() {
        map.insert("type".into(), kind.into());
    }
    show.object(&object);
    let number = hit.document_number.as_deref().map(|n| format!("{n}　")).unwrap_or_default();
    show.line(format!("{}. {number}{}　{}", hit.rank, hit.title, hit.date));
    show.line(format!("   {}", marked(&hit.snippet, &hit.highlights)));
    let mut place = hit.file.clone().unwrap_or_default();
    for more in [hit.place.clone(), hit.paragraph.map(|n| format!("第{n}段"))] {
        place.extend(more.map(|m| format!("　{m}")));
    }
    let more = hit.of_case.map(|n| format!("　本案共 {n} 件")).unwrap_or_default();
    let code = &hit.archival_code;
    show.line(format!("   {code}　{}/{}　{place}{more}", hit.accession, hit.record));
}

/// The counts, a line for each field.
fn tell_facets(facets: &[Facet], show: &Show) {
    for group in facets.chunk_by(|a, b| a.field == b.field) {
        let mut words = Vec::new();
        for (at, facet) in group.iter().enumerate() {
            let mut object = serde_json::to_value(facet).unwrap_or_default();
            if let Some(map) = object.as_object_mut() {
                map.shift_insert(0, "type".into(), "facet".into());
            }
            show.object(&object);
            if at < VALUES {
                words.push(format!("{} {}", facet.value, facet.count));
            }
        }
        let more = if group.len() > VALUES {
            format!("……共 {} 种", group.len())
        } else {
            String::new()
        };
        if let Some(first) = group.first() {
            show.line(format!("{}：{}{more}", first.field, words.join("、")));
        }
    }
}

/// Holds the index against the store; exit 1 when they differ.
pub fn check(archive: &Path, show: &Show) -> Result<Exit, Failure> {
    let proof = pipeline::index_check(archive)?;
    for (fault, key) in &proof.faults {
        let what = match fault {
            Fault::Missing => "索引中缺少",
            Fault::Double => "索引中重复",
            Fault::Differs => "索引中的内容与库不一致：",
            Fault::Unfound => "索引中的字词查不到：",
        };
        show.finding(&lacking(format!("{what} {key}")));
    }
    if proof.extra > 0 {
        show.finding(&lacking(format!("索引中有 {} 件是库里没有的", proof.extra)));
    }
    if !proof.sound {
        show.finding(&lacking("索引文件的校验码不符".to_owned()));
    }
    show.object(&json!({
        "type": "summary", "records": proof.records, "indexed": proof.indexed,
        "phrases": proof.phrases, "faults": proof.faults.len(), "extra": proof.extra, "holds": proof.holds(),
    }));
    let verdict = if proof.holds() { "索引与库一致" } else { "索引与库不一致" };
    show.line(format!(
        "库中 {} 件，索引中 {} 件，试查 {} 处：{verdict}。",
        proof.records, proof.indexed, proof.phrases
    ));
    Ok(if proof.holds() { Exit::Done } else { Exit::No })
}

fn lacking(words: String) -> Diagnostic {
    Diagnostic::warning("B-14", words).hint("用 anjuan rebuild 从库重建索引，不损失任何东西。")
}

/// The snippet with 【】 around what was found: it can be read without colours and copied.
fn marked(snippet: &str, highlights: &[(usize, usize)]) -> String {
    let mut out = String::new();
    for (i, c) in snippet.chars().enumerate() {
        if highlights.iter().any(|(_, end)| *end == i) {
            out.push('】');
        }
        if highlights.iter().any(|(start, _)| *start == i) {
            out.push('【');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    if highlights.iter().any(|(_, end)| *end == snippet.chars().count()) {
        out.push('】');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn marks_stand_around_what_was_found() {
        assert_eq!(marked("督察反馈意见", &[(2, 4)]), "督察【反馈】意见");
        assert_eq!(marked("反馈", &[(0, 2)]), "【反馈】");
    }
}
