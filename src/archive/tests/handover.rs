//! Hand-over from office to office: numbers, receipts, returns, and every way in which they can be wrong.

use std::path::{Path, PathBuf};

use super::signatures::{day, key, trust};
use super::{clock, files, records, rewrite, spec};
use crate::archive::{
    Act, Book, BundleSpec, Depth, MOST, Outcome, Passing, ReturnTerms, Role, Signed, Store, Trust,
    examine, form, hand_over, manuscripts, verify,
};
use crate::diag::{Diagnostic, Failure};
use crate::keys::{Algorithm, Keyring, PrivateKey, Purpose};

const AT: &str = "2026-11-24T08:00:00Z";
const SENDER: &str = "甲市第一督察组";
const RECEIVER: &str = "甲市办公室";

/// Two offices with their keys.
pub(super) struct Desk {
    dir: tempfile::TempDir,
    pub(super) sender: PrivateKey,
    receiver: PrivateKey,
    ring: Keyring,
    book: Book,
    pub(super) store: Store,
}

impl Desk {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (sender, receiver) = (key(Algorithm::Sm2, 21), key(Algorithm::Ed25519, 22));
        let at = dir.path().join("keyring");
        trust(&at, &sender, SENDER, Purpose::Handover);
        let ring = trust(&at, &receiver, RECEIVER, Purpose::Receipt);
        let book = Book::open(&dir.path().join("book"), true).unwrap();
        let store = Store::open(&dir.path().join("archive"), true).unwrap();
        Self { dir, sender, receiver, ring, book, store }
    }

    pub(super) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Hands over a bundle called `id`.
    pub(super) fn hand(&mut self, id: &str, records_of: usize) -> PathBuf {
        let out = self.path(&format!("{id}-{records_of}.zip"));
        let spec = BundleSpec { id: id.into(), ..spec() };
        let records = &records()[..records_of];
        let (book, key) = (Some(&mut self.book), Some(&self.sender));
        let terms = Passing { book, key, at: AT, most: MOST };
        hand_over(&spec, records, &[], &out, terms).unwrap();
        out
    }

    /// Receives it: the result of S8 and the signed receipt.
    pub(super) fn take(&mut self, zip: &Path) -> (Outcome, Vec<String>, Signed) {
        let trust = Trust { ring: Some(&self.ring), today: day("2026-11-24"), required: true };
        let key = Some(&self.receiver);
        let told = self.store.receive_by(zip, &clock(), &trust, key).unwrap();
        let check = told.inspection.checks.iter().find(|c| c.id == "S8").unwrap();
        let found = check.evidence.iter().filter_map(|e| e.found.clone()).collect();
        let path = told.receipt.expect("accepted").signed.unwrap();
        (check.outcome, found, Signed::read(&path).unwrap())
    }

    fn codes(&self, signed: &Signed, zip: Option<&Path>) -> Vec<String> {
        let v =
            examine(signed, Some(&self.ring), day("2026-11-24"), zip, Some(&self.book)).unwrap();
        v.findings.iter().map(|f| f.code.to_string()).collect()
    }

    /// Checks, countersigns and enters a receipt.
    fn answer(&mut self, signed: &mut Signed) -> Result<bool, Failure> {
        let today = day("2026-11-24");
        let verdict = examine(signed, Some(&self.ring), today, None, Some(&self.book)).unwrap();
        signed.sign(Role::Sender, &self.sender)?;
        self.book.enter_answer(signed, &verdict, AT)
    }
}

fn first(list: &[Diagnostic]) -> String {
    list.first().map(|f| f.code.to_string()).unwrap_or_default()
}

