//! Issuing a document: what holds it back, what is written, and what happens when it breaks off.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use super::{IssueOptions, Issued, Settings, issue};
use crate::clock::Clock;
use crate::diag::{Diagnostic, Failure};
use crate::pipeline::{Choice, adopt, compare, file_of, versions_of};
use crate::register::{About, Register, lines};
use crate::vocab::doc_number::DocNumber;

const CASE_ID: &str = "CQ-LX-2025-01-03";
const NUMBER: &str = "    doc_number: {code: 渝环督办, year: 2025, seq: 16}\n";

/// The routine case with doc-28 as it was before it was issued, and a register that has the case's other numbers.
struct Office {
    dir: TempDir,
    register: Register,
    settings: Settings,
}

impl Office {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let project = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        copy(&project.join("examples/routine"), dir.path());
        let clock = Clock::fixed("2026-11-24T08:00:00Z").unwrap();
        let settings =
            Settings { home: Some(project), clock, no_color: true, jobs: 1, own_kinds: Vec::new() };
        let register = Register::create(&dir.path().join("登记簿.db"), Duration::ZERO).unwrap();
        let mut office = Self { dir, register, settings };
        office.edit(NUMBER, "");
        office
    }

    fn file(&self) -> PathBuf {
        self.dir.path().join("case.yaml")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.file()).unwrap()
    }

    /// Replaces `find` once, if it is there.
    fn edit(&mut self, find: &str, by: &str) {
        std::fs::write(self.file(), self.text().replacen(find, by, 1)).unwrap();
    }

    fn adopt(&mut self) {
        let choice = Choice { codes: vec!["渝环督办".into()], year: Some(2025) };
        let now = self.settings.clock.now();
        let out = adopt(&mut self.register, self.dir.path(), &choice, "王", now).unwrap();
        assert!(out.findings.is_empty(), "{:?}", out.findings);
        assert_eq!(out.taken.len(), 5);
    }

    fn issue(&mut self, document: &str) -> Result<Issued, Failure> {
        let options =
            IssueOptions { document: document.into(), by: "王".into(), ..IssueOptions::default() };
        issue(&self.settings, self.dir.path(), &mut self.register, &options, &|_| {})
    }

    /// Codes and messages of what the case and the register disagree on.
    fn compared(&self) -> String {
        let list = compare(&self.settings, &self.register, self.dir.path()).unwrap();
        list.iter().map(|f| format!("{} {}\n", f.code, f.message)).collect()
    }

    fn numbers(&self) -> Vec<DocNumber> {
        let entries = self.register.entries().unwrap();
        lines(&entries).into_iter().map(|l| l.first.number).collect()
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn refused(result: Result<Issued, Failure>) -> Vec<Diagnostic> {
    match result {
        Err(Failure::Rejected(list)) => list,
        other => panic!("{other:?}"),
    }
}

fn already(result: Result<Issued, Failure>) -> String {
    match result {
        Err(Failure::No(list)) => {
            assert_eq!((list.len(), list[0].code.as_ref()), (1, "N-09"));
            list[0].message.clone()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_next_number_goes_into_register_and_case() {
    let mut office = Office::new();
    office.adopt();
    let before = office.text();
    let issued = office.issue("doc-28").unwrap();
    // The case's last number is 18.
    assert_eq!(issued.number.to_string(), "渝环督办〔2025〕19号");
    assert!(!issued.resumed);
    let after = office.text();
    let new: Vec<&str> = after.lines().filter(|l| !before.lines().any(|b| b == *l)).collect();
    assert_eq!(new.len(), 1, "{new:?}");
    assert!(new[0].contains("渝环督办") && new[0].contains("19"), "{new:?}");
    assert_eq!(office.compared(), "", "as it was issued");
    let entries = office.register.entries().unwrap();
    let last = entries.last().unwrap();
    assert_eq!(
        (last.act.word(), &last.data, &last.template),
        ("印发", &issued.data, &issued.template)
    );
    assert!(already(office.issue("doc-28")).contains("渝环督办〔2025〕19号"));
    assert_eq!(office.text(), after);
    assert_eq!(office.numbers().len(), 6);
}

#[test]
fn without_its_approvals_no_number_is_taken() {
    let mut office = Office::new();
    office.adopt();
    // 市委批准 of the report, on which the notice rests.
    let text = office.text();
    let at = text.find("    subject: doc-24\n    step: 市委批准").unwrap();
    let text = format!("{}{}", &text[..at], text[at..].replacen("step: 市委批准", "step: 会签", 1));
    std::fs::write(office.file(), text).unwrap();
    let before = office.text();
    let list = refused(office.issue("doc-28"));
    let told: Vec<_> = list.iter().map(|f| f.code.as_ref()).collect();
    assert!(told.contains(&"N-10") || told.contains(&"R-32"), "{list:?}");
    assert_eq!(office.text(), before);
    assert_eq!(office.numbers().len(), 5, "nothing was taken");
}

#[test]
fn an_office_review_of_the_letter_itself_is_asked_for() {
    let mut office = Office::new();
    office.edit("    doc_number: {code: 渝环督办函, year: 2025, seq: 10}\n", "");
    let list = refused(office.issue("doc-441"));
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].code, "N-10");
    assert!(list[0].message.contains("还没有领导小组办公室审核"), "{}", list[0].message);
    assert!(list[0].hints[0].contains("办法》第"), "{:?}", list[0].hints);
    assert!(list[0].at.is_some());
    // A number taken by hand does not stand for the review.
    let about = About { case: CASE_ID.into(), document: "doc-441".into(), ..About::default() };
    office.register.take("渝环督办函", 2025, about, office.settings.clock.now()).unwrap();
    assert_eq!(refused(office.issue("doc-441"))[0].code, "N-10");
}

#[test]
fn what_broke_off_gets_the_same_number() {
    let mut office = Office::new();
    office.adopt();
    // As after a crash between the register and the case.
    let now = office.settings.clock.now();
    let about = About {
        case: CASE_ID.into(),
        document: "doc-28".into(),
        day: "2025-05-28".into(),
        ..About::default()
    };
    let day = office.text();
    let day = day.split("  - id: doc-28\n").nth(1).unwrap().split("issued_on: ").nth(1).unwrap()
        [..10]
        .to_owned();
    let about = About { day, ..about };
    let taken = office.register.take("渝环督办", 2025, about, now).unwrap();
    let next = office.register.take("渝环督办", 2025, About::default(), now).unwrap();
    assert_eq!(next.entry.number.seq, taken.entry.number.seq + 1);
    let issued = office.issue("doc-28").unwrap();
    assert!(issued.resumed);
    assert_eq!(issued.number, taken.entry.number);
    assert!(already(office.issue("doc-28")).contains(&issued.number.to_string()));
}

#[test]
fn a_register_that_does_not_know_the_case_is_told() {
    let mut office = Office::new();
    office.edit("渝环督办, year: 2025, seq: 6}", "渝环督办, year: 2025, seq: 1}");
    let list = refused(office.issue("doc-28"));
    assert_eq!((list.len(), list[0].code.as_ref()), (1, "N-11"), "{list:?}");
    // A document that has a number which the register has not.
    let list = refused(office.issue("doc-09"));
    assert_eq!((list.len(), list[0].code.as_ref()), (1, "N-11"));
    assert!(list[0].hints[0].contains("adopt"));
    assert!(office.numbers().is_empty());
    // After the numbers were taken over it was issued long ago.
    office.edit("渝环督办, year: 2025, seq: 1}", "渝环督办, year: 2025, seq: 6}");
    office.adopt();
    assert!(already(office.issue("doc-09")).contains("补登"));
}

#[test]
fn what_has_no_head_gets_no_number_and_slips_are_told() {
    let mut office = Office::new();
    assert_eq!(refused(office.issue("doc-29"))[0].code, "N-12");
    match office.issue("doc-280") {
        Err(Failure::Usage(words)) => assert!(words.contains("doc-280"), "{words}"),
        other => panic!("{other:?}"),
    }
    assert!(office.numbers().is_empty());
}

#[test]
fn what_changes_after_the_issue_is_told() {
    let mut office = Office::new();
    office.adopt();
    let number = office.issue("doc-28").unwrap().number;
    // What the document does not show may change.
    office.edit("short_title:", "# 备注\n  short_title:");
    assert_eq!(office.compared(), "");
    let text = office.text();
    let at = text.find("  - id: doc-28\n").unwrap();
    let title = text[at..].split("title: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    office.edit(&format!("title: {title}"), &format!("title: {title}（改）"));
    assert!(office.compared().starts_with(&format!("N-13 {number}")), "{}", office.compared());
    office.edit(&format!("title: {title}（改）"), &format!("title: {title}"));
    assert_eq!(office.compared(), "");
    // A void number that still stands in the case.
    let now = office.settings.clock.now();
    office.register.void(&number, "发错", "王", now).unwrap();
    assert!(office.compared().starts_with("N-11 ") && office.compared().contains("作废"));
    let list = refused(office.issue("doc-28"));
    assert_eq!(list[0].code, "N-11");
    // Taken out of the case, it is issued anew, with a new number.
    let line = office
        .text()
        .lines()
        .find(|l| l.contains("doc_number") && l.contains("seq: 19"))
        .unwrap()
        .to_owned();
    office.edit(&format!("{line}\n"), "");
    assert_eq!(office.issue("doc-28").unwrap().number.seq, 20);
}

#[test]
fn an_older_copy_of_the_case_gets_its_number_back() {
    let mut office = Office::new();
    office.adopt();
    let old = office.text();
    let first = office.issue("doc-28").unwrap();
    std::fs::write(office.file(), &old).unwrap();
    let again = office.issue("doc-28").unwrap();
    assert!(again.resumed);
    assert_eq!((again.number, &again.data), (first.number, &first.data));
    assert_eq!(office.compared(), "");
}

#[test]
fn a_revision_keeps_the_number_and_the_versions_before() {
    let mut office = Office::new();
    let revise = |office: &mut Office| {
        let options = IssueOptions {
            document: "doc-28".into(),
            by: "王".into(),
            revise: Some("标题漏字".into()),
            ..IssueOptions::default()
        };
        issue(&office.settings, office.dir.path(), &mut office.register, &options, &|_| {})
    };
    let refused = |result: Result<Issued, Failure>| match result {
        Err(Failure::No(list)) => (list[0].code.to_string(), list[0].message.clone()),
        other => panic!("{other:?}"),
    };
    office.adopt();
    assert_eq!(refused(revise(&mut office)).0, "N-15", "not issued yet");
    let first = office.issue("doc-28").unwrap();
    assert_eq!(first.version, 1);
    let (code, words) = refused(revise(&mut office));
    assert!(code == "N-15" && words.contains("与第1版没有不同"), "{words}");
    let text = office.text();
    let at = text.find("  - id: doc-28\n").unwrap();
    let title = text[at..].split("title: ").nth(1).unwrap().lines().next().unwrap().to_owned();
    office.edit(&format!("title: {title}"), &format!("title: {title}（改）"));
    let changed = office.text();
    assert!(already(office.issue("doc-28")).contains("发文"), "never silently");
    let second = revise(&mut office).unwrap();
    assert_eq!((&second.number, second.version), (&first.number, 2));
    assert_eq!(office.text(), changed, "the number stands there already");
    assert_eq!(office.compared(), "", "it is now as the last version");
    let all = versions_of(&office.register, &first.number).unwrap();
    let told: Vec<_> =
        all.iter().map(|v| (v.version, v.act, v.by.as_str(), v.reason.as_str())).collect();
    assert_eq!(told, [(1, "印发", "王", ""), (2, "更正", "王", "标题漏字")]);
    let text = |version| {
        let file = file_of(&office.register, &first.number, version, "txt").unwrap();
        String::from_utf8(file.bytes).unwrap()
    };
    assert!(!text(Some(1)).contains("（改）"));
    assert!(text(Some(2)).contains("（改）") && text(None) == text(Some(2)));
    let pdf = file_of(&office.register, &first.number, Some(1), "pdf");
    if cfg!(feature = "typeset") {
        assert!(pdf.unwrap().bytes.starts_with(b"%PDF-"));
    } else {
        assert!(matches!(&pdf, Err(Failure::Rejected(list)) if list[0].code == "N-14"), "{pdf:?}");
    }
    let none = file_of(&office.register, &first.number, Some(3), "txt");
    assert!(matches!(&none, Err(Failure::Usage(words)) if words.contains("第1—2版")), "{none:?}");
    let entries = office.register.entries().unwrap();
    assert!(office.register.audit_kept(&entries).unwrap().is_empty());
}
