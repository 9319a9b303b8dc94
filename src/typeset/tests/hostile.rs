//! Bad input and random trees, with the house's own fonts and style: a correct page or a clear finding, never text
//! outside the core, never text over text, never lost text.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::house::house;
use super::{codes, document, paragraph, squash};
use crate::diag::{Checked, Diagnostic, Failure};
use crate::document::{
    Align, Block, Body, Cell, Column, Document, Form, Header, Imprint, Info, Item, Mark, Part,
    PartRole, Roster, RosterEntry, Signature, SignatureForm, Table, Title, break_title,
};
use crate::typeset::Pages;
use crate::typeset::texts::texts;

fn set(doc: &Document) -> (Pages, Vec<Diagnostic>) {
    let Checked { value, findings } = house().typeset(doc).unwrap();
    (value, findings)
}

/// What no input may bring about: engine warnings, lost text, overflow, overprint, a moved 版记.
fn faults(findings: &[Diagnostic]) -> Vec<&Diagnostic> {
    let fatal = ["L-01", "L-02", "L-04", "L-08", "L-09", "K-07"];
    findings.iter().filter(|f| fatal.contains(&&*f.code)).collect()
}

fn titled(text: &str) -> Title {
    break_title(text, &[])
}

fn table(headers: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    let column = |h: &&str| Column { header: (*h).to_owned(), width: 1.0, align: Align::Left };
    Table { id: "t".into(), caption: None, columns: headers.iter().map(column).collect(), rows }
}

fn annex(n: usize, blocks: Vec<Block>) -> Part {
    Part {
        role: PartRole::Annex,
        label: Some(format!("附件{n}")),
        title: titled(&format!("第{n}份材料")),
        blocks,
        signature: None,
        landscape: false,
        apart: None,
    }
}

#[test]
fn long_words_wrap_and_long_names_fit() {
    let url = format!("https://example.gov.cn/{}?id={}", "a1b2c3d4e5".repeat(30), "9".repeat(120));
    let name =
        "重庆市澄溪区生态环境保护督察和突出生态环境问题整改工作联席会议领导小组办公室综合协调处";
    let title = format!("{name}关于进一步加强{}的通知", "生态环境保护例行督察整改工作".repeat(4));
    let words = "x".repeat(400);
    let mut doc = document(
        &title,
        vec![
            paragraph(url.clone()),
            paragraph(words.clone()),
            paragraph(format!("数据{}号", "8".repeat(300))),
            paragraph("一".repeat(3000)),
            Block::Table(table(
                &["序号", &words, "说明"],
                vec![vec![Cell(vec![url.clone()]), Cell(vec![words.clone()]), Cell(vec![])]],
            )),
            Block::Heading {
                level: 1,
                number: "一、".into(),
                text: "甲".repeat(200),
                run_in: None,
            },
            Block::List {
                items: vec![Item { level: 2, number: "（1）".into(), text: url.clone() }],
            },
        ],
    );
    doc.body.title = titled(&title);
    doc.body.recipients = Some(format!("{}：", [name; 6].join("、")));
    doc.header = Some(Header {
        copy_no: None,
        security: None,
        urgency: Some("特急".into()),
        mark: Mark { names: vec![name.into()], suffix: "文件".into() },
        number: Some("渝环督办〔2025〕1号".into()),
        upward: false,
        signers: vec![],
    });
    doc.body.annex_note = vec![title.clone(), url.clone()];
    doc.body.signature = Some(Signature {
        form: SignatureForm::Sealed,
        names: vec![name.into()],
        posts: vec![],
        seals_mm: vec![42.0],
        date: "2025年3月4日".into(),
    });
    doc.imprint = Some(Imprint {
        copies: Some(format!("{}。", [name; 8].join("，"))),
        office: name.into(),
        date: "2025年3月4日印发".into(),
    });
    let (_, findings) = set(&doc);
    assert!(faults(&findings).is_empty(), "{:#?}", faults(&findings));
}

