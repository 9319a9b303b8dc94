//! 保管: the archive looked over, mended, made again, checked; the index comes along, being derived from the store.

use std::path::Path;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::archive::{Health, Holding, Rebuilt, Store};
use crate::diag::Failure;
#[cfg(feature = "search")]
use crate::diag::{CellPlace, Diagnostic};
use crate::vocab::retention::Retention;

/// Looks the archive over, the index with it. Nothing is changed.
///
/// # Errors
/// [`Failure::NoArchive`], or what the system reports.
pub fn doctor(archive: &Path) -> Result<Health, Failure> {
    let store = Store::open_for_reading(archive)?;
    #[cfg_attr(not(feature = "search"), expect(unused_mut, reason = "the index adds to it"))]
    let mut health = store.doctor()?;
    #[cfg(feature = "search")]
    if !matches!(super::search::index_is_current(&store, archive), Ok(true)) {
        let mut finding = Diagnostic::warning("B-14", "检索索引缺少、损坏或落后于库")
            .hint("下次检索、接收会自动补齐；也可用 anjuan doctor --repair 立即补齐。");
        finding.cell = Some(CellPlace {
            file: archive.join(super::search::INDEX).display().to_string(),
            cell: String::new(),
        });
        // An archive without a single accession needs no index.
        if health.accessions > 0 {
            health.findings.push(finding);
        }
    }
    Ok(health)
}

/// Mends what can be mended without losing anything.
///
/// # Errors
/// [`Failure::NoArchive`], [`Failure::Locked`], or what the system reports.
pub fn mend(archive: &Path) -> Result<(), Failure> {
    let mut store = Store::open(archive, false)?;
    store.mend()?;
    #[cfg(feature = "search")]
    if super::search::index(&store, archive)?.is_some() {
        return Err(Failure::Locked(archive.join(super::search::INDEX)));
    }
    Ok(())
}

/// Makes register, receipts and index again from the store alone.
///
/// # Errors
/// As [`Store::rebuild`] and the index report.
pub fn rebuild(archive: &Path) -> Result<Rebuilt, Failure> {
    #[cfg_attr(not(feature = "search"), expect(unused_variables, reason = "the index needs it"))]
    let (store, rebuilt) = Store::rebuild(archive)?;
    #[cfg(feature = "search")]
    super::search::index_anew(&store, archive)?;
    Ok(rebuilt)
}

/// 到期档案: a record whose 保管期限 has run out.
#[derive(Clone, Debug, Serialize)]
pub struct Expired {
    /// 档号.
    pub record: String,
    /// 题名.
    pub title: String,
    /// 责任者.
    pub responsible: String,
    /// 文号.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// 日期.
    pub date: String,
    /// 保管期限.
    pub retention: Retention,
    /// 归档年度.
    pub year: u16,
    /// The last day of its period, ISO 8601.
    pub until: String,
    /// 页数.
    pub pages: u32,
    /// 归档包编号.
    pub bundle: String,
    /// 接收号.
    pub accession: String,
    /// Electronic files; none for a record that is kept on paper.
    pub files: usize,
}

/// 到期清单 of an archive on a day.
#[derive(Debug)]
pub struct Disposal {
    /// What has run out, in order of 档号.
    pub expired: Vec<Expired>,
    /// Records that are kept for ever.
    pub permanent: usize,
    /// Records whose period still runs.
    pub running: usize,
}

/// The records whose period has run out on `day`. The period is counted in whole years from 1 January of the year after
/// the 归档年度; what is 永久 never runs out.
///
/// # Errors
/// [`Failure::NoArchive`], or what the store reports.
pub fn expired(archive: &Path, day: NaiveDate) -> Result<Disposal, Failure> {
    let store = Store::open_for_reading(archive)?;
    let mut out = Disposal { expired: Vec::new(), permanent: 0, running: 0 };
    store.holdings(&mut |held| match until(held.metadata.retention, held.year) {
        _ if held.destroyed.is_some() => {}
        None => out.permanent += 1,
        Some(until) if until < day => out.expired.push(line(held, until)),
        Some(_) => out.running += 1,
    })?;
    out.expired.sort_by(|a, b| (&a.record, &a.bundle).cmp(&(&b.record, &b.bundle)));
    Ok(out)
}

/// The last day of a period; none for what is kept for ever.
pub(super) fn until(retention: Retention, year: u16) -> Option<NaiveDate> {
    let years = match retention {
        Retention::Years10 => 10,
        Retention::Years30 => 30,
        Retention::Permanent => return None,
    };
    let last = NaiveDate::from_ymd_opt(i32::from(year) + years, 12, 31)?;
    debug_assert_eq!(last.day(), 31);
    Some(last)
}

fn line(held: Holding, until: NaiveDate) -> Expired {
    let m = held.metadata;
    Expired {
        record: m.archival_code,
        title: m.title,
        responsible: m.responsible,
        document_number: m.document_number,
        date: m.date,
        retention: m.retention,
        year: held.year,
        until: until.to_string(),
        pages: m.pages,
        bundle: held.bundle,
        accession: held.accession,
        files: held.files,
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::until;
    use crate::vocab::retention::Retention;

    #[test]
    fn a_period_is_counted_from_the_year_after_the_year_of_filing() {
        let day = |y| NaiveDate::from_ymd_opt(y, 12, 31);
        assert_eq!(until(Retention::Years10, 2015), day(2025));
        assert_eq!(until(Retention::Years30, 2015), day(2045));
        assert_eq!(until(Retention::Permanent, 1949), None);
    }
}
