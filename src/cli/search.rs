//! `anjuan search`: 检索.

use std::time::Instant;

use serde_json::json;

use super::args::{SearchArgs, SortBy};
use super::exit::Exit;
use super::show::Show;
use crate::diag::Failure;
use crate::pipeline::{self, SearchOptions};

/// Searches an archive; exit 1 when nothing was found.
pub fn search(args: &SearchArgs, show: &Show) -> Result<Exit, Failure> {
    let begin = Instant::now();
    let options = SearchOptions {
        fields: args.field.clone(),
        from: args.from.clone(),
        to: args.to.clone(),
        by_date: args.sort == SortBy::Date,
        limit: args.limit,
        offset: args.offset,
    };
    let hits = pipeline::search(&args.archive, &args.query.join(" "), &options)?;
    for note in &hits.notes {
        show.finding(note);
    }
    for hit in &hits.hits {
        let mut object = serde_json::to_value(hit).unwrap_or_default();
        if let Some(map) = object.as_object_mut() {
            map.insert("type".into(), "hit".into());
        }
        show.object(&object);
        let number = hit.document_number.as_deref().map(|n| format!("{n}　")).unwrap_or_default();
        show.line(format!("{}. {number}{}　{}", hit.rank, hit.title, hit.date));
        show.line(format!("   {}", marked(&hit.snippet, &hit.highlights)));
        show.line(format!(
            "   {} / {}　{}",
            hit.accession,
            hit.record,
            hit.file.as_deref().unwrap_or_default()
        ));
    }
    let millis = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    show.object(&json!({"type": "summary", "total": hits.total, "millis": millis}));
    if hits.total == 0 {
        show.line("没有找到。");
        return Ok(Exit::No);
    }
    show.line(format!("共 {} 件，列出 {} 件（{millis} 毫秒）。", hits.total, hits.hits.len()));
    Ok(Exit::Done)
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