#[test]
fn strange_characters_are_set_or_named() {
    let refused = |text: &str| {
        let doc = document("关于某事的通知", vec![paragraph(text)]);
        let Err(Failure::Rejected(found)) = house().typeset(&doc) else { panic!("{text:?}") };
        assert!(found.iter().all(|f| f.code == "R-91"), "{found:?}");
    };
    for text in
        ["甲\u{202E}乙", "甲\u{200B}乙", "甲\u{E123}乙", "甲\u{200D}乙", "\u{FEFF}", "甲\u{2029}"]
    {
        refused(text);
    }
    // Each has a glyph or is named; none vanishes or stands outside.
    let strange = [
        "负责人😀签字",
        "שלום עולם",
        "مرحبا بالعالم",
        "e\u{301}a\u{308}",
        "“左引号没有右引号",
        "》》）））”’",
        "（（（（《《《〈〈",
        "……——……——",
        "𠮷野家𰻝",
        "１２３ＡＢＣ",
        "a\u{A0}b\u{3000}c",
        "①②③㎡℃",
        "Ⅳ级",
        "x²+y²",
        "|||||~~~~^^^^````",
    ];
    let doc = document("关于“某事的通知", strange.map(paragraph).to_vec());
    let (_, findings) = set(&doc);
    assert!(faults(&findings).is_empty(), "{:#?}", faults(&findings));
    let said: String = findings.iter().map(|f| f.message.as_str()).collect();
    for c in ["😀", "ש", "م"] {
        assert!(said.contains(c), "{c}: {:?}", codes(&findings));
    }
}

#[test]
fn empty_parts_and_many_annexes_keep_their_places() {
    let mut doc = document("关于附件的通知", vec![]);
    doc.body.annex_note = (1..=12).map(|n| format!("第{n}份材料")).collect();
    doc.parts = (1..=12).map(|n| annex(n, vec![])).collect();
    // An annex of an annex, to the ninth.
    for depth in 1..=9 {
        let mut part = annex(12, vec![paragraph(format!("第{depth}层"))]);
        part.label = Some(format!("附件12{}", "之一".repeat(depth)));
        doc.parts.push(part);
    }
    doc.parts.push(annex(13, vec![Block::Table(table(&["甲", "乙"], vec![]))]));
    doc.parts.push(annex(14, vec![Block::Table(table(&[""], vec![vec![Cell(vec![])]]))]));
    let (pages, findings) = set(&doc);
    assert!(faults(&findings).is_empty(), "{:#?}", faults(&findings));
    assert!(pages.count() >= 24, "{}", pages.count());
}

/// Rows and characters a cell; `HOSTILE_TABLE=500x2000` runs the full size.
fn table_size() -> (usize, usize) {
    let wanted = std::env::var("HOSTILE_TABLE").unwrap_or_default();
    let (rows, chars) = wanted.split_once('x').unwrap_or(("40", "300"));
    (rows.parse().unwrap(), chars.parse().unwrap())
}

#[test]
fn a_long_table_of_long_cells_loses_nothing() {
    let (rows, chars) = table_size();
    let text = |n: usize| -> String {
        format!("第{n}项问题的具体情形和整改要求，").chars().cycle().take(chars).collect()
    };
    let rows = (1..=rows)
        .map(|n| vec![Cell(vec![n.to_string()]), Cell(vec![text(n)]), Cell(vec![text(n + 1)])])
        .collect();
    let mut sheet = table(&["序号", "问题", "要求"], rows);
    sheet.columns[0].width = 0.2;
    let doc = document("关于清单的通知", vec![Block::Table(sheet)]);
    let (_, findings) = set(&doc);
    assert!(faults(&findings).is_empty(), "{:#?}", faults(&findings));
}

fn words() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "整改",
        "督察",
        "情况",
        "，",
        "。",
        "、",
        "《",
        "》",
        "（",
        "）",
        "“",
        "”",
        "2025年",
        "PM2.5",
        "——",
        "……",
        "；",
        "：",
        "生态环境保护",
        "重庆市澄溪区",
        "https://a.cn/bcdefghijklmnopqrstuvwxyz0123456789",
        "1",
        "a b",
        "℃",
        "渗滤液",
        "虞伟鈜",
    ]);
    vec(piece, 1..14).prop_map(|pieces| pieces.concat())
}

