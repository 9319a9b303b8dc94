//! 取舍表: `disclosure.toml` of a rule pack, read and held against the data model.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::case;
use crate::diag::{Diagnostic, Failure, SourceFile, Span, read_table};

/// What is public of every field, and how personal data in texts is dealt with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// 依据 by id.
    pub(super) ground: BTreeMap<String, String>,
    /// Sorts of what is withheld.
    pub(super) sort: Vec<SortRow>,
    pub(super) persons: Persons,
    pub(super) public: Public,
    #[serde(default)]
    pub(super) leave_out: Vec<LeaveOut>,
    pub(super) inner: Inner,
    pub(super) words: Words,
    pub(super) entity: BTreeMap<String, Fields>,
}

/// A table that stands on that of another pack and says what differs: grounds, and entities each as a whole.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Over {
    base: String,
    #[serde(default)]
    ground: BTreeMap<String, String>,
    #[serde(default)]
    entity: BTreeMap<String, Fields>,
}

/// Which table a text is.
#[derive(Deserialize)]
struct Standing {
    base: Option<String>,
}

/// Fetches the text of the table of another pack, by the pack's name.
pub type Fetch<'a> = dyn FnMut(&str) -> Result<Arc<SourceFile>, Failure> + 'a;

/// How many tables may stand on each other.
const STOREYS: usize = 4;
const HINT: &str = "对照 templates/_rulepacks/chongqing-2021/disclosure.toml 的写法改正。";

/// 不公开内容的类别.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SortRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) ground: String,
    /// What stands in its place where the sentence needs a word.
    pub(super) put: String,
}

/// Whose names are public.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Persons {
    pub(super) roles: Vec<String>,
    pub(super) ranks: Vec<String>,
}

/// Fields whose numbers are published on purpose, as `Entity.field`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Public {
    pub(super) fields: Vec<String>,
}

/// Entities that are left out whole unless one of their fields has this value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LeaveOut {
    pub(super) entity: String,
    pub(super) unless: BTreeMap<String, String>,
    pub(super) ground: String,
}

/// How documents that are not public are spoken of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inner {
    pub(super) openness: Vec<String>,
    /// Stands before the 文种.
    pub(super) title: String,
}

/// Words that the detector goes by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) reporters: Vec<String>,
    pub(super) after: Vec<String>,
    pub(super) surnames: String,
    pub(super) double_surnames: Vec<String>,
    pub(super) ask: Vec<String>,
    /// What stands for a text of which nothing is left.
    pub(super) empty: String,
}

/// The fields of one entity.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    #[serde(default)]
    pub(super) keep: Vec<String>,
    #[serde(default)]
    pub(super) words: Vec<String>,
    #[serde(default)]
    pub(super) withhold: BTreeMap<String, String>,
}

/// What is done with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy<'a> {
    /// As it is.
    Keep,
    /// Public after personal data was taken out.
    Words,
    /// Left out, on this ground.
    Withhold(&'a str),
}

/// The ground of fields that the table does not name.
const UNNAMED: &str = "scope";
/// The sorts that the detector finds.
pub(super) const SORTS: [&str; 12] = [
    "mobile",
    "landline",
    "identity",
    "bank",
    "certificate",
    "email",
    "chat",
    "plate",
    "address",
    "reporter",
    "person",
    "item",
];

/// Where `word` stands first; the beginning if it does not.
fn place(source: &Arc<SourceFile>, word: &str) -> Span {
    match source.text().find(word) {
        Some(at) => Span::new(source, at..at + word.len()),
        None => Span::new(source, 0..0),
    }
}

impl Table {
    /// Reads a table, and that on which it stands.
    ///
    /// # Errors
    /// [`Failure::Faulty`] with K-12 for every slip: syntax, unknown entities, fields, grounds and sorts, tables that stand
    /// on themselves; what `fetch` reports.
    pub fn read(source: &Arc<SourceFile>, fetch: &mut Fetch<'_>) -> Result<Self, Failure> {
        Self::storey(source, fetch, STOREYS)
    }

    fn storey(
        source: &Arc<SourceFile>,
        fetch: &mut Fetch<'_>,
        left: usize,
    ) -> Result<Self, Failure> {
        let slip = |finding: Box<Diagnostic>| Failure::Faulty(vec![*finding]);
        // Syntax is told by the reading that follows.
        let standing = toml::from_str(source.text()).unwrap_or(Standing { base: None });
        let table = if standing.base.is_some() {
            let own: Over = read_table(source, "K-12", "公开取舍表", HINT).map_err(slip)?;
            if left == 0 {
                let message = format!("公开取舍表“{}”站在自己上面", own.base);
                let finding = Diagnostic::error("K-12", message).at(place(source, &own.base));
                return Err(Failure::Faulty(vec![finding.hint("base 只写别的规则包。")]));
            }
            let mut table = Self::storey(&fetch(&own.base)?, fetch, left - 1)?;
            table.ground.extend(own.ground);
            table.entity.extend(own.entity);
            table
        } else {
            read_table(source, "K-12", "公开取舍表", HINT).map_err(slip)?
        };
        let faults: Vec<Diagnostic> = table
            .faults()
            .into_iter()
            .map(|(word, message)| {
                Diagnostic::error("K-12", message)
                    .at(place(source, &word))
                    .hint("改正这一项；栏名见 archive-schema/case.schema.json。")
            })
            .collect();
        if faults.is_empty() { Ok(table) } else { Err(Failure::Faulty(faults)) }
    }

    fn faults(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let mut ground = |id: &str| {
            if !self.ground.contains_key(id) {
                out.push((id.to_owned(), format!("公开取舍表没有依据“{id}”")));
            }
        };
        self.sort.iter().for_each(|s| ground(&s.ground));
        self.leave_out.iter().for_each(|l| ground(&l.ground));
        self.entity.values().flat_map(|f| f.withhold.values()).for_each(|g| ground(g));
        ground(UNNAMED);
        for id in SORTS {
            if !self.sort.iter().any(|s| s.id == id) {
                out.push(("[[sort]]".to_owned(), format!("公开取舍表缺少类别“{id}”")));
            }
        }
        for (entity, fields) in &self.entity {
            let known = case::fields(entity);
            if known.is_empty() {
                out.push((format!("entity.{entity}"), format!("数据模型没有实体“{entity}”")));
                continue;
            }
            let named = fields.keep.iter().chain(&fields.words).chain(fields.withhold.keys());
            for field in named.filter(|f| !known.contains(&f.as_str())) {
                out.push((field.clone(), format!("数据模型的 {entity} 没有栏“{field}”")));
            }
        }
        out
    }

    pub(super) fn policy(&self, entity: &str, field: &str) -> Policy<'_> {
        let Some(fields) = self.entity.get(entity) else { return Policy::Withhold(UNNAMED) };
        let has = |list: &[String]| list.iter().any(|f| f == field);
        if field == "id" || has(&fields.keep) {
            Policy::Keep
        } else if has(&fields.words) {
            Policy::Words
        } else {
            Policy::Withhold(fields.withhold.get(field).map_or(UNNAMED, String::as_str))
        }
    }

    /// 依据 in words.
    pub(super) fn ground(&self, id: &str) -> &str {
        self.ground.get(id).map_or("", String::as_str)
    }

    pub(super) fn sort(&self, id: &str) -> Option<&SortRow> {
        self.sort.iter().find(|s| s.id == id)
    }
}
