//! 回执: what the receiver says it has, and whether that is what the sender sent.

use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::chain::Head;
use super::pass::tagmanifest;
use super::{Act, Book, Entry, Mark, Role, Signed, Slip};
use crate::archive::inspect::{Inspection, Outcome};
use crate::archive::store::Accession;
use crate::diag::{Diagnostic, Failure};
use crate::fixity::{Digest, digest_bytes, digest_reader};
use crate::keys::{Keyring, Purpose, Standing, Weight};
use crate::vocab::date;

const RECEIPT: &str = "anjuan-receipt/1";
const RETURN: &str = "anjuan-return/1";

/// The receiver's register after an entry, and what the same sender was told the time before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterHead {
    /// 链头 after this entry.
    #[serde(flatten)]
    pub head: Head,
    /// The entry before of the same sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<Earlier>,
}

/// An entry that the sender knows already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// 接收号.
    pub number: String,
    /// 链头 after it.
    #[serde(flatten)]
    pub head: Head,
}

impl RegisterHead {
    pub(in crate::archive) fn new(head: Head, earlier: Option<(String, Head)>) -> Self {
        Self { head, earlier: earlier.map(|(number, head)| Earlier { number, head }) }
    }
}

/// 回执 or 退回单 as it is read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Body {
    /// `anjuan-receipt/1` or `anjuan-return/1`.
    pub format: String,
    /// 接收号 or 退回号.
    pub number: String,
    /// 归档包编号.
    pub bundle: String,
    /// Version of the object in the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// When, RFC 3339.
    pub time: String,
    /// SHA-256 of the ZIP.
    pub sha256: Digest,
    /// SM3 of the ZIP.
    pub sm3: Digest,
    /// 件数.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// 移交单位.
    pub sender: String,
    /// 接收单位.
    pub receiver: String,
    /// 项目名称.
    #[serde(default)]
    pub case_title: String,
    /// SHA-256 of the tag manifest: what the sender signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagmanifest: Option<Digest>,
    /// 移交序号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<Mark>,
    /// 接收登记簿 after this entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<RegisterHead>,
    /// 退回理由.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// 经办人 of a return.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// 检测结果; of a return, those that speak against the bundle.
    pub checks: Vec<Value>,
}

impl Body {
    /// The receipt of an accession.
    pub(in crate::archive) fn receipt(
        a: &Accession,
        register: Option<RegisterHead>,
        inspection: &Inspection,
    ) -> Result<Self, Failure> {
        Ok(Self {
            format: RECEIPT.into(),
            number: a.number.clone(),
            bundle: a.bundle.clone(),
            version: Some(a.version),
            time: a.time.clone(),
            sha256: a.sha256,
            sm3: a.sm3,
            items: Some(a.items),
            sender: a.sender.clone(),
            receiver: a.receiver.clone(),
            case_title: a.case_title.clone(),
            tagmanifest: a.tagmanifest,
            handover: a.handover,
            register,
            reason: String::new(),
            by: String::new(),
            checks: values(inspection, |_| true)?,
        })
    }

    /// The slip of a bundle given back.
    pub(in crate::archive) fn returned(
        slip: &Slip,
        head: Head,
        inspection: &Inspection,
    ) -> Result<Self, Failure> {
        let title = inspection.description.as_ref().map(|d| d.case_title.clone());
        Ok(Self {
            format: RETURN.into(),
            number: slip.number.clone(),
            bundle: slip.bundle.clone(),
            version: None,
            time: slip.time.clone(),
            sha256: slip.sha256,
            sm3: slip.sm3,
            items: None,
            sender: slip.sender.clone(),
            receiver: slip.receiver.clone(),
            case_title: title.unwrap_or_default(),
            tagmanifest: slip.tagmanifest,
            handover: slip.handover,
            register: Some(RegisterHead::new(head, None)),
            reason: slip.reason.clone(),
            by: slip.by.clone(),
            checks: values(inspection, |o| matches!(o, Outcome::Fail | Outcome::Warn))?,
        })
    }

