//! Counts, groups, what may not be seen, what is like or near, what is heard.

use super::{Entry, Query, Role, Secrecy, TextPart, ask, catalog, entry, found, sample};
use crate::catalog::{Fault, Place};

fn of_cases() -> Vec<Entry> {
    let mut all = Vec::new();
    for n in 0..12 {
        let mut e = entry(
            &format!("r{n:02}"),
            None,
            "关于整改的通知",
            &format!("2025-{:02}-01", n + 1),
            "各区县抓好整改落实。",
        );
        e.metadata.case_id = format!("case-{}", n % 3);
        e.metadata.case_title = format!("第{}案", n % 3);
        e.metadata.districts = vec!["甲区".into(), ["乙县", "丙县"][n % 2].into()];
        e.metadata.secrecy = if n < 4 { Secrecy::Secret } else { Secrecy::Public };
        e.metadata.genre = if n == 5 { "报告" } else { "通知" }.into();
        all.push(e);
    }
    all
}

#[test]
fn values_are_counted_over_everything_found() {
    let (_dir, c) = catalog(&of_cases());
    let query = Query { facets: true, limit: 2, ..Query::parse("整改").0 };
    let hits = c.search(&query).unwrap();
    assert_eq!((hits.total, hits.hits.len()), (12, 2));
    let of = |field: &str| -> Vec<(String, u64)> {
        let these = hits.facets.iter().filter(|f| f.field == field);
        these.map(|f| (f.value.clone(), f.count)).collect()
    };
    assert_eq!(of("文种"), [("通知".to_owned(), 11), ("报告".to_owned(), 1)]);
    assert_eq!(of("区县")[0], ("甲区".to_owned(), 12));
    assert_eq!(of("案件").len(), 3);
    assert_eq!(of("密级"), [("公开".to_owned(), 8), ("机密".to_owned(), 4)]);
    // What a facet says is what its value as a condition brings.
    for facet in &hits.facets {
        let value = (facet.field.to_owned(), facet.value.clone());
        let narrowed = Query { fields: vec![value], ..Query::parse("整改").0 };
        assert_eq!(c.search(&narrowed).unwrap().total as u64, facet.count, "{facet:?}");
    }
    assert!(c.search(&Query::parse("整改").0).unwrap().facets.is_empty());
}

#[test]
fn a_case_is_given_once_by_its_best() {
    let (_dir, c) = catalog(&of_cases());
    let query = Query { by_case: true, ..Query::parse("整改 题名：通知").0 };
    let hits = c.search(&query).unwrap();
    assert_eq!((hits.total, hits.cases), (12, Some(3)));
    assert_eq!(found(&hits), ["r11", "r10", "r09"]);
    assert!(hits.hits.iter().all(|h| h.of_case == Some(4)));
    let second = Query { offset: 1, limit: 1, ..query };
    assert_eq!(found(&c.search(&second).unwrap()), ["r10"]);
}

#[test]
fn what_may_not_be_seen_is_not_there() {
    let mut all = of_cases();
    all[0].texts[0].text = "绝无仅有的机密文字，涉及恒镀公司".into();
    let (_dir, c) = catalog(&all);
    for (most, total) in [(Secrecy::Public, 8), (Secrecy::Internal, 8), (Secrecy::Secret, 12)] {
        let seen =
            Query { max_secrecy: Some(most), facets: true, ..Query::parse("题名：整改").0 };
        let hits = c.search(&seen).unwrap();
        assert_eq!(hits.total, total, "{most:?}");
        let counted: u64 = hits.facets.iter().filter(|f| f.field == "密级").map(|f| f.count).sum();
        assert_eq!(counted, total as u64);
    }
    let public =
        |text: &str| Query { max_secrecy: Some(Secrecy::Public), near: 5, ..Query::parse(text).0 };
    for text in [
        "绝无仅有",
        "绝无仅有的机秘文字",
        "恒镀公司涉及",
        "-通知",
        "区县：甲区",
        "2025-01..2025-04",
    ] {
        let hits = c.search(&public(text)).unwrap();
        let shown = hits.hits.iter().chain(&hits.near);
        assert!(shown.clone().all(|h| h.secrecy == "公开"), "{text}");
    }
    assert_eq!(c.search(&public("绝无仅有")).unwrap().near, []);
    let lines = c.explain(&public("绝无仅有")).unwrap().join("\n");
    assert!(lines.contains("0 件"), "{lines}");
    assert!(c.similar("b1/r00", &public("")).unwrap().is_none());
    assert!(c.similar("b1/r00", &Query::default()).unwrap().is_some());
}

