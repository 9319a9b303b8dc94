//! 检索引擎: what any engine must do that stands behind the archive's search, so that another one (one that is spread
//! over machines) can take the place of the one within. A suite of tests says it in cases.

use super::entry::Entry;
use super::hit::Hits;
use super::query::Query;
use super::store::Catalog;
use crate::diag::Failure;

/// An index over records, with the change it has reached.
pub trait Engine {
    /// What was given with the last change; none if nothing can be relied on.
    ///
    /// # Errors
    /// [`Failure::World`] for I/O.
    fn reached(&self) -> Result<Option<String>, Failure>;

    /// Adds `entries`, each in place of an earlier one with the same key, and in place of all earlier ones of the bundles
    /// `superseded` (归档包编号), wholly or not at all.
    ///
    /// # Errors
    /// [`Failure::Locked`] if another process writes, [`Failure::World`] for I/O, or the first failure among the entries.
    fn put(
        &mut self,
        entries: &mut dyn Iterator<Item = Result<Entry, Failure>>,
        superseded: &[String],
        watermark: &str,
    ) -> Result<(), Failure>;

    /// Puts `entries`, no two of which have the same key, in place of everything, wholly or not at all.
    ///
    /// # Errors
    /// As [`Self::put`], or the first failure among the entries.
    fn replace(
        &mut self,
        entries: &mut dyn Iterator<Item = Result<Entry, Failure>>,
        watermark: &str,
    ) -> Result<(), Failure>;

    /// Answers `query`: every record whose text holds what is asked, in whatever writing, and no other.
    ///
    /// # Errors
    /// [`Failure::Usage`] for a field or date that does not exist, [`Failure::World`] for I/O.
    fn answer(&self, query: &Query) -> Result<Hits, Failure>;
}

impl Engine for Catalog {
    fn reached(&self) -> Result<Option<String>, Failure> {
        if self.needs_rebuild() { Ok(None) } else { self.watermark() }
    }

    fn put(
        &mut self,
        entries: &mut dyn Iterator<Item = Result<Entry, Failure>>,
        superseded: &[String],
        watermark: &str,
    ) -> Result<(), Failure> {
        self.supersede(entries, superseded, watermark)
    }

    fn replace(
        &mut self,
        entries: &mut dyn Iterator<Item = Result<Entry, Failure>>,
        watermark: &str,
    ) -> Result<(), Failure> {
        self.rebuild(entries, watermark)
    }

    fn answer(&self, query: &Query) -> Result<Hits, Failure> {
        self.search(query)
    }
}
