//! 记住的表头: which heads were taken for which fields, kept beside the case (`case.import.toml`), so that the same
//! form needs no thinking twice.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::cell::plain;
use super::form::{FORMS, Form};
use super::head::{Heading, How};

/// What the file begins with.
const HEAD: &str = "\
# 导入台账时认定的表头：表头 = 字段，空着的不导入。下次导入同样的表照此办理。
# 可以手工改；删去一行，下次重新认定。
";

/// 记住的表头.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Memory {
    /// Ledger, head as written, field.
    ledgers: BTreeMap<String, BTreeMap<String, String>>,
}

impl Memory {
    /// Reads what was kept.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read(text: &str) -> Result<Self, String> {
        let memory: Self = toml::from_str(text).map_err(|e| e.message().to_owned())?;
        for (ledger, heads) in &memory.ledgers {
            let Some(form) = FORMS.iter().find(|f| f.ledger == *ledger) else {
                return Err(format!("没有台账 {ledger}"));
            };
            let unknown = heads.values().find(|f| !f.is_empty() && form.column(f).is_none());
            if let Some(field) = unknown {
                return Err(format!("{ledger} 没有字段 {field}"));
            }
        }
        Ok(memory)
    }

    /// What is kept of a ledger, heads as they are compared.
    #[must_use]
    pub fn of(&self, form: &Form) -> BTreeMap<String, String> {
        let heads = self.ledgers.get(&form.ledger).into_iter().flatten();
        heads.map(|(head, field)| (plain(head), field.clone())).collect()
    }

    /// Keeps what a heading was taken for; `said` are heads of this call that go in nowhere.
    pub fn keep(&mut self, form: &Form, heading: &Heading) {
        let heads = self.ledgers.entry(form.ledger.clone()).or_default();
        // A head that is the field's own needs no memory.
        for bound in heading.bound.iter().filter(|b| b.how != How::Same) {
            if let Some(column) = form.column.get(bound.column) {
                heads.insert(bound.head.clone(), column.field.clone());
            }
        }
        let said = heading.unused.iter().filter(|u| u.why == Some("") && u.like.is_none());
        for unused in said {
            heads.insert(unused.head.clone(), String::new());
        }
    }

    /// As a file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = HEAD.to_owned();
        for (ledger, heads) in self.ledgers.iter().filter(|(_, heads)| !heads.is_empty()) {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "\n[{ledger}]");
            for (head, field) in heads {
                let _ = writeln!(out, "{} = {}", quoted(head), quoted(field));
            }
        }
        out
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::Memory;
    use crate::ledger::form::form;

    #[test]
    fn what_is_kept_reads_back() {
        let text = "[problems]\n\"问题\\\"描述\" = \"description\"\n\"备注\" = \"\"\n";
        let memory = Memory::read(text).unwrap();
        assert_eq!(Memory::read(&memory.text()).unwrap(), memory);
        let heads = memory.of(form("problems").unwrap());
        assert_eq!(heads.get("问题\"描述").map(String::as_str), Some("description"));
        assert!(Memory::read("[problem]\na = \"b\"").is_err());
        assert!(Memory::read("[problems]\na = \"nowhere\"").is_err());
        assert!(Memory::read("[problems").is_err());
    }
}
