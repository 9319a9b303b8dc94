//! What clerks rely on: nothing is missed, nothing is made up, marks are where the words are.

// Tests damage files on purpose.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::fs;

use proptest::prelude::*;

use super::fold::fold;
mod answers;
mod beside;
mod conformance;
mod corpus;
mod hidden;
mod kill;
mod marks;
mod measure;
mod nearness;
mod plain;
mod ranking;
mod recall;
mod recency;

use super::{Catalog, Entry, Hits, Query, Role, Sort, TextPart};
use crate::diag::Failure;
use crate::record::Metadata;
use crate::vocab::retention::Retention;
use crate::vocab::secrecy::Secrecy;

fn entry(id: &str, number: Option<&str>, title: &str, date: &str, body: &str) -> Entry {
    Entry {
        metadata: Metadata {
            id: id.to_owned(),
            archival_code: format!("X001-WS·2025-Y-DCB-{:0>4}", id.len()),
            title: title.to_owned(),
            responsible: "某市督察办".to_owned(),
            document_number: number.map(str::to_owned),
            date: date.to_owned(),
            secrecy: Secrecy::Internal,
            retention: Retention::Years30,
            kind: "D28".to_owned(),
            genre: "通知".to_owned(),
            pages: 2,
            recipients: vec!["甲区人民政府".to_owned()],
            copies: vec![],
            signer: None,
            openness: None,
            case_id: "case-1".to_owned(),
            case_title: "例行检查一案".to_owned(),
            stage: Some("整改阶段".to_owned()),
            districts: vec!["甲区".to_owned()],
            note: None,
            layout: None,
            provenance: None,
        },
        bundle: "b1".to_owned(),
        accession: "acc-1".to_owned(),
        texts: vec![TextPart {
            role: Role::Main,
            name: "正文.pdf".to_owned(),
            text: body.to_owned(),
            places: vec![],
        }],
    }
}

fn sample() -> Vec<Entry> {
    let mut with_attachment = entry(
        "doc-4",
        None,
        "关于大气的报告",
        "2024-12-31",
        "本次督查发现三个问题。ＰＭ２．５ 年均浓度为35.5㎍／m³，较上年下降。",
    );
    with_attachment.metadata.genre = "报告".to_owned();
    with_attachment.texts.push(TextPart {
        role: Role::Attachment,
        name: "清单.xlsx".to_owned(),
        text: "污水处理厂 名单：\n第一污水处理厂".to_owned(),
        places: vec![],
    });
    vec![
        entry(
            "doc-1",
            Some("渝环督办〔2025〕16号"),
            "关于交办整改任务的通知",
            "2025-03-04",
            "现将督察整改任务交办给你们。\n请于2025年6月底前完成！水污染防治须按期答复。",
        ),
        entry(
            "doc-2",
            Some("渝环督办〔2025〕160号"),
            "关于催办的通知",
            "2025-06-30",
            "重慶市生態環境保護督察工作領導小組，請認真貫徹執行，並瞭解、答覆。",
        ),
        entry(
            "doc-3",
            Some("渝环函〔2024〕3号"),
            "关于销号的通知",
            "2024-05-06",
            "渝环督办〔2025〕16、17号均已办结。座标见附图。",
        ),
        with_attachment,
    ]
}

fn catalog(entries: &[Entry]) -> (tempfile::TempDir, Catalog) {
    let dir = tempfile::tempdir().unwrap();
    let mut catalog = Catalog::open(dir.path()).unwrap();
    catalog.add(entries, "1").unwrap();
    (dir, catalog)
}

fn found(hits: &Hits) -> Vec<&str> {
    hits.hits.iter().map(|h| h.record.as_str()).collect()
}

fn ask(catalog: &Catalog, text: &str) -> Vec<String> {
    let hits = catalog.search(&Query::parse(text).0).unwrap();
    assert_eq!(hits.total, hits.hits.len());
    hits.hits.into_iter().map(|h| h.record).collect()
}

#[test]
fn document_numbers_however_written() {
    let (_dir, c) = catalog(&sample());
    for typed in [
        "渝环督办〔2025〕16号",
        "渝环督办[2025]16号",
        "渝環督辦（２０２５）１６號",
        "渝环督办〔 2025 〕 16 号",
        "渝环督办2025 16号",
        "渝环督办2025年第16号",
        "文号：渝环督办2025年16号",
        "“渝环督办〔2025〕16号”",
    ] {
        assert_eq!(ask(&c, typed), ["doc-1"], "{typed}");
    }
    // Without 号: the number itself first, then where more than one is cited, and numbers it begins.
    assert_eq!(ask(&c, "渝环督办2025 16")[0], "doc-1");
    let hits = c.search(&Query::parse("渝环督办2025 16").0).unwrap();
    assert_eq!(
        found(&hits).into_iter().collect::<BTreeSet<_>>(),
        ["doc-1", "doc-2", "doc-3"].into()
    );
    // A phrase is found as it stands and in any cut.
    assert_eq!(ask(&c, "督办〔2025〕16"), ["doc-2", "doc-1", "doc-3"]);
    assert_eq!(ask(&c, "〕3"), ["doc-3"]);
}