    /// Its text, as it is signed.
    pub(in crate::archive) fn text(&self) -> Result<String, Failure> {
        serde_json::to_string_pretty(self)
            .map(|text| text + "\n")
            .map_err(|e| Failure::Bug(format!("JSON: {e}")))
    }

    /// Reads what was signed.
    ///
    /// # Errors
    /// [`Failure::No`] with H-06.
    pub fn read(signed: &Signed) -> Result<Self, Failure> {
        let bad = |words: String| {
            Failure::No(vec![
                Diagnostic::error("H-06", format!("回执读不懂：{words}"))
                    .hint("请对方重新发送；不要用别的程序改写这个文件。"),
            ])
        };
        let out: Self = serde_json::from_str(&signed.body).map_err(|e| bad(e.to_string()))?;
        if out.format == RECEIPT || out.format == RETURN {
            Ok(out)
        } else {
            Err(bad(format!("格式为 {}，本程序只认 {RECEIPT}、{RETURN}", out.format)))
        }
    }

    /// Whether the bundle was given back.
    #[must_use]
    pub fn is_return(&self) -> bool {
        self.format == RETURN
    }

    /// 回执 or 退回单.
    #[must_use]
    pub fn word(&self) -> &'static str {
        if self.is_return() { "退回单" } else { "回执" }
    }

    /// The day on which it was made.
    #[must_use]
    pub fn day(&self) -> Option<NaiveDate> {
        date::parse(self.time.get(..10)?)
    }
}

fn values(inspection: &Inspection, want: impl Fn(Outcome) -> bool) -> Result<Vec<Value>, Failure> {
    let wanted = inspection.checks.iter().filter(|c| want(c.outcome));
    let all: Result<_, _> = wanted.map(serde_json::to_value).collect();
    all.map_err(|e| Failure::Bug(format!("JSON: {e}")))
}

/// What looking at a receipt came to.
#[derive(Debug)]
pub struct Verdict {
    /// What it says.
    pub body: Body,
    /// Of each signature: whose, whether it is right, whether its signer is to be believed.
    pub told: Vec<(Role, String)>,
    /// What speaks against it.
    pub findings: Vec<Diagnostic>,
    /// Whether the book has it already.
    pub entered: bool,
}

/// Holds a receipt against the key ring, the bundle that was sent and the sender's book, as far as they are given.
///
/// # Errors
/// H-06 for what cannot be read; the world's. Everything else is a finding of the verdict.
pub fn examine(
    signed: &Signed,
    ring: Option<&Keyring>,
    today: NaiveDate,
    bundle: Option<&Path>,
    book: Option<&Book>,
) -> Result<Verdict, Failure> {
    let body = Body::read(signed)?;
    let mut v = Verdict { body, told: Vec::new(), findings: Vec::new(), entered: false };
    signatures(signed, ring, today, &mut v);
    if let Some(zip) = bundle {
        same_bundle(zip, &mut v)?;
    }
    if let Some(book) = book {
        in_book(signed, book, &mut v);
    }
    Ok(v)
}

