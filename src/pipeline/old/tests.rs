//! Old files on their way into an archive: what enters, what comes back, what is refused.

mod parts;

use std::fs;
use std::path::{Path, PathBuf};

use super::{OldImport, OldOptions, State, import_old};
use crate::archive::Store;
use crate::clock::Clock;
use crate::diag::Failure;
use crate::pipeline::Settings;
use crate::record::{FileRole, Known};

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

struct Desk {
    folder: tempfile::TempDir,
    settings: Settings,
}

impl Desk {
    fn new() -> Self {
        let clock = Clock::fixed("2026-11-24T08:00:00Z").unwrap();
        let settings = Settings {
            home: Some(project()),
            clock,
            no_color: true,
            jobs: 2,
            own_kinds: Vec::new(),
        };
        Self { folder: tempfile::tempdir().unwrap(), settings }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn options() -> OldOptions {
        OldOptions {
            fonds: Some("Z109".into()),
            fonds_name: Some("重庆市生态环境局".into()),
            ..OldOptions::default()
        }
    }

    fn import(&self, inputs: &[PathBuf], options: &OldOptions) -> Result<OldImport, Failure> {
        import_old(&self.settings, inputs, &self.at("库"), options, &|_| {})
    }

    /// Names and bytes of the files of the record with this 题名.
    fn stored(&self, title: &str) -> Vec<(FileRole, String, Vec<u8>)> {
        let store = Store::open_for_reading(&self.at("库")).unwrap();
        let accessions = store.accessions().unwrap();
        let mut records = accessions.iter().flat_map(|a| store.records(a).unwrap());
        let record = records.find(|r| r.metadata.title.contains(title)).expect(title);
        let file = |f: crate::archive::StoredFile| (f.role, f.name, fs::read(&f.path).unwrap());
        record.files.into_iter().map(file).collect()
    }
}

const NOTICE: &str = "渝环发〔2019〕12号\n关于开展检查的通知\n各单位：\n现将有关事项通知如下。\n重庆市生态环境局\n2019年4月15日\n";

fn states(done: &OldImport) -> Vec<(String, State)> {
    let name = |p: &Path| p.file_name().unwrap().to_string_lossy().into_owned();
    done.lines.iter().map(|l| (name(&l.path), l.state)).collect()
}

#[test]
fn the_seeds_enter_as_received_and_only_once() {
    let desk = Desk::new();
    let files = project().join("examples/old/files");
    let meta = Some(project().join("examples/old/著录表.csv"));
    let options = OldOptions { meta, ..Desk::options() };
    let dry = OldOptions { dry_run: true, ..options.clone() };
    let told = desk.import(std::slice::from_ref(&files), &dry).unwrap();
    assert_eq!(told.count(State::Ready), 5);
    assert!(!desk.at("库").exists(), "a dry run writes nothing");

    let done = desk.import(std::slice::from_ref(&files), &options).unwrap();
    assert_eq!((done.count(State::Imported), done.findings.len()), (5, 0), "{:?}", done.findings);
    assert_eq!(done.receipts.len(), 4, "one bundle a year");
    let lishui = done.lines.iter().find(|l| l.path.ends_with("003.txt")).unwrap();
    let m = lishui.metadata.as_ref().unwrap();
    assert_eq!(m.document_number.as_deref(), Some("丽委办发〔2017〕74号"));
    assert_eq!((m.date.as_str(), m.genre.as_str()), ("2017-10-26", "通知"));
    assert_eq!(m.responsible, "中共丽水市委办公室、丽水市人民政府办公室");
    assert_eq!(m.archival_code, "Z109-WS·2017-Y-JD-0001");
    assert_eq!(lishui.origin["日期"], Known::Read);
    assert_eq!(lishui.origin["密级"], Known::Given);
    assert_eq!(lishui.origin["保管期限"], Known::Default);
    let noisy = desk.stored("督察工作实施办法");
    let received = fs::read(files.join("000.txt")).unwrap();
    assert_eq!(noisy, [(FileRole::Main, "000.txt".to_owned(), received)]);

    let again = desk.import(&[files], &options).unwrap();
    assert_eq!(again.count(State::Already), 5);
    assert!(again.receipts.is_empty());
    assert!(again.lines.iter().all(|l| !l.record.is_empty() && !l.accession.is_empty()));
}

#[test]
fn every_format_keeps_its_bytes_and_gets_a_text() {
    let desk = Desk::new();
    for name in [
        "notice.docx",
        "notice-fpdf.pdf",
        "notice-gb18030.txt",
        "notice-easyofd.ofd",
        "page-gb2312.html",
        "mail.eml",
        "scan.pdf",
        "ledger.xlsx",
        "scan.tif",
    ] {
        desk.put(
            &format!("旧/{name}"),
            fs::read(project().join("tests/old/files").join(name)).unwrap(),
        );
    }
    let meta = desk.put(
        "著录.csv",
        "文件,题名,日期\nnotice.docx,一,\nnotice-fpdf.pdf,二,\nnotice-gb18030.txt,三,\nnotice-easyofd.ofd,四,\npage-gb2312.html,五,\nmail.eml,六,\nscan.pdf,七,2019-04-15\nledger.xlsx,八,2019-05-08\nscan.tif,九,2019-05-08\n",
    );
    let set = vec![("责任者".to_owned(), "重庆市生态环境局".to_owned())];
    let options = OldOptions { meta: Some(meta), set, ..Desk::options() };
    let done = desk.import(&[desk.at("旧")], &options).unwrap();
    assert_eq!(done.count(State::Imported), 9, "{:?} {:?}", states(&done), done.findings);
    let warned: Vec<&str> = done.inspections[0]
        .checks
        .iter()
        .filter(|c| c.outcome == crate::archive::Outcome::Warn)
        .map(|c| c.id)
        .collect();
    assert_eq!(warned, ["K3", "K5"], "originals without a long-term form are told");
    for (title, file) in [
        ("一", "notice.docx"),
        ("二", "notice-fpdf.pdf"),
        ("三", "notice-gb18030.txt"),
        ("四", "notice-easyofd.ofd"),
        ("五", "page-gb2312.html"),
    ] {
        let stored = desk.stored(title);
        assert_eq!(stored[0].1, file);
        assert_eq!(stored[0].2, fs::read(project().join("tests/old/files").join(file)).unwrap());
        let text = String::from_utf8(stored[1].2.clone()).unwrap();
        assert_eq!((stored[1].0, stored[1].1.as_str()), (FileRole::Text, "检索文本.txt"));
        assert!(text.contains("饮用水水源地环境安全检查"), "{file}: {text}");
    }
    assert_eq!(desk.stored("七").len(), 1, "a scan has no text");
}

#[test]
fn what_is_unclear_comes_back_and_enters_when_it_is_filled_in() {
    let desk = Desk::new();
    let good = desk.put("旧/好.txt", NOTICE);
    let unclear = desk.put("旧/不明.txt", "一份没有抬头的材料，没有日期，也没有落款。\n");
    let done = desk.import(&[desk.at("旧")], &Desk::options()).unwrap();
    assert_eq!(
        states(&done),
        [("不明.txt".into(), State::Returned), ("好.txt".into(), State::Imported)]
    );
    let codes: Vec<&str> = done.findings.iter().map(|f| f.code.as_ref()).collect();
    assert_eq!(codes, ["O-03", "O-03"]);
    let list = done.returned.unwrap();
    let text = fs::read_to_string(&list).unwrap();
    assert!(
        text.starts_with('\u{feff}') && text.contains("不知道文件日期") && !text.contains("好.txt"),
        "{text}"
    );

    // The clerk fills in the list and gives it again.
    let row = text.lines().nth(1).unwrap();
    let mut cells: Vec<&str> = row.split(',').collect();
    (cells[3], cells[4], cells[5]) = ("重庆市生态环境局", "情况说明", "2018年3月4日");
    let filled = format!("{}\n{}\n", text.lines().next().unwrap(), cells.join(","));
    fs::write(&list, filled).unwrap();
    let options = OldOptions { meta: Some(list.clone()), ..Desk::options() };
    let done = desk.import(&[unclear, good], &options).unwrap();
    assert_eq!(
        (done.count(State::Imported), done.count(State::Already)),
        (1, 1),
        "{:?}",
        done.findings
    );
    assert_eq!(done.lines.iter().find(|l| l.state == State::Imported).unwrap().title, "情况说明");
}

#[test]
fn secrets_are_refused_however_they_are_told() {
    let desk = Desk::new();
    desk.put("旧/标.txt", format!("机密★1年\n{NOTICE}"));
    desk.put("旧/表.txt", format!("{NOTICE}又一份。\n"));
    desk.put("旧/附.txt", format!("{NOTICE}再一份。\n"));
    desk.put("旧/附件.txt", "秘密\n名单\n");
    let meta =
        desk.put("著录.csv", "文件,密级,附件\n标.txt,公开,\n表.txt,秘密,\n附.txt,,附件.txt\n");
    let options = OldOptions { meta: Some(meta), ..Desk::options() };
    let done = desk.import(&[desk.at("旧")], &options).unwrap();
    assert!(done.lines.iter().all(|l| l.state == State::Refused), "{:?}", states(&done));
    assert_eq!(done.findings.iter().filter(|f| f.code == "P-08").count(), 3);
    assert!(!desk.at("库").exists());
}

#[test]
fn codes_go_on_and_given_ones_stay() {
    let desk = Desk::new();
    let first = desk.put("a.txt", NOTICE);
    desk.import(&[first], &Desk::options()).unwrap();
    desk.put("旧/b.txt", NOTICE.replace("12号", "13号"));
    desk.put("旧/c.txt", NOTICE.replace("12号", "14号"));
    desk.put("旧/d.txt", NOTICE.replace("12号", "15号"));
    desk.put("旧/e.txt", NOTICE.replace("12号", "16号"));
    let meta = desk.put(
        "著录.toml",
        "\"机构代码\" = \"JD\"\n[[\"件\"]]\n\"文件\" = \"c.txt\"\n\"档号\" = \"Z109-WS·2019-Y-JD-0007\"\n[[\"件\"]]\n\"文件\" = \"d.txt\"\n\"档号\" = \"45-2-118\"\n[[\"件\"]]\n\"文件\" = \"e.txt\"\n\"档号\" = \"Z109-WS·2019-Y-JD-0001\"\n",
    );
    let options = OldOptions { meta: Some(meta), ..Desk::options() };
    let done = desk.import(&[desk.at("旧")], &options).unwrap();
    let codes: Vec<(&str, State)> =
        done.lines.iter().map(|l| (l.archival_code.as_str(), l.state)).collect();
    assert_eq!(
        codes,
        [
            ("Z109-WS·2019-Y-JD-0008", State::Imported),
            ("Z109-WS·2019-Y-JD-0007", State::Imported),
            ("Z109-WS·2019-Y-JD-0009", State::Imported),
            ("Z109-WS·2019-Y-JD-0001", State::Returned),
        ],
        "{:?}",
        done.findings
    );
    let old = done.lines[2].metadata.as_ref().unwrap();
    assert_eq!(old.note.as_deref(), Some("原档号：45-2-118"));
}

#[test]
fn files_that_harm_or_disagree() {
    let desk = Desk::new();
    let cut = fs::read(project().join("tests/old/files/notice-fpdf.pdf")).unwrap();
    desk.put("旧/缺尾.pdf", [cut.as_slice(), &[b' '; 200]].concat());
    desk.put("旧/格式.docx", fs::read(project().join("tests/old/files/notice.docx")).unwrap());
    desk.put("旧/锁.pdf", fs::read(project().join("tests/old/files/locked.pdf")).unwrap());
    desk.put("旧/包.zip", fs::read(project().join("tests/old/files/names-gbk.zip")).unwrap());
    desk.put("旧/好.txt", NOTICE);
    desk.put("旧/同.txt", NOTICE);
    desk.put("旧/名.txt", fs::read(project().join("tests/old/files/notice-mupdf.pdf")).unwrap());
    let meta = desk.put(
        "著录.csv",
        "文件,文号,来源列,题名\n好.txt,渝环发〔2019〕21号,x,\n无.txt,,,\n缺尾.pdf,,,缺尾的文件\n",
    );
    let options = OldOptions { meta: Some(meta), ..Desk::options() };
    let done = desk.import(&[desk.at("旧")], &options).unwrap();
    assert_eq!(
        states(&done),
        [
            ("包.zip".into(), State::Returned),
            ("名.txt".into(), State::Imported),
            ("好.txt".into(), State::Imported),
            ("格式.docx".into(), State::Returned),
            ("缺尾.pdf".into(), State::Returned),
            ("锁.pdf".into(), State::Returned),
        ],
        "{:?}",
        done.findings
    );
    let mut codes: Vec<&str> = done.findings.iter().map(|f| f.code.as_ref()).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        ["O-02", "O-02", "O-02", "O-04", "O-04", "O-05", "O-06", "O-06", "O-07"],
        "{:?}",
        done.findings
    );
    assert!(done.findings.iter().any(|f| f.message.contains("检测不合格（K4）")));
    let pdf = done.lines.iter().find(|l| l.path.ends_with("名.txt")).unwrap();
    assert_eq!(pdf.media_type, "application/pdf");
}

#[test]
fn a_list_that_cannot_be_used_and_settings_that_are_missing() {
    let desk = Desk::new();
    let file = desk.put("a.txt", NOTICE);
    let meta = desk.put("著录.csv", "题名,日期\n甲,2019-01-01\n");
    let options = OldOptions { meta: Some(meta), ..Desk::options() };
    assert!(matches!(
        desk.import(std::slice::from_ref(&file), &options),
        Err(Failure::Rejected(_))
    ));
    for options in [
        OldOptions { fonds: None, ..Desk::options() },
        OldOptions { fonds: Some("z1".into()), ..Desk::options() },
        OldOptions { set: vec![("颜色".into(), "红".into())], ..Desk::options() },
    ] {
        assert!(matches!(
            desk.import(std::slice::from_ref(&file), &options),
            Err(Failure::Usage(_))
        ));
    }
}
