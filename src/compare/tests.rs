//! Comparing: what a person reads of it, that nothing is lost, that it ends.

#![allow(clippy::unwrap_used)]

use proptest::prelude::{prop_assert_eq, proptest};

use super::{Comparison, Kind, compare, page, words};
use crate::document::{
    Align, Block, Body, Cell, Column, Document, Form, Header, Imprint, Info, Mark, Marking,
    Signature, SignatureForm, Table, Title,
};

fn paragraph(text: &str) -> Block {
    Block::Paragraph { text: text.into(), indent: true }
}

fn table(rows: &[[&str; 3]]) -> Block {
    let column = |header: &str| Column { header: header.into(), width: 1.0, align: Align::Left };
    let cell = |text: &&str| Cell(vec![(*text).to_owned()]);
    Block::Table(Table {
        id: "tasks".into(),
        caption: Some("整改任务".into()),
        columns: ["序号", "整改任务", "时限"].map(column).into(),
        rows: rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
    })
}

fn title(text: &str) -> Title {
    Title { text: text.into(), lines: vec![text.into()] }
}

fn document(name: &str, blocks: Vec<Block>) -> Document {
    Document {
        info: Info {
            id: "doc-1".into(),
            title: name.into(),
            author: "某办".into(),
            date: "2026-03-04".into(),
            keywords: Vec::new(),
        },
        form: Form::Document,
        watermark: None,
        header: Some(Header {
            copy_no: None,
            security: None,
            urgency: None,
            mark: Mark { names: vec!["某办".into()], suffix: "文件".into() },
            number: Some("渝环督办〔2026〕1号".into()),
            upward: false,
            signers: Vec::new(),
        }),
        body: Body {
            title: title(name),
            recipients: Some("澄溪区委、区政府：".into()),
            blocks,
            attendance: Vec::new(),
            annex_note: Vec::new(),
            signature: Some(Signature {
                form: SignatureForm::Unsealed,
                names: vec!["某办".into()],
                posts: Vec::new(),
                seals_mm: Vec::new(),
                date: "2026年3月4日".into(),
            }),
            note: None,
        },
        parts: Vec::new(),
        imprint: Some(Imprint {
            copies: Some("市生态环境局。".into()),
            office: "某办".into(),
            date: "2026年3月4日印发".into(),
        }),
        assets: std::collections::BTreeMap::new(),
    }
}

fn before() -> Document {
    document(
        "关于印发整改方案的通知",
        vec![
            paragraph("经市政府同意，现将整改方案印发给你们，请认真组织实施。"),
            paragraph("各责任单位应当在30日内报送整改进展情况，逾期不报的予以通报。"),
            paragraph("原有的联络员制度不再执行。"),
            paragraph("整改任务分工如下："),
            table(&[
                ["1", "完成箐口沟垃圾清运", "2026年6月底"],
                ["2", "建成<渗滤液>处理设施", "2026年9月底"],
                ["3", "拆除违建砂石加工点", "2026年12月底"],
            ]),
        ],
    )
}

/// Six changes: title, a word, a figure, a paragraph gone, one added, a row.
fn after() -> Document {
    document(
        "关于公布整改方案的通知",
        vec![
            paragraph("经市委同意，现将整改方案印发给你们，请认真组织实施。"),
            paragraph("各责任单位应当在60日内报送整改进展情况，逾期不报的予以通报。"),
            paragraph("整改任务分工如下："),
            table(&[
                ["1", "完成箐口沟垃圾清运", "2026年6月底"],
                ["2", "建成<渗滤液>处理设施", "2026年10月底"],
                ["3", "拆除违建砂石加工点", "2026年12月底"],
            ]),
            paragraph("本通知自印发之日起施行。"),
        ],
    )
}

fn told(c: &Comparison) -> String {
    c.changes
        .iter()
        .map(|c| format!("{}：{}\n  {}\n", c.place, c.words(), c.line(&|_, words| words)))
        .collect()
}

#[test]
fn six_changes_read_as_a_person_would_say_them() {
    let c = compare(&before(), &after(), "第1版与现在的数据对照");
    let golden = "\
标题：将“印发”改为“公布”
  关于〔-印发-〕〔+公布+〕整改方案的通知
正文第1段：将“市政府”改为“市委”
  经〔-市政府-〕〔+市委+〕同意，现将整改方案印发给你们，请认真组织实施。
正文第2段：将“30日”改为“60日”
  各责任单位应当在〔-30日-〕〔+60日+〕内报送整改进展情况，逾期不报的予以通报。
原正文第3段：删去“原有的联络员制度不再执行。”
  〔-原有的联络员制度不再执行。-〕
正文第1表第2行第3列（时限）：将“2026年9月底”改为“2026年10月底”
  〔-2026年9月底-〕〔+2026年10月底+〕
正文第4段：增加“本通知自印发之日起施行。”
  〔+本通知自印发之日起施行。+〕
";
    assert_eq!(told(&c), golden);
    if std::env::var_os("ANJUAN_GOLDEN").is_some() {
        std::fs::write("src/compare/tests/six.html", page(&c)).unwrap();
    }
    assert_eq!(page(&c), include_str!("tests/six.html"), "the page as it was looked at");
    let kinds: Vec<Kind> = c.changes.iter().map(|c| c.kind).collect();
    use Kind::{Added, Changed, Removed};
    assert_eq!(kinds, [Changed, Changed, Changed, Removed, Changed, Added]);
}