#[test]
fn traditional_and_simplified_find_each_other() {
    let (_dir, c) = catalog(&sample());
    for typed in
        ["贯彻执行", "貫徹執行", "“重庆市生态环境保护督察工作领导小组”", "了解", "“并瞭解、答复。”"]
    {
        assert_eq!(ask(&c, typed), ["doc-2"], "{typed}");
    }
    assert_eq!(ask(&c, "答覆").len(), 2);
    assert_eq!(ask(&c, "坐标"), ["doc-3"]);
    assert_eq!(ask(&c, "pm2.5"), ["doc-4"]);
    assert_eq!(ask(&c, "35.5μg/m3"), ["doc-4"]);
}

#[test]
fn the_form_asked_for_comes_first() {
    let mut entries = sample();
    for e in &mut entries {
        e.metadata.responsible = "某局".to_owned();
    }
    let (_dir, c) = catalog(&entries);
    let hits = c.search(&Query::parse("督查").0).unwrap();
    assert_eq!(found(&hits)[0], "doc-4");
    assert_eq!(hits.total, 3);
    assert!(hits.notes.iter().any(|n| n.message.contains("2 件")));
    assert!(hits.hits.windows(2).all(|w| w[0].score >= w[1].score));
    let hits = c.search(&Query::parse("督察").0).unwrap();
    assert_eq!(found(&hits).last(), Some(&"doc-4"));
    assert_eq!(hits.total, 3);
    assert_eq!(ask(&c, "“督查”"), ["doc-4"]);
    assert_eq!(ask(&c, "督察 -督查").len(), 2);
}

#[test]
fn words_alternatives_exclusions_fields_and_dates() {
    let (_dir, c) = catalog(&sample());
    assert_eq!(ask(&c, "整改 答复"), ["doc-1"]);
    assert!(ask(&c, "“整改 答复”").is_empty());
    assert_eq!(ask(&c, "销号 或 催办").len(), 2);
    assert_eq!(ask(&c, "通知 -催办 -销号"), ["doc-1"]);
    assert_eq!(ask(&c, "-通知"), ["doc-4"]);
    assert_eq!(ask(&c, "文种：报告"), ["doc-4"]);
    assert!(ask(&c, "文种：报").is_empty());
    assert_eq!(ask(&c, "題名:大氣"), ["doc-4"]);
    assert_eq!(ask(&c, "年度：2025").len(), 4);
    assert_eq!(ask(&c, "保管期限：30").len(), 4);
    assert_eq!(ask(&c, "单位：甲区").len(), 4);
    assert_eq!(ask(&c, "案件：case-1").len(), 4);
    assert!(ask(&c, "密级：公开").is_empty());
    assert_eq!(ask(&c, "附件：第一污水"), ["doc-4"]);
    assert_eq!(ask(&c, "2025-03..2025-06"), ["doc-2", "doc-1"]);
    assert_eq!(ask(&c, "日期：2025年3月"), ["doc-1"]);
    assert_eq!(
        ask(&c, "2025年6月").into_iter().collect::<BTreeSet<_>>(),
        ["doc-1".to_owned(), "doc-2".to_owned()].into()
    );
    assert_eq!(ask(&c, "“2025年6月”"), ["doc-1"]);
    let narrowed = Query {
        from: Some("2024".into()),
        to: Some("2024-06".into()),
        fields: vec![("文种".into(), "通知".into())],
        ..Query::default()
    };
    assert_eq!(found(&c.search(&narrowed).unwrap()), ["doc-3"]);
    let by_number = Query {
        fields: vec![("文号".into(), "渝环督办2025 16号".into())],
        ..Query::default()
    };
    assert_eq!(found(&c.search(&by_number).unwrap()), ["doc-1"]);
    let nothing = c.search(&Query::parse(" ").0).unwrap();
    assert_eq!((nothing.total, nothing.notes.len()), (0, 1));
    for (from, name) in [(Some("昨天"), "文种"), (None, "没有的项")] {
        let bad = Query {
            from: from.map(str::to_owned),
            fields: vec![(name.into(), "x".into())],
            ..Query::default()
        };
        assert!(matches!(c.search(&bad), Err(Failure::Usage(_))));
    }
}

