//! The house's own fonts and style: what the files say to those who cannot see, and what each character is
//! drawn with. One document answers most questions.

use std::path::Path;
use std::sync::OnceLock;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use typst::layout::{Point, Transform};
use typst::text::TextItem;

use super::{codes, document, paragraph};
use crate::diag::{Checked, Diagnostic, Severity};
use crate::document::{
    Align, Block, Cell, Column, Document, Header, Imprint, Item, Mark, Part, PartRole, Roster,
    RosterEntry, Signature, SignatureForm, Table, Title,
};
use crate::typeset::{Options, Pages, Typesetter, frames};

/// 鈜 is in no Fandol face; quotes, dashes and dots are narrow in Latin faces and in LXGW.
const SIGNS: &str = "“甲”——乙……丙·丁‘戊’己";
/// A picture of one dot.
const DOT: &[u8] = include_bytes!("dot.png");

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn load(options: &Options) -> Checked<Typesetter> {
    Typesetter::load(&home().join("fonts"), &home().join("templates/_styles"), options).unwrap()
}

pub(super) fn house() -> &'static Typesetter {
    static DESK: OnceLock<Typesetter> = OnceLock::new();
    DESK.get_or_init(|| load(&Options::default()).value)
}

fn heading(level: u8, number: &str, text: &str) -> Block {
    Block::Heading { level, number: number.into(), text: text.into(), run_in: None }
}

fn everything() -> Document {
    let item =
        |number: &str, text: &str| Item { level: 1, number: number.into(), text: text.into() };
    let column = |header: &str| Column { header: header.into(), width: 1.0, align: Align::Left };
    let cell = |text: &str| Cell(vec![text.into()]);
    let title = format!("关于{SIGNS}的通知");
    let mut doc = document(
        &title,
        vec![
            paragraph("书记虞伟鈜同志主持会议。"),
            heading(1, "一、", &format!("总体要求{SIGNS}")),
            heading(2, "（一）", &format!("指导思想{SIGNS}")),
            paragraph(format!("正文{SIGNS}。")),
            Block::List {
                items: vec![item("1.", "第一项任务。"), item("2.", "第二项任务。")]
            },
            heading(1, "二、", "保障措施"),
            Block::Table(Table {
                id: "t".into(),
                caption: None,
                columns: vec![column("序号"), column("事项")],
                rows: vec![vec![cell("甲1"), cell("乙1")], vec![cell("甲2"), cell("乙2")]],
            }),
            Block::Figure {
                file: "图.png".into(),
                alt: "一个点".into(),
                caption: Some("图题".into()),
            },
            Block::Roster(Roster {
                label: "组长".into(),
                entries: vec![RosterEntry { name: "虞伟鈜".into(), text: "书记".into() }],
            }),
        ],
    );
    doc.assets.insert("图.png".into(), DOT.to_vec());
    doc.header = Some(Header {
        copy_no: Some("000001".into()),
        security: None,
        urgency: Some("特急".into()),
        mark: Mark { names: vec!["某市生态环境局".into()], suffix: "文件".into() },
        number: Some("某环〔2025〕16号".into()),
        upward: false,
        signers: vec![],
    });
    doc.body.annex_note = vec!["清单".into()];
    doc.body.signature = Some(Signature {
        form: SignatureForm::Unsealed,
        names: vec!["某市生态环境局".into()],
        posts: vec![],
        seals_mm: vec![],
        date: "2025年3月4日".into(),
    });
    doc.parts.push(Part {
        role: PartRole::Annex,
        label: Some("附件".into()),
        title: Title { text: "清单".into(), lines: vec!["清单".into()] },
        blocks: vec![paragraph("清单的文字。")],
        signature: None,
        landscape: false,
        apart: None,
    });
    doc.imprint = Some(Imprint {
        copies: Some("市政府办公室。".into()),
        office: "某市生态环境局办公室".into(),
        date: "2025年3月4日印发".into(),
    });
    doc
}

fn made() -> &'static (Pages, Vec<Diagnostic>) {
    static MADE: OnceLock<(Pages, Vec<Diagnostic>)> = OnceLock::new();
    MADE.get_or_init(|| {
        let Checked { value, findings } = house().typeset(&everything()).unwrap();
        (value, findings)
    })
}

/// Every run with its place.
fn each_run(pages: &Pages, mut see: impl FnMut(Point, &TextItem)) {
    for page in pages.document.pages() {
        frames::walk(&page.frame, Transform::identity(), &mut see);
    }
}

