//! What is offered as near: when, and what is marked in it.

use super::corpus::corpus;
use super::{Catalog, Query, catalog, found, sample};
use crate::catalog::Hits;
use crate::catalog::alike::tells;
use crate::catalog::fold::fold;

fn answer(c: &Catalog, text: &str) -> Hits {
    c.search(&Query { near: 5, ..Query::parse(text).0 }).unwrap()
}

#[test]
fn a_number_that_is_there_is_answered_without_likenesses() {
    let (_dir, c) = catalog(&sample());
    for typed in [
        "渝环督办〔2025〕16号",
        "渝环督办2025 16号",
        "渝环督办2025 16",
        "文号：渝环督办[2025]16号",
        "渝环督办〔2025〕16号 整改",
    ] {
        let hits = answer(&c, typed);
        assert_eq!(found(&hits)[0], "doc-1", "{typed}");
        assert!(hits.near.is_empty(), "{typed}: {:?}", hits.near);
    }
    // There is no such number: the ones most like it are offered.
    let hits = answer(&c, "渝环督办〔2025〕19号");
    assert_eq!(hits.total, 0);
    assert!(hits.near.iter().any(|h| h.record == "doc-1"), "{:?}", hits.near);
    // A part of a number is not a number.
    assert!(!answer(&c, "渝环督办〔2025〕1").hits.is_empty());
}

#[test]
fn only_what_is_really_alike_is_marked() {
    let (_dir, c) = catalog(&corpus());
    let mut marked = 0;
    for typed in [
        "渝环督办〔2025〕99号",
        "渝环督办2025 99",
        "渝环督办函2024 7",
        "澄溪府函〔2026〕8号",
        "2025年3月16日柳荫沟夜间暗仿",
        "缺陷1126处已经修复402处污水管网",
        "第5批举报件办理情报告",
        "总磷年均浓度0.24毫克/升",
        "关于商请审核组长副组长人选的函",
        "PM2.6浓度",
    ] {
        let hits = answer(&c, typed);
        for near in &hits.near {
            let chars: Vec<char> = near.snippet.chars().collect();
            for &(start, end) in &near.highlights {
                let text: String = chars[start..end].iter().collect();
                let folded = fold(&text);
                assert!(tells(&folded), "{typed}: {text:?} in {}", near.snippet);
                for (a, b) in [(start.checked_sub(1), Some(start)), (Some(end - 1), Some(end))] {
                    let sign = |i: Option<usize>| i.and_then(|i| chars.get(i)).copied();
                    let figure = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
                    assert!(!(figure(sign(a)) && figure(sign(b))), "{typed}: {}", near.snippet);
                }
                marked += 1;
            }
        }
    }
    assert!(marked > 20, "{marked}");
}

#[test]
fn the_snippet_is_where_it_is_most_alike() {
    let entries = corpus();
    let (_dir, c) = catalog(&entries);
    let hits = answer(&c, "总磷年均浓度0.24毫克/升，超出水质目标");
    // Not where 平均浓度 first stands, a sentence before.
    assert!(hits.near[0].snippet.contains("总磷年均浓度0.23毫克/升"), "{:?}", hits.near[0]);
}
