//! 说明: how a query was read, and how many records each part of it brings.

use tantivy::Searcher;
use tantivy::collector::Count;

use super::fields::{FIELDS, Scope};
use super::plan::{self, Limits};
use super::query::{Query, Sort};
use super::reading::{Condition, Reading};
use super::schema::Handles;

/// A line for each part.
pub(crate) fn lines(
    reading: &Reading,
    limits: Limits,
    query: &Query,
    handles: &Handles,
    searcher: &Searcher,
) -> tantivy::Result<Vec<String>> {
    let mut out = Vec::new();
    for clause in &reading.clauses {
        out.push(if clause.exclude { "不得有：" } else { "须有：" }.to_owned());
        for (at, all) in clause.any.iter().enumerate() {
            for (nth, condition) in all.iter().enumerate() {
                let join = match (at, nth) {
                    (_, 1..) => "并且 ",
                    (1.., _) => "或者 ",
                    _ => "",
                };
                let mut parts =
                    vec![(tantivy::query::Occur::Must, plan::condition(condition, true, handles))];
                // What may not be seen is not counted here, either.
                parts.extend(Limits { days: None, ..limits }.parts(handles));
                let count = searcher.search(&plan::boolean(parts), &Count)?;
                out.push(format!("  {join}{}，{count} 件", words(condition)));
            }
        }
    }
    if let Some(days) = limits.days {
        out.push(format!("日期限于：{days}"));
    }
    if let Some(most) = limits.secrecy {
        out.push(format!("密级不高于：{}", most.name()));
    }
    out.push(match (query.sort, query.recent) {
        (Sort::Date, _) => "按日期从晚到早排列".to_owned(),
        (Sort::Relevance, None) => format!("按相关度排列，各项的权重：{}", weights()),
        (Sort::Relevance, Some(_)) => {
            format!("按相关度排列，日期近的加权，各项的权重：{}", weights())
        }
    });
    Ok(out)
}

fn words(condition: &Condition) -> String {
    let place = match &condition.scope {
        Scope::Open => "各项".to_owned(),
        Scope::Date => "日期".to_owned(),
        Scope::Only(fields) => fields
            .iter()
            .filter_map(|&i| FIELDS.get(i))
            .map(|f| f.name)
            .collect::<Vec<_>>()
            .join("、"),
    };
    let how = if condition.scope.is_whole() { "整个是" } else { "含" };
    let mut alternatives: Vec<String> =
        condition.forms.iter().map(|f| format!("{how}「{f}」")).collect();
    alternatives
        .extend(condition.related.iter().map(|f| format!("{how}「{f}」（相近，排在后面）")));
    if !condition.sounds.is_empty() {
        let runs: Vec<String> =
            condition.sounds.iter().map(|run| run.join("-").replace('^', "")).collect();
        alternatives.push(format!("读作 {}（题名和名称，排在后面）", runs.join("、")));
    }
    if let Some(days) = condition.days {
        alternatives.push(format!("日期在 {days}"));
    }
    format!("{place}{}", alternatives.join("或"))
}

fn weights() -> String {
    let open = FIELDS.iter().filter(|f| f.open);
    open.map(|f| format!("{} {}", f.name, f.weight)).collect::<Vec<_>>().join("、")
}
