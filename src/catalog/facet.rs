//! 分面: the columns by which answers are counted, grouped and kept from who may not see them.

use serde::Serialize;

use super::entry::Entry;
use super::fields;

/// One column of which values are counted.
#[derive(Debug)]
pub(crate) struct FacetSpec {
    /// Name in the index.
    pub id: &'static str,
    /// 检索项 whose values these are.
    pub name: &'static str,
    /// Its values in an entry, none twice.
    pub values: fn(&Entry) -> Vec<String>,
}

const fn spec(
    id: &'static str,
    name: &'static str,
    values: fn(&Entry) -> Vec<String>,
) -> FacetSpec {
    FacetSpec { id, name, values }
}

/// Column of the case's id, by which answers are grouped.
pub(crate) const CASE: &str = "facet_case_id";

/// What is counted, in the order in which it is told.
pub(crate) static FACETS: &[FacetSpec] = &[
    spec("facet_genre", "文种", |e| vec![e.metadata.genre.clone()]),
    spec("facet_year", "年度", |e| vec![fields::year(&e.metadata).to_owned()]),
    spec("facet_district", "区县", |e| distinct(&e.metadata.districts)),
    spec("facet_responsible", "责任者", |e| {
        distinct(e.metadata.responsible.split('、').map(str::trim))
    }),
    spec("facet_secrecy", "密级", |e| vec![e.metadata.secrecy.name().to_owned()]),
    spec("facet_retention", "保管期限", |e| vec![e.metadata.retention.name().to_owned()]),
    spec("facet_stage", "阶段", |e| e.metadata.stage.iter().cloned().collect()),
    spec("facet_case", "案件", |e| vec![e.metadata.case_title.clone()]),
];

fn distinct<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for value in values {
        let value = value.as_ref();
        if !value.is_empty() && !out.iter().any(|v| v == value) {
            out.push(value.to_owned());
        }
    }
    out
}

/// 分面计数: how many of the records found have a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// 检索项: with `field:value` the answer is narrowed to these.
    pub field: &'static str,
    /// The value.
    pub value: String,
    /// 件数.
    pub count: u64,
}

/// Whose names these are: 责任者, 主送, 抄送, 签发人, 区县; a dictionary of the archive's own.
pub(crate) const NAMES: &str = "names";

/// The names that an entry's description gives.
pub(crate) fn names(entry: &Entry) -> Vec<String> {
    let m = &entry.metadata;
    let parties = m.responsible.split('、').map(str::trim);
    let lists = m.recipients.iter().chain(&m.copies).chain(&m.districts).chain(&m.signer);
    distinct(parties.chain(lists.map(|s| s.trim())))
}