#[test]
fn a_lent_character_stands_in_its_cell_and_is_told_once() {
    let (pages, findings) = made();
    assert!(findings.iter().all(|f| f.severity == Severity::Note), "{findings:?}");
    assert_eq!(codes(findings), ["F-01"], "once for both places: {findings:?}");
    let said = &findings[0].message;
    for part in ["鈜", "U+921C", "仿宋 FandolFang R", "LXGW WenKai", "正文第1段", "共2处"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert_eq!(pages.substitutes().len(), 1);
    assert!(pages.faces().iter().all(|f| !f.of_machine && f.sha256.to_string().len() == 64));
    assert!(pages.faces().iter().any(|f| f.role == "仿宋" && f.file == "FandolFang-Regular.ttf"));

    // Em boxes of one line have one top, within 0.05 mm, and the lent one fills a cell.
    let em_top = |run: &TextItem| {
        let number = house().faces.number(run.font.font()).unwrap();
        house().faces.faces[number].em_top.unwrap() * run.size.to_mm()
    };
    let (mut before, mut lent) = (None, None);
    each_run(pages, |pos, run| {
        if run.text.ends_with("虞伟") && before.is_none() {
            before = Some(pos.y.to_mm() - em_top(run));
        }
        if run.text == "鈜" && lent.is_none() {
            lent = Some((pos.y.to_mm() - em_top(run), run.width().to_mm()));
        }
    });
    let ((top, width), before) = (lent.unwrap(), before.unwrap());
    assert!((top - before).abs() < 0.05, "{top} and {before}");
    assert!((width - 156.0 / 28.0).abs() < 0.06, "one cell: {width}");
}

#[test]
fn signs_are_full_width_in_every_face() {
    let (pages, _) = made();
    // Title, two levels of heading, body: each has the eleven signs.
    let mut seen = std::collections::BTreeMap::new();
    each_run(pages, |_, run| {
        let ttf_width = |id: u16| run.font.x_advance(id).unwrap().get();
        for glyph in &run.glyphs {
            let Some(c) = run.text.get(glyph.range()).and_then(|s| s.chars().next()) else {
                continue;
            };
            if "“”‘’—…·".contains(c) && run.size.to_pt() > 15.0 {
                let family = &run.font.font().info().family;
                assert!(
                    !family.starts_with("LXGW") && !family.starts_with("Liberation"),
                    "{c} {family}"
                );
                assert!((ttf_width(glyph.id) - 1.0).abs() < 0.02, "{c} of {family}");
                *seen.entry(c).or_insert(0) += 1;
            }
        }
    });
    assert_eq!(seen.get(&'“'), Some(&4), "{seen:?}");
    assert_eq!(seen.get(&'—'), Some(&8), "{seen:?}");
    assert_eq!(seen.get(&'·'), Some(&4), "{seen:?}");
}

#[test]
fn strange_scripts_are_set_or_named_with_their_place() {
    let lines = [
        "甲𰻝乙，乡音㛃䶮𬭎𬍛。",
        "café、cafe\u{301}、Ωμέγα、Жизнь。",
        "前שלום后。",
        "㎡、²、⑪、℃、‰、★。",
        "笑😀，العربية。",
    ];
    let doc = document("关于怪字的通知", lines.map(paragraph).to_vec());
    let Checked { value: pages, findings } = house().typeset(&doc).unwrap();
    let errors: Vec<&Diagnostic> =
        findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert!(
        errors.iter().all(|f| f.code == "P-01" && f.message.contains("正文第5段")),
        "{errors:?}"
    );
    assert!(errors.iter().any(|f| f.message.contains("U+1F600")), "{errors:?}");
    assert!(pages.to_pdf().is_err(), "no empty boxes in an archived file");
    let lent: String = pages.substitutes().iter().map(|s| s.character).collect();
    for c in "𰻝㛃䶮𬭎𬍛㎡²⑪ש".chars() {
        assert!(lent.contains(c), "{c} in {lent}");
    }
    assert!(!lent.contains(['甲', '℃', '★', 'Ж']), "Fandol's own: {lent}");

    // Without the last line it is a sound document.
    let doc = document("关于怪字的通知", lines[..4].iter().map(|l| paragraph(*l)).collect());
    let pages = house().typeset(&doc).unwrap().value;
    assert!(pages.to_pdf().is_ok());

    let doc = document("关于葛\u{E0100}的通知", vec![paragraph("❤\u{FE0F}")]);
    let Err(crate::diag::Failure::Rejected(said)) = house().typeset(&doc) else { panic!() };
    assert_eq!(codes(&said), ["R-91", "R-91"], "{said:?}");
    assert!(said.iter().all(|f| f.message.contains("异体字选择符")), "{said:?}");
}

/// The structure as `H1`, `L(LI(Lbl LBody))`; what hangs on an element stands in brackets.
fn structure(element: &Dict<'_>, out: &mut String) {
    let role = element.get::<Name<'_>>("S").map(|n| n.as_str().to_owned()).unwrap_or_default();
    out.push_str(&role);
    if let Some(alt) = element.get::<PdfString<'_>>("Alt") {
        out.push_str(&format!("[{}]", text(&alt)));
    }
    let attributes =
        element.get::<Array<'_>>("A").map(|a| a.iter::<Dict<'_>>().collect::<Vec<_>>());
    for a in attributes.into_iter().flatten().chain(element.get::<Dict<'_>>("A")) {
        for key in ["Scope", "ListNumbering"] {
            if let Some(value) = a.get::<Name<'_>>(key) {
                out.push_str(&format!("[{}]", value.as_str()));
            }
        }
    }
    let mut kids: Vec<Dict<'_>> = element
        .get::<Array<'_>>("K")
        .map(|kids| {
            kids.iter::<Object<'_>>()
                .filter_map(|k| if let Object::Dict(d) = k { Some(d) } else { None })
                .collect()
        })
        .unwrap_or_default();
    kids.extend(element.get::<Dict<'_>>("K"));
    kids.retain(|k| k.contains_key("S"));
    if !kids.is_empty() {
        out.push('(');
        for (i, kid) in kids.iter().enumerate() {
            if i > 0 {
                out.push(' ');
            }
            structure(kid, out);
        }
        out.push(')');
    }
}