#[test]
fn two_offices_hand_over_and_both_hold_a_twice_signed_receipt() {
    let mut desk = Desk::new();
    let zip = desk.hand("AJ-CQ-1", 3);
    let info = String::from_utf8(files(&zip)["bag-info.txt"].clone()).unwrap();
    assert!(info.contains("Handover-Sequence: 1\n") && !info.contains("Handover-Previous"));
    assert!(info.contains("Handover-Book-Entries: 0\n"), "{info}");
    let (outcome, found, mut receipt) = desk.take(&zip);
    assert_eq!((outcome, found), (Outcome::Pass, vec![]));
    assert_eq!(desk.codes(&receipt, Some(&zip)), Vec::<String>::new());
    assert!(desk.answer(&mut receipt).unwrap());
    assert!(!desk.answer(&mut receipt).unwrap(), "entered once");
    assert_eq!(desk.codes(&receipt, Some(&zip)), Vec::<String>::new());
    assert_eq!(receipt.signatures.len(), 2);
    let path = desk.store.keep_receipt(&receipt, "2026-0001").unwrap();
    assert_eq!(Signed::read(&path).unwrap(), receipt);
    assert_eq!(desk.book.entries().last().unwrap().act, Act::Receipt);

    // The next one names the one before.
    let next = desk.hand("AJ-CQ-2", 2);
    let info = String::from_utf8(files(&next)["bag-info.txt"].clone()).unwrap();
    let before = desk.book.entries()[0].tagmanifest;
    assert!(
        info.contains(&format!("Handover-Sequence: 2\nHandover-Previous: {before}\n")),
        "{info}"
    );
    let (outcome, _, mut receipt) = desk.take(&next);
    assert_eq!(outcome, Outcome::Pass);
    assert!(desk.answer(&mut receipt).unwrap());
    assert_eq!(desk.book.open_ends().len(), 0);
}

#[test]
fn the_same_records_again_are_the_same_hand_over_until_answered() {
    let mut desk = Desk::new();
    let zip = desk.hand("AJ-CQ-1", 3);
    let bytes = std::fs::read(&zip).unwrap();
    desk.hand("AJ-CQ-1", 3);
    assert_eq!(bytes, std::fs::read(&zip).unwrap());
    assert_eq!(desk.book.entries().len(), 1);
    // Other records are another hand-over, unless the first is made void.
    desk.hand("AJ-CQ-1", 2);
    assert_eq!(desk.book.entries().last().unwrap().mark.sequence, 2);
    desk.book.void(SENDER, RECEIVER, "没有交出", AT).unwrap();
    desk.hand("AJ-CQ-1", 1);
    assert_eq!(desk.book.entries().last().unwrap().mark.sequence, 2);
    desk.book.void(SENDER, RECEIVER, "没有交出", AT).unwrap();
    desk.hand("AJ-CQ-1", 1);
    assert_eq!(desk.book.entries().last().unwrap().mark.sequence, 2, "the same bytes again");
    let entries = desk.book.entries().len();
    drop(desk.book);
    let again = Book::open(&desk.dir.path().join("book"), false).unwrap();
    assert_eq!(again.entries().len(), entries);
}

/// Rewrites the lines of a book so that its chain holds again.
fn rechain(path: &Path, change: impl Fn(usize, &mut serde_json::Value)) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut prev = crate::fixity::Digest([0; 32]);
    let mut out = String::new();
    for (at, line) in text.lines().enumerate() {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        change(at, &mut line);
        line["prev"] = prev.to_string().into();
        let line = line.to_string();
        prev = crate::fixity::digest_bytes(line.as_bytes()).sha256;
        out.push_str(&line);
        out.push('\n');
    }
    std::fs::write(path, out).unwrap();
}