#[test]
fn near_records_stand_apart() {
    let (_dir, c) = catalog(&sample());
    let near = |text: &str| {
        let hits = c.search(&Query { near: 3, ..Query::parse(text).0 }).unwrap();
        let near: Vec<String> = hits.near.iter().map(|h| h.record.clone()).collect();
        (hits.total, near)
    };
    // A wrong character, one too few, one too many; heard rightly, written wrongly.
    for typed in
        ["水污染仿治须按期答复", "水污防治须按期答复", "水污染染防治须按期答复", "“交班整改任务”"]
    {
        assert_eq!(near(typed), (0, vec!["doc-1".to_owned()]), "{typed}");
    }
    assert_eq!(near("责任者：某是督察办").1.len(), 3);
    // Words that stand apart, typed as one.
    assert_eq!(near("督察整改水污染").1.first().map(String::as_str), Some("doc-1"));
    let none = c.search(&Query::parse("水污染仿治须按期答复").0).unwrap();
    assert!(none.near.is_empty());
    let hits = c.search(&Query { near: 3, ..Query::parse("交办整改任务").0 }).unwrap();
    assert_eq!(found(&hits), ["doc-1"]);
    assert!(hits.near.iter().all(|h| h.record != "doc-1"));
}

#[test]
fn names_are_found_by_ear_after_what_is_written_so() {
    let mut all = sample();
    all[1].metadata.signer = Some("钟屿舟".into());
    all[2].texts[0].text.push_str("型号ZYZ");
    let (_dir, c) = catalog(&all);
    assert_eq!(ask(&c, "zyz"), ["doc-3", "doc-2"]);
    assert_eq!(ask(&c, "zhongyuzhou"), ["doc-2"]);
    assert_eq!(ask(&c, "签发人：zy"), ["doc-2"]);
    assert_eq!(ask(&c, "“zyz”"), ["doc-3"]);
    assert_eq!(ask(&c, "人名：钟屿舟"), ["doc-2"]);
    let hit = c.search(&Query::parse("zhongyuzhou").0).unwrap().hits.remove(0);
    assert_eq!((hit.snippet.as_str(), hit.highlights.as_slice()), ("钟屿舟", [(0, 3)].as_slice()));
    assert!(hit.related && hit.field == "签发人");
    assert_eq!(ask(&c, "xiaohao"), ["doc-3"]);
    // 察 is read cui as well: 催办 stands in a title, 督察办 in every record.
    assert_eq!(ask(&c, "cuiban").len(), 4);
    assert_eq!(ask(&c, "cuiban")[0], "doc-2");
}

#[test]
fn hits_say_page_and_paragraph() {
    let mut e = entry("a", None, "题", "2025-01-01", "第一段。\n\n第二段在此。");
    e.texts.push(TextPart {
        role: Role::Attachment,
        name: "证据.pdf".into(),
        text: "首页文字\n\n次页头\n次页的渗滤液".into(),
        places: vec![Place { at: 0, name: "第1页".into() }, Place { at: 6, name: "第2页".into() }],
    });
    let (_dir, c) = catalog(&[e]);
    let hit = |q: &str| c.search(&Query::parse(q).0).unwrap().hits.remove(0);
    let h = hit("第二段");
    assert_eq!((h.place, h.page, h.paragraph), (None, None, Some(2)));
    let h = hit("渗滤液");
    assert_eq!((h.place.as_deref(), h.page, h.paragraph), (Some("第2页"), Some(2), Some(2)));
    assert_eq!(hit("首页").page, Some(1));
    assert_eq!(hit("题名：题").paragraph, None);
}

#[test]
fn newer_ones_count_more_if_asked() {
    let (_dir, c) = catalog(&[
        entry("old", None, "整改整改", "2015-01-01", "整改整改整改"),
        entry("new", None, "某件", "2025-12-01", "整改"),
        entry("mid", None, "某件", "2015-01-01", "整改"),
    ]);
    let ids = |recent| {
        let hits = c.search(&Query { recent, ..Query::parse("整改").0 }).unwrap();
        hits.hits.into_iter().map(|h| (h.record, h.score)).collect::<Vec<_>>()
    };
    let (plain, fresh) = (ids(None), ids(Some(20_260_101)));
    let score = |list: &[(String, f64)], id: &str| {
        list.iter().find(|(r, _)| r == id).map(|(_, s)| *s).unwrap()
    };
    assert!(score(&fresh, "new") > 1.8 * score(&plain, "new"));
    assert!(score(&fresh, "old") < 1.01 * score(&plain, "old"));
}

#[test]
fn the_index_is_proved_to_be_the_store() {
    let (_dir, mut c) = catalog(&sample());
    let check = |c: &crate::catalog::Catalog, entries: Vec<Entry>| {
        c.check(entries.into_iter().map(Ok)).unwrap()
    };
    let proof = check(&c, sample());
    assert!(proof.holds() && proof.phrases > 60 && proof.records == 4, "{proof:?}");
    let mut other = sample();
    other[1].metadata.title.push('！');
    other[2].metadata.id = "doc-9".into();
    let proof = check(&c, other.clone());
    assert_eq!(
        proof.faults,
        [(Fault::Differs, "b1/doc-2".to_owned()), (Fault::Missing, "b1/doc-9".to_owned())]
    );
    assert_eq!((proof.extra, proof.holds()), (1, false));
    // A failure among the entries changes nothing.
    let failing = other.into_iter().map(Ok).chain([Err(crate::diag::Failure::Usage("x".into()))]);
    assert!(c.rebuild(failing, "9").is_err());
    assert_eq!(c.watermark().unwrap().as_deref(), Some("1"));
    assert!(check(&c, sample()).holds());
}
