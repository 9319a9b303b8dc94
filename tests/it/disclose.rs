//! Public versions from the command line, and the proof: what is withheld is found wherever it is planted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::desk::{Answer, Desk, project};

const FOUND: &str = "学府路多家餐馆油烟直排，楼上居民长期无法开窗。";
/// Every sort of personal data, half- and full-width.
const PLANTED: &str = "举报人张建国（电话138-1234-5678，座机０２３—６７０１２３４５，身份证号１１０１０５１９４９１２３１００２Ｘ，\
                       微信号zhang_jg88，邮箱zhang.jg@example.com）反映车牌为渝A12345的货车夜间倾倒渣土，家住澄溪区学府路12号3幢5-2。";
const PHONE: &str = "13812345678";

/// The routine example with personal data in its first complaint.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.example("routine", "案");
    desk.edit("案/case.yaml", FOUND, PLANTED);
    desk
}

fn make(desk: &Desk, out: &str) -> Answer {
    let args = ["disclose", "案", "--out", out, "--document", "doc-181", "--format", "pdf,txt"];
    desk.run(&[&args[..], &["--list", "清单.json", "--json"]].concat())
}

fn verify(desk: &Desk, dir: &str) -> Answer {
    desk.run(&["disclose", "--verify", dir, "--against", "案", "--json"])
}

/// The outside tools, over a folder and the clerk's list.
fn outside(desk: &Desk, dir: &str) -> Answer {
    let mut command = Command::new(project().join(".ci/check-disclosed"));
    desk.answer(command.arg(desk.at(dir)).arg(desk.at("清单.json")))
}

#[test]
fn a_public_version_holds_nothing_withheld_and_is_always_the_same() {
    let desk = desk();
    let made = make(&desk, "公开").expect(0);
    let documents = made.of_type("document");
    assert_eq!(documents.len(), 2);
    let path = documents[1]["path"].as_str().unwrap();
    assert!(path.ends_with("一览表（第1批）（公开版）.txt"), "{path}");
    let text = fs::read_to_string(desk.at(path)).unwrap();
    assert!(text.contains("举报人反映有关货车夜间倾倒渣土。"), "{text}");
    // What is told shows no withheld word; the clerk's list has them all.
    let list = fs::read_to_string(desk.at("清单.json")).unwrap();
    for words in [
        "张建国",
        PHONE,
        "02367012345",
        "11010519491231002X",
        "zhang_jg88",
        "zhang.jg@example.com",
        "渝A12345",
        "学府路12号3幢5-2",
    ] {
        assert!(list.contains(&format!("\"words\": \"{words}\"")), "{words} is not in the list");
        let told = made.of_type("withheld").iter().any(|l| l.to_string().contains(words));
        let form = fs::read_to_string(desk.at("公开 公开审查表.md")).unwrap();
        assert!(!told && !form.contains(words), "{words} is told");
    }
    let proof = verify(&desk, "公开").expect(0);
    assert_eq!(proof.of_type("summary")[0]["holds"], true);
    assert!(proof.of_type("summary")[0]["strings"].as_u64().unwrap() > 100);
    outside(&desk, "公开").expect(0);
    make(&desk, "再次").expect(0);
    for entry in fs::read_dir(desk.at("公开")).unwrap() {
        let path = entry.unwrap().path();
        let again = desk.at("再次").join(path.file_name().unwrap());
        assert!(fs::read(&path).unwrap() == fs::read(&again).unwrap(), "{}", path.display());
    }
}

