//! A bundle signed, checked with OpenSSL by its own page, and every way to cheat with signatures.

use std::path::Path;
use std::process::Command;

use chrono::NaiveDate;

use super::{files, rewrite, sample};
use crate::archive::inspect::Check;
use crate::archive::{Depth, Outcome, Trust, sign, verify};
use crate::diag::Failure;
use crate::entropy::Entropy;
use crate::keys::{Algorithm, Keyring, PrivateKey, Purpose, Revocation, TrustedKey};

pub(super) fn key(algorithm: Algorithm, seed: u64) -> PrivateKey {
    PrivateKey::generate(algorithm, &mut Entropy::Fixed(seed)).unwrap()
}

pub(super) fn day(text: &str) -> NaiveDate {
    crate::vocab::date::parse(text).unwrap()
}

/// A ring that trusts `key` as that of `holder`.
pub(super) fn trust(dir: &Path, key: &PrivateKey, holder: &str, purpose: Purpose) -> Keyring {
    let mut ring = Keyring::open(dir, true).unwrap();
    ring.trust(TrustedKey {
        key: key.public().clone(),
        holder: holder.into(),
        from: None,
        to: None,
        purpose,
        note: String::new(),
        by: "李四".into(),
        on: day("2025-01-10"),
    })
    .unwrap();
    ring
}

type Files = std::collections::BTreeMap<String, Vec<u8>>;

fn z2(zip: &Path, ring: Option<&Keyring>, required: bool) -> Check {
    let trust = Trust { ring, today: day("2025-08-01"), required };
    let checks = verify(zip, trust).unwrap().checks;
    checks.into_iter().find(|c| c.id == "Z2").unwrap()
}

#[test]
fn a_signed_bundle_passes_and_says_by_whom() {
    for algorithm in Algorithm::ALL {
        let dir = tempfile::tempdir().unwrap();
        let (zip, key) = (sample(dir.path()), key(algorithm, 1));
        assert_eq!(z2(&zip, None, false).outcome, Outcome::Manual);
        assert_eq!(z2(&zip, None, true).outcome, Outcome::Fail);
        let told = sign(&zip, &zip, &key).unwrap();
        let once = std::fs::read(&zip).unwrap();
        assert_eq!(told, sign(&zip, &zip, &key).unwrap(), "signing again changes nothing");
        assert_eq!(once, std::fs::read(&zip).unwrap());
        let whole = verify(&zip, Depth::Full).unwrap();
        assert!(whole.accepted, "{:?}", whole.checks);
        assert_eq!(z2(&zip, None, false).outcome, Outcome::Manual);
        let ring = trust(&dir.path().join("r"), &key, "甲市第一督察组", Purpose::All);
        let check = z2(&zip, Some(&ring), true);
        assert_eq!(check.outcome, Outcome::Pass, "{check:?}");
        assert!(check.message.contains("有效") && check.message.contains("甲市第一督察组"));
        let nobody = Keyring::open(&dir.path().join("none"), true).unwrap();
        assert_eq!(z2(&zip, Some(&nobody), false).outcome, Outcome::Warn);
        assert_eq!(z2(&zip, Some(&nobody), true).outcome, Outcome::Fail);
        let other = trust(&dir.path().join("o"), &key, "乙市督察组", Purpose::All);
        assert_eq!(z2(&zip, Some(&other), false).outcome, Outcome::Warn, "not the sender");
        assert_eq!(z2(&zip, Some(&other), true).outcome, Outcome::Fail);
        let receipts = trust(&dir.path().join("p"), &key, "甲市第一督察组", Purpose::Receipt);
        assert_eq!(z2(&zip, Some(&receipts), true).outcome, Outcome::Fail);
    }
}

