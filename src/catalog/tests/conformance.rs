//! The suite that every engine must pass, run by the one within and by the one that looks through every text; and the
//! two held against each other over the examples' documents.

use std::collections::BTreeSet;

use super::corpus::corpus;
use super::plain::Plain;
use super::{Catalog, Entry, Query, Secrecy, Sort, entry, sample};
use crate::catalog::engine::Engine;
use crate::diag::Failure;

fn ids(engine: &dyn Engine, query: &Query) -> Vec<String> {
    engine.answer(query).unwrap().hits.into_iter().map(|h| h.record).collect()
}

fn set(engine: &dyn Engine, text: &str) -> BTreeSet<String> {
    ids(engine, &Query { limit: 1000, ..Query::parse(text).0 }).into_iter().collect()
}

fn put(engine: &mut dyn Engine, entries: &[Entry], superseded: &[String], watermark: &str) {
    engine.put(&mut entries.iter().cloned().map(Ok), superseded, watermark).unwrap();
}

/// What every engine must do; `engine` is new.
fn conform(engine: &mut dyn Engine) {
    assert_eq!(engine.reached().unwrap(), None);
    put(engine, &sample()[..2], &[], "a");
    put(engine, &sample()[2..], &[], "b");
    assert_eq!(engine.reached().unwrap().as_deref(), Some("b"));
    for (typed, expected) in [
        ("渝环督办[2025]16号", &["doc-1"][..]),
        ("生态环境", &["doc-2"]),
        ("PM2.5", &["doc-4"]),
        ("污", &["doc-1", "doc-4"]),
        ("“督察”", &["doc-1", "doc-2", "doc-3", "doc-4"]),
        ("销号 或 催办", &["doc-2", "doc-3"]),
        ("通知 -销号", &["doc-1", "doc-2"]),
        ("文种：报告", &["doc-4"]),
        ("日期：2025年6月", &["doc-2"]),
        ("2024-01..2024-12", &["doc-3", "doc-4"]),
        ("不在其中", &[]),
        ("", &[]),
    ] {
        let expected: BTreeSet<String> = expected.iter().map(|s| (*s).to_owned()).collect();
        assert_eq!(set(engine, typed), expected, "{typed}");
    }
    // In place of what was there.
    let mut new = sample().remove(0);
    new.texts[0].text = "换过的文字".into();
    new.metadata.secrecy = Secrecy::Secret;
    put(engine, &[new], &[], "c");
    assert_eq!(set(engine, "换过"), BTreeSet::from(["doc-1".to_owned()]));
    assert!(set(engine, "水污染防治").is_empty());
    let public =
        Query { max_secrecy: Some(Secrecy::Internal), facets: true, ..Query::parse("通知").0 };
    let hits = engine.answer(&public).unwrap();
    assert_eq!(hits.total, 2);
    assert!(hits.facets.iter().all(|f| f.value != "机密"));
    // A corrected bundle takes the place of all that was in it, and of nothing else.
    let of = |bundle: &str, id: &str| Entry {
        bundle: bundle.into(),
        ..entry(id, None, "更正", "2025-02-02", "各包之文")
    };
    put(engine, &[of("b-1", "x"), of("b-10", "x"), of("b-1", "y"), of("b", "z")], &[], "c1");
    put(engine, &[of("b-1", "w")], &["b-1".to_owned()], "c2");
    let left: BTreeSet<String> = ["x", "w", "z"].map(str::to_owned).into();
    assert_eq!(set(engine, "各包之文"), left);
    assert!(
        engine
            .put(&mut [Err(Failure::Usage("x".into()))].into_iter(), &["b".to_owned()], "c3")
            .is_err()
    );
    assert_eq!(engine.reached().unwrap().as_deref(), Some("c2"));
    assert_eq!(set(engine, "各包之文"), left);
    // Pages fit together.
    let many: Vec<Entry> = (0..40)
        .map(|n| {
            entry(&format!("r{n:02}"), None, "同题", &format!("2025-01-{:02}", n % 28 + 1), "同文")
        })
        .collect();
    engine.replace(&mut many.into_iter().map(Ok), "d").unwrap();
    let all = ids(engine, &Query { limit: 100, sort: Sort::Date, ..Query::parse("同文").0 });
    assert_eq!(all.len(), 40);
    let mut paged = Vec::new();
    for offset in (0..45).step_by(9) {
        paged.extend(ids(
            engine,
            &Query { limit: 9, offset, sort: Sort::Date, ..Query::parse("同文").0 },
        ));
    }
    assert_eq!(paged, all);
    // What is alike in all else stands in the order of the keys, whenever it came and however many are asked for.
    let alike = |n: usize| entry(&format!("k{n}"), None, "同题", "2025-01-01", "同类");
    engine.replace(&mut [5, 1, 8].map(alike).into_iter().map(Ok), "d").unwrap();
    for (nth, few) in [[7, 2], [0, 6], [4, 3]].iter().enumerate() {
        put(engine, &few.map(alike), &[], &format!("d{nth}"));
    }
    for sort in [Sort::Relevance, Sort::Date] {
        for limit in [9, 4, 1] {
            let told = ids(engine, &Query { limit, sort, ..Query::parse("同类").0 });
            let expected: Vec<String> = (0..limit).map(|n| format!("k{n}")).collect();
            assert_eq!(told, expected, "{sort:?} {limit}");
        }
    }
    // Wholly or not at all.
    let lost = [Ok(sample().remove(0)), Err(Failure::Usage("x".into()))];
    assert!(engine.replace(&mut lost.into_iter(), "e").is_err());
    assert_eq!(engine.reached().unwrap().as_deref(), Some("d2"));
    assert_eq!(set(engine, "同类").len(), 9);
    assert!(engine.answer(&Query { from: Some("无".into()), ..Query::default() }).is_err());
}