fn signatures(signed: &Signed, ring: Option<&Keyring>, today: NaiveDate, v: &mut Verdict) {
    let word = v.body.word();
    if signed.signatures.first().is_none_or(|s| s.role != Role::Receiver) {
        let message = format!("{word} {} 没有接收方的签名", v.body.number);
        let hint = "请接收方用 receive --sign 或 return --sign 签名后重发。";
        v.findings.push(Diagnostic::error("M-10", message).hint(hint));
    }
    for (index, signature) in signed.signatures.iter().enumerate() {
        let role = signature.role;
        let who = role.word();
        let Some(key) = signed.reckon(index) else {
            let message = format!("{word} {} 上{who}的签名无效，内容可能被改动", v.body.number);
            v.findings.push(Diagnostic::error("M-07", message).hint("请对方重新发送。"));
            v.told.push((role, "签名无效".into()));
            continue;
        };
        let name = key.fingerprint().grouped();
        let (Some(ring), Some(day)) = (ring, v.body.day()) else {
            v.told.push((role, format!("签名有效；没有给出密钥库，请核对指纹 {name}")));
            continue;
        };
        if let Err(against) = ring.allows(&key, day) {
            let hint = "请对方用合乎规定的密钥重新签名，或由本单位改规定。";
            v.findings.push(against.finding().hint(hint));
        }
        let (purpose, office) = match role {
            Role::Receiver => (Purpose::Receipt, &v.body.receiver),
            Role::Sender => (Purpose::Handover, &v.body.sender),
        };
        let standing = ring.standing(&key, purpose, day, today);
        let mut words = format!("签名有效；{}", standing.words());
        let mine = |holder: &str| office.is_empty() || office.split('、').any(|o| o == holder);
        let stranger = standing.holder().is_some_and(|h| !mine(h));
        if stranger {
            words.push_str(&format!("，不是{who}（{office}）"));
        }
        let message = format!("{word} {} 上{who}的{words}；指纹 {name}", v.body.number);
        let hint = "公钥经另一途径核对无误的，用 anjuan key trust 登记。";
        match standing.weight() {
            Weight::Good if !stranger => {}
            Weight::Doubtful
                if !stranger
                    && !matches!(standing, Standing::Unknown | Standing::OtherPurpose { .. }) =>
            {
                v.findings.push(Diagnostic::warning("M-10", message));
            }
            _ => v.findings.push(Diagnostic::error("M-10", message).hint(hint)),
        }
        v.told.push((role, words));
    }
}

fn same_bundle(zip: &Path, v: &mut Verdict) -> Result<(), Failure> {
    let whole = std::fs::File::open(zip)
        .and_then(digest_reader)
        .map_err(crate::diag::WorldError::while_("读取归档包", zip))?;
    if whole.sha256 == v.body.sha256 && whole.sm3 == v.body.sm3 {
        return Ok(());
    }
    let list = tagmanifest(zip).ok();
    let word = v.body.word();
    if list.is_some() && list == v.body.tagmanifest {
        let message =
            format!("{} 与{word}所说的包内容相同，整包摘要不同（包里的签名有增减）", zip.display());
        v.findings.push(Diagnostic::warning("H-03", message));
    } else {
        let message = format!(
            "{word} {} 说的不是 {}：{word}上的 SHA-256 是 {}，包的是 {}",
            v.body.number,
            zip.display(),
            v.body.sha256,
            whole.sha256
        );
        let hint = "核对是不是旧的回执，或包在途中被换。";
        v.findings.push(Diagnostic::error("H-03", message).hint(hint));
    }
    Ok(())
}

fn in_book(signed: &Signed, book: &Book, v: &mut Verdict) {
    let body = &v.body;
    let word = body.word();
    let Some(entry) = body.tagmanifest.as_ref().and_then(|list| book.find(list)) else {
        let message =
            format!("移交登记簿里没有{word} {} 所说的移交（{}）", body.number, body.bundle);
        v.findings.push(
            Diagnostic::error("H-08", message).hint("核对 --book；回执只登记在移交它的单位。"),
        );
        return;
    };
    let same = entry.bundle == body.bundle
        && entry.sender == body.sender
        && entry.receiver == body.receiver
        && Some(entry.mark) == body.handover;
    if !same {
        let message = format!(
            "{word} {} 的单位、编号或次序与登记的第 {} 次移交不符",
            body.number, entry.mark.sequence
        );
        v.findings.push(Diagnostic::error("H-03", message));
    }
    if let Some(told) = body.handover.and_then(|m| m.book).filter(|told| !book.stood_at(told)) {
        let message = format!(
            "{word} {} 写明打包时移交登记簿有 {} 条，校验值 {}；现在的登记簿前 {} 条不是这样，此后被改写过",
            body.number, told.entries, told.head, told.entries
        );
        let hint = "核对 --book 是不是当时的登记簿；是的，用备份和历次回执恢复。";
        v.findings.push(Diagnostic::error("H-07", message).hint(hint));
    }
    let paper = digest_bytes(signed.body.as_bytes()).sha256;
    match book.answer(entry) {
        Some(there) if there.paper == Some(paper) => v.entered = true,
        Some(there) => {
            let message = format!(
                "第 {} 次移交已登记{} {}，又来了{word} {}",
                entry.mark.sequence,
                there.act.word(),
                there.number,
                body.number
            );
            let hint = "一次移交只有一个结果；请向接收方查询。";
            v.findings.push(Diagnostic::error("H-04", message).hint(hint));
        }
        None => {}
    }
    let act = if body.is_return() { Act::Returned } else { Act::Receipt };
    let known: Vec<&Entry> =
        book.entries().iter().filter(|e| e.act == act && e.receiver == body.receiver).collect();
    for words in contradictions(body, &known) {
        let message = format!("{word} {}：{words}", body.number);
        let hint = "接收方的登记簿可能回退或另起，请双方当面核对登记簿和已有的回执。";
        v.findings.push(Diagnostic::error("H-04", message).hint(hint));
    }
}