#[test]
fn the_policy_of_the_ring_decides_which_signatures_count() {
    let dir = tempfile::tempdir().unwrap();
    let (zip, key) = (sample(dir.path()), key(Algorithm::Ed25519, 1));
    let at = dir.path().join("r");
    trust(&at, &key, "甲市第一督察组", Purpose::All);
    let ring = |policy: &str| {
        std::fs::write(at.join("policy.toml"), policy).unwrap();
        Keyring::open(&at, false).unwrap()
    };
    // Nothing signed: the policy asks for it without an option.
    let asked = z2(&zip, Some(&ring("sender_signature = true")), false);
    assert_eq!(asked.outcome, Outcome::Fail);
    assert!(asked.message.contains("policy.toml 第 1 行"), "{}", asked.message);
    assert_eq!(z2(&zip, Some(&ring("sender_signature = false")), false).outcome, Outcome::Manual);
    sign(&zip, &zip, &key).unwrap();
    assert_eq!(z2(&zip, Some(&ring("sender_signature = true")), false).outcome, Outcome::Pass);
    assert_eq!(z2(&zip, Some(&ring("accepted = [\"ed25519\"]")), true).outcome, Outcome::Pass);
    let refused = ring("\naccepted = [\"sm2\"]");
    let check = z2(&zip, Some(&refused), false);
    assert_eq!(check.outcome, Outcome::Warn, "{check:?}");
    let told = check.evidence.iter().filter_map(|e| e.found.as_deref()).collect::<String>();
    assert!(told.contains("M-11") && told.contains("第 2 行：accepted"), "{told}");
    assert_eq!(z2(&zip, Some(&refused), true).outcome, Outcome::Fail);
    // The key ends too soon after the hand-over of 2025-07-10.
    let stem = key.public().fingerprint().short();
    let table = at.join(format!("trusted/{stem}.toml"));
    let text = std::fs::read_to_string(&table).unwrap();
    std::fs::write(&table, format!("{text}valid_to = \"2025-08-20\"\n")).unwrap();
    assert_eq!(z2(&zip, Some(&ring("valid_days = 41")), true).outcome, Outcome::Pass);
    let check = z2(&zip, Some(&ring("valid_days = 42")), true);
    assert_eq!(check.outcome, Outcome::Fail, "{check:?}");
}

#[test]
fn the_page_in_the_bundle_is_right_by_openssl() {
    let dir = tempfile::tempdir().unwrap();
    let zip = sample(dir.path());
    sign(&zip, &zip, &key(Algorithm::Ed25519, 2)).unwrap();
    sign(&zip, &zip, &key(Algorithm::Sm2, 3)).unwrap();
    let bag = dir.path().join("bag");
    for (path, bytes) in files(&zip) {
        let place = bag.join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, bytes).unwrap();
    }
    let page = std::fs::read_to_string(bag.join("signature/怎样核验.txt")).unwrap();
    let lines: Vec<&str> = page.lines().filter(|l| l.starts_with("openssl pkeyutl")).collect();
    assert_eq!(lines.len(), 2);
    let run = |line: &str| {
        let mut command = Command::new("openssl");
        command.args(line.split_whitespace().skip(1)).current_dir(&bag);
        match command.output() {
            Ok(output) => Some(output.status.success()),
            Err(e) => {
                assert!(std::env::var_os("CI").is_none(), "openssl is needed here: {e}");
                None
            }
        }
    };
    for line in &lines {
        assert_ne!(run(line), Some(false), "{line}");
    }
    let list = bag.join("tagmanifest-sha256.txt");
    let text = std::fs::read_to_string(&list).unwrap();
    std::fs::write(&list, text.replacen('0', "1", 1)).unwrap();
    for line in &lines {
        assert_ne!(run(line), Some(true), "{line}");
    }
}

