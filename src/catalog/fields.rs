//! 检索项: what is indexed, under which Chinese name, and how much it weighs.

use super::entry::{Entry, Role};
use super::fold::fold;
use crate::record::Metadata;

/// One searchable field.
#[derive(Debug)]
pub(crate) struct FieldSpec {
    /// Name in the index.
    pub id: &'static str,
    /// 检索项名称.
    pub name: &'static str,
    /// Other names a clerk may type.
    pub aliases: &'static [&'static str],
    /// Weight of a match here.
    pub weight: f32,
    /// Whether a search without field name looks here.
    pub open: bool,
    /// Whether a value is asked for as a whole (文种：报告 is not 督察报告).
    pub whole: bool,
    /// Whether its values are names or titles that are asked for by their 读音, too.
    pub sounds: bool,
    /// Its values in an entry.
    pub values: fn(&Entry) -> Vec<&str>,
}

const fn spec(
    id: &'static str,
    name: &'static str,
    aliases: &'static [&'static str],
    weight: f32,
    open: bool,
    whole: bool,
    values: fn(&Entry) -> Vec<&str>,
) -> FieldSpec {
    FieldSpec { id, name, aliases, weight, open, whole, sounds: is_sounded(id), values }
}

/// Names and titles, which are short and which people know by ear.
const fn is_sounded(id: &str) -> bool {
    matches!(
        id.as_bytes(),
        b"title" | b"responsible" | b"recipients" | b"copies" | b"signer" | b"districts"
    )
}

/// The field of the records' own texts, the only one where the length of the text counts in ranking: the
/// others are short or missing in many records, and their average length says nothing.
pub(crate) const BODY: &str = "body";

/// The field of 文号.
pub(crate) const NUMBER: &str = "number";

/// The fields in the order in which they claim a match: 文号、题名、正文、附件, then the rest.
///
/// 案件、阶段 and the markings are asked for by name only: half the archive would answer otherwise.
pub(crate) static FIELDS: &[FieldSpec] = &[
    spec(NUMBER, "文号", &["发文字号", "字号", "number"], 8.0, true, false, |e| {
        option(&e.metadata.document_number)
    }),
    spec("title", "题名", &["标题", "title"], 4.0, true, false, |e| vec![&e.metadata.title]),
    spec(BODY, "正文", &[], 1.0, true, false, |e| texts(e, Role::Main)),
    spec("attachment", "附件", &[], 0.5, true, false, |e| texts(e, Role::Attachment)),
    spec("attachment_name", "附件名", &["文件名"], 0.5, true, false, |e| {
        parts(e, Role::Attachment).map(|p| p.name.as_str()).collect()
    }),
    spec("responsible", "责任者", &["发文机关"], 0.5, true, false, |e| {
        vec![&e.metadata.responsible]
    }),
    spec("recipients", "主送", &["主送机关"], 0.5, true, false, |e| {
        list(&e.metadata.recipients)
    }),
    spec("copies", "抄送", &["抄送机关"], 0.25, true, false, |e| list(&e.metadata.copies)),
    spec("signer", "签发人", &[], 0.5, true, false, |e| option(&e.metadata.signer)),
    spec("districts", "区县", &["行政区"], 0.5, true, false, |e| list(&e.metadata.districts)),
    spec("code", "档号", &[], 4.0, true, false, |e| vec![&e.metadata.archival_code]),
    spec("genre", "文种", &[], 0.25, true, true, |e| vec![&e.metadata.genre]),
    spec("note", "备注", &["附注"], 0.25, true, false, |e| option(&e.metadata.note)),
    spec("case", "案件", &["案件题名"], 0.25, false, false, |e| {
        vec![&e.metadata.case_id, &e.metadata.case_title]
    }),
    spec("stage", "阶段", &[], 0.25, false, false, |e| option(&e.metadata.stage)),
    spec("kind", "种类", &["文件种类", "kind"], 0.25, false, true, |e| {
        vec![&e.metadata.kind]
    }),
    spec("year", "年度", &["年份", "year"], 0.25, false, true, |e| vec![year(&e.metadata)]),
    spec("secrecy", "密级", &[], 0.25, false, true, |e| vec![e.metadata.secrecy.name()]),
    spec("retention", "保管期限", &[], 0.25, false, true, |e| {
        vec![e.metadata.retention.name()]
    }),
    spec("openness", "公开属性", &[], 0.25, false, false, |e| option(&e.metadata.openness)),
    spec("record", "标识", &["record"], 0.25, false, true, |e| vec![&e.metadata.id]),
];

/// Where a condition looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In every open field.
    Open,
    /// In these fields (positions in [`FIELDS`]).
    Only(Vec<usize>),
    /// At the day of the record.
    Date,
}

impl Scope {
    /// Positions of the fields it covers.
    pub(crate) fn fields(&self) -> Vec<usize> {
        match self {
            Self::Open => (0..FIELDS.len()).filter(|&i| FIELDS[i].open).collect(),
            Self::Only(fields) => fields.clone(),
            Self::Date => Vec::new(),
        }
    }

    /// Whether a value is asked for as a whole.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self, Self::Only(fields) if fields.iter().all(|&i| FIELDS[i].whole))
    }
}

/// 检索项 that look in several fields: 单位 is whoever sent or received it; 人名 stand in the description and in the
/// texts, which nobody has marked them in.
const JOINT: &[(&[&str], &[&str])] = &[
    (&["单位", "机关", "机构"], &["responsible", "recipients", "copies"]),
    (
        &["人名", "姓名", "人员"],
        &["signer", "responsible", "title", BODY, "attachment", "recipients", "note"],
    ),
];

/// The scope a clerk means by `name`; none if there is no such field.
pub(crate) fn scope(name: &str) -> Option<Scope> {
    let name = fold(name);
    if ["日期", "成文日期", "date"].iter().any(|n| fold(n) == name) {
        return Some(Scope::Date);
    }
    for (names, ids) in JOINT {
        if names.iter().any(|n| fold(n) == name) {
            return Some(Scope::Only(
                (0..FIELDS.len()).filter(|&i| ids.contains(&FIELDS[i].id)).collect(),
            ));
        }
    }
    FIELDS
        .iter()
        .position(|f| fold(f.name) == name || f.aliases.iter().any(|a| fold(a) == name))
        .map(|i| Scope::Only(vec![i]))
}

/// 检索项 that can be named in a query, for help and messages.
#[must_use]
pub fn names() -> Vec<&'static str> {
    FIELDS.iter().map(|f| f.name).chain(["单位", "人名", "日期"]).collect()
}

fn parts(entry: &Entry, role: Role) -> impl Iterator<Item = &super::entry::TextPart> {
    entry.texts.iter().filter(move |p| p.role == role)
}

fn texts(entry: &Entry, role: Role) -> Vec<&str> {
    parts(entry, role).map(|p| p.text.as_str()).collect()
}

fn option(value: &Option<String>) -> Vec<&str> {
    value.iter().map(String::as_str).collect()
}

fn list(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).collect()
}

/// 年度: the year of filing if there is a 档号, else that of the date.
pub(crate) fn year(metadata: &Metadata) -> &str {
    let filed = metadata.code().and_then(|code| {
        let year = code.year.to_string();
        let at = metadata.archival_code.find(&format!("·{year}-"))? + '·'.len_utf8();
        metadata.archival_code.get(at..at + year.len())
    });
    filed.or_else(|| metadata.date.get(..4)).unwrap_or_default()
}
