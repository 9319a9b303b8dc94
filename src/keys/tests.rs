//! Keys made, kept, broken in every way; OpenSSL as the judge; the ring's judgement.

use std::path::Path;
use std::process::{Command, Stdio};

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::diag::Failure;
use crate::entropy::Entropy;

fn password() -> Password {
    Password::new("渝环督办 open sesame".into())
}

fn day(text: &str) -> NaiveDate {
    crate::vocab::date::parse(text).unwrap()
}

fn code(failure: Failure) -> Vec<String> {
    match failure {
        Failure::Key(list) => list.into_iter().map(|f| f.code.into_owned()).collect(),
        other => panic!("{other:?}"),
    }
}

/// Runs the machine's OpenSSL in `dir`; none if there is none, which only a machine that is no judge may have.
fn openssl(dir: &Path, arguments: &str) -> Option<bool> {
    let mut command = Command::new("openssl");
    command.current_dir(dir).args(arguments.split_whitespace()).env("P", "渝环督办 open sesame");
    match command.stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(status) => Some(status.success()),
        Err(e) => {
            assert!(std::env::var_os("CI").is_none(), "openssl is needed here: {e}");
            None
        }
    }
}

#[test]
fn the_same_key_signs_the_same_bytes_and_only_its_own_words() {
    for algorithm in Algorithm::ALL {
        let key = PrivateKey::generate(algorithm, &mut Entropy::Fixed(1)).unwrap();
        let other = PrivateKey::generate(algorithm, &mut Entropy::Fixed(2)).unwrap();
        let signature = key.sign("移交".as_bytes()).unwrap();
        assert_eq!(signature, key.sign("移交".as_bytes()).unwrap());
        assert_ne!(signature, key.sign("接收".as_bytes()).unwrap());
        assert!(key.public().verifies("移交".as_bytes(), &signature));
        assert!(!key.public().verifies("接收".as_bytes(), &signature));
        assert!(!other.public().verifies("移交".as_bytes(), &signature));
        assert_ne!(key.public().fingerprint(), other.public().fingerprint());
    }
}

#[test]
fn every_flipped_bit_of_a_signature_is_seen() {
    for algorithm in Algorithm::ALL {
        let key = PrivateKey::generate(algorithm, &mut Entropy::Fixed(3)).unwrap();
        let signature = key.sign(b"tagmanifest").unwrap();
        for bit in 0..signature.len() * 8 {
            let mut bad = signature.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.public().verifies(b"tagmanifest", &bad), "{algorithm:?} bit {bit}");
        }
        for end in 0..signature.len() {
            assert!(!key.public().verifies(b"tagmanifest", &signature[..end]));
        }
        let mut longer = signature.clone();
        longer.push(0);
        assert!(!key.public().verifies(b"tagmanifest", &longer), "{algorithm:?} with a tail");
    }
}

#[test]
fn every_flipped_bit_of_a_public_key_is_seen() {
    for algorithm in Algorithm::ALL {
        let key = PrivateKey::generate(algorithm, &mut Entropy::Fixed(4)).unwrap();
        let signature = key.sign(b"tagmanifest").unwrap();
        let pem = key.public().to_pem();
        let (_, document) = pkcs8::Document::from_pem(&pem).unwrap();
        let der = document.as_bytes().to_vec();
        for bit in 0..der.len() * 8 {
            let mut bad = der.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let Ok(document) = pkcs8::Document::try_from(bad) else { continue };
            let text = document.to_pem("PUBLIC KEY", pkcs8::LineEnding::LF).unwrap();
            if let Ok(other) = PublicKey::from_pem(&text, "公钥") {
                assert_ne!(other.fingerprint(), key.public().fingerprint(), "bit {bit}");
                assert!(!other.verifies(b"tagmanifest", &signature), "{algorithm:?} bit {bit}");
            }
        }
    }
}

#[test]
fn a_key_comes_back_under_its_password_only() {
    for algorithm in Algorithm::ALL {
        let key = PrivateKey::generate(algorithm, &mut Entropy::Fixed(5)).unwrap();
        let pem = key.to_pem(&password(), &mut Entropy::Fixed(6)).unwrap();
        assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        let back = PrivateKey::from_pem(&pem, &password(), "私钥").unwrap();
        assert_eq!(back.public(), key.public());
        let wrong = Password::new("渝环督办 open Sesame".into());
        assert_eq!(code(PrivateKey::from_pem(&pem, &wrong, "私钥").unwrap_err()), ["M-02"]);
        // Cut short: never a key, never a panic.
        for end in (0..pem.len() - 1).step_by(7).filter(|end| pem.is_char_boundary(*end)) {
            let told = code(PrivateKey::from_pem(&pem[..end], &password(), "私钥").unwrap_err());
            assert_eq!(told, ["M-01"], "{end}");
        }
        assert!(!format!("{back:?}{:?}", password()).contains("sesame"));
    }
}

