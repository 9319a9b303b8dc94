//! The workbench: local pages over the same pipeline, spoken to as a browser speaks.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use calamine::{Reader, Xlsx};

use crate::support::desk::project;
use crate::support::shared;

/// A running workbench; it ends with the test.
struct Bench {
    child: Child,
    address: String,
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Bench {
    fn open(case: &Path, archive: &Path) -> Self {
        Self::open_as(case, archive, &[])
    }

    fn open_as(case: &Path, archive: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_anjuan"))
            .args(["serve", "--json", "--port", "0", "--archive"])
            .args([archive, case])
            .args(more)
            .env_clear()
            .env("ANJUAN_HOME", project())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: serde_json::Value = serde_json::from_str(&line).unwrap();
        let url = said["url"].as_str().unwrap();
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { child, address }
    }

    /// Status, head and body of the answer.
    fn ask(&self, path: &str, host: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        let split = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(all[..split].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, all[split + 4..].to_vec())
    }

    fn page(&self, path: &str) -> String {
        let (status, _, body) = self.ask(path, &self.address);
        assert_eq!(status, 200, "{path}");
        String::from_utf8(body).unwrap()
    }
}

#[test]
fn pages_show_the_case_its_documents_and_the_archive() {
    let run = shared::routine();
    let bench = Bench::open(&project().join("examples/routine"), &run.desk.at("out/archive"));
    let overview = bench.page("/");
    for words in ["澄溪区生态环境保护例行督察报告", "没有错误，没有警告", "/documents/doc-09.pdf"]
    {
        assert!(overview.contains(words), "{words}: {overview}");
    }
    assert!(overview.contains("/documents/doc-05.pdf"), "every kind has its wording");
    let (status, head, pdf) = bench.ask("/documents/doc-09.pdf", &bench.address);
    assert!(status == 200 && head.contains("application/pdf") && pdf.starts_with(b"%PDF-"));
    let text = bench.page("/documents/doc-09.txt");
    assert!(text.contains("关于开展澄溪区生态环境保护例行督察进驻工作的通知"), "{text}");
    // 「污水管网」
    let hits = bench.page("/search?q=%E6%B1%A1%E6%B0%B4%E7%AE%A1%E7%BD%91");
    assert!(hits.contains("<mark>污水管网</mark>"), "{hits}");
    assert_eq!(bench.ask("/documents/doc-nein.pdf", &bench.address).0, 404);
}

/// The addresses that a page links to within `from` … `to`, as a browser reads them.
fn links(page: &str, from: &str, to: &str) -> Vec<String> {
    let part = page.split_once(from).map_or("", |(_, rest)| rest);
    let part = part.split_once(to).map_or(part, |(part, _)| part);
    let hrefs = part.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.map(|href| href.replace("&amp;", "&")).collect()
}

fn total(page: &str) -> usize {
    let count = page.split_once("共 <b>").and_then(|(_, rest)| rest.split_once("</b> 件"));
    count.map_or(0, |(n, _)| n.parse().unwrap())
}

/// What the answers of a page are, by their accession and paragraph lines.
fn titles(page: &str) -> Vec<String> {
    let list = page.split_once("<ol").map_or("", |(_, rest)| rest);
    let list = list.split_once("</ol>").map_or(list, |(list, _)| list);
    let titles = list.split("<li><b>").skip(1).filter_map(|li| li.split_once("<div"));
    titles.map(|(title, _)| title.to_owned()).collect()
}

#[test]
fn the_search_page_leads_on() {
    let run = shared::routine();
    let bench = Bench::open(&project().join("examples/routine"), &run.desk.at("out/archive"));
    // 「整改」
    let page = bench.page("/search?q=%E6%95%B4%E6%94%B9");
    let all = total(&page);
    assert!(all > 40, "{page}");
    // Every count leads to as many records.
    let narrower = links(&page, "<aside", "</aside>");
    assert!(narrower.len() > 15, "{narrower:?}");
    let counts: Vec<usize> = page
        .split("<span class=\"count\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().parse().unwrap())
        .collect();
    for (link, count) in narrower.iter().zip(counts).step_by(3) {
        let narrowed = bench.page(link);
        assert_eq!(total(&narrowed), count, "{link}");
        assert!(narrowed.contains("整改 "), "the question says what it is narrowed to");
    }
    // Pages fit together.
    let (mut seen, mut at) = (titles(&page), page.clone());
    while let [.., next] = links(&at, "aria-label=\"翻页\"", "</nav>").as_slice()
        && at.contains("rel=\"next\"")
    {
        at = bench.page(next);
        seen.extend(titles(&at));
    }
    assert_eq!(seen.len(), all);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all);
    // Other orders, each case once, what is like one, the list.
    for way in links(&page, "aria-label=\"排列\"", "</nav>") {
        let other = bench.page(&way);
        assert_eq!(total(&other), all, "{way}");
        assert_eq!(titles(&other).len(), if way.contains("by_case") { 1 } else { 20 }, "{way}");
    }
    let like = links(&page, "<ol", "</ol>").remove(0);
    assert!(like.contains("similar="), "{like}");
    assert!(bench.page(&like).contains("相似的"));
    let list = links(&page, "<div class=\"answers\"", "<nav").remove(0);
    let (status, head, book) = bench.ask(&list, &bench.address);
    assert!(status == 200 && head.contains("attachment; filename=\"hits.xlsx\""), "{head}");
    let mut book = Xlsx::new(std::io::Cursor::new(book)).unwrap();
    let sheet = book.worksheet_range("检索结果清单").unwrap();
    assert_eq!(sheet.height(), all + 3);
    // 「渝环督办〔2025〕99号」: there is none; what is offered stands apart.
    let none = bench
        .page("/search?q=%E6%B8%9D%E7%8E%AF%E7%9D%A3%E5%8A%9E%E3%80%942025%E3%80%9599%E5%8F%B7");
    assert!(none.contains("没有找到") && none.contains("并不含有所查的字词"), "{none}");
    assert!(bench.page("/search").contains("想到什么字"));
}

#[test]
fn what_is_typed_is_never_markup() {
    let run = shared::routine();
    let bench = Bench::open(&project().join("examples/routine"), &run.desk.at("out/archive"));
    for path in [
        "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/search?q=%E6%95%B4%E6%94%B9&sort=%22%3E%3Cscript%3E&by_case=%3Cscript%3E&page=%3Cscript%3E",
    ] {
        let page = bench.page(path);
        assert!(!page.contains("<script"), "{page}");
    }
    let (status, _, page) = bench.ask("/search?similar=%3Cscript%3E", &bench.address);
    let page = String::from_utf8(page).unwrap();
    assert!(status == 409 && !page.contains("<script"), "{page}");
}

#[test]
fn the_workbench_shows_no_more_than_its_role_may_see() {
    let run = shared::routine();
    let desk = crate::support::desk::Desk::new();
    crate::support::desk::copy_folder(&run.desk.at("out/archive"), &desk.at("库"));
    std::fs::write(desk.at("库/access.toml"), "default = \"内部\"\n[roles]\n\"公众\" = \"公开\"\n")
        .unwrap();
    let case = project().join("examples/routine");
    let inside = Bench::open(&case, &desk.at("库"));
    let public = Bench::open_as(&case, &desk.at("库"), &["--role", "公众"]);
    let path = "/search?q=%E6%95%B4%E6%94%B9";
    // The first inner record's pages open inside, and to the public as little as if there were none.
    let opened = |bench: &Bench, link: &str| {
        let (status, head, body) = bench.ask(link, &bench.address);
        (status, head.contains("application/pdf") && body.starts_with(b"%PDF-"))
    };
    let found = inside.page("/search?q=%E5%AF%86%E7%BA%A7%EF%BC%9A%E5%86%85%E9%83%A8");
    let to_pages =
        links(&found, "<ol", "</ol>").into_iter().find(|l| l.starts_with("/record?key="));
    let to_pages = to_pages.unwrap();
    assert_eq!(opened(&inside, &to_pages), (200, true), "{to_pages}");
    assert_eq!(opened(&public, &to_pages), (404, false), "{to_pages}");
    assert_eq!(opened(&inside, "/record?key=AJ-NEIN%2Fdoc-1"), (404, false));
    let (inside, page) = (inside.page(path), public.page(path));
    assert!(total(&page) > 0 && total(&page) < total(&inside), "{}", total(&page));
    assert!(inside.contains(" · 内部 · ") && !page.contains("内部"), "{page}");
    let (_, _, book) = public.ask("/search.xlsx?q=%E6%95%B4%E6%94%B9", &public.address);
    let mut book = Xlsx::new(std::io::Cursor::new(book)).unwrap();
    let sheet = book.worksheet_range("检索结果清单").unwrap();
    assert_eq!(sheet.height(), total(&page) + 3);
}

#[test]
fn other_names_for_this_machine_are_turned_away() {
    let run = shared::routine();
    let bench = Bench::open(&project().join("examples/routine"), &run.desk.at("out/archive"));
    assert_eq!(bench.ask("/", "evil.example").0, 421);
    let (_, head, _) = bench.ask("/", &bench.address);
    assert!(head.to_lowercase().contains("content-security-policy"), "{head}");
}

/// While data are being filled in they have errors: what is seen then is a draft and says so.
#[test]
fn a_case_with_errors_is_shown_as_a_draft() {
    let run = shared::routine();
    let desk = crate::support::desk::Desk::new();
    let case = desk.example("daily", "案");
    let file = desk.at("案/case.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let bench = Bench::open(&case, &run.desk.at("out/archive"));
    assert!(!bench.page("/").contains("样稿"));
    std::fs::write(&file, text.replacen("seq: 33", "seq: 35", 1)).unwrap();
    let page = bench.page("/");
    assert!(page.contains("数据还有错误") && page.contains("<p>1 处错误。</p>"), "{page}");
    assert!(page.contains("错误 R-73"), "{page}");
    let (status, head, pdf) = bench.ask("/documents/doc-351.pdf", &bench.address);
    assert!(status == 200 && head.contains("application/pdf") && pdf.starts_with(b"%PDF-"));
    std::fs::write(&file, text.replacen("secrecy: 内部", "secrecy: 机密", 1)).unwrap();
    let (status, _, page) = bench.ask("/documents/doc-351.pdf", &bench.address);
    assert!(status == 422 && !page.starts_with(b"%PDF-"));
}