#[test]
fn order_is_stable_and_pages_fit_together() {
    let entries: Vec<Entry> = (0..30)
        .map(|n| {
            entry(
                &format!("doc-{n:02}"),
                None,
                "同一题名",
                &format!("2025-01-{:02}", n / 2 + 1),
                "同文",
            )
        })
        .collect();
    let (_dir, c) = catalog(&entries);
    let mut all = Query::parse("同文").0;
    all.limit = 100;
    let whole = c.search(&all).unwrap();
    let ids = found(&whole);
    assert_eq!(&ids[..4], ["doc-28", "doc-29", "doc-26", "doc-27"]);
    for sort in [Sort::Relevance, Sort::Date] {
        let mut paged = Vec::new();
        for offset in (0..35).step_by(7) {
            let page = Query { limit: 7, offset, sort, ..Query::parse("同文").0 };
            let hits = c.search(&page).unwrap();
            assert_eq!(hits.total, 30);
            paged.extend(hits.hits.into_iter().map(|h| (h.rank, h.record)));
        }
        let expected: Vec<_> =
            ids.iter().enumerate().map(|(n, id)| (n + 1, (*id).to_owned())).collect();
        assert_eq!(paged, expected);
    }
}

#[test]
fn number_before_title_before_body_before_attachment() {
    let phrase = "渝环发";
    let mut in_attachment = entry("d", None, "无关", "2025-01-01", "无关");
    in_attachment.texts.push(TextPart {
        role: Role::Attachment,
        name: "a".into(),
        text: phrase.into(),
        places: vec![],
    });
    let (_dir, c) = catalog(&[
        in_attachment,
        entry("c", None, "无关", "2025-01-01", phrase),
        entry("b", None, phrase, "2025-01-01", "无关"),
        entry("a", Some(phrase), "无关", "2025-01-01", "无关"),
    ]);
    let hits = c.search(&Query::parse(phrase).0).unwrap();
    assert_eq!(found(&hits), ["a", "b", "c", "d"]);
    let fields: Vec<_> = hits.hits.iter().map(|h| (h.field, h.file.as_deref())).collect();
    assert_eq!(
        fields,
        [("文号", None), ("题名", None), ("正文", Some("正文.pdf")), ("附件", Some("a"))]
    );
}

#[test]
fn replaced_records_are_gone_and_rebuilding_changes_no_answer() {
    let dir = tempfile::tempdir().unwrap();
    let mut c = Catalog::open(dir.path()).unwrap();
    assert!(c.needs_rebuild());
    let mut old = sample();
    old[0].texts[0].text = "独一无二的旧文字".to_owned();
    for (n, e) in old.iter().enumerate() {
        c.add(std::slice::from_ref(e), &n.to_string()).unwrap();
    }
    assert!(!c.needs_rebuild());
    assert_eq!(ask(&c, "独一无二"), ["doc-1"]);
    // Twice in one batch: the last one counts.
    c.add(&[old[0].clone(), sample()[0].clone()], "5").unwrap();
    assert_eq!(c.watermark().unwrap().as_deref(), Some("5"));
    assert!(ask(&c, "独一无二").is_empty());
    assert!(c.reader.searcher().segment_readers().iter().all(|s| s.num_deleted_docs() == 0));
    let queries = ["督察", "通知", "渝环督办2025 16", "整改 或 大气", "污", "2025年6月", "-催办"];
    let before: Vec<_> = queries.iter().map(|q| ask(&c, q)).collect();
    c.rebuild(sample().into_iter().map(Ok), "6").unwrap();
    let after: Vec<_> = queries.iter().map(|q| ask(&c, q)).collect();
    assert_eq!(before, after);
    drop(c);
    let c = Catalog::open(dir.path()).unwrap();
    assert_eq!(c.watermark().unwrap().as_deref(), Some("6"));
    assert_eq!(queries.iter().map(|q| ask(&c, q)).collect::<Vec<_>>(), after);
}

#[test]
fn same_records_same_scores() {
    let (_a, one) = catalog(&sample());
    let (_b, two) = catalog(&sample());
    for q in ["督察", "通知 整改", "渝环"] {
        let q = Query::parse(q).0;
        assert_eq!(one.search(&q).unwrap().hits, two.search(&q).unwrap().hits);
    }
}