#[test]
fn a_book_rewritten_since_is_told_by_the_receipt_and_by_itself() {
    let mut desk = Desk::new();
    let zip = desk.hand("AJ-CQ-1", 3);
    let mut receipt = desk.take(&zip).2;
    assert!(desk.answer(&mut receipt).unwrap());
    let next = desk.hand("AJ-CQ-2", 2);
    let second = desk.take(&next).2;
    let head = *desk.book.head();
    // Both heads are inside what the receiver signed.
    let body: serde_json::Value = serde_json::from_str(&second.body).unwrap();
    assert_eq!(body["handover"]["book"]["entries"], 2, "{body}");
    assert_eq!(body["register"]["entries"], 2);
    assert_eq!(head.entries, 3);
    let schema = include_str!("../../../archive-schema/dat93-bagit/receipt.schema.json");
    let judge = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let faults: Vec<String> = judge.iter_errors(&body).map(|e| e.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(desk.codes(&second, Some(&next)), Vec::<String>::new());

    let path = desk.dir.path().join("book/book.ndjson");
    let Desk { dir, ring, book, .. } = desk;
    drop(book);
    rechain(&path, |at, line| {
        if at == 1 {
            line["at"] = "2026-11-25T08:00:00Z".into();
        }
    });
    let book = Book::open(&dir.path().join("book"), false).unwrap();
    let v = examine(&second, Some(&ring), day("2026-11-24"), None, Some(&book)).unwrap();
    assert_eq!(first(&v.findings), "H-07", "{:?}", v.findings);
    assert_eq!(first(&book.open_ends()), "H-07");
}

#[test]
fn a_receipt_signed_by_what_the_policy_refuses_is_told() {
    let mut desk = Desk::new();
    let zip = desk.hand("AJ-CQ-1", 1);
    let receipt = desk.take(&zip).2;
    let at = desk.path("keyring");
    std::fs::write(at.join("policy.toml"), "accepted = [\"sm2\"]\n").unwrap();
    desk.ring = Keyring::open(&at, false).unwrap();
    assert_eq!(desk.codes(&receipt, Some(&zip)), ["M-11"]);
}

#[test]
fn a_missing_hand_over_and_a_fork_show_at_the_receiver() {
    let mut desk = Desk::new();
    let one = desk.hand("AJ-CQ-1", 1);
    desk.hand("AJ-CQ-2", 1);
    let three = desk.hand("AJ-CQ-3", 1);
    assert_eq!(desk.take(&one).0, Outcome::Pass);
    let (outcome, found, _) = desk.take(&three);
    assert_eq!((outcome, found), (Outcome::Warn, vec!["缺第 2 次移交".to_owned()]));
    let told = desk.store.receive_by(&three, &clock(), &Trust::nobody(), None).unwrap();
    let check = told.inspection.checks.iter().find(|c| c.id == "S8").unwrap();
    assert!(check.message.contains("业务日志前后相扣") && check.message.contains("次序不连续"));
    // A second book that begins at 1 again: another bundle of the same number.
    desk.book = Book::open(&desk.dir.path().join("book2"), true).unwrap();
    let fork = desk.hand("AJ-CQ-9", 2);
    let (outcome, found, _) = desk.take(&fork);
    assert_eq!(outcome, Outcome::Warn);
    assert!(found[0].contains("同次"), "{found:?}");
}

#[test]
fn a_receipt_for_another_bundle_is_told() {
    let mut desk = Desk::new();
    let (one, two) = (desk.hand("AJ-CQ-1", 1), desk.hand("AJ-CQ-2", 2));
    let (_, _, mut first_receipt) = desk.take(&one);
    let (_, _, second_receipt) = desk.take(&two);
    assert_eq!(desk.codes(&first_receipt, Some(&two)), ["H-03"]);
    desk.answer(&mut first_receipt).unwrap();
    // Yesterday's receipt does for no other bundle.
    assert_eq!(desk.codes(&first_receipt, Some(&two)), ["H-03"]);
    assert_eq!(desk.codes(&second_receipt, Some(&two)), Vec::<String>::new());
    // Another office's book knows nothing of it.
    desk.book = Book::open(&desk.dir.path().join("book2"), true).unwrap();
    assert_eq!(desk.codes(&second_receipt, Some(&two)), ["H-08"]);
}

#[test]
fn a_receipt_that_was_touched_or_signed_by_a_stranger_is_told() {
    let mut desk = Desk::new();
    let zip = desk.hand("AJ-CQ-1", 1);
    let (_, _, receipt) = desk.take(&zip);
    let mut touched = receipt.clone();
    touched.body = touched.body.replace("\"items\": 1", "\"items\": 2");
    assert_ne!(touched.body, receipt.body);
    assert!(desk.codes(&touched, None).contains(&"M-07".to_owned()));
    let mut bare = receipt.clone();
    bare.signatures.clear();
    assert!(desk.codes(&bare, None).contains(&"M-10".to_owned()));
    let mut stranger = bare.clone();
    stranger.sign(Role::Receiver, &key(Algorithm::Sm2, 99)).unwrap();
    assert_eq!(desk.codes(&stranger, None), ["M-10"]);
    // The sender's own key does not make the receiver's signature.
    let mut own = bare;
    own.sign(Role::Receiver, &desk.sender).unwrap();
    assert_eq!(desk.codes(&own, None), ["M-10"]);
    // The second signature holds the first: it cannot be put under another.
    let mut signed = receipt;
    signed.sign(Role::Sender, &desk.sender).unwrap();
    let mut other = signed.clone();
    other.signatures[0].value = stranger.signatures[0].value.clone();
    assert!(signed.reckon(1).is_some() && other.reckon(1).is_none());
    assert!(desk.store.keep_receipt(&touched, "2026-0001").is_err());
}

#[test]
fn a_register_that_was_rolled_back_shows_in_the_next_receipt() {
    let mut desk = Desk::new();
    let (one, two) = (desk.hand("AJ-CQ-1", 1), desk.hand("AJ-CQ-2", 2));
    let (_, _, mut receipt) = desk.take(&one);
    desk.answer(&mut receipt).unwrap();
    // The receiver begins anew and takes the second as if nothing had been before.
    desk.store = Store::open(&desk.dir.path().join("archive2"), true).unwrap();
    let (_, _, forged) = desk.take(&two);
    assert_eq!(first(&examine_all(&desk, &forged)), "H-04");
    // The true archive's receipt is fine.
    desk.store = Store::open(&desk.dir.path().join("archive"), true).unwrap();
    let (_, _, good) = desk.take(&two);
    assert_eq!(desk.codes(&good, None), Vec::<String>::new());
}

fn examine_all(desk: &Desk, signed: &Signed) -> Vec<Diagnostic> {
    examine(signed, Some(&desk.ring), day("2026-11-24"), None, Some(&desk.book)).unwrap().findings
}

#[test]
fn a_receipt_lost_by_a_crash_comes_back_the_same() {
    let mut desk = Desk::new();
    let (one, two) = (desk.hand("AJ-CQ-1", 1), desk.hand("AJ-CQ-2", 2));
    desk.take(&one);
    let path = desk.path("archive/receipts/2026-0001.json");
    let before = std::fs::read(&path).unwrap();
    desk.take(&two);
    // Between the register's line and the receipt the machine stopped.
    std::fs::remove_file(&path).unwrap();
    std::fs::remove_file(desk.path("archive/receipts/2026-0001.signed.json")).unwrap();
    let (_, _, again) = desk.take(&one);
    assert_eq!(
        String::from_utf8(before).unwrap(),
        String::from_utf8(std::fs::read(&path).unwrap()).unwrap()
    );
    assert_eq!(desk.codes(&again, Some(&one)), Vec::<String>::new());
}

#[test]
fn a_bundle_given_back_names_files_and_reasons_and_is_no_gap() {
    let mut desk = Desk::new();
    let zip = desk.hand("AJ-CQ-1", 3);
    let bad = desk.path("bad.zip");
    std::fs::copy(&zip, &bad).unwrap();
    let mut spoiled = files(&zip);
    let path = spoiled.keys().find(|p| p.ends_with("现场记录.txt")).unwrap().clone();
    spoiled.insert(path.clone(), "被改动".into());
    rewrite(&bad, &spoiled);
    let receiver = key(Algorithm::Ed25519, 22);
    let ring = Keyring::open(&desk.path("keyring"), false).unwrap();
    let trust = Trust { ring: Some(&ring), today: day("2026-11-24"), required: false };
    let terms = ReturnTerms { reason: "", by: "王五", key: Some(&receiver), trust };
    let back = desk.store.give_back(&bad, &terms, &clock()).unwrap();
    assert!(!back.already && back.body.is_return());
    assert_eq!(back.body.number, "T2026-0001");
    let page = back.body.slip();
    for line in [
        "Z1",
        "现场记录.txt",
        "经办人（签名）：王五",
        "退回单位（盖章）：",
        "退回日期：2026年11月24日",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    let again = desk.store.give_back(&bad, &terms, &clock()).unwrap();
    assert!(again.already && again.signed == back.signed);
    assert_eq!(desk.store.returns().unwrap().len(), 1);

    // The sender enters it; the corrected bundle has the next number and nothing is missing.
    let mut signed = back.signed;
    assert_eq!(desk.codes(&signed, None), Vec::<String>::new());
    assert!(desk.answer(&mut signed).unwrap());
    assert_eq!(desk.book.entries().last().unwrap().act, Act::Returned);
    let corrected = desk.hand("AJ-CQ-1", 2);
    let (outcome, found, _) = desk.take(&corrected);
    assert_eq!((outcome, found), (Outcome::Pass, vec![]));
    let told = desk.store.give_back(&corrected, &ReturnTerms { reason: "重复", ..terms }, &clock());
    assert!(matches!(told, Err(Failure::No(list)) if first(&list) == "H-10"));
}

#[test]
fn a_good_bundle_is_given_back_only_with_a_reason() {
    let mut desk = Desk::new();
    let zip = desk.hand("AJ-CQ-1", 1);
    let terms = ReturnTerms { reason: "", by: "王五", key: None, trust: Trust::nobody() };
    assert!(matches!(desk.store.give_back(&zip, &terms, &clock()), Err(Failure::Usage(_))));
    let terms = ReturnTerms { reason: "移交范围与通知不符", ..terms };
    let back = desk.store.give_back(&zip, &terms, &clock()).unwrap();
    assert!(back.body.slip().contains("移交范围与通知不符"));
    // What is no bundle at all can be given back too.
    let rubbish = desk.path("rubbish.zip");
    std::fs::write(&rubbish, b"PK").unwrap();
    let back = desk.store.give_back(&rubbish, &terms, &clock()).unwrap();
    assert_eq!(back.body.number, "T2026-0002");
}

#[test]
fn a_book_that_was_touched_is_refused() {
    let mut desk = Desk::new();
    desk.hand("AJ-CQ-1", 1);
    desk.hand("AJ-CQ-2", 1);
    let path = desk.path("book/book.ndjson");
    let locked = Book::open(path.parent().unwrap(), false);
    assert!(matches!(locked, Err(Failure::Locked(_))));
    drop(desk.book);
    let text = std::fs::read_to_string(&path).unwrap();
    // An end that a crash cut is mended; a changed line is not.
    std::fs::write(&path, format!("{text}{{\"n\":3,")).unwrap();
    assert_eq!(Book::open(path.parent().unwrap(), false).unwrap().entries().len(), 2);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    std::fs::write(&path, text.replacen("AJ-CQ-1", "AJ-CQ-7", 1)).unwrap();
    let told = Book::open(path.parent().unwrap(), false);
    assert!(matches!(told, Err(Failure::No(list)) if first(&list) == "H-07"));
}

#[test]
fn the_form_is_filled_from_bundle_and_receipt() {
    let mut desk = Desk::new();
    let zip = desk.hand("AJ-CQ-1", 3);
    let (_, _, receipt) = desk.take(&zip);
    let body = crate::archive::Body::read(&receipt).unwrap();
    let inspection = verify(&zip, Depth::Full).unwrap();
    let of = |receipt| form(&zip, &inspection, "U盘，32GB", receipt).unwrap();
    let blank = of(None);
    assert!(blank.checked_by_receiver.is_none());
    let full = of(Some(&body));
    assert_eq!(full.accession.as_deref(), Some("2026-0001"));
    let page = full.manuscript();
    for words in ["第1次", "U盘", "准确性", "合格", &full.sha256.to_string(), &full.sm3.to_string()]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    let other = desk.hand("AJ-CQ-2", 1);
    let inspection = verify(&other, Depth::Full).unwrap();
    assert!(form(&other, &inspection, "U盘", Some(&body)).is_err());
}

#[test]
fn lists_and_covers_are_written_volume_by_volume_from_a_good_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let zip = dir.path().join("a.zip");
    let mut all = records();
    all[0].metadata.title = "关于|试验*的通知".into();
    let mut short = super::record(4, "短期.txt", b"x");
    short.metadata.archival_code = "Z109-WS·2025-D10-DCB-0007".into();
    short.metadata.retention = crate::vocab::retention::Retention::Years10;
    all.push(short);
    crate::archive::pack(&spec(), &all, &[], &zip).unwrap();
    let prints = manuscripts(&verify(&zip, Depth::Full).unwrap()).unwrap();
    let text =
        |name: &str| &prints.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("{name}")).1;
    assert_eq!(prints.len(), 12, "{:?}", prints.iter().map(|(n, _)| n).collect::<Vec<_>>());
    let list = text("Z109-WS·2025-Y-DCB 归档文件目录.md");
    let row = "| 1 | Z109-WS·2025-Y-DCB-0001 | 甲办〔2025〕1号 | 甲市办公室 | 关于/试验\\*的通知 | 20250304 | 　 | 2 | 　 |";
    assert!(list.contains(row) && !list.contains("D10"), "{list}");
    assert!(list.contains("::: 横表") && list.contains("| 保管期限 | 永久 |"), "{list}");
    let volume = text("Z109-WS·2025-Y-DCB 卷内文件目录.md");
    assert!(
        volume.contains("| 3 | 甲办〔2025〕3号 | 甲市办公室 |")
            && volume.contains("| 20250304 | 5 |")
    );
    let cover = text("Z109-WS·2025-D10-DCB 案卷封面.md");
    assert!(cover.contains("| 时间 | 2025-03-04至2025-03-04 |"), "{cover}");
    assert!(text("Z109-WS·2025-Y-DCB 脊背.md").contains("| 起止件号 | 0001至0003 |"));
    assert!(
        text("Z109-WS·2025-D10-DCB 备考表.md").contains("| 盒内文件情况说明 | 共 1 件 2 页。 |")
    );
    // Nothing is printed from what is not proved.
    let mut content = files(&zip);
    content.insert("data/说明文件.TXT".into(), b"x".to_vec());
    rewrite(&zip, &content);
    let refused = manuscripts(&verify(&zip, Depth::Full).unwrap());
    assert!(matches!(refused, Err(Failure::No(_))));
}
