//! Every format, read from files that other programs made (tests/old/README.md); and files that were made to harm.

use proptest::prelude::*;

use super::{Extracted, Limits, Reading, extract, propose};

const TITLE: &str = "重庆市生态环境局关于开展饮用水水源地环境安全检查的通知";
const NUMBER: &str = "渝环发〔2019〕12号";

fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/old/files/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn read(name: &str) -> Extracted {
    extract(&file(name), name, &Limits::default())
}

fn has(extracted: &Extracted, words: &[&str]) {
    let text = extracted.text();
    for word in words {
        assert!(text.contains(word), "“{word}” is not in:\n{text}\n{:?}", extracted.reading);
    }
}

#[test]
fn pdf_of_every_maker() {
    for name in [
        "notice-fpdf.pdf",
        "notice-cairo.pdf",
        "notice-mupdf.pdf",
        "notice-cid.pdf",
        "scan-with-text.pdf",
    ] {
        let got = read(name);
        assert_eq!(
            (got.media_type.as_str(), &got.reading),
            ("application/pdf", &Reading::Text),
            "{name}"
        );
        has(
            &got,
            &[
                NUMBER,
                TITLE,
                "各区县（自治县）生态环境局，两江新区、重庆高新区生态环境局：",
                "2019年4月15日",
            ],
        );
    }
    let got = read("notice-fpdf.pdf");
    assert_eq!(got.pages, Some(2));
    assert_eq!(got.parts.iter().map(|p| p.place.as_str()).collect::<Vec<_>>(), ["第1页", "第2页"]);
    assert_eq!(got.property("title"), Some(TITLE));
    assert_eq!(got.property("created"), Some("2019-04-15"));
    // Broken by the page, whole in the text.
    has(&got, &["根据《中华人民共和国水污染防治法》，决定在全市开展饮用水水源地环境安全检查。"]);
    let said = propose(&got.text());
    assert_eq!(said.title.as_deref(), Some(TITLE));
    assert_eq!(said.number.as_deref(), Some(NUMBER));
    assert_eq!(said.date.as_deref(), Some("2019-04-15"));
    assert_eq!(said.issuer.as_deref(), Some("重庆市生态环境局"));
}

/// A file of these objects, the first being the catalogue.
fn pdf_of(objects: &[String]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).bytes());
    }
    let start = pdf.len();
    let size = places.len() + 1;
    pdf.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    places.iter().for_each(|p| pdf.extend(format!("{p:010} 00000 n \n").bytes()));
    pdf.extend(format!("trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF").bytes());
    pdf
}

/// Pages that hold themselves, a form that draws itself: an answer.
#[test]
fn pdf_that_goes_round() {
    let round = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[2 0 R 3 0 R 2 0 R]/Count 3>>".into(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 6 0 R>>".into(),
        "<</Length 5>>stream\n/X Do\nendstream".into(),
        "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources 6 0 R/Length 11>>stream\n/X Do /X Do\nendstream".into(),
        "<</XObject<</X 5 0 R>>>>".into(),
    ];
    let got = extract(&pdf_of(&round), "a.pdf", &Limits::default());
    assert!(!matches!(got.reading, Reading::Text), "{got:?}");
}

#[test]
fn a_predefined_map_of_gbk() {
    // 督察 in GBK, a font that is not in the file.
    let content = "BT /F 12 Tf 72 700 Td <B6BDB2EC> Tj ET";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".into(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/GBK-EUC-H/DescendantFonts[6 0 R]>>".into(),
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 7 0 R>>".into(),
        "<</Type/FontDescriptor/FontName/SimSun/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>".into(),
    ];
    let pdf = pdf_of(&objects);
    let got = extract(&pdf, "a.pdf", &Limits::default());
    has(&got, &["督察"]);
}

#[test]
fn no_text_and_no_way_in() {
    assert_eq!(read("scan.pdf").reading, Reading::NoText("扫描件，没有文字层".into()));
    assert_eq!(read("locked.pdf").reading, Reading::Encrypted);
    for ending in ["png", "jpg", "gif", "bmp", "tif"] {
        let got = read(&format!("scan.{ending}"));
        assert_eq!(got.reading, Reading::NoText("图像，没有文字层".into()), "{ending}");
        assert_eq!(got.property("pixels"), Some("300×200"), "{ending}");
    }
    let got = read("locked.zip");
    assert_eq!(got.reading, Reading::Encrypted);
    assert_eq!(got.members.len(), 1);
    let names: Vec<String> = read("names-gbk.zip").members.into_iter().map(|m| m.name).collect();
    assert_eq!(names, ["附.txt", "名单.txt"]);
}

