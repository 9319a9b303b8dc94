//! Compilations with a small style and the three smallest fonts; typst is slow unoptimised, so each
//! compilation answers several questions.

mod hostile;
mod house;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::{Options, Pages, Typesetter};
use crate::diag::{Checked, Failure, Severity};
use crate::document::{
    Align, Block, Body, Cell, Column, Document, Form, Imprint, Info, Part, PartRole, Signature,
    SignatureForm, Table, Title,
};

/// A style of the least size: body, signature, parts, 版记; same contract as the real one.
const STYLE: &str = r#"
#let doc = json("document.json")
#let layout = json("layout.json")
#set document(title: doc.info.title)
#set page(paper: "a4", margin: (left: 28mm, right: 26mm, top: 37mm, bottom: 35mm),
  background: if doc.watermark != none { rotate(-30deg, text(80pt, fill: luma(90%), doc.watermark)) },
  footer: context align(right, text(14pt)[— #counter(page).display() —]))
#set text(font: ("FandolSong", "Liberation Serif"), lang: "zh", region: "CN", size: 16pt, fallback: false,
  top-edge: 20.8pt, bottom-edge: 20.8pt - 29.609pt - layout.squeeze.map(s => s.pitch_pt).sum(default: 0) * 1pt)
#set par(leading: 0pt, spacing: 0pt, first-line-indent: (amount: 2em, all: true))
#set block(spacing: 0pt)
#let show-blocks(blocks) = for b in blocks {
  if b.type == "heading" { heading(level: b.level, b.number + b.text) }
  if b.type == "paragraph" { par(b.text) }
  if b.type == "table" {
    table(columns: b.columns.map(c => c.width * 1fr), table.header(..b.columns.map(c => c.header)),
      ..b.rows.flatten().map(c => if type(c) == array { c.join(parbreak()) } else { c }))
  }
}
#text(22pt, doc.body.title.text)
#parbreak()
#doc.body.recipients
#parbreak()
#show-blocks(doc.body.blocks)
#if doc.body.signature != none [
  #context [#metadata((page: here().page(), y_mm: here().position().y / 1mm)) <signature-page>]
  #block(breakable: false, above: 30pt, align(right)[#doc.body.signature.names.join() \ #doc.body.signature.date])
]
#for p in doc.parts {
  page(..if p.landscape { (flipped: true, footer: none, margin: (left: 35mm, right: 37mm, top: 28mm, bottom: 26mm)) })[#p.label #parbreak() #p.title.text #parbreak() #show-blocks(p.blocks)]
}
#context [#metadata((page: here().page(), y_mm: here().position().y / 1mm)) <body-end>]
#if doc.imprint != none {
  [#metadata(12) <imprint-height>]
  let imprint = [#doc.imprint.copies #parbreak() #doc.imprint.office #doc.imprint.date]
  if layout.imprint == "same" { place(bottom, imprint) }
  if layout.imprint == "next" { pagebreak(); place(bottom, imprint) }
  if layout.imprint == "blank_next" { pagebreak(); pagebreak(); place(bottom, imprint) }
}
"#;

fn desk(style: &str) -> Typesetter {
    let dir = tempfile::tempdir().unwrap();
    let fonts = dir.path().join("fonts");
    let gb9704 = dir.path().join("styles/gb9704");
    fs::create_dir_all(&fonts).unwrap();
    fs::create_dir_all(&gb9704).unwrap();
    put(&gb9704.join("main.typ"), style);
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    let mut manifest = String::new();
    for (family, file) in [
        ("FandolSong", "FandolSong-Regular.ttf"),
        ("Liberation Serif", "LiberationSerif-Regular.ttf"),
    ] {
        fs::copy(home.join(file), fonts.join(file)).unwrap();
        let digest = crate::fixity::digest_bytes(&fs::read(home.join(file)).unwrap()).sha256;
        let _ = write!(
            manifest,
            "[[font]]\nfamily = \"{family}\"\nfile = \"{file}\"\nsha256 = \"{digest}\"\nlicence = \"\"\n"
        );
    }
    put(&fonts.join("fonts.toml"), &manifest);
    Typesetter::load(&fonts, &dir.path().join("styles"), &Options::default()).unwrap().value
}

fn put_bytes(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "a test's own temporary folder")]
fn put(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

fn small() -> &'static Typesetter {
    static DESK: OnceLock<Typesetter> = OnceLock::new();
    DESK.get_or_init(|| desk(STYLE))
}

fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph { text: text.into(), indent: true }
}

fn document(title: &str, blocks: Vec<Block>) -> Document {
    Document {
        info: Info {
            id: "doc-01".to_owned(),
            title: title.to_owned(),
            author: "某市生态环境局".to_owned(),
            date: "2025-03-04".to_owned(),
            keywords: vec!["通知".to_owned()],
        },
        form: Form::Document,
        watermark: None,
        header: None,
        body: Body {
            title: Title { text: title.to_owned(), lines: vec![title.to_owned()] },
            recipients: Some("各区县人民政府：".to_owned()),
            blocks,
            attendance: vec![],
            annex_note: Vec::new(),
            signature: None,
            note: None,
        },
        parts: Vec::new(),
        imprint: None,
        assets: BTreeMap::new(),
    }
}

fn page_texts(pages: &Pages) -> String {
    (0..pages.count()).map(|p| pages.text(p)).collect()
}

fn squash(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn codes(findings: &[crate::diag::Diagnostic]) -> Vec<&str> {
    findings.iter().map(|f| &*f.code).collect()
}

const HOSTILE: &[&str] = &[
    r#"#read("/etc/passwd")"#,
    "*粗* _斜_ `码` $x^2$ ]",
    "= 标题",
    "- 列表 + 列表 / 词: 义",
    "@ref <label> // 注释 /* 注释 */",
    r#"\u{41} \ ~ -- --- ... "引号" '引号'"#,
    "一行\n又一行",
    "#panic() #import \"x.typ\"",
];

#[test]
fn words_come_out_as_written_and_the_imprint_ends_an_even_page() {
    let mut doc =
        document("关于不执行数据中命令的通知", HOSTILE.iter().map(|t| paragraph(*t)).collect());
    doc.watermark = Some("示例".to_owned());
    doc.imprint = Some(Imprint {
        copies: Some("市政府办公厅。".to_owned()),
        office: "某市生态环境局".to_owned(),
        date: "2025年3月4日印发".to_owned(),
    });
    let Checked { value: pages, findings } = small().typeset(&doc).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let shown = squash(&page_texts(&pages));
    for text in HOSTILE {
        assert!(shown.contains(&squash(text)), "{text} not in {shown}");
    }
    assert_eq!(pages.count(), 2, "one page of text, 版记 on its back");
    assert!(squash(&pages.text(1)).contains("市政府办公厅。"));

    let pdf = pages.to_pdf().unwrap();
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let has = |needle: &str| pdf.windows(needle.len()).any(|w| w == needle.as_bytes());
    assert!(
        has("<pdfaid:part>2</pdfaid:part>") && has("<pdfaid:conformance>A</pdfaid:conformance>")
    );
    assert!(has("<pdfuaid:part>1</pdfuaid:part>"));
    assert!(has("2025-03-04T00:00:00+00:00") && has("anjuan") && has("关于不执行数据中命令的通知"));
    assert!(!has("/Rotate"));
    let png = pages.to_png(0, 40.0).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    assert!(matches!(pages.to_png(7, 40.0), Err(Failure::Bug(_))));
}

#[test]
fn a_landscape_annex_lies_on_its_side_and_keeps_its_text() {
    let mut doc = document("关于报送清单的通知", vec![paragraph("现将清单报上。")]);
    let columns = ["序号", "问题", "责任单位"];
    doc.parts.push(Part {
        role: PartRole::Annex,
        label: Some("附件".to_owned()),
        title: Title { text: "问题清单".to_owned(), lines: vec!["问题清单".to_owned()] },
        blocks: vec![Block::Table(Table {
            id: "problems".to_owned(),
            caption: None,
            columns: columns
                .map(|h| Column { header: h.to_owned(), width: 2.0, align: Align::Left })
                .to_vec(),
            // Cells long enough for a row that breaks over a page.
            rows: (1..9)
                .map(|n| {
                    let long = format!("第{n}项问题的具体情形。").repeat(12);
                    vec![Cell(vec![n.to_string()]), Cell(vec![long.clone(), long]), Cell(vec![])]
                })
                .collect(),
        })],
        signature: None,
        landscape: true,
        apart: None,
    });
    let Checked { value: pages, findings } = small().typeset(&doc).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    assert!(pages.count() > 2);
    for (width, height) in pages.sizes() {
        assert!((width - 210.0).abs() < 0.1 && (height - 297.0).abs() < 0.1, "{width} × {height}");
    }
    // The head of the table is at the left edge of the sheet.
    let mut heads = Vec::new();
    let sheet = &pages.document.pages()[1];
    super::frames::walk(&sheet.frame, typst::layout::Transform::identity(), &mut |pos, run| {
        if run.text.starts_with("附件") || run.text.starts_with("责任单位") {
            heads.push((pos.x.to_mm(), pos.y.to_mm()));
        }
    });
    let [label, column] = heads[..] else { panic!("{heads:?}") };
    assert!(label.0 < column.0 && column.0 < 90.0, "reads from the left edge inwards: {heads:?}");
    assert!(label.1 > column.1, "and upwards: {heads:?}");
    let pdf = pages.to_pdf().unwrap();
    assert!(!pdf.windows(7).any(|w| w == b"/Rotate"));
    assert!(pdf.windows(15).any(|w| w == b"/StructTreeRoot"), "still tagged");
}

#[test]
fn a_style_that_moves_text_about_is_noticed() {
    let style = STYLE.replace("for b in blocks {", "for b in blocks.rev() {");
    let text = ["第一段讲的是整改工作的总体安排。", "第二段讲的是各项任务的完成时限。"];
    let doc = document("某事", text.map(paragraph).to_vec());
    let found = desk(&style).typeset(&doc).unwrap().findings;
    assert_eq!(codes(&found), ["L-02"], "{found:?}");
    assert!(found[0].message.contains("正文第2段"), "{found:?}");

    let style =
        STYLE.replace("== \"next\" { pagebreak()", "== \"next\" { pagebreak(); pagebreak()");
    let mut doc = document("某事", vec![]);
    doc.imprint =
        Some(Imprint {
            copies: None, office: "某局".to_owned(), date: "2025年印发".to_owned()
        });
    let found = desk(&style).typeset(&doc).unwrap().findings;
    assert!(found.iter().any(|f| f.code == "L-04"), "{found:?}");
}

#[test]
fn same_bytes_whatever_the_order_and_the_threads() {
    let docs: Vec<Document> = (0..3)
        .map(|n| {
            document(
                &format!("关于第{n}件事的通知"),
                vec![paragraph(format!("第{n}件事的内容。").repeat(20))],
            )
        })
        .collect();
    let run = |threads: usize, reverse: bool| -> Vec<Vec<u8>> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut work: Vec<usize> = (0..docs.len()).collect();
        if reverse {
            work.reverse();
        }
        let mut made: Vec<(usize, Vec<u8>)> = pool.install(|| {
            work.par_iter()
                .map(|&i| (i, small().typeset(&docs[i]).unwrap().value.to_pdf().unwrap()))
                .collect()
        });
        made.sort();
        made.into_iter().map(|(_, pdf)| pdf).collect()
    };
    let first = run(1, false);
    comemo::evict(0);
    assert_eq!(first, run(3, true));
    assert_ne!(first[0], first[1]);
}

