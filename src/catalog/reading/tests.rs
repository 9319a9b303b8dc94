//! What a clerk types, and how it is understood.

use super::{days, read};
use crate::catalog::fields::Scope;

/// A reading in short: clauses by space, alternatives by |, conditions by &.
fn shown(text: &str) -> String {
    let (reading, _) = read(text, None);
    let clauses = reading.clauses.iter().map(|clause| {
        let any: Vec<String> = clause
            .any
            .iter()
            .map(|all| {
                let all: Vec<String> = all
                    .iter()
                    .map(|c| {
                        let mut out = match &c.scope {
                            Scope::Open => String::new(),
                            Scope::Only(fields) => format!("{fields:?}"),
                            Scope::Date => "@".to_owned(),
                        };
                        out += &c.forms.join("=");
                        if !c.related.is_empty() {
                            out += &format!("~{}", c.related.join("~"));
                        }
                        if let Some(d) = c.days {
                            out += &format!("<{}..{}>", d.from, d.to);
                        }
                        out
                    })
                    .collect();
                all.join("&")
            })
            .collect();
        format!("{}{}", if clause.exclude { "-" } else { "" }, any.join("|"))
    });
    clauses.collect::<Vec<_>>().join(" ")
}

#[test]
fn words_phrases_alternatives_exclusions() {
    for (typed, read) in [
        ("水污染　整改", "水污染 整改"),
        ("“水污染 整改”", "水污染整改"),
        ("\"a b\"c", "ab c"),
        ("水 或 气 整改", "水|气 整改"),
        ("水 OR 气 OR 土", "水|气|土"),
        ("整改 -销号", "整改 -销号"),
        ("－“销号 报告”", "-销号报告"),
        ("PM2.5-臭氧", "pm2.5-臭氧"),
        ("或", "或"),
        ("或 水", "水"),
        ("水 或", "水"),
        ("水 或 -气", "水 -气"),
        ("“没有收尾 的", "没有收尾的"),
        ("-", "-"),
        ("“”", ""),
        ("", ""),
        ("督察", "督察~督查"),
        ("“督察”", "督察"),
        ("-督查", "-督查"),
        ("COD:2.5", "cod:2.5"),
        ("http://x", "http://x"),
    ] {
        assert_eq!(shown(typed), read, "{typed}");
    }
}

#[test]
fn fields() {
    assert_eq!(shown("文号：渝环"), "[0]渝环");
    assert_eq!(shown("標題: “某 报告”"), "[1]某报告");
    assert_eq!(shown("题名：甲 或 题名：乙"), "[1]甲|[1]乙");
    assert!(shown("-密级：内部").starts_with("-["), "{}", shown("-密级：内部"));
    assert_eq!(shown("题名："), "题名:");
    assert_eq!(shown("日期：2025年3月"), "@<20250300..20250399>");
    assert_eq!(shown("日期：不明"), "不明");
    assert_eq!(shown("单位：某局").matches(',').count(), 2);
}

#[test]
fn document_numbers() {
    for (typed, read) in [
        ("渝环督办[2025]16号", "渝环督办(2025)16号"),
        ("渝環督辦（２０２５）１６號", "渝环督办(2025)16号"),
        ("渝环督办〔2025〕", "渝环督办(2025)"),
        ("渝环督办2025", "渝环督办2025=渝环督办(2025)"),
        ("渝环督办2025年第16号", "渝环督办2025年第16号=渝环督办(2025)16号"),
        ("渝环督办2025-16", "渝环督办2025-16=渝环督办(2025)16号~渝环督办(2025)16"),
        ("渝环督办〔2025〕 16号", "渝环督办(2025)16号"),
        ("渝环督办2025 16", "渝环督办(2025)16号~渝环督办(2025)16|渝环督办2025&16"),
        ("渝环督办2025 016号 整改", "渝环督办(2025)16号|渝环督办2025&016号 整改"),
        ("文号：渝环督办2025 16号", "[0]渝环督办(2025)16号|[0]渝环督办2025&[0]16号"),
        ("渝环督办202516", "渝环督办202516"),
        ("“渝环督办2025” 16", "渝环督办2025 16"),
    ] {
        assert_eq!(shown(typed), read, "{typed}");
    }
}

#[test]
fn dates() {
    for (typed, from, to) in [
        ("2025", 20250000, 20259999),
        ("2025年", 20250000, 20259999),
        ("2025-03", 20250300, 20250399),
        ("２０２５年３月", 20250300, 20250399),
        ("2025年3月4日", 20250304, 20250304),
        ("2025.3.4", 20250304, 20250304),
        ("20250304", 20250304, 20250304),
        ("2025-03..2025-06", 20250300, 20250699),
        ("2025-03..", 20250300, 99999999),
        ("..2025-06-30", 0, 20250630),
        ("2025年3月至6月", 20250300, 20250699),
        ("2025年3月10日至24日", 20250310, 20250324),
        ("2025-06..2025-03", 20250300, 20250699),
    ] {
        let d = days(typed).unwrap_or_else(|| panic!("{typed}"));
        assert_eq!((d.from, d.to), (from, to), "{typed}");
    }
    for bad in [
        "",
        "..",
        "3月",
        "2025-13",
        "2025-02-32",
        "2025年-3",
        "12345",
        "今天",
        "2025-03-",
        "9999-01",
    ] {
        assert!(days(bad).is_none(), "{bad}");
    }
    assert_eq!(shown("2025年3月"), "2025年3月<20250300..20250399>");
    assert_eq!(shown("“2025年3月”"), "2025年3月");
    assert_eq!(shown("-2025年3月"), "-2025年3月");
    assert_eq!(shown("2025-03..2025-06"), "@<20250300..20250699>");
    assert_eq!(shown("2025"), "2025");
}

#[test]
fn notes_say_where() {
    let (_, notes) = read("整改 “没有收尾", None);
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].code, "Q-01");
    assert_eq!(notes[0].at.as_ref().unwrap().line_column(), (1, 4));
}

#[test]
fn days_counted_from_today() {
    let today = Some(20260115);
    for (word, from, to) in [
        ("去年", 20250000, 20259999),
        ("今年", 20260000, 20269999),
        ("前年", 20240000, 20249999),
        ("上月", 20251200, 20251299),
        ("上个月", 20251200, 20251299),
        ("本月", 20260100, 20260199),
        ("今天", 20260115, 20260115),
        ("去年3月", 20250300, 20250399),
        ("近三年", 20230115, 20260115),
        ("近6个月", 20250715, 20260115),
    ] {
        let d = super::date::relative(word, today).unwrap_or_else(|| panic!("{word}"));
        assert_eq!((d.from, d.to), (from, to), "{word}");
        assert!(super::date::relative(word, None).is_none());
    }
    assert!(super::date::relative("去年底的报告", today).is_none());
    let (reading, notes) = read("去年 整改", today);
    assert_eq!(reading.clauses.len(), 2);
    assert_eq!(reading.clauses[0].any[0][0].forms, ["去年"]);
    assert!(reading.clauses[0].any[0][0].days.is_some());
    assert_eq!(notes.len(), 1);
}

#[test]
fn letters_are_heard_but_in_quotes() {
    let sounds = |typed: &str| read(typed, None).0.clauses[0].any[0][0].sounds.len();
    assert!(sounds("zyz") > 0 && sounds("zhongyuzhou") > 1 && sounds("签发人：zy") > 0);
    for plain in ["“zyz”", "zy", "pm2.5", "附件：zyz", "文号：zyz"] {
        assert_eq!(sounds(plain), 0, "{plain}");
    }
}