#[test]
fn readers_go_on_beside_a_writer_and_writers_wait_their_turn() {
    let (dir, mut writer) = catalog(&sample()[..1]);
    let reader = Catalog::open(dir.path()).unwrap();
    assert_eq!(ask(&reader, "通知").len(), 1);
    writer.add(&sample(), "2").unwrap();
    assert_eq!(ask(&reader, "通知").len(), 3);
    let held: tantivy::IndexWriter = writer.index.writer_with_num_threads(1, 20_000_000).unwrap();
    let mut second = Catalog::open(dir.path()).unwrap();
    assert!(matches!(second.add(&sample(), "3"), Err(Failure::Locked(_))));
    assert_eq!(ask(&second, "通知").len(), 3);
    drop(held);
    second.add(&sample(), "3").unwrap();
}

#[test]
fn damage_leads_to_rebuilding_never_to_panic() {
    let (dir, c) = catalog(&sample());
    drop(c);
    let folder = dir.path().join("index");
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    names.retain(|p| fs::metadata(p).unwrap().len() > 0);
    assert!(names.len() > 3);
    for broken in 0..names.len() * 3 {
        let path = {
            let mut now: Vec<_> =
                fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
            now.sort();
            now.retain(|p| fs::metadata(p).unwrap().len() > 0);
            now[broken / 3 % now.len()].clone()
        };
        let mut bytes = fs::read(&path).unwrap();
        match broken % 3 {
            0 => bytes.truncate(bytes.len() / 2),
            1 => bytes.clear(),
            _ => {
                let at = bytes.len() / 2;
                bytes[at] ^= 0x55;
            }
        }
        fs::write(&path, bytes).unwrap();
        let mut c = Catalog::open(dir.path()).unwrap();
        // A list of files that names another one harms nothing.
        if !path.to_string_lossy().contains("managed") {
            assert!(c.needs_rebuild(), "{path:?}");
        }
        c.rebuild(sample().into_iter().map(Ok), "1").unwrap();
        assert!(!c.needs_rebuild());
        assert_eq!(ask(&c, "催办"), ["doc-2"]);
    }
    fs::write(dir.path().join("VERSION"), "other").unwrap();
    assert!(Catalog::open(dir.path()).unwrap().needs_rebuild());
}

#[test]
fn snippets_are_cut_at_sentences_and_marked_exactly() {
    let long = "某".repeat(300);
    let body = format!("第一句。{long}第二句在此。水 污\n染防治须按期答复；{long}。终");
    let (_dir, c) = catalog(&[entry("a", None, "题", "2025-01-01", &body)]);
    let hit = |q: &str| c.search(&Query::parse(q).0).unwrap().hits.remove(0);
    let h = hit("水污染防治");
    assert_eq!(h.snippet, "水 污 染防治须按期答复；");
    assert_eq!(h.highlights, [(0, 7)]);
    assert_eq!((h.field, h.file.as_deref()), ("正文", Some("正文.pdf")));
    let h = hit("第二句 答复");
    assert!(h.snippet.starts_with('…') && h.snippet.ends_with('；'), "{}", h.snippet);
    assert_eq!(h.highlights.len(), 2);
    let h = hit(&format!("“{}”", "某".repeat(200)));
    assert!(h.highlights.iter().all(|(s, e)| e - s >= 200), "{:?}", h.highlights);
    assert_eq!(hit("文种：通知").field, "文种");
    assert_eq!(hit("日期：2025").snippet.chars().next(), Some('第'));
}