fn short() -> impl Strategy<Value = String> {
    vec(select(vec!["市", "区", "局", "办公室", "生态环境", "督察", "委员会", "澄溪"]), 1..7)
        .prop_map(|pieces| pieces.concat())
}

fn long() -> impl Strategy<Value = String> {
    prop_oneof![4 => words(), 1 => vec(words(), 5..12).prop_map(|w| w.concat())]
}

fn a_title() -> impl Strategy<Value = Title> {
    words().prop_map(|text| titled(&format!("关于{text}的通知")))
}

fn a_roster() -> impl Strategy<Value = Roster> {
    let entry = (select(vec!["", "王平", "虞伟鈜", "欧阳某某"]), words())
        .prop_map(|(name, text)| RosterEntry { name: name.into(), text });
    (select(vec!["出席", "组长", "成员单位"]), vec(entry, 1..4))
        .prop_map(|(label, entries)| Roster { label: label.into(), entries })
}

fn a_table() -> impl Strategy<Value = Table> {
    let align = select(vec![Align::Left, Align::Center, Align::Right]);
    let columns = vec((short(), 0.3..3.0_f64, align), 1..5).prop_map(|columns| {
        columns.into_iter().map(|(header, width, align)| Column { header, width, align }).collect()
    });
    (columns, option::of(words()), 0_usize..6).prop_flat_map(
        |(columns, caption, rows): (Vec<Column>, _, _)| {
            let cell = prop_oneof![3 => vec(words(), 0..3), 1 => vec(long(), 1..2)].prop_map(Cell);
            vec(vec(cell, columns.len()), rows).prop_map(move |rows| Table {
                id: "t".into(),
                caption: caption.clone(),
                columns: columns.clone(),
                rows,
            })
        },
    )
}

/// Blocks with numbers in order: a document with random numbers would be none.
fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let block = prop_oneof![
        4 => (long(), any::<bool>()).prop_map(|(text, indent)| Block::Paragraph { text, indent }),
        3 => (1_u8..5, words(), option::of(long())).prop_map(|(level, text, run_in)| {
            let number = ["一、", "（一）", "1.", "（1）"][usize::from(level) - 1].to_owned();
            Block::Heading { level, number, text, run_in }
        }),
        1 => a_table().prop_map(Block::Table),
        1 => vec((1_u8..3, words()), 1..4).prop_map(|items| Block::List {
            items: items
                .into_iter()
                .map(|(level, text)| Item { level, number: "（一）".into(), text })
                .collect(),
        }),
        1 => (1_u8..3, words()).prop_map(|(level, text)| Block::Division {
            level,
            number: if level == 1 { "第一章" } else { "第一节" }.into(),
            text,
        }),
        1 => words().prop_map(|text| Block::Article { number: "第一条".into(), text }),
        1 => a_roster().prop_map(Block::Roster),
    ];
    vec(block, 0..6)
}

fn a_signature() -> impl Strategy<Value = Signature> {
    let form = select(vec![SignatureForm::Sealed, SignatureForm::Unsealed, SignatureForm::Stamped]);
    (form, vec(short(), 1..6)).prop_map(|(form, names)| {
        let count = names.len();
        Signature {
            form,
            posts: if form == SignatureForm::Stamped {
                vec!["市长".into(); count]
            } else {
                vec![]
            },
            seals_mm: if form == SignatureForm::Sealed { vec![42.0; count] } else { vec![] },
            names,
            date: "2025年3月4日".into(),
        }
    })
}

fn a_header() -> impl Strategy<Value = Header> {
    (any::<[bool; 4]>(), vec(short(), 1..5), vec(select(vec!["王平", "虞伟鈜", "欧阳某某"]), 1..4))
        .prop_map(|([copy, urgent, file, upward], names, signers)| Header {
            copy_no: copy.then(|| "000001".into()),
            security: copy.then(|| "机密★1年".into()),
            urgency: urgent.then(|| "特急".into()),
            mark: Mark { names, suffix: if file { "文件" } else { "" }.into() },
            number: Some("渝环督办〔2025〕16号".into()),
            upward,
            signers: if upward { signers.into_iter().map(Into::into).collect() } else { vec![] },
        })
}

