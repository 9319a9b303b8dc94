//! Searching from the command line: lists, pages, order, likeness, explanation, groups, and who may see what.

use std::collections::{BTreeMap, BTreeSet};

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;

use crate::support::desk::{Answer, Desk};
use crate::support::shared::routine;

/// A desk with the archive of the routine example.
fn desk() -> Desk {
    let desk = Desk::new();
    crate::support::desk::copy_folder(&routine().desk.at("out/archive"), &desk.at("库"));
    desk
}

fn search(desk: &Desk, args: &[&str]) -> Answer {
    desk.run(&[&["search", "--archive", "库", "--json"], args].concat())
}

fn records(answer: &Answer) -> Vec<String> {
    let hits = answer.of_type("hit");
    hits.iter().map(|h| h["record"].as_str().unwrap().to_owned()).collect()
}

fn text(hit: &Value, name: &str) -> String {
    hit[name].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_list_holds_everything_found_whatever_is_shown() {
    let desk = desk();
    let answer = search(&desk, &["整改", "--limit", "3", "--xlsx", "清单.xlsx"]).expect(0);
    let summary = &answer.of_type("summary")[0];
    assert_eq!(records(&answer).len(), 3);
    assert!(summary["total"].as_u64().unwrap() > 20, "{summary}");
    assert_eq!(summary["listed"], summary["total"]);
    let mut book: Xlsx<_> = open_workbook(desk.at("清单.xlsx")).unwrap();
    let sheet = book.worksheet_range("检索结果清单").unwrap();
    let rows: Vec<&[Data]> = sheet.rows().collect();
    assert!(rows[1].iter().any(|c| c.to_string().contains("检索式：整改")), "{:?}", rows[1]);
    let heads: Vec<String> = rows[2].iter().map(ToString::to_string).collect();
    assert_eq!(
        heads,
        [
            "序号",
            "档号",
            "文号",
            "题名",
            "责任者",
            "日期",
            "文种",
            "密级",
            "案件",
            "所在",
            "摘录",
            "接收号"
        ]
    );
    let all = search(&desk, &["整改", "--limit", "1000"]).of_type("hit");
    assert_eq!(rows.len() - 3, all.len());
    for (row, hit) in rows[3..].iter().zip(&all) {
        assert_eq!(row[0], Data::Float(hit["rank"].as_f64().unwrap()));
        for (at, name) in [
            (1, "archival_code"),
            (2, "document_number"),
            (3, "title"),
            (6, "genre"),
            (10, "snippet"),
        ] {
            assert_eq!(row[at].to_string(), text(hit, name), "{name}");
        }
        // Days are days, so that they can be sorted and counted with.
        let Data::DateTime(day) = &row[5] else { panic!("{:?}", row[5]) };
        let (year, month, day, ..) = day.to_ymd_hms_milli();
        assert_eq!(format!("{year:04}-{month:02}-{day:02}"), text(hit, "date"));
    }
    let refused = desk.run(&["search", "整改", "--archive", "库", "--xlsx", "清单.csv"]).expect(2);
    assert!(refused.stderr.contains(".xlsx"), "{}", refused.stderr);
    assert!(!desk.at("清单.csv").exists());
}

#[test]
fn pages_neither_overlap_nor_miss() {
    let desk = desk();
    for order in [&["--sort", "relevance"][..], &["--sort", "date"], &["--recent"], &["--by-case"]]
    {
        let ask = |more: &[&str]| search(&desk, &[&["整改 或 督察"], order, more].concat());
        let whole = records(&ask(&["--limit", "1000"]));
        let mut paged = Vec::new();
        for offset in (0..whole.len() + 7).step_by(7) {
            let page = ask(&["--limit", "7", "--offset", &offset.to_string()]);
            let ranks: Vec<u64> =
                page.of_type("hit").iter().map(|h| h["rank"].as_u64().unwrap()).collect();
            assert!(ranks.iter().zip(offset as u64 + 1..).all(|(a, b)| *a == b), "{ranks:?}");
            paged.extend(records(&page));
        }
        assert_eq!(paged, whole, "{order:?}");
        assert_eq!(paged.iter().collect::<BTreeSet<_>>().len(), whole.len());
        assert!(whole.len() > 60 || order == ["--by-case"], "{}", whole.len());
    }
}

#[test]
fn hits_in_a_document_are_found_on_their_page() {
    let desk = desk();
    let plain = search(&desk, &["正文：箐口沟", "--limit", "100"]).of_type("hit");
    assert!(plain.iter().any(|h| h["page"].is_null()), "{plain:?}");
    let paged = search(&desk, &["正文：箐口沟", "--limit", "100", "--pages"]).of_type("hit");
    assert_eq!(paged.len(), plain.len());
    for hit in paged.iter().filter(|h| !h["page"].is_null()) {
        assert_eq!(text(hit, "place"), format!("第{}页", hit["page"]));
    }
    // As the printed papers have it.
    for (title, page) in [
        ("澄溪区生态环境保护例行督察报告", 4),
        ("关于4起生态环境保护督察典型案例的通报", 2),
        ("关于移送箐口沟生态环境损害赔偿线索的函", 1),
    ] {
        let hit = paged.iter().find(|h| h["title"] == title).unwrap();
        assert_eq!(hit["page"], page, "{title}");
    }
}

#[test]
fn newer_ones_come_first_among_equals_and_a_number_stays_first() {
    let desk = desk();
    let first = |args: &[&str]| text(&search(&desk, args).of_type("hit")[0], "document_number");
    let number = "渝环督办〔2025〕16号";
    assert_eq!(first(&[number]), number);
    assert_eq!(first(&[number, "--recent"]), number);
    let mean = |args: &[&str]| {
        let hits = search(&desk, args).of_type("hit");
        let years: Vec<f64> =
            hits.iter().map(|h| text(h, "date")[..4].parse::<f64>().unwrap()).collect();
        years.iter().sum::<f64>() / years.len() as f64
    };
    assert!(mean(&["整改", "--recent"]) > mean(&["整改"]));
}

#[test]
fn like_documents_are_found_by_code_number_and_key() {
    let desk = desk();
    let one = search(&desk, &["文号：渝环督三组函〔2025〕3号"]).of_type("hit").remove(0);
    let key = format!("{}/{}", text(&one, "bundle"), text(&one, "record"));
    let mut answers = BTreeMap::new();
    for code in [&text(&one, "archival_code"), &text(&one, "document_number"), &key] {
        let like = search(&desk, &["--similar", code]).expect(0).of_type("hit");
        assert!(like.iter().all(|h| h["record"] != one["record"]), "{code}");
        // It hands complaints over; so do the other four.
        let titles: Vec<String> = like.iter().take(4).map(|h| text(h, "title")).collect();
        assert!(titles.iter().all(|t| t.contains("群众信访举报件的函")), "{titles:?}");
        answers.insert(like.iter().map(|h| text(h, "record")).collect::<Vec<_>>(), code.clone());
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    let none = search(&desk, &["--similar", "没有这个档号"]).expect(2);
    assert!(none.stderr.contains("没有（或无权查阅）"), "{}", none.stderr);
}

#[test]
fn how_a_question_is_read_is_told_with_counts_that_hold() {
    let desk = desk();
    let answer = search(&desk, &["污水管网 -通知 文种：报告", "--explain"]);
    let lines: Vec<String> = answer.of_type("explain").iter().map(|l| text(l, "text")).collect();
    let told = lines.join("\n");
    for part in ["须有：", "不得有：", "「污水管网」", "「通知」", "整个是「报告」", "相关度"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    let line = lines.iter().find(|l| l.contains("「污水管网」")).unwrap();
    let total = search(&desk, &["污水管网"]).of_type("summary")[0]["total"].clone();
    assert!(line.ends_with(&format!("，{total} 件")), "{line} {total}");
}

#[test]
fn a_case_is_given_once_with_how_many_it_has() {
    let desk = desk();
    let special = crate::support::shared::special();
    desk.run(&["receive", special.bundle().to_str().unwrap(), "--archive", "库"]).expect(0);
    let flat = search(&desk, &["整改", "--limit", "1000"]);
    let grouped = search(&desk, &["整改", "--by-case"]);
    let mut of: BTreeMap<String, u64> = BTreeMap::new();
    for hit in flat.of_type("hit") {
        *of.entry(text(&hit, "case_id")).or_default() += 1;
    }
    let hits = grouped.of_type("hit");
    let told: BTreeMap<String, u64> =
        hits.iter().map(|h| (text(h, "case_id"), h["of_case"].as_u64().unwrap())).collect();
    assert_eq!((hits.len(), told), (2, of));
    assert_eq!(grouped.of_type("summary")[0]["cases"], 2);
    // The best of each, the best case first.
    assert_eq!(records(&grouped)[0], records(&flat)[0]);
}

#[test]
fn who_may_see_less_is_answered_as_if_there_were_no_more() {
    let desk = desk();
    std::fs::write(desk.at("库/access.toml"), "default = \"内部\"\n[roles]\n\"公众\" = \"公开\"\n")
        .unwrap();
    let args = ["整改", "--facets", "--limit", "1000", "--explain"];
    let public = search(&desk, &[&args[..], &["--role", "公众"]].concat());
    let hits = public.of_type("hit");
    assert!(!hits.is_empty() && hits.iter().all(|h| h["secrecy"] == "公开"));
    let inside = search(&desk, &args).of_type("hit");
    assert!(inside.len() > hits.len() && inside.iter().any(|h| h["secrecy"] == "内部"));
    let counted: u64 = public
        .of_type("facet")
        .iter()
        .filter(|f| f["field"] == "文种")
        .map(|f| f["count"].as_u64().unwrap())
        .sum();
    assert_eq!(counted, hits.len() as u64);
    search(&desk, &["整改", "--role", "旁人"]).expect(2);
}