#[test]
fn word() {
    let got = read("notice.docx");
    assert!(got.media_type.ends_with("wordprocessingml.document"), "{}", got.media_type);
    has(
        &got,
        &[
            NUMBER,
            TITLE,
            "重庆市生态环境局文件",
            "内部传阅，请勿外传",
            "水源地\t区县\t负责人\n黄桷坪水源地\t九龙坡区\t李明",
            "本通知自印发之日起施行。",
            "文本框里的联系电话",
        ],
    );
    let text = got.text();
    assert!(!text.contains("公布之日"), "deleted words are out");
    assert_eq!(text.matches("文本框里的联系电话").count(), 1);
    assert_eq!(got.property("author"), Some("水生态环境处"));
    let said = propose(&text);
    assert_eq!(said.issuer.as_deref(), Some("重庆市生态环境局"));
    assert_eq!(said.title.as_deref(), Some(TITLE));
    assert_eq!(
        said.recipients.as_deref(),
        Some("各区县（自治县）生态环境局，两江新区、重庆高新区生态环境局")
    );
}

#[test]
fn workbooks() {
    for name in ["ledger.xlsx", "ledger.xls"] {
        let got = read(name);
        has(&got, &["序号\t水源地\t检查日期\t水质达标率", "1\t黄桷坪水源地\t2019-05-06\t0.975"]);
        assert_eq!(got.parts[0].place, "工作表“水源地台账”");
    }
    has(&read("ledger.xlsx"), &["数据由区县报送"]);
}

#[test]
fn ofd() {
    let got = read("notice-easyofd.ofd");
    assert_eq!((got.media_type.as_str(), got.pages), ("application/ofd", Some(1)));
    has(&got, &[NUMBER, TITLE, "2019年4月15日"]);
    let text = got.text();
    assert!(text.find(NUMBER) < text.find(TITLE), "{text}");
}