/// A text string: UTF-16 with its mark, or Latin.
fn text(string: &PdfString<'_>) -> String {
    let bytes = string.as_bytes();
    match bytes.strip_prefix(b"\xfe\xff") {
        Some(wide) => {
            let units: Vec<u16> =
                wide.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).unwrap()
        }
        None => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

fn bookmarks(of: &Dict<'_>, depth: usize, out: &mut Vec<(usize, String)>) {
    let mut next = of.get::<Dict<'_>>("First");
    while let Some(entry) = next {
        out.push((depth, text(&entry.get("Title").unwrap())));
        bookmarks(&entry, depth + 1, out);
        next = entry.get("Next");
    }
}

#[test]
fn a_screen_reader_finds_headings_lists_tables_and_pictures() {
    let (pages, _) = made();
    let pdf = Pdf::new(pages.to_pdf().unwrap()).unwrap();
    let root: Dict<'_> = pdf.xref().get(pdf.xref().root_id()).unwrap();
    assert_eq!(text(&root.get("Lang").unwrap()), "zh-CN");
    let tree: Dict<'_> = root.get("StructTreeRoot").unwrap();
    let mut found = String::new();
    structure(&tree, &mut found);
    for part in [
        "H1 P P H2 H3 P ",
        "L[Decimal](LI(Lbl LBody(P)) LI(Lbl LBody(P)))",
        "THead(TR(TH[Column] TH[Column]))",
        "TBody(TR(TD(P) TD(P)) TR(TD(P) TD(P)))",
        "Figure[一个点]",
    ] {
        assert!(found.contains(part), "{part} in\n{found}");
    }
    assert_eq!(found.matches("L[Decimal]").count(), 1, "one list is one list: {found}");
    assert!(!found.contains("Span"), "every text belongs to a paragraph or a cell: {found}");

    let mut titles = Vec::new();
    bookmarks(&root.get("Outlines").unwrap(), 1, &mut titles);
    let titles: Vec<(usize, &str)> = titles.iter().map(|(d, t)| (*d, t.as_str())).collect();
    let (one, two) = (format!("一、总体要求{SIGNS}"), format!("（一）指导思想{SIGNS}"));
    let whole = format!("关于{SIGNS}的通知");
    let expected = [(1, &*whole), (2, &one), (3, &two), (2, "二、保障措施"), (1, "清单")];
    assert_eq!(titles, expected);
}

#[test]
fn data_travels_with_the_document_on_request() {
    let desk = load(&Options { attach_data: true, ..Options::default() }).value;
    let doc = document("关于某事的通知", vec![paragraph("正文。")]);
    let pages = desk.typeset(&doc).unwrap().value;
    let bytes = pages.to_pdf().unwrap();
    assert_eq!(bytes, desk.typeset(&doc).unwrap().value.to_pdf().unwrap(), "same bytes");
    let has = |needle: &str| bytes.windows(needle.len()).any(|w| w == needle.as_bytes());
    assert!(has("<pdfaid:part>3</pdfaid:part>") && has("<pdfuaid:part>1</pdfuaid:part>"));
    let pdf = Pdf::new(bytes.clone()).unwrap();
    let root: Dict<'_> = pdf.xref().get(pdf.xref().root_id()).unwrap();
    let attached: Dict<'_> =
        root.get::<Array<'_>>("AF").unwrap().iter::<Dict<'_>>().next().unwrap();
    assert_eq!(text(&attached.get("UF").unwrap()), "document.json");
    assert_eq!(attached.get::<Name<'_>>("AFRelationship").unwrap().as_str(), "Data");
    assert!(text(&attached.get("Desc").unwrap()).contains("结构化数据"));
    let file: Stream<'_> = attached.get::<Dict<'_>>("EF").unwrap().get("F").unwrap();
    assert_eq!(file.dict().get::<Name<'_>>("Subtype").unwrap().as_str(), "application/json");
    let back: Document = serde_json::from_slice(&file.decoded().unwrap()).unwrap();
    assert_eq!(back, doc);
}

/// `font` under other names: a new table of names at its end (platform 3, UTF-16).
fn renamed(font: &[u8], family: &str) -> Vec<u8> {
    let wide: Vec<u8> = family.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let length = u16::try_from(wide.len()).unwrap();
    let mut table = Vec::new();
    for number in [0, 3, 6 + 3 * 12] {
        table.extend(u16::to_be_bytes(number));
    }
    for id in [1, 4, 6] {
        for number in [3, 1, 0x409, id, length, 0] {
            table.extend(u16::to_be_bytes(number));
        }
    }
    table.extend(&wide);
    let mut out = font.to_vec();
    out.resize(out.len().next_multiple_of(4), 0);
    let offset = u32::try_from(out.len()).unwrap();
    let count = usize::from(u16::from_be_bytes([font[4], font[5]]));
    let record = (0..count).map(|i| 12 + 16 * i).find(|&at| &font[at..at + 4] == b"name").unwrap();
    out[record + 8..record + 12].copy_from_slice(&offset.to_be_bytes());
    out[record + 12..record + 16]
        .copy_from_slice(&u32::try_from(table.len()).unwrap().to_be_bytes());
    out.extend(table);
    out
}

#[test]
fn faces_of_the_machine_come_first_when_asked_for() {
    let machine = tempfile::tempdir().unwrap();
    let fonts = home().join("fonts");
    let copy = |from: &str, to: &str, family: &str| {
        let bytes = std::fs::read(fonts.join(from)).unwrap();
        super::put_bytes(&machine.path().join(to), &renamed(&bytes, family));
    };
    std::fs::create_dir(machine.path().join("truetype")).unwrap();
    copy("FandolKai-Regular.ttf", "truetype/simfang.ttf", "FangSong");
    copy("FandolSong-Regular.ttf", "b.ttf", "仿宋");
    copy("NotoSansSC-Medium.ttf", "fzxbs.TTF", "FZXiaoBiaoSong-B05S");
    super::put_bytes(&machine.path().join("broken.ttf"), b"\0\x01\0\0\0\x09");

    let folders = vec![machine.path().join("none"), machine.path().to_owned()];
    let loaded = load(&Options { office_fonts: Some(folders), ..Options::default() });
    let said: Vec<&str> = loaded.findings.iter().map(|f| f.message.as_str()).collect();
    assert!(loaded.findings.iter().all(|f| f.code == "F-02" && f.severity == Severity::Note));
    assert_eq!(said.len(), 6, "one for each role: {said:?}");
    assert!(said[0].starts_with("仿宋用本机的 仿宋（b.ttf，SHA-256 "), "the better name: {said:?}");
    assert!(said[1].contains("楷体：本机没有"), "{said:?}");
    assert!(said[3].starts_with("小标宋用本机的 FZXiaoBiaoSong-B05S（fzxbs.TTF，"), "{said:?}");

    let mut doc = everything();
    doc.body.blocks.truncate(1);
    doc.parts.clear();
    doc.body.annex_note.clear();
    let Checked { value: pages, findings } = loaded.value.typeset(&doc).unwrap();
    assert_eq!(codes(&findings), ["F-01"], "{findings:?}");
    assert!(findings[0].message.contains("仿宋 仿宋"), "{findings:?}");
    let mine: Vec<&str> =
        pages.faces().iter().filter(|f| f.of_machine).map(|f| f.file.as_str()).collect();
    assert_eq!(mine, ["b.ttf", "fzxbs.TTF"]);
    // The red mark's ink stands where the standard wants it whatever the face's em box (7.2.4: 72 mm).
    let mut top = f64::MAX;
    each_run(&pages, |pos, run| {
        if run.size.to_pt() > 30.0 {
            let ttf = run.font.ttf();
            for glyph in &run.glyphs {
                let ink = ttf.glyph_bounding_box(ttf_parser::GlyphId(glyph.id)).unwrap();
                let rise = run.font.to_em(ink.y_max).at(run.size);
                top = top.min(pos.y.to_mm() - rise.to_mm());
            }
        }
    });
    assert!((top - 72.0).abs() < 0.1, "{top}");
    assert!(pages.to_pdf().is_ok());
}