#[test]
fn the_page_escapes_what_it_shows_and_needs_nothing_else() {
    let mut new = after();
    new.body.note = Some("<script>alert('x')</script>&".into());
    let text = page(&compare(&before(), &new, "<b>甲"));
    assert!(text.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;"));
    assert!(text.contains("&lt;b&gt;甲") && text.contains("建成&lt;渗滤液&gt;处理设施"));
    for never in ["<script", "<b>甲", "http", "src=", "url("] {
        assert!(!text.contains(never), "{never}");
    }
}

#[test]
fn the_same_has_no_changes() {
    let c = compare(&before(), &before(), "");
    assert!(c.changes.is_empty() && c.marked.runs.is_empty());
    assert_eq!(c.merged, before());
    assert!(c.same > 10);
}

#[test]
fn every_mark_stands_on_its_text() {
    let c = compare(&before(), &after(), "");
    let tree = serde_json::to_value(&c.merged).unwrap();
    assert!(!c.marked.runs.is_empty());
    for (pointer, runs) in &c.marked.runs {
        let text =
            tree.pointer(pointer).and_then(|v| v.as_str()).unwrap_or_else(|| panic!("{pointer}"));
        let joined: String = runs.iter().map(|r| r.text.as_str()).collect();
        assert_eq!(text, joined, "{pointer}");
        assert!(c.of.contains_key(pointer));
    }
    let mut marked = tree.clone();
    c.marked.put_into(&mut marked);
    assert!(marked.pointer("/body/title/lines/0/1/mark").is_some());
}

#[test]
fn a_column_more_is_another_table() {
    let mut new = before();
    if let Some(Block::Table(table)) = new.body.blocks.last_mut() {
        table.columns.push(Column { header: "责任人".into(), width: 1.0, align: Align::Left });
        table.rows.iter_mut().for_each(|row| row.push(Cell(vec!["王".into()])));
    }
    let c = compare(&before(), &new, "");
    let places: Vec<&str> = c.changes.iter().map(|c| c.place.as_str()).collect();
    assert_eq!(places[..2], ["原正文第1表表题", "原正文第1表表头"]);
    assert!(places.contains(&"正文第1表第3行"));
    assert_eq!(c.merged.body.blocks.len(), before().body.blocks.len() + 1);
}

#[test]
fn long_documents_are_compared_in_bounded_steps() {
    let text = |n: usize, salt: u64| {
        let mut seed = (n as u64).wrapping_mul(1_000_003).wrapping_add(salt << 40);
        let mut next = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from_u32(0x4e00 + ((seed >> 33) % 20_000) as u32).unwrap()
        };
        (0..40).map(|_| next()).collect::<String>()
    };
    let all = |salt: u64| document("甲", (0..10_000).map(|n| paragraph(&text(n, salt))).collect());
    // All different; and one in the midst.
    assert!(compare(&all(1), &all(500), "").changes.len() >= 10_000);
    let mut one = all(1);
    one.body.blocks[5_000] = paragraph("只有这一段不同。");
    assert_eq!(compare(&all(1), &one, "").changes.len(), 2);
    // One paragraph as long as a book.
    let long = |salt: u64| (0..500).map(|n| text(n, salt)).collect::<String>();
    let runs = words::runs(&long(1), &long(2));
    assert_eq!(joined(&runs, Marking::Inserted), long(1));
    assert_eq!(joined(&runs, Marking::Deleted), long(2));
}

fn joined(runs: &[crate::document::MarkedRun], but: Marking) -> String {
    runs.iter().filter(|r| r.mark != but).map(|r| r.text.as_str()).collect()
}

proptest! {
    #[test]
    fn the_pieces_give_back_both_sides(old in ".{0,60}", new in ".{0,60}") {
        let runs = words::runs(&old, &new);
        prop_assert_eq!(joined(&runs, Marking::Inserted), old);
        prop_assert_eq!(joined(&runs, Marking::Deleted), new);
    }

    #[test]
    fn so_they_do_where_most_is_alike(
        words in proptest::collection::vec("(督察|整改|于|30日|2026年|、|。|aB|\n| ){1,2}", 0..40),
        at in 0_usize..40, by in "[一二三四五六七八九十0-9。]{0,4}",
    ) {
        let old = words.concat();
        let mut other = words.clone();
        if let Some(slot) = other.get_mut(at) { *slot = by; }
        let new = other.concat();
        let runs = words::runs(&old, &new);
        prop_assert_eq!(joined(&runs, Marking::Inserted), old);
        prop_assert_eq!(joined(&runs, Marking::Deleted), new);
    }

    #[test]
    fn both_documents_stand_in_the_merged_one(
        old in proptest::collection::vec("(甲|乙|丙|丁戊|己庚辛){1,6}", 0..12),
        new in proptest::collection::vec("(甲|乙|丙|丁戊|己庚辛){1,6}", 0..12),
    ) {
        let side = |texts: &[String]| document("甲", texts.iter().map(|t| paragraph(t)).collect());
        let c = compare(&side(&old), &side(&new), "");
        let back = |gone: Marking| -> Vec<String> {
            let blocks = c.merged.body.blocks.iter().enumerate();
            let all = blocks.map(|(n, block)| {
                let Block::Paragraph { text, .. } = block else { panic!("{block:?}") };
                let runs = c.marked.runs.get(&format!("/body/blocks/{n}/text"));
                runs.map_or_else(|| text.clone(), |runs| joined(runs, gone))
            });
            all.filter(|text| !text.is_empty()).collect()
        };
        prop_assert_eq!(back(Marking::Inserted), old);
        prop_assert_eq!(back(Marking::Deleted), new);
    }
}