/// An OFD with what the standard allows: a template page, CTM, steps by `g`, objects out of order, an attachment,
/// two documents.
#[test]
fn ofd_by_the_standard() {
    let page = |objects: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Template TemplateID=\"1\" ZOrder=\"Background\"/><ofd:Content><ofd:Layer ID=\"2\">{objects}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    };
    let zip = zipped(&[
        (
            "OFD.xml",
            "<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:DocBody><ofd:DocInfo><ofd:Title>甲</ofd:Title></ofd:DocInfo><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody><ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        ),
        (
            "Doc_0/Document.xml",
            "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData><ofd:TemplatePage ID=\"1\" BaseLoc=\"Tpls/T.xml\"/></ofd:CommonData><ofd:Pages><ofd:Page ID=\"9\" BaseLoc=\"Pages/P.xml\"/></ofd:Pages><ofd:Attachments>Attachs/A.xml</ofd:Attachments></ofd:Document>",
        ),
        (
            "Doc_0/Tpls/T.xml",
            "<ofd:Page xmlns:ofd=\"x\"><ofd:Content><ofd:Layer><ofd:TextObject Boundary=\"10 5 100 10\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\">模板页上的字</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>",
        ),
        (
            "Doc_0/Pages/P.xml",
            &page(
                "<ofd:TextObject Boundary=\"10 40 100 10\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"g 2 5 5\">第二行字</ofd:TextCode></ofd:TextObject><ofd:TextObject Boundary=\"10 20 100 10\" Size=\"1\" CTM=\"5 0 0 5 0 0\"><ofd:TextCode X=\"0\" Y=\"1\" DeltaX=\"1 1 1\">第一行字</ofd:TextCode></ofd:TextObject>",
            ),
        ),
        (
            "Doc_0/Attachs/A.xml",
            "<ofd:Attachments xmlns:ofd=\"x\"><ofd:Attachment ID=\"1\" Name=\"名单\" Format=\"txt\"><ofd:FileLoc>list.txt</ofd:FileLoc></ofd:Attachment></ofd:Attachments>",
        ),
        ("Doc_0/Attachs/list.txt", "附件里的名单"),
        ("Doc_1/Document.xml", "<ofd:Document xmlns:ofd=\"x\"><ofd:Pages/></ofd:Document>"),
    ]);
    let got = extract(&zip, "a.ofd", &Limits::default());
    assert_eq!(got.reading, Reading::Text);
    assert_eq!(got.parts[0].text, "模板页上的字\n第一行字\n第二行字");
    assert_eq!(got.parts[0].place, "文档1 第1页");
    assert_eq!(got.parts[1].place, "附件“名单.txt”");
    assert_eq!(got.property("title"), Some("甲"));
    assert_eq!(got.members.len(), 1);
}

#[test]
fn web_page_of_older_days() {
    let got = read("page-gb2312.html");
    assert_eq!((got.media_type.as_str(), got.encoding.as_deref()), ("text/html", Some("GB18030")));
    has(&got, &["索引号\t11500000", TITLE, "决定在全市开展检查。\n第二行 &完", "原样\n  保留"]);
    let text = got.text();
    for not in ["脚本", "color", "请打开"] {
        assert!(!text.contains(not), "{not} in {text}");
    }
    assert_eq!(got.property("title"), Some(TITLE));
    assert_eq!(got.property("created"), Some("2019-04-16"));
    let said = propose(&text);
    assert_eq!(said.number.as_deref(), Some(NUMBER));
    assert_eq!(said.title.as_deref(), Some(TITLE));
}

#[test]
fn texts_in_every_encoding() {
    for (name, encoding) in [
        ("notice-gb18030.txt", "GB18030"),
        ("notice-utf16le.txt", "UTF-16LE"),
        ("notice-utf16be-bom.txt", "UTF-16BE"),
    ] {
        let got = read(name);
        assert_eq!(
            (got.media_type.as_str(), got.encoding.as_deref()),
            ("text/plain", Some(encoding)),
            "{name}"
        );
        has(&got, &[NUMBER, TITLE, "㐂𠮷、䶮"]);
    }
    has(&read("notice-big5.txt"), &["飲用水水源地環境安全檢查"]);
    let got = read("table-gbk.csv");
    assert_eq!(
        (got.media_type.as_str(), got.text().as_str()),
        ("text/csv", "文件,题名\na.txt,关于检查的函")
    );
    // A short line in GBK is no West European text.
    let (bytes, _, _) = encoding_rs::GBK.encode("督察通知");
    has(&extract(&bytes, "a.txt", &Limits::default()), &["督察通知"]);
}

#[test]
fn mail_and_what_is_attached() {
    let got = read("mail.eml");
    has(
        &got,
        &[
            "主题：报送水源地检查情况",
            "李明 <liming@example.gov.cn>",
            "现报送检查情况，请查收。",
            TITLE,
        ],
    );
    let names: Vec<&str> = got.members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["检查通知.docx", "现场照片.png"]);
    assert!(
        got.notes.iter().any(|n| n == "附件“现场照片.png”：图像，没有文字层"),
        "{:?}",
        got.notes
    );
    assert_eq!(got.property("created"), Some("2019-04-15"));
}

#[test]
fn the_name_does_not_decide() {
    let got = extract(&file("notice-fpdf.pdf"), "通知.txt", &Limits::default());
    assert_eq!(got.media_type, "application/pdf");
    let got = extract(&file("notice.docx"), "通知.zip", &Limits::default());
    has(&got, &[TITLE]);
    assert_eq!(extract(b"", "a.txt", &Limits::default()).reading, Reading::NoText("空文件".into()));
    let got = extract(b"ab\0\x01\x02\x03\x04cd", "a.txt", &Limits::default());
    assert!(matches!(got.reading, Reading::Unsupported(_)), "{got:?}");
}

/// A ZIP of these parts, deflated.
fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
    crate::container::remade(&EMPTY_ZIP, |_, bytes| Some(bytes), &parts)
}

