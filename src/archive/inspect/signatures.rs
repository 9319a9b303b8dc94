//! Z2: signatures of the bundle. Whether they are right, and whether their signers are to be believed, are told apart.

use std::collections::BTreeMap;

use super::{AUTHENTICITY, Check, Inspection, Outcome, Report, Subject};
use crate::archive::bag;
use crate::archive::sign::{FOLDER, HOW, Trust, how, key_path, signature_path, stated};
use crate::keys::{PublicKey, Purpose, Weight};
use crate::vocab::date;

/// Largest signature (bytes).
const MAX_SIGNATURE: u64 = 1024;

/// What the signatures come to.
#[derive(Default)]
struct Tally {
    /// Signatures that are right.
    valid: usize,
    /// 持有单位 of those to be believed.
    believed: Vec<String>,
    bad: bool,
    doubtful: bool,
}

pub(super) fn check(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z2", AUTHENTICITY);
    let there: Vec<&str> =
        s.reader.files().map(|(p, _)| p).filter(|p| p.starts_with(FOLDER)).collect();
    if there.is_empty() {
        return if let Some(who) = s.trust.demand() {
            r.add(FOLDER, "移交单位的电子签名", "没有");
            r.plain(Outcome::Fail, format!("包内没有电子签名；{who}"))
        } else {
            r.plain(Outcome::Manual, "包内没有电子签名；来源须由移交手续确认")
        };
    }
    let mut t = Tally::default();
    let keys = keys(s, &there, &mut r, &mut t);
    for path in &there {
        if stated(path).is_some() {
            judge(s, path, &keys, &mut r, &mut t);
        } else if *path != HOW && !path.ends_with(".pub.pem") {
            r.add(*path, "只有签名、公钥和核验说明", "不认识的文件，不受清单保护");
            t.bad = true;
        }
    }
    let all: Vec<PublicKey> = keys.values().cloned().collect();
    if s.reader.text(HOW).is_none_or(|text| text != how(&all)) {
        r.add(HOW, "与签名相应的核验说明", "缺少或被改动");
        t.doubtful = true;
    }
    conclude(s, r, &t)
}

/// A package of another program has no signature in our form: where one is required, it is not accepted.
pub(super) fn foreign(mut made: Inspection, trust: &Trust<'_>) -> Inspection {
    if let Some(who) = trust.demand() {
        let mut r = Report::new("Z2", AUTHENTICITY);
        r.add(FOLDER, "移交单位的电子签名", "没有");
        let check = r.plain(Outcome::Fail, format!("包内没有电子签名；{who}"));
        match made.checks.iter_mut().find(|c| c.id == check.id) {
            Some(there) => *there = check,
            None => made.checks.push(check),
        }
        made.accepted = false;
    }
    made
}

/// The public keys beside the signatures, by the stem of their files.
fn keys<'a>(
    s: &Subject<'_>,
    there: &[&'a str],
    r: &mut Report,
    t: &mut Tally,
) -> BTreeMap<&'a str, PublicKey> {
    let mut out = BTreeMap::new();
    for path in there {
        let Some(stem) = path.strip_suffix(".pub.pem") else { continue };
        let read = s.reader.text(path).and_then(|text| PublicKey::from_pem(&text, path).ok());
        match read {
            Some(key) if key_path(&key) != *path => {
                r.add(*path, format!("文件名为 {}", key_path(&key)), "与公钥的指纹不符");
                t.bad = true;
            }
            Some(key) => {
                if !s.reader.has(&signature_path(&key)) {
                    r.add(*path, "有这把公钥的签名", "没有，签名可能被拿掉");
                    t.bad = true;
                }
                out.insert(stem, key);
            }
            None => {
                r.add(*path, "Ed25519 或 SM2 公钥", "读不懂");
                t.bad = true;
            }
        }
    }
    out
}

fn judge(
    s: &Subject<'_>,
    path: &str,
    keys: &BTreeMap<&str, PublicKey>,
    r: &mut Report,
    t: &mut Tally,
) {
    let mut bad = |r: &mut Report, words: &str| {
        r.add(path, "有效的签名", words);
        t.bad = true;
    };
    let Some((stem, algorithm)) = stated(path) else { return };
    let Some(key) = keys.get(stem) else {
        return bad(r, "旁边没有可用的公钥");
    };
    if key.algorithm() != algorithm {
        return bad(r, "签名算法与公钥不符");
    }
    let signed = s.reader.small(bag::TAG_MANIFEST, 64 << 20).unwrap_or_default();
    let signature = s.reader.small(path, MAX_SIGNATURE).unwrap_or_default();
    if !key.verifies(&signed, &signature) {
        return bad(r, "签名无效：不是对本包的签名，或签名以后有改动");
    }
    t.valid += 1;
    let Some(ring) = s.trust.ring else {
        let words = format!("签名有效；签名人请按指纹核对：{}", key.fingerprint().grouped());
        r.add(path, "", words);
        return;
    };
    let Some(day) = date::parse(&s.description.date) else {
        r.add(path, "", "签名有效；移交日期读不懂，不能判断签名人");
        t.doubtful = true;
        return;
    };
    if let Err(against) = ring.allows(key, day) {
        // It counts as little as none.
        r.add(path, "合乎签名规定的签名", format!("签名有效；M-11 {}", against.words));
        t.doubtful = true;
        return;
    }
    let standing = ring.standing(key, Purpose::Handover, day, s.trust.today);
    let mut words = format!("签名有效；{}", standing.words());
    match standing.weight() {
        Weight::Good => {
            let holder = standing.holder().unwrap_or_default().to_owned();
            if s.description.sender.split('、').any(|name| name == holder) {
                t.believed.push(holder);
            } else {
                words.push_str(&format!("，不是移交单位（{}）", s.description.sender));
                t.doubtful = true;
            }
        }
        Weight::Doubtful => {
            words.push_str(&format!("；指纹 {}", key.fingerprint().grouped()));
            t.doubtful = true;
        }
        Weight::Bad => t.bad = true,
    }
    r.add(path, "", words);
}

fn conclude(s: &Subject<'_>, mut r: Report, t: &Tally) -> Check {
    if let Some(who) = s.trust.demand().filter(|_| t.believed.is_empty() && !t.bad) {
        let wanted = format!("{}的可信签名", s.description.sender);
        r.add(FOLDER, wanted, "没有");
        return r.plain(Outcome::Fail, format!("没有移交单位的可信签名；{who}"));
    }
    if t.bad {
        return r.plain(Outcome::Fail, "签名无效、不可信或被改动");
    }
    if t.valid == 0 {
        return r.plain(Outcome::Fail, "signature 文件夹里没有签名");
    }
    if t.doubtful {
        let words = format!("{} 个签名有效；签名人须由人核实", t.valid);
        return r.plain(Outcome::Warn, words);
    }
    if s.trust.ring.is_none() {
        let words = format!("{} 个签名有效；没有给出密钥库，签名人是谁须核对指纹", t.valid);
        return r.plain(Outcome::Manual, words);
    }
    let words = format!("{} 个签名有效；签名人可信：{}", t.valid, t.believed.join("、"));
    r.plain(Outcome::Pass, words)
}