#[test]
fn no_query_fails() {
    let (_dir, c) = catalog(&sample());
    for text in [
        "(",
        ")",
        "[2025",
        "a:b:c",
        "文号：",
        "文号:文号:文号:",
        "-",
        "--",
        "-\"",
        "\"",
        "“",
        "””",
        "或 或",
        "- 或 -",
        "*",
        "?",
        "AND OR NOT",
        "+-&&||!(){}[]^\"~*?:\\/",
        "\0\u{2}\u{3}",
        "日期：..",
        "..",
        "2025..2024",
        "\u{fe0f}",
        "文号：\u{fe0f}",
        "渝环督办9999 9999",
        "督察督查",
        "\u{10ffff}",
        "题名：-x",
        "文种：“",
    ] {
        c.search(&Query::parse(text).0).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        c.search(&Query::phrase(text)).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    }
    let long = "长".repeat(5000);
    c.search(&Query::parse(&long).0).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// All, any and none of several words: the same as asking each alone and putting the answers together.
    #[test]
    fn combinations_are_what_they_say(
        bodies in prop::collection::vec(prop::collection::vec(prop::sample::select(vec!['水', '气', '土', '渣', 'a', '1']), 0..12), 1..12),
        words in prop::collection::vec(prop::collection::vec(prop::sample::select(vec!['水', '气', '土', 'a', '1']), 1..4), 5),
    ) {
        let bodies: Vec<String> = bodies.into_iter().map(|b| b.into_iter().collect()).collect();
        let words: Vec<String> = words.into_iter().map(|w| w.into_iter().collect()).collect();
        let entries: Vec<Entry> = bodies.iter().enumerate().map(|(n, body)| {
            let mut e = entry(&format!("r{n:02}"), None, "题", "2025-01-01", body);
            e.metadata.archival_code = String::new();
            e
        }).collect();
        let (_dir, c) = catalog(&entries);
        let [a, b, x, d, e] = words.as_slice() else { unreachable!() };
        let query = format!("\"{a}\" \"{b}\" 或 \"{x}\" -\"{d}\" -\"{e}\"");
        let expected: BTreeSet<String> = bodies.iter().enumerate()
            .filter(|(_, t)| t.contains(a) && (t.contains(b) || t.contains(x)) && !t.contains(d) && !t.contains(e))
            .map(|(n, _)| format!("r{n:02}")).collect();
        let got: BTreeSet<String> = ask(&c, &query).into_iter().collect();
        prop_assert_eq!(got, expected, "{}", query);
        let none: BTreeSet<String> = bodies.iter().enumerate()
            .filter(|(_, t)| !t.contains(d)).map(|(n, _)| format!("r{n:02}")).collect();
        prop_assert_eq!(ask(&c, &format!("-\"{d}\"")).into_iter().collect::<BTreeSet<_>>(), none);
    }
}

/// Signs of every sort, few enough that they recur.
fn text() -> impl Strategy<Value = String> {
    let signs: Vec<char> =
        "督察查環环境0125号號〔〕[](（）.．,，。；：:-—\"“” \n\u{3000}aAＡz㎎臺台\u{301}é'*?\\渝的的"
            .chars()
            .collect();
    prop::collection::vec(prop::sample::select(signs), 0..40)
        .prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every stretch of every text is found, nothing else is, and the marks stand on it.
    #[test]
    fn phrases_are_found_exactly(
        texts in prop::collection::vec((text(), text(), text()), 1..8),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1usize..12), 12),
        strange in prop::collection::vec(text(), 3),
    ) {
        let mut entries = Vec::new();
        for (n, (title, body, attached)) in texts.iter().enumerate() {
            let mut e = entry(&format!("r{n}"), None, title, "2025-01-01", body);
            e.texts.push(TextPart { role: Role::Main, name: "续".into(), text: attached.clone(), places: vec![] });
            // Nothing else that could be found.
            e.metadata.archival_code = String::new();
            e.metadata.responsible = String::new();
            e.metadata.genre = String::new();
            e.metadata.recipients = Vec::new();
            e.metadata.districts = Vec::new();
            entries.push(e);
        }
        let (_dir, c) = catalog(&entries);
        let mut phrases: Vec<String> = strange;
        for (which, from, width) in cuts {
            let (title, body, attached) = which.get(&texts);
            for text in [title, body, attached] {
                let chars: Vec<char> = text.chars().collect();
                if !chars.is_empty() {
                    phrases.push(chars.iter().skip(from.index(chars.len())).take(width).collect());
                }
            }
        }
        for phrase in phrases {
            let needle = fold(&phrase);
            let expected: BTreeSet<String> = texts
                .iter()
                .enumerate()
                .filter(|(_, (a, b, c))| {
                    !needle.is_empty() && [a, b, c].into_iter().any(|t| fold(t).contains(&needle))
                })
                .map(|(n, _)| format!("r{n}"))
                .collect();
            let hits = c.search(&Query::phrase(&phrase)).unwrap();
            let got: BTreeSet<String> = hits.hits.iter().map(|h| h.record.clone()).collect();
            prop_assert_eq!(&got, &expected, "{:?}", &phrase);
            for hit in &hits.hits {
                let chars: Vec<char> = hit.snippet.chars().collect();
                prop_assert!(!hit.highlights.is_empty());
                let mut last = 0;
                for &(start, end) in &hit.highlights {
                    prop_assert!(start < end && end <= chars.len() && (start > last || last == 0));
                    let marked: String = chars[start..end].iter().collect();
                    prop_assert!(fold(&marked).contains(&needle), "{:?} {:?}", marked, &phrase);
                    last = end;
                }
            }
            // Read as a query it may mean more, but it never fails.
            prop_assert!(c.search(&Query::parse(&phrase).0).is_ok());
        }
    }
}