#[test]
fn a_key_without_a_password_and_a_private_key_for_a_public_one_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    if openssl(dir.path(), "genpkey -algorithm ED25519 -out open.pem").is_none() {
        return;
    }
    let open = std::fs::read_to_string(dir.path().join("open.pem")).unwrap();
    assert_eq!(code(PrivateKey::from_pem(&open, &password(), "私钥").unwrap_err()), ["M-01"]);
    assert_eq!(code(PublicKey::from_pem(&open, "公钥").unwrap_err()), ["M-01"]);
    openssl(dir.path(), "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem");
    openssl(dir.path(), "pkey -in p256.pem -pubout -out p256.pub.pem");
    let p256 = std::fs::read_to_string(dir.path().join("p256.pub.pem")).unwrap();
    assert_eq!(code(PublicKey::from_pem(&p256, "公钥").unwrap_err()), ["M-01"]);
}

#[test]
fn openssl_opens_our_keys_and_verifies_our_signatures() {
    let dir = tempfile::tempdir().unwrap();
    for algorithm in Algorithm::ALL {
        let key = PrivateKey::generate(algorithm, &mut Entropy::Fixed(7)).unwrap();
        let write =
            |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).unwrap();
        write("k.pem", key.to_pem(&password(), &mut Entropy::Fixed(8)).unwrap().as_bytes());
        write("k.pub.pem", key.public().to_pem().as_bytes());
        write("m.txt", "摘要  路径\n".as_bytes());
        write("m.sig", &key.sign("摘要  路径\n".as_bytes()).unwrap());
        write("bad.txt", "摘要  路径".as_bytes());
        let Some(opened) =
            openssl(dir.path(), "pkey -in k.pem -passin env:P -pubout -out again.pem")
        else {
            return;
        };
        assert!(opened, "{algorithm:?}: our encrypted key");
        let again = std::fs::read_to_string(dir.path().join("again.pem")).unwrap();
        assert_eq!(&PublicKey::from_pem(&again, "公钥").unwrap(), key.public());
        let verify = |file: &str| {
            let options = algorithm.openssl_options();
            let line = format!(
                "pkeyutl -verify -pubin -inkey k.pub.pem -rawin{options} -in {file} -sigfile m.sig"
            );
            openssl(dir.path(), &line).unwrap()
        };
        assert!(verify("m.txt"), "{algorithm:?}: our signature");
        assert!(!verify("bad.txt"), "{algorithm:?}: other words");
    }
}

#[test]
fn we_open_openssls_keys_and_verify_its_signatures() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("m.txt"), b"words").unwrap();
    for (algorithm, name) in [(Algorithm::Ed25519, "ED25519"), (Algorithm::Sm2, "SM2")] {
        let Some(made) = openssl(dir.path(), &format!("genpkey -algorithm {name} -out plain.pem"))
        else {
            return;
        };
        assert!(made);
        let options = algorithm.openssl_options();
        for line in [
            "pkcs8 -topk8 -in plain.pem -v2 aes-256-cbc -scrypt -passout env:P -out k.pem"
                .to_owned(),
            "pkcs8 -topk8 -in plain.pem -v2 aes-256-cbc -passout env:P -out k2.pem".to_owned(),
            "pkey -in plain.pem -pubout -out k.pub.pem".to_owned(),
            format!("pkeyutl -sign -inkey plain.pem -rawin{options} -in m.txt -out m.sig"),
        ] {
            assert!(openssl(dir.path(), &line).unwrap(), "{line}");
        }
        let text = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
        let public = PublicKey::from_pem(&text("k.pub.pem"), "公钥").unwrap();
        assert_eq!(public.algorithm(), algorithm);
        assert_eq!(public.to_pem(), text("k.pub.pem"), "the same key is the same file");
        let signature = std::fs::read(dir.path().join("m.sig")).unwrap();
        assert!(public.verifies(b"words", &signature));
        assert!(!public.verifies(b"word", &signature));
        for file in ["k.pem", "k2.pem"] {
            let key = PrivateKey::from_pem(&text(file), &password(), "私钥").unwrap();
            assert_eq!(key.public(), &public, "{file}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_the_readers_panic(text in "(-----BEGIN (PUBLIC|ENCRYPTED PRIVATE|PRIVATE) KEY-----\n)?[A-Za-z0-9+/=\n]{0,200}(\n-----END (PUBLIC|ENCRYPTED PRIVATE) KEY-----\n)?", bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = PublicKey::from_pem(&text, "公钥");
        let _ = PrivateKey::from_pem(&text, &password(), "私钥");
        let _ = Fingerprint::parse(&text);
        let _ = PublicKey::from_pem(&String::from_utf8_lossy(&bytes), "公钥");
        let key = PrivateKey::generate(Algorithm::Sm2, &mut Entropy::Fixed(9)).unwrap();
        prop_assert!(!key.public().verifies(b"words", &bytes));
    }
}

fn new(name: &str, algorithm: Algorithm) -> NewKey<'_> {
    NewKey {
        name,
        holder: "甲市督察办",
        algorithm,
        purpose: Purpose::All,
        created: day("2026-01-05"),
    }
}