const EMPTY_ZIP: [u8; 22] =
    [b'P', b'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

#[test]
fn files_made_to_harm_cost_their_own_text() {
    let small = Limits { unfolded: 1 << 20, characters: 1000, ..Limits::default() };
    let bomb = zipped(&[("word/document.xml", &" ".repeat(2 << 20))]);
    assert!(matches!(extract(&bomb, "a.docx", &small).reading, Reading::Damaged(_)));
    let laughs = "<!DOCTYPE l [<!ENTITY a \"哈哈\"><!ENTITY b \"&a;&a;&a;\">]><w:document><w:t>&b;</w:t></w:document>";
    let got = extract(&zipped(&[("word/document.xml", laughs)]), "a.docx", &small);
    assert_eq!(got.reading, Reading::Damaged("XML 含有 DTD，不予读取".into()));
    let deep = format!("<a>{}", "<b>".repeat(100_000));
    let got = extract(&zipped(&[("OFD.xml", &deep)]), "a.ofd", &small);
    assert!(matches!(got.reading, Reading::Damaged(_)), "{got:?}");
    // OFD that names itself as its page.
    let round = zipped(&[("OFD.xml", "<O><DocBody><DocRoot>OFD.xml</DocRoot></DocBody></O>")]);
    assert!(matches!(extract(&round, "a.ofd", &small).reading, Reading::NoText(_)));
    let html = format!("<html><body>{}字", "<div>".repeat(300_000));
    has(&extract(html.as_bytes(), "a.html", &Limits::default()), &["字"]);
    let long = extract("督察".repeat(5000).as_bytes(), "a.txt", &small);
    assert_eq!(long.text().chars().count(), 1000);
    assert_eq!(long.notes, ["文字过多，后面的没有读"]);
    let stated = Limits { file: 10, ..Limits::default() };
    assert!(matches!(extract(&[b' '; 11], "a.txt", &stated).reading, Reading::Damaged(_)));
}

#[test]
fn what_is_cut_off_is_damaged_or_shorter() {
    for entry in
        std::fs::read_dir(format!("{}/tests/old/files", env!("CARGO_MANIFEST_DIR"))).unwrap()
    {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let bytes = file(&name);
        for part in [2, 3, 10] {
            let cut = bytes.len() - bytes.len() / part;
            let _ = extract(&bytes[..cut], &name, &Limits::default());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Any bytes behind any head: an answer, never a panic.
    #[test]
    fn any_bytes(head in 0_usize..12, tail in proptest::collection::vec(any::<u8>(), 0..600)) {
        const HEADS: [&[u8]; 12] = [
            b"", b"%PDF-1.4\n1 0 obj<<", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0",
            b"<html><meta charset=", b"From: a\nTo: b\nSubject: ", b"<?xml version=\"1.0\" encoding=\"gbk\"?><a>",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"GIF89a", b"\xff\xfe",
        ];
        let bytes: Vec<u8> = HEADS[head].iter().copied().chain(tail).collect();
        let got = extract(&bytes, "a.csv", &Limits::default());
        prop_assert!(!got.media_type.is_empty());
        let _ = propose(&got.text());
    }

    /// A byte or two changed in a real file.
    #[test]
    fn spoilt_files(which in 0_usize..6, at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let name = ["notice.docx", "notice-easyofd.ofd", "notice-mupdf.pdf", "ledger.xls", "mail.eml", "page-gb2312.html"][which];
        let mut bytes = file(name);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = extract(&bytes, name, &Limits::default());
    }
}

/// What another reader of PDF says of the same pages, where it is on this machine (always in CI).
#[test]
fn poppler_reads_the_same_characters() {
    for name in ["notice-fpdf.pdf", "notice-cairo.pdf", "scan-with-text.pdf"] {
        let path = format!("{}/tests/old/files/{name}", env!("CARGO_MANIFEST_DIR"));
        let run = std::process::Command::new("pdftotext").args([&path, "-"]).output();
        let Ok(run) = run else {
            assert!(std::env::var_os("CI").is_none(), "pdftotext is missing in CI");
            return;
        };
        let bare = |text: &str| {
            let mut all: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
            all.sort_unstable();
            all
        };
        let theirs = String::from_utf8(run.stdout).unwrap();
        assert_eq!(bare(&read(name).text()), bare(&theirs), "{name}");
    }
}