fn a_part() -> impl Strategy<Value = Part> {
    (any::<[bool; 3]>(), a_title(), blocks(), option::of(a_signature())).prop_map(
        |([issued, landscape, apart], title, blocks, signature)| Part {
            role: if issued { PartRole::Issued } else { PartRole::Annex },
            label: (!issued).then(|| "附件".into()),
            title,
            blocks,
            signature: signature.filter(|_| issued),
            landscape: landscape && !issued,
            apart: (apart && !issued).then(|| "渝环督办〔2025〕16号".into()),
        },
    )
}

/// 签发人 stands in documents of the ordinary form only (7.2.6).
fn for_form(mut header: Header, form: Form) -> Header {
    if form != Form::Document {
        header.upward = false;
        header.signers.clear();
    }
    header
}

fn a_document() -> impl Strategy<Value = Document> {
    let form = select(vec![Form::Document, Form::Letter, Form::Order, Form::Minutes, Form::Plain]);
    let body = (
        a_title(),
        option::of(words()),
        blocks(),
        vec(a_roster(), 0..3),
        vec(words(), 0..3),
        option::of(a_signature()),
        option::of(words()),
    );
    let imprint = (option::of(words()), short());
    (form, a_header(), body, vec(a_part(), 0..3), option::of(imprint), any::<bool>()).prop_map(
        |(form, header, body, parts, imprint, sample)| {
            let (title, recipients, blocks, attendance, annex_note, signature, note) = body;
            Document {
                info: Info {
                    id: "doc-01".into(),
                    title: title.text.clone(),
                    author: "某局".into(),
                    date: "2025-03-04".into(),
                    keywords: vec![],
                },
                form,
                watermark: sample.then(|| "示例".into()),
                header: (form != Form::Plain).then(|| for_form(header, form)),
                body: Body {
                    title,
                    recipients: recipients.map(|r| format!("{r}：")),
                    blocks,
                    attendance: if form == Form::Minutes { attendance } else { vec![] },
                    annex_note,
                    signature,
                    note,
                },
                parts,
                imprint: imprint.filter(|_| form != Form::Plain).map(|(copies, office)| Imprint {
                    copies: copies.map(|c| format!("{c}。")),
                    office,
                    date: "2025年3月4日印发".into(),
                }),
                assets: std::collections::BTreeMap::new(),
            }
        },
    )
}

/// Every character is on the pages in order, and nothing stands outside the core or over anything else. Layout is
/// slow unoptimised: few cases here, more with `PROPTEST_CASES`.
#[test]
fn random_documents_are_set_whole_and_within_the_core() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(16);
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    // The same documents on every run of the suite; others each time when more are asked for.
    let mut runner = if std::env::var_os("PROPTEST_CASES").is_some() {
        TestRunner::new(config)
    } else {
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
    };
    runner
        .run(&a_document(), |doc| {
            let made = house().typeset(&doc);
            prop_assert!(made.is_ok(), "{:?}\n{}", made.err(), json(&doc));
            let Checked { value: pages, findings } = made.unwrap();
            let bad = faults(&findings);
            prop_assert!(bad.is_empty(), "{:#?}\n{}", bad, json(&doc));
            // Without the checks' own means: the characters of all running text, one after the other.
            let mut shown =
                (0..pages.count()).flat_map(|p| squash(&pages.text(p)).chars().collect::<Vec<_>>());
            for placed in texts(&doc).iter().filter(|t| t.running) {
                for c in squash(placed.text).chars() {
                    prop_assert!(shown.any(|d| d == c), "{c} of {}\n{}", placed.text, json(&doc));
                }
            }
            Ok(())
        })
        .unwrap();
}

fn json(doc: &Document) -> String {
    serde_json::to_string(doc).unwrap_or_default()
}
