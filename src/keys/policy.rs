//! 签名规定: what the office demands of signatures, in `policy.toml` of its key ring. Without the file both algorithms count
//! and nothing more is asked.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use serde::Deserialize;
use toml::Spanned;

use super::Algorithm;
use crate::diag::{Diagnostic, SourceFile, Span, read_table};

/// Its name in the key ring.
const FILE: &str = "policy.toml";
/// How a mistake in it is mended.
const HINT: &str = "改正密钥库里的 policy.toml；写法见 docs/cli.md。";

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    accepted: Option<Spanned<Vec<Spanned<String>>>>,
    sign_with: Option<Spanned<Vec<Spanned<String>>>>,
    sender_signature: Option<Spanned<bool>>,
    valid_days: Option<Spanned<u32>>,
}

/// 签名规定.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    source: Option<Arc<SourceFile>>,
    accepted: Option<Rule<Vec<Algorithm>>>,
    sign_with: Option<Rule<Vec<Algorithm>>>,
    sender_signature: Option<Rule<bool>>,
    valid_days: Option<Rule<u32>>,
}

/// One line of the policy, and where it stands.
#[derive(Clone, Debug)]
struct Rule<T> {
    value: T,
    at: Range<usize>,
}

/// A line of the policy that speaks against something.
#[derive(Clone, Debug)]
pub struct Against {
    /// In words, with the file, the line and what it says.
    pub words: String,
    at: Option<Span>,
}

impl Against {
    /// M-11, at the line.
    #[must_use]
    pub fn finding(&self) -> Diagnostic {
        let finding = Diagnostic::error("M-11", self.words.clone());
        match &self.at {
            Some(at) => finding.at(at.clone()),
            None => finding,
        }
    }
}

impl Policy {
    /// Reads the policy of the ring at `root`; without the file the usual one.
    ///
    /// # Errors
    /// M-08 for what cannot be read or names no algorithm of ours.
    pub(super) fn read(root: &Path) -> Result<Self, Box<Diagnostic>> {
        let path = root.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(e) => {
                let words = format!("{}：{e}", path.display());
                return Err(Box::new(Diagnostic::error("M-08", words).hint(HINT)));
            }
        };
        let source = SourceFile::new(path.display().to_string(), text);
        let table: Table = read_table(&source, "M-08", "签名规定", HINT)?;
        Ok(Self {
            accepted: algorithms(&source, table.accepted)?,
            sign_with: algorithms(&source, table.sign_with)?,
            sender_signature: table.sender_signature.map(Rule::of),
            valid_days: table.valid_days.map(Rule::of),
            source: Some(source),
        })
    }

    /// Whether signatures by `algorithm` count.
    ///
    /// # Errors
    /// The line that says no.
    pub fn accepts(&self, algorithm: Algorithm) -> Result<(), Against> {
        self.among(self.accepted.as_ref(), "accepted", "不认可", algorithm)
    }

    /// Whether this office may sign by `algorithm`.
    ///
    /// # Errors
    /// The line that says no.
    pub fn may_sign(&self, algorithm: Algorithm) -> Result<(), Against> {
        self.among(self.sign_with.as_ref(), "sign_with", "不许本单位用", algorithm)
    }

    /// The algorithm of a new key, when nothing else is said.
    #[must_use]
    pub fn usual(&self) -> Algorithm {
        let first = self.sign_with.as_ref().and_then(|rule| rule.value.first());
        first.copied().unwrap_or(Algorithm::Ed25519)
    }

    /// Whether a key that is good until `to` is good long enough for a signature made on `signed`.
    ///
    /// # Errors
    /// The line that says no.
    pub fn lasts(&self, to: Option<NaiveDate>, signed: NaiveDate) -> Result<(), Against> {
        let (Some(rule), Some(to)) = (&self.valid_days, to) else { return Ok(()) };
        let wanted = signed.checked_add_days(Days::new(rule.value.into()));
        if wanted.is_some_and(|wanted| to >= wanted) {
            return Ok(());
        }
        let what = format!(
            "valid_days = {}，要求密钥在签名日期（{signed}）以后至少还有 {0} 天有效，这把到 {to} 为止",
            rule.value
        );
        Err(self.against(&rule.at, &what))
    }

    /// Why bundles without a believable signature of their sender are refused, if they are.
    #[must_use]
    pub fn wants_sender(&self) -> Option<Against> {
        let rule = self.sender_signature.as_ref().filter(|rule| rule.value)?;
        Some(self.against(&rule.at, "sender_signature = true，要求移交单位签名"))
    }

    fn among(
        &self,
        rule: Option<&Rule<Vec<Algorithm>>>,
        key: &str,
        verb: &str,
        algorithm: Algorithm,
    ) -> Result<(), Against> {
        let Some(rule) = rule.filter(|rule| !rule.value.contains(&algorithm)) else {
            return Ok(());
        };
        let ids: Vec<&str> = rule.value.iter().map(|a| a.id()).collect();
        let what = format!("{key} = {ids:?}，{verb} {} 的签名", algorithm.name());
        Err(self.against(&rule.at, &what))
    }

    fn against(&self, at: &Range<usize>, what: &str) -> Against {
        let at = self.source.as_ref().map(|source| Span::new(source, at.clone()));
        let line = at.as_ref().map_or(0, |span| span.line_column().0);
        Against { words: format!("签名规定 {FILE} 第 {line} 行：{what}"), at }
    }
}

