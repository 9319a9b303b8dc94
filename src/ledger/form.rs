//! 台账的栏目: which column of a ledger is which field of the case, as data in `templates/_ledgers/`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::cell::plain;
use crate::case::{Shape, shape};

/// What all ledgers share.
pub static COMMON: LazyLock<Common> = LazyLock::new(|| {
    toml::from_str(include_str!("../../templates/_ledgers/common.toml")).unwrap_or_default()
});

/// The ledgers, in the order in which one leans on another.
pub static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    [
        include_str!("../../templates/_ledgers/problems.toml"),
        include_str!("../../templates/_ledgers/complaints.toml"),
        include_str!("../../templates/_ledgers/tasks.toml"),
        include_str!("../../templates/_ledgers/measures.toml"),
        include_str!("../../templates/_ledgers/dispatches.toml"),
    ]
    .into_iter()
    .filter_map(|text| toml::from_str(text).ok())
    .collect()
});

/// The ledger called `name`.
#[must_use]
pub fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.ledger == name)
}

/// Ways of writing that all ledgers share.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// What counts as yes.
    pub yes: Vec<String>,
    /// What counts as no.
    pub no: Vec<String>,
    /// What counts as nothing written.
    pub blank: Vec<String>,
    /// How rows begin that are no data: sums, signatures, notes.
    pub footers: Vec<String>,
    /// Units that may stand behind a number.
    pub units: Vec<String>,
    /// Head of the column of row numbers in a copy that goes back.
    pub row_label: String,
    /// Head of the column of reasons in it.
    pub reason_label: String,
    /// Columns that never go in.
    pub ignored: Vec<Ignored>,
}

/// Columns that never go in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ignored {
    /// Their heads.
    pub headers: Vec<String>,
    /// Why; empty where nothing need be said.
    pub why: String,
}

/// 台账: one sort of ledger.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its name on the command line.
    pub ledger: String,
    /// Its Chinese name.
    pub title: String,
    /// The entity that a row is.
    pub entity: String,
    /// The list of the case, or of the parent, that holds the rows.
    pub list: String,
    /// The entity that the rows belong to, if it is not the case.
    pub parent: Option<Parent>,
    /// Fields by which a row is known again, the first that is filled in counts.
    pub keys: Vec<String>,
    /// How an id is made where none is written.
    pub id: Option<IdForm>,
    /// The column whose lines become 整改措施 of a new row.
    pub measures: Option<String>,
    /// The list of which a row tells one entry, known by its period.
    pub periodic: Option<Periodic>,
    /// Its columns, in the order of the sheet.
    pub column: Vec<Column>,
}

/// What the rows belong to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parent {
    /// The column that names it.
    pub field: String,
    /// Its entity.
    pub entity: String,
    /// The list of the case that holds it.
    pub list: String,
}

/// How an id is made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdForm {
    /// What it begins with.
    pub prefix: String,
    /// How many figures follow.
    pub width: usize,
    /// The field whose number is taken; else the next that is free.
    pub from: Option<String>,
}

/// A list of which a row tells one entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Periodic {
    /// The list.
    pub field: String,
    /// The field of an entry by which it is known.
    pub key: String,
}

/// One column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The field: `seq`, `penalty.fine_wan`.
    pub field: String,
    /// Its head when a ledger is written.
    pub label: String,
    /// Other heads that mean it.
    pub synonyms: Vec<String>,
    /// Width in characters.
    pub width: f64,
    /// What a new row gets where nothing is written.
    pub default: Option<toml::Value>,
    /// Other ways to write the values that may be chosen.
    #[serde(default)]
    pub choices: BTreeMap<String, String>,
}

impl Form {
    /// What the column's field takes; nothing for the column that names the parent and for fields that are not
    /// in the model (a test finds none).
    #[must_use]
    pub fn shape(&self, column: &Column) -> Option<Shape> {
        shape(&self.entity, &column.field)
    }

    /// The entity that the column names, if it names the parent.
    #[must_use]
    pub fn parent_of(&self, column: &Column) -> Option<&str> {
        self.parent.as_ref().filter(|p| p.field == column.field).map(|p| p.entity.as_str())
    }

    /// The column of `field`, by its name in the model, its label, or a synonym.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        let wanted = plain(name);
        let by = |found: &dyn Fn(&Column) -> bool| self.column.iter().position(found);
        by(&|c| c.field == name.trim())
            .or_else(|| by(&|c| plain(&c.label) == wanted))
            .or_else(|| by(&|c| c.synonyms.iter().any(|s| plain(s) == wanted)))
    }

    /// Whether `column` tells of the periodic list.
    #[must_use]
    pub fn is_periodic(&self, column: &Column) -> bool {
        let within = |p: &Periodic| column.field.split_once('.').is_some_and(|(f, _)| f == p.field);
        self.periodic.as_ref().is_some_and(within)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{COMMON, FORMS};
    use crate::case::Sort;
    use crate::ledger::cell::plain;

    #[test]
    fn the_data_agree_with_the_model() {
        assert_eq!(FORMS.len(), 5);
        assert!(COMMON.yes.len() > 5 && COMMON.ignored.len() == 2);
        for form in FORMS.iter() {
            let mut heads = BTreeSet::new();
            for column in &form.column {
                let place = format!("{} {}", form.ledger, column.field);
                for head in column.synonyms.iter().chain([&column.label]) {
                    assert!(heads.insert(plain(head)), "{place}: {head} twice");
                    let ignored = COMMON.ignored.iter().any(|i| i.headers.contains(head));
                    assert!(!ignored, "{place}: {head} is ignored");
                }
                if form.parent_of(column).is_some() {
                    continue;
                }
                let shape = form.shape(column).unwrap_or_else(|| panic!("{place} is no field"));
                let choices = match &shape.sort {
                    Sort::Choice(all) => all.clone(),
                    Sort::List(inner) => match &**inner {
                        Sort::Choice(all) => all.clone(),
                        _ => Vec::new(),
                    },
                    _ => Vec::new(),
                };
                for choice in column.choices.values() {
                    assert!(choices.contains(choice), "{place}: {choice} cannot be chosen");
                }
                if let Some(default) = column.default.as_ref().and_then(|d| d.as_str()) {
                    assert!(choices.iter().any(|c| c == default), "{place}: {default}");
                }
            }
        }
    }

    /// Every field of the model that a row can show has a column, so that nothing typed is lost.
    #[test]
    fn no_field_of_a_row_is_forgotten() {
        for form in FORMS.iter() {
            for field in crate::case::fields(&form.entity) {
                let shown = form.column.iter().any(|c| c.field.split('.').next() == Some(field));
                assert!(shown || field == "closure", "{} {field}", form.ledger);
            }
        }
    }
}