fn trusted(key: &PublicKey) -> TrustedKey {
    TrustedKey {
        key: key.clone(),
        holder: "甲市督察办".into(),
        from: Some(day("2026-01-01")),
        to: Some(day("2026-12-31")),
        purpose: Purpose::Handover,
        note: "电话核对\n\"指纹\"".into(),
        by: "李四".into(),
        on: day("2026-01-10"),
    }
}

#[test]
fn a_ring_keeps_what_is_put_into_it() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("keyring");
    assert_eq!(code(Keyring::open(&root, false).unwrap_err()), ["M-05"]);
    let mut ring = Keyring::open(&root, true).unwrap();
    let mut chance = Entropy::Fixed(10);
    let short = Password::new("1234567".into());
    let told = ring.add_own(new("移交", Algorithm::Sm2), &short, &mut chance).unwrap_err();
    assert_eq!(code(told), ["M-03"]);
    let told = ring.add_own(new("../x", Algorithm::Sm2), &password(), &mut chance).unwrap_err();
    assert_eq!(code(told), ["M-09"]);
    let own = ring.add_own(new("移交", Algorithm::Sm2), &password(), &mut chance).unwrap();
    let told = ring.add_own(new("移交", Algorithm::Sm2), &password(), &mut chance).unwrap_err();
    assert_eq!(code(told), ["M-09"]);
    let other = PrivateKey::generate(Algorithm::Ed25519, &mut Entropy::Fixed(11)).unwrap();
    ring.trust(trusted(other.public())).unwrap();
    assert_eq!(code(ring.trust(trusted(other.public())).unwrap_err()), ["M-09"]);

    let ring = Keyring::open(&root, false).unwrap();
    assert_eq!(ring.own[0].key, own.key);
    assert_eq!(ring.trusted[0].holder, "甲市督察办");
    assert_eq!(ring.trusted[0].note, "电话核对 \"指纹\"");
    let key = ring.unlock("移交", &password(), day("2026-02-01")).unwrap();
    assert_eq!(key.public(), &own.key);
    let told = ring.unlock("移交", &short, day("2026-02-01")).unwrap_err();
    assert_eq!(code(told), ["M-02"]);
    assert_eq!(code(ring.unlock("无", &password(), day("2026-02-01")).unwrap_err()), ["M-05"]);
    ring.change_password(
        "移交",
        &password(),
        &Password::new("另一个够长的口令".into()),
        &mut chance,
    )
    .unwrap();
    assert_eq!(code(ring.unlock("移交", &password(), day("2026-02-01")).unwrap_err()), ["M-02"]);

    use std::os::unix::fs::PermissionsExt as _;
    let about = std::fs::metadata(root.join("own/移交.key.pem")).unwrap();
    assert_eq!(about.permissions().mode() & 0o777, 0o600, "a private key is its owner's alone");
}

#[test]
fn a_faulty_ring_trusts_nobody_and_says_every_fault() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().to_path_buf();
    let mut ring = Keyring::open(&root, true).unwrap();
    let a = PrivateKey::generate(Algorithm::Ed25519, &mut Entropy::Fixed(12)).unwrap();
    let b = PrivateKey::generate(Algorithm::Ed25519, &mut Entropy::Fixed(13)).unwrap();
    ring.trust(trusted(a.public())).unwrap();
    ring.trust(trusted(b.public())).unwrap();
    let place = |key: &PrivateKey, ending: &str| {
        root.join("trusted").join(format!("{}.{ending}", key.public().fingerprint().short()))
    };
    // One office's key put in the place of another's, and a day that is none.
    std::fs::copy(place(&b, "pub.pem"), place(&a, "pub.pem")).unwrap();
    let text = std::fs::read_to_string(place(&b, "toml")).unwrap();
    std::fs::write(place(&b, "toml"), text.replace("2026-12-31", "2026-13-31")).unwrap();
    assert_eq!(code(Keyring::open(&root, false).unwrap_err()), ["M-08", "M-08"]);
}