impl<T> Rule<T> {
    fn of(spanned: Spanned<T>) -> Self {
        let at = spanned.span();
        Self { value: spanned.into_inner(), at }
    }
}

fn algorithms(
    source: &Arc<SourceFile>,
    list: Option<Spanned<Vec<Spanned<String>>>>,
) -> Result<Option<Rule<Vec<Algorithm>>>, Box<Diagnostic>> {
    let Some(list) = list else { return Ok(None) };
    let bad = |at: Range<usize>, words: String| {
        Box::new(Diagnostic::error("M-08", words).at(Span::new(source, at)).hint(HINT))
    };
    let at = list.span();
    let mut value = Vec::new();
    for name in list.into_inner() {
        let Some(algorithm) = Algorithm::of(name.get_ref()) else {
            let words = format!("签名规定中没有“{}”这种算法；有 ed25519、sm2", name.get_ref());
            return Err(bad(name.span(), words));
        };
        value.push(algorithm);
    }
    if value.is_empty() {
        return Err(bad(at, "签名规定里算法一个也没有".into()));
    }
    Ok(Some(Rule { value, at }))
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Policy};
    use crate::vocab::date;

    fn policy(text: &str) -> Result<Policy, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("policy.toml"), text).unwrap();
        Policy::read(dir.path()).map_err(|finding| finding.code.to_string())
    }

    #[test]
    fn without_a_file_both_algorithms_count_and_nothing_more_is_asked() {
        let usual = Policy::read(tempfile::tempdir().unwrap().path()).unwrap();
        for algorithm in Algorithm::ALL {
            assert!(usual.accepts(algorithm).is_ok() && usual.may_sign(algorithm).is_ok());
        }
        assert!(usual.wants_sender().is_none());
        assert_eq!(usual.usual(), Algorithm::Ed25519);
        assert!(usual.lasts(date::parse("2025-01-01"), date::parse("2026-01-01").unwrap()).is_ok());
    }

    #[test]
    fn each_line_refuses_what_it_says_and_is_named() {
        let text = "# 商用密码\naccepted = [\"sm2\"]\nsign_with = [\"sm2\"]\nsender_signature = true\nvalid_days = 30\n";
        let policy = policy(text).unwrap();
        assert!(policy.accepts(Algorithm::Sm2).is_ok() && policy.may_sign(Algorithm::Sm2).is_ok());
        let against = policy.accepts(Algorithm::Ed25519).unwrap_err();
        assert!(against.words.contains("第 2 行：accepted"), "{}", against.words);
        assert_eq!(against.finding().code, "M-11");
        let against = policy.may_sign(Algorithm::Ed25519).unwrap_err();
        assert!(against.words.contains("第 3 行：sign_with"), "{}", against.words);
        assert_eq!(policy.usual(), Algorithm::Sm2);
        assert!(policy.wants_sender().unwrap().words.contains("第 4 行"));
        let signed = date::parse("2026-01-01").unwrap();
        assert!(policy.lasts(date::parse("2026-01-31"), signed).is_ok());
        assert!(policy.lasts(None, signed).is_ok());
        let against = policy.lasts(date::parse("2026-01-30"), signed).unwrap_err();
        assert!(against.words.contains("第 5 行：valid_days = 30"), "{}", against.words);
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_no_policy() {
        for text in
            ["accepted = []", "accepted = [\"rsa\"]", "accept = [\"sm2\"]", "valid_days = -1"]
        {
            assert_eq!(policy(text).unwrap_err(), "M-08", "{text}");
        }
    }
}
