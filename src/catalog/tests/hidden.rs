//! What may not be seen leaves no trace: whoever may see a part of the archive gets, to the last sign, the answers of an
//! archive that holds nothing but that part.

use proptest::prelude::*;

use super::corpus::{Chance, corpus};
use super::{Catalog, Entry, Query, Secrecy, Sort, TextPart, entry};
use crate::catalog::Role;

const LEVELS: [Secrecy; 5] = [
    Secrecy::Public,
    Secrecy::Internal,
    Secrecy::Confidential,
    Secrecy::Secret,
    Secrecy::TopSecret,
];

/// An index that took `entries` in, so many at a time.
fn taken_in(entries: &[Entry], at_a_time: usize) -> (tempfile::TempDir, Catalog) {
    let dir = tempfile::tempdir().unwrap();
    let mut c = Catalog::open(dir.path()).unwrap();
    c.add(&[], "0").unwrap();
    for batch in entries.chunks(at_a_time.max(1)) {
        c.add(batch, "1").unwrap();
    }
    (dir, c)
}

/// Everything an answer says, and its explanation; `similar` to one record if asked.
fn said(c: &Catalog, query: &Query, similar: Option<&str>) -> String {
    let hits = match similar {
        Some(code) => format!("{:#?}", c.similar(code, query).unwrap()),
        None => format!("{:#?}", c.search(query).unwrap()),
    };
    format!("{hits}\n{:#?}", c.explain(query).unwrap())
}

/// The ways in which one question can be asked by whoever may see up to `most`.
fn ways(text: &str, most: Secrecy) -> Vec<Query> {
    let (parsed, _) = Query::parse_on(text, Some(20_260_115));
    let plain = Query { max_secrecy: Some(most), near: 5, facets: true, limit: 7, ..parsed };
    vec![
        Query { by_case: true, ..plain.clone() },
        Query { offset: 2, limit: 3, recent: Some(20_260_115), ..plain.clone() },
        Query { sort: Sort::Date, ..plain.clone() },
        plain,
    ]
}

const WORDS: &[&str] = &[
    "污水管网",
    "整改",
    "督察",
    "督查",
    "钟屿舟",
    "宗元朗",
    "2025年3月",
    "16号",
    "渝环督办〔2025〕16号",
    "第5批",
    "1126处",
    "PM2.5",
    "销号",
    "反馈意见",
    "鹤溪镇柳荫沟",
    "。",
    "，",
    "\n",
];

fn words(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 1..most).prop_map(|words| words.concat())
}

fn some_entry() -> impl Strategy<Value = Entry> {
    let text = (words(6), words(40), words(8));
    let data = (0usize..5, 1usize..30, 0usize..3, 2015u32..2027, 1u32..13, any::<bool>());
    (text, data).prop_map(
        |((title, body, attached), (level, number, case, year, month, signed))| {
            let number = (number % 3 > 0).then(|| format!("渝环督办〔2025〕{number}号"));
            let date = format!("{year}-{month:02}-15");
            let mut e = entry("x", number.as_deref(), &title, &date, &body);
            e.texts.push(TextPart {
                role: Role::Attachment,
                name: "附.txt".into(),
                text: attached,
                places: vec![],
            });
            let m = &mut e.metadata;
            m.secrecy = LEVELS[level];
            (m.case_id, m.case_title) = (format!("case-{case}"), format!("第{case}案"));
            m.signer = signed.then(|| ["钟屿舟", "宗元朗", "蒲望川"][case].to_owned());
            m.districts = vec![["澄溪区", "白鹤县", "龙滩区"][case].to_owned()];
            m.responsible =
                ["督察办", "澄溪区人民政府、鹤溪镇", "龙滩区水利局"][level % 3].to_owned();
            e
        },
    )
}

fn numbered(mut entries: Vec<Entry>) -> Vec<Entry> {
    for (n, e) in entries.iter_mut().enumerate() {
        e.metadata.id = format!("r{:02}", n * 7 % 31);
        e.metadata.archival_code = format!("X001-WS·2025-Y-DCB-{n:04}");
    }
    entries
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hidden_records_leave_no_trace(
        entries in prop::collection::vec(some_entry(), 2..24).prop_map(numbered),
        asked in prop::collection::vec((words(3), words(3), 0usize..6), 4),
        most in prop::sample::select(&LEVELS[..4]),
        batches in (1usize..9, 1usize..9),
    ) {
        let open: Vec<Entry> =
            entries.iter().filter(|e| e.metadata.secrecy <= most).cloned().collect();
        let (_a, all) = taken_in(&entries, batches.0);
        let (_b, part) = taken_in(&open, batches.1);
        for (one, other, how) in &asked {
            let text = match how {
                0 => format!("{one} {other}"),
                1 => format!("{one} 或 {other} -销号"),
                2 => format!("“{one}”"),
                3 => "zyz 人名：zhongyuzhou".to_owned(),
                4 => format!("题名：{one}"),
                _ => one.chars().rev().collect(),
            };
            for query in ways(&text, most) {
                prop_assert_eq!(said(&all, &query, None), said(&part, &query, None), "{}", &text);
            }
        }
        for e in entries.iter().take(6) {
            let query = ways("", most).pop().unwrap();
            for code in [&e.key(), &e.metadata.archival_code] {
                prop_assert_eq!(said(&all, &query, Some(code)), said(&part, &query, Some(code)));
            }
        }
    }
}

#[test]
fn the_examples_with_hidden_documents_answer_like_the_rest_alone() {
    let mut entries = corpus();
    let mut chance = Chance(20_261_127);
    for e in &mut entries {
        e.metadata.secrecy = LEVELS[chance.below(4)];
        let names = ["钟屿舟", "宗元朗", "蒲望川", "华亭岳"];
        e.metadata.signer = Some(names[chance.below(4)].to_owned());
        e.metadata.case_title.push_str(e.metadata.secrecy.name());
    }
    let most = Secrecy::Internal;
    let open: Vec<Entry> = entries.iter().filter(|e| e.metadata.secrecy <= most).cloned().collect();
    assert!(open.len() > 40 && open.len() + 40 < entries.len());
    let (_a, all) = taken_in(&entries, 17);
    let (_b, part) = taken_in(&open, 200);
    let questions = include_str!("../../../tests/search/questions.txt").lines();
    let questions = questions.chain(include_str!("../../../tests/search/blind.txt").lines());
    let typed = questions.filter(|l| !l.starts_with('#')).filter_map(|l| l.split('|').next());
    for text in typed.chain(["的", "督察 -整改", "hsy", "2025年3月", "濛水河污染整改销号情况"])
    {
        for query in ways(text, most) {
            assert_eq!(said(&all, &query, None), said(&part, &query, None), "{text}");
        }
    }
    let query = ways("", most).pop().unwrap();
    for e in entries.iter().step_by(5) {
        assert_eq!(said(&all, &query, Some(&e.key())), said(&part, &query, Some(&e.key())));
    }
}