/// What the receiver's register is said to be now, against what it was said to be before.
fn contradictions(body: &Body, known: &[&Entry]) -> Vec<String> {
    let mut out = Vec::new();
    let Some(now) = &body.register else { return out };
    for entry in known {
        let Some(then) = &entry.register else { continue };
        if entry.number == body.number && *then != now.head {
            out.push(format!("{} 的登记校验值与先前的不同", entry.number));
        } else if then.entries == now.head.entries && then.head != now.head.head {
            let words = "登记簿第";
            out.push(format!("{words} {} 条与 {} 时的不同", then.entries, entry.number));
        } else if (entry.number < body.number) != (then.entries < now.head.entries)
            && entry.number != body.number
        {
            out.push(format!(
                "登记簿现有 {} 条，{} 时已有 {} 条",
                now.head.entries, entry.number, then.entries
            ));
        }
        if let Some(earlier) = &now.earlier
            && earlier.number == entry.number
            && earlier.head != *then
        {
            out.push(format!("登记簿里 {} 的校验值与先前回执上的不同", entry.number));
        }
    }
    let last = known.iter().filter(|e| e.number < body.number).map(|e| &e.number).max();
    if let (Some(last), false) = (last, body.is_return())
        && now.earlier.as_ref().is_none_or(|e| e.number < *last)
    {
        out.push(format!("登记簿里没有先前的接收 {last}"));
    }
    out
}

impl Book {
    /// Enters what the receiver answered; `at` is now. What is there already is not entered again.
    ///
    /// # Errors
    /// [`Failure::No`] when something speaks against it, the world's errors.
    pub fn enter_answer(
        &mut self,
        signed: &Signed,
        verdict: &Verdict,
        at: &str,
    ) -> Result<bool, Failure> {
        if verdict.entered {
            return Ok(false);
        }
        let body = &verdict.body;
        let handed = body.tagmanifest.as_ref().and_then(|list| self.find(list)).cloned();
        let Some(handed) = handed.filter(|_| !crate::diag::has_errors(&verdict.findings)) else {
            return Err(Failure::No(verdict.findings.clone()));
        };
        self.enter(Entry {
            act: if body.is_return() { Act::Returned } else { Act::Receipt },
            at: at.into(),
            number: body.number.clone(),
            register: body.register.as_ref().map(|r| r.head),
            paper: Some(digest_bytes(signed.body.as_bytes()).sha256),
            reason: body.reason.clone(),
            ..handed
        })?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Body;
    use crate::archive::handover::Signed;

    proptest! {
        #[test]
        fn no_bytes_make_the_readers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), body in "\\PC{0,60}") {
            let _ = Signed::parse(&bytes);
            let signed = Signed::of(body);
            let _ = Body::read(&signed);
        }

        #[test]
        fn a_spoiled_receipt_is_read_or_refused(at in 0usize..400, byte in any::<u8>()) {
            let mut text = serde_json::to_vec(&Signed::of("{\"format\":\"anjuan-receipt/1\"}".into())).unwrap();
            let at = at % text.len();
            text[at] = byte;
            if let Ok(signed) = Signed::parse(&text) {
                let _ = Body::read(&signed);
                prop_assert!(signed.reckon(0).is_none());
            }
        }
    }
}
