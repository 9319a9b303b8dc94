//! 馆藏: the records of the store, from the lists of the newest version of every bundle.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Accession, Destruction, Store};
use crate::archive::description::Fonds;
use crate::diag::Failure;
use crate::record::Metadata;

/// 馆藏中的一件.
#[derive(Clone, Debug, Serialize)]
pub struct Holding {
    /// What is known of it.
    pub metadata: Metadata,
    /// 归档包编号.
    pub bundle: String,
    /// 接收号.
    pub accession: String,
    /// 全宗号.
    pub fonds: String,
    /// 全宗名称.
    pub fonds_name: String,
    /// 归档年度: of its 档号, else of its bundle.
    pub year: u16,
    /// Electronic files; none for a record that is kept on paper.
    pub files: usize,
    /// When and under what it was destroyed; then only its 存根 is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destroyed: Option<String>,
}

impl Store {
    /// The newest accession of every bundle, in order of their numbers: a corrected hand-over replaces the one before.
    ///
    /// # Errors
    /// A register whose chain is broken, or what the system reports.
    pub fn current(&self) -> Result<Vec<Accession>, Failure> {
        let mut newest = BTreeMap::new();
        for accession in self.accessions()? {
            newest.insert(accession.bundle.clone(), accession);
        }
        Ok(newest.into_values().collect())
    }

    /// Tells every record that is held now, bundle by bundle; memory does not grow with the store.
    ///
    /// # Errors
    /// As [`Store::current`], or a stored list that cannot be read.
    pub fn holdings(&self, tell: &mut dyn FnMut(Holding)) -> Result<(), Failure> {
        for accession in self.current()? {
            let description = self.description(&accession)?;
            let gone = self.destroyed(&accession)?;
            let fonds = description.fonds;
            for item in description.items {
                let destroyed = gone.get(&item.metadata.archival_code).map(Destruction::words);
                let files = if destroyed.is_some() { 0 } else { item.files.len() };
                let held = holding(item.metadata, &accession, &fonds, files);
                tell(Holding { destroyed, ..held });
            }
            for metadata in description.absent {
                tell(holding(metadata, &accession, &fonds, 0));
            }
        }
        Ok(())
    }
}

fn holding(metadata: Metadata, accession: &Accession, fonds: &Fonds, files: usize) -> Holding {
    Holding {
        year: metadata.code().map_or(fonds.year, |code| code.year),
        bundle: accession.bundle.clone(),
        accession: accession.number.clone(),
        fonds: fonds.number.clone(),
        fonds_name: fonds.name.clone(),
        files,
        destroyed: None,
        metadata,
    }
}