#[test]
fn what_is_not_public_is_refused() {
    let desk = desk();
    let run = |more: &[&str]| desk.run(&[&["disclose", "案", "--out", "公开"], more].concat());
    let answer = run(&["--document", "doc-28", "--json"]).expect(4);
    let codes: Vec<_> = answer.of_type("finding").iter().map(|f| f["code"].clone()).collect();
    assert!(codes.contains(&"D-01".into()), "{codes:?}");
    assert_eq!(fs::read_dir(desk.at("公开")).unwrap().count(), 0, "nothing to be published");
    assert!(desk.at("公开 公开审查表.md").is_file());
    run(&["--document", "doc-10,doc-28"]).expect(3);
    run(&["--document", "doc-999"]).expect(5);
    run(&["--document", "doc-10", "--list", "公开/清单.json"]).expect(2);
    run(&["--document", "doc-10", "--list", "公开/内/清单.json"]).expect(2);
    desk.run(&["disclose", "案"]).expect(2);
    desk.run(&["disclose", "--verify", "公开"]).expect(2);
    desk.run(&["disclose", "--verify", "没有", "--against", "案"]).expect(6);
    fs::create_dir(desk.at("空")).unwrap();
    desk.run(&["disclose", "--verify", "空", "--against", "案"]).expect(1);
    desk.edit("案/case.yaml", "secrecy: 内部", "secrecy: 机密");
    run(&["--document", "doc-10"]).expect(13);
    desk.run(&["disclose", "--verify", "公开", "--against", "案"]).expect(13);
}

#[test]
fn an_unredacted_paper_is_caught() {
    let desk = Desk::new();
    desk.example("routine", "案");
    // Without what `check` itself refuses.
    desk.edit("案/case.yaml", FOUND, "举报人张建国（座机023-67012345）反映油烟直排。");
    desk.run(&["disclose", "案", "--out", "公开", "--document", "doc-10", "--list", "清单.json"])
        .expect(0);
    desk.run(&["generate", "案", "--out", "原件", "--document", "doc-181", "--format", "pdf,txt"])
        .expect(0);
    let proof = verify(&desk, "原件").expect(1);
    let leaks = proof.of_type("leak");
    for sort in ["信访人姓名", "固定电话"] {
        for place in ["正文", "正文第2面", "内容流"] {
            let hit = leaks.iter().any(|l| l["sort"] == sort && l["place"] == place);
            assert!(hit, "{sort} in {place}: {leaks:?}");
        }
    }
    assert!(
        !proof.stdout.contains("张建国") && !proof.stdout.contains("67012345"),
        "{}",
        proof.stdout
    );
    let told = outside(&desk, "原件").expect(1);
    assert!(told.stdout.contains("pdftotext -raw: 信访人姓名"), "{}", told.stdout);
    assert!(!told.stdout.contains("张建国"), "{}", told.stdout);
}

/// A PDF of one page with these objects besides (number 10 and on), and this in its catalogue, trailer and contents.
struct Trial<'a> {
    name: &'a str,
    /// Where the proof must find the leak.
    place: &'a str,
    /// Whether the outside tools see it too.
    outside: bool,
    contents: &'a str,
    root: &'a str,
    page: &'a str,
    trailer: &'a str,
    objects: &'a [String],
}

impl Trial<'_> {
    fn pdf(&self) -> Vec<u8> {
        let stream = |dict: &str, data: &str| {
            format!("<< {dict} /Length {} >>\nstream\n{data}\nendstream", data.len())
        };
        let mut objects = vec![
            (1, format!("<< /Type /Catalog /Pages 2 0 R {} >>", self.root)),
            (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
            (
                3,
                format!(
                    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R {} \
                 /Resources << /Font << /F1 4 0 R >> >> >>",
                    self.page
                ),
            ),
            (4, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned()),
            (5, stream("", self.contents)),
        ];
        objects.extend((10..).zip(self.objects.iter().cloned()));
        let mut out = b"%PDF-1.7\n".to_vec();
        let mut table = BTreeMap::new();
        for (number, body) in &objects {
            table.insert(*number, out.len());
            out.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
        }
        let start = out.len();
        out.extend(b"xref\n0 1\n0000000000 65535 f \n");
        for (number, at) in &table {
            out.extend(format!("{number} 1\n{at:010} 00000 n \n").bytes());
        }
        let size = table.keys().max().unwrap() + 1;
        out.extend(
            format!(
                "trailer << /Size {size} /Root 1 0 R {} >>\nstartxref\n{start}\n%%EOF\n",
                self.trailer
            )
            .bytes(),
        );
        out
    }
}

