//! A document issued, changed, compared, revised, got out again and archived as it was sent.

use crate::support::desk::Desk;

const NUMBER: &str = "渝环督办〔2025〕19号";

#[test]
fn what_was_sent_is_kept_compared_revised_and_archived() {
    let desk = Desk::new();
    desk.example("routine", "case");
    desk.edit("case/case.yaml", "    doc_number: {code: 渝环督办, year: 2025, seq: 16}\n", "");
    let run = |args: &[&str]| desk.run(&[args, &["--register", "簿.db"]].concat());
    run(&["number", "create"]).expect(0);
    run(&["number", "adopt", "case", "--code", "渝环督办", "--year", "2025"]).expect(0);
    let refused = run(&["diff", "case", "doc-28"]).expect(2);
    assert!(refused.stderr.contains("还没有发文"), "{}", refused.stderr);
    let answer = run(&["issue", "case", "doc-28", "--by", "王", "--json"]).expect(0);
    let issued = answer.of_type("issued").remove(0);
    assert_eq!(issued["number"], NUMBER);

    // What is kept is what `generate` makes.
    run(&["number", "show", NUMBER, "--out", "一.pdf"]).expect(0);
    desk.run(&["generate", "case", "--out", "公文", "--document", "doc-28"]).expect(0);
    let made = std::fs::read_dir(desk.at("公文")).unwrap().next().unwrap().unwrap().path();
    let first = std::fs::read(desk.at("一.pdf")).unwrap();
    assert!(first == std::fs::read(made).unwrap(), "byte for byte");
    let same = run(&["diff", "case", "doc-28", "--json"]).expect(0);
    assert_eq!(same.of_type("summary")[0]["changes"], 0);

    // A change is told, and drawn.
    desk.edit(
        "case/case.yaml",
        "title: 关于印发《澄溪区生态环境保护例行督察报告》的通知",
        "title: 关于公布《澄溪区生态环境保护例行督察报告》的通知",
    );
    let out = ["--html", "对照.html", "--pdf", "花脸稿.pdf"];
    let told = run(&[&["diff", "case", "doc-28", "--json"][..], &out].concat()).expect(1);
    let words: Vec<String> = told
        .of_type("change")
        .iter()
        .map(|c| format!("{}：{}", c["place"].as_str().unwrap(), c["words"].as_str().unwrap()))
        .collect();
    assert!(words.contains(&"标题：将“印发”改为“公布”".to_owned()), "{words:?}");
    let page = std::fs::read_to_string(desk.at("对照.html")).unwrap();
    assert!(page.contains("<del>印发</del><ins>公布</ins>"));
    assert!(std::fs::read(desk.at("花脸稿.pdf")).unwrap().starts_with(b"%PDF-"));
    let again = run(&["issue", "case", "doc-28"]).expect(1);
    assert!(again.stderr.contains("N-09") && again.stderr.contains("--revise"), "{}", again.stderr);

    // Into the archive goes what was sent.
    let packed = run(&["pack", "case", "--out", "包.zip", "--json"]).expect(0);
    assert!(packed.of_type("finding").iter().any(|f| f["code"] == "N-13"));
    desk.run(&["verify", "包.zip"]).expect(0);
    let bundle = std::fs::read(desk.at("包.zip")).unwrap();
    assert!(bundle.windows(first.len()).any(|w| w == first), "stored as it was issued");

    // The whole way gives the same bundle, and the pages that were sent.
    let whole = run(&["run", "case", "--out", "出", "--format", "txt", "--json"]).expect(0);
    assert!(whole.of_type("finding").iter().any(|f| f["code"] == "N-13"));
    let same = whole.of_type("bundle")[0]["path"].as_str().unwrap().to_owned();
    assert!(std::fs::read(desk.at(&same)).unwrap() == bundle, "as `pack` with the register");
    let papers = std::fs::read_dir(desk.at("出/documents")).unwrap();
    let papers: Vec<_> = papers.map(|p| p.unwrap().path()).collect();
    let sent = papers.iter().find(|p| std::fs::read(p).unwrap() == first).expect("as it was sent");
    assert!(!papers.contains(&sent.with_extension("txt")), "a text of other data beside it");
    assert!(papers.iter().any(|p| p.extension().is_some_and(|e| e == "txt")));

    run(&["issue", "case", "doc-28", "--revise"]).expect(2);
    // A number that was adopted has nothing kept to compare with: this is told.
    let adopted = ["issue", "case", "doc-09", "--revise", "--reason", "补存", "--by", "王"];
    let told = run(&adopted).expect(0).stderr;
    assert!(told.contains("警告[N-14]") && told.contains("看不出这一版改了什么"), "{told}");
    assert!(run(&adopted).expect(1).stderr.contains("N-15"));
    let revise = ["issue", "case", "doc-28", "--revise", "--reason", "标题用词", "--by", "王"];
    run(&revise).expect(0);
    assert!(run(&revise).expect(1).stderr.contains("N-15"));
    let shown = run(&["number", "show", NUMBER, "--json"]).expect(0);
    let acts: Vec<_> = shown.of_type("version").iter().map(|v| v["act"].clone()).collect();
    assert_eq!(acts, ["印发", "更正"]);
    run(&["number", "show", NUMBER, "--version", "1", "--out", "再.pdf"]).expect(0);
    assert!(std::fs::read(desk.at("再.pdf")).unwrap() == first);
    run(&["diff", "case", "doc-28"]).expect(0);
    let two = run(&["diff", "case", "doc-28", "--to", "2", "--json"]).expect(1);
    assert_eq!(two.of_type("change").len(), words.len());
    run(&["diff", "case", "doc-28", "--to", "3"]).expect(2);
    // The register began in the middle of the year: gaps are told; nothing kept is missing, nothing reads otherwise.
    let checked = run(&["number", "check", "--case", "case", "--json"]).expect(1);
    let codes: Vec<_> = checked.of_type("finding").iter().map(|f| f["code"].clone()).collect();
    assert_eq!(codes, ["N-05", "N-07"]);
}
