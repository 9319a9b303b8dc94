//! The workbench: local pages over the same pipeline, spoken to as a browser speaks.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

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
        let mut child = Command::new(env!("CARGO_BIN_EXE_anjuan"))
            .args(["serve", "--json", "--port", "0", "--archive"])
            .args([archive, case])
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

#[test]
fn other_names_for_this_machine_are_turned_away() {
    let run = shared::routine();
    let bench = Bench::open(&project().join("examples/routine"), &run.desk.at("out/archive"));
    assert_eq!(bench.ask("/", "evil.example").0, 421);
    let (_, head, _) = bench.ask("/", &bench.address);
    assert!(head.to_lowercase().contains("content-security-policy"), "{head}");
}