#[test]
fn the_engine_within_conforms() {
    let dir = tempfile::tempdir().unwrap();
    conform(&mut Catalog::open(dir.path()).unwrap());
}

#[test]
fn looking_through_every_text_conforms() {
    conform(&mut Plain::default());
}

#[test]
fn both_give_the_same_answers_over_the_examples() {
    let entries = corpus();
    let dir = tempfile::tempdir().unwrap();
    let mut within = Catalog::open(dir.path()).unwrap();
    let mut plain = Plain::default();
    put(&mut within, &entries, &[], "1");
    put(&mut plain, &entries, &[], "1");
    let questions = include_str!("../../../tests/search/questions.txt");
    let typed =
        questions.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split('|').next());
    let more = [
        "督察",
        "-整改",
        "年",
        "整改 -销号 -通知",
        "2025年3月",
        "去年",
        "文种：函 或 文种：通知",
        "人名：钟屿舟",
        "单位：督察办",
        "案件：special",
        "阶段：整改",
        "题名：濛水河 2025-09..2025-12",
    ];
    for text in typed.chain(more) {
        let (parsed, _) = Query::parse_on(text.trim(), Some(20_260_115));
        let query = Query { limit: 1000, facets: true, ..parsed };
        let (a, b) = (within.answer(&query).unwrap(), plain.answer(&query).unwrap());
        assert_eq!((a.total, &a.facets), (b.total, &b.facets), "{text}");
        let told = |hits: Vec<crate::catalog::Hit>| -> BTreeSet<_> {
            let key = |h: crate::catalog::Hit| (h.record, h.related, h.snippet, h.highlights);
            hits.into_iter().map(key).collect()
        };
        assert_eq!(told(a.hits), told(b.hits), "{text}");
        let grouped = Query { by_case: true, ..query };
        let (a, b) = (within.answer(&grouped).unwrap(), plain.answer(&grouped).unwrap());
        assert_eq!((a.total, a.cases), (b.total, b.cases), "{text}");
    }
}
