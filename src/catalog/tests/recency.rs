//! 日期近的加权, as a clerk means it: among records that answer about as well, the newer one first; no more than that.

use super::{Entry, Query, Sort, catalog, entry, found};

const TODAY: u64 = 20_261_124;

/// What is found for `text` among `entries`, as it is and with newer ones counting more.
fn orders(entries: &[Entry], text: &str) -> (Vec<String>, Vec<String>) {
    let (_dir, c) = catalog(entries);
    let ids = |recent| {
        let query = Query { recent, limit: 100, ..Query::parse(text).0 };
        found(&c.search(&query).unwrap()).into_iter().map(str::to_owned).collect()
    };
    (ids(None), ids(Some(TODAY)))
}

/// Records that have nothing to do with it, so that words are not in all of them.
fn others() -> Vec<Entry> {
    let one = |n: usize| {
        let (id, date) = (format!("other-{n}"), format!("20{:02}-05-06", 10 + n));
        entry(
            &id,
            Some(&format!("渝环函〔2024〕{n}号")),
            "大气监测月报",
            &date,
            "本月空气质量良好。",
        )
    };
    (0..12).map(one).collect()
}

#[test]
fn a_number_stays_first_however_new_and_many_those_are_that_cite_it() {
    let number = "渝环督办〔2018〕16号";
    let mut all = others();
    all.push(entry("itself", Some(number), "通知", "2018-03-01", "正文。"));
    for n in 0..15 {
        let title = format!("关于落实{number}的报告");
        let body = format!("按照{number}要求，{number}所列任务已完成。{number}。");
        let own = format!("渝环督办〔2026〕{}号", 16 + n);
        all.push(entry(&format!("citing-{n:02}"), Some(&own), &title, "2026-11-20", &body));
    }
    for typed in
        [number, "渝环督办2018 16", "渝环督办2018年第16号", "渝环督办[2018]16号 任务 或 正文"]
    {
        let (plain, recent) = orders(&all, typed);
        assert_eq!((plain[0].as_str(), recent[0].as_str()), ("itself", "itself"), "{typed}");
        assert!(recent.len() > 10, "{typed}");
    }
}

#[test]
fn the_newer_of_two_that_answer_alike_comes_first() {
    let mut all = others();
    all.push(entry(
        "old",
        None,
        "污水管网整改报告",
        "2019-06-01",
        "污水管网，污水管网，污水管网已修复。",
    ));
    all.push(entry(
        "new",
        None,
        "污水管网整改报告",
        "2026-06-01",
        "污水管网已修复，污水管网通水。",
    ));
    let (plain, recent) = orders(&all, "污水管网");
    assert_eq!(plain, ["old", "new"]);
    assert_eq!(recent, ["new", "old"]);
}

#[test]
fn an_old_record_about_it_comes_before_a_new_one_that_mentions_it() {
    let mut all = others();
    all.push(entry(
        "about",
        None,
        "箐口沟建筑垃圾清运方案",
        "2016-01-01",
        "箐口沟建筑垃圾的清运安排。",
    ));
    for n in 0..3 {
        let body =
            format!("第{n}项工作之一为箐口沟，详见另文。") + &"其他工作照常推进。".repeat(20);
        all.push(entry(&format!("mention-{n}"), None, "工作月报", "2026-11-01", &body));
    }
    let (plain, recent) = orders(&all, "箐口沟");
    assert_eq!((plain[0].as_str(), recent[0].as_str()), ("about", "about"));
    assert_eq!(recent.len(), 4);
}

#[test]
fn what_has_no_date_or_one_to_come_is_neither_lost_nor_lifted() {
    let mut all = others();
    for (id, date) in [
        ("none", "不详"),
        ("past", "2012-01-01"),
        ("today", "2026-11-24"),
        ("coming", "2027-01-01"),
    ] {
        all.push(entry(id, None, "河长巡河记录", date, "巡河记录一份。"));
    }
    let (_, recent) = orders(&all, "巡河记录");
    assert_eq!(recent, ["coming", "today", "past", "none"]);
    let (_dir, c) = catalog(&all);
    let by_date = Query { sort: Sort::Date, recent: Some(TODAY), ..Query::parse("巡河记录").0 };
    assert_eq!(found(&c.search(&by_date).unwrap()), ["coming", "today", "past", "none"]);
}