#[test]
fn trust_depends_on_the_day_the_purpose_and_revocation() {
    let dir = tempfile::tempdir().unwrap();
    let mut ring = Keyring::open(dir.path(), true).unwrap();
    let key = PrivateKey::generate(Algorithm::Sm2, &mut Entropy::Fixed(14)).unwrap();
    let public = key.public().clone();
    let today = day("2026-11-24");
    let at = |ring: &Keyring, signed: &str| {
        ring.standing(&public, Purpose::Handover, day(signed), today).weight()
    };
    assert_eq!(at(&ring, "2026-07-10"), Weight::Doubtful, "unknown");
    ring.trust(trusted(&public)).unwrap();
    assert_eq!(at(&ring, "2026-07-10"), Weight::Good);
    assert_eq!(at(&ring, "2025-12-31"), Weight::Bad, "before it began");
    assert_eq!(at(&ring, "2027-01-01"), Weight::Bad, "after it ended");
    let for_receipts = ring.standing(&public, Purpose::Receipt, day("2026-07-10"), today);
    assert!(matches!(for_receipts, Standing::OtherPurpose { .. }));
    let later = ring.standing(&public, Purpose::Handover, day("2026-07-10"), day("2027-02-01"));
    assert!(matches!(later, Standing::ExpiredSince { .. }));
    let gone = Revocation {
        fingerprint: public.fingerprint(),
        on: day("2026-07-10"),
        reason: "U盘遗失".into(),
        by: "李四".into(),
    };
    ring.revoke(gone.clone()).unwrap();
    assert_eq!(code(ring.revoke(gone).unwrap_err()), ["M-09"]);
    let ring = Keyring::open(dir.path(), false).unwrap();
    assert_eq!(at(&ring, "2026-07-10"), Weight::Bad, "on the very day");
    assert_eq!(at(&ring, "2026-07-09"), Weight::Doubtful, "before it was revoked");
    let words = ring.standing(&public, Purpose::Handover, day("2026-07-09"), today).words();
    assert!(words.contains("倒填"), "{words}");
}

#[test]
fn a_revoked_own_key_signs_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let mut ring = Keyring::open(dir.path(), true).unwrap();
    let mut chance = Entropy::Fixed(15);
    let own = ring.add_own(new("a", Algorithm::Ed25519), &password(), &mut chance).unwrap();
    let fingerprint = own.key.fingerprint();
    let (reason, by) = ("换人".to_owned(), "李四".to_owned());
    ring.revoke(Revocation { fingerprint, on: day("2026-05-01"), reason, by }).unwrap();
    assert_eq!(code(ring.unlock("a", &password(), day("2026-05-01")).unwrap_err()), ["M-06"]);
    assert_eq!(
        ring.standing(&own.key, Purpose::All, day("2026-04-30"), day("2026-04-30")).weight(),
        Weight::Doubtful
    );
}

#[test]
fn fingerprints_are_read_as_they_are_read_out() {
    let key = PrivateKey::generate(Algorithm::Ed25519, &mut Entropy::Fixed(16)).unwrap();
    let fingerprint = key.public().fingerprint();
    assert_eq!(Fingerprint::parse(&fingerprint.grouped()), Some(fingerprint));
    assert_eq!(fingerprint.grouped().split(' ').count(), 16);
    assert_eq!(Fingerprint::parse(&fingerprint.short()), None);
}

#[test]
fn a_key_that_the_policy_forbids_does_not_sign_and_keeps_its_password_changeable() {
    let dir = tempfile::tempdir().unwrap();
    let mut ring = Keyring::open(dir.path(), true).unwrap();
    let about = NewKey {
        name: "yijiao",
        holder: "甲市督察办",
        algorithm: Algorithm::Ed25519,
        purpose: Purpose::All,
        created: day("2026-01-01"),
    };
    ring.add_own(about, &password(), &mut Entropy::Fixed(7)).unwrap();
    std::fs::write(dir.path().join("policy.toml"), "sign_with = [\"sm2\"]\n").unwrap();
    let ring = Keyring::open(dir.path(), false).unwrap();
    assert_eq!(code(ring.unlock("yijiao", &password(), day("2026-01-02")).unwrap_err()), ["M-11"]);
    let other = Password::new("another pass phrase".into());
    ring.change_password("yijiao", &password(), &other, &mut Entropy::Fixed(8)).unwrap();
    std::fs::write(dir.path().join("policy.toml"), "sign_with = \"sm2\"\n").unwrap();
    assert_eq!(code(Keyring::open(dir.path(), false).unwrap_err()), ["M-08"]);
}