fn hex(text: &str) -> String {
    let units: String = text.encode_utf16().map(|u| format!("{u:04X}")).collect();
    format!("<FEFF{units}>")
}

fn stream(dict: &str, data: &str) -> String {
    format!("<< {dict} /Length {} >>\nstream\n{data}\nendstream", data.len())
}

#[test]
fn every_sort_is_found_in_every_corner() {
    let desk = desk();
    make(&desk, "公开").expect(0);
    let show = |text: &str| format!("BT /F1 12 Tf 72 700 Td ({text}) Tj ET");
    let plain = Trial {
        name: "",
        place: "",
        outside: true,
        contents: "",
        root: "",
        page: "",
        trailer: "",
        objects: &[],
    };
    let (visible, boxed) =
        (show("138 1234 5678"), format!("{} 0 g 60 690 200 30 re f", show(PHONE)));
    let invisible = show(PHONE).replace("BT", "BT 3 Tr");
    let pieces = "BT /F1 12 Tf 72 700 Td [(138) -400 (1234) 20 (5678)] TJ ET".to_owned();
    let actual = format!("/Span << /ActualText {} >> BDC EMC", hex("张建国"));
    let name = hex("张建国");
    let info = [format!("<< /Author {name} >>")];
    let keywords = ["<< /Keywords (zhang.jg@example.com) >>".to_owned()];
    let xmp = [stream(
        "/Type /Metadata /Subtype /XML",
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>11010519491231002X</a></x:xmpmeta>",
    )];
    let outline = [
        "<< /Type /Outlines /First 11 0 R /Last 11 0 R /Count 1 >>".to_owned(),
        format!("<< /Title {} /Parent 10 0 R /Dest [3 0 R /Fit] >>", hex("学府路12号3幢5-2")),
    ];
    let figure = [
        "<< /Type /StructTreeRoot /K 11 0 R >>".to_owned(),
        format!("<< /Type /StructElem /S /Figure /P 10 0 R /Alt {} >>", hex("货车渝A12345")),
    ];
    let note = [format!(
        "<< /Type /Annot /Subtype /Text /Rect [0 0 20 20] /Contents {} >>",
        hex("电话０２３—６７０１２３４５")
    )];
    let attached = [
        "<< /Type /Filespec /F (a.txt) /UF (a.txt) /EF << /F 11 0 R >> >>".to_owned(),
        stream("/Type /EmbeddedFile", "zhang_jg88"),
    ];
    let named = [
        "<< /Type /Filespec /F (13812345678.txt) /UF (13812345678.txt) /EF << /F 11 0 R >> >>"
            .to_owned(),
        stream("/Type /EmbeddedFile", "x"),
    ];
    let names = "/Names << /EmbeddedFiles << /Names [(a) 10 0 R] >> >>";
    let unused = [stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", &show(PHONE))];
    let trials = [
        Trial { name: "明文", place: "正文第1面", contents: &visible, ..plain },
        Trial { name: "黑框下", place: "正文第1面", contents: &boxed, ..plain },
        Trial { name: "隐形字", place: "内容流", contents: &invisible, ..plain },
        Trial { name: "拆开的字", place: "正文第1面", contents: &pieces, ..plain },
        Trial {
            name: "实际文本", place: "替代文本", outside: false, contents: &actual, ..plain
        },
        Trial {
            name: "作者", place: "元数据", trailer: "/Info 10 0 R", objects: &info, ..plain
        },
        Trial {
            name: "关键词",
            place: "元数据",
            trailer: "/Info 10 0 R",
            objects: &keywords,
            ..plain
        },
        Trial {
            name: "扩展元数据",
            place: "元数据",
            root: "/Metadata 10 0 R",
            objects: &xmp,
            ..plain
        },
        Trial {
            name: "书签",
            place: "书签、标题",
            root: "/Outlines 10 0 R",
            objects: &outline,
            ..plain
        },
        Trial {
            name: "插图说明",
            place: "替代文本",
            root: "/StructTreeRoot 10 0 R",
            objects: &figure,
            ..plain
        },
        Trial {
            name: "批注",
            place: "批注、表单",
            page: "/Annots [10 0 R]",
            objects: &note,
            ..plain
        },
        Trial { name: "附件内容", place: "附件", root: names, objects: &attached, ..plain },
        Trial { name: "附件名称", place: "附件", root: names, objects: &named, ..plain },
        // Named by nothing: an older revision, or what another program forgot. Only our proof walks such bytes.
        Trial {
            name: "孤立对象", place: "内容流", outside: false, objects: &unused, ..plain
        },
    ];
    let dir = desk.at("查");
    fs::create_dir(&dir).unwrap();
    for trial in &trials {
        fs::write(dir.join(format!("{}.pdf", trial.name)), trial.pdf()).unwrap();
    }
    // A sound page, so that it is the leak and not the file that is found.
    let sound = Trial { contents: &show("nothing"), ..plain };
    fs::write(dir.join("清白.pdf"), sound.pdf()).unwrap();
    fs::write(dir.join("文本.txt"), "联系１３８ １２３４ ５６７８").unwrap();
    fs::write(dir.join("张建国.txt"), "无").unwrap();
    fs::write(dir.join("表格.bin"), [&[0xFF, 0xFE, 0x00][..], PHONE.as_bytes()].concat()).unwrap();
    let picture = [
        &b"\x89PNG\r\n\x1a\n"[..],
        b"\0\0\0\x0btEXt",
        PHONE.as_bytes(),
        b"\0\0\0\0",
        b"\0\0\0\0IEND\xaeB`\x82",
    ];
    fs::write(dir.join("图片.png"), picture.concat()).unwrap();

    let proof = verify(&desk, "查").expect(1);
    let leaks: BTreeSet<(String, String)> = proof
        .of_type("leak")
        .iter()
        .map(|l| (l["file"].as_str().unwrap().to_owned(), l["place"].as_str().unwrap().to_owned()))
        .collect();
    let pair = |file: &str, place: &str| (file.to_owned(), place.to_owned());
    for trial in &trials {
        let wanted = pair(&format!("{}.pdf", trial.name), trial.place);
        assert!(leaks.contains(&wanted), "{wanted:?} in {leaks:?}");
    }
    for (file, place) in [
        ("文本.txt", "正文"),
        ("张建国.txt", "文件名"),
        ("表格.bin", "内容"),
        ("图片.png", "图片的文字信息"),
    ] {
        assert!(leaks.contains(&pair(file, place)), "{file} in {leaks:?}");
    }
    assert!(!leaks.iter().any(|(file, _)| file == "清白.pdf"), "{leaks:?}");
    let opaque: BTreeSet<String> = proof
        .of_type("finding")
        .iter()
        .filter(|f| f["code"] == "D-05")
        .map(|f| f["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(opaque.into_iter().collect::<Vec<_>>(), ["图片.png", "表格.bin"]);

    let told = outside(&desk, "查").expect(1).stdout;
    for trial in trials.iter().filter(|t| t.outside) {
        assert!(told.contains(&format!("FAIL {}.pdf: ", trial.name)), "{}: {told}", trial.name);
    }
    assert!(!told.contains("清白.pdf"), "{told}");
}

#[test]
fn missing_tools_prove_nothing() {
    let desk = Desk::new();
    fs::create_dir(desk.at("空")).unwrap();
    fs::write(
        desk.at("清单.json"),
        "{\"withheld\": [{\"name\": \"x\", \"words\": \"13812345678\"}]}",
    )
    .unwrap();
    let mut command = Command::new("/bin/bash");
    command.arg(project().join(".ci/check-disclosed")).arg(desk.at("空")).arg(desk.at("清单.json"));
    let answer = desk.answer(command.env("PATH", desk.at("空"))).expect(2);
    assert!(
        answer.stderr.contains("missing tools, nothing is proved: pdftotext"),
        "{}",
        answer.stderr
    );
    // And with the tools there, a folder without files proves nothing either.
    assert!(Path::new(&desk.at("空")).is_dir());
    outside(&desk, "空").expect(2);
}
