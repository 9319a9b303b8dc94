//! 登记条目: what is entered, the digest that chains it, and what the entries say of each number.

use std::collections::BTreeMap;

use crate::fixity::digest_bytes;
use crate::vocab::doc_number::DocNumber;

/// 事项: what an entry enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// 取号: the next number was taken.
    Take,
    /// 补登: a number given elsewhere (on paper, in a case) was entered.
    Enter,
    /// 作废: a number became void.
    Void,
    /// 印发: the document was issued; what it was made of is fixed.
    Issue,
    /// 更正: a new version of what was issued, under the same number.
    Revise,
}

impl Act {
    /// All of them.
    const ALL: [Self; 5] = [Self::Take, Self::Enter, Self::Void, Self::Issue, Self::Revise];

    /// As it stands in the register.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Take => "取号",
            Self::Enter => "补登",
            Self::Void => "作废",
            Self::Issue => "印发",
            Self::Revise => "更正",
        }
    }

    /// The act called `word`.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }

    /// Whether a number begins with it.
    #[must_use]
    pub fn begins(self) -> bool {
        matches!(self, Self::Take | Self::Enter)
    }
}

/// 定稿的文件: the name of each file of a version, and its SHA-256. Empty where nothing was kept.
pub type Kept = BTreeMap<String, String>;

/// 登记条目. Absent words are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 条次, from 1 without a gap.
    pub n: u64,
    /// 事项.
    pub act: Act,
    /// 发文字号.
    pub number: DocNumber,
    /// 项目编号 of the case.
    pub case: String,
    /// 标识 of the document in its case.
    pub document: String,
    /// 标题.
    pub title: String,
    /// 成文日期, ISO 8601.
    pub day: String,
    /// 经办人.
    pub by: String,
    /// 事由.
    pub reason: String,
    /// 印发时的数据: SHA-256.
    pub data: String,
    /// 印发时的模板: SHA-256.
    pub template: String,
    /// 登记时刻, UTC.
    pub at: String,
    /// Digest of the entry before; that of no bytes before the first.
    pub prev: String,
    /// 定稿的文件: names and SHA-256 of what is kept of this version.
    pub kept: Kept,
    /// SHA-256 over everything above.
    pub digest: String,
}

impl Entry {
    /// The digest as it must be: SHA-256 of the fields as a JSON array without spaces. An entry that keeps files has one
    /// field more than the others.
    #[must_use]
    pub fn seal(&self) -> String {
        let Self { n, act, number, .. } = self;
        let mut fields = serde_json::json!([
            n,
            act.word(),
            number.code,
            number.year,
            number.seq,
            self.case,
            self.document,
            self.title,
            self.day,
            self.by,
            self.reason,
            self.data,
            self.template,
            self.at,
            self.prev,
        ]);
        if let (false, Some(all)) = (self.kept.is_empty(), fields.as_array_mut()) {
            all.push(serde_json::json!(self.kept));
        }
        digest_bytes(fields.to_string().as_bytes()).sha256.to_string()
    }

    /// Before the first entry.
    #[must_use]
    pub fn root() -> String {
        digest_bytes(b"").sha256.to_string()
    }
}

/// 状态 of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 已用.
    Used,
    /// 作废.
    Void,
}

impl State {
    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Used => "已用",
            Self::Void => "作废",
        }
    }
}

/// 一个号: what the register says of it.
#[derive(Clone, Debug)]
pub struct Line {
    /// How it began: 取号 or 补登.
    pub first: Entry,
    /// Why it is void, if it is.
    pub void: Option<Entry>,
    /// When it was issued, if that was entered.
    pub issue: Option<Entry>,
    /// 更正: later versions, in order.
    pub revisions: Vec<Entry>,
}

/// 一版: one version of an issued document.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// 版次, from 1.
    pub number: usize,
    /// With which it was issued: 印发 or 更正, or 补登 for what was issued before there was a register.
    pub entry: &'a Entry,
}

impl Line {
    /// 状态.
    #[must_use]
    pub fn state(&self) -> State {
        if self.void.is_some() { State::Void } else { State::Used }
    }

    /// 各版, the first one first; none for a number that was only taken.
    #[must_use]
    pub fn versions(&self) -> Vec<Version<'_>> {
        let entered = (self.first.act == Act::Enter).then_some(&self.first);
        let all = self.issue.as_ref().or(entered).into_iter().chain(&self.revisions);
        (1..).zip(all).map(|(number, entry)| Version { number, entry }).collect()
    }
}

/// The numbers of `entries` in order of 机关代字, year and 顺序号.
#[must_use]
pub fn lines(entries: &[Entry]) -> Vec<Line> {
    let mut out: BTreeMap<&DocNumber, Line> = BTreeMap::new();
    for entry in entries {
        if entry.act.begins() {
            let line =
                Line { first: entry.clone(), void: None, issue: None, revisions: Vec::new() };
            // A second beginning is what the audit tells; the first one counts.
            out.entry(&entry.number).or_insert(line);
        } else if let Some(line) = out.get_mut(&entry.number) {
            match entry.act {
                Act::Void => line.void = Some(entry.clone()),
                Act::Revise => line.revisions.push(entry.clone()),
                _ => line.issue = Some(entry.clone()),
            }
        }
    }
    out.into_values().collect()
}
