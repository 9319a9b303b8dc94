//! What is told of a bundle that was written; and when "now" is.

use std::path::PathBuf;

use chrono::NaiveDate;
use serde::Serialize;

use super::Settings;
use crate::archive::{BundleSummary, Part};
use crate::fixity::Digest;
use crate::vocab::date;

/// The NDJSON line `{"type":"bundle",…}`.
#[derive(Clone, Debug, Serialize)]
pub struct BundleLine {
    /// Always `bundle`.
    pub r#type: &'static str,
    /// 归档包编号.
    pub id: String,
    /// Where it was written.
    pub path: PathBuf,
    /// 件数.
    pub items: usize,
    /// Files in the bundle.
    pub files: usize,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the ZIP.
    pub sha256: Digest,
    /// SM3 of the ZIP.
    pub sm3: Digest,
    /// 分包: which part of a group it is, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// Whether it lay there already and was not written again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub already: bool,
}

impl BundleLine {
    /// The line of `b`.
    #[must_use]
    pub fn of(b: BundleSummary) -> Self {
        Self {
            r#type: "bundle",
            id: b.id,
            path: b.path,
            items: b.items,
            files: b.files,
            bytes: b.bytes,
            sha256: b.sha256,
            sm3: b.sm3,
            part: b.part,
            already: b.already,
        }
    }
}

/// The office's day, by which keys are judged (UTC+8).
#[must_use]
pub fn today(settings: &Settings) -> NaiveDate {
    date::office_day(settings.clock.now())
}

/// The present moment as it is entered, RFC 3339 in UTC.
#[must_use]
pub fn moment(settings: &Settings) -> String {
    settings.clock.now().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