#[test]
fn a_character_without_a_glyph_is_named_with_its_place() {
    let doc =
        document("关于命名的通知", vec![paragraph("负责人𰻝某某与𰻝某、李㐂同志参加了座谈会。")]);
    let Checked { value: pages, findings } = small().typeset(&doc).unwrap();
    let missing: Vec<_> = findings.iter().filter(|f| f.code == "P-01").collect();
    assert_eq!(missing.len(), 2, "{findings:?}");
    assert!(missing.iter().all(|f| f.severity == Severity::Error));
    let said = &missing[1].message;
    for part in ["“𰻝”", "U+30EDD", "正文第1段", "负责人"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(matches!(pages.to_pdf(), Err(Failure::Rejected(f)) if f[0].code == "P-01"));
    pages.to_png(0, 30.0).unwrap();
}

#[test]
fn warnings_and_lost_text_are_errors_and_faults_of_the_style_have_a_place() {
    let lossy = "#set document(title: json(\"document.json\").info.title)\n#text(font: \"宋体\", fallback: false)[甲]乙";
    let found = desk(lossy).typeset(&document("某事", vec![paragraph("正文")])).unwrap().findings;
    let codes = codes(&found);
    assert!(codes.contains(&"L-01") && codes.contains(&"L-02"), "{found:?}");
    let warning = found.iter().find(|f| f.code == "L-01").unwrap();
    assert!(warning.message.contains("宋体") && warning.severity == Severity::Error);
    assert_eq!(warning.at.as_ref().unwrap().line_column().0, 2);
    assert!(found.iter().any(|f| f.code == "L-02" && f.message.contains("正文第1段")));

    let Err(Failure::Faulty(said)) = desk("甲\n#let x = (\n").typeset(&document("某事", vec![]))
    else {
        panic!("a style that does not parse")
    };
    assert_eq!(said[0].code, "K-07");
    let at = said[0].at.as_ref().unwrap();
    assert!(at.source.name().ends_with("main.typ") && at.line_column().0 == 2, "{said:?}");
}

#[test]
fn what_stands_outside_the_core_or_on_other_text_is_told_with_its_page() {
    let at = |x: &str, y: &str, body: &str| {
        format!("#page(margin: 0mm, place(top + left, dx: {x}mm, dy: {y}mm, [{body}]))\n")
    };
    let head = "#set document(title: json(\"document.json\").info.title)\n#set page(paper: \"a4\")\n\
        #set text(font: (\"FandolSong\", \"Liberation Serif\"), lang: \"zh\", size: 16pt, top-edge: 0.8em, bottom-edge: -0.2em)\n";
    let pages = [
        at("25", "100", "左边外"),
        at("100", "33", "上边外"),
        at("175", "100", "右边外"),
        at("100", "258", "下边外"),
        at("180", "150", "#rect(width: 8mm, height: 1mm, fill: black)"),
        at("100", "100", "字#h(-0.7em)压字"),
        // None of these: half a bracket outside, a full stop's empty half, marks close to each other.
        at("28", "100", "（一）"),
        at("175.5", "120", "完。"),
        at("100", "100", "甲）#h(-0.5em)（乙"),
        at("110", "100", "甲#h(-0.1em)乙"),
    ];
    let found = desk(&(head.to_owned() + &pages.concat()))
        .typeset(&document("某事", vec![]))
        .unwrap()
        .findings;
    let said: Vec<String> = found
        .iter()
        .filter(|f| f.code == "L-08" || f.code == "L-09")
        .map(|f| format!("{} {:?} {}", f.code, f.severity, f.message))
        .collect();
    assert_eq!(
        said,
        [
            "L-08 Error 第1页“左边外”超出版心左边3.0毫米",
            "L-08 Error 第2页“上边外”超出版心上边4.0毫米",
            "L-08 Error 第3页“右边外”超出版心右边7.9毫米",
            "L-08 Error 第4页“下边外”超出版心下边1.6毫米",
            "L-08 Error 第5页的线条或图超出版心右边4.0毫米",
            "L-09 Error 第6页“字”与“压字”叠印在一起",
        ],
        "{found:?}"
    );
}

#[test]
fn a_signature_alone_on_a_page_is_fetched_back_by_the_line_pitch() {
    // 22 lines a page: the signature's two lines do not fit below 20 lines of text and a gap.
    let mut doc = document("某事", (0..19).map(|_| paragraph("一行正文。")).collect());
    doc.body.signature = Some(Signature {
        form: SignatureForm::Unsealed,
        posts: vec![],
        seals_mm: vec![],
        names: vec!["某市生态环境局".to_owned()],
        date: "2025年3月4日".to_owned(),
    });
    let Checked { value: pages, findings } = small().typeset(&doc).unwrap();
    assert_eq!(codes(&findings), ["L-03"], "{findings:?}");
    assert!(findings[0].message.contains("行距由29.6磅改为"), "{}", findings[0].message);
    let last = squash(&pages.text(pages.count() - 1));
    assert!(last.contains("一行正文。") && last.contains("2025年3月4日"), "{last}");
}

#[test]
fn invisible_and_private_characters_are_refused_before_layout() {
    let doc = document(
        "关于\u{202E}某事的通知",
        vec![
            paragraph("甲\u{200B}乙\u{200B}丙\u{FEFF}\u{E123}\u{FFFD}\u{7}"),
            paragraph("丁\u{FDD0}"),
        ],
    );
    let Err(Failure::Rejected(found)) = small().typeset(&doc) else { panic!("not refused") };
    assert!(found.iter().all(|f| f.code == "R-91"));
    let said: Vec<&str> = found.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(said.len(), 7, "{said:#?}");
    assert!(said.contains(&"标题“关于U+202E某事的通知”含有双向文字控制符 U+202E"), "{said:#?}");
    assert!(
        said.iter().any(|s| s.contains("正文第1段") && s.contains("U+200B（共2处）")),
        "{said:#?}"
    );
    assert!(
        said.iter().any(|s| s.contains("正文第2段") && s.contains("非字符 U+FDD0")),
        "{said:#?}"
    );
}

#[test]
fn fonts_are_checked_against_the_manifest_all_at_once() {
    let dir = tempfile::tempdir().unwrap();
    put(&dir.path().join("a.ttf"), "not a font");
    let digest = "0".repeat(64);
    let entry = |file: &str| {
        format!(
            "[[font]]\nfamily = \"甲\"\nfile = \"{file}\"\nsha256 = \"{digest}\"\nlicence = \"\"\n"
        )
    };
    put(
        &dir.path().join("fonts.toml"),
        &[entry("a.ttf"), entry("b.ttf"), entry("../c.ttf")].concat(),
    );
    let Err(Failure::Faulty(said)) = Typesetter::load(dir.path(), dir.path(), &Options::default())
    else {
        panic!()
    };
    let styleless = said.len();
    assert_eq!(styleless, 3, "{said:?}");
    assert!(said[0].message.contains("a.ttf") && said[0].message.contains(&digest), "{said:?}");
    assert_eq!(said[1].at.as_ref().unwrap().line_column(), (8, 8));
}

#[test]
fn the_manifest_of_the_house_names_its_families_right() {
    // Digests of 72 MB are for the real run; names and files are cheap to read.
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    let text = fs::read_to_string(home.join("fonts.toml")).unwrap();
    for line in text.lines().filter(|l| l.starts_with("file = ")) {
        let file = line.trim_start_matches("file = ").trim_matches('"');
        assert!(home.join(file).is_file(), "{file}");
    }
}