#[test]
fn cheating_with_signatures_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let zip = sample(dir.path());
    let (a, b) = (key(Algorithm::Ed25519, 4), key(Algorithm::Ed25519, 5));
    let ring = trust(&dir.path().join("r"), &a, "甲市第一督察组", Purpose::All);
    sign(&zip, &zip, &a).unwrap();
    let good = files(&zip);
    let name = |k: &PrivateKey, ending: &str| {
        format!("signature/{}.{ending}", k.public().fingerprint().short())
    };
    let told = |change: &dyn Fn(&mut Files)| {
        let mut spoiled = good.clone();
        change(&mut spoiled);
        rewrite(&zip, &spoiled);
        z2(&zip, Some(&ring), false)
    };
    assert_eq!(told(&|_| {}).outcome, Outcome::Pass);

    let another = told(&|f| {
        f.insert(name(&a, "ed25519.sig"), a.sign(b"another bundle's list").unwrap());
    });
    assert_eq!(another.outcome, Outcome::Fail, "a signature over another bundle");
    let swapped = told(&|f| {
        f.insert(name(&a, "pub.pem"), b.public().to_pem().into_bytes());
    });
    assert_eq!(swapped.outcome, Outcome::Fail, "another key under this name");
    let unsigned = told(&|f| {
        f.remove(&name(&a, "ed25519.sig"));
    });
    assert_eq!(unsigned.outcome, Outcome::Fail, "the signature taken away, its key left");
    let keyless = told(&|f| {
        f.remove(&name(&a, "pub.pem"));
    });
    assert_eq!(keyless.outcome, Outcome::Fail);
    let smuggled = told(&|f| {
        f.insert("signature/通知.pdf".into(), b"%PDF-1.7 %%EOF".to_vec());
    });
    assert_eq!(smuggled.outcome, Outcome::Fail, "no list protects this folder");
    let page = told(&|f| {
        f.insert("signature/怎样核验.txt".into(), b"just trust it".to_vec());
    });
    assert_eq!(page.outcome, Outcome::Warn);
    let stripped = told(&|f| f.retain(|path, _| !path.starts_with("signature/")));
    assert_eq!(stripped.outcome, Outcome::Manual);
    assert_eq!(z2(&zip, Some(&ring), true).outcome, Outcome::Fail, "where one is required");

    // The list changed and signed by another: every digest is right, the signer is not.
    let foreign = told(&|f| {
        f.retain(|path, _| !path.starts_with("signature/"));
        let list = f["tagmanifest-sha256.txt"].clone();
        f.insert(name(&b, "ed25519.sig"), b.sign(&list).unwrap());
        f.insert(name(&b, "pub.pem"), b.public().to_pem().into_bytes());
    });
    assert_eq!(foreign.outcome, Outcome::Warn);
    assert_eq!(z2(&zip, Some(&ring), true).outcome, Outcome::Fail);
}

#[test]
fn a_revoked_key_is_told_by_the_day() {
    let dir = tempfile::tempdir().unwrap();
    let zip = sample(dir.path());
    let a = key(Algorithm::Sm2, 6);
    sign(&zip, &zip, &a).unwrap();
    for (on, outcome) in [("2025-07-10", Outcome::Fail), ("2025-07-11", Outcome::Warn)] {
        let mut ring = trust(&dir.path().join(on), &a, "甲市第一督察组", Purpose::All);
        let (reason, by) = ("遗失".to_owned(), "李四".to_owned());
        let fingerprint = a.public().fingerprint();
        ring.revoke(Revocation { fingerprint, on: day(on), reason, by }).unwrap();
        assert_eq!(z2(&zip, Some(&ring), false).outcome, outcome, "{on}");
    }
}

#[test]
fn two_signatures_stand_beside_each_other_in_either_order() {
    let dir = tempfile::tempdir().unwrap();
    let zip = sample(dir.path());
    let (a, b) = (key(Algorithm::Ed25519, 7), key(Algorithm::Sm2, 8));
    let (ab, ba) = (dir.path().join("ab.zip"), dir.path().join("ba.zip"));
    sign(&zip, &ab, &a).unwrap();
    sign(&ab, &ab, &b).unwrap();
    sign(&zip, &ba, &b).unwrap();
    sign(&ba, &ba, &a).unwrap();
    assert_eq!(std::fs::read(&ab).unwrap(), std::fs::read(&ba).unwrap());
    let ring = trust(&dir.path().join("r"), &a, "甲市第一督察组", Purpose::All);
    // One of the two is nobody's that is known: a person must look.
    assert_eq!(z2(&ab, Some(&ring), false).outcome, Outcome::Warn);
    assert_eq!(z2(&ab, Some(&ring), true).outcome, Outcome::Warn, "the sender's is there");
}

#[test]
fn nobody_signs_what_is_broken() {
    let dir = tempfile::tempdir().unwrap();
    let zip = sample(dir.path());
    let mut spoiled = files(&zip);
    spoiled.insert("data/说明文件.TXT".into(), b"changed".to_vec());
    rewrite(&zip, &spoiled);
    let before = std::fs::read(&zip).unwrap();
    assert!(matches!(sign(&zip, &zip, &key(Algorithm::Ed25519, 9)), Err(Failure::No(_))));
    assert_eq!(before, std::fs::read(&zip).unwrap());
}
